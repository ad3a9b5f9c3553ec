//! What every `ReplayState` has to do, held against a model that keeps everything.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use yinxin::envelope::{Admission, Arrival, Channel, MAX_SEQUENCE, ReplayState};
use yinxin::error::Code;

/// A store whose transactions are replay states.
pub trait Store {
    /// The window it was made with.
    fn window(&self) -> u64;
    /// Of how many numbers below the highest it keeps digests; none keeps all.
    fn digests(&self) -> Option<u64>;
    /// Does the work in a transaction, and commits it or drops it.
    fn transaction(&mut self, commit: bool, work: &mut dyn FnMut(&mut dyn ReplayState));
}

/// Runs the store through `steps` random arrivals, in transactions of which every third is dropped.
pub fn agrees_with_the_model(store: &mut dyn Store, steps: usize, seed: u64) {
    let mut random = Random(seed);
    let channels = [("a", "b", "c"), ("b", "a", "c"), ("a", "b", "d"), ("a", "bb", "c")];
    let channels =
        channels.map(|(sender, receiver, conversation)| Channel { sender, receiver, conversation });
    let mut models = [(); 4].map(|()| Model::new(store.window(), store.digests()));
    let (mut met, mut done) = (BTreeSet::new(), 0);
    while done < steps {
        let commit = random.below(3) > 0;
        let mut tried = models.clone();
        let arrivals = 1 + random.below(4);
        store.transaction(commit, &mut |state| {
            for _ in 0..arrivals {
                let at = random.below(4) as usize;
                let model = &mut tried[at];
                let sequence = model.interesting(&mut random);
                let digest = [random.below(8).min(1) as u8; 32];
                let arrival = Arrival { channel: channels[at], sequence, digest };
                let found = state.admit(&arrival).expect("admit");
                assert_eq!(found, model.admit(sequence, digest), "{arrival:?}");
                assert_eq!(state.missing(&channels[at]).unwrap(), model.missing());
                met.insert(found.name());
            }
        });
        if commit {
            models = tried;
        }
        done += arrivals as usize;
        store.transaction(false, &mut |state| {
            for (channel, model) in channels.iter().zip(&models) {
                assert_eq!(state.missing(channel).unwrap(), model.missing());
            }
        });
    }
    for name in ["New", "Ahead", "Late", "Repeated", "Conflict", "Beyond"] {
        assert!(met.contains(name), "no step gave {name}");
    }
    assert_eq!(met.contains("Forgotten"), store.digests().is_some());
}

/// Numbers out of their range are errors and leave nothing.
pub fn refuses_bad_numbers(store: &mut dyn Store) {
    let channel = Channel { sender: "x", receiver: "y", conversation: "bad numbers" };
    for sequence in [0, MAX_SEQUENCE + 1, u64::MAX] {
        store.transaction(true, &mut |state| {
            let refused = state.admit(&Arrival { channel, sequence, digest: [0; 32] });
            assert_eq!(refused.unwrap_err().code(), Code::Value);
        });
    }
    store.transaction(true, &mut |state| {
        let first = Arrival { channel, sequence: 1, digest: [0; 32] };
        assert_eq!(state.admit(&first).unwrap(), Admission::New);
    });
}

#[derive(Clone)]
struct Model {
    window: u64,
    digests: Option<u64>,
    taken: BTreeMap<u64, [u8; 32]>,
}

impl Model {
    fn new(window: u64, digests: Option<u64>) -> Model {
        Model { window, digests, taken: BTreeMap::new() }
    }

    fn highest(&self) -> u64 {
        self.taken.keys().last().copied().unwrap_or(0)
    }

    fn first_missing(&self) -> u64 {
        (1..).find(|number| !self.taken.contains_key(number)).unwrap()
    }

    /// A number near one of the borders where answers change.
    fn interesting(&self, random: &mut Random) -> u64 {
        let base = match random.below(6) {
            0 => self.first_missing(),
            1 => self.first_missing() + self.window - 1,
            2 => self.highest().saturating_sub(self.digests.unwrap_or(5)),
            3 => 1 + random.below(self.highest() + 1),
            _ => self.highest(),
        };
        (base + random.below(4)).saturating_sub(1).max(1)
    }

    fn admit(&mut self, sequence: u64, digest: [u8; 32]) -> Admission {
        let (highest, first) = (self.highest(), self.first_missing());
        let last = first + self.window - 1;
        match self.taken.get(&sequence) {
            Some(_) if self.is_forgotten(sequence) => return Admission::Forgotten,
            Some(known) if *known == digest => return Admission::Repeated,
            Some(_) => return Admission::Conflict,
            None if sequence > last => return Admission::Beyond { last },
            None => {}
        }
        self.taken.insert(sequence, digest);
        if sequence < highest {
            Admission::Late
        } else if sequence == highest + 1 {
            Admission::New
        } else {
            Admission::Ahead { missing: highest + 1..=sequence - 1 }
        }
    }

    fn is_forgotten(&self, sequence: u64) -> bool {
        self.digests.is_some_and(|digests| sequence + digests <= self.highest())
    }

    fn missing(&self) -> Vec<RangeInclusive<u64>> {
        let mut ranges: Vec<RangeInclusive<u64>> = Vec::new();
        for number in (1..self.highest()).filter(|number| !self.taken.contains_key(number)) {
            match ranges.last_mut() {
                Some(range) if *range.end() + 1 == number => *range = *range.start()..=number,
                _ => ranges.push(number..=number),
            }
        }
        ranges
    }
}

/// xorshift64*: the same numbers from the same seed.
#[derive(Clone, Default)]
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % limit
    }
}
