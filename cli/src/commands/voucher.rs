//! `yinxin voucher`: payment vouchers in their envelopes.

mod act;
mod describe;
mod remote;
mod types;

pub use act::{catalogue, templates};
pub use describe::describe;
pub use remote::unhex;

use crate::failure::Failure;
use crate::trust::TrustArguments;
use crate::{files, output};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::signature::Verifier;
use yinxin::voucher::Authorisation;

/// What to do with vouchers.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Stamp every voucher of an envelope with a seal
    Stamp(Box<act::StampArguments>),
    /// Sign every voucher of an envelope
    Sign(Box<act::SignArguments>),
    /// Verify every voucher of an envelope and every act over it
    Verify(Box<VerifyArguments>),
    /// Show what an envelope holds
    Inspect(InspectArguments),
    /// Prepare acts whose key is elsewhere: what has to be signed goes into a request
    Prepare(Box<remote::PrepareArguments>),
    /// Complete a prepared act with the signatures that were made
    Complete(remote::CompleteArguments),
    /// Put time stamps into the acts at a position, later acts notwithstanding
    Timestamp(act::TimestampArguments),
    /// List the types of vouchers that are known, or show the fields and rules of one
    Types(types::TypesArguments),
}

/// An envelope to verify.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// The envelope (MOF XML)
    pub file: PathBuf,
    #[command(flatten)]
    books: BookArguments,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// What vouchers are held against.
#[derive(Args, Debug, Clone, Default)]
pub struct BookArguments {
    /// Which seals and signers are allowed where (JSON); without it the authority is not determined
    #[arg(long, value_name = "FILE")]
    authorisation: Option<PathBuf>,
    /// The positions of voucher types (JSON); default: the built-in ones
    #[arg(long, value_name = "FILE")]
    templates: Option<PathBuf>,
    /// The rules of voucher types (JSON); default: the built-in ones
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
}

/// An envelope to show.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The envelope (MOF XML)
    pub file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Stamp(arguments) => arguments.target.json,
            Command::Sign(arguments) => arguments.target.json,
            Command::Verify(arguments) => arguments.json,
            Command::Inspect(arguments) => arguments.json,
            Command::Prepare(arguments) => arguments.target.json,
            Command::Complete(arguments) => arguments.target.json,
            Command::Timestamp(arguments) => arguments.target.json,
            Command::Types(arguments) => arguments.json,
        }
    }
}

impl BookArguments {
    /// Who verifies by these and by this trust.
    pub fn verifier(&self, trust: &TrustArguments) -> Result<Verifier, Failure> {
        let verifier = Verifier::new(trust.load()?)
            .with_templates(act::templates(self.templates.as_deref())?)
            .with_catalogue(act::catalogue(self.catalogue.as_deref())?);
        Ok(match &self.authorisation {
            Some(path) => {
                verifier.with_authorisation(Authorisation::from_json(&files::read(path)?)?)
            }
            None => verifier,
        })
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Stamp(arguments) => act::stamp(arguments),
        Command::Sign(arguments) => act::sign(arguments),
        Command::Verify(arguments) => check(
            &files::read(&arguments.file)?,
            &arguments.books,
            &arguments.trust,
            arguments.json,
        ),
        Command::Inspect(arguments) => {
            Ok(output::value(&describe(&files::read(&arguments.file)?)?, arguments.json))
        }
        Command::Prepare(arguments) => remote::prepare(arguments),
        Command::Complete(arguments) => remote::complete(arguments),
        Command::Timestamp(arguments) => act::timestamp(arguments),
        Command::Types(arguments) => types::run(arguments),
    }
}

/// Verifies the bytes of an envelope and prints the report.
pub fn check(
    bytes: &[u8],
    books: &BookArguments,
    trust: &TrustArguments,
    json: bool,
) -> Result<ExitCode, Failure> {
    let report = books.verifier(trust)?.verify_voucher(bytes, &trust.moment()?)?;
    Ok(output::report(&report, json))
}
