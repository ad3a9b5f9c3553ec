//! Orders as JSON, for callers in other languages.

use super::Order;
use crate::error::{Code, Error, Result};
use crate::hex;
use crate::store::authorization::Authorization;
use crate::store::life::CoreResult;
use crate::store::life_cycle::Move;
use crate::store::office::certificate;
use crate::store::storage::VoucherKey;
use crate::time::Time;
use crate::voucher::config::{Members, Value, parse};
use crate::voucher::{Body, Fen, VoucherId};
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;

const NAME: &str = "order";

impl Order {
    /// An order as JSON; voucher and attachments come beside it.
    ///
    /// ```json
    /// {"voucher": {"admDivCode": "990000", "stYear": "2026", "vtCode": "5201", "voucherNo": "1"},
    ///  "version": 1, "move": "accept", "by": "MII…", "position": "…", "reason": "…", "to": "…",
    ///  "submission": "64 hexadecimal digits", "executed": "100.00", "failed": true,
    ///  "advanceOpen": false, "serverSide": true,
    ///  "authorization": {"who": "…", "authenticatedBy": "…", "at": "…", "reference": "…"},
    ///  "once": "…"}
    /// ```
    ///
    /// Only `voucher` and `move` are always due; `version` is 1 if it is left out. `by` is base64 of a
    /// certificate's DER. Of `executed` (yuan) and `failed` at most one is there.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] or [`Code::Value`] with what is wrong; those of reading a certificate, an amount
    /// or an authorization.
    pub fn from_json(text: &[u8], body: Option<Body>) -> Result<Order> {
        let value = parse(text, NAME)?;
        let mut members = Members::of(&value, NAME)?;
        let id = read_id(members.required("voucher")?)?;
        let version = members.optional_number("version")?.unwrap_or(1);
        let version = u32::try_from(version).ok().filter(|version| *version > 0);
        let version = version.ok_or_else(|| members.error("versions are numbers from 1 on"))?;
        let name = members.text("move")?;
        let name = Move::from_name(name)
            .ok_or_else(|| Error::new(Code::Value, "move", format!("{name:?} is no move")))?;
        let mut order = Order::new(VoucherKey { id, version }, name);
        order.body = body;
        order.by = members.optional_text("by")?.map(certificate).transpose()?;
        let mut text = |name: &str| -> Result<Option<String>> {
            Ok(members.optional_text(name)?.map(str::to_owned))
        };
        order.position = text("position")?;
        order.reason = text("reason")?;
        order.to = text("to")?;
        order.once = text("once")?;
        order.submission = members.optional_text("submission")?.map(read_digest).transpose()?;
        let executed = members.optional_text("executed")?.map(Fen::parse).transpose()?;
        let failed = members.optional_bool("failed")?.unwrap_or(false);
        order.result = match (executed, failed) {
            (Some(_), true) => return Err(members.error("it was executed or it failed")),
            (Some(fen), false) => Some(CoreResult::Executed(fen)),
            (None, true) => Some(CoreResult::Failed),
            (None, false) => None,
        };
        order.advance_open = members.optional_bool("advanceOpen")?;
        order.server_side = members.optional_bool("serverSide")?.unwrap_or(false);
        order.authorization = members.optional("authorization").map(read_leave).transpose()?;
        members.finish()?;
        Ok(order)
    }

    /// The same as JSON, in the form that [`from_json`](Self::from_json) reads.
    pub fn to_json(&self) -> String {
        let VoucherId { adm_div_code, st_year, vt_code, voucher_no } = &self.key.id;
        let mut value = serde_json::json!({
            "voucher": { "admDivCode": adm_div_code, "stYear": st_year, "vtCode": vt_code,
                         "voucherNo": voucher_no },
            "version": self.key.version, "move": self.name.name(),
        });
        let Some(members) = value.as_object_mut() else { return String::new() };
        let mut add = |name: &str, value: Option<serde_json::Value>| {
            members.extend(value.map(|value| (name.to_owned(), value)));
        };
        add("by", self.by.as_ref().map(|by| STANDARD.encode(by.as_der()).into()));
        for (name, text) in [
            ("position", &self.position),
            ("reason", &self.reason),
            ("to", &self.to),
            ("once", &self.once),
        ] {
            add(name, text.clone().map(Into::into));
        }
        add("submission", self.submission.map(|key| hex::encode(&key).into()));
        match self.result {
            Some(CoreResult::Executed(fen)) => add("executed", Some(fen.to_string().into())),
            Some(CoreResult::Failed) => add("failed", Some(true.into())),
            None => {}
        }
        add("advanceOpen", self.advance_open.map(Into::into));
        add("serverSide", self.server_side.then_some(true.into()));
        let leave = self.authorization.as_ref().map(|leave| {
            let Authorization { who, authenticated_by, at, reference } = leave;
            serde_json::json!({ "who": who, "authenticatedBy": authenticated_by,
                                "at": at.to_string(), "reference": reference })
        });
        add("authorization", leave);
        value.to_string()
    }
}

pub(in crate::store) fn read_id(value: &Value) -> Result<VoucherId> {
    let mut members = Members::of(value, "voucher")?;
    let (division, year) = (members.text("admDivCode")?, members.text("stYear")?);
    let (vt_code, number) = (members.text("vtCode")?, members.text("voucherNo")?);
    members.finish()?;
    VoucherId::new(division, year, vt_code, number)
}

fn read_digest(text: &str) -> Result<[u8; 32]> {
    let wrong = || Error::new(Code::Value, "submission", "64 hexadecimal digits are due");
    hex::decode(text).ok_or_else(wrong)
}

pub(in crate::store) fn read_leave(value: &Value) -> Result<Authorization> {
    let mut members = Members::of(value, "authorization")?;
    let (who, how) = (members.text("who")?, members.text("authenticatedBy")?);
    let (at, reference) = (members.text("at")?, members.text("reference")?);
    members.finish()?;
    let at = Time::parse_rfc3339(at)
        .ok_or_else(|| Error::new(Code::Value, "at", "a time of RFC 3339 is due"))?;
    Authorization::new(who, how, at, reference)
}
