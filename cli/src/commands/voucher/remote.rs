//! `yinxin voucher prepare` and `complete`: acts whose key is elsewhere, in a UKey for example.
//!
//! The request file: `{"format":"yinxin:requests:1","requests":[{"voucher","request","sign",
//! "digest","userId"}]}`; `sign` are the bytes to be signed and `digest` the SM2 digest e of them,
//! both in hex, `request` is opaque (base64). The signature file is a JSON array of hex strings in
//! the same order, each DER or r and s side by side.

use super::act::{ActArguments, finish, time_stamp};
use crate::commands::seal::hex;
use crate::failure::Failure;
use crate::target::Target;
use crate::tsa_client::TsaArguments;
use crate::{files, trust};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error};
use yinxin::seal::Seal;
use yinxin::signature;
use yinxin::voucher::ActRequest;

const FORMAT: &str = "yinxin:requests:1";

/// An act to prepare.
#[derive(Args, Debug)]
pub struct PrepareArguments {
    /// The envelope (MOF XML)
    pub file: PathBuf,
    /// Prepare stamps with this seal (.esl); default: signatures
    #[arg(long, value_name = "FILE")]
    seal: Option<PathBuf>,
    /// The certificate of the key that will sign (PEM or DER)
    #[arg(long, value_name = "FILE")]
    cert: PathBuf,
    /// The SM2 user id of the signer, as text; default: 1234567812345678
    #[arg(long = "signer-id", value_name = "TEXT")]
    signer_id: Option<String>,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    pub target: Target,
}

/// A prepared act to complete.
#[derive(Args, Debug)]
pub struct CompleteArguments {
    /// The envelope that the act was prepared on
    pub file: PathBuf,
    /// The requests
    #[arg(long, value_name = "FILE")]
    requests: PathBuf,
    /// The signatures (JSON)
    #[arg(long, value_name = "FILE")]
    signatures: PathBuf,
    #[command(flatten)]
    tsa: TsaArguments,
    #[command(flatten)]
    pub target: Target,
}

/// Prepares.
pub fn prepare(arguments: &PrepareArguments) -> Result<ExitCode, Failure> {
    let seal = match &arguments.seal {
        Some(path) => Some(Seal::parse(&files::read(path)?, Profile::Conforming)?),
        None => None,
    };
    let certificate = trust::certificates(&arguments.cert)?.swap_remove(0);
    let user_id = match &arguments.signer_id {
        Some(id) => UserId::new(id.as_bytes())?,
        None => UserId::default(),
    };
    let books = arguments.act.books()?;
    let act = arguments.act.act(&books)?;
    let envelope = files::read(&arguments.file)?;
    let requests =
        signature::prepare_voucher(&envelope, &act, seal.as_ref(), &certificate, &user_id)?;
    let requests: Vec<Value> = requests.iter().map(describe).collect();
    let value = json!({ "format": FORMAT, "requests": requests });
    let text = format!("{value}\n");
    arguments.target.finish(text.as_bytes(), files::Secrecy::Public, &value)
}

fn describe(request: &ActRequest) -> Value {
    json!({
        "voucher": request.to_sign().id.to_string(),
        "request": STANDARD.encode(request.to_bytes()),
        "sign": hex(request.to_be_signed()),
        "digest": hex(&request.digest().0),
        "userId": String::from_utf8_lossy(request.user_id().as_bytes()),
    })
}

/// Completes.
pub fn complete(arguments: &CompleteArguments) -> Result<ExitCode, Failure> {
    let file = parse(&files::read(&arguments.requests)?, "requests")?;
    if file["format"] != FORMAT {
        return Err(malformed("requests", format!("the format is not {FORMAT}")));
    }
    let requests: Vec<ActRequest> =
        array(&file["requests"], "requests")?.iter().map(request).collect::<Result<_, _>>()?;
    let signatures = parse(&files::read(&arguments.signatures)?, "signatures")?;
    let signatures: Vec<Vec<u8>> = array(&signatures, "signatures")?
        .iter()
        .map(|value| value.as_str().and_then(unhex))
        .collect::<Option<_>>()
        .ok_or_else(|| malformed("signatures", "a signature is not hex".to_owned()))?;
    let signatures: Vec<&[u8]> = signatures.iter().map(Vec::as_slice).collect();
    let envelope = files::read(&arguments.file)?;
    let mut done = signature::complete_voucher(&envelope, &requests, &signatures)?;
    if let Some(first) = requests.first() {
        // What was prepared together is at one position.
        let position = &first.to_sign().position;
        done = time_stamp(done, position, arguments.tsa.client()?.as_ref())?;
    }
    finish(&arguments.target, &done)
}

fn request(value: &Value) -> Result<ActRequest, Failure> {
    let bytes = value["request"].as_str().and_then(|text| STANDARD.decode(text).ok());
    let bytes = bytes.ok_or_else(|| malformed("requests", "a request is not base64".to_owned()))?;
    Ok(ActRequest::from_bytes(&bytes)?)
}

fn parse(bytes: &[u8], structure: &'static str) -> Result<Value, Failure> {
    serde_json::from_slice(bytes).map_err(|error| malformed(structure, error.to_string()))
}

fn array<'v>(value: &'v Value, structure: &'static str) -> Result<&'v Vec<Value>, Failure> {
    value.as_array().ok_or_else(|| malformed(structure, "an array is missing".to_owned()))
}

fn malformed(structure: &'static str, message: String) -> Failure {
    Error::new(Code::Json, structure, message).into()
}

/// The bytes of hexadecimal digits.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
