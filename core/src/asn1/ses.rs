//! What the layouts of electronic seals and stamps share.
//!
//! Three layouts are in use; the shape tells them apart, never the version number alone:
//!
//! | version | document | seal | stamp |
//! |---|---|---|---|
//! | V1 | GM/T 0031-2014 | SEQUENCE of 2 | SEQUENCE of 2 |
//! | V4 | GB/T 38540-2020 | SEQUENCE of 4 | SEQUENCE of 4, or 5 with a time stamp |
//! | V5 | GM/T 0031-2025 | SEQUENCE of 4, or 5 with a time stamp | as V4 |
//!
//! Large values are kept as a [`Span`] of the bytes received, so that nothing is copied and
//! everything signed stays what it was.

pub(super) mod leaf;
pub(super) mod property;
pub mod signature_value;
mod spelling;
pub mod write;

use super::oid::Oid;
use super::profile::Deviations;
use super::reader::{Reader, Tlv, tag};
use super::{gbt38540, gmt0031};
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use crate::time::Time;

/// The largest seal or stamp that is read, in bytes.
pub const MAX_SIZE: usize = 16 << 20;
/// The most certificates or digests that a seal lists.
pub const MAX_CERTIFICATES: usize = 1000;
/// The most extensions of a seal or of a stamp.
pub const MAX_EXTENSIONS: usize = 64;
/// The largest width or height of a picture, in millimetres.
pub const MAX_PICTURE_MM: i64 = 1000;

/// The layout of a seal or stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Version {
    /// GM/T 0031-2014.
    V1,
    /// GB/T 38540-2020.
    V4,
    /// GM/T 0031-2025.
    V5,
}

impl Version {
    /// `V1`, `V4` or `V5`.
    pub fn name(self) -> &'static str {
        match self {
            Version::V1 => "V1",
            Version::V4 => "V4",
            Version::V5 => "V5",
        }
    }

    /// The number that is written for this layout: 1, 4 or 5.
    pub fn number(self) -> i64 {
        match self {
            Version::V1 => 1,
            Version::V4 => 4,
            Version::V5 => 5,
        }
    }

    /// The layout with this number, if it is 1, 4 or 5.
    pub fn from_number(number: i64) -> Option<Version> {
        [Version::V1, Version::V4, Version::V5].into_iter().find(|v| v.number() == number)
    }

    /// The document that defines the layout.
    pub fn document(self) -> &'static str {
        match self {
            Version::V1 => "GM/T 0031-2014",
            Version::V4 => "GB/T 38540-2020",
            Version::V5 => "GM/T 0031-2025",
        }
    }
}

/// A part of the bytes received, as offsets from their start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// The bytes meant, out of the whole that the span was read from.
    pub fn of<'a>(&self, whole: &'a [u8]) -> &'a [u8] {
        whole.get(self.start..self.end).unwrap_or_default()
    }

    /// Where the span starts.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Where the span ends, exclusive.
    pub fn end(&self) -> usize {
        self.end
    }

    /// Tag, length and value of an element.
    pub(super) fn raw(tlv: &Tlv<'_>) -> Span {
        Span { start: tlv.offset, end: tlv.offset + tlv.raw.len() }
    }

    /// The last `length` bytes of an element.
    pub(super) fn tail(tlv: &Tlv<'_>, length: usize) -> Span {
        let end = tlv.offset + tlv.raw.len();
        Span { start: end.saturating_sub(length), end }
    }
}

/// The members of a SESeal.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SealFields {
    /// The layout, by shape.
    pub version: Version,
    /// The version number as written.
    pub number: i64,
    /// Vid: who made the seal's software.
    pub vendor: String,
    /// esID.
    pub id: String,
    /// The type of seal; in V1, 1 for an organisation and 2 for a person.
    pub kind: i64,
    /// The name of the seal.
    pub name: String,
    /// Who may stamp with it.
    pub certificates: CertificateFields,
    /// When the seal was made.
    pub created: Time,
    /// The start of the seal's own validity.
    pub valid_from: Time,
    /// The end of the seal's own validity.
    pub valid_until: Time,
    /// The picture.
    pub picture: PictureFields,
    /// Further data of the maker's.
    pub extensions: Vec<ExtensionFields>,
    /// The element eSealInfo.
    pub info: Span,
    /// The DER of the maker's certificate.
    pub maker: Span,
    /// The element that holds the maker's certificate.
    pub maker_element: Span,
    /// The signature algorithm.
    pub algorithm: Oid,
    /// The element that names the signature algorithm.
    pub algorithm_element: Span,
    /// The octets of the signature value.
    pub signature: Span,
    /// The time stamp over the signature value (V5).
    pub timestamp: Option<Span>,
    /// The whole seal, without bytes that may follow it.
    pub whole: Span,
}

/// The list of those who may stamp with a seal.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum CertificateFields {
    /// The DER of each certificate.
    Certificates(Vec<Span>),
    /// The name of a digest algorithm and the digest of each certificate.
    Digests(Vec<(String, Span)>),
}

/// The picture of a seal.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PictureFields {
    /// The type as written: `PNG`, `SVG`...
    pub kind: String,
    /// The bytes of the picture.
    pub data: Span,
    /// The width in millimetres.
    pub width_mm: i64,
    /// The height in millimetres.
    pub height_mm: i64,
}

/// One extension.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ExtensionFields {
    /// What it is.
    pub id: Oid,
    /// Whether a reader that does not know it must refuse.
    pub critical: bool,
    /// The octets of its value.
    pub value: Span,
}

/// The members of a SES_Signature.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StampFields {
    /// The layout, by shape and, between V4 and V5, by the number.
    pub version: Version,
    /// The version number as written.
    pub number: i64,
    /// The element toSign: what is signed.
    pub to_sign: Span,
    /// The seal.
    pub seal: Span,
    /// The stated signing time.
    pub time: TimeInfo,
    /// The digest of the document.
    pub data_hash: Span,
    /// propertyInfo: what was signed.
    pub property: String,
    /// Further data that is signed.
    pub extensions: Vec<ExtensionFields>,
    /// The DER of the signer's certificate.
    pub certificate: Span,
    /// The signature algorithm.
    pub algorithm: Oid,
    /// The octets of the signature value.
    pub signature: Span,
    /// The time stamp over the signature value.
    pub timestamp: Option<Span>,
    /// The whole stamp, without bytes that may follow it.
    pub whole: Span,
}

/// The stated time of a stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeInfo {
    /// A time that the signer wrote.
    Time(Time),
    /// One without a zone, taken for the local time of China; other software writes that of the
    /// machine, so it may be up to eight hours later.
    Local(Time),
    /// A time stamp token in its place (V1).
    Token(Span),
}

impl From<spelling::OddTime> for TimeInfo {
    fn from(odd: spelling::OddTime) -> Self {
        if odd.local { TimeInfo::Local(odd.time) } else { TimeInfo::Time(odd.time) }
    }
}

/// Reads a SESeal of any version.
///
/// # Errors
///
/// `Size`, `Count`: a named limit is passed. `Der`, `Structure`, `Value`: not a seal, or under
/// `Conforming` a deviation, with its offset. `Form`: a shape of no known version.
pub fn read_seal(input: &[u8], deviations: &mut Deviations) -> Result<SealFields> {
    let outer = outermost(input, "SESeal", deviations)?;
    let fields = match members(&outer)? {
        2 => gmt0031::read_seal(&outer, deviations)?,
        4 | 5 => gbt38540::read_seal(&outer, deviations)?,
        count => return Err(unknown_shape(&outer, count)),
    };
    if fields.valid_from > fields.valid_until {
        deviations.tolerate(
            NoteCode::DeviationTime,
            "SES_ESPropertyInfo.validEnd",
            outer.offset,
            format!("the validity ends {} before it starts", fields.valid_until),
        )?;
    }
    Ok(fields)
}

/// Reads a SES_Signature of any version; the seal in it is left as bytes.
///
/// # Errors
///
/// As [`read_seal`].
pub fn read_stamp(input: &[u8], deviations: &mut Deviations) -> Result<StampFields> {
    let outer = outermost(input, "SES_Signature", deviations)?;
    match members(&outer)? {
        2 => gmt0031::read_stamp(&outer, deviations),
        4 | 5 => gbt38540::read_stamp(&outer, deviations),
        count => Err(unknown_shape(&outer, count)),
    }
}

/// The one element that the input consists of.
fn outermost<'a>(
    input: &'a [u8],
    structure: &'static str,
    deviations: &mut Deviations,
) -> Result<Tlv<'a>> {
    if input.len() > MAX_SIZE {
        return Err(Error::new(
            Code::Size,
            structure,
            format!("larger than {MAX_SIZE} bytes: {}", input.len()),
        ));
    }
    let mut reader = Reader::new(input, structure);
    let outer = reader.expect(tag::SEQUENCE)?;
    if !reader.is_empty() {
        let detail = format!("{} bytes follow the structure", reader.rest().len());
        deviations.tolerate(
            NoteCode::DeviationTrailingBytes,
            structure,
            reader.offset(),
            detail,
        )?;
    }
    Ok(outer)
}

/// How many members a SEQUENCE has; counting stops at six, which no layout has.
fn members(outer: &Tlv<'_>) -> Result<usize> {
    let mut reader = outer.contents();
    let mut count = 0;
    while !reader.is_empty() && count < 6 {
        reader.read()?;
        count += 1;
    }
    Ok(count)
}

fn unknown_shape(outer: &Tlv<'_>, count: usize) -> Error {
    let structure = outer.error("").structure().to_owned();
    let message = format!("{count} members, where 2, 4 or 5 are known");
    Error::new(Code::Form, structure, message).at(outer.offset)
}
