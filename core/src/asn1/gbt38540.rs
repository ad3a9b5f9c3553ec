//! The layout of GB/T 38540-2020 (version 4), which GM/T 0031-2025 (version 5) extends.

use super::oid::Oid;
use super::profile::Deviations;
use super::reader::{Reader, Tlv, tag};
use super::ses::leaf::{
    algorithm, bits, certificate, header, integer, picture, plain_extensions, tagged_extensions,
    text, time, timestamp,
};
use super::ses::{SealFields, Span, StampFields, TimeInfo, Version, property, signature_value};
use super::{gmt0031, writer};
use crate::error::Result;
use crate::report::NoteCode;
use crate::time::Time;

/// Reads a seal.
///
/// ```asn1
/// SESeal ::= SEQUENCE {
///   eSealInfo    SES_SealInfo,
///   cert         OCTET STRING,
///   signAlgID    OBJECT IDENTIFIER,
///   signedValue  BIT STRING,
///   timeStamp    [0] EXPLICIT BIT STRING OPTIONAL }   -- version 5 only
/// SES_SealInfo ::= SEQUENCE {
///   header    SES_Header,                             -- version 4 or 5
///   esID      IA5String,
///   property  SES_ESPropertyInfo,
///   picture   SES_ESPictrueInfo,
///   extDatas  ExtensionDatas OPTIONAL }
/// SES_ESPropertyInfo ::= SEQUENCE {
///   type INTEGER, name UTF8String, certListType INTEGER, certList SES_CertList,
///   createDate GeneralizedTime, validStart GeneralizedTime, validEnd GeneralizedTime }
/// SES_CertList ::= CHOICE {                           -- 1 = certs, 2 = certDigestList
///   certs           SEQUENCE OF OCTET STRING,
///   certDigestList  SEQUENCE OF SEQUENCE { type PrintableString, value OCTET STRING } }
/// ```
///
/// # Source
///
/// GB/T 38540-2020, GM/T 0031-2025.
pub(super) fn read_seal(outer: &Tlv<'_>, deviations: &mut Deviations) -> Result<SealFields> {
    let mut reader = outer.contents();
    let info = reader.expect(tag::SEQUENCE)?;
    let mut inner = info.contents().named("SES_SealInfo");
    let header = header(&mut inner, deviations)?;
    let id = text(&mut inner, tag::IA5_STRING, "SES_SealInfo.esID", deviations)?;
    let property = property::of_2020(&mut inner, deviations)?;
    let picture = picture(&mut inner, deviations)?;
    let extensions = plain_extensions(&mut inner, deviations)?;
    inner.finish()?;

    let (maker_element, maker) = certificate(&mut reader, "SESeal.cert", deviations)?;
    let (algorithm, algorithm_element) = algorithm(&mut reader, "SESeal.signAlgID", deviations)?;
    let offset = reader.offset();
    let signature = bits(&mut reader, "SESeal.signedValue", deviations)?;
    let octets = signature.of(outer.raw);
    signature_value::judge(octets, algorithm, "SESeal.signedValue", offset, deviations)?;
    let timestamp = timestamp(&mut reader, "SESeal.timeStamp", deviations)?;
    reader.finish()?;

    // Only version 5 has a time stamp here.
    let version = if timestamp.is_some() { Version::V5 } else { layout(header.number) };
    version_number(header.number, version, "SES_Header.version", header.number_offset, deviations)?;
    Ok(SealFields {
        version,
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
        timestamp,
        whole: Span::raw(outer),
    })
}

/// Reads a stamp.
///
/// ```asn1
/// SES_Signature ::= SEQUENCE {
///   toSign          TBS_Sign,
///   cert            OCTET STRING,
///   signatureAlgID  OBJECT IDENTIFIER,
///   signature       BIT STRING,
///   timeStamp       [0] EXPLICIT BIT STRING OPTIONAL }
/// TBS_Sign ::= SEQUENCE {
///   version       INTEGER,              -- that of the seal
///   eseal         SESeal,
///   timeInfo      GeneralizedTime,
///   dataHash      BIT STRING,
///   propertyInfo  IA5String,
///   extDatas      [0] EXPLICIT ExtensionDatas OPTIONAL }
/// ```
///
/// # Source
///
/// GB/T 38540-2020, GM/T 0031-2025.
pub(super) fn read_stamp(outer: &Tlv<'_>, deviations: &mut Deviations) -> Result<StampFields> {
    let mut reader = outer.contents();
    let to_sign = reader.expect(tag::SEQUENCE)?;
    let mut inner = to_sign.contents().named("TBS_Sign");
    let number_offset = inner.offset();
    let number = integer(&mut inner, "TBS_Sign.version", deviations)?;
    let version = layout(number);
    version_number(number, version, "TBS_Sign.version", number_offset, deviations)?;
    let seal = inner.expect(tag::SEQUENCE)?;
    let time = signing_time(&mut inner, outer.raw, deviations)?;
    let data_hash = bits(&mut inner, "TBS_Sign.dataHash", deviations)?;
    let property = text(&mut inner, tag::IA5_STRING, "TBS_Sign.propertyInfo", deviations)?;
    let extensions = tagged_extensions(&mut inner, deviations)?;
    inner.finish()?;

    let (_, certificate) = certificate(&mut reader, "SES_Signature.cert", deviations)?;
    let (algorithm, _) = algorithm(&mut reader, "SES_Signature.signatureAlgID", deviations)?;
    let offset = reader.offset();
    let signature = bits(&mut reader, "SES_Signature.signature", deviations)?;
    let octets = signature.of(outer.raw);
    signature_value::judge(octets, algorithm, "SES_Signature.signature", offset, deviations)?;
    let timestamp = timestamp(&mut reader, "SES_Signature.timeStamp", deviations)?;
    reader.finish()?;
    Ok(StampFields {
        version,
        number,
        to_sign: Span::raw(&to_sign),
        seal: Span::raw(&seal),
        time,
        data_hash,
        property,
        extensions,
        certificate,
        algorithm,
        signature,
        timestamp,
        whole: Span::raw(outer),
    })
}

/// Writes SESeal; what its maker signs is `info` itself.
pub fn write_seal(
    info: &[u8],
    maker: &[u8],
    algorithm: &Oid,
    signature: &[u8],
    timestamp: Option<&[u8]>,
) -> Vec<u8> {
    writer::sequence(&[
        info,
        &writer::octet_string(maker),
        &writer::oid(algorithm),
        &writer::bit_string(signature),
        &write_timestamp(timestamp),
    ])
}

/// Writes the members of TBS_Sign that follow the seal; `extensions` are whole ExtData elements.
pub fn write_to_sign_tail(
    time: Time,
    data_hash: &[u8],
    property: &str,
    extensions: &[Vec<u8>],
) -> Vec<u8> {
    let extensions = match extensions {
        [] => Vec::new(),
        list => writer::explicit(0, &writer::sequence_of(list)),
    };
    [
        writer::generalized_time(time),
        writer::bit_string(data_hash),
        writer::ia5(property),
        extensions,
    ]
    .concat()
}

/// Writes SES_Signature; what was signed comes in pieces, so that the seal in it is copied once.
pub fn write_stamp(
    to_sign: &[&[u8]],
    certificate: &[u8],
    algorithm: &Oid,
    signature: &[u8],
    timestamp: Option<&[u8]>,
) -> Vec<u8> {
    let after: [&[u8]; 4] = [
        &writer::octet_string(certificate),
        &writer::oid(algorithm),
        &writer::bit_string(signature),
        &write_timestamp(timestamp),
    ];
    writer::sequence(&[to_sign, &after].concat())
}

fn write_timestamp(token: Option<&[u8]>) -> Vec<u8> {
    token.map(|token| writer::explicit(0, &writer::bit_string(token))).unwrap_or_default()
}

/// Between two layouts of the same shape the number decides.
fn layout(number: i64) -> Version {
    if number == 5 { Version::V5 } else { Version::V4 }
}

fn version_number(
    number: i64,
    version: Version,
    field: &'static str,
    offset: usize,
    deviations: &mut Deviations,
) -> Result<()> {
    if number == version.number() {
        return Ok(());
    }
    let detail = format!("{number} stands in the layout of {}", version.document());
    deviations.tolerate(NoteCode::DeviationVersion, field, offset, detail)
}

/// A GeneralizedTime; as found, also the forms of GM/T 0031-2014.
fn signing_time(
    reader: &mut Reader<'_>,
    whole: &[u8],
    deviations: &mut Deviations,
) -> Result<TimeInfo> {
    const FIELD: &str = "TBS_Sign.timeInfo";
    if !matches!(reader.peek(), Some(tag::BIT_STRING | tag::OCTET_STRING)) {
        return time(reader, tag::GENERALIZED_TIME, FIELD, deviations).map(TimeInfo::Time);
    }
    let detail = "a BIT STRING where a GeneralizedTime is due";
    deviations.tolerate(NoteCode::DeviationTime, FIELD, reader.offset(), detail)?;
    gmt0031::time_info(reader, whole, deviations)
}
