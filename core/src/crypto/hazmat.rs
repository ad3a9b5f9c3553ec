//! Dangerous doors: digests in place of messages, chosen nonces, the bytes of a private key.
//!
//! Each function here breaks security when it is used wrongly, and nothing checks that it is used
//! rightly:
//!
//! - A signature over a digest that somebody else chose can be made into a forgery for any key. A
//!   digest belongs here only if it was computed by [`sm2_digest`] or by a device that does the
//!   same.
//! - A nonce that repeats, or of which a few bits are known, gives the private key away; so does an
//!   ephemeral key the secret that it was to agree on.
//! - The bytes of a private key are no longer wiped or guarded once they are copied.

use super::BadSignature;
use super::secret::SecretBytes;
use super::sm2::exchange::{CONFIRMATION_LENGTH, Initiator, Parties, Responder};
use super::sm2::{PrivateKey, PublicKey, Signature, UserId, VerifyKey};
use crate::error::{Code, Error, Result};

/// The digest e = SM3(Z || message) that an SM2 signature is over. The type exists so that no
/// other hash is taken for it by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sm2Digest(pub [u8; 32]);

/// The digest of the parts, one after another as one message, for this key and user id.
pub fn sm2_digest(key: &PublicKey, id: &UserId, parts: &[&[u8]]) -> Sm2Digest {
    Sm2Digest(key.digest(id, parts))
}

/// Signs a digest.
///
/// # Errors
///
/// [`Code::Random`] if the random source fails.
pub fn sm2_sign_digest(key: &PrivateKey, digest: &Sm2Digest) -> Result<Signature> {
    key.sign_digest(digest)
}

/// Signs each digest, on up to `threads` threads; results in the order of the digests.
pub fn sm2_sign_digest_many(
    key: &PrivateKey,
    digests: &[Sm2Digest],
    threads: usize,
) -> Vec<Result<Signature>> {
    key.sign_digest_many(digests, threads)
}

/// Whether this is the key's signature over the digest.
///
/// # Errors
///
/// [`BadSignature`] if it is not.
pub fn sm2_verify_digest<'a>(
    key: impl Into<VerifyKey<'a>>,
    digest: &Sm2Digest,
    signature: &Signature,
) -> std::result::Result<(), BadSignature> {
    key.into().verify_digest(digest, signature)
}

/// Signs a digest with a given nonce of 32 bytes, big endian; for known answers only.
///
/// # Errors
///
/// [`Code::Argument`] for another length, and where the standard takes another nonce: k out of
/// 1..=n-1, r = 0, r + k = n or s = 0.
pub fn sm2_sign_digest_with_nonce(
    key: &PrivateKey,
    digest: &Sm2Digest,
    k: &[u8],
) -> Result<Signature> {
    k.try_into()
        .ok()
        .and_then(|k| key.sign_digest_with(digest, k))
        .ok_or_else(|| Error::new(Code::Argument, "nonce", "no signature comes of this nonce"))
}

/// [`Initiator::start`] with a given ephemeral private key of 32 bytes, big endian; for known answers
/// only: who knows it, or sees it used twice, has the agreed key.
///
/// # Errors
///
/// [`Code::Argument`] for another length, and out of 1..=n-1; else as [`Initiator::start`].
pub fn sm2_initiator_with_ephemeral(
    parties: &Parties<'_>,
    length: usize,
    r: &[u8],
) -> Result<(Initiator, PublicKey)> {
    r.try_into()
        .ok()
        .and_then(|r| Initiator::start_with(parties, length, r))
        .ok_or_else(no_ephemeral)?
}

/// [`Responder::answer`] with a given ephemeral private key of 32 bytes, big endian; for known answers
/// only, as [`sm2_initiator_with_ephemeral`].
///
/// # Errors
///
/// [`Code::Argument`] for another length, and out of 1..=n-1; else as [`Responder::answer`].
pub fn sm2_responder_with_ephemeral(
    parties: &Parties<'_>,
    ephemeral: &PublicKey,
    length: usize,
    r: &[u8],
) -> Result<(Responder, PublicKey, [u8; CONFIRMATION_LENGTH])> {
    r.try_into()
        .ok()
        .and_then(|r| Responder::answer_with(parties, ephemeral, length, r))
        .ok_or_else(no_ephemeral)?
}

fn no_ephemeral() -> Error {
    Error::new(Code::Argument, "ephemeral key", "not 32 bytes in 1..=n-1")
}

/// The private key as 32 bytes, big endian.
///
/// It is here for one purpose, the export of a software key to PKCS#8 by
/// [`key`](crate::key): nothing else needs the bytes.
pub fn sm2_private_key_bytes(key: &PrivateKey) -> SecretBytes {
    SecretBytes::new(key.to_bytes().to_vec())
}
