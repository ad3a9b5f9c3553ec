//! Signed checkpoints, and the keys that verify them.

use super::checkpoint::{Checkpoint, DOMAIN};
use super::fields::Fields;
use crate::asn1::reader::tag;
use crate::asn1::writer;
use crate::cert::Certificate;
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::UserId;
use crate::crypto::{BadSignature, sm3};
use crate::error::{Code, Error, Result};
use crate::key::{Signer, ToSign, checked};

const NAME: &str = "SignedCheckpoint";

/// A key that signs checkpoints or countersigns them, as whoever verifies holds it: SM2, with the user
/// id that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointKey {
    key: PublicKey,
    user_id: UserId,
    id: [u8; 32],
}

impl CheckpointKey {
    /// This key, with the usual user id.
    ///
    /// # Errors
    ///
    /// [`Code::Algorithm`] for a key that is not SM2.
    pub fn new(key: &PublicKey) -> Result<Self> {
        CheckpointKey::with_user_id(key, &UserId::default())
    }

    /// This key, with this user id.
    ///
    /// # Errors
    ///
    /// [`Code::Algorithm`] for a key that is not SM2.
    pub fn with_user_id(key: &PublicKey, user_id: &UserId) -> Result<Self> {
        if !matches!(key, PublicKey::Sm2(_)) {
            let message = format!("checkpoints are signed with SM2, not with {}", key.name());
            return Err(Error::new(Code::Algorithm, "CheckpointKey", message));
        }
        let id = sm3::digest(&key.to_spki_der());
        Ok(CheckpointKey { key: key.clone(), user_id: user_id.clone(), id })
    }

    /// The key of this certificate, with the usual user id. Whether the certificate is to be trusted
    /// is for the caller to know: it is pinned here, not judged.
    ///
    /// # Errors
    ///
    /// [`Code::Algorithm`] for a key that is not SM2.
    pub fn of_certificate(certificate: &Certificate) -> Result<Self> {
        CheckpointKey::new(certificate.public_key())
    }

    /// The name of the key: SM3 of its SubjectPublicKeyInfo.
    pub fn id(&self) -> [u8; 32] {
        self.id
    }

    pub(super) fn verify(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> std::result::Result<(), BadSignature> {
        self.key.verify(SignatureAlgorithm::Sm2WithSm3, &self.user_id, message, signature)
    }
}

/// Signs with SM2, whatever the signer is made of.
pub(super) fn sign_sm2(signer: &dyn Signer, message: &[u8]) -> Result<([u8; 32], Vec<u8>)> {
    if signer.algorithm() != SignatureAlgorithm::Sm2WithSm3 {
        return Err(Error::new(Code::SignerForm, "signer", "checkpoints are signed with SM2"));
    }
    let id = sm3::digest(&signer.public_key().to_spki_der());
    Ok((id, checked::sign(signer, ToSign::Message(message))?))
}

/// A checkpoint and the store's signature over it.
///
/// ```asn1
/// SignedCheckpoint ::= SEQUENCE {
///   checkpoint Checkpoint, keyId OCTET STRING (SIZE(32)), signature OCTET STRING }
/// ```
///
/// `signature` is the DER of `SEQUENCE { r INTEGER, s INTEGER }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    /// Its bytes as received.
    bytes: Vec<u8>,
    key_id: [u8; 32],
    signature: Vec<u8>,
}

impl SignedCheckpoint {
    /// Signs a checkpoint. The key is one that whoever can write the database cannot use: the promise
    /// rests on that, and on copies held outside.
    ///
    /// # Errors
    ///
    /// [`Code::SignerForm`] for a signer that is not SM2; what the signer says, [`Code::Signer`] if
    /// its signature does not verify.
    pub fn sign(checkpoint: Checkpoint, signer: &dyn Signer) -> Result<Self> {
        let bytes = checkpoint.to_der();
        let (key_id, signature) = sign_sm2(signer, &signed_bytes(&bytes))?;
        Ok(SignedCheckpoint { checkpoint, bytes, key_id, signature })
    }

    /// Whether the signature is that of one of the keys.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not, without detail.
    pub fn verify(&self, keys: &[CheckpointKey]) -> std::result::Result<(), BadSignature> {
        let key = keys.iter().find(|key| key.id == self.key_id).ok_or(BadSignature)?;
        key.verify(&signed_bytes(&self.bytes), &self.signature)
    }

    /// What it says; nothing is known to be true before [`verify`](Self::verify).
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The digest of the checkpoint, the same whoever signed it.
    pub fn digest(&self) -> [u8; 32] {
        sm3::digest(&signed_bytes(&self.bytes))
    }

    /// The name of the key that signed: SM3 of its SubjectPublicKeyInfo.
    pub fn key_id(&self) -> [u8; 32] {
        self.key_id
    }

    /// The bytes.
    pub fn to_der(&self) -> Vec<u8> {
        writer::sequence(&[
            &self.bytes,
            &writer::octet_string(&self.key_id),
            &writer::octet_string(&self.signature),
        ])
    }

    /// Reads [`to_der`](Self::to_der) and nothing else.
    ///
    /// # Errors
    ///
    /// [`Code::Version`] for another format or version; else family Malformed, with the offset.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let mut fields = Fields::whole(der, NAME)?;
        let inner = fields.0.expect(tag::SEQUENCE)?;
        let checkpoint =
            Checkpoint::from_der(inner.raw).map_err(|error| error.shifted(inner.offset))?;
        let key_id = fields.digest()?;
        let signature = fields.0.expect(tag::OCTET_STRING)?.value.to_vec();
        fields.0.finish()?;
        Ok(SignedCheckpoint { checkpoint, bytes: inner.raw.to_vec(), key_id, signature })
    }
}

/// What is signed and hashed of a checkpoint.
fn signed_bytes(der: &[u8]) -> Vec<u8> {
    [DOMAIN, der].concat()
}
