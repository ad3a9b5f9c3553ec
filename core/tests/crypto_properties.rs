//! What holds of the algorithms for any input.

use proptest::collection::vec;
use proptest::prelude::*;
use yinxin::crypto::hazmat::{self, Sm2Digest};
use yinxin::crypto::public_key::{PublicKey, SignatureAlgorithm};
use yinxin::crypto::sm2::{self, PrivateKey, Signature, UserId};
use yinxin::crypto::{hmac_sm3, sm3, sm4::Sm4Key};

fn private_key() -> impl Strategy<Value = PrivateKey> {
    any::<[u8; 32]>().prop_filter_map("out of range", |bytes| PrivateKey::from_bytes(&bytes).ok())
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_signature_verifies_for_its_message_only(
        key in private_key(),
        id in vec(any::<u8>(), 0..40),
        message in vec(any::<u8>(), 0..200),
        other in vec(any::<u8>(), 0..200),
    ) {
        let id = UserId::new(&id).unwrap();
        let signature = key.sign(&id, &message).unwrap();
        let public = key.public_key();
        prop_assert!(public.verify(&id, &message, &signature).is_ok());
        prop_assert_eq!(public.verify(&id, &other, &signature).is_ok(), other == message);
        prop_assert_eq!(Signature::from_der(&signature.to_der()).unwrap(), signature);
        prop_assert_eq!(Signature::from_raw(&signature.to_raw()).unwrap(), signature);
        let generic = PublicKey::from_spki_der(&public.to_spki_der()).unwrap();
        let algorithm = SignatureAlgorithm::Sm2WithSm3;
        prop_assert!(generic.verify(algorithm, &id, &message, &signature.to_der()).is_ok());
    }

    #[test]
    fn any_digest_can_be_signed(key in private_key(), e in any::<[u8; 32]>()) {
        let digest = Sm2Digest(e);
        let signature = hazmat::sm2_sign_digest(&key, &digest).unwrap();
        prop_assert!(hazmat::sm2_verify_digest(key.public_key(), &digest, &signature).is_ok());
    }

    #[test]
    fn no_64_bytes_verify_by_chance(raw in vec(any::<u8>(), 64), e in any::<[u8; 32]>()) {
        let key = PrivateKey::from_bytes(&[1; 32]).unwrap();
        if let Ok(signature) = Signature::from_raw(&raw) {
            let result = hazmat::sm2_verify_digest(key.public_key(), &Sm2Digest(e), &signature);
            prop_assert!(result.is_err());
        }
    }

    #[test]
    fn what_is_encrypted_is_decrypted(
        key in private_key(),
        other in private_key(),
        message in vec(any::<u8>(), 1..200),
    ) {
        let der = key.public_key().encrypt_der(&message).unwrap();
        prop_assert_eq!(&key.decrypt_der(&der).unwrap(), &message);
        prop_assert!(other.decrypt_der(&der).is_err());
        let raw = key.public_key().encrypt_raw(&message).unwrap();
        prop_assert_eq!(&key.decrypt_raw(&raw).unwrap(), &message);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..200)) {
        let key = PrivateKey::from_bytes(&[1; 32]).unwrap();
        let _ = Signature::from_der(&bytes);
        let _ = Signature::from_raw(&bytes);
        let _ = sm2::PublicKey::from_sec1(&bytes);
        let _ = sm2::PublicKey::from_raw64(&bytes);
        let _ = PublicKey::from_spki_der(&bytes);
        let _ = PrivateKey::from_bytes(&bytes);
        let _ = SignatureAlgorithm::from_algorithm_identifier(&bytes);
        prop_assert!(key.decrypt_der(&bytes).is_err());
        prop_assert!(key.decrypt_raw(&bytes).is_err());
    }

    #[test]
    fn keys_come_back(key in private_key()) {
        let public = *key.public_key();
        let sec1 = public.to_sec1();
        prop_assert_eq!(sm2::PublicKey::from_sec1(&sec1).unwrap(), public);
        let compressed = [&[0x02 | sec1[64] & 1][..], &sec1[1..33]].concat();
        prop_assert_eq!(sm2::PublicKey::from_sec1(&compressed).unwrap(), public);
        prop_assert_eq!(sm2::PublicKey::from_spki_der(&public.to_spki_der()).unwrap(), public);
        let exported = hazmat::sm2_private_key_bytes(&key);
        let again = PrivateKey::from_bytes(exported.as_bytes()).unwrap();
        prop_assert_eq!(*again.public_key(), public);
    }

    #[test]
    fn modes_come_back(
        key in any::<[u8; 16]>(),
        iv in any::<[u8; 16]>(),
        nonce in any::<[u8; 12]>(),
        aad in vec(any::<u8>(), 0..50),
        message in vec(any::<u8>(), 0..700),
    ) {
        let key = Sm4Key::new(&key).unwrap();
        prop_assert_eq!(&key.ctr(&iv, &key.ctr(&iv, &message)), &message);
        prop_assert_eq!(&key.cbc_decrypt(&iv, &key.cbc_encrypt(&iv, &message)).unwrap(), &message);
        let (ciphertext, tag) = key.gcm_encrypt(&nonce, &aad, &message).unwrap();
        prop_assert_eq!(&key.gcm_decrypt(&nonce, &aad, &ciphertext, &tag).unwrap(), &message);
    }

    #[test]
    fn pieces_make_the_same_hash(
        pieces in vec(vec(any::<u8>(), 0..150), 0..8),
        key in vec(any::<u8>(), 0..100),
    ) {
        let whole = pieces.concat();
        let parts: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(sm3::digest_parts(&parts), sm3::digest(&whole));
        let each: Vec<[u8; 32]> = parts.iter().map(|part| sm3::digest(part)).collect();
        prop_assert_eq!(sm3::digest_many(&parts, 3), each);
        let mut mac = hmac_sm3::HmacSm3::new(&key);
        parts.iter().for_each(|part| mac.update(part));
        prop_assert_eq!(mac.finalize(), hmac_sm3::tag(&key, &whole));
    }
}
