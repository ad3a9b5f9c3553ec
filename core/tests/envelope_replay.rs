//! What came before and what is missing: the form in memory, and the rules that every form follows.

mod envelope_common;

use envelope_common::replay::{self, Random, Store};
use std::collections::BTreeSet;
use yinxin::envelope::{Admission, Arrival, Channel, MAX_SEQUENCE, MemoryLimits, MemoryReplay};
use yinxin::envelope::{Place, Progress, ReplayState, next_sequence};
use yinxin::error::Code;

struct Memory(MemoryReplay, MemoryLimits);

impl Memory {
    fn new(window: u64, digests: u64) -> Memory {
        let limits = MemoryLimits { window, digests, channels: 5 };
        Memory(MemoryReplay::new(limits), limits)
    }
}

impl Store for Memory {
    fn window(&self) -> u64 {
        self.1.window
    }

    fn digests(&self) -> Option<u64> {
        Some(self.1.digests)
    }

    fn transaction(&mut self, commit: bool, work: &mut dyn FnMut(&mut dyn ReplayState)) {
        let mut transaction = self.0.begin();
        work(&mut transaction);
        if commit {
            transaction.commit();
        }
    }
}

#[test]
fn memory_agrees_with_the_model() {
    for (window, digests, seed) in [(8, 6, 1), (3, 20, 2), (30, 4, 3)] {
        replay::agrees_with_the_model(&mut Memory::new(window, digests), 4000, seed);
    }
    replay::refuses_bad_numbers(&mut Memory::new(8, 6));
}

#[test]
fn nothing_stays_of_what_is_not_committed() {
    let mut replay = MemoryReplay::default();
    let channel = Channel { sender: "a", receiver: "b", conversation: "c" };
    let arrival = |sequence| Arrival { channel, sequence, digest: [sequence as u8; 32] };
    let mut dropped = replay.begin();
    assert_eq!(dropped.admit(&arrival(1)).unwrap(), Admission::New);
    assert_eq!(dropped.admit(&arrival(1)).unwrap(), Admission::Repeated);
    drop(dropped);
    assert_eq!(replay.progress(&channel).highest(), 0);
    let mut kept = replay.begin();
    assert_eq!(kept.admit(&arrival(1)).unwrap(), Admission::New);
    kept.commit();
    assert_eq!(replay.begin().admit(&arrival(1)).unwrap(), Admission::Repeated);
}

#[test]
fn channels_are_counted_and_never_forgotten() {
    let mut replay = MemoryReplay::new(MemoryLimits { channels: 2, ..MemoryLimits::default() });
    let arrival = |conversation, sequence| Arrival {
        channel: Channel { sender: "a", receiver: "b", conversation },
        sequence,
        digest: [0; 32],
    };
    let mut transaction = replay.begin();
    // What is not accepted takes no place.
    let beyond = transaction.admit(&arrival("far", 5000)).unwrap();
    assert_eq!(beyond, Admission::Beyond { last: 1024 });
    transaction.commit();
    let mut transaction = replay.begin();
    for conversation in ["one", "two"] {
        assert_eq!(transaction.admit(&arrival(conversation, 1)).unwrap(), Admission::New);
    }
    let full = transaction.admit(&arrival("three", 1)).unwrap_err();
    assert_eq!(full.code(), Code::Count);
    assert_eq!(transaction.admit(&arrival("two", 2)).unwrap(), Admission::New);
    transaction.commit();
    assert_eq!(replay.begin().admit(&arrival("three", 1)).unwrap_err().code(), Code::Count);
    assert_eq!(replay.begin().admit(&arrival("one", 1)).unwrap(), Admission::Repeated);
}

#[test]
fn numbers_end() {
    assert_eq!(next_sequence(0).unwrap(), 1);
    assert_eq!(next_sequence(MAX_SEQUENCE - 1).unwrap(), MAX_SEQUENCE);
    for last in [MAX_SEQUENCE, u64::MAX] {
        assert_eq!(next_sequence(last).unwrap_err().code(), Code::SequenceEnd);
    }
    let mut progress = Progress::from_parts(MAX_SEQUENCE - 2, vec![]).unwrap();
    let gap = MAX_SEQUENCE - 1..=MAX_SEQUENCE - 1;
    assert_eq!(progress.take(MAX_SEQUENCE, u64::MAX).unwrap(), Place::Ahead(gap));
    assert_eq!(progress.take(MAX_SEQUENCE - 1, 1).unwrap(), Place::Late);
    assert_eq!(progress.place(MAX_SEQUENCE, 1).unwrap(), Place::Taken);
    assert_eq!(progress.place(MAX_SEQUENCE + 1, 1).unwrap_err().code(), Code::Value);
}

#[test]
fn the_ranges_are_those_of_a_set() {
    let mut random = Random(9);
    let (mut progress, mut taken) = (Progress::default(), BTreeSet::new());
    for _ in 0..3000 {
        let sequence = progress.first_missing() + random.below(20);
        let place = progress.take(sequence, 16).unwrap();
        if !matches!(place, Place::Taken | Place::Beyond(_)) {
            assert!(taken.insert(sequence));
        }
        let missing: Vec<u64> = progress.missing().iter().cloned().flatten().collect();
        let due: Vec<u64> = (1..progress.highest()).filter(|n| !taken.contains(n)).collect();
        assert_eq!(missing, due);
        assert!(progress.missing().len() <= 8, "no more ranges than half the window");
        let parts = Progress::from_parts(progress.highest(), progress.missing().to_vec());
        assert_eq!(parts.unwrap(), progress);
        assert_eq!(Progress::from_der(&progress.to_der()).unwrap(), progress);
    }
    assert!(progress.highest() > 500);
}

#[test]
fn what_a_store_kept_is_held_against_the_rules() {
    #[allow(clippy::reversed_empty_ranges)]
    let bad = [
        (5, vec![0..=1]),
        (5, vec![3..=2]),
        (5, vec![2..=5]),
        (9, vec![4..=5, 2..=2]),
        (9, vec![2..=3, 4..=5]),
        (9, vec![2..=3, 3..=5]),
        (MAX_SEQUENCE + 1, vec![]),
        (0, vec![0..=0]),
    ];
    for (highest, missing) in bad {
        let refused = Progress::from_parts(highest, missing.clone());
        assert_eq!(refused.unwrap_err().code(), Code::Value, "{highest} {missing:?}");
    }
    assert!(Progress::from_parts(9, vec![1..=1, 3..=8]).is_ok());
}

#[test]
fn what_a_store_kept_is_read_strictly() {
    let progress = Progress::from_parts(300, vec![2..=2, 4..=200]).unwrap();
    let der = progress.to_der();
    assert_eq!(Progress::from_der(&der).unwrap(), progress);
    for cut in 0..der.len() {
        assert!(Progress::from_der(&der[..cut]).is_err(), "{cut}");
    }
    assert!(Progress::from_der(&[&der[..], &[0]].concat()).is_err());
    for at in 0..der.len() {
        for bit in 0..8 {
            let mut bent = der.clone();
            bent[at] ^= 1 << bit;
            assert_ne!(Progress::from_der(&bent).ok(), Some(progress.clone()), "{at}");
        }
    }
    let of = |sender, receiver| Channel { sender, receiver, conversation: "c" }.to_der();
    assert_ne!(of("ab", "c"), of("a", "bc"));
}

#[test]
fn each_refusal_has_its_code() {
    let refused = |admission: Admission| admission.require_accepted().unwrap_err().code();
    assert_eq!(refused(Admission::Repeated), Code::Replayed);
    assert_eq!(refused(Admission::Forgotten), Code::Replayed);
    assert_eq!(refused(Admission::Conflict), Code::SequenceConflict);
    assert_eq!(refused(Admission::Beyond { last: 3 }), Code::SequenceBeyond);
    for accepted in [Admission::New, Admission::Late, Admission::Ahead { missing: 1..=2 }] {
        assert!(accepted.is_accepted() && accepted.require_accepted().is_ok());
    }
}
