//! Why certificates are revoked.

use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv};
use crate::error::Result;

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

    /// Whether what was signed before a revocation for this reason stays as good as it was: nobody
    /// else had the key (RFC 3161 §4).
    pub(crate) fn spares_the_past(self) -> bool {
        use Reason::{AffiliationChanged, CessationOfOperation, Superseded, Unspecified};
        [Unspecified, AffiliationChanged, Superseded, CessationOfOperation].contains(&self)
    }

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

    /// Reads the ENUMERATED that is all there is.
    pub(in crate::cert) fn read(mut fields: Reader<'_>) -> Result<Reason> {
        let number = fields.expect(tag::ENUMERATED)?;
        fields.finish()?;
        let known = match number.value {
            [number] => Reason::from_number(*number),
            _ => None,
        };
        known.ok_or_else(|| number.error("not a reason for revocation"))
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

/// A set of reasons, as lists and places for them are limited to.
///
/// # Source
///
/// RFC 5280 `ReasonFlags ::= BIT STRING { unused(0), keyCompromise(1), cACompromise(2),
/// affiliationChanged(3), superseded(4), cessationOfOperation(5), certificateHold(6),
/// privilegeWithdrawn(7), aACompromise(8) }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cert) struct Reasons(u16);

impl Reasons {
    pub(in crate::cert) const NONE: Reasons = Reasons(0);
    /// Bits 1 to 8, the first bit of a BIT STRING the highest.
    pub(in crate::cert) const ALL: Reasons = Reasons(0x7f80);

    /// Reads a ReasonFlags, whatever its tag.
    pub(in crate::cert) fn read(flags: &Tlv<'_>) -> Result<Reasons> {
        let bytes = match flags.value {
            [unused @ 0..=7, bytes @ ..]
                if bytes.len() <= 2 && (*unused == 0 || !bytes.is_empty()) =>
            {
                bytes
            }
            _ => return Err(flags.error("ReasonFlags has at most sixteen bits")),
        };
        let byte = |at: usize| u16::from(bytes.get(at).copied().unwrap_or(0));
        Ok(Reasons((byte(0) << 8 | byte(1)) & Reasons::ALL.0))
    }

    pub(in crate::cert) fn and(self, other: Reasons) -> Reasons {
        Reasons(self.0 & other.0)
    }

    pub(in crate::cert) fn or(self, other: Reasons) -> Reasons {
        Reasons(self.0 | other.0)
    }
}
