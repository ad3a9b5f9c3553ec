//! Tables of points that come back, and sums that share inversions.

use super::super::arithmetic::{Arithmetic, Plain};
use super::super::sums::{normalize_vartime, sum_each_vartime};
use super::super::{Affine, Jacobian, Multiples, Scalar, combine_prepared_vartime};
use super::curve::{affine, jacobian, our_scalar, ours, scalars, theirs};
use super::numbers::element;
use crate::crypto::sm2::portable::field::Fe;
use ::sm2::elliptic_curve::group::Group;
use ::sm2::{ProjectivePoint, Scalar as Oracle};
use proptest::prelude::*;

/// s*G + t*P for each pair, one by one and all together.
fn check(by: impl Arithmetic, point: &ProjectivePoint, pairs: &[(Oracle, Oracle)]) {
    let table = Multiples::of_vartime(by, &affine(point));
    let base = ProjectivePoint::generator();
    let items: Vec<(Scalar, Scalar, &Multiples)> =
        pairs.iter().map(|(s, t)| (our_scalar(s), our_scalar(t), &table)).collect();
    let together = combine_prepared_vartime(by, &items);
    assert_eq!(together.len(), items.len());
    for ((item, (s, t)), sum) in items.iter().zip(pairs).zip(&together) {
        let oracle = theirs(&(base * s + *point * t));
        assert_eq!(ours(sum), oracle, "{s:?} {t:?} of many");
        let [alone] = combine_prepared_vartime(by, std::slice::from_ref(item))[..] else {
            panic!()
        };
        assert_eq!(ours(&alone), oracle, "{s:?} {t:?}");
    }
}

#[test]
fn the_table_has_its_multiples() {
    with_each!(check_table());
}

fn check_table(by: impl Arithmetic) {
    let point = ProjectivePoint::generator() * Oracle::from(0x1234_5678_9abc_def0u64);
    let table = Multiples::of_vartime(by, &affine(&point));
    let mut window = point;
    let mut rows = 0;
    for row in table.rows() {
        let mut multiple = window;
        for entry in row {
            assert_eq!(Some(entry.coordinates()), theirs(&multiple));
            multiple += window;
        }
        (0..row.len().ilog2() + 1).for_each(|_| window += window);
        rows += 1;
    }
    assert_eq!(Multiples::BYTES, rows * size_of_val(table.rows().next().unwrap()));
}

#[test]
fn combinations_that_meet() {
    // P = m*G for small m and s, t around: sums double and vanish on the way and at the end.
    let base = ProjectivePoint::generator();
    let around = |k: u64| [Oracle::from(k), -Oracle::from(k)];
    for m in [1u64, 2, 3, 31, 32, 33, 64, 4096].into_iter().flat_map(around) {
        let mut pairs = Vec::new();
        for s in [0u64, 1, 2, 31, 32, 33, 64, 65, 4095, 4096].into_iter().flat_map(around) {
            pairs.extend([0u64, 1, 31, 32, 33, 64].into_iter().flat_map(around).map(|t| (s, t)));
            pairs.extend([(s * m, s), (s * m, -s), (-s * m, s)]);
        }
        with_each!(check(&(base * m), &pairs));
    }
}

#[test]
fn windows_at_their_edges() {
    let point = ProjectivePoint::generator() * Oracle::from(77u64);
    let mut power = Oracle::ONE;
    let mut pairs = Vec::new();
    for _ in 0..256 {
        pairs.extend([(power, -power), (power - Oracle::ONE, power + Oracle::ONE)]);
        power += power;
    }
    with_each!(check(&point, &pairs));
}

#[test]
fn lists_of_every_length() {
    with_each!(check_lists());
}

fn check_lists<A: Arithmetic>(by: A) {
    // Sums of small positive and negative multiples of G: equal and opposite points in all places.
    let base = ProjectivePoint::generator();
    let multiple = |k: i64| {
        let size = base * Oracle::from(k.unsigned_abs());
        if k < 0 { -size } else { size }
    };
    let points: Vec<Affine<A>> = (1..=3).map(|k| affine(&multiple(k)).with(by)).collect();
    let signed = |k: i64| {
        let point = points[k.unsigned_abs() as usize - 1];
        if k < 0 { point.negate() } else { point }
    };
    let mut numbers = [1, -1, 2, 2, -2, 3, -3, 1, 1, -1, -1, -2, 3].into_iter().cycle();
    for count in [0, 1, 2, 24, 25, 60, 200] {
        let numbers: Vec<Vec<i64>> =
            (0..count).map(|at| numbers.by_ref().take(at % 23).collect()).collect();
        let mut lists: Vec<Vec<Affine<A>>> =
            numbers.iter().map(|list| list.iter().map(|k| signed(*k)).collect()).collect();
        let sums = sum_each_vartime(by, &mut lists);
        assert_eq!(sums.len(), count);
        for (sum, list) in sums.iter().zip(&numbers) {
            assert_eq!(ours(sum), theirs(&multiple(list.iter().sum())), "{list:?}");
        }
    }
}

#[test]
fn one_inversion_for_many_points() {
    let z = element(&[3, u64::MAX, 0, 5]);
    let oracles: Vec<ProjectivePoint> =
        (1..20u64).map(|k| ProjectivePoint::generator() * Oracle::from(k)).collect();
    for count in [0, 1, 2, 19] {
        let points: Vec<Jacobian> = oracles.iter().take(count).map(|p| jacobian(p, &z)).collect();
        assert!(points.iter().all(|point| point.z != Fe::ONE));
        let affine = normalize_vartime(Plain, &points);
        assert_eq!(affine.len(), count);
        for (point, oracle) in affine.iter().zip(&oracles) {
            assert_eq!(Some(point.coordinates()), theirs(oracle));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn combinations(p in scalars(), pairs in proptest::collection::vec((scalars(), scalars()), 1..8)) {
        let point = ProjectivePoint::generator() * if p == Oracle::ZERO { Oracle::ONE } else { p };
        with_each!(check(&point, &pairs));
    }
}
