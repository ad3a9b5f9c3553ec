//! `yinxin cert`: requests, and certificates and revocation answers for testing.

mod answer;
mod describe;
mod issue;

pub use describe::{describe, describe_crl, describe_ocsp, describe_request};

use crate::failure::Failure;
use clap::Subcommand;
use std::process::ExitCode;

/// What to make.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// A request for a certificate (PKCS#10), to be sent to an authority
    Request(issue::RequestArguments),
    /// A root of trust of one's own
    Root(issue::RootArguments),
    /// A certificate under a root or an authority
    Issue(Box<issue::IssueArguments>),
    /// A revocation list
    Crl(Box<answer::AnswerArguments>),
    /// An OCSP response, in DER
    Ocsp(Box<answer::OcspArguments>),
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Request(arguments) => arguments.target.json,
            Command::Root(arguments) => arguments.target.json,
            Command::Issue(arguments) => arguments.target.json,
            Command::Crl(arguments) => arguments.target.json,
            Command::Ocsp(arguments) => arguments.answer.target.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Request(arguments) => issue::request(arguments),
        Command::Root(arguments) => issue::root(arguments),
        Command::Issue(arguments) => issue::issue(arguments),
        Command::Crl(arguments) => answer::crl(arguments),
        Command::Ocsp(arguments) => answer::ocsp(arguments),
    }
}
