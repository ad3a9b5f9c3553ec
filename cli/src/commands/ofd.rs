//! `yinxin ofd`: documents (GB/T 33190).

mod extract;
mod inspect;
mod make;
mod places;
mod remote;
mod sheet;
mod stamp;
mod verify;

pub use inspect::describe;
pub use verify::check;

use crate::failure::Failure;
use clap::Subcommand;
use std::process::ExitCode;

/// What to do with a document.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a document from a description, from plain text, or from a voucher
    Make(Box<make::MakeArguments>),
    /// Stamp a document: on pages, or across their edges (骑缝章)
    Stamp(stamp::StampArguments),
    /// Sign a document, without a seal (GB/T 35275)
    Sign(stamp::SignArguments),
    /// Verify every signature of a document, and what they protect
    Verify(verify::VerifyArguments),
    /// Show what a document holds, and what its signatures say of themselves
    Inspect(inspect::InspectArguments),
    /// Prepare a stamp or signature whose key is elsewhere
    Prepare(remote::PrepareArguments),
    /// Put in the signature that was prepared
    Complete(remote::CompleteArguments),
    /// Take attachments, words and pictures of seals out of a document
    Extract(extract::ExtractArguments),
    /// See whether the pages of a voucher's sheet are those of the voucher attached
    Sheet(sheet::SheetArguments),
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Make(arguments) => arguments.target.json,
            Command::Stamp(arguments) => arguments.target.json,
            Command::Sign(arguments) => arguments.target.json,
            Command::Verify(arguments) => arguments.json,
            Command::Inspect(arguments) => arguments.json,
            Command::Prepare(arguments) => arguments.target.json,
            Command::Complete(arguments) => arguments.target.json,
            Command::Extract(arguments) => arguments.json,
            Command::Sheet(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Make(arguments) => make::make(arguments),
        Command::Stamp(arguments) => stamp::stamp(arguments),
        Command::Sign(arguments) => stamp::sign(arguments),
        Command::Verify(arguments) => verify::verify(arguments),
        Command::Inspect(arguments) => inspect::inspect(arguments),
        Command::Prepare(arguments) => remote::prepare(arguments),
        Command::Complete(arguments) => remote::complete(arguments),
        Command::Extract(arguments) => extract::extract(arguments),
        Command::Sheet(arguments) => sheet::sheet(arguments),
    }
}
