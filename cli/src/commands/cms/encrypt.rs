//! Encrypting messages, and decrypting them.

use super::FormArgument;
use super::describe::describe;
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::output;
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::trust::{self, TrustArguments};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::cert::Certificate;
use yinxin::cms::{self, ContentCipher, Form, MessageKind, Recipient};
use yinxin::error::{Code, Error};
use yinxin::key::Signer;
use yinxin::signature::Verifier;

/// A file to encrypt.
#[derive(Args, Debug)]
pub struct EncryptArguments {
    /// The file to encrypt
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

impl From<CipherArgument> for ContentCipher {
    fn from(cipher: CipherArgument) -> Self {
        match cipher {
            CipherArgument::Sm4Gcm => ContentCipher::Sm4Gcm,
            CipherArgument::Aes128Gcm => ContentCipher::Aes128Gcm,
            CipherArgument::Aes256Gcm => ContentCipher::Aes256Gcm,
            CipherArgument::Sm4Cbc => ContentCipher::Sm4Cbc,
        }
    }
}

/// A message to decrypt.
#[derive(Args, Debug)]
pub struct DecryptArguments {
    /// The message
    message: PathBuf,
    /// The recipient's key, with the certificate that the message names
    #[command(flatten)]
    key: SignerArguments,
    /// Take out what nothing shows to be unchanged (EnvelopedData); do so only where something else
    /// shows it
    #[arg(long)]
    unauthenticated: bool,
    /// Take 1.2.156.10197.1.104.10 for SM4-GCM
    #[arg(long)]
    sm4_gcm_10: bool,
    #[command(flatten)]
    trust: TrustArguments,
    #[command(flatten)]
    pub target: Target,
}

/// `cms encrypt`.
pub fn encrypt(arguments: &EncryptArguments) -> Result<ExitCode, Failure> {
    let content = files::read(&arguments.file)?;
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
    let form = match arguments.form {
        FormArgument::Gm => Form::Gm,
        FormArgument::Rfc => Form::Rfc,
    };
    let cipher = arguments.cipher.map(ContentCipher::from);
    let message = cms::encrypt(&content, &recipients, form, cipher)?;
    let value = describe(&message, Profile::Conforming)?;
    arguments.target.finish(&message, Secrecy::Public, &value)
}

/// `cms decrypt`.
pub fn decrypt(arguments: &DecryptArguments) -> Result<ExitCode, Failure> {
    let message = files::read(&arguments.message)?;
    let (key, profile) = (arguments.key.load()?, arguments.trust.profile());
    let own = key.certificates().first().ok_or_else(|| {
        Error::new(Code::KeyMissing, "--cert", "the certificate that the message names is needed")
    })?;
    let own = Certificate::from_der(own)?;
    let (kind, _) = MessageKind::of(&message)?;
    if kind == MessageKind::SignedAndEnvelopedData {
        let verifier = Verifier::new(arguments.trust.load()?);
        let moment = arguments.trust.moment()?;
        let (report, content) = verifier.open_signed(&message, &key, &own, &moment)?;
        if let Some(content) = content {
            let target = &arguments.target;
            files::write(&target.out, &content, Secrecy::Secret, target.force)?;
        }
        return Ok(output::report(&report, arguments.target.json));
    }
    let content = match arguments.unauthenticated && kind == MessageKind::EnvelopedData {
        true => cms::decrypt_unauthenticated(&message, profile, &key, &own)?.into_unauthenticated(),
        false => cms::decrypt(&message, profile, arguments.sm4_gcm_10, &key, &own)?,
    };
    let value = json!({
        "kind": "content",
        "structure": kind.name(),
        "bytes": content.len(),
        "authenticated": kind == MessageKind::AuthEnvelopedData,
    });
    arguments.target.finish(&content, Secrecy::Secret, &value)
}
