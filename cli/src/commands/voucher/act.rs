//! `yinxin voucher stamp` and `sign`: acts with a key at hand.

use crate::failure::Failure;
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::tsa_client::{Client, TsaArguments};
use crate::{files, trust};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::seal::Seal;
use yinxin::signature::{self, Act};
use yinxin::timestamp::Token;
use yinxin::voucher::{Catalogue, Templates};

/// Whose act it is, and where.
#[derive(Args, Debug, Clone)]
pub struct ActArguments {
    /// The organisation that acts, by its code
    #[arg(long)]
    pub org: String,
    /// The role in which it acts
    #[arg(long)]
    pub role: String,
    /// The position on the voucher
    #[arg(long)]
    pub position: String,
    /// The time of the act, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// The positions of voucher types (JSON); default: the built-in ones
    #[arg(long, value_name = "FILE")]
    pub templates: Option<PathBuf>,
    /// The rules of voucher types (JSON); default: the built-in ones
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
}

/// What an act goes by.
pub struct Books {
    templates: Templates,
    catalogue: Catalogue,
}

impl ActArguments {
    /// The templates and the catalogue.
    pub fn books(&self) -> Result<Books, Failure> {
        Ok(Books {
            templates: templates(self.templates.as_deref())?,
            catalogue: catalogue(self.catalogue.as_deref())?,
        })
    }

    /// The act.
    pub fn act<'a>(&'a self, books: &'a Books) -> Result<Act<'a>, Failure> {
        let time = trust::time_or_now(self.at.as_deref(), "--at")?;
        Ok(Act::new(&self.org, &self.role, &self.position, time)
            .with_templates(&books.templates)
            .with_catalogue(&books.catalogue))
    }
}

/// The built-in templates, those of the file taking their places.
pub fn templates(path: Option<&Path>) -> Result<Templates, Failure> {
    let mut templates = Templates::built_in();
    if let Some(path) = path {
        templates.add(Templates::from_json(&files::read(path)?)?);
    }
    Ok(templates)
}

/// The built-in catalogue, the entries of the file taking their places.
pub fn catalogue(path: Option<&Path>) -> Result<Catalogue, Failure> {
    let mut catalogue = Catalogue::built_in();
    if let Some(path) = path {
        catalogue.add(Catalogue::from_json(&files::read(path)?)?);
    }
    Ok(catalogue)
}

/// An envelope to stamp.
#[derive(Args, Debug)]
pub struct StampArguments {
    /// The envelope (MOF XML)
    pub file: PathBuf,
    /// The seal (.esl)
    #[arg(long, value_name = "FILE")]
    seal: PathBuf,
    #[command(flatten)]
    signer: SignerArguments,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    tsa: TsaArguments,
    #[command(flatten)]
    pub target: Target,
}

/// An envelope to sign.
#[derive(Args, Debug)]
pub struct SignArguments {
    /// The envelope (MOF XML)
    pub file: PathBuf,
    #[command(flatten)]
    signer: SignerArguments,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    tsa: TsaArguments,
    #[command(flatten)]
    pub target: Target,
}

/// Stamps.
pub fn stamp(arguments: &StampArguments) -> Result<ExitCode, Failure> {
    let seal = Seal::parse(&files::read(&arguments.seal)?, Profile::Conforming)?;
    let signer = arguments.signer.load()?;
    let envelope = files::read(&arguments.file)?;
    let books = arguments.act.books()?;
    let act = arguments.act.act(&books)?;
    let done = signature::stamp_voucher(&envelope, &act, &seal, &signer)?;
    let done = time_stamp(done, act.position, arguments.tsa.client()?.as_ref())?;
    finish(&arguments.target, &done)
}

/// Signs.
pub fn sign(arguments: &SignArguments) -> Result<ExitCode, Failure> {
    let signer = arguments.signer.load()?;
    let envelope = files::read(&arguments.file)?;
    let books = arguments.act.books()?;
    let act = arguments.act.act(&books)?;
    let done = signature::sign_voucher(&envelope, &act, &signer)?;
    let done = time_stamp(done, act.position, arguments.tsa.client()?.as_ref())?;
    finish(&arguments.target, &done)
}

/// An envelope with time stamps.
#[derive(Args, Debug)]
pub struct TimestampArguments {
    /// The envelope (MOF XML)
    pub file: PathBuf,
    /// The position on the voucher whose acts are time stamped
    #[arg(long)]
    position: String,
    #[command(flatten)]
    tsa: TsaArguments,
    #[command(flatten)]
    pub target: Target,
}

/// Puts time stamps into acts that are there already.
pub fn timestamp(arguments: &TimestampArguments) -> Result<ExitCode, Failure> {
    let tsa = arguments.tsa.client()?;
    let tsa = tsa.ok_or_else(|| Failure::usage("the time stamp authority is needed: --tsa"))?;
    let envelope = files::read(&arguments.file)?;
    finish(&arguments.target, &time_stamp(envelope, &arguments.position, Some(&tsa))?)
}

/// The envelope with time stamps in the acts at this position, if an authority is there to ask.
pub fn time_stamp(
    envelope: Vec<u8>,
    position: &str,
    tsa: Option<&Client>,
) -> Result<Vec<u8>, Failure> {
    let Some(tsa) = tsa else { return Ok(envelope) };
    let requests = signature::voucher_time_stamp_requests(&envelope, position)?;
    let tokens = requests.iter().map(|request| tsa.ask(request)).collect::<Result<Vec<_>, _>>()?;
    let tokens: Vec<&[u8]> = tokens.iter().map(Token::as_der).collect();
    Ok(signature::time_stamp_voucher(&envelope, position, &tokens)?)
}

/// Writes an envelope and says where.
pub fn finish(target: &Target, bytes: &[u8]) -> Result<ExitCode, Failure> {
    let value = json!({ "written": target.out, "bytes": bytes.len() });
    target.finish(bytes, files::Secrecy::Public, &value)
}
