//! A key that works, wherever it lives: in memory, or behind a callback to a device.
//!
//! A key never leaves this module: callers hold a [`Signer`] or a [`Decrypter`], not bytes.

mod callback;
mod pbes2;
mod pkcs8;
mod signer;
mod software;

pub use callback::CallbackSigner;
pub use signer::{Decrypter, Signer, ToSign};
pub use software::SoftwareKey;
