//! A key that works, wherever it lives: in memory, or behind a callback to a device.
//!
//! A key never leaves this module: callers hold a [`Signer`], a [`Decrypter`] or a [`MacKey`], not bytes. What is
//! written for keeping is a whole file ([`KeyBundle::to_pkcs12`], [`SoftwareKey::to_pkcs8_pem`]).
//!
//! | file | read | written |
//! |---|---|---|
//! | PKCS#8 (DER, PEM), plain or PBES2 with AES or SM4 | yes | yes |
//! | PKCS#12 (`.p12`, `.pfx`), PBES2 with AES or SM4; MAC with SM3 or SHA-2, SHA-1 | yes | SM4 with SM3, or AES with SHA-256 |
//! | PKCS#12 under PBE-SHA1-3DES or RC2 of 40 bits | by [`KeyFileOptions::allow_legacy`] | no |
//! | PEM with keys and certificates in any order | yes | yes |
//! | CFCA's `.sm2` (unverified: from another reader, not from a specification) | yes | no |
//! | SM2EnvelopedKey of GB/T 35276 | yes | yes |

mod bundle;
mod callback;
mod certificate;
mod cfca;
pub(crate) mod checked;
mod cipher;
mod enveloped;
mod mac;
mod options;
mod pbes2;
mod pkcs12;
mod pkcs12_kdf;
mod pkcs8;
mod public;
mod signer;
mod software;
mod under_user_id;
mod unlock;

pub use bundle::{KeyBundle, NamedKey};
pub use callback::CallbackSigner;
pub use mac::{AuthenticationTag, Direction, HALF_LENGTH, LocalAuthentication, MacKey, TwoPartKey};
pub use options::{KeyFileOptions, MAX_ITERATIONS, MAX_KEY_FILE};
pub use pbes2::Protection;
pub use pkcs12::MAX_BAGS;
pub use public::public_key_from_bytes;
pub use signer::{Decrypter, Signer, ToSign};
pub use software::SoftwareKey;
pub use under_user_id::UnderUserId;
