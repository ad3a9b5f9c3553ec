//! Reads an OCSP response.

use super::{
    Answer, AnswerStatus, CertificateId, Inner, MAX_OCSP_ANSWERS, MAX_OCSP_CERTIFICATES,
    ResponderId, STRUCTURE,
};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, oid};
use crate::cert::certificate::Certificate;
use crate::cert::crl::Reason;
use crate::cert::extension::read_extensions;
use crate::cert::frame::Frame;
use crate::cert::name::Name;
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// Names of responseStatus (RFC 6960 §4.2.1).
const STATUS: [&str; 7] = [
    "successful",
    "malformedRequest",
    "internalError",
    "tryLater",
    "unassigned (4)",
    "sigRequired",
    "unauthorized",
];

pub(super) fn read(der: &[u8]) -> Result<Inner> {
    let mut response = Reader::whole(der, STRUCTURE)?;
    let status = response.expect(tag::ENUMERATED)?;
    if status.value != [0] {
        let name = status.value.first().and_then(|number| STATUS.get(usize::from(*number)));
        let message = format!("the responder gave no answer: {}", name.unwrap_or(&"unknown"));
        return Err(Error::new(Code::Form, STRUCTURE, message).at(status.offset));
    }
    let bytes = response.expect(tag::context(0))?;
    response.finish()?;
    let mut typed = bytes.contents().only_sequence()?;
    let kind = typed.expect(tag::OID)?;
    if kind.oid()? != oid::OCSP_BASIC {
        let message = "only basic responses are offered";
        return Err(Error::new(Code::Form, STRUCTURE, message).at(kind.offset));
    }
    let basic = typed.expect(tag::OCTET_STRING)?;
    typed.finish()?;
    let mut basic = basic.contents().named("BasicOCSPResponse").only_sequence()?;
    let (frame, tbs, _) = Frame::read(der, &mut basic)?;
    let certificates = match basic.optional(tag::context(0))? {
        Some(list) => read_certificates(list.contents())?,
        None => Vec::new(),
    };
    basic.finish()?;

    let mut fields = tbs.contents().named("ResponseData");
    read_version(&mut fields)?;
    let responder = read_responder(&mut fields)?;
    let produced_at = read_time(&mut fields)?;
    let mut problem = None;
    let answers = read_answers(fields.sequence()?, &mut problem)?;
    if let Some(extensions) = fields.optional(tag::context(1))? {
        note_critical(&mut extensions.contents(), &mut problem)?;
    }
    fields.finish()?;

    Ok(Inner { frame, responder, produced_at, answers, certificates, problem })
}

fn read_version(fields: &mut Reader<'_>) -> Result<()> {
    let Some(version) = fields.optional(tag::context(0))? else { return Ok(()) };
    let mut contents = version.contents();
    let number = contents.expect(tag::INTEGER)?.integer_i64()?;
    contents.finish()?;
    if number != 0 {
        return Err(
            Error::new(Code::Version, STRUCTURE, "only version 1 is offered").at(version.offset)
        );
    }
    Ok(())
}

fn read_responder(fields: &mut Reader<'_>) -> Result<ResponderId> {
    let id = fields.read()?;
    let mut contents = id.contents();
    let responder = match id.tag {
        tag if tag == tag::context(1) => {
            ResponderId::Name(Name::read(contents.expect(tag::SEQUENCE)?)?)
        }
        tag if tag == tag::context(2) => {
            ResponderId::Key(contents.expect(tag::OCTET_STRING)?.value.to_vec())
        }
        _ => return Err(id.error("a responder is known by its name [1] or its key [2]")),
    };
    contents.finish()?;
    Ok(responder)
}

fn read_certificates(list: Reader<'_>) -> Result<Vec<Certificate>> {
    let mut certificates = list.only_sequence()?;
    let mut found = Vec::new();
    while !certificates.is_empty() {
        let certificate = certificates.expect(tag::SEQUENCE)?;
        if found.len() >= MAX_OCSP_CERTIFICATES {
            let message = format!("more than {MAX_OCSP_CERTIFICATES} certificates");
            return Err(Error::new(Code::Count, STRUCTURE, message).at(certificate.offset));
        }
        let read = Certificate::from_der(certificate.raw);
        found.push(read.map_err(|error| error.within(certificate.offset))?);
    }
    Ok(found)
}

fn read_answers(mut list: Reader<'_>, problem: &mut Option<String>) -> Result<Vec<Answer>> {
    let mut found = Vec::new();
    while !list.is_empty() {
        if found.len() >= MAX_OCSP_ANSWERS {
            let message = format!("more than {MAX_OCSP_ANSWERS} answers");
            return Err(Error::new(Code::Count, STRUCTURE, message).at(list.offset()));
        }
        let mut single = list.sequence()?;
        let id = read_id(single.sequence()?)?;
        let status = read_status(&mut single)?;
        let this_update = read_time(&mut single)?;
        let next_update = match single.optional(tag::context(0))? {
            Some(next) => {
                let mut contents = next.contents();
                let time = read_time(&mut contents)?;
                contents.finish()?;
                Some(time)
            }
            None => None,
        };
        if let Some(extensions) = single.optional(tag::context(1))? {
            note_critical(&mut extensions.contents(), problem)?;
        }
        single.finish()?;
        found.push(Answer { id, status, this_update, next_update });
    }
    Ok(found)
}

fn read_id(mut id: Reader<'_>) -> Result<CertificateId> {
    let mut identifier = id.sequence()?;
    let algorithm = identifier.expect(tag::OID)?.oid()?;
    identifier.optional(tag::NULL)?;
    identifier.finish()?;
    let name_hash = id.expect(tag::OCTET_STRING)?.value.to_vec();
    let key_hash = id.expect(tag::OCTET_STRING)?.value.to_vec();
    let serial = id.expect(tag::INTEGER)?.integer()?.to_vec();
    id.finish()?;
    Ok(CertificateId { algorithm, name_hash, key_hash, serial })
}

fn read_status(single: &mut Reader<'_>) -> Result<AnswerStatus> {
    let status = single.read()?;
    if status.tag == tag::context_primitive(0) && status.value.is_empty() {
        return Ok(AnswerStatus::Good);
    }
    if status.tag == tag::context_primitive(2) && status.value.is_empty() {
        return Ok(AnswerStatus::Unknown);
    }
    if status.tag != tag::context(1) {
        return Err(status.error("a status is good [0], revoked [1] or unknown [2]"));
    }
    let mut revoked = status.contents();
    let at = read_time(&mut revoked)?;
    let reason = match revoked.optional(tag::context(0))? {
        Some(reason) => Some(Reason::read(reason.contents())?),
        None => None,
    };
    revoked.finish()?;
    Ok(AnswerStatus::Revoked { at, reason })
}

/// RFC 6960 defines no extension of a response that has to be understood.
fn note_critical(list: &mut Reader<'_>, problem: &mut Option<String>) -> Result<()> {
    for extension in read_extensions(list)? {
        if extension.critical && extension.oid != oid::OCSP_NONCE {
            let message = format!("critical extension {} is not understood", extension.oid);
            problem.get_or_insert(message);
        }
    }
    Ok(())
}

/// GeneralizedTime in whole seconds of UTC.
fn read_time(fields: &mut Reader<'_>) -> Result<Time> {
    fields.expect(tag::GENERALIZED_TIME)?.whole_second()
}
