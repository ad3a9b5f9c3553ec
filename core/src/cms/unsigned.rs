//! Time stamps in the unsigned attributes of a signer.

use super::make::implicit_set;
use super::signed_data::{MAX_SIGNERS, SignedData, SignerInfo};
use crate::asn1::reader::tag;
use crate::asn1::{Profile, Reader, Tlv, oid, writer};
use crate::error::{Code, Error, Result};

/// The most unsigned attributes of one signer.
const MAX_UNSIGNED: usize = 64;
/// The most time stamps of one signer.
pub const MAX_TIME_STAMPS: usize = 8;

impl SignerInfo {
    /// The time stamps over the signature value, as DER; whatever else the unsigned attributes hold
    /// says nothing here.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] if the attributes are none; [`Code::Count`] for more than 64 attributes or 8
    /// time stamps.
    pub fn time_stamps(&self) -> Result<Vec<Vec<u8>>> {
        let mut tokens = Vec::new();
        for attribute in attributes(self.unsigned_attributes.as_deref())? {
            let mut fields = Reader::new(&attribute, "Attribute").sequence()?;
            if fields.expect(tag::OID)?.oid()? != oid::ATTRIBUTE_TIME_STAMP_TOKEN {
                continue;
            }
            let mut values = fields.expect(tag::SET)?.contents();
            fields.finish()?;
            while !values.is_empty() {
                if tokens.len() == MAX_TIME_STAMPS {
                    let message = "more time stamps than MAX_TIME_STAMPS";
                    return Err(Error::new(Code::Count, "attributes", message));
                }
                tokens.push(values.expect(tag::SEQUENCE)?.raw.to_vec());
            }
        }
        Ok(tokens)
    }
}

impl SignedData {
    /// The message (DER) with this token as the time stamp of its one signer, in place of those it
    /// had; all else keeps its bytes.
    ///
    /// The token is not checked here.
    ///
    /// # Errors
    ///
    /// As [`SignedData::parse`]; [`Code::Form`] for a message of no or several signers.
    pub fn with_unchecked_time_stamp(message: &[u8], token: &[u8]) -> Result<Vec<u8>> {
        if SignedData::parse(message, Profile::Conforming)?.signers().len() != 1 {
            let message = "only a message of one signer is time stamped";
            return Err(Error::new(Code::Form, "SignedData", message));
        }
        let mut info = Reader::new(message, "ContentInfo").sequence()?;
        let message_type = info.expect(tag::OID)?.raw;
        let mut fields = info.expect(tag::context(0))?.contents().sequence()?;
        let mut parts = raw_parts(&mut fields)?;
        // parse() has seen that the signers come last.
        let signers = parts.pop().ok_or_else(|| fields.error("no signers"))?;
        let signer = stamped(signers.contents().sequence()?, token)?;
        let signers = writer::set_of(vec![signer]);
        let mut parts: Vec<&[u8]> = parts.iter().map(|part| part.raw).collect();
        parts.push(&signers);
        let signed_data = writer::sequence(&parts);
        Ok(writer::sequence(&[message_type, &writer::explicit(0, &signed_data)]))
    }
}

/// A SignerInfo with the token among its unsigned attributes.
fn stamped(mut fields: Reader<'_>, token: &[u8]) -> Result<Vec<u8>> {
    let mut parts = raw_parts(&mut fields)?;
    let former = parts.pop_if(|part| part.tag == tag::context(1));
    let mut kept = Vec::new();
    for attribute in attributes(former.as_ref().map(|former| former.raw))? {
        let mut fields = Reader::new(&attribute, "Attribute").sequence()?;
        if fields.expect(tag::OID)?.oid()? != oid::ATTRIBUTE_TIME_STAMP_TOKEN {
            kept.push(attribute);
        }
    }
    kept.push(writer::sequence(&[
        &writer::oid(&oid::ATTRIBUTE_TIME_STAMP_TOKEN),
        &writer::set_of(vec![token.to_vec()]),
    ]));
    let unsigned = implicit_set(1, kept);
    let mut parts: Vec<&[u8]> = parts.iter().map(|part| part.raw).collect();
    parts.push(&unsigned);
    Ok(writer::sequence(&parts))
}

/// The attributes of `[1] IMPLICIT SET OF Attribute`.
fn attributes(unsigned: Option<&[u8]>) -> Result<Vec<Vec<u8>>> {
    let mut attributes = Vec::new();
    let Some(unsigned) = unsigned else { return Ok(attributes) };
    let mut contents = Reader::new(unsigned, "attributes").expect(tag::context(1))?.contents();
    while !contents.is_empty() {
        if attributes.len() == MAX_UNSIGNED {
            let message = "more unsigned attributes than are read";
            return Err(Error::new(Code::Count, "attributes", message));
        }
        attributes.push(contents.expect(tag::SEQUENCE)?.raw.to_vec());
    }
    Ok(attributes)
}

/// The elements of a structure of few.
fn raw_parts<'a>(fields: &mut Reader<'a>) -> Result<Vec<Tlv<'a>>> {
    let mut parts = Vec::new();
    while !fields.is_empty() && parts.len() < MAX_SIGNERS {
        parts.push(fields.read()?);
    }
    fields.finish()?;
    Ok(parts)
}
