//! Who asks for what this store does not hold: marks that are entries of the log too.
//!
//! ```text
//! claim   payment            = nothing | ("taken" | "done") request amount
//! refund  voucher " " detail = nothing | ("taken" | "done") refund amount
//! ```
//!
//! Vouchers are written as `AdmDivCode/StYear/VtCode/VoucherNo`, amounts in fen, one blank between
//! two parts. What a mark that says nothing is about is open again.

use crate::error::{Code, Error, Result};
use crate::ledger::{Entry, LogKey, VoucherRef};
use crate::store::content::damaged;
use crate::store::storage::{Mark, MarkKind, Snapshot, VoucherKey};
use crate::store::work::Work;
use crate::voucher::{Fen, VoucherId};
use std::collections::BTreeMap;

/// The operation of an entry that changes a mark, and the names of what it says.
const OPERATION: &str = "register";
const OF: &str = "of";
const IS: &str = "is";

const TAKEN: &str = "taken";
const DONE: &str = "done";

/// How many marks are read at once.
const CHUNK: usize = 1_000;

/// Who asks for something, or got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Registered {
    pub(super) by: VoucherId,
    pub(super) amount: Fen,
    pub(super) is_done: bool,
}

impl Registered {
    fn write(&self) -> String {
        let state = if self.is_done { DONE } else { TAKEN };
        format!("{state} {} {}", self.by, self.amount.value())
    }

    fn read(text: &[u8]) -> Option<Registered> {
        let mut parts = std::str::from_utf8(text).ok()?.split(' ');
        let is_done = match parts.next()? {
            TAKEN => false,
            DONE => true,
            _ => return None,
        };
        let names: Vec<&str> = parts.next()?.split('/').collect();
        let [adm_div_code, st_year, vt_code, voucher_no] = names[..] else { return None };
        let by = VoucherId::new(adm_div_code, st_year, vt_code, voucher_no).ok()?;
        let amount = Fen::new(parts.next()?.parse().ok()?)?;
        parts.next().is_none().then_some(Registered { by, amount, is_done })
    }
}

impl Work<'_> {
    /// Who asks for it or got it, as far as marks say.
    pub(super) fn registered(&self, kind: MarkKind, of: &str) -> Result<Option<Registered>> {
        match self.mark(kind, of.as_bytes())? {
            None => Ok(None),
            Some(value) if value.is_empty() => Ok(None),
            Some(value) => match Registered::read(&value) {
                Some(registered) => Ok(Some(registered)),
                None => Err(damaged("a mark that says nothing")),
            },
        }
    }

    /// It is asked for by this voucher, and nobody else's.
    pub(super) fn take(
        &mut self,
        kind: MarkKind,
        of: &str,
        by: &VoucherKey,
        amount: Fen,
    ) -> Result<()> {
        match self.registered(kind, of)? {
            Some(other) if other.by != by.id => Err(taken(kind, of, &other.by)),
            Some(own) if own.is_done || own.amount == amount => Ok(()),
            _ => {
                let own = Registered { by: by.id.clone(), amount, is_done: false };
                self.register(kind, of, by, Some(own))
            }
        }
    }

    /// It is open again if this voucher asked for it.
    pub(super) fn free(&mut self, kind: MarkKind, of: &str, by: &VoucherKey) -> Result<()> {
        match self.registered(kind, of)? {
            Some(own) if own.by == by.id && !own.is_done => self.register(kind, of, by, None),
            _ => Ok(()),
        }
    }

    /// This voucher got it; whether it had asked for it.
    pub(super) fn finish_taken(
        &mut self,
        kind: MarkKind,
        of: &str,
        by: &VoucherKey,
    ) -> Result<bool> {
        match self.registered(kind, of)? {
            Some(own) if own.by == by.id => {
                if !own.is_done {
                    self.register(kind, of, by, Some(Registered { is_done: true, ..own }))?;
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn register(
        &mut self,
        kind: MarkKind,
        of: &str,
        by: &VoucherKey,
        is: Option<Registered>,
    ) -> Result<()> {
        let value = is.as_ref().map(Registered::write).unwrap_or_default();
        let VoucherId { adm_div_code, st_year, vt_code, voucher_no } = by.id.clone();
        let log = LogKey::new(&adm_div_code, &st_year)?;
        let mut entry = Entry::new(log, 0, self.time(), "voucher", OPERATION);
        entry.voucher = Some(VoucherRef { vt_code, voucher_no, version: by.version });
        let said = [(OPERATION, name(kind)), (OF, of), (IS, &value)];
        let own = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        entry.facts = said.map(own).into();
        entry.amounts = is.iter().map(|is| ("amount".to_owned(), is.amount.value())).collect();
        self.append(entry)?;
        self.replace_mark(kind, of.as_bytes(), value.into_bytes());
        Ok(())
    }
}

/// The error about what another voucher asks for.
pub(super) fn taken(kind: MarkKind, of: &str, by: &VoucherId) -> Error {
    let code = if kind == MarkKind::Refund { Code::RefundTwice } else { Code::Claimed };
    Error::new(code, "settlement", format!("{by} asks for {of}"))
}

fn name(kind: MarkKind) -> &'static str {
    if kind == MarkKind::Refund { "refund" } else { "claim" }
}

/// The marks as the entries of the logs leave them.
#[derive(Default)]
pub(in crate::store) struct Registers(BTreeMap<(MarkKind, Vec<u8>), Vec<u8>>);

impl Registers {
    /// Follows an entry that is no move of a voucher.
    pub(in crate::store) fn follow(&mut self, entry: &Entry) {
        let fact = |name: &str| entry.facts.get(name).map(String::as_str);
        let kind = match fact(OPERATION) {
            Some("claim") => MarkKind::Claim,
            Some("refund") => MarkKind::Refund,
            _ => return,
        };
        if let (OPERATION, Some(of), Some(is)) = (entry.operation.as_str(), fact(OF), fact(IS)) {
            self.0.insert((kind, of.as_bytes().to_vec()), is.as_bytes().to_vec());
        }
    }

    /// Compares them with what is kept; the first thing that is different.
    pub(in crate::store) fn differs(mut self, kept: &[Mark]) -> Option<String> {
        for Mark { kind, key, value, .. } in kept {
            let of = String::from_utf8_lossy(key).into_owned();
            match self.0.remove(&(*kind, key.clone())) {
                Some(due) if due == *value => {}
                Some(_) => return Some(format!("who asks for {of} is not what the log says")),
                None => return Some(format!("the log does not say who asks for {of}")),
            }
        }
        let ((_, of), _) = self.0.pop_first()?;
        Some(format!("the mark of {} is missing", String::from_utf8_lossy(&of)))
    }
}

/// Every mark that a [`Registers`] speaks about.
pub(in crate::store) fn kept_registers(snapshot: &dyn Snapshot) -> Result<Vec<Mark>> {
    let mut kept = Vec::new();
    for kind in [MarkKind::Claim, MarkKind::Refund] {
        let mut after = Vec::new();
        loop {
            let marks = snapshot.marks(kind, &after, CHUNK)?;
            let Some(last) = marks.last() else { break };
            after.clone_from(&last.key);
            kept.extend(marks);
        }
    }
    Ok(kept)
}
