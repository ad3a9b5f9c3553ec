//! The one door to curve arithmetic.
//!
//! Everything above speaks in bytes and in the opaque types below, so that another engine can stand
//! behind the same door. Values are 32 bytes, big endian. The `_many` forms give what their single
//! forms give, item by item; signatures share inversions.

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::lanes;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::portable::shared;
use super::portable::{
    Affine, BATCH, Jacobian, Multiples, Plain, Scalar, combine_prepared_vartime, combine_vartime,
    multiply, multiply_base, normalize, x_is_vartime,
};
use crate::crypto::backend::Level;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use crate::crypto::cpu::Avx512;
use crate::crypto::declassify::declassify;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What an expression gives with the arithmetic of a level, by the name given.
macro_rules! compute {
    ($level:expr, $by:ident, $expression:expr) => {
        match $level {
            Level::Portable => {
                let $by = Plain;
                $expression
            }
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Level::Avx2($by) => $expression,
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Level::Avx512(token) => {
                let $by = token.avx2();
                $expression
            }
        }
    };
}

/// 32 bytes, big endian: a coordinate, a scalar or a digest.
pub(crate) type Bytes = [u8; 32];

/// A point of the curve other than infinity.
#[derive(Clone, Copy, PartialEq, Eq, Zeroize)]
pub(crate) struct Point(Affine);

impl Point {
    /// The point with these coordinates, if they are canonical (below p) and on the curve.
    pub(crate) fn from_coordinates(x: &Bytes, y: &Bytes) -> Option<Point> {
        Affine::from_coordinates(x, y).map(Point)
    }

    /// The point with this canonical x and a y of this parity, if there is one.
    pub(crate) fn decompress(x: &Bytes, y_is_odd: bool) -> Option<Point> {
        compute!(Level::current(), by, Affine::decompress(by, x, y_is_odd)).map(Point)
    }

    /// The coordinates x and y.
    pub(crate) fn coordinates(&self) -> (Bytes, Bytes) {
        self.0.coordinates()
    }
}

/// A table of the multiples of a public point, which takes the point's place in verification.
pub(crate) struct PreparedPoint(Multiples);

impl PreparedPoint {
    /// How many bytes the table takes, beside the value itself.
    pub(crate) const TABLE: usize = Multiples::BYTES;

    /// Works out the table.
    pub(crate) fn of_vartime(point: &Point) -> PreparedPoint {
        PreparedPoint(compute!(Level::current(), by, Multiples::of_vartime(by, &point.0)))
    }
}

/// A private key with what signing needs of it; wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Secret {
    d: Scalar,
    inverse: Scalar, // of 1 + d
}

impl Secret {
    /// The private key d, if 1 <= d <= n-2.
    ///
    /// In a box, so that moving the key leaves no copies behind.
    pub(crate) fn from_bytes(d: &Bytes) -> Option<Box<Secret>> {
        let d = scalar(d)?;
        let sum = Zeroizing::new(Scalar::ONE.add(&d));
        // For d = n-1 there is no inverse.
        let inverse = Zeroizing::new(sum.invert()?);
        Some(Box::new(Secret { d: *d, inverse: *inverse }))
    }

    /// The private key d.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Bytes> {
        Zeroizing::new(self.d.to_bytes())
    }

    /// The public key d*G.
    pub(crate) fn public_point(&self) -> Option<Point> {
        base_multiple(Level::current_or_model(), &self.d).to_affine().map(declassify).map(Point)
    }

    /// d*P, constant-time.
    pub(crate) fn multiply(&self, point: &Point) -> Option<Zeroizing<Point>> {
        product(&self.d, point)
    }

    /// r*G, and what a key exchange needs of d and r; none if r is out of 1..=n-1. Constant-time in
    /// both.
    pub(crate) fn exchange(&self, r: &Bytes) -> Option<(Point, Box<ExchangeSecret>)> {
        let r = scalar(r)?;
        let ephemeral = declassify(base_multiple(Level::current_or_model(), &r).to_affine()?);
        let x = Scalar::of_low_half(&ephemeral.x());
        let product = Zeroizing::new(x.mul(&r));
        Some((Point(ephemeral), Box::new(ExchangeSecret(self.d.add(&product)))))
    }
}

/// d + x*r modulo n, of a private key d and an ephemeral one r; wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct ExchangeSecret(Scalar);

impl ExchangeSecret {
    /// The point that a key exchange agrees on, of the other side's public and ephemeral keys; none
    /// if it is infinity. Constant-time in what is secret here.
    pub(crate) fn agree(&self, key: &Point, ephemeral: &Point) -> Option<Zeroizing<Point>> {
        let x = Scalar::of_low_half(&ephemeral.0.x());
        let sum = compute!(Level::current(), by, multiply(by, &x, &ephemeral.0))
            .add_affine_vartime(&key.0); // all public
        product(&self.0, &Point(sum.to_affine()?))
    }
}

/// Whether 1 <= value <= n-1.
pub(crate) fn is_scalar(value: &Bytes) -> bool {
    scalar(value).is_some()
}

/// k*G and k*P of an encryption; none if k is out of 1..=n-1. Constant-time in k.
pub(crate) fn encryption_points(k: &Bytes, point: &Point) -> Option<(Point, Zeroizing<Point>)> {
    let k = scalar(k)?;
    let c1 = base_multiple(Level::current_or_model(), &k);
    Some((Point(declassify(c1.to_affine()?)), product(&k, point)?))
}

/// The signature (r, s) over the digest e with the nonce k.
///
/// None if another nonce has to be taken: k out of 1..=n-1, r = 0, r + k = n or s = 0.
/// Constant-time in the key and the nonce.
pub(crate) fn sign_digest(secret: &Secret, e: &Bytes, k: &Bytes) -> Option<(Bytes, Bytes)> {
    sign_digest_at(Level::current_or_model(), secret, e, k)
}

/// [`sign_digest`] with the instructions of this level.
pub(crate) fn sign_digest_at(
    level: Level,
    secret: &Secret,
    e: &Bytes,
    k: &Bytes,
) -> Option<(Bytes, Bytes)> {
    let k = scalar(k)?;
    let point = base_multiple(level, &k); // A4
    let point = Zeroizing::new(point.to_affine()?);
    finish_signature(secret, e, &k, &Zeroizing::new(point.x()))
}

/// [`sign_digest`] for many pairs of digest and nonce under one key.
pub(crate) fn sign_digest_many(
    secret: &Secret,
    inputs: &[(Bytes, Zeroizing<Bytes>)],
) -> Vec<Option<(Bytes, Bytes)>> {
    sign_digest_many_at(Level::current_or_model(), secret, inputs)
}

/// [`sign_digest_many`] with the instructions of this level.
pub(crate) fn sign_digest_many_at(
    level: Level,
    secret: &Secret,
    inputs: &[(Bytes, Zeroizing<Bytes>)],
) -> Vec<Option<(Bytes, Bytes)>> {
    match level {
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx512(token) => sign_in_lanes(token, secret, inputs),
        _ => sign_one_by_one(level, secret, inputs),
    }
}

// Not inlined: so the tool that reads the machine code counts the same jumps in every build.
#[inline(never)]
fn sign_one_by_one(
    level: Level,
    secret: &Secret,
    inputs: &[(Bytes, Zeroizing<Bytes>)],
) -> Vec<Option<(Bytes, Bytes)>> {
    let mut out = Vec::with_capacity(inputs.len());
    for inputs in inputs.chunks(BATCH) {
        // Arrays, not vectors: nothing secret is left in freed memory.
        let mut points = Zeroizing::new([Jacobian::INFINITY; BATCH]);
        for (point, (_, k)) in points.iter_mut().zip(inputs) {
            if let Some(k) = scalar(k) {
                *point = compute!(level, by, multiply_base(by, &k));
            }
        }
        let points = normalize(&points);
        out.extend(inputs.iter().zip(points.iter()).map(|((e, k), point)| {
            let k = scalar(k)?;
            finish_signature(secret, e, &k, &Zeroizing::new(point.x()))
        }));
    }
    out
}

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
#[inline(never)]
fn sign_in_lanes(
    token: Avx512,
    secret: &Secret,
    inputs: &[(Bytes, Zeroizing<Bytes>)],
) -> Vec<Option<(Bytes, Bytes)>> {
    let mut out = Vec::with_capacity(inputs.len());
    for inputs in inputs.chunks(lanes::BATCH) {
        // Eight in lanes take longer than two, each in all lanes.
        if inputs.len() < 3 {
            let level = Level::Avx512(token);
            out.extend(inputs.iter().map(|(e, k)| sign_digest_at(level, secret, e, k)));
            continue;
        }
        let mut scalars = Zeroizing::new([Scalar::ZERO; lanes::BATCH]);
        for (place, (_, k)) in scalars.iter_mut().zip(inputs) {
            if let Some(k) = scalar(k) {
                *place = *k;
            }
        }
        let mut x = Zeroizing::new([Bytes::default(); lanes::BATCH]);
        lanes::base_x(token, &scalars, inputs.len(), &mut x); // A4
        out.extend(inputs.iter().zip(scalars.iter().zip(x.iter())).map(|((e, _), (k, x))| {
            // 0 stands for what is out of range.
            if k.is_zero() { None } else { finish_signature(secret, e, k, x) }
        }));
    }
    out
}

/// Steps A5 to A7 with the x of k*G.
fn finish_signature(secret: &Secret, e: &Bytes, k: &Scalar, x1: &Bytes) -> Option<(Bytes, Bytes)> {
    let r = Scalar::reduce(e).add(&Scalar::reduce(x1)); // A5
    let sum = Zeroizing::new(r.add(k));
    if r.is_zero() | sum.is_zero() {
        return None;
    }
    // A6: (1+d)^-1 * (k - r*d), written so that d itself is not needed.
    let s = secret.inverse.mul(&sum).sub(&r);
    if s.is_zero() {
        return None;
    }
    Some(declassify((r.to_bytes(), s.to_bytes())))
}

/// The public key of a verification.
#[derive(Clone, Copy)]
pub(crate) enum Key<'a> {
    Fresh(&'a Point),
    Prepared(&'a PreparedPoint),
}

/// What one verification looks at; r and s are in 1..=n-1.
#[derive(Clone, Copy)]
pub(crate) struct Verification<'a> {
    pub(crate) key: Key<'a>,
    pub(crate) e: Bytes,
    pub(crate) r: &'a Bytes,
    pub(crate) s: &'a Bytes,
}

/// Whether the x of s*G + t*P is, modulo n, this number; P is given as it is or as its multiples.
pub(super) struct Question<'a, P> {
    pub(super) s: Scalar,
    pub(super) t: Scalar,
    pub(super) point: &'a P,
    pub(super) x: Scalar,
}

/// Whether (r, s) is the key's signature over the digest e.
pub(crate) fn verify_digest_vartime(item: &Verification<'_>) -> bool {
    verify_digest_many_vartime(std::slice::from_ref(item)).first() == Some(&true)
}

/// [`verify_digest_vartime`] for many signatures.
pub(crate) fn verify_digest_many_vartime(items: &[Verification<'_>]) -> Vec<bool> {
    verify_digest_many_at_vartime(Level::current_or_model(), items)
}

/// [`verify_digest_many_vartime`] with the instructions of this level.
pub(crate) fn verify_digest_many_at_vartime(level: Level, items: &[Verification<'_>]) -> Vec<bool> {
    let mut results = vec![false; items.len()];
    let (mut fresh, mut prepared) = (Vec::new(), Vec::new());
    for (item, result) in items.iter().zip(&mut results) {
        let (Some(r), Some(s)) = (scalar(item.r), scalar(item.s)) else { continue }; // B1, B2
        let t = r.add(&s);
        if t.is_zero() {
            continue; // B5
        }
        let x1 = r.sub(&Scalar::reduce(&item.e)); // of B7: R = e + x1 has to be r
        match item.key {
            Key::Fresh(point) => {
                fresh.push((Question { s: *s, t, point: &point.0, x: x1 }, result))
            }
            Key::Prepared(point) => {
                prepared.push((Question { s: *s, t, point: &point.0, x: x1 }, result));
            }
        }
    }
    answer_fresh_vartime(level, fresh);
    answer_prepared_vartime(level, prepared);
    results
}

/// A question and where its answer goes.
type Asked<'a, 'b, P> = (Question<'a, P>, &'b mut bool);

/// B6 and B7 with keys that nothing is known about.
fn answer_fresh_vartime(level: Level, mut asked: Vec<Asked<'_, '_, Affine>>) {
    match level {
        // Eight in lanes take less time than two one by one.
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx512(token) if asked.len() > 1 => {
            for asked in asked.chunks_mut(8) {
                answer_together(asked, |questions| lanes::answers_vartime(token, questions));
            }
        }
        _ => {
            for (Question { s, t, point, x }, result) in &mut asked {
                **result = x_is_vartime(&compute!(level, by, combine_vartime(by, s, t, point)), x);
            }
        }
    }
}

/// B6 and B7 with prepared keys.
fn answer_prepared_vartime(level: Level, mut asked: Vec<Asked<'_, '_, Multiples>>) {
    match level {
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx512(token) => {
            for asked in asked.chunks_mut(8) {
                // Eight in lanes take as long as five, each in all lanes.
                if asked.len() < 5 {
                    for (question, result) in asked {
                        **result = lanes::answer_prepared_vartime(token, question);
                    }
                } else {
                    answer_together(asked, |questions| {
                        lanes::answers_prepared_vartime(token, questions)
                    });
                }
            }
        }
        _ => {
            // They share inversions.
            let sums: Vec<_> = asked.iter().map(|(q, _)| (q.s, q.t, q.point)).collect();
            for (point, (question, result)) in
                compute!(level, by, combine_prepared_vartime(by, &sums)).iter().zip(&mut asked)
            {
                **result = x_is_vartime(point, &question.x);
            }
        }
    }
}

/// The answers to at most eight questions; idle lanes repeat the first.
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
fn answer_together<P>(
    asked: &mut [Asked<'_, '_, P>],
    answers: impl Fn(&[Question<'_, P>; 8]) -> [bool; 8],
) {
    let questions = std::array::from_fn(|lane| {
        let Question { s, t, point, x } = asked[if lane < asked.len() { lane } else { 0 }].0;
        Question { s, t, point, x }
    });
    for ((_, result), answer) in asked.iter_mut().zip(answers(&questions)) {
        **result = answer;
    }
}

/// k*G, constant-time.
fn base_multiple(level: Level, k: &Scalar) -> Zeroizing<Jacobian> {
    Zeroizing::new(match level {
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx512(token) => {
            let (half, negate) = shared::half(k);
            let half = Zeroizing::new(half);
            shared::jacobian(&Zeroizing::new(lanes::base_once(token, &half)), negate)
        }
        _ => compute!(level, by, multiply_base(by, k)),
    })
}

fn product(k: &Scalar, point: &Point) -> Option<Zeroizing<Point>> {
    let product = Zeroizing::new(compute!(Level::current(), by, multiply(by, k, &point.0)));
    product.to_affine().map(|point| Zeroizing::new(Point(point)))
}

/// The scalar of these bytes, if it is in 1..=n-1.
fn scalar(value: &Bytes) -> Option<Zeroizing<Scalar>> {
    Scalar::from_bytes(value).map(Zeroizing::new)
}
