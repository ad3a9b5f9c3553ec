//! The front door: sign, stamp and verify, one or many.

mod act;
mod bank_json;
mod bytes;
mod document;
mod evidence;
mod message;
#[cfg(feature = "ofd")]
mod ofd;
mod remote;
mod time_stamping;
mod verifier;
mod voucher;

pub use act::Act;
pub use bank_json::{BankJson, MAX_BANK_JSON, sign_json, verify_json};
pub use bytes::{BytesSignature, SignatureForm, sign_bytes, sign_bytes_many, verify_bytes};
pub use document::{sign, stamp, stamp_many};
#[cfg(feature = "ofd")]
pub use ofd::{
    OfdOptions, OfdPlacement, OfdPosition, OfdRequest, OfdSigningRequest, SignedOfd, prepare_ofd,
    sign_ofd, sign_ofd_many,
};
pub use remote::{complete_voucher, prepare_voucher};
pub use time_stamping::{time_stamp_voucher, voucher_time_stamp_requests};
pub use verifier::{KEY_MEMORY, SEAL_CACHE, Verifier};
pub use voucher::{sign_voucher, sign_voucher_many, stamp_voucher, stamp_voucher_many};
