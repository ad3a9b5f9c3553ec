//! The field and the scalars against numbers of any length.

use super::super::arithmetic::{Arithmetic, Plain};
use super::super::field::{Fe, P, invert_all};
use super::super::limbs::{self, Limbs};
use super::super::scalar::{N, Scalar};
use num_bigint::BigUint;
use proptest::prelude::*;

pub(super) fn hex(text: &str) -> [u8; 32] {
    crate::crypto::sm2::tests::hex(text).try_into().unwrap()
}

/// Numbers at which carries go wrong: limbs of all ones, all zeros and single bits, and numbers next
/// to 0, p, n, their halves and doubles, 2^256 and 2^255.
pub(super) fn carry_prone() -> impl Strategy<Value = Limbs> {
    let limb = prop_oneof![
        3 => Just(u64::MAX),
        3 => Just(0),
        1 => Just(1),
        1 => Just(u64::MAX - 1),
        1 => Just(0xffff_ffff),
        1 => Just(0xffff_ffff_0000_0000),
        1 => Just(0xffff_fffe_ffff_ffff),
        1 => (0u32..64).prop_map(|bit| 1 << bit),
        1 => (0u32..64).prop_map(|bit| u64::MAX << bit),
        2 => any::<u64>(),
    ];
    let near = (0usize..8, 0u8..41).prop_map(|(which, off)| {
        let one = BigUint::from(1u8);
        let middle = [
            big(&P),
            big(&N),
            big(&P) >> 1,
            big(&N) >> 1,
            (&one << 256) - big(&P),
            (&one << 256) - big(&N),
            &one << 255,
            &one << 256,
        ];
        let all = &one << 256;
        let moved = &all + &middle[which] + BigUint::from(off) - BigUint::from(20u8);
        small(&(moved % all))
    });
    prop_oneof![
        3 => proptest::array::uniform4(limb),
        2 => near,
        2 => any::<[u64; 4]>(),
    ]
}

pub(super) fn big(limbs: &Limbs) -> BigUint {
    BigUint::from_bytes_be(&limbs::to_bytes(limbs))
}

/// The lowest 256 bits.
pub(super) fn small(number: &BigUint) -> Limbs {
    let mut digits = number.iter_u64_digits();
    std::array::from_fn(|_| digits.next().unwrap_or(0))
}

fn modulo(limbs: &Limbs, modulus: &Limbs) -> Limbs {
    small(&(big(limbs) % big(modulus)))
}

/// The element whose Montgomery form has these limbs: so that carries meet them.
pub(super) fn element(limbs: &Limbs) -> Fe {
    Fe(modulo(limbs, &P), Plain)
}

/// The number that an element stands for, worked out by the model.
fn meaning<A: Arithmetic>(element: &Fe<A>) -> BigUint {
    let p = big(&P);
    let inverse = (BigUint::from(1u8) << 256u32).modpow(&(&p - 2u8), &p);
    assert!(big(&element.0) < p, "not reduced");
    big(&element.0) * inverse % p
}

#[test]
fn constants() {
    let one = BigUint::from(1u8);
    let p = (&one << 256) - (&one << 224) - (&one << 96) + (&one << 64) - &one;
    assert_eq!(big(&P), p);
    assert_eq!(limbs::to_bytes(&N), hex(crate::crypto::sm2::tests::N));
    assert_eq!(meaning(&Fe::ONE), one);
    for power in [0, 1, 255, 256, 257, 512] {
        assert_eq!(big(&limbs::power_of_two(power, &P)), (&one << power) % &p);
        assert_eq!(big(&limbs::power_of_two(power, &N)), (&one << power) % big(&N));
    }
}

#[test]
fn edges_of_the_ranges() {
    let add = |limbs: &Limbs, more: u64| limbs::to_bytes(&limbs::add(limbs, &[more, 0, 0, 0]).0);
    let less = |limbs: &Limbs| limbs::to_bytes(&limbs::sub(limbs, &[1, 0, 0, 0]).0);
    assert!(Fe::from_bytes(&less(&P)).is_some() && Fe::from_bytes(&[0; 32]).is_some());
    assert!(Scalar::from_bytes(&less(&N)).is_some() && Scalar::from_bytes(&[0; 32]).is_none());
    for more in [0, 1, 2] {
        assert!(Fe::from_bytes(&add(&P, more)).is_none());
        assert!(Scalar::from_bytes(&add(&N, more)).is_none());
        assert_eq!(Scalar::reduce(&add(&N, more)).limbs(), &[more, 0, 0, 0]);
    }
    assert!(Fe::from_bytes(&[0xff; 32]).is_none() && Scalar::from_bytes(&[0xff; 32]).is_none());
    assert!(Fe::ZERO.invert() == Fe::ZERO && Fe::ZERO.square_root() == Some(Fe::ZERO));
    assert!(Scalar::reduce(&[0; 32]).invert().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn limbs_are_the_model(a in carry_prone(), b in carry_prone()) {
        let one = BigUint::from(1u8);
        let (sum, carry) = limbs::add(&a, &b);
        prop_assert_eq!(big(&sum) + (BigUint::from(carry) << 256), big(&a) + big(&b));
        let (difference, borrow) = limbs::sub(&a, &b);
        prop_assert_eq!(big(&difference) + big(&b), big(&a) + (BigUint::from(borrow) << 256));
        let value = |wide: [u64; 8]| {
            wide.iter().rev().fold(BigUint::ZERO, |sum, limb| (sum << 64) + *limb)
        };
        prop_assert_eq!(value(limbs::multiply(&a, &b)), big(&a) * big(&b));
        prop_assert_eq!(value(limbs::square(&a)), big(&a) * big(&a));
        prop_assert_eq!(limbs::from_bytes(&limbs::to_bytes(&a)), a);
        prop_assert!(big(&a) < one << 256);
    }

    #[test]
    fn the_field_is_the_model(a in carry_prone(), b in carry_prone()) {
        with_each!(check_field(&a, &b));
        let p = big(&P);
        let x = element(&a);
        prop_assert_eq!(big(&x.number()), meaning(&x));
        prop_assert_eq!(x.is_zero().reveal(), x == Fe::ZERO);
        let canonical = big(&a) < p;
        prop_assert_eq!(Fe::from_bytes(&limbs::to_bytes(&a)).is_some(), canonical);
        prop_assert_eq!(meaning(&Fe::new(modulo(&a, &P))), big(&a) % &p);
        prop_assert_eq!(Fe::from_bytes(&x.to_bytes()), Some(x));
    }

    #[test]
    fn scalars_are_the_model(a in carry_prone(), b in carry_prone()) {
        let n = big(&N);
        let (x, y) = (Scalar::reduce(&limbs::to_bytes(&a)), Scalar::reduce(&limbs::to_bytes(&b)));
        let (u, v) = (big(x.limbs()), big(y.limbs()));
        prop_assert_eq!(&u, &(big(&a) % &n));
        prop_assert_eq!(big(x.add(&y).limbs()), (&u + &v) % &n);
        prop_assert_eq!(big(x.sub(&y).limbs()), (&u + &n - &v) % &n);
        prop_assert_eq!(big(x.mul(&y).limbs()), &u * &v % &n);
        prop_assert_eq!(Scalar::from_bytes(&x.to_bytes()).is_some(), !x.is_zero());
        prop_assert_eq!(x.is_zero(), u == BigUint::ZERO);
        let (half, negated) = x.half();
        let whole = if negated.reveal() { (&n - big(half.limbs())) % &n } else { big(half.limbs()) };
        prop_assert_eq!(whole, u);
        prop_assert!(big(half.limbs()) <= n >> 1);
        let middle = BigUint::from(1u8) << 127;
        let of_half = Scalar::of_low_half(&limbs::to_bytes(&a));
        prop_assert_eq!(big(of_half.limbs()), &middle + big(&a) % &middle);
    }
}

fn check_field(by: impl Arithmetic, a: &Limbs, b: &Limbs) {
    let p = big(&P);
    let (x, y) = (element(a).with(by), element(b).with(by));
    let (u, v) = (meaning(&x), meaning(&y));
    assert_eq!(meaning(&x.add(&y)), (&u + &v) % &p);
    assert_eq!(meaning(&x.sub(&y)), (&u + &p - &v) % &p);
    assert_eq!(meaning(&x.mul(&y)), &u * &v % &p);
    assert_eq!(meaning(&x.square()), &u * &u % &p);
    assert_eq!(meaning(&x.double()), (&u + &u) % &p);
    assert_eq!(x.halve().double(), x);
    assert_eq!(x.double().halve(), x);
    assert!(big(&x.halve().0) < p);
    assert_eq!(meaning(&x.negate()), (&p - &u) % &p);
}

fn check_roots(by: impl Arithmetic, limbs: &Limbs) {
    let (x, p) = (element(limbs).with(by), big(&P));
    let is_square = meaning(&x).modpow(&((&p - 1u8) >> 1), &p) <= BigUint::from(1u8);
    assert_eq!(x.square_root().is_some(), is_square);
    assert_eq!(x.square().square_root().map(|root| root.square()), Some(x.square()));
}

/// 1/a modulo a prime by the model, after Fermat; 0 for 0.
fn inverse(a: &BigUint, modulus: &BigUint) -> BigUint {
    a.modpow(&(modulus - 2u8), modulus)
}

#[test]
fn inverses_at_the_edges() {
    // small numbers, powers of two, ones in binary from below and from above, blocks of ones at each
    // limb's edge, of 64 bits and of 62, each with its negative; and the first Fibonacci numbers,
    // which make Euclid slow
    let one = BigUint::from(1u8);
    let mut edges: Vec<BigUint> = (0..70u8).map(BigUint::from).collect();
    for bit in 0..256u32 {
        let power = &one << bit;
        edges.extend([&power - &one, &power + &one, (&one << 256u32) - &power, power]);
    }
    for width in [62u32, 64, 59, 30] {
        for limb in 0..256 / width {
            edges.push(((&one << width) - &one) << (limb * width));
        }
    }
    let mut pair = (one.clone(), one.clone());
    while pair.1.bits() <= 256 {
        edges.push(pair.1.clone());
        pair = (pair.1.clone(), &pair.0 + &pair.1);
    }
    let (p, n) = (big(&P), big(&N));
    for edge in edges {
        for more in [&p, &n] {
            for number in [edge.clone() % more, (more - (&edge % more)) % more] {
                let (x, s) = (
                    Fe(small(&(&number % &p)), Plain),
                    Scalar::reduce(&limbs::to_bytes(&small(&number))),
                );
                assert_eq!(meaning(&x.invert()), inverse(&meaning(&x), &p), "{number}");
                let found = s.invert().map_or(BigUint::ZERO, |inverse| big(inverse.limbs()));
                assert_eq!(found, inverse(&(&number % &n), &n), "{number}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn inverses_of_numbers_that_carry(a in carry_prone()) {
        let x = element(&a);
        let one = if x == Fe::ZERO { Fe::ZERO } else { Fe::ONE };
        prop_assert_eq!(x.invert().mul(&x), one);
        prop_assert_eq!(x.invert().invert(), x);
        prop_assert!(big(&x.invert().0) < big(&P));
        let s = Scalar::reduce(&limbs::to_bytes(&a));
        if let Some(inverse) = s.invert() {
            prop_assert_eq!(inverse.mul(&s), Scalar::ONE);
            prop_assert_eq!(inverse.invert(), Some(s));
            prop_assert!(big(inverse.limbs()) < big(&N));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn inverses_and_roots(a in carry_prone(), b in carry_prone()) {
        let (x, y) = (element(&a), element(&b));
        let (p, n) = (big(&P), big(&N));
        prop_assert_eq!(meaning(&x.invert()), meaning(&x).modpow(&(&p - 2u8), &p));
        with_each!(check_roots(&a));
        let mut all = [x, Fe::ZERO, y, x, Fe::ONE, Fe::ZERO];
        let each = all.map(|element| element.invert());
        invert_all(&mut all);
        prop_assert_eq!(all, each);
        let s = Scalar::reduce(&limbs::to_bytes(&a));
        let inverse = s.invert().map(|inverse| big(inverse.limbs()));
        let model = (!s.is_zero()).then(|| big(s.limbs()).modpow(&(&n - 2u8), &n));
        prop_assert_eq!(inverse, model);
    }
}
