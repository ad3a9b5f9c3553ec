//! Damaged and cut inputs: an error or another meaning, and never a panic.

use super::*;
use crate::asn1::oid;
use crate::asn1::writer::{self, bit_string, sequence};

/// Everything one bit away from the input, and everything that it starts with.
fn damaged(input: &[u8]) -> Vec<Vec<u8>> {
    let flipped = (0..input.len() * 8).map(|bit| {
        let mut bad = input.to_vec();
        bad[bit / 8] ^= 1 << (bit % 8);
        bad
    });
    let cut = (0..input.len()).map(|end| input[..end].to_vec());
    let longer = [[input, &[0]].concat()];
    flipped.chain(cut).chain(longer).collect()
}

#[test]
fn signatures() {
    let (key, id) = (key(), UserId::default());
    let signature = key.sign(&id, b"message").unwrap();
    for bad in damaged(&signature.to_der()) {
        if let Ok(bad) = Signature::from_der(&bad) {
            assert!(bad != signature && key.public_key().verify(&id, b"message", &bad).is_err());
        }
    }
    for bad in damaged(&signature.to_raw()) {
        if let Ok(bad) = Signature::from_raw(&bad) {
            assert!(bad != signature && key.public_key().verify(&id, b"message", &bad).is_err());
        }
    }
    assert_eq!(Signature::from_raw(&signature.to_raw()).unwrap(), signature);
}

#[test]
fn ids_and_parts_count() {
    let (key, id) = (key(), UserId::default());
    let signature = key.sign(&id, b"message").unwrap();
    for other in [&b""[..], b"1234567812345679", &[0x31; 8191]] {
        let other = UserId::new(other).unwrap();
        assert!(key.public_key().verify(&other, b"message", &signature).is_err());
        let own = key.sign(&other, b"message").unwrap();
        assert!(key.public_key().verify(&other, b"message", &own).is_ok());
    }
    assert!(key.public_key().verify_parts(&id, &[b"mess", b"age"], &signature).is_ok());
    assert!(key.public_key().verify_parts(&id, &[b"mess"], &signature).is_err());
}

#[test]
fn public_keys() {
    let public = *key().public_key();
    for bad in damaged(&public.to_spki_der()) {
        assert!(PublicKey::from_spki_der(&bad).is_err(), "{bad:02x?}");
    }
    for bad in damaged(&public.to_sec1()) {
        assert!(PublicKey::from_sec1(&bad).is_err());
    }
    let sec1 = public.to_sec1();
    for length in 0..70 {
        assert_eq!(PublicKey::from_raw64(&vec![1; length]).unwrap_err().code(), Code::Point);
    }
    assert_eq!(PublicKey::from_raw64(&sec1[1..]).unwrap(), public);
    let compressed = [&[0x02 | sec1[64] & 1][..], &sec1[1..33]].concat();
    assert_eq!(PublicKey::from_sec1(&compressed).unwrap(), public);
    let mut other = compressed.clone();
    other[0] ^= 1;
    assert_ne!(PublicKey::from_sec1(&other).unwrap(), public);
    for hybrid in [0x06, 0x07, 0x00, 0x05] {
        let mut bad = sec1;
        bad[0] = hybrid;
        assert!(PublicKey::from_sec1(&bad).is_err());
    }
}

#[test]
fn coordinates_are_below_p() {
    // x = 0 is on the curve; x = p is not another name for it.
    let mut zero = [0; 33];
    zero[0] = 0x02;
    let key = PublicKey::from_sec1(&zero).unwrap();
    let p = hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
    assert!(PublicKey::from_sec1(&[&[0x02], &p[..]].concat()).is_err());
    let y = &key.to_sec1()[33..];
    assert!(PublicKey::from_raw64(&[&p, y].concat()).is_err());
    assert!(PublicKey::from_raw64(&[&[0; 32], y].concat()).is_ok());
}

#[test]
fn algorithms_of_public_keys() {
    let public = *key().public_key();
    let sec1 = public.to_sec1();
    let spki = |parts: &[&[u8]]| sequence(&[&sequence(parts), &bit_string(&sec1)]);
    let (ec, curve) = (writer::oid(&oid::EC_PUBLIC_KEY), writer::oid(&oid::CURVE_SM2));
    assert_eq!(spki(&[&ec, &curve]), public.to_spki_der());
    for good in [spki(&[&ec, &curve]), spki(&[&curve]), spki(&[&curve, &writer::null()])] {
        assert_eq!(PublicKey::from_spki_der(&good).unwrap(), public);
    }
    let explicit = sequence(&[&writer::integer(1)]);
    for (bad, code) in [
        (spki(&[&ec]), Code::Form),
        (spki(&[&ec, &writer::null()]), Code::Form),
        (spki(&[&ec, &explicit]), Code::Form),
        (spki(&[&ec, &writer::oid(&oid::CURVE_P256)]), Code::Algorithm),
        (spki(&[&writer::oid(&oid::SM2_SIGN), &curve]), Code::Algorithm),
        (spki(&[&writer::oid(&oid::RSA), &writer::null()]), Code::Algorithm),
        (spki(&[&curve, &curve]), Code::Der),
        (spki(&[&ec, &curve, &writer::null()]), Code::Der),
        (spki(&[]), Code::Der),
    ] {
        assert_eq!(PublicKey::from_spki_der(&bad).unwrap_err().code(), code, "{bad:02x?}");
    }
    let unused = writer::tlv(0x03, &[&[1], &sec1]);
    let bad = sequence(&[&sequence(&[&ec, &curve]), &unused]);
    assert_eq!(PublicKey::from_spki_der(&bad).unwrap_err().code(), Code::Der);
}

#[test]
fn ciphertexts() {
    let (key, message) = (key(), b"a voucher");
    let der = key.public_key().encrypt_der(message).unwrap();
    for bad in damaged(&der) {
        assert!(key.decrypt_der(&bad).is_err());
    }
    let raw = key.public_key().encrypt_raw(message).unwrap();
    for bad in damaged(&raw) {
        assert!(key.decrypt_raw(&bad).is_err());
    }
    for length in 0..=97 {
        assert!(key.decrypt_raw(&raw[..length]).is_err());
        assert!(key.decrypt_raw(&vec![4; length]).is_err());
    }
    assert!(key.decrypt_raw(&raw[1..]).is_err());
}

#[test]
fn what_depends_on_the_key_is_one_error() {
    let key = key();
    let raw = key.public_key().encrypt_raw(b"message").unwrap();
    let mut errors = Vec::new();
    for at in [65, 96, 97, 103] {
        let mut bad = raw.clone();
        bad[at] ^= 0x40;
        errors.push(key.decrypt_raw(&bad).unwrap_err());
    }
    let mut d = hex(D);
    d[31] ^= 1;
    errors.push(PrivateKey::from_bytes(&d).unwrap().decrypt_raw(&raw).unwrap_err());
    assert!(errors.iter().all(|error| error == &errors[0]));
    assert_eq!(errors[0].code(), Code::Decryption);
}

#[test]
fn an_all_zero_key_stream_is_refused() {
    // One byte of key stream is zero once in 256 times: C2 then shows the message.
    let key = key();
    for _ in 0..300 {
        let raw = key.public_key().encrypt_raw(&[0xa5]).unwrap();
        assert_ne!(raw[97], 0xa5);
    }
    let zero = (1..2000u32)
        .find_map(|k| {
            let mut bytes = [0; 32];
            bytes[28..].copy_from_slice(&k.to_be_bytes());
            let (c1, shared) =
                super::super::backend::encryption_points(&bytes, key.public_key().point())?;
            let (x, y) = shared.coordinates();
            let stream = kdf(&[x, y].concat(), 1).unwrap();
            let hash = crate::crypto::sm3::digest_parts(&[&x, &[0xa5], &y]);
            let (x, y) = c1.coordinates();
            (stream == [0]).then(|| [&[0x04][..], &x, &y, &hash, &[0xa5]].concat())
        })
        .unwrap();
    assert_eq!(key.decrypt_raw(&zero).unwrap_err().code(), Code::Decryption);
}

#[test]
fn no_secret_is_shown() {
    let key = key();
    let shown = format!("{key:?}").to_lowercase();
    assert!(!shown.contains(&D.to_lowercase()[..8]) && shown.contains("publickey"));
    let bytes = hazmat::sm2_private_key_bytes(&key);
    assert_eq!(bytes.as_bytes(), hex(D));
    assert_eq!(format!("{bytes:?}"), "SecretBytes(32 bytes)");
}
