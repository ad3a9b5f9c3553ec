//! What a store says, as JSON: the same from C, Python and the command.

use super::front::Stored;
use super::import::Imported;
use super::life::Life;
use super::moves::Made;
use super::outbox::{Answered, Outgoing, Packing};
use super::state::{Document, LegStatus};
use super::storage::{Balance, Identity, VoucherKey};
use crate::envelope::Answer;
use crate::hex;
use crate::ledger::Entry;
use crate::voucher::VoucherId;
use serde_json::{Value, json};

impl Identity {
    /// `{"id","role","org","created"}`, the id in hexadecimal digits.
    pub fn to_json(&self) -> String {
        json!({
            "id": self.name(),
            "role": self.role.name(),
            "org": self.org,
            "created": self.created.to_string(),
        })
        .to_string()
    }
}

impl Made {
    /// `{"voucher","version","state","status","repeated","effects","life"}`: where the voucher `key`
    /// stands after the move, and what has to be done outside of the store now. `life` is the record as
    /// [`Life::to_json`] writes it.
    pub fn describe(&self, key: &VoucherKey) -> String {
        let mut value = voucher(key, &self.life);
        value["repeated"] = self.repeated.into();
        value["effects"] = self.effects.iter().map(|effect| effect.name()).collect();
        with_life(value, &self.life).to_string()
    }
}

impl Stored {
    /// `{"voucher","version","state","status","recorded","original","receipt","life"}`: `original` and
    /// `receipt` say how many acts such a document has, `null` that there is none.
    pub fn describe(&self) -> String {
        let mut value = voucher(&self.key, &self.life);
        value["recorded"] = self.recorded.to_string().into();
        let acts = |body: &Option<crate::voucher::Body>| {
            body.as_ref().map_or(Value::Null, |body| json!({ "acts": body.acts().len() }))
        };
        value["original"] = acts(&self.original);
        value["receipt"] = acts(&self.receipt);
        with_life(value, &self.life).to_string()
    }
}

impl Life {
    /// `{"voucher","version","state","status","life"}` of the voucher `key`.
    pub fn describe(&self, key: &VoucherKey) -> String {
        with_life(voucher(key, self), self).to_string()
    }
}

impl LegStatus {
    /// `{"status":3,"meaning":"…"}`.
    pub fn to_json(self) -> String {
        json!({ "status": self.number(), "meaning": self.meaning() }).to_string()
    }
}

impl Balance {
    /// `{"key":"…","left":"100.00"}`, in yuan.
    pub fn to_json(&self) -> String {
        json!({ "key": self.key, "left": yuan(self.fen) }).to_string()
    }
}

impl Entry {
    /// What the entry says, as JSON, with amounts in yuan and digests in hexadecimal digits.
    pub fn describe(&self) -> String {
        let pairs = |pairs: Vec<(&String, Value)>| {
            Value::Object(pairs.into_iter().map(|(name, value)| (name.clone(), value)).collect())
        };
        json!({
            "admDivCode": self.log.adm_div_code(),
            "stYear": self.log.st_year(),
            "sequence": self.sequence,
            "time": self.time.to_string(),
            "actor": self.actor,
            "operation": self.operation,
            "voucher": self.voucher.as_ref().map(|voucher| json!({
                "vtCode": voucher.vt_code,
                "voucherNo": voucher.voucher_no,
                "version": voucher.version,
            })),
            "before": self.before,
            "after": self.after,
            "amounts": pairs(self.amounts.iter().map(|(name, fen)| (name, yuan(*fen).into())).collect()),
            "digests": pairs(
                self.digests.iter().map(|(name, digest)| (name, hex::encode(digest).into())).collect()
            ),
            "facts": pairs(
                self.facts.iter().map(|(name, fact)| (name, fact.as_str().into())).collect()
            ),
            "reason": self.reason,
            "authorization": self.authorization,
        })
        .to_string()
    }
}

impl Imported {
    /// `{"partner","packet","admission","voucher","version","move","made","refused","answered"}`:
    /// `packet` as [`PacketId::to_json`](crate::envelope::PacketId::to_json), `made` as
    /// [`Made::describe`], `refused` as an error's JSON, `answered` as
    /// [`Receipt::to_json`](crate::envelope::Receipt::to_json).
    pub fn describe(&self) -> String {
        let made = self.made.as_ref().zip(self.key.as_ref());
        let refused = self.refused.as_ref().map(|error| read(&error.to_json())["error"].take());
        json!({
            "partner": self.partner,
            "packet": read(&self.packet.to_json()),
            "admission": self.admission.name(),
            "voucher": self.key.as_ref().map(|key| id(&key.id)),
            "version": self.key.as_ref().map(|key| key.version),
            "move": self.name.map(|name| name.name()),
            "made": made.map(|(made, key)| read(&made.describe(key))),
            "refused": refused,
            "answered": self.receipt.as_ref().map(|receipt| read(&receipt.to_json())),
        })
        .to_string()
    }
}

impl Outgoing {
    /// `{"place","partner","kind","voucher","version","document","digest"}`, without the packet.
    pub fn describe(&self) -> String {
        json!({
            "place": self.place,
            "partner": self.partner,
            "kind": self.kind,
            "voucher": id(&self.key.id),
            "version": self.key.version,
            "document": document(self.document),
            "digest": hex::encode(&self.digest),
        })
        .to_string()
    }
}

impl Packing {
    /// `{"packets":[…],"stuck":[{"partner","error"}]}`, each packet as [`Outgoing::describe`].
    pub fn describe(&self) -> String {
        let stuck = self.stuck.iter().map(|(partner, error)| {
            json!({ "partner": partner, "error": read(&error.to_json())["error"].take() })
        });
        json!({
            "packets": self.packets.iter().map(|one| read(&one.describe())).collect::<Value>(),
            "stuck": stuck.collect::<Value>(),
        })
        .to_string()
    }
}

impl Answered {
    /// `{"place","partner","voucher","version","document","received","code","reason","missing","failed",
    /// "repeated"}`: `failed` as [`Made::describe`], the missing numbers as ranges `[first,last]`.
    pub fn describe(&self) -> String {
        let (code, reason) = match &self.answer {
            Answer::Received => (None, None),
            Answer::Refused { code, reason } => (Some(code), Some(reason)),
        };
        let ranges = self.missing.iter().map(|range| json!([range.start(), range.end()]));
        json!({
            "place": self.place,
            "partner": self.partner,
            "voucher": id(&self.key.id),
            "version": self.key.version,
            "document": document(self.document),
            "received": self.answer == Answer::Received,
            "code": code,
            "reason": reason,
            "missing": ranges.collect::<Value>(),
            "failed": self.failed.as_ref().map(|made| read(&made.describe(&self.key))),
            "repeated": self.repeated,
        })
        .to_string()
    }
}

fn document(document: Document) -> &'static str {
    match document {
        Document::Original => "original",
        Document::Receipt => "receipt",
    }
}

/// What was written a moment ago is JSON.
fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

fn voucher(key: &VoucherKey, life: &Life) -> Value {
    json!({
        "voucher": id(&key.id),
        "version": key.version,
        "state": life.state.name(),
        "status": life.status().number(),
    })
}

fn id(id: &VoucherId) -> Value {
    json!({
        "admDivCode": id.adm_div_code,
        "stYear": id.st_year,
        "vtCode": id.vt_code,
        "voucherNo": id.voucher_no,
    })
}

/// Any number of fen; what an entry says need not be an amount of a voucher.
fn yuan(fen: i64) -> String {
    let (sign, fen) = (if fen < 0 { "-" } else { "" }, fen.unsigned_abs());
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

fn with_life(mut value: Value, life: &Life) -> Value {
    value["life"] = read(&life.to_json());
    value
}
