//! A payment voucher (支付凭证) as data, and the acts over it.
//!
//! The format is specified in `docs/sealed-voucher.md`; the names of fields and elements are those
//! in use between treasuries and banks. There is no floating point anywhere in this module.
//!
//! A [`Voucher`] is one document with its exact bytes, a [`Body`] is a document with the acts over
//! it, and an [`Envelope`] carries bodies. A [`Step`] says who acts where; [`sign_act`],
//! [`stamp_act`] and [`ActRequest`] make the act; [`check`] says what holds.
//!
//! # Examples
//!
//! ```
//! use yinxin::authority::{Authority, Profile, Subject};
//! use yinxin::key::SoftwareKey;
//! use yinxin::trust::{Moment, Policy, Trust};
//! use yinxin::voucher::{Body, Catalogue, Checks, Encoding, Envelope, Step, check, example, sign_act};
//! use yinxin::{Time, report::CheckCode};
//!
//! # fn main() -> yinxin::Result<()> {
//! let (from, until) = (Time::from_unix(1_735_689_600).unwrap(), Time::from_unix(2_051_222_400).unwrap());
//! let now = Time::parse_rfc3339("2026-03-02T06:00:00Z").unwrap();
//! let root = Authority::root(SoftwareKey::generate_sm2()?, Subject::new(&[("CN", "Root")])?, from, until)?;
//! let maker = Subject::new(&[("CN", "Maker")])?;
//! let (key, _) = root.issue_new_key(maker, Profile::Signer, from, until)?;
//!
//! let catalogue = Catalogue::built_in();
//! let mut body = Body::original(example::direct_payment(1)?.build(Encoding::Gbk)?)?;
//! let step = Step::new("cz_jb", "maker", 1, "示例市财政局").with_catalogue(&catalogue);
//! sign_act(&mut body, &step, &key, now)?;
//! let sent = Envelope::of(body).to_xml(Encoding::Gbk)?;
//!
//! let received = Envelope::parse(&sent)?;
//! let mut trust = Trust::new(Policy::default());
//! trust.add_anchor(root.certificate().clone());
//! trust.add_crl(root.crl(from, until)?);
//! let checks = Checks { catalogue: Some(&catalogue), ..Checks::default() };
//! let report = check(&received.bodies[0], &checks, &trust, &Moment::received(now, now));
//! // Everything holds, but nobody said who may act where.
//! assert!(!report.is_valid());
//! assert!(report.failures().is_empty(), "{}", report.to_text());
//! assert!(report.find(CheckCode::VoucherAuthority).is_some());
//! # Ok(())
//! # }
//! ```

mod act;
mod act_to_sign;
mod authorisation;
mod base64;
mod body;
mod builder;
mod canonical;
mod catalogue;
mod check;
pub(crate) mod config;
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
pub use catalogue::{
    About, Catalogue, CatalogueEntry, MAX_VIOLATIONS, RuleText, Violation, ViolationCode,
};
pub(crate) use check::check_each;
pub use check::{Checks, check, check_many};
pub use document::{DocumentForm, Record, Voucher, is_amount};
pub use envelope::{ACTS_VERSION, Envelope};
pub use id::VoucherId;
pub use making::{sign_act, sign_acts, stamp_act, stamp_acts};
pub use money::{Fen, Sum};
pub use request::ActRequest;
pub use step::Step;
pub use template::{Position, Template, Templates};
pub use text::Encoding;
