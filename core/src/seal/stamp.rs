//! A stamp, parsed once and kept as received.

use super::value::{Extension, Seal};
use crate::asn1::ses::{self, ExtensionFields, Span, StampFields, TimeInfo, Version};
use crate::asn1::{Deviations, Oid, Profile};
use crate::crypto::hazmat::Sm2Digest;
use crate::crypto::sm2::{PublicKey, UserId};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use crate::time::Time;
use crate::timestamp::Token;
use std::borrow::Cow;
use std::fmt;

/// A stamp: a signature over a document's digest, with the whole seal in it.
///
/// Parsing proves nothing: a stamp is good only when [`check_stamp`](super::check_stamp) says so.
#[derive(Clone)]
pub struct Stamp {
    bytes: Vec<u8>,
    fields: StampFields,
    seal: Seal,
    time: Time,
    notes: Vec<(NoteCode, String)>,
}

impl Stamp {
    /// Reads a stamp of any version, and the seal in it.
    ///
    /// # Errors
    ///
    /// As [`Seal::parse`]; under `Conforming` also `Structure` if the seal is of another version.
    pub fn parse(bytes: &[u8], profile: Profile) -> Result<Stamp> {
        Stamp::parse_with(bytes.into(), profile, |seal| Seal::parse(seal, profile))
    }

    /// Reads a stamp; `seal` gives the seal of the bytes that stand in it.
    pub(super) fn parse_with(
        bytes: Cow<'_, [u8]>,
        profile: Profile,
        seal: impl FnOnce(&[u8]) -> Result<Seal>,
    ) -> Result<Stamp> {
        let mut deviations = Deviations::new(profile);
        let fields = ses::read_stamp(&bytes, &mut deviations)?;
        let start = fields.seal.start();
        let seal = seal(fields.seal.of(&bytes)).map_err(|error| error.shifted(start))?;
        if profile == Profile::Conforming
            && (seal.version() != fields.version || seal.version_number() != fields.number)
        {
            let message = format!(
                "a stamp of version {} holds a seal of version {}",
                fields.number,
                seal.version_number()
            );
            return Err(Error::new(Code::Structure, "TBS_Sign.version", message).at(start));
        }
        let time = match fields.time {
            TimeInfo::Time(time) => time,
            TimeInfo::Local(time) => local_time(time, &seal, &mut deviations),
            TimeInfo::Token(span) => {
                token_time(span.of(&bytes), profile).map_err(|error| error.shifted(span.start()))?
            }
        };
        let mut bytes = bytes.into_owned();
        bytes.truncate(fields.whole.end());
        let notes = deviations.notes().to_vec();
        Ok(Stamp { bytes, fields, seal, time, notes })
    }

    /// The stamp as received, without bytes that followed it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The stamp as received, given away.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The layout.
    pub fn version(&self) -> Version {
        self.fields.version
    }

    /// The version number as written.
    pub fn version_number(&self) -> i64 {
        self.fields.number
    }

    /// The seal in the stamp.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// The signing time: the signer's own statement.
    pub fn time(&self) -> Time {
        self.time
    }

    /// The digest of the document as signed.
    pub fn data_hash(&self) -> &[u8] {
        self.part(self.fields.data_hash)
    }

    /// propertyInfo: what was signed, such as a path in a package.
    pub fn property_info(&self) -> &str {
        &self.fields.property
    }

    /// The extensions that are signed with the stamp.
    pub fn extensions(&self) -> Vec<Extension> {
        let own = |extension: &ExtensionFields| Extension {
            id: extension.id,
            critical: extension.critical,
            value: self.part(extension.value).to_vec(),
        };
        self.fields.extensions.iter().map(own).collect()
    }

    /// The DER of the signer's certificate.
    pub fn signer_certificate(&self) -> &[u8] {
        self.part(self.fields.certificate)
    }

    /// SM3 over the signer's certificate, which is found with the seal if it was read before.
    pub(crate) fn signer_digest(&self) -> [u8; 32] {
        let der = self.signer_certificate();
        self.seal.signer(der).map_or_else(|_| sm3::digest(der), |certificate| certificate.digest())
    }

    /// The signer's signature algorithm.
    pub fn algorithm(&self) -> Oid {
        self.fields.algorithm
    }

    /// What the signer signed: the element toSign as received.
    pub fn to_be_signed(&self) -> &[u8] {
        self.part(self.fields.to_sign)
    }

    /// The octets of the signature value.
    pub fn signature_value(&self) -> &[u8] {
        self.part(self.fields.signature)
    }

    /// The time stamp over the signature value (V4, V5).
    pub fn timestamp_token(&self) -> Option<&[u8]> {
        self.fields.timestamp.map(|span| self.part(span))
    }

    /// The time stamp that stands in the place of the signing time (V1).
    pub fn time_info_token(&self) -> Option<&[u8]> {
        match self.fields.time {
            TimeInfo::Token(span) => Some(self.part(span)),
            _ => None,
        }
    }

    /// The deviations met while reading the stamp; those of the seal are the seal's.
    pub fn notes(&self) -> &[(NoteCode, String)] {
        &self.notes
    }

    /// e of the signature under this key: what stands before and in the seal is hashed once.
    pub(super) fn digest(&self, key: &PublicKey, id: &UserId) -> Sm2Digest {
        let (signed, seal) = (self.fields.to_sign, self.fields.seal);
        let head = self.bytes.get(signed.start()..seal.start()).unwrap_or_default();
        let tail = self.bytes.get(seal.end()..signed.end()).unwrap_or_default();
        Sm2Digest(self.seal.midstates().digest(&key.z(id), head, self.seal.as_bytes(), tail))
    }

    fn part(&self, span: Span) -> &[u8] {
        span.of(&self.bytes)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stamp")
            .field("version", &self.version())
            .field("seal", &self.seal)
            .field("time", &self.time)
            .field("property_info", &self.property_info())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Stamp {
    /// The same bytes.
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Stamp {}

/// A time without a zone: that of China, unless the seal was valid only if it is UTC.
fn local_time(china: Time, seal: &Seal, deviations: &mut Deviations) -> Time {
    match china.plus_seconds(8 * 3600) {
        Some(utc) if !seal.is_valid_at(china) && seal.is_valid_at(utc) => {
            let detail = "the signing time has no zone; only as UTC is it within the seal's time";
            deviations.note(NoteCode::DeviationTime, detail);
            utc
        }
        _ => china,
    }
}

/// The time of a time stamp token that stands for the signing time.
fn token_time(token: &[u8], profile: Profile) -> Result<Time> {
    Ok(Token::parse(token, profile)?.gen_time())
}
