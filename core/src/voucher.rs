//! A payment voucher (支付凭证) as data, and the acts over it.
//!
//! The format is specified in `docs/sealed-voucher.md`; the names of fields and elements are those
//! in use between treasuries and banks. There is no floating point anywhere in this module.

mod act;
mod act_to_sign;
mod authorisation;
mod body;
mod builder;
mod canonical;
mod catalogue;
mod check;
mod config;
mod document;
mod envelope;
mod evidence;
pub mod example;
mod id;
mod json;
pub mod limits;
mod making;
pub mod money;
mod request;
mod rule;
mod step;
mod template;
pub mod text;
#[cfg(test)]
mod worked_example;
mod xml;

pub use act::{Act, ActKind, layer_digest};
pub use act_to_sign::{ActToSign, Attachment, FORMAT, FORMAT_VERSION, Layer};
pub use authorisation::{Authorisation, AuthorisationEntry};
pub use body::{Body, Part};
pub use builder::VoucherBuilder;
pub use canonical::{CANONICAL_VERSION, Scope, is_x};
pub use catalogue::{Catalogue, CatalogueEntry, MAX_VIOLATIONS, Violation};
pub use check::{Checks, check, check_many};
pub use document::{DocumentForm, Record, Voucher};
pub use envelope::{ACTS_VERSION, Envelope};
pub use id::VoucherId;
pub use making::{sign_act, sign_acts, stamp_act, stamp_acts};
pub use money::{Fen, Sum};
pub use request::ActRequest;
pub use step::Step;
pub use template::{Position, Template, Templates};
pub use text::Encoding;
