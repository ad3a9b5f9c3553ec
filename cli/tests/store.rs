//! A voucher store on the command line: made, looked at, copied, audited, and checked by an auditor
//! who has nothing but its files.

mod common;

use common::{AT, Office, outcome};
use serde_json::{Value, json};
use std::fs;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::seal::Seal;
use yinxin::store::life_cycle::{ClearingFacts, Facts};
use yinxin::store::message::VoucherMessage;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{Actor, Call, Move, Person, Role, View, VoucherKey, commit};
use yinxin::voucher::{Body, Encoding, Envelope, Fen, example};

const TEMPLATES: &str = r#"{"format":"yinxin:templates:1","templates":[{"vtCode":"5106",
  "basis":"test","positions":[{"layer":1,"position":"cz_gkzf","name":"国库支付专用章",
  "role":"office","kind":"stamp","sequence":1}]}]}"#;

/// A store of the central bank that received two stamped notices and accepted one, with a checkpoint
/// that is held outside.
fn office_with_store() -> Office {
    let office = Office::new();
    let body = |number| {
        let voucher = example::clearing_quota_notice(number).unwrap();
        Body::original(voucher.build(Encoding::Gbk).unwrap()).unwrap()
    };
    let envelope = Envelope { bodies: vec![body(1), body(2)] };
    fs::write(office.path("notices.xml"), envelope.to_xml(Encoding::Gbk).unwrap()).unwrap();
    fs::write(office.path("templates.json"), TEMPLATES).unwrap();
    let seal = fs::read(office.path("office.esl")).unwrap();
    let digest = Seal::parse(&seal, Profile::Conforming).unwrap().digest();
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let allowed = json!({ "format": "yinxin:authorisation:1", "entries": [{
        "admDivCode": "990000", "stYear": "2026", "vtCode": "5106", "position": "cz_gkzf",
        "role": "office", "seals": [digest],
    }] });
    fs::write(office.path("allowed.json"), allowed.to_string()).unwrap();
    let stamp = ["voucher", "stamp", "notices.xml", "--seal", "office.esl", "--key", "signer.key"];
    let act = ["--org", "990000", "--role", "office", "--position", "cz_gkzf", "--at", AT];
    let more = ["--cert", "signer.pem", "--templates", "templates.json", "--out", "stamped.xml"];
    office.ok(&[&stamp[..], &act, &more].concat());
    office.ok(&["store", "init", "pbc", "--role", "pbc", "--org", "001", "--at", AT]);
    let bodies = Envelope::parse(&fs::read(office.path("stamped.xml")).unwrap()).unwrap().bodies;
    let path = office.path("pbc").join("store.sqlite");
    let mut store = SqliteStorage::open(&path, &Options::default()).unwrap();
    for body in &bodies {
        step(&mut store, body, Move::Receive);
    }
    step(&mut store, &bodies[0], Move::Accept);
    drop(store);
    office.ok(&["keygen", "--out", "log.key", "--public-out", "log.pub"]);
    let checkpoint = ["store", "audit", "checkpoint", "pbc", "--out", "held.cp"];
    let said = office.json(&[&checkpoint[..], &["--key", "log.key", "--at", AT]].concat(), 0);
    assert_eq!((&said["counter"], &said["entries"]), (&json!(1), &json!(3)));
    office
}

fn step(store: &mut SqliteStorage, body: &Body, name: Move) {
    let key = VoucherKey { id: body.id().clone(), version: 1 };
    let mut facts = Facts::default();
    let person = Person::from_digests("Teller", "001", [1; 32], [2; 32]);
    facts.actor = (name == Move::Accept).then(|| Actor::new(person, &[Role::Teller]));
    (facts.addressed, facts.rules_kept) = (true, true);
    (facts.authentic, facts.valid) = (true, true);
    facts.clearing = ClearingFacts::NotNeeded;
    facts.amount = Fen::parse(body.voucher().header().get("PlanAmt").unwrap()).unwrap();
    commit(store, Time::parse_rfc3339(AT).unwrap(), |work| {
        let body = (name == Move::Receive).then_some(body);
        let (key, facts) = (key.clone(), facts.clone());
        work.make(Call { key, view: View::Receiver, name, facts, body, quota: None })
    })
    .unwrap();
}

const HELD: [&str; 4] = ["--checkpoint-key", "log.pub", "--anchor", "held.cp"];
const SEALS: [&str; 10] = [
    "--trust",
    "root.pem",
    "--crl",
    "crl.pem",
    "--templates",
    "templates.json",
    "--authorisation",
    "allowed.json",
    "--at",
    AT,
];

fn check<'a>(vouchers: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["store", "audit", "check", "out.log", "--vouchers", vouchers][..], &HELD, more].concat()
}

#[test]
fn a_store_is_made_looked_at_and_never_overwritten() {
    let office = office_with_store();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(office.path("pbc")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "what a store holds is its owner's alone");
    }
    let status = office.json(&["store", "status", "pbc"], 0);
    assert_eq!((&status["store"]["role"], &status["waiting"]), (&json!("pbc"), &json!(1)));
    let counted = |state: &str| json!({ "vtCode": "5106", "state": state, "count": 1 });
    assert_eq!(status["vouchers"], json!([counted("delivered"), counted("accepted")]));
    let body = example::clearing_quota_notice(1).unwrap().build(Encoding::Gbk).unwrap();
    let id = body.id().unwrap().to_string();
    let found = office.json(&["store", "status", "pbc", &id, "990000/2026/5106/nobody"], 0);
    let found = &found["vouchers"];
    assert_eq!((&found[0]["state"], &found[0]["status"]), (&json!("accepted"), &json!(3)));
    assert_eq!((&found[0]["version"], &found[1]["status"]), (&json!(1), &json!(-1)));
    assert_eq!(office.json(&["store", "status", "pbc", "5106"], 2)["error"]["code"], 701);
    let balances = office.json(&["store", "quota", "pbc"], 0);
    let first = &balances["balances"][0];
    assert!(first["fen"].as_i64().unwrap() > 0);
    let one = office.json(&["store", "quota", "pbc", first["key"].as_str().unwrap()], 0);
    assert_eq!(one["balances"], json!([first]));
    assert_eq!(office.json(&["store", "quota", "pbc", "no/such"], 8)["error"]["code"], 662);
    // Once more in the same folder; a folder without a store; an office that nobody has.
    let again = ["store", "init", "pbc", "--role", "bank", "--org", "102"];
    assert_eq!(office.json(&again, 7)["error"]["code"], 503);
    assert_eq!(office.json(&["store", "status", "ca"], 7)["error"]["code"], 513);
    office.run(&["store", "init", "x", "--role", "nobody", "--org", "1"]).code(2);
    let new = office.json(&["store", "init", "unit", "--role", "unit", "--org", "101001"], 0);
    assert_eq!((&new["role"], &new["org"]), (&json!("unit"), &json!("101001")));
    assert_eq!(office.json(&["store", "status", "unit"], 0)["vouchers"], json!([]));
    for name in ["roles.json", "office.json", "store.sqlite"] {
        assert!(office.path("unit").join(name).is_file(), "{name}");
    }
}

#[test]
fn a_copy_is_made_and_taken_back() {
    let office = office_with_store();
    let made = office.json(&["store", "backup", "pbc", "copy"], 0);
    assert_eq!((&made["holds"]["vouchers"], &made["holds"]["entries"]), (&json!(2), &json!(3)));
    assert_eq!(office.json(&["store", "backup", "pbc", "copy"], 7)["error"]["code"], 503);
    let restore = ["store", "restore", "copy", "back", "--expect"];
    let other = [&restore[..], &["00112233445566778899aabbccddeeff"]].concat();
    assert_eq!(office.json(&other, 7)["error"]["code"], 512);
    let own = [&restore[..], &[made["id"].as_str().unwrap()]].concat();
    let back = office.json(&own, 0);
    assert_eq!((&back["id"], &back["holds"]), (&made["id"], &made["holds"]));
    let status = |folder: &str| office.json(&["store", "status", folder], 0);
    assert_eq!(status("back"), status("pbc"));
    office.run(&["store", "restore", "ca", "else"]).code(7);
    office.run(&["store", "restore", "copy", "else", "--expect", "12"]).code(2);
}

#[test]
fn an_auditor_recomputes_a_store_from_its_files() {
    let office = office_with_store();
    let verify = ["store", "audit", "verify", "pbc"];
    let log = office.json(&[&verify[..], &HELD].concat(), 0);
    assert_eq!((&log["log"]["entries"], &log["log"]["difference"]), (&json!(3), &Value::Null));
    assert_eq!(outcome(&office.json(&verify, 3), "ledger.anchor"), Some("NotDetermined"));
    let replay = [&["store", "audit", "replay", "pbc"][..], &HELD, &SEALS].concat();
    let report = office.json(&replay, 0);
    assert_eq!(report["recomputed"]["valid"], 1);
    assert_eq!(outcome(&report, "audit.store"), Some("Passed"));
    let export = ["store", "audit", "export", "pbc", "--vouchers", "sealed", "--out", "out.log"];
    let said = office.json(&export, 0);
    assert_eq!((&said["entries"], &said["documents"]), (&json!(3), &json!(2)));
    let checked = office.json(&check("sealed", &SEALS), 0);
    assert_eq!(checked["recomputed"]["vouchers"], 2);
    assert_eq!(outcome(&checked, "audit.seals"), Some("Passed"));
    // What is exported are envelopes like any other.
    let envelope = [&["voucher", "verify", "sealed/vouchers-000001.xml"][..], &SEALS].concat();
    office.run(&envelope).code(0);
    // The anchor on paper, and the name of the store; nothing to judge seals by.
    let anchor = said["last"]["anchor"].as_str().unwrap();
    let origin = said["origin"].as_str().unwrap();
    let paper = ["--anchor", anchor, "--origin", origin];
    let report = office.json(&check("sealed", &paper), 3);
    assert_eq!(outcome(&report, "audit.seals"), Some("NotDetermined"));
    assert_eq!(outcome(&report, "audit.quota"), Some("Passed"));
    assert_eq!(report["recomputed"]["difference"], Value::Null);
    let other = ["--anchor", &format!("1:{}", "00".repeat(32))];
    assert_eq!(outcome(&office.json(&check("sealed", &other), 1), "ledger.anchor"), Some("Failed"));
    // Only what came after a checkpoint.
    let after = ["store", "audit", "export", "pbc", "--after", "held.cp", "--out", "later.log"];
    assert_eq!(office.json(&after, 0)["entries"], 0);
    // Nothing is overwritten.
    assert_eq!(office.json(&export, 7)["error"]["code"], 503);
    // In words.
    let text = office.run(&check("sealed", &SEALS)).code(0).get_output().stdout.clone();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("audit.states") && text.contains("vouchers: 2"), "{text}");
}

#[test]
fn packets_of_partners_are_taken_in_once_and_answered() {
    let office = office_with_store();
    office.ok(&["store", "init", "peer", "--role", "pbc", "--org", "001", "--at", AT]);
    office.ok(&["store", "init", "bank", "--role", "bank", "--org", "102", "--at", AT]);
    for (name, profile) in [("box", "encryption"), ("far", "encryption"), ("teller", "signer")] {
        office.certify(name, profile, &[]);
    }
    let der = |name: &str| {
        let pem = fs::read_to_string(office.path(name)).unwrap();
        pem.lines().filter(|line| !line.starts_with("--")).collect::<String>()
    };
    let books = json!({ "format": "yinxin:office:1", "partners": [{
        "name": "财政局", "role": "finance", "org": "011",
        "signing": [der("signer.pem")], "encryption": der("far.pem"),
    }] });
    for folder in ["peer", "bank"] {
        fs::write(office.path(folder).join("office.json"), books.to_string()).unwrap();
    }
    let bodies = Envelope::parse(&fs::read(office.path("stamped.xml")).unwrap()).unwrap().bodies;
    for (number, body) in [("1", &bodies[0]), ("2", &bodies[1]), ("3", &bodies[0])] {
        let (version, body) = (1, body.clone());
        let message = VoucherMessage { version, body, attachments: Vec::new() };
        fs::write(office.path("body"), message.to_der().unwrap()).unwrap();
        let seal = ["envelope", "seal", "body", "--key", "signer.key", "--cert", "signer.pem"];
        let what = ["--to", "box.pem", "--conversation", "c", "--sequence", number, "--at", AT];
        office.ok(&[&seal[..], &what, &["--out", number]].concat());
    }
    fs::create_dir(office.path("answers")).unwrap();
    let import_into = |folder: &str, packets: &[&str], code: i32| {
        let start = [&["store", "import", folder][..], packets].concat();
        let keys = ["--key", "box.key", "--cert", "box.pem", "--receipts", "answers"];
        let signer = ["--receipt-key", "teller.key", "--receipt-cert", "teller.pem"];
        office.json(&[&start[..], &keys, &signer, &SEALS].concat(), code)["packets"].clone()
    };
    let import = |packets: &[&str], code| import_into("peer", packets, code);
    let first = import(&["2", "1"], 0);
    for (number, admission) in [(0, "New"), (1, "New")] {
        assert_eq!(first[number]["admission"], admission);
        assert_eq!(
            (&first[number]["move"], &first[number]["state"]),
            (&json!("receive"), &json!("delivered"))
        );
    }
    let check = ["envelope", "receipt", "answers/1.receipt", "--of", "1", "--from", "teller.pem"];
    let trust = ["--trust", "root.pem", "--crl", "crl.pem", "--at", AT];
    let answer = |number: &str| {
        let (file, of) = (format!("answers/{number}.receipt"), number);
        let mut check = check;
        (check[2], check[4]) = (&file, of);
        office.json(&[&check[..], &trust].concat(), 0)["receipt"].clone()
    };
    assert_eq!(answer("1")["answer"], "Received");
    // Once more, and the same voucher under another number.
    let again = import(&["1"], 0);
    assert_eq!((&again[0]["admission"], &again[0]["state"]), (&json!("Repeated"), &Value::Null));
    let status = office.json(&["store", "status", "peer"], 0);
    assert_eq!((&status["vouchers"][0]["count"], &status["waiting"]), (&json!(2), &json!(2)));
    let other = import(&["3"], 0);
    assert_eq!(other[0]["admission"], "New");
    // What is no packet stops nothing else.
    fs::write(office.path("4"), "nothing").unwrap();
    let bad = import(&["4", "1"], 4);
    assert_eq!(
        (&bad[0]["error"]["family"], &bad[1]["admission"]),
        (&json!("Malformed"), &json!("Repeated"))
    );
    // A bank is not who notices are for, and says so.
    let refused = import_into("bank", &["2"], 8);
    assert_eq!(refused[0]["refused"]["code"], 646);
    assert_eq!((&answer("2")["answer"], &answer("2")["code"]), (&json!("Refused"), &json!(646)));
    let anybody = ["store", "import", "peer", "1", "--key", "box.key", "--cert", "box.pem"];
    office.run(&anybody).code(2);
}

#[test]
fn what_was_changed_is_named() {
    let office = office_with_store();
    let export = ["store", "audit", "export", "pbc", "--vouchers", "sealed", "--out", "out.log"];
    office.ok(&export);
    // Another notice in the place of one of them, and none at all.
    let file = office.path("sealed").join("vouchers-000001.xml");
    let mut envelope = Envelope::parse(&fs::read(&file).unwrap()).unwrap();
    let sealed = fs::read(&file).unwrap();
    envelope.bodies.truncate(1);
    fs::write(&file, envelope.to_xml(Encoding::Utf8).unwrap()).unwrap();
    let report = office.json(&check("sealed", &SEALS), 1);
    let difference = &report["recomputed"]["difference"];
    assert_eq!(
        (&difference["check"], &difference["place"]),
        (&json!("audit.documents"), &json!(2))
    );
    assert_eq!(difference["entry"], 1);
    assert!(difference["voucher"].as_str().unwrap().starts_with("990000/2026/5106/"));
    fs::write(&file, sealed).unwrap();
    fs::write(office.path("sealed").join("note.txt"), "not a voucher").unwrap();
    let report = office.json(&check("sealed", &SEALS), 1);
    let what = report["recomputed"]["difference"]["what"].as_str().unwrap();
    assert!(what.contains("note.txt"), "{what}");
    // A log with one byte bent; no log at all.
    let mut log = fs::read(office.path("out.log")).unwrap();
    let middle = log.len() / 2;
    log[middle] ^= 1;
    fs::write(office.path("out.log"), log).unwrap();
    office.run(&check("sealed", &SEALS)).code(1);
    fs::write(office.path("out.log"), "no log").unwrap();
    assert_eq!(office.json(&check("sealed", &SEALS), 4)["error"]["family"], "Malformed");
    // A log that never had this checkpoint; a store without any.
    office.ok(&["store", "init", "new", "--role", "bank", "--org", "102", "--at", AT]);
    let after = ["store", "audit", "export", "new", "--after", "held.cp", "--out", "new.log"];
    assert_eq!(office.json(&after, 8)["error"]["code"], 680);
    assert!(!office.path("new.log").exists());
    let none = ["store", "audit", "checkpoint", "new", "--out", "new.cp"];
    assert_eq!(office.json(&none, 8)["error"]["code"], 680);
    let witness = ["--witness", "log.pub", "--witnesses-needed", "2"];
    office.run(&check("sealed", &witness)).code(2);
    // A balance that somebody raised in the file.
    let path = office.path("pbc").join("store.sqlite");
    let mut store = SqliteStorage::open(&path, &Options::default()).unwrap();
    yinxin::store::Storage::transact(&mut store, &mut |snapshot| {
        let mut balances = snapshot.balances("", 1)?;
        balances[0].fen += 1;
        Ok(yinxin::store::Changes { balances, ..Default::default() })
    })
    .unwrap();
    drop(store);
    let replay = [&["store", "audit", "replay", "pbc"][..], &HELD, &SEALS].concat();
    let report = office.json(&replay, 1);
    assert_eq!(outcome(&report, "audit.store"), Some("Failed"));
    assert_eq!(report["recomputed"]["difference"]["check"], "audit.store");
}
