//! Electronic seals (电子印章), signatures and sealed payment vouchers (支付凭证).

// `unsafe` stands in the islands that ARCHITECTURE.md names; tests/islands.rs compares.
#![deny(unsafe_code)]

pub mod asn1;
pub mod authority;
pub mod cert;
pub mod cms;
#[cfg(feature = "ofd")]
pub mod container;
pub mod crypto;
pub mod envelope;
pub mod error;
pub mod evidence;
mod hex;
pub mod key;
pub mod ledger;
#[cfg(feature = "ofd")]
pub mod render;
pub mod report;
pub mod seal;
pub mod signature;
pub mod store;
mod text;
pub mod time;
pub mod timestamp;
pub mod trust;
pub mod voucher;

pub use error::{Error, Result};
pub use report::Report;
pub use time::Time;

/// The example of the crate's front page, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
