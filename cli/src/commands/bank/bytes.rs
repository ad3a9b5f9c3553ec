//! `yinxin bytes`: a bare signature beside a file.

use super::{BankSigner, ExpectedSigner, FormArgument};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::target::Target;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::error::{Code, Error};
use yinxin::key::Signer;
use yinxin::signature::{BytesSignature, sign_bytes, verify_bytes};

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Sign the bytes of a file
    Sign(Box<SignArguments>),
    /// Verify a signature over the bytes of a file
    Verify(Box<VerifyArguments>),
}

/// A file to sign.
#[derive(Args, Debug)]
pub struct SignArguments {
    /// The file to sign
    file: PathBuf,
    #[command(flatten)]
    signer: BankSigner,
    #[command(flatten)]
    value: ValueArguments,
    #[command(flatten)]
    target: Target,
}

/// A signature to verify.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// The file that was signed
    file: PathBuf,
    /// The signature
    #[arg(long, value_name = "FILE")]
    signature: PathBuf,
    #[command(flatten)]
    value: ValueArguments,
    #[command(flatten)]
    expected: ExpectedSigner,
}

/// How the value of a signature is written.
#[derive(Args, Debug)]
struct ValueArguments {
    /// How r and s are written
    #[arg(long, value_enum, default_value_t = FormArgument::Der)]
    form: FormArgument,
    /// How these bytes stand in the file of the signature
    #[arg(long, value_enum, default_value_t = Encoding::Binary)]
    encoding: Encoding,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// As they are.
    Binary,
    /// In hexadecimal digits.
    Hex,
    /// In base64.
    Base64,
}

impl Encoding {
    fn write(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Encoding::Binary => bytes,
            Encoding::Hex => crate::commands::seal::hex(&bytes).into_bytes(),
            Encoding::Base64 => STANDARD.encode(bytes).into_bytes(),
        }
    }

    /// White space around the digits is a matter of editors.
    fn read(self, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let wrong = |code, message: String| Failure::from(Error::new(code, "signature", message));
        let digits = bytes.trim_ascii();
        match self {
            Encoding::Binary => Ok(bytes),
            Encoding::Hex => hexadecimal(digits)
                .ok_or_else(|| wrong(Code::Value, "pairs of hexadecimal digits are due".into())),
            Encoding::Base64 => {
                STANDARD.decode(digits).map_err(|error| wrong(Code::Base64, error.to_string()))
            }
        }
    }
}

fn hexadecimal(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let octet = |pair: &[u8; 2]| u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok();
    pairs.iter().map(octet).collect()
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
    let (message, key) = (files::read(&arguments.file)?, arguments.signer.load()?);
    let ValueArguments { form, encoding } = arguments.value;
    let signature = sign_bytes(&message, form.into(), &key)?;
    let value = json!({
        "kind": "signature",
        "algorithm": key.algorithm().name(),
        "bytes": signature.len(),
    });
    arguments.target.finish(&encoding.write(signature), Secrecy::Public, &value)
}

fn verify(arguments: &VerifyArguments) -> Result<ExitCode, Failure> {
    let message = files::read(&arguments.file)?;
    let ValueArguments { form, encoding } = arguments.value;
    let signature = encoding.read(files::read(&arguments.signature)?)?;
    let (message, signature, form) = (&message[..], &signature[..], form.into());
    arguments.expected.judge(
        |key, user_id| verify_bytes(&BytesSignature { message, signature, form, user_id }, key),
        |verifier, user_id, certificate, moment| {
            let given = BytesSignature { message, signature, form, user_id };
            Ok(verifier.verify_bytes(&given, certificate, moment))
        },
    )
}
