//! EnvelopedData: encrypted for recipients, without a tag.

use super::content::{self, ContentCipher};
use super::front::Front;
use super::message::{self, Form, MessageKind};
use super::recipient::{self, Recipient, RecipientInfo};
use super::stream::{self, Encrypting};
use super::unauthenticated::Unauthenticated;
use crate::asn1::reader::tag;
use crate::asn1::{Deviations, Oid, Profile, writer};
use crate::cert::Certificate;
use crate::error::Result;
use crate::key::Decrypter;
use crate::report::NoteCode;
use std::io::{Read, Write};

const KIND: MessageKind = MessageKind::EnvelopedData;

/// A message that is encrypted for recipients with SM4-CBC. Nothing in it shows changes: where you
/// can choose, choose [`AuthEnvelopedData`](super::AuthEnvelopedData).
///
/// ```text
/// EnvelopedData ::= SEQUENCE { version, originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
///   recipientInfos SET OF RecipientInfo, encryptedContentInfo,
///   unprotectedAttrs [1] IMPLICIT SET OF Attribute OPTIONAL }
/// ```
///
/// # Source
///
/// RFC 5652 §6.1; GB/T 35275-2017, which has no `[0]` and `[1]`.
#[derive(Debug, Clone)]
pub struct EnvelopedData {
    front: Front,
    notes: Vec<(NoteCode, String)>,
}

impl EnvelopedData {
    /// Encrypts `content`, as plain data, for the recipients.
    ///
    /// # Errors
    ///
    /// `Code::Argument` for no recipient, and for a recipient by key identifier in the form of
    /// GB/T 35275; `Code::Count`; `Code::Random`.
    pub fn make(content: &[u8], recipients: &[Recipient], form: Form) -> Result<Vec<u8>> {
        let key = ContentCipher::Sm4Cbc.new_key()?;
        let enveloped = writer::sequence(&[
            &writer::integer(version(form, recipients)),
            &recipient::write(recipients, form, &key)?,
            &content::encrypt_cbc(content, &key, form)?,
        ]);
        message::content_info(KIND, form, &enveloped)
    }

    /// As [`make`](Self::make), for content that passes through: see
    /// [`AuthEnvelopedData::write`](super::AuthEnvelopedData::write).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn write(
        source: &mut dyn Read,
        length: Option<u64>,
        recipients: &[Recipient],
        form: Form,
        sink: &mut dyn Write,
    ) -> Result<u64> {
        let key = ContentCipher::Sm4Cbc.new_key()?;
        let version = writer::integer(version(form, recipients));
        let message = Encrypting {
            identifier: message::identifier(KIND, form)?,
            before: [version, recipient::write(recipients, form, &key)?].concat(),
            content_type: form.data(),
            cipher: ContentCipher::Sm4Cbc,
            key: &key,
        };
        stream::write(&message, source, length, sink)
    }

    /// Reads a message.
    ///
    /// As found are also read: recipients by key identifier in the form of GB/T 35275, content keys
    /// as C1, C2, C3 without 04 (both CFCA's), SM2 encryption named as the key exchange (GmSSL's),
    /// SM4-CBC named as SM4 (CFCA's); each gives a note.
    ///
    /// # Errors
    ///
    /// `Code::Der` with an offset, `Code::Value`; `Code::Form` for another kind of message or
    /// of encryption, `Code::Algorithm`; `Code::Structure` for a recipient twice, none, or no
    /// content inside; `Code::Size`, `Code::Count`, `Code::Depth`.
    pub fn parse(message: &[u8], profile: Profile) -> Result<Self> {
        Self::read(message, &mut Deviations::new(profile))
    }

    pub(super) fn read(message: &[u8], deviations: &mut Deviations) -> Result<Self> {
        let der = message::to_der(message, KIND, deviations)?;
        let (mut fields, form) = message::fields(&der, KIND, deviations)?;
        let front = Front::read(&mut fields, KIND, form, false, deviations)?;
        if form == Form::Rfc {
            fields.optional(tag::context(1))?;
        }
        fields.finish()?;
        Ok(EnvelopedData { front, notes: deviations.notes().to_vec() })
    }

    /// Decrypts with the key of the certificate `own`.
    ///
    /// # Errors
    ///
    /// `Code::NotRecipient` if no recipient is named by this certificate, `Code::KeyMismatch` if
    /// the key is another one's, `Code::Algorithm` and `Code::Form` for ways to encrypt the
    /// content key that are not offered; for all else `Code::Decryption`, always the same.
    pub fn open(
        &self,
        with: &dyn Decrypter,
        own: &Certificate,
    ) -> Result<Unauthenticated<Vec<u8>>> {
        self.front.open(with, own, &[], &[]).map(Unauthenticated::new)
    }

    /// The form of the message.
    pub fn form(&self) -> Form {
        self.front.form
    }

    /// For whom it is encrypted.
    pub fn recipients(&self) -> &[RecipientInfo] {
        &self.front.recipients
    }

    /// What the content is said to be; nothing shows that it was not changed.
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

fn version(form: Form, recipients: &[Recipient]) -> i64 {
    match form {
        Form::Gm => 1,
        Form::Rfc if recipients.iter().any(Recipient::is_by_key_identifier) => 2,
        Form::Rfc => 0,
    }
}
