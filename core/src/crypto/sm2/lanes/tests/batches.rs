//! Whole multiples in lanes against the portable engine.

use super::super::super::backend::{Secret, sign_digest_at, sign_digest_many_at};
use super::super::super::portable::shared::{half, jacobian};
use super::super::super::portable::{Plain, Scalar, multiply_base};
use super::super::sign::{BATCH, base_once, base_x};
use super::super::vector::Lanes;
use super::numbers::Source;
use super::over_all_lanes;
use crate::crypto::backend::Level;
use zeroize::Zeroizing;

/// Scalars at which windows carry, and random ones.
pub(super) fn scalar(source: &mut Source) -> Scalar {
    let limbs = source.limbs();
    let mut bytes = [0; 32];
    for (bytes, limb) in bytes.as_chunks_mut::<8>().0.iter_mut().rev().zip(limbs) {
        *bytes = limb.to_be_bytes();
    }
    Scalar::reduce(&bytes)
}

#[test]
fn coordinates_of_any_number_of_multiples() {
    over_all_lanes!(check_base_x);
}

fn check_base_x<L: Lanes>() {
    let mut source = Source::new(5);
    for count in (0..=17).chain([63, 64]) {
        let mut k = [Scalar::ZERO; BATCH];
        k[..count].fill_with(|| scalar(&mut source));
        if count > 2 {
            k[source.below(count as u64) as usize] = Scalar::ZERO;
        }
        let mut x = [[0; 32]; BATCH];
        base_x::<L>(&k, count, &mut x);
        for (k, x) in k.iter().zip(&x).take(count) {
            let Some(point) = multiply_base(Plain, k).to_affine() else { continue };
            assert_eq!(*x, point.x());
        }
    }
}

#[test]
fn coordinates_at_the_edges_of_windows() {
    over_all_lanes!(check_edges);
}

fn check_edges<L: Lanes>() {
    // Around each power of two, and the negatives.
    let mut scalars = Vec::new();
    let mut power = Scalar::ONE;
    for _ in 0..256 {
        for k in [power.sub(&Scalar::ONE), power, power.add(&Scalar::ONE)] {
            scalars.extend([k, Scalar::ZERO.sub(&k)]);
        }
        power = power.add(&power);
    }
    for scalars in scalars.chunks(BATCH) {
        let mut k = [Scalar::ZERO; BATCH];
        k[..scalars.len()].copy_from_slice(scalars);
        let mut x = [[0; 32]; BATCH];
        base_x::<L>(&k, scalars.len(), &mut x);
        for k in scalars {
            let (k_half, negate) = half(k);
            let point = jacobian(&base_once::<L>(&k_half), negate).to_affine();
            assert_eq!(point, multiply_base(Plain, k).to_affine());
        }
        for (k, x) in scalars.iter().zip(&x) {
            let Some(point) = multiply_base(Plain, k).to_affine() else { continue };
            assert_eq!(*x, point.x());
        }
    }
}

#[test]
fn signatures_at_every_level() {
    let mut source = Source::new(6);
    let mut bytes = || -> [u8; 32] { std::array::from_fn(|_| source.word() as u8) };
    let secret = Secret::from_bytes(&bytes()).unwrap();
    let order = Scalar::ZERO.sub(&Scalar::ONE).to_bytes(); // n-1
    for count in (0..=17).chain([63, 64, 65, 130]) {
        let mut inputs: Vec<([u8; 32], Zeroizing<[u8; 32]>)> =
            (0..count).map(|_| (bytes(), Zeroizing::new(bytes()))).collect();
        // Out of range, at its ends, and r + k = n.
        let mut above = order;
        above[31] += 1;
        let bad = [[0; 32], above, [0xff; 32], order, Scalar::ONE.to_bytes()];
        for ((_, k), bad) in inputs.iter_mut().step_by(3).zip(bad) {
            *k = Zeroizing::new(bad);
        }
        if let Some((e, k)) = inputs.last_mut() {
            let k1 = Scalar::reduce(k);
            let x = multiply_base(Plain, &k1).to_affine().map_or([0; 32], |point| point.x());
            *e = Scalar::ZERO.sub(&k1).sub(&Scalar::reduce(&x)).to_bytes();
        }
        let each = |level| -> Vec<_> {
            inputs.iter().map(|(e, k)| sign_digest_at(level, &secret, e, k)).collect()
        };
        let expected = each(Level::Portable);
        assert!(expected.last().is_none_or(Option::is_none));
        for level in Level::available() {
            assert_eq!(each(level), expected, "{count} {level:?}");
            assert_eq!(sign_digest_many_at(level, &secret, &inputs), expected, "{count} {level:?}");
        }
    }
}
