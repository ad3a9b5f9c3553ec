//! `yinxin store status` and `quota`: what a store holds.

use super::place::{self, Place};
use crate::failure::Failure;
use crate::output;
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::error::{Code, Error};
use yinxin::store::{Filter, Life, Snapshot, State, Storage, VoucherRow};
use yinxin::voucher::{Fen, VoucherId};

/// How many rows are read at once.
const CHUNK: usize = 1_000;

/// Vouchers to look for.
#[derive(Args, Debug)]
pub struct StatusArguments {
    /// The folder of the store
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Vouchers: AdmDivCode/StYear/VtCode/VoucherNo each
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Balances to look for.
#[derive(Args, Debug)]
pub struct QuotaArguments {
    /// The folder of the store
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The key of one balance: its seven parts with slashes between them
    key: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Shows where vouchers stand.
pub fn status(arguments: &StatusArguments) -> Result<ExitCode, Failure> {
    let ids = arguments.ids.iter().map(|text| voucher_id(text)).collect::<Result<Vec<_>, _>>()?;
    let mut place = Place::open(&arguments.folder)?;
    let mut value = json!({ "store": place::describe(place.storage.identity()) });
    if ids.is_empty() {
        let (counted, waiting) = place.view(count)?;
        value["vouchers"] = counted;
        value["waiting"] = json!(waiting);
    } else {
        value["vouchers"] =
            place.view(|snapshot| ids.iter().map(|id| one(snapshot, id)).collect())?;
    }
    Ok(output::value(&value, arguments.json))
}

/// Shows balances.
pub fn quota(arguments: &QuotaArguments) -> Result<ExitCode, Failure> {
    let mut place = Place::open(&arguments.folder)?;
    let balances = place.view(|snapshot| {
        if let Some(key) = &arguments.key {
            let missing =
                || Error::new(Code::QuotaMissing, key.clone(), "there is no record of it");
            return Ok(vec![snapshot.balance(key)?.ok_or_else(missing)?]);
        }
        let mut all = Vec::new();
        loop {
            let after = all.last().map_or("", |last: &yinxin::store::Balance| &last.key);
            let found = snapshot.balances(after, CHUNK)?;
            if found.is_empty() {
                return Ok(all);
            }
            all.extend(found);
        }
    })?;
    let balances: Vec<Value> = balances
        .into_iter()
        .map(|balance| {
            let amount = Fen::new(balance.fen).map(|fen| fen.to_string());
            json!({ "key": balance.key, "fen": balance.fen, "amount": amount })
        })
        .collect();
    Ok(output::value(&json!({ "balances": balances }), arguments.json))
}

fn voucher_id(text: &str) -> Result<VoucherId, Failure> {
    let parts: Vec<&str> = text.split('/').collect();
    let [division, year, vt_code, voucher_no] = parts[..] else {
        let message = format!("{text:?} is no AdmDivCode/StYear/VtCode/VoucherNo");
        return Err(Failure::usage(message));
    };
    Ok(VoucherId::new(division, year, vt_code, voucher_no)?)
}

/// How many vouchers of each type stand in each state, and how many wait to be read.
fn count(snapshot: &dyn Snapshot) -> yinxin::Result<(Value, u64)> {
    let (mut counts, mut waiting, mut after) = (BTreeMap::new(), 0u64, 0);
    loop {
        let rows = snapshot.list(&Filter::default(), after, CHUNK)?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        for (_, row) in rows {
            waiting += u64::from(row.waiting);
            *counts.entry((row.key.id.vt_code, row.state)).or_insert(0u64) += 1;
        }
    }
    let line = |((vt_code, state), count): (&(String, u8), &u64)| json!({ "vtCode": vt_code, "state": state_name(*state), "count": count });
    Ok((counts.iter().map(line).collect(), waiting))
}

/// Where the newest version of a voucher stands.
fn one(snapshot: &dyn Snapshot, id: &VoucherId) -> yinxin::Result<Value> {
    let Some(VoucherRow { key, state, waiting, recorded, life, .. }) = snapshot.latest(id)? else {
        return Ok(json!({ "voucher": id.to_string(), "status": -1, "meaning": "not found" }));
    };
    let life = Life::from_json(&life)?;
    let status = life.status();
    Ok(json!({
        "voucher": id.to_string(),
        "version": key.version,
        "state": state_name(state),
        "view": life.view.name(),
        "status": status.number(),
        "meaning": status.meaning(),
        "waiting": waiting,
        "amount": life.amount.to_string(),
        "recorded": recorded.to_string(),
    }))
}

fn state_name(number: u8) -> &'static str {
    State::from_number(number).map_or("unknown", State::name)
}
