//! `yinxin store init`: the folder of a new store.

use super::place::{self, OFFICE, ROLES, STORE};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::{output, trust};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{Roles, Storage, StoreRole};

/// A store to make.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder to make; one that is there has to be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Whose store it is
    #[arg(long, value_parser = ["finance", "pbc", "bank", "unit"])]
    role: String,
    /// The code of the office: 011 or 102 for example
    #[arg(long, value_name = "CODE")]
    org: String,
    /// When it is made, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Makes the folder.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let role = StoreRole::from_name(&arguments.role)
        .ok_or_else(|| Failure::usage("--role takes finance, pbc, bank or unit"))?;
    let created = trust::time_or_now(arguments.at.as_deref(), "--at")?;
    let folder = &arguments.folder;
    place::require_free(folder)?;
    let options = Options::default();
    let store =
        SqliteStorage::create(&folder.join(STORE), role, &arguments.org, created, &options)?;
    let roles = format!("{}\n", Roles::default().to_json());
    files::write(&folder.join(ROLES), roles.as_bytes(), Secrecy::Public, false)?;
    let office = "{\"format\":\"yinxin:office:1\",\"partners\":[]}\n";
    files::write(&folder.join(OFFICE), office.as_bytes(), Secrecy::Public, false)?;
    if arguments.json {
        return Ok(output::value(&place::describe(store.identity()), true));
    }
    println!("{}", folder.display());
    println!("store {}; {ROLES} and {OFFICE} say who acts and with whom", store.identity().name());
    Ok(ExitCode::SUCCESS)
}
