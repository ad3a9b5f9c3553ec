//! Signing messages, and verifying them.

use super::FormArgument;
use super::describe::{describe, describe_signed};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::output;
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::trust::{self, TrustArguments};
use clap::Args;
use std::io::Seek;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::Time;
use yinxin::asn1::{Profile, oid};
use yinxin::cert::Crl;
use yinxin::cms::{SignedData, SigningTerms};
use yinxin::error::{Code, Error};

/// A file to sign.
#[derive(Args, Debug)]
pub struct SignArguments {
    /// The file to sign; - is standard input, of which an attached message is BER with lengths left open
    file: PathBuf,
    #[command(flatten)]
    signer: SignerArguments,
    /// The form of the message
    #[arg(long, value_enum, default_value_t = FormArgument::Gm)]
    form: FormArgument,
    /// Leave the file out of the message
    #[arg(long)]
    detached: bool,
    /// A revocation list to put into the message (PEM or DER)
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
    #[command(flatten)]
    time: SigningTime,
    #[command(flatten)]
    pub target: Target,
}

/// The signing time that a signer states.
#[derive(Args, Debug)]
struct SigningTime {
    /// The signing time that is stated, in RFC 3339; default: now
    #[arg(long, value_name = "TIME", conflicts_with = "no_time")]
    at: Option<String>,
    /// State no signing time
    #[arg(long)]
    no_time: bool,
}

impl SigningTime {
    fn get(&self) -> Result<Option<Time>, Failure> {
        match &self.at {
            Some(text) => trust::parse_time(text, "--at").map(Some),
            None if self.no_time => Ok(None),
            None => trust::now().map(Some),
        }
    }
}

/// A message to be signed by one more.
#[derive(Args, Debug)]
pub struct CosignArguments {
    /// The signed message
    message: PathBuf,
    /// The file that was signed, if the message does not hold it
    #[arg(long, value_name = "FILE")]
    content: Option<PathBuf>,
    #[command(flatten)]
    signer: SignerArguments,
    #[command(flatten)]
    time: SigningTime,
    #[command(flatten)]
    pub target: Target,
}

/// A message of which a signature is to be signed.
#[derive(Args, Debug)]
pub struct CountersignArguments {
    /// The signed message
    message: PathBuf,
    /// Which signer, from 0, in the order that inspect shows
    #[arg(long, value_name = "N", default_value_t = 0)]
    number: usize,
    #[command(flatten)]
    signer: SignerArguments,
    #[command(flatten)]
    time: SigningTime,
    #[command(flatten)]
    pub target: Target,
}

/// A message to verify.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// The signed message
    message: PathBuf,
    /// The file that was signed, if the message does not hold it
    #[arg(long, value_name = "FILE")]
    content: Option<PathBuf>,
    /// Where the content goes if the message is valid
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `cms sign`.
pub fn sign(arguments: &SignArguments) -> Result<ExitCode, Failure> {
    let gm = arguments.form == FormArgument::Gm;
    let mut crls = Vec::new();
    for path in &arguments.crl {
        crls.push(Crl::from_bytes(&files::read(path)?)?.as_der().to_vec());
    }
    let terms = SigningTerms {
        content_type: if gm { oid::GM_DATA } else { oid::CMS_DATA },
        gm,
        signing_time: arguments.time.get()?,
        certificates: true,
        detached: arguments.detached,
        crls: &crls,
    };
    let signer = arguments.signer.load()?;
    let (content, made) =
        (files::input(&arguments.file)?, arguments.target.private(Secrecy::Public)?);
    let mut made = yinxin_files::cms::sign(&[&signer], &terms, content, made)?;
    made.rewind().map_err(|error| Error::new(Code::Read, "--out", error.to_string()))?;
    let value = describe(&mut made, Profile::Conforming)?;
    arguments.target.publish(made, &value)
}

/// `cms cosign`.
pub fn cosign(arguments: &CosignArguments) -> Result<ExitCode, Failure> {
    let message = files::read(&arguments.message)?;
    let content = arguments.content.as_deref().map(files::read).transpose()?;
    let (signer, time) = (arguments.signer.load()?, arguments.time.get()?);
    let made = SignedData::with_signer(&message, &signer, content.as_deref(), time)?;
    finish(&arguments.target, &made)
}

/// `cms countersign`.
pub fn countersign(arguments: &CountersignArguments) -> Result<ExitCode, Failure> {
    let message = files::read(&arguments.message)?;
    let (signer, time) = (arguments.signer.load()?, arguments.time.get()?);
    let made = SignedData::countersigned(&message, arguments.number, &signer, time)?;
    finish(&arguments.target, &made)
}

fn finish(target: &Target, message: &[u8]) -> Result<ExitCode, Failure> {
    let value = describe_signed(&SignedData::parse(message, Profile::Conforming)?);
    target.finish(message, Secrecy::Public, &value)
}

/// `cms verify`.
pub fn verify(arguments: &VerifyArguments) -> Result<ExitCode, Failure> {
    let message = files::input(&arguments.message)?;
    let beside = arguments.content.as_deref().map(files::input).transpose()?;
    let (trust, moment) = (arguments.trust.load()?, arguments.trust.moment()?);
    let private = |out: &PathBuf| files::private(out, Secrecy::Public, arguments.force);
    let out = arguments.out.as_ref().map(private).transpose()?;
    let report = yinxin_files::cms::verify(message, beside, out, &trust, &moment)?;
    Ok(output::report(&report, arguments.json))
}
