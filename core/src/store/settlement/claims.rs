//! The payments of a clearing request: claimed, open again, cleared.

use super::register::taken;
use crate::error::{Code, Error, Result};
use crate::store::clearing::{ClearingRules, amount, optional_amount, pointers};
use crate::store::life::{Clearing, CoreResult, Life};
use crate::store::life_cycle::{ClaimFacts, Facts, Move, RefundFacts};
use crate::store::moves::{Call, Made};
use crate::store::storage::{MarkKind, VoucherKey};
use crate::store::work::Work;
use crate::voucher::{Fen, Voucher, VoucherId};
use std::collections::{BTreeMap, BTreeSet};

/// What another voucher says, in the same transaction.
pub(super) enum Said {
    Claim(ClaimFacts),
    Refund(RefundFacts),
}

impl Work<'_> {
    /// The request asks for these payments, and nobody else.
    pub(super) fn claim(
        &mut self,
        request: &VoucherKey,
        payments: &[(VoucherId, Fen)],
    ) -> Result<()> {
        payments.iter().try_for_each(|(payment, amount)| self.claim_one(request, payment, *amount))
    }

    pub(super) fn claim_one(
        &mut self,
        request: &VoucherKey,
        payment: &VoucherId,
        amount: Fen,
    ) -> Result<()> {
        let of = payment.to_string();
        let Some((key, life)) = self.held(payment)? else {
            return self.take(MarkKind::Claim, &of, request, amount);
        };
        // Another may have asked for it before this store held it.
        match self.claimed_elsewhere(payment)? {
            Some(other) if other != request.id => Err(taken(MarkKind::Claim, &of, &other)),
            Some(_) => Ok(()),
            None => {
                let facts = ClaimFacts::new(request.id.clone(), amount);
                self.say(key, &life, Move::Claim, Said::Claim(facts)).map(drop)
            }
        }
    }

    /// The request came to nothing: the payments that it claims are open again.
    pub(super) fn unclaim(
        &mut self,
        request: &VoucherKey,
        original: &Voucher,
        rules: &ClearingRules,
    ) -> Result<()> {
        let named: BTreeSet<VoucherId> =
            pointers(original, rules)?.into_iter().flat_map(|(named, _)| named).collect();
        named.iter().try_for_each(|payment| self.unclaim_one(request, payment))
    }

    fn unclaim_one(&mut self, request: &VoucherKey, payment: &VoucherId) -> Result<()> {
        if let Some((key, life)) = self.held(payment)?
            && life.clearing == Clearing::Claimed(request.id.clone())
        {
            let facts = ClaimFacts::new(request.id.clone(), Fen::ZERO);
            self.say(key, &life, Move::Unclaim, Said::Claim(facts))?;
        }
        self.free(MarkKind::Claim, &payment.to_string(), request)
    }

    /// The request was carried out: every payment that it asks for is cleared.
    pub(super) fn clear(
        &mut self,
        request: &VoucherKey,
        original: &Voucher,
        rules: &ClearingRules,
    ) -> Result<()> {
        let asked = self.claimed_by(request, original, rules)?;
        asked.keys().try_for_each(|payment| self.clear_one(request, payment))
    }

    /// The receipt of the request is acknowledged: what it says was paid is cleared, what it says was
    /// not is open again.
    pub(super) fn clear_as_answered(
        &mut self,
        request: &VoucherKey,
        life: &Life,
        receipt: &Voucher,
        rules: &ClearingRules,
    ) -> Result<()> {
        match life.result {
            Some(CoreResult::Executed(paid)) if paid == life.amount => {
                self.clear(request, receipt, rules)
            }
            Some(CoreResult::Executed(_)) => {
                for (payment, asked) in self.claimed_by(request, receipt, rules)? {
                    if asked.is_paid(&payment)? {
                        self.clear_one(request, &payment)?;
                    } else {
                        self.unclaim_one(request, &payment)?;
                    }
                }
                Ok(())
            }
            _ => self.unclaim(request, receipt, rules),
        }
    }

    pub(super) fn clear_one(&mut self, request: &VoucherKey, payment: &VoucherId) -> Result<()> {
        if self.finish_taken(MarkKind::Claim, &payment.to_string(), request)? {
            return Ok(());
        }
        let Some((key, life)) = self.held(payment)? else { return Err(unclaimed(payment)) };
        let facts = ClaimFacts::new(request.id.clone(), Fen::ZERO);
        self.say(key, &life, Move::Clear, Said::Claim(facts)).map(drop)
    }

    /// What a request asks for, by the payments that it claims.
    fn claimed_by(
        &self,
        request: &VoucherKey,
        document: &Voucher,
        rules: &ClearingRules,
    ) -> Result<BTreeMap<VoucherId, Asked>> {
        let mut asked: BTreeMap<VoucherId, Asked> = BTreeMap::new();
        for (named, detail) in pointers(document, rules)? {
            let mut claimed = None;
            for payment in named {
                if claimed.is_none() && self.claims(request, &payment)? {
                    claimed = Some(payment);
                }
            }
            let Some(payment) = claimed else {
                let message = "the request does not claim the payment";
                return Err(Error::new(Code::Claimed, detail.path("VoucherNo"), message));
            };
            let one = asked.entry(payment).or_default();
            one.asked += i128::from(amount(detail, "PayAmt")?.value());
            one.paid += optional_amount(detail, "XPayAmt")?;
        }
        Ok(asked)
    }

    fn claims(&self, request: &VoucherKey, payment: &VoucherId) -> Result<bool> {
        if self.claimed_elsewhere(payment)?.as_ref() == Some(&request.id) {
            return Ok(true);
        }
        let held = self.held(payment)?;
        Ok(held.is_some_and(|(_, life)| life.clearing.by() == Some(&request.id)))
    }

    /// Makes a move of another voucher, which this one speaks about.
    pub(super) fn say(
        &mut self,
        key: VoucherKey,
        life: &Life,
        name: Move,
        said: Said,
    ) -> Result<Made> {
        let mut facts = Facts { authentic: true, ..Facts::default() };
        match said {
            Said::Claim(claim) => facts.claim = Some(claim),
            Said::Refund(refund) => facts.refund = Some(refund),
        }
        let of = key.clone();
        self.make(Call { key, view: life.view, name, facts, body: None, quota: None }).map_err(
            |error| {
                let message = format!("{of}: {}", error.message());
                Error::new(error.code(), error.structure().to_owned(), message)
            },
        )
    }
}

/// What a request asks for of one payment, and what its receipt says was paid of that.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) asked: i128,
    pub(super) paid: i128,
}

impl Asked {
    /// Whether it was paid, which is all or nothing for each payment.
    pub(super) fn is_paid(&self, payment: impl std::fmt::Display) -> Result<bool> {
        let Asked { asked, paid } = self;
        match *paid {
            0 => Ok(false),
            _ if paid == asked => Ok(true),
            _ => {
                let message = format!("of {asked} fen for {payment} the receipt says {paid}");
                Err(Error::new(Code::Amount, "XPayAmt", message))
            }
        }
    }
}

fn unclaimed(payment: &VoucherId) -> Error {
    Error::new(Code::Claimed, "settlement", format!("nobody asked for {payment}"))
}
