//! A witness notices a store that was set back, went on twice or changed its past, each by its own code.

mod ledger_common;

use ledger_common::{Ledger, Recorded, time};
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::ledger::{
    Advance, CheckpointKey, Countersignature, Entry, Heads, SignedCheckpoint, Witness,
};

const ORIGIN: &str = "finance.330000";

/// A ledger with two logs and three checkpoints.
fn ledger() -> Ledger {
    let mut ledger = Ledger::new(ORIGIN);
    for round in 0..3 {
        for step in 0..5 + round {
            ledger.record("330000", "voucher.make");
            if step % 2 == 0 {
                ledger.record("330100", "voucher.send");
            }
        }
        ledger.checkpoint();
    }
    ledger
}

fn checkpoints(ledger: &Ledger) -> Vec<SignedCheckpoint> {
    let of = |item: &Recorded| match item {
        Recorded::Checkpoint(signed, _) => Some(signed.clone()),
        Recorded::Entry(..) => None,
    };
    ledger.history.iter().filter_map(of).collect()
}

/// The witness after these checkpoints of the ledger.
fn witness_of(ledger: &Ledger, seen: &[SignedCheckpoint]) -> Witness {
    seen.iter().fold(Witness::new(ORIGIN).unwrap(), |witness, next| {
        let advance = ledger.advance(witness.heads(), next);
        witness.accept(&advance, &[ledger.public()]).unwrap()
    })
}

#[track_caller]
fn refusal(witness: &Witness, advance: &Advance, ledger: &Ledger) -> Code {
    witness.accept(advance, &[ledger.public()]).unwrap_err().code()
}

#[test]
fn a_log_that_only_grows_is_accepted() {
    let ledger = ledger();
    let seen = checkpoints(&ledger);
    let witness = witness_of(&ledger, &seen);
    assert_eq!(witness.last(), Some(&seen[2]));
    assert_eq!(witness.heads(), &ledger.heads());
    // Not every checkpoint has to be seen.
    assert_eq!(witness_of(&ledger, &[seen[0].clone(), seen[2].clone()]), witness);
    // The same again changes nothing.
    let advance = ledger.advance(witness.heads(), &seen[2]);
    assert_eq!(witness.accept(&advance, &[ledger.public()]).unwrap(), witness);
}

#[test]
fn an_old_copy_is_noticed() {
    let ledger = ledger();
    let seen = checkpoints(&ledger);
    let witness = witness_of(&ledger, &seen);
    for old in &seen[..2] {
        let advance = ledger.advance(&Heads::new(), old);
        assert_eq!(refusal(&witness, &advance, &ledger), Code::RolledBack);
    }
}

/// A store restored to what it was at its first checkpoint, and gone on from there.
fn restored(full: &Ledger, operation: &str) -> Ledger {
    let mut restored = full.copy();
    let first = restored.history.iter().position(|item| matches!(item, Recorded::Checkpoint(..)));
    let history = restored.history[..=first.unwrap()].to_vec();
    restored.last = checkpoints(full).first().cloned();
    restored.logs.clear();
    restored.history.clear();
    for item in &history {
        match item {
            Recorded::Entry(der, _) => restored.append(der),
            checkpoint => restored.history.push(checkpoint.clone()),
        }
    }
    for _ in 0..20 {
        restored.record("330000", operation);
        restored.record("330100", operation);
    }
    restored
}

#[test]
fn an_old_copy_that_goes_on_is_noticed_wherever_it_is_seen_again() {
    let ledger = ledger();
    let seen = checkpoints(&ledger);
    let witness = witness_of(&ledger, &seen);
    let mut restored = restored(&ledger, "voucher.discard");
    let codes: Vec<Code> = (2..=6)
        .map(|_| {
            let next = restored.checkpoint();
            let advance = match next.checkpoint().counter {
                // The store says what it can: it has no proof from what the witness saw.
                ..=3 => restored.advance(&Heads::new(), &next),
                _ => restored.advance(witness.heads(), &next),
            };
            refusal(&witness, &advance, &ledger)
        })
        .collect();
    use Code::*;
    assert_eq!(codes, [RolledBack, Forked, Forked, Rewritten, Rewritten]);
}

#[test]
fn a_log_rewritten_as_a_whole_is_noticed() {
    let ledger = ledger();
    let seen = checkpoints(&ledger);
    let witness = witness_of(&ledger, &seen);
    // Every entry anew with one amount changed, all hashes and signatures right.
    let mut rewritten = Ledger::new(ORIGIN);
    rewritten.key = ledger.copy().key;
    rewritten.last = ledger.last.clone();
    for item in &ledger.history {
        let Recorded::Entry(der, _) = item else { continue };
        let mut entry = Entry::from_der(der).unwrap();
        if entry.sequence == 4 && entry.log.adm_div_code() == "330000" {
            entry.amounts.insert("PayAmt".into(), 9_999_999);
        }
        rewritten.append(&entry.to_der().unwrap());
    }
    rewritten.record("330000", "voucher.send");
    let next = rewritten.checkpoint();
    assert!(next.verify(&[ledger.public()]).is_ok());
    let advance = rewritten.advance(witness.heads(), &next);
    assert_eq!(refusal(&witness, &advance, &ledger), Code::Rewritten);
    // Who saw nothing before has nothing to hold it against.
    let advance = rewritten.advance(&Heads::new(), &next);
    assert!(Witness::new(ORIGIN).unwrap().accept(&advance, &[ledger.public()]).is_ok());
}

#[test]
fn a_log_that_is_gone_or_shorter_is_noticed() {
    let full = ledger();
    let witness = witness_of(&full, &checkpoints(&full));
    let rebuilt = |keep: &dyn Fn(&Entry) -> bool| {
        let mut ledger = Ledger::new(ORIGIN);
        ledger.key = full.copy().key;
        ledger.last = full.last.clone();
        for item in &full.history {
            let Recorded::Entry(der, _) = item else { continue };
            if keep(&Entry::from_der(der).unwrap()) {
                ledger.append(der);
            }
        }
        ledger
    };
    let mut gone = rebuilt(&|entry| entry.log.adm_div_code() == "330000");
    gone.record("330000", "voucher.send");
    let next = gone.checkpoint();
    let advance = gone.advance(witness.heads(), &next);
    assert_eq!(refusal(&witness, &advance, &full), Code::Rewritten);

    let mut shorter = rebuilt(&|entry| entry.sequence < 3);
    let next = shorter.checkpoint();
    let advance = shorter.advance(&Heads::new(), &next);
    let error = witness.accept(&advance, &[full.public()]).unwrap_err();
    assert_eq!(error.code(), Code::Rewritten);
    assert!(error.message().contains("330000/2026"), "{error}");
}

#[test]
fn proofs_and_heads_that_do_not_belong_are_refused() {
    let mut ledger = ledger();
    let seen = checkpoints(&ledger);
    let witness = witness_of(&ledger, &seen[..1]);
    let good = ledger.advance(witness.heads(), &seen[1]).to_der();
    let advance = Advance::from_der(&good).unwrap();
    assert_eq!(advance.to_der(), good);
    assert!(witness.accept(&advance, &[ledger.public()]).is_ok());
    let mut read = 0;
    for place in 0..good.len() {
        let mut changed = good.clone();
        changed[place] ^= 1;
        let Ok(advance) = Advance::from_der(&changed) else { continue };
        read += 1;
        let error = witness.accept(&advance, &[ledger.public()]);
        // What follows the r and s of the signature in its own bytes is all that may go unnoticed.
        assert!(error.is_err(), "{place}");
    }
    assert!(read > 300, "only {read} changes were read");
    for end in 0..good.len() {
        assert!(Advance::from_der(&good[..end]).is_err(), "{end}");
    }

    // A log that grew, left out.
    let heads = ledger.heads();
    ledger.record("330200", "voucher.make");
    let next = ledger.checkpoint();
    let without = Advance::make(next.clone(), &heads, &heads, |_, _, _| Ok(Vec::new()));
    assert_eq!(without.unwrap_err().code(), Code::Argument);
    let witness = witness_of(&ledger, &seen);
    let advance = ledger.advance(&ledger.heads(), &next);
    assert_eq!(refusal(&witness, &advance, &ledger), Code::Rewritten);
}

#[test]
fn other_stores_and_other_keys_are_refused() {
    let ledger = ledger();
    let first = &checkpoints(&ledger)[0];
    let advance = ledger.advance(&Heads::new(), first);
    let elsewhere = Witness::new("bank.102").unwrap();
    assert_eq!(refusal(&elsewhere, &advance, &ledger), Code::OtherOrigin);
    let witness = Witness::new(ORIGIN).unwrap();
    let other = CheckpointKey::new(SoftwareKey::generate_sm2().unwrap().public_key()).unwrap();
    let error = witness.accept(&advance, &[other]).unwrap_err();
    assert_eq!(error.code(), Code::CheckpointSignature);
    assert_eq!(Witness::new("a b").unwrap_err().code(), Code::Value);
}

#[test]
fn a_witness_remembers_on_disk() {
    let ledger = ledger();
    let seen = checkpoints(&ledger);
    for upto in 0..=3 {
        let witness = witness_of(&ledger, &seen[..upto]);
        let kept = witness.to_der();
        assert_eq!(Witness::from_der(&kept).unwrap(), witness);
        for end in 0..kept.len() {
            assert!(Witness::from_der(&kept[..end]).is_err());
        }
    }
    // Heads that are not the checkpoint's.
    let witness = witness_of(&ledger, &seen);
    let mut kept = witness.to_der();
    let last = kept.len() - 1;
    kept[last] ^= 1;
    assert_eq!(Witness::from_der(&kept).unwrap_err().code(), Code::Structure);
}

#[test]
fn a_countersignature_is_of_one_checkpoint_and_one_witness() {
    let ledger = ledger();
    let seen = checkpoints(&ledger);
    let key = SoftwareKey::generate_sm2().unwrap();
    let own = [CheckpointKey::new(key.public_key()).unwrap()];
    let empty = Witness::new(ORIGIN).unwrap();
    let error = empty.countersign("pbc.3300", time(0), &key).unwrap_err();
    assert_eq!(error.code(), Code::Argument);
    let given = witness_of(&ledger, &seen).countersign("pbc.3300", time(5), &key).unwrap();
    assert_eq!((given.witness(), given.time(), given.counter()), ("pbc.3300", time(5), 3));
    assert!(given.verify(&seen[2], &own).is_ok());
    assert!(given.verify(&seen[1], &own).is_err());
    assert!(given.verify(&seen[2], &[ledger.public()]).is_err());
    let der = given.to_der();
    assert_eq!(Countersignature::from_der(&der).unwrap(), given);
    for place in 0..der.len() {
        let mut changed = der.clone();
        changed[place] ^= 2;
        if let Ok(changed) = Countersignature::from_der(&changed) {
            assert!(changed.verify(&seen[2], &own).is_err(), "{place}");
        }
    }
    for end in 0..der.len() {
        assert!(Countersignature::from_der(&der[..end]).is_err());
    }
}
