//! The outermost layer of every message: what kind it is, in which form, and DER in place of BER.

use crate::asn1::reader::tag;
use crate::asn1::{Deviations, Oid, Reader, ber, oid, writer};
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use std::borrow::Cow;

/// The most bytes of a message that is read whole.
pub const MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// The standard whose form a message has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// GB/T 35275 (GM/T 0010).
    Gm,
    /// RFC 5652, for [`MessageKind::AuthEnvelopedData`] RFC 5083.
    Rfc,
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageKind {
    /// Signed: [`SignedData`](super::SignedData).
    SignedData,
    /// Encrypted for recipients: [`EnvelopedData`](super::EnvelopedData).
    EnvelopedData,
    /// Signed and encrypted for recipients: [`SignedAndEnvelopedData`](super::SignedAndEnvelopedData).
    SignedAndEnvelopedData,
    /// Encrypted under a key that both have: [`EncryptedData`](super::EncryptedData).
    EncryptedData,
    /// Encrypted for recipients, with a tag: [`AuthEnvelopedData`](super::AuthEnvelopedData).
    AuthEnvelopedData,
}

const KINDS: [(Oid, MessageKind, Form); 8] = [
    (oid::GM_SIGNED_DATA, MessageKind::SignedData, Form::Gm),
    (oid::CMS_SIGNED_DATA, MessageKind::SignedData, Form::Rfc),
    (oid::GM_ENVELOPED_DATA, MessageKind::EnvelopedData, Form::Gm),
    (oid::CMS_ENVELOPED_DATA, MessageKind::EnvelopedData, Form::Rfc),
    (oid::GM_SIGNED_AND_ENVELOPED_DATA, MessageKind::SignedAndEnvelopedData, Form::Gm),
    (oid::GM_ENCRYPTED_DATA, MessageKind::EncryptedData, Form::Gm),
    (oid::CMS_ENCRYPTED_DATA, MessageKind::EncryptedData, Form::Rfc),
    (oid::CMS_AUTH_ENVELOPED_DATA, MessageKind::AuthEnvelopedData, Form::Rfc),
];

impl MessageKind {
    /// The name of the structure.
    pub fn name(self) -> &'static str {
        match self {
            MessageKind::SignedData => "SignedData",
            MessageKind::EnvelopedData => "EnvelopedData",
            MessageKind::SignedAndEnvelopedData => "SignedAndEnvelopedData",
            MessageKind::EncryptedData => "EncryptedData",
            MessageKind::AuthEnvelopedData => "AuthEnvelopedData",
        }
    }

    /// What a message is and which form it has, by its outermost identifier; the rest is not looked
    /// at.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] for what is no message; [`Code::Form`] for a message of another kind.
    pub fn of(message: &[u8]) -> Result<(MessageKind, Form)> {
        // Tag and length, whatever form the length has, then the identifier.
        let header = match message {
            [tag::SEQUENCE, long, ..] if long & 0x80 != 0 => 2 + usize::from(long & 0x7f),
            _ => 2,
        };
        match message.first() {
            Some(&tag::SEQUENCE) => {}
            _ => return Err(Reader::new(message, CONTENT_INFO).error("not a SEQUENCE")),
        }
        let rest = message.get(header..).unwrap_or_default();
        let found = Reader::new(rest, CONTENT_INFO).based(header).expect(tag::OID)?.oid()?;
        known(found)
    }
}

impl Form {
    /// The identifier of plain data.
    pub(super) fn data(self) -> Oid {
        match self {
            Form::Gm => oid::GM_DATA,
            Form::Rfc => oid::CMS_DATA,
        }
    }
}

const CONTENT_INFO: &str = "ContentInfo";

/// What kind of message an identifier names, and in which form.
pub(super) fn known(found: Oid) -> Result<(MessageKind, Form)> {
    let known = KINDS.iter().find(|(identifier, ..)| *identifier == found);
    known.map(|(_, kind, form)| (*kind, *form)).ok_or_else(|| {
        let message = format!("content type {found} is no message that is known here");
        Error::new(Code::Form, CONTENT_INFO, message)
    })
}

/// The message in DER, made from BER where that is needed.
///
/// What somebody signed or authenticated as it stands (certificates, lists, attributes) is not
/// touched; in BER it is refused later, by the strict reader.
pub(super) fn to_der<'a>(
    message: &'a [u8],
    kind: MessageKind,
    deviations: &mut Deviations,
) -> Result<Cow<'a, [u8]>> {
    if message.len() > MAX_MESSAGE {
        return Err(Error::new(Code::Size, kind.name(), "larger than MAX_MESSAGE"));
    }
    Ok(match ber::to_der_keeping(message, CONTENT_INFO, stays)? {
        None => Cow::Borrowed(message),
        Some(mut der) => {
            deviations.note(NoteCode::MessageBer, "lengths are open or strings in pieces");
            deviations.read_in_place(Vec::new());
            Cow::Owned(std::mem::take(&mut *der))
        }
    })
}

/// The fields of the message, which must be of this kind, and its form.
pub(super) fn fields<'a>(
    der: &'a [u8],
    kind: MessageKind,
    deviations: &mut Deviations,
) -> Result<(Reader<'a>, Form)> {
    let mut outer = Reader::new(der, CONTENT_INFO);
    let mut info = outer.sequence()?;
    if !outer.is_empty() {
        let (at, left) = (outer.offset(), outer.rest().len());
        let detail = format!("{left} bytes follow the message");
        deviations.tolerate(NoteCode::DeviationTrailingBytes, CONTENT_INFO, at, detail)?;
    }
    let found = info.expect(tag::OID)?.oid()?;
    let form = match known(found) {
        Ok((of, form)) if of == kind => form,
        _ => {
            let message = format!("content type {found} is not {}", kind.name());
            return Err(Error::new(Code::Form, CONTENT_INFO, message));
        }
    };
    let mut wrapper = info.expect(tag::context(0))?.contents();
    info.finish()?;
    let fields = wrapper.sequence()?.named(kind.name());
    wrapper.finish()?;
    Ok((fields, form))
}

/// Which elements are kept as received: the tagged fields of the message itself (certificates,
/// lists, attributes), at depth 3 behind ContentInfo, `[0]` and the SEQUENCE, and those of a signer,
/// two deeper.
fn stays(depth: usize, tag: u8) -> bool {
    (depth == 3 || depth == 5) && (tag::context(0)..=tag::context(30)).contains(&tag)
}

/// ContentInfo around a message.
pub(super) fn content_info(kind: MessageKind, form: Form, message: &[u8]) -> Result<Vec<u8>> {
    Ok(writer::sequence(&[&identifier(kind, form)?, &writer::explicit(0, message)]))
}

/// The identifier of such messages, written.
pub(super) fn identifier(kind: MessageKind, form: Form) -> Result<Vec<u8>> {
    let found = KINDS.iter().find(|(_, of, has)| (*of, *has) == (kind, form));
    let (identifier, ..) = found.ok_or_else(|| {
        Error::new(Code::Form, kind.name(), "the standard does not have this kind of message")
    })?;
    Ok(writer::oid(identifier))
}
