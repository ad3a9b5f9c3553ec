//! `yinxin ofd stamp` and `sign`: documents with a key at hand.

use super::places::PlaceArguments;
use crate::failure::Failure;
use crate::files::{self, Secrecy, Source};
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::tsa_client::{Client, TsaArguments};
use crate::{output, trust};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use yinxin::asn1::Profile;
use yinxin::container::ofd::Package;
use yinxin::seal::Seal;
use yinxin::signature::{OfdRequest, SignedOfd, sign_ofd};

/// What every signature over a document takes.
#[derive(Args, Debug, Clone)]
pub struct DocumentArguments {
    /// Make it the last signature: it protects the list of signatures too
    #[arg(long)]
    lock: bool,
    /// Which document of the package is signed, from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    document: usize,
    /// Read only packages that are as the standards say
    #[arg(long)]
    conforming: bool,
    /// The signing time, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

impl DocumentArguments {
    /// How packages are read.
    pub fn profile(&self) -> Profile {
        if self.conforming { Profile::Conforming } else { Profile::AsFound }
    }

    /// The request, finished with these arguments.
    pub fn finish<'a>(&self, request: OfdRequest<'a>) -> Result<OfdRequest<'a>, Failure> {
        let Some(document) = self.document.checked_sub(1) else {
            return Err(Failure::usage("--document counts from 1"));
        };
        let request = request.of_document(document);
        Ok(if self.lock { request.locking() } else { request })
    }

    /// The signing time.
    pub fn time(&self) -> Result<yinxin::Time, Failure> {
        match &self.at {
            Some(text) => trust::parse_time(text, "--at"),
            None => trust::now(),
        }
    }
}

/// A document to stamp.
#[derive(Args, Debug)]
pub struct StampArguments {
    /// The document (.ofd)
    pub file: PathBuf,
    /// The seal (.esl)
    #[arg(long, value_name = "FILE")]
    seal: PathBuf,
    #[command(flatten)]
    places: PlaceArguments,
    #[command(flatten)]
    document: DocumentArguments,
    #[command(flatten)]
    signer: SignerArguments,
    #[command(flatten)]
    tsa: TsaArguments,
    #[command(flatten)]
    pub target: Target,
}

/// A document to sign.
#[derive(Args, Debug)]
pub struct SignArguments {
    /// The document (.ofd)
    pub file: PathBuf,
    #[command(flatten)]
    document: DocumentArguments,
    #[command(flatten)]
    signer: SignerArguments,
    #[command(flatten)]
    tsa: TsaArguments,
    #[command(flatten)]
    pub target: Target,
}

/// Stamps.
pub fn stamp(arguments: &StampArguments) -> Result<ExitCode, Failure> {
    let seal = Seal::parse(&files::read(&arguments.seal)?, Profile::Conforming)?;
    let (signer, tsa) = (arguments.signer.load()?, arguments.tsa.client()?);
    let (placements, time) = (arguments.places.placements()?, arguments.document.time()?);
    let request = arguments.document.finish(OfdRequest::stamp(&seal, &placements, time))?;
    let source = Source::open(&arguments.file)?;
    let package = Package::open(&source, arguments.document.profile())?;
    let signed = sign_ofd(&package, &request, &signer, threads())?;
    finish(signed, tsa.as_ref(), &arguments.target)
}

/// Signs.
pub fn sign(arguments: &SignArguments) -> Result<ExitCode, Failure> {
    let (signer, tsa) = (arguments.signer.load()?, arguments.tsa.client()?);
    let request = OfdRequest::sign(arguments.document.time()?);
    let request = arguments.document.finish(request)?;
    let source = Source::open(&arguments.file)?;
    let package = Package::open(&source, arguments.document.profile())?;
    let signed = sign_ofd(&package, &request, &signer, threads())?;
    finish(signed, tsa.as_ref(), &arguments.target)
}

/// Has the signature time stamped, if an authority was named, writes the document and says where.
pub fn finish(
    signed: SignedOfd<'_>,
    tsa: Option<&Client>,
    target: &Target,
) -> Result<ExitCode, Failure> {
    let signed = match tsa {
        Some(tsa) => {
            let token = tsa.ask(&signed.time_stamp_request()?)?;
            signed.with_time_stamp(&token)?
        }
        None => signed,
    };
    let mut length = 0;
    files::write_with(&target.out, Secrecy::Public, target.force, |out| {
        length = signed.write_to(out)?;
        Ok(())
    })?;
    if target.json {
        let value = json!({
            "written": target.out,
            "bytes": length,
            "id": signed.id(),
            "signature": signed.path().as_str(),
        });
        return Ok(output::value(&value, true));
    }
    if !files::is_stdio(&target.out) {
        println!("{}", target.out.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// How many threads hash the parts.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
