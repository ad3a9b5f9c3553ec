//! Signature algorithms and their identifiers.

use super::{PublicKey, not_offered};
use crate::asn1::oid::{self, Oid};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv, writer};
use crate::crypto::{ecdsa, rsa};
use crate::error::{Code, Error, Result};

/// A signature algorithm, with its hash and, for ECDSA, the curve of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// SM2 with SM3.
    Sm2WithSm3,
    /// RSA PKCS#1 v1.5 with SHA-256.
    RsaPkcs1Sha256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    RsaPkcs1Sha384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    RsaPkcs1Sha512,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    RsaPssSha256,
    /// RSASSA-PSS with SHA-384 and a salt of 48 bytes.
    RsaPssSha384,
    /// RSASSA-PSS with SHA-512 and a salt of 64 bytes.
    RsaPssSha512,
    /// ECDSA with SHA-256 under a key on P-256.
    EcdsaP256Sha256,
    /// ECDSA with SHA-384 under a key on P-256.
    EcdsaP256Sha384,
    /// ECDSA with SHA-256 under a key on P-384.
    EcdsaP384Sha256,
    /// ECDSA with SHA-384 under a key on P-384.
    EcdsaP384Sha384,
}

impl SignatureAlgorithm {
    /// Every algorithm.
    pub const ALL: &'static [SignatureAlgorithm] = &[
        Self::Sm2WithSm3,
        Self::RsaPkcs1Sha256,
        Self::RsaPkcs1Sha384,
        Self::RsaPkcs1Sha512,
        Self::RsaPssSha256,
        Self::RsaPssSha384,
        Self::RsaPssSha512,
        Self::EcdsaP256Sha256,
        Self::EcdsaP256Sha384,
        Self::EcdsaP384Sha256,
        Self::EcdsaP384Sha384,
    ];

    /// The algorithm of an object identifier standing alone.
    ///
    /// SM2 has two: SM2-with-SM3, and the SM2 signature of the message formats. ECDSA with SHA-256
    /// is taken to be on P-256 and with SHA-384 on P-384; with the key at hand, ask
    /// [`under_key`](Self::under_key). RSASSA-PSS is none: its identifier says nothing without its
    /// parameters, see [`from_algorithm_identifier`](Self::from_algorithm_identifier).
    pub fn from_oid(identifier: &Oid) -> Option<Self> {
        Some(match *identifier {
            oid::SM2_WITH_SM3 | oid::SM2_SIGN => Self::Sm2WithSm3,
            oid::RSA_SHA256 => Self::RsaPkcs1Sha256,
            oid::RSA_SHA384 => Self::RsaPkcs1Sha384,
            oid::RSA_SHA512 => Self::RsaPkcs1Sha512,
            oid::ECDSA_SHA256 => Self::EcdsaP256Sha256,
            oid::ECDSA_SHA384 => Self::EcdsaP384Sha384,
            _ => return None,
        })
    }

    /// The algorithm of a DER AlgorithmIdentifier, the whole input.
    ///
    /// Parameters are absent or NULL for SM2 and for RSA PKCS#1, absent for ECDSA, and for
    /// RSASSA-PSS one hash in all its places with a salt of the hash's length.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] if it is not strict DER, [`Code::Algorithm`] for an algorithm or parameters
    /// that are not offered.
    pub fn from_algorithm_identifier(der: &[u8]) -> Result<Self> {
        let mut inner = Reader::whole(der, IDENTIFIER)?;
        let identifier = inner.expect(tag::OID)?.oid()?;
        let parameters = if inner.is_empty() { None } else { Some(inner.read()?) };
        inner.finish()?;
        if identifier == oid::RSA_PSS {
            return parameters.and_then(|parameters| pss(&parameters)).ok_or_else(|| {
                Error::new(Code::Algorithm, IDENTIFIER, "RSASSA-PSS parameters are not offered")
            });
        }
        let algorithm =
            Self::from_oid(&identifier).ok_or_else(|| not_offered(IDENTIFIER, &identifier))?;
        let may_be_null = !algorithm.is_ecdsa();
        match parameters {
            None => Ok(algorithm),
            Some(p) if may_be_null && p.tag == tag::NULL && p.value.is_empty() => Ok(algorithm),
            Some(p) => Err(p.error("parameters that the algorithm does not have")),
        }
    }

    /// The algorithm of a key's signatures where nobody names another: SM2 with SM3, RSA (PKCS #1
    /// v1.5) with SHA-256, ECDSA on P-256 with SHA-256 and on P-384 with SHA-384.
    pub fn usual(key: &PublicKey) -> Self {
        match key {
            PublicKey::Sm2(_) => Self::Sm2WithSm3,
            PublicKey::Rsa(_) => Self::RsaPkcs1Sha256,
            PublicKey::EcdsaP256(_) => Self::EcdsaP256Sha256,
            PublicKey::EcdsaP384(_) => Self::EcdsaP384Sha384,
        }
    }

    /// The same hash and scheme under this key, if the key is of the right kind: the curve of ECDSA
    /// is the key's.
    pub fn under_key(self, key: &PublicKey) -> Option<Self> {
        match key {
            PublicKey::Sm2(_) => (self == Self::Sm2WithSm3).then_some(self),
            PublicKey::Rsa(_) => self.is_rsa().then_some(self),
            PublicKey::EcdsaP256(_) => self.ecdsa(Self::EcdsaP256Sha256, Self::EcdsaP256Sha384),
            PublicKey::EcdsaP384(_) => self.ecdsa(Self::EcdsaP384Sha256, Self::EcdsaP384Sha384),
        }
    }

    /// The identifier of its hash function.
    pub fn hash(self) -> Oid {
        match self {
            Self::Sm2WithSm3 => oid::SM3,
            Self::RsaPkcs1Sha256
            | Self::RsaPssSha256
            | Self::EcdsaP256Sha256
            | Self::EcdsaP384Sha256 => oid::SHA256,
            Self::RsaPkcs1Sha384
            | Self::RsaPssSha384
            | Self::EcdsaP256Sha384
            | Self::EcdsaP384Sha384 => oid::SHA384,
            Self::RsaPkcs1Sha512 | Self::RsaPssSha512 => oid::SHA512,
        }
    }

    /// The object identifier; SM2-with-SM3 for SM2.
    pub fn oid(self) -> Oid {
        match self {
            Self::Sm2WithSm3 => oid::SM2_WITH_SM3,
            Self::RsaPkcs1Sha256 => oid::RSA_SHA256,
            Self::RsaPkcs1Sha384 => oid::RSA_SHA384,
            Self::RsaPkcs1Sha512 => oid::RSA_SHA512,
            Self::RsaPssSha256 | Self::RsaPssSha384 | Self::RsaPssSha512 => oid::RSA_PSS,
            Self::EcdsaP256Sha256 | Self::EcdsaP384Sha256 => oid::ECDSA_SHA256,
            Self::EcdsaP256Sha384 | Self::EcdsaP384Sha384 => oid::ECDSA_SHA384,
        }
    }

    /// The DER AlgorithmIdentifier: parameters absent for SM2 and ECDSA, NULL for RSA PKCS#1,
    /// written out for RSASSA-PSS.
    pub fn algorithm_identifier(self) -> Vec<u8> {
        let identifier = writer::oid(&self.oid());
        match self {
            Self::RsaPkcs1Sha256 | Self::RsaPkcs1Sha384 | Self::RsaPkcs1Sha512 => {
                writer::sequence(&[&identifier, &writer::null()])
            }
            Self::RsaPssSha256 => writer::sequence(&[&identifier, &write_pss(&oid::SHA256, 32)]),
            Self::RsaPssSha384 => writer::sequence(&[&identifier, &write_pss(&oid::SHA384, 48)]),
            Self::RsaPssSha512 => writer::sequence(&[&identifier, &write_pss(&oid::SHA512, 64)]),
            _ => writer::sequence(&[&identifier]),
        }
    }

    /// The name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sm2WithSm3 => "SM2 with SM3",
            Self::RsaPkcs1Sha256 => "RSA PKCS#1 v1.5 with SHA-256",
            Self::RsaPkcs1Sha384 => "RSA PKCS#1 v1.5 with SHA-384",
            Self::RsaPkcs1Sha512 => "RSA PKCS#1 v1.5 with SHA-512",
            Self::RsaPssSha256 => "RSASSA-PSS with SHA-256",
            Self::RsaPssSha384 => "RSASSA-PSS with SHA-384",
            Self::RsaPssSha512 => "RSASSA-PSS with SHA-512",
            Self::EcdsaP256Sha256 => "ECDSA P-256 with SHA-256",
            Self::EcdsaP256Sha384 => "ECDSA P-256 with SHA-384",
            Self::EcdsaP384Sha256 => "ECDSA P-384 with SHA-256",
            Self::EcdsaP384Sha384 => "ECDSA P-384 with SHA-384",
        }
    }

    pub(super) fn is_rsa(self) -> bool {
        rsa::parameters(self).is_some()
    }

    fn is_ecdsa(self) -> bool {
        ecdsa::parameters(self).is_some()
    }

    fn ecdsa(self, sha256: Self, sha384: Self) -> Option<Self> {
        match self {
            Self::EcdsaP256Sha256 | Self::EcdsaP384Sha256 => Some(sha256),
            Self::EcdsaP256Sha384 | Self::EcdsaP384Sha384 => Some(sha384),
            _ => None,
        }
    }
}

const IDENTIFIER: &str = "AlgorithmIdentifier";
const MGF1: Oid = Oid::new("1.2.840.113549.1.1.8");

/// The algorithm of RSASSA-PSS-params, if they are exactly what [`write_pss`] writes, hash
/// parameters absent or NULL.
fn pss(parameters: &Tlv<'_>) -> Option<SignatureAlgorithm> {
    [
        (SignatureAlgorithm::RsaPssSha256, oid::SHA256, 32),
        (SignatureAlgorithm::RsaPssSha384, oid::SHA384, 48),
        (SignatureAlgorithm::RsaPssSha512, oid::SHA512, 64),
    ]
    .into_iter()
    .find(|(_, hash, salt)| {
        let with_null = writer::sequence(&[&writer::oid(hash), &writer::null()]);
        let without = writer::sequence(&[&writer::oid(hash)]);
        [with_null, without].iter().any(|hash| pss_parameters(hash, *salt) == parameters.raw)
    })
    .map(|(algorithm, _, _)| algorithm)
}

fn write_pss(hash: &Oid, salt: i64) -> Vec<u8> {
    pss_parameters(&writer::sequence(&[&writer::oid(hash), &writer::null()]), salt)
}

/// ```text
/// RSASSA-PSS-params ::= SEQUENCE {
///   hashAlgorithm    [0] HashAlgorithm,
///   maskGenAlgorithm [1] MaskGenAlgorithm,
///   saltLength       [2] INTEGER }
/// ```
///
/// The trailer field has its default value and is absent. From RFC 4055.
fn pss_parameters(hash: &[u8], salt: i64) -> Vec<u8> {
    let mask = writer::sequence(&[&writer::oid(&MGF1), hash]);
    writer::sequence(&[
        &writer::explicit(0, hash),
        &writer::explicit(1, &mask),
        &writer::explicit(2, &writer::integer(salt)),
    ])
}
