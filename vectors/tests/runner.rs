//! The command: its lines, its options and its exit code.

use std::path::{Path, PathBuf};
use std::process::Command;

use yinxin::crypto::backend::Backend;

const SM3: &str = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str, text: &str) -> &Folder {
        std::fs::write(self.0.join(name), text).unwrap();
        self
    }

    /// The exit code and the lines of the command in this folder.
    fn run(&self, arguments: &[&str]) -> (i32, Vec<String>) {
        let output = Command::new(env!("CARGO_BIN_EXE_yinxin-vectors"))
            .current_dir(&self.0)
            .args(arguments)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), text.lines().map(str::to_string).collect())
    }
}

/// A file with an SM3 group of these tests: (tcId, digest, result).
fn sm3(tests: &[(u64, &str, &str)]) -> String {
    let list: Vec<String> = tests
        .iter()
        .map(|(id, digest, result)| {
            format!(
                r#"{{"tcId":{id},"comment":"abc","msg":"616263","digest":"{digest}","result":"{result}"}}"#
            )
        })
        .collect();
    format!(
        r#"{{"algorithm":"SM3","numberOfTests":{},"testGroups":[{{"type":"Sm3","tests":[{}]}}]}}"#,
        tests.len(),
        list.join(",")
    )
}

#[test]
fn an_agreeing_file() {
    let folder = Folder::new("agreeing");
    let (code, lines) = folder.file("a.json", &sm3(&[(1, SM3, "valid")])).run(&["a.json"]);
    assert_eq!(code, 0);
    assert_eq!(
        lines,
        ["a.json: 1 agreed, 0 disagreed, 0 skipped", "total: 1 agreed, 0 disagreed, 0 skipped"]
    );
}

#[test]
fn a_disagreeing_file() {
    let folder = Folder::new("disagreeing");
    let bad = SM3.replace("66c7", "66c8");
    let text = sm3(&[(1, SM3, "valid"), (2, &bad, "valid"), (3, SM3, "invalid")]);
    let (code, lines) = folder.file("a.json", &text).run(&["a.json"]);
    assert_eq!(code, 1);
    let wrong = format!("2: abc: expected valid, got a wrong value (the digest {SM3})");
    let mut expected = Vec::new();
    for case in [wrong.as_str(), "3: abc: expected invalid, got accepted"] {
        for own in Backend::available() {
            expected.push(format!("a.json: Sm3: {case} [{}]", own.name()));
        }
    }
    expected.push("a.json: 1 agreed, 2 disagreed, 0 skipped".to_string());
    expected.push("total: 1 agreed, 2 disagreed, 0 skipped".to_string());
    assert_eq!(lines, expected);
}

#[test]
fn exceptions_excuse_and_must_be_needed() {
    let folder = Folder::new("exceptions");
    folder.file("a.json", &sm3(&[(1, SM3, "valid"), (2, SM3, "invalid")]));
    folder.file("known.json", r#"{ "a.json:2": "known" }"#);
    let (code, lines) = folder.run(&["--exceptions", "known.json", "a.json"]);
    assert_eq!(code, 0);
    assert_eq!(lines[0], "a.json: 1 agreed, 0 disagreed, 1 skipped (exception: known: 1)");

    folder.file("stale.json", r#"{ "a.json:1": "gone", "a.json:2": "known" }"#);
    let (code, lines) = folder.run(&["--exceptions", "stale.json", "a.json"]);
    assert_eq!(code, 1);
    assert_eq!(lines[0], "a.json: Sm3: 1: abc: expected an exception (gone), got agreement");
    assert_eq!(lines[1], "a.json: 0 agreed, 1 disagreed, 1 skipped (exception: known: 1)");
}

#[test]
fn an_unknown_type_is_refused_or_skipped() {
    let folder = Folder::new("unknown");
    let text = r#"{"numberOfTests":1,"testGroups":[{"type":"Riddle","tests":[{"tcId":1}]}]}"#;
    folder.file("a.json", text).file("b.json", &sm3(&[(1, SM3, "valid")]));
    let (code, lines) = folder.run(&["a.json", "b.json"]);
    assert_eq!(code, 2);
    assert_eq!(lines[0], "a.json: unknown group type \"Riddle\"");
    assert_eq!(lines[2], "total: 1 agreed, 0 disagreed, 0 skipped");
    let (code, lines) = folder.run(&["--skip-unknown", "a.json", "b.json"]);
    assert_eq!(code, 0);
    assert_eq!(lines[0], "a.json: 0 agreed, 0 disagreed, 1 skipped (unknown group type Riddle: 1)");
    let (code, _) = folder.run(&["--skip-unknown", "a.json"]);
    assert_eq!(code, 1, "nothing agreed");
}

#[test]
fn what_is_no_vector_file_is_named() {
    let folder = Folder::new("broken");
    folder.file("json.json", "{").file("shape.json", "[1]");
    folder.file("count.json", &sm3(&[(1, SM3, "valid")]).replace("OfTests\":1", "OfTests\":2"));
    for name in ["json.json", "shape.json", "count.json", "absent.json"] {
        let (code, lines) = folder.run(&[name]);
        assert_eq!(code, 2, "{name}");
        assert!(lines[0].starts_with(name), "{lines:?}");
        assert_eq!(lines[1], "total: 0 agreed, 0 disagreed, 0 skipped");
    }
}

#[test]
fn an_unknown_field_is_not_passed_over() {
    let folder = Folder::new("field");
    let text = sm3(&[(1, SM3, "valid"), (2, SM3, "valid")]);
    let text = text
        .replacen(r#""msg""#, r#""twist":1,"msg""#, 1)
        .replace("Sm3\",", "Sm3\",\"source\":\"x\",");
    let (code, lines) = folder.file("a.json", &text).run(&["a.json"]);
    assert_eq!(code, 1);
    for (line, own) in lines.iter().zip(Backend::available()) {
        let own = own.name();
        let got = "got a case that cannot be judged (the field twist is unknown)";
        assert_eq!(*line, format!("a.json: Sm3: 1: abc: expected valid, {got} [{own}]"));
    }
    assert_eq!(lines[Backend::available().len()], "a.json: 1 agreed, 1 disagreed, 0 skipped");
}

#[test]
fn a_choice_is_printed() {
    let folder = Folder::new("choice");
    let text = sm3(&[(1, SM3, "acceptable")]);
    let (code, lines) = folder.file("a.json", &text).run(&["a.json"]);
    assert_eq!(code, 0);
    let own: Vec<&str> = Backend::available().into_iter().map(Backend::name).collect();
    let own = own.join(", ");
    assert_eq!(lines[0], format!("a.json: Sm3: 1: abc: acceptable, accepted [{own}]"));
}

#[test]
fn what_is_not_offered_is_skipped_by_name() {
    let folder = Folder::new("offered");
    let text = r#"{"testGroups":[{"type":"Sm4Ofb","tests":[{"tcId":1,"key":"","iv":"","msg":"","ct":""}]}]}"#;
    let (code, lines) = folder.file("a.json", text).run(&["a.json"]);
    assert_eq!(code, 1, "nothing agreed");
    assert_eq!(lines[0], "a.json: 0 agreed, 0 disagreed, 1 skipped (SM4-OFB is not offered: 1)");
}

#[test]
fn the_command_line_is_checked() {
    let folder = Folder::new("usage");
    for arguments in
        [&[][..], &["--what", "a.json"], &["--exceptions"], &["--exceptions", "absent"]]
    {
        assert_eq!(folder.run(arguments).0, 2, "{arguments:?}");
    }
    let (code, lines) = folder.run(&["--help"]);
    assert_eq!(code, 0);
    assert!(lines[0].starts_with("usage: yinxin-vectors "));
}
