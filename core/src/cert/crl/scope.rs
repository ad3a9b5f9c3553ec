//! Which certificates and which reasons a list is about.

use super::distribution::{full_names, points};
use super::reason::Reasons;
use crate::asn1::Reader;
use crate::asn1::reader::tag;
use crate::cert::certificate::Certificate;
use crate::cert::name::Name;
use crate::error::Result;
use crate::time::Time;

/// What issuingDistributionPoint says; without that extension, everything of the list's issuer.
///
/// # Source
///
/// RFC 5280 §5.2.5:
///
/// ```text
/// IssuingDistributionPoint ::= SEQUENCE {
///   distributionPoint [0] DistributionPointName OPTIONAL, onlyContainsUserCerts [1] BOOLEAN,
///   onlyContainsCACerts [2] BOOLEAN, onlySomeReasons [3] BIT STRING OPTIONAL,
///   indirectCRL [4] BOOLEAN, onlyContainsAttributeCerts [5] BOOLEAN }
/// DistributionPointName ::= CHOICE { fullName [0] GeneralNames,
///   nameRelativeToCRLIssuer [1] RelativeDistinguishedName }
/// ```
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// The places the list is for, each a GeneralName in DER; `None` for every place.
    places: Option<Vec<Vec<u8>>>,
    only_end_entities: bool,
    only_authorities: bool,
    reasons: Reasons,
    /// Whether entries may be about certificates of other issuers.
    pub(super) indirect: bool,
    /// Whether it holds only what changed since another list (deltaCRLIndicator).
    pub(super) delta: bool,
    /// Certificates that ended no earlier are still named after their end (expiredCertsOnCRL).
    pub(super) keeps_ended: Option<Time>,
}

impl Default for Scope {
    fn default() -> Self {
        Scope {
            places: None,
            only_end_entities: false,
            only_authorities: false,
            reasons: Reasons::ALL,
            indirect: false,
            delta: false,
            keeps_ended: None,
        }
    }
}

impl Scope {
    /// Reads the contents of the extension; the inner error says what is not offered.
    pub(super) fn read(mut point: Reader<'_>) -> Result<std::result::Result<Scope, &'static str>> {
        let places = match point.optional(tag::context(0))? {
            None => None,
            Some(name) => Some(full_names(&name)?),
        };
        let (only_end_entities, only_authorities) = (flag(&mut point, 1)?, flag(&mut point, 2)?);
        let reasons = point.optional(tag::context_primitive(3))?;
        let reasons = reasons.as_ref().map_or(Ok(Reasons::ALL), Reasons::read)?;
        let (indirect, only_attributes) = (flag(&mut point, 4)?, flag(&mut point, 5)?);
        point.finish()?;
        let scope =
            Scope { only_end_entities, only_authorities, reasons, indirect, ..Scope::default() };
        Ok(match places {
            _ if only_attributes => Err("it is about attribute certificates"),
            Some(None) => Err("its place is relative to the issuer"),
            Some(Some(places)) => Ok(Scope { places: Some(places), ..scope }),
            None => Ok(scope),
        })
    }

    /// About which reasons a list of this scope by the holder of this name speaks for a
    /// certificate, or why about none.
    pub(super) fn reasons(
        &self,
        certificate: &Certificate,
        issuer: &Name,
    ) -> std::result::Result<Reasons, &'static str> {
        if self.only_end_entities && certificate.is_ca() {
            return Err("it is about end entities only");
        }
        if self.only_authorities && !certificate.is_ca() {
            return Err("it is about authorities only");
        }
        let own = certificate.issuer_name().matches(issuer);
        if !own && !self.indirect {
            return Err("it is about its own issuer's certificates only");
        }
        if self.reasons == Reasons::NONE {
            return Err("it is about no reason");
        }
        if own && self.places.is_none() {
            return Ok(self.reasons);
        }
        let is_here =
            |place: &Vec<u8>| self.places.as_ref().is_none_or(|places| places.contains(place));
        let named = points(certificate)
            .into_iter()
            .filter(|point| point.is_by(issuer, own) && point.places.iter().any(is_here))
            .fold(Reasons::NONE, |all, point| all.or(point.reasons));
        match self.reasons.and(named) {
            Reasons::NONE => Err("it is about certificates that name another place for their list"),
            some => Ok(some),
        }
    }
}

fn flag(point: &mut Reader<'_>, number: u8) -> Result<bool> {
    let found = point.optional(tag::context_primitive(number))?;
    found.map_or(Ok(false), |found| found.boolean())
}
