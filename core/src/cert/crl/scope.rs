//! Which of its issuer's certificates a list is about.

use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv};
use crate::cert::certificate::Certificate;
use crate::error::Result;

/// The part of issuingDistributionPoint that is understood.
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
}

impl Scope {
    /// Reads the contents of the extension; the inner error says what is not offered.
    pub(super) fn read(mut point: Reader<'_>) -> Result<std::result::Result<Scope, &'static str>> {
        let places = match point.optional(tag::context(0))? {
            None => None,
            Some(name) => Some(full_names(&name)?),
        };
        let (only_end_entities, only_authorities) = (flag(&mut point, 1)?, flag(&mut point, 2)?);
        let some_reasons = point.optional(tag::context_primitive(3))?.is_some();
        let (indirect, only_attributes) = (flag(&mut point, 4)?, flag(&mut point, 5)?);
        point.finish()?;
        Ok(match places {
            _ if some_reasons => Err("it is about some reasons only"),
            _ if indirect => Err("it is indirect"),
            _ if only_attributes => Err("it is about attribute certificates"),
            Some(None) => Err("its place is relative to the issuer"),
            Some(places) => Ok(Scope { places, only_end_entities, only_authorities }),
            None => Ok(Scope { places: None, only_end_entities, only_authorities }),
        })
    }

    /// Why a list of this scope says nothing about a certificate; `None` if it does.
    pub(super) fn problem(&self, certificate: &Certificate) -> Option<&'static str> {
        if self.only_end_entities && certificate.is_ca() {
            return Some("it is about end entities only");
        }
        if self.only_authorities && !certificate.is_ca() {
            return Some("it is about authorities only");
        }
        let places = self.places.as_ref()?;
        let named = certificate.extensions().distribution_points.as_deref();
        let named = named.and_then(|value| places_of(value).ok()).unwrap_or_default();
        let same = named.iter().any(|place| places.contains(place));
        (!same).then_some("it is about certificates that name another place for their list")
    }
}

fn flag(point: &mut Reader<'_>, number: u8) -> Result<bool> {
    let found = point.optional(tag::context_primitive(number))?;
    found.map_or(Ok(false), |found| found.boolean())
}

/// The places where lists about every reason by the issuer itself are said to be.
///
/// # Source
///
/// RFC 5280 §4.2.1.13 `CRLDistributionPoints ::= SEQUENCE OF SEQUENCE {
/// distributionPoint [0] DistributionPointName OPTIONAL, reasons [1] BIT STRING OPTIONAL,
/// cRLIssuer [2] GeneralNames OPTIONAL }`.
fn places_of(value: &[u8]) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    let mut points = Reader::new(value, "CRLDistributionPoints").sequence()?;
    while !points.is_empty() {
        let mut point = points.sequence()?;
        let name = point.optional(tag::context(0))?;
        let some_reasons = point.optional(tag::context_primitive(1))?.is_some();
        let other_issuer = point.optional(tag::context(2))?.is_some();
        point.finish()?;
        if let (Some(name), false, false) = (name, some_reasons, other_issuer) {
            found.extend(full_names(&name)?.unwrap_or_default());
        }
    }
    Ok(found)
}

/// The names of a DistributionPointName; `None` for one relative to the issuer.
fn full_names(name: &Tlv<'_>) -> Result<Option<Vec<Vec<u8>>>> {
    let mut choice = name.contents();
    let chosen = choice.read()?;
    choice.finish()?;
    if chosen.tag != tag::context(0) {
        return Ok(None);
    }
    let mut names = chosen.contents();
    let mut found = Vec::new();
    while !names.is_empty() {
        found.push(names.read()?.raw.to_vec());
    }
    Ok(Some(found))
}
