//! Recomputing the vouchers of a store from the entries of its logs.

use super::life_cycle::{Move, Table};
use super::moves::{life_of, named};
use super::state::{State, View};
use super::storage::{Filter, PlacedEntry, Snapshot, VoucherKey, VoucherRow};
use crate::crypto::sm3;
use crate::error::Result;
use crate::ledger::Entry;
use crate::voucher::{Layer, VoucherId};
use std::collections::BTreeMap;

/// How many entries or vouchers are read at once.
const CHUNK: usize = 1_000;

/// What recomputing the vouchers found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replay {
    /// Entries that are moves of vouchers, as the life cycle has them.
    pub moves: u64,
    /// Entries about something else.
    pub others: u64,
    /// Vouchers that stand where their moves led.
    pub vouchers: u64,
    /// The first thing that is not as it has to be; nothing behind it was looked at.
    pub difference: Option<ReplayDifference>,
}

/// Where the vouchers and the log disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayDifference {
    /// The place of the entry among those of all logs; `None` if no entry is at fault.
    pub place: Option<u64>,
    /// The voucher.
    pub voucher: Option<VoucherKey>,
    /// What is different, for people.
    pub what: String,
}

/// Follows every voucher through the entries about it, by the life cycle, and compares where they
/// lead with what the store holds: the state, the record, the digests of the documents. Takes about
/// 300 bytes of memory for each voucher.
///
/// That the entries are those that were written is for [`audit_logs`](super::audit_logs) to say.
///
/// # Errors
///
/// Family Storage if the store cannot be read.
pub fn replay_vouchers(snapshot: &dyn Snapshot) -> Result<Replay> {
    let mut replay = Replay { moves: 0, others: 0, vouchers: 0, difference: None };
    let mut vouchers = BTreeMap::new();
    let mut place = 0;
    loop {
        let entries = snapshot.entries_of_all(place, CHUNK)?;
        let Some(last) = entries.last() else { break };
        place = last.place;
        for placed in &entries {
            match follow(&mut vouchers, placed) {
                Ok(true) => replay.moves += 1,
                Ok(false) => replay.others += 1,
                Err(difference) => {
                    replay.difference = Some(*difference);
                    return Ok(replay);
                }
            }
        }
    }
    replay.difference = compare(snapshot, &mut vouchers, &mut replay.vouchers)?;
    if replay.difference.is_none()
        && let Some((key, _)) = vouchers.pop_first()
    {
        replay.difference = Some(of_voucher(key, "the log tells of it and it is not kept"));
    }
    Ok(replay)
}

/// Where the entries so far led a voucher.
struct Followed {
    view: View,
    state: State,
    life: [u8; 32],
    content: Option<[u8; 32]>,
    receipt: Option<[u8; 32]>,
}

/// Follows one entry; whether it is a move of a voucher.
fn follow(
    vouchers: &mut BTreeMap<VoucherKey, Followed>,
    placed: &PlacedEntry,
) -> std::result::Result<bool, Box<ReplayDifference>> {
    let differs = |what: &str, voucher: Option<VoucherKey>| {
        let (place, what) = (Some(placed.place), what.to_owned());
        Err(Box::new(ReplayDifference { place, voucher, what }))
    };
    let Ok(entry) = Entry::from_der(&placed.entry.bytes) else {
        return differs("the entry cannot be read", None);
    };
    let (Some(voucher), Some(name)) = (&entry.voucher, Move::from_name(&entry.operation)) else {
        return Ok(false);
    };
    let id = VoucherId::new(
        entry.log.adm_div_code(),
        entry.log.st_year(),
        &voucher.vt_code,
        &voucher.voucher_no,
    );
    let Ok(id) = id else {
        return differs("the entry names no voucher", None);
    };
    let key = VoucherKey { id, version: voucher.version };
    let states = (State::from_name(&entry.before), State::from_name(&entry.after));
    let view = entry.facts.get(named::VIEW).and_then(|name| View::from_name(name));
    let life = entry.digests.get(named::LIFE);
    let ((Some(before), Some(after)), Some(view), Some(life)) = (states, view, life) else {
        return differs("the entry lacks what every move has", Some(key));
    };
    let (was, of) = match vouchers.get(&key) {
        Some(followed) => (followed.state, followed.view),
        None => (State::Absent, view),
    };
    if (was, of) != (before, view) {
        return differs("the move does not start where the one before it led", Some(key));
    }
    if !Table::standard().follows(view, before, name, after) {
        return differs("the life cycle does not have this move", Some(key));
    }
    let digest = |name| entry.digests.get(name).copied();
    let (content, receipt) = (digest(named::CONTENT), digest(named::RECEIPT));
    vouchers.insert(key, Followed { view, state: after, life: *life, content, receipt });
    Ok(true)
}

/// Compares what is kept with where the entries led; takes out what agrees.
fn compare(
    snapshot: &dyn Snapshot,
    vouchers: &mut BTreeMap<VoucherKey, Followed>,
    agreed: &mut u64,
) -> Result<Option<ReplayDifference>> {
    let mut after = 0;
    loop {
        let rows = snapshot.list(&Filter::default(), after, CHUNK)?;
        let Some((last, _)) = rows.last() else { return Ok(None) };
        after = *last;
        for (_, row) in rows {
            let Some(followed) = vouchers.remove(&row.key) else {
                return Ok(Some(of_voucher(row.key, "it is kept and the log does not tell of it")));
            };
            if let Some(what) = differs(snapshot, &row, &followed)? {
                return Ok(Some(of_voucher(row.key, what)));
            }
            *agreed += 1;
        }
    }
}

/// What of a kept voucher is not where the entries led.
fn differs(
    snapshot: &dyn Snapshot,
    row: &VoucherRow,
    followed: &Followed,
) -> Result<Option<&'static str>> {
    if row.state != followed.state.number() {
        return Ok(Some("it is in another state than the log says"));
    }
    if sm3::digest(row.life.as_bytes()) != followed.life {
        return Ok(Some("its record is not the one that the log has the digest of"));
    }
    let life = life_of(row)?;
    if (life.view, life.content, life.receipt)
        != (followed.view, followed.content, followed.receipt)
    {
        return Ok(Some("its record names other documents than the log"));
    }
    for (layer, digest) in [(Layer::Issuer, life.content), (Layer::Responder, life.receipt)] {
        let Some(digest) = digest else { continue };
        let kept = match snapshot.document(&row.key, layer)? {
            Some(content) => content.to_body()?,
            None => return Ok(Some("a document of it is missing")),
        };
        if kept.voucher().form_digest() != digest || *kept.id() != row.key.id {
            return Ok(Some("a document of it is not the one that the log has the digest of"));
        }
    }
    Ok(None)
}

fn of_voucher(key: VoucherKey, what: &str) -> ReplayDifference {
    ReplayDifference { place: None, voucher: Some(key), what: what.to_owned() }
}
