//! The layout of GM/T 0031-2014 (version 1).
//!
//! The layout of GM/T 0031-2025 (version 5) is that of GB/T 38540-2020 with one more member; it is
//! read by [`gbt38540`](super::gbt38540).

use super::oid::Oid;
use super::profile::Deviations;
use super::reader::{Reader, Tlv, tag};
use super::ses::leaf::{
    algorithm, bits, certificate, header, integer, picture, plain_extensions, sequence, spelled,
    text,
};
use super::ses::{SealFields, Span, StampFields, TimeInfo, Version, property, signature_value};
use super::writer;
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use crate::time::Time;

/// Reads a seal.
///
/// ```asn1
/// SESeal ::= SEQUENCE { esealInfo SES_SealInfo, signInfo SES_SignInfo }
/// SES_SealInfo ::= SEQUENCE {
///   header    SES_Header,
///   esID      IA5String,
///   property  SES_ESPropertyInfo,
///   picture   SES_ESPictrueInfo,
///   extDatas  ExtensionDatas OPTIONAL }   -- "EXPLICIT" in the text, without a tag number
/// SES_ESPropertyInfo ::= SEQUENCE {
///   type INTEGER, name UTF8String, certList SEQUENCE OF cert,
///   createDate UTCTIME, validStart UTCTIME, validEnd UTCTIME }
/// SES_SignInfo ::= SEQUENCE {
///   cert OCTET STRING, signatureAlgorithm OBJECT IDENTIFIER, signData BIT STRING }
/// ```
///
/// # Source
///
/// GM/T 0031-2014.
pub(super) fn read_seal(outer: &Tlv<'_>, deviations: &mut Deviations) -> Result<SealFields> {
    let mut reader = outer.contents();
    let info = reader.expect(tag::SEQUENCE)?;
    let mut inner = info.contents().named("SES_SealInfo");
    let header = header(&mut inner, deviations)?;
    version_number(header.number, "SES_Header.version", header.number_offset, deviations)?;
    let id = text(&mut inner, tag::IA5_STRING, "SES_SealInfo.esID", deviations)?;
    let property = property::of_2014(&mut inner, deviations)?;
    let picture = picture(&mut inner, deviations)?;
    let extensions = plain_extensions(&mut inner, deviations)?;
    inner.finish()?;

    let mut sign_info = sequence(&mut reader, "SES_SignInfo")?;
    reader.finish()?;
    let (maker_element, maker) = certificate(&mut sign_info, "SES_SignInfo.cert", deviations)?;
    let (algorithm, algorithm_element) =
        algorithm(&mut sign_info, "SES_SignInfo.signatureAlgorithm", deviations)?;
    let offset = sign_info.offset();
    let signature = bits(&mut sign_info, "SES_SignInfo.signData", deviations)?;
    sign_info.finish()?;
    let octets = signature.of(outer.raw);
    signature_value::judge(octets, algorithm, "SES_SignInfo.signData", offset, deviations)?;
    Ok(SealFields {
        version: Version::V1,
        number: header.number,
        vendor: header.vendor,
        id,
        kind: property.kind,
        name: property.name,
        certificates: property.certificates,
        created: property.created,
        valid_from: property.valid_from,
        valid_until: property.valid_until,
        picture,
        extensions,
        info: Span::raw(&info),
        maker,
        maker_element,
        algorithm,
        algorithm_element,
        signature,
        timestamp: None,
        whole: Span::raw(outer),
    })
}

/// Reads a stamp.
///
/// ```asn1
/// SES_Signature ::= SEQUENCE { toSign TBS_Sign, signature BIT STRING }
/// TBS_Sign ::= SEQUENCE {
///   version             INTEGER,
///   eseal               SESeal,
///   timeInfo            BIT STRING,     -- a time stamp or a UTCTime, inside
///   dataHash            BIT STRING,
///   propertyInfo        IA5String,
///   cert                OCTET STRING,
///   signatureAlgorithm  OBJECT IDENTIFIER }
/// ```
///
/// # Source
///
/// GM/T 0031-2014.
pub(super) fn read_stamp(outer: &Tlv<'_>, deviations: &mut Deviations) -> Result<StampFields> {
    let mut reader = outer.contents();
    let to_sign = reader.expect(tag::SEQUENCE)?;
    let mut inner = to_sign.contents().named("TBS_Sign");
    let offset = inner.offset();
    let number = integer(&mut inner, "TBS_Sign.version", deviations)?;
    version_number(number, "TBS_Sign.version", offset, deviations)?;
    let seal = inner.expect(tag::SEQUENCE)?;
    let time = time_info(&mut inner, outer.raw, deviations)?;
    let data_hash = bits(&mut inner, "TBS_Sign.dataHash", deviations)?;
    let property = text(&mut inner, tag::IA5_STRING, "TBS_Sign.propertyInfo", deviations)?;
    let (_, certificate) = certificate(&mut inner, "TBS_Sign.cert", deviations)?;
    let (algorithm, _) = algorithm(&mut inner, "TBS_Sign.signatureAlgorithm", deviations)?;
    inner.finish()?;
    let offset = reader.offset();
    let signature = bits(&mut reader, "SES_Signature.signature", deviations)?;
    reader.finish()?;
    let octets = signature.of(outer.raw);
    signature_value::judge(octets, algorithm, "SES_Signature.signature", offset, deviations)?;
    Ok(StampFields {
        version: Version::V1,
        number,
        to_sign: Span::raw(&to_sign),
        seal: Span::raw(&seal),
        time,
        data_hash,
        property,
        extensions: Vec::new(),
        certificate,
        algorithm,
        signature,
        timestamp: None,
        whole: Span::raw(outer),
    })
}

/// What the maker of a seal signs: a new SEQUENCE around three elements of it.
///
/// # Source
///
/// GM/T 0031-2014: the signature is over sealInfo, the maker's certificate and the identifier of
/// the algorithm, in a SEQUENCE of their own.
pub fn seal_to_be_signed(info: &[u8], maker_element: &[u8], algorithm_element: &[u8]) -> Vec<u8> {
    writer::sequence(&[info, maker_element, algorithm_element])
}

/// Writes SESeal.
pub fn write_seal(info: &[u8], maker: &[u8], algorithm: &Oid, signature: &[u8]) -> Vec<u8> {
    let sign_info = writer::sequence(&[
        &writer::octet_string(maker),
        &writer::oid(algorithm),
        &writer::bit_string(signature),
    ]);
    writer::sequence(&[info, &sign_info])
}

/// Writes the members of TBS_Sign that follow the seal.
///
/// # Errors
///
/// `Value`: a UTCTime cannot hold the time.
pub fn write_to_sign_tail(
    time: Time,
    data_hash: &[u8],
    property: &str,
    certificate: &[u8],
    algorithm: &Oid,
) -> Result<Vec<u8>> {
    let time = writer::utc_time(time)
        .ok_or_else(|| Error::new(Code::Value, "TBS_Sign.timeInfo", "not within 1950 to 2049"))?;
    Ok([
        writer::bit_string(&time),
        writer::bit_string(data_hash),
        writer::ia5(property),
        writer::octet_string(certificate),
        writer::oid(algorithm),
    ]
    .concat())
}

/// Writes SES_Signature.
///
/// What was signed comes in pieces, so that the seal in it is copied once.
pub fn write_stamp(to_sign: &[&[u8]], signature: &[u8]) -> Vec<u8> {
    writer::sequence(&[to_sign, &[&writer::bit_string(signature)]].concat())
}

/// The text fixes no number; 4 and 5 belong to other layouts.
fn version_number(
    number: i64,
    field: &'static str,
    offset: usize,
    deviations: &mut Deviations,
) -> Result<()> {
    let detail = format!("{number} stands in the layout of GM/T 0031-2014");
    match number {
        1 => Ok(()),
        4 | 5 => deviations.tolerate(NoteCode::DeviationVersion, field, offset, detail),
        _ => {
            deviations.note(NoteCode::DeviationVersion, format!("{field}: {detail}"));
            Ok(())
        }
    }
}

/// The signing time: in the BIT STRING, the DER of a UTCTime or of a time stamp token.
///
/// As found, also other spellings of a time, inside the BIT STRING or in its place.
pub(super) fn time_info(
    reader: &mut Reader<'_>,
    whole: &[u8],
    deviations: &mut Deviations,
) -> Result<TimeInfo> {
    const FIELD: &str = "TBS_Sign.timeInfo";
    let offset = reader.offset();
    let malformed = |offset| Error::new(Code::Der, FIELD, "not a time").at(offset);
    if let Some(tag::UTC_TIME | tag::GENERALIZED_TIME) = reader.peek() {
        let tlv = reader.read()?;
        let time = spelled(tlv.value, FIELD, offset, deviations)?;
        return time.map(TimeInfo::from).ok_or_else(|| malformed(offset));
    }
    let span = bits(reader, FIELD, deviations)?;
    let octets = span.of(whole);
    let characters = match octets.first() {
        Some(&tag::SEQUENCE) => return Ok(TimeInfo::Token(span)),
        Some(&(tag::UTC_TIME | tag::GENERALIZED_TIME)) => {
            let mut inner = Reader::new(octets, FIELD).based(span.start());
            let tlv = inner.read()?;
            inner.finish()?;
            match tlv.time() {
                Ok(time) if tlv.tag == tag::UTC_TIME => return Ok(TimeInfo::Time(time)),
                _ => tlv.value,
            }
        }
        _ => octets,
    };
    let time = spelled(characters, FIELD, span.start(), deviations)?;
    time.map(TimeInfo::from).ok_or_else(|| malformed(span.start()))
}
