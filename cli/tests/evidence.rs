//! Long-term evidence on the command line: made, renewed with answers as files, verified with.

mod common;

use common::{AT, FROM, Office, outcome};
use std::fs;

/// The authority's clock when it stamps the stamp, and the first evidence.
const STAMPED: &str = "2026-03-02T09:30:05Z";
const MADE: &str = "2026-03-03T00:00:00Z";
const RENEWED: &str = "2029-03-03T00:00:00Z";
/// The first authority and the signer have ended by then, the root has not.
const LATER: &str = "2033-03-03T00:00:00Z";
const COVERED: [&str; 4] = ["--signature", "letter.dat", "--document", "letter.txt"];

/// An office with a stamp over letter.txt, time stamped, and two authorities, one after the other.
fn office() -> Office {
    let office = Office::new();
    fs::write(office.path("letter.txt"), "a letter").unwrap();
    for (name, from, days) in [("tsa", FROM, "1200"), ("tsa2", "2029-01-01T00:00:00Z", "2000")] {
        let (key, public) = (format!("{name}.key"), format!("{name}.pub"));
        office.ok(&["keygen", "--out", &key, "--public-out", &public]);
        let out = format!("{name}.pem");
        let issue = ["ca", "issue", "ca", "--public", &public];
        let subject = format!("CN={name},C=CN");
        let to = ["--profile", "tsa", "--subject", &subject, "--from", from, "--days", days];
        office.ok(&[&issue[..], &to, &["--out", &out]].concat());
    }
    let stamp = ["stamp", "make", "letter.txt", "--seal", "office.esl", "--at", AT];
    let signer = ["--key", "signer.key", "--cert", "signer.pem", "--out", "bare.dat"];
    office.ok(&[&stamp[..], &signer].concat());
    crl(&office, STAMPED, "first.crl");
    office
}

fn crl(office: &Office, from: &str, out: &str) {
    let make = ["ca", "crl", "ca", "--days", "7"];
    office.ok(&[&make[..], &["--from", from, "--out", out]].concat());
}

/// The answer of one of the authorities to a request in a file.
fn answer(office: &Office, tsa: &str, at: &str, request: &str, out: &str) {
    let (key, cert) = (format!("{tsa}.key"), format!("{tsa}.pem"));
    let issue = ["timestamp", "issue", request, "--key", &key, "--cert", &cert, "--at", at];
    office.ok(&[&issue[..], &["--policy", "1.2.3.4.1", "--out", out]].concat());
}

fn trust<'a>(crl: &'a str, at: &'a str) -> [&'a str; 6] {
    ["--trust", "root.pem", "--crl", crl, "--at", at]
}

#[test]
fn a_stamp_verifies_after_its_certificates() {
    let office = office();
    time_stamp(&office);
    let make = ["evidence", "make", "letter.dat", "--document", "letter.txt"];
    let files = ["--request", "1.tsq", "--out", "1.draft"];
    office.ok(&[&make[..], &files, &trust("first.crl", MADE)].concat());
    answer(&office, "tsa", MADE, "1.tsq", "1.tsr");
    let complete = |draft: &'static str, answer: &'static str, out: &'static str| {
        [&["evidence", "complete", draft, "--answer", answer, "--out", out], &COVERED[..]].concat()
    };
    let done = complete("1.draft", "1.tsr", "1.evidence");
    office.ok(&[&done[..], &trust("first.crl", MADE)].concat());
    crl(&office, RENEWED, "second.crl");
    let renew = ["evidence", "renew", "1.evidence", "--digest", "sha384"];
    let files = ["--request", "2.tsq", "--out", "2.draft"];
    office.ok(&[&renew[..], &COVERED, &files, &trust("second.crl", RENEWED)].concat());
    answer(&office, "tsa2", RENEWED, "2.tsq", "2.tsr");
    let done = complete("2.draft", "2.tsr", "2.evidence");
    office.ok(&[&done[..], &trust("second.crl", RENEWED)].concat());

    crl(&office, LATER, "third.crl");
    let now = trust("third.crl", LATER);
    for command in [
        &["verify", "letter.dat", "--document", "letter.txt", "--evidence", "2.evidence"][..],
        &["stamp", "verify", "letter.dat", "--document", "letter.txt", "--evidence", "2.evidence"],
        &[&["evidence", "check", "2.evidence"], &COVERED[..]].concat(),
    ] {
        let report = office.json(&[command, &now].concat(), 0);
        assert_eq!(report["verdict"], "Valid");
        assert_eq!(outcome(&report, "evidence.token"), Some("Passed"));
        assert_eq!(outcome(&report, "time.proof"), Some("Passed"));
    }
    // Without it, and with what was not renewed.
    let verify = ["verify", "letter.dat", "--document", "letter.txt"];
    let report = office.json(&[&verify[..], &now].concat(), 3);
    assert_eq!(outcome(&report, "token.proof"), Some("NotDetermined"));
    let old = ["--evidence", "1.evidence"];
    office.json(&[&verify[..], &old, &now].concat(), 3);
    // Another document.
    fs::write(office.path("other.txt"), "another letter").unwrap();
    let verify = ["verify", "letter.dat", "--document", "other.txt", "--evidence", "2.evidence"];
    let report = office.json(&[&verify[..], &now].concat(), 1);
    assert_eq!(outcome(&report, "document.digest"), Some("Failed"));
    // Both commands show the same.
    let shown = office.json(&["evidence", "inspect", "2.evidence"], 0);
    assert_eq!(shown["kind"], "evidence");
    assert_eq!(shown["hashRenewals"], 1);
    let stamps = shown["archiveTimeStamps"].as_array().unwrap();
    assert_eq!(stamps.len(), 2);
    assert_eq!(stamps[1]["timeStamp"]["time"], RENEWED);
    assert_eq!(office.json(&["inspect", "2.evidence"], 0), shown);
}

/// letter.dat: bare.dat with a time stamp, by way of the library, since the command asks by network.
fn time_stamp(office: &Office) {
    use yinxin::asn1::Profile;
    use yinxin::seal::Stamp;
    use yinxin::timestamp::TimeStampResponse;
    let bare = Stamp::parse(&fs::read(office.path("bare.dat")).unwrap(), Profile::Conforming);
    let bare = bare.unwrap();
    let request = bare.time_stamp_request().unwrap();
    fs::write(office.path("0.tsq"), request.as_der()).unwrap();
    answer(office, "tsa", STAMPED, "0.tsq", "0.tsr");
    let response = TimeStampResponse::from_der(&fs::read(office.path("0.tsr")).unwrap()).unwrap();
    let token = response.token_for(&request, Profile::Conforming).unwrap();
    let stamp = bare.with_time_stamp(&token).unwrap();
    fs::write(office.path("letter.dat"), stamp.as_bytes()).unwrap();
}

#[test]
fn what_is_missing_is_said() {
    let office = office();
    time_stamp(&office);
    let make = ["evidence", "make", "letter.dat", "--document", "letter.txt"];
    let files = ["--request", "1.tsq", "--out", "1.draft"];
    // Neither an authority nor a file for the request.
    office.run(&[&make[..], &["--out", "x"], &trust("first.crl", MADE)].concat()).code(2);
    // A list from before the time stamp.
    let failed = office.json(&[&make[..], &files, &trust("crl.pem", MADE)].concat(), 8);
    let message = failed["error"]["message"].as_str().unwrap();
    assert!(message.contains("signer.revocation NotDetermined"), "{message}");
    assert!(!office.path("1.tsq").exists() && !office.path("1.draft").exists());
    // A stamp that has no time stamp.
    let bare = ["evidence", "make", "bare.dat", "--document", "letter.txt"];
    let failed = office.json(&[&bare[..], &files, &trust("first.crl", MADE)].concat(), 8);
    assert_eq!(failed["error"]["code"], 608);
    // An answer to another request.
    office.ok(&[&make[..], &files, &trust("first.crl", MADE)].concat());
    let complete = ["evidence", "complete", "1.draft", "--answer", "0.tsr", "--out", "1.evidence"];
    let failed = office.json(&[&complete[..], &COVERED, &trust("first.crl", MADE)].concat(), 8);
    assert_eq!(failed["error"]["code"], 611);
    assert!(!office.path("1.evidence").exists());
}

#[test]
fn a_page_of_trust_ends_algorithms() {
    let office = office();
    time_stamp(&office);
    fs::create_dir(office.path("anchors")).unwrap();
    fs::copy(office.path("root.pem"), office.path("anchors/root.pem")).unwrap();
    let verify = |until: &str, code: i32| {
        let page = format!(
            r#"{{"format":"yinxin:trust:1","anchors":[{{"file":"root.pem"}}],
            "algorithms":[{{"algorithm":"SM3","until":{until}}}]}}"#
        );
        fs::write(office.path("anchors/trust.json"), page).unwrap();
        let verify = ["verify", "letter.dat", "--document", "letter.txt", "--trust", "anchors"];
        office.json(&[&verify[..], &["--crl", "first.crl", "--at", MADE]].concat(), code)
    };
    let report = verify("\"2030-01-01T00:00:00Z\"", 0);
    assert_eq!(outcome(&report, "signer.algorithm"), Some("Passed"));
    let report = verify("\"2026-03-01T00:00:00Z\"", 1);
    assert_eq!(outcome(&report, "signer.algorithm"), Some("Failed"));
    let report = verify("null", 1);
    assert_eq!(outcome(&report, "token.algorithm"), Some("Failed"));
}
