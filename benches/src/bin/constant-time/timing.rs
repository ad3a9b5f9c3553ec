//! Whether the time of an operation tells a fixed secret from random ones: Welch's t over samples,
//! whole and with the slowest cut off at several marks, because what disturbs a measurement makes it
//! slower (Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?", 2017).
//!
//! Two secrets are fixed: an ordinary number, and 1, nearly all of whose digits are zero. Some
//! processors tell such zeros by themselves (`control`); there the operation may tell of 1 no greater
//! share of its time than multiplications alone do. An ordinary number is never to be told.

use crate::control;
use crate::leaks;
use crate::operations::{OPERATIONS, Operation, Work};
use crate::welch::{Lot, t};
use std::hint::black_box;
use std::time::Instant;
use yinxin::crypto::backend::Backend;

/// How many samples are taken of an operation: with a third of each kind, a million and more for
/// each comparison.
pub const SAMPLES: u64 = 1_600_000;
/// Above this two kinds of secret differ.
const LIMIT: f64 = 4.5;
/// How many samples are prepared, and then taken, at a time.
const ROUND: u64 = 500;
/// How many samples place the marks; they are not judged.
const FIRST: u64 = 5_000;
const MARKS: usize = 20;
/// The fixed secrets; each is a kind, and the random ones are the last.
const FIXED: [[u8; 32]; 2] = [ORDINARY, ONE];
const KINDS: usize = FIXED.len() + 1;
/// Without a pattern, in 1..=n-2.
const ORDINARY: [u8; 32] = {
    let mut number = [0; 32];
    let (mut state, mut i) = (1u32, 0);
    while i < 32 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        number[i] = (state >> 24) as u8;
        i += 1;
    }
    number[0] &= 0x7f;
    number
};
const ONE: [u8; 32] = {
    let mut one = [0; 32];
    one[31] = 1;
    one
};

/// What has to be told apart.
const PLANTED: &[Operation] = &[
    Operation {
        name: "early exit of a comparison",
        prepare: |secret| {
            let secret = *secret;
            Box::new(move || {
                black_box(leaks::early_exit(&secret, &ORDINARY));
            })
        },
        quick: true,
    },
    Operation {
        name: "branch on a secret bit",
        prepare: |secret| {
            let secret = *secret;
            Box::new(move || {
                for _ in 0..8 {
                    black_box(leaks::branch(&secret));
                }
            })
        },
        quick: true,
    },
];

/// Times every operation on every backend, or those with these words in "BACKEND OPERATION"; whether
/// all is well.
pub fn run(samples: u64, words: &str) -> Result<bool, String> {
    if samples < 2 * ROUND {
        return Err(format!("at least {} samples", 2 * ROUND));
    }
    let mut random = Random::new()?;
    let (mut seen, mut told) = (0, 0);
    for backend in Backend::available() {
        backend.select().map_err(|error| error.to_string())?;
        let mut alone = None;
        let wanted = |operation: &&Operation| {
            format!("{} {}", backend.name(), operation.name).contains(words)
        };
        for operation in OPERATIONS.iter().filter(wanted) {
            let [ordinary, one] = differences(operation, samples, &mut random);
            let mut verdict = match ordinary.told() {
                true => " TOLD APART".to_owned(),
                false => String::new(),
            };
            if one.told() {
                let [_, alone] = alone
                    .get_or_insert_with(|| differences(control::of(backend), samples, &mut random));
                verdict += &if alone.told() && one.share <= alone.share {
                    format!("; {one} of {alone} that multiplications alone tell")
                } else {
                    format!(" ONE TOLD APART by {one}, by multiplications alone {alone}")
                };
            }
            if Backend::current() != backend {
                return Err("another backend came into force".to_owned());
            }
            println!(
                "timing {:9} {:32} ordinary |t| = {:6.2}, one |t| = {:6.2}{verdict}",
                backend.name(),
                operation.name,
                ordinary.t,
                one.t
            );
            seen += 1;
            told += usize::from(verdict.contains("TOLD APART"));
        }
    }
    let mut missed = 0;
    for operation in PLANTED {
        let [difference, _] = differences(operation, samples, &mut random);
        println!("timing planted   {:32} ordinary |t| = {:6.2}", operation.name, difference.t);
        missed += usize::from(!difference.told());
    }
    let planted = PLANTED.len();
    println!(
        "timing: {} of {seen} operations tell nothing (|t| < {LIMIT}) over {samples} samples; {} of \
         {planted} planted leaks above",
        seen - told,
        planted - missed,
    );
    Ok(told == 0 && missed == 0 && seen > 0)
}

/// How one fixed secret differs from random ones, in the cut that shows it most.
#[derive(Clone, Copy, Default)]
struct Difference {
    /// |t|.
    t: f64,
    /// The difference of the means, as a share of the time.
    share: f64,
}

impl Difference {
    fn told(self) -> bool {
        self.t >= LIMIT
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3} %", self.share * 100.0)
    }
}

/// How the fixed secrets differ from random ones.
fn differences(operation: &Operation, samples: u64, random: &mut Random) -> [Difference; 2] {
    let mut first = Vec::new();
    while (first.len() as u64) < FIRST {
        first.extend(round(operation, random).into_iter().map(|(_, time)| time));
    }
    first.sort_unstable();
    // Halfway to the slowest, then half of the rest, in steps.
    let marks: Vec<u64> = (1..=MARKS)
        .map(|step| 1.0 - 0.5f64.powf(10.0 * step as f64 / MARKS as f64))
        .map(|share| first[(share * (first.len() - 1) as f64) as usize])
        .chain([u64::MAX])
        .collect();
    let mut cuts = vec![<[Lot; KINDS]>::default(); marks.len()];
    let mut taken = 0;
    while taken < samples {
        for (kind, time) in round(operation, random) {
            for (cut, mark) in cuts.iter_mut().zip(&marks) {
                if time <= *mark {
                    cut[kind].add(time as f64);
                }
            }
            taken += 1;
        }
    }
    // A cut that left hardly anything says nothing.
    let enough = samples as f64 / 20.0;
    cuts.retain(|cut| cut.iter().map(Lot::count).sum::<f64>() >= enough);
    std::array::from_fn(|fixed| {
        let of = |cut: &[Lot; KINDS]| Difference {
            t: t(&cut[fixed], &cut[FIXED.len()]).abs(),
            share: (cut[fixed].mean() / cut[FIXED.len()].mean() - 1.0).abs(),
        };
        cuts.iter().map(of).max_by(|a, b| a.t.total_cmp(&b.t)).unwrap_or_default()
    })
}

/// One round of samples: which kind of secret it was, and nanoseconds.
fn round(operation: &Operation, random: &mut Random) -> Vec<(usize, u64)> {
    let mut works: Vec<(usize, Work)> = (0..ROUND)
        .map(|_| {
            // All kinds are made in the same way, and which one it is comes last.
            let mut secret = random.secret();
            let kind = (random.next() % KINDS as u64) as usize;
            for (number, fixed) in FIXED.iter().enumerate() {
                let mask = black_box(u8::from(kind == number).wrapping_neg());
                for (byte, fixed) in secret.iter_mut().zip(fixed) {
                    *byte ^= mask & (*byte ^ fixed);
                }
            }
            (kind, (operation.prepare)(&secret))
        })
        .collect();
    works
        .iter_mut()
        .map(|(kind, work)| {
            let start = Instant::now();
            work();
            (*kind, start.elapsed().as_nanos() as u64)
        })
        .collect()
}

/// Numbers that choose samples, from a seed of the system's (splitmix64).
struct Random(u64);

impl Random {
    fn new() -> Result<Random, String> {
        let mut seed = [0; 8];
        yinxin::crypto::rng::fill(&mut seed).map_err(|error| error.to_string())?;
        Ok(Random(u64::from_le_bytes(seed)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in 1..=n-2, but for a chance that does not come up.
    fn secret(&mut self) -> [u8; 32] {
        let mut secret = [0; 32];
        for bytes in secret.as_chunks_mut::<8>().0 {
            *bytes = self.next().to_le_bytes();
        }
        secret[0] &= 0x7f;
        secret
    }
}
