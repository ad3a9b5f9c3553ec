//! The MAC of PKCS#12: with the key derivation of PKCS#12 itself, or PBMAC1.

use crate::asn1::reader::tag;
use crate::asn1::{Oid, Tlv, oid, writer};
use crate::crypto::{BadSignature, hmac_sha2, hmac_sm3, rng};
use crate::error::{Code, Error, Result};
use crate::key::pbes2::{self, Protection};
use crate::key::pkcs12_kdf::{self, Hash, Use};
use crate::key::unlock::Unlock;
use zeroize::Zeroizing;

/// Whether the MAC over `content` belongs to the password.
///
/// An empty password is tried as PKCS#12 writes it, a zero character, and as nothing at all, as
/// some programs do; what fits is kept for the encryption.
pub(super) fn verify(mac_data: &Tlv<'_>, content: &[u8], unlock: &mut Unlock<'_>) -> Result<bool> {
    let mut fields = mac_data.contents();
    let mut digest_info = fields.sequence()?;
    let mut algorithm = digest_info.sequence()?;
    let digest = digest_info.expect(tag::OCTET_STRING)?.value;
    digest_info.finish()?;
    let salt = fields.expect(tag::OCTET_STRING)?.value;
    let iterations = fields.optional(tag::INTEGER)?;
    fields.finish()?;
    let identifier = algorithm.expect(tag::OID)?.oid()?;
    let password = unlock.password()?;
    if identifier == oid::PBMAC1 {
        let mut parameters = algorithm.sequence()?;
        let kdf = parameters.expect(tag::SEQUENCE)?;
        let hmac = parameters.sequence()?.expect(tag::OID)?.oid()?;
        parameters.finish()?;
        let hash = hmac_of(&hmac).ok_or_else(|| not_offered(&hmac))?;
        let (_, budget) = unlock.parts();
        let (key, described) = pbes2::mac_key(&kdf, password, budget)?;
        unlock.note(format!("MAC PBMAC1 with HMAC-{}, {described}", hash.name()));
        return Ok(check(hash, &key, content, digest).is_ok());
    }
    let hash = hash_of(&identifier).ok_or_else(|| not_offered(&identifier))?;
    if let Some(null) = algorithm.optional(tag::NULL)?
        && !null.value.is_empty()
    {
        return Err(null.error("NULL has no value"));
    }
    algorithm.finish()?;
    let iterations = iterations.map_or(Ok(1), |field| pbes2::iterations(&field))?;
    unlock.note(format!("MAC HMAC-{}, {iterations} iterations", hash.name()));
    let (utf16, budget) = unlock.parts();
    let tries = if password.is_empty() { 2 } else { 1 };
    for attempt in 0..tries {
        if attempt == 1 {
            utf16.clear();
        }
        budget.spend(u64::from(iterations), 1)?;
        let key = pkcs12_kdf::derive(hash, Use::Mac, utf16, salt, iterations, hash.length());
        if check(hash, &key, content, digest).is_ok() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The MacData over `content`.
pub(super) fn write(protection: Protection, password: &[u8], content: &[u8]) -> Result<Vec<u8>> {
    let mut salt = [0; 16];
    rng::fill(&mut salt)?;
    let (hash, iterations) = (protection.mac_hash(), protection.iterations());
    let utf16 = pkcs12_kdf::password_utf16(password);
    let key = pkcs12_kdf::derive(hash, Use::Mac, &utf16, &salt, iterations, hash.length());
    let (identifier, digest) = match hash {
        Hash::Sm3 => (oid::SM3, hmac_sm3::tag(&key, content).to_vec()),
        _ => (oid::SHA256, hmac_sha2::tag(hmac_sha2::Hash::Sha256, &key, content)),
    };
    let algorithm = writer::sequence(&[&writer::oid(&identifier), &writer::null()]);
    let digest_info = writer::sequence(&[&algorithm, &writer::octet_string(&digest)]);
    let iterations = writer::integer(i64::from(iterations));
    Ok(writer::sequence(&[&digest_info, &writer::octet_string(&salt), &iterations]))
}

fn check(
    hash: Hash,
    key: &Zeroizing<Vec<u8>>,
    content: &[u8],
    digest: &[u8],
) -> std::result::Result<(), BadSignature> {
    match hash {
        Hash::Sha1 => {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
            ring::hmac::verify(&key, content, digest).map_err(|_| BadSignature)
        }
        Hash::Sha256 => hmac_sha2::verify(hmac_sha2::Hash::Sha256, key, content, digest),
        Hash::Sha384 => hmac_sha2::verify(hmac_sha2::Hash::Sha384, key, content, digest),
        Hash::Sha512 => hmac_sha2::verify(hmac_sha2::Hash::Sha512, key, content, digest),
        Hash::Sm3 => hmac_sm3::verify(key, content, digest),
    }
}

fn hash_of(identifier: &Oid) -> Option<Hash> {
    Some(match *identifier {
        oid::SHA1 => Hash::Sha1,
        oid::SHA256 => Hash::Sha256,
        oid::SHA384 => Hash::Sha384,
        oid::SHA512 => Hash::Sha512,
        oid::SM3 => Hash::Sm3,
        _ => return None,
    })
}

fn hmac_of(identifier: &Oid) -> Option<Hash> {
    Some(match *identifier {
        oid::HMAC_SHA256 => Hash::Sha256,
        oid::HMAC_SHA384 => Hash::Sha384,
        oid::HMAC_SHA512 => Hash::Sha512,
        oid::HMAC_SM3 | oid::HMAC_SM3_OPENSSL => Hash::Sm3,
        _ => return None,
    })
}

fn not_offered(identifier: &Oid) -> Error {
    Error::new(Code::Algorithm, "PFX", format!("the MAC {identifier} is not offered"))
}
