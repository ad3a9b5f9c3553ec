//! What an audit of a store found wrong: the first of each kind.

use super::storage::VoucherKey;
use super::trail::Spot;
use crate::ledger::LogKey;
use crate::report::CheckCode;

/// Where a store, or what was exported of it, is not what it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditDifference {
    /// The check that failed.
    pub check: CheckCode,
    /// The place among the entries of all logs, from 1; `None` if no entry is at fault.
    pub place: Option<u64>,
    /// The log, and the number of the entry in it, from 0.
    pub entry: Option<(LogKey, u64)>,
    /// The voucher.
    pub voucher: Option<VoucherKey>,
    /// What is different, for people.
    pub what: String,
}

/// The first difference of each kind.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<AuditDifference>);

impl Findings {
    /// About a voucher, at an entry.
    pub(super) fn at(
        &mut self,
        check: CheckCode,
        at: Spot,
        key: &VoucherKey,
        what: impl Into<String>,
    ) {
        let log = LogKey::new(&key.id.adm_div_code, &key.id.st_year).ok();
        let entry = log.map(|log| (log, at.number));
        let (place, voucher, what) = (Some(at.place), Some(key.clone()), what.into());
        self.add(AuditDifference { check, place, entry, voucher, what });
    }

    /// About an entry that names no voucher.
    pub(super) fn at_entry(&mut self, check: CheckCode, at: Spot, log: &LogKey, what: &str) {
        let entry = Some((log.clone(), at.number));
        let (place, what) = (Some(at.place), what.to_owned());
        self.add(AuditDifference { check, place, entry, voucher: None, what });
    }

    /// About something that no entry is at fault for.
    pub(super) fn beside(&mut self, check: CheckCode, voucher: Option<VoucherKey>, what: String) {
        self.add(AuditDifference { check, place: None, entry: None, voucher, what });
    }

    /// Keeps the first of its kind: by its place, what has none after what has one.
    pub(super) fn add(&mut self, found: AuditDifference) {
        let place = |difference: &AuditDifference| difference.place.unwrap_or(u64::MAX);
        match self.0.iter_mut().find(|known| known.check == found.check) {
            Some(known) if place(known) <= place(&found) => {}
            Some(known) => *known = found,
            None => self.0.push(found),
        }
    }

    /// The first of this kind.
    pub(super) fn of(&self, check: CheckCode) -> Option<&AuditDifference> {
        self.0.iter().find(|found| found.check == check)
    }

    /// The first of all.
    pub(super) fn first(&self) -> Option<&AuditDifference> {
        self.0.iter().min_by_key(|found| found.place.unwrap_or(u64::MAX))
    }
}
