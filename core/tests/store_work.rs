//! Units of work over a store: done once, taken back one by one, with the log in the same transaction.
#![cfg(feature = "sqlite")]

#[path = "envelope_common/replay.rs"]
mod replay;
mod storage_common;

use rusqlite::Connection;
use std::path::{Path, PathBuf};
use storage_common::{CONVERSATION, added, create, key, message, now, packed_as, packet, sealed};
use yinxin::Time;
use yinxin::envelope::{Admission, Answer, Arrival, Channel, DEFAULT_WINDOW, ReplayState};
use yinxin::error::{Code, Error, Result};
use yinxin::key::{Signer as _, SoftwareKey};
use yinxin::ledger::{CheckpointKey, Entry, LogKey, SignedCheckpoint};
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    LogAudit, MarkKind, NewVoucher, Post, Storage, VoucherKey, VoucherUpdate, Work, audit_logs,
    commit,
};
use yinxin::voucher::Layer;

fn store(folder: &Path) -> SqliteStorage {
    create(&folder.join("store"), &Options::default()).unwrap()
}

fn later(seconds: i64) -> Time {
    now().plus_seconds(seconds).unwrap()
}

fn code<T>(result: Result<T>) -> Code {
    result.err().expect("an error").code()
}

fn log(year: &str) -> LogKey {
    LogKey::new("990000", year).unwrap()
}

fn entry(year: &str, operation: &str) -> Entry {
    Entry::new(log(year), 0, now(), "maker", operation)
}

fn bare(number: u64) -> NewVoucher {
    let mut voucher = added(number, &sealed_once());
    voucher.documents.clear();
    voucher
}

fn sealed_once() -> yinxin::store::Content {
    use std::sync::OnceLock;
    static SEALED: OnceLock<yinxin::store::Content> = OnceLock::new();
    SEALED.get_or_init(sealed).clone()
}

fn update(key: VoucherKey, revision: u32, state: u8) -> VoucherUpdate {
    let life = format!("life {state}");
    VoucherUpdate { key, revision, state, waiting: false, life, documents: Vec::new() }
}

#[test]
fn what_was_written_is_read_again_and_committed_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    commit(&mut store, now(), |work| {
        work.add(added(0, &sealed_once()))?;
        assert_eq!(code(work.add(bare(0))), Code::Duplicate);
        assert_eq!(work.row(&key(0))?.unwrap().revision, 0);
        assert_eq!(work.document(&key(0), Layer::Issuer)?, Some(sealed_once()));
        assert_eq!(work.document(&key(0), Layer::Responder)?, None);
        work.change(update(key(0), 0, 2))?;
        let mut second = bare(0);
        second.key.version = 2;
        work.add(second)?;
        assert_eq!(work.latest(&key(0).id)?.unwrap().key.version, 2);
        work.set_balance("quota", 500)?;
        assert_eq!(work.balance("quota")?, Some(500));
        assert_eq!(code(work.set_balance("quota", -1)), Code::QuotaExceeded);
        work.set_mark(MarkKind::Claim, b"payment", b"2301".to_vec())?;
        assert_eq!(code(work.set_mark(MarkKind::Claim, b"payment", Vec::new())), Code::Duplicate);
        assert_eq!(
            (work.append(entry("2026", "make"))?, work.append(entry("2027", "make"))?),
            (0, 0)
        );
        assert_eq!(work.append(entry("2026", "send"))?, 1);
        Ok(())
    })
    .unwrap();
    commit(&mut store, now(), |work| {
        assert_eq!(work.row(&key(0))?.map(|row| (row.revision, row.state)), Some((0, 2)));
        assert_eq!(work.document(&key(0), Layer::Issuer)?, Some(sealed_once()));
        assert_eq!(code(work.change(update(key(0), 3, 3))), Code::Stale);
        assert_eq!(code(work.change(update(key(9), 0, 3))), Code::Stale);
        work.change(update(key(0), 0, 3))?;
        assert_eq!(code(work.change(update(key(0), 0, 4))), Code::Stale);
        work.change(update(key(0), 1, 4))?;
        assert_eq!(work.latest(&key(0).id)?.unwrap().key.version, 2);
        assert_eq!(work.balance("quota")?, Some(500));
        assert_eq!(code(work.set_mark(MarkKind::Claim, b"payment", Vec::new())), Code::Duplicate);
        assert_eq!(work.append(entry("2026", "accept"))?, 2);
        assert_eq!(work.heads()?.entries(), 4);
        Ok(())
    })
    .unwrap();
    store
        .view(&mut |snapshot| {
            let row = snapshot.row(&key(0))?.unwrap();
            assert_eq!((row.revision, row.state, &row.life[..]), (1, 4, "life 4"));
            let entries = snapshot.entries(&log("2026"), 0, 10)?;
            let last = Entry::from_der(&entries[2].bytes)?;
            assert_eq!((last.sequence, &last.operation[..]), (2, "accept"));
            let audit = audit_logs(snapshot, "any", &[], None)?;
            assert_eq!((audit.entries, audit.checkpoints, audit.difference), (4, 0, None));
            Ok(())
        })
        .unwrap();
    // An error of the work leaves nothing of it.
    let refused = commit(&mut store, now(), |work| -> Result<()> {
        work.add(bare(1))?;
        work.append(entry("2026", "make"))?;
        Err(Error::new(Code::Rules, "rule", "no"))
    });
    assert_eq!(code(refused), Code::Rules);
    assert_eq!(store.verify().unwrap().entries, 4);
}

#[test]
fn one_bad_move_of_a_batch_is_taken_back_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    commit(&mut store, now(), |work| work.set_balance("quota", 1_000)).unwrap();
    let outcomes = commit(&mut store, now(), |work| {
        Ok((0..6)
            .map(|number| {
                work.attempt(|work| {
                    work.add(bare(number))?;
                    work.append(entry("2026", "make"))?;
                    work.append(entry(["2027", "2028"][number as usize % 2], "make"))?;
                    work.change(update(key(number), 0, 5))?;
                    work.set_mark(MarkKind::Claim, &[number as u8 % 5], Vec::new())?;
                    work.replace_mark(MarkKind::Setting, b"last", vec![number as u8]);
                    let left = work.balance("quota")?.unwrap_or(0);
                    work.set_balance("quota", left - 300)?;
                    Ok(left)
                })
                .map_err(|error| error.code())
            })
            .collect::<Vec<_>>())
    })
    .unwrap();
    // Three are paid, two have no quota left, one is claimed already.
    let expected = [
        Ok(1_000),
        Ok(700),
        Ok(400),
        Err(Code::QuotaExceeded),
        Err(Code::QuotaExceeded),
        Err(Code::Duplicate),
    ];
    assert_eq!(outcomes, expected);
    store
        .view(&mut |snapshot| {
            for number in 0..6 {
                assert_eq!(snapshot.row(&key(number))?.is_some(), number < 3);
                let claim = snapshot.mark(MarkKind::Claim, &[number as u8])?;
                assert_eq!(claim.is_some(), number < 3);
            }
            assert_eq!(snapshot.mark(MarkKind::Setting, b"last")?, Some(vec![2]));
            assert_eq!(snapshot.balance("quota")?.unwrap().fen, 100);
            let sizes = ["2026", "2027", "2028"]
                .map(|year| snapshot.log(&log(year)).unwrap().unwrap().size);
            assert_eq!(sizes, [3, 2, 1]);
            assert_eq!(audit_logs(snapshot, "any", &[], None)?.difference, None);
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_a_bad_move_posted_packed_attached_and_destroyed_is_taken_back_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let files = |text: &str| vec![("file".to_owned(), text.as_bytes().to_vec())];
    let names = |work: &Work<'_>, number| -> Vec<Vec<u8>> {
        let files = work.files(&key(number), Layer::Issuer).unwrap();
        files.into_iter().map(|(_, bytes)| bytes).collect()
    };
    let bad = || Err::<(), Error>(Error::new(Code::Rules, "rule", "refused"));
    commit(&mut store, now(), |work| {
        assert_eq!(code(work.post_message(message(0))), Code::Stale, "about no voucher");
        assert_eq!(code(work.attach(&key(0), Layer::Issuer, files("a"))), Code::Stale);
        assert_eq!(code(work.destroy_documents(&key(0))), Code::Stale);
        for number in 0..3 {
            work.add(added(number, &sealed_once()))?;
            work.attach(&key(number), Layer::Issuer, files("first"))?;
            work.post_message(message(number))?;
        }
        let twice = [files("a"), files("b")].concat();
        assert_eq!(code(work.attach(&key(0), Layer::Issuer, twice)), Code::Argument);
        let refused = work.attempt(|work| {
            work.attach(&key(1), Layer::Issuer, files("second"))?;
            work.post_message(message(1))?;
            work.destroy_documents(&key(0))?;
            assert_eq!((names(work, 0), names(work, 1)), (vec![], vec![b"second".to_vec()]));
            assert_eq!(work.document(&key(0), Layer::Issuer)?, None);
            bad()
        });
        assert_eq!(code(refused), Code::Rules);
        assert_eq!(names(work, 1), [b"first".to_vec()]);
        assert!(work.document(&key(0), Layer::Issuer)?.is_some());
        Ok(())
    })
    .unwrap();
    let digest = |number| packed_as(number).digest;
    commit(&mut store, now(), |work| {
        let waiting = work.unpacked(0, 100)?;
        let bodies: Vec<Post> = waiting.iter().map(|row| row.post.clone()).collect();
        let posted = |number| Post::Waiting { body: message(number).body };
        assert_eq!(bodies, [posted(0), posted(1), posted(2)]);
        work.pack(&waiting[0], packed_as(0), packet(0))?;
        assert_eq!(code(work.pack(&waiting[0], packed_as(1), packet(1))), Code::Stale);
        assert_eq!(code(work.pack(&waiting[1], packed_as(2), packet(2))), Code::Stale, "a gap");
        let refused = work.attempt(|work| {
            work.pack(&waiting[1], packed_as(1), packet(1))?;
            assert_eq!(work.next_number(CONVERSATION)?, 3);
            assert_eq!(work.unpacked(0, 100)?.len(), 1);
            bad()
        });
        assert_eq!(code(refused), Code::Rules);
        assert_eq!(work.next_number(CONVERSATION)?, 2);
        // The number that was taken back goes to another message.
        work.pack(&waiting[2], packed_as(1), packet(1))?;
        assert_eq!(work.sent(&digest(0))?, None, "not those of this work");
        Ok(())
    })
    .unwrap();
    commit(&mut store, now(), |work| {
        let first = work.sent(&digest(0))?.unwrap();
        let refused = work.attempt(|work| {
            work.record_answer(&first, Answer::Received)?;
            assert!(matches!(work.sent(&digest(0))?.unwrap().post, Post::Answered { .. }));
            bad()
        });
        assert_eq!(code(refused), Code::Rules);
        assert_eq!(work.sent(&digest(0))?.unwrap(), first);
        let second = work.sent(&digest(1))?.unwrap();
        assert_eq!((second.place, second.key), (3, key(2)));
        let refusal = Answer::Refused { code: 640, reason: "late".to_owned() };
        work.record_answer(&first, refusal.clone())?;
        assert_eq!(code(work.record_answer(&first, Answer::Received)), Code::Stale);
        work.destroy_documents(&key(1))
    })
    .unwrap();
    let summary = store.verify().unwrap();
    assert_eq!((summary.documents, summary.attachments, summary.messages), (2, 1, 3));
    store
        .view(&mut |snapshot| {
            let answered = snapshot.sent(&digest(0))?.unwrap();
            let refusal = Answer::Refused { code: 640, reason: "late".to_owned() };
            let expected = Post::Answered { packed: packed_as(0), answer: refusal };
            assert_eq!(answered.post, expected);
            let places = |rows: Vec<yinxin::store::OutboxRow>| -> Vec<u64> {
                rows.iter().map(|row| row.place).collect()
            };
            assert_eq!(places(snapshot.unpacked(0, 9)?), [2]);
            assert_eq!(places(snapshot.unanswered(0, 9)?), [3]);
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_is_repeated_gives_the_first_result() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let call = |store: &mut SqliteStorage, key: &[u8], digest: u8, number: u64| {
        commit(store, now(), |work| {
            work.once(key, &[digest; 32], |work| {
                work.add(bare(number))?;
                Ok(format!("made {number}").into_bytes())
            })
        })
    };
    assert_eq!(call(&mut store, b"k", 1, 0).unwrap(), b"made 0");
    assert_eq!(call(&mut store, b"k", 1, 77).unwrap(), b"made 0");
    assert_eq!(code(call(&mut store, b"k", 2, 1)), Code::KeyReused);
    // What failed was not done, so its key is free.
    assert_eq!(code(call(&mut store, b"l", 1, 0)), Code::Duplicate);
    assert_eq!(call(&mut store, b"l", 1, 1).unwrap(), b"made 1");
    assert_eq!(code(call(&mut store, b"", 1, 2)), Code::Argument);
    assert_eq!(code(call(&mut store, &[0; 1_025], 1, 2)), Code::Argument);
    assert_eq!(store.verify().unwrap().vouchers, 2);
    // Within one transaction too.
    let results = commit(&mut store, now(), |work| {
        let mut once = || work.once(b"m", &[1; 32], |_| Ok(b"first".to_vec()));
        Ok([once()?, once()?])
    });
    assert_eq!(results.unwrap(), [b"first".to_vec(), b"first".to_vec()]);
}

#[test]
fn a_clock_that_was_set_back_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let record = |store: &mut SqliteStorage, time| {
        commit(store, time, |work| work.append(entry("2026", "make")))
    };
    record(&mut store, later(10)).unwrap();
    assert_eq!(code(record(&mut store, later(9))), Code::ClockBack);
    // The same moment is not back, and reading records no moment.
    record(&mut store, later(10)).unwrap();
    commit(&mut store, later(1_000), |work| work.balance("quota")).unwrap();
    record(&mut store, later(11)).unwrap();
    assert_eq!(store.verify().unwrap().entries, 3);
}

struct Transactions {
    store: SqliteStorage,
}

impl replay::Store for Transactions {
    fn window(&self) -> u64 {
        DEFAULT_WINDOW
    }

    fn digests(&self) -> Option<u64> {
        None
    }

    fn transaction(&mut self, done: bool, work: &mut dyn FnMut(&mut dyn ReplayState)) {
        let result = commit(&mut self.store, now(), |unit: &mut Work<'_>| {
            work(unit);
            match done {
                true => Ok(()),
                false => Err(Error::new(Code::Policy, "test", "dropped")),
            }
        });
        assert_eq!(result.is_ok(), done);
    }
}

#[test]
fn packets_are_admitted_as_the_model_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Transactions { store: store(folder.path()) };
    replay::agrees_with_the_model(&mut store, 600, 5);
    replay::refuses_bad_numbers(&mut store);
}

#[test]
fn a_packet_and_its_effect_are_committed_together() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let channel = Channel { sender: "011", receiver: "102", conversation: "day" };
    let arrival = Arrival { channel, sequence: 1, digest: [7; 32] };
    let failed = commit(&mut store, now(), |work| {
        assert_eq!(work.admit(&arrival)?, Admission::New);
        work.add(bare(0))?;
        work.add(bare(0))
    });
    assert_eq!(code(failed), Code::Duplicate);
    for expected in [Admission::New, Admission::Repeated] {
        commit(&mut store, now(), |work| {
            let admission = work.admit(&arrival)?;
            assert_eq!(admission, expected);
            if admission.is_accepted() { work.add(bare(0)) } else { Ok(()) }
        })
        .unwrap();
    }
    assert_eq!(store.verify().unwrap().vouchers, 1);
}

/// A store with twelve entries in two logs and a checkpoint after each five or more, and a copy of it
/// from before the first.
struct Logged {
    folder: tempfile::TempDir,
    signer: SoftwareKey,
    checkpoints: Vec<SignedCheckpoint>,
}

impl Logged {
    fn new() -> Logged {
        let folder = tempfile::tempdir().unwrap();
        let signer = SoftwareKey::generate_sm2().unwrap();
        let mut store = store(folder.path());
        store.backup(&folder.path().join("copy")).unwrap();
        let checkpoints = twelve_moves(&mut store, &signer, "move");
        Logged { folder, signer, checkpoints }
    }

    /// Puts the copy in the place of the store.
    fn put_back(&self) -> SqliteStorage {
        std::fs::remove_file(self.path()).unwrap();
        std::fs::rename(self.folder.path().join("copy"), self.path()).unwrap();
        self.open()
    }

    fn open(&self) -> SqliteStorage {
        SqliteStorage::open(&self.path(), &Options::default()).unwrap()
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn keys(&self) -> [CheckpointKey; 1] {
        [CheckpointKey::new(self.signer.public_key()).unwrap()]
    }

    fn sql(&self, sql: &str) {
        Connection::open(self.path()).unwrap().execute_batch(sql).unwrap();
    }

    fn audit(&self, keys: &[CheckpointKey], held: Option<&SignedCheckpoint>) -> LogAudit {
        let mut store = self.open();
        let origin = store.identity().name();
        let mut audit = None;
        store
            .view(&mut |snapshot| {
                audit = Some(audit_logs(snapshot, &origin, keys, held)?);
                Ok(())
            })
            .unwrap();
        audit.unwrap()
    }
}

fn twelve_moves(
    store: &mut SqliteStorage,
    signer: &SoftwareKey,
    operation: &str,
) -> Vec<SignedCheckpoint> {
    let moves = (0..12).filter_map(|number| {
        commit(store, later(number), |work| {
            work.append(entry(["2026", "2027"][number as usize % 2], operation))?;
            work.checkpoint(5, signer)
        })
        .unwrap()
    });
    moves.collect()
}

#[test]
fn logs_are_recomputed_and_the_first_difference_is_named() {
    let good = Logged::new();
    assert_eq!(good.checkpoints.len(), 2);
    let origin = &good.checkpoints[0].checkpoint().origin;
    let id = good.open().identity().id;
    let hexadecimal: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(*origin, hexadecimal);
    let audit = good.audit(&good.keys(), good.checkpoints.last());
    assert_eq!((audit.entries, audit.checkpoints, audit.covered), (12, 2, 10));
    assert_eq!(audit.difference, None);
    for (sql, place, entry) in [
        (
            "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE place = 3) WHERE place = 7",
            7,
            true,
        ),
        ("UPDATE entry SET nodes = zeroblob(length(nodes)) WHERE place = 4", 4, true),
        ("UPDATE entry SET nodes = CAST(nodes || zeroblob(32) AS BLOB) WHERE place = 4", 4, true),
        ("DELETE FROM entry WHERE place = 5", 6, true),
        ("DELETE FROM entry WHERE place = 12", 11, false),
        ("DELETE FROM entry WHERE place > 9", 10, false),
        ("UPDATE log SET frontier = (SELECT frontier FROM log WHERE id = 1)", 12, false),
        ("UPDATE checkpoint SET place = 6 WHERE place = 5", 6, false),
        ("UPDATE checkpoint SET bytes = zeroblob(9) WHERE place = 10", 10, false),
        ("DELETE FROM checkpoint WHERE place = 5", 10, false),
    ] {
        let changed = Logged::new();
        changed.sql(sql);
        let audit = changed.audit(&changed.keys(), None);
        let difference = audit.difference.expect(sql);
        assert_eq!((difference.place, difference.entry.is_some()), (place, entry), "{sql}");
        assert!(difference.entry.is_none_or(|(_, number)| number == (place - 1) / 2), "{sql}");
    }
    let stranger = CheckpointKey::new(SoftwareKey::generate_sm2().unwrap().public_key()).unwrap();
    for keys in [&[][..], &[stranger]] {
        assert_eq!(good.audit(keys, None).difference.unwrap().place, 5);
    }
}

#[test]
fn a_log_written_anew_or_put_back_is_found_by_a_checkpoint_held_elsewhere() {
    let logged = Logged::new();
    let held = logged.checkpoints.last();
    // An old copy is whole, and shorter than what is held.
    let mut store = logged.put_back();
    assert_eq!(logged.audit(&logged.keys(), None).difference, None);
    let difference = logged.audit(&logged.keys(), held).difference.unwrap();
    assert!(difference.place == 0 && difference.what.contains("covers 10"), "{difference:?}");
    // Another whole log, consistent in itself and signed with the store's own key.
    twelve_moves(&mut store, &logged.signer, "forged");
    let audit = logged.audit(&logged.keys(), None);
    assert_eq!((audit.entries, audit.covered, audit.difference), (12, 10, None));
    let difference = logged.audit(&logged.keys(), held).difference.unwrap();
    assert!(difference.place == 10 && difference.what.contains("held"), "{difference:?}");
    // A checkpoint that somebody else signed, or of another store, proves nothing.
    let other = Logged::new();
    let difference = other.audit(&other.keys(), held).difference.unwrap();
    assert!(difference.what.contains("not signed"), "{difference:?}");
    let keys = [logged.keys(), other.keys()].concat();
    let difference = other.audit(&keys, held).difference.unwrap();
    assert!(difference.what.contains("another store"), "{difference:?}");
}

#[test]
fn heads_are_right_after_an_entry_was_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let signer = SoftwareKey::generate_sm2().unwrap();
    let keys = [CheckpointKey::new(signer.public_key()).unwrap()];
    let kept = ["make", "send", "accept", "archive"];
    let mut expected = None;
    commit(&mut store, now(), |work| {
        for operation in kept {
            work.append(entry("2026", operation))?;
            let before = work.heads()?;
            // The heads are those of entries that do not stay.
            let refused = work.attempt(|work| -> Result<()> {
                work.append(entry("2026", "refused"))?;
                work.append(entry("2026", "refused-too"))?;
                assert!(work.checkpoint(1, &signer)?.is_some());
                assert_ne!(work.heads()?.root(), before.root());
                Err(Error::new(Code::Rules, "rule", "no"))
            });
            assert_eq!(code(refused), Code::Rules);
            assert_eq!(work.heads()?.root(), before.root());
        }
        expected = work.checkpoint(1, &signer)?;
        Ok(())
    })
    .unwrap();
    let name = store.identity().name();
    store
        .view(&mut |snapshot| {
            let entries = snapshot.entries(&log("2026"), 0, 10)?;
            let operations: Vec<String> = entries
                .iter()
                .map(|kept| Entry::from_der(&kept.bytes).unwrap().operation)
                .collect();
            assert_eq!(operations, kept);
            let audit = audit_logs(snapshot, &name, &keys, expected.as_ref())?;
            assert_eq!((audit.entries, audit.covered, audit.difference), (4, 4, None));
            Ok(())
        })
        .unwrap();
}
