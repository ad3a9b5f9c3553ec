//! A payment voucher (支付凭证) as data, and the acts over it.
//!
//! The format is specified in `docs/sealed-voucher.md`; the names of fields and elements are those
//! in use between treasuries and banks. There is no floating point anywhere in this module.

mod builder;
mod canonical;
mod document;
pub mod example;
mod id;
mod json;
pub mod limits;
pub mod money;
pub mod text;
mod xml;

pub use builder::VoucherBuilder;
pub use canonical::{CANONICAL_VERSION, Scope, is_x};
pub use document::{DocumentForm, Record, Voucher};
pub use id::VoucherId;
pub use money::{Fen, Sum};
pub use text::Encoding;
