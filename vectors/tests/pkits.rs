//! Paths under SM2, RSA and ECDSA in the layout of PKITS: a list beside the folders `certs` and `crls`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use yinxin_vectors::{Exceptions, Options, run_limbo, run_pkits};

fn paths() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/paths.json")
}

/// The cases of our own paths of this kind that have no lists and one anchor.
fn cases(prefix: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(paths()).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let fits = |case: &&Value| {
        case["id"].as_str().unwrap().starts_with(prefix)
            && case["crls"].as_array().unwrap().is_empty()
            && case["trusted_certs"].as_array().unwrap().len() == 1
    };
    all["testcases"].as_array().unwrap().iter().filter(fits).cloned().collect()
}

/// A certificate as PKITS keeps it, in DER, with its name in the list.
fn write(folder: &Path, name: &str, pem: &Value) -> String {
    let pem = pem.as_str().unwrap();
    let der = yinxin::asn1::pem::blocks(pem.as_bytes()).unwrap().remove(0).der;
    std::fs::write(folder.join(name), der).unwrap();
    name.to_string()
}

/// One case as a folder of its own, since all cases of a list have one anchor.
fn lay_out(folder: &Path, case: &Value, good: bool) -> PathBuf {
    let _ = std::fs::remove_dir_all(folder);
    let certs = folder.join("certs");
    std::fs::create_dir_all(&certs).unwrap();
    std::fs::create_dir_all(folder.join("crls")).unwrap();
    write(&certs, "TrustAnchorRootCertificate.crt", &case["trusted_certs"][0]);
    let given = case["untrusted_intermediates"].as_array().unwrap().iter().enumerate();
    let given: Vec<String> =
        given.map(|(at, pem)| write(&certs, &format!("Given{at}.crt"), pem)).collect();
    let mut one = json!({
        "id": "40101",
        "name": case["id"],
        "cert": write(&certs, "End.crt", &case["peer_certificate"]),
        "other_certs": given,
        "crls": [],
        "revocation": false,
    });
    if !good {
        one["error"] = json!("expected");
    }
    let list = folder.join("pkits.json");
    std::fs::write(&list, json!([one]).to_string()).unwrap();
    list
}

#[test]
fn every_kind_of_key_agrees_in_the_layout_of_pkits() {
    for prefix in ["path::", "rsa::", "rsa-pss::", "ecdsa::", "mixed::"] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pkits").join(&prefix[..4]);
        let (mut good, mut bad) = (0, 0);
        for case in cases(prefix) {
            let expected = case["expected_result"] == "SUCCESS";
            // The runner judges all of PKITS at one moment, before these certificates expire.
            if case["id"].as_str().unwrap().ends_with("::expired") {
                continue;
            }
            let mut lines = Vec::new();
            let list = lay_out(&folder, &case, expected);
            let mut keep = |line: &str| lines.push(line.to_string());
            let tally = run_pkits(&list, &Options::default(), &mut keep).unwrap();
            assert_eq!((tally.agreed, tally.disagreed), (1, 0), "{}: {lines:?}", case["id"]);
            // And the other way round it disagrees.
            let list = lay_out(&folder, &case, !expected);
            let tally = run_pkits(&list, &Options::default(), &mut |_| {}).unwrap();
            assert_eq!((tally.agreed, tally.disagreed), (0, 1), "{}", case["id"]);
            *(if expected { &mut good } else { &mut bad }) += 1;
        }
        assert!(good >= 1 && bad >= 1, "{prefix}: {good} good, {bad} bad");
    }
}

#[test]
fn an_exception_is_for_a_case_that_disagrees() {
    let run = |exceptions: &str| {
        let exceptions = Exceptions::parse(exceptions).unwrap();
        let options = Options { exceptions, ..Options::default() };
        let tally = run_limbo(&paths(), &options, &mut |_| {}).unwrap();
        (tally.agreed > 100, tally.disagreed)
    };
    assert_eq!(run("{}"), (true, 0));
    // One for a case that agrees counts as a disagreement.
    assert_eq!(run(r#"{"paths.json:rsa::one-intermediate":"no reason"}"#), (true, 1));
}
