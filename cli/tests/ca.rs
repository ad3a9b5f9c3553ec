//! A small certificate authority in a folder.

mod common;

use common::{AT, FROM, Office, outcome};
use serde_json::Value;
use std::fs;
use std::process::{Command, Stdio};

const LATER: &str = "2026-03-05T00:00:00Z";

/// How the maker's certificate stands by this list or answer.
fn maker(office: &Office, answer: [&str; 2], code: i32) -> Option<String> {
    let check = ["seal", "check", "office.esl", "--trust", "root.pem", "--at", LATER];
    let report = office.json(&[&check[..], &answer].concat(), code);
    outcome(&report, "seal.maker.revocation").map(str::to_owned)
}

#[test]
fn what_is_revoked_stays_on_every_list_and_answer() {
    let office = Office::new();
    let list = |from: &str, out: &str| {
        office.ok(&["ca", "crl", "ca", "--from", from, "--out", out]);
        office.json(&["inspect", out], 0)["revoked"].clone()
    };
    let answer = |out: &str| {
        office.ok(&["ca", "ocsp", "ca", "maker.pem", "--from", AT, "--out", out]);
    };
    assert_eq!(list("2026-03-02T00:00:00Z", "1.crl"), 0);
    answer("1.ocsp");
    let revoke = ["ca", "revoke", "ca", "maker.pem", "--at", AT, "--reason", "superseded"];
    office.ok(&revoke);
    // A later revocation of the same does not make it younger.
    office.ok(&["ca", "revoke", "ca", "maker.pem", "--at", LATER]);
    assert_eq!(list(AT, "2.crl"), 1);
    assert_eq!(list(LATER, "3.crl"), 1);
    answer("2.ocsp");
    assert_eq!(maker(&office, ["--crl", "1.crl"], 0).as_deref(), Some("Passed"));
    assert_eq!(maker(&office, ["--ocsp", "1.ocsp"], 0).as_deref(), Some("Passed"));
    for answer in [["--crl", "2.crl"], ["--crl", "3.crl"], ["--ocsp", "2.ocsp"]] {
        // The seal of 2025 was made before: its revocation is noted, the seal is good.
        let check = ["seal", "check", "office.esl", "--trust", "root.pem", "--at", LATER];
        let strict = [&check[..], &answer, &["--strict-makers"]].concat();
        let report = office.run(&[&strict[..], &["--json"]].concat()).get_output().stdout.clone();
        let text = String::from_utf8(report).unwrap();
        assert!(text.contains("revoked at 2026-03-02T09:30:00Z, superseded"), "{text}");
    }
    // The date of a list is its number.
    let error = office.json(&["ca", "crl", "ca", "--from", LATER, "--out", "4.crl"], 2);
    assert_eq!(error["error"]["code"], 701);
    let books = office.json(&["ca", "list", "ca"], 0);
    assert_eq!(books["lastList"], LATER);
    let maker = &books["issued"][0];
    assert_eq!((&maker["revoked"], &maker["reason"]), (&AT.into(), &"superseded".into()));
    assert_eq!(books["issued"][1]["revoked"], Value::Null);
    office.run(&["ca", "revoke", "ca", "maker.pem", "--reason", "spite"]).code(2);
}

#[test]
fn a_list_of_now_follows_another_of_now() {
    let office = Office::new();
    office.ok(&["ca", "crl", "ca", "--out", "1.crl"]);
    office.ok(&["ca", "crl", "ca", "--out", "2.crl"]);
    let date = |file| office.json(&["inspect", file], 0)["thisUpdate"].to_string();
    assert!(date("1.crl") < date("2.crl"));
}

#[test]
fn a_request_becomes_two_certificates() {
    let office = Office::new();
    office.ok(&["keygen", "--out", "new.key"]);
    let request = ["cert", "request", "--key", "new.key", "--profile", "signer"];
    office.ok(&[&request[..], &["--subject", "CN=会计,C=CN", "--out", "new.csr"]].concat());
    let issue = ["ca", "issue", "ca", "--request", "new.csr", "--profile", "signer"];
    let both = ["--encryption-out", "enc.pem", "--encryption-key-out", "enc.key", "--from", FROM];
    let issue = [&issue[..], &both, &["--out", "sign.pem"]].concat();
    let made = office.json(&issue, 0);
    let (signing, encryption) =
        (office.json(&["inspect", "sign.pem"], 0), office.json(&["inspect", "enc.pem"], 0));
    assert_eq!(made["serial"], signing["serial"]);
    assert_eq!(
        (&signing["subject"], &encryption["subject"]),
        (&"CN=会计,C=CN".into(), &"CN=会计,C=CN".into())
    );
    assert!(signing["keyUsage"].to_string().contains("digitalSignature"));
    assert!(encryption["keyUsage"].to_string().contains("keyEncipherment"));
    let receive = ["key", "receive", "enc.key", "--key", "new.key", "--out", "opened.pem"];
    office.ok(&receive);
    let opened = fs::read(office.path("opened.pem")).unwrap();
    let opened = yinxin::key::SoftwareKey::from_bytes(&opened, None).unwrap();
    let certificate = fs::read(office.path("enc.pem")).unwrap();
    let certificate = yinxin::cert::Certificate::from_bytes(&certificate).unwrap();
    assert_eq!(yinxin::key::Signer::public_key(&opened), certificate.public_key());
    let other = ["key", "receive", "enc.key", "--key", "maker.key", "--out", "x.pem"];
    assert_eq!(office.json(&other, 5)["error"]["code"], 406);
    // Nothing is issued for a file that is there.
    let issued = || office.json(&["ca", "list", "ca"], 0)["issued"].as_array().unwrap().len();
    let before = issued();
    assert_eq!(office.json(&issue, 7)["error"]["code"], 503);
    assert_eq!(issued(), before);
    // A request that somebody changed.
    let der = fs::read(office.path("new.csr")).unwrap();
    let mut der = yinxin::asn1::pem::blocks(&der).unwrap().remove(0).der;
    let last = der.len() - 1;
    der[last] ^= 1;
    fs::write(office.path("bad.csr"), der).unwrap();
    let bad =
        ["ca", "issue", "ca", "--request", "bad.csr", "--profile", "signer", "--out", "b.pem"];
    assert_eq!(office.json(&bad, 8)["error"]["code"], 601);
}

#[test]
fn a_responder_answers_in_the_place_of_the_authority() {
    let office = Office::new();
    office.certify("ocsp", "ocsp", &[]);
    let answer = ["ca", "ocsp", "ca", "maker.pem", "--from", AT, "--responder-key"];
    let by = |key, cert| [&answer[..], &[key, "--responder-cert", cert, "--out"]].concat();
    office.ok(&[&by("ocsp.key", "ocsp.pem")[..], &["good.ocsp"]].concat());
    assert_eq!(maker(&office, ["--ocsp", "good.ocsp"], 0).as_deref(), Some("Passed"));
    // A key for documents signs an answer too, and nobody believes it.
    office.ok(&[&by("signer.key", "signer.pem")[..], &["odd.ocsp"]].concat());
    assert_eq!(maker(&office, ["--ocsp", "odd.ocsp"], 3).as_deref(), Some("NotDetermined"));
    let mixed = [&by("ocsp.key", "signer.pem")[..], &["no.ocsp"]].concat();
    assert_eq!(office.json(&mixed, 5)["error"]["code"], 403);
}

#[test]
fn what_was_not_issued_here_is_nobody_s() {
    let office = Office::new();
    office.ok(&["ca", "init", "other", "--subject", "CN=Test Root,C=CN", "--from", FROM]);
    let strange = |arguments: &[&str]| {
        let error = office.json(arguments, 2);
        assert_eq!(error["error"]["code"], 701, "{arguments:?}");
    };
    strange(&["ca", "revoke", "other", "maker.pem"]);
    strange(&["ca", "revoke", "other", "--serial", "00"]);
    strange(&["ca", "ocsp", "other", "maker.pem", "--out", "x.ocsp"]);
    let serial = office.json(&["inspect", "maker.pem"], 0)["serial"].as_str().unwrap().to_owned();
    office.ok(&["ca", "revoke", "ca", "--serial", &serial.to_uppercase()]);
    let books = office.json(&["ca", "list", "ca"], 0);
    assert!(books["issued"][0]["revoked"].is_string());
    // A folder that is no authority's is left as it is.
    fs::create_dir(office.path("empty")).unwrap();
    assert_eq!(office.json(&["ca", "list", "empty"], 7)["error"]["code"], 501);
    assert_eq!(fs::read_dir(office.path("empty")).unwrap().count(), 0);
    // Books that somebody wrote into.
    let books = office.path("ca/books.json");
    let good = fs::read_to_string(&books).unwrap();
    for (from, to, code) in [
        ("yinxin:ca:1", "yinxin:ca:2", 4),
        ("\"serial\": \"", "\"serial\": \"../", 4),
        ("\"revoked\"", "\"revoke\"", 0),
        ("keyCompromise", "because", 4),
        ("]", "", 4),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        fs::write(&books, bad).unwrap();
        office.run(&["ca", "list", "ca"]).code(code);
    }
}

#[test]
fn an_authority_is_not_made_twice() {
    let office = Office::new();
    let key = fs::read(office.path("ca/ca.key")).unwrap();
    let again = ["ca", "init", "ca", "--subject", "CN=Other,C=CN"];
    assert_eq!(office.json(&again, 7)["error"]["code"], 503);
    assert_eq!(fs::read(office.path("ca/ca.key")).unwrap(), key);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(office.path("ca/ca.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

#[test]
fn an_authority_below_another_keeps_its_key_closed() {
    let office = Office::new();
    office.certify("below", "ca", &[]);
    fs::write(office.path("password"), "secret\n").unwrap();
    let init = ["ca", "init", "sub", "--key", "below.key", "--cert", "below.pem", "--comment", ""];
    let closed = ["--new-password", "file:password", "--iterations", "1000"];
    office.ok(&[&init[..], &closed].concat());
    office.ok(&["keygen", "--out", "leaf.key", "--public-out", "leaf.pub"]);
    let issue = ["ca", "issue", "sub", "--public", "leaf.pub", "--subject", "CN=Leaf,C=CN"];
    let issue =
        [&issue[..], &["--profile", "signer", "--from", FROM, "--out", "leaf.pem"]].concat();
    assert_eq!(office.json(&issue, 5)["error"]["code"], 407);
    office.ok(&[&issue[..], &["--password", "file:password"]].concat());
    let crl = ["ca", "crl", "sub", "--password", "file:password", "--from", FROM, "--days", "700"];
    office.ok(&[&crl[..], &["--out", "sub.crl"]].concat());
    fs::write(office.path("letter.txt"), "a letter").unwrap();
    let seal =
        ["seal", "make", "--key", "maker.key", "--cert", "maker.pem", "--signer", "leaf.pem"];
    let named = ["--id", "S", "--name", "测试章", "--from", FROM, "--out", "leaf.esl"];
    office.ok(&[&seal[..], &named].concat());
    let stamp = ["stamp", "make", "letter.txt", "--seal", "leaf.esl", "--key", "leaf.key"];
    let by = ["--cert", "leaf.pem", "--at", AT, "--out", "leaf.dat"];
    office.ok(&[&stamp[..], &by].concat());
    let verify = ["verify", "leaf.dat", "--document", "letter.txt", "--trust", "root.pem"];
    let lists = ["--crl", "crl.pem", "--crl", "sub.crl", "--intermediate", "below.pem"];
    let report = office.json(&[&verify[..], &lists, &["--at", LATER]].concat(), 0);
    assert_eq!(outcome(&report, "signer.chain"), Some("Passed"));
    let leaf = fs::read(office.path("leaf.pem")).unwrap();
    let leaf = yinxin::cert::Certificate::from_bytes(&leaf).unwrap();
    let says = |der: &[u8]| der.windows(9).any(|part| part == b"not for u");
    assert!(!says(leaf.as_der()));
    let maker = fs::read(office.path("maker.pem")).unwrap();
    assert!(says(yinxin::cert::Certificate::from_bytes(&maker).unwrap().as_der()));
}

/// Commands that work in one folder at once all get into its books.
#[test]
fn nothing_is_lost_between_commands() {
    let office = Office::new();
    let started: Vec<_> = (0..6)
        .map(|number| {
            Command::new(env!("CARGO_BIN_EXE_yinxin"))
                .args(["ca", "issue", "ca", "--public", "signer.pub", "--profile", "signer"])
                .args(["--subject", "CN=Many,C=CN", "--out", &format!("many{number}.pem")])
                .current_dir(office.at())
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in started {
        assert!(child.wait().unwrap().success());
    }
    let books = office.json(&["ca", "list", "ca"], 0);
    assert_eq!(books["issued"].as_array().unwrap().len(), 2 + 6);
}
