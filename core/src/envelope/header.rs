//! What a packet says of itself: signed inside, and readable outside under the tag.

use super::progress::MAX_SEQUENCE;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader, Tlv, writer};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// The object identifier that names the format of packets: an arc below that of acts over vouchers.
pub const PACKET_FORMAT: Oid = Oid::new("2.25.115024152134995567240769649487469872858.1");

/// The version of the format.
pub const PACKET_VERSION: i64 = 1;

/// The most characters of a kind or the name of a conversation.
pub const MAX_NAME: usize = 64;

const NAME: &str = "PacketHeader";

/// What a packet says of itself.
///
/// Everything in it can be read by whoever carries the packet. It tells nothing of the body but its
/// presence: the digest is over a random salt too, so nobody can try bodies that he thinks likely.
///
/// ```text
/// PacketHeader ::= SEQUENCE {
///   format OBJECT IDENTIFIER, version INTEGER,
///   sender OCTET STRING (SIZE(32)),    -- SM3 of the certificate that the sender signs with
///   receiver OCTET STRING (SIZE(32)),  -- SM3 of the certificate that the packet is encrypted for
///   kind UTF8String, conversation UTF8String, sequence INTEGER,
///   time GeneralizedTime,              -- whole seconds, the sender's own statement
///   body OCTET STRING (SIZE(32)) }     -- SM3 of salt and body
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// SM3 of the certificate that the sender signs with.
    pub sender: [u8; 32],
    /// SM3 of the certificate that the packet is encrypted for.
    pub receiver: [u8; 32],
    /// What the body is, such as `voucher`.
    pub kind: String,
    /// The conversation that the packet belongs to.
    pub conversation: String,
    /// Its number in the conversation, from 1 to [`MAX_SEQUENCE`].
    pub sequence: u64,
    /// When the sender made it, by his own word, in whole seconds.
    pub time: Time,
    /// SM3 of the salt and the body.
    pub body: [u8; 32],
}

impl Header {
    /// The header in DER.
    pub fn to_der(&self) -> Vec<u8> {
        writer::sequence(&[
            &writer::oid(&PACKET_FORMAT),
            &writer::integer(PACKET_VERSION),
            &writer::octet_string(&self.sender),
            &writer::octet_string(&self.receiver),
            &writer::utf8(&self.kind),
            &writer::utf8(&self.conversation),
            &writer::integer_unsigned(&self.sequence.to_be_bytes()),
            &writer::generalized_time(self.time),
            &writer::octet_string(&self.body),
        ])
    }

    /// Reads a header.
    ///
    /// # Errors
    ///
    /// [`Code::Der`], [`Code::Value`] with an offset; [`Code::Form`] for another format,
    /// [`Code::Version`] for another version.
    pub fn from_der(der: &[u8]) -> Result<Header> {
        let mut fields = Reader::whole(der, NAME)?;
        format(&mut fields, PACKET_FORMAT, PACKET_VERSION)?;
        let header = Header {
            sender: digest(&mut fields)?,
            receiver: digest(&mut fields)?,
            kind: name(&fields.expect(tag::UTF8_STRING)?)?,
            conversation: name(&fields.expect(tag::UTF8_STRING)?)?,
            sequence: sequence(&fields.expect(tag::INTEGER)?)?,
            time: fields.expect(tag::GENERALIZED_TIME)?.whole_second()?,
            body: digest(&mut fields)?,
        };
        fields.finish()?;
        Ok(header)
    }
}

/// Format and version, which come first in every structure of an envelope.
pub(super) fn format(fields: &mut Reader<'_>, format: Oid, version: i64) -> Result<()> {
    let found = fields.expect(tag::OID)?;
    if found.oid()? != format {
        let message = format!("format {} is not {format}", found.oid()?);
        return Err(Error::new(Code::Form, NAME, message).at(found.offset));
    }
    let found = fields.expect(tag::INTEGER)?;
    match found.integer_i64()? {
        known if known == version => Ok(()),
        other => {
            let message = format!("version {other} is not known, only {version}");
            Err(Error::new(Code::Version, NAME, message).at(found.offset))
        }
    }
}

/// An OCTET STRING of 32 bytes.
pub(super) fn digest(fields: &mut Reader<'_>) -> Result<[u8; 32]> {
    let octets = fields.expect(tag::OCTET_STRING)?;
    octets.value.try_into().map_err(|_| value(&octets, "not 32 bytes"))
}

/// A sequence number.
pub(super) fn sequence(number: &Tlv<'_>) -> Result<u64> {
    let found = u64::try_from(number.integer_i64()?).ok();
    found
        .filter(|found| (1..=MAX_SEQUENCE).contains(found))
        .ok_or_else(|| value(number, "a sequence number is from 1 to 2^63 - 1"))
}

/// A kind or the name of a conversation.
pub(super) fn name(text: &Tlv<'_>) -> Result<String> {
    let found = text.utf8()?;
    if is_name(found) { Ok(found.to_owned()) } else { Err(value(text, NAMES)) }
}

const NAMES: &str = "a kind or conversation has 1 to 64 letters, digits or -._:/@";

/// Whether a text may be a kind or the name of a conversation.
pub(super) fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/@".contains(&byte);
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(allowed)
}

/// Nothing, for a text that may be a kind or the name of a conversation.
pub(super) fn require_name(text: &str, argument: &'static str) -> Result<()> {
    if is_name(text) { Ok(()) } else { Err(Error::new(Code::Argument, argument, NAMES)) }
}

fn value(tlv: &Tlv<'_>, message: &'static str) -> Error {
    Error::new(Code::Value, NAME, message).at(tlv.offset)
}
