//! EncryptedData: encrypted under a key that both sides have.

use super::content::{self, ContentCipher};
use super::front::Front;
use super::message::{self, Form, MessageKind};
use super::recipient::undecryptable;
use super::stream::{self, Encrypting};
use super::unauthenticated::Unauthenticated;
use crate::asn1::reader::tag;
use crate::asn1::{Deviations, Oid, Profile, writer};
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use std::io::{Read, Write};

const KIND: MessageKind = MessageKind::EncryptedData;

/// A message that is encrypted with SM4-CBC under a key that both sides have. Nothing in it shows
/// changes.
///
/// ```text
/// EncryptedData ::= SEQUENCE { version, encryptedContentInfo,
///   unprotectedAttrs [1] IMPLICIT SET OF Attribute OPTIONAL }   -- RFC 5652 only
/// ```
///
/// # Source
///
/// RFC 5652 §8, GB/T 35275-2017.
#[derive(Debug, Clone)]
pub struct EncryptedData {
    front: Front,
    notes: Vec<(NoteCode, String)>,
}

impl EncryptedData {
    /// Encrypts `content`, as plain data, under a key of 16 bytes.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a key of another length; [`Code::Random`].
    pub fn make(content: &[u8], key: &[u8], form: Form) -> Result<Vec<u8>> {
        check_length(key)?;
        let encrypted = writer::sequence(&[
            &writer::integer(version(form)),
            &content::encrypt_cbc(content, key, form)?,
        ]);
        message::content_info(KIND, form, &encrypted)
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
        key: &[u8],
        form: Form,
        sink: &mut dyn Write,
    ) -> Result<u64> {
        check_length(key)?;
        let message = Encrypting {
            identifier: message::identifier(KIND, form)?,
            before: writer::integer(version(form)),
            content_type: form.data(),
            cipher: ContentCipher::Sm4Cbc,
            key,
        };
        stream::write(&message, source, length, sink)
    }

    /// Reads a message; as found, also with SM4-CBC named as SM4.
    ///
    /// # Errors
    ///
    /// As [`EnvelopedData::parse`](super::EnvelopedData::parse).
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
        Ok(EncryptedData { front, notes: deviations.notes().to_vec() })
    }

    /// Decrypts under the key of 16 bytes.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a key of another length; for all else [`Code::Decryption`], always the
    /// same.
    pub fn open(&self, key: &[u8]) -> Result<Unauthenticated<Vec<u8>>> {
        check_length(key)?;
        let content = self.front.content.decrypt(key, &[], &[]);
        content.map(Unauthenticated::new).map_err(|_| undecryptable(KIND.name()))
    }

    /// The form of the message.
    pub fn form(&self) -> Form {
        self.front.form
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

fn version(form: Form) -> i64 {
    match form {
        Form::Gm => 1,
        Form::Rfc => 0,
    }
}

pub(super) fn check_length(key: &[u8]) -> Result<()> {
    if key.len() == ContentCipher::Sm4Cbc.key_length() {
        return Ok(());
    }
    Err(Error::new(Code::Argument, "key", "an SM4 key has 16 bytes"))
}
