//! Where the result of a command goes.

use crate::failure::Failure;
use crate::files::{self, Private, Secrecy};
use crate::output;
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;

/// Where the result goes, and how that is told.
#[derive(Args, Debug)]
pub struct Target {
    /// Where the result goes; - is standard output
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Overwrite an existing file
    #[arg(long)]
    pub force: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

impl Target {
    /// Writes the bytes, then prints the value as JSON or the name of the file.
    pub fn finish(
        &self,
        bytes: &[u8],
        secrecy: Secrecy,
        value: &Value,
    ) -> Result<ExitCode, Failure> {
        files::write(&self.out, bytes, secrecy, self.force)?;
        self.tell(value)
    }

    /// A file for the result, which nobody sees before [`publish`](Self::publish).
    pub fn private(&self, secrecy: Secrecy) -> Result<Private, Failure> {
        files::private(&self.out, secrecy, self.force)
    }

    /// Gives the file its name, then prints the value as JSON or the name of the file.
    pub fn publish(&self, file: Private, value: &Value) -> Result<ExitCode, Failure> {
        file.publish()?;
        self.tell(value)
    }

    fn tell(&self, value: &Value) -> Result<ExitCode, Failure> {
        if self.json {
            return Ok(output::value(value, true));
        }
        // Standard output holds the result itself then.
        if !files::is_stdio(&self.out) {
            println!("{}", self.out.display());
        }
        Ok(ExitCode::SUCCESS)
    }
}
