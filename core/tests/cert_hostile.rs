//! Certificates and lists that are cut off, altered or too much of something.

mod cert_common;

use cert_common::{from, key, root, time, until};
use std::time::{Duration, Instant};
use yinxin::Time;
use yinxin::asn1::{Oid, oid, writer};
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::chain::{self, ChainErrorKind, Purpose};
use yinxin::cert::revocation::{self, Status};
use yinxin::cert::{Certificate, Crl, Reason};
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey, ToSign};

fn subject(name: &str) -> Subject {
    Subject::new(&[("C", "CN"), ("CN", name)]).unwrap()
}

fn request(profile: Profile) -> CertificateRequest {
    let public_key = key().public_key().clone();
    CertificateRequest::new(subject("Signer"), public_key, profile, from(), until())
}

#[test]
fn a_certificate_cut_off_or_altered_is_refused_or_not_signed() {
    let root = root();
    let leaf = root.issue(&request(Profile::TimeStamp)).unwrap();
    let der = leaf.as_der();
    let anchors = [root.certificate().clone()];
    assert!(chain::build(&leaf, &[], &anchors, from(), Purpose::TimeStamp).is_ok());
    for length in 0..der.len() {
        assert!(Certificate::from_der(&der[..length]).is_err(), "{length}");
    }
    let mut longer = der.to_vec();
    longer.push(0);
    assert!(Certificate::from_der(&longer).is_err());
    for at in 0..der.len() {
        for bit in 0..8 {
            let mut altered = der.to_vec();
            altered[at] ^= 1 << bit;
            // Verifying takes its time: one bit of each byte is taken that far.
            let altered = Certificate::from_der(&altered).ok().filter(|_| bit == at % 8);
            if let Some(altered) = altered {
                let path = chain::path(&altered, &[], &anchors, from(), Purpose::Any);
                assert!(path.is_err(), "bit {bit} of byte {at}");
            }
        }
    }
}

#[test]
fn a_list_cut_off_or_altered_is_refused_or_of_no_use() {
    let mut root = root();
    let leaf = root.issue(&request(Profile::Signer)).unwrap();
    root.revoke(&leaf, from(), Some(Reason::KeyCompromise)).unwrap();
    let crl = root.crl(from(), until()).unwrap();
    let der = crl.as_der();
    let anchors = [root.certificate().clone()];
    let chain = chain::build(&leaf, &[], &anchors, from(), Purpose::Sign).unwrap();
    let status = |crl: Crl| revocation::check(&chain, &[crl], from())[0].1.clone();
    assert!(matches!(status(crl.clone()), Status::Revoked { .. }));
    for length in 0..der.len() {
        assert!(Crl::from_der(&der[..length]).is_err(), "{length}");
    }
    for at in 0..der.len() {
        for bit in 0..8 {
            let mut altered = der.to_vec();
            altered[at] ^= 1 << bit;
            let altered = Crl::from_der(&altered).ok().filter(|_| bit == at % 8);
            if let Some(altered) = altered {
                let status = status(altered);
                assert!(matches!(status, Status::Unknown { .. }), "bit {bit} of byte {at}");
            }
        }
    }
}

/// A signed structure around these fields.
fn signed(key: &SoftwareKey, fields: &[&[u8]]) -> Vec<u8> {
    let tbs = writer::sequence(fields);
    let signature = key.sign(ToSign::Message(&tbs)).unwrap();
    let algorithm = key.algorithm().algorithm_identifier();
    writer::sequence(&[&tbs, &algorithm, &writer::bit_string(&signature)])
}

fn extension(oid: &Oid, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { writer::boolean(true) } else { Vec::new() };
    writer::sequence(&[&writer::oid(oid), &critical, &writer::octet_string(value)])
}

struct List {
    key: SoftwareKey,
    authority: Certificate,
    leaf: Certificate,
}

impl List {
    fn new() -> List {
        let pem = key().to_pkcs8_pem(None).unwrap();
        let load = || SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
        let root = Authority::root(load(), subject("Root"), from(), until()).unwrap();
        let place = distribution_point("http://crl.example/1");
        let point = writer::sequence(&[&writer::sequence(&[&place])]);
        let request = request(Profile::Signer).with_serial(&[5]);
        let request = request.with_extension(oid::CRL_DISTRIBUTION_POINTS, false, &point);
        let leaf = root.issue(&request).unwrap();
        List { key: load(), authority: root.certificate().clone(), leaf }
    }

    fn crl(&self, next_update: bool, entries: &[Vec<u8>], extensions: &[Vec<u8>]) -> Crl {
        let next = if next_update { writer::utc_time(until()).unwrap() } else { Vec::new() };
        let entries = if entries.is_empty() { Vec::new() } else { writer::sequence_of(entries) };
        let der = signed(
            &self.key,
            &[
                &writer::integer(1),
                &self.key.algorithm().algorithm_identifier(),
                self.authority.subject_der(),
                &writer::utc_time(from()).unwrap(),
                &next,
                &entries,
                &writer::explicit(0, &writer::sequence_of(extensions)),
            ],
        );
        Crl::from_der(&der).unwrap()
    }

    fn status(&self, crl: Crl) -> Status {
        revocation::check_one(&self.leaf, &self.authority, &[crl], from())
    }

    fn why(&self, crl: Crl) -> String {
        match self.status(crl) {
            Status::Unknown { why } => why,
            other => panic!("{other:?}"),
        }
    }
}

/// `[0] { [0] { [6] uri } }`: a DistributionPointName in its field.
fn distribution_point(uri: &str) -> Vec<u8> {
    let name = writer::tlv(0x86, &[uri.as_bytes()]);
    writer::explicit(0, &writer::explicit(0, &name))
}

fn entry(serial: u8, at: Time, extensions: &[Vec<u8>]) -> Vec<u8> {
    let extensions =
        if extensions.is_empty() { Vec::new() } else { writer::sequence_of(extensions) };
    let time = writer::utc_time(at).unwrap();
    writer::sequence(&[&writer::integer(i64::from(serial)), &time, &extensions])
}

#[test]
fn a_list_that_may_not_be_relied_on_says_why() {
    let list = List::new();
    let number = extension(&oid::CRL_NUMBER, false, &writer::integer(1));
    assert_eq!(list.status(list.crl(true, &[], std::slice::from_ref(&number))), Status::Good);
    assert!(list.why(list.crl(false, &[], std::slice::from_ref(&number))).contains("nextUpdate"));
    let scope = |parts: &[&[u8]]| {
        extension(&oid::ISSUING_DISTRIBUTION_POINT, true, &writer::sequence(parts))
    };
    let here = distribution_point("http://crl.example/1");
    let elsewhere = distribution_point("http://crl.example/2");
    let relative = writer::explicit(0, &writer::tlv(0xa1, &[]));
    for (bad, why) in [
        (extension(&oid::CRL_NUMBER, true, &writer::integer(1)), "not understood"),
        (extension(&Oid::new("1.2.3.4"), true, &writer::null()), "not understood"),
        (extension(&oid::DELTA_CRL, true, &writer::integer(1)), "delta"),
        (scope(&[&elsewhere]), "another place"),
        (scope(&[&relative]), "relative"),
        (scope(&[&here, &[0x82, 1, 0xff]]), "authorities only"),
        (scope(&[&[0x83, 2, 6, 0x40]]), "some reasons"),
        (scope(&[&[0x83, 2, 7, 0x80]]), "no reason"),
        (scope(&[&[0x85, 1, 0xff]]), "attribute"),
    ] {
        let found = list.why(list.crl(true, &[], &[bad]));
        assert!(found.contains(why), "{found}");
    }
    assert_eq!(list.status(list.crl(true, &[], &[scope(&[&here])])), Status::Good);
    let for_end_entities = scope(&[&here, &[0x81, 1, 0xff]]);
    assert_eq!(list.status(list.crl(true, &[], &[for_end_entities])), Status::Good);
}

#[test]
fn entries_that_are_odd_are_never_good() {
    let list = List::new();
    let number = [extension(&oid::CRL_NUMBER, false, &writer::integer(1))];
    let reason = |number| vec![extension(&oid::CRL_REASON, false, &writer::enumerated(number))];
    let later = time("2026-06-01T00:00:00Z");
    // The earliest of several counts.
    let twice = [entry(5, later, &reason(1)), entry(7, from(), &[]), entry(5, from(), &reason(4))];
    let crl = list.crl(true, &twice, &number);
    assert_eq!(crl.len(), 2);
    let expected = Status::Revoked { at: from(), reason: Some(Reason::Superseded) };
    assert_eq!(list.status(crl), expected);
    let removed = [entry(5, from(), &reason(8))];
    assert!(list.why(list.crl(true, &removed, &number)).contains("removeFromCRL"));
    let other = names(list.authority.subject_der());
    for (odd, why) in [
        (extension(&oid::CERTIFICATE_ISSUER, true, &other), "not indirect"),
        (extension(&Oid::new("1.2.3.4"), true, &writer::null()), "not understood"),
    ] {
        // The odd entry is about another certificate: it spoils the list all the same.
        let crl = list.crl(true, &[entry(9, from(), &[odd])], &number);
        assert!(list.why(crl).contains(why));
    }
}

#[test]
fn a_delta_list_revokes_and_clears_nobody() {
    let list = List::new();
    let complete = list.crl(true, &[], &[extension(&oid::CRL_NUMBER, false, &writer::integer(1))]);
    let delta = |entries: &[Vec<u8>]| {
        list.crl(true, entries, &[extension(&oid::DELTA_CRL, true, &writer::integer(1))])
    };
    let check = |lists: &[Crl]| revocation::check_one(&list.leaf, &list.authority, lists, from());
    let reason = |number| [extension(&oid::CRL_REASON, false, &writer::enumerated(number))];
    let revoking = delta(&[entry(5, from(), &reason(1))]);
    assert!(revoking.is_delta() && revoking.problem().unwrap().contains("delta"));
    let revoked = Status::Revoked { at: from(), reason: Some(Reason::KeyCompromise) };
    assert_eq!(check(&[complete.clone(), revoking.clone()]), revoked);
    assert_eq!(check(&[revoking]), revoked);
    // Of others it says nothing, and what it takes off another list stays on that.
    for silent in
        [delta(&[]), delta(&[entry(7, from(), &[])]), delta(&[entry(5, from(), &reason(8))])]
    {
        assert!(list.why(silent.clone()).contains("is of no use"));
        assert_eq!(check(&[complete.clone(), silent.clone()]), Status::Good);
        let held = list.crl(true, &[entry(5, from(), &reason(6))], &[]);
        assert!(matches!(check(&[held, silent]), Status::Revoked { .. }));
    }
}

#[test]
fn lists_of_some_reasons_count_together() {
    let list = List::new();
    let of = |flags: [u8; 3]| {
        let reasons = [&[0x83, 3], &flags[..]].concat();
        let scope = writer::sequence(&[&reasons]);
        list.crl(true, &[], &[extension(&oid::ISSUING_DISTRIBUTION_POINT, true, &scope)])
    };
    // keyCompromise and cACompromise; the others.
    let (compromised, others) = (of([7, 0x60, 0]), of([7, 0x1f, 0x80]));
    let check = |lists: &[Crl]| revocation::check_one(&list.leaf, &list.authority, lists, from());
    assert_eq!(check(&[compromised.clone(), others.clone()]), Status::Good);
    for one in [compromised, others] {
        assert!(matches!(check(&[one]), Status::Unknown { why } if why.contains("some reasons")));
    }
}

/// A leaf that says that lists about it are by somebody else, and that somebody.
struct Indirect {
    root_key: SoftwareKey,
    root: Authority,
    leaf: Certificate,
    key: SoftwareKey,
    signer: Certificate,
}

/// The same key once more.
fn copy(key: &SoftwareKey) -> SoftwareKey {
    SoftwareKey::from_pem(key.to_pkcs8_pem(None).unwrap().as_bytes(), None).unwrap()
}

/// `SEQUENCE { [4] name }`: GeneralNames with one directoryName.
fn names(name: &[u8]) -> Vec<u8> {
    writer::sequence(&[&writer::explicit(4, name)])
}

impl Indirect {
    fn new() -> Indirect {
        let (root_key, key) = (key(), key());
        let root = Authority::root(copy(&root_key), subject("Root"), from(), until()).unwrap();
        let signer = root.issue(&Self::request(&key)).unwrap();
        let issuer = writer::explicit(4, signer.subject_der());
        let point = writer::sequence(&[&writer::sequence(&[&writer::explicit(2, &issuer)])]);
        let request = request(Profile::Signer).with_serial(&[5]);
        let request = request.with_extension(oid::CRL_DISTRIBUTION_POINTS, false, &point);
        let leaf = root.issue(&request).unwrap();
        Indirect { root_key, root, leaf, key, signer }
    }

    /// For the signer of lists, whose own lists are at one place.
    fn request(key: &SoftwareKey) -> CertificateRequest {
        let public = key.public_key().clone();
        let point = writer::sequence(&[&distribution_point("http://crl.example/1")]);
        CertificateRequest::new(subject("Lists"), public, Profile::Signer, from(), until())
            .with_serial(&[6])
            .with_extension(oid::KEY_USAGE, true, &[3, 2, 1, 0x02]) // cRLSign
            .with_extension(oid::CRL_DISTRIBUTION_POINTS, false, &writer::sequence(&[&point]))
    }

    fn list(&self, entries: &[Vec<u8>]) -> Crl {
        let (key, authority) = (copy(&self.key), self.signer.clone());
        let indirect = writer::sequence(&[&[0x84, 1, 0xff]]);
        let scope = extension(&oid::ISSUING_DISTRIBUTION_POINT, true, &indirect);
        List { key, authority, leaf: self.leaf.clone() }.crl(true, entries, &[scope])
    }

    /// The root's list about the signer of lists, and about nobody else.
    fn about_signer(&self, entries: &[Vec<u8>]) -> Crl {
        let (key, authority) = (copy(&self.root_key), self.root.certificate().clone());
        let here = writer::sequence(&[&distribution_point("http://crl.example/1")]);
        let scope = extension(&oid::ISSUING_DISTRIBUTION_POINT, true, &here);
        List { key, authority, leaf: self.leaf.clone() }.crl(true, entries, &[scope])
    }

    fn status(&self, leaf: &Certificate, given: &Certificate, lists: &[Crl]) -> Status {
        let anchors = [self.root.certificate().clone()];
        let given = std::slice::from_ref(given);
        let chain = chain::path(leaf, given, &anchors, from(), Purpose::Sign).unwrap();
        revocation::check(&chain, lists, from())[0].1.clone()
    }
}

#[test]
fn indirect_lists() {
    let world = Indirect::new();
    let of_root =
        extension(&oid::CERTIFICATE_ISSUER, true, &names(world.root.certificate().subject_der()));
    let status = |entries: &[Vec<u8>]| {
        let lists = [world.list(entries), world.about_signer(&[])];
        world.status(&world.leaf, &world.signer, &lists)
    };
    assert_eq!(status(&[]), Status::Good);
    // Number 5 of the lists' own issuer is another certificate.
    assert_eq!(status(&[entry(5, from(), &[])]), Status::Good);
    let revoked = Status::Revoked { at: from(), reason: None };
    assert_eq!(status(&[entry(5, from(), std::slice::from_ref(&of_root))]), revoked);
    // The issuer named stays in force for the entries that follow.
    assert_eq!(status(&[entry(9, from(), &[of_root]), entry(5, from(), &[])]), revoked);
}

#[test]
fn indirect_lists_that_nobody_let() {
    let world = Indirect::new();
    let unknown = |status: Status, expected: &str| match status {
        Status::Unknown { why } => assert!(why.contains(expected), "{why}"),
        other => panic!("{other:?}"),
    };
    let lists = [world.list(&[]), world.about_signer(&[])];
    // The certificate of its signer was not given, or is of that name and key, but from elsewhere.
    unknown(world.status(&world.leaf, &world.leaf, &lists), "indirect");
    let elsewhere = Authority::root(key(), subject("Elsewhere"), from(), until()).unwrap();
    let stranger = elsewhere.issue(&Indirect::request(&world.key)).unwrap();
    unknown(world.status(&world.leaf, &stranger, &lists), "indirect");
    // A certificate that names nobody else for its lists has no use for it.
    let plain = world.root.issue(&request(Profile::Signer)).unwrap();
    unknown(world.status(&plain, &world.signer, &lists), "another place");
    unknown(world.status(&plain, &world.signer, &lists[..1]), "no revocation list");
    // Whether the signer itself is revoked has to be known.
    unknown(world.status(&world.leaf, &world.signer, &lists[..1]), "indirect");
    let revoked = [world.list(&[]), world.about_signer(&[entry(6, from(), &[])])];
    unknown(world.status(&world.leaf, &world.signer, &revoked), "indirect");
}

#[test]
fn a_list_of_a_hundred_thousand_is_read_and_searched_quickly() {
    let list = List::new();
    let entries: Vec<Vec<u8>> = (0..100_000u32)
        .map(|number| {
            let serial =
                writer::integer_unsigned(&(number.wrapping_mul(2_654_435_761)).to_be_bytes());
            writer::sequence(&[&serial, &writer::utc_time(from()).unwrap()])
        })
        .collect();
    let crl = list.crl(true, &entries, &[extension(&oid::CRL_NUMBER, false, &[2, 1, 1])]);
    let start = Instant::now();
    let crl = Crl::from_der(crl.as_der()).unwrap();
    assert_eq!(crl.len(), 100_000);
    let found = (0..100_000u32).filter(|number| crl.entry(&number.to_be_bytes()).is_some()).count();
    assert!(found < 100_000);
    assert!(crl.entry(&[0]).is_some() && crl.entry(&[]).is_none());
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn a_certificate_with_something_twice_or_different_is_refused() {
    let root = root();
    let unknown = Oid::new("1.2.3.4");
    let twice = request(Profile::Signer)
        .with_extension(unknown, false, &writer::null())
        .with_extension(unknown, false, &writer::null());
    assert_eq!(root.issue(&twice).unwrap_err().code(), Code::Der);
    let critical = request(Profile::Signer).with_extension(unknown, true, &writer::null());
    let leaf = root.issue(&critical).unwrap();
    let anchors = [root.certificate().clone()];
    let error = chain::path(&leaf, &[], &anchors, from(), Purpose::Any).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Constraint);
    assert!(!leaf.may_sign());

    let key = key();
    let parts = |version: Option<i64>, algorithm: Vec<u8>, not_after: Time| {
        let version = version.map(|version| writer::explicit(0, &writer::integer(version)));
        let period = writer::sequence(&[
            &writer::utc_time(from()).unwrap(),
            &writer::utc_time(not_after).unwrap(),
        ]);
        let name = root.certificate().subject_der();
        let spki = key.public_key().to_spki_der();
        signed(
            &key,
            &[
                &version.unwrap_or_default(),
                &writer::integer(1),
                &algorithm,
                name,
                &period,
                name,
                &spki,
            ],
        )
    };
    let algorithm = key.algorithm().algorithm_identifier();
    let read = |der: Vec<u8>| Certificate::from_der(&der).map_err(|error| error.code());
    assert!(read(parts(Some(2), algorithm.clone(), until())).is_ok());
    assert_eq!(read(parts(Some(1), algorithm.clone(), until())), Err(Code::Version));
    assert_eq!(read(parts(None, algorithm.clone(), until())), Err(Code::Version));
    let early = time("2025-01-01T00:00:00Z");
    assert_eq!(read(parts(Some(2), algorithm, early)), Err(Code::Structure));
    let with_null = writer::sequence(&[&writer::oid(&oid::SM2_WITH_SM3), &writer::null()]);
    assert_eq!(read(parts(Some(2), with_null, until())), Err(Code::Structure));
}

#[test]
fn many_certificates_of_one_name_cost_a_budget_and_no_more() {
    // Each names the same subject and issuer, with its own key: every order of them is a path.
    let odd: Vec<Certificate> = (0..60)
        .map(|_| Authority::root(key(), subject("Odd"), from(), until()).unwrap())
        .map(|authority| authority.certificate().clone())
        .collect();
    let odd_root = Authority::root(key(), subject("Odd"), from(), until()).unwrap();
    let leaf = odd_root.issue(&request(Profile::Signer)).unwrap();
    let start = Instant::now();
    let anchors = [root().certificate().clone()];
    let error = chain::build(&leaf, &odd, &anchors, from(), Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Budget);
    // With an anchor of that name every path is complete, and judged.
    let anchors = [Authority::root(key(), subject("Odd"), from(), until()).unwrap()];
    let anchors = [anchors[0].certificate().clone()];
    let error = chain::build(&leaf, &odd, &anchors, from(), Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Budget);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn critical_policies_are_refused_as_not_understood() {
    let root = root();
    let anchors = [root.certificate().clone()];
    // CertificatePolicies ::= SEQUENCE OF SEQUENCE { policyIdentifier }: anyPolicy.
    let policy = writer::sequence(&[&writer::oid(&Oid::new("2.5.29.32.0"))]);
    let policies = writer::sequence(&[&policy]);
    for critical in [false, true] {
        let asked =
            request(Profile::Signer).with_extension(oid::CERTIFICATE_POLICIES, critical, &policies);
        let leaf = root.issue(&asked).unwrap();
        let path = chain::build(&leaf, &[], &anchors, from(), Purpose::Sign);
        let chain = chain::path(&leaf, &[], &anchors, from(), Purpose::Sign);
        assert_eq!((path.is_ok(), chain.is_ok()), (!critical, !critical));
        if let Err(error) = chain {
            assert_eq!(error.kind(), ChainErrorKind::Constraint);
            assert!(error.detail().contains("2.5.29.32 is not understood"), "{error}");
        }
    }
}

#[test]
fn a_certificate_signed_under_the_empty_user_id_is_refused_by_name() {
    let root_key = key();
    let root = Authority::root(copy_of(&root_key), subject("Root"), from(), until()).unwrap();
    let leaf = root.issue(&request(Profile::Signer)).unwrap();
    let empty = yinxin::crypto::sm2::UserId::new(b"").unwrap();
    let signature =
        copy_of(&root_key).with_user_id(empty).sign(ToSign::Message(leaf.tbs())).unwrap();
    let algorithm = root_key.algorithm().algorithm_identifier();
    let signature = writer::bit_string(&signature);
    let odd = writer::sequence(&[leaf.tbs(), &algorithm, &signature]);
    let odd = Certificate::from_der(&odd).unwrap();
    let anchors = [root.certificate().clone()];
    assert!(chain::path(&leaf, &[], &anchors, from(), Purpose::Sign).is_ok());
    let error = chain::path(&odd, &[], &anchors, from(), Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::BadSignature);
    assert!(error.detail().contains("empty user id"), "{error}");
    // Another key's signature is nobody's under any.
    let other = Authority::root(key(), subject("Root"), from(), until()).unwrap();
    let other = [other.certificate().clone()];
    let error = chain::path(&leaf, &[], &other, from(), Purpose::Sign).unwrap_err();
    assert!(!error.detail().contains("empty user id"), "{error}");
}

fn copy_of(key: &SoftwareKey) -> SoftwareKey {
    SoftwareKey::from_pem(key.to_pkcs8_pem(None).unwrap().as_bytes(), None).unwrap()
}
