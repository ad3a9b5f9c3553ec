//! A certificate and what it allows; chains to an anchor; revocation answers given as bytes.
//!
//! | where | what |
//! |---|---|
//! | [`Certificate`] | an X.509 certificate, read once and kept as received |
//! | [`Purpose`], [`KeyUsage`] | what a certificate may be used for |
//! | [`chain`] | from a certificate to a trust anchor, at a moment |
//! | [`Crl`], [`OcspResponse`] | revocation lists and OCSP responses, each read once |
//! | [`revocation`] | what lists and responses say about a chain |
//!
//! Nothing here asks the clock or the network: moments and answers come in as arguments. The four
//! questions about a certificate (usage, dates, chain, revocation) have separate answers, so that
//! a report can give each of them.

mod algorithm;
mod certificate;
pub mod chain;
mod crl;
mod extension;
mod frame;
mod issuers;
mod name;
mod ocsp;
mod pem;
pub mod revocation;
mod usage;

pub use certificate::{Certificate, MAX_CERTIFICATE_BYTES};
pub use crl::{Crl, CrlEntry, MAX_CRL_BYTES, Reason};
pub use extension::KeyUsage;
pub use issuers::IssuerDeviation;
pub use ocsp::{MAX_OCSP_ANSWERS, MAX_OCSP_BYTES, MAX_OCSP_CERTIFICATES, OcspResponse};
pub use usage::Purpose;

// How a trust verifies what issuers signed.
pub(crate) use issuers::Issuers;
// Extensions, and names in text, for the authority that makes and reads requests.
pub(crate) use extension::{Extension, read_extensions};
pub(crate) use name::{attribute_oid, text_of};
