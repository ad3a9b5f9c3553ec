//! Exports and their audit: a changed recorded fact is found and located, and what cannot be known
//! without a checkpoint held outside is not claimed.

mod ledger_common;

use ledger_common::{Ledger, Recorded, export, time, write_history};
use std::io::{ErrorKind, Read};
use yinxin::error::{Code, Error};
use yinxin::key::{Signer, SoftwareKey};
use yinxin::ledger::{
    Anchor, Audit, Audited, CheckpointKey, Entry, Export, Heads, LogKey, SignedCheckpoint, Witness,
    leaf_hash,
};
use yinxin::report::{CheckCode, NoteCode, Outcome, Verdict};

const ORIGIN: &str = "bank.102";

fn ledger() -> Ledger {
    let mut ledger = Ledger::new(ORIGIN);
    for round in 0..4 {
        for step in 0..6 {
            ledger.record("330000", "receipt.make");
            if step % 3 == round % 3 {
                ledger.record("330100", "receipt.send");
            }
        }
        ledger.checkpoint();
    }
    ledger
}

fn with_all(ledger: &Ledger) -> Audit {
    let last = ledger.last.as_ref().unwrap();
    Audit::new().of(ORIGIN).with_key(ledger.public()).with_anchor(Anchor::of(last))
}

fn run(audit: &Audit, export: &[u8]) -> Audited {
    audit.read(&mut &export[..], &mut |_| Ok(())).unwrap()
}

#[track_caller]
fn failed(audited: &Audited) -> Vec<CheckCode> {
    assert_eq!(audited.report.verdict(), Verdict::Invalid, "{}", audited.report.to_text());
    audited.report.failures().iter().map(|check| check.code).collect()
}

fn outcome(audited: &Audited, code: CheckCode) -> Outcome {
    audited.report.find(code).unwrap().outcome
}

fn log(division: &str) -> LogKey {
    LogKey::new(division, "2026").unwrap()
}

/// Replaces the n-th entry of a log.
fn change(history: &mut [Recorded], division: &str, n: u64, to: impl Fn(&mut Entry), hash: bool) {
    for item in history {
        let Recorded::Entry(der, leaf) = item else { continue };
        let mut entry = Entry::from_der(der).unwrap();
        if entry.log == log(division) && entry.sequence == n {
            to(&mut entry);
            *der = entry.to_der().unwrap();
            if hash {
                *leaf = leaf_hash(der);
            }
        }
    }
}

fn dearer(entry: &mut Entry) {
    entry.amounts.insert("PayAmt".into(), 1_000_000);
}

#[test]
fn what_was_recorded_is_valid() {
    let ledger = ledger();
    let exported = ledger.export();
    let mut seen = Vec::new();
    let audited = with_all(&ledger)
        .read(&mut exported.as_slice(), &mut |entry| {
            seen.push((entry.log.clone(), entry.sequence));
            Ok(())
        })
        .unwrap();
    audited.report.require_valid().unwrap();
    assert_eq!((audited.entries, audited.checkpoints, audited.uncovered), (32, 4, 0));
    assert_eq!(audited.heads, ledger.heads());
    assert_eq!(audited.last, ledger.last);
    assert_eq!(audited.difference, None);
    assert_eq!(seen.len(), 32);
    assert_eq!(seen[..3], [(log("330000"), 0), (log("330100"), 0), (log("330000"), 1)]);
}

#[test]
fn what_was_not_brought_along_is_not_claimed() {
    let ledger = ledger();
    let exported = ledger.export();
    let bare = run(&Audit::new(), &exported);
    assert_eq!(bare.report.verdict(), Verdict::NotDetermined);
    for code in [CheckCode::LedgerOrigin, CheckCode::LedgerSignature, CheckCode::LedgerAnchor] {
        assert_eq!(outcome(&bare, code), Outcome::NotDetermined, "{}", code.name());
    }
    assert_eq!(outcome(&bare, CheckCode::LedgerEntries), Outcome::Passed);
    let no_anchor = Audit::new().of(ORIGIN).with_key(ledger.public());
    assert_eq!(run(&no_anchor, &exported).report.verdict(), Verdict::NotDetermined);
    let empty = export(ORIGIN, &[]);
    let nothing = run(&with_all(&ledger), &empty);
    assert_eq!(outcome(&nothing, CheckCode::LedgerEntries), Outcome::NotDetermined);
    assert_eq!(failed(&nothing), [CheckCode::LedgerAnchor]);
}

#[test]
fn a_changed_fact_whose_hash_was_left_is_named() {
    let ledger = ledger();
    for n in 0..24 {
        let mut history = ledger.history.clone();
        change(&mut history, "330000", n, dearer, false);
        let audited = run(&with_all(&ledger), &export(ORIGIN, &history));
        assert_eq!(failed(&audited), [CheckCode::LedgerEntries]);
        let found = audited.difference.unwrap();
        assert_eq!((found.log, found.first, found.before), (Some(log("330000")), n, n + 1));
    }
}

#[test]
fn a_changed_fact_whose_hash_was_changed_too_is_located_between_checkpoints() {
    let ledger = ledger();
    for n in 0..24 {
        let mut history = ledger.history.clone();
        change(&mut history, "330000", n, dearer, true);
        let audited = run(&with_all(&ledger), &export(ORIGIN, &history));
        assert_eq!(failed(&audited), [CheckCode::LedgerEntries]);
        let found = audited.difference.unwrap();
        let start = n / 6 * 6;
        assert_eq!((found.log, found.first, found.before), (Some(log("330000")), start, start + 6));
    }
    // Where the heads were left out, the place in the export is all that is known.
    let mut history = ledger.history.clone();
    change(&mut history, "330000", 7, dearer, true);
    for item in &mut history {
        if let Recorded::Checkpoint(_, heads) = item {
            *heads = Heads::new();
        }
    }
    let found = run(&with_all(&ledger), &export(ORIGIN, &history)).difference.unwrap();
    assert_eq!((found.log, found.first, found.before), (None, 8, 16));
}

#[test]
fn the_first_of_several_differences_counts() {
    let ledger = ledger();
    let mut history = ledger.history.clone();
    change(&mut history, "330000", 3, dearer, false);
    change(&mut history, "330000", 9, dearer, false);
    // An entry that was taken away shows as soon as it is read, the changed ones when they are hashed.
    let gone = history.iter().position(|item| match item {
        Recorded::Entry(der, _) => Entry::from_der(der).unwrap().sequence == 5,
        Recorded::Checkpoint(..) => false,
    });
    history.remove(gone.unwrap());
    let found = run(&with_all(&ledger), &export(ORIGIN, &history)).difference.unwrap();
    assert_eq!((found.log, found.first, found.before), (Some(log("330000")), 3, 4));
}

#[test]
fn entries_taken_away_added_or_exchanged_are_found() {
    let ledger = ledger();
    let exported = |change: &dyn Fn(&mut Vec<Recorded>)| {
        let mut history = ledger.history.clone();
        change(&mut history);
        run(&with_all(&ledger), &export(ORIGIN, &history))
    };
    use CheckCode::{LedgerEntries, LedgerSequence};
    let gone = exported(&|history| drop(history.remove(3)));
    assert_eq!(failed(&gone), [LedgerSequence, LedgerEntries]);
    assert_eq!(gone.difference.unwrap().first, 2);
    let twice = exported(&|history| history.insert(3, history[2].clone()));
    assert_eq!(failed(&twice), [LedgerSequence, LedgerEntries]);
    assert_eq!(twice.difference.unwrap().first, 2);
    // Neighbours of one log.
    let exchanged = exported(&|history| history.swap(2, 3));
    assert_eq!(failed(&exchanged), [LedgerSequence, LedgerEntries]);
    assert_eq!(exchanged.difference.unwrap().first, 1);
    // The last entry of a stretch, so that no number is out of place.
    let short = exported(&|history| drop(history.remove(7)));
    assert_eq!(failed(&short)[0], LedgerSequence);
    let tail = exported(&|history| {
        let last = history.len() - 2;
        drop(history.remove(last));
    });
    assert_eq!(failed(&tail), [LedgerEntries]);
    let found = tail.difference.unwrap();
    assert_eq!((found.log, found.first, found.before), (Some(log("330000")), 18, 24));
    assert!(found.what.contains("23 entries"), "{}", found.what);
    // One more than was covered.
    let more = exported(&|history| {
        let mut entry = Entry::new(log("330000"), 24, time(0), "clerk", "receipt.make");
        entry.before = "Sent".into();
        let der = entry.to_der().unwrap();
        let hash = leaf_hash(&der);
        history.insert(history.len() - 1, Recorded::Entry(der, hash));
    });
    assert_eq!(failed(&more), [LedgerEntries]);
    // A log that was never covered.
    let other = exported(&|history| {
        let der = Entry::new(log("999999"), 0, time(0), "clerk", "receipt.make").to_der().unwrap();
        let hash = leaf_hash(&der);
        history.insert(0, Recorded::Entry(der, hash));
    });
    assert_eq!(failed(&other), [LedgerEntries]);
    assert_eq!(other.difference.unwrap().log, Some(log("999999")));
    // The order among logs alone is nothing that a checkpoint covers.
    let order = exported(&|history| history.swap(0, 1));
    order.report.require_valid().unwrap();
}

#[test]
fn checkpoints_left_out_cut_off_or_forged_are_found() {
    let ledger = ledger();
    let exported = |change: &dyn Fn(&mut Vec<Recorded>)| {
        let mut history = ledger.history.clone();
        change(&mut history);
        run(&with_all(&ledger), &export(ORIGIN, &history))
    };
    use CheckCode::*;
    let second = ledger
        .history
        .iter()
        .enumerate()
        .filter(|(_, item)| matches!(item, Recorded::Checkpoint(..)))
        .nth(1)
        .unwrap()
        .0;
    let without = exported(&|history| drop(history.remove(second)));
    assert_eq!(failed(&without), [LedgerChain]);
    // An old copy of the whole: only the checkpoint held outside shows it.
    let old = exported(&|history| history.truncate(second + 1));
    assert_eq!(failed(&old), [LedgerAnchor]);
    let detail = &old.report.find(LedgerAnchor).unwrap().detail;
    assert_eq!(detail, "it ends with checkpoint 2, before 4");
    // All anew, consistently, under the store's own key: the same.
    let mut rewritten = Ledger::new(ORIGIN);
    rewritten.key = ledger.copy().key;
    for item in &ledger.history {
        match item {
            Recorded::Entry(der, _) => {
                let mut entry = Entry::from_der(der).unwrap();
                if entry.sequence == 7 {
                    dearer(&mut entry);
                }
                rewritten.append(&entry.to_der().unwrap());
            }
            Recorded::Checkpoint(..) => drop(rewritten.checkpoint()),
        }
    }
    let audited = run(&with_all(&ledger), &rewritten.export());
    assert_eq!(failed(&audited), [LedgerAnchor]);
    let alone = Audit::new().of(ORIGIN).with_key(ledger.public());
    let audited = run(&alone, &rewritten.export());
    assert_eq!(audited.report.verdict(), Verdict::NotDetermined);
    // Under another key.
    let mut forged = Ledger::new(ORIGIN);
    forged.record("330000", "receipt.make");
    forged.checkpoint();
    let audited = run(&alone, &forged.export());
    assert_eq!(failed(&audited), [LedgerSignature]);
    // Another store's.
    let elsewhere = Audit::new().of("finance").with_key(ledger.public());
    assert_eq!(failed(&run(&elsewhere, &ledger.export())), [LedgerOrigin]);
    let renamed = run(&with_all(&ledger).of("finance"), &export("finance", &ledger.history));
    assert_eq!(failed(&renamed), [LedgerOrigin]);
}

#[test]
fn an_export_cut_anywhere_is_torn() {
    let exported = ledger().export();
    for end in 0..exported.len() {
        let cut = Audit::new().read(&mut &exported[..end], &mut |_| Ok(()));
        if end < 23 {
            assert_eq!(cut.unwrap_err().code(), Code::Structure, "{end}");
            continue;
        }
        let audited = cut.unwrap();
        assert_eq!(failed(&audited), [CheckCode::LedgerComplete], "{end}");
        // What stands whole before the cut is still verified.
        let entries = outcome(&audited, CheckCode::LedgerEntries);
        assert_ne!(entries, Outcome::Failed, "{end}");
    }
}

#[test]
fn every_changed_byte_is_noticed() {
    let mut ledger = Ledger::new(ORIGIN);
    ledger.record("330000", "receipt.make");
    ledger.record("330100", "receipt.make");
    ledger.checkpoint();
    ledger.record("330000", "receipt.send");
    let exported = ledger.export();
    let audit = with_all(&ledger);
    run(&audit, &exported).report.require_valid().unwrap();
    for place in 0..exported.len() {
        for bit in [0, 3, 7] {
            let mut changed = exported.clone();
            changed[place] ^= 1 << bit;
            if let Ok(audited) = audit.read(&mut changed.as_slice(), &mut |_| Ok(())) {
                assert_ne!(audited.report.verdict(), Verdict::Valid, "{place} {bit}");
            }
        }
    }
    let longer = [exported.as_slice(), b"\n"].concat();
    assert_eq!(failed(&run(&audit, &longer)), [CheckCode::LedgerStructure]);
}

#[test]
fn what_is_no_export_is_an_error() {
    let audit = Audit::new();
    let code = |bytes: &[u8]| audit.read(&mut &bytes[..], &mut |_| Ok(())).unwrap_err().code();
    assert_eq!(code(b""), Code::Structure);
    assert_eq!(code(b"%PDF-1.7 and so on, for long enough"), Code::Structure);
    assert_eq!(code(b"yinxin ledger export 2\n"), Code::Version);
    // Records out of place, of unknown letters or too long.
    let line = b"yinxin ledger export 1\n".as_slice();
    for (record, outcome) in [
        (b"Z\0\0\0\0".as_slice(), CheckCode::LedgerStructure),
        (b"Q\0\0\0\0", CheckCode::LedgerStructure),
        (b"O\xff\xff\xff\xff", CheckCode::LedgerStructure),
        (b"O\0\x02\0\0", CheckCode::LedgerStructure),
        (b"O\0\0\0\x05", CheckCode::LedgerComplete),
    ] {
        assert_eq!(failed(&run(&audit, &[line, record].concat())), [outcome], "{record:?}");
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::new(ErrorKind::BrokenPipe, "gone"))
    }
}

/// Gives one byte at a time, and is interrupted before each.
struct Slow<'a>(&'a [u8], bool);

impl Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(std::io::Error::new(ErrorKind::Interrupted, "again"));
        }
        let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
        self.0 = rest;
        out[0] = *first;
        Ok(1)
    }
}

#[test]
fn readers_break_and_dawdle() {
    let ledger = ledger();
    let error = Audit::new().read(&mut Broken, &mut |_| Ok(())).unwrap_err();
    assert_eq!(error.code(), Code::Read);
    let exported = ledger.export();
    let audited = with_all(&ledger).read(&mut Slow(&exported, false), &mut |_| Ok(())).unwrap();
    audited.report.require_valid().unwrap();
    let stop = |entry: &Entry| match entry.sequence {
        3 => Err(Error::new(Code::Rules, "replay", "no such move")),
        _ => Ok(()),
    };
    let error = with_all(&ledger).read(&mut exported.as_slice(), &mut { stop }).unwrap_err();
    assert_eq!(error.code(), Code::Rules);
}

#[test]
fn an_export_goes_on_from_a_checkpoint() {
    let mut ledger = ledger();
    let first = ledger.last.clone().unwrap();
    let start: Vec<_> =
        ledger.logs.iter().map(|(log, stored)| (log.clone(), stored.frontier.clone())).collect();
    let heads = ledger.heads();
    let done = ledger.history.len();
    for _ in 0..9 {
        ledger.record("330100", "receipt.send");
        ledger.record("330200", "receipt.make");
    }
    ledger.checkpoint();
    let later = |frontiers: &[(LogKey, yinxin::ledger::Frontier)]| {
        let mut out = Vec::new();
        let frontiers = frontiers.iter().cloned().map(Ok);
        let mut export = Export::after(&mut out, &first, frontiers).unwrap();
        write_history(&mut export, &heads, &ledger.history[done..]);
        export.finish().unwrap();
        out
    };
    let known = Audit::new().of(ORIGIN).with_key(ledger.public()).with_anchor(Anchor::of(&first));
    let audited = run(&known, &later(&start));
    audited.report.require_valid().unwrap();
    assert_eq!((audited.entries, audited.checkpoints), (18, 1));
    assert_eq!(audited.heads, ledger.heads());
    // Other logs than those of the checkpoint.
    let mut other = start.clone();
    other[0].1.append([7; 32]).unwrap();
    assert!(failed(&run(&known, &later(&other))).contains(&CheckCode::LedgerChain));
    assert!(failed(&run(&known, &later(&start[..1]))).contains(&CheckCode::LedgerChain));
    let mut turned = start.clone();
    turned.reverse();
    assert!(failed(&run(&known, &later(&turned))).contains(&CheckCode::LedgerStructure));
    // An anchor from before says nothing about this part.
    let before = Anchor { counter: 2, digest: [0; 32] };
    let audited = run(&known.clone().with_anchor(before), &later(&start));
    assert_eq!(outcome(&audited, CheckCode::LedgerAnchor), Outcome::NotDetermined);
}

#[test]
fn entries_after_the_last_checkpoint_and_clocks_are_noted() {
    let mut ledger = ledger();
    ledger.record("330100", "receipt.send");
    let audited = run(&with_all(&ledger), &ledger.export());
    audited.report.require_valid().unwrap();
    assert_eq!(audited.uncovered, 1);
    let noted = |code| audited.report.notes().iter().any(|note| note.code == code);
    assert!(noted(NoteCode::LedgerUncovered) && noted(NoteCode::LedgerClock));
    // Nothing covers it: whoever takes it away is not noticed before the next checkpoint.
    let mut history = ledger.history.clone();
    history.pop();
    run(&with_all(&ledger), &export(ORIGIN, &history)).report.require_valid().unwrap();
}

#[test]
fn witnesses_are_counted() {
    let ledger = ledger();
    let keys: Vec<SoftwareKey> = (0..3).map(|_| SoftwareKey::generate_sm2().unwrap()).collect();
    let public: Vec<CheckpointKey> =
        keys.iter().map(|key| CheckpointKey::new(key.public_key()).unwrap()).collect();
    let last: SignedCheckpoint = ledger.last.clone().unwrap();
    let advance = ledger.advance(&Heads::new(), &last);
    let witness = Witness::new(ORIGIN).unwrap().accept(&advance, &[ledger.public()]).unwrap();
    let exported = |signers: &[&SoftwareKey]| {
        let mut out = Vec::new();
        let mut export = Export::from_the_start(&mut out, ORIGIN).unwrap();
        write_history(&mut export, &Heads::new(), &ledger.history);
        for key in signers {
            export.countersignature(&witness.countersign("w", time(9), *key).unwrap()).unwrap();
        }
        export.finish().unwrap();
        out
    };
    let audit = with_all(&ledger).with_witnesses(public[..2].to_vec(), 2);
    run(&audit, &exported(&[&keys[0], &keys[1]])).report.require_valid().unwrap();
    for too_few in [&[&keys[0]][..], &[&keys[0], &keys[0]], &[&keys[0], &keys[2]], &[]] {
        assert_eq!(failed(&run(&audit, &exported(too_few))), [CheckCode::LedgerWitness]);
    }
    assert!(
        Anchor::of_countersignature(&witness.countersign("w", time(9), &keys[0]).unwrap())
            == Anchor::of(&last)
    );
}
