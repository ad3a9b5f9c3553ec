//! Our SM2, SM3 and SM4 against the crate sm-crypto, which is used nowhere else.
//!
//! What it does rightly has to agree in both directions; what it accepts wrongly we refuse.

use sm_crypto::{sm2 as theirs, sm3 as their_sm3, sm4 as their_sm4};
use yinxin::asn1::writer;
use yinxin::crypto::hazmat::{self, Sm2Digest};
use yinxin::crypto::sm2::{PrivateKey, PublicKey, Signature, UserId};
use yinxin::crypto::{sm3, sm4::Sm4Key};
use yinxin::error::Code;

const N: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn private_hex(key: &PrivateKey) -> String {
    hex(hazmat::sm2_private_key_bytes(key).as_bytes())
}

fn public_hex(key: &PublicKey) -> String {
    hex(&key.to_sec1()[1..])
}

/// Messages of many lengths; none starts with a zero byte, which sm-crypto loses in decryption.
fn messages() -> Vec<Vec<u8>> {
    [1, 2, 31, 32, 33, 55, 56, 63, 64, 65, 119, 128, 1000]
        .map(|length| (0..length).map(|i| (i * 7 + 1) as u8).collect())
        .to_vec()
}

#[test]
fn signatures_agree_both_ways() {
    for message in messages() {
        let key = PrivateKey::generate().unwrap();
        let (private, public) = (private_hex(&key), public_hex(key.public_key()));
        assert_eq!(theirs::pk_from_sk(&private), public);
        for id in [&b"1234567812345678"[..], b"somebody@example.com"] {
            let our_id = UserId::new(id).unwrap();
            let ours = key.sign(&our_id, &message).unwrap().to_der();
            assert!(theirs::Verify::new_with_id(id, &public).verify_der(&message, &ours, true));
            let their = theirs::Sign::new_with_id(id, &private).sign_der(&message, true);
            let their = Signature::from_der(&their).unwrap();
            assert!(key.public_key().verify(&our_id, &message, &their).is_ok());
            assert!(key.public_key().verify(&our_id, b"other", &their).is_err());
        }
    }
}

#[test]
fn ciphertexts_agree_both_ways() {
    // Of a key stream of all zeros, one in 256 for a byte, it makes no ciphertext and panics.
    for message in messages().into_iter().filter(|message| message.len() > 2) {
        let key = PrivateKey::generate().unwrap();
        let (private, public) = (private_hex(&key), public_hex(key.public_key()));
        let ours = key.public_key().encrypt_der(&message).unwrap();
        assert_eq!(theirs::Decrypt::new(&private).decrypt_asna1(&ours), message);
        let their = theirs::Encrypt::new(&public).encrypt_asna1(&message);
        assert_eq!(key.decrypt_der(&their).unwrap(), message);
        // Its raw form lacks the leading 04.
        let raw = key.public_key().encrypt_raw(&message).unwrap();
        assert_eq!(theirs::Decrypt::new(&private).decrypt(&raw[1..]), message);
        let their = [&[0x04][..], &theirs::Encrypt::new(&public).encrypt(&message)].concat();
        assert_eq!(key.decrypt_raw(&their).unwrap(), message);
    }
}

#[test]
fn sm3_and_sm4_agree() {
    for message in messages().iter().chain([&Vec::new()]) {
        assert_eq!(their_sm3::sm3_hash(message), hex(&sm3::digest(message)));
        let (key, iv) = ([0x51; 16], [0x1f; 16]);
        let ours = Sm4Key::new(&key).unwrap();
        let cbc = their_sm4::CryptSM4CBC::new(&key, &iv);
        let ciphertext = ours.cbc_encrypt(&iv, message);
        assert_eq!(cbc.encrypt_cbc(message), ciphertext);
        assert_eq!(cbc.decrypt_cbc(&ciphertext), *message);
        assert_eq!(ours.cbc_decrypt(&iv, &ciphertext).unwrap(), *message);
        // Its ECB pads as CBC does.
        let padding = 16 - message.len() % 16;
        let padded = [&message[..], &vec![padding as u8; padding]].concat();
        let ecb = their_sm4::CryptSM4ECB::new(&key).encrypt_ecb(message);
        assert_eq!(ecb, ours.ecb_encrypt(&padded).unwrap());
        assert_eq!(ours.ecb_decrypt(&ecb).unwrap(), padded);
    }
}

/// DER of a signature whose numbers may be out of their range.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    writer::sequence(&[&writer::integer_unsigned(r), &writer::integer_unsigned(s)])
}

#[test]
fn a_forgery_for_any_message_is_refused() {
    // s = n makes s*G infinity; with its faulty addition x1 = 0, so r = e is all that it takes.
    let key = PrivateKey::generate().unwrap();
    let public = public_hex(key.public_key());
    for message in messages() {
        let e = hazmat::sm2_digest(key.public_key(), &UserId::default(), &[&message]);
        if hex(&e.0).as_str() >= N {
            continue;
        }
        let forged = der(&e.0, &bytes(N));
        assert!(theirs::Verify::new(&public).verify_der(&message, &forged, true));
        assert_eq!(Signature::from_der(&forged).unwrap_err().code(), Code::Value);
        assert!(Signature::from_raw(&[&e.0[..], &bytes(N)].concat()).is_err());
    }
}

#[test]
fn another_spelling_of_s_is_refused() {
    let key = PrivateKey::generate().unwrap();
    let signature = key.sign(&UserId::default(), b"message").unwrap().to_raw();
    let mut sum = vec![0];
    sum.extend_from_slice(&signature[32..]);
    let mut carry = 0;
    for (byte, n) in sum[1..].iter_mut().zip(bytes(N)).rev() {
        let total = u16::from(*byte) + u16::from(n) + carry;
        *byte = total as u8;
        carry = total >> 8;
    }
    sum[0] = carry as u8;
    let twin = der(&signature[..32], &sum);
    assert_eq!(Signature::from_der(&twin).unwrap_err().code(), Code::Value);
}

#[test]
fn a_ciphertext_with_a_wrong_hash_is_refused() {
    let key = PrivateKey::generate().unwrap();
    let mut raw = key.public_key().encrypt_raw(b"pay 100").unwrap();
    raw[65] ^= 1;
    let their = theirs::Decrypt::new(&private_hex(&key)).decrypt(&raw[1..]);
    assert_eq!(their, b"pay 100");
    assert_eq!(key.decrypt_raw(&raw).unwrap_err().code(), Code::Decryption);
    // So nothing protects C2 there: one flipped bit is one changed digit.
    raw[65] ^= 1;
    raw[97 + 4] ^= 8;
    let their = theirs::Decrypt::new(&private_hex(&key)).decrypt(&raw[1..]);
    assert_eq!(their, b"pay 900");
    assert_eq!(key.decrypt_raw(&raw).unwrap_err().code(), Code::Decryption);
}

#[test]
fn a_point_off_the_curve_is_refused() {
    let key = PrivateKey::generate().unwrap();
    let mut raw = key.public_key().encrypt_raw(b"message").unwrap();
    raw[64] ^= 1;
    assert!(!theirs::Decrypt::new(&private_hex(&key)).decrypt(&raw[1..]).is_empty());
    assert_eq!(key.decrypt_raw(&raw).unwrap_err().code(), Code::Point);
}

#[test]
fn digests_take_the_low_level_door_only() {
    // Its `hash = false` takes a message for e; ours needs the typed digest.
    let key = PrivateKey::generate().unwrap();
    let e = Sm2Digest(sm3::digest(b"message"));
    let their = theirs::Sign::new(&private_hex(&key)).sign_der(&e.0, false);
    let their = Signature::from_der(&their).unwrap();
    assert!(hazmat::sm2_verify_digest(key.public_key(), &e, &their).is_ok());
    assert!(key.public_key().verify(&UserId::default(), &e.0, &their).is_err());
    assert!(key.public_key().verify(&UserId::default(), b"message", &their).is_err());
}
