//! An electronic seal as a value: make it, stamp with it, check seal and stamp.
//!
//! A seal (电子印章) binds a picture to the certificates of those who may stamp with it, signed by
//! its maker. A stamp (签章) is a signature over a document's digest that carries the whole seal.

mod cache;
mod check;
mod key_of;
mod make;
mod membership;
mod midstate;
pub mod picture;
mod signature;
mod stamp;
mod stamping;
mod value;

pub use crate::asn1::ses::Version;
pub use cache::SealCache;
pub use check::{Expected, check_maker, check_seal, check_stamp};
pub use make::{SealRequest, make};
pub use stamp::Stamp;
pub use stamping::{PreparedStamp, StampRequest, stamp, stamp_many};
pub use value::{CertList, Extension, Picture, Seal};
