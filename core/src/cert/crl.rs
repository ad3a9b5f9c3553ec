//! A certificate revocation list, read once and kept as received.

mod distribution;
mod read;
mod reason;
mod scope;

pub use reason::Reason;
pub(in crate::cert) use reason::Reasons;

use super::certificate::Certificate;
use super::frame::Frame;
use super::issuers::Issuers;
use super::name::Name;
use super::pem;
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The largest revocation list that is read, in bytes.
pub const MAX_CRL_BYTES: usize = 64 << 20;

const STRUCTURE: &str = "CertificateList";
const LABELS: &[&str] = &["X509 CRL"];
pub(super) const DELTA: &str = "it is a delta of another list";
const BAD_SIGNATURE: &str = "its signature is not the issuer's";

/// A revocation list: the bytes as received, and what was read from them.
///
/// Reading takes time in proportion to the size (and sorts the entries); looking one up takes the
/// logarithm of their number. A clone shares the bytes.
///
/// # Source
///
/// RFC 5280:
///
/// ```text
/// CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue BIT STRING }
/// TBSCertList ::= SEQUENCE {
///   version INTEGER { v2(1) } OPTIONAL, signature AlgorithmIdentifier, issuer Name,
///   thisUpdate Time, nextUpdate Time OPTIONAL,
///   revokedCertificates SEQUENCE OF SEQUENCE { userCertificate INTEGER, revocationDate Time,
///     crlEntryExtensions Extensions OPTIONAL } OPTIONAL,
///   crlExtensions [0] EXPLICIT Extensions OPTIONAL }
/// ```
#[derive(Clone)]
pub struct Crl(Arc<Inner>);

struct Inner {
    frame: Frame,
    issuer: Name,
    this_update: Time,
    next_update: Option<Time>,
    entries: Vec<Stored>,
    scope: scope::Scope,
    /// Issuers of other certificates that entries of an indirect list are about.
    other_issuers: Vec<Name>,
    problem: Option<String>,
}

/// An entry, its serial number by its place in the bytes.
struct Stored {
    serial: Range<usize>,
    /// Which of the other issuers; none for the list's own.
    issuer: Option<usize>,
    revoked: Time,
    reason: Option<Reason>,
}

/// What a list says about one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CrlEntry {
    /// When the certificate was revoked, as the list says.
    pub revoked: Time,
    /// Why, if the list says so.
    pub reason: Option<Reason>,
}

impl Crl {
    /// Reads a revocation list in DER, the whole input.
    ///
    /// A list that is well-formed but cannot be relied on here (a delta, an unknown critical
    /// extension) is read; [`problem`](Self::problem) says why it is of no use.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] for what is not DER of a list, [`Code::Structure`] for inner and outer
    /// signature algorithms that differ, [`Code::Size`] above [`MAX_CRL_BYTES`].
    pub fn from_der(der: &[u8]) -> Result<Crl> {
        if der.len() > MAX_CRL_BYTES {
            let message = format!("larger than {MAX_CRL_BYTES} bytes");
            return Err(Error::new(Code::Size, STRUCTURE, message));
        }
        read::read(der).map(|inner| Crl(Arc::new(inner)))
    }

    /// Reads PEM that holds exactly one list; other blocks are passed over.
    ///
    /// # Errors
    ///
    /// [`Code::Pem`], or as [`from_der`](Self::from_der).
    pub fn from_pem(text: &[u8]) -> Result<Crl> {
        Crl::from_der(&pem::single(text, LABELS, STRUCTURE)?)
    }

    /// Reads every list of a PEM file, at least one; other blocks are passed over.
    ///
    /// # Errors
    ///
    /// [`Code::Pem`], or as [`from_der`](Self::from_der).
    pub fn many_from_pem(text: &[u8]) -> Result<Vec<Crl>> {
        let blocks = pem::many(text, LABELS, STRUCTURE)?;
        blocks.iter().map(|der| Crl::from_der(der)).collect()
    }

    /// Reads one list, DER or PEM.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der) and [`from_pem`](Self::from_pem).
    pub fn from_bytes(bytes: &[u8]) -> Result<Crl> {
        if pem::is_meant(bytes) { Crl::from_pem(bytes) } else { Crl::from_der(bytes) }
    }

    /// Reads one list in DER, or every one of a PEM file.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der) and [`many_from_pem`](Self::many_from_pem).
    pub fn many_from_bytes(bytes: &[u8]) -> Result<Vec<Crl>> {
        if pem::is_meant(bytes) {
            Crl::many_from_pem(bytes)
        } else {
            Ok(vec![Crl::from_der(bytes)?])
        }
    }

    /// The list as received.
    pub fn as_der(&self) -> &[u8] {
        self.0.frame.der()
    }

    /// The issuer in the manner of RFC 4514.
    pub fn issuer(&self) -> &str {
        self.0.issuer.text()
    }

    /// When the list was issued.
    pub fn this_update(&self) -> Time {
        self.0.this_update
    }

    /// When the next list is due at the latest; a list without it is never fresh.
    pub fn next_update(&self) -> Option<Time> {
        self.0.next_update
    }

    /// The number of entries, several about one certificate counted once.
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }

    /// Whether nothing is revoked.
    pub fn is_empty(&self) -> bool {
        self.0.entries.is_empty()
    }

    /// Why the list cannot be relied on whoever signed it; `None` for a list complete within its
    /// scope that is understood in full.
    pub fn problem(&self) -> Option<&str> {
        self.fault().or(self.is_delta().then_some(DELTA))
    }

    /// The same, a delta list being one like any other.
    pub(super) fn fault(&self) -> Option<&str> {
        self.0.problem.as_deref()
    }

    /// Whether the list holds only what changed since another one: who is not on it may be revoked.
    pub fn is_delta(&self) -> bool {
        self.0.scope.delta
    }

    /// What the list says about its issuer's certificate with this serial number (the contents of
    /// its INTEGER); `None` if it is not listed. Of several entries the earliest moment counts.
    pub fn entry(&self, serial: &[u8]) -> Option<CrlEntry> {
        self.with_serial(serial).find(|entry| entry.issuer.is_none()).map(Stored::said)
    }

    /// What the list says about a certificate, of whichever issuer.
    pub(super) fn entry_of(&self, certificate: &Certificate) -> Option<CrlEntry> {
        let is_issuer = |stored: &&Stored| {
            let other = stored.issuer.map(|number| self.0.other_issuers.get(number));
            let name = other.unwrap_or(Some(&self.0.issuer));
            name.is_some_and(|name| name.matches(certificate.issuer_name()))
        };
        let all = self.with_serial(certificate.serial()).filter(is_issuer);
        all.min_by_key(|stored| stored.revoked).map(Stored::said)
    }

    /// Whether the list would name this certificate, were it revoked: after its end one need not,
    /// unless it says that it does (expiredCertsOnCRL).
    pub(super) fn still_names(&self, certificate: &Certificate) -> bool {
        let end = certificate.not_after();
        self.0.this_update <= end || self.0.scope.keeps_ended.is_some_and(|since| since <= end)
    }

    /// Every entry about a certificate of the list's issuer, with its serial number (the contents
    /// of its INTEGER), in the order of the bytes of those.
    pub fn entries(&self) -> impl Iterator<Item = (&[u8], CrlEntry)> {
        let own = self.0.entries.iter().filter(|entry| entry.issuer.is_none());
        own.map(|entry| (self.part(&entry.serial), entry.said()))
    }

    fn with_serial(&self, serial: &[u8]) -> impl Iterator<Item = &Stored> {
        let first = self.0.entries.partition_point(|entry| self.part(&entry.serial) < serial);
        let rest = self.0.entries.iter().skip(first);
        rest.take_while(move |entry| self.part(&entry.serial) == serial)
    }

    /// Whether the list names this certificate's subject as its issuer.
    pub fn names_issuer(&self, issuer: &Certificate) -> bool {
        self.0.issuer.matches(issuer.subject_name())
    }

    /// Whether the list may speak of certificates of other issuers.
    pub fn is_indirect(&self) -> bool {
        self.0.scope.indirect
    }

    /// Why the list says nothing about this certificate; `None` if it does.
    ///
    /// A list may be limited (issuingDistributionPoint) to end entities, to authorities, to
    /// certificates whose cRLDistributionPoints name the same place, or to some reasons. Without
    /// that extension it is about all certificates of its issuer. An indirect list is about
    /// certificates of other issuers too, where their cRLDistributionPoints name its issuer.
    pub fn scope_problem(&self, certificate: &Certificate) -> Option<&'static str> {
        self.reasons_for(certificate).err()
    }

    /// About which reasons the list speaks for this certificate, or why about none.
    pub(super) fn reasons_for(
        &self,
        certificate: &Certificate,
    ) -> std::result::Result<Reasons, &'static str> {
        self.0.scope.reasons(certificate, &self.0.issuer)
    }

    /// Whether this authority issued the list: its name, its signature, and its right to sign
    /// lists (cRLSign, if it has keyUsage at all), SM2 under the default user id. Says nothing about
    /// the authority itself.
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        Issuers::usual(|issuers| self.issuer_problem(issuer, issuers).is_none())
    }

    /// Why the list is not one of this authority's; `None` if it is.
    pub(super) fn issuer_problem(
        &self,
        issuer: &Certificate,
        issuers: Issuers<'_>,
    ) -> Option<&'static str> {
        if !self.names_issuer(issuer) {
            return Some("it names another issuer");
        }
        if issuer.key_usage().is_some_and(|usage| !usage.crl_sign()) {
            return Some("its issuer's keyUsage has no cRLSign");
        }
        match self.0.frame.is_by(issuer, issuers) {
            Some(true) => None,
            Some(false) => Some(BAD_SIGNATURE),
            None => Some("its signature algorithm is not offered for the issuer's key"),
        }
    }

    /// The problem, with what is known about a signature that is not good.
    pub(super) fn explain(
        &self,
        problem: &str,
        issuer: &Certificate,
        issuers: Issuers<'_>,
    ) -> String {
        let bad = problem == BAD_SIGNATURE;
        let remark =
            if bad { issuers.remark(issuer, self.0.frame.signed()) } else { String::new() };
        format!("{problem}{remark}")
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.0.frame.part(range)
    }
}

impl Stored {
    fn said(&self) -> CrlEntry {
        CrlEntry { revoked: self.revoked, reason: self.reason }
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crl({}, {}, {} entries)", self.issuer(), self.this_update(), self.len())
    }
}
