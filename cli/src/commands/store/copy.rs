//! `yinxin store backup` and `restore`: copies of a store.

use super::place::{self, OFFICE, Place, ROLES, STORE};
use crate::commands::voucher::unhex;
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::output;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yinxin::store::Storage;
use yinxin::store::sqlite::{Options, SqliteStorage};

/// A store to copy.
#[derive(Args, Debug)]
pub struct BackupArguments {
    /// The folder of the store
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The folder of the copy; one that is there has to be empty
    #[arg(value_name = "COPY")]
    copy: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A copy to take back.
#[derive(Args, Debug)]
pub struct RestoreArguments {
    /// The folder of the copy
    #[arg(value_name = "COPY")]
    copy: PathBuf,
    /// The folder to make; one that is there has to be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The id that the store has to have
    #[arg(long, value_name = "HEX")]
    expect: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Copies.
pub fn backup(arguments: &BackupArguments) -> Result<ExitCode, Failure> {
    let mut place = Place::open(&arguments.folder)?;
    place::require_free(&arguments.copy)?;
    let summary = place.storage.backup(&arguments.copy.join(STORE))?;
    copy_books(&arguments.folder, &arguments.copy)?;
    let mut value = place::describe(place.storage.identity());
    value["holds"] = place::summary(&summary);
    Ok(output::value(&value, arguments.json))
}

/// Takes a copy back.
pub fn restore(arguments: &RestoreArguments) -> Result<ExitCode, Failure> {
    let expected = match &arguments.expect {
        Some(text) => {
            let id = unhex(text).and_then(|id| <[u8; 16]>::try_from(id).ok());
            Some(id.ok_or_else(|| Failure::usage("--expect takes 32 hexadecimal digits"))?)
        }
        None => None,
    };
    // Opened first, so that a folder without a store is told as such.
    drop(Place::open(&arguments.copy)?);
    place::require_free(&arguments.folder)?;
    let (copy, to) = (arguments.copy.join(STORE), arguments.folder.join(STORE));
    let mut store = SqliteStorage::restore(&copy, &to, expected.as_ref(), &Options::default())?;
    copy_books(&arguments.copy, &arguments.folder)?;
    let mut value = place::describe(store.identity());
    value["holds"] = place::summary(&store.verify()?);
    Ok(output::value(&value, arguments.json))
}

fn copy_books(from: &Path, to: &Path) -> Result<(), Failure> {
    for name in [ROLES, OFFICE] {
        let bytes = files::read(&from.join(name))?;
        files::write(&to.join(name), &bytes, Secrecy::Public, false)?;
    }
    Ok(())
}
