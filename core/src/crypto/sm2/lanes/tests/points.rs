//! Sums of points in lanes against the portable engine, with every kind of pair in every lane.

use super::super::super::portable::{Plain, Scalar, multiply_base};
use super::super::field::Fe;
use super::super::point::{Affine, Jacobian};
use super::super::vector::{Lanes, Mask};
use super::numbers::{Source, kept, p, power, unit, values};
use super::over_all_lanes;
use num_bigint::BigUint;

type Coordinates = Option<([u8; 32], [u8; 32])>;

/// The multiple of the base point.
fn multiple(k: &Scalar) -> Coordinates {
    multiply_base(Plain, k).to_affine().map(|point| point.coordinates())
}

fn element(bytes: &[u8; 32]) -> BigUint {
    BigUint::from_bytes_be(bytes) * power(260) % p()
}

/// The points with these Z, or infinity with whatever X and Y, each coordinate below its bound.
fn jacobian<L: Lanes>(points: &[Coordinates; 8], source: &mut Source) -> Jacobian<L> {
    let unit = unit();
    let times = |a: &BigUint, b: &BigUint| a * b * &unit % p();
    let mut rows: [[BigUint; 8]; 3] = Default::default();
    for (lane, point) in points.iter().enumerate() {
        let z = source.residue();
        let z = if z == BigUint::ZERO { power(260) } else { z };
        let zz = times(&z, &z);
        let [x, y, z] = match point {
            Some((x, y)) => [times(&element(x), &zz), times(&element(y), &times(&zz, &z)), z],
            None => [source.residue(), source.residue(), BigUint::ZERO],
        };
        rows[0][lane] = x;
        rows[1][lane] = y;
        rows[2][lane] = z;
    }
    let mut more = |bound| std::array::from_fn(|_| source.below(bound));
    Jacobian { x: kept(&rows[0], more(2)), y: kept(&rows[1], more(2)), z: kept(&rows[2], more(4)) }
}

fn affine<L: Lanes>(points: &[Coordinates; 8], source: &mut Source) -> Affine<L, 2> {
    let row = |which: usize| {
        std::array::from_fn(|lane| {
            let (x, y) = points[lane].unwrap();
            element(&[x, y][which])
        })
    };
    let mut more = || std::array::from_fn(|_| source.below(2));
    Affine { x: kept(&row(0), more()), y: kept(&row(1), more()) }
}

pub(super) fn coordinates<L: Lanes>(points: &Jacobian<L>) -> [Coordinates; 8] {
    let (xs, ys, zs) = (values(&points.x), values(&points.y), values(&points.z));
    std::array::from_fn(|lane| {
        let z = &zs[lane] * unit() % p();
        if z == BigUint::ZERO {
            return None;
        }
        let inverse = z.modpow(&(p() - 2u8), &p());
        let number = |value: &BigUint, power: u32| {
            let number = value * unit() * inverse.pow(power) % p();
            let bytes = number.to_bytes_be();
            let mut all = [0; 32];
            all[32 - bytes.len()..].copy_from_slice(&bytes);
            all
        };
        Some((number(&xs[lane], 2), number(&ys[lane], 3)))
    })
}

/// Small numbers of either sign, and any.
fn scalar(source: &mut Source) -> Scalar {
    let small = |number: u64| {
        let mut bytes = [0; 32];
        bytes[31] = number as u8;
        Scalar::reduce(&bytes)
    };
    match source.below(3) {
        0 => small(source.below(4)),
        1 => small(0).sub(&small(source.below(4))),
        _ => Scalar::reduce(&std::array::from_fn(|_| source.word() as u8)),
    }
}

#[test]
fn all_kinds_of_sums() {
    over_all_lanes!(check_sums);
}

fn check_sums<L: Lanes>() {
    let mut source = Source::new(4);
    let zero = Scalar::reduce(&[0; 32]);
    for _ in 0..100 {
        let a: [Scalar; 8] = std::array::from_fn(|_| scalar(&mut source));
        let b: [Scalar; 8] = std::array::from_fn(|lane| match source.below(4) {
            0 => a[lane],
            1 => zero.sub(&a[lane]),
            _ => scalar(&mut source),
        });
        let (p, q) = (a.map(|k| multiple(&k)), b.map(|k| multiple(&k)));
        let sums: [Coordinates; 8] = std::array::from_fn(|i| multiple(&a[i].add(&b[i])));
        let (ours_p, ours_q) = (jacobian::<L>(&p, &mut source), jacobian::<L>(&q, &mut source));
        assert_eq!(coordinates(&ours_p), p);
        assert_eq!(coordinates(&ours_p.add(&ours_q)), sums);
        assert_eq!(coordinates(&ours_p.double()), a.map(|k| multiple(&k.add(&k))));
        let negative = a.map(|k| multiple(&zero.sub(&k)));
        assert_eq!(coordinates(&ours_p.negate_if(Mask(0xff))), negative);
        let lanes = |f: &dyn Fn(usize) -> bool| Mask((0..8).map(|i| u8::from(f(i)) << i).sum());
        assert_eq!(ours_p.is_infinity(), lanes(&|i| a[i].is_zero()));

        let (sum, difference) = ours_p.full(&ours_q);
        let same = difference.is_none();
        for lane in (0..8).filter(|lane| !a[*lane].is_zero() && !b[*lane].is_zero()) {
            assert_eq!(same.0 >> lane & 1 == 1, a[lane] == b[lane]);
            if a[lane] != b[lane] {
                assert_eq!(coordinates(&sum)[lane], sums[lane]);
            }
        }
        // The same with the second in affine coordinates, which infinity has not.
        let b = b.map(|k| if k.is_zero() { Scalar::ONE } else { k });
        let q = affine::<L>(&b.map(|k| multiple(&k)), &mut source);
        let (sum, difference) = ours_p.mixed(&q);
        let same = difference.is_none();
        for lane in (0..8).filter(|lane| !a[*lane].is_zero()) {
            assert_eq!(same.0 >> lane & 1 == 1, a[lane] == b[lane]);
            if a[lane] != b[lane] {
                assert_eq!(coordinates(&sum)[lane], multiple(&a[lane].add(&b[lane])));
            }
        }
        let minus = q.negate_if(Mask(0x5a)).jacobian();
        let signed: [Scalar; 8] =
            std::array::from_fn(|i| if 0x5a >> i & 1 == 1 { zero.sub(&b[i]) } else { b[i] });
        assert_eq!(coordinates(&minus), signed.map(|k| multiple(&k)));
    }
}

#[test]
fn infinity_in_every_form() {
    over_all_lanes!(check_infinity);
}

fn check_infinity<L: Lanes>() {
    assert_eq!(Jacobian::<L>::infinity().is_infinity(), Mask(0xff));
    let zero: [BigUint; 8] = Default::default();
    for more in 0..4 {
        let z: Fe<L, 4> = kept(&zero, [more; 8]);
        let infinity = Jacobian { z, ..Jacobian::infinity() };
        assert_eq!(infinity.is_infinity(), Mask(0xff), "{more}p is 0");
        assert_eq!(coordinates(&infinity.double()), [None; 8]);
        assert_eq!(coordinates(&infinity.add(&infinity)), [None; 8]);
    }
}
