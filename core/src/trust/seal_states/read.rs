//! Reads a list of states: strictly, since only we write it.

use super::{FORMAT, Fields, Inner, MAX_HISTORY, MAX_SEALS, MAX_TEXT, STRUCTURE};
use super::{SealEntry, SealState, StateChange};
use crate::asn1::reader::tag;
use crate::asn1::{Profile, Reader, Tlv, oid};
use crate::cms::SignedData;
use crate::crypto::memo::Memo;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::time::Time;

pub(super) fn read(bytes: &[u8]) -> Result<Inner> {
    let signed = SignedData::parse(bytes, Profile::Conforming)?;
    let form = |message: &'static str| Error::new(Code::Form, STRUCTURE, message);
    if !signed.is_gm() || signed.content_type() != oid::GM_DATA {
        return Err(form("a list of states is data signed after GB/T 35275"));
    }
    let [signer] = signed.signers() else {
        return Err(form("a list of states has exactly one signer"));
    };
    if signer.attributes.is_some() {
        return Err(form("a list of states is signed without attributes"));
    }
    let content = signed.content().ok_or_else(|| form("the list is not inside the message"))?;
    let fields = fields(content)?;
    let digest = sm3::digest(content);
    let certificate = signed.certificate_of(signer).ok_or_else(|| {
        Error::new(Code::Structure, STRUCTURE, "the signer's certificate is not inside")
    })?;
    let signature = Memo::default();
    Ok(Inner { bytes: bytes.to_vec(), signed, certificate, fields, digest, signature })
}

fn fields(content: &[u8]) -> Result<Fields> {
    let mut list = Reader::whole(content, STRUCTURE)?;
    let format = list.expect(tag::UTF8_STRING)?;
    if format.utf8()? != FORMAT {
        let message = format!("the format is not {FORMAT}");
        return Err(Error::new(Code::Version, STRUCTURE, message).at(format.offset));
    }
    let issuer = text(&mut list)?;
    if issuer.is_empty() {
        return Err(list.error("an issuer has a name"));
    }
    let number = list.expect(tag::INTEGER)?;
    let number = match u64::try_from(number.integer_i64()?) {
        Ok(value) if value > 0 => value,
        _ => return Err(number.error("the number of a list is positive")),
    };
    let (this_update, next_update) = (time(&mut list)?, time(&mut list)?);
    if next_update < this_update {
        return Err(list.error("nextUpdate is before thisUpdate"));
    }
    let previous = match list.optional(tag::context_primitive(0))? {
        Some(value) => Some(digest(&value)?),
        None => None,
    };
    let mut entries = list.sequence()?.named("SealEntry");
    list.finish()?;
    let mut seals: Vec<SealEntry> = Vec::new();
    while !entries.is_empty() {
        if seals.len() == MAX_SEALS {
            let error = Error::new(Code::Count, STRUCTURE, "more seals than MAX_SEALS");
            return Err(error.at(entries.offset()));
        }
        let (at, found) = (entries.offset(), entry(entries.sequence()?, this_update)?);
        if seals.last().is_some_and(|last| last.seal >= found.seal) {
            let message = "the seals do not ascend";
            return Err(Error::new(Code::Structure, STRUCTURE, message).at(at));
        }
        seals.push(found);
    }
    Ok(Fields { issuer, number, this_update, next_update, previous, seals })
}

fn entry(mut fields: Reader<'_>, this_update: Time) -> Result<SealEntry> {
    let seal = digest(&fields.expect(tag::OCTET_STRING)?)?;
    let (id, maker) = (text(&mut fields)?, text(&mut fields)?);
    let mut changes = fields.sequence()?.named("StateChange");
    fields.finish()?;
    let mut history: Vec<StateChange> = Vec::new();
    while !changes.is_empty() {
        if history.len() == MAX_HISTORY {
            let error = Error::new(Code::Count, STRUCTURE, "more changes than MAX_HISTORY");
            return Err(error.at(changes.offset()));
        }
        let (at, found) = (changes.offset(), change(changes.sequence()?)?);
        let earliest = history.last().map_or(found.recorded_at, |last| last.recorded_at);
        if found.recorded_at < earliest || found.recorded_at > this_update {
            let message = "changes stand in the order of their recording, none after thisUpdate";
            return Err(Error::new(Code::Structure, STRUCTURE, message).at(at));
        }
        history.push(found);
    }
    if history.is_empty() {
        return Err(fields.error("an entry has at least one change"));
    }
    Ok(SealEntry { seal, id, maker, history })
}

fn change(mut fields: Reader<'_>) -> Result<StateChange> {
    let state = fields.expect(tag::ENUMERATED)?;
    let state = match state.value {
        [number] => SealState::ALL.get(usize::from(*number)).copied(),
        _ => None,
    }
    .ok_or_else(|| state.error("no such state"))?;
    let (effective_from, recorded_at) = (time(&mut fields)?, time(&mut fields)?);
    let reason = text(&mut fields)?;
    fields.finish()?;
    Ok(StateChange { state, effective_from, recorded_at, reason })
}

fn digest(value: &Tlv<'_>) -> Result<[u8; 32]> {
    value.value.try_into().map_err(|_| value.error("a digest of SM3 has 32 bytes"))
}

fn time(fields: &mut Reader<'_>) -> Result<Time> {
    fields.expect(tag::GENERALIZED_TIME)?.whole_second()
}

fn text(fields: &mut Reader<'_>) -> Result<String> {
    let element = fields.expect(tag::UTF8_STRING)?;
    let text = element.utf8()?;
    if !is_text(text) {
        return Err(element.error("a text is up to 255 bytes, without control characters"));
    }
    Ok(text.to_owned())
}

/// Whether a text may stand in a list.
pub(super) fn is_text(text: &str) -> bool {
    text.len() <= MAX_TEXT && !text.contains(char::is_control)
}
