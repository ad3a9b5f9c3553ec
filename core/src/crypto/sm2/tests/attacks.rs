//! Signatures that a careless verifier accepts, and nonces that a careless signer uses.

use super::super::backend::{self, Bytes, Point};
use super::*;
use crate::crypto::BadSignature;
use ::sm2::elliptic_curve::group::Group;
use ::sm2::elliptic_curve::ops::Reduce;
use ::sm2::elliptic_curve::point::{AffineCoordinates, DecompressPoint};
use ::sm2::elliptic_curve::{PrimeField, subtle::Choice};
use ::sm2::{AffinePoint, FieldBytes, ProjectivePoint, Scalar};
use zeroize::Zeroizing;

pub(super) fn small(value: u64) -> Scalar {
    Scalar::from(value)
}

pub(super) fn bytes(value: Scalar) -> Bytes {
    value.to_repr().into()
}

pub(super) fn x_of(point: &ProjectivePoint) -> Scalar {
    Scalar::reduce(&point.to_affine().x())
}

pub(super) fn public(point: &ProjectivePoint) -> PublicKey {
    let affine = point.to_affine();
    PublicKey::from_raw64(&[&affine.x()[..], &affine.y()[..]].concat()).unwrap()
}

/// A key and a signature over the digest e whose point s*G + t*P is the one given.
pub(super) fn made_for(q: &ProjectivePoint, e: &Bytes, t: Scalar) -> (PublicKey, Signature) {
    let r = Scalar::reduce(&FieldBytes::from(*e)) + x_of(q);
    let s = t - r;
    let p = (*q - ProjectivePoint::generator() * s) * t.invert().unwrap();
    (public(&p), Signature::checked(bytes(r), bytes(s)).unwrap())
}

fn verify(key: &PublicKey, e: &Bytes, signature: &Signature) -> Result<(), BadSignature> {
    let prepared = PreparedPublicKey::from(key);
    let (r, s) = signature.parts();
    let item = |key| backend::Verification { key, e: *e, r, s };
    let fresh = || item(backend::Key::Fresh(key.point()));
    let again = || item(backend::Key::Prepared(prepared.point()));
    let one = hazmat::sm2_verify_digest(key, &Sm2Digest(*e), signature);
    assert_eq!(hazmat::sm2_verify_digest(&prepared, &Sm2Digest(*e), signature), one);
    let many = backend::verify_digest_many_vartime(&[fresh(), again(), again(), fresh(), again()]);
    assert_eq!(many, [one.is_ok(); 5]);
    one
}

#[test]
fn infinity_is_refused() {
    // s*G + t*P = infinity for s = -t*d; x1 = 0 would make r = e.
    let d = Scalar::from_repr(FieldBytes::try_from(&hex(D)[..]).unwrap()).unwrap();
    let t = small(7);
    let s = -(t * d);
    let r = t - s;
    let signature = Signature::checked(bytes(r), bytes(s)).unwrap();
    assert_eq!(verify(key().public_key(), &bytes(r), &signature), Err(BadSignature));
}

#[test]
fn t_of_zero_is_refused() {
    // t = 0 takes the key out: s*G has an x1 for anybody.
    let s = small(12345);
    let signature = Signature::checked(bytes(-s), bytes(s)).unwrap();
    let e = -s - x_of(&(ProjectivePoint::generator() * s));
    assert_eq!(verify(key().public_key(), &bytes(e), &signature), Err(BadSignature));
}

#[test]
fn large_x1_and_large_e_are_reduced() {
    // The smallest x of the curve at or above n, and a digest at or above n.
    let n = hex(N);
    let q = (0..=255u8)
        .find_map(|more| {
            let mut x = n.clone();
            x[31] = x[31].checked_add(more)?;
            let x = FieldBytes::try_from(&x[..]).unwrap();
            AffinePoint::decompress(&x, Choice::from(0)).into_option()
        })
        .unwrap();
    let x: Bytes = q.x().into();
    assert!(x[..] >= n[..]);
    for e in [[0xff; 32], n[..].try_into().unwrap(), [0; 32], bytes(small(3))] {
        for t in [small(1), small(2), -small(1), small(0xdead_beef)] {
            let (key, signature) = made_for(&ProjectivePoint::from(q), &e, t);
            assert_eq!(verify(&key, &e, &signature), Ok(()));
            let mut other = e;
            other[31] ^= 1;
            assert_eq!(verify(&key, &other, &signature), Err(BadSignature));
        }
    }
}

#[test]
fn equal_points_are_added() {
    // s*G = t*P: the addition is a doubling.
    let (s, t) = (small(1001), small(77));
    let p = ProjectivePoint::generator() * (s * t.invert().unwrap());
    let (r, q) = (t - s, ProjectivePoint::generator() * (s + s));
    let signature = Signature::checked(bytes(r), bytes(s)).unwrap();
    assert_eq!(verify(&public(&p), &bytes(r - x_of(&q)), &signature), Ok(()));
}

#[test]
fn r_and_s_have_their_range() {
    let n: Bytes = hex(N)[..].try_into().unwrap();
    let (zero, one, last) = ([0; 32], bytes(small(1)), bytes(-small(1)));
    for (r, s) in [(one, one), (last, last), (one, last)] {
        assert!(Signature::from_raw(&[r, s].concat()).is_ok());
        let der = crate::asn1::sm2::write_signature(&r, &s);
        assert_eq!(Signature::from_der(&der).unwrap().to_der(), der);
    }
    for bad in [zero, n, [0xff; 32]] {
        for (r, s) in [(bad, one), (one, bad), (bad, bad)] {
            let code = Signature::from_raw(&[r, s].concat()).unwrap_err().code();
            assert_eq!(code, Code::Value);
            let der = crate::asn1::sm2::write_signature(&r, &s);
            assert_eq!(Signature::from_der(&der).unwrap_err().code(), Code::Value);
        }
    }
}

/// Nonces and digests for which the standard takes another nonce.
pub(super) fn to_be_retried() -> Vec<(Bytes, Bytes)> {
    let d = Scalar::from_repr(FieldBytes::try_from(&hex(D)[..]).unwrap()).unwrap();
    let k = small(0x1234_5678);
    let x1 = x_of(&(ProjectivePoint::generator() * k));
    vec![
        (bytes(-x1), bytes(k)),                          // r = 0
        (bytes(-k - x1), bytes(k)),                      // r + k = n
        (bytes(k * d.invert().unwrap() - x1), bytes(k)), // s = 0
        ([1; 32], [0; 32]),                              // k = 0
        ([1; 32], hex(N)[..].try_into().unwrap()),       // k = n
        ([1; 32], [0xff; 32]),                           // k > n
    ]
}

#[test]
fn bad_nonces_give_nothing() {
    for (e, k) in to_be_retried() {
        let error = hazmat::sm2_sign_digest_with_nonce(&key(), &Sm2Digest(e), &k).unwrap_err();
        assert_eq!(error.code(), Code::Argument);
    }
    for k in [&[1; 31][..], &[1; 33], &[]] {
        assert!(hazmat::sm2_sign_digest_with_nonce(&key(), &Sm2Digest([1; 32]), k).is_err());
    }
}

#[test]
fn many_signatures_are_what_each_is() {
    let key = key();
    let mut inputs = to_be_retried();
    inputs.extend((1..40u64).map(|i| (bytes(small(i)), bytes(small(i * i + 1)))));
    inputs.extend(to_be_retried());
    let inputs: Vec<(Bytes, Zeroizing<Bytes>)> =
        inputs.into_iter().map(|(e, k)| (e, Zeroizing::new(k))).collect();
    let many = backend::sign_digest_many(key.secret(), &inputs);
    let each: Vec<_> =
        inputs.iter().map(|(e, k)| backend::sign_digest(key.secret(), e, k)).collect();
    assert_eq!(many, each);
    assert_eq!(many.iter().filter(|one| one.is_some()).count(), 39);
}

#[test]
fn decryption_leaves_the_curve_to_nobody() {
    // C1 on a twist or in another form: refused before the key is used.
    let key = key();
    let raw = key.public_key().encrypt_raw(b"secret").unwrap();
    for at in [1, 32, 33, 64] {
        let mut bad = raw.clone();
        bad[at] ^= 1;
        assert_eq!(key.decrypt_raw(&bad).unwrap_err().code(), Code::Point);
    }
    assert!(Point::from_coordinates(&[0; 32], &[0; 32]).is_none());
}
