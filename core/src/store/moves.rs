//! Moves of the life cycle made in a store: judged, kept and recorded in one transaction.

use super::authorization::Authorization;
use super::content::{Content, damaged};
use super::life::{Clearing, CoreResult, Life};
use super::life_cycle::{Effect, Facts, Latest, Move, Table, apply};
use super::posting::{self, Posting};
use super::quota::QuotaFields;
use super::state::{Document, Leg, LegStatus, State, View};
use super::storage::{NewVoucher, Snapshot, VoucherKey, VoucherRow, VoucherUpdate};
use super::work::Work;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::hex;
use crate::ledger::{Entry, LogKey, VoucherRef};
use crate::time::Time;
use crate::voucher::{Body, Layer, VoucherId, layer_digest};
use std::collections::BTreeMap;

/// The names of what an entry of a move says beside its states.
pub(super) mod named {
    pub(in super::super) const CONTENT: &str = "content";
    pub(in super::super) const RECEIPT: &str = "receipt";
    pub(in super::super) const ACTS: &str = "acts";
    pub(in super::super) const RECEIPT_ACTS: &str = "receipt-acts";
    pub(in super::super) const LIFE: &str = "life";
    pub(in super::super) const VIEW: &str = "view";
    pub(in super::super) const QUOTA: &str = "quota";
}

/// One move that is to be made on a voucher.
#[derive(Debug, Clone)]
pub struct Call<'c> {
    /// The voucher, and which version of it.
    pub key: VoucherKey,
    /// Whose store this is, seen from the voucher.
    pub view: View,
    /// The move.
    pub name: Move,
    /// What it is judged by. What the store finds out itself it does not believe: the version, the
    /// newest version under the number, the digests of the documents that come with the call, and
    /// what the quota says.
    pub facts: Facts,
    /// The voucher with its texts and acts, as it is after the move; `None` leaves what is kept. A
    /// receipt brings its original along.
    pub body: Option<&'c Body>,
    /// In which fields the parts of a quota's key stand; `None` for the usual ones.
    pub quota: Option<&'c QuotaFields>,
}

/// What a move gave.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Made {
    /// The record after the move.
    pub life: Life,
    /// What has to be done outside of the store now that the move is recorded: documents and
    /// statements to be sent, the core system to be asked.
    pub effects: Vec<Effect>,
    /// Whether the move had been made before; then nothing was changed.
    pub repeated: bool,
}

impl Work<'_> {
    /// Makes a move: judges it by the standard [`Table`], keeps what it changes and records it in
    /// the log of the voucher's division and year.
    ///
    /// A move that was made before changes nothing and gives `repeated`; for those of which the
    /// record shows nothing ([`Repeat::Key`](super::life_cycle::Repeat::Key)) use
    /// [`once`](Self::once) around the call.
    ///
    /// # Errors
    ///
    /// The codes of the life cycle, naming the rule; `Changed` if the body is of another voucher, or
    /// its receipt's original is not the one that is kept; `Argument` if a body is missing or of the
    /// wrong kind for the move; family Storage.
    pub fn make(&mut self, call: Call<'_>) -> Result<Made> {
        let Call { key, view, name, mut facts, body, quota } = call;
        let latest = self.latest(&key.id)?;
        let row = match &latest {
            Some(latest) if latest.key.version > key.version => self.row(&key)?,
            _ => latest.clone().filter(|latest| latest.key.version == key.version),
        };
        let before = match &row {
            Some(row) => life_of(row)?,
            None => Life::absent(view),
        };
        if before.view != view {
            return Err(Error::new(
                Code::Argument,
                "view",
                "the store holds it from the other side",
            ));
        }
        facts.version = key.version;
        facts.latest = match &latest {
            Some(latest) => Latest::Version(latest.key.version, state_of(latest)?),
            None => Latest::Free,
        };
        (facts.content, facts.receipt) = (None, None);
        if let Some(body) = body {
            fits(&key, name, &before, body)?;
            match body.layer() {
                Layer::Issuer => facts.content = Some(body.voucher().form_digest()),
                Layer::Responder => facts.receipt = Some(body.voucher().form_digest()),
            }
        }
        let posting = match quota {
            Some(fields) => self.posting(&key, name, &before, fields)?,
            None => self.posting(&key, name, &before, &QuotaFields::default())?,
        };
        facts.quota = posting.facts.clone();
        let next = apply(Table::standard(), &before, name, &facts)?;
        if next.repeated {
            return Ok(Made { life: next.life, effects: Vec::new(), repeated: true });
        }
        if body.is_none() && next.effects.contains(&Effect::Store) {
            let message = format!("{} needs the voucher", name.name());
            return Err(Error::new(Code::Argument, "body", message));
        }
        let life = next.life;
        let text = life.to_json();
        let mut entry = entry_of(self.time(), &key, name, [&before, &life], &text, &facts)?;
        entry.digests.extend(body.map(acts_digest));
        self.post(posting, &mut entry)?;
        self.append(entry)?;
        let documents = body.map(|body| (body.layer(), Content::of(body))).into_iter().collect();
        let (state, waiting) = (life.state.number(), is_waiting(&life));
        let kept = key.clone();
        match row {
            None => {
                let recorded = self.time();
                self.add(NewVoucher { key, state, waiting, recorded, life: text, documents })?;
            }
            Some(VoucherRow { revision, .. }) => {
                self.change(VoucherUpdate {
                    key,
                    revision,
                    state,
                    waiting,
                    life: text,
                    documents,
                })?;
            }
        }
        if next.effects.contains(&Effect::Destroy) {
            self.destroy_documents(&kept)?;
        }
        let outside = |effect: &Effect| {
            matches!(effect, Effect::Dispatch(_) | Effect::Tell(_) | Effect::AskCore)
        };
        let effects = next.effects.into_iter().filter(outside).collect();
        Ok(Made { life, effects, repeated: false })
    }

    /// Sets the balances, and has the entry say so.
    fn post(&mut self, posting: Posting, entry: &mut Entry) -> Result<()> {
        let Some(step) = posting.step else { return Ok(()) };
        let name = named::QUOTA.to_owned();
        entry.facts.insert(name.clone(), posting::step_name(step).to_owned());
        entry.digests.insert(name, posting::digest(&posting.after));
        for (key, fen) in &posting.after {
            self.set_balance(&key.to_string(), *fen)?;
        }
        Ok(())
    }

    /// The record of a voucher; `None` if this version of it is not kept.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn life(&self, key: &VoucherKey) -> Result<Option<Life>> {
        self.row(key)?.as_ref().map(life_of).transpose()
    }
}

/// The status of the newest version of each voucher, -1 to 14, in the order of the ids.
///
/// # Errors
///
/// Family Storage.
pub fn leg_statuses(snapshot: &dyn Snapshot, ids: &[VoucherId]) -> Result<Vec<LegStatus>> {
    let status = |id: &VoucherId| match snapshot.latest(id)? {
        Some(row) => Ok(life_of(&row)?.status()),
        None => Ok(LegStatus::NotFound),
    };
    ids.iter().map(status).collect()
}

/// The record in a row.
pub(super) fn life_of(row: &VoucherRow) -> Result<Life> {
    let life = Life::from_json(&row.life)
        .map_err(|error| damaged(format!("the record of {}: {error}", row.key)))?;
    if life.state != state_of(row)? || life.version != row.key.version {
        return Err(damaged(format!("{} is in another state than its record", row.key)));
    }
    Ok(life)
}

fn state_of(row: &VoucherRow) -> Result<State> {
    State::from_number(row.state)
        .ok_or_else(|| damaged(format!("{} is in a state that is none", row.key)))
}

/// Whether the office's own systems have still to read the voucher: one that came and is not
/// acknowledged, or whose receipt is not.
fn is_waiting(life: &Life) -> bool {
    match life.view {
        View::Receiver => life.state == State::Delivered,
        View::Issuer => life.leg(Document::Receipt) == Leg::Delivered,
    }
}

/// That a body may come with the move: of this voucher, of the right layer, over what is kept.
fn fits(key: &VoucherKey, name: Move, before: &Life, body: &Body) -> Result<()> {
    if *body.id() != key.id {
        let message = format!("it is {}, the call is about {}", body.id(), key.id);
        return Err(Error::new(Code::Changed, "body", message));
    }
    let digest = body.voucher().form_digest();
    let changed = |what: &str| Err(Error::new(Code::Changed, "body", what.to_owned()));
    let replaces = match body.layer() {
        Layer::Issuer => matches!(name, Move::Create | Move::Edit | Move::Receive),
        Layer::Responder => {
            let original = body.original_part().map(|part| part.voucher().form_digest());
            if original.is_none() || original != before.content {
                return changed("the original in the receipt is not the one that is kept");
            }
            matches!(name, Move::FillReceipt | Move::ReceiveReceipt)
        }
    };
    let kept = match body.layer() {
        Layer::Issuer => before.content,
        Layer::Responder => before.receipt,
    };
    if !replaces && kept != Some(digest) {
        return changed("the document is not the one that is kept");
    }
    Ok(())
}

/// What the log says of a move: digests, states and amounts.
fn entry_of(
    time: Time,
    key: &VoucherKey,
    name: Move,
    [before, after]: [&Life; 2],
    text: &str,
    facts: &Facts,
) -> Result<Entry> {
    let VoucherId { adm_div_code, st_year, vt_code, voucher_no } = &key.id;
    let log = LogKey::new(adm_div_code, st_year)?;
    let rule = Table::standard().rule(name, before.view);
    let party = rule.map_or("", |rule| rule.party.name());
    let odd = |c: char| c.is_whitespace() || c == '/';
    let person = facts.actor.as_ref().map(|actor| &actor.person);
    let key_digest = person.map(|person| hex::encode(&person.key)).unwrap_or_default();
    let actor = match person {
        // The log takes short names; the key says who it is anyway.
        Some(person) if person.name.len() > 64 || person.name.contains(odd) => &key_digest,
        Some(person) => &person.name,
        None => party,
    };
    let mut entry = Entry::new(log, 0, time, actor, name.name());
    entry.voucher = Some(VoucherRef {
        vt_code: vt_code.clone(),
        voucher_no: voucher_no.clone(),
        version: key.version,
    });
    entry.before = before.state.name().to_owned();
    entry.after = after.state.name().to_owned();
    entry.amounts = BTreeMap::from([("amount".to_owned(), after.amount.value())]);
    if let Some(CoreResult::Executed(paid)) = after.result {
        entry.amounts.insert("paid".to_owned(), paid.value());
    }
    if let Ok(refunded) = i64::try_from(after.refunded()) {
        entry.amounts.insert("refunded".to_owned(), refunded);
    }
    let mut digests = BTreeMap::from([(named::LIFE.to_owned(), sm3::digest(text.as_bytes()))]);
    for (name, digest) in [(named::CONTENT, after.content), (named::RECEIPT, after.receipt)] {
        digests.extend(digest.map(|digest| (name.to_owned(), digest)));
    }
    digests.extend(person.map(|person| ("actor".to_owned(), person.key)));
    entry.digests = digests;
    entry.facts = BTreeMap::from([(named::VIEW.to_owned(), after.view.name().to_owned())]);
    let more = [
        ("position", facts.act.as_ref().map(|act| act.position.clone()).or(facts.position.clone())),
        ("clearing", (after.clearing != Clearing::Open).then(|| after.clearing.name().to_owned())),
        ("by", speaker(name, facts).map(VoucherId::to_string)),
    ];
    for (name, value) in more {
        entry.facts.extend(value.map(|value| (name.to_owned(), value)));
    }
    entry.reason = facts.reason.clone().unwrap_or_default();
    entry.authorization = facts.authorization.as_ref().map(authorization).unwrap_or_default();
    Ok(entry)
}

/// The other voucher that brought the move about.
fn speaker(name: Move, facts: &Facts) -> Option<&VoucherId> {
    match name {
        Move::Claim | Move::Unclaim | Move::Clear => facts.claim.as_ref().map(|claim| &claim.by),
        Move::Refund => facts.refund.as_ref().map(|refund| &refund.by),
        _ => None,
    }
}

/// The log says which acts were over the document, so that whoever audits it knows when they were there.
fn acts_digest(body: &Body) -> (String, [u8; 32]) {
    let name = match body.layer() {
        Layer::Issuer => named::ACTS,
        Layer::Responder => named::RECEIPT_ACTS,
    };
    (name.to_owned(), layer_digest(body.layer(), body.acts()))
}

/// A leave to use a key in one line: who, how it was made sure, when, where it is recorded.
fn authorization(leave: &Authorization) -> String {
    let Authorization { who, authenticated_by, at, reference } = leave;
    format!("{who} | {authenticated_by} | {at} | {reference}")
}
