//! Certificates and revocation lists, read by another implementation: the crate x509-cert agrees on
//! every field, and writes the same bytes again. So it is with object identifiers.

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use proptest::prelude::*;
use x509_cert::Certificate as Theirs;
use x509_cert::crl::CertificateList;
use yinxin::Time;
use yinxin::asn1::Oid;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::{Certificate, Reason};
use yinxin::key::{Signer, SoftwareKey};

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

/// A root, and a certificate of each profile under it.
fn certificates() -> (Authority, Vec<Certificate>) {
    let (from, until) = (time("2026-01-01T00:00:00Z"), time("2055-01-01T00:00:00Z"));
    let subject = Subject::parse("CN=演示根,O=Test,C=CN").unwrap();
    let root = Authority::root(SoftwareKey::generate_sm2().unwrap(), subject, from, until).unwrap();
    let profiles = [
        Profile::Signer,
        Profile::SealMaker,
        Profile::TimeStamp,
        Profile::Encryption,
        Profile::Ca { path_len: Some(1) },
    ];
    let issue = |profile| {
        let key = SoftwareKey::generate_sm2().unwrap();
        let subject = Subject::parse("CN=示例市财政局,O=Test,C=CN").unwrap();
        let public = Signer::public_key(&key).clone();
        root.issue(&CertificateRequest::new(subject, public, profile, from, until)).unwrap()
    };
    let mut all: Vec<Certificate> = profiles.into_iter().map(issue).collect();
    all.push(root.certificate().clone());
    (root, all)
}

#[test]
fn certificates_are_read_alike() {
    for ours in certificates().1 {
        let theirs = Theirs::from_der(ours.as_der()).unwrap();
        assert_eq!(theirs.to_der().unwrap(), ours.as_der());
        let tbs = theirs.tbs_certificate();
        assert_eq!(tbs.to_der().unwrap(), ours.tbs());
        assert_eq!(tbs.serial_number().as_bytes(), ours.serial());
        assert_eq!(tbs.subject().to_der().unwrap(), ours.subject_der());
        assert_eq!(tbs.issuer().to_der().unwrap(), ours.issuer_der());
        let seconds = |time: &x509_cert::time::Time| time.to_unix_duration().as_secs() as i64;
        assert_eq!(seconds(&tbs.validity().not_before), ours.not_before().unix());
        assert_eq!(seconds(&tbs.validity().not_after), ours.not_after().unix());
        let spki = tbs.subject_public_key_info().to_der().unwrap();
        assert_eq!(spki, ours.public_key_der());
        assert_eq!(theirs.signature().raw_bytes(), ours.signature_value());
        assert!(tbs.extensions().is_some_and(|extensions| extensions.len() >= 4));
    }
}

#[test]
fn revocation_lists_are_read_alike() {
    let (mut root, certificates) = certificates();
    let (from, until) = (time("2026-03-01T00:00:00Z"), time("2026-04-01T00:00:00Z"));
    let revoked = &certificates[..2];
    for certificate in revoked {
        root.revoke(certificate, from, Some(Reason::KeyCompromise)).unwrap();
    }
    let ours = root.crl(from, until).unwrap();
    let theirs: CertificateList = CertificateList::from_der(ours.as_der()).unwrap();
    assert_eq!(theirs.to_der().unwrap(), ours.as_der());
    let entries = theirs.tbs_cert_list.revoked_certificates.unwrap();
    assert_eq!(entries.len(), ours.len());
    for certificate in revoked {
        let serial = certificate.serial();
        assert!(entries.iter().any(|entry| entry.serial_number.as_bytes() == serial));
        assert_eq!(ours.entry(serial).unwrap().reason, Some(Reason::KeyCompromise));
    }
}

/// What one reader takes for a certificate with these bytes changed, the other may refuse, but never
/// read with another meaning.
#[test]
fn changed_bytes_have_no_second_meaning() {
    let certificate = certificates().1.swap_remove(0);
    for at in 0..certificate.as_der().len() {
        let mut changed = certificate.as_der().to_vec();
        changed[at] ^= 0x01;
        let (Ok(ours), Ok(theirs)) = (Certificate::from_der(&changed), Theirs::from_der(&changed))
        else {
            continue;
        };
        let tbs = theirs.tbs_certificate();
        assert_eq!(tbs.serial_number().as_bytes(), ours.serial(), "byte {at}");
        assert_eq!(tbs.subject().to_der().unwrap(), ours.subject_der(), "byte {at}");
        let spki = tbs.subject_public_key_info().to_der().unwrap();
        assert_eq!(spki, ours.public_key_der(), "byte {at}");
    }
}

proptest! {
    /// As far as the other goes: second arcs below 40, arcs of 28 bits.
    #[test]
    fn object_identifiers_are_read_alike(
        root in 0u32..3,
        second in 0u32..40,
        arcs in prop::collection::vec(prop_oneof![0u32..300, 0u32..1 << 28], 1..8),
    ) {
        let arcs: String = arcs.iter().map(|arc| format!(".{arc}")).collect();
        let dotted = format!("{root}.{second}{arcs}");
        let (ours, theirs) = (Oid::parse(&dotted).unwrap(), ObjectIdentifier::new(&dotted).unwrap());
        prop_assert_eq!(ours.contents(), theirs.as_bytes());
        prop_assert_eq!(ours.to_string(), dotted);
        prop_assert_eq!(Oid::from_contents(theirs.as_bytes()), Some(ours));
    }

    #[test]
    fn bytes_are_no_identifier_or_one_that_is_written_alike(
        bytes in prop::collection::vec(any::<u8>(), 0..12),
    ) {
        if let Some(oid) = Oid::from_contents(&bytes) {
            prop_assert_eq!(oid.contents(), &bytes[..]);
            prop_assert_eq!(Oid::parse(&oid.to_string()), Some(oid));
        }
    }
}
