//! `yinxin evidence`: long-term evidence for stamps and signed messages.

use super::cert;
use super::timestamp::{self, DigestArgument};
use crate::failure::Failure;
use crate::files::Secrecy;
use crate::target::Target;
use crate::trust::TrustArguments;
use crate::tsa_client::TsaArguments;
use crate::{files, output};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::evidence::{ArchiveTimeStamp, Covered, Draft, Evidence, Material};
use yinxin::signature::Verifier;
use yinxin::timestamp::{TimeStampResponse, Token};

/// What to do with evidence.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Collect what proves that a stamp or signed message is good now, under a time stamp
    Make(Box<MakeArguments>),
    /// Stamp evidence again, before the last time stamp's authority or hash function ends
    Renew(Box<RenewArguments>),
    /// Put an authority's answer into a draft of make or renew
    Complete(Box<CompleteArguments>),
    /// Verify a stamp or signed message with its evidence
    Check(Box<CheckArguments>),
    /// Show what evidence holds
    Inspect(InspectArguments),
}

/// Evidence to make.
#[derive(Args, Debug)]
pub struct MakeArguments {
    /// The stamp or the signed message, with a time stamp of its own
    pub file: PathBuf,
    #[command(flatten)]
    documents: DocumentArguments,
    /// The hash function
    #[arg(long, value_enum, default_value_t)]
    digest: DigestArgument,
    #[command(flatten)]
    way: WayArguments,
    #[command(flatten)]
    trust: TrustArguments,
    #[command(flatten)]
    pub target: Target,
}

/// Evidence to renew.
#[derive(Args, Debug)]
pub struct RenewArguments {
    /// The evidence
    pub file: PathBuf,
    #[command(flatten)]
    covered: CoveredArguments,
    /// Hash everything again, with this hash function; default: stamp the last time stamp
    #[arg(long, value_enum)]
    digest: Option<DigestArgument>,
    #[command(flatten)]
    way: WayArguments,
    #[command(flatten)]
    trust: TrustArguments,
    #[command(flatten)]
    pub target: Target,
}

/// A draft to complete.
#[derive(Args, Debug)]
pub struct CompleteArguments {
    /// The draft
    pub file: PathBuf,
    /// The authority's answer to the request
    #[arg(long, value_name = "FILE")]
    answer: PathBuf,
    #[command(flatten)]
    covered: CoveredArguments,
    #[command(flatten)]
    trust: TrustArguments,
    #[command(flatten)]
    pub target: Target,
}

/// Evidence to check.
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// The evidence
    pub file: PathBuf,
    #[command(flatten)]
    covered: CoveredArguments,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Evidence to show.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The evidence
    pub file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// The documents.
#[derive(Args, Debug)]
struct DocumentArguments {
    /// The file that was signed; then, given again, the files that belong to it
    #[arg(long, value_name = "FILE", required = true)]
    document: Vec<PathBuf>,
}

/// What evidence is about.
#[derive(Args, Debug)]
struct CoveredArguments {
    /// The stamp or the signed message
    #[arg(long, value_name = "FILE")]
    signature: PathBuf,
    #[command(flatten)]
    documents: DocumentArguments,
}

/// How the authority is asked.
#[derive(Args, Debug)]
struct WayArguments {
    #[command(flatten)]
    tsa: TsaArguments,
    /// Write the request for an authority to this file; --out gets a draft, for evidence complete
    #[arg(long, value_name = "FILE", conflicts_with = "tsa", required_unless_present = "tsa")]
    request: Option<PathBuf>,
}

impl CoveredArguments {
    fn read(&self) -> Result<Held, Failure> {
        Held::read(&self.signature, &self.documents)
    }
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Make(arguments) => arguments.target.json,
            Command::Renew(arguments) => arguments.target.json,
            Command::Complete(arguments) => arguments.target.json,
            Command::Check(arguments) => arguments.json,
            Command::Inspect(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Make(arguments) => make(arguments),
        Command::Renew(arguments) => renew(arguments),
        Command::Complete(arguments) => complete(arguments),
        Command::Check(arguments) => {
            let bytes = files::read(&arguments.file)?;
            let held = arguments.covered.read()?;
            let documents = held.slices();
            let covered = Covered { signature: &held.signature, documents: &documents };
            check(&bytes, &covered, None, &arguments.trust, arguments.json)
        }
        Command::Inspect(arguments) => {
            let evidence = Evidence::from_der(&files::read(&arguments.file)?)?;
            Ok(output::value(&describe(&evidence), arguments.json))
        }
    }
}

/// What evidence says of itself; nothing of it is checked here.
pub fn describe(evidence: &Evidence) -> Value {
    let time_stamps = evidence.time_stamps().zip(evidence.materials());
    json!({
        "kind": "evidence",
        "hashRenewals": evidence.hash_renewals(),
        "archiveTimeStamps": time_stamps
            .map(|(time_stamp, material)| describe_time_stamp(time_stamp, material))
            .collect::<Value>(),
    })
}

fn describe_time_stamp(time_stamp: &ArchiveTimeStamp, material: &Material) -> Value {
    let names = |certificate: &yinxin::cert::Certificate| certificate.subject().to_owned();
    json!({
        "digestAlgorithm": time_stamp.hash().to_string(),
        "digests": time_stamp.digests().len(),
        "timeStamp": timestamp::describe(time_stamp.token()),
        "certificates": material.certificates().iter().map(names).collect::<Value>(),
        "crls": material.crls().iter().map(cert::describe_crl).collect::<Value>(),
        "ocsp": material.ocsp().iter().map(cert::describe_ocsp).collect::<Value>(),
        "sealStates": material
            .seal_states()
            .iter()
            .map(|list| json!({ "issuer": list.issuer(), "number": list.number() }))
            .collect::<Value>(),
    })
}

/// Verifies a stamp or signed message with the bytes of its evidence and prints the report.
pub fn check(
    evidence: &[u8],
    covered: &Covered<'_>,
    property: Option<&str>,
    trust: &TrustArguments,
    json: bool,
) -> Result<ExitCode, Failure> {
    let evidence = Evidence::from_der(evidence)?;
    let verifier = Verifier::new(trust.load()?);
    let report = verifier.verify_with_evidence(&evidence, covered, property, trust.clock()?)?;
    Ok(output::report(&report, json))
}

/// Files, read.
struct Held {
    signature: Vec<u8>,
    documents: Vec<Vec<u8>>,
}

impl Held {
    fn read(signature: &Path, documents: &DocumentArguments) -> Result<Held, Failure> {
        let documents = documents.document.iter().map(|path| files::read(path));
        Ok(Held {
            signature: files::read(signature)?,
            documents: documents.collect::<Result<_, _>>()?,
        })
    }

    fn slices(&self) -> Vec<&[u8]> {
        self.documents.iter().map(Vec::as_slice).collect()
    }
}

fn make(arguments: &MakeArguments) -> Result<ExitCode, Failure> {
    let held = Held::read(&arguments.file, &arguments.documents)?;
    let documents = held.slices();
    let covered = Covered { signature: &held.signature, documents: &documents };
    let (verifier, now) = (Verifier::new(arguments.trust.load()?), arguments.trust.clock()?);
    let draft = verifier.prepare_evidence(&covered, arguments.digest.oid(), now)?;
    ask(&verifier, &draft, &covered, now, &arguments.way, &arguments.target)
}

fn renew(arguments: &RenewArguments) -> Result<ExitCode, Failure> {
    let evidence = Evidence::from_der(&files::read(&arguments.file)?)?;
    let held = arguments.covered.read()?;
    let documents = held.slices();
    let covered = Covered { signature: &held.signature, documents: &documents };
    let (verifier, now) = (Verifier::new(arguments.trust.load()?), arguments.trust.clock()?);
    let hash = arguments.digest.map(DigestArgument::oid);
    let draft = verifier.prepare_renewal(&evidence, &covered, hash, now)?;
    ask(&verifier, &draft, &covered, now, &arguments.way, &arguments.target)
}

/// Asks the authority and writes the evidence, or writes the draft and the request.
fn ask(
    verifier: &Verifier,
    draft: &Draft,
    covered: &Covered<'_>,
    now: Time,
    way: &WayArguments,
    target: &Target,
) -> Result<ExitCode, Failure> {
    if let Some(client) = way.tsa.client()? {
        let token = client.ask(draft.request())?;
        return finish(verifier, draft, &token, covered, now, target);
    }
    let request = draft.request();
    if let Some(path) = &way.request {
        files::write(path, request.as_der(), Secrecy::Public, target.force)?;
    }
    let value = json!({
        "kind": "evidenceDraft",
        "digestAlgorithm": request.imprint().algorithm().to_string(),
        "imprint": super::seal::hex(request.imprint().digest()),
    });
    target.finish(&draft.to_der(), Secrecy::Public, &value)
}

fn complete(arguments: &CompleteArguments) -> Result<ExitCode, Failure> {
    let draft = Draft::from_der(&files::read(&arguments.file)?)?;
    let answer = TimeStampResponse::from_der(&files::read(&arguments.answer)?)?;
    let token = answer.token_for(draft.request(), Profile::Conforming)?;
    let held = arguments.covered.read()?;
    let documents = held.slices();
    let covered = Covered { signature: &held.signature, documents: &documents };
    let (verifier, now) = (Verifier::new(arguments.trust.load()?), arguments.trust.clock()?);
    finish(&verifier, &draft, &token, &covered, now, &arguments.target)
}

fn finish(
    verifier: &Verifier,
    draft: &Draft,
    token: &Token,
    covered: &Covered<'_>,
    now: Time,
    target: &Target,
) -> Result<ExitCode, Failure> {
    let evidence = verifier.complete_evidence(draft, token, covered, now)?;
    target.finish(evidence.as_der(), Secrecy::Public, &describe(&evidence))
}
