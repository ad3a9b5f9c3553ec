//! `yinxin ca revoke`.

use super::folder::Folder;
use crate::failure::Failure;
use crate::{output, trust};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::cert::Reason;

/// What to revoke.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder of the authority
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The certificates (PEM or DER)
    #[arg(value_name = "FILE", required_unless_present = "serial")]
    certificates: Vec<PathBuf>,
    /// A certificate by its serial number, in hexadecimal
    #[arg(long, value_name = "HEX")]
    serial: Vec<String>,
    /// From when, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Why, as RFC 5280 spells it
    #[arg(long, default_value = "keyCompromise", value_parser = reason)]
    reason: Reason,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Enters it into the books.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let at = match &arguments.at {
        Some(text) => trust::parse_time(text, "--at")?,
        None => trust::now()?,
    };
    let mut folder = Folder::open(&arguments.folder)?;
    let mut gone = Vec::new();
    for path in &arguments.certificates {
        gone.extend(trust::certificates(path)?);
    }
    for serial in &arguments.serial {
        gone.push(folder.with_serial(serial)?);
    }
    // All of them are known before the first is entered.
    gone.iter().try_for_each(|certificate| folder.require(certificate))?;
    for certificate in &gone {
        folder.revoke(certificate, at, arguments.reason)?;
    }
    if arguments.json {
        return Ok(output::value(&folder.describe(), true));
    }
    for certificate in &gone {
        println!("{}: revoked; the next list and answers say so", certificate.subject());
    }
    Ok(ExitCode::SUCCESS)
}

fn reason(name: &str) -> Result<Reason, String> {
    let mut known = Reason::ALL.into_iter().filter(|reason| *reason != Reason::RemoveFromCrl);
    known.clone().find(|reason| reason.name() == name).ok_or_else(|| {
        let names: Vec<&str> = known.by_ref().map(Reason::name).collect();
        format!("known: {}", names.join(", "))
    })
}
