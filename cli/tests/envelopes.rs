//! `yinxin envelope`: packets sealed, opened, answered; and those that are refused.

mod common;

use common::{AT, Office, outcome};
use std::fs;

const BODY: &str = "pay 100.00 to the school";

/// The bureau signs; the bank has a key to decrypt and one to sign receipts.
fn office() -> Office {
    let office = Office::new();
    fs::write(office.path("body.xml"), BODY).unwrap();
    for (name, profile) in [
        ("bank", "encryption"),
        ("teller", "signer"),
        ("other", "encryption"),
        ("stranger", "signer"),
    ] {
        office.certify(name, profile, &[]);
    }
    office
}

fn seal<'a>(sequence: &'a str, to: &'a str, out: &'a str) -> Vec<&'a str> {
    let signer = ["envelope", "seal", "body.xml", "--key", "signer.key", "--cert", "signer.pem"];
    let what = ["--conversation", "2026/5201", "--sequence", sequence, "--to", to];
    [&signer[..], &what, &["--at", AT, "--out", out]].concat()
}

const TRUST: [&str; 6] = ["--trust", "root.pem", "--crl", "crl.pem", "--at", AT];

fn open<'a>(packet: &'a str, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let key = ["envelope", "open", packet, "--key", "bank.key", "--cert", "bank.pem"];
    [&key[..], &["--from", "signer.pem", "--out", out], &TRUST, more].concat()
}

const ANSWER: [&str; 6] =
    ["--receipt", "receipt.p7s", "--receipt-key", "teller.key", "--receipt-cert", "teller.pem"];

fn receipt<'a>(of: &'a str, from: &'a str) -> Vec<&'a str> {
    let start = ["envelope", "receipt", "receipt.p7s", "--of", of, "--from", from];
    [&start[..], &TRUST].concat()
}

#[test]
fn a_packet_goes_and_a_receipt_comes_back() {
    let office = office();
    let made = office.json(&seal("7", "bank.pem", "one.pkt"), 0);
    assert_eq!((&made["sequence"], &made["kind"]), (&7.into(), &"voucher".into()));
    let opened = office.json(&open("one.pkt", "out.xml", &ANSWER), 0);
    assert_eq!(opened["verdict"], "Valid");
    assert_eq!(opened["packet"]["digest"], made["digest"]);
    assert_eq!(opened["packet"]["signer"], "CN=Test signer,C=CN");
    assert_eq!(fs::read_to_string(office.path("out.xml")).unwrap(), BODY);
    let answered = office.json(&receipt("one.pkt", "teller.pem"), 0);
    assert_eq!(answered["receipt"]["answer"], "Received");
    // For people, and to standard output.
    let text = office.run(&open("one.pkt", "-", &[])).success();
    assert_eq!(text.get_output().stdout, BODY.as_bytes());
    let text = office.run(&receipt("one.pkt", "teller.pem")).success();
    let text = String::from_utf8(text.get_output().stdout.clone()).unwrap();
    assert!(text.contains("receipt.packet") && text.contains("Received"), "{text}");
    // Refused, with a reason.
    let no = ["--refuse", "607", "--reason", "额度不足", "--force"];
    office.json(&open("one.pkt", "out.xml", &[&ANSWER[..], &no].concat()), 0);
    let answered = office.json(&receipt("one.pkt", "teller.pem"), 0);
    assert_eq!(answered["receipt"]["code"], 607);
    assert_eq!(answered["receipt"]["reason"], "额度不足");
}

#[test]
fn what_is_not_right_is_not_taken() {
    let office = office();
    office.ok(&seal("1", "bank.pem", "one.pkt"));
    office.ok(&seal("1", "bank.pem", "again.pkt"));
    office.ok(&seal("1", "other.pem", "other.pkt"));
    // Another sender is expected: nothing is written, no receipt made.
    let stranger = ["envelope", "open", "one.pkt", "--key", "bank.key", "--cert", "bank.pem"];
    let stranger = [&stranger[..], &["--from", "stranger.pem", "--out", "no.xml"], &TRUST, &ANSWER];
    let report = office.json(&stranger.concat(), 1);
    assert_eq!(outcome(&report, "envelope.party"), Some("Failed"));
    assert!(!office.path("no.xml").exists() && !office.path("receipt.p7s").exists());
    let error = office.json(&open("other.pkt", "no.xml", &[]), 5);
    assert_eq!(error["error"]["code"], 412);
    let mut bent = fs::read(office.path("one.pkt")).unwrap();
    *bent.last_mut().unwrap() ^= 1;
    fs::write(office.path("bent.pkt"), &bent).unwrap();
    let error = office.json(&open("bent.pkt", "no.xml", &[]), 5);
    assert_eq!(error["error"]["code"], 406);
    fs::write(office.path("cut.pkt"), &bent[..bent.len() - 9]).unwrap();
    let error = office.json(&open("cut.pkt", "no.xml", &[]), 4);
    assert_eq!(error["error"]["family"], "Malformed");
    // A receipt of another packet, and by another than the receiver.
    office.ok(&open("one.pkt", "yes.xml", &ANSWER));
    let report = office.json(&receipt("again.pkt", "teller.pem"), 1);
    assert_eq!(outcome(&report, "receipt.packet"), Some("Failed"));
    assert!(report["receipt"].is_null());
    let report = office.json(&receipt("one.pkt", "stranger.pem"), 1);
    assert_eq!(outcome(&report, "receipt.party"), Some("Failed"));
    // A number is from 1 on; a signing certificate is not one to encrypt for.
    office.run(&seal("0", "bank.pem", "zero.pkt")).code(2);
    office.run(&seal("1", "teller.pem", "zero.pkt")).code(8);
}
