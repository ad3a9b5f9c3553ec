//! Crowds of certificates, circles, long chains and long names: an answer within the named limits,
//! each with its own error.

use yinxin::Time;
use yinxin::asn1::{oid, writer};
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::chain::{self, ChainErrorKind, MAX_INTERMEDIATES, Purpose, VerifiedChain};
use yinxin::cert::revocation::{self, MAX_OTHER_SIGNERS, Status};
use yinxin::cert::{Certificate, Crl, MAX_CERTIFICATE_BYTES, MAX_CRL_BYTES};
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey, ToSign};

fn from() -> Time {
    Time::from_civil(2026, 1, 1, 0, 0, 0).unwrap()
}

fn until() -> Time {
    Time::from_civil(2036, 1, 1, 0, 0, 0).unwrap()
}

fn key() -> SoftwareKey {
    SoftwareKey::generate_sm2().unwrap()
}

fn copy(key: &SoftwareKey) -> SoftwareKey {
    SoftwareKey::from_pem(key.to_pkcs8_pem(None).unwrap().as_bytes(), None).unwrap()
}

fn subject(name: &str) -> Subject {
    Subject::new(&[("C", "CN"), ("CN", name)]).unwrap()
}

fn root(name: &str) -> Authority {
    Authority::root(key(), subject(name), from(), until()).unwrap()
}

fn below(above: &Authority, name: &str) -> Authority {
    above.intermediate(key(), subject(name), from(), until(), None).unwrap()
}

fn request(name: &str, key: &SoftwareKey, profile: Profile) -> CertificateRequest {
    let public = key.public_key().clone();
    CertificateRequest::new(subject(name), public, profile, from(), until())
}

fn person(by: &Authority) -> Certificate {
    by.issue(&request("Person", &key(), Profile::Signer)).unwrap()
}

fn build(
    leaf: &Certificate,
    given: &[Certificate],
    anchor: &Authority,
) -> Result<VerifiedChain, ChainErrorKind> {
    let anchors = [anchor.certificate().clone()];
    chain::build(leaf, given, &anchors, from(), Purpose::Sign).map_err(|error| error.kind())
}

#[test]
fn a_chain_of_two_hundred_goes_no_further_than_the_limit() {
    let root = root("Root");
    let mut line = vec![below(&root, "Level 0")];
    for level in 1..200 {
        line.push(below(&line[level - 1], &format!("Level {level}")));
    }
    let mut given: Vec<Certificate> =
        line.iter().map(|authority| authority.certificate().clone()).collect();
    for last in [0, MAX_INTERMEDIATES - 1] {
        let chain = build(&person(&line[last]), &given, &root).unwrap();
        assert_eq!(chain.certificates().len(), last + 3);
    }
    let leaf = person(&line[199]);
    let longer = person(&line[MAX_INTERMEDIATES]);
    for _ in 0..2 {
        assert_eq!(build(&longer, &given, &root).unwrap_err(), ChainErrorKind::Budget);
        assert_eq!(build(&leaf, &given, &root).unwrap_err(), ChainErrorKind::Budget);
        given.reverse();
    }
}

#[test]
fn a_circle_leads_nowhere_and_its_way_out_is_found() {
    let root = root("Root");
    let (first_key, second_key) = (key(), key());
    let first = Authority::root(copy(&first_key), subject("First"), from(), until()).unwrap();
    let ca = Profile::Ca { path_len: None };
    let second_by_first = first.issue(&request("Second", &second_key, ca)).unwrap();
    let second = Authority::existing(second_key, second_by_first.clone()).unwrap();
    let first_by_second = second.issue(&request("First", &first_key, ca)).unwrap();
    let leaf = person(&second);
    let mut circle = vec![first_by_second, second_by_first, first.certificate().clone()];
    assert_eq!(build(&leaf, &circle, &root).unwrap_err(), ChainErrorKind::UnknownIssuer);
    circle.push(root.issue(&request("First", &first_key, ca)).unwrap());
    for _ in 0..circle.len() {
        circle.rotate_left(1);
        assert_eq!(build(&leaf, &circle, &root).unwrap().certificates().len(), 4);
    }
}

#[test]
fn two_hundred_certificates_hide_the_right_one_badly() {
    let root = root("Root");
    let right = below(&root, "Issuing CA");
    let leaf = person(&right);
    let mut given: Vec<Certificate> = (0..100).map(|_| person(&root)).collect();
    let other = self::root("Elsewhere");
    given.extend((0..100).map(|at| below(&other, &format!("CA {at}")).certificate().clone()));
    assert_eq!(build(&leaf, &given, &root).unwrap_err(), ChainErrorKind::UnknownIssuer);
    given.insert(150, right.certificate().clone());
    assert!(build(&leaf, &given, &root).is_ok());
}

/// CVE-2015-1793: after a first chain that did not hold, another one was tried and the certificate of
/// an end entity taken for an authority's.
#[test]
fn another_chain_makes_no_authority_of_an_end_entity() {
    let (root, stranger) = (root("Root"), root("Stranger"));
    let sub_key = key();
    let sub_request = request("Sub", &sub_key, Profile::Ca { path_len: None });
    let by_root = root.issue(&sub_request).unwrap();
    let by_stranger = stranger.issue(&sub_request).unwrap();
    let sub = Authority::existing(sub_key, by_root.clone()).unwrap();
    // A person of the sub authority issues a certificate with the person's own key.
    let person_key = key();
    let person = sub.issue(&request("Person", &person_key, Profile::Signer)).unwrap();
    let as_authority =
        Authority::root(copy(&person_key), subject("Person"), from(), until()).unwrap();
    let forged = self::person(&as_authority);
    let self_signed = as_authority.certificate().clone();
    let mut given = vec![by_stranger, self_signed, person.clone(), by_root];
    for _ in 0..given.len() {
        given.rotate_left(1);
        assert!(build(&person, &given, &root).is_ok());
        assert!(build(&forged, &given, &root).is_err());
        let without: Vec<Certificate> =
            given.iter().filter(|one| !one.is_self_issued()).cloned().collect();
        assert_eq!(build(&forged, &without, &root).unwrap_err(), ChainErrorKind::Constraint);
    }
}

#[test]
fn the_first_and_the_last_second_count() {
    let root = root("Root");
    let (start, end) = (from().plus_seconds(100).unwrap(), from().plus_seconds(200).unwrap());
    let public = key().public_key().clone();
    let request = CertificateRequest::new(subject("Person"), public, Profile::Signer, start, end);
    let leaf = root.issue(&request).unwrap();
    let anchors = [root.certificate().clone()];
    let kind = |at: Time| {
        let chain = chain::build(&leaf, &[], &anchors, at, Purpose::Sign);
        chain.err().map(|error| error.kind())
    };
    assert_eq!(kind(start), None);
    assert_eq!(kind(end), None);
    assert_eq!(kind(start.plus_seconds(-1).unwrap()), Some(ChainErrorKind::NotYetValid));
    assert_eq!(kind(end.plus_seconds(1).unwrap()), Some(ChainErrorKind::Expired));
}

/// A certificate signed with `key` whose subject is this Name.
fn named(issuer: &Certificate, key: &SoftwareKey, name: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let period = writer::sequence(&[
        &writer::utc_time(from()).unwrap(),
        &writer::utc_time(until()).unwrap(),
    ]);
    let algorithm = key.algorithm().algorithm_identifier();
    let extensions = match extensions {
        [] => Vec::new(),
        all => writer::explicit(3, &writer::sequence_of(all)),
    };
    let tbs = writer::sequence(&[
        &writer::explicit(0, &writer::integer(2)),
        &writer::integer(7),
        &algorithm,
        issuer.subject_der(),
        &period,
        name,
        &key.public_key().to_spki_der(),
        &extensions,
    ]);
    let signature = writer::bit_string(&key.sign(ToSign::Message(&tbs)).unwrap());
    writer::sequence(&[&tbs, &algorithm, &signature])
}

fn component(value: &[u8]) -> Vec<u8> {
    let attribute = writer::sequence(&[&writer::oid(&oid::NAME_UNIT), value]);
    writer::tlv(0x31, &[&attribute])
}

#[test]
fn long_and_deep_names_are_read_or_refused() {
    let root_key = key();
    let root = Authority::root(copy(&root_key), subject("Root"), from(), until()).unwrap();
    let leaf = |name: &[u8]| {
        Certificate::from_der(&named(root.certificate(), &root_key, name, &[]))
            .map_err(|error| error.code())
    };
    // 4,000 components, and a component with a text of 60,000 characters.
    let many = writer::sequence_of(&vec![component(&writer::utf8("x")); 4000]);
    let long = writer::sequence_of(&[component(&writer::utf8(&"长".repeat(20_000)))]);
    for name in [many, long] {
        let leaf = leaf(&name).unwrap();
        assert!(leaf.subject().len() > 10_000);
        assert!(build(&leaf, &[], &root).is_ok());
    }
    // A value that is a structure of 10,000 levels is shown, and not entered.
    let mut deep = writer::null();
    for _ in 0..10_000 {
        deep = writer::sequence(&[&deep]);
    }
    assert!(leaf(&writer::sequence_of(&[component(&deep)])).is_ok());
    let too_long = writer::utf8(&"x".repeat(MAX_CERTIFICATE_BYTES));
    assert_eq!(leaf(&writer::sequence_of(&[component(&too_long)])).unwrap_err(), Code::Size);
}

#[test]
fn many_names_under_many_constraints_are_a_budget() {
    let root = root("Root");
    let host = |number: usize| writer::tlv(0x82, &[format!("h{number}.example").as_bytes()]);
    let extension = |which: &yinxin::asn1::Oid, value: &[u8]| {
        let critical = writer::boolean(true);
        writer::sequence(&[&writer::oid(which), &critical, &writer::octet_string(value)])
    };
    let subtrees: Vec<Vec<u8>> = (0..2000).map(|at| writer::sequence(&[&host(at)])).collect();
    let excluded = writer::sequence(&[&writer::tlv(0xa1, &[&subtrees.concat()])]);
    let sub_key = key();
    let sub = request("Sub", &sub_key, Profile::Ca { path_len: None }).with_extension(
        oid::NAME_CONSTRAINTS,
        true,
        &excluded,
    );
    let sub = root.issue(&sub).unwrap();
    let with_names = |count: usize| {
        let names: Vec<Vec<u8>> = (0..count).map(|at| host(100_000 + at)).collect();
        let names = extension(&oid::SUBJECT_ALT_NAME, &writer::sequence_of(&names));
        let name = writer::sequence_of(&[component(&writer::utf8("Person"))]);
        Certificate::from_der(&named(&sub, &sub_key, &name, &[names])).unwrap()
    };
    let given = [sub.clone()];
    assert!(build(&with_names(100), &given, &root).is_ok());
    assert_eq!(build(&with_names(2000), &given, &root).unwrap_err(), ChainErrorKind::Budget);
}

#[test]
fn namesakes_of_an_issuer_are_tried_within_a_budget() {
    let root = root("Root");
    let issuer = below(&root, "Issuing CA");
    let leaf = person(&issuer);
    // Two hundred others of its name, and a list by yet another, signed by none of them.
    let elsewhere = self::root("Elsewhere");
    let mut given: Vec<Certificate> =
        (0..200).map(|_| below(&elsewhere, "Issuing CA").certificate().clone()).collect();
    given.push(issuer.certificate().clone());
    let foreign = below(&elsewhere, "Issuing CA").crl(from(), until()).unwrap();
    let chain = build(&leaf, &given, &root).unwrap();
    let status =
        |chain: &VerifiedChain, lists: &[Crl]| revocation::check(chain, lists, from())[0].1.clone();
    let why = |chain: &VerifiedChain, lists: &[Crl]| match status(chain, lists) {
        Status::Unknown { why } => why,
        other => panic!("{other:?}"),
    };
    assert!(!why(&chain, std::slice::from_ref(&foreign)).contains("too many"));
    given.extend((200..=MAX_OTHER_SIGNERS).map(|_| {
        let namesake = below(&elsewhere, "Issuing CA");
        namesake.certificate().clone()
    }));
    let chain = build(&leaf, &given, &root).unwrap();
    assert!(why(&chain, std::slice::from_ref(&foreign)).contains("too many"));
    // The issuer's own list counts all the same, wherever it stands.
    let good = issuer.crl(from(), until()).unwrap();
    assert_eq!(status(&chain, &[foreign.clone(), foreign, good]), Status::Good);
}

#[test]
fn a_list_above_the_limit_is_not_looked_at() {
    let large = vec![0x30; MAX_CRL_BYTES + 1];
    assert_eq!(Crl::from_der(&large).unwrap_err().code(), Code::Size);
}
