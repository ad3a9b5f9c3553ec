//! Vouchers on the command line, and the demonstration.

mod common;

use common::{AT, Office, outcome};
use serde_json::{Value, json};
use std::fs;
use yinxin::asn1::Profile;
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::seal::Seal;
use yinxin::voucher::{Body, Encoding, Envelope, example};

/// One position, so that one act completes a notice.
const TEMPLATES: &str = r#"{"format":"yinxin:templates:1","templates":[{"vtCode":"5106",
  "basis":"test","positions":[{"layer":1,"position":"cz_gkzf","name":"国库支付专用章",
  "role":"office","kind":"stamp","sequence":1}]}]}"#;

const ACT: [&str; 10] = [
    "--org",
    "990000",
    "--role",
    "office",
    "--position",
    "cz_gkzf",
    "--templates",
    "templates.json",
    "--at",
    AT,
];

/// An office with an envelope of two notices, the local templates and the list of who may stamp.
fn office_with_notices() -> Office {
    let office = Office::new();
    let body = |number| {
        let voucher = example::clearing_quota_notice(number).unwrap();
        Body::original(voucher.build(Encoding::Gbk).unwrap()).unwrap()
    };
    let envelope = Envelope { bodies: vec![body(1), body(2)] };
    fs::write(office.path("notices.xml"), envelope.to_xml(Encoding::Gbk).unwrap()).unwrap();
    fs::write(office.path("templates.json"), TEMPLATES).unwrap();
    let seal = fs::read(office.path("office.esl")).unwrap();
    let seal = Seal::parse(&seal, Profile::Conforming).unwrap();
    let digest: String = seal.digest().iter().map(|byte| format!("{byte:02x}")).collect();
    let allowed = json!({ "format": "yinxin:authorisation:1", "entries": [{
        "admDivCode": "990000", "stYear": "2026", "vtCode": "5106", "position": "cz_gkzf",
        "role": "office", "seals": [digest],
    }] });
    fs::write(office.path("allowed.json"), allowed.to_string()).unwrap();
    office
}

fn verify(file: &str) -> Vec<&str> {
    vec![
        "voucher",
        "verify",
        file,
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
        "--received",
        AT,
    ]
}

fn stamp(office: &Office) {
    let stamp = ["voucher", "stamp", "notices.xml", "--seal", "office.esl", "--key", "signer.key"];
    let out = ["--cert", "signer.pem", "--out", "stamped.xml"];
    office.ok(&[&stamp[..], &out, &ACT].concat());
}

#[test]
fn an_envelope_is_stamped_and_verified() {
    let office = office_with_notices();
    stamp(&office);
    let report = office.json(&verify("stamped.xml"), 0);
    assert_eq!(report["reports"].as_array().unwrap().len(), 2);
    let shown = office.json(&["inspect", "stamped.xml"], 0);
    assert_eq!(shown["vouchers"][1]["acts"][0]["position"], "cz_gkzf");
    assert_eq!(shown["vouchers"][1]["voucher"]["header"]["SetMonth"], "03");
    let unstamped = office.json(&verify("notices.xml"), 1);
    assert_eq!(outcome(&unstamped, "voucher.positions"), Some("Failed"));
    assert_eq!(outcome(&unstamped, "voucher.order"), Some("NotDetermined"));
    let anybody: Vec<&str> = verify("stamped.xml")
        .into_iter()
        .filter(|it| !it.contains("auth") && *it != "allowed.json")
        .collect();
    assert_eq!(outcome(&office.json(&anybody, 3), "voucher.authority"), Some("NotDetermined"));
}

#[test]
fn a_key_elsewhere_completes_what_was_prepared() {
    let office = office_with_notices();
    let prepare = ["voucher", "prepare", "notices.xml", "--seal", "office.esl"];
    let out = ["--cert", "signer.pem", "--out", "requests.json"];
    office.ok(&[&prepare[..], &out, &ACT].concat());
    let requests: Value =
        serde_json::from_slice(&fs::read(office.path("requests.json")).unwrap()).unwrap();
    // What a UKey does.
    let key = SoftwareKey::from_pem(&fs::read(office.path("signer.key")).unwrap(), None).unwrap();
    let sign = |request: &Value| {
        let text = request["sign"].as_str().unwrap();
        let bytes: Vec<u8> = (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect();
        let signature = key.sign(ToSign::Message(&bytes)).unwrap();
        json!(signature.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    };
    let mut signatures: Vec<Value> =
        requests["requests"].as_array().unwrap().iter().map(sign).collect();
    let write = |signatures: &[Value]| {
        fs::write(office.path("signatures.json"), json!(signatures).to_string()).unwrap();
    };
    let complete = |file: &'static str, out: &'static str| {
        [
            "voucher",
            "complete",
            file,
            "--requests",
            "requests.json",
            "--signatures",
            "signatures.json",
            "--out",
            out,
        ]
    };
    signatures.reverse();
    write(&signatures);
    assert_eq!(office.json(&complete("notices.xml", "done.xml"), 5)["error"]["code"], 404);
    assert!(!office.path("done.xml").exists());
    signatures.reverse();
    write(&signatures);
    office.ok(&complete("notices.xml", "done.xml"));
    assert_eq!(office.json(&verify("done.xml"), 0)["verdict"], "Valid");
    let twice = office.json(&complete("done.xml", "twice.xml"), 8);
    assert_eq!(twice["error"]["code"], 605);
}

#[test]
fn the_rules_are_kept_before_anything_is_stamped() {
    let office = office_with_notices();
    let wrong = ["--role", "head", "--position", "cz_gkzf", "--templates", "templates.json"];
    let stamp = [
        "voucher",
        "stamp",
        "notices.xml",
        "--seal",
        "office.esl",
        "--key",
        "signer.key",
        "--cert",
        "signer.pem",
        "--out",
        "stamped.xml",
        "--org",
        "990000",
        "--at",
        AT,
    ];
    assert_eq!(office.json(&[&stamp[..], &wrong].concat(), 2)["error"]["structure"], "role");
    // By the built-in template the maker's signature comes first.
    let office_first = ["--role", "office", "--position", "cz_gkzf"];
    assert_eq!(office.json(&[&stamp[..], &office_first].concat(), 8)["error"]["code"], 604);
    assert!(!office.path("stamped.xml").exists());
}

#[test]
fn the_demonstration_catches_every_fault() {
    let office = Office::new();
    let value = office
        .json(&["demo", "--out", "demo", "--count", "20", "--payments", "0", "--threads", "2"], 0);
    assert_eq!((&value["vouchers"], &value["valid"]), (&20.into(), &20.into()));
    let faults = value["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 7);
    assert!(faults.iter().all(|fault| fault["caught"] == true), "{faults:?}");
    assert!(office.path("demo").join("5201-0001.xml").exists());
    // One file a type, each in a packet to the bank, each answered.
    assert_eq!((&value["packets"], &value["delivered"]), (&3.into(), &3.into()));
    assert_eq!((&value["receipts"], &value["disturbancesCaught"]), (&3.into(), &true.into()));
    assert_eq!(office.json(&["demo", "--out", "demo"], 7)["error"]["code"], 503);
    let folder = |name: &str| office.path("demo").join(name).display().to_string();
    let report = office.run(&[
        "verify",
        &folder("8202-0001.xml"),
        "--trust",
        &folder("root.pem"),
        "--crl",
        &folder("root-crl.pem"),
        "--templates",
        &folder("templates.json"),
        "--authorisation",
        &folder("authorisation.json"),
    ]);
    report.success();
}

#[test]
fn the_catalogue_is_listed() {
    let office = Office::new();
    let said = |arguments: &[&str]| {
        let run = office.run(arguments).success();
        String::from_utf8(run.get_output().stdout.clone()).unwrap()
    };
    let all = said(&["voucher", "types"]);
    assert_eq!(all.lines().count(), 77);
    let payment = all.lines().find(|line| line.starts_with("5201")).unwrap();
    assert!(payment.contains("finance -> bank,pbc") && payment.ends_with("财政直接支付凭证"));
    assert!(all.lines().any(|line| line.starts_with("5102  unverified")));
    let batch = said(&["voucher", "types", "8207", "--json"]);
    let batch: Value = serde_json::from_str(&batch).unwrap();
    assert_eq!(batch["detail"]["XPayAmt"], "receipt amount");
    assert_eq!(batch["positions"][0]["position"], "dw_jb");
    let unknown = office.run(&["voucher", "types", "7777"]).failure();
    assert!(String::from_utf8_lossy(&unknown.get_output().stderr).contains("7777"));
}
