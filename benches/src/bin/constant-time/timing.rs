//! Whether the time of an operation tells a fixed secret from random ones: Welch's t over samples,
//! whole and with the slowest cut off at several marks, because what disturbs a measurement makes it
//! slower (Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?", 2017).

use crate::leaks;
use crate::operations::{OPERATIONS, Operation, Work};
use std::hint::black_box;
use std::time::Instant;
use yinxin::crypto::backend::Backend;

/// How many samples are taken of an operation.
pub const SAMPLES: u64 = 1_000_000;
/// Above this the two kinds of secret differ.
const LIMIT: f64 = 4.5;
/// How many samples are prepared, and then taken, at a time.
const ROUND: u64 = 500;
/// How many samples place the marks; they are not judged.
const FIRST: u64 = 5_000;
const MARKS: usize = 20;
/// The fixed secret: as a number 1, nearly all of its digits zero.
const FIXED: [u8; 32] = {
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
                black_box(leaks::early_exit(&secret, &FIXED));
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

/// Times the operations with this word in their names on every backend; whether all is well.
pub fn run(samples: u64, word: &str) -> Result<bool, String> {
    if samples < 2 * ROUND {
        return Err(format!("at least {} samples", 2 * ROUND));
    }
    let mut random = Random::new()?;
    let (mut seen, mut told) = (0, 0);
    for backend in Backend::available() {
        backend.select().map_err(|error| error.to_string())?;
        for operation in OPERATIONS.iter().filter(|operation| operation.name.contains(word)) {
            let t = worst(operation, samples, &mut random);
            if Backend::current() != backend {
                return Err("another backend came into force".to_owned());
            }
            let verdict = if t < LIMIT { "" } else { " TOLD APART" };
            println!("timing {:9} {:32} |t| = {t:6.2}{verdict}", backend.name(), operation.name);
            seen += 1;
            told += usize::from(t >= LIMIT);
        }
    }
    let mut missed = 0;
    for operation in PLANTED {
        let t = worst(operation, samples, &mut random);
        println!("timing planted   {:32} |t| = {t:6.2}", operation.name);
        missed += usize::from(t < LIMIT);
    }
    let planted = PLANTED.len();
    println!(
        "timing: {} of {seen} operations below |t| = {LIMIT} over {samples} samples; {} of {planted} \
         planted leaks above",
        seen - told,
        planted - missed,
    );
    Ok(told == 0 && missed == 0 && seen > 0)
}

/// The greatest |t| of all cuts.
fn worst(operation: &Operation, samples: u64, random: &mut Random) -> f64 {
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
    let mut tests = vec![Welch::default(); marks.len()];
    let mut taken = 0;
    while taken < samples {
        for (fixed, time) in round(operation, random) {
            for (test, mark) in tests.iter_mut().zip(&marks) {
                if time <= *mark {
                    test.add(fixed, time as f64);
                }
            }
            taken += 1;
        }
    }
    // A cut that left hardly anything says nothing.
    let enough = samples as f64 / 20.0;
    tests
        .iter()
        .filter(|test| test.count() >= enough)
        .map(|test| test.t().abs())
        .fold(0.0, f64::max)
}

/// One round of samples: whether the secret was the fixed one, and nanoseconds.
fn round(operation: &Operation, random: &mut Random) -> Vec<(bool, u64)> {
    let mut works: Vec<(bool, Work)> = (0..ROUND)
        .map(|_| {
            // Both kinds are made in the same way, and which one it is comes last.
            let mut secret = random.secret();
            let fixed = random.next() >> 63 == 1;
            let mask = black_box(u8::from(fixed).wrapping_neg());
            for (byte, fixed) in secret.iter_mut().zip(FIXED) {
                *byte ^= mask & (*byte ^ fixed);
            }
            (fixed, (operation.prepare)(&secret))
        })
        .collect();
    works
        .iter_mut()
        .map(|(fixed, work)| {
            let start = Instant::now();
            work();
            (*fixed, start.elapsed().as_nanos() as u64)
        })
        .collect()
}

/// Welch's t-test of two classes, mean and spread kept as samples come in (Welford).
#[derive(Clone, Default)]
struct Welch([Class; 2]);

#[derive(Clone, Default)]
struct Class {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Welch {
    fn add(&mut self, fixed: bool, time: f64) {
        let class = &mut self.0[usize::from(fixed)];
        class.count += 1.0;
        let away = time - class.mean;
        class.mean += away / class.count;
        class.squares += away * (time - class.mean);
    }

    fn count(&self) -> f64 {
        self.0[0].count + self.0[1].count
    }

    fn t(&self) -> f64 {
        let [a, b] = &self.0;
        let error =
            |class: &Class| class.squares / (class.count - 1.0).max(1.0) / class.count.max(1.0);
        let error = error(a) + error(b);
        if error == 0.0 {
            return if a.mean == b.mean { 0.0 } else { f64::INFINITY };
        }
        (a.mean - b.mean) / error.sqrt()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The t of two lists, worked out apart from the running sums.
    fn by_definition(a: &[f64], b: &[f64]) -> f64 {
        let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
        let part = |list: &[f64]| {
            let mean = mean(list);
            let squares: f64 = list.iter().map(|x| (x - mean) * (x - mean)).sum();
            squares / (list.len() - 1) as f64 / list.len() as f64
        };
        (mean(a) - mean(b)) / (part(a) + part(b)).sqrt()
    }

    #[test]
    fn t_is_its_definition() {
        let mut random = Random(7);
        let list = |random: &mut Random, length, low| -> Vec<f64> {
            (0..length).map(|_| (low + random.next() % 100) as f64).collect()
        };
        let (a, b) = (list(&mut random, 300, 1000), list(&mut random, 500, 1010));
        let mut test = Welch::default();
        a.iter().for_each(|time| test.add(false, *time));
        b.iter().for_each(|time| test.add(true, *time));
        assert!((test.t() - by_definition(&a, &b)).abs() < 1e-9);
        assert!(test.t().abs() > LIMIT && test.count() == 800.0);
    }
}
