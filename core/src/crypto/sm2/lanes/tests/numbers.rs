//! Field elements in lanes against numbers of any length.

use super::super::super::portable::shared::{Limbs, P as WHOLE};
use super::super::super::tests::{N, hex};
use super::super::field::{Fe, P, Sum, split};
use super::super::vector::{Lanes, Mask};
use super::over_all_lanes;
use num_bigint::BigUint;

/// Numbers at which carries go wrong, and random ones.
pub(super) struct Source(u64);

impl Source {
    pub(super) fn new(seed: u64) -> Source {
        Source(seed | 1)
    }

    pub(super) fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.word() % bound
    }

    fn limb(&mut self) -> u64 {
        match self.below(10) {
            0..3 => u64::MAX,
            3..5 => 0,
            5 => 1,
            6 => 1 << self.below(64),
            7 => u64::MAX << self.below(64),
            _ => self.word(),
        }
    }

    /// A number below 2^256: of such limbs, or near p, n, 2^255, 2^256 or 0.
    pub(super) fn limbs(&mut self) -> Limbs {
        match self.below(4) {
            0 => {
                let all = BigUint::from(1u8) << 256;
                let middle = match self.below(4) {
                    0 => whole(&WHOLE),
                    1 => BigUint::from_bytes_be(&hex(N)),
                    2 => &all >> 1,
                    _ => BigUint::ZERO,
                };
                small(&((&all + middle + self.below(41) - 20u8) % all))
            }
            1 => std::array::from_fn(|_| self.word()),
            _ => std::array::from_fn(|_| self.limb()),
        }
    }

    /// A number below p.
    pub(super) fn residue(&mut self) -> BigUint {
        whole(&self.limbs()) % p()
    }
}

pub(super) fn p() -> BigUint {
    whole(&WHOLE)
}

pub(super) fn whole(limbs: &Limbs) -> BigUint {
    limbs.iter().rev().fold(BigUint::ZERO, |sum, limb| (sum << 64) + *limb)
}

fn small(number: &BigUint) -> Limbs {
    let mut digits = number.iter_u64_digits();
    std::array::from_fn(|_| digits.next().unwrap_or(0))
}

fn value(limbs: &[u64; 5]) -> BigUint {
    limbs.iter().rev().fold(BigUint::ZERO, |sum, limb| (sum << 52) + *limb)
}

/// The elements with these limbs, and so many times p more.
pub(super) fn kept<L: Lanes, const M: u32>(numbers: &[BigUint; 8], more: [u64; 8]) -> Fe<L, M> {
    let rows: Vec<[u64; 5]> = numbers
        .iter()
        .zip(more)
        .map(|(number, more)| {
            let number = number + p() * more;
            assert!(number < p() * M);
            std::array::from_fn(|limb| {
                let part: BigUint = (&number >> (52 * limb)) % (1u64 << 52);
                u64::try_from(part).unwrap()
            })
        })
        .collect();
    Fe(std::array::from_fn(|limb| L::new(std::array::from_fn(|lane| rows[lane][limb]))))
}

/// What the limbs add up to, which is within the bound of the type.
pub(super) fn values<L: Lanes, const M: u32>(element: &Fe<L, M>) -> [BigUint; 8] {
    let columns = element.0.map(L::values);
    std::array::from_fn(|lane| {
        let limbs = columns.map(|column| column[lane]);
        assert!(limbs.iter().all(|limb| *limb < 1 << 52), "limbs of 52 bits");
        let value = value(&limbs);
        assert!(value < p() * M, "the bound of the type");
        value
    })
}

pub(super) fn power(exponent: u32) -> BigUint {
    (BigUint::from(1u8) << exponent) % p()
}

/// 2^-260.
pub(super) fn unit() -> BigUint {
    power(260).modpow(&(p() - 2u8), &p())
}

fn each(f: impl Fn(usize) -> BigUint) -> [BigUint; 8] {
    std::array::from_fn(|lane| f(lane) % p())
}

fn modulo(values: [BigUint; 8]) -> [BigUint; 8] {
    values.map(|value| value % p())
}

#[test]
fn p_in_limbs_of_52_bits() {
    assert_eq!(value(&P), p());
    assert_eq!(value(&split(&[u64::MAX; 4])), (BigUint::from(1u8) << 256) - 1u8);
}

#[test]
fn products() {
    over_all_lanes!(check_products);
}

fn check_products<L: Lanes>() {
    let mut source = Source::new(1);
    for _ in 0..400 {
        let a: [BigUint; 8] = std::array::from_fn(|_| source.residue());
        let b: [BigUint; 8] = std::array::from_fn(|_| source.residue());
        // At the bounds: 3p more than what is reduced, each below 4p.
        let mut more =
            || std::array::from_fn(|_| [0, 3, source.below(4)][source.below(3) as usize]);
        let (x, y) = (kept::<L, 4>(&a, more()), kept::<L, 4>(&b, more()));
        let unit = unit();
        let product = each(|i| &a[i] * &b[i] * &unit);
        let square = each(|i| &a[i] * &a[i] * &unit);
        assert_eq!(modulo(values(&x.mul::<4, 2>(&y))), product);
        assert_eq!(modulo(values(&x.square::<2>())), square);
        let taken: Sum<L, 2, 2> =
            x.product::<4, 16>(&y).sub::<0, 32, 32, 16>(&x.squared::<16>().double()).reduce();
        let expected = each(|i| &product[i] + (p() - &square[i]) * 2u8);
        assert_eq!(modulo(values(&taken.carry::<4>())), expected);
        assert_eq!(modulo(values(&taken.fold())), expected);
    }
}

#[test]
fn sums() {
    over_all_lanes!(check_sums);
}

fn check_sums<L: Lanes>() {
    let mut source = Source::new(2);
    for _ in 0..400 {
        let a: [BigUint; 8] = std::array::from_fn(|_| source.residue());
        let b: [BigUint; 8] = std::array::from_fn(|_| source.residue());
        let mut more =
            || std::array::from_fn(|_| [0, 7, source.below(8)][source.below(3) as usize]);
        let (x, y) = (kept::<L, 8>(&a, more()).sum(), kept::<L, 8>(&b, more()).sum());
        let sum = x.add::<0, 8, 0, 16>(&y);
        let difference = x.sub::<0, 8, 8, 8>(&y);
        let (plus, minus) = (each(|i| &a[i] + &b[i]), each(|i| &a[i] + p() - &b[i]));
        assert_eq!(modulo(values(&sum.carry::<16>())), plus);
        assert_eq!(modulo(values(&difference.carry::<16>())), minus);
        for (folded, expected) in [(sum.fold(), plus), (difference.fold(), minus)] {
            let folded = values(&folded);
            assert!(folded.iter().all(|value| *value != BigUint::ZERO));
            assert!(folded.iter().all(|value| *value < p() + (BigUint::from(1u8) << 234)));
            assert_eq!(modulo(folded), expected);
        }
        let zeros = (0..8).filter(|lane| a[*lane] == b[*lane]).map(|lane| 1 << lane).sum();
        assert_eq!(difference.is_zero(), Mask(zeros));
        let itself = x.sub::<0, 8, 8, 8>(&kept::<L, 8>(&a, more()).sum());
        assert_eq!(itself.is_zero(), Mask(0xff));
    }
}

#[test]
fn forms() {
    over_all_lanes!(check_forms);
}

fn check_forms<L: Lanes>() {
    let mut source = Source::new(3);
    for _ in 0..400 {
        let rows: [Limbs; 8] = std::array::from_fn(|_| source.limbs());
        let columns: [L; 4] =
            std::array::from_fn(|limb| L::new(std::array::from_fn(|lane| rows[lane][limb])));
        let back = |columns: [L; 4]| -> [BigUint; 8] {
            let columns = columns.map(L::values);
            std::array::from_fn(|lane| whole(&columns.map(|column| column[lane])))
        };
        let element = Fe::from_portable(&columns);
        let given = each(|i| whole(&rows[i]));
        assert_eq!(modulo(values(&element)), each(|i| &given[i] * power(4)));
        assert_eq!(back(element.portable()), given);
        let inverse = unit();
        assert_eq!(back(element.numbers()), each(|i| &given[i] * power(4) * &inverse));
        let doubled = kept::<L, 2>(&given, std::array::from_fn(|_| source.below(2)));
        assert_eq!(values(&doubled.canonical()), given);
        assert_eq!(modulo(values(&Fe::<L, 1>::one())), each(|_| power(260)));
    }
}
