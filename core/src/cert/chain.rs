//! From a certificate to a trust anchor, at a moment.
//!
//! A path is looked for by name among the certificates given (`search`), then judged twice: by
//! the rules of RFC 5280 §6.1 as far as they matter here (`rules`, `constraints`), and by webpki,
//! which also verifies the signatures (`second`). Both must agree. webpki is not asked where it
//! cannot say: it compares names byte by byte, refuses every constraint on directory names (the
//! only kind that means anything for people and offices), counts self-issued certificates in path
//! lengths, and does not know unique identifiers, or an authority as the end of a path. There the
//! rules decide alone and the signatures are verified here. What webpki leaves out is in the
//! rules: keyCertSign, the anchor's own dates and constraints, purposes.
//!
//! Certificate policies are not processed: a certificate that marks them critical, or has
//! critical policy constraints, is refused as not understood.
//!
//! # Expiry is a question of its own
//!
//! [`build`] answers everything at once. [`path`] leaves out what concerns the leaf alone, its
//! usage and its dates, so that a report can say "expired, but the chain is good": it judges the
//! issuers at the moment asked for or, where the leaf is not valid then, at the nearest moment at
//! which it is.

mod constraints;
mod rules;
mod search;
mod second;

use super::certificate::Certificate;
use super::issuers::{IssuerDeviation, Issuers};
pub use super::usage::Purpose;
use crate::time::Time;
use std::fmt;

/// The most certificates between a leaf and its anchor. Source: ours; public roots need four.
pub const MAX_INTERMEDIATES: usize = 8;
/// The most complete paths that are judged for one leaf, each with at most one verification per
/// certificate. Source: ours.
pub const MAX_PATHS: usize = 32;
/// The most certificates that are tried as next on a path for one leaf. Source: ours.
pub const MAX_STEPS: usize = 2048;
/// The most comparisons of a name with a name constraint for one path. Source: webpki.
pub const MAX_NAME_COMPARISONS: usize = 250_000;

/// A path from a certificate to a trust anchor that was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedChain {
    certificates: Vec<Certificate>,
    /// Certificates given, not on the path, that bear the name of an issuer on it or may sign lists.
    beside: Vec<Certificate>,
}

impl VerifiedChain {
    /// The certificates, the leaf first, the anchor last; one if the leaf is the anchor.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The certificate that the path starts from.
    pub fn leaf(&self) -> &Certificate {
        &self.certificates[0]
    }

    /// The trust anchor that the path leads to.
    pub fn anchor(&self) -> &Certificate {
        &self.certificates[self.certificates.len() - 1]
    }

    /// The certificates given, not on the path, that bear the name of this issuer: of its other
    /// keys, or of somebody who likes to be taken for it.
    pub(super) fn namesakes_of(&self, issuer: &Certificate) -> impl Iterator<Item = &Certificate> {
        let name = issuer.subject_name().clone();
        self.beside.iter().filter(move |found| found.subject_name().matches(&name))
    }

    /// The certificates given, not on the path, that might sign lists for somebody on it.
    pub(super) fn list_signers(&self) -> impl Iterator<Item = &Certificate> {
        let signs = |found: &&Certificate| found.key_usage().is_some_and(|usage| usage.crl_sign());
        self.beside.iter().filter(signs)
    }
}

/// Why there is no good path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainError {
    kind: ChainErrorKind,
    detail: String,
    deviation: Option<IssuerDeviation>,
}

/// The kind of a [`ChainError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChainErrorKind {
    /// A certificate of the only path is no longer valid.
    Expired,
    /// A certificate of the only path is not yet valid.
    NotYetValid,
    /// The certificates given lead to no trust anchor.
    UnknownIssuer,
    /// A signature on the only path is not that of the issuer.
    BadSignature,
    /// A certificate breaks a constraint: authority or not, path length, names, an extension that
    /// is not understood.
    Constraint,
    /// A certificate is not meant for the purpose.
    Usage,
    /// More paths or comparisons than the named limits.
    Budget,
    /// A signature algorithm that is not offered.
    Unsupported,
}

impl ChainErrorKind {
    /// The name of the kind.
    pub fn name(self) -> &'static str {
        match self {
            ChainErrorKind::Expired => "Expired",
            ChainErrorKind::NotYetValid => "NotYetValid",
            ChainErrorKind::UnknownIssuer => "UnknownIssuer",
            ChainErrorKind::BadSignature => "BadSignature",
            ChainErrorKind::Constraint => "Constraint",
            ChainErrorKind::Usage => "Usage",
            ChainErrorKind::Budget => "Budget",
            ChainErrorKind::Unsupported => "Unsupported",
        }
    }
}

impl ChainError {
    fn new(kind: ChainErrorKind, detail: impl Into<String>) -> ChainError {
        ChainError { kind, detail: detail.into(), deviation: None }
    }

    /// An error about one certificate of the path.
    fn about(kind: ChainErrorKind, certificate: &Certificate, detail: impl fmt::Display) -> Self {
        ChainError::new(kind, format!("{}: {detail}", certificate.subject()))
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ChainErrorKind {
        self.kind
    }

    /// What a bad signature may be, if that is known.
    pub fn deviation(&self) -> Option<IssuerDeviation> {
        self.deviation
    }

    /// Which certificate, and what is wrong with it, for people; not stable.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.detail)
    }
}

impl std::error::Error for ChainError {}

/// A path from `leaf` to one of the `anchors`, with everything checked at the moment `at`: the
/// usage and dates of the leaf, then all that [`path`] checks.
///
/// # Errors
///
/// [`ChainError`]: the leaf's own fault first; else that of the first complete path found.
pub fn build(
    leaf: &Certificate,
    intermediates: &[Certificate],
    anchors: &[Certificate],
    at: Time,
    purpose: Purpose,
) -> Result<VerifiedChain, ChainError> {
    if let Some(problem) = leaf.usage_problem(purpose) {
        return Err(ChainError::about(ChainErrorKind::Usage, leaf, problem));
    }
    rules::dates(leaf, at)?;
    path(leaf, intermediates, anchors, at, purpose)
}

/// A path from `leaf` to one of the `anchors`: names, signatures (those of SM2 under the default
/// user id), constraints, and the dates of all above the leaf. The usage and the dates of the leaf
/// are left to the caller ([`Certificate::usage_problem`], [`Certificate::is_valid_at`]); the moment
/// judged is `at` or, where the leaf is not valid then, the nearest moment at which it is.
///
/// Anchors are taken as they are: nobody needs to have signed them, but their own dates,
/// constraints and keyCertSign count. A leaf that is itself an anchor, byte for byte, is trusted
/// directly: a path of one certificate. Revocation is a question of its own
/// ([`revocation::check`](super::revocation::check)).
///
/// # Errors
///
/// [`ChainError`]: that of the first complete path found, or of the first certificate that might
/// have been on one.
pub fn path(
    leaf: &Certificate,
    intermediates: &[Certificate],
    anchors: &[Certificate],
    at: Time,
    purpose: Purpose,
) -> Result<VerifiedChain, ChainError> {
    Issuers::usual(|issuers| path_with(leaf, intermediates, anchors, at, purpose, issuers))
}

/// [`path`], signatures of SM2 under this user id and with the keys prepared among these.
pub(crate) fn path_with(
    leaf: &Certificate,
    intermediates: &[Certificate],
    anchors: &[Certificate],
    at: Time,
    purpose: Purpose,
    issuers: Issuers<'_>,
) -> Result<VerifiedChain, ChainError> {
    if anchors.contains(leaf) {
        return Ok(VerifiedChain { certificates: vec![leaf.clone()], beside: Vec::new() });
    }
    let at = leaf.nearest_valid(at);
    let found = search::find(leaf, intermediates, anchors, at, purpose, issuers)?;
    let is_beside = |other: &&Certificate| {
        let named = |issuer: &&Certificate| issuer.subject_name().matches(other.subject_name());
        let signs = other.key_usage().is_some_and(|usage| usage.crl_sign());
        (signs || found.iter().skip(1).any(named)) && !found.contains(other)
    };
    let beside = intermediates.iter().filter(is_beside).cloned().collect();
    Ok(VerifiedChain { certificates: found.into_iter().cloned().collect(), beside })
}
