//! The example in Rust on the files that the demonstration leaves.

#[path = "../../core/examples/stamp_voucher.rs"]
#[allow(dead_code)] // its main is not called here
mod example;

use assert_cmd::Command;
use yinxin::report::CheckCode;

#[test]
fn the_example_runs_on_the_files_of_the_demonstration() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    let mut command = Command::cargo_bin("yinxin").unwrap();
    command
        .args(["demo", "--count", "1", "--payments", "0", "--json", "--out"])
        .arg(&demo)
        .assert()
        .success();
    let file = |name: &str| demo.join(name).display().to_string();
    let arguments = [
        file("signer.pem"),
        file("bureau.esl"),
        file("voucher.xml"),
        file("root.pem"),
        file("root-crl.pem"),
        file("authorisation.json"),
        "990000".to_owned(),
        "office".to_owned(),
        "cz_gkzf".to_owned(),
        std::fs::read_to_string(demo.join("time.txt")).unwrap().trim().to_owned(),
        file("stamped.xml"),
        file("templates.json"),
    ];
    let (report, changed) = example::run(&arguments).unwrap();
    assert!(report.is_valid(), "{}", report.to_text());
    let failed: Vec<CheckCode> = changed.failures().iter().map(|check| check.code).collect();
    assert!(failed.contains(&CheckCode::VoucherCanonical), "{}", changed.to_text());
}
