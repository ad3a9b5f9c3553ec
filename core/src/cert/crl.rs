//! A certificate revocation list, read once and kept as received.

use super::certificate::{Certificate, read_time};
use super::extension::read_list;
use super::name::Name;
use super::pem;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader, Tlv, oid};
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The largest revocation list that is read, in bytes.
pub const MAX_CRL_BYTES: usize = 64 << 20;

const STRUCTURE: &str = "CertificateList";
const LABELS: &[&str] = &["X509 CRL"];

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
    der: Vec<u8>,
    tbs: Range<usize>,
    algorithm: Range<usize>,
    signature: Range<usize>,
    issuer: Name,
    this_update: Time,
    next_update: Option<Time>,
    entries: Vec<Stored>,
    problem: Option<String>,
    /// The last authority whose signature was found good: lists are asked about again and again.
    signed_by: OnceLock<Certificate>,
}

/// An entry, its serial number by its place in the bytes.
struct Stored {
    serial: Range<usize>,
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

/// Why a certificate was revoked.
///
/// # Source
///
/// RFC 5280 `CRLReason ::= ENUMERATED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// unspecified (0).
    Unspecified,
    /// keyCompromise (1): somebody else has or may have the key.
    KeyCompromise,
    /// cACompromise (2): somebody else has or may have the authority's key.
    CaCompromise,
    /// affiliationChanged (3): the subject's particulars changed.
    AffiliationChanged,
    /// superseded (4): another certificate took its place.
    Superseded,
    /// cessationOfOperation (5): no longer needed.
    CessationOfOperation,
    /// certificateHold (6): on hold, may come back.
    CertificateHold,
    /// removeFromCRL (8): taken off the list; has no meaning on a complete list.
    RemoveFromCrl,
    /// privilegeWithdrawn (9): the subject may no longer do what the certificate allowed.
    PrivilegeWithdrawn,
    /// aACompromise (10): somebody else has or may have the attribute authority's key.
    AaCompromise,
}

impl Reason {
    /// Every reason, in the order of the numbers.
    pub const ALL: [Reason; 10] = [
        Reason::Unspecified,
        Reason::KeyCompromise,
        Reason::CaCompromise,
        Reason::AffiliationChanged,
        Reason::Superseded,
        Reason::CessationOfOperation,
        Reason::CertificateHold,
        Reason::RemoveFromCrl,
        Reason::PrivilegeWithdrawn,
        Reason::AaCompromise,
    ];

    /// The number in lists.
    pub fn number(self) -> u8 {
        match self {
            Reason::Unspecified => 0,
            Reason::KeyCompromise => 1,
            Reason::CaCompromise => 2,
            Reason::AffiliationChanged => 3,
            Reason::Superseded => 4,
            Reason::CessationOfOperation => 5,
            Reason::CertificateHold => 6,
            Reason::RemoveFromCrl => 8,
            Reason::PrivilegeWithdrawn => 9,
            Reason::AaCompromise => 10,
        }
    }

    /// The reason with this number.
    pub fn from_number(number: u8) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.number() == number)
    }

    /// The name, as RFC 5280 spells it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Unspecified => "unspecified",
            Reason::KeyCompromise => "keyCompromise",
            Reason::CaCompromise => "cACompromise",
            Reason::AffiliationChanged => "affiliationChanged",
            Reason::Superseded => "superseded",
            Reason::CessationOfOperation => "cessationOfOperation",
            Reason::CertificateHold => "certificateHold",
            Reason::RemoveFromCrl => "removeFromCRL",
            Reason::PrivilegeWithdrawn => "privilegeWithdrawn",
            Reason::AaCompromise => "aACompromise",
        }
    }
}

impl Crl {
    /// Reads a revocation list in DER, the whole input.
    ///
    /// A list that is well-formed but cannot be relied on here (delta, indirect, limited in scope,
    /// unknown critical extension) is read; [`problem`](Self::problem) says why it is of no use.
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
        read(der).map(|inner| Crl(Arc::new(inner)))
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

    /// The list as received.
    pub fn as_der(&self) -> &[u8] {
        &self.0.der
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

    /// Why the list cannot be relied on whoever signed it; `None` for a complete list of its
    /// issuer's own certificates that is understood in full.
    pub fn problem(&self) -> Option<&str> {
        self.0.problem.as_deref()
    }

    /// What the list says about the certificate with this serial number (the contents of its
    /// INTEGER); `None` if it is not listed. Of several entries the earliest moment counts.
    pub fn entry(&self, serial: &[u8]) -> Option<CrlEntry> {
        let at =
            self.0.entries.binary_search_by(|entry| self.part(&entry.serial).cmp(serial)).ok()?;
        let entry = self.0.entries.get(at)?;
        Some(CrlEntry { revoked: entry.revoked, reason: entry.reason })
    }

    /// Whether the list names this certificate's subject as its issuer.
    pub fn names_issuer(&self, issuer: &Certificate) -> bool {
        self.0.issuer.matches(issuer.subject_name())
    }

    /// Whether this authority issued the list: its name, its signature, and its right to sign
    /// lists (cRLSign, if it has keyUsage at all). Says nothing about the authority itself.
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        self.issuer_problem(issuer).is_none()
    }

    /// Why the list is not one of this authority's; `None` if it is.
    pub(super) fn issuer_problem(&self, issuer: &Certificate) -> Option<&'static str> {
        if !self.names_issuer(issuer) {
            return Some("it names another issuer");
        }
        if issuer.key_usage().is_some_and(|usage| !usage.crl_sign()) {
            return Some("its issuer's keyUsage has no cRLSign");
        }
        if self.0.signed_by.get() == Some(issuer) {
            return None;
        }
        let (tbs, signature) = (self.part(&self.0.tbs), self.part(&self.0.signature));
        match issuer.key_signed(self.part(&self.0.algorithm), tbs, signature) {
            Some(true) => {
                let _ = self.0.signed_by.set(issuer.clone());
                None
            }
            Some(false) => Some("its signature is not the issuer's"),
            None => Some("its signature algorithm is not offered for the issuer's key"),
        }
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.0.der.get(range.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crl({}, {}, {} entries)", self.issuer(), self.this_update(), self.len())
    }
}

fn read(der: &[u8]) -> Result<Inner> {
    let mut outer = Reader::new(der, STRUCTURE);
    let mut list = outer.sequence()?;
    outer.finish()?;
    let tbs = list.expect(tag::SEQUENCE)?;
    let algorithm = list.expect(tag::SEQUENCE)?;
    let signature = list.expect(tag::BIT_STRING)?;
    list.finish()?;
    let signature_value = signature.bit_string()?;

    let mut fields = tbs.contents().named("TBSCertList");
    let mut problem = None;
    let version = match fields.optional(tag::INTEGER)? {
        Some(version) if version.integer_i64()? == 1 => 2,
        Some(version) => {
            let error = Error::new(Code::Version, STRUCTURE, "only versions 1 and 2 are offered");
            return Err(error.at(version.offset));
        }
        None => 1,
    };
    let inner_algorithm = fields.expect(tag::SEQUENCE)?;
    if inner_algorithm.value != algorithm.value {
        let message = "the signature algorithms inside and outside differ";
        return Err(Error::new(Code::Structure, STRUCTURE, message).at(inner_algorithm.offset));
    }
    let issuer = Name::read(fields.expect(tag::SEQUENCE)?)?;
    let this_update = read_time(&mut fields)?;
    let next_update = match fields.peek() {
        Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(read_time(&mut fields)?),
        _ => None,
    };
    let entries = match fields.optional(tag::SEQUENCE)? {
        Some(entries) => read_entries(&entries, version, &mut problem)?,
        None => Vec::new(),
    };
    if let Some(extensions) = fields.optional(tag::context(0))? {
        if version == 1 {
            return Err(extensions.error("a list of version 1 has no extensions"));
        }
        read_extensions(&extensions, &mut problem)?;
    }
    fields.finish()?;

    let end = signature.offset + signature.raw.len();
    Ok(Inner {
        der: der.to_vec(),
        tbs: tbs.offset..tbs.offset + tbs.raw.len(),
        algorithm: algorithm.value_offset()..algorithm.offset + algorithm.raw.len(),
        signature: end - signature_value.len()..end,
        issuer,
        this_update,
        next_update,
        entries: index(der, entries),
        problem,
        signed_by: OnceLock::new(),
    })
}

fn read_entries(
    entries: &Tlv<'_>,
    version: u8,
    problem: &mut Option<String>,
) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    let mut entries = entries.contents().named("revokedCertificates");
    while !entries.is_empty() {
        let mut entry = entries.sequence()?;
        let serial = entry.expect(tag::INTEGER)?;
        serial.integer()?;
        let revoked = read_time(&mut entry)?;
        let mut reason = None;
        if !entry.is_empty() {
            if version == 1 {
                return Err(entry.error("an entry of a list of version 1 has no extensions"));
            }
            for extension in read_list(&mut entry)? {
                match extension.oid {
                    oid::CRL_REASON => reason = Some(read_reason(&extension.value)?),
                    oid::INVALIDITY_DATE => {}
                    oid::CERTIFICATE_ISSUER => {
                        problem.get_or_insert_with(|| {
                            "an entry is about another issuer's certificate (indirect)".to_owned()
                        });
                    }
                    other if extension.critical => {
                        problem.get_or_insert_with(|| {
                            format!("critical extension {other} of an entry is not understood")
                        });
                    }
                    _ => {}
                }
            }
        }
        let serial = serial.value_offset()..serial.offset + serial.raw.len();
        found.push(Stored { serial, revoked, reason });
    }
    Ok(found)
}

fn read_reason(value: &Tlv<'_>) -> Result<Reason> {
    let mut contents = value.contents();
    let reason = contents.expect(tag::ENUMERATED)?;
    contents.finish()?;
    let known = match reason.value {
        [number] => Reason::from_number(*number),
        _ => None,
    };
    known.ok_or_else(|| reason.error("not a reason for revocation"))
}

fn read_extensions(extensions: &Tlv<'_>, problem: &mut Option<String>) -> Result<()> {
    for extension in read_list(&mut extensions.contents())? {
        let found = match extension.oid {
            oid::CRL_NUMBER | oid::AUTHORITY_KEY_IDENTIFIER => continue,
            oid::DELTA_CRL => "it is a delta of another list".to_owned(),
            oid::ISSUING_DISTRIBUTION_POINT => {
                "it is limited in scope (issuingDistributionPoint)".to_owned()
            }
            other if extension.critical => critical_problem(&other),
            _ => continue,
        };
        problem.get_or_insert(found);
    }
    Ok(())
}

fn critical_problem(oid: &Oid) -> String {
    format!("critical extension {oid} is not understood")
}

/// The entries by serial number; of several with one serial number the earliest stays.
fn index(der: &[u8], mut entries: Vec<Stored>) -> Vec<Stored> {
    let serial = |entry: &Stored| der.get(entry.serial.clone()).unwrap_or_default();
    entries.sort_by(|a, b| serial(a).cmp(serial(b)).then(a.revoked.cmp(&b.revoked)));
    entries.dedup_by(|later, earlier| serial(later) == serial(earlier));
    entries
}
