//! SM2 signature verification.

use super::backend::{self, Verification};
use super::public_key::PublicKey;
use super::signature::Signature;
use super::user_id::UserId;
use crate::crypto::hazmat::Sm2Digest;
use crate::crypto::{BadSignature, parallel};

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
        let item = verification(self, digest.0, signature);
        judged(backend::verify_digest_vartime(&item))
    }
}

/// One signature of many to verify.
#[derive(Debug, Clone, Copy)]
pub struct VerifyItem<'a> {
    /// The signer's key.
    pub key: &'a PublicKey,
    /// The signer's user id.
    pub id: &'a UserId,
    /// What was signed.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a Signature,
}

/// Verifies each signature on up to `threads` threads; results in the order of the items, each what
/// [`PublicKey::verify`] would give.
pub fn verify_many(items: &[VerifyItem<'_>], threads: usize) -> Vec<Result<(), BadSignature>> {
    parallel::map_runs(items, threads, RUN, |items, _| {
        let run: Vec<Verification<'_>> = items
            .iter()
            .map(|item| {
                let e = item.key.digest(item.id, &[item.message]);
                verification(item.key, e, item.signature)
            })
            .collect();
        backend::verify_digest_many_vartime(&run).into_iter().map(judged).collect()
    })
}

fn verification<'a>(key: &'a PublicKey, e: [u8; 32], signature: &'a Signature) -> Verification<'a> {
    let (r, s) = signature.parts();
    Verification { key: key.point(), e, r, s }
}

fn judged(good: bool) -> Result<(), BadSignature> {
    if good { Ok(()) } else { Err(BadSignature) }
}
