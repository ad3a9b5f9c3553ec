//! The quota, posted anew from the vouchers in the order of the log.

use crate::error::Error;
use crate::ledger::Entry;
use crate::report::CheckCode;
use crate::store::findings::Findings;
use crate::store::moves::named;
use crate::store::posting;
use crate::store::quota::{QuotaFields, QuotaKey, QuotaKind, QuotaLines, QuotaStep, lines, post};
use crate::store::replay::Book;
use crate::store::state::State;
use crate::store::storage::VoucherKey;
use crate::store::trail::{Followup, Spot, Trail};
use crate::voucher::Voucher;
use std::collections::BTreeMap;

/// A change of the quota, as an entry tells it.
struct Posted {
    key: VoucherKey,
    at: Spot,
    step: QuotaStep,
    content: Option<[u8; 32]>,
    /// The digest of the balances after it.
    after: Option<[u8; 32]>,
}

/// What a voucher asks of the quota, its keys by their numbers: many vouchers share them.
struct Lines {
    kind: QuotaKind,
    lines: Vec<(u32, i128)>,
}

/// The changes of the quota that the log tells of, and what the vouchers in them say.
#[derive(Default)]
pub(super) struct Postings {
    told: Vec<Posted>,
    vouchers: BTreeMap<VoucherKey, Option<std::result::Result<Lines, Error>>>,
    keys: Vec<QuotaKey>,
    numbers: BTreeMap<QuotaKey, u32>,
    book: Book,
    done: u64,
    /// Changes of years of which vouchers in the quota were destroyed.
    unknown: u64,
}

impl Postings {
    pub(super) fn note(&mut self, followed: Followup, entry: &Entry) {
        let Followup { key, at, quota } = followed;
        let Some(step) = quota else { return };
        let digest = |name| entry.digests.get(name).copied();
        let (content, after) = (digest(named::CONTENT), digest(named::QUOTA));
        self.vouchers.entry(key.clone()).or_default();
        self.told.push(Posted { key, at, step, content, after });
    }

    /// Keeps what a voucher asks of the quota, if the log says that it changed it.
    pub(super) fn lines_of(&mut self, key: &VoucherKey, voucher: &Voucher, fields: &QuotaFields) {
        let Some(kept) = self.vouchers.get_mut(key) else { return };
        *kept = lines(voucher, fields).transpose().map(|found| {
            let found = found?;
            let mut lines = Vec::with_capacity(found.len());
            for (key, amount, _) in found.iter() {
                let number = match self.numbers.get(key) {
                    Some(number) => *number,
                    None => {
                        // Keys are fewer than lines, which are fewer than bytes of memory.
                        let number = self.keys.len() as u32;
                        self.keys.push(key.clone());
                        self.numbers.insert(key.clone(), number);
                        number
                    }
                };
                lines.push((number, amount));
            }
            Ok(Lines { kind: found.kind(), lines })
        });
    }

    /// Posts all of it, up to the first that does not agree.
    pub(super) fn replay(&mut self, trail: &Trail, findings: &mut Findings) {
        for posted in &self.told {
            let year = &posted.key.id.st_year;
            if self.book.unknown.contains(year) {
                self.unknown += 1;
                continue;
            }
            let followed = trail.vouchers.get(&posted.key);
            let differs = |findings: &mut Findings, what: &str| {
                findings.at(CheckCode::AuditQuota, posted.at, &posted.key, what);
            };
            let found = match self.vouchers.get(&posted.key) {
                Some(Some(Ok(found))) => found,
                Some(Some(Err(error))) => {
                    return differs(
                        findings,
                        &format!("it cannot have changed the quota: {error}"),
                    );
                }
                _ if followed.is_some_and(|followed| followed.state == State::Destroyed) => {
                    self.book.unknown.insert(year.clone());
                    self.unknown += 1;
                    continue;
                }
                _ => return differs(findings, "the voucher that changed the quota is missing"),
            };
            if followed.is_none_or(|followed| followed.original.digest != posted.content) {
                return differs(findings, "the voucher that changed the quota is another one");
            }
            let lines = found.lines.iter().filter_map(|(number, amount)| {
                Some((self.keys.get(*number as usize)?.clone(), *amount))
            });
            let lines = QuotaLines::of(found.kind, lines);
            let balances = post(&lines, posted.step, |key| self.book.balances.balance(key))
                .and_then(|after| self.book.balances.post(&lines, posted.step).map(|()| after));
            match balances {
                Ok(after) if Some(posting::digest(&after)) == posted.after => self.done += 1,
                Ok(_) => {
                    return differs(findings, "the balances after it are not those of the log");
                }
                Err(error) => {
                    return differs(
                        findings,
                        &format!("it cannot have changed the quota: {error}"),
                    );
                }
            }
        }
    }

    /// How many changes agree.
    pub(super) fn done(&self) -> u64 {
        self.done
    }

    pub(super) fn book(&self) -> &Book {
        &self.book
    }

    /// How many changes cannot be computed, since vouchers of their year were destroyed.
    pub(super) fn unknown(&self) -> u64 {
        self.unknown
    }
}
