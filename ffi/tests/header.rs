//! `include/yinxin.h` is made from the source by `UPDATE=1 cargo test -p yinxin-ffi header`; without
//! UPDATE it is compared, and compiled as C99 and as C++.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use yinxin::error::Code;

/// The files with exported names, in the order of the header.
const SOURCES: [&str; 30] = [
    "version",
    "status",
    "last_error",
    "input",
    "buffers",
    "report",
    "signer",
    "callback",
    "seal",
    "act",
    "verifier",
    "policy",
    "voucher",
    "requests",
    "document",
    "cms",
    "cms_encryption",
    "files",
    "cms_files",
    "bytes",
    "bank_json",
    "local_authentication",
    "envelope",
    "parties",
    "store",
    "store_exchange",
    "ofd",
    "time_stamp",
    "evidence",
    "pkcs10",
];

const INTRODUCTION: &str = "\
/* The C interface of yinxin: electronic seals, signatures and sealed payment vouchers.
 *
 * Made from the source by `UPDATE=1 cargo test -p yinxin-ffi header`; do not edit.
 *
 * Every function that can fail returns a yx_status: YX_OK, a verdict or the number of an error. The
 * output comes last and is written only on success; a verification also writes its report with the
 * verdicts YX_VERDICT_INVALID and YX_VERDICT_NOT_DETERMINED. yx_last_error_message says more.
 *
 * Input is a pointer and a length, with no NUL at its end; NULL with length 0 is empty. Input must
 * not change while a call reads it. Nothing keeps a pointer to it after the call.
 *
 * Handles (yx_signer *, ...) are made by the library and given back by the _free function of their
 * kind; the _free of NULL is nothing. A handle is not an address: one that was freed or is of another
 * kind is refused with YX_ERROR_HANDLE.
 *
 * Nothing here reads the clock or the network. Threads end with the call that asked for them, so a
 * process may fork between calls. A fork during a call of another thread leaves the child with the
 * callback signers and verifiers that this thread was using in doubt; everything else goes on.
 */";

#[test]
fn header_is_current() {
    let made = generate();
    let path = package("include/yinxin.h");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "yinxin.h is old: run `UPDATE=1 cargo test -p yinxin-ffi header`");
}

#[test]
fn header_compiles_as_c_and_as_cpp() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("twice.c");
    fs::write(&source, "#include <yinxin.h>\n#include <yinxin.h>\nint main(void) { return 0; }\n")
        .unwrap();
    for (compiler, arguments) in
        [("gcc", &["-std=c99", "-x", "c"][..]), ("g++", &["-std=c++11", "-x", "c++"][..])]
    {
        let output = Command::new(compiler)
            .args(arguments)
            .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I"])
            .arg(package("include"))
            .arg(&source)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn header_has_every_error() {
    let header = generate();
    let names: Vec<String> = Code::ALL
        .iter()
        .map(|code| format!("#define YX_ERROR_{} {}\n", upper(code.name()), code.number()))
        .collect();
    for name in &names {
        assert!(header.contains(name.as_str()), "src/status.rs lacks {name}");
    }
    assert_eq!(header.matches("#define YX_ERROR_").count(), names.len());
}

#[test]
fn header_documents_everything() {
    let header = generate();
    let lines: Vec<&str> = header.lines().collect();
    for (before, line) in lines.iter().zip(&lines[1..]) {
        let declared = line.starts_with("yx_status yx_")
            || line.starts_with("void yx_")
            || line.starts_with("typedef ")
            || (line.starts_with("#define YX_") && !line.ends_with("_H"));
        assert!(!declared || *before == " */", "no comment stands before {line}");
    }
}

fn generate() -> String {
    let mut config = cbindgen::Config {
        language: cbindgen::Language::C,
        cpp_compat: true,
        include_guard: Some("YINXIN_H".to_owned()),
        no_includes: true,
        sys_includes: vec!["stddef.h".to_owned(), "stdint.h".to_owned()],
        header: Some(INTRODUCTION.to_owned()),
        usize_is_size_t: true,
        line_length: 100,
        tab_width: 4,
        documentation_style: cbindgen::DocumentationStyle::Doxy,
        line_endings: cbindgen::LineEndingStyle::LF,
        ..cbindgen::Config::default()
    };
    config.function.args = cbindgen::Layout::Auto;
    let sources = SOURCES.iter().fold(cbindgen::Builder::new(), |builder, name| {
        builder.with_src(package(&format!("src/{name}.rs")))
    });
    let mut text = Vec::new();
    sources.with_config(config).generate().unwrap().write(&mut text);
    for_c(&String::from_utf8(text).unwrap())
}

/// Leaves out the headings that are for readers of Rust; what stands under them stays.
fn for_c(text: &str) -> String {
    text.replace(" * # Safety\n *\n", "")
}

fn upper(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

fn package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
