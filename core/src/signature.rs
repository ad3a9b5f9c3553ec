//! The front door: sign, stamp and verify, one or many.

mod document;
mod verifier;
mod voucher;

pub use document::{sign, stamp, stamp_many};
pub use verifier::{SEAL_CACHE, Verifier};
pub use voucher::{Act, sign_voucher, sign_voucher_many, stamp_voucher, stamp_voucher_many};
