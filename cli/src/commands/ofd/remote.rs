//! `yinxin ofd prepare` and `complete`: documents whose key is elsewhere, in a UKey for example.
//!
//! The request file: `{"format":"yinxin:ofd-request:1","request","sign","digest","userId"}`; `sign`
//! are the bytes to be signed and `digest` the SM2 digest e of them, both in hex, `request` is opaque
//! (base64). The signature is hex, DER or r and s side by side.

use super::places::PlaceArguments;
use super::stamp::{DocumentArguments, finish, threads};
use crate::commands::seal::hex;
use crate::commands::voucher::unhex;
use crate::failure::Failure;
use crate::files::{self, Secrecy, Source};
use crate::target::Target;
use crate::trust;
use crate::tsa_client::TsaArguments;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::container::ofd::Package;
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error};
use yinxin::seal::Seal;
use yinxin::signature::{OfdRequest, OfdSigningRequest, prepare_ofd};

const FORMAT: &str = "yinxin:ofd-request:1";

/// A document to prepare.
#[derive(Args, Debug)]
pub struct PrepareArguments {
    /// The document (.ofd)
    pub file: PathBuf,
    /// Prepare a stamp with this seal (.esl); default: a signature
    #[arg(long, value_name = "FILE")]
    seal: Option<PathBuf>,
    #[command(flatten)]
    places: PlaceArguments,
    #[command(flatten)]
    document: DocumentArguments,
    /// The certificate of the key that will sign (PEM or DER)
    #[arg(long, value_name = "FILE")]
    cert: PathBuf,
    /// The SM2 user id of the signer, as text; default: 1234567812345678
    #[arg(long = "signer-id", value_name = "TEXT")]
    signer_id: Option<String>,
    #[command(flatten)]
    pub target: Target,
}

/// A prepared document to complete.
#[derive(Args, Debug)]
pub struct CompleteArguments {
    /// The document that the request was prepared on
    pub file: PathBuf,
    /// The request
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// The signature, in hex
    #[arg(long, value_name = "FILE")]
    signature: PathBuf,
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
    let (placements, time) = (arguments.places.placements()?, arguments.document.time()?);
    let request = match &seal {
        Some(seal) => OfdRequest::stamp(seal, &placements, time),
        None if !placements.is_empty() => {
            return Err(Failure::usage("places are those of a seal: --seal names it"));
        }
        None => OfdRequest::sign(time),
    };
    let request = arguments.document.finish(request)?;
    let source = Source::open(&arguments.file)?;
    let package = Package::open(&source, arguments.document.profile())?;
    let request = prepare_ofd(&package, &request, &certificate, &user_id, threads())?;
    let value = json!({
        "format": FORMAT,
        "signature": request.path().as_str(),
        "sign": hex(request.to_be_signed()),
        "digest": hex(&request.digest().0),
        "userId": String::from_utf8_lossy(request.user_id().as_bytes()),
        "request": STANDARD.encode(request.to_bytes()),
    });
    arguments.target.finish(format!("{value}\n").as_bytes(), Secrecy::Public, &value)
}

/// Completes.
pub fn complete(arguments: &CompleteArguments) -> Result<ExitCode, Failure> {
    let malformed = |structure: &'static str, message: String| -> Failure {
        Error::new(Code::Json, structure, message).into()
    };
    let file: Value = serde_json::from_slice(&files::read(&arguments.request)?)
        .map_err(|error| malformed("request", error.to_string()))?;
    if file["format"] != FORMAT {
        return Err(malformed("request", format!("the format is not {FORMAT}")));
    }
    let bytes = file["request"].as_str().and_then(|text| STANDARD.decode(text).ok());
    let bytes = bytes.ok_or_else(|| malformed("request", "it is not base64".to_owned()))?;
    let request = OfdSigningRequest::from_bytes(&bytes)?;
    let signature = files::read(&arguments.signature)?;
    let signature = String::from_utf8_lossy(&signature);
    let signature = unhex(signature.trim())
        .ok_or_else(|| Failure::from(Error::new(Code::Value, "signature", "it is not hex")))?;
    let source = Source::open(&arguments.file)?;
    let package = Package::open(&source, Profile::AsFound)?;
    let signed = request.complete(&package, &signature, threads())?;
    finish(signed, arguments.tsa.client()?.as_ref(), &arguments.target)
}
