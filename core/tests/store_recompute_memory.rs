//! Logs of any length are recomputed in the same memory. Alone in its program, so that the peak is its
//! own.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::io::PipeWriter;
use yinxin::Time;
use yinxin::ledger::{Audit, Entry, Export, LogKey, VoucherRef, leaf_hash};
use yinxin::report::{CheckCode, Outcome};
use yinxin::store::{Move, Recompute, State, View};

/// What an audit may take beside what the vouchers take, in bytes.
const LIMIT: u64 = 48 << 20;

const VOUCHERS: u64 = 200;

/// 200,000 entries; with `YINXIN_SOAK=1` a million.
fn entries() -> u64 {
    match std::env::var("YINXIN_SOAK") {
        Ok(soak) if soak == "1" => 1_000_000,
        _ => 200_000,
    }
}

/// The moves that bring a voucher to where it can be compared and disputed without end.
const WAY: [(Move, State); 7] = [
    (Move::Receive, State::Delivered),
    (Move::Accept, State::Accepted),
    (Move::Submit, State::Executing),
    (Move::CoreExecuted, State::Executed),
    (Move::FillReceipt, State::ReceiptMade),
    (Move::ReviewReceipt, State::Receipted),
    (Move::Dispute, State::Receipted),
];

fn moved(number: u64) -> Entry {
    let (turn, voucher) = (number / VOUCHERS, number % VOUCHERS);
    let before = match turn {
        0 => State::Absent,
        turn => WAY[(turn - 1).min(6) as usize].1,
    };
    let (name, after) = match turn {
        turn if turn < 7 => WAY[turn as usize],
        turn if turn % 2 == 1 => (Move::Answer, State::Receipted),
        _ => (Move::Dispute, State::Receipted),
    };
    let log = LogKey::new("990000", "2026").unwrap();
    let time = Time::from_unix(1_770_000_000 + number as i64).unwrap();
    let mut entry = Entry::new(log, number, time, "clerk", name.name());
    let voucher_no = format!("N{voucher:06}");
    entry.voucher = Some(VoucherRef { vt_code: "5201".into(), voucher_no, version: 1 });
    (entry.before, entry.after) = (before.name().into(), after.name().into());
    entry.amounts = BTreeMap::from([("amount".into(), 100), ("refunded".into(), 0)]);
    if turn >= 3 {
        entry.amounts.insert("paid".into(), 100);
    }
    entry.digests = BTreeMap::from([("life".into(), [turn as u8; 32])]);
    entry.facts = BTreeMap::from([("view".into(), View::Receiver.name().into())]);
    entry
}

fn export(mut out: PipeWriter, entries: u64) {
    let mut export = Export::from_the_start(&mut out, "store").unwrap();
    for number in 0..entries {
        let der = moved(number).to_der().unwrap();
        export.entry(&der, &leaf_hash(&der)).unwrap();
    }
    export.finish().unwrap();
}

/// The most memory that this process has held so far, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() << 10
}

fn recompute(entries: u64) {
    let (mut log, out) = std::io::pipe().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || export(out, entries));
        let audit = Audit::new().of("store").threads(2);
        let found = Recompute::new().export(&audit, &mut log, &mut std::iter::empty()).unwrap();
        assert_eq!(found.difference, None, "{}", found.report.to_text());
        assert_eq!((found.entries, found.moves, found.vouchers), (entries, entries, VOUCHERS));
        let states = found.report.find(CheckCode::AuditStates).unwrap();
        assert_eq!(states.outcome, Outcome::Passed);
    });
}

#[test]
fn a_log_of_any_length_takes_the_same_memory() {
    // What any audit takes is there after a short one.
    recompute(20_000);
    let before = peak();
    recompute(entries());
    let more = peak() - before;
    println!("{} entries take {} KiB more than 20,000", entries(), more >> 10);
    assert!(peak() < LIMIT, "{} bytes", peak());
    assert!(more < 8 << 20, "{more} bytes more for a longer log");
}
