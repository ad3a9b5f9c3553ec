//! The one door to curve arithmetic.
//!
//! Everything above speaks in bytes and in the opaque types below, so that another engine can stand
//! behind the same door. Values are 32 bytes, big endian. The `_many` forms give what their single
//! forms give, item by item; signatures share inversions.

use super::portable::{
    Affine, BATCH, Jacobian, Multiples, Scalar, combine_prepared_vartime, combine_vartime,
    multiply, multiply_base, normalize, x_is_vartime,
};
use crate::crypto::declassify::declassify;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

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
        Affine::decompress(x, y_is_odd).map(Point)
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
    pub(crate) fn new(point: &Point) -> PreparedPoint {
        PreparedPoint(Multiples::of_vartime(&point.0))
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
        Zeroizing::new(multiply_base(&self.d)).to_affine().map(declassify).map(Point)
    }

    /// d*P, constant-time.
    pub(crate) fn multiply(&self, point: &Point) -> Option<Zeroizing<Point>> {
        product(&self.d, point)
    }

    /// r*G, and what a key exchange needs of d and r; none if r is out of 1..=n-1. Constant-time in
    /// both.
    pub(crate) fn exchange(&self, r: &Bytes) -> Option<(Point, Box<ExchangeSecret>)> {
        let r = scalar(r)?;
        let ephemeral = declassify(Zeroizing::new(multiply_base(&r)).to_affine()?);
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
        let sum = multiply(&x, &ephemeral.0).add_affine_vartime(&key.0); // all public
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
    let c1 = Zeroizing::new(multiply_base(&k));
    Some((Point(declassify(c1.to_affine()?)), product(&k, point)?))
}

/// The signature (r, s) over the digest e with the nonce k.
///
/// None if another nonce has to be taken: k out of 1..=n-1, r = 0, r + k = n or s = 0.
/// Constant-time in the key and the nonce.
pub(crate) fn sign_digest(secret: &Secret, e: &Bytes, k: &Bytes) -> Option<(Bytes, Bytes)> {
    let k = scalar(k)?;
    let point = Zeroizing::new(multiply_base(&k)); // A4
    let point = Zeroizing::new(point.to_affine()?);
    finish_signature(secret, e, &k, &point)
}

/// [`sign_digest`] for many pairs of digest and nonce under one key.
pub(crate) fn sign_digest_many(
    secret: &Secret,
    inputs: &[(Bytes, Zeroizing<Bytes>)],
) -> Vec<Option<(Bytes, Bytes)>> {
    let mut out = Vec::with_capacity(inputs.len());
    for inputs in inputs.chunks(BATCH) {
        // Arrays, not vectors: nothing secret is left in freed memory.
        let mut points = Zeroizing::new([Jacobian::INFINITY; BATCH]);
        for (point, (_, k)) in points.iter_mut().zip(inputs) {
            if let Some(k) = scalar(k) {
                *point = multiply_base(&k);
            }
        }
        let points = normalize(&points);
        out.extend(inputs.iter().zip(points.iter()).map(|((e, k), point)| {
            let k = scalar(k)?;
            finish_signature(secret, e, &k, point)
        }));
    }
    out
}

/// Steps A5 to A7 with the point k*G.
fn finish_signature(
    secret: &Secret,
    e: &Bytes,
    k: &Scalar,
    point: &Affine,
) -> Option<(Bytes, Bytes)> {
    let x1 = Zeroizing::new(point.x());
    let r = Scalar::reduce(e).add(&Scalar::reduce(&x1)); // A5
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

/// Whether (r, s) is the key's signature over the digest e.
pub(crate) fn verify_digest_vartime(item: &Verification<'_>) -> bool {
    verify_digest_many_vartime(std::slice::from_ref(item)).first() == Some(&true)
}

/// [`verify_digest_vartime`] for many signatures.
pub(crate) fn verify_digest_many_vartime(items: &[Verification<'_>]) -> Vec<bool> {
    let mut results = vec![false; items.len()];
    // Those with prepared keys share inversions: what they add up, and what each then looks for.
    let mut sums = Vec::new();
    let mut sought = Vec::new();
    for (item, result) in items.iter().zip(&mut results) {
        let (Some(r), Some(s)) = (scalar(item.r), scalar(item.s)) else { continue }; // B1, B2
        let t = r.add(&s);
        if t.is_zero() {
            continue; // B5
        }
        let x1 = r.sub(&Scalar::reduce(&item.e)); // of B7: R = e + x1 has to be r
        match item.key {
            Key::Fresh(point) => *result = x_is_vartime(&combine_vartime(&s, &t, &point.0), &x1),
            Key::Prepared(point) => {
                sums.push((*s, t, &point.0));
                sought.push((x1, result));
            }
        }
    }
    for (point, (x1, result)) in combine_prepared_vartime(&sums).iter().zip(sought) {
        *result = x_is_vartime(point, &x1); // B6, B7
    }
    results
}

fn product(k: &Scalar, point: &Point) -> Option<Zeroizing<Point>> {
    let product = Zeroizing::new(multiply(k, &point.0));
    product.to_affine().map(|point| Zeroizing::new(Point(point)))
}

/// The scalar of these bytes, if it is in 1..=n-1.
fn scalar(value: &Bytes) -> Option<Zeroizing<Scalar>> {
    Scalar::from_bytes(value).map(Zeroizing::new)
}
