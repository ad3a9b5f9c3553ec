//! `yinxin ofd`: documents (GB/T 33190).

mod places;
mod remote;
mod stamp;
mod verify;

use crate::failure::Failure;
use clap::Subcommand;
use std::process::ExitCode;

/// What to do with a document.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Stamp a document: on pages, or across their edges (骑缝章)
    Stamp(stamp::StampArguments),
    /// Sign a document, without a seal (GB/T 35275)
    Sign(stamp::SignArguments),
    /// Verify every signature of a document, and what they protect
    Verify(verify::VerifyArguments),
    /// Prepare a stamp or signature whose key is elsewhere
    Prepare(remote::PrepareArguments),
    /// Put in the signature that was prepared
    Complete(remote::CompleteArguments),
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Stamp(arguments) => arguments.target.json,
            Command::Sign(arguments) => arguments.target.json,
            Command::Verify(arguments) => arguments.json,
            Command::Prepare(arguments) => arguments.target.json,
            Command::Complete(arguments) => arguments.target.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Stamp(arguments) => stamp::stamp(arguments),
        Command::Sign(arguments) => stamp::sign(arguments),
        Command::Verify(arguments) => verify::verify(arguments),
        Command::Prepare(arguments) => remote::prepare(arguments),
        Command::Complete(arguments) => remote::complete(arguments),
    }
}
