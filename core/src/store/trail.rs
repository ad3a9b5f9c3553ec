//! Where the entries of a log lead each voucher.

use super::findings::Findings;
use super::life_cycle::{Effect, Move, Table};
use super::moves::named;
use super::quota::{QuotaKind, QuotaStep};
use super::settlement::Registers;
use super::state::{State, View};
use super::storage::VoucherKey;
use crate::ledger::Entry;
use crate::report::CheckCode;
use crate::time::Time;
use crate::voucher::{Layer, VoucherId};
use std::collections::BTreeMap;

/// Where something stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// Its place among the entries of all logs, from 1.
    pub(super) place: u64,
    /// Its number in its log, from 0.
    pub(super) number: u64,
    pub(super) time: Time,
}

/// What the log says of one document of a voucher.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) digest: Option<[u8; 32]>,
    /// The digest of the acts over it.
    pub(super) acts: Option<[u8; 32]>,
    /// The entry since which these hold.
    pub(super) at: Spot,
    /// Whether it counts as sealed and good: then its report has to be Valid.
    pub(super) counts: bool,
    /// Whether the document was held against this.
    pub(super) seen: bool,
}

/// Where the entries so far led a voucher.
#[derive(Debug, Clone, Copy)]
pub(super) struct Followed {
    pub(super) view: View,
    pub(super) state: State,
    /// The digest of the record.
    pub(super) life: [u8; 32],
    pub(super) amount: Option<i64>,
    pub(super) paid: Option<i64>,
    pub(super) refunded: Option<i64>,
    pub(super) original: Told,
    pub(super) receipt: Told,
    /// Whether it has changed the quota, and that was not undone.
    pub(super) in_quota: bool,
    /// Whether its beginning is not among the entries.
    pub(super) headless: bool,
}

impl Followed {
    pub(super) fn told(&self, layer: Layer) -> &Told {
        match layer {
            Layer::Issuer => &self.original,
            Layer::Responder => &self.receipt,
        }
    }

    pub(super) fn told_mut(&mut self, layer: Layer) -> &mut Told {
        match layer {
            Layer::Issuer => &mut self.original,
            Layer::Responder => &mut self.receipt,
        }
    }
}

/// A move that was followed.
#[derive(Debug, Clone)]
pub(super) struct Followup {
    pub(super) key: VoucherKey,
    pub(super) at: Spot,
    /// What it did to the quota.
    pub(super) quota: Option<QuotaStep>,
}

/// Every voucher that the entries so far tell of.
#[derive(Default)]
pub(super) struct Trail {
    pub(super) vouchers: BTreeMap<VoucherKey, Followed>,
    /// The first voucher whose first entry here does not begin it. It is at fault if the entries are
    /// all that there are.
    pub(super) headless: Option<(VoucherKey, Spot)>,
    /// Who asks for what the store does not hold.
    pub(super) registers: Registers,
}

impl Trail {
    /// Follows one entry; `None` if it is not about a voucher, or about nothing that moves one. Of
    /// what is wrong the findings are told, and the trail goes on from what the entry says.
    pub(super) fn follow(
        &mut self,
        place: u64,
        entry: &Entry,
        findings: &mut Findings,
    ) -> Option<Followup> {
        if Move::from_name(&entry.operation).is_none() {
            self.registers.follow(entry);
        }
        let voucher = entry.voucher.as_ref()?;
        let at = Spot { place, number: entry.sequence, time: entry.time };
        let (division, year) = (entry.log.adm_div_code(), entry.log.st_year());
        let id = VoucherId::new(division, year, &voucher.vt_code, &voucher.voucher_no);
        let Ok(id) = id else {
            let what = "the entry names no voucher";
            findings.at_entry(CheckCode::AuditStates, at, &entry.log, what);
            return None;
        };
        let key = VoucherKey { id, version: voucher.version };
        let mut differs = |code, what: &str| findings.at(code, at, &key, what);
        let Some(name) = Move::from_name(&entry.operation) else {
            if entry.before != entry.after {
                differs(CheckCode::AuditStates, "the state changed without a move");
            }
            return None;
        };
        let states = (State::from_name(&entry.before), State::from_name(&entry.after));
        let view = entry.facts.get(named::VIEW).and_then(|name| View::from_name(name));
        let life = entry.digests.get(named::LIFE);
        let ((Some(before), Some(after)), Some(view), Some(life)) = (states, view, life) else {
            differs(CheckCode::AuditStates, "the entry lacks what every move has");
            return None;
        };
        let known = self.vouchers.get(&key).copied();
        let headless = known.is_none() && before != State::Absent;
        if headless {
            self.headless.get_or_insert((key.clone(), at));
        } else if known.map_or((State::Absent, view), |known| (known.state, known.view))
            != (before, view)
        {
            let what = "the move does not start where the one before it led";
            differs(CheckCode::AuditStates, what);
        }
        if !Table::standard().follows(view, before, name, after) {
            differs(CheckCode::AuditStates, "the life cycle does not have this move");
        }
        let mut next = match known {
            Some(known) => known,
            None => Followed { headless, ..begun(view, before, at) },
        };
        let step = Step { name, view, after, at, entry };
        if !headless {
            step.compare(known.as_ref(), &mut differs);
        }
        next.state = after;
        next.life = *life;
        step.take_over(&mut next, known.is_none());
        let quota = step.quota(&key, known.as_ref(), next.headless, &mut differs);
        next.in_quota = quota.map_or(next.in_quota, |step| step == QuotaStep::Post);
        self.vouchers.insert(key.clone(), next);
        Some(Followup { key, at, quota })
    }
}

/// A voucher of which nothing was known; `before` is where the first entry finds it.
fn begun(view: View, before: State, at: Spot) -> Followed {
    use State::*;
    let told = Told { digest: None, acts: None, at, counts: false, seen: false };
    let receipted = matches!(before, Receipted | Closed | Archived);
    let sealed = match view {
        View::Issuer => before.number() >= Sealed.number() && before != Discarded,
        View::Receiver => {
            before.number() >= Accepted.number() && !matches!(before, Refused | Destroyed)
        }
    };
    Followed {
        view,
        state: before,
        life: [0; 32],
        amount: None,
        paid: None,
        refunded: None,
        original: Told { counts: sealed, ..told },
        receipt: Told { counts: receipted, ..told },
        in_quota: false,
        headless: false,
    }
}

/// One move as its entry tells it.
struct Step<'e> {
    name: Move,
    view: View,
    after: State,
    at: Spot,
    entry: &'e Entry,
}

impl Step<'_> {
    fn does(&self, effect: impl Fn(&Effect) -> bool) -> bool {
        let rule = Table::standard().rule(self.name, self.view);
        rule.is_some_and(|rule| rule.effects.iter().any(effect))
    }

    fn amount(&self, name: &str) -> Option<i64> {
        self.entry.amounts.get(name).copied()
    }

    fn digest(&self, name: &str) -> Option<[u8; 32]> {
        self.entry.digests.get(name).copied()
    }

    fn replaces_original(&self) -> bool {
        matches!(self.name, Move::Create | Move::Edit | Move::Receive)
    }

    fn changes_receipt(&self) -> bool {
        let receipt =
            |effect: &Effect| matches!(effect, Effect::Store | Effect::Reopen | Effect::DropResult);
        !self.replaces_original() && self.does(receipt)
    }

    fn changes_result(&self) -> bool {
        self.does(|effect| matches!(effect, Effect::Result | Effect::DropResult))
    }

    fn refunds(&self) -> bool {
        self.does(|effect| *effect == Effect::Refund)
    }

    /// What may change only with the moves that change it.
    fn compare(&self, known: Option<&Followed>, differs: &mut impl FnMut(CheckCode, &str)) {
        let refund = self.refunds();
        let [amount, paid, refunded] = ["amount", "paid", "refunded"].map(|name| self.amount(name));
        let before = |part: fn(&Followed) -> Option<i64>| known.and_then(part);
        if amount.is_none() {
            differs(CheckCode::AuditAmounts, "the entry has no amount");
        }
        if !self.replaces_original() && amount != before(|known| known.amount) {
            differs(CheckCode::AuditAmounts, "the amount changes, and not the document");
        }
        if !self.changes_result() && paid != before(|known| known.paid) {
            let what = "what was paid changes, and the move does not change it";
            differs(CheckCode::AuditAmounts, what);
        }
        let asked = i128::from(amount.unwrap_or_default());
        if paid.is_some_and(|paid| i128::from(paid).abs() > asked.abs()) {
            differs(CheckCode::AuditAmounts, "more was paid than was asked for");
        }
        let (old, new) =
            (before(|known| known.refunded).unwrap_or_default(), refunded.unwrap_or_default());
        if refund && new <= old || !refund && new != old {
            let what = "what was paid back changes, and the move does not change it so";
            differs(CheckCode::AuditAmounts, what);
        }
        if refund && new > paid.unwrap_or_default() {
            differs(CheckCode::AuditAmounts, "more was paid back than was paid");
        }
        let original = known.and_then(|known| known.original.digest);
        if !self.replaces_original() && self.digest(named::CONTENT) != original {
            differs(CheckCode::AuditDocuments, "the move does not change the original");
        }
        let kept = known.and_then(|known| known.receipt.digest);
        if !self.changes_receipt() && self.digest(named::RECEIPT) != kept {
            differs(CheckCode::AuditDocuments, "the move does not change the receipt");
        }
    }

    /// Takes over what the move may change; `first` is the first entry about the voucher.
    fn take_over(&self, next: &mut Followed, first: bool) {
        use State::*;
        if first || self.replaces_original() {
            next.amount = self.amount("amount");
        }
        if first || self.changes_result() {
            next.paid = self.amount("paid");
        }
        if first || self.refunds() {
            next.refunded = self.amount("refunded");
        }
        for (layer, document, acts, changes) in [
            (Layer::Issuer, named::CONTENT, named::ACTS, self.replaces_original()),
            (Layer::Responder, named::RECEIPT, named::RECEIPT_ACTS, self.changes_receipt()),
        ] {
            let (digest, acts, told) =
                (self.digest(document), self.digest(acts), next.told_mut(layer));
            let other = digest != told.digest && (first || changes);
            if other || acts.is_some() && digest == told.digest {
                (told.digest, told.acts, told.at) = (digest, acts, self.at);
            }
        }
        let (original, receipt) = (&mut next.original.counts, &mut next.receipt.counts);
        match (self.view, self.name, self.after) {
            (View::Issuer, _, Sealed) | (View::Receiver, Move::Accept, _) => *original = true,
            (View::Issuer, _, Draft | Made | Reviewed | Approved | Sealing) => *original = false,
            (View::Issuer, Move::ReceiveReceipt, _) => *receipt = true,
            (View::Issuer, Move::RefuseReceipt, _) => *receipt = false,
            (View::Receiver, _, Receipted) => *receipt = true,
            (
                View::Receiver,
                _,
                Executed | Failed | ReceiptMade | ReceiptReviewed | ReceiptSealing,
            ) => *receipt = false,
            _ => {}
        }
    }

    /// What the entry says that the move did to the quota; it has to be what the move does.
    fn quota(
        &self,
        key: &VoucherKey,
        known: Option<&Followed>,
        headless: bool,
        differs: &mut impl FnMut(CheckCode, &str),
    ) -> Option<QuotaStep> {
        let told = match self.entry.facts.get(named::QUOTA).map(String::as_str) {
            None => None,
            Some("post") => Some(QuotaStep::Post),
            Some("undo") => Some(QuotaStep::Undo),
            Some(_) => {
                let what = "the entry has a step of the quota that is none";
                differs(CheckCode::AuditQuota, what);
                return None;
            }
        };
        let touches = QuotaKind::of(&key.id.vt_code).is_some();
        let undone = known.is_some_and(|known| known.in_quota && known.paid.is_none());
        let due = if !touches {
            None
        } else if self.does(|effect| *effect == Effect::PostQuota) {
            Some(QuotaStep::Post)
        } else if self.does(|effect| *effect == Effect::UndoQuota) {
            // Of what was begun before the first entry it is not known whether it was posted.
            if headless { told } else { undone.then_some(QuotaStep::Undo) }
        } else {
            None
        };
        if due != told {
            differs(CheckCode::AuditQuota, "the entry and the move disagree about the quota");
        }
        told
    }
}
