//! `yinxin bytes` and `yinxin json`: what banks sign, and how.

mod common;

use common::{AT, Office, outcome};
use std::fs;

const REQUEST: &str = "{\"request\":{\"head\":{\"funcod\":\"PAY\"},\"body\":{\"amount\":\"100.00\"}},\
    \"signature\":{\"sigdat\":\"__signature_sigdat__\",\"sigtim\":\"20260302093000\"}}\n";
const SIGNER: [&str; 4] = ["--key", "signer.key", "--cert", "signer.pem"];
const ID: [&str; 2] = ["--padded-id", "N002463198"];
const TRUST: [&str; 8] =
    ["--cert", "signer.pem", "--trust", "root.pem", "--crl", "crl.pem", "--at", AT];

fn office() -> Office {
    let office = Office::new();
    fs::write(office.path("request.json"), REQUEST).unwrap();
    office
}

#[test]
fn a_request_is_signed_and_verified() {
    let office = office();
    let sign = ["json", "sign", "request.json", "--out", "signed.json"];
    let made = office.json(&[&sign[..], &SIGNER, &ID].concat(), 0);
    assert_eq!(made["kind"], "signedRequest");
    let signed = fs::read_to_string(office.path("signed.json")).unwrap();
    assert!(signed.ends_with("\",\"sigtim\":\"20260302093000\"}}\n"));
    let by_key = ["json", "verify", "signed.json", "--public-key", "signer.pub"];
    assert_eq!(office.json(&[&by_key[..], &ID].concat(), 0)["good"], true);
    let whole = ["--user-id", "N002463198000000"];
    assert_eq!(office.json(&[&by_key[..], &whole].concat(), 0)["good"], true);
    assert_eq!(office.json(&by_key, 1)["good"], false);
    let by_certificate = [&["json", "verify", "signed.json"][..], &TRUST, &ID].concat();
    let report = office.json(&by_certificate, 0);
    assert_eq!(outcome(&report, "signer.chain"), Some("Passed"));
    // Another sum; a name twice; neither key nor certificate; signed already.
    fs::write(office.path("signed.json"), signed.replace("100.00", "900.00")).unwrap();
    assert_eq!(outcome(&office.json(&by_certificate, 1), "signature.value"), Some("Failed"));
    fs::write(office.path("signed.json"), signed.replace("\"head\"", "\"body\"")).unwrap();
    let twice = office.json(&by_certificate, 4);
    assert_eq!((&twice["error"]["code"], &twice["error"]["offset"]), (&108.into(), &36.into()));
    office.run(&["json", "verify", "signed.json"]).code(2);
    let again = ["json", "sign", "signed.json", "--out", "again.json"];
    assert_eq!(office.json(&[&again[..], &SIGNER].concat(), 4)["error"]["code"], 108);
    assert!(!office.path("again.json").exists());
}

#[test]
fn bytes_are_signed_in_every_form() {
    let office = office();
    for form in ["der", "raw"] {
        for encoding in ["binary", "hex", "base64"] {
            let written = ["--form", form, "--encoding", encoding];
            let sign = ["bytes", "sign", "request.json", "--out", "one.sig", "--force"];
            office.ok(&[&sign[..], &SIGNER, &ID, &written].concat());
            let verify = ["bytes", "verify", "request.json", "--signature", "one.sig"];
            let by_key = [&verify[..], &["--public-key", "signer.pub"], &ID, &written].concat();
            assert_eq!(office.json(&by_key, 0)["good"], true);
            office.json(&[&verify[..], &TRUST, &ID, &written].concat(), 0);
            office.json(&[&verify[..], &TRUST, &written].concat(), 1);
            let length = fs::read(office.path("one.sig")).unwrap().len();
            let raw = [("binary", 64), ("hex", 128), ("base64", 88)];
            if form == "raw" {
                assert!(raw.contains(&(encoding, length)), "{encoding}: {length}");
            }
        }
    }
    fs::write(office.path("one.sig"), "*").unwrap();
    let verify = ["bytes", "verify", "request.json", "--signature", "one.sig"];
    for (encoding, code) in [("hex", 107), ("base64", 106)] {
        let more = ["--public-key", "signer.pub", "--encoding", encoding];
        assert_eq!(office.json(&[&verify[..], &more].concat(), 4)["error"]["code"], code);
    }
}
