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

#[test]
fn a_business_system_and_the_control_tag_what_they_say() {
    let office = Office::new();
    fs::write(office.path("message"), "message").unwrap();
    for (name, half) in [
        ("first", "k7Qe-vX2mPz9_TaW\n"),
        ("second", "0rYbN4uHs8LdFc6J\r\n"),
        ("weak", "aaaaaaaaaaaaaaaa\n"),
        ("short", "k7Qe\n"),
    ] {
        fs::write(office.path(name), half).unwrap();
    }
    let key = ["--key-id", "2026-1", "--first", "file:first", "--second", "file:second"];
    let way = ["--direction", "to-control", "--sequence", "1"];
    let tag = [&["local", "tag", "message", "--out", "tag", "--force"][..], &way].concat();
    // The value of docs/bank.md, which Python computes there.
    let due = "2644a4335a615abed9c006fd445e46dac4dbca9d80cb1b9ae91839dcb571d8a3";
    assert_eq!(office.json(&[&tag[..], &key].concat(), 0)["tag"], due);
    assert_eq!(fs::read_to_string(office.path("tag")).unwrap(), format!("{due}\n"));
    let check = |way: &[&str], key: &[&str], exit| {
        office.json(&[&["local", "check", "message", "--tag", "tag"][..], way, key].concat(), exit)
    };
    assert_eq!(check(&way, &key, 0)["key"], "2026-1");
    office.ok(&[&tag[..], &key, &["--encoding", "base64"]].concat());
    assert_eq!(check(&way, &key, 0)["good"], true);
    // Another number, the other way, another name of the key, the halves the other way round.
    let others = [
        (["--direction", "to-control", "--sequence", "2"], key),
        (["--direction", "from-control", "--sequence", "1"], key),
        (way, ["--key-id", "2026-2", "--first", "file:first", "--second", "file:second"]),
        (way, ["--key-id", "2026-1", "--first", "file:second", "--second", "file:first"]),
    ];
    for (way, key) in others {
        assert_eq!(check(&way, &key, 1)["good"], false);
    }
    fs::write(office.path("message"), "massage").unwrap();
    assert_eq!(check(&way, &key, 1)["good"], false);
    fs::write(office.path("message"), "message").unwrap();
    // While the key changes, both are accepted.
    office.ok(&["local", "half", "--out", "third"]);
    office.ok(&["local", "half", "--out", "fourth"]);
    let next = ["--key-id", "2026-2", "--first", "file:third", "--second", "file:fourth"];
    let other = ["--other-key-id", "2026-1", "--other-first", "file:first"];
    let changing = [&next[..], &other, &["--other-second", "file:second"]].concat();
    assert_eq!(check(&way, &changing, 0)["key"], "2026-1");
    assert_eq!(check(&way, &next, 1)["good"], false);
    // Keys that are none, and tags that are none.
    for (first, second, exit, code) in [
        ("weak", "second", 8, 609),
        ("first", "first", 8, 609),
        ("first", "short", 4, 107),
        ("first", "absent", 7, 501),
    ] {
        let (first, second) = (format!("file:{first}"), format!("file:{second}"));
        let key = ["--key-id", "2026-1", "--first", &first, "--second", &second];
        assert_eq!(check(&way, &key, exit)["error"]["code"], code);
    }
    fs::write(office.path("tag"), &due[1..]).unwrap();
    assert_eq!(check(&way, &key, 4)["error"]["code"], 107);
    // A half on the command line is refused: everybody on the machine could read it.
    let told = ["--key-id", "2026-1", "--first", "k7Qe-vX2mPz9_TaW", "--second", "file:second"];
    office.run(&[&tag[..], &told].concat()).code(2);
}
