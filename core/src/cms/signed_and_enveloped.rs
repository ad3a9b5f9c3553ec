//! SignedAndEnvelopedData of GB/T 35275: signed, and encrypted for recipients.

use super::content::{self, ContentCipher};
use super::front::Front;
use super::make::{self, implicit_set};
use super::message::{self, Form, MessageKind};
use super::recipient::{self, Recipient, RecipientInfo};
use super::signed_data::{SignedData, Signers};
use crate::asn1::{Deviations, Oid, Profile, Reader, oid, writer};
use crate::cert::Certificate;
use crate::error::Result;
use crate::key::{Decrypter, Signer};
use crate::report::NoteCode;

const KIND: MessageKind = MessageKind::SignedAndEnvelopedData;

/// A message in the form of GB/T 35275 that is signed over its content, and its content encrypted for
/// recipients with SM4-CBC.
///
/// Who signed is open to everybody who sees the message. The signature is over the content alone, not
/// over the recipients: a recipient can encrypt it anew for somebody else.
///
/// ```text
/// SignedAndEnvelopedData ::= SEQUENCE { version, recipientInfos SET OF RecipientInfo,
///   digestAlgorithms SET OF AlgorithmIdentifier, encryptedContentInfo,
///   certificates [0] IMPLICIT SET OF Certificate OPTIONAL,
///   crls [1] IMPLICIT SET OF CertificateList OPTIONAL, signerInfos SET OF SignerInfo }
/// ```
///
/// # Source
///
/// GB/T 35275-2017. The signature value stands as it is, as in gmsm; in PKCS#7, where this kind of
/// message comes from, it was encrypted too. Which of the two the standard means is unverified.
#[derive(Debug, Clone)]
pub struct SignedAndEnvelopedData {
    front: Front,
    /// What stands behind the content, as received.
    signers: Vec<u8>,
    notes: Vec<(NoteCode, String)>,
}

impl SignedAndEnvelopedData {
    /// Signs `content` without attributes, with the signer's certificates inside, and encrypts it for
    /// the recipients.
    ///
    /// # Errors
    ///
    /// As [`sign_attached`](super::sign_attached) and
    /// [`EnvelopedData::make`](super::EnvelopedData::make).
    pub fn make(signer: &dyn Signer, content: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>> {
        let key = ContentCipher::Sm4Cbc.new_key()?;
        let signer_info = make::bare_signer_info(signer, content)?;
        let message = writer::sequence(&[
            &writer::integer(1),
            &recipient::write(recipients, Form::Gm, &key)?,
            &writer::set_of(vec![writer::sequence(&[&writer::oid(&oid::SM3)])]),
            &content::encrypt_cbc(content, &key, Form::Gm)?,
            &implicit_set(0, signer.certificates().to_vec()),
            &writer::set_of(vec![signer_info]),
        ]);
        message::content_info(KIND, Form::Gm, &message)
    }

    /// Reads a message; what is read as found is that of
    /// [`EnvelopedData::parse`](super::EnvelopedData::parse).
    ///
    /// # Errors
    ///
    /// As there and as [`SignedData::parse`].
    pub fn parse(message: &[u8], profile: Profile) -> Result<Self> {
        Self::read(message, &mut Deviations::new(profile))
    }

    pub(super) fn read(message: &[u8], deviations: &mut Deviations) -> Result<Self> {
        let der = message::to_der(message, KIND, deviations)?;
        let (mut fields, form) = message::fields(&der, KIND, deviations)?;
        let front = Front::read(&mut fields, KIND, form, false, deviations)?;
        let signers = fields.rest().to_vec();
        Signers::read(fields)?;
        let notes = deviations.notes().to_vec();
        Ok(SignedAndEnvelopedData { front, signers, notes })
    }

    /// Decrypts with the key of the certificate `own`. The content inside what comes out is proven by
    /// nothing before [`check_message`](crate::timestamp::check_message) has judged it.
    ///
    /// # Errors
    ///
    /// As [`EnvelopedData::open`](super::EnvelopedData::open).
    pub fn open(&self, with: &dyn Decrypter, own: &Certificate) -> Result<SignedData> {
        let content = self.front.open(with, own, &[], &[])?;
        let signers = Signers::read(Reader::new(&self.signers, KIND.name()))?;
        Ok(SignedData::of(Form::Gm, self.front.content.content_type, Some(content), signers))
    }

    /// The signed message without its content.
    pub(super) fn signers_of(&self, content_type: Oid) -> Result<SignedData> {
        let signers = Signers::read(Reader::new(&self.signers, KIND.name()))?;
        Ok(SignedData::of(Form::Gm, content_type, None, signers))
    }

    /// For whom it is encrypted.
    pub fn recipients(&self) -> &[RecipientInfo] {
        &self.front.recipients
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
