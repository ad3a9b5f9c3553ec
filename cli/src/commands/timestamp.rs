//! `yinxin timestamp`: requests, responses and tokens as files.

use super::seal::hex;
use super::tsa::AuthorityArguments;
use crate::failure::Failure;
use crate::files::Secrecy;
use crate::target::Target;
use crate::trust::TrustArguments;
use crate::{files, output};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::{Oid, Profile, oid};
use yinxin::timestamp::{Imprint, TimeStampRequest, TimeStampResponse, Token, check};

/// What to do with a time stamp.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a request for a time stamp over a file (application/timestamp-query)
    Request(RequestArguments),
    /// Answer a request with the key of a time stamp authority (application/timestamp-reply)
    Issue(Box<IssueArguments>),
    /// Check a token, or the answer that it came in
    Check(Box<CheckArguments>),
}

/// A request.
#[derive(Args, Debug)]
pub struct RequestArguments {
    /// The file to be stamped
    pub file: PathBuf,
    /// The hash function
    #[arg(long, value_enum, default_value_t)]
    digest: DigestArgument,
    /// The policy that is asked for, an object identifier; default: the authority's own
    #[arg(long, value_name = "OID")]
    policy: Option<String>,
    /// Leave out the nonce: an earlier answer to an equal request will do
    #[arg(long)]
    no_nonce: bool,
    /// Leave the authority's certificate out of the token
    #[arg(long)]
    no_certificates: bool,
    #[command(flatten)]
    pub target: Target,
}

/// The hash function of a request.
#[derive(ValueEnum, Debug, Clone, Copy, Default)]
pub enum DigestArgument {
    #[default]
    Sm3,
    Sha256,
    Sha384,
    Sha512,
}

impl DigestArgument {
    /// Its identifier.
    pub fn oid(self) -> Oid {
        match self {
            DigestArgument::Sm3 => oid::SM3,
            DigestArgument::Sha256 => oid::SHA256,
            DigestArgument::Sha384 => oid::SHA384,
            DigestArgument::Sha512 => oid::SHA512,
        }
    }
}

/// A request to answer.
#[derive(Args, Debug)]
pub struct IssueArguments {
    /// The request
    pub file: PathBuf,
    #[command(flatten)]
    authority: AuthorityArguments,
    #[command(flatten)]
    pub target: Target,
}

/// A token to check.
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// The token, or the answer of an authority
    pub file: PathBuf,
    /// The file that was stamped
    #[arg(long, value_name = "FILE")]
    document: PathBuf,
    /// The request, whose nonce and policy the token must have
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Request(arguments) => arguments.target.json,
            Command::Issue(arguments) => arguments.target.json,
            Command::Check(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Request(arguments) => request(arguments),
        Command::Issue(arguments) => issue(arguments),
        Command::Check(arguments) => check_token(arguments),
    }
}

/// What a token says of itself; nothing of it is checked here.
pub fn describe(token: &Token) -> Value {
    json!({
        "kind": "timeStamp",
        "time": token.gen_time().to_string(),
        "accuracy": token.accuracy().map(|accuracy| accuracy.to_string()),
        "policy": token.policy().to_string(),
        "digestAlgorithm": token.hash_algorithm().to_string(),
        "imprint": hex(token.imprint()),
        "serial": hex(token.serial()),
        "nonce": token.nonce().map(hex),
    })
}

/// What a token in a stamp or a seal says; of one that cannot be read, the length.
pub fn describe_bytes(token: &[u8]) -> Value {
    match Token::parse(token, Profile::AsFound) {
        Ok(token) => describe(&token),
        Err(_) => json!(token.len()),
    }
}

fn request(arguments: &RequestArguments) -> Result<ExitCode, Failure> {
    let algorithm = arguments.digest.oid();
    let imprint = Imprint::of(algorithm, &files::read(&arguments.file)?)?;
    let mut request = TimeStampRequest::new(imprint)?;
    if let Some(policy) = &arguments.policy {
        let policy = Oid::parse(policy)
            .ok_or_else(|| Failure::usage("--policy takes an object identifier"))?;
        request = request.with_policy(policy);
    }
    if arguments.no_nonce {
        request = request.without_nonce();
    }
    if arguments.no_certificates {
        request = request.without_certificates();
    }
    let value = json!({
        "kind": "timeStampRequest",
        "digestAlgorithm": algorithm.to_string(),
        "imprint": hex(request.imprint().digest()),
        "policy": request.policy().map(|policy| policy.to_string()),
        "nonce": request.nonce().map(hex),
        "certificates": request.wants_certificates(),
    });
    arguments.target.finish(request.as_der(), Secrecy::Public, &value)
}

fn issue(arguments: &IssueArguments) -> Result<ExitCode, Failure> {
    let authority = arguments.authority.load()?;
    let request = TimeStampRequest::from_der(&files::read(&arguments.file)?)?;
    let token = authority.issue(&request, arguments.authority.clock()?)?;
    let response = TimeStampResponse::granted(&token);
    let value = describe(&Token::parse(&token, Profile::Conforming)?);
    arguments.target.finish(response.as_der(), Secrecy::Public, &value)
}

fn check_token(arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    let (bytes, profile) = (files::read(&arguments.file)?, arguments.trust.profile());
    let response = TimeStampResponse::from_der(&bytes).ok();
    let token = response.as_ref().and_then(TimeStampResponse::token).unwrap_or(&bytes);
    let token = match &arguments.request {
        Some(path) => {
            let request = TimeStampRequest::from_der(&files::read(path)?)?;
            match &response {
                Some(response) => response.token_for(&request, profile)?,
                None => {
                    let token = Token::parse(token, profile)?;
                    request.require_answer(&token)?;
                    token
                }
            }
        }
        None => Token::parse(token, profile)?,
    };
    let document = files::read(&arguments.document)?;
    let trust = &arguments.trust;
    let report = check(&token, &document, &trust.load()?, trust.clock()?);
    Ok(output::report(&report, arguments.json))
}
