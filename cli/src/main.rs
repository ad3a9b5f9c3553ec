//! The command `yinxin`: electronic seals, signatures and sealed payment vouchers on the command line.

mod args;
mod commands;
mod failure;
mod files;
mod output;
mod secret;
mod signer;
mod target;
mod trust;
mod tsa_client;

use clap::Parser;
use std::panic;
use std::process::ExitCode;

fn main() -> ExitCode {
    // One line for people instead of a backtrace: a panic is a fault of ours and exits with 70.
    panic::set_hook(Box::new(|info| eprintln!("yinxin: internal fault: {info}")));
    let arguments = args::Arguments::parse();
    let json = arguments.command.wants_json();
    match panic::catch_unwind(|| commands::run(arguments)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => failure.report(json),
        Err(_) => failure::Failure::panic().report(json),
    }
}
