//! The treasury day of the demonstration: four processes, one small day.

use assert_cmd::Command;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn yinxin(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("yinxin").unwrap();
    command.current_dir(folder);
    command
}

#[test]
fn a_small_day_ends_as_it_has_to() {
    let folder = tempfile::tempdir().unwrap();
    let run = yinxin(folder.path())
        .args(["demo", "--count", "1", "--payments", "20", "--out", "demo", "--json"])
        .assert()
        .success();
    let value: serde_json::Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let day = &value["day"];
    assert_eq!(day["notTried"], serde_json::json!([]));
    assert_eq!(day["refused"], day["tried"]);
    assert!(day["tried"].as_u64().unwrap() >= 17, "{}", day["tried"]);

    let audits = day["audits"].as_array().unwrap();
    let names: Vec<_> = audits.iter().map(|audit| audit["party"].as_str().unwrap()).collect();
    assert_eq!(names, ["finance", "pbc", "bank", "unit"]);
    for audit in audits {
        assert_eq!((&audit["valid"], &audit["uncovered"]), (&true.into(), &0.into()), "{audit}");
        assert!(audit["entries"].as_u64().unwrap() >= audit["moves"].as_u64().unwrap());
        assert!(audit["checkpoints"].as_u64().unwrap() > 0 && audit["sealed"].as_u64() > Some(0));
    }
    // 20 direct payments with the payroll and the one without quota, of which one was returned, one
    // paid nothing, and one met a silent core that then paid nothing.
    let states = |party: usize| day["parties"][party]["vouchers"].as_object().unwrap().clone();
    let finance = states(0);
    assert_eq!(finance["5201 archived"], 20, "{finance:?}");
    assert_eq!(finance["5201 closed"], 2, "{finance:?}");
    // The returned one, and the one that was tried.
    assert_eq!(finance["5201 discarded"], 2, "{finance:?}");
    let bank = states(2);
    assert_eq!(bank["5201 returned"], 1, "{bank:?}");
    assert_eq!((&bank["2302 archived"], &bank["2203 archived"]), (&1.into(), &1.into()));
    let treasury = states(1);
    assert_eq!(treasury["2301 refused"], 1, "{treasury:?}");
    assert_eq!(day["parties"][0]["agreed"], 20);
    the_four_share_nothing(&folder.path().join("demo/day"));
    an_auditor_needs_no_store(&folder.path().join("demo/day"));
}

/// Anybody recomputes what each party left, with the trust folder and nothing else of it.
fn an_auditor_needs_no_store(day: &Path) {
    for party in ["finance", "pbc", "bank", "unit"] {
        let folder = day.join(party);
        for gone in ["store.sqlite", "roles.json"] {
            fs::remove_file(folder.join(gone)).unwrap();
        }
        let what = ["store", "audit", "check", "audit/log.export", "--vouchers", "audit/vouchers"];
        let origin = fs::read_to_string(folder.join("audit/origin.txt")).unwrap();
        let who =
            ["--origin", &origin, "--checkpoint-key", "audit/log.pem", "--office", "office.json"];
        let trust = ["--trust", "trust/anchors", "--crl", "trust/crls"];
        let books = ["--authorisation", "trust/authorisation.json"];
        let more = ["--templates", "trust/templates.json", "--json"];
        let mut command = yinxin(&folder);
        let run = command.args(what).args(who).args(trust).args(books).args(more).output().unwrap();
        let found: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        let recomputed = &found["recomputed"];
        assert!(recomputed["valid"].as_u64() > Some(0), "{party}: {found}");
        assert_eq!(recomputed["difference"], serde_json::Value::Null, "{party}: {found}");
        // Nothing was held outside, and the report says so.
        let checks = found["checks"].as_array().unwrap();
        let open: Vec<&str> = checks
            .iter()
            .filter(|check| check["outcome"] != "Passed")
            .map(|check| check["code"].as_str().unwrap())
            .collect();
        assert_eq!(open, ["ledger.anchor"], "{party}: {found}");
    }
}

/// Each has its own keys, and trusts those whom it deals with.
fn the_four_share_nothing(day: &Path) {
    let names = |folder: &Path| -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let mut keys = BTreeSet::new();
    let mut count = 0;
    for party in ["finance", "pbc", "bank", "unit"] {
        let own = day.join(party).join("keys");
        for name in names(&own) {
            count += 1;
            keys.insert(fs::read(own.join(name)).unwrap());
        }
        assert!(names(&day.join(party).join("inbox")).is_empty(), "{party} left mail");
        assert!(names(&day.join(party).join("outbox")).is_empty(), "{party} sent something half");
    }
    assert_eq!(keys.len(), count);
    let anchors = |party: &str| names(&day.join(party).join("trust/anchors"));
    let set = |names: &[&str]| names.iter().map(|name| format!("{name}.pem")).collect();
    assert_eq!(anchors("unit"), set(&["bank", "unit"]));
    assert_eq!(anchors("finance"), set(&["bank", "finance", "pbc"]));
    assert_eq!(anchors("bank"), set(&["bank", "finance", "pbc", "unit"]));
}

#[test]
fn people_get_the_summary_and_no_folder_stays() {
    let folder = tempfile::tempdir().unwrap();
    let run = yinxin(folder.path())
        .env("TMPDIR", folder.path())
        .args(["demo", "--count", "1", "--payments", "20", "--threads", "2"])
        .assert()
        .success();
    let text = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap_or_default();
    assert!(line("replay: 4 of 4 stores").contains("entries"), "{text}");
    assert!(line("refused: ").ends_with("as they had to be"), "{text}");
    assert!(line("day: ").contains("ms a voucher"), "{text}");
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn the_size_is_checked_first() {
    let folder = tempfile::tempdir().unwrap();
    for size in ["1", "19", "10001"] {
        yinxin(folder.path()).args(["demo", "--payments", size]).assert().code(2);
    }
    let left_out = ["demo", "--count", "1", "--payments", "0", "--json"];
    let run = yinxin(folder.path()).args(left_out).assert().success();
    let value: serde_json::Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    assert!(value["day"].is_null() && value["valid"] == 1);
}

#[test]
fn a_party_that_fails_ends_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Process::new(assert_cmd::cargo::cargo_bin("yinxin"))
        .current_dir(folder.path())
        .args(["demo", "--count", "1", "--payments", "1000", "--out", "demo"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The bank finds its mail gone as soon as it works.
    let start = Instant::now();
    let bank = folder.path().join("demo/day/bank");
    while !bank.join("store.sqlite").exists() {
        assert!(start.elapsed() < Duration::from_secs(120) && demo.try_wait().unwrap().is_none());
        thread::sleep(Duration::from_millis(5));
    }
    fs::rename(bank.join("inbox"), bank.join("gone")).unwrap();
    let ended = demo.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(7));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("in the middle of the day"), "{said}");
}

#[test]
fn a_party_whose_day_was_never_begun_ends_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let now = yinxin::Time::from_unix(since.try_into().unwrap()).unwrap().to_string();
    let party = |party: &str, part: &str| {
        let mut command = yinxin(folder.path());
        command.args(["demo-party", "--day", ".", "--size", "20", "--party", party]);
        command.args(["--begun", &now]);
        command.args(["--part", part]).write_stdin("").assert()
    };
    party("nobody", "keys").code(2);
    for name in ["bank", "unit"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        party(name, "keys").success();
    }
    let card = "bank.card.json";
    fs::copy(folder.path().join("bank").join(card), folder.path().join("unit").join(card)).unwrap();
    let said = String::from_utf8(party("unit", "work").failure().get_output().stderr.clone());
    assert!(said.unwrap().contains("the process that began the day is gone"));
}
