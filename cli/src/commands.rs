//! One file per command.

pub mod bank;
pub mod by_content;
pub mod ca;
pub mod cert;
pub mod cms;
pub mod demo;
pub mod envelope;
pub mod evidence;
pub mod key;
pub mod keygen;
pub mod ofd;
pub mod seal;
pub mod speed;
pub mod stamp;
pub mod store;
pub mod timestamp;
pub mod tsa;
pub mod voucher;

use crate::args::{Arguments, Command};
use crate::failure::Failure;
use clap::CommandFactory;
use std::io;
use std::process::ExitCode;

/// Runs the command.
pub fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::DemoParty(arguments) => demo::day::child::run(&arguments),
        Command::Keygen(arguments) => keygen::run(&arguments),
        Command::Key(command) => key::run(&command),
        Command::Ca(command) => ca::run(&command),
        Command::Cert(command) => cert::run(&command),
        Command::Seal(command) => seal::run(&command),
        Command::Stamp(command) => stamp::run(&command),
        Command::Cms(command) => cms::run(&command),
        Command::Bytes(command) => bank::bytes::run(&command),
        Command::Json(command) => bank::json::run(&command),
        Command::Local(command) => bank::local::run(&command),
        Command::Envelope(command) => envelope::run(&command),
        Command::Timestamp(command) => timestamp::run(&command),
        Command::Tsa(command) => tsa::run(&command),
        Command::Evidence(command) => evidence::run(&command),
        Command::Voucher(command) => voucher::run(&command),
        Command::Store(command) => store::run(&command),
        Command::Ofd(command) => ofd::run(&command),
        Command::Verify(arguments) => by_content::verify(&arguments),
        Command::Inspect(arguments) => by_content::inspect(&arguments),
        Command::Speed(arguments) => speed::run(&arguments),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "yinxin", &mut io::stdout());
            Ok(ExitCode::SUCCESS)
        }
        Command::Manual => {
            let page = clap_mangen::Man::new(Arguments::command());
            page.render(&mut io::stdout())
                .map_err(|error| Failure::usage(format!("the page was not printed: {error}")))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
