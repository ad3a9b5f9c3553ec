//! Algorithms: SM2, SM3, SM4, RSA and ECDSA, random bytes.
//!
//! The ordinary doors cannot be used wrongly: a message is hashed together with the key and the
//! user id, nonces are made inside, and a verification gives [`BadSignature`] without detail.
//! What can be misused stands in [`hazmat`].
//!
//! # Timing
//!
//! Signing, decryption and key generation with SM2, RSA and ECDSA are constant-time in the secret, and
//! so is [`sm4`]. Verification is not: everything in it is public.

pub mod aes_gcm;
pub mod backend;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod cpu;
pub(crate) mod declassify;
pub(crate) mod digest;
pub mod ecdsa;
pub mod hazmat;
pub mod hmac_sha2;
pub mod hmac_sm3;
pub(crate) mod memo;
pub mod parallel;
pub mod pbkdf2;
pub mod public_key;
pub mod rng;
pub mod rsa;
mod secret;
pub mod sha2;
pub mod sm2;
pub mod sm3;
pub mod sm4;
mod spki;

#[cfg(yinxin_memcheck)]
pub use declassify::memcheck;
pub use public_key::{PublicKey, SignatureAlgorithm};
pub use secret::SecretBytes;

use std::fmt;

/// A signature or tag that does not belong to the message and key; deliberately without detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadSignature;

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not belong to this message and key")
    }
}

impl std::error::Error for BadSignature {}
