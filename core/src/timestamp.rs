//! Time stamps: ask for them, issue them, read and check them. No network.
//!
//! | where | what |
//! |---|---|
//! | [`TimeStampRequest`] | what is to be stamped, for an authority |
//! | [`TimeStampResponse`] | what the authority answers; the token, held against the request |
//! | [`TimestampAuthority`] | a small authority for tests and small installations |
//! | [`Token`], [`check()`] | a token, and whether it is good |
//! | [`check_message`] | signed messages, with the time stamps they carry |
//! | [`check_stream`], [`extract_stream`], [`check_once`], [`check_withheld`] | the same whose content does not fit in memory |
//!
//! The one who asks sends the request's DER to an authority as HTTP POST, with content type
//! `application/timestamp-query`, and reads its answer:
//!
//! ```
//! use yinxin::Time;
//! use yinxin::asn1::{Oid, Profile};
//! use yinxin::authority::{Authority, Profile as Use, Subject};
//! use yinxin::key::SoftwareKey;
//! use yinxin::timestamp::{Imprint, TimeStampRequest, TimeStampResponse, TimestampAuthority, check};
//! use yinxin::trust::Trust;
//!
//! let at = |year| Time::from_civil(year, 1, 1, 0, 0, 0).unwrap();
//! let subject = Subject::parse("CN=Root,C=CN")?;
//! let root = Authority::root(SoftwareKey::generate_sm2()?, subject, at(2026), at(2036))?;
//! let subject = Subject::parse("CN=Time,C=CN")?;
//! let (key, _) = root.issue_new_key(subject, Use::TimeStamp, at(2026), at(2036))?;
//! let authority = TimestampAuthority::new(key, Oid::new("1.2.3.4.1"))?;
//!
//! let request = TimeStampRequest::new(Imprint::sm3(b"a signature value"))?;
//! let answer = authority.respond(request.as_der(), at(2027)); // elsewhere
//! let response = TimeStampResponse::from_der(answer.as_der())?;
//! let token = response.token_for(&request, Profile::Conforming)?;
//!
//! let mut trust = Trust::default();
//! trust.add_anchor(root.certificate().clone());
//! trust.add_crl(root.crl(at(2027), at(2028))?);
//! assert!(check(&token, b"a signature value", &trust, at(2027)).is_valid());
//! # Ok::<(), yinxin::Error>(())
//! ```

mod authority;
mod check;
mod imprint;
mod message;
mod request;
mod response;
mod stream;
mod token;

pub use authority::TimestampAuthority;
pub use check::check;
pub(crate) use check::{certificates_of, check_existing};
pub use imprint::Imprint;
pub(crate) use message::judge_message;
pub use message::{SIGNER_CODES, check_message};
pub use request::TimeStampRequest;
pub use response::{Failure, Status, TimeStampResponse};
pub use stream::{check_once, check_stream, check_withheld, extract_opened, extract_stream};
pub use token::{Accuracy, Token};
