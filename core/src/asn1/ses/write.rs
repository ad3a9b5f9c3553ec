//! SES_SealInfo and its members, written in DER.

use super::super::writer;
use super::super::{oid::Oid, writer::sequence};
use super::Version;
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// What a SES_SealInfo is written from; texts are checked by the caller for their string types.
#[derive(Debug, Clone, Copy)]
pub struct SealInfo<'a> {
    /// The layout.
    pub version: Version,
    /// Vid, ASCII.
    pub vendor: &'a str,
    /// esID, ASCII.
    pub id: &'a str,
    /// The type of seal.
    pub kind: i64,
    /// The name of the seal.
    pub name: &'a str,
    /// Who may stamp with it.
    pub certificates: CertificateList<'a>,
    /// createDate.
    pub created: Time,
    /// validStart.
    pub valid_from: Time,
    /// validEnd.
    pub valid_until: Time,
    /// The type of the picture: `PNG`, `SVG`...
    pub picture_kind: &'a str,
    /// The bytes of the picture.
    pub picture: &'a [u8],
    /// Millimetres.
    pub width_mm: i64,
    /// Millimetres.
    pub height_mm: i64,
}

/// The list of those who may stamp.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum CertificateList<'a> {
    /// The DER of each certificate (certListType 1).
    Certificates(&'a [Vec<u8>]),
    /// The name of a digest algorithm and the digest of each certificate (certListType 2).
    Digests(&'a [(String, Vec<u8>)]),
}

/// Writes SES_SealInfo, without extensions.
///
/// # Errors
///
/// `Value`: a UTCTime of V1 cannot hold a time. `Form`: V1 lists no digests.
pub fn seal_info(values: &SealInfo<'_>) -> Result<Vec<u8>> {
    let header = sequence(&[
        &writer::ia5("ES"),
        &writer::integer(values.version.number()),
        &writer::ia5(values.vendor),
    ]);
    let picture = sequence(&[
        &writer::ia5(values.picture_kind),
        &writer::octet_string(values.picture),
        &writer::integer(values.width_mm),
        &writer::integer(values.height_mm),
    ]);
    Ok(sequence(&[&header, &writer::ia5(values.id), &property(values)?, &picture]))
}

/// Writes ExtData; the default FALSE is left out, as DER requires.
pub fn extension(id: &Oid, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { writer::boolean(true) } else { Vec::new() };
    sequence(&[&writer::oid(id), &critical, &writer::octet_string(value)])
}

fn property(values: &SealInfo<'_>) -> Result<Vec<u8>> {
    let (list_type, list) = match values.certificates {
        CertificateList::Certificates(certificates) => {
            let list: Vec<Vec<u8>> =
                certificates.iter().map(|der| writer::octet_string(der)).collect();
            (1, writer::sequence_of(&list))
        }
        CertificateList::Digests(digests) => {
            let object = |(name, digest): &(String, Vec<u8>)| {
                sequence(&[&writer::printable(name), &writer::octet_string(digest)])
            };
            (2, writer::sequence_of(&digests.iter().map(object).collect::<Vec<_>>()))
        }
    };
    let list_type = match (values.version, list_type) {
        (Version::V1, 1) => Vec::new(),
        (Version::V1, _) => {
            let message = "a seal of GM/T 0031-2014 lists certificates, not digests";
            return Err(Error::new(Code::Form, "certList", message));
        }
        (_, number) => writer::integer(number),
    };
    let mut parts = vec![writer::integer(values.kind), writer::utf8(values.name), list_type, list];
    for moment in [values.created, values.valid_from, values.valid_until] {
        parts.push(time(values.version, moment)?);
    }
    Ok(writer::sequence_of(&parts))
}

fn time(version: Version, time: Time) -> Result<Vec<u8>> {
    if version != Version::V1 {
        return Ok(writer::generalized_time(time));
    }
    let message = "a time of GM/T 0031-2014 lies within 1950 to 2049, in whole seconds";
    writer::utc_time(time).ok_or_else(|| Error::new(Code::Value, "SES_ESPropertyInfo", message))
}
