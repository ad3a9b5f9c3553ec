//! The examples and tests in C: compiled as C99 and as C++ with every warning an error, linked with
//! the static and with the shared library, run under AddressSanitizer.

#![cfg(target_os = "linux")]

mod common;
#[path = "../../core/tests/front_common/mod.rs"]
mod front_common;
#[path = "common/town.rs"]
mod town;

use common::{Fixture, NOW, ORG, POSITION, ROLE, TEMPLATES};
use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};
use tempfile::TempDir;
use yinxin::Time;
use yinxin::cert::{Certificate, Crl};
use yinxin::key::SoftwareKey;
use yinxin::signature::{self, Verifier};
use yinxin::trust::{Moment, Policy, Trust};
use yinxin::voucher::{Authorisation, Templates};

const LANGUAGES: [(&str, &[&str]); 2] =
    [("gcc", &["-std=c99", "-x", "c"]), ("g++", &["-std=c++11", "-x", "c++"])];

#[derive(Clone, Copy, Debug)]
enum Link {
    Static,
    Shared,
}

#[test]
fn stamp_voucher_says_what_rust_says() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::new();
    fixture.write(folder.path());
    for language in LANGUAGES {
        for link in [Link::Static, Link::Shared] {
            let program = compile(&folder, "examples/stamp_voucher.c", language, link);
            // The last act by the built-in templates, and the only one by local ones.
            for (voucher, templates) in [("voucher.xml", None), ("fresh.xml", Some(TEMPLATES))] {
                let local = templates.map(|_| "templates.json");
                let output = run(&program, &stamp_voucher_arguments(folder.path(), voucher, local));
                let stdout = String::from_utf8(output.stdout).unwrap();
                let (json, failures) = stdout.split_once('\n').unwrap();
                let stamped = fs::read(folder.path().join("stamped.xml")).unwrap();
                let expected = rust_report(&fixture, &stamped, templates);
                assert_eq!(json, expected, "{language:?} {link:?}");
                assert!(json.contains(r#""verdict":"Valid""#), "{json}");
                assert!(failures.contains("voucher.canonical"), "{failures}");
            }
        }
    }
}

#[test]
fn verify_document_prints_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::new();
    fixture.write(folder.path());
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let key = SoftwareKey::from_pem(fixture.signer.as_bytes(), None).unwrap();
    let document = b"a document";
    fs::write(file("document"), document).unwrap();
    fs::write(file("other"), b"another document").unwrap();
    fs::write(file("signature"), signature::sign(document, &key).unwrap()).unwrap();
    let program = compile(&folder, "examples/verify_document.c", LANGUAGES[0], Link::Static);
    let now = NOW.to_string();
    for (document, crl, status, verdict) in [
        ("document", file("list.crl"), 0, "Valid: "),
        ("document", "-".to_owned(), 0, "Valid: "),
        ("other", file("list.crl"), 1, "Invalid: "),
    ] {
        let arguments = [file(document), file("signature"), file("anchors.pem"), crl, now.clone()];
        let output = Command::new(&program).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        assert!(output.stdout.starts_with(verdict.as_bytes()), "{output:?}");
    }
}

#[test]
fn mistakes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    Fixture::new().write(folder.path());
    let now = NOW.to_string();
    for (language, link) in [(LANGUAGES[0], Link::Static), (LANGUAGES[1], Link::Shared)] {
        let program = compile(&folder, "tests/c/misuse.c", language, link);
        let path = folder.path().to_str().unwrap();
        run(&program, &[path, ORG, ROLE, POSITION, &now]);
    }
}

#[test]
fn time_stamps_and_requests_go_the_whole_way() {
    goes_the_whole_way("tests/c/time_stamp.c");
}

#[test]
fn documents_go_the_whole_way() {
    goes_the_whole_way("tests/c/ofd.c");
}

#[test]
fn messages_go_the_whole_way() {
    goes_the_whole_way("tests/c/cms.c");
}

#[test]
fn messages_in_files_go_the_whole_way() {
    goes_the_whole_way("tests/c/cms_files.c");
}

#[test]
fn banks_get_what_they_want() {
    goes_the_whole_way("tests/c/bank.c");
}

#[test]
fn packets_go_the_whole_way() {
    goes_the_whole_way("tests/c/envelope.c");
}

#[test]
fn stores_of_two_offices_go_the_whole_way() {
    let folder = tempfile::tempdir().unwrap();
    town::write(&front_common::Town::new(), folder.path());
    goes_the_whole_way_in(&folder, "tests/c/store.c");
}

fn goes_the_whole_way(source: &str) {
    goes_the_whole_way_in(&tempfile::tempdir().unwrap(), source);
}

fn goes_the_whole_way_in(folder: &TempDir, source: &str) {
    Fixture::new().write(folder.path());
    let now = NOW.to_string();
    for (language, link) in [(LANGUAGES[0], Link::Static), (LANGUAGES[1], Link::Shared)] {
        let program = compile(folder, source, language, link);
        let path = folder.path().to_str().unwrap();
        run(&program, &[path, ORG, ROLE, POSITION, &now]);
    }
}

#[test]
fn a_child_does_not_hang() {
    let folder = tempfile::tempdir().unwrap();
    Fixture::new().write(folder.path());
    let program = compile_with(&folder, "tests/c/fork.c", LANGUAGES[0], Link::Shared, false);
    run(&program, &[folder.path().to_str().unwrap(), ORG, ROLE, POSITION, &NOW.to_string()]);
}

fn stamp_voucher_arguments(folder: &Path, voucher: &str, templates: Option<&str>) -> Vec<String> {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let mut arguments: Vec<String> =
        ["signer.pem", "seal.esl", voucher, "anchors.pem", "list.crl", "authorisation.json"]
            .into_iter()
            .map(file)
            .collect();
    arguments.extend([ORG, ROLE, POSITION].map(str::to_owned));
    arguments.extend([NOW.to_string(), file("stamped.xml")]);
    arguments.extend(templates.map(file));
    arguments
}

/// What the verifier of Rust finds in the same envelope.
fn rust_report(fixture: &Fixture, envelope: &[u8], local: Option<&str>) -> String {
    let mut trust = Trust::new(Policy::default());
    trust.add_anchor(Certificate::from_bytes(fixture.anchors.as_bytes()).unwrap());
    trust.add_crl(Crl::from_bytes(&fixture.crl).unwrap());
    let authorisation = Authorisation::from_json(fixture.authorisation.as_bytes()).unwrap();
    let mut templates = Templates::built_in();
    if let Some(json) = local {
        templates.add(Templates::from_json(json.as_bytes()).unwrap());
    }
    let verifier = Verifier::new(trust).with_authorisation(authorisation).with_templates(templates);
    let moment = Moment::claimed(Time::from_unix(NOW).unwrap());
    verifier.verify_voucher(envelope, &moment).unwrap().to_json()
}

fn compile(folder: &TempDir, source: &str, language: (&str, &[&str]), link: Link) -> PathBuf {
    compile_with(folder, source, language, link, true)
}

fn compile_with(
    folder: &TempDir,
    source: &str,
    language: (&str, &[&str]),
    link: Link,
    address_sanitizer: bool,
) -> PathBuf {
    let (compiler, arguments) = language;
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = Path::new(source).file_stem().unwrap().to_str().unwrap();
    let program = folder.path().join(format!("{name}-{compiler}-{link:?}"));
    let mut command = Command::new(compiler);
    command
        .args(["-g", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .args(["-fno-omit-frame-pointer", "-pthread"])
        .args(address_sanitizer.then_some("-fsanitize=address"))
        .args(arguments)
        .arg(package.join(source))
        .arg("-I")
        .arg(package.join("include"))
        .args(["-x", "none", "-o"])
        .arg(&program);
    match link {
        Link::Static => {
            command.arg(built("libyinxin_ffi.a")).args(["-lgcc_s", "-lm", "-ldl"]);
        }
        Link::Shared => {
            let library = folder.path().join("libyinxin.so.0");
            if !library.exists() {
                symlink(built("libyinxin_ffi.so"), &library).unwrap();
            }
            command.arg(&library).arg(format!("-Wl,-rpath,{}", folder.path().display()));
        }
    }
    succeeded(&command.output().unwrap(), source);
    program
}

/// A library as cargo built it for this test, which stands beside it.
fn built(name: &str) -> PathBuf {
    let path = env::current_exe().unwrap().with_file_name(name);
    assert!(path.exists(), "{} was not built", path.display());
    path
}

fn run(program: &Path, arguments: &[impl AsRef<OsStr>]) -> Output {
    let output = Command::new(program).args(arguments).output().unwrap();
    succeeded(&output, &program.display().to_string());
    output
}

fn succeeded(output: &Output, what: &str) {
    assert!(
        output.status.success(),
        "{what}: {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
