//! An electronic seal as a value: make it, stamp with it, check seal and stamp.
//!
//! A seal (电子印章) binds a picture to the certificates of those who may stamp with it, signed by
//! its maker. A stamp (签章) is a signature over a document's digest that carries the whole seal.
//!
//! | where | what |
//! |---|---|
//! | [`make()`], [`stamp()`], [`stamp_many`] | make a seal, stamp one or many |
//! | [`PreparedStamp`] | stamp with a key in another process |
//! | [`Stamp::time_stamp_request`], [`Stamp::with_time_stamp`] | time stamp a stamp (V4, V5); a seal (V5) |
//! | [`check_seal`], [`check_stamp`] | every step of the standards' procedures, one check each |
//! | [`SealCache`] | read many stamps by a few seals quickly |
//! | [`picture`] | what a picture really is; a plain round seal as SVG |
//!
//! Structures of three versions are read: GM/T 0031-2014, GB/T 38540-2020 and GM/T 0031-2025.
//!
//! # Examples
//!
//! ```
//! use yinxin::authority::{Authority, Profile, Subject};
//! use yinxin::crypto::sm3;
//! use yinxin::key::SoftwareKey;
//! use yinxin::seal::{
//!     Expected, Picture, SealRequest, StampRequest, Version, check_stamp, make, picture, stamp,
//! };
//! use yinxin::trust::{Moment, Policy, Trust};
//! use yinxin::{Time, report::Verdict};
//!
//! // A test authority, a seal maker and a signer.
//! let at = |year| Time::from_civil(year, 1, 1, 0, 0, 0).unwrap();
//! let subject = Subject::parse("CN=Test Root,C=CN")?;
//! let root = Authority::root(SoftwareKey::generate_sm2()?, subject, at(2026), at(2036))?;
//! let issue = |name: &str, profile| {
//!     root.issue_new_key(Subject::parse(name)?, profile, at(2026), at(2030))
//! };
//! let (maker, _) = issue("CN=Seal Maker,C=CN", Profile::SealMaker)?;
//! let (signer, certificate) = issue("CN=Treasury,C=CN", Profile::Signer)?;
//!
//! let drawing = picture::svg_round_seal("某某市财政局", None, 40)?;
//! let seal = make(
//!     &SealRequest {
//!         version: Version::V5,
//!         id: "33000000000001",
//!         vendor: "example",
//!         name: "某某市财政局",
//!         kind: 1,
//!         certificates: &[certificate],
//!         by_digest: false,
//!         created: at(2026),
//!         valid_from: at(2026),
//!         valid_until: at(2029),
//!         picture: Picture { kind: "SVG", data: &drawing, width_mm: 40, height_mm: 40 },
//!     },
//!     &maker,
//! )?;
//! let data_hash = sm3::digest(b"a document");
//! let property = "document-1";
//! let request =
//!     StampRequest { seal: &seal, data_hash, property, time: at(2027), extensions: &[] };
//! let stamp = stamp(&request, &signer)?;
//!
//! let mut trust = Trust::new(Policy::default());
//! trust.add_anchor(root.certificate().clone());
//! trust.add_crl(root.crl(at(2027), at(2028))?);
//! let expected = Expected { data_hash: Some(&data_hash), property: Some(property) };
//! let report = check_stamp(&stamp, &expected, &trust, &Moment::claimed(at(2027)));
//! assert_eq!(report.verdict(), Verdict::Valid);
//! # Ok::<(), yinxin::Error>(())
//! ```

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
mod time_stamping;
mod value;

pub use crate::asn1::ses::Version;
pub use cache::SealCache;
pub(crate) use check::judge_stamp;
pub use check::{Expected, check_maker, check_seal, check_stamp};
pub use make::{SealRequest, make};
pub use stamp::Stamp;
pub use stamping::{PreparedStamp, StampRequest, stamp, stamp_many};
pub use value::{CertList, Extension, Picture, Seal};
