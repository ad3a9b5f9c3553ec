//! The details of a clearing refund: given back once, and only what was cleared.
//!
//! `OriVoucherNo` is read as the number of the clearing request (2301) of the same division and year,
//! `OriVouDetailNo` as the `Id` of its detail. Public material names the fields and not what stands in
//! them: this reading is unverified.

use super::claims::Asked;
use crate::error::{Code, Error, Result};
use crate::store::clearing::{Original, amount, given, optional_amount};
use crate::store::life::{CoreResult, Life};
use crate::store::state::{Leg, State, View};
use crate::store::storage::{MarkKind, VoucherKey};
use crate::store::work::Work;
use crate::voucher::{Fen, Layer, Record, Voucher, VoucherId};
use std::collections::{BTreeMap, BTreeSet};

/// What a refund gives back.
#[derive(Default)]
pub(super) struct Back {
    /// The clearing requests that it names.
    pub(super) requests: BTreeSet<VoucherId>,
    /// The details that it names, each as the register has it, and how much of each.
    pub(super) details: Vec<(String, Fen)>,
}

impl Back {
    pub(super) fn of(id: &VoucherId, refund: &Voucher) -> Result<Back> {
        let mut back = Back::default();
        for detail in refund.details() {
            if let Some((request, of)) = named(id, detail)? {
                back.requests.insert(request);
                back.details.push((of, amount(detail, "PayAmt")?));
            }
        }
        Ok(back)
    }
}

/// The request that a detail of a refund names, and the detail of it as the register has it. A
/// negative voucher may name none.
fn named(id: &VoucherId, detail: Record<'_>) -> Result<Option<(VoucherId, String)>> {
    let names = (given(detail, "OriVoucherNo"), given(detail, "OriVouDetailNo"));
    let (Some(voucher_no), Some(detail_no)) = names else { return Ok(None) };
    let request = VoucherId::new(&id.adm_div_code, &id.st_year, "2301", voucher_no);
    let request = request.map_err(|error| {
        Error::new(error.code(), detail.path("OriVoucherNo"), error.message().to_owned())
    })?;
    let of = register_key(&request, detail_no);
    Ok(Some((request, of)))
}

/// The detail of a voucher as the register has it.
pub(super) fn register_key(id: &VoucherId, detail_no: &str) -> String {
    format!("{id} {detail_no}")
}

impl Work<'_> {
    /// What was cleared of the requests that a refund names, as far as this store knows.
    pub(super) fn originals(&self, id: &VoucherId, refund: &Voucher) -> Result<Vec<Original>> {
        let mut originals = Vec::new();
        for request in Back::of(id, refund)?.requests {
            let Some((key, life)) = self.held(&request)? else { continue };
            if !is_cleared(&life) {
                continue;
            }
            let all = life.result == Some(CoreResult::Executed(life.amount));
            let layer = if all { Layer::Issuer } else { Layer::Responder };
            let body = self.kept_body(&key, layer)?;
            let paid = if all { "PayAmt" } else { "XPayAmt" };
            for detail in body.voucher().details() {
                let cleared = optional_amount(detail, paid)?;
                let cleared = i64::try_from(cleared).ok().and_then(Fen::new).unwrap_or_default();
                let Some(detail_no) = given(detail, "Id").filter(|_| cleared != Fen::ZERO) else {
                    continue;
                };
                let mut original = Original::new(&request.voucher_no, detail_no, cleared);
                let of = register_key(&request, detail_no);
                let before = self.registered(MarkKind::Refund, &of)?;
                original.refunded_by = before.map(|before| before.by);
                originals.push(original);
            }
        }
        Ok(originals)
    }

    /// The refund gives these details back, and no other does.
    pub(super) fn give_back(
        &mut self,
        refund: &VoucherKey,
        details: &[(String, Fen)],
    ) -> Result<()> {
        let mut all = details.iter();
        all.try_for_each(|(of, amount)| self.take(MarkKind::Refund, of, refund, *amount))
    }

    /// The refund came to nothing.
    pub(super) fn keep_back(&mut self, refund: &VoucherKey, original: &Voucher) -> Result<()> {
        let details = Back::of(&refund.id, original)?.details;
        details.iter().try_for_each(|(of, _)| self.free(MarkKind::Refund, of, refund))
    }

    /// The refund was carried out.
    pub(super) fn given_back(&mut self, refund: &VoucherKey, original: &Voucher) -> Result<()> {
        let details = Back::of(&refund.id, original)?.details;
        details.iter().try_for_each(|(of, _)| self.given_back_one(refund, of))
    }

    fn given_back_one(&mut self, refund: &VoucherKey, of: &str) -> Result<()> {
        if self.finish_taken(MarkKind::Refund, of, refund)? {
            return Ok(());
        }
        let message = format!("the refund does not ask for {of}");
        Err(Error::new(Code::RefundTwice, "settlement", message))
    }

    /// The receipt of the refund is acknowledged: what it says was carried out was given back.
    pub(super) fn given_back_as_answered(
        &mut self,
        refund: &VoucherKey,
        life: &Life,
        receipt: &Voucher,
    ) -> Result<()> {
        match life.result {
            Some(CoreResult::Executed(done)) if done == life.amount => {
                self.given_back(refund, receipt)
            }
            Some(CoreResult::Executed(_)) => {
                let mut asked: BTreeMap<String, Asked> = BTreeMap::new();
                for detail in receipt.details() {
                    let Some((_, of)) = named(&refund.id, detail)? else { continue };
                    let one = asked.entry(of).or_default();
                    one.asked += i128::from(amount(detail, "PayAmt")?.value());
                    one.paid += optional_amount(detail, "XPayAmt")?;
                }
                for (of, asked) in asked {
                    if asked.is_paid(&of)? {
                        self.given_back_one(refund, &of)?;
                    } else {
                        self.free(MarkKind::Refund, &of, refund)?;
                    }
                }
                Ok(())
            }
            _ => self.keep_back(refund, receipt),
        }
    }
}

/// Whether a clearing request was carried out, and nothing leads back from there: at the bank that
/// made it, once its receipt is acknowledged.
fn is_cleared(life: &Life) -> bool {
    let executed = matches!(life.result, Some(CoreResult::Executed(_)));
    executed
        && match life.view {
            View::Issuer => {
                life.state == State::Archived
                    || (life.state == State::Receipted && life.receipt_leg == Leg::Acknowledged)
            }
            View::Receiver => life.state != State::Destroyed,
        }
}
