//! Public keys and signature algorithms of every kind, as certificates carry them.

mod algorithm;
mod prepared;

pub use algorithm::SignatureAlgorithm;
pub(crate) use prepared::PreparedKeys;

use super::ecdsa::{P256PublicKey, P384PublicKey};
use super::rsa::RsaPublicKey;
use super::spki::{self, Spki};
use super::{BadSignature, sm2};
use crate::asn1::oid::{self, Oid};
use crate::error::{Code, Error, Result};

/// A public key: its kind decides which algorithms may be used with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// SM2.
    Sm2(sm2::PublicKey),
    /// RSA, 2048 to 8192 bits.
    Rsa(RsaPublicKey),
    /// ECDSA on P-256.
    EcdsaP256(P256PublicKey),
    /// ECDSA on P-384.
    EcdsaP384(P384PublicKey),
}

impl PublicKey {
    /// The key of a DER SubjectPublicKeyInfo, the whole input.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] if it is not strict DER, [`Code::Algorithm`] for an algorithm, curve or RSA
    /// size that is not offered, [`Code::Form`] for a curve that is not given by name or a
    /// compressed ECDSA point, [`Code::Point`] for an SM2 point that is none.
    pub fn from_spki_der(der: &[u8]) -> Result<Self> {
        let spki = spki::read(der)?;
        match spki.algorithm {
            oid::RSA => RsaPublicKey::from_spki(&spki).map(PublicKey::Rsa),
            oid::CURVE_SM2 => sm2::PublicKey::from_spki(&spki).map(PublicKey::Sm2),
            oid::EC_PUBLIC_KEY => Self::from_named_curve(&spki),
            other => Err(not_offered(spki::NAME, &other)),
        }
    }

    fn from_named_curve(spki: &Spki<'_>) -> Result<Self> {
        match spki.named_curve()? {
            oid::CURVE_SM2 => sm2::PublicKey::from_spki(spki).map(PublicKey::Sm2),
            oid::CURVE_P256 => P256PublicKey::from_spki(spki).map(PublicKey::EcdsaP256),
            oid::CURVE_P384 => P384PublicKey::from_spki(spki).map(PublicKey::EcdsaP384),
            other => Err(not_offered(spki::NAME, &other)),
        }
    }

    /// The DER SubjectPublicKeyInfo in its usual form.
    pub fn to_spki_der(&self) -> Vec<u8> {
        match self {
            PublicKey::Sm2(key) => key.to_spki_der(),
            PublicKey::Rsa(key) => key.to_spki_der(),
            PublicKey::EcdsaP256(key) => key.to_spki_der(),
            PublicKey::EcdsaP384(key) => key.to_spki_der(),
        }
    }

    /// What kind of key it is, for people.
    pub fn name(&self) -> &'static str {
        match self {
            PublicKey::Sm2(_) => "SM2",
            PublicKey::Rsa(_) => "RSA",
            PublicKey::EcdsaP256(_) => "ECDSA P-256",
            PublicKey::EcdsaP384(_) => "ECDSA P-384",
        }
    }

    /// Whether this is the key's signature over the message; the user id counts for SM2 alone.
    ///
    /// `signature` is DER for SM2 and ECDSA, and as long as the modulus for RSA.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not, if `algorithm` does not belong to this kind of key, or if the
    /// signature is not in strict DER.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        user_id: &sm2::UserId,
        message: &[u8],
        signature: &[u8],
    ) -> std::result::Result<(), BadSignature> {
        match self {
            PublicKey::Sm2(key) if algorithm == SignatureAlgorithm::Sm2WithSm3 => {
                let signature = sm2::Signature::from_der(signature).map_err(|_| BadSignature)?;
                key.verify(user_id, message, &signature)
            }
            PublicKey::Sm2(_) => Err(BadSignature),
            PublicKey::Rsa(key) => key.verify(algorithm, message, signature),
            PublicKey::EcdsaP256(key) => key.verify(algorithm, message, signature),
            PublicKey::EcdsaP384(key) => key.verify(algorithm, message, signature),
        }
    }
}

fn not_offered(structure: &'static str, identifier: &Oid) -> Error {
    Error::new(Code::Algorithm, structure, format!("{identifier} is not offered"))
}

#[cfg(test)]
mod tests;
