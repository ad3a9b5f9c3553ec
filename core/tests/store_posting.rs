//! The quota in a store: posted with the move, never below zero, undone, and replayed.
#![cfg(feature = "sqlite")]

mod storage_common;
mod store_common;

use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Barrier, Mutex};
use storage_common::now;
use store_common::{facts, fen, holder};
use yinxin::error::{Code, Result};
use yinxin::store::life_cycle::Facts;
use yinxin::store::quota::QuotaFields;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Authorization, Call, Life, Made, Move, Replay, Role, State, Storage, StoreRole, View,
    VoucherKey, audit_logs, commit, replay_vouchers,
};
use yinxin::voucher::{Body, Encoding, Fen, VoucherBuilder, VoucherId, example};

fn open(path: &Path) -> SqliteStorage {
    SqliteStorage::open(path, &Options::default()).unwrap()
}

/// A clearing request (2301) for this much of the quota of the notice's first unit.
fn request(number: u32, amount: i64) -> Body {
    let no = format!("R{number:05}");
    let id = VoucherId::new("990000", "2026", "2301", &no).unwrap();
    let mut voucher = VoucherBuilder::new(&id);
    for (name, value) in [
        ("Id", no.as_str()),
        ("VouDate", "20260302"),
        ("TreCode", "9900000000"),
        ("PayTypeCode", "001002"),
        ("FundTypeCode", "1"),
        ("PayBankNo", "102990000011"),
    ] {
        voucher.field(name, value);
    }
    voucher.amount("PayAmt", fen(amount));
    let text = fen(amount).to_string();
    voucher.detail(&[
        ("Id", "1"),
        ("VoucherNo", "P1"),
        ("AgencyCode", "101001"),
        ("ExpFuncCode", "2050204"),
        ("PayAmt", &text),
    ]);
    Body::original(voucher.build(Encoding::Gbk).unwrap()).unwrap()
}

fn notice(number: u32) -> Body {
    Body::original(example::clearing_quota_notice(number).unwrap().build(Encoding::Gbk).unwrap())
        .unwrap()
}

fn step(
    store: &mut SqliteStorage,
    body: &Body,
    name: Move,
    role: Option<Role>,
    change: &dyn Fn(&mut Facts),
) -> Result<Made> {
    let key = VoucherKey { id: body.id().clone(), version: 1 };
    let mut facts = facts(View::Receiver, role.map(holder));
    change(&mut facts);
    commit(store, now(), |work| {
        let body = (name == Move::Receive).then_some(body);
        let (key, facts) = (key.clone(), facts.clone());
        work.make(Call { key, view: View::Receiver, name, facts, body, quota: None })
    })
}

/// Receives a voucher and accepts it.
fn accept(store: &mut SqliteStorage, body: &Body, amount: Fen) -> Result<Life> {
    let amount = move |facts: &mut Facts| facts.amount = amount;
    step(store, body, Move::Receive, None, &amount)?;
    step(store, body, Move::Accept, Some(Role::Teller), &amount).map(|made| made.life)
}

/// The balances, in the order of their keys.
fn balances(store: &mut SqliteStorage) -> Vec<i64> {
    let mut found = Vec::new();
    store
        .view(&mut |snapshot| {
            found = snapshot.balances("", 100)?.iter().map(|balance| balance.fen).collect();
            Ok(())
        })
        .unwrap();
    found
}

fn replay(path: &Path) -> Replay {
    let mut found = None;
    open(path)
        .view(&mut |snapshot| {
            assert_eq!(audit_logs(snapshot, "any", &[], None)?.difference, None);
            found = Some(replay_vouchers(snapshot, &QuotaFields::default())?);
            Ok(())
        })
        .unwrap();
    found.unwrap()
}

fn code<T>(result: Result<T>) -> Code {
    result.err().expect("an error").code()
}

struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let (role, options) = (StoreRole::CentralBank, Options::default());
        SqliteStorage::create(&path, role, "001", now(), &options).unwrap();
        Place { _folder: folder, path }
    }
}

#[test]
fn a_quota_is_posted_used_undone_and_replayed() {
    let place = Place::new();
    let mut store = open(&place.path);
    // Before a notice there is nothing to ask for.
    let early = request(1, 100);
    assert_eq!(code(accept(&mut store, &early, fen(100))), Code::QuotaMissing);
    assert!(balances(&mut store).is_empty());
    let notice = notice(1);
    let life = accept(&mut store, &notice, fen(1)).unwrap();
    assert!(life.in_quota);
    let granted = balances(&mut store);
    assert_eq!(granted.len(), 2);
    let (first, second) = (granted[0], granted[1]);
    // A repeat posts nothing.
    let repeated = step(&mut store, &notice, Move::Accept, Some(Role::Teller), &|_| {}).unwrap();
    assert!(repeated.repeated);
    assert_eq!(balances(&mut store), granted);
    // The request that was refused is accepted now.
    let made = step(&mut store, &early, Move::Accept, Some(Role::Teller), &|_| {}).unwrap();
    assert!(made.life.in_quota);
    assert_eq!(balances(&mut store), [first - 100, second]);
    // One fen too much is refused, and what is left exactly is not.
    let too_much = request(2, first - 99);
    assert_eq!(code(accept(&mut store, &too_much, fen(first - 99))), Code::QuotaExceeded);
    assert_eq!(balances(&mut store), [first - 100, second]);
    let rest = request(3, first - 100);
    accept(&mut store, &rest, fen(first - 100)).unwrap();
    assert_eq!(balances(&mut store), [0, second]);
    // A notice that was used is not taken back.
    let back = |store: &mut SqliteStorage, body: &Body| {
        step(store, body, Move::Return, Some(Role::Teller), &|_| {})
    };
    assert_eq!(code(back(&mut store, &notice)), Code::QuotaUsed);
    // What came to nothing gives its quota back, once; then the notice can go too.
    for body in [&early, &rest] {
        step(&mut store, body, Move::Submit, Some(Role::Teller), &|_| {}).unwrap();
        step(&mut store, body, Move::CoreFailed, None, &|_| {}).unwrap();
        assert!(!back(&mut store, body).unwrap().life.in_quota);
        assert!(back(&mut store, body).unwrap().repeated);
    }
    assert_eq!(balances(&mut store), [first, second]);
    let returned = back(&mut store, &notice).unwrap();
    assert_eq!(returned.life.state, State::Returned);
    assert_eq!(balances(&mut store), [0, 0]);
    drop(store);
    let replay = replay(&place.path);
    assert_eq!(replay.difference, None);
    assert_eq!((replay.vouchers, replay.balances), (4, 2));
}

#[test]
fn balances_that_do_not_follow_from_the_vouchers_are_found() {
    for (sql, what) in [
        (
            "UPDATE balance SET fen = fen + 1 WHERE key = (SELECT max(key) FROM balance)",
            "vouchers give",
        ),
        (
            "UPDATE balance SET key = key || 'x' WHERE key = (SELECT max(key) FROM balance)",
            "no voucher",
        ),
        ("DELETE FROM balance WHERE key = (SELECT max(key) FROM balance)", "is missing"),
        ("DELETE FROM document WHERE voucher = 1", "missing"),
    ] {
        let place = Place::new();
        let mut store = open(&place.path);
        accept(&mut store, &notice(1), fen(1)).unwrap();
        accept(&mut store, &request(1, 500), fen(500)).unwrap();
        drop(store);
        assert_eq!(replay(&place.path).difference, None);
        Connection::open(&place.path).unwrap().execute_batch(sql).unwrap();
        let difference = replay(&place.path).difference.expect(sql);
        assert!(difference.what.contains(what), "{difference:?}");
    }
}

#[test]
fn writers_at_once_never_take_more_than_there_is() {
    for writers in [2u32, 8, 32] {
        let place = Place::new();
        let mut store = open(&place.path);
        accept(&mut store, &notice(1), fen(1)).unwrap();
        let granted = balances(&mut store);
        let part = granted[0] / 3;
        let barrier = Barrier::new(writers as usize);
        let outcomes = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for number in 0..writers {
                let (barrier, outcomes, path) = (&barrier, &outcomes, &place.path);
                scope.spawn(move || {
                    let (mut store, body) = (open(path), request(number, part));
                    barrier.wait();
                    let accepted = accept(&mut store, &body, fen(part));
                    outcomes.lock().unwrap().push(accepted.map(drop).map_err(|error| error.code()));
                });
            }
        });
        let outcomes = outcomes.into_inner().unwrap();
        let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count() as i64;
        assert_eq!(won, i64::from(writers.min(3)));
        let refused = |outcome: &std::result::Result<(), Code>| {
            outcome.is_ok() || *outcome == Err(Code::QuotaExceeded)
        };
        assert!(outcomes.iter().all(refused), "{outcomes:?}");
        assert_eq!(balances(&mut store), [granted[0] - won * part, granted[1]]);
        drop(store);
        let replay = replay(&place.path);
        assert_eq!((replay.difference, replay.vouchers), (None, u64::from(writers) + 1));
    }
}

#[test]
fn what_destroyed_vouchers_did_to_the_quota_is_not_known_and_all_else_is_compared() {
    let place = Place::new();
    let mut store = open(&place.path);
    accept(&mut store, &notice(1), fen(1)).unwrap();
    let body = request(1, 500);
    accept(&mut store, &body, fen(500)).unwrap();
    step(&mut store, &body, Move::Submit, Some(Role::Teller), &|_| {}).unwrap();
    step(&mut store, &body, Move::CoreFailed, None, &|_| {}).unwrap();
    step(&mut store, &body, Move::Return, Some(Role::Teller), &|_| {}).unwrap();
    let found = replay(&place.path);
    assert_eq!((found.difference, found.balances, found.unknown), (None, 2, 0));
    step(&mut store, &body, Move::Destroy, Some(Role::Archivist), &|facts| {
        facts.authorization = Some(Authorization::new("Owner", "pin", now(), "1").unwrap());
    })
    .unwrap();
    drop(store);
    let found = replay(&place.path);
    assert_eq!((found.difference, found.balances, found.unknown), (None, 0, 2));
    assert_eq!(found.vouchers, 2);
    // That something was destroyed hides no other change.
    for sql in [
        "UPDATE voucher SET state = 23 WHERE id = 1; DELETE FROM document WHERE voucher = 1",
        "DELETE FROM document WHERE voucher = 1",
        "INSERT INTO balance (key, fen) VALUES ('any', 1)",
    ] {
        let changed = place.path.with_extension("changed");
        std::fs::copy(&place.path, &changed).unwrap();
        Connection::open(&changed).unwrap().execute_batch(sql).unwrap();
        assert!(replay(&changed).difference.is_some(), "{sql}");
    }
}
