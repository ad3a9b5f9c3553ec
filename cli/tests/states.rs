//! Lists of the states of seals, and folders of anchors on terms, on the command line.

mod common;

use common::{AT, FROM, Office, outcome};
use std::fs;

const LATER: &str = "2026-03-05T00:00:00Z";

/// A list by the signer of the office, who keeps the states here.
fn make<'a>(own: &[&'a str], at: &'a str, out: &'a str) -> Vec<&'a str> {
    let key = ["seal", "states", "make", "--key", "signer.key", "--cert", "signer.pem"];
    let rest = ["--at", at, "--days", "30", "--out", out];
    key.into_iter().chain(own.iter().copied()).chain(rest).collect()
}

fn check<'a>(own: &[&'a str], at: &'a str) -> Vec<&'a str> {
    let trust = ["seal", "check", "office.esl", "--trust", "root.pem", "--crl", "crl.pem"];
    trust.into_iter().chain(own.iter().copied()).chain(["--at", at]).collect()
}

#[test]
fn a_seal_is_judged_by_its_state() {
    let office = Office::new();
    let active = ["--issuer", "局", "--seal", "office.esl", "--state", "active"];
    office.ok(&make(&[&active[..], &["--from", FROM]].concat(), AT, "1.states"));
    let gone = ["--previous", "1.states", "--seal", "office.esl", "--state", "cancelled"];
    office.ok(&make(&[&gone[..], &["--reason", "遗失"]].concat(), LATER, "2.states"));

    let shown = office.json(&["seal", "states", "inspect", "2.states"], 0);
    assert_eq!((&shown["issuer"], &shown["number"]), (&"局".into(), &2.into()));
    let history = &shown["seals"][0]["history"];
    assert_eq!(
        (&history[0]["state"], &history[1]["state"]),
        (&"active".into(), &"cancelled".into())
    );
    assert_eq!(history[1]["reason"], "遗失");

    let trusted = |list| ["--seal-states", list, "--seal-states-trust", "signer.pem"];
    let report = office.json(&check(&trusted("1.states"), AT), 0);
    assert_eq!(outcome(&report, "seal.state"), Some("Passed"));
    let report = office.json(&check(&trusted("2.states"), LATER), 1);
    assert_eq!(outcome(&report, "seal.state"), Some("Failed"));
    // The same list is not enough once its successor was seen.
    let seen = [&trusted("1.states")[..], &["--seal-states-number", "2"]].concat();
    let report = office.json(&check(&seen, LATER), 3);
    assert_eq!(outcome(&report, "seal.state"), Some("NotDetermined"));
    // Nobody entrusted the signer with it.
    let report = office.json(&check(&["--seal-states", "1.states"], AT), 3);
    assert_eq!(outcome(&report, "seal.state"), Some("NotDetermined"));
    let alone = [&["--seal-states", "1.states"][..], &["--seal-state", "not-checked"]].concat();
    office.json(&check(&alone, AT), 0);
    office.json(&check(&["--seal-state", "required"], AT), 3);

    let list = ["seal", "states", "check", "1.states", "--at", AT];
    assert_eq!(outcome(&office.json(&list, 1), "states.chain"), Some("Failed"));
    let list = [&list[..], &["--seal-states-trust", "signer.pem"]].concat();
    assert_eq!(office.json(&list, 0)["verdict"], "Valid");
}

#[test]
fn a_folder_says_for_what_its_anchors_are() {
    let office = Office::new();
    fs::create_dir(office.path("anchors")).unwrap();
    fs::copy(office.path("root.pem"), office.path("anchors/root.pem")).unwrap();
    let own = ["seal", "check", "office.esl", "--trust", "anchors", "--crl", "crl.pem", "--at", AT];
    assert_eq!(office.json(&own, 0)["verdict"], "Valid");
    let says = |lines: &str| {
        let page = format!(r#"{{"format":"yinxin:trust:1","anchors":[{lines}]}}"#);
        fs::write(office.path("anchors/trust.json"), page).unwrap();
    };
    says(r#"{"file":"root.pem","purposes":["seal-maker"],"until":"2026-12-31T00:00:00Z"}"#);
    assert_eq!(office.json(&own, 0)["verdict"], "Valid");
    for terms in [
        r#""purposes":["signer","time-stamp"]"#,
        r#""until":"2026-03-01T00:00:00Z""#,
        r#""from":"2026-03-03T00:00:00Z""#,
    ] {
        says(&format!(r#"{{"file":"root.pem",{terms}}}"#));
        // The maker of a seal of 2025 is judged when the seal was made.
        let strict = [&own[..], &["--strict-makers"]].concat();
        let report = office.json(&strict, 1);
        assert_eq!(outcome(&report, "seal.maker.chain"), Some("Failed"), "{terms}");
    }
    // A file that nobody names, one that is not there, and a member that is not known.
    says("");
    office.json(&own, 4);
    says(r#"{"file":"root.pem"},{"file":"other.pem"}"#);
    office.json(&own, 7);
    says(r#"{"file":"root.pem","for":["signer"]}"#);
    office.json(&own, 4);
}
