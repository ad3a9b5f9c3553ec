//! `yinxin store import`: packets from partners, with their effect, and the receipts that answer them.

use super::audit::SealArguments;
use super::place::Place;
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::signer::{KeyFile, SignerArguments};
use crate::{output, trust};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use yinxin::cert::Certificate;
use yinxin::envelope::Mailbox;
use yinxin::error::{Code, Error};
use yinxin::key::Signer;
use yinxin::store::{Imported, Store, sign_receipts};

/// Packets to take in.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder of the store
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The packets
    #[arg(value_name = "PACKET", required = true)]
    packets: Vec<PathBuf>,
    /// The key of this office to decrypt, with its certificate
    #[command(flatten)]
    key: SignerArguments,
    /// Write the receipts into this folder, each named as its packet, with .receipt behind
    #[arg(long, value_name = "DIR", requires_all = ["receipt_key", "receipt_cert"])]
    receipts: Option<PathBuf>,
    /// The key of this office to sign receipts
    #[arg(long, value_name = "FILE", requires = "receipts")]
    receipt_key: Option<PathBuf>,
    /// The password of that key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE", requires = "receipts")]
    receipt_password: Option<String>,
    /// Its certificate and those above it (PEM or DER)
    #[arg(long, value_name = "FILE", requires = "receipts")]
    receipt_cert: Vec<PathBuf>,
    #[command(flatten)]
    seals: SealArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Takes packets in. What came of each is told; the exit code is that of the first that had no effect.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let key = arguments.key.load()?;
    let own = key.certificates().first().ok_or_else(|| {
        Error::new(Code::KeyMissing, "--cert", "the certificate that packets name is needed")
    })?;
    let own = Certificate::from_der(own)?;
    let mut names = arguments.packets.iter().map(|packet| receipt_name(packet));
    let names = names.by_ref().collect::<Result<Vec<_>, _>>()?;
    // Whatever the receipts need is read before anything is taken in.
    let signer = match (&arguments.receipts, &arguments.receipt_key) {
        (Some(_), Some(path)) => {
            let key = KeyFile { path, password: arguments.receipt_password.as_deref() }.key()?;
            Some(key.with_certificates(trust::ders(&arguments.receipt_cert)?)?)
        }
        _ => None,
    };
    let verifier = arguments.seals.load()?;
    let nothing = || Failure::usage("--trust is needed: packets and vouchers are judged by it");
    let verifier = Arc::new(verifier.ok_or_else(nothing)?);
    let now = arguments.seals.clock()?;
    let place = Place::open(&arguments.folder)?;
    let office = place.office()?;
    let mut store = Store::new(Box::new(place.storage), office, verifier);
    // Packets are counted under the name of the store, whichever certificate it has.
    let mailbox = Mailbox::new(store.identity().name()).with_key(own, key)?;
    let packets = arguments.packets.iter().map(|packet| files::read(packet));
    let packets = packets.collect::<Result<Vec<_>, _>>()?;
    let packets: Vec<&[u8]> = packets.iter().map(Vec::as_slice).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let imported = store.import(&packets, &mailbox, now, threads)?;
    let receipts = match &signer {
        Some(signer) => sign_receipts(&imported, signer, threads),
        None => imported.iter().map(|_| None).collect(),
    };
    let (mut values, mut exit) = (Vec::new(), None);
    for (((packet, name), imported), receipt) in
        arguments.packets.iter().zip(names).zip(&imported).zip(receipts)
    {
        let mut value = describe(imported);
        value["packet"] = json!(packet);
        if let (Some(receipt), Some(folder)) = (receipt, &arguments.receipts) {
            let path = folder.join(name);
            // The same answer again, under another signature.
            files::write(&path, &receipt?, Secrecy::Public, true)?;
            value["receipt"] = json!(path);
        }
        let failed = match imported {
            Ok(imported) => imported.refused.as_ref(),
            Err(error) => Some(error),
        };
        exit = exit.or(failed.map(|error| Failure::from(error.clone()).exit()));
        values.push(value);
    }
    let code = output::value(&json!({ "packets": values }), arguments.json);
    Ok(exit.unwrap_or(code))
}

fn describe(imported: &yinxin::Result<Imported>) -> Value {
    let error = |error: &Error| {
        let family = error.family().name();
        json!({ "code": error.code().number(), "family": family, "message": error.message() })
    };
    match imported {
        Ok(imported) => json!({
            "packet": null,
            "partner": imported.partner,
            "admission": imported.admission.name(),
            "voucher": imported.key.as_ref().map(ToString::to_string),
            "move": imported.name.map(|name| name.name()),
            "state": imported.made.as_ref().map(|made| made.life.state.name()),
            "refused": imported.refused.as_ref().map(error),
        }),
        Err(failed) => json!({ "packet": null, "error": error(failed) }),
    }
}

fn receipt_name(packet: &Path) -> Result<PathBuf, Failure> {
    let name = packet.file_name().filter(|_| !files::is_stdio(packet));
    let name =
        name.ok_or_else(|| Failure::usage("packets are files: receipts are named by them"))?;
    let mut name = name.to_owned();
    name.push(".receipt");
    Ok(PathBuf::from(name))
}
