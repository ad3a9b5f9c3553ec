//! `yinxin seal states`: lists of the states of seals.

use super::hex;
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::trust::TrustArguments;
use crate::{output, trust};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::seal::Seal;
use yinxin::trust::SealStates;
use yinxin::trust::seal_states::{SealEntry, SealName, SealState, SealStatesBuilder, StateChange};

/// What to do with a list of states.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a first list, or the next one after another, for small installations
    Make(Box<MakeArguments>),
    /// Check a list: its signature, its issuer, its dates
    Check(Box<CheckArguments>),
    /// Show what a list holds
    Inspect(InspectArguments),
}

/// The list to make: everything that the previous one says, and one change.
#[derive(Args, Debug)]
pub struct MakeArguments {
    #[command(flatten)]
    signer: SignerArguments,
    /// The issuer's name, for a first list
    #[arg(long, required_unless_present = "previous", conflicts_with = "previous")]
    issuer: Option<String>,
    /// The list before, for the next one
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// The seals (.esl) whose state changes; none for a list that says the same anew
    #[arg(long, value_name = "FILE", requires = "state")]
    seal: Vec<PathBuf>,
    /// Their state from now on
    #[arg(long, value_enum, requires = "seal")]
    state: Option<StateArgument>,
    /// From when, in RFC 3339; default: the time of the list
    #[arg(long, value_name = "TIME", requires = "seal")]
    from: Option<String>,
    /// Why, in words
    #[arg(long, default_value = "", requires = "seal")]
    reason: String,
    /// The time of the list and of the record, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// For how many days the list is in force
    #[arg(long, default_value_t = 7)]
    days: u32,
    #[command(flatten)]
    pub target: Target,
}

/// The state of a seal.
#[derive(ValueEnum, Debug, Clone, Copy)]
enum StateArgument {
    Active,
    Suspended,
    Cancelled,
    MarkedInvalid,
}

/// A list to check.
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// The list
    file: PathBuf,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A list to show.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The list
    file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Make(arguments) => arguments.target.json,
            Command::Check(arguments) => arguments.json,
            Command::Inspect(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Make(arguments) => make(arguments),
        Command::Check(arguments) => {
            let states = read(&arguments.file)?;
            let report = states.check(&arguments.trust.load()?, arguments.trust.clock()?);
            Ok(output::report(&report, arguments.json))
        }
        Command::Inspect(arguments) => {
            Ok(output::value(&describe(&read(&arguments.file)?), arguments.json))
        }
    }
}

fn make(arguments: &MakeArguments) -> Result<ExitCode, Failure> {
    let signer = arguments.signer.load()?;
    let at = trust::time_or_now(arguments.at.as_deref(), "--at")?;
    let until = at
        .plus_days(i64::from(arguments.days))
        .ok_or_else(|| Failure::usage("--days leads out of the range of times"))?;
    let mut list = match (&arguments.previous, &arguments.issuer) {
        (Some(path), _) => SealStatesBuilder::after(&read(path)?, at, until)?,
        (None, issuer) => SealStatesBuilder::new(issuer.as_deref().unwrap_or_default(), at, until)?,
    };
    let from = match &arguments.from {
        Some(text) => trust::parse_time(text, "--from")?,
        None => at,
    };
    if let Some(state) = arguments.state {
        for path in &arguments.seal {
            let seal = Seal::parse(&files::read(path)?, Profile::AsFound)?;
            let maker = seal.maker().map(|maker| maker.subject().to_owned()).unwrap_or_default();
            let name = SealName { digest: seal.digest(), id: seal.id(), maker: &maker };
            let change = StateChange {
                state: state.state(),
                effective_from: from,
                recorded_at: at,
                reason: arguments.reason.clone(),
            };
            list.record(&name, change)?;
        }
    }
    let states = list.sign(&signer)?;
    arguments.target.finish(states.as_der(), Secrecy::Public, &describe(&states))
}

impl StateArgument {
    fn state(self) -> SealState {
        match self {
            StateArgument::Active => SealState::Active,
            StateArgument::Suspended => SealState::Suspended,
            StateArgument::Cancelled => SealState::Cancelled,
            StateArgument::MarkedInvalid => SealState::MarkedInvalid,
        }
    }
}

fn read(path: &std::path::Path) -> Result<SealStates, Failure> {
    Ok(SealStates::from_der(&files::read(path)?)?)
}

/// What the list says; nothing of it is checked here.
fn describe(states: &SealStates) -> Value {
    json!({
        "kind": "sealStates",
        "issuer": states.issuer(),
        "number": states.number(),
        "thisUpdate": states.this_update().to_string(),
        "nextUpdate": states.next_update().to_string(),
        "digest": hex(states.digest()),
        "previous": states.previous().map(|digest| hex(digest)),
        "signer": crate::commands::cert::describe(states.certificate()),
        "seals": states.seals().iter().map(entry).collect::<Value>(),
    })
}

fn entry(entry: &SealEntry) -> Value {
    let change = |change: &StateChange| {
        json!({
            "state": change.state.name(),
            "effectiveFrom": change.effective_from.to_string(),
            "recordedAt": change.recorded_at.to_string(),
            "reason": change.reason,
        })
    };
    json!({
        "seal": hex(&entry.seal),
        "id": entry.id,
        "maker": entry.maker,
        "history": entry.history.iter().map(change).collect::<Value>(),
    })
}
