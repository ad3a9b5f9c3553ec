//! Every number of a signature at its edges, and exceptional items at every place among ordinary ones.

use super::super::backend::{self, Bytes, Key, Verification};
use super::attacks::{bytes, made_for, public, small, to_be_retried, x_of};
use super::*;
use ::sm2::elliptic_curve::PrimeField;
use ::sm2::elliptic_curve::group::Group;
use ::sm2::elliptic_curve::ops::Reduce;
use ::sm2::{FieldBytes, ProjectivePoint, Scalar};
use zeroize::Zeroizing;

/// Scalars next to 0, n, n/2 and powers of two, with limbs of ones and of zeros.
fn edges() -> Vec<Scalar> {
    let half = small(2).invert().unwrap(); // (n+1)/2
    let power = |bits: u32| (0..bits).fold(Scalar::ONE, |power, _| power + power);
    let mut edges = vec![small(1), small(2), half, half - small(1), half + small(1)];
    edges.extend([63, 64, 127, 128, 192, 254, 255].map(|bits| power(bits) - small(1)));
    edges.extend([64, 128, 192, 255].map(power));
    edges.extend(edges.clone().into_iter().map(|edge| -edge));
    edges
}

/// Digests at and above n too.
fn digests() -> Vec<Bytes> {
    let n: Bytes = hex(N)[..].try_into().unwrap();
    let (mut below, mut above) = (n, n);
    below[31] -= 1;
    above[31] += 1;
    vec![[0; 32], [0xff; 32], n, below, above, bytes(small(1)), [0x80; 32]]
}

fn reduced(e: &Bytes) -> Scalar {
    Scalar::reduce(&FieldBytes::from(*e))
}

/// The signature by the standard's text, with RustCrypto's numbers; none where it wants another k.
fn by_the_text(d: Scalar, e: &Bytes, k: Scalar) -> Option<(Bytes, Bytes)> {
    let r = reduced(e) + x_of(&(ProjectivePoint::generator() * k));
    let s = (Scalar::ONE + d).invert().unwrap() * (k - r * d);
    let zero = |value: Scalar| value == Scalar::ZERO;
    (!zero(r) && !zero(r + k) && !zero(s)).then(|| (bytes(r), bytes(s)))
}

#[test]
fn private_keys_digests_and_nonces() {
    for d in edges().into_iter().filter(|d| *d != -small(1)) {
        let key = PrivateKey::from_bytes(&bytes(d)).unwrap();
        assert_eq!(*key.public_key(), public(&(ProjectivePoint::generator() * d)));
        let inputs: Vec<(Bytes, Zeroizing<Bytes>)> = edges()
            .into_iter()
            .zip(digests().into_iter().cycle())
            .map(|(k, e)| (e, Zeroizing::new(bytes(k))))
            .collect();
        let many = backend::sign_digest_many(key.secret(), &inputs);
        assert_eq!(many.len(), inputs.len());
        for ((e, k), found) in inputs.iter().zip(many) {
            let k = Scalar::from_repr(FieldBytes::from(**k)).unwrap();
            assert_eq!(found, by_the_text(d, e, k));
            let Some((r, s)) = found else { continue };
            let signature = Signature::checked(r, s).unwrap();
            let verified = hazmat::sm2_verify_digest(key.public_key(), &Sm2Digest(*e), &signature);
            assert_eq!(verified, Ok(()));
        }
    }
}

#[test]
fn r_and_s() {
    // For any r and s there is a key whose signature they are: P = (Q - s*G) / t, e = r - x(Q).
    let q = ProjectivePoint::generator() * small(0x1234_5678_9abc);
    for r in edges() {
        for s in edges().into_iter().filter(|s| *s != -r) {
            let key = public(&((q - ProjectivePoint::generator() * s) * (r + s).invert().unwrap()));
            let e = Sm2Digest(bytes(r - x_of(&q)));
            let signature = Signature::checked(bytes(r), bytes(s)).unwrap();
            assert_eq!(hazmat::sm2_verify_digest(&key, &e, &signature), Ok(()));
            let swapped = Signature::checked(bytes(s), bytes(r)).unwrap();
            assert_eq!(hazmat::sm2_verify_digest(&key, &e, &swapped).is_ok(), r == s);
        }
    }
}

#[test]
fn exceptional_verifications_at_every_place() {
    let base = ProjectivePoint::generator();
    let t = small(7);
    let ordinary = made_for(&(base * small(0xabcdef)), &[3; 32], small(0x777));
    // s*G = -t*P: infinity, which the x1 = 0 of a careless sum would make r = e
    let d = small(0xdead);
    let (s, r) = (-(t * d), t + t * d);
    let infinity = (public(&(base * d)), Signature::checked(bytes(r), bytes(s)).unwrap());
    // s*G = t*P: a doubling
    let s = small(1001);
    let p = base * (s * t.invert().unwrap());
    let twin = Signature::checked(bytes(t - s), bytes(s)).unwrap();
    let e_twin = bytes(t - s - x_of(&(base * (s + s))));
    // t = 0
    let zero = Signature::checked(bytes(-s), bytes(s)).unwrap();
    let exceptional = [
        (infinity.0, bytes(r), infinity.1, false),
        (public(&p), e_twin, twin, true),
        (public(&p), bytes(-s - x_of(&(base * s))), zero, false),
        (ordinary.0, [4; 32], ordinary.1, false),
    ];
    for length in 0..=17 {
        for place in 0..length {
            for (key, e, signature, good) in &exceptional {
                let items: Vec<Verification<'_>> = (0..length)
                    .map(|i| {
                        let (key, e, signature) = match i == place {
                            true => (key, e, signature),
                            false => (&ordinary.0, &[3; 32], &ordinary.1),
                        };
                        let (r, s) = signature.parts();
                        Verification { key: Key::Fresh(key.point()), e: *e, r, s }
                    })
                    .collect();
                let found = backend::verify_digest_many_vartime(&items);
                let expected: Vec<bool> = (0..length).map(|i| i != place || *good).collect();
                assert_eq!(found, expected);
            }
        }
    }
    assert!(backend::verify_digest_many_vartime(&[]).is_empty());
}

#[test]
fn nonces_to_be_retried_at_every_place() {
    let key = key();
    let ordinary = |i: u64| (bytes(small(i + 5)), bytes(small(i * i + 1)));
    for length in 0..=17 {
        for place in 0..length {
            for bad in to_be_retried() {
                let input = |i| if i == place { bad } else { ordinary(i) };
                let inputs: Vec<(Bytes, Zeroizing<Bytes>)> =
                    (0..length).map(input).map(|(e, k)| (e, Zeroizing::new(k))).collect();
                let many = backend::sign_digest_many(key.secret(), &inputs);
                let d = Scalar::from_repr(FieldBytes::try_from(&hex(D)[..]).unwrap()).unwrap();
                for (i, ((e, k), found)) in (0..length).zip(inputs.iter().zip(&many)) {
                    let expected = (i != place).then(|| by_the_text(d, e, reduced(k)).unwrap());
                    assert_eq!(*found, expected);
                }
            }
        }
    }
}
