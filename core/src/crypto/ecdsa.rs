//! ECDSA on P-256 and P-384, through ring.

use super::public_key::SignatureAlgorithm;
use super::spki::{self, Spki};
use super::{BadSignature, PublicKey, SecretBytes};
use crate::asn1::oid::{self, Oid};
use crate::error::{Code, Error, Result};
use ring::rand::SystemRandom;
use ring::signature::{self as ring_signature, EcdsaKeyPair, KeyPair, UnparsedPublicKey};
use std::fmt;

/// A public key on P-256.
pub type P256PublicKey = EcdsaPublicKey<65>;
/// A public key on P-384.
pub type P384PublicKey = EcdsaPublicKey<97>;

/// A public key as an uncompressed point of `N` bytes: 65 on P-256, 97 on P-384, and no other.
///
/// That the point is on the curve is checked with each signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EcdsaPublicKey<const N: usize>([u8; N]);

impl<const N: usize> EcdsaPublicKey<N> {
    /// The key of a SEC 1 point `04 || x || y`.
    ///
    /// # Errors
    ///
    /// [`Code::Form`] for another form, compressed ones too.
    pub fn from_sec1(bytes: &[u8]) -> Result<Self> {
        match <[u8; N]>::try_from(bytes) {
            Ok(point) if point.first() == Some(&0x04) && matches!(N, 65 | 97) => {
                Ok(EcdsaPublicKey(point))
            }
            _ => Err(Error::new(Code::Form, "ECDSA public key", "not an uncompressed point")),
        }
    }

    pub(super) fn from_spki(spki: &Spki<'_>) -> Result<Self> {
        Self::from_sec1(spki.key).map_err(|error| error.at(spki.key_offset))
    }

    /// The point `04 || x || y`.
    pub fn to_sec1(&self) -> [u8; N] {
        self.0
    }

    /// The DER SubjectPublicKeyInfo.
    pub fn to_spki_der(&self) -> Vec<u8> {
        spki::write_ec(&Self::curve(), &self.0)
    }

    /// Whether this is the key's signature over the message; `signature` is DER.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not, or if the algorithm is not ECDSA under this curve.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> std::result::Result<(), BadSignature> {
        match parameters(algorithm) {
            Some((curve, parameters)) if curve == Self::curve() => {
                UnparsedPublicKey::new(parameters, self.0)
                    .verify(message, signature)
                    .map_err(|_| BadSignature)
            }
            _ => Err(BadSignature),
        }
    }

    /// Whether this is the key's signature over the message, with the hash of the curve's own
    /// length; `signature` is `r || s`, each as long as a coordinate (IEEE P1363).
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not.
    pub fn verify_p1363(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> std::result::Result<(), BadSignature> {
        let parameters = match N {
            65 => &ring_signature::ECDSA_P256_SHA256_FIXED,
            _ => &ring_signature::ECDSA_P384_SHA384_FIXED,
        };
        UnparsedPublicKey::new(parameters, self.0)
            .verify(message, signature)
            .map_err(|_| BadSignature)
    }

    fn curve() -> Oid {
        if N == 65 { oid::CURVE_P256 } else { oid::CURVE_P384 }
    }
}

impl<const N: usize> fmt::Debug for EcdsaPublicKey<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EcdsaPublicKey(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// The curves that private keys are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// P-256, signing with SHA-256.
    P256,
    /// P-384, signing with SHA-384.
    P384,
}

/// An ECDSA private key.
///
/// # Timing
///
/// Signing is ring's: constant-time.
pub struct EcdsaPrivateKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
    algorithm: SignatureAlgorithm,
}

impl EcdsaPrivateKey {
    /// The key of a DER PrivateKeyInfo (PKCS#8) with its public key inside.
    ///
    /// # Errors
    ///
    /// [`Code::PrivateKey`] if it is not a consistent key on P-256 or P-384.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self> {
        let p256 = Self::on_curve(Curve::P256, der);
        p256.or_else(|_| Self::on_curve(Curve::P384, der))
    }

    /// A new key, as the DER PrivateKeyInfo (PKCS#8) that
    /// [`from_pkcs8_der`](Self::from_pkcs8_der) reads.
    ///
    /// # Errors
    ///
    /// [`Code::Random`] if the random source fails.
    pub fn generate_pkcs8(curve: Curve) -> Result<SecretBytes> {
        EcdsaKeyPair::generate_pkcs8(signing(curve), &SystemRandom::new())
            .map(|document| SecretBytes::new(document.as_ref().to_vec()))
            .map_err(|_| Error::new(Code::Random, "ECDSA private key", "generation failed"))
    }

    fn on_curve(curve: Curve, der: &[u8]) -> Result<Self> {
        let wrong = |why: String| Error::new(Code::PrivateKey, "ECDSA private key", why);
        let pair = EcdsaKeyPair::from_pkcs8(signing(curve), der, &SystemRandom::new())
            .map_err(|rejected| wrong(rejected.to_string()))?;
        let point = pair.public_key().as_ref();
        let public = match curve {
            Curve::P256 => PublicKey::EcdsaP256(P256PublicKey::from_sec1(point)?),
            Curve::P384 => PublicKey::EcdsaP384(P384PublicKey::from_sec1(point)?),
        };
        let algorithm = SignatureAlgorithm::usual(&public);
        Ok(EcdsaPrivateKey { pair, public, algorithm })
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The one algorithm that this key signs by.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Signs the message; the signature is DER.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for another algorithm than [`algorithm`](Self::algorithm),
    /// [`Code::Signer`] if ring cannot sign.
    pub fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
        if algorithm != self.algorithm {
            let message = format!("{} under {}", algorithm.name(), self.public.name());
            return Err(Error::new(Code::Argument, "algorithm", message));
        }
        self.pair
            .sign(&SystemRandom::new(), message)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| Error::new(Code::Signer, "ECDSA private key", "signing failed"))
    }
}

impl fmt::Debug for EcdsaPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EcdsaPrivateKey(of {:?})", self.public)
    }
}

/// The curve and ring's algorithm, DER form.
pub(in crate::crypto) fn parameters(
    algorithm: SignatureAlgorithm,
) -> Option<(Oid, &'static ring_signature::EcdsaVerificationAlgorithm)> {
    use SignatureAlgorithm as A;
    Some(match algorithm {
        A::EcdsaP256Sha256 => (oid::CURVE_P256, &ring_signature::ECDSA_P256_SHA256_ASN1),
        A::EcdsaP256Sha384 => (oid::CURVE_P256, &ring_signature::ECDSA_P256_SHA384_ASN1),
        A::EcdsaP384Sha256 => (oid::CURVE_P384, &ring_signature::ECDSA_P384_SHA256_ASN1),
        A::EcdsaP384Sha384 => (oid::CURVE_P384, &ring_signature::ECDSA_P384_SHA384_ASN1),
        _ => return None,
    })
}

fn signing(curve: Curve) -> &'static ring_signature::EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ring_signature::ECDSA_P256_SHA256_ASN1_SIGNING,
        Curve::P384 => &ring_signature::ECDSA_P384_SHA384_ASN1_SIGNING,
    }
}
