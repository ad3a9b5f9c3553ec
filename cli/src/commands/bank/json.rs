//! `yinxin json`: requests of banks, with the signature inside.

use super::{BankSigner, ExpectedSigner, FormArgument};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::target::Target;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::key::Signer;
use yinxin::signature::{BankJson, sign_json, verify_json};

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Sign a request: the signature takes the place of the placeholder
    Sign(Box<SignArguments>),
    /// Verify a signed request
    Verify(Box<VerifyArguments>),
}

/// A request to sign.
#[derive(Args, Debug)]
pub struct SignArguments {
    /// The request, with the placeholder in the place of the signature
    file: PathBuf,
    #[command(flatten)]
    signer: BankSigner,
    #[command(flatten)]
    style: StyleArguments,
    #[command(flatten)]
    target: Target,
}

/// A request to verify.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// The signed request
    file: PathBuf,
    #[command(flatten)]
    style: StyleArguments,
    #[command(flatten)]
    expected: ExpectedSigner,
}

/// Where the signature stands.
#[derive(Args, Debug)]
struct StyleArguments {
    /// The member of the request that holds the signature
    #[arg(long, value_name = "NAME", default_value_t = BankJson::default().object().to_owned())]
    object: String,
    /// The member of that object that is the signature
    #[arg(long, value_name = "NAME", default_value_t = BankJson::default().value().to_owned())]
    value: String,
    /// What stands in its place while it is made
    #[arg(
        long,
        value_name = "TEXT",
        default_value_t = BankJson::default().placeholder().to_owned()
    )]
    placeholder: String,
    /// How r and s are written, before base64
    #[arg(long, value_enum, default_value_t = FormArgument::Raw)]
    form: FormArgument,
}

impl StyleArguments {
    fn style(&self) -> yinxin::Result<BankJson> {
        BankJson::new(&self.object, &self.value, &self.placeholder, self.form.into())
    }
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Sign(arguments) => arguments.target.json,
            Command::Verify(arguments) => arguments.expected.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Sign(arguments) => sign(arguments),
        Command::Verify(arguments) => verify(arguments),
    }
}

fn sign(arguments: &SignArguments) -> Result<ExitCode, Failure> {
    let (text, style) = (files::read(&arguments.file)?, arguments.style.style()?);
    let key = arguments.signer.load()?;
    let signed = sign_json(&text, &style, &key)?;
    let value = json!({
        "kind": "signedRequest",
        "algorithm": key.algorithm().name(),
        "bytes": signed.len(),
    });
    arguments.target.finish(&signed, Secrecy::Public, &value)
}

fn verify(arguments: &VerifyArguments) -> Result<ExitCode, Failure> {
    let (text, style) = (files::read(&arguments.file)?, arguments.style.style()?);
    arguments.expected.judge(
        |key, user_id| verify_json(&text, &style, key, user_id),
        |verifier, user_id, certificate, moment| {
            verifier.verify_json(&text, &style, user_id, certificate, moment)
        },
    )
}
