//! Documents on the command line: stamped, signed, by a key at hand or elsewhere.

mod common;

use common::{AT, Office};
use serde_json::Value;
use std::fs;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::container::ofd::{NewPackage, Package, PartPath};
use yinxin::key::{Signer, SoftwareKey, ToSign};

const STAMP: [&str; 9] =
    ["ofd", "stamp", "--seal", "office.esl", "--key", "signer.key", "--cert", "signer.pem", "--at"];

/// An office with a document of three pages.
fn office() -> Office {
    let office = Office::new();
    let namespace = "xmlns=\"http://www.ofdspec.org/2016\"";
    let pages: String =
        (0..3).map(|n| format!("<Page ID=\"{}\" BaseLoc=\"Pages/P{n}.xml\"/>", n + 1)).collect();
    let mut package = NewPackage::new(Time::parse_rfc3339(AT).unwrap());
    let mut put = |name: &str, text: String| {
        package.put(PartPath::parse(name).unwrap(), text.into_bytes());
    };
    put(
        "OFD.xml",
        format!(
            "<OFD {namespace} Version=\"1.0\" DocType=\"OFD\"><DocBody><DocInfo><DocID>\
             0123456789abcdef0123456789abcdef</DocID></DocInfo><DocRoot>Doc_0/Document.xml\
             </DocRoot></DocBody></OFD>"
        ),
    );
    put(
        "Doc_0/Document.xml",
        format!(
            "<Document {namespace}><CommonData><MaxUnitID>9</MaxUnitID><PageArea><PhysicalBox>\
             0 0 210 297</PhysicalBox></PageArea></CommonData><Pages>{pages}</Pages></Document>"
        ),
    );
    for n in 0..3 {
        put(&format!("Doc_0/Pages/P{n}.xml"), format!("<Page {namespace}><Content/></Page>"));
    }
    let mut bytes = Vec::new();
    package.write_to(&mut bytes).unwrap();
    fs::write(office.path("letter.ofd"), bytes).unwrap();
    office
}

fn stamp<'a>(file: &'a str, options: &[&'a str], out: &'a str) -> Vec<&'a str> {
    [&STAMP[..], &[AT, file, "--out", out], options].concat()
}

fn part(office: &Office, file: &str, name: &str) -> String {
    let bytes = fs::read(office.path(file)).unwrap();
    let slice = bytes.as_slice();
    let package = Package::open(&slice, Profile::Conforming).unwrap();
    let entry = package.part(&PartPath::parse(name).unwrap()).expect(name);
    String::from_utf8_lossy(&package.read(entry, 1 << 20).unwrap()).into_owned()
}

#[test]
fn two_offices_stamp_and_a_third_signature_locks() {
    let office = office();
    let places = ["--place", "1:120,220", "--place", "3:20.5,30", "--straddle", "right"];
    let done = office.json(&stamp("letter.ofd", &places, "one.ofd"), 0);
    assert_eq!(done["signature"], "/Doc_0/Signs/Sign_0/Signature.xml");
    assert_eq!(done["bytes"], fs::metadata(office.path("one.ofd")).unwrap().len());
    let description = part(&office, "one.ofd", "Doc_0/Signs/Sign_0/Signature.xml");
    assert_eq!(description.matches("<ofd:StampAnnot ").count(), 5);
    assert!(description.contains("PageRef=\"3\" Boundary=\"20.5 30 40 40\"/>"), "{description}");
    assert!(description.contains("Boundary=\"170 128.5 40 40\" Clip=\"26.667 0 13.333 40\"/>"));

    let every = ["--every-page", "10,10", "--size", "30x20.5"];
    assert_eq!(office.json(&stamp("one.ofd", &every, "two.ofd"), 0)["id"], "s007");
    let description = part(&office, "two.ofd", "Doc_0/Signs/Sign_1/Signature.xml");
    assert_eq!(description.matches("Boundary=\"10 10 30 20.5\"").count(), 3);
    let sign = |file, out| {
        vec![
            "ofd",
            "sign",
            file,
            "--key",
            "signer.key",
            "--cert",
            "signer.pem",
            "--at",
            AT,
            "--lock",
            "--out",
            out,
        ]
    };
    office.ok(&sign("two.ofd", "three.ofd"));
    let refused = office.json(&sign("three.ofd", "four.ofd"), 8);
    assert_eq!(refused["error"]["code"], 612);
    assert!(!office.path("four.ofd").exists());
    // The document may be replaced in place.
    let force =
        [&stamp("letter.ofd", &["--place", "2:1,1"], "letter.ofd")[..], &["--force"]].concat();
    office.ok(&force);
    assert!(part(&office, "letter.ofd", "OFD.xml").contains("Signatures.xml</Signatures>"));
}

#[test]
fn mistakes_are_named_and_write_nothing() {
    let office = office();
    for (options, code, number) in [
        (&["--place", "1-20,20"][..], 2, 701),
        (&["--place", "4:20,20"], 2, 701),
        (&["--place", "0:20,20"], 2, 701),
        (&["--place", "1:20"], 2, 701),
        (&["--place", "1:20,x"], 4, 107),
        (&["--place", "1:180,20"], 2, 701),
        (&["--every-page", "20"], 2, 701),
        (&["--place", "1:20,20", "--size", "40"], 2, 701),
        (&["--place", "1:20,20", "--size", "0x40"], 2, 701),
        (&["--place", "1:20,20", "--document", "0"], 2, 701),
        (&["--place", "1:20,20", "--document", "2"], 2, 701),
        (&["--straddle", "top", "--pages-per-seal", "0"], 2, 701),
        (&["--straddle", "top", "--straddle-margin=-1"], 2, 701),
        (&["--straddle", "top", "--straddle-offset", "180"], 2, 701),
    ] {
        let error = office.json(&stamp("letter.ofd", options, "out.ofd"), code);
        assert_eq!(error["error"]["code"], number, "{options:?}: {error}");
        assert!(!office.path("out.ofd").exists(), "{options:?}");
    }
    office.run(&stamp("letter.ofd", &["--gaps"], "out.ofd")).code(2);
    fs::write(office.path("noise.ofd"), b"PK\x03\x04 and no more").unwrap();
    office.json(&stamp("noise.ofd", &["--place", "1:1,1"], "out.ofd"), 4);
    assert_eq!(office.json(&stamp("absent.ofd", &[], "out.ofd"), 7)["error"]["code"], 501);
}

#[test]
fn a_key_elsewhere_signs_what_was_prepared() {
    let office = office();
    let prepare = [
        "ofd",
        "prepare",
        "letter.ofd",
        "--seal",
        "office.esl",
        "--cert",
        "signer.pem",
        "--place",
        "1:10,10",
        "--at",
        AT,
        "--out",
        "request.json",
    ];
    office.ok(&prepare);
    let request: Value =
        serde_json::from_slice(&fs::read(office.path("request.json")).unwrap()).unwrap();
    let key = fs::read(office.path("signer.key")).unwrap();
    let key = SoftwareKey::from_pem(&key, None).unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let bytes = |text: &str| -> Vec<u8> {
        let digits = text.as_bytes().chunks(2);
        digits.map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap()).collect()
    };
    let message = bytes(request["sign"].as_str().unwrap());
    let signature = key.sign(ToSign::Message(&message)).unwrap();
    fs::write(office.path("signature.hex"), hex(&signature) + "\n").unwrap();
    let complete = |file, out| {
        vec![
            "ofd",
            "complete",
            file,
            "--request",
            "request.json",
            "--signature",
            "signature.hex",
            "--out",
            out,
        ]
    };
    office.ok(&complete("letter.ofd", "done.ofd"));
    assert!(part(&office, "done.ofd", "Doc_0/Signs/Signatures.xml").contains("s001"));
    assert_eq!(office.json(&complete("done.ofd", "again.ofd"), 8)["error"]["code"], 605);
    office.ok(&stamp("letter.ofd", &["--place", "1:1,1"], "other.ofd"));
    assert_eq!(office.json(&complete("other.ofd", "again.ofd"), 8)["error"]["code"], 606);
    fs::write(office.path("signature.hex"), "00ff").unwrap();
    assert_eq!(office.json(&complete("letter.ofd", "again.ofd"), 5)["error"]["code"], 404);
    fs::write(office.path("signature.hex"), "no hex").unwrap();
    assert_eq!(office.json(&complete("letter.ofd", "again.ofd"), 4)["error"]["code"], 107);
    fs::write(office.path("request.json"), "{}").unwrap();
    assert_eq!(office.json(&complete("letter.ofd", "again.ofd"), 4)["error"]["code"], 105);
    let placed = ["ofd", "prepare", "letter.ofd", "--cert", "signer.pem", "--place", "1:1,1"];
    office.json(&[&placed[..], &["--out", "request.json", "--force"]].concat(), 2);
}

#[test]
fn a_document_and_its_signatures_are_shown() {
    let office = office();
    office.ok(&stamp("letter.ofd", &["--place", "2:20,30"], "one.ofd"));
    for command in [&["ofd", "inspect", "one.ofd"][..], &["inspect", "one.ofd"]] {
        let shown = office.json(command, 0);
        assert_eq!(shown["kind"], "OFD document");
        let body = &shown["bodies"][0];
        assert_eq!((&body["pages"], &body["attachments"]), (&3.into(), &Value::Array(vec![])));
        let signature = &body["signatures"][0];
        assert_eq!(signature["type"], "Seal");
        assert_eq!(signature["stamps"][0]["boundary"], "20 30 40 40");
        assert_eq!(signature["value"]["propertyInfo"], "/Doc_0/Signs/Sign_0/Signature.xml");
        assert!(signature["protects"].as_array().unwrap().contains(&"/OFD.xml".into()));
    }
    // What is broken is named where it stands, and the rest is shown.
    let bytes = fs::read(office.path("one.ofd")).unwrap();
    let source = bytes.as_slice();
    let package = Package::open(&source, Profile::Conforming).unwrap();
    let mut broken = NewPackage::new(Time::parse_rfc3339(AT).unwrap());
    for entry in package.parts() {
        let mut part = package.read(entry, 1 << 20).unwrap();
        if entry.path().file_name() == "SignedValue.dat" {
            part.truncate(10);
        }
        broken.put(entry.path().clone(), part);
    }
    let mut bytes = Vec::new();
    broken.write_to(&mut bytes).unwrap();
    fs::write(office.path("broken.ofd"), bytes).unwrap();
    let shown = office.json(&["ofd", "inspect", "broken.ofd"], 0);
    let signature = &shown["bodies"][0]["signatures"][0];
    assert!(signature["value"]["error"].as_str().unwrap().contains("101"), "{signature}");
    assert_eq!(signature["stamps"][0]["page"], "2");
    office.json(&["ofd", "inspect", "office.esl"], 4);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    let office = office();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_yinxin"))
        .args(["ofd", "inspect", "letter.ofd"])
        .current_dir(office.at())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stderr).as_ref()), (Some(0), ""));
}
