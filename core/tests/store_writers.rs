//! Many writers at once, and writers that are killed.
//!
//! The other processes are this test's own program, started for the test `child`.
#![cfg(feature = "sqlite")]

mod storage_common;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Barrier, Mutex};
use storage_common::{changes, create, key, prefix, vouchers};
use yinxin::error::{Code, Error, Result};
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{Balance, Changes, Content, Mark, MarkKind, Storage, VoucherUpdate};
use yinxin::voucher::Body;

fn open(path: &Path) -> SqliteStorage {
    SqliteStorage::open(path, &Options::default()).unwrap()
}

fn plain() -> Content {
    Content::of(&Body::original(vouchers::voucher()).unwrap())
}

/// Takes 300 of what is left of the balance, or is refused.
fn take(store: &mut SqliteStorage) -> Result<()> {
    store.transact(&mut |before| {
        let left = before.balance("quota")?.map_or(0, |balance| balance.fen);
        let balance = Balance { key: "quota".to_owned(), fen: left - 300 };
        Ok(Changes { balances: vec![balance], ..Changes::default() })
    })
}

/// Moves the one voucher on, from the state that was read before the transaction.
fn sent(store: &mut SqliteStorage) -> Result<()> {
    let update = VoucherUpdate {
        key: key(0),
        revision: 0,
        state: 2,
        waiting: false,
        life: String::new(),
        documents: Vec::new(),
    };
    store.transact(&mut |_| Ok(Changes { updated: vec![update.clone()], ..Changes::default() }))
}

fn numbered(store: &mut SqliteStorage, content: &Content) -> Result<()> {
    let added = storage_common::added(7, content);
    store.transact(&mut |_| Ok(Changes { added: vec![added.clone()], ..Changes::default() }))
}

fn marked(store: &mut SqliteStorage) -> Result<()> {
    let (kind, key) = (MarkKind::Claim, b"payment 1".to_vec());
    let mark = Mark { kind, key, value: Vec::new(), replace: false };
    store.transact(&mut |_| Ok(Changes { marks: vec![mark.clone()], ..Changes::default() }))
}

#[test]
fn of_many_writers_exactly_one_wins() {
    for writers in [2usize, 8, 32] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let content = plain();
        let mut store = create(&path, &Options::default()).unwrap();
        store
            .transact(&mut |_| {
                let mut changes = changes(0, &content);
                changes.balances[0].fen = 1_000;
                Ok(changes)
            })
            .unwrap();
        let barrier = Barrier::new(writers);
        let outcomes = Mutex::new([const { Vec::new() }; 4]);
        std::thread::scope(|scope| {
            for _ in 0..writers {
                scope.spawn(|| {
                    let mut store = open(&path);
                    barrier.wait();
                    let done = [
                        numbered(&mut store, &content),
                        sent(&mut store),
                        marked(&mut store),
                        take(&mut store),
                    ];
                    for (all, one) in outcomes.lock().unwrap().iter_mut().zip(done) {
                        all.push(one.map_err(|error| error.code()));
                    }
                });
            }
        });
        // The quota pays three times; everything else is done once.
        let expected = [
            (1, Code::Duplicate),
            (1, Code::Stale),
            (1, Code::Duplicate),
            (3, Code::QuotaExceeded),
        ];
        for (all, (wins, code)) in outcomes.into_inner().unwrap().iter().zip(expected) {
            let won = all.iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(won, wins.min(writers), "{writers} writers: {all:?}");
            assert!(all.iter().all(|outcome| outcome.is_ok() || *outcome == Err(code)), "{all:?}");
        }
        let left = 1_000 - 300 * writers.min(3) as i64;
        store
            .view(&mut |snapshot| {
                assert_eq!(snapshot.balance("quota")?.map(|balance| balance.fen), Some(left));
                assert_eq!(
                    snapshot.row(&key(0))?.map(|row| (row.revision, row.state)),
                    Some((1, 2))
                );
                Ok(())
            })
            .unwrap();
        store.verify().unwrap();
    }
}

/// Starts this program as another process that works on the store.
fn start(path: &Path, work: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env("YINXIN_STORE", path)
        .env("YINXIN_STORE_WORK", work)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// What the other processes do; nothing in a plain run of the tests.
#[test]
fn child() {
    let Some(path) = std::env::var_os("YINXIN_STORE") else { return };
    let path = Path::new(&path);
    match std::env::var("YINXIN_STORE_WORK").unwrap().as_str() {
        "append" => append_for_ever(path),
        "take" => {
            let mut store = open(path);
            let mut won = 0;
            loop {
                match take(&mut store) {
                    Ok(()) => won += 1,
                    Err(error) if error.code() == Code::QuotaExceeded => break,
                    Err(error) => panic!("{error}"),
                }
            }
            println!("\nwon {won}");
        }
        work => panic!("{work:?} is no work"),
    }
}

/// Does transaction after transaction, and says so after each.
fn append_for_ever(path: &Path) {
    let content = plain();
    let mut store = open(path);
    loop {
        let mut number = 0;
        let done: Result<()> = store.transact(&mut |before| {
            number = before.log(&storage_common::log())?.map_or(0, |log| log.size);
            Ok(changes(number, &content))
        });
        done.map_err(|error: Error| error.to_string()).unwrap();
        println!("\ndone {}", number + 1);
        if number % 5 == 0 {
            store.checkpoint().unwrap();
        }
    }
}

#[test]
fn processes_share_one_quota() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let mut store = create(&path, &Options::default()).unwrap();
    let balance = Balance { key: "quota".to_owned(), fen: 100 * 300 + 299 };
    store
        .transact(&mut |_| Ok(Changes { balances: vec![balance.clone()], ..Changes::default() }))
        .unwrap();
    let children: Vec<Child> = (0..4).map(|_| start(&path, "take")).collect();
    let mut won = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("won ")).expect("a result");
        won += line.parse::<i64>().unwrap();
    }
    assert_eq!(won, 100);
    store
        .view(&mut |snapshot| {
            assert_eq!(snapshot.balance("quota")?.map(|balance| balance.fen), Some(299));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_writer_that_is_killed_leaves_whole_transactions() {
    let rounds = if std::env::var_os("YINXIN_SOAK").is_some() { 1_000 } else { 50 };
    let content = plain();
    let folder = tempfile::tempdir().unwrap();
    let mut killed_between = 0;
    let (mut path, mut before) = (folder.path().join("0"), 0);
    create(&path, &Options::default()).unwrap();
    for round in 0..rounds {
        // A new store now and then, for the whole of it is compared in each round.
        if before > 150 {
            path = folder.path().join(round.to_string());
            create(&path, &Options::default()).unwrap();
            before = 0;
        }
        let mut child = start(&path, "append");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut acknowledged = before;
        let until = before + 1 + round % 9;
        while acknowledged < until {
            let line = lines.next().expect("the process goes on").unwrap();
            if let Some(number) = line.strip_prefix("done ") {
                acknowledged = number.parse().unwrap();
            }
        }
        // It is in the midst of the next ones.
        std::thread::sleep(std::time::Duration::from_micros(round * 7919 % 3_000));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines {
            if let Some(number) = line.unwrap().strip_prefix("done ") {
                acknowledged = number.parse().unwrap_or(acknowledged);
            }
        }
        let mut store = open(&path);
        let there = prefix(&mut store, &content);
        assert!((acknowledged..=acknowledged + 1).contains(&there), "{acknowledged} {there}");
        killed_between += u64::from(there > acknowledged);
        store.verify().unwrap();
        before = there;
    }
    println!("{killed_between} of {rounds} were killed between the commit and its acknowledgement");
}
