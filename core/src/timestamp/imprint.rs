//! What is stamped: a digest and the name of its hash function.

use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader, oid, writer};
use crate::crypto::{digest, sm3};
use crate::error::{Code, Error, Result};

/// The hash functions of imprints, and the lengths of their digests in bytes.
const KNOWN: [(Oid, usize); 4] =
    [(oid::SM3, 32), (oid::SHA256, 32), (oid::SHA384, 48), (oid::SHA512, 64)];

/// A digest that is to be stamped, or was.
///
/// ```text
/// MessageImprint ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashedMessage OCTET STRING }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    algorithm: Oid,
    digest: Vec<u8>,
}

impl Imprint {
    /// SM3 over `value`.
    pub fn sm3(value: &[u8]) -> Imprint {
        Imprint { algorithm: oid::SM3, digest: sm3::digest(value).to_vec() }
    }

    /// The digest of `value` by SM3, SHA-256, SHA-384 or SHA-512.
    ///
    /// # Errors
    ///
    /// [`Code::Algorithm`] for another hash function.
    pub fn of(algorithm: Oid, value: &[u8]) -> Result<Imprint> {
        let imprint = Imprint { algorithm, digest: Vec::new() };
        if !imprint.is_known() {
            let message = format!("{algorithm} is not offered: SM3, SHA-256, SHA-384 or SHA-512");
            return Err(Error::new(Code::Algorithm, "MessageImprint", message));
        }
        let digest = digest::named(&algorithm, value).unwrap_or_default();
        Ok(Imprint { digest, ..imprint })
    }

    /// A digest that was made elsewhere.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] if a hash function known here gives digests of another length, or for none
    /// or more than 64 bytes.
    pub fn from_digest(algorithm: Oid, digest: &[u8]) -> Result<Imprint> {
        let known = KNOWN.iter().find(|(known, _)| *known == algorithm);
        let fits = match known {
            Some((_, length)) => digest.len() == *length,
            None => (1..=64).contains(&digest.len()),
        };
        if !fits {
            let message = format!("{} bytes are no digest of {algorithm}", digest.len());
            return Err(Error::new(Code::Value, "MessageImprint", message));
        }
        Ok(Imprint { algorithm, digest: digest.to_vec() })
    }

    /// The hash function.
    pub fn algorithm(&self) -> Oid {
        self.algorithm
    }

    /// The digest.
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// Whether the hash function is one of those offered here, all of them fit for new tokens.
    pub(super) fn is_known(&self) -> bool {
        KNOWN.iter().any(|(known, _)| *known == self.algorithm)
    }

    /// Whether this is the digest of `value`.
    pub(super) fn is_of(&self, value: &[u8]) -> bool {
        self.is_known() && digest::named(&self.algorithm, value).as_ref() == Some(&self.digest)
    }

    /// Reads a MessageImprint; parameters of the hash function are absent or NULL.
    pub(super) fn read(fields: &mut Reader<'_>) -> Result<Imprint> {
        let mut message = fields.sequence()?;
        let mut identifier = message.sequence()?;
        let algorithm = identifier.expect(tag::OID)?.oid()?;
        identifier.optional(tag::NULL)?;
        identifier.finish()?;
        let digest = message.expect(tag::OCTET_STRING)?;
        message.finish()?;
        Imprint::from_digest(algorithm, digest.value)
            .map_err(|error| digest.error(error.message().to_owned()))
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        let algorithm = writer::sequence(&[&writer::oid(&self.algorithm)]);
        writer::sequence(&[&algorithm, &writer::octet_string(&self.digest)])
    }
}
