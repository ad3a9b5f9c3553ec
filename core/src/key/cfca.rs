//! Key files of CFCA (`.sm2`): an SM2 key and its certificate under a password.
//!
//! The format is private to that authority's tools. What is here is what gmsm reads and writes; no
//! published specification was at hand, so it counts as **unverified**. Only reading is offered:
//! the password is hashed once, so whoever has the file may try passwords as fast as SM3 runs.
//!
//! ```text
//! SEQUENCE {
//!   1,
//!   SEQUENCE { data of GB/T 35275, SM4 or SM4-CBC, OCTET STRING },  -- the private number, encrypted
//!   SEQUENCE { data of GB/T 35275, OCTET STRING or the certificate itself } }
//! ```

use super::certificate;
use super::pkcs8::PrivateKey;
use super::unlock::{Unlock, wrong_password};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, oid};
use crate::crypto::sm2;
use crate::crypto::sm4::Sm4Key;
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

const STRUCTURE: &str = "CFCA key file";

/// Whether this starts as such a file does.
pub(super) fn is_meant(der: &[u8]) -> bool {
    let start = || -> Result<bool> {
        let mut file = Reader::new(der, STRUCTURE).sequence()?;
        file.expect(tag::INTEGER)?;
        Ok(file.sequence()?.expect(tag::OID)?.oid()? == oid::GM_DATA)
    };
    start().unwrap_or(false)
}

/// The key and its certificate in DER.
pub(super) fn read(der: &[u8], unlock: &mut Unlock<'_>) -> Result<(PrivateKey, Vec<u8>)> {
    let mut file = Reader::whole(der, STRUCTURE)?;
    let version = file.expect(tag::INTEGER)?;
    if version.integer_i64()? != 1 {
        return Err(Error::new(Code::Version, STRUCTURE, "the version is not 1").at(version.offset));
    }
    let mut encrypted = file.sequence()?;
    let mut holder = file.sequence()?;
    file.finish()?;
    is_data(&mut encrypted)?;
    let algorithm = encrypted.expect(tag::OID)?.oid()?;
    if !matches!(algorithm, oid::SM4 | oid::SM4_CBC) {
        let message = format!("the encryption {algorithm} is not offered");
        return Err(Error::new(Code::Algorithm, STRUCTURE, message));
    }
    let ciphertext = encrypted.expect(tag::OCTET_STRING)?.value;
    encrypted.finish()?;
    is_data(&mut holder)?;
    let held = holder.read()?;
    holder.finish()?;
    let certificate = match held.tag {
        tag::OCTET_STRING => held.value,
        tag::SEQUENCE => held.raw,
        _ => return Err(held.error("no certificate")),
    };
    unlock.note("SM4-CBC of CFCA, the password hashed once".to_owned());
    let number = decrypt(unlock.password()?, ciphertext)?;
    let whole = number.len() == 32;
    let key = key_of(&number)?;
    let spki =
        certificate::fields(certificate).map_err(|error| error.shifted(held.value_offset()))?.spki;
    if key.public_key().to_spki_der() != spki {
        // A whole number stands before a whole block of padding, which no wrong password gives.
        let message = "the certificate is for another key";
        let mismatch = Error::new(Code::KeyMismatch, STRUCTURE, message);
        return Err(if whole { mismatch } else { wrong_password() });
    }
    Ok((PrivateKey::Sm2(Box::new(key)), certificate.to_vec()))
}

fn is_data(fields: &mut Reader<'_>) -> Result<()> {
    let kind = fields.expect(tag::OID)?;
    if kind.oid()? == oid::GM_DATA { Ok(()) } else { Err(kind.error("not data of GB/T 35275")) }
}

/// SM4-CBC; of 32 bytes that SM2's KDF makes from the password, IV and key.
fn decrypt(password: &[u8], ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let derived = Zeroizing::new(sm2::kdf(password, 32)?);
    let (iv, key) = derived.split_first_chunk::<16>().ok_or_else(wrong_password)?;
    let plain = Sm4Key::new(key)?.cbc_decrypt(iv, ciphertext);
    plain.map(Zeroizing::new).map_err(|_| wrong_password())
}

/// The key of a number of at most 32 bytes, leading zeros left out.
fn key_of(number: &[u8]) -> Result<sm2::PrivateKey> {
    let mut padded = Zeroizing::new([0; 32]);
    let start = padded.len().checked_sub(number.len()).ok_or_else(wrong_password)?;
    padded[start..].copy_from_slice(number);
    sm2::PrivateKey::from_bytes(&*padded).map_err(|_| wrong_password())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::writer;
    use crate::crypto::hazmat;
    use crate::key::KeyFileOptions;

    /// A certificate as far as this module looks at one.
    fn certificate(key: &sm2::PublicKey) -> Vec<u8> {
        let empty = writer::sequence(&[]);
        let tbs = [&writer::integer(1), &empty, &empty, &empty, &empty, &key.to_spki_der()];
        writer::sequence(&[&writer::sequence(&tbs.map(Vec::as_slice)), &empty])
    }

    fn file(number: &[u8], certificate: &[u8], password: &[u8]) -> Vec<u8> {
        let derived = sm2::kdf(password, 32).unwrap();
        let iv = derived[..16].try_into().unwrap();
        let sealed = Sm4Key::new(&derived[16..]).unwrap().cbc_encrypt(&iv, number);
        let data = writer::oid(&oid::GM_DATA);
        let encrypted =
            writer::sequence(&[&data, &writer::oid(&oid::SM4), &writer::octet_string(&sealed)]);
        let holder = writer::sequence(&[&data, &writer::octet_string(certificate)]);
        writer::sequence(&[&writer::integer(1), &encrypted, &holder])
    }

    fn open(der: &[u8], password: Option<&[u8]>) -> Result<(PrivateKey, Vec<u8>)> {
        read(der, &mut Unlock::new(password, &KeyFileOptions::default()))
    }

    #[test]
    fn key_and_certificate_come_out() {
        let key = sm2::PrivateKey::from_bytes(&[7; 32]).unwrap();
        let number = hazmat::sm2_private_key_bytes(&key);
        let certificate = certificate(key.public_key());
        let der = file(number.as_bytes(), &certificate, b"123456");
        assert!(is_meant(&der));
        let (read, beside) = open(&der, Some(b"123456")).unwrap();
        let PrivateKey::Sm2(read) = read else { panic!("SM2 is SM2") };
        assert_eq!((read.public_key(), beside), (key.public_key(), certificate.clone()));
        let code = |password| open(&der, password).err().map(|error| error.code());
        assert_eq!(code(None), Some(Code::KeyMissing));
        assert_eq!(code(Some(b"1234567")), Some(Code::Password));
        let other = sm2::PrivateKey::from_bytes(&[8; 32]).unwrap();
        let number = hazmat::sm2_private_key_bytes(&other);
        let mixed = file(number.as_bytes(), &certificate, b"123456");
        let error = open(&mixed, Some(b"123456")).err().unwrap();
        assert_eq!(error.code(), Code::KeyMismatch);
        for end in 0..der.len() {
            assert!(open(&der[..end], Some(b"123456")).is_err());
        }
        for at in 0..der.len() {
            let mut changed = der.clone();
            changed[at] ^= 0x01;
            if let Ok((PrivateKey::Sm2(read), _)) = open(&changed, Some(b"123456")) {
                assert_eq!(read.public_key(), key.public_key());
            }
        }
    }

    #[test]
    fn a_number_may_be_short() {
        let mut number = [9; 32];
        number[0] = 0;
        let key = sm2::PrivateKey::from_bytes(&number).unwrap();
        let certificate = certificate(key.public_key());
        assert!(open(&file(&number[1..], &certificate, b"p"), Some(b"p")).is_ok());
        let error = open(&file(&[1; 33], &certificate, b"p"), Some(b"p")).err().unwrap();
        assert_eq!(error.code(), Code::Password);
    }
}
