//! `yinxin cms`: signed and encrypted messages.

mod describe;
mod encrypt;
mod sign;

pub use describe::{describe, describe_signed};

use crate::failure::Failure;
use crate::files;
use crate::output;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;

/// What to do with a message.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Sign a file
    Sign(sign::SignArguments),
    /// Sign a signed message too, beside those who did before
    Cosign(sign::CosignArguments),
    /// Sign the signature of a signer
    Countersign(sign::CountersignArguments),
    /// Verify a signed message
    Verify(sign::VerifyArguments),
    /// Encrypt a file for recipients
    Encrypt(encrypt::EncryptArguments),
    /// Decrypt a message
    Decrypt(encrypt::DecryptArguments),
    /// Show what a message holds; nothing of it is checked
    Inspect(InspectArguments),
}

/// A message to show.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The message
    file: PathBuf,
    /// Read only what the standards say
    #[arg(long)]
    conforming: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The standard whose form a message gets.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormArgument {
    /// GB/T 35275.
    Gm,
    /// RFC 5652.
    Rfc,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Sign(arguments) => arguments.target.json,
            Command::Cosign(arguments) => arguments.target.json,
            Command::Countersign(arguments) => arguments.target.json,
            Command::Verify(arguments) => arguments.json,
            Command::Encrypt(arguments) => arguments.target.json,
            Command::Decrypt(arguments) => arguments.target.json,
            Command::Inspect(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Sign(arguments) => sign::sign(arguments),
        Command::Cosign(arguments) => sign::cosign(arguments),
        Command::Countersign(arguments) => sign::countersign(arguments),
        Command::Verify(arguments) => sign::verify(arguments),
        Command::Encrypt(arguments) => encrypt::encrypt(arguments),
        Command::Decrypt(arguments) => encrypt::decrypt(arguments),
        Command::Inspect(arguments) => {
            let profile = if arguments.conforming { Profile::Conforming } else { Profile::AsFound };
            let value = describe(files::input(&arguments.file)?.into_seekable()?, profile)?;
            Ok(output::value(&value, arguments.json))
        }
    }
}
