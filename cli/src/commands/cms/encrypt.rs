//! Encrypting messages, and decrypting them.

use super::FormArgument;
use super::describe::describe;
use crate::failure::Failure;
use crate::files::{self, Private, Secrecy};
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::trust::{self, TrustArguments};
use crate::{output, secret};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::Seek;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::cert::Certificate;
use yinxin::cms::{ContentCipher, EncryptedStream, Form, MessageKind, Opened, Recipient};
use yinxin::error::{Code, Error};
use yinxin::key::{Signer, SoftwareKey};
use yinxin::timestamp::extract_opened;

/// A file to encrypt.
#[derive(Args, Debug)]
pub struct EncryptArguments {
    /// The file to encrypt; - is standard input, of which the message is BER with lengths left open
    file: PathBuf,
    /// The certificate of a recipient (PEM or DER); an SM2 certificate to encrypt for
    #[arg(long = "for", value_name = "FILE", required = true)]
    recipients: Vec<PathBuf>,
    /// The form of the message. GB/T 35275 has no tag that shows changes
    #[arg(long, value_enum, default_value_t = FormArgument::Rfc)]
    form: FormArgument,
    /// The cipher; default: sm4-gcm, in the form of GB/T 35275 sm4-cbc
    #[arg(long, value_enum)]
    cipher: Option<CipherArgument>,
    /// Name the recipients by the key identifier of their certificates
    #[arg(long)]
    by_key_id: bool,
    #[command(flatten)]
    pub target: Target,
}

/// Ciphers of contents.
#[derive(ValueEnum, Debug, Clone, Copy)]
enum CipherArgument {
    /// SM4-GCM, with a tag.
    Sm4Gcm,
    /// AES-128-GCM, with a tag.
    #[value(name = "aes-128-gcm")]
    Aes128Gcm,
    /// AES-256-GCM, with a tag.
    #[value(name = "aes-256-gcm")]
    Aes256Gcm,
    /// SM4-CBC, without a tag.
    Sm4Cbc,
}

/// A message to decrypt. Nothing of its content has a name before it is proven.
#[derive(Args, Debug)]
pub struct DecryptArguments {
    /// The message; - is standard input
    message: PathBuf,
    #[command(flatten)]
    key: RecipientArguments,
    /// Take out what nothing shows to be unchanged (EnvelopedData, EncryptedData); do so only where
    /// something else shows it
    #[arg(long, conflicts_with = "signed")]
    unauthenticated: bool,
    /// The content is a signed message in its turn: verify it, and take out its content
    #[arg(long)]
    signed: bool,
    /// Take 1.2.156.10197.1.104.10 for SM4-GCM
    #[arg(long)]
    sm4_gcm_10: bool,
    #[command(flatten)]
    trust: TrustArguments,
    #[command(flatten)]
    pub target: Target,
}

/// The key of a recipient, or the key that both have.
#[derive(Args, Debug)]
struct RecipientArguments {
    /// The recipient's key file: PKCS#8, PKCS#12, PEM with certificates or CFCA's .sm2
    #[arg(long, value_name = "FILE", required_unless_present = "content_key")]
    key: Option<PathBuf>,
    /// The password of the key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    password: Option<String>,
    /// The name of the key, in a PKCS#12 file with several
    #[arg(long, value_name = "NAME")]
    key_name: Option<String>,
    /// Read a PKCS#12 file under PBE-SHA1-3DES or RC2 too
    #[arg(long)]
    legacy: bool,
    /// The recipient's certificate, which the message names (PEM or DER)
    #[arg(long, value_name = "FILE")]
    cert: Vec<PathBuf>,
    /// The key that both have (EncryptedData), 32 hexadecimal digits: env:NAME, file:PATH, fd:N or
    /// prompt
    #[arg(long, value_name = "SOURCE", conflicts_with_all = ["key", "password", "key_name", "cert"])]
    content_key: Option<String>,
}

impl RecipientArguments {
    /// The key of a recipient and its certificate.
    fn recipient(&self) -> Result<(SoftwareKey, Certificate), Failure> {
        let path = self.key.clone().ok_or_else(|| {
            Failure::usage("the message has recipients: --key, not --content-key, opens it")
        })?;
        let key = SignerArguments {
            key: path,
            password: self.password.clone(),
            key_name: self.key_name.clone(),
            legacy: self.legacy,
            cert: self.cert.clone(),
            signer_id: None,
        };
        let key = key.load()?;
        let own = key.certificates().first().ok_or_else(|| {
            let message = "the certificate that the message names is needed";
            Error::new(Code::KeyMissing, "--cert", message)
        })?;
        let own = Certificate::from_der(own)?;
        Ok((key, own))
    }

    /// The key that both have.
    fn shared(&self) -> Result<Vec<u8>, Failure> {
        let source = self.content_key.as_deref().ok_or_else(|| {
            Failure::usage("EncryptedData has no recipients: --content-key opens it")
        })?;
        let text = secret::read(source, "Content key")?;
        let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
        let pair = |pair: &[u8]| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        };
        let key: Option<Vec<u8>> = text.chunks(2).map(pair).collect();
        key.filter(|key| key.len() == 16)
            .ok_or_else(|| Failure::usage("a content key is 32 hexadecimal digits"))
    }
}

/// `cms encrypt`.
pub fn encrypt(arguments: &EncryptArguments) -> Result<ExitCode, Failure> {
    let mut recipients = Vec::new();
    for path in &arguments.recipients {
        for certificate in trust::certificates(path)? {
            let recipient = Recipient::new(&certificate)?;
            recipients.push(match arguments.by_key_id {
                true => recipient.by_key_identifier()?,
                false => recipient,
            });
        }
    }
    let cipher = arguments.cipher.map(|cipher| match cipher {
        CipherArgument::Sm4Gcm => ContentCipher::Sm4Gcm,
        CipherArgument::Aes128Gcm => ContentCipher::Aes128Gcm,
        CipherArgument::Aes256Gcm => ContentCipher::Aes256Gcm,
        CipherArgument::Sm4Cbc => ContentCipher::Sm4Cbc,
    });
    let form = match arguments.form {
        FormArgument::Gm => Form::Gm,
        FormArgument::Rfc => Form::Rfc,
    };
    let content = files::input(&arguments.file)?;
    let made = arguments.target.private(Secrecy::Public)?;
    let mut made = yinxin_files::cms::encrypt(content, &recipients, form, cipher, made)?;
    rewind(&mut made)?;
    let value = describe(&mut made, Profile::Conforming)?;
    arguments.target.publish(made, &value)
}

/// `cms decrypt`.
pub fn decrypt(arguments: &DecryptArguments) -> Result<ExitCode, Failure> {
    let (target, profile) = (&arguments.target, arguments.trust.profile());
    let source = files::input(&arguments.message)?.into_reader();
    let stream = match arguments.sm4_gcm_10 {
        true => EncryptedStream::open_with_104_10_as_gcm(source, profile)?,
        false => EncryptedStream::open(source, profile)?,
    };
    let kind = stream.kind();
    let proven =
        matches!(kind, MessageKind::AuthEnvelopedData | MessageKind::SignedAndEnvelopedData);
    // Before anything is decrypted, so that nobody learns whether it would have opened.
    if !(proven || arguments.unauthenticated || arguments.signed) {
        let message = "nothing shows that the message is unchanged; --signed takes out what was \
                       signed in it, --unauthenticated takes its content all the same";
        return Err(Error::new(Code::Policy, kind.name(), message).into());
    }
    if arguments.signed && kind == MessageKind::SignedAndEnvelopedData {
        return Err(Failure::usage(
            "--signed: SignedAndEnvelopedData is signed and needs no option",
        ));
    }
    let opened = if kind == MessageKind::EncryptedData {
        let key = arguments.key.shared()?;
        stream.decrypt_with_key(&key, target.private(Secrecy::Secret)?)?
    } else {
        let (key, own) = arguments.key.recipient()?;
        stream.decrypt(&key, &own, target.private(Secrecy::Secret)?)?
    };
    let mut content = match opened {
        Opened::Authenticated(content) if !arguments.signed => content,
        Opened::Unauthenticated(content) if !arguments.signed => content.into_unauthenticated(),
        opened => {
            let (trust, moment) = (arguments.trust.load()?, arguments.trust.moment()?);
            let inner = target.private(Secrecy::Secret)?;
            let (report, content) = extract_opened(opened, inner, &trust, &moment)?;
            content.map(Private::publish).transpose()?;
            return Ok(output::report(&report, target.json));
        }
    };
    let length = content.stream_position();
    let value = json!({
        "kind": "content",
        "structure": kind.name(),
        "bytes": length.map_err(|error| Error::new(Code::Read, "--out", error.to_string()))?,
        "authenticated": proven,
    });
    target.publish(content, &value)
}

fn rewind(file: &mut Private) -> Result<(), Failure> {
    Ok(file.rewind().map_err(|error| Error::new(Code::Read, "--out", error.to_string()))?)
}
