//! `yinxin ofd sheet`: whether the pages of a voucher's sheet are those of the voucher attached.

use super::make::FormArguments;
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::output;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::container::ofd::Package;

/// A sheet to look at.
#[derive(Args, Debug)]
pub struct SheetArguments {
    /// The sheet (OFD); the seals on it are what `ofd verify` looks at
    file: PathBuf,
    /// Where the voucher goes
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    form: FormArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Takes the voucher out and compares.
pub fn sheet(arguments: &SheetArguments) -> Result<ExitCode, Failure> {
    let bytes = files::read(&arguments.file)?;
    let package = Package::open(&bytes, Profile::Conforming)?;
    let found = arguments.form.form()?.read(&package)?;
    if let Some(out) = &arguments.out {
        files::write(out, &found.voucher, Secrecy::Public, arguments.force)?;
    }
    Ok(output::report(&found.report("sheet of a voucher"), arguments.json))
}
