//! Recomputing the vouchers of a store from the entries of its logs.

use super::findings::Findings;
use super::moves::{life_of, named};
use super::posting;
use super::quota::{QuotaBook, QuotaFields, QuotaKey, QuotaStep, lines, post};
use super::settlement::kept_registers;
use super::state::State;
use super::storage::{Filter, Snapshot, VoucherKey, VoucherRow};
use super::trail::{Followed, Trail};
use crate::crypto::sm3;
use crate::error::Result;
use crate::ledger::Entry;
use crate::voucher::Layer;
use std::collections::{BTreeMap, BTreeSet};

/// How many entries or vouchers are read at once.
const CHUNK: usize = 1_000;

/// What recomputing the vouchers found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Replay {
    /// Entries that are moves of vouchers, as the life cycle has them.
    pub moves: u64,
    /// Entries about something else.
    pub others: u64,
    /// Vouchers that stand where their moves led.
    pub vouchers: u64,
    /// Balances that are what the vouchers led to.
    pub balances: u64,
    /// Balances that cannot be recomputed: of a year of which vouchers that changed the quota were
    /// destroyed.
    pub unknown: u64,
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
/// lead with what the store holds: the state, the record, the digests of the documents, the
/// balances of the quota, posted anew from the vouchers themselves, and who asks for what the store
/// does not hold. Takes about 600 bytes of memory for each voucher. `fields` says where the parts of a quota's key stand, as when it was posted.
///
/// What a voucher did to the quota is not known any more once its content was destroyed; the balances
/// of its year are then counted as `unknown`.
///
/// That the entries are those that were written is for [`audit_logs`](super::audit_logs) to say.
///
/// # Errors
///
/// Family Storage if the store cannot be read.
pub fn replay_vouchers(snapshot: &dyn Snapshot, fields: &QuotaFields) -> Result<Replay> {
    let mut replay = Replay::default();
    let (mut trail, mut book) = (Trail::default(), Book::default());
    let mut place = 0;
    loop {
        let entries = snapshot.entries_of_all(place, CHUNK)?;
        let Some(last) = entries.last() else { break };
        place = last.place;
        for placed in &entries {
            let mut findings = Findings::default();
            let Ok(entry) = Entry::from_der(&placed.entry.bytes) else {
                let (place, what) = (Some(placed.place), "the entry cannot be read".to_owned());
                replay.difference = Some(ReplayDifference { place, voucher: None, what });
                return Ok(replay);
            };
            let moved = trail.follow(placed.place, &entry, &mut findings);
            let headless = trail.headless.take().map(|(key, _)| of_trail(placed.place, key));
            let found = findings.first().map(|found| ReplayDifference {
                place: found.place,
                voucher: found.voucher.clone(),
                what: found.what.clone(),
            });
            if let Some(difference) = found.or(headless) {
                replay.difference = Some(difference);
                return Ok(replay);
            }
            let Some(moved) = moved else {
                replay.others += 1;
                continue;
            };
            let moved = (moved.key, entry);
            if let Some(what) = repost(snapshot, &mut book, &moved, fields)? {
                let (place, voucher) = (Some(placed.place), Some(moved.0));
                replay.difference = Some(ReplayDifference { place, voucher, what });
                return Ok(replay);
            }
            replay.moves += 1;
        }
    }
    replay.difference = compare(snapshot, &mut trail.vouchers, &mut replay.vouchers)?;
    if replay.difference.is_none()
        && let Some((key, _)) = trail.vouchers.pop_first()
    {
        replay.difference = Some(of_voucher(key, "the log tells of it and it is not kept"));
    }
    if replay.difference.is_none() {
        replay.difference = balances(snapshot, &book, &mut replay)?;
    }
    if replay.difference.is_none() {
        let what = trail.registers.differs(&kept_registers(snapshot)?);
        let of = |what| ReplayDifference { place: None, voucher: None, what };
        replay.difference = what.map(of);
    }
    Ok(replay)
}

/// The quota as the vouchers led to it.
#[derive(Default)]
pub(super) struct Book {
    pub(super) balances: QuotaBook,
    /// Years of which vouchers that changed it were destroyed.
    pub(super) unknown: BTreeSet<String>,
}

/// Posts anew what a move did to the quota, from the voucher itself; what does not agree.
fn repost(
    snapshot: &dyn Snapshot,
    book: &mut Book,
    (key, entry): &(VoucherKey, Entry),
    fields: &QuotaFields,
) -> Result<Option<String>> {
    let step = match entry.facts.get(named::QUOTA).map(String::as_str) {
        None => return Ok(None),
        Some("post") => QuotaStep::Post,
        Some("undo") => QuotaStep::Undo,
        Some(_) => return Ok(Some("the entry has a step of the quota that is none".to_owned())),
    };
    if book.unknown.contains(&key.id.st_year) {
        return Ok(None);
    }
    let Some(content) = snapshot.document(key, Layer::Issuer)? else {
        // Whether the log says so too is seen when all vouchers are compared.
        let destroyed = |row: VoucherRow| row.state == State::Destroyed.number();
        if snapshot.row(key)?.is_some_and(destroyed) {
            book.unknown.insert(key.id.st_year.clone());
            return Ok(None);
        }
        return Ok(Some("the voucher that changed the quota is missing".to_owned()));
    };
    let body = content.to_body()?;
    if entry.digests.get(named::CONTENT) != Some(&body.voucher().form_digest()) {
        return Ok(Some("the voucher that changed the quota is another one".to_owned()));
    }
    let posted = lines(body.voucher(), fields).and_then(|lines| {
        let Some(lines) = lines else { return Ok(None) };
        let after = post(&lines, step, |key| book.balances.balance(key))?;
        book.balances.post(&lines, step)?;
        Ok(Some(posting::digest(&after)))
    });
    Ok(match posted {
        Ok(digest) if digest.as_ref() == entry.digests.get(named::QUOTA) => None,
        Ok(_) => Some("the balances after it are not those of the log".to_owned()),
        Err(error) => Some(format!("it cannot have changed the quota: {error}")),
    })
}

/// Compares the balances that are kept with those that the vouchers led to.
pub(super) fn balances(
    snapshot: &dyn Snapshot,
    book: &Book,
    found: &mut Replay,
) -> Result<Option<ReplayDifference>> {
    let of = |what: String| Ok(Some(ReplayDifference { place: None, voucher: None, what }));
    let known = |key: &QuotaKey| !book.unknown.contains(&key.st_year);
    let due = book.balances.balances().filter(|(key, _)| known(key));
    let mut due: BTreeMap<String, i64> = due.map(|(key, fen)| (key.to_string(), fen)).collect();
    let mut after = String::new();
    loop {
        let kept = snapshot.balances(&after, CHUNK)?;
        let Some(last) = kept.last() else { break };
        after.clone_from(&last.key);
        for balance in kept {
            match due.remove(&balance.key) {
                Some(fen) if fen == balance.fen => found.balances += 1,
                Some(fen) => {
                    let (key, kept) = (balance.key, balance.fen);
                    return of(format!("the quota {key} is {kept} fen, the vouchers give {fen}"));
                }
                None if balance.key.parse().is_ok_and(|key| !known(&key)) => found.unknown += 1,
                None => return of(format!("no voucher gives the quota {}", balance.key)),
            }
        }
    }
    match due.pop_first() {
        Some((key, fen)) => of(format!("the quota {key} is missing, the vouchers give {fen} fen")),
        None => Ok(None),
    }
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
        != (followed.view, followed.original.digest, followed.receipt.digest)
    {
        return Ok(Some("its record names other documents than the log"));
    }
    for (layer, digest) in [(Layer::Issuer, life.content), (Layer::Responder, life.receipt)] {
        let Some(digest) = digest else { continue };
        let kept = match snapshot.document(&row.key, layer)? {
            Some(_) if life.state == State::Destroyed => {
                return Ok(Some("a document of it is kept, and it was destroyed"));
            }
            Some(content) => content.to_body()?,
            None if life.state == State::Destroyed => continue,
            None => return Ok(Some("a document of it is missing")),
        };
        if kept.voucher().form_digest() != digest || *kept.id() != row.key.id {
            return Ok(Some("a document of it is not the one that the log has the digest of"));
        }
    }
    Ok(None)
}

fn of_trail(place: u64, key: VoucherKey) -> ReplayDifference {
    let what = "the move does not start where the one before it led".to_owned();
    ReplayDifference { place: Some(place), voucher: Some(key), what }
}

fn of_voucher(key: VoucherKey, what: &str) -> ReplayDifference {
    ReplayDifference { place: None, voucher: Some(key), what: what.to_owned() }
}
