//! A store whose power is cut at every sync, whose disk fails at every call, is full or read-only.
//!
//! Nothing that was acknowledged is lost, no half transaction is seen, and what the store shows when
//! it is opened again stays.
#![cfg(feature = "sqlite")]

mod storage_common;
#[path = "storage_common/disk.rs"]
mod store_disk;

use std::path::Path;
use storage_common::{changes, create, open_or_create, prefix, sealed};
use store_disk::{Chance, Disk, Left};
use yinxin::error::{Code, Error, Result};
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{Content, Storage};

const TRANSACTIONS: u64 = 8;

fn file() -> &'static Path {
    Path::new("store")
}

fn on(disk: &Disk) -> Options {
    let mut options = Options::default();
    options.tries = 3;
    options.vfs = Some(disk.name.clone());
    options
}

fn add(store: &mut SqliteStorage, number: u64, content: &Content) -> Result<()> {
    store.transact(&mut |_| Ok(changes(number, content)))
}

/// Makes a store and does all transactions, with checkpoints between them and the store opened anew
/// in the middle. Stops at the first error, and gives how many transactions were acknowledged.
fn run(disk: &Disk, content: &Content) -> (u64, Option<(Error, Option<SqliteStorage>)>) {
    let mut done = 0;
    let mut opened = create(file(), &on(disk));
    for number in 0..TRANSACTIONS {
        if number == TRANSACTIONS / 2 {
            drop(opened);
            opened = SqliteStorage::open(file(), &on(disk));
        }
        let mut store = match opened {
            Ok(store) => store,
            Err(error) => return (done, Some((error, None))),
        };
        if let Err(error) = add(&mut store, number, content) {
            return (done, Some((error, Some(store))));
        }
        done += 1;
        disk.state().acknowledged = done;
        if number % 3 == 2
            && let Err(error) = store.checkpoint()
        {
            return (done, Some((error, Some(store))));
        }
        opened = Ok(store);
    }
    (done, None)
}

/// Opens what is on the disk, and gives how many transactions are there.
fn reopened(disk: &Disk, content: &Content) -> u64 {
    let mut store = open_or_create(file(), &on(disk)).expect("the store is opened again");
    let there = prefix(&mut store, content);
    let summary = store.verify().expect("what is there is sound");
    assert_eq!(summary.entries, there);
    let seals = if there > 0 { content.shared().len() as u64 } else { 0 };
    assert_eq!(summary.seals, seals, "each seal is kept once");
    there
}

#[test]
fn a_cut_of_the_power_loses_nothing_that_was_acknowledged() {
    let (disk, content) = (Disk::new(), sealed());
    disk.state().keep_cuts = true;
    let (done, error) = run(&disk, &content);
    assert!(error.is_none() && done == TRANSACTIONS);
    let cuts = std::mem::take(&mut disk.state().cuts);
    assert!(cuts.len() as u64 > 2 * TRANSACTIONS, "{} cuts", cuts.len());
    assert!(cuts.iter().any(|(image, _)| image.pending() > 0));
    let mut chance = Chance(1);
    let (mut nothing, mut more) = (0, 0);
    for (image, acknowledged) in &cuts {
        for left in [Left::Nothing, Left::Everything].into_iter().chain([Left::Torn; 6]) {
            disk.load(image.after_cut(left, &mut chance));
            let there = reopened(&disk, &content);
            assert!((*acknowledged..=acknowledged + 1).contains(&there), "{acknowledged} {there}");
            nothing += u32::from(there == *acknowledged);
            more += u32::from(there > *acknowledged);
            // It is a store to work with, and its next transaction outlasts the next cut.
            let mut store = SqliteStorage::open(file(), &on(&disk)).unwrap();
            add(&mut store, there, &content).unwrap();
            let image = disk.image();
            drop(store);
            disk.load(image.after_cut(Left::Nothing, &mut chance));
            assert_eq!(reopened(&disk, &content), there + 1);
        }
    }
    assert!(nothing > 0 && more > 0, "cuts that lose and cuts that keep what was under way");
}

/// Fails the calls one after the other, and gives how many there were.
fn fail_each(only_syncs: bool, lasting: bool) -> u64 {
    let (disk, content) = (Disk::new(), sealed());
    let mut chance = Chance(2);
    for number in 1.. {
        disk.load(Default::default());
        {
            let mut state = disk.state();
            (state.fail_at, state.lasting, state.only_syncs) = (Some(number), lasting, only_syncs);
        }
        let (done, failed) = run(&disk, &content);
        let all_done = disk.state().calls < number;
        if let Some((error, store)) = failed {
            let family = error.family().name();
            assert_eq!(family, "Storage", "{error}");
            if let Some(mut store) = store
                && error.code() == Code::StoreFault
            {
                // The disk may be whole again: this store has stopped all the same.
                disk.state().fail_at = None;
                assert_eq!(store.view(&mut |_| panic!("it has stopped")).unwrap_err(), error);
                assert_eq!(add(&mut store, done, &content).unwrap_err(), error);
                assert_eq!(store.verify().unwrap_err(), error);
                assert_eq!(store.backup(Path::new("copy")).unwrap_err(), error);
            }
        } else {
            assert_eq!(done, TRANSACTIONS);
        }
        let image = disk.image();
        // Opened again without a cut; what it shows then must outlast a cut.
        disk.load(image.clone());
        let shown = reopened(&disk, &content);
        assert!((done..=done + 1).contains(&shown), "call {number}: {done} {shown}");
        disk.load(disk.image().after_cut(Left::Nothing, &mut chance));
        let left = reopened(&disk, &content);
        assert!(left >= shown, "call {number}: shown {shown}, left {left}");
        // And with a cut at once.
        for left in [Left::Nothing, Left::Everything, Left::Torn, Left::Torn] {
            disk.load(image.after_cut(left, &mut chance));
            let there = reopened(&disk, &content);
            assert!((done..=done + 1).contains(&there), "call {number}: {done} {there}");
        }
        if all_done {
            return number - 1;
        }
    }
    unreachable!("there is a last call")
}

#[test]
fn each_call_that_fails_once_changes_nothing_by_halves() {
    assert!(fail_each(false, false) > 150);
}

#[test]
fn a_disk_that_fails_from_some_call_on_changes_nothing_by_halves() {
    assert!(fail_each(false, true) > 150);
}

#[test]
fn each_sync_that_fails_stops_the_store() {
    assert!(fail_each(true, false) > 20);
}

#[test]
fn a_full_disk_is_told_and_changes_nothing() {
    let (disk, content) = (Disk::new(), sealed());
    let mut store = create(file(), &on(&disk)).unwrap();
    add(&mut store, 0, &content).unwrap();
    let full: usize = ["store", "store-wal"]
        .iter()
        .map(|name| disk.image().read(name).map_or(0, <[u8]>::len))
        .sum();
    disk.state().capacity = Some(full + 5_000);
    for _ in 0..3 {
        let error = add(&mut store, 1, &content).unwrap_err();
        assert_eq!(error.code(), Code::StoreFull, "{error}");
        assert_eq!(prefix(&mut store, &content), 1);
    }
    // With room again the same store goes on.
    disk.state().capacity = None;
    add(&mut store, 1, &content).unwrap();
    assert_eq!(prefix(&mut store, &content), 2);
    let image = disk.image();
    drop(store);
    disk.load(image.after_cut(Left::Nothing, &mut Chance(3)));
    assert_eq!(reopened(&disk, &content), 2);
}

#[test]
fn a_read_only_disk_is_told() {
    let (disk, content) = (Disk::new(), sealed());
    let mut store = create(file(), &on(&disk)).unwrap();
    add(&mut store, 0, &content).unwrap();
    drop(store);
    let before = disk.image();
    disk.state().read_only = true;
    let error = SqliteStorage::open(file(), &on(&disk)).unwrap_err();
    assert_eq!(error.code(), Code::StoreReadOnly, "{error}");
    let error = create(Path::new("another"), &on(&disk)).unwrap_err();
    assert_eq!(error.code(), Code::StoreMissing, "{error}");
    assert_eq!(disk.image().read("store"), before.read("store"));
}
