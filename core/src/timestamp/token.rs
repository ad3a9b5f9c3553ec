//! A time stamp token as received.

use super::imprint::Imprint;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Profile, Reader, Tlv, oid, writer};
use crate::cert::Certificate;
use crate::cms::SignedData;
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::fmt;

/// A time stamp token: SignedData over a TSTInfo.
///
/// ```text
/// TSTInfo ::= SEQUENCE { version INTEGER, policy OBJECT IDENTIFIER,
///   messageImprint SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashedMessage OCTET STRING },
///   serialNumber INTEGER, genTime GeneralizedTime, accuracy SEQUENCE OPTIONAL,
///   ordering BOOLEAN DEFAULT FALSE, nonce INTEGER OPTIONAL, tsa [0] OPTIONAL, extensions [1] OPTIONAL }
/// ```
///
/// # Source
///
/// RFC 3161, GB/T 20520. The outer content type is that of RFC 5652 or of GB/T 35275. Version 2 is
/// read beside 1: an article about GM/T 0031-2025 prints it.
#[derive(Debug, Clone)]
pub struct Token {
    der: Vec<u8>,
    signed: SignedData,
    content: Vec<u8>,
    policy: Oid,
    imprint: Imprint,
    gen_time: Time,
    accuracy: Option<Accuracy>,
    nonce: Option<Vec<u8>>,
    serial: Vec<u8>,
}

/// How far the time of a token may be off, either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accuracy {
    seconds: u32,
    millis: u16,
    micros: u16,
}

impl Accuracy {
    /// An accuracy of so many seconds, milliseconds (up to 999) and microseconds (up to 999).
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for more than 999, or seconds of 2^31 and more.
    pub fn new(seconds: u32, millis: u16, micros: u16) -> Result<Accuracy> {
        if seconds > i32::MAX as u32 || millis > 999 || micros > 999 {
            return Err(Error::new(Code::Argument, "accuracy", "out of its range"));
        }
        Ok(Accuracy { seconds, millis, micros })
    }

    /// The whole seconds that are not less than this.
    fn seconds_up(self) -> i64 {
        i64::from(self.seconds) + i64::from(self.millis > 0 || self.micros > 0)
    }

    fn read(accuracy: &Tlv<'_>) -> Result<Accuracy> {
        let mut fields = accuracy.contents();
        let mut part = |tag| -> Result<u32> {
            let Some(part) = fields.optional(tag)? else { return Ok(0) };
            let most = if tag == tag::INTEGER { i64::from(i32::MAX) } else { 999 };
            match part.integer_i64()? {
                value if (0..=most).contains(&value) => Ok(value as u32),
                _ => Err(part.error("an accuracy out of its range")),
            }
        };
        let seconds = part(tag::INTEGER)?;
        let millis = part(tag::context_primitive(0))? as u16;
        let micros = part(tag::context_primitive(1))? as u16;
        fields.finish()?;
        Ok(Accuracy { seconds, millis, micros })
    }

    pub(super) fn to_der(self) -> Vec<u8> {
        let part = |tag, value: u32| match value {
            0 => Vec::new(),
            value => {
                let [_, length, value @ ..] = &writer::integer(i64::from(value))[..] else {
                    return Vec::new();
                };
                [&[tag, *length], value].concat()
            }
        };
        writer::sequence(&[
            &part(tag::INTEGER, self.seconds),
            &part(tag::context_primitive(0), self.millis.into()),
            &part(tag::context_primitive(1), self.micros.into()),
        ])
    }
}

impl fmt::Display for Accuracy {
    /// In seconds: `1.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}{:03}", self.seconds, self.millis, self.micros)
    }
}

impl Token {
    /// Reads a token in DER.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] with an offset; [`Code::Form`] if the message is no time stamp.
    pub fn parse(der: &[u8], profile: Profile) -> Result<Self> {
        let signed = SignedData::parse(der, profile)?;
        if signed.content_type() != oid::TST_INFO {
            return Err(Error::new(Code::Form, "time stamp", "the content is no TSTInfo"));
        }
        let content = signed
            .content()
            .ok_or_else(|| Error::new(Code::Form, "time stamp", "the TSTInfo is not inside"))?
            .to_vec();
        let mut info = Reader::whole(&content, "TSTInfo")?;
        let version = info.expect(tag::INTEGER)?;
        if !(1..=2).contains(&version.integer_i64()?) {
            return Err(version.error("the version is neither 1 nor 2"));
        }
        let policy = info.expect(tag::OID)?.oid()?;
        let imprint = Imprint::read(&mut info)?;
        let serial = info.expect(tag::INTEGER)?.integer()?.to_vec();
        let gen_time = info.expect(tag::GENERALIZED_TIME)?.time()?;
        let accuracy = info.optional(tag::SEQUENCE)?;
        let accuracy = accuracy.as_ref().map(Accuracy::read).transpose()?;
        if let Some(ordering) = info.optional(tag::BOOLEAN)? {
            ordering.boolean()?;
        }
        let nonce = info.optional(tag::INTEGER)?;
        let nonce = nonce.map(|nonce| nonce.integer().map(<[u8]>::to_vec)).transpose()?;
        info.optional(tag::context(0))?;
        if let Some(extensions) = info.optional(tag::context(1))? {
            let error = Error::new(Code::Form, "TSTInfo", "extensions are not offered");
            return Err(error.at(extensions.offset));
        }
        info.finish()?;
        // Without what may follow it as found: a stamp with the token in it is conforming.
        let der = Reader::new(der, "ContentInfo").read().map_or(der, |whole| whole.raw).to_vec();
        Ok(Token { der, imprint, policy, gen_time, accuracy, nonce, serial, signed, content })
    }

    /// The token in DER, as received, without bytes that followed it.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The time the authority states.
    pub fn gen_time(&self) -> Time {
        self.gen_time
    }

    /// How far that time may be off, if the authority says so.
    pub fn accuracy(&self) -> Option<Accuracy> {
        self.accuracy
    }

    /// The latest moment that the token allows for: what it is over existed then.
    pub fn latest(&self) -> Time {
        let seconds = self.accuracy.map(Accuracy::seconds_up).unwrap_or_default();
        self.gen_time.plus_seconds(seconds).unwrap_or(self.gen_time)
    }

    /// The authority's policy for the token.
    pub fn policy(&self) -> Oid {
        self.policy
    }

    /// The nonce of the request, contents of the INTEGER.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// The serial number, contents of the INTEGER.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// What was stamped.
    pub fn message_imprint(&self) -> &Imprint {
        &self.imprint
    }

    /// The digest algorithm of the imprint.
    pub fn hash_algorithm(&self) -> Oid {
        self.imprint.algorithm()
    }

    /// The digest that was stamped.
    pub fn imprint(&self) -> &[u8] {
        self.imprint.digest()
    }

    /// The signed message.
    pub fn signed_data(&self) -> &SignedData {
        &self.signed
    }

    /// Nothing, if the token is over `value`, a signature made at the stated time or later, and
    /// signed by the key of the certificate in it: a token that is worth keeping. Whether its
    /// authority is trusted is a matter of [`check`](super::check()).
    ///
    /// # Errors
    ///
    /// [`Code::TimeStampMismatch`] for a token over another value, or before the stated time;
    /// [`Code::NotValid`] if its signature is not good or cannot be verified.
    pub fn require_over(&self, value: &[u8], stated: Option<Time>) -> Result<()> {
        let mismatch =
            |message: String| Err(Error::new(Code::TimeStampMismatch, "time stamp", message));
        if !self.imprint.is_of(value) {
            return mismatch("the token is over another value".to_owned());
        }
        if let Some(stated) = stated.filter(|stated| *stated > self.latest()) {
            let message = format!("{}, but the signing time is {stated}", self.gen_time);
            return mismatch(message);
        }
        super::check::require_signature(self)
    }

    /// The certificates inside that can be read; they bring no trust.
    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        let inside = self.signed.certificates().iter();
        inside.filter_map(|der| Certificate::from_der(der).ok()).collect()
    }

    /// The TSTInfo that was signed.
    pub(super) fn content(&self) -> &[u8] {
        &self.content
    }
}
