//! Documents made and taken apart on the command line.

mod common;

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use yinxin::container::ofd::make::{Date, Description, Maker};
use yinxin::voucher::{Encoding, example};

/// Runs the command in a folder; its exit code, standard output and standard error.
fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("yinxin").unwrap();
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn ok(folder: &TempDir, arguments: &[&str]) -> Value {
    let (code, out, error) = run(folder, &[arguments, &["--json"]].concat());
    assert_eq!(code, 0, "{arguments:?}: {out}{error}");
    serde_json::from_str(&out).unwrap()
}

fn code_of(folder: &TempDir, arguments: &[&str]) -> i64 {
    let (_, out, _) = run(folder, &[arguments, &["--json"]].concat());
    let value: Value = serde_json::from_str(&out).unwrap();
    value["error"]["code"].as_i64().unwrap_or_else(|| panic!("{arguments:?}: {value}"))
}

fn folder_with_voucher() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let voucher = example::direct_payment(1).unwrap().build(Encoding::Gbk).unwrap();
    fs::write(folder.path().join("voucher.xml"), voucher.as_bytes()).unwrap();
    folder
}

#[test]
fn a_sheet_is_made_and_its_voucher_comes_back() {
    let folder = folder_with_voucher();
    let make = ["ofd", "make", "--voucher", "voucher.xml", "--created", "2026-03-02"];
    let made = ok(&folder, &[&make[..], &["--out", "sheet.ofd"]].concat());
    assert_eq!(made["pages"], 1);
    assert_eq!(made["places"][2]["name"], "cz_gkzf");
    let report = ok(&folder, &["ofd", "sheet", "sheet.ofd", "--out", "back.xml"]);
    assert_eq!(report["verdict"], "Valid");
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("back.xml"), read("voucher.xml"));
    // Labels of one's own make another sheet.
    let labels = r#"{"format":"yinxin:labels:1","labels":{"PayAmt":"手续费"}}"#;
    fs::write(folder.path().join("labels.json"), labels).unwrap();
    let (code, out, _) = run(&folder, &["ofd", "sheet", "sheet.ofd", "--labels", "labels.json"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("sheet.voucher"), "{out}");
}

#[test]
fn plain_text_becomes_a_letter() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.txt"),
        "示例市教育局：\n　　现将经费拨付给你局。\n\n示例市财政局\n",
    )
    .unwrap();
    fs::write(folder.path().join("list.xml"), "<list/>").unwrap();
    let make = ["ofd", "make", "--text", "a.txt", "--created", "2026-03-02", "--title", "函"];
    ok(&folder, &[&make[..], &["--attach", "list.xml", "--out", "a.ofd"]].concat());
    let made = ok(&folder, &["ofd", "extract", "a.ofd", "--out", "out"]);
    assert_eq!(made["files"].as_array().unwrap().len(), 2);
    let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    let words = "函\n示例市教育局：\n现将经费拨付给你局。\n示例市财政局\n— 1 —\n";
    assert_eq!(read("text/page-0001.txt"), words);
    assert_eq!(read("attachments/list.xml"), "<list/>");
    // The same again gives the same bytes.
    ok(&folder, &[&make[..], &["--attach", "list.xml", "--out", "b.ofd"]].concat());
    let bytes = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(bytes("a.ofd"), bytes("b.ofd"));
    fs::write(folder.path().join("bad.txt"), "a\u{202e}b").unwrap();
    assert_eq!(code_of(&folder, &["ofd", "make", "--text", "bad.txt", "--out", "c.ofd"]), 104);
    assert!(!folder.path().join("c.ofd").exists());
}

#[test]
fn a_description_reaches_only_its_own_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("secret"), "secret").unwrap();
    fs::write(folder.path().join("in/b.txt"), "bytes").unwrap();
    let description = |file: &str| {
        format!(
            r#"{{"format":"yinxin:ofd:1","id":"0123456789abcdef0123456789abcdef",
            "created":"2026-03-02","blocks":[{{"text":"正文"}}],
            "attachments":[{{"name":"a","file":{file:?}}}]}}"#
        )
    };
    let make = ["ofd", "make", "in/a.json", "--out", "a.ofd", "--force"];
    fs::write(folder.path().join("in/a.json"), description("b.txt")).unwrap();
    ok(&folder, &make);
    let secret = folder.path().join("secret");
    for file in ["../secret", "./../secret", "b/../../secret", "-", secret.to_str().unwrap()] {
        fs::write(folder.path().join("in/a.json"), description(file)).unwrap();
        assert_eq!(code_of(&folder, &make), 107, "{file}");
    }
}

#[test]
fn names_that_lead_elsewhere_stay_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let day = Date::new(2026, 3, 2).unwrap();
    let mut maker = Maker::new(Description::new("0123456789abcdef0123456789abcdef", day));
    for name in ["../../escaped", "/absolute", "C:\\x", "NUL.txt", "..", "a.xml", "A.XML"] {
        maker.attach(name, name);
    }
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/a.ofd"), maker.build().unwrap().bytes).unwrap();
    let extract = ["ofd", "extract", "deep/a.ofd", "--out", "deep/out", "--only", "attachments"];
    ok(&folder, &extract);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path().join("deep/out/attachments")).unwrap() {
        names.push(entry.unwrap().file_name().into_string().unwrap());
    }
    names.sort();
    let expected =
        ["A (2).XML", "C__x", "_.._escaped", "_NUL.txt", "_absolute", "a.xml", "unnamed"];
    assert_eq!(names, expected);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    // Nothing is overwritten without leave.
    assert_eq!(code_of(&folder, &extract), 503);
    ok(&folder, &[&extract[..], &["--force"]].concat());
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_is_not_followed() {
    let folder = folder_with_voucher();
    ok(&folder, &["ofd", "make", "--voucher", "voucher.xml", "--out", "sheet.ofd"]);
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    let link = folder.path().join("out/attachments");
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), link).unwrap();
    let extract = ["ofd", "extract", "sheet.ofd", "--out", "out", "--force"];
    assert_eq!(code_of(&folder, &extract), 502);
    assert_eq!(fs::read_dir(folder.path().join("elsewhere")).unwrap().count(), 0);
}

/// The files of invoices, which carry their data as XML, and of stamped documents.
#[test]
fn real_files_give_their_attachments_and_seals() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/samples/ofd-real");
    if !samples.is_dir() {
        return; // only where the samples are at hand
    }
    let folder = tempfile::tempdir().unwrap();
    let invoice = samples.join("999.ofd");
    let invoice = ["ofd", "extract", invoice.to_str().unwrap(), "--out", "invoice"];
    let told = ok(&folder, &invoice);
    assert_eq!(told["skipped"].as_array().unwrap().len(), 0, "{told}");
    let path = folder.path().join("invoice/attachments/original_invoice.xml");
    assert!(fs::read_to_string(path).unwrap().contains("<fp:InvoiceNo>12235358</fp:InvoiceNo>"));
    let words = fs::read_to_string(folder.path().join("invoice/text/page-0001.txt")).unwrap();
    assert!(words.contains("12235358") && words.contains("购"), "{words}");
    let seals = fs::read_dir(folder.path().join("invoice/seals")).unwrap().count();
    assert_eq!(seals, 1);
}
