//! The members that every layout has: read strictly, or with the deviations of real files noted.

use super::super::oid::{self, Oid};
use super::super::profile::{Deviations, Profile};
use super::super::reader::{Reader, Tlv, tag};
use super::spelling::{OddTime, any_text, odd_time};
use super::{ExtensionFields, MAX_EXTENSIONS, MAX_PICTURE_MM, PictureFields, Span};
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use crate::time::Time;

/// Vid and version of a SES_Header.
pub(in crate::asn1) struct Header {
    pub number: i64,
    pub number_offset: usize,
    pub vendor: String,
}

/// ```asn1
/// SES_Header ::= SEQUENCE { ID IA5String, version INTEGER, Vid IA5String }
/// ```
pub(in crate::asn1) fn header(
    reader: &mut Reader<'_>,
    deviations: &mut Deviations,
) -> Result<Header> {
    let mut inner = sequence(reader, "SES_Header")?;
    let id_offset = inner.offset();
    let id = text(&mut inner, tag::IA5_STRING, "SES_Header.ID", deviations)?;
    if id != "ES" {
        let message = "the ID of a seal is \"ES\"";
        return Err(Error::new(Code::Structure, "SES_Header.ID", message).at(id_offset));
    }
    let number_offset = inner.offset();
    let number = integer(&mut inner, "SES_Header.version", deviations)?;
    let vendor = text(&mut inner, tag::IA5_STRING, "SES_Header.Vid", deviations)?;
    inner.finish()?;
    Ok(Header { number, number_offset, vendor })
}

/// ```asn1
/// SES_ESPictrueInfo ::= SEQUENCE {
///   type IA5String, data OCTET STRING, width INTEGER, height INTEGER }   -- millimetres
/// ```
pub(in crate::asn1) fn picture(
    reader: &mut Reader<'_>,
    deviations: &mut Deviations,
) -> Result<PictureFields> {
    let mut inner = sequence(reader, "SES_ESPictrueInfo")?;
    let kind_offset = inner.offset();
    let kind = text(&mut inner, tag::IA5_STRING, "SES_ESPictrueInfo.type", deviations)?;
    if !["GIF", "BMP", "JPG", "PNG", "SVG"].contains(&kind.as_str()) {
        deviations.tolerate(
            NoteCode::DeviationPictureType,
            "SES_ESPictrueInfo.type",
            kind_offset,
            format!("{kind:?} is not one of GIF, BMP, JPG, PNG, SVG"),
        )?;
    }
    let data = inner.expect(tag::OCTET_STRING)?;
    let size_offset = inner.offset();
    let width_mm = integer(&mut inner, "SES_ESPictrueInfo.width", deviations)?;
    let height_mm = integer(&mut inner, "SES_ESPictrueInfo.height", deviations)?;
    inner.finish()?;
    let sane = 1..=MAX_PICTURE_MM;
    // As found, the check of the picture says so; nothing is misread.
    if deviations.profile() == Profile::Conforming
        && !(sane.contains(&width_mm) && sane.contains(&height_mm))
    {
        let message = format!("{width_mm} x {height_mm} mm is not 1 to {MAX_PICTURE_MM} mm");
        return Err(Error::new(Code::Value, "SES_ESPictrueInfo", message).at(size_offset));
    }
    Ok(PictureFields { kind, data: Span::tail(&data, data.value.len()), width_mm, height_mm })
}

/// `extDatas ExtensionDatas OPTIONAL` at the end of a SES_SealInfo; as found, also under `[0]`.
pub(in crate::asn1) fn plain_extensions(
    reader: &mut Reader<'_>,
    deviations: &mut Deviations,
) -> Result<Vec<ExtensionFields>> {
    match reader.peek() {
        None => Ok(Vec::new()),
        Some(found) if found == tag::context(0) => {
            let detail = "extDatas under [0]";
            let field = "SES_SealInfo.extDatas";
            deviations.tolerate(NoteCode::DeviationTag, field, reader.offset(), detail)?;
            tagged_extensions(reader, deviations)
        }
        Some(_) => extensions(sequence(reader, "ExtensionDatas")?, deviations),
    }
}

/// `extDatas [0] EXPLICIT ExtensionDatas OPTIONAL`; as found, also IMPLICIT and without a tag.
pub(in crate::asn1) fn tagged_extensions(
    reader: &mut Reader<'_>,
    deviations: &mut Deviations,
) -> Result<Vec<ExtensionFields>> {
    const FIELD: &str = "TBS_Sign.extDatas";
    let offset = reader.offset();
    if reader.is_empty() {
        return Ok(Vec::new());
    }
    if reader.peek() == Some(tag::SEQUENCE) {
        deviations.tolerate(NoteCode::DeviationTag, FIELD, offset, "extDatas without [0]")?;
        return extensions(sequence(reader, "ExtensionDatas")?, deviations);
    }
    let mut inner = reader.expect(tag::context(0))?.contents().named("ExtensionDatas");
    // EXPLICIT: one SEQUENCE whose members are SEQUENCEs. IMPLICIT: the members themselves.
    let first = inner.clone().sequence().ok();
    if first.is_none_or(|first| first.peek() == Some(tag::OID)) {
        deviations.tolerate(NoteCode::DeviationTag, FIELD, offset, "[0] is IMPLICIT")?;
        return extensions(inner, deviations);
    }
    let list = sequence(&mut inner, "ExtensionDatas")?;
    inner.finish()?;
    extensions(list, deviations)
}

/// The contents of a SEQUENCE OF ExtData.
///
/// ```asn1
/// ExtensionDatas ::= SEQUENCE SIZE(0..MAX) OF ExtData
/// ExtData ::= SEQUENCE {
///   extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
/// ```
fn extensions(mut reader: Reader<'_>, deviations: &mut Deviations) -> Result<Vec<ExtensionFields>> {
    let mut found: Vec<ExtensionFields> = Vec::new();
    while !reader.is_empty() {
        if found.len() == MAX_EXTENSIONS {
            let message = format!("more than {MAX_EXTENSIONS} extensions");
            return Err(Error::new(Code::Count, "ExtensionDatas", message).at(reader.offset()));
        }
        let offset = reader.offset();
        let extension = extension(&mut reader, deviations)?;
        // As found, the check of the extensions fails.
        if deviations.profile() == Profile::Conforming
            && found.iter().any(|other| other.id == extension.id)
        {
            let message = format!("{} is there twice", extension.id);
            return Err(Error::new(Code::Structure, "ExtensionDatas", message).at(offset));
        }
        found.push(extension);
    }
    Ok(found)
}

fn extension(reader: &mut Reader<'_>, deviations: &mut Deviations) -> Result<ExtensionFields> {
    let mut inner = sequence(reader, "ExtData")?;
    let id = inner.expect(tag::OID)?.oid()?;
    let critical = match inner.optional(tag::BOOLEAN)? {
        None => false,
        Some(tlv) => {
            let critical = boolean(&tlv, deviations)?;
            if !critical {
                deviations.tolerate(
                    NoteCode::DeviationExplicitDefault,
                    "ExtData.critical",
                    tlv.offset,
                    format!("the default FALSE of {id} is written out"),
                )?;
            }
            critical
        }
    };
    let value = inner.expect(tag::OCTET_STRING)?;
    inner.finish()?;
    Ok(ExtensionFields { id, critical, value: Span::tail(&value, value.value.len()) })
}

fn boolean(tlv: &Tlv<'_>, deviations: &mut Deviations) -> Result<bool> {
    match (tlv.boolean(), tlv.value) {
        (Ok(value), _) => Ok(value),
        (Err(_), [_]) => {
            let detail = "TRUE is not written as FF";
            deviations.tolerate(
                NoteCode::DeviationEncoding,
                "ExtData.critical",
                tlv.offset,
                detail,
            )?;
            Ok(true)
        }
        (Err(error), _) => Err(error),
    }
}

/// An INTEGER of 64 bits.
pub(in crate::asn1) fn integer(
    reader: &mut Reader<'_>,
    field: &'static str,
    deviations: &mut Deviations,
) -> Result<i64> {
    let tlv = reader.expect(tag::INTEGER)?;
    if tlv.integer().is_err() && !tlv.value.is_empty() {
        let detail = "an integer is not in its shortest form";
        deviations.tolerate(NoteCode::DeviationEncoding, field, tlv.offset, detail)?;
        return loose_integer(tlv.value)
            .ok_or_else(|| tlv.error("the INTEGER does not fit in 64 bits"));
    }
    tlv.integer_i64()
}

fn loose_integer(value: &[u8]) -> Option<i64> {
    let negative = value.first()? & 0x80 != 0;
    let filler = if negative { 0xff } else { 0x00 };
    let start = value.len().saturating_sub(8);
    let (padding, low) = value.split_at_checked(start)?;
    let sign_kept = low.first()? & 0x80 == filler & 0x80;
    if padding.iter().any(|byte| *byte != filler) || !sign_kept {
        return None;
    }
    let sign = if negative { -1i64 } else { 0 };
    Some(low.iter().fold(sign, |sum, byte| sum << 8 | i64::from(*byte)))
}

/// A string of this type; of another one, as found.
pub(in crate::asn1) fn text(
    reader: &mut Reader<'_>,
    expected: u8,
    field: &'static str,
    deviations: &mut Deviations,
) -> Result<String> {
    let offset = reader.offset();
    let tlv = match reader.peek() {
        Some(found) if found != expected && any_text(found, &[]).is_some() => {
            let detail = format!("a string of type {found:#04x} where {expected:#04x} is due");
            deviations.tolerate(NoteCode::DeviationStringType, field, offset, detail)?;
            reader.read()?
        }
        _ => reader.expect(expected)?,
    };
    let strict = match tlv.tag {
        tag::IA5_STRING => tlv.ia5(),
        tag::PRINTABLE_STRING => tlv.printable(),
        tag::UTF8_STRING => tlv.utf8(),
        _ => Err(tlv.error("not a string type of the standard")),
    };
    if let Ok(text) = strict {
        return Ok(text.to_owned());
    }
    if tlv.tag == expected {
        let detail = "characters that the string's type does not allow";
        deviations.tolerate(NoteCode::DeviationCharacters, field, offset, detail)?;
    }
    any_text(tlv.tag, tlv.value).ok_or_else(|| tlv.error("not a text"))
}

/// A time of this type in DER form; in other types and spellings, as found.
pub(in crate::asn1) fn time(
    reader: &mut Reader<'_>,
    expected: u8,
    field: &'static str,
    deviations: &mut Deviations,
) -> Result<Time> {
    let Some(found) = reader.peek() else { return reader.expect(expected)?.time() };
    if found == expected {
        let tlv = reader.read()?;
        return match tlv.time() {
            Ok(time) => Ok(time),
            Err(error) => {
                let odd = spelled(tlv.value, field, tlv.offset, deviations)?;
                odd.map(|odd| odd.time).ok_or(error)
            }
        };
    }
    if !matches!(found, tag::UTC_TIME | tag::GENERALIZED_TIME) && any_text(found, &[]).is_none() {
        return reader.expect(expected)?.time();
    }
    let tlv = reader.read()?;
    let error = tlv.error("not a time");
    spelled(tlv.value, field, tlv.offset, deviations)?.map(|odd| odd.time).ok_or(error)
}

/// A time in another spelling than the standard's, noted.
pub(in crate::asn1) fn spelled(
    characters: &[u8],
    field: &'static str,
    offset: usize,
    deviations: &mut Deviations,
) -> Result<Option<OddTime>> {
    let Some(odd) = odd_time(characters) else { return Ok(None) };
    let detail = format!("{}: {}", odd.how, String::from_utf8_lossy(characters));
    deviations.tolerate(NoteCode::DeviationTime, field, offset, detail)?;
    Ok(Some(odd))
}

/// A certificate in an OCTET STRING; as found, also a bare one. The element and the DER in it.
pub(in crate::asn1) fn certificate(
    reader: &mut Reader<'_>,
    field: &'static str,
    deviations: &mut Deviations,
) -> Result<(Span, Span)> {
    if reader.peek() == Some(tag::SEQUENCE) {
        let tlv = reader.read()?;
        let detail = "a certificate stands without its OCTET STRING";
        deviations.tolerate(NoteCode::DeviationBareCertificate, field, tlv.offset, detail)?;
        return Ok((Span::raw(&tlv), Span::raw(&tlv)));
    }
    let tlv = reader.expect(tag::OCTET_STRING)?;
    Ok((Span::raw(&tlv), Span::tail(&tlv, tlv.value.len())))
}

/// The octets of a BIT STRING; as found, also of an OCTET STRING.
pub(in crate::asn1) fn bits(
    reader: &mut Reader<'_>,
    field: &'static str,
    deviations: &mut Deviations,
) -> Result<Span> {
    if reader.peek() == Some(tag::OCTET_STRING) {
        let tlv = reader.read()?;
        let detail = "an OCTET STRING where a BIT STRING is due";
        deviations.tolerate(NoteCode::DeviationStringType, field, tlv.offset, detail)?;
        return Ok(Span::tail(&tlv, tlv.value.len()));
    }
    let tlv = reader.expect(tag::BIT_STRING)?;
    let octets = tlv.bit_string()?;
    Ok(Span::tail(&tlv, octets.len()))
}

/// The identifier of a signature algorithm; as found, also inside an AlgorithmIdentifier or by a
/// name of the same thing. The identifier meant and the element.
pub(in crate::asn1) fn algorithm(
    reader: &mut Reader<'_>,
    field: &'static str,
    deviations: &mut Deviations,
) -> Result<(Oid, Span)> {
    let element;
    let found;
    if reader.peek() == Some(tag::SEQUENCE) {
        let tlv = reader.read()?;
        let detail = "an AlgorithmIdentifier where an OBJECT IDENTIFIER is due";
        deviations.tolerate(NoteCode::DeviationAlgorithm, field, tlv.offset, detail)?;
        let mut inner = tlv.contents().named(field);
        found = inner.expect(tag::OID)?.oid()?;
        inner.optional(tag::NULL)?;
        inner.finish()?;
        element = tlv;
    } else {
        element = reader.expect(tag::OID)?;
        found = element.oid()?;
    }
    let also_sm2 = [oid::SM2_WITH_SM3_TYPO, oid::SM2_SIGN, oid::CURVE_SM2];
    if also_sm2.contains(&found) {
        let detail = format!("{found} stands for {}", oid::SM2_WITH_SM3);
        deviations.tolerate(NoteCode::DeviationAlgorithm, field, element.offset, detail)?;
        return Ok((oid::SM2_WITH_SM3, Span::raw(&element)));
    }
    Ok((found, Span::raw(&element)))
}

/// The time stamp at the end of a structure, if any: the octets of the token.
///
/// ```asn1
/// timeStamp [0] EXPLICIT BIT STRING OPTIONAL
/// ```
///
/// As found, also `[0] IMPLICIT`, a BIT STRING without a tag, and a token without its BIT STRING.
pub(in crate::asn1) fn timestamp(
    reader: &mut Reader<'_>,
    field: &'static str,
    deviations: &mut Deviations,
) -> Result<Option<Span>> {
    const IMPLICIT: u8 = tag::context_primitive(0);
    const EXPLICIT: u8 = tag::context(0);
    let offset = reader.offset();
    match reader.peek() {
        None => Ok(None),
        Some(tag::BIT_STRING) => {
            let detail = "a BIT STRING without [0]";
            deviations.tolerate(NoteCode::DeviationTag, field, offset, detail)?;
            bits(reader, field, deviations).map(Some)
        }
        Some(IMPLICIT) => {
            let tlv = reader.read()?;
            let detail = "[0] is IMPLICIT";
            deviations.tolerate(NoteCode::DeviationTag, field, offset, detail)?;
            let octets = tlv.bit_string()?;
            Ok(Some(Span::tail(&tlv, octets.len())))
        }
        _ => {
            let mut inner = reader.expect(EXPLICIT)?.contents().named(field);
            let token = if inner.peek() == Some(tag::SEQUENCE) {
                let tlv = inner.read()?;
                let detail = "a token without its BIT STRING";
                deviations.tolerate(NoteCode::DeviationStringType, field, tlv.offset, detail)?;
                Span::raw(&tlv)
            } else {
                bits(&mut inner, field, deviations)?
            };
            inner.finish()?;
            Ok(Some(token))
        }
    }
}

/// Enters a SEQUENCE whose errors name `structure`.
pub(in crate::asn1) fn sequence<'a>(
    reader: &mut Reader<'a>,
    structure: &'static str,
) -> Result<Reader<'a>> {
    Ok(reader.expect(tag::SEQUENCE)?.contents().named(structure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_integers() {
        assert_eq!(loose_integer(&[0, 0, 5]), Some(5));
        assert_eq!(loose_integer(&[0xff, 0xff, 0xfb]), Some(-5));
        assert_eq!(loose_integer(&[0; 20]), Some(0));
        assert_eq!(loose_integer(&[0, 0x80, 0, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(loose_integer(&[1, 0, 0, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(loose_integer(&[]), None);
    }
}
