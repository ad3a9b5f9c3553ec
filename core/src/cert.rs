//! A certificate and what it allows; chains to an anchor; revocation lists given as bytes.
//!
//! | where | what |
//! |---|---|
//! | [`Certificate`] | an X.509 certificate, read once and kept as received |
//! | [`Purpose`], [`KeyUsage`] | what a certificate may be used for |
//! | [`chain`] | from a certificate to a trust anchor, at a moment |
//! | [`Crl`], [`revocation`] | revocation lists, and what they say about a chain |
//!
//! Nothing here asks the clock or the network: moments and lists come in as arguments. The four
//! questions about a certificate (usage, dates, chain, revocation) have separate answers, so that
//! a report can give each of them.

mod algorithm;
mod certificate;
pub mod chain;
mod crl;
mod extension;
mod name;
mod pem;
pub mod revocation;
mod usage;

pub use certificate::{Certificate, MAX_CERTIFICATE_BYTES};
pub use crl::{Crl, CrlEntry, MAX_CRL_BYTES, Reason};
pub use extension::KeyUsage;
pub use usage::Purpose;

// How names are written in text, for the authority that makes certificates.
pub(crate) use name::attribute_oid;
