//! Messages in files of any length, in memory that stays the same. What is made gets its name when it
//! is whole; what is taken out of a message, when it is proven.

use crate::{Input, Private, unreadable};
use std::io::{Read, Seek};
use std::path::Path;
use yinxin::Report;
use yinxin::asn1::Profile;
use yinxin::cert::Certificate;
use yinxin::cms::{
    self, ContentCipher, EncryptedData, EncryptedStream, Form, MessageKind, Opened, Recipient,
    SignedStream, SigningTerms,
};
use yinxin::error::{Code, Error, Result};
use yinxin::key::Decrypter;
use yinxin::key::Signer;
use yinxin::timestamp::{check_stream, extract_opened, extract_stream};
use yinxin::trust::{Moment, Trust};

/// Signs a content. A pipe is read once, and an attached message of it is BER with lengths left open.
///
/// # Errors
///
/// As [`cms::sign_stream`].
pub fn sign(
    signers: &[&dyn Signer],
    terms: &SigningTerms<'_>,
    content: Input,
    mut message: Private,
) -> Result<Private> {
    match content {
        Input::File(mut file, _) => cms::sign_stream(signers, terms, &mut file, &mut message)?,
        Input::Pipe(mut pipe) => cms::sign_stream_once(signers, terms, &mut *pipe, &mut message)?,
    };
    Ok(message)
}

/// Verifies a signed message, whose content is inside or `beside`; with a file `out`, the content is
/// published in it if the report is valid.
///
/// # Errors
///
/// As [`SignedStream::open`] and [`check_stream`]; [`Code::Write`], [`Code::Exists`].
pub fn verify(
    message: Input,
    beside: Option<Input>,
    out: Option<Private>,
    trust: &Trust,
    moment: &Moment,
) -> Result<Report> {
    let mut stream = SignedStream::open(message.into_seekable()?, trust.policy().profile)?;
    let mut beside = beside.map(Input::into_reader);
    let beside = beside.as_mut().map(|content| &mut **content as &mut dyn Read);
    let Some(out) = out else { return check_stream(&mut stream, beside, trust, moment) };
    let (report, out) = extract_stream(&mut stream, beside, out, trust, moment)?;
    out.map(Private::publish).transpose()?;
    Ok(report)
}

/// Encrypts a content for recipients, as [`cms::encrypt`] does. Of a pipe the message is BER with
/// lengths left open.
///
/// # Errors
///
/// As [`cms::encrypt_stream`].
pub fn encrypt(
    content: Input,
    recipients: &[Recipient],
    form: Form,
    cipher: Option<ContentCipher>,
    mut message: Private,
) -> Result<Private> {
    let (length, mut content) = (content.length(), content.into_reader());
    cms::encrypt_stream(&mut content, length, recipients, form, cipher, &mut message)?;
    Ok(message)
}

/// Encrypts a content under a key that both sides have, as [`EncryptedData::make`] does.
///
/// # Errors
///
/// As [`EncryptedData::write`].
pub fn encrypt_with_key(
    content: Input,
    key: &[u8],
    form: Form,
    mut message: Private,
) -> Result<Private> {
    let (length, mut content) = (content.length(), content.into_reader());
    EncryptedData::write(&mut content, length, key, form, &mut message)?;
    Ok(message)
}

/// Decrypts a message that has a tag into a file and publishes that.
///
/// # Errors
///
/// As [`cms::decrypt`]; [`Code::Read`], [`Code::Write`], [`Code::Exists`].
pub fn decrypt(
    message: Input,
    profile: Profile,
    gcm_as_10: bool,
    with: &dyn Decrypter,
    own: &Certificate,
    out: Private,
) -> Result<()> {
    let source = message.into_reader();
    let stream = match gcm_as_10 {
        true => EncryptedStream::open_with_104_10_as_gcm(source, profile)?,
        false => EncryptedStream::open(source, profile)?,
    };
    let kind = stream.kind();
    match kind {
        MessageKind::AuthEnvelopedData => {}
        MessageKind::EnvelopedData => {
            // Before anything is decrypted, so that nobody learns whether it would have opened.
            let why = "nothing shows that the message is unchanged; its content is taken out by \
                       another name, as unauthenticated";
            return Err(Error::new(Code::Policy, kind.name(), why));
        }
        other => return Err(not_so(other)),
    }
    match stream.decrypt(with, own, out)? {
        Opened::Authenticated(content) => content.publish(),
        _ => Err(not_so(kind)),
    }
}

/// Decrypts a message in which nothing shows changes (EnvelopedData) into a file and publishes that.
///
/// # Errors
///
/// As [`cms::decrypt_unauthenticated`]; [`Code::Read`], [`Code::Write`], [`Code::Exists`].
pub fn decrypt_unauthenticated(
    message: Input,
    profile: Profile,
    with: &dyn Decrypter,
    own: &Certificate,
    out: Private,
) -> Result<()> {
    let stream = EncryptedStream::open(message.into_reader(), profile)?;
    let kind = stream.kind();
    if kind != MessageKind::EnvelopedData {
        return Err(not_so(kind));
    }
    publish_unauthenticated(stream.decrypt(with, own, out)?, kind)
}

/// Decrypts a message under a key that both sides have (EncryptedData), in which nothing shows changes,
/// into a file and publishes that.
///
/// # Errors
///
/// As [`EncryptedData::open`]; [`Code::Form`] for a message of another kind; [`Code::Read`],
/// [`Code::Write`], [`Code::Exists`].
pub fn decrypt_unauthenticated_with_key(
    message: Input,
    profile: Profile,
    key: &[u8],
    out: Private,
) -> Result<()> {
    let stream = EncryptedStream::open(message.into_reader(), profile)?;
    let kind = stream.kind();
    if kind != MessageKind::EncryptedData {
        return Err(not_so(kind));
    }
    publish_unauthenticated(stream.decrypt_with_key(key, out)?, kind)
}

/// Decrypts a message and verifies what was signed in it: of SignedAndEnvelopedData the content, of
/// another one the signed message that is its content. What was signed is published in `out` if the
/// report is valid, or in `between`, which holds what was decrypted meanwhile: both are for one target.
///
/// # Errors
///
/// As [`EncryptedStream::decrypt`] and [`extract_opened`]; [`Code::Write`], [`Code::Exists`].
pub fn decrypt_signed(
    message: Input,
    (with, own): (&dyn Decrypter, &Certificate),
    (between, out): (Private, Private),
    trust: &Trust,
    moment: &Moment,
) -> Result<Report> {
    let stream = EncryptedStream::open(message.into_reader(), trust.policy().profile)?;
    let opened = stream.decrypt(with, own, between)?;
    let (report, content) = extract_opened(opened, out, trust, moment)?;
    content.map(Private::publish).transpose()?;
    Ok(report)
}

/// What a message of any kind says of itself, as [`cms::describe`].
///
/// # Errors
///
/// As [`cms::describe_stream`].
pub fn describe(message: Input, profile: Profile) -> Result<String> {
    cms::describe_stream(message.into_seekable()?, profile)
}

/// What a message says of itself that was just made.
///
/// # Errors
///
/// As there.
pub fn describe_made(message: &mut Private) -> Result<String> {
    message.rewind().map_err(|error| unreadable(Path::new("message"), &error))?;
    cms::describe_stream(message, Profile::Conforming)
}

fn publish_unauthenticated(opened: Opened<Private>, kind: MessageKind) -> Result<()> {
    match opened {
        Opened::Unauthenticated(content) => content.into_unauthenticated().publish(),
        _ => Err(not_so(kind)),
    }
}

fn not_so(kind: MessageKind) -> Error {
    let message = format!("{} is not decrypted here", kind.name());
    Error::new(Code::Form, kind.name(), message)
}
