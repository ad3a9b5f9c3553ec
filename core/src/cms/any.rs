//! Messages of any kind, through one door each: encrypt, decrypt what has a tag, and, by another name,
//! what has none.

use super::auth_enveloped::AuthEnvelopedData;
use super::content::ContentCipher;
use super::enveloped::EnvelopedData;
use super::message::{Form, MessageKind};
use super::recipient::Recipient;
use super::unauthenticated::Unauthenticated;
use crate::asn1::Profile;
use crate::cert::Certificate;
use crate::error::{Code, Error, Result};
use crate::key::Decrypter;
use std::io::{Read, Write};

/// Encrypts `content` for the recipients, with the cipher that is usual for the form unless another is
/// named: in the form of RFC 5652 an [`AuthEnvelopedData`] with SM4-GCM, in that of GB/T 35275 an
/// [`EnvelopedData`] with SM4-CBC, in which nothing shows changes.
///
/// # Errors
///
/// [`Code::Argument`] for a cipher with a tag in the form of GB/T 35275, which has no place for it; as
/// [`AuthEnvelopedData::make`] and [`EnvelopedData::make`].
pub fn encrypt(
    content: &[u8],
    recipients: &[Recipient],
    form: Form,
    cipher: Option<ContentCipher>,
) -> Result<Vec<u8>> {
    match usual(form, cipher)? {
        ContentCipher::Sm4Cbc => EnvelopedData::make(content, recipients, form),
        cipher => AuthEnvelopedData::make(content, recipients, cipher),
    }
}

/// As [`encrypt`], for content that passes through; in DER if its length is told, else in BER. How long
/// the content is.
///
/// # Errors
///
/// As there and as [`AuthEnvelopedData::write`].
pub fn encrypt_stream(
    source: &mut dyn Read,
    length: Option<u64>,
    recipients: &[Recipient],
    form: Form,
    cipher: Option<ContentCipher>,
    sink: &mut dyn Write,
) -> Result<u64> {
    match usual(form, cipher)? {
        ContentCipher::Sm4Cbc => EnvelopedData::write(source, length, recipients, form, sink),
        cipher => AuthEnvelopedData::write(source, length, recipients, cipher, sink),
    }
}

/// The cipher that was named, or the one that is usual for the form.
fn usual(form: Form, cipher: Option<ContentCipher>) -> Result<ContentCipher> {
    match (cipher, form) {
        (Some(ContentCipher::Sm4Cbc), _) | (None, Form::Gm) => Ok(ContentCipher::Sm4Cbc),
        (None, Form::Rfc) => Ok(ContentCipher::Sm4Gcm),
        (Some(cipher), Form::Rfc) => Ok(cipher),
        (Some(_), Form::Gm) => {
            let message = "messages of GB/T 35275 have no place for a tag: SM4-CBC is theirs";
            Err(Error::new(Code::Argument, "cipher", message))
        }
    }
}

/// Decrypts a message that has a tag, with the key of the certificate `own`. With `gcm_as_10`,
/// 1.2.156.10197.1.104.10 is taken for SM4-GCM
/// ([`parse_with_104_10_as_gcm`](AuthEnvelopedData::parse_with_104_10_as_gcm)).
///
/// # Errors
///
/// [`Code::Policy`] for an [`EnvelopedData`], before anything is decrypted:
/// [`decrypt_unauthenticated`] takes it. [`Code::Form`] for a message of another kind. As
/// [`AuthEnvelopedData::parse`] and [`AuthEnvelopedData::open`].
pub fn decrypt(
    message: &[u8],
    profile: Profile,
    gcm_as_10: bool,
    with: &dyn Decrypter,
    own: &Certificate,
) -> Result<Vec<u8>> {
    let (kind, _) = MessageKind::of(message)?;
    let message = match kind {
        MessageKind::AuthEnvelopedData if gcm_as_10 => {
            AuthEnvelopedData::parse_with_104_10_as_gcm(message, profile)?
        }
        MessageKind::AuthEnvelopedData => AuthEnvelopedData::parse(message, profile)?,
        MessageKind::EnvelopedData => {
            // Before anything is decrypted, so that nobody learns whether it would have opened.
            EnvelopedData::parse(message, profile)?;
            let why = "nothing shows that the message is unchanged; its content is taken out by \
                       another name, as unauthenticated";
            return Err(Error::new(Code::Policy, kind.name(), why));
        }
        other => return Err(not_encrypted_so(other)),
    };
    message.open(with, own)
}

/// Decrypts a message in which nothing shows changes ([`EnvelopedData`]), with the key of the
/// certificate `own`.
///
/// # Errors
///
/// [`Code::Form`] for a message of another kind, one with a tag too: [`decrypt`] takes that. As
/// [`EnvelopedData::parse`] and [`EnvelopedData::open`].
pub fn decrypt_unauthenticated(
    message: &[u8],
    profile: Profile,
    with: &dyn Decrypter,
    own: &Certificate,
) -> Result<Unauthenticated<Vec<u8>>> {
    match MessageKind::of(message)? {
        (MessageKind::EnvelopedData, _) => EnvelopedData::parse(message, profile)?.open(with, own),
        (other, _) => Err(not_encrypted_so(other)),
    }
}

fn not_encrypted_so(kind: MessageKind) -> Error {
    let message = format!("{} is not decrypted here", kind.name());
    Error::new(Code::Form, kind.name(), message)
}
