//! Sums of equal, opposite and infinite points.

use super::super::arithmetic::Arithmetic;
use super::super::field::Fe;
use super::super::{Affine, Jacobian, Scalar, combine_vartime, x_is_vartime};
use super::curve::{affine, jacobian, our_scalar, ours, theirs};
use ::sm2::elliptic_curve::group::Group;
use ::sm2::{ProjectivePoint, Scalar as Oracle};

fn units() -> [Fe; 3] {
    [Fe::ONE, Fe::ONE.double().negate(), Fe::new([u64::MAX, 7, u64::MAX, 9])]
}

#[test]
fn every_pair_of_small_multiples() {
    with_each!(check_pairs());
}

fn check_pairs(by: impl Arithmetic) {
    let base = ProjectivePoint::generator();
    let point = |k: i64| {
        let multiple = base * Oracle::from(k.unsigned_abs());
        if k < 0 { -multiple } else { multiple }
    };
    for a in -4..=4 {
        for b in -4..=4 {
            let (p, q, sum) = (point(a), point(b), theirs(&(point(a) + point(b))));
            for z in units() {
                let our_p = jacobian(&p, &z).with(by);
                for w in units() {
                    let our_q = jacobian(&q, &w).with(by);
                    assert_eq!(ours(&our_p.add_vartime(&our_q)), sum, "{a} {b}");
                    if a != b || a == 0 {
                        assert_eq!(ours(&our_p.add_other(&our_q)), sum, "{a} {b}");
                    }
                }
                if b == 0 {
                    let none = Affine::NONE.with(by);
                    assert_eq!(ours(&our_p.add_other_affine(&none)), sum, "{a} {b}");
                    continue;
                }
                assert_eq!(ours(&our_p.add_affine_vartime(&affine(&q).with(by))), sum, "{a} {b}");
                if a != b {
                    assert_eq!(ours(&our_p.add_other_affine(&affine(&q).with(by))), sum, "{a} {b}");
                }
            }
            assert_eq!(ours(&jacobian(&p, &Fe::ONE).with(by).double()), theirs(&(p + p)));
        }
    }
}

#[test]
fn combinations_that_meet() {
    with_each!(check_meeting());
}

fn check_meeting(by: impl Arithmetic) {
    // s*G + t*P for P = m*G with small and opposite numbers: sums double and vanish on the way.
    let base = ProjectivePoint::generator();
    let around = |k: u64| [Oracle::from(k), -Oracle::from(k)];
    for m in [1u64, 2, 3, 5, 15, 16, 17, 31, 255, 256, 257] {
        for m in around(m) {
            let point = base * m;
            for s in [0u64, 1, 2, 3, 15, 16, 17, 30, 255, 256, 510, 512] {
                for t in [0u64, 1, 2, 3, 8, 15, 16, 17, 31] {
                    for (s, t) in around(s).into_iter().zip(around(t).into_iter().rev()) {
                        let sum =
                            combine_vartime(by, &our_scalar(&s), &our_scalar(&t), &affine(&point));
                        assert_eq!(ours(&sum), theirs(&(base * s + point * t)));
                    }
                }
                let (s, t) = (Oracle::from(s) * m, Oracle::from(s));
                for (s, t) in [(s, t), (s, -t), (-s, t)] {
                    let sum =
                        combine_vartime(by, &our_scalar(&s), &our_scalar(&t), &affine(&point));
                    assert_eq!(ours(&sum), theirs(&(base * s + point * t)));
                }
            }
        }
    }
}

#[test]
fn infinity_has_no_x() {
    let infinity = Jacobian::INFINITY;
    assert_eq!(infinity.to_affine(), None);
    for number in [Scalar::reduce(&[0; 32]), Scalar::ONE] {
        assert!(!x_is_vartime(&infinity, &number));
        let nowhere = Jacobian { x: Fe::ZERO, y: Fe::ZERO, z: Fe::ZERO };
        assert!(!x_is_vartime(&nowhere, &number));
    }
}
