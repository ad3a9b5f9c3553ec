//! Keys under a password: PBES2 with PBKDF2.
//!
//! The Chinese algorithms (HMAC-SM3, SM4-CBC) are read and written here; AES with SHA-2 and scrypt
//! are read by the `pkcs8` crate.
//!
//! # Source
//!
//! RFC 8018; the SM identifiers are those of circulating files (HMAC-SM3 has two spellings).

use crate::asn1::reader::tag;
use crate::asn1::{Reader, oid, writer};
use crate::crypto::pbkdf2::{self, Prf};
use crate::crypto::rng;
use crate::crypto::sm4::Sm4Key;
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

/// The most PBKDF2 iterations that are done for a foreign file.
pub const MAX_ITERATIONS: i64 = 10_000_000;

/// What our own files use: the figure OWASP gave in 2023 for a 256-bit hash.
const ITERATIONS: u32 = 600_000;

/// The one error of a password that does not open a key.
pub(super) fn wrong_password() -> Error {
    Error::new(Code::Password, "private key", "the password does not open it")
}

/// What a PBES2 structure says about SM4-CBC.
struct Parameters<'a> {
    salt: &'a [u8],
    iterations: u32,
    prf: Prf,
    iv: [u8; 16],
}

/// Decrypts `EncryptedPrivateKeyInfo ::= SEQUENCE { algorithm, OCTET STRING }`.
pub(super) fn decrypt(der: &[u8], password: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let mut outer = Reader::new(der, "EncryptedPrivateKeyInfo");
    let mut info = outer.sequence()?;
    outer.finish()?;
    let algorithm = info.sequence()?;
    let ciphertext = info.expect(tag::OCTET_STRING)?.value;
    info.finish()?;
    match sm4_parameters(algorithm)? {
        Some(parameters) => {
            let key = derive(&parameters, password)?;
            let plain = key.cbc_decrypt(&parameters.iv, ciphertext);
            plain.map(Zeroizing::new).map_err(|_| wrong_password())
        }
        None => decrypt_international(der, password),
    }
}

/// The parameters if this is PBES2 with PBKDF2 and SM4-CBC; `None` if it is something else.
fn sm4_parameters(mut algorithm: Reader<'_>) -> Result<Option<Parameters<'_>>> {
    if algorithm.expect(tag::OID)?.oid()? != oid::PBES2 {
        return Err(Error::new(Code::Algorithm, "private key", "it is not encrypted with PBES2"));
    }
    let mut pbes2 = algorithm.sequence()?;
    let mut kdf = pbes2.sequence()?;
    let mut cipher = pbes2.sequence()?;
    let is_pbkdf2 = kdf.expect(tag::OID)?.oid()? == oid::PBKDF2;
    if !is_pbkdf2 {
        return Ok(None);
    }
    let mut fields = kdf.sequence()?;
    let salt = fields.expect(tag::OCTET_STRING)?.value;
    let iterations = fields.expect(tag::INTEGER)?.integer_i64()?;
    if !(1..=MAX_ITERATIONS).contains(&iterations) {
        return Err(Error::new(
            Code::Budget,
            "PBKDF2",
            "the iterations are not 1 to MAX_ITERATIONS",
        ));
    }
    if cipher.expect(tag::OID)?.oid()? != oid::SM4_CBC {
        return Ok(None);
    }
    let key_length = fields.optional(tag::INTEGER)?;
    if let Some(length) = key_length
        && length.integer_i64()? != 16
    {
        return Err(length.error("an SM4 key has 16 bytes"));
    }
    let prf = match fields.optional(tag::SEQUENCE)? {
        None => Prf::HmacSha1,
        Some(prf) => match prf.contents().expect(tag::OID)?.oid()? {
            oid::HMAC_SM3 | oid::HMAC_SM3_OPENSSL => Prf::HmacSm3,
            oid::HMAC_SHA1 => Prf::HmacSha1,
            oid::HMAC_SHA256 => Prf::HmacSha256,
            other => {
                let message = format!("the pseudorandom function {other} is not offered");
                return Err(Error::new(Code::Algorithm, "PBKDF2", message));
            }
        },
    };
    let iv = cipher.expect(tag::OCTET_STRING)?;
    let iv = iv.value.try_into().map_err(|_| iv.error("an SM4 IV has 16 bytes"))?;
    // Checked above: at most MAX_ITERATIONS.
    Ok(Some(Parameters { salt, iterations: iterations as u32, prf, iv }))
}

fn derive(parameters: &Parameters<'_>, password: &[u8]) -> Result<Sm4Key> {
    let mut key = Zeroizing::new([0; 16]);
    pbkdf2::derive(parameters.prf, password, parameters.salt, parameters.iterations, &mut *key);
    Sm4Key::new(&*key)
}

fn decrypt_international(der: &[u8], password: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let unsupported = |error: ::pkcs8::Error| {
        Error::new(
            Code::Algorithm,
            "private key",
            format!("its encryption is not offered: {error}"),
        )
    };
    let info = ::pkcs8::EncryptedPrivateKeyInfoRef::try_from(der).map_err(unsupported)?;
    let plain = info.decrypt(password).map_err(|_| wrong_password())?;
    Ok(Zeroizing::new(plain.as_bytes().to_vec()))
}

/// Encrypts with PBKDF2 (HMAC-SM3) and SM4-CBC.
pub(super) fn encrypt(plain: &[u8], password: &[u8]) -> Result<Vec<u8>> {
    let mut salt = [0; 16];
    let mut iv = [0; 16];
    rng::fill(&mut salt)?;
    rng::fill(&mut iv)?;
    let parameters = Parameters { salt: &salt, iterations: ITERATIONS, prf: Prf::HmacSm3, iv };
    let ciphertext = derive(&parameters, password)?.cbc_encrypt(&iv, plain);
    let prf = writer::sequence(&[&writer::oid(&oid::HMAC_SM3), &writer::null()]);
    let kdf_fields = writer::sequence(&[
        &writer::octet_string(&salt),
        &writer::integer(i64::from(ITERATIONS)),
        &prf,
    ]);
    let kdf = writer::sequence(&[&writer::oid(&oid::PBKDF2), &kdf_fields]);
    let cipher = writer::sequence(&[&writer::oid(&oid::SM4_CBC), &writer::octet_string(&iv)]);
    let pbes2 = writer::sequence(&[&kdf, &cipher]);
    let algorithm = writer::sequence(&[&writer::oid(&oid::PBES2), &pbes2]);
    Ok(writer::sequence(&[&algorithm, &writer::octet_string(&ciphertext)]))
}
