//! `yinxin stamp`: stamps over plain files, outside of any document format.

use crate::commands::seal::{certificate, describe as describe_seal, hex, notes};
use crate::commands::{evidence, timestamp};
use crate::failure::Failure;
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::trust::{self, TrustArguments};
use crate::tsa_client::TsaArguments;
use crate::{files, output};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::crypto::sm3;
use yinxin::evidence::Covered;
use yinxin::seal::{Expected, Seal, Stamp, StampRequest, check_stamp};

/// What to do with a stamp.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Stamp a file: the stamp (SES_Signature) is written beside it
    Make(MakeArguments),
    /// Verify a stamp over a file
    Verify(VerifyArguments),
    /// Show what a stamp holds
    Inspect(InspectArguments),
}

/// A file to stamp.
#[derive(Args, Debug)]
pub struct MakeArguments {
    /// The file to stamp
    pub file: PathBuf,
    /// The seal (.esl)
    #[arg(long, value_name = "FILE")]
    seal: PathBuf,
    #[command(flatten)]
    signer: SignerArguments,
    /// What the stamp protects, in ASCII (propertyInfo)
    #[arg(long, default_value = "")]
    property: String,
    /// The signing time, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    tsa: TsaArguments,
    #[command(flatten)]
    pub target: Target,
}

/// A stamp to verify.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// The stamp (.dat)
    pub file: PathBuf,
    /// The file that was stamped
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// What the stamp must say that it protects (propertyInfo)
    #[arg(long)]
    property: Option<String>,
    /// Long-term evidence about the stamp and its document
    #[arg(long, value_name = "FILE", requires = "document", conflicts_with = "received")]
    evidence: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A stamp to show.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The stamp (.dat)
    pub file: PathBuf,
    /// Read only what the standards say
    #[arg(long)]
    conforming: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Make(arguments) => arguments.target.json,
            Command::Verify(arguments) => arguments.json,
            Command::Inspect(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Make(arguments) => make(arguments),
        Command::Verify(arguments) => verify(arguments),
        Command::Inspect(arguments) => {
            let profile = if arguments.conforming { Profile::Conforming } else { Profile::AsFound };
            let stamp = Stamp::parse(&files::read(&arguments.file)?, profile)?;
            Ok(output::value(&describe(&stamp), arguments.json))
        }
    }
}

/// What a stamp says of itself; nothing of it is checked here.
pub fn describe(stamp: &Stamp) -> Value {
    json!({
        "kind": "stamp",
        "version": stamp.version().name(),
        "time": stamp.time().to_string(),
        "propertyInfo": stamp.property_info(),
        "dataHash": hex(stamp.data_hash()),
        "signer": certificate(stamp.signer_certificate()),
        "timeStamp": stamp.timestamp_token().map(timestamp::describe_bytes),
        "notes": notes(stamp.notes()),
        "seal": describe_seal(stamp.seal()),
    })
}

fn make(arguments: &MakeArguments) -> Result<ExitCode, Failure> {
    let seal = Seal::parse(&files::read(&arguments.seal)?, Profile::Conforming)?;
    let (signer, tsa) = (arguments.signer.load()?, arguments.tsa.client()?);
    let time = trust::time_or_now(arguments.at.as_deref(), "--at")?;
    let data_hash = sm3::digest(&files::read(&arguments.file)?);
    let request = StampRequest {
        seal: &seal,
        data_hash,
        property: &arguments.property,
        time,
        extensions: &[],
    };
    let mut stamp = yinxin::seal::stamp(&request, &signer)?;
    if let Some(tsa) = tsa {
        stamp = stamp.with_time_stamp(&tsa.ask(&stamp.time_stamp_request()?)?)?;
    }
    arguments.target.finish(stamp.as_bytes(), files::Secrecy::Public, &describe(&stamp))
}

fn verify(arguments: &VerifyArguments) -> Result<ExitCode, Failure> {
    let bytes = files::read(&arguments.file)?;
    let document = arguments.document.as_deref().map(files::read).transpose()?;
    let property = arguments.property.as_deref();
    if let (Some(path), Some(document)) = (&arguments.evidence, &document) {
        let covered = Covered { signature: &bytes, documents: &[document] };
        let (evidence, trust) = (files::read(path)?, &arguments.trust);
        return evidence::check(&evidence, &covered, property, trust, arguments.json);
    }
    check(&bytes, document.as_deref(), property, &arguments.trust, arguments.json)
}

/// Checks the bytes of a stamp and prints the report.
pub fn check(
    bytes: &[u8],
    document: Option<&[u8]>,
    property: Option<&str>,
    trust: &TrustArguments,
    json: bool,
) -> Result<ExitCode, Failure> {
    let stamp = Stamp::parse(bytes, trust.profile())?;
    let digest = document.map(sm3::digest);
    let expected = Expected { data_hash: digest.as_ref(), property };
    let report = check_stamp(&stamp, &expected, &trust.load()?, &trust.moment()?);
    Ok(output::report(&report, json))
}
