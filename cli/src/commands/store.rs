//! `yinxin store`: the voucher store of an office, in a folder.

mod audit;
mod copy;
mod import;
mod init;
mod place;
mod show;
mod vouchers;

use crate::failure::Failure;
use clap::Subcommand;
use std::process::ExitCode;

/// What to do with a store.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make the folder of a new store
    Init(init::Arguments),
    /// Take packets of partners in, and write the receipts that answer them
    Import(Box<import::Arguments>),
    /// Show where vouchers stand; without any, how many stand where
    Status(show::StatusArguments),
    /// Show what is left of the quota
    Quota(show::QuotaArguments),
    /// Recompute what a store did, export its log, and check such exports
    #[command(subcommand)]
    Audit(Box<audit::Command>),
    /// Copy a store into a new folder while it is in use, and verify the copy
    Backup(copy::BackupArguments),
    /// Take such a copy back, into a new folder
    Restore(copy::RestoreArguments),
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Init(arguments) => arguments.json,
            Command::Import(arguments) => arguments.json,
            Command::Status(arguments) => arguments.json,
            Command::Quota(arguments) => arguments.json,
            Command::Audit(command) => command.wants_json(),
            Command::Backup(arguments) => arguments.json,
            Command::Restore(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Init(arguments) => init::run(arguments),
        Command::Import(arguments) => import::run(arguments),
        Command::Status(arguments) => show::status(arguments),
        Command::Quota(arguments) => show::quota(arguments),
        Command::Audit(command) => audit::run(command),
        Command::Backup(arguments) => copy::backup(arguments),
        Command::Restore(arguments) => copy::restore(arguments),
    }
}
