//! `yinxin key`: what a key file holds, and from one form of key file to another.

use crate::commands::cert;
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::signer::{KeyFileArguments, NewPassword};
use crate::target::Target;
use crate::{output, secret, trust};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::pem;
use yinxin::cert::Certificate;
use yinxin::key::{KeyBundle, Signer, SoftwareKey};

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show what a key file holds, nothing secret
    Inspect(InspectArguments),
    /// From a key file of any known form to PEM: keys as PKCS#8, and their certificates
    Import(ImportArguments),
    /// From a key file of any known form to PKCS#12
    Export(ExportArguments),
    /// Open an encryption key that an authority delivered (SM2EnvelopedKey) with the signing key
    Receive(ReceiveArguments),
}

/// A key file to show.
#[derive(Args, Debug)]
pub struct InspectArguments {
    #[command(flatten)]
    file: KeyFileArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A key file to be turned into PEM.
#[derive(Args, Debug)]
pub struct ImportArguments {
    #[command(flatten)]
    file: KeyFileArguments,
    /// The name of the key in the file; default: all of its keys
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Encrypt the keys with this password: env:NAME, file:PATH, fd:N or prompt; default: plain
    #[arg(long, value_name = "SOURCE")]
    new_password: Option<String>,
    #[command(flatten)]
    form: NewPassword,
    #[command(flatten)]
    pub target: Target,
}

/// A key file to be turned into PKCS#12.
#[derive(Args, Debug)]
pub struct ExportArguments {
    #[command(flatten)]
    file: KeyFileArguments,
    /// Further certificates for the file (PEM or DER)
    #[arg(long, value_name = "FILE")]
    cert: Vec<PathBuf>,
    /// The name that the key gets in the file, where there is one key
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The password of the new file: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    new_password: String,
    #[command(flatten)]
    form: NewPassword,
    #[command(flatten)]
    pub target: Target,
}

/// A delivered key.
#[derive(Args, Debug)]
pub struct ReceiveArguments {
    /// The SM2EnvelopedKey (DER, PEM or base64)
    #[arg(value_name = "FILE")]
    enveloped: PathBuf,
    /// The file with the signing key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The password of the signing key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    password: Option<String>,
    /// Encrypt the opened key with this password: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    new_password: Option<String>,
    #[command(flatten)]
    form: NewPassword,
    #[command(flatten)]
    pub target: Target,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Inspect(arguments) => arguments.json,
            Command::Import(arguments) => arguments.target.json,
            Command::Export(arguments) => arguments.target.json,
            Command::Receive(arguments) => arguments.target.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Inspect(arguments) => {
            Ok(output::value(&describe(&arguments.file.open()?)?, arguments.json))
        }
        Command::Import(arguments) => import(arguments),
        Command::Export(arguments) => export(arguments),
        Command::Receive(arguments) => receive(arguments),
    }
}

fn import(arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    let mut bundle = arguments.file.open()?;
    if let Some(name) = &arguments.name {
        let key = bundle.into_key(Some(name))?;
        bundle = KeyBundle::new();
        bundle.add(key, Some(name))?;
    }
    let password = secret::read_optional(arguments.new_password.as_deref(), "New password")?;
    let text = bundle.to_pem(password.as_deref(), arguments.form.protection()?)?;
    arguments.target.finish(text.as_bytes(), Secrecy::Secret, &describe(&bundle)?)
}

fn export(arguments: &ExportArguments) -> Result<ExitCode, Failure> {
    let mut bundle = arguments.file.open()?;
    if arguments.name.is_some() || !arguments.cert.is_empty() {
        let mut key = bundle.into_key(None)?;
        let mut certificates = key.certificates().to_vec();
        certificates.extend(trust::ders(&arguments.cert)?);
        key = key.with_certificates(certificates)?;
        bundle = KeyBundle::new();
        bundle.add(key, arguments.name.as_deref())?;
    }
    let password = secret::read(&arguments.new_password, "New password")?;
    let file = bundle.to_pkcs12(&password, arguments.form.protection()?)?;
    arguments.target.finish(&file, Secrecy::Secret, &describe(&bundle)?)
}

fn receive(arguments: &ReceiveArguments) -> Result<ExitCode, Failure> {
    let password = secret::read_optional(arguments.password.as_deref(), "Password of the key")?;
    let signing = SoftwareKey::from_bytes(&files::read(&arguments.key)?, password.as_deref())?;
    let enveloped = binary(files::read(&arguments.enveloped)?)?;
    let key = SoftwareKey::from_enveloped(&enveloped, &signing)?;
    let password = secret::read_optional(arguments.new_password.as_deref(), "New password")?;
    let mut bundle = KeyBundle::new();
    bundle.add(key, None)?;
    let text = bundle.to_pem(password.as_deref(), arguments.form.protection()?)?;
    arguments.target.finish(text.as_bytes(), Secrecy::Secret, &describe(&bundle)?)
}

/// The bytes of a file that is DER, one block of PEM or base64.
fn binary(bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    use base64::Engine;
    if let [block] = pem::blocks(&bytes)?.as_slice() {
        return Ok(block.der.clone());
    }
    let digits: Vec<u8> = bytes.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let decoded = base64::engine::general_purpose::STANDARD.decode(digits);
    Ok(decoded.unwrap_or(bytes))
}

/// What a key file holds, as a JSON value.
fn describe(bundle: &KeyBundle) -> Result<Value, Failure> {
    let certificates = |ders: &[Vec<u8>]| -> Result<Vec<Value>, Failure> {
        ders.iter().map(|der| Ok(cert::describe(&Certificate::from_der(der)?))).collect()
    };
    let mut keys = Vec::new();
    for key in bundle.keys() {
        let public = Signer::public_key(key.key());
        keys.push(json!({
            "name": key.name(),
            "algorithm": public.name(),
            "publicKey": pem::encode("PUBLIC KEY", &public.to_spki_der()),
            "certificates": certificates(key.key().certificates())?,
        }));
    }
    Ok(json!({
        "kind": "keyFile",
        "protection": bundle.protections(),
        "keys": keys,
        "otherCertificates": certificates(bundle.other_certificates())?,
    }))
}
