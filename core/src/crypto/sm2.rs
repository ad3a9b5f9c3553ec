//! SM2: signatures, encryption and key exchange on the curve of GB/T 32918.5.
//!
//! A signature covers the message together with the signer's public key and [`UserId`]; there is no
//! way to leave them out. Lengths and ranges are checked when a value is made, so a [`PublicKey`],
//! [`PrivateKey`] or [`Signature`] that exists is usable.
//!
//! ```
//! use yinxin::crypto::sm2::{PrivateKey, UserId};
//!
//! let key = PrivateKey::generate()?;
//! let id = UserId::default();
//! let signature = key.sign(&id, b"pay 100.00 to the school")?;
//! assert!(key.public_key().verify(&id, b"pay 100.00 to the school", &signature).is_ok());
//! assert!(key.public_key().verify(&id, b"pay 900.00 to the school", &signature).is_err());
//! # Ok::<(), yinxin::Error>(())
//! ```
//!
//! # Timing
//!
//! Signing, decryption, key exchange and key generation are constant-time in the private key and the nonce.
//! Verification and the import of public keys are variable-time in public values.
//!
//! # Source
//!
//! GB/T 32918 parts 1 to 5; GB/T 35276.

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod adx;
mod backend;
mod encryption;
pub mod exchange;
mod kdf;
#[cfg(any(test, all(target_arch = "x86_64", not(yinxin_portable))))]
mod lanes;
mod nonce;
mod portable;
mod prepared;
mod private_key;
mod public_key;
mod signature;
mod user_id;
mod verify;

pub use kdf::kdf;
pub use prepared::PreparedPublicKey;
pub use private_key::PrivateKey;
pub use public_key::PublicKey;
pub use signature::Signature;
pub use user_id::UserId;
pub use verify::{VerifyItem, VerifyKey, verify_many};

#[cfg(test)]
mod tests;
