//! RSA signatures, through ring. There is no RSA encryption or decryption.

use super::public_key::SignatureAlgorithm;
use super::spki::{self, Spki};
use super::{BadSignature, PublicKey};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, oid, writer};
use crate::error::{Code, Error, Result};
use ring::rand::SystemRandom;
use ring::signature::{self as ring_signature, RsaEncoding, RsaParameters, UnparsedPublicKey};
use std::fmt;

/// The smallest modulus that is offered, in bits.
pub const MIN_BITS: usize = 2048;
/// The largest modulus that is offered, in bits.
pub const MAX_BITS: usize = 8192;
/// The longest public exponent that is offered, in bits.
const MAX_EXPONENT_BITS: usize = 33;
const NAME: &str = "RSAPublicKey";

/// An RSA public key of 2048 to 8192 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct RsaPublicKey {
    der: Vec<u8>,
    bits: usize,
}

impl RsaPublicKey {
    /// The key of a DER RSAPublicKey, the whole input.
    ///
    /// ```text
    /// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Code::Der`] if it is not strict DER; [`Code::Algorithm`] for a modulus outside 2048 to
    /// 8192 bits; [`Code::Value`] for an even modulus, or an exponent that is even, below 3 or
    /// above 33 bits.
    ///
    /// # Source
    ///
    /// RFC 8017.
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self> {
        let mut inner = Reader::whole(der, NAME)?;
        let modulus = inner.expect(tag::INTEGER)?;
        let exponent = inner.expect(tag::INTEGER)?;
        inner.finish()?;
        let (n, e) = (modulus.integer_unsigned()?, exponent.integer_unsigned()?);
        let bits = bits(n);
        if !(MIN_BITS..=MAX_BITS).contains(&bits) {
            let message = format!("{bits} bits, {MIN_BITS} to {MAX_BITS} are offered");
            return Err(Error::new(Code::Algorithm, NAME, message).at(modulus.offset));
        }
        if is_even(n) {
            return Err(Error::new(Code::Value, NAME, "even modulus").at(modulus.offset));
        }
        if is_even(e) || e == [1] || self::bits(e) > MAX_EXPONENT_BITS {
            return Err(Error::new(Code::Value, NAME, "unusable exponent").at(exponent.offset));
        }
        Ok(RsaPublicKey { der: der.to_vec(), bits })
    }

    pub(super) fn from_spki(spki: &Spki<'_>) -> Result<Self> {
        match &spki.parameters {
            Some(parameters) if parameters.tag == tag::NULL && parameters.value.is_empty() => {
                Self::from_pkcs1_der(spki.key).map_err(|error| error.shifted(spki.key_offset))
            }
            _ => Err(Error::new(Code::Der, spki::NAME, "the parameters of RSA are NULL")),
        }
    }

    /// The DER RSAPublicKey.
    pub fn to_pkcs1_der(&self) -> &[u8] {
        &self.der
    }

    /// The DER SubjectPublicKeyInfo.
    pub fn to_spki_der(&self) -> Vec<u8> {
        let identifier = writer::sequence(&[&writer::oid(&oid::RSA), &writer::null()]);
        writer::sequence(&[&identifier, &writer::bit_string(&self.der)])
    }

    /// The length of the modulus in bits.
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// Whether this is the key's signature over the message, by one of the RSA algorithms.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> std::result::Result<(), BadSignature> {
        self.verify_by(parameters(algorithm).ok_or(BadSignature)?, message, signature)
    }

    /// Whether this is the key's PKCS#1 v1.5 signature over the message with SHA-1.
    ///
    /// Only to say something about old files: such a signature can be moved to another document
    /// that was prepared with it.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not.
    pub fn verify_pkcs1_sha1_legacy(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> std::result::Result<(), BadSignature> {
        let parameters = &ring_signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY;
        self.verify_by(parameters, message, signature)
    }

    fn verify_by(
        &self,
        parameters: &'static RsaParameters,
        message: &[u8],
        signature: &[u8],
    ) -> std::result::Result<(), BadSignature> {
        UnparsedPublicKey::new(parameters, &self.der)
            .verify(message, signature)
            .map_err(|_| BadSignature)
    }
}

impl fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaPublicKey({} bits)", self.bits)
    }
}

/// An RSA private key of 2048 to 4096 bits.
///
/// # Timing
///
/// Signing is ring's: constant-time, and checked with the public key before it is given out.
pub struct RsaPrivateKey {
    pair: ring_signature::RsaKeyPair,
    public: PublicKey,
}

impl RsaPrivateKey {
    /// The key of a DER PrivateKeyInfo (PKCS#8).
    ///
    /// # Errors
    ///
    /// [`Code::PrivateKey`] if it is not a consistent RSA key of 2048 to 4096 bits.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self> {
        let wrong = |why: String| Error::new(Code::PrivateKey, "RSA private key", why);
        let pair = ring_signature::RsaKeyPair::from_pkcs8(der)
            .map_err(|rejected| wrong(rejected.to_string()))?;
        let public = ring_signature::KeyPair::public_key(&pair).as_ref();
        let public = PublicKey::Rsa(RsaPublicKey::from_pkcs1_der(public)?);
        Ok(RsaPrivateKey { pair, public })
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs the message by one of the RSA algorithms.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for an algorithm of another kind of key, [`Code::Signer`] if ring cannot
    /// sign.
    pub fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
        let encoding = encoding(algorithm).ok_or_else(|| {
            Error::new(Code::Argument, "algorithm", format!("{} under RSA", algorithm.name()))
        })?;
        let mut out = vec![0; self.pair.public().modulus_len()];
        match self.pair.sign(encoding, &SystemRandom::new(), message, &mut out) {
            Ok(()) => Ok(out),
            Err(_) => Err(Error::new(Code::Signer, "RSA private key", "signing failed")),
        }
    }
}

impl fmt::Debug for RsaPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaPrivateKey(of {:?})", self.public)
    }
}

pub(in crate::crypto) fn parameters(
    algorithm: SignatureAlgorithm,
) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        SignatureAlgorithm::RsaPkcs1Sha256 => &ring_signature::RSA_PKCS1_2048_8192_SHA256,
        SignatureAlgorithm::RsaPkcs1Sha384 => &ring_signature::RSA_PKCS1_2048_8192_SHA384,
        SignatureAlgorithm::RsaPkcs1Sha512 => &ring_signature::RSA_PKCS1_2048_8192_SHA512,
        SignatureAlgorithm::RsaPssSha256 => &ring_signature::RSA_PSS_2048_8192_SHA256,
        SignatureAlgorithm::RsaPssSha384 => &ring_signature::RSA_PSS_2048_8192_SHA384,
        SignatureAlgorithm::RsaPssSha512 => &ring_signature::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

fn encoding(algorithm: SignatureAlgorithm) -> Option<&'static dyn RsaEncoding> {
    Some(match algorithm {
        SignatureAlgorithm::RsaPkcs1Sha256 => &ring_signature::RSA_PKCS1_SHA256,
        SignatureAlgorithm::RsaPkcs1Sha384 => &ring_signature::RSA_PKCS1_SHA384,
        SignatureAlgorithm::RsaPkcs1Sha512 => &ring_signature::RSA_PKCS1_SHA512,
        SignatureAlgorithm::RsaPssSha256 => &ring_signature::RSA_PSS_SHA256,
        SignatureAlgorithm::RsaPssSha384 => &ring_signature::RSA_PSS_SHA384,
        SignatureAlgorithm::RsaPssSha512 => &ring_signature::RSA_PSS_SHA512,
        _ => return None,
    })
}

/// The length of a magnitude in bits.
fn bits(magnitude: &[u8]) -> usize {
    let zeros = magnitude.first().map_or(0, |byte| byte.leading_zeros() as usize);
    magnitude.len() * 8 - zeros
}

fn is_even(magnitude: &[u8]) -> bool {
    magnitude.last().is_none_or(|byte| byte & 1 == 0)
}
