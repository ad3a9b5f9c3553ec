//! `yinxin ofd verify`: every signature of a document, and what they protect.

use super::stamp::threads;
use crate::failure::Failure;
use crate::files::Source;
use crate::output;
use crate::trust::TrustArguments;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::container::ofd::ReadAt;

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
    check(&Source::open(&arguments.file)?, &arguments.trust, arguments.json)
}

/// Verifies a document from wherever its bytes come.
pub fn check(source: &dyn ReadAt, trust: &TrustArguments, json: bool) -> Result<ExitCode, Failure> {
    let verifier = yinxin::signature::Verifier::new(trust.load()?);
    let report = verifier.verify_ofd(source, &trust.moment()?, threads())?;
    Ok(output::report(&report, json))
}
