//! `yinxin store audit`: what a store did, recomputed.

use super::place::{self, Place};
use super::vouchers;
use crate::commands::ca::public_key;
use crate::commands::seal::hex;
use crate::commands::voucher::{BookArguments, unhex};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::output;
use crate::signer::KeyFile;
use crate::target::Target;
use crate::trust::{self, TrustArguments};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yinxin::error::{Code, Error};
use yinxin::ledger::{self, Anchor, CheckpointKey, Countersignature, SignedCheckpoint};
use yinxin::signature::Verifier;
use yinxin::store::quota::QuotaFields;
use yinxin::store::{
    Office, Recompute, Recomputed, Roles, Storage, audit_store, commit, export_log,
};

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Recompute the log of a store from its entries, and hold it against what is held outside
    Verify(VerifyArguments),
    /// Recompute everything: the log, every state, amount, document and balance, and every seal
    Replay(ReplayArguments),
    /// Write the log of a store as one file, and its vouchers, for an auditor
    Export(ExportArguments),
    /// Recompute everything from such files, without the store
    Check(CheckArguments),
    /// Sign the heads of the logs, and write the last checkpoint: to be held outside
    Checkpoint(CheckpointArguments),
}

/// What an audit holds a log against.
#[derive(Args, Debug)]
struct AuditArguments {
    /// The key that signs the checkpoints: a certificate or a public key (PEM)
    #[arg(long, value_name = "FILE")]
    checkpoint_key: Vec<PathBuf>,
    /// A checkpoint that is held outside: a file with it or with a countersignature of it, or its
    /// counter and digest, COUNTER:HEX
    #[arg(long, value_name = "ANCHOR")]
    anchor: Vec<String>,
    /// The key of a witness: a certificate or a public key (PEM)
    #[arg(long, value_name = "FILE")]
    witness: Vec<PathBuf>,
    /// How many of the witnesses have to have countersigned a checkpoint; default: all
    #[arg(long, value_name = "N", requires = "witness")]
    witnesses_needed: Option<usize>,
    /// On how many threads it is computed; default: those of the machine
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// What vouchers are judged by.
#[derive(Args, Debug)]
pub(super) struct SealArguments {
    #[command(flatten)]
    books: BookArguments,
    #[command(flatten)]
    trust: TrustArguments,
}

/// Countersignatures of witnesses.
#[derive(Args, Debug)]
struct CountersignatureArguments {
    /// What a witness gave for a checkpoint of this store
    #[arg(long, value_name = "FILE")]
    countersignature: Vec<PathBuf>,
}

/// A log to recompute.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// The folder of the store
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    audit: AuditArguments,
    #[command(flatten)]
    countersignatures: CountersignatureArguments,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A store to recompute.
#[derive(Args, Debug)]
pub struct ReplayArguments {
    /// The folder of the store
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    audit: AuditArguments,
    #[command(flatten)]
    countersignatures: CountersignatureArguments,
    #[command(flatten)]
    seals: SealArguments,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A log to export.
#[derive(Args, Debug)]
pub struct ExportArguments {
    /// The folder of the store
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// A folder for the vouchers; one that is there has to be empty
    #[arg(long, value_name = "DIR")]
    vouchers: Option<PathBuf>,
    /// Only what came after this checkpoint
    #[arg(long, value_name = "FILE")]
    after: Option<PathBuf>,
    #[command(flatten)]
    countersignatures: CountersignatureArguments,
    #[command(flatten)]
    target: Target,
}

/// An export to recompute.
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// The exported log; - is standard input
    log: PathBuf,
    /// The vouchers: envelopes (MOF XML), or folders of them
    #[arg(long, value_name = "PATH")]
    vouchers: Vec<PathBuf>,
    /// The name of the store: its id, in hexadecimal digits; default: that of the anchor, if it is a
    /// file
    #[arg(long, value_name = "HEX")]
    origin: Option<String>,
    /// What the office goes by (office.json), if the quota is kept by other fields than usual
    #[arg(long, value_name = "FILE")]
    office: Option<PathBuf>,
    #[command(flatten)]
    audit: AuditArguments,
    #[command(flatten)]
    seals: SealArguments,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A checkpoint to take out.
#[derive(Args, Debug)]
pub struct CheckpointArguments {
    /// The folder of the store
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The key that signs checkpoints, in any known form: signs one if entries came since the last.
    /// Default: nothing is signed, and the last one is taken
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The password of that key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE", requires = "key")]
    password: Option<String>,
    /// The clock, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    target: Target,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Verify(arguments) => arguments.json,
            Command::Replay(arguments) => arguments.json,
            Command::Export(arguments) => arguments.target.json,
            Command::Check(arguments) => arguments.json,
            Command::Checkpoint(arguments) => arguments.target.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Verify(arguments) => verify(arguments),
        Command::Replay(arguments) => replay(arguments),
        Command::Export(arguments) => export(arguments),
        Command::Check(arguments) => check(arguments),
        Command::Checkpoint(arguments) => checkpoint(arguments),
    }
}

fn verify(arguments: &VerifyArguments) -> Result<ExitCode, Failure> {
    let mut place = Place::open(&arguments.folder)?;
    let countersignatures = arguments.countersignatures.load()?;
    let origin = place.storage.identity().name();
    let audit = arguments.audit.load(Some(&origin))?;
    let found =
        place.view(|snapshot| audit_store(&audit, snapshot, &origin, &countersignatures))?;
    let difference = found.difference.as_ref().map(|difference| {
        json!({
            "log": difference.log.as_ref().map(ToString::to_string),
            "first": difference.first,
            "before": difference.before,
            "what": difference.what,
        })
    });
    let value = json!({
        "entries": found.entries,
        "checkpoints": found.checkpoints,
        "uncovered": found.uncovered,
        "last": found.last.as_ref().map(describe),
        "difference": difference,
    });
    Ok(output::report_with(&found.report, "log", value, arguments.json))
}

fn replay(arguments: &ReplayArguments) -> Result<ExitCode, Failure> {
    let mut place = Place::open(&arguments.folder)?;
    let countersignatures = arguments.countersignatures.load()?;
    let origin = place.storage.identity().name();
    let audit = arguments.audit.load(Some(&origin))?;
    let fields = place.office()?.quota;
    let verifier = arguments.seals.load()?;
    let by = recompute(verifier.as_ref(), &arguments.seals, &arguments.audit, fields)?;
    let found = place.view(|snapshot| by.store(&audit, snapshot, &origin, &countersignatures))?;
    Ok(tell(&found, arguments.json))
}

fn check(arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    let audit = arguments.audit.load(arguments.origin.as_deref())?;
    let fields = match &arguments.office {
        Some(path) => Office::from_json(&files::read(path)?, Roles::default())?.quota,
        None => QuotaFields::default(),
    };
    let verifier = arguments.seals.load()?;
    let by = recompute(verifier.as_ref(), &arguments.seals, &arguments.audit, fields)?;
    let mut vouchers = vouchers::Read::of(&arguments.vouchers)?;
    let mut log = files::Input::open(&arguments.log)?.into_reader();
    let found = by.export(&audit, &mut *log, &mut vouchers)?;
    Ok(tell(&found, arguments.json))
}

fn export(arguments: &ExportArguments) -> Result<ExitCode, Failure> {
    let mut place = Place::open(&arguments.folder)?;
    let countersignatures = arguments.countersignatures.load()?;
    let origin = place.storage.identity().name();
    let after = match &arguments.after {
        Some(path) => Some(SignedCheckpoint::from_der(&files::read(path)?)?),
        None => None,
    };
    if let Some(folder) = &arguments.vouchers {
        place::require_free(folder)?;
    }
    let target = &arguments.target;
    let mut file = target.private(Secrecy::Public)?;
    // Log and vouchers are those of one moment.
    let (exported, documents) = place.view(|snapshot| {
        let exported =
            export_log(snapshot, &origin, after.as_ref(), &countersignatures, &mut file)?;
        let Some(folder) = &arguments.vouchers else { return Ok((exported, None)) };
        let mut out = vouchers::Files::into(folder);
        out.write(snapshot)?.map_err(Failure::into_error)?;
        Ok((exported, Some(out.documents)))
    })?;
    let value = json!({
        "origin": origin,
        "entries": exported.entries,
        "checkpoints": exported.checkpoints,
        "countersignatures": exported.countersignatures,
        "uncovered": exported.uncovered,
        "documents": documents,
        "last": exported.last.as_ref().map(describe),
    });
    target.publish(file, &value)
}

fn checkpoint(arguments: &CheckpointArguments) -> Result<ExitCode, Failure> {
    let mut place = Place::open(&arguments.folder)?;
    if let Some(path) = &arguments.key {
        let key = KeyFile { path, password: arguments.password.as_deref() }.key()?;
        let now = trust::time_or_now(arguments.at.as_deref(), "--at")?;
        commit(&mut place.storage, now, |work| work.checkpoint(1, &key))?;
    }
    let kept = place.view(|snapshot| snapshot.last_checkpoint())?;
    let none = || Error::new(Code::CheckpointMissing, "log", "it has no checkpoint yet");
    let signed = SignedCheckpoint::from_der(&kept.ok_or_else(none)?.bytes)?;
    arguments.target.finish(&signed.to_der(), Secrecy::Public, &describe(&signed))
}

impl AuditArguments {
    /// Without a name of the store it is the one that the first checkpoint held outside names.
    fn load(&self, origin: Option<&str>) -> Result<ledger::Audit, Failure> {
        let mut audit = ledger::Audit::new().threads(self.threads());
        let mut origin = origin.map(str::to_owned);
        for path in &self.checkpoint_key {
            audit = audit.with_key(checkpoint_key(path)?);
        }
        for text in &self.anchor {
            let (anchor, named) = anchor(text)?;
            origin = origin.or(named);
            audit = audit.with_anchor(anchor);
        }
        if let Some(origin) = origin {
            audit = audit.of(&origin);
        }
        if self.witness.is_empty() {
            return Ok(audit);
        }
        let witnesses = self.witness.iter().map(|path| checkpoint_key(path));
        let witnesses = witnesses.collect::<Result<Vec<_>, _>>()?;
        let needed = self.witnesses_needed.unwrap_or(witnesses.len());
        if needed == 0 || needed > witnesses.len() {
            return Err(Failure::usage("--witnesses-needed takes 1 up to the number of witnesses"));
        }
        Ok(audit.with_witnesses(witnesses, needed))
    }

    fn threads(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or_else(all)
    }
}

impl SealArguments {
    /// The clock.
    pub(super) fn clock(&self) -> Result<yinxin::Time, Failure> {
        self.trust.clock()
    }

    /// A verifier, if anything is trusted.
    pub(super) fn load(&self) -> Result<Option<Verifier>, Failure> {
        if self.trust.trust.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.books.verifier(&self.trust)?))
    }
}

impl CountersignatureArguments {
    fn load(&self) -> Result<Vec<Countersignature>, Failure> {
        let read = |path: &PathBuf| Ok(Countersignature::from_der(&files::read(path)?)?);
        self.countersignature.iter().map(read).collect()
    }
}

fn recompute<'v>(
    verifier: Option<&'v Verifier>,
    seals: &SealArguments,
    audit: &AuditArguments,
    fields: QuotaFields,
) -> Result<Recompute<'v>, Failure> {
    let by = Recompute::new().with_quota_fields(fields).threads(audit.threads());
    Ok(match verifier {
        Some(verifier) => by.with_verifier(verifier, seals.clock()?),
        None => by,
    })
}

/// The key of whoever signs checkpoints or countersigns them.
fn checkpoint_key(path: &Path) -> Result<CheckpointKey, Failure> {
    match public_key(path) {
        Ok(key) => Ok(CheckpointKey::new(&key)?),
        Err(_) => Ok(CheckpointKey::of_certificate(&trust::certificates(path)?[0])?),
    }
}

/// A checkpoint that is held outside, and the store that it names.
fn anchor(text: &str) -> Result<(Anchor, Option<String>), Failure> {
    let on_paper = text.split_once(':').and_then(|(counter, digest)| {
        let digest = unhex(digest)?.try_into().ok()?;
        Some(Anchor { counter: counter.parse().ok()?, digest })
    });
    if let Some(anchor) = on_paper {
        return Ok((anchor, None));
    }
    let bytes = files::read(Path::new(text))?;
    if let Ok(one) = Countersignature::from_der(&bytes) {
        return Ok((Anchor::of_countersignature(&one), Some(one.origin().to_owned())));
    }
    let signed = SignedCheckpoint::from_der(&bytes)?;
    Ok((Anchor::of(&signed), Some(signed.checkpoint().origin.clone())))
}

fn tell(found: &Recomputed, json: bool) -> ExitCode {
    let difference = found.difference.as_ref().map(|difference| {
        json!({
            "check": difference.check.name(),
            "place": difference.place,
            "log": difference.entry.as_ref().map(|(log, _)| log.to_string()),
            "entry": difference.entry.as_ref().map(|(_, number)| number),
            "voucher": difference.voucher.as_ref().map(ToString::to_string),
            "what": difference.what,
        })
    });
    let value = json!({
        "entries": found.entries,
        "checkpoints": found.checkpoints,
        "uncovered": found.uncovered,
        "moves": found.moves,
        "others": found.others,
        "vouchers": found.vouchers,
        "documents": found.documents,
        "valid": found.valid,
        "untold": found.untold,
        "postings": found.postings,
        "balances": found.balances,
        "last": found.last.as_ref().map(describe),
        "difference": difference,
    });
    output::report_with(&found.report, "recomputed", value, json)
}

/// A checkpoint, as it can be held on paper.
fn describe(signed: &SignedCheckpoint) -> Value {
    let checkpoint = signed.checkpoint();
    let (counter, digest) = (checkpoint.counter, hex(&signed.digest()));
    json!({
        "origin": checkpoint.origin,
        "counter": counter,
        "time": checkpoint.time.to_string(),
        "logs": checkpoint.logs,
        "entries": checkpoint.entries,
        "digest": digest,
        "anchor": format!("{counter}:{digest}"),
    })
}
