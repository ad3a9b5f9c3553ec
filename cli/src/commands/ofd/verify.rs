//! `yinxin ofd verify`: every signature of a document, and what they protect.

use super::stamp::threads;
use crate::failure::Failure;
use crate::files::Source;
use crate::output;
use crate::trust::TrustArguments;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// A document to verify.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// The document (.ofd)
    pub file: PathBuf,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Verifies.
pub fn verify(arguments: &VerifyArguments) -> Result<ExitCode, Failure> {
    let verifier = yinxin::signature::Verifier::new(arguments.trust.load()?);
    let source = Source::open(&arguments.file)?;
    let report = verifier.verify_ofd(&source, &arguments.trust.moment()?, threads())?;
    Ok(output::report(&report, arguments.json))
}
