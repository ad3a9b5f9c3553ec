//! AuthEnvelopedData: encrypted for recipients, with a tag.

use super::attributes::authenticated_content_type;
use super::content::{self, ContentCipher};
use super::front::Front;
use super::message::{self, Form, MessageKind};
use super::recipient::{self, Recipient, RecipientInfo};
use super::stream::{self, Encrypting};
use crate::asn1::reader::tag;
use crate::asn1::{Deviations, Oid, Profile, Reader, oid, writer};
use crate::cert::Certificate;
use crate::crypto::sm4::TAG_LENGTH;
use crate::error::{Code, Error, Result};
use crate::key::Decrypter;
use crate::report::NoteCode;
use std::io::{Read, Write};

const KIND: MessageKind = MessageKind::AuthEnvelopedData;

/// A message that is encrypted for recipients, with a tag over content and attributes.
///
/// The tag shows that nobody without the content key changed the message. Who made it, it does not
/// show: everybody can encrypt for a public key.
///
/// ```text
/// AuthEnvelopedData ::= SEQUENCE { version, originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
///   recipientInfos SET OF RecipientInfo, authEncryptedContentInfo EncryptedContentInfo,
///   authAttrs [1] IMPLICIT SET OF Attribute OPTIONAL, mac OCTET STRING,
///   unauthAttrs [2] IMPLICIT SET OF Attribute OPTIONAL }
/// ```
///
/// # Source
///
/// RFC 5083, RFC 5084. SM4-GCM is written as 1.2.156.10197.1.104.8: OpenSSL, Tongsuo and BouncyCastle
/// number it so, and another list (unverified) differs.
#[derive(Debug, Clone)]
pub struct AuthEnvelopedData {
    front: Front,
    /// The attributes that the tag is over, under the tag of a SET; empty without any.
    attributes: Vec<u8>,
    mac: [u8; TAG_LENGTH],
    notes: Vec<(NoteCode, String)>,
}

impl AuthEnvelopedData {
    /// Encrypts `content`, as plain data, for the recipients.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for no recipient or a cipher without a tag; [`Code::Count`];
    /// [`Code::Size`]; [`Code::Random`].
    pub fn make(
        content: &[u8],
        recipients: &[Recipient],
        cipher: ContentCipher,
    ) -> Result<Vec<u8>> {
        encrypt((oid::CMS_DATA, content), &[], recipients, cipher)
    }

    /// As [`make`](Self::make), content of this type, with these attributes (identifier, one value in
    /// DER) under the tag: they are not encrypted, and nobody can change them. contentType is added.
    ///
    /// # Errors
    ///
    /// As for `make`; also [`Code::Argument`] for an attribute that stands twice, and for contentType
    /// and messageDigest, which have no place here.
    pub fn make_with_attributes(
        content: &[u8],
        content_type: Oid,
        attributes: &[(Oid, Vec<u8>)],
        recipients: &[Recipient],
        cipher: ContentCipher,
    ) -> Result<Vec<u8>> {
        let mut set = vec![attribute(&oid::ATTRIBUTE_CONTENT_TYPE, &writer::oid(&content_type))];
        let mut seen = vec![oid::ATTRIBUTE_CONTENT_TYPE, oid::ATTRIBUTE_MESSAGE_DIGEST];
        for (kind, value) in attributes {
            if seen.contains(kind) {
                let message = format!("attribute {kind} has no place here, or stands twice");
                return Err(Error::new(Code::Argument, "attributes", message));
            }
            seen.push(*kind);
            set.push(attribute(kind, value));
        }
        encrypt((content_type, content), &writer::set_of(set), recipients, cipher)
    }

    /// As [`make`](Self::make), for content that passes through: all of the source is encrypted and
    /// the message written. How long the content is.
    ///
    /// With the length told the message is DER; without, it is BER with lengths left open.
    ///
    /// # Errors
    ///
    /// As there; [`Code::ContentLength`] for a source that is longer or shorter than was told;
    /// [`Code::Read`], [`Code::Write`]. What was written then is no message.
    pub fn write(
        source: &mut dyn Read,
        length: Option<u64>,
        recipients: &[Recipient],
        cipher: ContentCipher,
        sink: &mut dyn Write,
    ) -> Result<u64> {
        cipher.must_have_tag()?;
        let key = cipher.new_key()?;
        let infos = recipient::write(recipients, Form::Rfc, &key)?;
        let message = Encrypting {
            identifier: message::identifier(KIND, Form::Rfc)?,
            before: [writer::integer(0), infos].concat(),
            content_type: oid::CMS_DATA,
            cipher,
            key: &key,
        };
        stream::write(&message, source, length, sink)
    }

    /// Reads a message.
    ///
    /// # Errors
    ///
    /// As [`EnvelopedData::parse`](super::EnvelopedData::parse); also [`Code::Form`] and
    /// [`Code::Value`] for a tag that is not of 16 bytes, and [`Code::Structure`] for attributes that
    /// stand twice, name another type of content or hold a digest.
    pub fn parse(message: &[u8], profile: Profile) -> Result<Self> {
        read(message, false, &mut Deviations::new(profile))
    }

    /// As [`parse`](Self::parse), and 1.2.156.10197.1.104.10 is taken for SM4-GCM, as a list has it
    /// that is said to follow GM/T 0006-2023 (unverified). For most others that number is SM4-XTS.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn parse_with_104_10_as_gcm(message: &[u8], profile: Profile) -> Result<Self> {
        read(message, true, &mut Deviations::new(profile))
    }

    /// Checks the tag and decrypts, with the key of the certificate `own`.
    ///
    /// # Errors
    ///
    /// As [`EnvelopedData::open`](super::EnvelopedData::open).
    pub fn open(&self, with: &dyn Decrypter, own: &Certificate) -> Result<Vec<u8>> {
        self.front.open(with, own, &self.attributes, &self.mac)
    }

    /// The value (DER) of an attribute under the tag that has one. Anybody may have put it there: it
    /// is what it was when the message was made only once the message has been opened.
    pub fn attribute(&self, kind: &Oid) -> Option<&[u8]> {
        let mut set = Reader::new(&self.attributes, "attributes");
        let mut attributes = set.optional(tag::SET).ok()??.contents();
        while !attributes.is_empty() {
            let mut attribute = attributes.sequence().ok()?;
            if attribute.expect(tag::OID).ok()?.oid().ok()? == *kind {
                let mut values = attribute.expect(tag::SET).ok()?.contents();
                let value = values.read().ok()?;
                return values.is_empty().then_some(value.raw);
            }
        }
        None
    }

    /// Whether under the tag stand contentType and this attribute alone, as they are written here.
    pub(crate) fn has_only(&self, kind: &Oid, value: &[u8]) -> bool {
        let content_type = writer::oid(&self.front.content.content_type);
        let content_type = attribute(&oid::ATTRIBUTE_CONTENT_TYPE, &content_type);
        self.attributes == writer::set_of(vec![content_type, attribute(kind, value)])
    }

    /// A message of these parts as it is written here, if it can be: recipients by issuer and serial
    /// number, no field that is not needed. One that differs from it was changed on the way by
    /// somebody, or made by another hand.
    pub(crate) fn to_der(&self) -> Option<Vec<u8>> {
        let recipients: Option<Vec<_>> =
            self.recipients().iter().map(RecipientInfo::to_der).collect();
        let recipients = writer::set_of(recipients?);
        assemble(&recipients, &self.front.content.to_der(), &self.attributes, &self.mac).ok()
    }

    /// The attributes that the tag is over, as it counts them.
    pub(super) fn attributes(&self) -> &[u8] {
        &self.attributes
    }

    pub(super) fn mac(&self) -> &[u8; TAG_LENGTH] {
        &self.mac
    }

    /// For whom it is encrypted.
    pub fn recipients(&self) -> &[RecipientInfo] {
        &self.front.recipients
    }

    /// What the content is said to be.
    pub fn content_type(&self) -> Oid {
        self.front.content.content_type
    }

    /// How the content is encrypted.
    pub fn cipher(&self) -> ContentCipher {
        self.front.content.cipher
    }

    /// The deviations met while reading.
    pub fn notes(&self) -> &[(NoteCode, String)] {
        &self.notes
    }
}

/// A message; `attributes` are those under the tag as a SET, or empty.
fn encrypt(
    content: (Oid, &[u8]),
    attributes: &[u8],
    recipients: &[Recipient],
    cipher: ContentCipher,
) -> Result<Vec<u8>> {
    let key = cipher.new_key()?;
    let (encrypted, mac) = content::encrypt_gcm(cipher, content, attributes, &key)?;
    let recipients = recipient::write(recipients, Form::Rfc, &key)?;
    assemble(&recipients, &encrypted, attributes, &mac)
}

fn assemble(
    recipients: &[u8],
    encrypted: &[u8],
    attributes: &[u8],
    mac: &[u8; TAG_LENGTH],
) -> Result<Vec<u8>> {
    // [1] IMPLICIT in place of the tag of a SET.
    let attributes = match attributes {
        [_, rest @ ..] => [&[tag::context(1)], rest].concat(),
        [] => Vec::new(),
    };
    let mac = writer::octet_string(mac);
    let fields = [&writer::integer(0)[..], recipients, encrypted, &attributes, &mac];
    message::content_info(KIND, Form::Rfc, &writer::sequence(&fields))
}

fn attribute(kind: &Oid, value: &[u8]) -> Vec<u8> {
    writer::sequence(&[&writer::oid(kind), &writer::set_of(vec![value.to_vec()])])
}

pub(super) fn read(
    message: &[u8],
    gcm_as_10: bool,
    deviations: &mut Deviations,
) -> Result<AuthEnvelopedData> {
    let der = message::to_der(message, KIND, deviations)?;
    let (mut fields, form) = message::fields(&der, KIND, deviations)?;
    let front = Front::read(&mut fields, KIND, form, gcm_as_10, deviations)?;
    let attributes = fields.optional(tag::context(1))?;
    let mac = fields.expect(tag::OCTET_STRING)?;
    fields.optional(tag::context(2))?;
    fields.finish()?;
    let named = attributes.as_ref().map(authenticated_content_type).transpose()?.flatten();
    // RFC 5083 §2.1: other content than plain data has to be named under the tag.
    if named.is_none_or(|named| named != front.content.content_type)
        && (named.is_some() || front.content.content_type != oid::CMS_DATA)
    {
        let message = "the attributes under the tag do not name the type of the content";
        return Err(Error::new(Code::Structure, KIND.name(), message));
    }
    let mac = mac
        .value
        .try_into()
        .map_err(|_| Error::new(Code::Value, KIND.name(), "a tag has 16 bytes").at(mac.offset))?;
    // RFC 5083 §2.2: the attributes count with the tag of a SET in place of [1].
    let attributes = attributes.map(|set| writer::tlv(tag::SET, &[set.value])).unwrap_or_default();
    let notes = deviations.notes().to_vec();
    Ok(AuthEnvelopedData { front, attributes, mac, notes })
}
