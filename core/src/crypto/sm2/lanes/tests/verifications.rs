//! What verifications ask, in lanes, against the portable engine.

use super::super::super::backend::{
    Key, Point, PreparedPoint, Question, Verification, verify_digest_many_at_vartime,
};
use super::super::super::portable::{
    Affine, Multiples, Plain, Scalar, combine_vartime, multiply_base, x_is_vartime,
};
use super::super::prepared::{answer_prepared_vartime, answers_prepared_vartime};
use super::super::vector::Lanes;
use super::super::verify::answers_vartime;
use super::batches::scalar;
use super::numbers::Source;
use super::over_all_lanes;
use crate::crypto::backend::Level;

fn small(number: u64) -> Scalar {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&number.to_be_bytes());
    Scalar::reduce(&bytes)
}

/// A scalar that may be small, and either sign of it.
fn any(source: &mut Source) -> Scalar {
    let found = if source.below(2) == 0 { small(source.below(40)) } else { scalar(source) };
    if source.below(2) == 0 { found } else { Scalar::ZERO.sub(&found) }
}

fn point(m: &Scalar) -> Affine {
    let m = if m.is_zero() { &Scalar::ONE } else { m };
    multiply_base(Plain, m).to_affine().unwrap()
}

#[test]
fn answers() {
    over_all_lanes!(check_answers);
}

fn check_answers<L: Lanes>() {
    let mut source = Source::new(7);
    for round in 0..150 {
        let parts: [(Scalar, Scalar, Scalar); 8] = std::array::from_fn(|lane| {
            let (m, t) = (any(&mut source), any(&mut source));
            // In some lanes s*G is t*P or its opposite: the sum doubles or vanishes.
            let product = m.mul(&t);
            match (round + lane) % 5 {
                0 => (product, t, m),
                1 => (Scalar::ZERO.sub(&product), t, m),
                _ => (any(&mut source), t, m),
            }
        });
        let points = parts.map(|(_, _, m)| point(&m));
        let sums: [_; 8] =
            std::array::from_fn(|i| combine_vartime(Plain, &parts[i].0, &parts[i].1, &points[i]));
        let xs = sums.map(|sum| {
            let right = sum.to_affine().map_or(Scalar::ZERO, |point| Scalar::reduce(&point.x()));
            if source.below(4) == 0 { right.add(&Scalar::ONE) } else { right }
        });
        let questions: [Question<'_, Affine>; 8] = std::array::from_fn(|i| Question {
            s: parts[i].0,
            t: parts[i].1,
            point: &points[i],
            x: xs[i],
        });
        let expected: [bool; 8] = std::array::from_fn(|i| x_is_vartime(&sums[i], &xs[i]));
        assert_eq!(answers_vartime::<L>(&questions), expected);
        if round % 3 > 0 {
            continue;
        }
        let tables = points.map(|point| Multiples::of_vartime(Plain, &point));
        let questions: [Question<'_, Multiples>; 8] = std::array::from_fn(|i| {
            let Question { s, t, x, .. } = questions[i];
            Question { s, t, point: &tables[i], x }
        });
        assert_eq!(answers_prepared_vartime::<L>(&questions), expected);
        for (question, expected) in questions.iter().zip(expected) {
            assert_eq!(answer_prepared_vartime::<L>(question), expected);
        }
    }
}

#[test]
fn an_x_from_n_up() {
    over_all_lanes!(check_large_x);
}

fn check_large_x<L: Lanes>() {
    // The point with the first x from n up: R = 1*G + 1*P for P = R - G, and x is 0 or little.
    let order = Scalar::ZERO.sub(&Scalar::ONE).to_bytes(); // n-1
    let mut found = Vec::new();
    for more in 1..40u8 {
        let mut x = order;
        x[31] += more;
        found.extend(Affine::decompress(Plain, &x, false).map(|point| (more, point)));
    }
    assert!(found.len() > 2);
    // 0*G + 1*R is R itself.
    let questions: [Question<'_, Affine>; 8] = std::array::from_fn(|i| {
        let (more, point) = &found[i % found.len()];
        let x = small(u64::from(*more) - 1 + u64::from(i % 2 == 1));
        Question { s: Scalar::ZERO, t: Scalar::ONE, point, x }
    });
    assert_eq!(answers_vartime::<L>(&questions), std::array::from_fn(|i| i % 2 == 0));
}

#[test]
fn every_level_gives_the_same_verdicts() {
    let mut source = Source::new(8);
    for count in (0..=17).chain([40]) {
        // r, s and e made from the sum that they ask for, without a private key.
        let parts: Vec<_> = (0..count)
            .map(|_| {
                let key = point(&scalar(&mut source));
                let (s, t) = (any(&mut source), any(&mut source));
                let sum = combine_vartime(Plain, &s, &t, &key).to_affine();
                let r = t.sub(&s);
                let x = sum.map_or(Scalar::ZERO, |point| Scalar::reduce(&point.x()));
                let wrong = source.below(3) == 0;
                let e = r.sub(&x).add(&if wrong { Scalar::ONE } else { Scalar::ZERO });
                let good = !(wrong || sum.is_none() || r.is_zero() || s.is_zero() || t.is_zero());
                let (x, y) = key.coordinates();
                let key = Point::from_coordinates(&x, &y).unwrap();
                (key, e.to_bytes(), r.to_bytes(), s.to_bytes(), good)
            })
            .collect();
        let tables: Vec<PreparedPoint> =
            parts.iter().map(|(key, ..)| PreparedPoint::of_vartime(key)).collect();
        let items: Vec<Verification<'_>> = parts
            .iter()
            .zip(&tables)
            .zip(0u32..)
            .map(|(((key, e, r, s, _), table), i)| {
                // None prepared, all, and some.
                let prepared = [false, true, i.is_multiple_of(3)][count % 3];
                let key = if prepared { Key::Prepared(table) } else { Key::Fresh(key) };
                Verification { key, e: *e, r, s }
            })
            .collect();
        let expected: Vec<bool> = parts.iter().map(|part| part.4).collect();
        for level in Level::available() {
            assert_eq!(verify_digest_many_at_vartime(level, &items), expected, "{count} {level:?}");
        }
    }
}
