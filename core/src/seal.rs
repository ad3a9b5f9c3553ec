//! An electronic seal as a value: make it, stamp with it, check seal and stamp.
//!
//! A seal (电子印章) binds a picture to the certificates of those who may stamp with it, signed by
//! its maker. A stamp (签章) is a signature over a document's digest that carries the whole seal.

pub mod picture;
mod stamp;
mod value;

pub use crate::asn1::ses::Version;
pub use stamp::Stamp;
pub use value::{CertList, Extension, Picture, Seal};
