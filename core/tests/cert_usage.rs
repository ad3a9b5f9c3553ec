//! What certificates may be used for, by their extensions.

mod cert_common;

use cert_common::{from, key, root, until};
use yinxin::asn1::{Oid, oid, writer};
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::chain::{self, ChainErrorKind, Purpose};
use yinxin::cert::{Certificate, KeyUsage};
use yinxin::key::Signer;

/// A certificate of this profile with some extensions in place of the profile's.
fn issue(root: &Authority, profile: Profile, extensions: &[(Oid, bool, Vec<u8>)]) -> Certificate {
    let key = key();
    let subject = Subject::parse("CN=Somebody").unwrap();
    let request =
        CertificateRequest::new(subject, key.public_key().clone(), profile, from(), until());
    let request = extensions.iter().fold(request, |request, (oid, critical, value)| {
        request.with_extension(*oid, *critical, value)
    });
    root.issue(&request).unwrap()
}

fn usage(bits: u8) -> (Oid, bool, Vec<u8>) {
    let unused = bits.trailing_zeros().min(7) as u8;
    (oid::KEY_USAGE, true, writer::tlv(3, &[&[unused, bits]]))
}

fn purposes(critical: bool, purposes: &[Oid]) -> (Oid, bool, Vec<u8>) {
    let purposes: Vec<Vec<u8>> = purposes.iter().map(writer::oid).collect();
    (oid::EXTENDED_KEY_USAGE, critical, writer::sequence_of(&purposes))
}

#[test]
fn the_encryption_certificate_of_a_pair_does_not_sign() {
    let root = root();
    let signer = issue(&root, Profile::Signer, &[]);
    let encryption = issue(&root, Profile::Encryption, &[]);
    assert!(signer.may_sign() && signer.usage_remark().is_none());
    let problem = encryption.usage_problem(Purpose::Sign).unwrap();
    assert!(problem.contains("keyEncipherment, dataEncipherment, keyAgreement"), "{problem}");
    assert!(encryption.usage_problem(Purpose::MakeSeal).is_some());
    assert!(encryption.usage_problem(Purpose::Encrypt).is_none());
    assert!(signer.usage_problem(Purpose::Encrypt).is_some());
    assert!(root.certificate().usage_problem(Purpose::Sign).is_some());
    assert!(root.certificate().usage_problem(Purpose::Any).is_none());
}

#[test]
fn either_bit_of_signing_will_do() {
    let root = root();
    for (bits, may_sign) in
        [(0x80, true), (0x40, true), (0xf8, true), (0x38, false), (0x06, false), (0, false)]
    {
        let certificate = issue(&root, Profile::Signer, &[usage(bits)]);
        assert_eq!(certificate.may_sign(), may_sign, "{bits:#04x}");
    }
    let odd = issue(&root, Profile::Signer, &[usage(0xc4)]);
    assert!(odd.may_sign() && odd.key_usage().is_some_and(KeyUsage::key_cert_sign));
    assert!(odd.usage_remark().unwrap().contains("keyCertSign"));
}

#[test]
fn purposes_count_where_they_are_critical() {
    let root = root();
    let signs = |critical, list: &[Oid]| {
        issue(&root, Profile::Signer, &[purposes(critical, list)]).may_sign()
    };
    let other = Oid::new("1.3.6.1.5.5.7.3.9");
    assert!(signs(false, &[other]));
    assert!(!signs(true, &[other]));
    assert!(signs(true, &[other, oid::EKU_CLIENT_AUTH]));
    assert!(signs(true, &[oid::EKU_DOCUMENT_SIGNING]));
}

#[test]
fn an_identifier_of_any_arcs_leaves_a_certificate_readable() {
    let root = root();
    let anchors = [root.certificate().clone()];
    let uuid = Oid::parse("2.25.329800735698586629295641978511506172918").unwrap();
    for unknown in [Oid::new("2.999.3"), uuid, Oid::new("1.3.6.1.4.1.4294967296")] {
        let odd = |critical| (unknown, critical, writer::null());
        let listed = purposes(true, &[unknown, oid::EKU_DOCUMENT_SIGNING]);
        let signer = issue(&root, Profile::Signer, &[odd(false), listed]);
        assert_eq!(signer.extended_key_usage().unwrap()[0], unknown);
        assert!(chain::build(&signer, &[], &anchors, from(), Purpose::Sign).is_ok());
        let refused = issue(&root, Profile::Signer, &[odd(true)]);
        assert_eq!(refused.unknown_critical_extensions(), [unknown]);
        let problem = refused.usage_problem(Purpose::Sign).unwrap();
        assert!(problem.contains(&unknown.to_string()), "{problem}");
    }
}

#[test]
fn a_time_stamp_authority_does_that_alone() {
    let root = root();
    let problem = |extensions: &[(Oid, bool, Vec<u8>)]| {
        issue(&root, Profile::Signer, extensions).usage_problem(Purpose::TimeStamp)
    };
    let stamping = oid::EKU_TIME_STAMPING;
    assert!(issue(&root, Profile::TimeStamp, &[]).usage_problem(Purpose::TimeStamp).is_none());
    assert!(!issue(&root, Profile::TimeStamp, &[]).may_sign());
    assert!(problem(&[purposes(true, &[stamping])]).is_none());
    assert!(problem(&[purposes(false, &[stamping])]).unwrap().contains("critical"));
    assert!(problem(&[purposes(true, &[stamping, oid::EKU_CLIENT_AUTH])]).is_some());
    assert!(problem(&[purposes(true, &[oid::EKU_ANY])]).is_some());
    assert!(problem(&[]).is_some());
    assert!(problem(&[purposes(true, &[stamping]), usage(0x20)]).is_some());
}

#[test]
fn an_anchor_is_trusted_directly_but_not_for_another_use() {
    let root = root();
    let signer = issue(&root, Profile::Signer, &[]);
    let anchors = [signer.clone()];
    let chain = chain::build(&signer, &[], &anchors, from(), Purpose::Sign).unwrap();
    assert_eq!(chain.leaf(), chain.anchor());
    let error = chain::build(&signer, &[], &anchors, from(), Purpose::Encrypt).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Usage);
    let late = until().plus_seconds(1).unwrap();
    let error = chain::build(&signer, &[], &anchors, late, Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::Expired);
    // An end entity as an anchor reaches nobody else.
    let other = issue(&root, Profile::Signer, &[]);
    assert!(chain::build(&other, &[], &anchors, from(), Purpose::Sign).is_err());
}
