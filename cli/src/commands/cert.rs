//! `yinxin cert`: requests for certificates. Those who issue them are in `ca`.

mod describe;
mod request;

pub use describe::{describe, describe_crl, describe_ocsp, describe_request};
pub use request::ProfileArgument;

use crate::failure::Failure;
use clap::Subcommand;
use std::process::ExitCode;

/// What to make.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// A request for a certificate (PKCS#10), to be sent to an authority
    Request(request::RequestArguments),
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Request(arguments) => arguments.target.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Request(arguments) => request::request(arguments),
    }
}
