//! `yinxin seal`: electronic seals.

mod inspect;
mod make;
mod states;

pub use inspect::{certificate, describe, hex, notes};

use crate::failure::Failure;
use crate::trust::TrustArguments;
use crate::{files, output};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::seal::{Seal, check_seal};

/// What to do with a seal.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a seal
    Make(Box<make::Arguments>),
    /// Check a seal: its signature, its maker, its dates
    Check(Box<CheckArguments>),
    /// Show what a seal holds
    Inspect(InspectArguments),
    /// Make, check and inspect lists of the states of seals
    #[command(subcommand)]
    States(states::Command),
}

/// A seal to check.
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// The seal (.esl)
    pub file: PathBuf,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A seal to show.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The seal (.esl)
    pub file: PathBuf,
    /// Write the picture to this file
    #[arg(long, value_name = "FILE")]
    pub picture: Option<PathBuf>,
    /// Overwrite existing files
    #[arg(long)]
    pub force: bool,
    /// Read only what the standards say
    #[arg(long)]
    pub conforming: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Make(arguments) => arguments.target.json,
            Command::Check(arguments) => arguments.json,
            Command::Inspect(arguments) => arguments.json,
            Command::States(command) => command.wants_json(),
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Make(arguments) => make::run(arguments),
        Command::Check(arguments) => {
            check(&files::read(&arguments.file)?, &arguments.trust, arguments.json)
        }
        Command::Inspect(arguments) => show(arguments),
        Command::States(command) => states::run(command),
    }
}

/// Checks the bytes of a seal and prints the report.
pub fn check(bytes: &[u8], trust: &TrustArguments, json: bool) -> Result<ExitCode, Failure> {
    let seal = Seal::parse(bytes, trust.profile())?;
    let report = check_seal(&seal, &trust.load()?, &trust.moment()?);
    Ok(output::report(&report, json))
}

fn show(arguments: &InspectArguments) -> Result<ExitCode, Failure> {
    let profile = if arguments.conforming { Profile::Conforming } else { Profile::AsFound };
    let seal = Seal::parse(&files::read(&arguments.file)?, profile)?;
    if let Some(path) = &arguments.picture {
        let secrecy = files::Secrecy::Public;
        files::write(path, seal.picture().data, secrecy, arguments.force)?;
    }
    Ok(output::value(&describe(&seal), arguments.json))
}
