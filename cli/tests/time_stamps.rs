//! Time stamps on the command line: as files, and from an authority of one's own over HTTP.

mod common;

use common::{AFTER, AT, FROM, Office, outcome};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// When the authority's clock stands still, seconds after the signing.
const STAMPED: &str = "2026-03-02T09:30:05Z";
const LATER: &str = "2026-03-03T00:00:00Z";
const POLICY: [&str; 2] = ["--policy", "1.2.3.4.1"];
const TRUST: [&str; 4] = ["--trust", "root.pem", "--crl", "crl.pem"];
const STATES: [&str; 4] = ["--seal-states", "2.states", "--seal-states-trust", "office.pem"];
/// What a stamp with everything beside it leaves to nobody's belief.
const DECIDED: [&str; 10] = [
    "signer.chain",
    "signer.revocation",
    "signer.membership",
    "seal.maker.chain",
    "seal.maker.revocation",
    "seal.state",
    "token.revocation",
    "time.token",
    "time.order",
    "time.proof",
];
const SIGNER: [&str; 4] = ["--key", "signer.key", "--cert", "signer.pem"];

/// An office with a key for time stamps.
fn office() -> Office {
    let office = Office::new();
    // Its certificate outlives what the tests look back on.
    office.certify("tsa", "tsa", &["--days", "1200"]);
    fs::write(office.path("letter.txt"), "a letter").unwrap();
    office
}

/// `yinxin tsa serve`, stopped at the end.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(office: &Office, more: &[&str]) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_yinxin"))
            .args(["tsa", "serve", "--listen", "127.0.0.1:0"])
            .args(["--key", "tsa.key", "--cert", "tsa.pem", "--at", STAMPED])
            .args(POLICY)
            .args(more)
            .current_dir(office.at())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Server { child, url }
    }

    /// Sends these bytes and reads the status line of the answer.
    fn status(&self, request: &[u8]) -> String {
        let address = self.url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        // A refused body may be left unread, and the connection reset after the answer.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A list of the states of these seals, by an office that is trusted for that.
fn give_states(office: &Office, seals: &[&str]) {
    office.certify("office", "signer", &["--days", "3650"]);
    let mut previous: Option<String> = None;
    for (index, seal) in seals.iter().enumerate() {
        let make = ["seal", "states", "make", "--seal", seal, "--state", "active", "--from", FROM];
        let key = ["--key", "office.key", "--cert", "office.pem", "--at", AT, "--days", "700"];
        let out = format!("{}.states", index + 1);
        let by = match &previous {
            Some(previous) => ["--previous", previous],
            None => ["--issuer", "某某市公安局"],
        };
        office.ok(&[&make[..], &key, &by, &["--out", &out]].concat());
        previous = Some(out);
    }
}

fn open_checks(report: &Value) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap().iter();
    let own = checks.filter(|check| check["outcome"] == "NotDetermined");
    let own = own.map(|check| check["code"].to_string());
    own.chain(report["reports"].as_array().unwrap().iter().flat_map(open_checks)).collect()
}

#[test]
fn a_time_stamped_stamp_leaves_nothing_open() {
    let office = office();
    let server = Server::start(&office, &["--accuracy", "1"]);
    let make = ["seal", "make", "--key", "maker.key", "--cert", "maker.pem", "--signer"];
    let made = ["signer.pem", "--id", "S", "--name", "测试专用章", "--from", FROM];
    let make = [&make[..], &made].concat();
    let v4 = ["--seal-version", "v4", "--out", "v4.esl"];
    office.ok(&[&make[..], &v4].concat());
    office.ok(&[&make[..], &["--tsa", &server.url, "--out", "v5.esl"]].concat());
    give_states(&office, &["v4.esl", "v5.esl"]);
    let about = ["signer.pem", "maker.pem", "tsa.pem"];
    let answer = ["ca", "ocsp", "ca", "--from", LATER, "--days", "700", "--out", "answers.ocsp"];
    office.ok(&[&answer[..], &about].concat());
    for version in ["v4", "v5"] {
        let (seal, dat) = (format!("{version}.esl"), format!("{version}.dat"));
        let stamp = ["stamp", "make", "letter.txt", "--seal", &seal, "--at", AT];
        let stamp = [&stamp[..], &SIGNER].concat();
        office.ok(&[&stamp[..], &["--tsa", &server.url, "--out", &dat]].concat());
        let verify = |file: &'static str, at| {
            [&["verify", file, "--document", "letter.txt", "--at", at], &TRUST[..]].concat()
        };
        let file = if version == "v4" { "v4.dat" } else { "v5.dat" };
        let by_list = [&verify(file, LATER)[..], &STATES].concat();
        let again = ["stamp", "verify", file, "--document", "letter.txt", "--at", LATER];
        let root = ["--trust", "root.pem"];
        let answers = ["--ocsp", "answers.ocsp"];
        let by_response = [&again[..], &root, &answers, &STATES].concat();
        for arguments in [by_list, by_response] {
            let report = office.json(&arguments, 0);
            assert_eq!(report["verdict"], "Valid");
            assert_eq!(open_checks(&report), Vec::<String>::new());
            for code in DECIDED {
                assert_eq!(outcome(&report, code), Some("Passed"), "{code}");
            }
            let text = office.run(&arguments).success().get_output().stdout.clone();
            let text = String::from_utf8(text).unwrap();
            assert!(text.starts_with("Valid"), "{text}");
            assert!(!text.contains("NotDetermined"), "{text}");
        }
        // What is left out is open, and nothing else is.
        let report = office.json(&verify(file, LATER), 0);
        assert_eq!(open_checks(&report), ["\"seal.state\""]);
        let report = office.json(&[&again[..], &root, &STATES].concat(), 3);
        assert!(open_checks(&report).contains(&"\"signer.revocation\"".to_owned()));
        let shown = office.json(&["inspect", file], 0);
        assert_eq!(shown["timeStamp"]["time"], STAMPED);
        // Years later it still proves itself, and its twin without a time stamp does not.
        assert_eq!(office.json(&verify(file, AFTER), 0)["verdict"], "Valid");
        office.ok(&[&stamp[..], &["--out", "bare.dat", "--force"]].concat());
        let report = office.json(&verify("bare.dat", LATER), 0);
        assert_eq!(outcome(&report, "time.token"), Some("NotDetermined"));
        let report = office.json(&verify("bare.dat", AFTER), 3);
        assert_eq!(outcome(&report, "time.proof"), Some("NotDetermined"));
    }
    let shown = office.json(&["inspect", "v5.esl"], 0);
    assert_eq!(shown["timeStamp"]["policy"], POLICY[1]);
}

#[test]
fn evidence_is_made_with_an_authority_on_the_network() {
    let office = office();
    let server = Server::start(&office, &["--accuracy", "1"]);
    let stamp = ["stamp", "make", "letter.txt", "--seal", "office.esl", "--at", AT];
    let to = ["--tsa", &server.url, "--out", "letter.dat"];
    office.ok(&[&stamp[..], &SIGNER, &to].concat());
    // As late as the time stamp may be.
    let list = ["ca", "crl", "ca", "--out", "new.crl"];
    office.ok(&[&list[..], &["--from", "2026-03-02T09:30:06Z", "--days", "7"]].concat());
    let trust = ["--trust", "root.pem", "--crl", "new.crl", "--at", LATER];
    let make = ["evidence", "make", "letter.dat", "--document", "letter.txt"];
    let to = ["--tsa", &server.url, "--out", "letter.evidence"];
    office.ok(&[&make[..], &to, &trust].concat());
    let verify = ["verify", "letter.dat", "--document", "letter.txt"];
    let with = ["--evidence", "letter.evidence"];
    let report = office.json(&[&verify[..], &with, &trust].concat(), 0);
    assert_eq!(outcome(&report, "evidence.digests"), Some("Passed"));
    drop(server);
    let to = ["--tsa", "http://127.0.0.1:9/", "--out", "other.evidence"];
    let failed = office.json(&[&make[..], &to, &trust].concat(), 7);
    assert_eq!(failed["error"]["code"], 504);
    assert!(!office.path("other.evidence").exists());
}

#[test]
fn a_voucher_is_time_stamped_with_its_act_or_after_it() {
    use yinxin::voucher::{Body, Encoding, Envelope, example};
    let office = office();
    let server = Server::start(&office, &["--gm"]);
    let voucher = example::clearing_quota_notice(1).unwrap().build(Encoding::Gbk).unwrap();
    let envelope = Envelope::of(Body::original(voucher).unwrap());
    fs::write(office.path("notice.xml"), envelope.to_xml(Encoding::Gbk).unwrap()).unwrap();
    let templates = r#"{"format":"yinxin:templates:1","templates":[{"vtCode":"5106",
        "basis":"test","positions":[{"layer":1,"position":"cz_gkzf","name":"国库支付专用章",
        "role":"office","kind":"stamp","sequence":1}]}]}"#;
    fs::write(office.path("templates.json"), templates).unwrap();
    let place = ["--org", "990000", "--role", "office", "--position", "cz_gkzf"];
    let books = ["--templates", "templates.json", "--at", AT];
    let stamp = ["voucher", "stamp", "notice.xml", "--seal", "office.esl"];
    let stamp = [&stamp[..], &SIGNER, &place, &books].concat();
    office.ok(&[&stamp[..], &["--out", "bare.xml"]].concat());
    let later = ["voucher", "timestamp", "bare.xml", "--position", "cz_gkzf", "--tsa", &server.url];
    office.ok(&[&later[..], &["--out", "later.xml"]].concat());
    office.ok(&[&stamp[..], &["--tsa", &server.url, "--out", "at-once.xml"]].concat());
    let verify = |file, at| {
        let verify = ["voucher", "verify", file, "--templates", "templates.json", "--at", at];
        let report = office.run(&[&verify[..], &TRUST, &["--json"]].concat());
        serde_json::from_slice::<Value>(&report.get_output().stdout).unwrap()
    };
    for file in ["later.xml", "at-once.xml"] {
        let report = verify(file, AFTER);
        for code in ["time.token", "time.order", "time.proof", "signer.validity"] {
            assert_eq!(outcome(&report, code), Some("Passed"), "{file} {code}");
        }
    }
    assert_eq!(outcome(&verify("bare.xml", AFTER), "time.proof"), Some("NotDetermined"));
    let nobody = ["voucher", "timestamp", "bare.xml", "--position", "cz_fzr", "--tsa", &server.url];
    let error = office.json(&[&nobody[..], &["--out", "no.xml"]].concat(), 8);
    assert_eq!(error["error"]["code"], 604);
}

#[test]
fn requests_answers_and_tokens_are_files() {
    let office = office();
    fs::write(office.path("other.txt"), "another letter").unwrap();
    let request = |out: &'static str, more: &[&'static str]| {
        let request = ["timestamp", "request", "letter.txt", "--out", out];
        office.ok(&[&request[..], more].concat());
    };
    request("first.tsq", &[]);
    request("second.tsq", &["--digest", "sha384"]);
    request("policy.tsq", &["--policy", "1.2.3.4.2"]);
    let issue = |file, out: &'static str| {
        let issue = ["timestamp", "issue", file, "--key", "tsa.key", "--cert", "tsa.pem"];
        [&issue[..], &POLICY, &["--at", STAMPED, "--out", out]].concat()
    };
    office.ok(&issue("first.tsq", "first.tsr"));
    office.ok(&issue("second.tsq", "second.tsr"));
    let error = office.json(&issue("policy.tsq", "policy.tsr"), 8);
    assert_eq!(error["error"]["code"], 610);
    let check = |file, document: &'static str, more: &[&'static str]| {
        let check = ["timestamp", "check", file, "--document", document, "--at", LATER];
        [&check[..], &TRUST, more].concat()
    };
    for (answer, request) in [("first.tsr", "first.tsq"), ("second.tsr", "second.tsq")] {
        let report = office.json(&check(answer, "letter.txt", &["--request", request]), 0);
        assert_eq!(open_checks(&report), Vec::<String>::new());
    }
    let report = office.json(&check("first.tsr", "other.txt", &[]), 1);
    assert_eq!(outcome(&report, "token.imprint"), Some("Failed"));
    let other = check("first.tsr", "letter.txt", &["--request", "second.tsq"]);
    assert_eq!(office.json(&other, 8)["error"]["code"], 611);
    let early = ["timestamp", "check", "first.tsr", "--document", "letter.txt", "--at", FROM];
    let report = office.json(&[&early[..], &TRUST].concat(), 1);
    assert_eq!(outcome(&report, "token.time"), Some("Failed"));
    // A signer's key stamps no time.
    let by_signer = ["timestamp", "issue", "first.tsq", "--at", STAMPED, "--out", "no.tsr"];
    let error = office.json(&[&by_signer[..], &SIGNER, &POLICY].concat(), 8);
    assert_eq!(error["error"]["code"], 601);
}

#[test]
fn nothing_is_written_without_the_time_stamp_that_was_asked_for() {
    let office = office();
    // A port that nobody listens on, as nobody did a moment ago.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}/");
    let stamp = ["stamp", "make", "letter.txt", "--seal", "office.esl", "--at", AT];
    let stamp = [&stamp[..], &SIGNER, &["--out", "letter.dat", "--tsa"]].concat();
    let error = office.json(&[&stamp[..], &[&url]].concat(), 7);
    assert_eq!(error["error"]["code"], 504);
    assert_eq!(
        office.json(&[&stamp[..], &["https://127.0.0.1/"]].concat(), 2)["error"]["code"],
        701
    );
    // An authority whose clock is before the stated time.
    let server = Server::start(&office, &[]);
    let late = ["stamp", "make", "letter.txt", "--seal", "office.esl", "--at", LATER];
    let late = [&late[..], &SIGNER, &["--out", "letter.dat", "--tsa", &server.url]].concat();
    assert_eq!(office.json(&late, 8)["error"]["code"], 611);
    assert!(!office.path("letter.dat").exists());
}

#[test]
fn the_server_refuses_what_is_no_request() {
    let office = office();
    let server = Server::start(&office, &[]);
    let post = "POST / HTTP/1.1\r\nContent-Type: application/timestamp-query\r\n";
    for (request, status) in [
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), "405"),
        ("nonsense\r\n\r\n".to_owned(), "400"),
        (format!("{post}Content-Length: 99999999\r\n\r\n"), "413"),
        (format!("{post}X: {}\r\n\r\n", "x".repeat(20_000)), "431"),
        // Bytes that are no request get an answer that says so.
        (format!("{post}Content-Length: 4\r\n\r\nbody"), "200"),
    ] {
        let answer = server.status(request.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}, not {status}");
    }
    // Connections that say nothing do not keep others waiting.
    let address = server.url.trim_start_matches("http://").trim_end_matches('/');
    let idle: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(address).unwrap()).collect();
    assert!(server.status(b"GET / HTTP/1.1\r\n\r\n").contains("405"));
    drop(idle);
}
