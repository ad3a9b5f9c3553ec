//! Two, eight and thirty-two writers at once, in threads and in processes, on one number, one voucher,
//! one quota and one idempotency key: exactly one wins (of the quota, as many as it covers), the others
//! get the right code, and the log replays to what is kept.
//!
//! The other processes are this test's own program, started for the test `writer`.
#![cfg(feature = "sqlite")]

mod storage_common;
mod store_common;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use storage_common::now;
use store_common::{facts, fen, holder, id, yuan};
use yinxin::error::{Code, Result};
use yinxin::store::life_cycle::Facts;
use yinxin::store::quota::QuotaFields;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Call, Made, Move, Role, State, Storage, StoreRole, View, VoucherKey, audit_logs, commit,
    replay_vouchers,
};
use yinxin::voucher::{Body, Encoding, VoucherBuilder};

/// So many requests the quota covers.
const COVERED: usize = 3;
const AMOUNT: i64 = 1_000;

/// What is tried at once, with the code for those that come too late.
const TRIES: [(&str, Code); 4] = [
    ("one number", Code::Duplicate),
    ("one voucher", Code::Move),
    ("one quota", Code::QuotaExceeded),
    ("one key", Code::KeyReused),
];

/// What one writer got, in the order of [`TRIES`].
type Outcomes = [std::result::Result<(), u16>; 4];

fn open(path: &Path) -> SqliteStorage {
    SqliteStorage::open(path, &Options::default()).unwrap()
}

/// A notice (5106) or a request (2301) for one line of the quota.
fn voucher(vt_code: &str, number: &str, summary: &str, amount: i64) -> Body {
    let name = if vt_code == "5106" { "PlanAmt" } else { "PayAmt" };
    let mut voucher = VoucherBuilder::new(&id(vt_code, number));
    for (name, value) in [
        ("Id", number),
        ("VouDate", "20260302"),
        ("TreCode", "9900000000"),
        ("PayTypeCode", "001002"),
        ("FundTypeCode", "1"),
        ("PayBankNo", "102990000011"),
        ("PaySummaryName", summary),
        (name, &yuan(amount)),
    ] {
        voucher.field(name, value);
    }
    voucher.detail(&[
        ("Id", "1"),
        ("AgencyCode", "101001"),
        ("ExpFuncCode", "2050204"),
        (name, &yuan(amount)),
    ]);
    Body::original(voucher.build(Encoding::Gbk).unwrap()).unwrap()
}

/// Makes one move in one transaction.
fn step(
    store: &mut SqliteStorage,
    body: &Body,
    name: Move,
    change: &dyn Fn(&mut Facts),
) -> Result<Made> {
    let role = (name != Move::Receive).then_some(Role::Teller);
    let mut facts = facts(View::Receiver, role.map(holder));
    facts.amount = fen(AMOUNT);
    change(&mut facts);
    commit(store, now(), |work| {
        let key = VoucherKey { id: body.id().clone(), version: 1 };
        let body = (name == Move::Receive).then_some(body);
        let facts = facts.clone();
        work.make(Call { key, view: View::Receiver, name, facts, body, quota: None })
    })
}

/// A store with the quota granted and a payment that waits to be submitted.
fn prepared(folder: &Path) -> PathBuf {
    let path = folder.join("store");
    let (role, options) = (StoreRole::CentralBank, Options::default());
    let mut store = SqliteStorage::create(&path, role, "001", now(), &options).unwrap();
    let granted = COVERED as i64 * AMOUNT + AMOUNT / 2;
    for body in [voucher("5106", "GRANT", "", granted), voucher("5201", "PAY", "", AMOUNT)] {
        step(&mut store, &body, Move::Receive, &|_| {}).unwrap();
        step(&mut store, &body, Move::Accept, &|_| {}).unwrap();
    }
    path
}

/// What each writer does, once `begin` returns: everything is its own, but the number, the payment,
/// the quota and the key.
fn write(path: &Path, writer: usize, begin: impl FnOnce()) -> Outcomes {
    let mut store = open(path);
    let own = writer.to_string();
    let number = voucher("5201", "ONE", &own, AMOUNT);
    let payment = voucher("5201", "PAY", "", AMOUNT);
    let request = voucher("2301", &format!("R{own}"), "", AMOUNT);
    step(&mut store, &request, Move::Receive, &|_| {}).unwrap();
    begin();
    let once = |store: &mut SqliteStorage| {
        let digest = [writer as u8; 32];
        commit(store, now(), |work| work.once(b"one key", &digest, |_| Ok(vec![writer as u8])))
    };
    let submission = |facts: &mut Facts| facts.submission = Some([writer as u8 + 1; 32]);
    [
        step(&mut store, &number, Move::Receive, &|_| {}).map(drop),
        step(&mut store, &payment, Move::Submit, &submission).map(drop),
        step(&mut store, &request, Move::Accept, &|_| {}).map(drop),
        once(&mut store).map(drop),
    ]
    .map(|outcome| outcome.map_err(|error| error.code().number()))
}

/// That one of all won, and as many requests as the quota covers; and that the store is in order.
fn require_one_winner(path: &Path, outcomes: &[Outcomes]) {
    let writers = outcomes.len();
    for (place, (what, late)) in TRIES.iter().enumerate() {
        let of: Vec<_> = outcomes.iter().map(|outcome| outcome[place]).collect();
        let won = of.iter().filter(|outcome| outcome.is_ok()).count();
        let due = if *what == "one quota" { COVERED.min(writers) } else { 1 };
        assert_eq!(won, due, "{what}, {writers} writers: {of:?}");
        let right = |outcome: &std::result::Result<(), u16>| {
            outcome.is_ok() || *outcome == Err(late.number())
        };
        assert!(of.iter().all(right), "{what}, {writers} writers: {of:?}");
    }
    let mut store = open(path);
    store
        .view(&mut |snapshot| {
            let pay = VoucherKey { id: id("5201", "PAY"), version: 1 };
            assert_eq!(snapshot.row(&pay)?.unwrap().state, State::Executing.number());
            let paid = COVERED.min(writers) as i64 * AMOUNT;
            let left = snapshot.balances("", 10)?;
            assert_eq!(left.len(), 1);
            assert_eq!(left[0].fen, COVERED as i64 * AMOUNT + AMOUNT / 2 - paid);
            assert_eq!(audit_logs(snapshot, "any", &[], None)?.difference, None);
            let replay = replay_vouchers(snapshot, &QuotaFields::default())?;
            assert_eq!(replay.difference, None);
            // The grant, the payment, the number that one got, and the requests.
            assert_eq!(replay.vouchers, 3 + writers as u64);
            Ok(())
        })
        .unwrap();
    store.verify().unwrap();
}

#[test]
fn one_thread_wins() {
    for writers in [2, 8, 32] {
        let folder = tempfile::tempdir().unwrap();
        let path = prepared(folder.path());
        let barrier = Barrier::new(writers);
        let outcomes: Vec<Outcomes> = std::thread::scope(|scope| {
            let (path, barrier) = (&path, &barrier);
            let wait = move || {
                barrier.wait();
            };
            let start = |writer| scope.spawn(move || write(path, writer, wait));
            let threads: Vec<_> = (0..writers).map(start).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        require_one_winner(&path, &outcomes);
    }
}

#[test]
fn one_process_wins() {
    for writers in [2, 8, 32] {
        let folder = tempfile::tempdir().unwrap();
        let path = prepared(folder.path());
        let mut children: Vec<Child> = (0..writers).map(|writer| start(&path, writer)).collect();
        let mut outputs: Vec<_> = children
            .iter_mut()
            .map(|child| BufReader::new(child.stdout.take().unwrap()).lines())
            .collect();
        let mut said = |place: usize, what: &str| {
            let line = outputs[place].find_map(|line| {
                line.unwrap().strip_prefix(what).map(|rest| rest.trim().to_owned())
            });
            line.expect("the process says so")
        };
        (0..writers).for_each(|place| drop(said(place, "ready")));
        std::fs::write(path.with_extension("begin"), b"").unwrap();
        let outcomes: Vec<Outcomes> = (0..writers)
            .map(|place| {
                let codes = said(place, "got ");
                let codes: Vec<u16> = codes.split(' ').map(|code| code.parse().unwrap()).collect();
                let codes: [u16; 4] = codes.try_into().unwrap();
                codes.map(|code| if code == 0 { Ok(()) } else { Err(code) })
            })
            .collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        require_one_winner(&path, &outcomes);
    }
}

/// Starts this program as another process that writes.
fn start(path: &Path, writer: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--nocapture"])
        .env("YINXIN_STORE", path)
        .env("YINXIN_STORE_WRITER", writer.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// What the other processes do; nothing in a plain run of the tests.
#[test]
fn writer() {
    let Some(path) = std::env::var_os("YINXIN_STORE") else { return };
    let path = PathBuf::from(path);
    let writer = std::env::var("YINXIN_STORE_WRITER").unwrap().parse().unwrap();
    let outcomes = write(&path, writer, || {
        println!("\nready");
        while !path.with_extension("begin").exists() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    });
    let codes = outcomes.map(|outcome| outcome.err().unwrap_or(0).to_string());
    println!("\ngot {}", codes.join(" "));
}
