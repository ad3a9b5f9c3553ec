//! Whether a clearing request or refund holds, by what the store knows and what came with it.

use super::back::Back;
use super::notices;
use crate::error::{Code, Error, Result};
use crate::report::{CheckCode, Outcome, Report, Verdict};
use crate::store::clearing::{ClearingRules, Payment, check_clearing, check_refund, pointers};
use crate::store::content::damaged;
use crate::store::life::Life;
use crate::store::life_cycle::ClearingFacts;
use crate::store::state::State;
use crate::store::storage::{MarkKind, VoucherKey};
use crate::store::work::Work;
use crate::voucher::{Body, Fen, Layer, Voucher, VoucherId};
use std::collections::{BTreeMap, BTreeSet};

/// By what the clearing desk judges, beside the store.
#[derive(Debug, Clone, Copy)]
pub struct ClearingDesk<'d> {
    /// The rules.
    pub rules: &'d ClearingRules,
    /// What came with the voucher.
    pub evidence: &'d [Evidence<'d>],
}

impl<'d> ClearingDesk<'d> {
    /// A desk at which nothing came with the voucher.
    pub fn new(rules: &'d ClearingRules) -> ClearingDesk<'d> {
        ClearingDesk { rules, evidence: &[] }
    }
}

/// A sealed receipt of a payment, or a sealed refund notice, that came with a clearing request. It
/// counts for payments that the store does not hold itself.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e> {
    /// The receipt with its original, or the notice.
    pub body: &'e Body,
    /// The verdict of the caller's report about it.
    pub verdict: Verdict,
}

/// What was found about a voucher before a move that takes what it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settling {
    of: Option<[u8; 32]>,
    facts: Option<ClearingFacts>,
    report: Option<Report>,
    payments: Vec<(VoucherId, Fen)>,
    details: Vec<(String, Fen)>,
}

impl Settling {
    /// What the life cycle is told.
    pub fn facts(&self) -> ClearingFacts {
        self.facts.unwrap_or(ClearingFacts::NotNeeded)
    }

    /// The report; `None` about a voucher that is neither a clearing request nor a refund.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// The payments that a clearing request asks for, and for how much.
    pub fn payments(&self) -> &[(VoucherId, Fen)] {
        &self.payments
    }

    /// The details that a clearing refund gives back, by the voucher and the detail that it names,
    /// and how much.
    pub fn details(&self) -> &[(String, Fen)] {
        &self.details
    }

    /// SM3 over the document that it is about.
    pub(super) fn of(&self) -> Option<[u8; 32]> {
        self.of
    }

    /// Why the voucher does not hold: the code of the broken rule that says most, and every rule.
    pub(super) fn refusal(&self) -> Option<Error> {
        let report = self.report.as_ref().filter(|_| self.facts == Some(ClearingFacts::Broken))?;
        let failures = report.failures();
        let code = SAYS_MOST
            .iter()
            .find(|(check, _)| failures.iter().any(|failure| failure.code == *check))
            .map_or(Code::NotValid, |(_, code)| *code);
        let words = failures.iter().take(NAMED).map(|failure| {
            let parts = [&failure.subject, &failure.detail].into_iter().filter(|t| !t.is_empty());
            let parts: Vec<&str> = parts.map(String::as_str).collect();
            format!("{} {}", failure.code.name(), parts.join(": "))
        });
        let words: Vec<String> = words.collect();
        Some(Error::new(code, "clearing", format!("{}: {}", report.subject(), words.join("; "))))
    }
}

/// Broken rules that a refusal names.
const NAMED: usize = 8;

/// The codes of broken rules, those that say most first.
const SAYS_MOST: [(CheckCode, Code); 9] = [
    (CheckCode::ClearingOnce, Code::Claimed),
    (CheckCode::RefundOnce, Code::RefundTwice),
    (CheckCode::ClearingPaid, Code::NotExecuted),
    (CheckCode::RefundOriginal, Code::NotExecuted),
    (CheckCode::ClearingEvidence, Code::NotValid),
    (CheckCode::ClearingSum, Code::Amount),
    (CheckCode::ClearingTotal, Code::Amount),
    (CheckCode::RefundAmount, Code::RefundExceeds),
    (CheckCode::RefundTotal, Code::Amount),
];

impl Work<'_> {
    /// Judges a clearing request (2301) or refund (2302); of other types nothing is asked.
    ///
    /// A payment that the store holds speaks for itself: its sealed receipt, what came back before,
    /// who claims it. For one that it does not hold, the receipts and refund notices that came with
    /// the request do. What a refund gives back is looked up in the store's own clearing requests.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] naming a field of the voucher that cannot be read; family Storage. What is
    /// broken is no error but in the report.
    pub fn clearing_facts(&self, voucher: &Voucher, desk: &ClearingDesk<'_>) -> Result<Settling> {
        let id = voucher.id()?;
        let found = match id.vt_code.as_str() {
            "2301" => self.judge_request(&id, voucher, desk)?,
            "2302" => self.judge_refund(&id, voucher)?,
            _ => Settling::default(),
        };
        Ok(Settling { of: Some(voucher.form_digest()), ..found })
    }

    fn judge_request(
        &self,
        id: &VoucherId,
        request: &Voucher,
        desk: &ClearingDesk<'_>,
    ) -> Result<Settling> {
        let pointers = pointers(request, desk.rules)?;
        let asked: BTreeSet<&VoucherId> = pointers.iter().flat_map(|(named, _)| named).collect();
        let (mut own, mut known) = (BTreeSet::new(), Vec::new());
        for payment in &asked {
            let Some((key, life)) = self.held(payment)? else { continue };
            own.insert(*payment);
            // Of what was destroyed there is nothing to be seen, and nothing to be claimed.
            if life.state != State::Destroyed {
                known.push(self.own_payment(&key, &life)?);
            }
        }
        let mut payments = Vec::new();
        for own in &known {
            let voucher = own.body.voucher();
            let mut payment = match own.state {
                Some(state) => Payment::without_receipt(voucher, state)?,
                None => Payment::new(voucher, Verdict::Valid)?,
            };
            payment.refunded = own.refunded;
            payment.claimed_by = own.claimed_by.clone();
            payments.push(payment);
        }
        let came_back = notices::came_back(desk)?;
        for (payment, evidence) in receipts(desk) {
            if asked.contains(payment) && !own.contains(&payment) {
                let mut one = Payment::new(evidence.body.voucher(), evidence.verdict)?;
                one.refunded = came_back.get(payment).copied().unwrap_or_default();
                one.claimed_by = self.claimed_elsewhere(payment)?;
                payments.push(one);
            }
        }
        let mut check = check_clearing(request, &payments, desk.rules)?;
        // A payment of which nothing is at hand may be claimed by another all the same.
        let known: BTreeSet<&VoucherId> = payments.iter().map(|payment| &payment.id).collect();
        for (payment, _) in check.claims.iter().filter(|(payment, _)| !known.contains(payment)) {
            if let Some(other) = self.claimed_elsewhere(payment)?.filter(|by| by != id) {
                let words = format!("{other} asks for it");
                let code = CheckCode::ClearingOnce;
                check.report.check(code, Outcome::Failed, payment.to_string(), words);
            }
        }
        let facts = Some(check.facts());
        let (report, payments) = (Some(check.report), check.claims);
        Ok(Settling { facts, report, payments, ..Settling::default() })
    }

    /// A payment that this store holds, with its sealed receipt if it has one.
    fn own_payment(&self, key: &VoucherKey, life: &Life) -> Result<OwnPayment> {
        let sealed = matches!(life.state, State::Receipted | State::Archived);
        let layer = if sealed { Layer::Responder } else { Layer::Issuer };
        let body = self.kept_body(key, layer)?;
        if sealed && life.receipt != Some(body.voucher().form_digest()) {
            return Err(damaged(format!(
                "the receipt of {key} is another one than its record has"
            )));
        }
        let refunded = i128::from(life.paid().value()) - life.claimable();
        let refunded = i64::try_from(refunded).ok().and_then(Fen::new);
        let refunded =
            refunded.ok_or_else(|| damaged(format!("the refunds of {key} are beyond all")))?;
        let claimed_by = match life.clearing.by() {
            Some(by) => Some(by.clone()),
            None => self.claimed_elsewhere(&key.id)?,
        };
        let state = (!sealed).then_some(life.state);
        Ok(OwnPayment { body, state, refunded, claimed_by })
    }

    /// Who claims a payment by a mark.
    pub(super) fn claimed_elsewhere(&self, payment: &VoucherId) -> Result<Option<VoucherId>> {
        let registered = self.registered(MarkKind::Claim, &payment.to_string())?;
        Ok(registered.map(|registered| registered.by))
    }

    fn judge_refund(&self, id: &VoucherId, refund: &Voucher) -> Result<Settling> {
        let Back { details, .. } = Back::of(id, refund)?;
        let originals = self.originals(id, refund)?;
        let report = check_refund(refund, &originals)?;
        let facts = if report.is_valid() { ClearingFacts::Hold } else { ClearingFacts::Broken };
        Ok(Settling { facts: Some(facts), report: Some(report), details, ..Settling::default() })
    }
}

/// What a store knows of a payment that it holds.
struct OwnPayment {
    body: Body,
    /// Where it stands, if it has no sealed receipt.
    state: Option<State>,
    refunded: Fen,
    claimed_by: Option<VoucherId>,
}

/// The receipts that came with a request, one for each payment: a Valid one if there is one.
fn receipts<'d>(desk: &ClearingDesk<'d>) -> BTreeMap<&'d VoucherId, Evidence<'d>> {
    let mut found: BTreeMap<&VoucherId, Evidence<'_>> = BTreeMap::new();
    for one in desk.evidence.iter().filter(|one| one.body.layer() == Layer::Responder) {
        let kept = found.entry(one.body.id()).or_insert(*one);
        if kept.verdict != Verdict::Valid {
            *kept = *one;
        }
    }
    found
}
