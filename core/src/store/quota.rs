//! The quota (额度): what may still be cleared, by treasury, bank, unit, function, year and kind.
//!
//! Quota notices (5106, 5108) add, and cut where their amount is negative; clearing requests (2301)
//! subtract; clearing refunds (2302), whose amounts are negative, give back. Lines of one voucher
//! with the same key are merged first. No balance is ever below zero, and only a notice begins one.
//! A voucher that did not pass touches nothing; what a voucher changed can be undone as a whole,
//! unless the quota was used meanwhile.
//!
//! # Source
//!
//! Rules and the parts of the key as seen in a public treasury front-end. Which fields the parts of
//! the key stand in is our reading: see [`QuotaFields`].

mod compare;
mod key;
mod lines;

pub use compare::compare_balances;
pub use key::QuotaKey;
pub use lines::{QuotaFields, QuotaLines, lines};

use crate::error::{Code, Error, Result};
use crate::voucher::{Fen, Voucher};
use std::collections::BTreeMap;

/// What a voucher does to the quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuotaKind {
    /// 5106, 5108: adds, or cuts where the amount is negative.
    Notice,
    /// 2301: subtracts.
    Request,
    /// 2302: gives back.
    GiveBack,
}

impl QuotaKind {
    /// What vouchers of this type do; `None` if they do not touch the quota.
    pub fn of(vt_code: &str) -> Option<QuotaKind> {
        match vt_code {
            "5106" | "5108" => Some(QuotaKind::Notice),
            "2301" => Some(QuotaKind::Request),
            "2302" => Some(QuotaKind::GiveBack),
            _ => None,
        }
    }
}

/// Whether a voucher changes the quota, or its change is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuotaStep {
    /// The voucher passed: its change is posted.
    Post,
    /// The voucher came to nothing after it had passed: its change is undone.
    Undo,
}

/// The balances after a voucher, each for a key that it changes: all of them, or an error and none.
///
/// `balance` gives the balance of a key before, in fen; `None` where there is no record.
///
/// # Errors
///
/// [`Code::QuotaMissing`] where nothing but a notice would begin a balance, [`Code::QuotaExceeded`]
/// where one would fall below zero, [`Code::QuotaUsed`] where undoing would, [`Code::Rules`] for a
/// merged line of the wrong sign, [`Code::Value`] for a balance outside the range of an amount.
pub fn post(
    lines: &QuotaLines,
    step: QuotaStep,
    mut balance: impl FnMut(&QuotaKey) -> Option<i64>,
) -> Result<Vec<(QuotaKey, i64)>> {
    let mut after = Vec::with_capacity(lines.len());
    for (key, amount, path) in lines.iter() {
        let posted = match lines.kind() {
            QuotaKind::Notice => amount,
            QuotaKind::Request if amount >= 0 => -amount,
            QuotaKind::GiveBack if amount <= 0 => -amount,
            _ => {
                let message = format!("the amount has the wrong sign for {key}");
                return Err(Error::new(Code::Rules, path.to_owned(), message));
            }
        };
        let change = match step {
            QuotaStep::Post => posted,
            QuotaStep::Undo => -posted,
        };
        let before = balance(key);
        let begins = lines.kind() == QuotaKind::Notice && step == QuotaStep::Post && posted >= 0;
        let Some(before) = before.or(begins.then_some(0)) else {
            let message = format!("there is no quota for {key}");
            return Err(Error::new(Code::QuotaMissing, path.to_owned(), message));
        };
        let new = i128::from(before) + change;
        if new < 0 {
            let (code, what) = match step {
                QuotaStep::Post => (Code::QuotaExceeded, "has left"),
                QuotaStep::Undo => (Code::QuotaUsed, "has unused"),
            };
            let message = format!("{key} {what} {before} fen, {} are asked for", -change);
            return Err(Error::new(code, path.to_owned(), message));
        }
        let new = i64::try_from(new).ok().and_then(Fen::new).ok_or_else(|| {
            let message = format!("the balance of {key} would pass the range of an amount");
            Error::new(Code::Value, path.to_owned(), message)
        })?;
        after.push((key.clone(), new.value()));
    }
    Ok(after)
}

/// Balances in memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuotaBook {
    balances: BTreeMap<QuotaKey, i64>,
}

impl QuotaBook {
    /// No balances.
    pub fn new() -> QuotaBook {
        QuotaBook::default()
    }

    /// Balances as a store keeps them.
    pub fn of(balances: impl IntoIterator<Item = (QuotaKey, i64)>) -> QuotaBook {
        QuotaBook { balances: balances.into_iter().collect() }
    }

    /// The balance of a key, in fen; `None` where there is no record.
    pub fn balance(&self, key: &QuotaKey) -> Option<i64> {
        self.balances.get(key).copied()
    }

    /// Every balance, in fen, ascending by key.
    pub fn balances(&self) -> impl Iterator<Item = (&QuotaKey, i64)> {
        self.balances.iter().map(|(key, fen)| (key, *fen))
    }

    /// Posts or undoes a voucher, wholly or not at all.
    ///
    /// # Errors
    ///
    /// As for [`post`].
    pub fn post(&mut self, lines: &QuotaLines, step: QuotaStep) -> Result<()> {
        let after = post(lines, step, |key| self.balance(key))?;
        self.balances.extend(after);
        Ok(())
    }

    /// The balances that follow from vouchers alone, in the order in which they were posted and
    /// undone; vouchers that do not touch the quota are passed over.
    ///
    /// # Errors
    ///
    /// Those of [`lines`] and [`post`] at the first voucher that could not have been posted.
    pub fn replay<'v>(
        steps: impl IntoIterator<Item = (&'v Voucher, QuotaStep)>,
        fields: &QuotaFields,
    ) -> Result<QuotaBook> {
        let mut book = QuotaBook::new();
        for (voucher, step) in steps {
            if let Some(lines) = lines(voucher, fields)? {
                book.post(&lines, step)?;
            }
        }
        Ok(book)
    }
}
