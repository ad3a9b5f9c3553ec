//! What stands in front of the content of every encrypted message, and the content: one reader for
//! the four kinds.

use super::content::{EncryptedContent, Reading};
use super::message::{Form, MessageKind};
use super::recipient::{self, RecipientInfo};
use crate::asn1::reader::tag;
use crate::asn1::{Deviations, Reader, Tlv};
use crate::cert::Certificate;
use crate::error::{Code, Error, Result};
use crate::key::Decrypter;
use crate::report::NoteCode;

/// For whom a message is encrypted and how, and what is encrypted.
#[derive(Debug, Clone)]
pub(super) struct Front {
    pub(super) kind: MessageKind,
    pub(super) form: Form,
    /// Nobody in EncryptedData.
    pub(super) recipients: Vec<RecipientInfo>,
    pub(super) content: EncryptedContent,
}

impl Front {
    /// Reads the fields of a message from the version to the content.
    pub(super) fn read(
        fields: &mut Reader<'_>,
        kind: MessageKind,
        form: Form,
        gcm_as_10: bool,
        deviations: &mut Deviations,
    ) -> Result<Front> {
        judge_version(&fields.expect(tag::INTEGER)?, kind, form, deviations)?;
        let mut recipients = Vec::new();
        if kind != MessageKind::EncryptedData {
            if form == Form::Rfc {
                fields.optional(tag::context(0))?;
            }
            recipients = recipient::read(&fields.expect(tag::SET)?, form, deviations)?;
        }
        if kind == MessageKind::SignedAndEnvelopedData {
            fields.expect(tag::SET)?;
        }
        let authenticated = kind == MessageKind::AuthEnvelopedData;
        let reading = Reading { form, authenticated, gcm_as_10 };
        let content = EncryptedContent::read(fields.sequence()?, reading, deviations)?;
        recipient::settle(&mut recipients, content.cipher.key_length(), deviations)?;
        Ok(Front { kind, form, recipients, content })
    }

    /// The content, decrypted with the key of the certificate `own`; `aad` and `mac` count only where
    /// there is a tag.
    pub(super) fn open(
        &self,
        with: &dyn Decrypter,
        own: &Certificate,
        aad: &[u8],
        mac: &[u8],
    ) -> Result<Vec<u8>> {
        let length = self.content.cipher.key_length();
        let key = recipient::content_key(&self.recipients, with, own, length)?;
        key.open(self.kind.name(), |key| self.content.decrypt(key, aad, mac))
    }
}

/// The versions that follow from the parts of a message stand without a note, the others of its
/// standard with one.
fn judge_version(
    version: &Tlv<'_>,
    kind: MessageKind,
    form: Form,
    deviations: &mut Deviations,
) -> Result<()> {
    let (due, known): (&[i64], i64) = match (kind, form) {
        (MessageKind::AuthEnvelopedData, _) => (&[0], -1),
        (MessageKind::SignedAndEnvelopedData, _) => (&[1], -1),
        (MessageKind::EncryptedData, Form::Gm) => (&[1], 2),
        (MessageKind::EncryptedData, Form::Rfc) => (&[0, 2], 2),
        (_, Form::Gm) => (&[1], 4),
        (_, Form::Rfc) => (&[0, 2, 3, 4], 4),
    };
    let found = version.integer_i64()?;
    if due.contains(&found) {
        Ok(())
    } else if (0..=known).contains(&found) {
        let (detail, at) = (format!("version {found}"), version.offset);
        deviations.tolerate(NoteCode::DeviationVersion, kind.name(), at, detail)
    } else {
        let message = format!("version {found} is not known");
        Err(Error::new(Code::Version, kind.name(), message).at(version.offset))
    }
}
