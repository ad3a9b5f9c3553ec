//! The nonces of real signatures, worked out with the private key: whole, uniform and never twice.

use super::super::nonce::Nonces;
use super::*;
use ::sm2::elliptic_curve::PrimeField;
use ::sm2::{FieldBytes, Scalar};
use std::collections::HashSet;

const COUNT: usize = 3000;

fn scalar(bytes: &[u8]) -> Scalar {
    Scalar::from_repr(FieldBytes::try_from(bytes).unwrap()).unwrap()
}

/// k = s * (1 + d) + r * d
fn nonce_of(signature: &Signature) -> [u8; 32] {
    let (r, s) = signature.parts();
    let d = scalar(&hex(D));
    (scalar(s) * (Scalar::ONE + d) + scalar(r) * d).to_repr().into()
}

/// Every bit is set about half of the time, within six standard deviations.
fn assert_uniform(values: &[[u8; 32]]) {
    let allowed = 6.0 * (values.len() as f64).sqrt() / 2.0;
    for bit in 0..256 {
        let set = values.iter().filter(|k| k[bit / 8] >> (7 - bit % 8) & 1 == 1).count();
        let off = (set as f64 - values.len() as f64 / 2.0).abs();
        assert!(off < allowed, "bit {bit}: {set} of {}", values.len());
    }
    let distinct: HashSet<&[u8; 32]> = values.iter().collect();
    assert_eq!(distinct.len(), values.len());
}

#[test]
fn of_signatures_one_by_one() {
    let (key, id) = (key(), UserId::default());
    let nonces: Vec<[u8; 32]> =
        (0..1000).map(|_| nonce_of(&key.sign(&id, b"the same message").unwrap())).collect();
    assert_uniform(&nonces);
}

#[test]
fn of_many_signatures_in_one_call() {
    let digests = vec![Sm2Digest([9; 32]); COUNT];
    let signatures = hazmat::sm2_sign_digest_many(&key(), &digests, 2);
    let nonces: Vec<[u8; 32]> =
        signatures.iter().map(|signature| nonce_of(signature.as_ref().unwrap())).collect();
    assert_uniform(&nonces);
}

#[test]
fn each_input_counts() {
    let first = |d, e, random, index| *Nonces::new(&d, &e, &random, index).next();
    let base = first([1; 32], [2; 32], [3; 32], 0);
    assert_eq!(base, first([1; 32], [2; 32], [3; 32], 0));
    let mut all = vec![
        base,
        first([7; 32], [2; 32], [3; 32], 0),
        first([1; 32], [7; 32], [3; 32], 0),
        first([1; 32], [2; 32], [7; 32], 0),
        first([1; 32], [2; 32], [3; 32], 1),
    ];
    let mut nonces = Nonces::new(&[1; 32], &[2; 32], &[3; 32], 0);
    assert_eq!(*nonces.next(), base);
    all.extend((0..COUNT).map(|_| *nonces.next()));
    let distinct: HashSet<&[u8; 32]> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
    assert_uniform(&all);
}
