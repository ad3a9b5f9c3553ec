//! The record of a voucher as JSON, as a store keeps it.

use super::{
    ActRecord, Clearing, CoreResult, Leg, Life, Person, Reconciliation, RefundRecord, Role, State,
    View,
};
use crate::error::{Code, Error, Result};
use crate::hex;
use crate::voucher::{Fen, VoucherId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const NAME: &str = "life";
const FORMAT: u32 = 1;

impl Life {
    /// The record as JSON in one form, for a store to keep.
    pub fn to_json(&self) -> String {
        // The form has strings for keys and nothing that cannot be written.
        serde_json::to_string(&Written::of(self)).unwrap_or_default()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// [`Code::Json`], [`Code::Version`] or [`Code::Value`] with what is wrong, [`Code::Structure`] for
    /// another form of the same: a changed record is not guessed at.
    pub fn from_json(text: &str) -> Result<Life> {
        let written: Written = serde_json::from_str(text)
            .map_err(|error| Error::new(Code::Json, NAME, error.to_string()))?;
        let life = written.read()?;
        if life.to_json() != text {
            let message = "the record is not in the one form in which records are written";
            return Err(Error::new(Code::Structure, NAME, message));
        }
        Ok(life)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: u32,
    view: String,
    state: u8,
    version: u32,
    content: Option<String>,
    receipt: Option<String>,
    amount: i64,
    maker: Option<WrittenPerson>,
    reviewer: Option<WrittenPerson>,
    approver: Option<WrittenPerson>,
    acts: Vec<WrittenAct>,
    submission: Option<String>,
    result: Option<WrittenResult>,
    refunds: BTreeMap<String, WrittenRefund>,
    clearing: String,
    clearing_by: Option<[String; 4]>,
    reconciliation: String,
    original_leg: String,
    receipt_leg: String,
    in_quota: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPerson {
    name: String,
    org: String,
    certificate: String,
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAct {
    position: String,
    sequence: u32,
    role: String,
    person: WrittenPerson,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRefund {
    by: [String; 4],
    amount: i64,
    after_claim: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenResult {
    Executed(i64),
    Failed,
}

impl Written {
    fn of(life: &Life) -> Written {
        let digest = |digest: &Option<[u8; 32]>| digest.map(|bytes| hex::encode(&bytes));
        let person = |person: &Option<Person>| person.as_ref().map(WrittenPerson::of);
        let refund = |(detail, refund): (&String, &RefundRecord)| {
            let RefundRecord { by, amount, after_claim } = refund;
            let (by, amount, after_claim) = (id(by), amount.value(), *after_claim);
            (detail.clone(), WrittenRefund { by, amount, after_claim })
        };
        Written {
            format: FORMAT,
            view: life.view.name().to_owned(),
            state: life.state.number(),
            version: life.version,
            content: digest(&life.content),
            receipt: digest(&life.receipt),
            amount: life.amount.value(),
            maker: person(&life.maker),
            reviewer: person(&life.reviewer),
            approver: person(&life.approver),
            acts: life.acts.iter().map(WrittenAct::of).collect(),
            submission: digest(&life.submission),
            result: life.result.map(|result| match result {
                CoreResult::Executed(amount) => WrittenResult::Executed(amount.value()),
                CoreResult::Failed => WrittenResult::Failed,
            }),
            refunds: life.refunds.iter().map(refund).collect(),
            clearing: life.clearing.name().to_owned(),
            clearing_by: life.clearing.by().map(id),
            reconciliation: life.reconciliation.name().to_owned(),
            original_leg: life.original_leg.name().to_owned(),
            receipt_leg: life.receipt_leg.name().to_owned(),
            in_quota: life.in_quota,
        }
    }

    fn read(self) -> Result<Life> {
        if self.format != FORMAT {
            let message = format!("the format is {}, not {FORMAT}", self.format);
            return Err(Error::new(Code::Version, NAME, message));
        }
        let person = |written: Option<WrittenPerson>| written.map(WrittenPerson::read).transpose();
        let by = self.clearing_by.as_ref().map(read_id).transpose()?;
        let clearing = match (self.clearing.as_str(), by) {
            ("open", None) => Clearing::Open,
            ("claimed", Some(by)) => Clearing::Claimed(by),
            ("cleared", Some(by)) => Clearing::Cleared(by),
            _ => return Err(bad("clearing")),
        };
        let result = match self.result {
            None => None,
            Some(WrittenResult::Executed(amount)) => Some(CoreResult::Executed(fen(amount)?)),
            Some(WrittenResult::Failed) => Some(CoreResult::Failed),
        };
        let refund = |(detail, written): (String, WrittenRefund)| {
            let by = read_id(&written.by)?;
            let amount = fen(written.amount)?;
            Ok((detail, RefundRecord { by, amount, after_claim: written.after_claim }))
        };
        Ok(Life {
            view: View::from_name(&self.view).ok_or_else(|| bad("view"))?,
            state: State::from_number(self.state).ok_or_else(|| bad("state"))?,
            version: self.version,
            content: digest(self.content)?,
            receipt: digest(self.receipt)?,
            amount: fen(self.amount)?,
            maker: person(self.maker)?,
            reviewer: person(self.reviewer)?,
            approver: person(self.approver)?,
            acts: self.acts.into_iter().map(WrittenAct::read).collect::<Result<_>>()?,
            submission: digest(self.submission)?,
            result,
            refunds: self.refunds.into_iter().map(refund).collect::<Result<_>>()?,
            clearing,
            reconciliation: Reconciliation::from_name(&self.reconciliation)
                .ok_or_else(|| bad("reconciliation"))?,
            original_leg: Leg::from_name(&self.original_leg).ok_or_else(|| bad("original_leg"))?,
            receipt_leg: Leg::from_name(&self.receipt_leg).ok_or_else(|| bad("receipt_leg"))?,
            in_quota: self.in_quota,
        })
    }
}

impl WrittenPerson {
    fn of(person: &Person) -> WrittenPerson {
        WrittenPerson {
            name: person.name.clone(),
            org: person.org.clone(),
            certificate: hex::encode(&person.certificate),
            key: hex::encode(&person.key),
        }
    }

    fn read(self) -> Result<Person> {
        let digest = |text: &str| hex::decode(text).ok_or_else(|| bad("person"));
        let (certificate, key) = (digest(&self.certificate)?, digest(&self.key)?);
        Ok(Person { name: self.name, org: self.org, certificate, key })
    }
}

impl WrittenAct {
    fn of(act: &ActRecord) -> WrittenAct {
        WrittenAct {
            position: act.position.clone(),
            sequence: act.sequence,
            role: act.role.name().to_owned(),
            person: WrittenPerson::of(&act.person),
        }
    }

    fn read(self) -> Result<ActRecord> {
        let role = Role::from_name(&self.role).ok_or_else(|| bad("role"))?;
        let person = self.person.read()?;
        Ok(ActRecord { position: self.position, sequence: self.sequence, role, person })
    }
}

fn id(id: &VoucherId) -> [String; 4] {
    [&id.adm_div_code, &id.st_year, &id.vt_code, &id.voucher_no].map(String::clone)
}

fn read_id([adm_div_code, st_year, vt_code, voucher_no]: &[String; 4]) -> Result<VoucherId> {
    VoucherId::new(adm_div_code, st_year, vt_code, voucher_no)
}

fn digest(text: Option<String>) -> Result<Option<[u8; 32]>> {
    let one = |text: String| hex::decode(&text).ok_or_else(|| bad("digest"));
    text.map(one).transpose()
}

fn fen(value: i64) -> Result<Fen> {
    Fen::new(value).ok_or_else(|| bad("amount"))
}

fn bad(what: &'static str) -> Error {
    Error::new(Code::Value, NAME, format!("{what} is not one that is written"))
}
