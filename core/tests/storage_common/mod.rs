//! A run of transactions whose every prefix can be told from what a store holds.

#![allow(dead_code)]

#[path = "../voucher_common/mod.rs"]
pub mod vouchers;

use std::path::Path;
use yinxin::error::{Code, Result};
use yinxin::ledger::LogKey;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Balance, Changes, Content, LogChange, LogEntry, Mark, MarkKind, NewVoucher, Storage, StoreRole,
    VoucherKey, VoucherUpdate,
};
use yinxin::voucher::{Layer, VoucherId};

pub use vouchers::{World, now};

/// What is left of the balance before the first transaction.
const QUOTA: i64 = 1_000_000;

pub fn log() -> LogKey {
    LogKey::new("990000", "2026").unwrap()
}

pub fn key(number: u64) -> VoucherKey {
    let id = VoucherId::new("990000", "2026", "5201", &format!("N{number:06}")).unwrap();
    VoucherKey { id, version: 1 }
}

pub fn entry(number: u64) -> LogEntry {
    LogEntry { bytes: format!("entry {number}").into_bytes(), nodes: vec![number as u8; 32] }
}

pub fn added(number: u64, content: &Content) -> NewVoucher {
    NewVoucher {
        key: key(number),
        state: 1,
        waiting: true,
        recorded: now(),
        life: format!("{{\"made\":{number}}}"),
        documents: vec![(Layer::Issuer, content.clone())],
    }
}

/// Transaction `number`: adds a voucher, changes the one before and adds its receipt, lowers a
/// balance, marks a request, appends an entry and now and then a checkpoint.
pub fn changes(number: u64, content: &Content) -> Changes {
    let mut changes = Changes {
        added: vec![added(number, content)],
        balances: vec![Balance { key: "quota".to_owned(), fen: QUOTA - number as i64 - 1 }],
        marks: vec![Mark {
            kind: MarkKind::Request,
            key: number.to_be_bytes().to_vec(),
            value: b"done".to_vec(),
            replace: false,
        }],
        logs: vec![LogChange {
            log: log(),
            first: number,
            entries: vec![entry(number)],
            frontier: format!("frontier {}", number + 1).into_bytes(),
        }],
        checkpoint: (number % 4 == 3).then(|| format!("checkpoint {}", number + 1).into_bytes()),
        ..Changes::default()
    };
    if let Some(before) = number.checked_sub(1) {
        changes.updated.push(VoucherUpdate {
            key: key(before),
            revision: 0,
            state: 2,
            waiting: false,
            life: format!("{{\"made\":{before},\"sent\":true}}"),
            documents: vec![(Layer::Responder, content.clone())],
        });
    }
    changes
}

/// How many transactions the store holds, each of them whole.
pub fn prefix(store: &mut SqliteStorage, content: &Content) -> u64 {
    let mut size = 0;
    store
        .view(&mut |snapshot| {
            let state = snapshot.log(&log())?;
            size = state.as_ref().map_or(0, |state| state.size);
            let frontier = (size > 0).then(|| format!("frontier {size}").into_bytes());
            assert_eq!(state.map(|state| state.frontier), frontier);
            let entries = snapshot.entries(&log(), 0, 10_000)?;
            assert!(entries.into_iter().eq((0..size).map(entry)), "the entries");
            for number in 0..size {
                let row = snapshot.row(&key(number))?.expect("a voucher that was added");
                let last = number + 1 == size;
                assert_eq!((row.state, row.waiting), if last { (1, true) } else { (2, false) });
                assert_eq!(row.life.contains("sent"), !last);
                assert_eq!(snapshot.document(&key(number), Layer::Issuer)?.as_ref(), Some(content));
                let receipt = snapshot.document(&key(number), Layer::Responder)?;
                assert_eq!(receipt.as_ref(), (!last).then_some(content));
                let done = snapshot.mark(MarkKind::Request, &number.to_be_bytes())?;
                assert_eq!(done.as_deref(), Some(&b"done"[..]));
            }
            assert_eq!(
                snapshot.row(&key(size))?,
                None,
                "a voucher of a transaction that is not there"
            );
            let balance = snapshot.balance("quota")?.map(|balance| balance.fen);
            assert_eq!(balance, (size > 0).then_some(QUOTA - size as i64));
            let checkpoints = snapshot.checkpoints(0, 10_000)?;
            assert_eq!(checkpoints.len() as u64, size / 4);
            assert!(checkpoints.iter().all(|checkpoint| {
                checkpoint.bytes == format!("checkpoint {}", checkpoint.place).into_bytes()
            }));
            Ok(())
        })
        .expect("a view");
    size
}

pub fn create(path: &Path, options: &Options) -> Result<SqliteStorage> {
    SqliteStorage::create(path, StoreRole::Finance, "011", now(), options)
}

/// Opens the store, or makes it if making it was never acknowledged.
pub fn open_or_create(path: &Path, options: &Options) -> Result<SqliteStorage> {
    match SqliteStorage::open(path, options) {
        Err(error) if matches!(error.code(), Code::NotAStore | Code::StoreMissing) => {
            create(path, options)
        }
        opened => opened,
    }
}

/// A sealed voucher with its stamp, as content.
pub fn sealed() -> Content {
    Content::of(&World::new().sealed())
}
