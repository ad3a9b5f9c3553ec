//! `yinxin ca`: a small certificate authority in a folder, for tests and small installations.

mod answer;
mod folder;
mod init;
mod issue;
mod revoke;

pub(super) use issue::public_key;

use crate::failure::Failure;
use crate::{output, trust};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::Time;

/// What the authority is to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a folder with the key and certificate of an authority, and its books
    Init(Box<init::Arguments>),
    /// Issue a certificate; with an encryption certificate and its key beside it, if wished
    Issue(Box<issue::Arguments>),
    /// Revoke certificates; the next list and the next answers say so
    Revoke(revoke::Arguments),
    /// Issue a revocation list
    Crl(answer::AnswerArguments),
    /// Answer about certificates (OCSP response, in DER)
    Ocsp(Box<answer::OcspArguments>),
    /// Show what was issued and revoked
    List(ListArguments),
}

/// The folder of an authority, and how its key is opened.
#[derive(Args, Debug)]
pub(super) struct Place {
    /// The folder of the authority
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The password of its key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    password: Option<String>,
}

/// An authority to show.
#[derive(Args, Debug)]
pub struct ListArguments {
    /// The folder of the authority
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Init(arguments) => arguments.json,
            Command::Issue(arguments) => arguments.target.json,
            Command::Revoke(arguments) => arguments.json,
            Command::Crl(arguments) => arguments.target.json,
            Command::Ocsp(arguments) => arguments.answer.target.json,
            Command::List(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Init(arguments) => init::run(arguments),
        Command::Issue(arguments) => issue::run(arguments),
        Command::Revoke(arguments) => revoke::run(arguments),
        Command::Crl(arguments) => answer::crl(arguments),
        Command::Ocsp(arguments) => answer::ocsp(arguments),
        Command::List(arguments) => {
            let folder = folder::Folder::open(&arguments.folder)?;
            Ok(output::value(&folder.describe(), arguments.json))
        }
    }
}

/// From when and for how long.
#[derive(Args, Debug)]
pub(super) struct Validity {
    /// Start of validity, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Days of validity; default: 3650 of an authority, 365 of a certificate, 30 of an answer
    #[arg(long, value_name = "N")]
    days: Option<i64>,
}

impl Validity {
    /// The period, with this many days by default.
    fn period(&self, days: i64) -> Result<(Time, Time), Failure> {
        let from = match &self.from {
            Some(text) => trust::parse_time(text, "--from")?,
            None => trust::now()?,
        };
        let until = from.plus_days(self.days.unwrap_or(days)).filter(|until| *until > from);
        let until = until.ok_or_else(|| Failure::usage("--days takes a number of days from 1"))?;
        Ok((from, until))
    }
}
