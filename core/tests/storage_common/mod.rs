//! A run of transactions whose every prefix can be told from what a store holds.

#![allow(dead_code)]

#[path = "../voucher_common/mod.rs"]
pub mod vouchers;

use std::path::Path;
use yinxin::crypto::sm3;
use yinxin::envelope::Answer;
use yinxin::error::{Code, Result};
use yinxin::ledger::LogKey;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    AnsweredChange, Balance, Changes, Content, LogChange, LogEntry, Mark, MarkKind, NewAttachments,
    NewMessage, NewVoucher, OutboxRow, PackedAs, PackedChange, Post, Snapshot, Storage, StoreRole,
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

/// The conversation of the packets.
pub const CONVERSATION: &str = "store/partner";

/// The file that comes with every voucher.
pub const COMMON: &[u8] = b"a file that many vouchers have";

/// The file that comes with one voucher.
pub fn file(number: u64) -> Vec<u8> {
    format!("file {number}").into_bytes()
}

pub fn message(number: u64) -> NewMessage {
    NewMessage {
        partner: "国库".to_owned(),
        kind: "voucher".to_owned(),
        key: key(number),
        document: Layer::Issuer,
        body: format!("message {number}").into_bytes(),
    }
}

pub fn packet(number: u64) -> Vec<u8> {
    format!("packet {number}").into_bytes()
}

pub fn packed_as(number: u64) -> PackedAs {
    PackedAs {
        conversation: CONVERSATION.to_owned(),
        sequence: number + 1,
        digest: sm3::digest(&packet(number)),
        header: format!("header {number}").into_bytes(),
    }
}

pub fn answer(number: u64) -> Answer {
    match number % 2 {
        0 => Answer::Received,
        _ => Answer::Refused { code: 640, reason: format!("reason {number}") },
    }
}

/// The row of message `number` after `size` transactions: each is packed by the one after it, and
/// answered by the second after it.
pub fn outbox_row(number: u64, size: u64) -> OutboxRow {
    let NewMessage { partner, kind, key, document, body } = message(number);
    let packed = packed_as(number);
    let post = match size - number {
        1 => Post::Waiting { body },
        2 => Post::Packed { packed, packet: packet(number) },
        _ => Post::Answered { packed, answer: answer(number) },
    };
    OutboxRow { place: number + 1, partner, kind, key, document, post }
}

/// Transaction `number`: adds a voucher with two files and a message about it, changes the one before
/// and adds its receipt, packs its message and answers the one before that, lowers a balance, marks a
/// request, appends an entry and now and then a checkpoint.
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
        attached: vec![NewAttachments {
            key: key(number),
            layer: Layer::Issuer,
            files: vec![("说明.pdf".to_owned(), COMMON.to_vec()), ("own".to_owned(), file(number))],
        }],
        posted: vec![message(number)],
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
        changes.packed.push(PackedChange {
            place: before + 1,
            packed: packed_as(before),
            packet: packet(before),
        });
    }
    if let Some(before) = number.checked_sub(2) {
        changes.answered.push(AnsweredChange { place: before + 1, answer: answer(before) });
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
            outbox_is(snapshot, size)?;
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

/// That the outbox and the files are those after `size` transactions.
fn outbox_is(snapshot: &dyn Snapshot, size: u64) -> Result<()> {
    for number in 0..size {
        let files = snapshot.attachments(&key(number), Layer::Issuer)?;
        let contents = files.iter().map(|file| snapshot.attachment(&file.digest));
        let contents: Vec<Option<Vec<u8>>> = contents.collect::<Result<_>>()?;
        assert_eq!(contents, [Some(COMMON.to_vec()), Some(file(number))]);
        assert_eq!(files[0].name, "说明.pdf");
        assert_eq!(files[1].length, file(number).len() as u64);
        let sent = snapshot.sent(&packed_as(number).digest)?;
        assert_eq!(sent, (size - number > 1).then(|| outbox_row(number, size)));
    }
    assert!(snapshot.attachments(&key(size), Layer::Issuer)?.is_empty());
    assert!(snapshot.attachments(&key(0), Layer::Responder)?.is_empty());
    let last = size.checked_sub(1);
    let rows = |age| size.checked_sub(age).map(|number| outbox_row(number, size));
    assert_eq!(snapshot.unpacked(0, 100)?, Vec::from_iter(rows(1)));
    assert_eq!(snapshot.unanswered(0, 100)?, Vec::from_iter(rows(2)));
    assert_eq!(snapshot.last_sequence(CONVERSATION)?, last.filter(|last| *last > 0));
    Ok(())
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
