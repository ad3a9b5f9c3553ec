//! SM2EnvelopedKey: an encryption key on its way from the authority to its holder, who opens it
//! with the signing key.
//!
//! # Source
//!
//! GB/T 35276, GM/T 0009:
//!
//! ```text
//! SM2EnvelopedKey ::= SEQUENCE {
//!   symAlgID               AlgorithmIdentifier,
//!   symEncryptedKey        SM2Cipher,
//!   Sm2PublicKey           BIT STRING,
//!   Sm2EncryptedPrivateKey BIT STRING }   -- ECB, no padding
//! ```

use super::pkcs8;
use super::signer::Decrypter;
use crate::asn1::reader::tag;
use crate::asn1::{Reader, oid, writer};
use crate::crypto::sm4::{BLOCK, Sm4Key};
use crate::crypto::{hazmat, rng, sm2};
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

const STRUCTURE: &str = "SM2EnvelopedKey";

/// Opens it. The private key has 32 bytes, or 64 of which the first half is zero, as devices write
/// it.
pub(super) fn open(der: &[u8], with: &dyn Decrypter) -> Result<sm2::PrivateKey> {
    let mut fields = Reader::whole(der, STRUCTURE)?;
    let mut algorithm = fields.sequence()?;
    let cipher = fields.expect(tag::SEQUENCE)?.raw;
    let public = fields.expect(tag::BIT_STRING)?.bit_string()?;
    let private = fields.expect(tag::BIT_STRING)?.bit_string()?;
    fields.finish()?;
    let identifier = algorithm.expect(tag::OID)?.oid()?;
    if !matches!(identifier, oid::SM4_ECB | oid::SM4) {
        let message = format!("the encryption {identifier} is not offered");
        return Err(Error::new(Code::Algorithm, STRUCTURE, message));
    }
    let key = Zeroizing::new(with.decrypt(cipher)?);
    let key = Sm4Key::new(&key).map_err(|_| undecryptable())?;
    let plain = Zeroizing::new(key.ecb_decrypt(private).map_err(|_| undecryptable())?);
    let number = match plain.split_last_chunk::<32>() {
        Some((front, number)) if front.is_empty() || front == [0; 32] => number,
        _ => return Err(undecryptable()),
    };
    let opened = sm2::PrivateKey::from_bytes(number).map_err(|_| undecryptable())?;
    pkcs8::same_key(&opened, public)?;
    Ok(opened)
}

/// Makes one for the holder of `recipient`, the public key of the signing certificate.
pub(super) fn make(key: &sm2::PrivateKey, recipient: &sm2::PublicKey) -> Result<Vec<u8>> {
    let mut symmetric = Zeroizing::new([0; BLOCK]);
    rng::fill(&mut *symmetric)?;
    let number = hazmat::sm2_private_key_bytes(key);
    let private = Sm4Key::new(&*symmetric)?.ecb_encrypt(number.as_bytes())?;
    Ok(writer::sequence(&[
        &writer::sequence(&[&writer::oid(&oid::SM4_ECB)]),
        &recipient.encrypt_der(&*symmetric)?,
        &writer::bit_string(&key.public_key().to_sec1()),
        &writer::bit_string(&private),
    ]))
}

fn undecryptable() -> Error {
    Error::new(Code::Decryption, STRUCTURE, "this key does not open it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Signer, SoftwareKey};

    #[test]
    fn a_delivered_key_comes_out() {
        let signing = SoftwareKey::generate_sm2().unwrap();
        let encryption = SoftwareKey::generate_sm2().unwrap();
        let der = encryption.to_enveloped(Signer::public_key(&signing)).unwrap();
        let opened = SoftwareKey::from_enveloped(&der, &signing).unwrap();
        assert_eq!(Signer::public_key(&opened), Signer::public_key(&encryption));
        let error = SoftwareKey::from_enveloped(&der, &encryption).unwrap_err();
        assert_eq!(error.code(), Code::Decryption);
        for end in 0..der.len() {
            assert!(SoftwareKey::from_enveloped(&der[..end], &signing).is_err());
        }
        for at in 0..der.len() {
            let mut changed = der.clone();
            changed[at] ^= 0x01;
            if let Ok(opened) = SoftwareKey::from_enveloped(&changed, &signing) {
                assert_eq!(Signer::public_key(&opened), Signer::public_key(&encryption), "{at}");
            }
        }
    }

    #[test]
    fn devices_write_64_bytes() {
        let signing = sm2::PrivateKey::from_bytes(&[5; 32]).unwrap();
        let with = |number: &[u8], public: &sm2::PublicKey, identifier| {
            let private = Sm4Key::new(&[1; 16]).unwrap().ecb_encrypt(number).unwrap();
            writer::sequence(&[
                &writer::sequence(&[&writer::oid(&identifier), &writer::null()]),
                &signing.public_key().encrypt_der(&[1; 16]).unwrap(),
                &writer::bit_string(&public.to_sec1()),
                &writer::bit_string(&private),
            ])
        };
        let key = sm2::PrivateKey::from_bytes(&[6; 32]).unwrap();
        let public = key.public_key();
        let holder =
            crate::key::SoftwareKey::of_sm2(sm2::PrivateKey::from_bytes(&[5; 32]).unwrap());
        let long = [[0; 32], [6; 32]].concat();
        assert!(open(&with(&long, public, oid::SM4_ECB), &holder).is_ok());
        assert!(open(&with(&long, public, oid::SM4), &holder).is_ok());
        let code = |der: Vec<u8>| open(&der, &holder).err().map(|error| error.code());
        assert_eq!(code(with(&[6; 64], public, oid::SM4_ECB)), Some(Code::Decryption));
        assert_eq!(code(with(&[6; 16], public, oid::SM4_ECB)), Some(Code::Decryption));
        assert_eq!(code(with(&[0; 32], public, oid::SM4_ECB)), Some(Code::Decryption));
        assert_eq!(code(with(&[6; 32], public, oid::SM4_CBC)), Some(Code::Algorithm));
        let other = signing.public_key();
        assert_eq!(code(with(&[6; 32], other, oid::SM4_ECB)), Some(Code::PrivateKey));
    }
}
