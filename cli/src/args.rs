//! The shape of the command line: a noun, then a verb.

use crate::commands::{
    bank, by_content, ca, cert, cms, demo, envelope, evidence, key, keygen, ofd, seal, speed,
    stamp, store, timestamp, tsa, voucher,
};
use clap::{Parser, Subcommand};

/// Electronic seals (电子印章), signatures and sealed payment vouchers (支付凭证).
///
/// Exit codes: 0 valid or done, 1 invalid, 2 usage, 3 not determined, 4 malformed, unsupported or
/// over a limit, 5 key, 7 storage, 8 refused, 70 internal fault.
#[derive(Parser, Debug)]
#[command(name = "yinxin", version, propagate_version = true, arg_required_else_help = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show the main job on generated keys: seal vouchers, catch what is wrong, play a treasury day
    Demo(demo::Arguments),
    /// A party of the demonstration's treasury day, in a process of its own
    #[command(hide = true)]
    DemoParty(demo::day::child::Arguments),
    /// Make a private key
    Keygen(keygen::Arguments),
    /// Show key files, and turn one form into another (PEM, PKCS#12)
    #[command(subcommand)]
    Key(key::Command),
    /// Run a small certificate authority, for tests and small installations
    #[command(subcommand)]
    Ca(ca::Command),
    /// Ask an authority for a certificate
    #[command(subcommand)]
    Cert(cert::Command),
    /// Make, check and inspect electronic seals
    #[command(subcommand)]
    Seal(seal::Command),
    /// Stamp plain files; verify and inspect stamps
    #[command(subcommand)]
    Stamp(stamp::Command),
    /// Sign and encrypt messages (GB/T 35275, CMS); verify, decrypt and inspect them
    #[command(subcommand)]
    Cms(Box<cms::Command>),
    /// Sign the bytes of a file and verify such signatures, bare as banks exchange them
    #[command(subcommand)]
    Bytes(Box<bank::bytes::Command>),
    /// Sign and verify requests of banks in JSON, the signature inside
    #[command(subcommand)]
    Json(Box<bank::json::Command>),
    /// Tags of messages between a business system and the control, under a key of two halves
    #[command(subcommand)]
    Local(Box<bank::local::Command>),
    /// Send packets to another party: sealed, opened, answered with receipts
    #[command(subcommand)]
    Envelope(Box<envelope::Command>),
    /// Ask for, issue and check time stamps (RFC 3161, GB/T 20520)
    #[command(subcommand)]
    Timestamp(timestamp::Command),
    /// Keep what proves a signature for the time after its certificates
    #[command(subcommand)]
    Evidence(evidence::Command),
    /// Run a small time stamp authority
    #[command(subcommand)]
    Tsa(tsa::Command),
    /// Stamp, verify and inspect payment vouchers
    #[command(subcommand)]
    Voucher(voucher::Command),
    /// Keep vouchers: where they stand, what is left of the quota, what an auditor recomputes
    #[command(subcommand)]
    Store(store::Command),
    /// Make, stamp, sign and verify documents, and take things out of them (OFD, GB/T 33190)
    #[command(subcommand)]
    Ofd(ofd::Command),
    /// Verify a file of any kind that is known
    Verify(by_content::VerifyArguments),
    /// Show what a file of any known kind holds
    Inspect(by_content::InspectArguments),
    /// Measure the speed of this machine
    Speed(speed::Arguments),
    /// Print shell completions
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Manual,
}

impl Command {
    /// Whether standard output gets exactly one JSON object.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Demo(arguments) => arguments.json,
            Command::DemoParty(_) => false,
            Command::Keygen(arguments) => arguments.target.json,
            Command::Key(command) => command.wants_json(),
            Command::Ca(command) => command.wants_json(),
            Command::Cert(command) => command.wants_json(),
            Command::Seal(command) => command.wants_json(),
            Command::Stamp(command) => command.wants_json(),
            Command::Cms(command) => command.wants_json(),
            Command::Bytes(command) => command.wants_json(),
            Command::Json(command) => command.wants_json(),
            Command::Local(command) => command.wants_json(),
            Command::Envelope(command) => command.wants_json(),
            Command::Timestamp(command) => command.wants_json(),
            Command::Evidence(command) => command.wants_json(),
            Command::Voucher(command) => command.wants_json(),
            Command::Store(command) => command.wants_json(),
            Command::Ofd(command) => command.wants_json(),
            Command::Verify(arguments) => arguments.json,
            Command::Inspect(arguments) => arguments.json,
            Command::Speed(arguments) => arguments.json,
            Command::Tsa(_) | Command::Completions { .. } | Command::Manual => false,
        }
    }
}
