//! Points and multiples against RustCrypto's curve.

use super::super::arithmetic::{Arithmetic, Plain};
use super::super::field::Fe;
use super::super::limbs::{self, Limbs};
use super::super::{
    Affine, BATCH, Jacobian, Scalar, combine_vartime, multiply, multiply_base, normalize,
    x_is_vartime,
};
use super::numbers::{carry_prone, element};
use ::sm2::elliptic_curve::group::Group;
use ::sm2::elliptic_curve::ops::Reduce;
use ::sm2::elliptic_curve::point::{AffineCoordinates, DecompressPoint};
use ::sm2::elliptic_curve::{PrimeField, subtle::Choice};
use ::sm2::{AffinePoint, FieldBytes, ProjectivePoint};
use proptest::prelude::*;

type Oracle = ::sm2::Scalar;
type Coordinates = Option<([u8; 32], [u8; 32])>;

pub(super) fn theirs(point: &ProjectivePoint) -> Coordinates {
    let affine = point.to_affine();
    (!bool::from(affine.is_identity())).then(|| (affine.x().into(), affine.y().into()))
}

pub(super) fn ours<A: Arithmetic>(point: &Jacobian<A>) -> Coordinates {
    point.to_affine().map(|affine| affine.with(Plain).coordinates())
}

/// The same point for us, affine; not infinity.
pub(super) fn affine(point: &ProjectivePoint) -> Affine {
    let (x, y) = theirs(point).unwrap();
    Affine::from_coordinates(&x, &y).unwrap()
}

/// The same point for us with this Z; infinity with whatever X and Y.
pub(super) fn jacobian(point: &ProjectivePoint, z: &Fe) -> Jacobian {
    if bool::from(point.is_identity()) {
        return Jacobian { x: *z, y: z.square(), z: Fe::ZERO };
    }
    let Affine { x, y } = affine(point);
    Jacobian { x: x.mul(&z.square()), y: y.mul(&z.square()).mul(z), z: *z }
}

pub(super) fn our_scalar(scalar: &Oracle) -> Scalar {
    Scalar::reduce(&scalar.to_repr().into())
}

/// Scalars at which windows and reductions go wrong, and random ones.
pub(super) fn scalars() -> impl Strategy<Value = Oracle> {
    carry_prone().prop_map(|limbs| Oracle::reduce(&FieldBytes::from(limbs::to_bytes(&limbs))))
}

fn check_multiples(by: impl Arithmetic, k: &Oracle, point: &ProjectivePoint) {
    let ours_k = our_scalar(k);
    assert_eq!(ours(&multiply_base(by, &ours_k)), theirs(&(ProjectivePoint::generator() * k)));
    assert_eq!(ours(&multiply(by, &ours_k, &affine(point))), theirs(&(*point * k)));
}

fn check_combination(by: impl Arithmetic, k: &Oracle, t: &Oracle, point: &ProjectivePoint) {
    let sum = combine_vartime(by, &our_scalar(k), &our_scalar(t), &affine(point));
    let oracle = ProjectivePoint::generator() * k + *point * t;
    assert_eq!(ours(&sum), theirs(&oracle));
    if let Some((x, _)) = theirs(&oracle) {
        assert!(x_is_vartime(&sum, &Scalar::reduce(&x)));
        assert!(!x_is_vartime(&sum, &Scalar::reduce(&x).add(&Scalar::ONE)));
    }
}

fn check_decompression(by: impl Arithmetic, x: &[u8; 32], odd: bool, expected: Coordinates) {
    let point = Affine::decompress(by, x, odd);
    assert_eq!(point.map(|point| point.coordinates()), expected);
}

fn check_sums(by: impl Arithmetic, a: &Oracle, b: &Oracle, [z, w]: [&Limbs; 2]) {
    let base = ProjectivePoint::generator();
    let unit = |limbs| {
        let z = element(limbs);
        if z == Fe::ZERO { Fe::ONE } else { z }
    };
    let (p, q) = (base * a, base * b);
    let (our_p, our_q) = (jacobian(&p, &unit(z)).with(by), jacobian(&q, &unit(w)).with(by));
    assert_eq!(ours(&our_p), theirs(&p));
    assert_eq!(ours(&our_p.double()), theirs(&(p + p)));
    assert_eq!(ours(&our_p.add_vartime(&our_q)), theirs(&(p + q)));
    if a != b {
        assert_eq!(ours(&our_p.add_other(&our_q)), theirs(&(p + q)));
    }
    if a != b && *b != Oracle::ZERO {
        let our_q = affine(&q).with(by);
        assert_eq!(ours(&our_p.add_other_affine(&our_q)), theirs(&(p + q)));
        assert_eq!(ours(&our_p.add_affine_vartime(&our_q)), theirs(&(p + q)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn multiples(k in scalars(), t in scalars(), p in scalars()) {
        let point = ProjectivePoint::generator() * if p == Oracle::ZERO { Oracle::ONE } else { p };
        with_each!(check_multiples(&k, &point));
        with_each!(check_combination(&k, &t, &point));
    }

    #[test]
    fn coordinates(x in carry_prone(), odd in any::<bool>()) {
        let x = limbs::to_bytes(&x);
        let oracle = AffinePoint::decompress(&FieldBytes::from(x), Choice::from(u8::from(odd)));
        let expected = oracle.into_option().map(|point| (point.x().into(), point.y().into()));
        with_each!(check_decompression(&x, odd, expected));
        if let Some((x, y)) = expected {
            let point = Affine::from_coordinates(&x, &y);
            prop_assert_eq!(point.map(|point| point.coordinates()), expected);
            for bit in 0..256 {
                let mut wrong = y;
                wrong[bit / 8] ^= 1 << (bit % 8);
                prop_assert_eq!(Affine::from_coordinates(&x, &wrong), None);
            }
        }
    }

    #[test]
    fn sums(a in scalars(), b in scalars(), z in carry_prone(), w in carry_prone()) {
        with_each!(check_sums(&a, &b, [&z, &w]));
    }
}

#[test]
fn multiples_at_the_edges() {
    // 0 to 80, each negative, and around each power of two, where windows carry.
    let point = ProjectivePoint::generator() * Oracle::from(0x1234_5678u64);
    let mut edges: Vec<Oracle> = (0..=80u64).map(Oracle::from).collect();
    let mut power = Oracle::ONE;
    for bit in 0..256 {
        if bit % 5 < 2 || bit % 6 < 2 || bit > 245 {
            edges.extend([power - Oracle::ONE, power, power + Oracle::ONE]);
        }
        power += power;
    }
    let half = Oracle::from(2u64).invert().unwrap(); // (n+1)/2
    edges.extend((0..4u64).map(|more| half + Oracle::from(more)));
    for k in edges {
        with_each!(check_multiples(&k, &point));
        with_each!(check_multiples(&-k, &point));
    }
}

#[test]
fn normalized_points_are_the_points() {
    let mut points = [Jacobian::INFINITY; BATCH];
    for (point, k) in points.iter_mut().zip([1u64, 2, 0, 3, 0x1234, 0, u64::MAX]) {
        *point = multiply_base(Plain, &our_scalar(&Oracle::from(k)));
    }
    for (point, normal) in points.iter().zip(normalize(&points).iter()) {
        assert_eq!(point.to_affine().unwrap_or(Affine::NONE), *normal);
    }
}
