//! A time stamp token as received.

use crate::asn1::reader::tag;
use crate::asn1::{Oid, Profile, Reader, oid};
use crate::cms::SignedData;
use crate::error::{Code, Error, Result};
use crate::time::Time;

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
    signed: SignedData,
    content: Vec<u8>,
    hash_algorithm: Oid,
    imprint: Vec<u8>,
    gen_time: Time,
    serial: Vec<u8>,
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
        let mut outer = Reader::new(&content, "TSTInfo");
        let mut info = outer.sequence()?;
        outer.finish()?;
        let version = info.expect(tag::INTEGER)?;
        if !(1..=2).contains(&version.integer_i64()?) {
            return Err(version.error("the version is neither 1 nor 2"));
        }
        info.expect(tag::OID)?.oid()?;
        let mut message = info.sequence()?;
        let hash_algorithm = message.sequence()?.expect(tag::OID)?.oid()?;
        let imprint = message.expect(tag::OCTET_STRING)?.value.to_vec();
        message.finish()?;
        let serial = info.expect(tag::INTEGER)?.integer()?.to_vec();
        let gen_time = info.expect(tag::GENERALIZED_TIME)?.time()?;
        info.optional(tag::SEQUENCE)?;
        if let Some(ordering) = info.optional(tag::BOOLEAN)? {
            ordering.boolean()?;
        }
        info.optional(tag::INTEGER)?;
        info.optional(tag::context(0))?;
        if info.optional(tag::context(1))?.is_some() {
            return Err(Error::new(Code::Form, "TSTInfo", "extensions are not offered"));
        }
        info.finish()?;
        Ok(Token { hash_algorithm, imprint, gen_time, serial, signed, content })
    }

    /// The time the authority states.
    pub fn gen_time(&self) -> Time {
        self.gen_time
    }

    /// The serial number, contents of the INTEGER.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The digest algorithm of the imprint.
    pub fn hash_algorithm(&self) -> Oid {
        self.hash_algorithm
    }

    /// The digest that was stamped.
    pub fn imprint(&self) -> &[u8] {
        &self.imprint
    }

    /// The signed message.
    pub fn signed_data(&self) -> &SignedData {
        &self.signed
    }

    /// The TSTInfo that was signed.
    pub(super) fn content(&self) -> &[u8] {
        &self.content
    }
}
