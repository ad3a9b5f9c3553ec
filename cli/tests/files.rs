//! What the command does with files and with mistakes.

mod common;

use common::{AT, Office};
use std::fs;

#[test]
fn nothing_is_overwritten_without_force() {
    let office = Office::new();
    let before = fs::read(office.path("signer.key")).unwrap();
    let error = office.json(&["keygen", "--out", "signer.key"], 7);
    assert_eq!(error["error"]["code"], 503);
    assert_eq!(fs::read(office.path("signer.key")).unwrap(), before);
    office.ok(&["keygen", "--out", "signer.key", "--force"]);
    assert_ne!(fs::read(office.path("signer.key")).unwrap(), before);
    let left = fs::read_dir(office.at())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".new"));
    assert_eq!(left.count(), 0);
}

#[cfg(unix)]
#[test]
fn keys_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::new();
    let mode = fs::metadata(office.path("signer.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn passwords_come_from_elsewhere() {
    let office = Office::new();
    fs::write(office.path("password"), "secret\n").unwrap();
    fs::write(office.path("wrong"), "guess\n").unwrap();
    office.ok(&["keygen", "--out", "locked.key", "--password", "file:password"]);
    let root = |password: &'static str| {
        let key = ["ca", "init", "other", "--key", "locked.key", "--subject", "CN=R,C=CN"];
        [&key[..], &["--password", password]].concat()
    };
    assert_eq!(office.json(&root("file:wrong"), 5)["error"]["code"], 402);
    assert_eq!(office.json(&root("secret"), 2)["error"]["code"], 701);
    office.ok(&root("file:password"));
}

#[test]
fn what_cannot_be_read_is_an_error_with_a_number() {
    let office = Office::new();
    fs::write(office.path("noise"), [0x30, 0x82, 0x10]).unwrap();
    for (arguments, exit, code) in [
        (vec!["seal", "check", "noise", "--at", AT], 4, 101),
        (vec!["seal", "check", "absent", "--at", AT], 7, 501),
        (vec!["seal", "check", "office.esl", "--at", "yesterday"], 2, 701),
        (vec!["seal", "check", "office.esl", "--trust", "noise", "--at", AT], 4, 101),
        (vec!["inspect", "noise"], 4, 203),
        (vec!["voucher", "inspect", "office.esl"], 4, 104),
    ] {
        let error = office.json(&arguments, exit);
        assert_eq!(error["error"]["code"], code, "{arguments:?}: {error}");
    }
}

#[test]
fn every_kind_of_file_is_shown() {
    let office = Office::new();
    for (file, kind) in
        [("root.pem", "certificate"), ("crl.pem", "revocationList"), ("office.esl", "seal")]
    {
        assert_eq!(office.json(&["inspect", file], 0)["kind"], kind);
    }
    office.ok(&["seal", "inspect", "office.esl", "--picture", "office.svg"]);
    assert!(fs::read_to_string(office.path("office.svg")).unwrap().contains("<svg"));
}

#[test]
fn completions_and_the_manual_are_printed() {
    let office = Office::new();
    office.run(&["completions", "bash"]).success();
    office.run(&["manual"]).success();
}

#[test]
fn speed_prints_one_object() {
    let office = Office::new();
    let names = ["sm3-one-stream", "rsa2048-verify", "voucher-stamp-one", "voucher-store-many"];
    let speed = ["speed", names[0], names[1], names[2], names[3], "--seconds", "0.01"];
    let value = office.json(&speed, 0);
    let backends = value["machine"]["backends"].as_array().unwrap();
    assert_eq!(backends[0], "portable");
    assert_eq!(backends.last(), Some(&value["machine"]["backend"]), "the best by default");
    assert_eq!(value["results"].as_array().unwrap().len(), names.len());
    for (result, name) in value["results"].as_array().unwrap().iter().zip(names) {
        assert_eq!(result["name"], name);
        assert!(result["median_ns"].as_f64().unwrap() > 0.0);
    }
    let portable =
        office.json(&["speed", names[0], "--seconds", "0.01", "--backend", "portable"], 0);
    assert_eq!(portable["machine"]["backend"], "portable");
    office.json(&["speed", names[0], "--backend", "abacus"], 2);
    office.json(&["speed", "sm9-sign"], 2);
}
