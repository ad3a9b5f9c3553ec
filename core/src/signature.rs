//! The front door: sign, stamp and verify, one or many.

mod document;

pub use document::{sign, stamp, stamp_many};
