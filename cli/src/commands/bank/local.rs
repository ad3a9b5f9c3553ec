//! `yinxin local`: tags under a key of two halves, between a business system and the control.

use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::target::Target;
use crate::{output, secret};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use yinxin::error::{Code, Error};
use yinxin::key::{AuthenticationTag, Direction, LocalAuthentication, TwoPartKey};

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a half of a key, for one person
    Half(HalfArguments),
    /// Make the tag of a message
    Tag(TagArguments),
    /// Check the tag of a message
    Check(CheckArguments),
}

/// Where the half goes.
#[derive(Args, Debug)]
pub struct HalfArguments {
    #[command(flatten)]
    target: Target,
}

/// A message to authenticate.
#[derive(Args, Debug)]
pub struct TagArguments {
    #[command(flatten)]
    message: MessageArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// How the tag is written
    #[arg(long, value_enum, default_value_t = Encoding::Hex)]
    encoding: Encoding,
    #[command(flatten)]
    target: Target,
}

/// A tag to check.
#[derive(Args, Debug)]
pub struct CheckArguments {
    #[command(flatten)]
    message: MessageArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// The tag, in hexadecimal digits or base64
    #[arg(long, value_name = "FILE")]
    tag: PathBuf,
    /// The name of a second key that is accepted while both sides change to the next one
    #[arg(long, value_name = "NAME", requires_all = ["other_first", "other_second"])]
    other_key_id: Option<String>,
    /// The first half of that key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE", requires = "other_key_id")]
    other_first: Option<String>,
    /// The second half of that key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE", requires = "other_key_id")]
    other_second: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A message, which way it goes, and its number.
#[derive(Args, Debug)]
struct MessageArguments {
    /// The message
    file: PathBuf,
    /// Which way it goes
    #[arg(long, value_enum)]
    direction: DirectionArgument,
    /// Its number in that direction; the receiver takes no number twice
    #[arg(long, value_name = "N")]
    sequence: u64,
}

/// The key that both sides have.
#[derive(Args, Debug)]
struct KeyArguments {
    /// The name that both sides give the key
    #[arg(long, value_name = "NAME")]
    key_id: String,
    /// The half of one person, 16 characters: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    first: String,
    /// The half of the other person: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    second: String,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum DirectionArgument {
    /// From the business system to the control.
    ToControl,
    /// From the control to the business system.
    FromControl,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Encoding {
    /// In 64 hexadecimal digits.
    Hex,
    /// In base64.
    Base64,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Half(arguments) => arguments.target.json,
            Command::Tag(arguments) => arguments.target.json,
            Command::Check(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Half(arguments) => {
            let half = TwoPartKey::new_half()?;
            let line = [half.as_bytes(), b"\n"].concat();
            arguments.target.finish(&line, Secrecy::Secret, &json!({ "kind": "half" }))
        }
        Command::Tag(arguments) => tag(arguments),
        Command::Check(arguments) => check(arguments),
    }
}

fn tag(arguments: &TagArguments) -> Result<ExitCode, Failure> {
    let MessageArguments { file, direction, sequence } = &arguments.message;
    let message = files::read(file)?;
    let local = LocalAuthentication::new(Arc::new(arguments.key.load()?));
    let tag = local.authenticate((*direction).into(), *sequence, &message)?;
    let text = match arguments.encoding {
        Encoding::Hex => tag.to_hex(),
        Encoding::Base64 => tag.to_base64(),
    };
    let value = json!({ "kind": "tag", "key": local.key_id(), "sequence": sequence, "tag": text });
    arguments.target.finish(format!("{text}\n").as_bytes(), Secrecy::Public, &value)
}

fn check(arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    let MessageArguments { file, direction, sequence } = &arguments.message;
    let (message, text) = (files::read(file)?, files::read(&arguments.tag)?);
    let text = std::str::from_utf8(text.trim_ascii())
        .map_err(|_| Error::new(Code::Text, "tag", "it is not text"))?;
    let tag = AuthenticationTag::from_text(text)?;
    let mut local = LocalAuthentication::new(Arc::new(arguments.key.load()?));
    if let (Some(id), Some(first), Some(second)) =
        (&arguments.other_key_id, &arguments.other_first, &arguments.other_second)
    {
        local = local.accepting(Arc::new(two_part(id, first, second)?))?;
    }
    match local.check((*direction).into(), *sequence, &message, &tag) {
        Ok(id) => {
            let value = json!({ "kind": "tag", "good": true, "key": id });
            Ok(output::value(&value, arguments.json))
        }
        Err(error) if error.code() == Code::BadSignature => {
            output::value(&json!({ "kind": "tag", "good": false }), arguments.json);
            Ok(ExitCode::from(1))
        }
        Err(error) => Err(error.into()),
    }
}

impl KeyArguments {
    fn load(&self) -> Result<TwoPartKey, Failure> {
        two_part(&self.key_id, &self.first, &self.second)
    }
}

fn two_part(id: &str, first: &str, second: &str) -> Result<TwoPartKey, Failure> {
    let first = secret::read(first, "First half")?;
    let second = secret::read(second, "Second half")?;
    Ok(TwoPartKey::new(id, &first, &second)?)
}

impl From<DirectionArgument> for Direction {
    fn from(direction: DirectionArgument) -> Self {
        match direction {
            DirectionArgument::ToControl => Direction::ToControl,
            DirectionArgument::FromControl => Direction::FromControl,
        }
    }
}
