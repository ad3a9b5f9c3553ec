//! What answers about revocation are worth after the end of the certificate that they are about.

mod cert_common;

use cert_common::{from, key, time, until};
use yinxin::Report;
use yinxin::asn1::{oid, writer};
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::cert::{Certificate, Crl, OcspResponse, Reason};
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::report::{CheckCode, Outcome};
use yinxin::signature::{Verifier, sign};
use yinxin::trust::{Moment, Policy, Trust};

/// When the certificate ends.
const END: &str = "2027-01-01T00:00:00Z";
/// When what it signed was received.
const RECEIVED: &str = "2026-06-01T00:00:00Z";
/// The clock, after its end.
const NOW: &str = "2028-06-01T00:00:00Z";

/// An authority, and somebody whose certificate has ended.
struct World {
    /// The authority's key once more, for lists with extensions.
    key: SoftwareKey,
    root: Authority,
    leaf: Certificate,
    signature: Vec<u8>,
}

impl World {
    fn new() -> World {
        let pem = key().to_pkcs8_pem(None).unwrap();
        let load = || SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
        let subject = Subject::parse("CN=Root,C=CN").unwrap();
        let root = Authority::root(load(), subject, from(), until()).unwrap();
        let subject = Subject::parse("CN=Signer,C=CN").unwrap();
        let (signer, leaf) =
            root.issue_new_key(subject, Profile::Signer, from(), time(END)).unwrap();
        let signature = sign(b"content", &signer).unwrap();
        World { key: load(), root, leaf, signature }
    }

    fn list(&self, this_update: &str) -> Crl {
        let issued = time(this_update);
        self.root.crl(issued, issued.plus_seconds(7 * 86_400).unwrap()).unwrap()
    }

    /// A list that names nobody and keeps those who ended since a moment.
    fn keeping(&self, this_update: &str, since: &str) -> Crl {
        let issued = time(this_update);
        let since = writer::generalized_time(time(since));
        let keeps = writer::sequence(&[
            &writer::oid(&oid::EXPIRED_CERTS_ON_CRL),
            &writer::octet_string(&since),
        ]);
        let algorithm = self.key.algorithm().algorithm_identifier();
        let tbs = writer::sequence(&[
            &writer::integer(1),
            &algorithm,
            self.root.certificate().subject_der(),
            &writer::utc_time(issued).unwrap(),
            &writer::utc_time(issued.plus_seconds(7 * 86_400).unwrap()).unwrap(),
            &writer::explicit(0, &writer::sequence_of(&[keeps])),
        ]);
        let value = self.key.sign(ToSign::Message(&tbs)).unwrap();
        let der = writer::sequence(&[&tbs, &algorithm, &writer::bit_string(&value)]);
        Crl::from_der(&der).unwrap()
    }

    fn report(&self, lists: &[Crl], answers: &[OcspResponse], received: &str, now: &str) -> Report {
        let mut trust = Trust::new(Policy::default());
        trust.add_anchor(self.root.certificate().clone());
        lists.iter().for_each(|list| trust.add_crl(list.clone()));
        answers.iter().for_each(|answer| trust.add_ocsp(answer.clone()));
        let moment = Moment::received(time(now), time(received));
        Verifier::new(trust).verify_signature(&self.signature, b"content", &moment).unwrap()
    }

    fn revocation(&self, lists: &[Crl]) -> (Outcome, String) {
        revocation(&self.report(lists, &[], RECEIVED, NOW))
    }
}

fn revocation(report: &Report) -> (Outcome, String) {
    let signer = report.reports().first().unwrap_or(report);
    let check = signer.find(CheckCode::SignerRevocation).unwrap();
    (check.outcome, check.detail.clone())
}

#[test]
fn a_list_from_after_the_end_clears_nobody() {
    let world = World::new();
    let (outcome, why) = world.revocation(&[world.list("2028-05-30T00:00:00Z")]);
    assert_eq!(outcome, Outcome::NotDetermined);
    assert!(why.contains("after the certificate's end"), "{why}");
}

#[test]
fn a_list_that_keeps_the_ended_clears_them() {
    let world = World::new();
    let issued = "2028-05-30T00:00:00Z";
    let keeps = |since: &str| world.revocation(&[world.keeping(issued, since)]).0;
    assert_eq!(keeps("2026-12-31T00:00:00Z"), Outcome::Passed);
    assert_eq!(keeps(END), Outcome::Passed);
    assert_eq!(keeps("2027-01-01T00:00:01Z"), Outcome::NotDetermined);
}

#[test]
fn a_list_of_the_time_clears_however_old_it_is() {
    let world = World::new();
    let at = |issued: &str| world.revocation(&[world.list(issued)]).0;
    assert_eq!(at(RECEIVED), Outcome::Passed);
    assert_eq!(at("2026-12-30T00:00:00Z"), Outcome::Passed);
    // From before: it cannot know what was revoked until then.
    assert_eq!(at("2026-05-31T23:59:59Z"), Outcome::NotDetermined);
    // While the certificate lasts, an answer of today is to be had.
    let world_in_time =
        world.report(&[world.list(RECEIVED)], &[], RECEIVED, "2026-12-01T00:00:00Z");
    assert_eq!(revocation(&world_in_time).0, Outcome::NotDetermined);
}

#[test]
fn a_revocation_counts_from_whenever_the_list_is() {
    for (revoked, outcome) in
        [("2026-05-01T00:00:00Z", Outcome::Failed), ("2026-07-01T00:00:00Z", Outcome::Passed)]
    {
        let mut world = World::new();
        let silent = world.list(RECEIVED);
        world.root.revoke(&world.leaf, time(revoked), Some(Reason::Superseded)).unwrap();
        let lists = [silent, world.list("2028-05-30T00:00:00Z")];
        assert_eq!(world.revocation(&lists).0, outcome, "{revoked}");
    }
}

#[test]
fn a_response_from_after_the_end_clears_nobody() {
    let world = World::new();
    let at = |issued: &str| {
        let issued = time(issued);
        let until = issued.plus_seconds(7 * 86_400).unwrap();
        world.root.ocsp(std::slice::from_ref(&world.leaf), issued, until).unwrap()
    };
    let found = |issued| revocation(&world.report(&[], &[at(issued)], RECEIVED, NOW)).0;
    assert_eq!(found("2028-05-30T00:00:00Z"), Outcome::NotDetermined);
    assert_eq!(found("2026-12-30T00:00:00Z"), Outcome::Passed);
}
