//! SM2 signature verification.

use super::backend::{self, Key, Verification};
use super::prepared::PreparedPublicKey;
use super::public_key::PublicKey;
use super::signature::Signature;
use super::user_id::UserId;
use crate::crypto::hazmat::Sm2Digest;
use crate::crypto::{BadSignature, parallel, sm3};

/// How many verifications a thread takes at a time.
const RUN: usize = 64;

impl PublicKey {
    /// Whether this is the key's signature over the message under this user id.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not.
    ///
    /// # Timing
    ///
    /// Variable-time; everything here is public.
    pub fn verify(
        &self,
        id: &UserId,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        self.verify_parts(id, &[message], signature)
    }

    /// [`verify`](Self::verify) over the parts, one after another as one message.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not the key's signature over them.
    pub fn verify_parts(
        &self,
        id: &UserId,
        parts: &[&[u8]],
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        self.verify_digest(&Sm2Digest(self.digest(id, parts)), signature)
    }

    pub(crate) fn verify_digest(
        &self,
        digest: &Sm2Digest,
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        VerifyKey::from(self).verify_digest(digest, signature)
    }
}

/// A key to verify with: as it is, or prepared.
#[derive(Debug, Clone, Copy)]
pub enum VerifyKey<'a> {
    /// A key that was not prepared.
    Fresh(&'a PublicKey),
    /// A key with its table.
    Prepared(&'a PreparedPublicKey),
}

impl<'a> VerifyKey<'a> {
    /// The key itself.
    pub fn public_key(self) -> &'a PublicKey {
        match self {
            VerifyKey::Fresh(key) => key,
            VerifyKey::Prepared(key) => key.public_key(),
        }
    }

    pub(crate) fn verify_digest(
        self,
        digest: &Sm2Digest,
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        judged(backend::verify_digest_vartime(&self.verification(digest.0, signature)))
    }

    fn verification(self, e: [u8; 32], signature: &'a Signature) -> Verification<'a> {
        let (r, s) = signature.parts();
        let key = match self {
            VerifyKey::Fresh(key) => Key::Fresh(key.point()),
            VerifyKey::Prepared(key) => Key::Prepared(key.point()),
        };
        Verification { key, e, r, s }
    }
}

impl<'a> From<&'a PublicKey> for VerifyKey<'a> {
    fn from(key: &'a PublicKey) -> Self {
        VerifyKey::Fresh(key)
    }
}

impl<'a> From<&'a PreparedPublicKey> for VerifyKey<'a> {
    fn from(key: &'a PreparedPublicKey) -> Self {
        VerifyKey::Prepared(key)
    }
}

/// One signature of many to verify.
#[derive(Debug, Clone, Copy)]
pub struct VerifyItem<'a> {
    /// The signer's key, prepared or not.
    pub key: VerifyKey<'a>,
    /// The signer's user id.
    pub id: &'a UserId,
    /// What was signed.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a Signature,
}

impl<'a> VerifyItem<'a> {
    /// A signature over this message under this key and user id.
    pub fn new(
        key: impl Into<VerifyKey<'a>>,
        id: &'a UserId,
        message: &'a [u8],
        signature: &'a Signature,
    ) -> Self {
        VerifyItem { key: key.into(), id, message, signature }
    }
}

/// Verifies each signature on up to `threads` threads; results in the order of the items, each what
/// [`PublicKey::verify`] would give.
///
/// Prepared keys and others may be mixed.
pub fn verify_many(items: &[VerifyItem<'_>], threads: usize) -> Vec<Result<(), BadSignature>> {
    parallel::map_runs(items, threads, RUN, |items, _| {
        let z: Vec<[u8; 32]> = items.iter().map(|item| item.key.public_key().z(item.id)).collect();
        let parts: Vec<[&[u8]; 2]> =
            items.iter().zip(&z).map(|(item, z)| [&z[..], item.message]).collect();
        let run: Vec<Verification<'_>> = items
            .iter()
            .zip(sm3::digest_parts_many(&parts, 1))
            .map(|(item, e)| item.key.verification(e, item.signature))
            .collect();
        backend::verify_digest_many_vartime(&run).into_iter().map(judged).collect()
    })
}

/// Whether each is this key's signature over its digest.
pub(super) fn verify_digests(key: VerifyKey<'_>, items: &[(&Sm2Digest, &Signature)]) -> Vec<bool> {
    let items: Vec<Verification<'_>> =
        items.iter().map(|(e, signature)| key.verification(e.0, signature)).collect();
    backend::verify_digest_many_vartime(&items)
}

fn judged(good: bool) -> Result<(), BadSignature> {
    if good { Ok(()) } else { Err(BadSignature) }
}
