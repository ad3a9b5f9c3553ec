//! The one door to curve arithmetic.
//!
//! Everything above speaks in bytes and in the opaque types below, so that another engine can stand
//! behind the same door. Values are 32 bytes, big endian. The `_many` forms give what their single
//! forms give, item by item, and share work (one inversion for all).

use sm2::elliptic_curve::group::Group;
use sm2::elliptic_curve::ops::{MulByGeneratorVartime, Reduce};
use sm2::elliptic_curve::point::{AffineCoordinates, BatchNormalize, DecompressPoint};
use sm2::elliptic_curve::{PrimeField, subtle::Choice};
use sm2::{AffinePoint, FieldBytes, ProjectivePoint, Scalar};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The name of this engine, for reports of speed.
pub(crate) const NAME: &str = "rustcrypto";

/// How many signatures share one inversion.
const BATCH: usize = 16;

/// 32 bytes, big endian: a coordinate, a scalar or a digest.
pub(crate) type Bytes = [u8; 32];

/// A point of the curve other than infinity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point(AffinePoint);

impl Point {
    /// The point with these coordinates, if they are canonical (below p) and on the curve.
    pub(crate) fn from_coordinates(x: &Bytes, y: &Bytes) -> Option<Point> {
        AffinePoint::from_coordinates(&FieldBytes::from(*x), &FieldBytes::from(*y))
            .into_option()
            .map(Point)
    }

    /// The point with this canonical x and a y of this parity, if there is one.
    pub(crate) fn decompress(x: &Bytes, y_is_odd: bool) -> Option<Point> {
        AffinePoint::decompress(&FieldBytes::from(*x), Choice::from(u8::from(y_is_odd)))
            .into_option()
            .map(Point)
    }

    /// The coordinates x and y.
    pub(crate) fn coordinates(&self) -> (Bytes, Bytes) {
        (self.0.x().into(), self.0.y().into())
    }

    fn from_projective(point: &ProjectivePoint) -> Option<Point> {
        let affine = point.to_affine();
        if bool::from(affine.is_identity()) { None } else { Some(Point(affine)) }
    }
}

impl Zeroize for Point {
    fn zeroize(&mut self) {
        self.0.zeroize();
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
        // For d = n-1 there is no inverse.
        let inverse = (Scalar::ONE + *d).invert().into_option().map(Zeroizing::new)?;
        Some(Box::new(Secret { d: *d, inverse: *inverse }))
    }

    /// The private key d.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Bytes> {
        Zeroizing::new(self.d.to_repr().into())
    }

    /// The public key d*G.
    pub(crate) fn public_point(&self) -> Option<Point> {
        Point::from_projective(&ProjectivePoint::mul_by_generator(&self.d))
    }

    /// d*P, constant-time.
    pub(crate) fn multiply(&self, point: &Point) -> Option<Zeroizing<Point>> {
        multiply(&self.d, point)
    }
}

/// Whether 1 <= value <= n-1.
pub(crate) fn is_scalar(value: &Bytes) -> bool {
    scalar(value).is_some()
}

/// k*G and k*P of an encryption; none if k is out of 1..=n-1. Constant-time in k.
pub(crate) fn encryption_points(k: &Bytes, point: &Point) -> Option<(Point, Zeroizing<Point>)> {
    let k = scalar(k)?;
    let c1 = Zeroizing::new(ProjectivePoint::mul_by_generator(&k));
    Some((Point::from_projective(&c1)?, multiply(&k, point)?))
}

/// The signature (r, s) over the digest e with the nonce k.
///
/// None if another nonce has to be taken: k out of 1..=n-1, r = 0, r + k = n or s = 0.
/// Constant-time in the key and the nonce.
pub(crate) fn sign_digest(secret: &Secret, e: &Bytes, k: &Bytes) -> Option<(Bytes, Bytes)> {
    let k = scalar(k)?;
    let point = Zeroizing::new(ProjectivePoint::mul_by_generator(&k)); // A4
    let x1 = Zeroizing::new(point.to_affine());
    finish_signature(secret, e, &k, &x1)
}

/// [`sign_digest`] for many pairs of digest and nonce under one key.
pub(crate) fn sign_digest_many(
    secret: &Secret,
    inputs: &[(Bytes, Zeroizing<Bytes>)],
) -> Vec<Option<(Bytes, Bytes)>> {
    let mut out = Vec::with_capacity(inputs.len());
    for inputs in inputs.chunks(BATCH) {
        // Arrays, not vectors: nothing secret is left in freed memory.
        let mut points = Zeroizing::new([ProjectivePoint::IDENTITY; BATCH]);
        for (point, (_, k)) in points.iter_mut().zip(inputs) {
            if let Some(k) = scalar(k) {
                *point = ProjectivePoint::mul_by_generator(&k);
            }
        }
        let points = Zeroizing::new(ProjectivePoint::batch_normalize(&*points));
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
    point: &AffinePoint,
) -> Option<(Bytes, Bytes)> {
    let r = reduce(e) + Scalar::reduce(&point.x()); // A5
    let sum = Zeroizing::new(r + k);
    if bool::from(r.is_zero() | sum.is_zero()) {
        return None;
    }
    // A6: (1+d)^-1 * (k - r*d), written so that d itself is not needed.
    let s = secret.inverse * *sum - r;
    if bool::from(s.is_zero()) {
        return None;
    }
    Some((r.to_repr().into(), s.to_repr().into()))
}

/// What one verification looks at; r and s are in 1..=n-1.
#[derive(Clone, Copy)]
pub(crate) struct Verification<'a> {
    pub(crate) key: &'a Point,
    pub(crate) e: Bytes,
    pub(crate) r: &'a Bytes,
    pub(crate) s: &'a Bytes,
}

/// Whether (r, s) is the key's signature over the digest e.
pub(crate) fn verify_digest_vartime(item: &Verification<'_>) -> bool {
    point_vartime(item).is_some_and(|(r, point)| x1_agrees(&r, &item.e, &point.to_affine()))
}

/// [`verify_digest_vartime`] for many signatures.
pub(crate) fn verify_digest_many_vartime(items: &[Verification<'_>]) -> Vec<bool> {
    let found: Vec<Option<(Scalar, ProjectivePoint)>> = items.iter().map(point_vartime).collect();
    let points: Vec<ProjectivePoint> =
        found.iter().map(|item| item.map_or(ProjectivePoint::IDENTITY, |(_, p)| p)).collect();
    let affine: Vec<AffinePoint> = ProjectivePoint::batch_normalize(points.as_slice());
    items
        .iter()
        .zip(&found)
        .zip(&affine)
        .map(|((item, found), point)| found.is_some_and(|(r, _)| x1_agrees(&r, &item.e, point)))
        .collect()
}

/// Steps B1, B2, B5 and B6: r and s*G + t*P.
fn point_vartime(item: &Verification<'_>) -> Option<(Scalar, ProjectivePoint)> {
    let (r, s) = (scalar(item.r)?, scalar(item.s)?);
    let t = *r + *s;
    if bool::from(t.is_zero()) {
        return None;
    }
    let key = ProjectivePoint::from(item.key.0);
    Some((*r, ProjectivePoint::mul_by_generator_and_mul_add_vartime(&s, &t, &key)))
}

/// Step B7. Infinity has no x1 and agrees with nothing.
fn x1_agrees(r: &Scalar, e: &Bytes, point: &AffinePoint) -> bool {
    !bool::from(point.is_identity()) && reduce(e) + Scalar::reduce(&point.x()) == *r
}

fn multiply(k: &Scalar, point: &Point) -> Option<Zeroizing<Point>> {
    let product = Zeroizing::new(ProjectivePoint::from(point.0) * k);
    Point::from_projective(&product).map(Zeroizing::new)
}

/// The scalar of these bytes, if it is in 1..=n-1.
fn scalar(value: &Bytes) -> Option<Zeroizing<Scalar>> {
    let scalar = Scalar::from_repr(FieldBytes::from(*value)).into_option().map(Zeroizing::new)?;
    if bool::from(scalar.is_zero()) { None } else { Some(scalar) }
}

fn reduce(value: &Bytes) -> Scalar {
    Scalar::reduce(&FieldBytes::from(*value))
}
