//! Time stamp tokens made by others, and what happens when they are changed.

use std::fs;
use std::path::PathBuf;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::cert::Certificate;
use yinxin::report::{CheckCode, Outcome, Report, Verdict};
use yinxin::timestamp::{self, Token};
use yinxin::trust::{Policy, Revocation, Trust};

/// The folder of the sample authority, if the samples are here.
fn samples() -> Option<PathBuf> {
    let Some(samples) = std::env::var_os("YINXIN_SAMPLES") else {
        println!("skipped: YINXIN_SAMPLES is not set");
        return None;
    };
    Some(PathBuf::from(samples).join("peerpki"))
}

fn trust(folder: &std::path::Path, revocation: Revocation) -> Trust {
    let mut policy = Policy::default();
    policy.revocation = revocation;
    let mut trust = Trust::new(policy);
    let root = fs::read(folder.join("root.cer")).unwrap();
    trust.add_anchor(Certificate::from_bytes(&root).unwrap());
    trust
}

fn check(token: &[u8], value: &[u8], trust: &Trust) -> Option<Report> {
    let token = Token::parse(token, Profile::Conforming).ok()?;
    Some(timestamp::check(&token, value, trust, now()))
}

fn now() -> Time {
    Time::parse_rfc3339("2026-12-01T00:00:00Z").unwrap()
}

fn outcome(report: &Report, code: CheckCode) -> Outcome {
    report.find(code).unwrap().outcome
}

#[test]
fn a_token_of_a_peer_is_good() {
    let Some(folder) = samples() else { return };
    let token = fs::read(folder.join("token_over_hello.tst")).unwrap();
    let trust_it = trust(&folder, Revocation::NotChecked);
    let report = check(&token, b"hello", &trust_it).unwrap();
    assert!(report.is_valid(), "{}", report.to_text());

    let other = check(&token, b"hullo", &trust_it).unwrap();
    assert_eq!(other.verdict(), Verdict::Invalid);
    assert_eq!(outcome(&other, CheckCode::TokenImprint), Outcome::Failed);
    assert_eq!(outcome(&other, CheckCode::TokenSignature), Outcome::Passed);

    let unknown = check(&token, b"hello", &trust(&folder, Revocation::Required)).unwrap();
    assert_eq!(unknown.verdict(), Verdict::NotDetermined);
    let untrusted = check(&token, b"hello", &Trust::default()).unwrap();
    assert_eq!(outcome(&untrusted, CheckCode::TokenChain), Outcome::Failed);
}

#[test]
fn a_changed_token_is_not_good() {
    let Some(folder) = samples() else { return };
    let token = fs::read(folder.join("token_over_hello.tst")).unwrap();
    let trust = trust(&folder, Revocation::NotChecked);
    let genuine = Token::parse(&token, Profile::Conforming).unwrap();
    for end in 0..token.len() {
        assert!(Token::parse(&token[..end], Profile::AsFound).is_err());
    }
    for at in 0..token.len() {
        let mut changed = token.clone();
        changed[at] ^= 0x04;
        let Some(report) = check(&changed, b"hello", &trust) else { continue };
        // Certificates beside the signer's, and names that are not signed, decide nothing; the time
        // and the imprint are signed.
        if report.is_valid() {
            let changed = Token::parse(&changed, Profile::Conforming).unwrap();
            assert_eq!(changed.gen_time(), genuine.gen_time(), "byte {at}");
            assert_eq!(changed.imprint(), genuine.imprint(), "byte {at}");
        }
    }
}
