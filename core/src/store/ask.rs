//! What callers in other languages ask a store for, read from JSON as strictly as orders are.

use super::authorization::Authorization;
use super::life_cycle::Move;
use super::order::{read_id, read_leave};
use super::state::State;
use super::storage::{Filter, VoucherKey};
use crate::error::{Code, Error, Result};
use crate::voucher::VoucherId;
use crate::voucher::config::{Members, Value, parse};

/// A step that somebody makes with a key at hand, as callers in other languages say it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ActingTerms {
    /// The step.
    pub name: Move,
    /// The position that is filled.
    pub position: String,
    /// The owner's leave for a key that a server keeps.
    pub authorization: Option<Authorization>,
}

impl ActingTerms {
    /// Reads `{"move":"act","position":"…","authorization":{…}}`, the last as in an
    /// [`Order`](super::Order) and only for a key that a server keeps.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] or [`Code::Value`] with what is wrong.
    pub fn from_json(text: &[u8]) -> Result<ActingTerms> {
        let value = parse(text, "acting")?;
        let mut members = Members::of(&value, "acting")?;
        let name = members.text("move")?;
        let name = Move::from_name(name)
            .ok_or_else(|| Error::new(Code::Value, "move", format!("{name:?} is no move")))?;
        let position = members.text("position")?.to_owned();
        let authorization = members.optional("authorization").map(read_leave).transpose()?;
        members.finish()?;
        Ok(ActingTerms { name, position, authorization })
    }
}

impl VoucherKey {
    /// Reads `{"voucher":{"admDivCode","stYear","vtCode","voucherNo"},"version":1}`; the version is
    /// `None` if it is left out.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] or [`Code::Value`] with what is wrong.
    pub fn from_json(text: &[u8]) -> Result<(VoucherId, Option<u32>)> {
        read_key(&parse(text, "voucher")?)
    }

    /// Reads an array of such objects, at most `limit`; a version that is left out is 1.
    ///
    /// # Errors
    ///
    /// As there; [`Code::Count`].
    pub fn many_from_json(text: &[u8], limit: usize) -> Result<Vec<VoucherKey>> {
        let key = |value| {
            let (id, version) = read_key(value)?;
            Ok(VoucherKey { id, version: version.unwrap_or(1) })
        };
        items(&parse(text, "vouchers")?, limit)?.iter().map(key).collect()
    }
}

impl VoucherId {
    /// Reads an array of `{"admDivCode","stYear","vtCode","voucherNo"}`, at most `limit` of them.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] or [`Code::Value`] with what is wrong; [`Code::Count`].
    pub fn many_from_json(text: &[u8], limit: usize) -> Result<Vec<VoucherId>> {
        items(&parse(text, "vouchers")?, limit)?.iter().map(read_id).collect()
    }
}

impl Filter {
    /// Reads `{"admDivCode","stYear","vtCode","state":"accepted","waiting":true}`, each of which may
    /// be left out.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] or [`Code::Value`] with what is wrong.
    pub fn from_json(text: &[u8]) -> Result<Filter> {
        let value = parse(text, "filter")?;
        let mut members = Members::of(&value, "filter")?;
        let mut text = |name: &str| -> Result<Option<String>> {
            Ok(members.optional_text(name)?.map(str::to_owned))
        };
        let (adm_div_code, st_year, vt_code) =
            (text("admDivCode")?, text("stYear")?, text("vtCode")?);
        let state = match members.optional_text("state")? {
            None => None,
            Some(name) => {
                let state = State::from_name(name);
                Some(state.ok_or_else(|| members.error(format!("{name:?} is no state")))?.number())
            }
        };
        let waiting = members.optional_bool("waiting")?.unwrap_or(false);
        members.finish()?;
        Ok(Filter { adm_div_code, st_year, vt_code, state, waiting })
    }
}

fn read_key(value: &Value) -> Result<(VoucherId, Option<u32>)> {
    let mut members = Members::of(value, "voucher")?;
    let id = read_id(members.required("voucher")?)?;
    let version = match members.optional_number("version")? {
        None => None,
        Some(number) => {
            let version = u32::try_from(number).ok().filter(|version| *version > 0);
            Some(version.ok_or_else(|| members.error("versions are numbers from 1 on"))?)
        }
    };
    members.finish()?;
    Ok((id, version))
}

fn items(value: &Value, limit: usize) -> Result<&[Value]> {
    match value {
        Value::Array(items) if items.len() <= limit => Ok(items),
        Value::Array(_) => {
            Err(Error::new(Code::Count, "vouchers", format!("more than {limit} vouchers")))
        }
        _ => Err(Error::new(Code::Json, "vouchers", "an array is due")),
    }
}
