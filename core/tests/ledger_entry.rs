//! Entries, heads and checkpoints as bytes: what is written is read, and nothing else is.

mod ledger_common;

use ledger_common::sm3;
use proptest::collection::btree_map;
use proptest::prelude::*;
use yinxin::Time;
use yinxin::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use yinxin::crypto::sm2::UserId;
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::ledger::{
    Checkpoint, CheckpointKey, Entry, Frontier, Heads, LogHead, LogKey, MAX_NAMED, MAX_TEXT,
    SignedCheckpoint, VoucherRef, empty_root, leaf_hash, verify_inclusion,
};

fn key(division: &str) -> LogKey {
    LogKey::new(division, "2026").unwrap()
}

fn time() -> Time {
    Time::from_civil(2026, 3, 1, 9, 30, 0).unwrap()
}

fn sample() -> Entry {
    let mut entry = Entry::new(key("330000"), 7, time(), "经办员甲", "voucher.seal");
    entry.voucher =
        Some(VoucherRef {
            vt_code: "5201".into(), voucher_no: "财支2026-0001".into(), version: 2
        });
    entry.before = "Approved".into();
    entry.after = "Sealed".into();
    entry.amounts.insert("PayAmt".into(), 123_456);
    entry.amounts.insert("adjusted".into(), -1);
    entry.digests.insert("canonical".into(), [7; 32]);
    entry.facts.insert("position".into(), "dw_gz".into());
    entry.reason = "按批复办理".into();
    entry.authorization = "sq-2026-17".into();
    entry
}

#[test]
fn an_entry_comes_back_and_nothing_else_is_one() {
    let der = sample().to_der().unwrap();
    assert_eq!(Entry::from_der(&der).unwrap(), sample());
    assert_eq!(sample().leaf_hash().unwrap(), sm3(&[&[0], &der]));
    for end in 0..der.len() {
        assert!(Entry::from_der(&der[..end]).is_err(), "{end}");
    }
    assert!(Entry::from_der(&[der.as_slice(), &[0]].concat()).is_err());
    for place in 0..der.len() {
        for bit in 0..8 {
            let mut changed = der.clone();
            changed[place] ^= 1 << bit;
            if let Ok(entry) = Entry::from_der(&changed) {
                assert_ne!(entry, sample(), "{place} {bit}");
                assert_eq!(entry.to_der().unwrap(), changed, "{place} {bit}");
            }
        }
    }
}

#[test]
fn an_entry_that_would_not_be_read_is_not_written() {
    let refused = |change: &dyn Fn(&mut Entry)| {
        let mut entry = sample();
        change(&mut entry);
        let error = entry.to_der().unwrap_err();
        (error.code(), error.structure().to_owned())
    };
    let found = refused(&|entry| entry.sequence = 1 << 63);
    assert_eq!(found, (Code::Argument, "sequence".into()));
    assert_eq!(refused(&|entry| entry.actor.clear()), (Code::Value, "actor".into()));
    let found = refused(&|entry| entry.operation = "two words".into());
    assert_eq!(found, (Code::Value, "operation".into()));
    assert_eq!(refused(&|entry| entry.actor = "x".repeat(65)), (Code::Value, "actor".into()));
    let found = refused(&|entry| entry.reason = "a\u{202e}b".into());
    assert_eq!(found, (Code::Text, "reason".into()));
    let found = refused(&|entry| entry.before = "x".repeat(MAX_TEXT + 1));
    assert_eq!(found, (Code::Size, "before".into()));
    let found = refused(&|entry| {
        entry.facts = (0..=MAX_NAMED).map(|i| (format!("f{i}"), String::new())).collect();
    });
    assert_eq!(found, (Code::Count, "facts".into()));
    let found = refused(&|entry| {
        entry.facts = (0..MAX_NAMED).map(|i| (format!("f{i}"), "x".repeat(MAX_TEXT))).collect();
    });
    assert_eq!(found, (Code::Size, "Entry".into()));
    let found = refused(&|entry| {
        entry.amounts.insert("a/b".into(), 0);
    });
    assert_eq!(found, (Code::Value, "amounts".into()));
    let found = refused(&|entry| {
        entry.voucher =
            Some(VoucherRef { vt_code: String::new(), voucher_no: "1".into(), version: 0 });
    });
    assert_eq!(found, (Code::Value, "VtCode".into()));
}

#[test]
fn names_of_an_entry_ascend_and_differ() {
    let mut entry = Entry::new(key("1"), 0, time(), "a", "b");
    entry.facts.insert("aa".into(), "1".into());
    entry.facts.insert("bb".into(), "1".into());
    let der = entry.to_der().unwrap();
    let first = der.windows(2).position(|window| window == b"aa").unwrap();
    for other in [b"bb", b"cc"] {
        let mut changed = der.clone();
        changed[first..first + 2].copy_from_slice(other);
        assert_eq!(Entry::from_der(&changed).unwrap_err().code(), Code::Der);
    }
}

#[test]
fn keys_of_logs_are_names() {
    for bad in ["", "a b", "a/b", "\u{200b}", &"1".repeat(65)] {
        assert!(LogKey::new(bad, "2026").is_err(), "{bad:?}");
        assert!(LogKey::new("330000", bad).is_err(), "{bad:?}");
    }
    assert_eq!(key("330000").to_string(), "330000/2026");
}

/// Heads of logs with 0, 1, 2 ... entries.
fn heads(count: usize) -> Heads {
    let mut heads = Heads::new();
    for i in 0..count {
        let mut frontier = Frontier::new();
        frontier.append_many(&vec![leaf_hash(&[i as u8]); i], 1).unwrap();
        let head = LogHead {
            log: key(&format!("33{i:04}")),
            size: frontier.size(),
            root: frontier.root(),
        };
        assert_eq!(LogHead::from_der(&head.to_der()).unwrap(), head);
        heads.set(head).unwrap();
    }
    heads
}

#[test]
fn the_tree_over_the_heads_is_a_tree_of_their_bytes() {
    for count in 0..20 {
        let heads = heads(count);
        let leaves: Vec<Vec<u8>> = heads
            .iter()
            .map(|head| [b"yinxin:ledger:head\x01".as_slice(), &head.to_der()].concat())
            .collect();
        assert_eq!(heads.root(), ledger_common::mth(&leaves), "{count}");
        for (place, head) in heads.iter().enumerate() {
            let (index, proof) = heads.inclusion_proof(&head.log).unwrap();
            assert_eq!(index, place as u64);
            let size = heads.len() as u64;
            verify_inclusion(&head.leaf_hash(), index, size, &proof, &heads.root()).unwrap();
        }
        assert_eq!(heads.inclusion_proof(&key("9")).unwrap_err().code(), Code::Argument);
    }
    assert_eq!(Heads::new().root(), empty_root());
}

#[test]
fn the_order_in_which_heads_come_does_not_matter() {
    let ascending = heads(9);
    let mut descending = Heads::new();
    let all: Vec<LogHead> = ascending.iter().collect();
    for head in all.into_iter().rev() {
        descending.set(head).unwrap();
    }
    assert_eq!(descending, ascending);
    assert_eq!(descending.root(), ascending.root());
    assert_eq!(ascending.entries(), 36);
}

#[test]
fn checkpoints_follow_one_another_and_come_back() {
    let first = Checkpoint::first("浙江省财政厅", time(), &heads(2)).unwrap();
    assert_eq!((first.counter, first.previous), (1, None));
    let second = first.next(time(), &heads(3)).unwrap();
    assert_eq!((second.counter, second.previous), (2, Some(first.digest())));
    assert_eq!((second.logs, second.entries, second.heads), (3, 3, heads(3).root()));
    for checkpoint in [&first, &second] {
        let der = checkpoint.to_der();
        assert_eq!(&Checkpoint::from_der(&der).unwrap(), checkpoint);
        assert_eq!(checkpoint.digest(), sm3(&[b"yinxin:ledger:checkpoint\x01", &der]));
        for end in 0..der.len() {
            assert!(Checkpoint::from_der(&der[..end]).is_err());
        }
        for place in 0..der.len() {
            let mut changed = der.clone();
            changed[place] ^= 1;
            if let Ok(other) = Checkpoint::from_der(&changed) {
                assert_eq!(other.to_der(), changed);
                assert_ne!(other.digest(), checkpoint.digest());
            }
        }
    }
    let mut odd = second.clone();
    odd.previous = None;
    assert_eq!(Checkpoint::from_der(&odd.to_der()).unwrap_err().code(), Code::Structure);
    odd.counter = 1;
    assert!(Checkpoint::from_der(&odd.to_der()).is_ok());
    assert_eq!(Checkpoint::first("", time(), &heads(1)).unwrap_err().code(), Code::Value);
}

#[test]
fn a_signature_is_that_of_a_key_that_is_known() {
    let signer = SoftwareKey::generate_sm2().unwrap();
    let own = CheckpointKey::new(signer.public_key()).unwrap();
    let other = CheckpointKey::new(SoftwareKey::generate_sm2().unwrap().public_key()).unwrap();
    let checkpoint = Checkpoint::first("origin", time(), &heads(2)).unwrap();
    let signed = SignedCheckpoint::sign(checkpoint.clone(), &signer).unwrap();
    assert_eq!((signed.key_id(), signed.checkpoint()), (own.id(), &checkpoint));
    assert_eq!(signed.digest(), checkpoint.digest());
    assert!(signed.verify(std::slice::from_ref(&own)).is_ok());
    assert!(signed.verify(&[other.clone(), own.clone()]).is_ok());
    assert!(signed.verify(std::slice::from_ref(&other)).is_err());
    assert!(signed.verify(&[]).is_err());
    let another_id = UserId::new(b"someone else").unwrap();
    let another_id = CheckpointKey::with_user_id(signer.public_key(), &another_id).unwrap();
    assert!(signed.verify(&[another_id]).is_err());

    let der = signed.to_der();
    assert_eq!(SignedCheckpoint::from_der(&der).unwrap(), signed);
    for place in 0..der.len() {
        let mut changed = der.clone();
        changed[place] ^= 4;
        if let Ok(changed) = SignedCheckpoint::from_der(&changed) {
            assert!(changed.verify(std::slice::from_ref(&own)).is_err(), "{place}");
        }
    }
}

#[test]
fn checkpoints_are_signed_with_sm2_alone() {
    let der = EcdsaPrivateKey::generate_pkcs8(Curve::P256).unwrap();
    let signer = SoftwareKey::from_pkcs8_der(der.as_bytes(), None).unwrap();
    let error = CheckpointKey::new(signer.public_key()).unwrap_err();
    assert_eq!(error.code(), Code::Algorithm);
    let checkpoint = Checkpoint::first("origin", time(), &heads(0)).unwrap();
    let error = SignedCheckpoint::sign(checkpoint, &signer).unwrap_err();
    assert_eq!(error.code(), Code::SignerForm);
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9._\\-中文字]{1,12}"
}

fn entries() -> impl Strategy<Value = Entry> {
    let text = || "[ -~一-龥]{0,40}";
    let head = (name(), name(), 0..=i64::MAX as u64, 0i64..4_000_000_000, 0u32..1_000_000_000);
    let move_ = (name(), name(), prop::option::of((name(), name(), any::<u32>())));
    let texts = (text(), text(), text(), text());
    let values = (
        btree_map(name(), any::<i64>(), 0..5),
        btree_map(name(), any::<[u8; 32]>(), 0..5),
        btree_map(name(), text(), 0..5),
    );
    (head, move_, texts, values).prop_map(|(head, move_, texts, values)| {
        let time = Time::from_unix(head.3).unwrap().with_nanos(head.4).unwrap();
        let log = LogKey::new(&head.0, &head.1).unwrap();
        let mut entry = Entry::new(log, head.2, time, &move_.0, &move_.1);
        entry.voucher = move_.2.map(|(vt_code, voucher_no, version)| VoucherRef {
            vt_code,
            voucher_no,
            version,
        });
        (entry.before, entry.after, entry.reason, entry.authorization) = texts;
        (entry.amounts, entry.digests, entry.facts) = values;
        entry
    })
}

proptest! {
    #[test]
    fn any_entry_comes_back(entry in entries()) {
        let der = entry.to_der().unwrap();
        prop_assert_eq!(Entry::from_der(&der).unwrap(), entry);
    }

    #[test]
    fn what_is_read_is_written_the_same(entry in entries(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut der = entry.to_der().unwrap();
        let at = at.index(der.len());
        der[at] = byte;
        if let Ok(entry) = Entry::from_der(&der) {
            prop_assert_eq!(entry.to_der().unwrap(), der);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (Entry::from_der(&bytes), Checkpoint::from_der(&bytes), LogHead::from_der(&bytes));
        let _ = (SignedCheckpoint::from_der(&bytes), Frontier::from_bytes(&bytes));
    }
}
