//! Where a certificate says that lists about it are.

use super::reason::Reasons;
use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv};
use crate::cert::certificate::Certificate;
use crate::cert::name::Name;
use crate::error::{Code, Error, Result};

/// The most points, and the most names in one, that are read. Source: ours.
const MAX_POINTS: usize = 64;

/// One of a certificate's cRLDistributionPoints.
///
/// # Source
///
/// RFC 5280 §4.2.1.13 `CRLDistributionPoints ::= SEQUENCE OF SEQUENCE {
/// distributionPoint [0] DistributionPointName OPTIONAL, reasons [1] BIT STRING OPTIONAL,
/// cRLIssuer [2] GeneralNames OPTIONAL }`.
pub(super) struct Point {
    /// The places, each a GeneralName in DER.
    pub(super) places: Vec<Vec<u8>>,
    /// Which reasons lists there are about.
    pub(super) reasons: Reasons,
    /// Who issues the lists there; none for the certificate's own issuer.
    pub(super) issuers: Vec<Name>,
}

impl Point {
    /// Whether lists at this point are by the holder of this name; `own` if that is the issuer of
    /// the certificate.
    pub(super) fn is_by(&self, issuer: &Name, own: bool) -> bool {
        (own && self.issuers.is_empty()) || self.issuers.iter().any(|name| name.matches(issuer))
    }
}

/// The points that a certificate names; none if it names none that can be read.
pub(super) fn points(certificate: &Certificate) -> Vec<Point> {
    let value = certificate.extensions().distribution_points.as_deref();
    value.and_then(|value| read_points(value).ok()).unwrap_or_default()
}

fn read_points(value: &[u8]) -> Result<Vec<Point>> {
    let mut found = Vec::new();
    let mut points = Reader::new(value, "CRLDistributionPoints").sequence()?;
    while !points.is_empty() && found.len() < MAX_POINTS {
        let mut point = points.sequence()?;
        let places = point.optional(tag::context(0))?;
        let reasons = point.optional(tag::context_primitive(1))?;
        let issuers = point.optional(tag::context(2))?;
        point.finish()?;
        let issuer_names = issuers.as_ref().map(general_names).transpose()?.unwrap_or_default();
        let places = match &places {
            Some(name) => full_names(name)?.unwrap_or_default(),
            // Then the place is where the directory has the list's issuer.
            None => issuer_names.clone(),
        };
        found.push(Point {
            places,
            reasons: reasons.as_ref().map_or(Ok(Reasons::ALL), Reasons::read)?,
            issuers: issuer_names.iter().filter_map(|name| directory_name(name)).collect(),
        });
    }
    Ok(found)
}

/// The names of a DistributionPointName, each in DER; `None` for one relative to the issuer.
pub(super) fn full_names(name: &Tlv<'_>) -> Result<Option<Vec<Vec<u8>>>> {
    let mut choice = name.contents();
    let chosen = choice.read()?;
    choice.finish()?;
    if chosen.tag != tag::context(0) {
        return Ok(None);
    }
    general_names(&chosen).map(Some)
}

/// The contents of GeneralNames, each name in DER.
pub(super) fn general_names(names: &Tlv<'_>) -> Result<Vec<Vec<u8>>> {
    let mut names = names.contents();
    let mut found = Vec::new();
    while !names.is_empty() {
        if found.len() >= MAX_POINTS {
            let message = format!("more than {MAX_POINTS} names");
            return Err(Error::new(Code::Count, "GeneralNames", message).at(names.offset()));
        }
        found.push(names.read()?.raw.to_vec());
    }
    Ok(found)
}

/// The name of a directoryName [4].
pub(super) fn directory_name(general_name: &[u8]) -> Option<Name> {
    let mut reader = Reader::new(general_name, "GeneralName");
    let mut contents = reader.expect(tag::context(4)).ok()?.contents();
    let name = Name::read(contents.expect(tag::SEQUENCE).ok()?).ok()?;
    contents.finish().ok().map(|()| name)
}
