//! The audit: what a party hands over, and what an auditor makes of it alone.
//!
//! Handed over are the exported log, the sealed vouchers and the certificate of the log's key; the auditor
//! has a checkpoint from before the end, and the trust folder's certificates.

use super::keys::{Card, card_name};
use super::party::Party;
use super::positions;
use super::tally::Tally;
use super::trust_folder;
use super::who::{Post, Who};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use std::fs;
use std::path::Path;
use yinxin::Time;
use yinxin::asn1::pem;
use yinxin::error::{Code, Error};
use yinxin::ledger::{Anchor, Audit, CheckpointKey, SignedCheckpoint};
use yinxin::signature::Verifier;
use yinxin::store::{Recompute, export_log};

pub use yinxin::store::Recomputed;
use yinxin::voucher::{Body, Encoding, Envelope};

/// The exported log and the folder of vouchers.
const LOG: &str = "log.export";
const VOUCHERS: &str = "vouchers";
/// The certificate of the key that signs the checkpoints.
const LOG_CERTIFICATE: &str = "log.pem";
/// The name of the store, under which it signs.
const ORIGIN: &str = "origin.txt";

/// The titles of what an auditor must see.
pub const KEPT_BACK: &str = "a voucher that is kept back from the auditor";
pub const CHANGED_LOG: &str = "one bit changed in an exported log";

/// Leaves the log and the vouchers, signed for up to now; how many entries.
pub fn leave(party: &mut Party) -> Result<u64, Failure> {
    let now = party.now()?;
    party.store.checkpoint(now)?;
    let out = party.folder.join("audit");
    super::keys::create(&out)?;
    super::keys::create(&out.join(VOUCHERS))?;
    let origin = party.store.identity().name();
    let (exported, bytes) = party.store.view(|snapshot| {
        let mut bytes = Vec::new();
        let exported = export_log(snapshot, &origin, None, &[], &mut bytes)?;
        Ok((exported, bytes))
    })?;
    files::write(&out.join(LOG), &bytes, Secrecy::Public, false)?;
    for (number, (key, _)) in party.lives(None)?.into_iter().enumerate() {
        let Some(stored) = party.store.voucher(&key)? else { continue };
        for (end, body) in [("original", stored.original), ("receipt", stored.receipt)] {
            let Some(body) = body else { continue };
            let name = format!("{number:06}-{}-{}-{end}.xml", key.id.vt_code, key.version);
            let bytes = Envelope::of(body).to_xml(Encoding::Utf8)?;
            files::write(&out.join(VOUCHERS).join(name), &bytes, Secrecy::Public, false)?;
        }
    }
    let certificate = &party.keys.holder(Post::Log)?.certificate;
    let certificate = pem::encode("CERTIFICATE", certificate.as_der());
    files::write(&out.join(LOG_CERTIFICATE), certificate.as_bytes(), Secrecy::Public, false)?;
    files::write(&out.join(ORIGIN), origin.as_bytes(), Secrecy::Public, false)?;
    Ok(exported.entries)
}

/// Signs the heads of the party's logs as they are, for somebody outside to keep: in base64.
pub fn anchor(party: &mut Party) -> Result<String, Failure> {
    let now = party.now()?;
    party.store.checkpoint(now)?;
    let last = party.store.view(|snapshot| snapshot.last_checkpoint())?;
    let none = || Failure::usage("a log without a checkpoint");
    Ok(BASE64.encode(last.ok_or_else(none)?.bytes))
}

/// What an auditor has of a party's day.
pub struct Left {
    verifier: Verifier,
    audit: Audit,
    log: Vec<u8>,
    vouchers: Vec<Body>,
    now: Time,
    threads: usize,
}

impl Left {
    /// Reads what a party left, to be held against a checkpoint that was outside before it ended.
    pub fn read(who: Who, day: &Path, anchor: &str, threads: usize) -> Result<Left, Failure> {
        let wrong = || Failure::usage(format!("what {} said is no checkpoint", who.name()));
        let anchor = BASE64.decode(anchor).map_err(|_| wrong())?;
        let anchor = Anchor::of(&SignedCheckpoint::from_der(&anchor)?);
        let folder = day.join(who.name());
        let left = folder.join("audit");
        let card = Card::read(&folder.join(card_name(who)))?;
        let key = CheckpointKey::of_certificate(&card.log)?;
        let origin = files::read(&left.join(ORIGIN))?;
        let origin = String::from_utf8_lossy(&origin).into_owned();
        let audit = Audit::new().of(&origin).with_key(key).with_anchor(anchor).threads(threads);
        let mut names = Vec::new();
        let unreadable = |error: std::io::Error| {
            Failure::from(Error::new(Code::Read, left.display().to_string(), error.to_string()))
        };
        for entry in fs::read_dir(left.join(VOUCHERS)).map_err(unreadable)? {
            names.push(entry.map_err(unreadable)?.path());
        }
        names.sort();
        let mut vouchers = Vec::with_capacity(names.len());
        for name in names {
            vouchers.extend(Envelope::parse(&files::read(&name)?)?.bodies);
        }
        let verifier = trust_folder::verifier(&folder.join("trust"), &positions::templates()?)?;
        let (log, now) = (files::read(&left.join(LOG))?, crate::trust::now()?);
        Ok(Left { verifier, audit, log, vouchers, now, threads })
    }

    /// Recomputes the day.
    pub fn recompute(&self) -> Result<Recomputed, Failure> {
        Ok(self.recompute_from(&self.log, &self.vouchers)?)
    }

    fn recompute_from(&self, mut log: &[u8], vouchers: &[Body]) -> yinxin::Result<Recomputed> {
        let recompute = Recompute::new().with_verifier(&self.verifier, self.now);
        let recompute = recompute.threads(self.threads);
        recompute.export(&self.audit, &mut log, &mut vouchers.iter().cloned().map(Ok))
    }

    /// Tried: a voucher that is kept back, and a log with one bit changed. The auditor has to see each.
    pub fn disturb(&self, tally: &mut Tally) {
        let fewer = self.vouchers.split_last().map_or(&[][..], |(_, fewer)| fewer);
        let mut changed = self.log.clone();
        let middle = changed.len() / 2;
        if let Some(byte) = changed.get_mut(middle) {
            *byte ^= 1;
        }
        for (title, log, vouchers) in
            [(KEPT_BACK, &self.log, fewer), (CHANGED_LOG, &changed, &self.vouchers[..])]
        {
            let found = match self.recompute_from(log, vouchers) {
                Ok(found) if found.report.is_valid() => "nothing seen",
                _ => "seen",
            };
            tally.note(title, "seen", found);
        }
    }
}
