//! What a key can be asked for.

use crate::crypto::hazmat::Sm2Digest;
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::UserId;
use crate::error::Result;
use std::sync::Arc;

/// What is to be signed.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ToSign<'a> {
    /// A message; the signer hashes it.
    Message(&'a [u8]),
    /// The digest e of SM2, SM3(Z ‖ message), Z made with the signer's own user id and key.
    Digest(&'a Sm2Digest),
}

/// A key that signs.
///
/// Implementations are called from several threads only as far as their `sign_many` does so.
pub trait Signer: Send + Sync {
    /// The algorithm of the signatures.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// The signer's certificate and those above it, in DER, the signer's own first; may be empty.
    fn certificates(&self) -> &[Vec<u8>];

    /// The user id that goes into Z; without meaning for other algorithms than SM2.
    fn user_id(&self) -> &UserId;

    /// Whether [`ToSign::Digest`] is taken.
    fn takes_digest(&self) -> bool;

    /// Whether the signer answers for its signatures itself: it verifies each before it gives it, or
    /// is arithmetic of this library. Of any other signer the library verifies each signature
    /// before it puts it anywhere, so that a faulty device makes no dead documents.
    fn is_checked(&self) -> bool {
        false
    }

    /// Signs: DER `SEQUENCE { r, s }` for SM2 and ECDSA, the bare value for RSA.
    ///
    /// # Errors
    ///
    /// [`Code::SignerForm`](crate::error::Code::SignerForm) for a digest where only messages are
    /// taken; a Key error if the key does not work.
    fn sign(&self, input: ToSign<'_>) -> Result<Vec<u8>>;

    /// Signs many, results in input order; `threads` is the most that may be used (0 means 1).
    fn sign_many(&self, inputs: &[ToSign<'_>], threads: usize) -> Vec<Result<Vec<u8>>>;
}

/// A key that several hold.
impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn algorithm(&self) -> SignatureAlgorithm {
        (**self).algorithm()
    }

    fn public_key(&self) -> &PublicKey {
        (**self).public_key()
    }

    fn certificates(&self) -> &[Vec<u8>] {
        (**self).certificates()
    }

    fn user_id(&self) -> &UserId {
        (**self).user_id()
    }

    fn takes_digest(&self) -> bool {
        (**self).takes_digest()
    }

    fn is_checked(&self) -> bool {
        (**self).is_checked()
    }

    fn sign(&self, input: ToSign<'_>) -> Result<Vec<u8>> {
        (**self).sign(input)
    }

    fn sign_many(&self, inputs: &[ToSign<'_>], threads: usize) -> Vec<Result<Vec<u8>>> {
        (**self).sign_many(inputs, threads)
    }
}

/// A key that decrypts.
pub trait Decrypter: Send + Sync {
    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// Decrypts an SM2Cipher in DER (C1, C3, C2).
    ///
    /// # Errors
    ///
    /// [`Code::Decryption`](crate::error::Code::Decryption), one and the same for every cause.
    fn decrypt(&self, ciphertext: &[u8]) -> Result<Vec<u8>>;
}

/// A key that several hold.
impl<D: Decrypter + ?Sized> Decrypter for Arc<D> {
    fn public_key(&self) -> &PublicKey {
        (**self).public_key()
    }

    fn decrypt(&self, ciphertext: &[u8]) -> Result<Vec<u8>> {
        (**self).decrypt(ciphertext)
    }
}
