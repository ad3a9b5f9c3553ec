//! Copies of receipts that go to a third party: finance learns from them what was cleared.

use super::back::Back;
use super::claims::Asked;
use crate::error::{Code, Error, Result};
use crate::store::clearing::{ClearingRules, amount, given, optional_amount, pointers};
use crate::store::matching::{Difference, DifferenceKind, Side};
use crate::store::storage::{MarkKind, StoreRole, VoucherKey};
use crate::store::work::Work;
use crate::voucher::{Body, Fen, Layer, Voucher, VoucherId};
use std::collections::BTreeMap;

/// What a copy led to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Copied {
    /// The payments that are cleared by it now, and those that were before; of a refund, the
    /// details that it gave back.
    pub settled: Vec<String>,
    /// What does not agree with what this store knows. It stays as it was here.
    pub differences: Vec<Difference>,
}

impl Work<'_> {
    /// Takes over what the sealed receipt of a clearing request (2301) or refund (2302) of others
    /// says: payments are claimed and cleared by it, details are given back. What cannot be so, such as a
    /// payment that nobody paid or that another request claims, is named and stays as it is; a second
    /// call changes nothing. The caller has verified the receipt.
    ///
    /// A refund that reached this store before the copy of a request that is older shows as a
    /// difference of the amount, for here it was not known that the request had come first.
    ///
    /// # Errors
    ///
    /// `Argument` if the body is no such receipt; `Value` naming a field that cannot be read; family
    /// Storage.
    pub fn settle_copy(
        &mut self,
        version: u32,
        copy: &Body,
        rules: &ClearingRules,
    ) -> Result<Copied> {
        let by = VoucherKey { id: copy.id().clone(), version };
        if copy.layer() != Layer::Responder {
            return Err(Error::new(Code::Argument, "copy", "a receipt is due"));
        }
        match by.id.vt_code.as_str() {
            "2301" => self.attempt(|work| work.copy_of_request(&by, copy.voucher(), rules)),
            "2302" => self.attempt(|work| work.copy_of_refund(&by, copy.voucher())),
            _ => {
                let message = format!("{by} clears nothing");
                Err(Error::new(Code::Argument, "copy", message))
            }
        }
    }

    fn copy_of_request(
        &mut self,
        by: &VoucherKey,
        receipt: &Voucher,
        rules: &ClearingRules,
    ) -> Result<Copied> {
        let mut asked: BTreeMap<VoucherId, Asked> = BTreeMap::new();
        let whole = is_whole(receipt)?;
        for (mut named, detail) in pointers(receipt, rules)? {
            let second = named.len() == 2
                && self.held(&named[0])?.is_none()
                && self.held(&named[1])?.is_some();
            let one = asked.entry(named.swap_remove(usize::from(second))).or_default();
            let fen = i128::from(amount(detail, "PayAmt")?.value());
            one.asked += fen;
            one.paid += if whole { fen } else { optional_amount(detail, "XPayAmt")? };
        }
        let mut copied = Copied::default();
        for (payment, asked) in asked {
            if !asked.is_paid(&payment)? {
                continue;
            }
            let fen = i64::try_from(asked.asked).ok().and_then(Fen::new);
            let fen =
                fen.ok_or_else(|| Error::new(Code::Value, "PayAmt", "a sum beyond one amount"))?;
            let issued = self.identity().role == StoreRole::Finance && payment.vt_code == "5201";
            if issued && self.held(&payment)?.is_none() {
                let theirs = Side::of(Some(asked.asked));
                let (kind, key) = (DifferenceKind::MissingOurs, payment.to_string());
                let one = Difference::new(kind, key, Side::default(), theirs);
                copied.differences.push(one);
                continue;
            }
            let done = self.attempt(|work| {
                work.claim_one(by, &payment, fen)?;
                work.clear_one(by, &payment)
            });
            match done {
                Ok(()) => copied.settled.push(payment.to_string()),
                Err(error) => {
                    let one = self.difference(&payment, asked.asked, error)?;
                    copied.differences.push(one);
                }
            }
        }
        Ok(copied)
    }

    /// What an error of the life cycle says about a payment that others have cleared.
    fn difference(&self, payment: &VoucherId, asked: i128, error: Error) -> Result<Difference> {
        let kind = match error.code() {
            Code::Claimed => DifferenceKind::Duplicate,
            Code::Move | Code::NotExecuted => DifferenceKind::ClearedBeforePaid,
            Code::Amount => DifferenceKind::Amount,
            _ => return Err(error),
        };
        let life = self.held(payment)?.map(|(_, life)| life);
        let ours = match &life {
            Some(life) => {
                let mut side = Side::of(Some(life.claimable()));
                side.value = Some(match life.clearing.by() {
                    Some(by) => format!("{} by {by}", life.clearing.name()),
                    None => life.state.name().to_owned(),
                });
                side
            }
            None => Side::of(None),
        };
        Ok(Difference::new(kind, payment.to_string(), ours, Side::of(Some(asked))))
    }

    fn copy_of_refund(&mut self, by: &VoucherKey, receipt: &Voucher) -> Result<Copied> {
        let mut copied = Copied::default();
        if !is_whole(receipt)? {
            return Ok(copied);
        }
        for (of, fen) in Back::of(&by.id, receipt)?.details {
            match self.take(MarkKind::Refund, &of, by, fen) {
                Ok(()) => {
                    self.finish_taken(MarkKind::Refund, &of, by)?;
                    copied.settled.push(of);
                }
                Err(error) if error.code() == Code::RefundTwice => {
                    let theirs = Side::of(Some(i128::from(fen.value())));
                    let ours = Side::with(error.message());
                    let kind = DifferenceKind::Duplicate;
                    copied.differences.push(Difference::new(kind, of, ours, theirs));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(copied)
    }
}

/// Whether a receipt says that all was carried out: its header says the amount of the original, or
/// says nothing.
fn is_whole(receipt: &Voucher) -> Result<bool> {
    let header = receipt.header();
    if given(header, "XPayAmt").is_none() {
        return Ok(true);
    }
    Ok(amount(header, "XPayAmt")? == amount(header, "PayAmt")?)
}
