//! A folder with a root, a signer, a maker and a seal, all made by the command itself.

#![allow(dead_code)] // each test file uses its part

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub const FROM: &str = "2026-01-01T00:00:00Z";
pub const AT: &str = "2026-03-02T09:30:00Z";
pub const AFTER: &str = "2027-06-01T00:00:00Z";

pub struct Office {
    folder: TempDir,
}

impl Office {
    pub fn new() -> Office {
        let office = Office { folder: tempfile::tempdir().unwrap() };
        office.ok(&["ca", "init", "ca", "--subject", "CN=Test Root,C=CN", "--from", FROM]);
        std::fs::copy(office.path("ca/ca.pem"), office.path("root.pem")).unwrap();
        for name in ["maker", "signer"] {
            office.certify(name, name, &[]);
        }
        let list = ["ca", "crl", "ca", "--from", FROM, "--days", "700", "--out", "crl.pem"];
        office.ok(&list);
        office.ok(&[
            "seal",
            "make",
            "--key",
            "maker.key",
            "--cert",
            "maker.pem",
            "--signer",
            "signer.pem",
            "--id",
            "TEST01",
            "--name",
            "测试专用章",
            "--from",
            FROM,
            "--out",
            "office.esl",
        ]);
        office
    }

    /// A new key NAME.key with a certificate NAME.pem of this profile.
    pub fn certify(&self, name: &str, profile: &str, more: &[&str]) {
        let file = |end: &str| format!("{name}.{end}");
        let (public, subject) = (file("pub"), format!("CN=Test {name},C=CN"));
        self.ok(&["keygen", "--out", &file("key"), "--public-out", &public]);
        let issue = ["ca", "issue", "ca", "--public", &public, "--profile", profile];
        let what = ["--subject", &subject, "--from", FROM, "--out", &file("pem")];
        self.ok(&[&issue[..], &what, more].concat());
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn at(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the command in the folder.
    pub fn run(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        let mut command = Command::cargo_bin("yinxin").unwrap();
        command.current_dir(self.folder.path()).args(arguments).assert()
    }

    /// The same with this on standard input.
    pub fn run_with(&self, arguments: &[&str], input: Vec<u8>) -> assert_cmd::assert::Assert {
        let mut command = Command::cargo_bin("yinxin").unwrap();
        command.current_dir(self.folder.path()).args(arguments).write_stdin(input).assert()
    }

    /// The names of all that is in the folder.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub fn ok(&self, arguments: &[&str]) {
        self.run(arguments).success();
    }

    /// Runs with `--json`, checks the exit code and gives the one object printed.
    pub fn json(&self, arguments: &[&str], code: i32) -> Value {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let output = self.run(&arguments).code(code).get_output().stdout.clone();
        serde_json::from_slice(&output).unwrap()
    }
}

/// The outcome of the check with this code in a report.
pub fn outcome<'v>(report: &'v Value, code: &str) -> Option<&'v str> {
    let own = report["checks"].as_array()?.iter().find(|check| check["code"] == code);
    let inner = || report["reports"].as_array()?.iter().find_map(|report| outcome(report, code));
    own.and_then(|check| check["outcome"].as_str()).or_else(inner)
}
