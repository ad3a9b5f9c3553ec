//! SM2 private keys and signing.

use super::backend::{self, Bytes, Secret};
use super::nonce::{Nonces, first_candidates};
use super::prepared::PreparedPublicKey;
use super::public_key::PublicKey;
use super::signature::Signature;
use super::user_id::UserId;
use super::verify::{VerifyKey, verify_digests};
use crate::crypto::backend::Level;
use crate::crypto::hazmat::Sm2Digest;
use crate::crypto::secret::wiping_the_stack;
use crate::crypto::{parallel, rng, sm3};
use crate::error::{Code, Error, Result};
use std::fmt;
use zeroize::Zeroizing;

/// How many candidates are tried before the random source counts as broken. Each fails with
/// probability 2^-32.
pub(super) const TRIES: usize = 32;
/// How many signatures a thread takes at a time.
const RUN: usize = 64;

/// A private key d with 1 <= d <= n-2, and its public key; wiped when dropped.
///
/// # Timing
///
/// Everything here is constant-time in d and in the nonces.
pub struct PrivateKey {
    secret: Box<Secret>,
    public: PublicKey,
    /// What each signature is verified with before it is given, if that was asked for.
    verifier: Option<PreparedPublicKey>,
}

impl PrivateKey {
    /// The key of 32 bytes, big endian.
    ///
    /// # Errors
    ///
    /// [`Code::PrivateKey`] for another length, 0, n-1 and above.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        wiping_the_stack(|| {
            let bytes = Zeroizing::new(Bytes::try_from(bytes).ok()?);
            let secret = Secret::from_bytes(&bytes)?;
            let public = PublicKey::from_point(secret.public_point()?);
            Some(PrivateKey { secret, public, verifier: None })
        })
        .ok_or_else(|| Error::new(Code::PrivateKey, "SM2 private key", "not 32 bytes in 1..=n-2"))
    }

    /// A new key from the operating system's random source.
    ///
    /// # Errors
    ///
    /// [`Code::Random`] if the source fails.
    pub fn generate() -> Result<Self> {
        for _ in 0..TRIES {
            let mut bytes = Zeroizing::new([0; 32]);
            rng::fill(&mut *bytes)?;
            if let Ok(key) = Self::from_bytes(&*bytes) {
                return Ok(key);
            }
        }
        Err(no_nonce())
    }

    /// The same key, which verifies each of its signatures before giving it; or does not, as it is
    /// from the beginning.
    ///
    /// A fault of the processor or the memory can make a wrong signature, and a wrong one may give
    /// the key away. It takes memory for a [`PreparedPublicKey`], and time with each signature:
    /// docs/sm2-engine.md has figures.
    #[must_use]
    pub fn verify_after_sign(mut self, on: bool) -> Self {
        self.verifier = on.then(|| PreparedPublicKey::from(&self.public));
        self
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs the message under this user id.
    ///
    /// # Errors
    ///
    /// [`Code::Random`] if the random source fails; [`Code::Signer`] with
    /// [`verify_after_sign`](Self::verify_after_sign) if the signature is wrong.
    pub fn sign(&self, id: &UserId, message: &[u8]) -> Result<Signature> {
        self.sign_parts(id, &[message])
    }

    /// Signs the parts, one after another as one message, under this user id.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    pub fn sign_parts(&self, id: &UserId, parts: &[&[u8]]) -> Result<Signature> {
        self.sign_digest(&Sm2Digest(self.public.digest(id, parts)))
    }

    /// Signs each message under this user id, on up to `threads` threads; results in the order of
    /// the messages, each as good as one by [`sign`](Self::sign).
    pub fn sign_many(
        &self,
        id: &UserId,
        messages: &[&[u8]],
        threads: usize,
    ) -> Vec<Result<Signature>> {
        let z = self.public.z(id);
        self.sign_runs(messages, threads, |messages| {
            let parts: Vec<[&[u8]; 2]> = messages.iter().map(|message| [&z[..], message]).collect();
            sm3::digest_parts_many(&parts, 1).into_iter().map(Sm2Digest).collect()
        })
    }

    pub(crate) fn sign_digest(&self, digest: &Sm2Digest) -> Result<Signature> {
        wiping_the_stack(|| {
            let random = fresh()?;
            let signature = self.sign_one(digest, &random, 0)?;
            match &self.verifier {
                Some(key) if VerifyKey::from(key).verify_digest(digest, &signature).is_err() => {
                    Err(fault())
                }
                _ => Ok(signature),
            }
        })
    }

    pub(crate) fn sign_digest_many(
        &self,
        digests: &[Sm2Digest],
        threads: usize,
    ) -> Vec<Result<Signature>> {
        self.sign_runs(digests, threads, <[Sm2Digest]>::to_vec)
    }

    /// A signature with this nonce; none if another has to be taken.
    pub(crate) fn sign_digest_with(&self, digest: &Sm2Digest, k: &Bytes) -> Option<Signature> {
        let (r, s) = backend::sign_digest(&self.secret, &digest.0, k)?;
        Signature::checked(r, s).ok()
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<Bytes> {
        self.secret.to_bytes()
    }

    /// The key with a fault: what it signs belongs to no public key that it knows.
    #[cfg(test)]
    pub(crate) fn with_public_key_of(mut self, other: &PrivateKey) -> Self {
        self.public = other.public;
        self
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    fn sign_runs<T: Sync>(
        &self,
        items: &[T],
        threads: usize,
        digests: impl Fn(&[T]) -> Vec<Sm2Digest> + Sync,
    ) -> Vec<Result<Signature>> {
        let random = match fresh() {
            Ok(random) => random,
            Err(error) => return items.iter().map(|_| Err(error.clone())).collect(),
        };
        parallel::map_runs(items, threads, RUN, |items, start| {
            let digests = digests(items);
            wiping_the_stack(|| self.sign_run(&digests, &random, start))
        })
    }

    /// Signs a run of digests, the first of which has the index `start` within the call.
    fn sign_run(
        &self,
        digests: &[Sm2Digest],
        random: &Bytes,
        start: usize,
    ) -> Vec<Result<Signature>> {
        let d = self.to_bytes();
        let nonces = first_candidates(Level::current(), &d, digests, random, start as u64);
        let inputs: Vec<(Bytes, Zeroizing<Bytes>)> =
            digests.iter().map(|digest| digest.0).zip(nonces).collect();
        let signatures = backend::sign_digest_many(&self.secret, &inputs)
            .into_iter()
            .zip(digests)
            .zip(start as u64..)
            .map(|((found, digest), index)| match found {
                Some((r, s)) => Signature::checked(r, s),
                None => self.sign_one(digest, random, index), // A3 again, with the next candidate
            })
            .collect();
        self.verified(digests, signatures)
    }

    /// The signatures over these digests, but an error for each that is wrong, if that was asked for.
    fn verified(
        &self,
        digests: &[Sm2Digest],
        signatures: Vec<Result<Signature>>,
    ) -> Vec<Result<Signature>> {
        let Some(key) = &self.verifier else { return signatures };
        let made: Vec<(&Sm2Digest, &Signature)> = digests
            .iter()
            .zip(&signatures)
            .filter_map(|(e, made)| Some((e, made.as_ref().ok()?)))
            .collect();
        let mut good = verify_digests(key.into(), &made).into_iter();
        let mut verified = |signature| match good.next() {
            Some(true) => Ok(signature),
            _ => Err(fault()),
        };
        signatures.into_iter().map(|signature| signature.and_then(&mut verified)).collect()
    }

    fn sign_one(&self, digest: &Sm2Digest, random: &Bytes, index: u64) -> Result<Signature> {
        let mut nonces = Nonces::new(&self.to_bytes(), &digest.0, random, index);
        for _ in 0..TRIES {
            if let Some(signature) = self.sign_digest_with(digest, &nonces.next()) {
                return Ok(signature);
            }
        }
        Err(no_nonce())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey(of {:?})", self.public)
    }
}

/// 32 random bytes for the nonces of one call.
fn fresh() -> Result<Zeroizing<Bytes>> {
    let mut random = Zeroizing::new([0; 32]);
    rng::fill(&mut *random)?;
    Ok(random)
}

fn fault() -> Error {
    Error::new(Code::Signer, "signature", "what was computed does not verify")
}

pub(super) fn no_nonce() -> Error {
    Error::new(Code::Random, "random bytes", "no usable scalar after many tries")
}
