//! Seals and stamps on the command line: verdicts, exit codes, JSON.

mod common;

use common::{AFTER, AT, FROM, Office, outcome};
use std::fs;

const TRUST: [&str; 4] = ["--trust", "root.pem", "--crl", "crl.pem"];

fn with_trust<'a>(arguments: &[&'a str], at: &'a str) -> Vec<&'a str> {
    arguments.iter().copied().chain(TRUST).chain(["--at", at]).collect()
}

#[test]
fn a_seal_is_valid_in_its_time_and_with_its_trust() {
    let office = Office::new();
    let report = office.json(&with_trust(&["seal", "check", "office.esl"], AT), 0);
    assert_eq!((&report["schema"], report["verdict"].as_str()), (&1.into(), Some("Valid")));
    let report = office.json(&with_trust(&["verify", "office.esl"], AFTER), 1);
    assert_eq!(outcome(&report, "seal.validity"), Some("Failed"));
    assert_eq!(outcome(&report, "seal.signature"), Some("Passed"));
    let unknown = ["seal", "check", "office.esl", "--trust", "root.pem", "--at", AT];
    let report = office.json(&unknown, 3);
    assert_eq!(outcome(&report, "seal.maker.revocation"), Some("NotDetermined"));
    let lenient = [&unknown[..], &["--revocation", "if-available"]].concat();
    assert_eq!(office.json(&lenient, 0)["verdict"], "Valid");
    let report = office.json(&["seal", "check", "office.esl", "--at", AT], 1);
    assert_eq!(outcome(&report, "seal.maker.chain"), Some("Failed"));
}

#[test]
fn a_stamp_is_bound_to_its_file() {
    let office = Office::new();
    fs::write(office.path("letter.txt"), "a letter").unwrap();
    fs::write(office.path("other.txt"), "another letter").unwrap();
    office.ok(&[
        "stamp",
        "make",
        "letter.txt",
        "--seal",
        "office.esl",
        "--key",
        "signer.key",
        "--cert",
        "signer.pem",
        "--property",
        "letter.txt",
        "--at",
        AT,
        "--out",
        "letter.dat",
    ]);
    let verify = |document| {
        let own = ["stamp", "verify", "letter.dat", "--document", document];
        with_trust(&own, AT)
    };
    assert_eq!(office.json(&verify("letter.txt"), 0)["verdict"], "Valid");
    let report = office.json(&verify("other.txt"), 1);
    assert_eq!(outcome(&report, "document.digest"), Some("Failed"));
    assert_eq!(outcome(&report, "stamp.signature"), Some("Passed"));
    let elsewhere = [verify("letter.txt"), vec!["--property", "page.txt"]].concat();
    assert_eq!(outcome(&office.json(&elsewhere, 1), "stamp.property"), Some("Failed"));
    let shown = office.json(&["inspect", "letter.dat"], 0);
    assert_eq!((&shown["kind"], &shown["seal"]["id"]), (&"stamp".into(), &"TEST01".into()));
}

#[test]
fn a_revoked_maker_and_a_stranger_are_refused() {
    let office = Office::new();
    office.ok(&["ca", "revoke", "ca", "maker.pem", "--at", FROM]);
    office.ok(&["ca", "crl", "ca", "--from", AT, "--out", "revoked.pem"]);
    let report = office.json(
        &["seal", "check", "office.esl", "--trust", "root.pem", "--crl", "revoked.pem", "--at", AT],
        1,
    );
    assert_eq!(outcome(&report, "seal.maker.revocation"), Some("Failed"));
    fs::write(office.path("letter.txt"), "a letter").unwrap();
    let error = office.json(
        &[
            "stamp",
            "make",
            "letter.txt",
            "--seal",
            "office.esl",
            "--key",
            "maker.key",
            "--cert",
            "maker.pem",
            "--at",
            AT,
            "--out",
            "letter.dat",
        ],
        8,
    );
    assert_eq!(error["error"]["code"], 603);
    assert!(!office.path("letter.dat").exists());
}

#[test]
fn the_samples_get_the_verdicts_of_their_manifest() {
    let Some(samples) = std::env::var_os("YINXIN_SAMPLES").map(std::path::PathBuf::from) else {
        println!("skipped: YINXIN_SAMPLES is not set");
        return;
    };
    let office = Office::new();
    let name = |folder: &str, file: &str| samples.join(folder).join(file).display().to_string();
    let root = name("peerpki", "root.cer");
    for file in ["v1.esl", "v4.esl", "v4_certdigest.esl", "v5_ts.esl"] {
        let file = name("peerpki", file);
        let at = "2026-12-01T00:00:00Z";
        let good =
            ["seal", "check", &file, "--trust", &root, "--at", at, "--revocation", "not-checked"];
        assert_eq!(office.json(&good, 0)["verdict"], "Valid", "{file}");
    }
    for file in ["UserV1.esl", "UserV4.esl", "UserV5.esl", "UserV5_ts.esl"] {
        let path = name("seals", file);
        let report = office.json(&["seal", "check", &path, "--at", "2026-12-01T00:00:00Z"], 1);
        assert_eq!(outcome(&report, "seal.structure"), Some("Passed"), "{file}");
        assert_eq!(outcome(&report, "seal.signature"), Some("Passed"), "{file}");
        assert_eq!(outcome(&report, "seal.maker.validity"), Some("Failed"), "{file}");
        let dummy = (file == "UserV5_ts.esl").then_some("Failed");
        assert_eq!(outcome(&report, "seal.timestamp"), dummy, "{file}");
        assert_eq!(report["notes"][0]["code"], "certificate.usage", "{file}");
    }
    for file in ["SignedValueV4.dat", "SignedValueV5.dat"] {
        let shown = office.json(&["stamp", "inspect", &name("seals", file)], 0);
        assert_eq!(shown["kind"], "stamp", "{file}");
        fs::write(office.path("any"), "any document").unwrap();
        let path = name("seals", file);
        let report = office.json(&["stamp", "verify", &path, "--document", "any", "--at", AT], 1);
        assert_eq!(outcome(&report, "stamp.signature"), Some("Passed"), "{file}");
        assert_eq!(outcome(&report, "document.digest"), Some("Failed"), "{file}");
    }
}
