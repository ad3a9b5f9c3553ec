//! `yinxin tsa`: a time stamp authority of one's own, for tests and small installations.

mod authority;
mod http;
mod serve;

pub use authority::AuthorityArguments;

use crate::failure::Failure;
use clap::Subcommand;
use std::process::ExitCode;

/// What the authority does.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Answer requests for time stamps over HTTP until stopped
    Serve(Box<serve::Arguments>),
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(arguments) => serve::run(arguments),
    }
}
