//! Every arithmetic against numbers of any length, and against the plain one.

use super::super::arithmetic::{Arithmetic, Plain};
use super::super::field::P;
use super::super::limbs::Limbs;
use super::numbers::{big, carry_prone, element, small};
use num_bigint::BigUint;
use proptest::prelude::*;

/// All four operations against the model.
fn check_model(by: impl Arithmetic, a: &Limbs, b: &Limbs) {
    let p = big(&P);
    let (u, v) = (big(a), big(b));
    let shift = (BigUint::from(1u8) << 256u32).modpow(&(&p - 2u8), &p);
    assert_eq!(by.multiply(a, b), small(&(&u * &v * &shift % &p)), "{a:x?} * {b:x?}");
    assert_eq!(by.square(a), small(&(&u * &u * &shift % &p)), "{a:x?} squared");
    assert_eq!(by.add(a, b), small(&((&u + &v) % &p)), "{a:x?} + {b:x?}");
    assert_eq!(by.sub(a, b), small(&((&u + &p - &v) % &p)), "{a:x?} - {b:x?}");
}

/// All four operations against the plain ones, which [`check_model`] checks.
fn check_plain(by: impl Arithmetic, a: &Limbs, b: &Limbs) {
    assert_eq!(by.multiply(a, b), Plain.multiply(a, b), "{a:x?} * {b:x?}");
    assert_eq!(by.square(a), Plain.square(a), "{a:x?} squared");
    assert_eq!(by.add(a, b), Plain.add(a, b), "{a:x?} + {b:x?}");
    assert_eq!(by.sub(a, b), Plain.sub(a, b), "{a:x?} - {b:x?}");
}

/// Numbers below p whose limbs are among those at which carries go wrong, in every combination.
fn patterns() -> Vec<Limbs> {
    let limbs =
        [0, 1, 0xffff_ffff, 0xffff_ffff_0000_0000, 0xffff_fffe_ffff_ffff, u64::MAX - 1, u64::MAX];
    let count = limbs.len().pow(4);
    let all = (0..count).map(|i| [1, 7, 49, 343].map(|place| limbs[i / place % limbs.len()]));
    all.filter(|number| big(number) < big(&P)).collect()
}

#[test]
fn every_pair_of_patterns() {
    let patterns = patterns();
    assert!(patterns.len() > 1000 && patterns.contains(&[u64::MAX - 1, P[1], P[2], P[3]]));
    for a in &patterns {
        for b in &patterns {
            with_each!(check_plain(a, b));
        }
    }
    for (a, b) in patterns.iter().zip(patterns.iter().rev()) {
        with_each!(check_model(a, b));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn arithmetic_is_the_model(a in carry_prone(), b in carry_prone()) {
        with_each!(check_model(&element(&a).0, &element(&b).0));
    }
}
