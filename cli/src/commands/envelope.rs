//! `yinxin envelope`: packets between two parties, and receipts of them.

use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::output;
use crate::signer::{KeyFile, SignerArguments};
use crate::target::Target;
use crate::trust::{self, TrustArguments};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::cert::Certificate;
use yinxin::envelope::{
    Answer, Letter, Mailbox, Packet, PacketId, Party, Receipt, Receiving, SignedReceipt, open, seal,
};
use yinxin::error::{Code, Error};
use yinxin::key::Signer;

/// What to do with a packet.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Sign a body and encrypt it for a receiver
    Seal(SealArguments),
    /// Open a packet, check it and take the body out; with a receipt, answer it
    Open(Box<OpenArguments>),
    /// Check a receipt against the packet that was sent
    Receipt(ReceiptArguments),
}

/// A body to send.
#[derive(Args, Debug)]
pub struct SealArguments {
    /// The body
    body: PathBuf,
    #[command(flatten)]
    signer: SignerArguments,
    /// The certificate of the receiver, to encrypt for (PEM or DER)
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// What the body is; not secret
    #[arg(long, default_value = "voucher")]
    kind: String,
    /// The conversation; not secret
    #[arg(long, value_name = "NAME")]
    conversation: String,
    /// The number in the conversation, from 1 on; never twice
    #[arg(long, value_name = "N")]
    sequence: u64,
    /// The time that the packet states, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    target: Target,
}

/// From whom something comes.
#[derive(Args, Debug)]
struct FromArguments {
    /// A certificate that the other party signs with (PEM or DER), the old one beside the new
    #[arg(long, value_name = "FILE", required = true)]
    from: Vec<PathBuf>,
    /// Take any certificate with the subject and the issuer of one of these too
    #[arg(long)]
    any_like: bool,
}

/// A packet to open.
#[derive(Args, Debug)]
pub struct OpenArguments {
    /// The packet
    packet: PathBuf,
    /// The receiver's key to decrypt, with its certificate
    #[command(flatten)]
    key: SignerArguments,
    #[command(flatten)]
    from: FromArguments,
    /// Make a receipt too, and write it here
    #[arg(long, value_name = "FILE", requires_all = ["receipt_key", "receipt_cert"])]
    receipt: Option<PathBuf>,
    /// The receiver's key to sign the receipt
    #[arg(long, value_name = "FILE", requires = "receipt")]
    receipt_key: Option<PathBuf>,
    /// The password of that key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE", requires = "receipt")]
    receipt_password: Option<String>,
    /// Its certificate and those above it (PEM or DER)
    #[arg(long, value_name = "FILE", requires = "receipt")]
    receipt_cert: Vec<PathBuf>,
    /// The receipt says that the packet is refused, with this number
    #[arg(long, value_name = "CODE", requires_all = ["receipt", "reason"])]
    refuse: Option<u32>,
    /// Why it is refused; not secret
    #[arg(long, value_name = "TEXT", requires = "refuse")]
    reason: Option<String>,
    #[command(flatten)]
    trust: TrustArguments,
    #[command(flatten)]
    target: Target,
}

/// A receipt to check.
#[derive(Args, Debug)]
pub struct ReceiptArguments {
    /// The receipt
    receipt: PathBuf,
    /// The packet that was sent
    #[arg(long, value_name = "FILE")]
    of: PathBuf,
    #[command(flatten)]
    from: FromArguments,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Command {
    /// Whether one JSON object is printed.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Seal(arguments) => arguments.target.json,
            Command::Open(arguments) => arguments.target.json,
            Command::Receipt(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Seal(arguments) => seal_body(arguments),
        Command::Open(arguments) => open_packet(arguments),
        Command::Receipt(arguments) => check_receipt(arguments),
    }
}

fn seal_body(arguments: &SealArguments) -> Result<ExitCode, Failure> {
    let signer = arguments.signer.load()?;
    let receiver = one_certificate(&arguments.to)?;
    let body = files::read(&arguments.body)?;
    let letter = Letter {
        kind: &arguments.kind,
        conversation: &arguments.conversation,
        sequence: arguments.sequence,
        time: trust::time_or_now(arguments.at.as_deref(), "--at")?,
        body: &body,
    };
    let sealed = seal(&letter, &signer, &receiver)?;
    arguments.target.finish(&sealed.bytes, Secrecy::Public, &describe(&sealed.id))
}

fn open_packet(arguments: &OpenArguments) -> Result<ExitCode, Failure> {
    let key = arguments.key.load()?;
    let own = key.certificates().first().ok_or_else(|| {
        Error::new(Code::KeyMissing, "--cert", "the certificate that the packet names is needed")
    })?;
    let own = Certificate::from_der(own)?;
    let name = own.subject().to_owned();
    let mailbox = Mailbox::new(name).with_key(own, key)?;
    let parties = [arguments.from.party()?];
    let (trust, moment) = (arguments.trust.load()?, arguments.trust.moment()?);
    // Whatever the receipt needs is read before anything is decrypted.
    let answer = match &arguments.receipt {
        Some(path) => Some((path, arguments.receipt_signer()?)),
        None => None,
    };
    let by = Receiving { mailbox: &mailbox, parties: &parties, trust: &trust, moment };
    let opened = open(&files::read(&arguments.packet)?, &by)?;
    let (report, target) = (opened.report().clone(), &arguments.target);
    let mut packet = describe(opened.id());
    if report.is_valid() {
        let message = opened.into_message()?;
        files::write(&target.out, message.body(), Secrecy::Secret, target.force)?;
        packet["bytes"] = json!(message.body().len());
        packet["signer"] = json!(message.certificate().subject());
        if let Some((path, signer)) = answer {
            let now = arguments.trust.clock()?;
            let receipt = match (arguments.refuse, &arguments.reason) {
                (Some(code), Some(reason)) => Receipt::refused(message.id(), code, reason, now)?,
                _ => Receipt::received(message.id(), &[], now)?,
            };
            files::write(path, &receipt.sign(&signer)?, Secrecy::Public, target.force)?;
        }
    }
    // Standard output holds the body then.
    if files::is_stdio(&target.out) && report.is_valid() && !target.json {
        return Ok(ExitCode::SUCCESS);
    }
    Ok(output::report_with(&report, "packet", packet, target.json))
}

impl OpenArguments {
    fn receipt_signer(&self) -> Result<impl Signer, Failure> {
        let missing = || Failure::usage("--receipt needs --receipt-key");
        let path = self.receipt_key.as_deref().ok_or_else(missing)?;
        let key = KeyFile { path, password: self.receipt_password.as_deref() }.key()?;
        Ok(key.with_certificates(trust::ders(&self.receipt_cert)?)?)
    }
}

fn check_receipt(arguments: &ReceiptArguments) -> Result<ExitCode, Failure> {
    let packet = Packet::parse(&files::read(&arguments.of)?)?;
    let receipt = SignedReceipt::parse(&files::read(&arguments.receipt)?)?;
    let (trust, moment) = (arguments.trust.load()?, arguments.trust.moment()?);
    let checked = receipt.check(packet.id(), &arguments.from.party()?, &trust, &moment);
    let report = checked.report().clone();
    let value = match checked.into_receipt() {
        Ok(receipt) => {
            let ranges = receipt.missing.iter().map(|range| json!([range.start(), range.end()]));
            let missing: Vec<Value> = ranges.collect();
            let time = receipt.time.to_string();
            match receipt.answer {
                Answer::Received => json!({"answer": "Received", "time": time, "missing": missing}),
                Answer::Refused { code, reason } => {
                    json!({"answer": "Refused", "code": code, "reason": reason, "time": time})
                }
            }
        }
        Err(_) => Value::Null,
    };
    Ok(output::report_with(&report, "receipt", value, arguments.json))
}

impl FromArguments {
    fn party(&self) -> Result<Party, Failure> {
        let mut party: Option<Party> = None;
        for path in &self.from {
            for certificate in trust::certificates(path)? {
                // The certificates of the authorities above stand in such files too.
                if certificate.is_ca() {
                    continue;
                }
                let so_far = party.unwrap_or_else(|| Party::new(certificate.subject()));
                let so_far = so_far.with_certificate(&certificate);
                party = Some(match self.any_like {
                    true => so_far.with_any_like(&certificate),
                    false => so_far,
                });
            }
        }
        party.ok_or_else(|| Failure::usage("--from names no certificate to sign with"))
    }
}

fn one_certificate(path: &std::path::Path) -> Result<Certificate, Failure> {
    let mut certificates = trust::certificates(path)?;
    Ok(certificates.swap_remove(0))
}

fn describe(id: &PacketId) -> Value {
    let header = &id.header;
    json!({
        "kind": header.kind,
        "conversation": header.conversation,
        "sequence": header.sequence,
        "time": header.time.to_string(),
        "digest": hex(&id.digest),
        "sender": hex(&header.sender),
        "receiver": hex(&header.receiver),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
