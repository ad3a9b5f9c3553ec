//! What a move of one voucher does to others, in the same transaction.
//!
//! A clearing request (2301) claims the payments that it asks for, and clears them when it was
//! carried out; a clearing refund (2302) gives back what was cleared, once for each detail; a refund
//! notice (2203, 2204) records on the payment what came back. [`Work::make_settled`] makes a move
//! with all of that: the moves on the other vouchers are judged by the life cycle too, and if one of
//! them is refused, nothing is changed.
//!
//! A payment that the store holds carries its claim in its own record. Of one that it does not hold
//! (the treasury of the central bank holds no payment vouchers) a mark says who claims it; so does a
//! mark of each detail that was given back. Every change of such a mark is an entry of the log.

mod back;
mod claims;
mod copies;
mod desk;
mod moments;
mod notices;
mod reconcile;
mod register;

pub use copies::Copied;
pub use desk::{ClearingDesk, Evidence, Settling};
pub(super) use moments::takes_evidence;
pub(super) use register::{Registers, kept_registers};

use super::content::damaged;
use super::life::Life;
use super::life_cycle::{ClearingFacts, Move};
use super::moves::{Call, Made, life_of};
use super::storage::VoucherKey;
use super::work::Work;
use crate::error::{Code, Error, Result};
use crate::voucher::{Body, Layer, VoucherId};
use moments::{Kind, Moment};

impl Work<'_> {
    /// Makes a move and what follows from it for other vouchers, as a whole: for every move of every
    /// voucher. `facts.clearing` is found out here and not believed.
    ///
    /// # Errors
    ///
    /// Those of [`make`](Self::make); where a clearing request or refund does not hold, the code of
    /// the first rule that is broken, such as `Claimed`, `NotExecuted`, `Amount`, `RefundTwice`.
    pub fn make_settled(&mut self, mut call: Call<'_>, desk: &ClearingDesk<'_>) -> Result<Made> {
        let (key, name) = (call.key.clone(), call.name);
        let moment = moments::moment(&key.id.vt_code, call.view, name, desk.rules);
        let settling = match moment {
            Some((_, Moment::Take)) => match self.document(&key, Layer::Issuer)? {
                Some(content) => self.clearing_facts(content.to_body()?.voucher(), desk)?,
                None => Settling::default(),
            },
            _ => Settling::default(),
        };
        call.facts.clearing = settling.facts();
        self.attempt(|work| {
            let made = work.make(call).map_err(|error| match settling.refusal() {
                Some(refusal) if error.structure() == GUARD => refusal,
                _ => error,
            })?;
            if !made.repeated {
                work.settle(&key, name, &made.life, &settling, desk)?;
            }
            Ok(made)
        })
    }

    /// What follows for other vouchers from a move that was made and was no repeat. The caller takes
    /// the move back if this gives an error. `settling` is what
    /// [`clearing_facts`](Self::clearing_facts) found before the move, where the move takes it:
    /// `make` at the issuer and `accept` at the receiver of a 2301 or 2302.
    ///
    /// # Errors
    ///
    /// The codes of the life cycle for a move on another voucher that is refused; `Argument` if
    /// `settling` is about another document.
    pub fn settle(
        &mut self,
        key: &VoucherKey,
        name: Move,
        after: &Life,
        settling: &Settling,
        desk: &ClearingDesk<'_>,
    ) -> Result<()> {
        let rules = desk.rules;
        let Some((kind, moment)) = moments::moment(&key.id.vt_code, after.view, name, rules) else {
            return Ok(());
        };
        if let Moment::Take = moment {
            if settling.of() != after.content || settling.facts() == ClearingFacts::NotNeeded {
                let message = "what was found is about another document";
                return Err(Error::new(Code::Argument, "settling", message));
            }
            if let Some(refusal) = settling.refusal() {
                return Err(refusal);
            }
        }
        let original = self.kept_body(key, Layer::Issuer)?;
        let original = original.voucher();
        match (kind, moment) {
            (Kind::Request, Moment::Take) => self.claim(key, settling.payments()),
            (Kind::Request, Moment::Free) => self.unclaim(key, original, rules),
            (Kind::Request, Moment::Done) => self.clear(key, original, rules),
            (Kind::Request, Moment::Answered) => {
                let receipt = self.kept_body(key, Layer::Responder)?;
                self.clear_as_answered(key, after, receipt.voucher(), rules)
            }
            (Kind::Back, Moment::Take) => self.give_back(key, settling.details()),
            (Kind::Back, Moment::Free) => self.keep_back(key, original),
            (Kind::Back, Moment::Done) => self.given_back(key, original),
            (Kind::Back, Moment::Answered) => {
                let receipt = self.kept_body(key, Layer::Responder)?;
                self.given_back_as_answered(key, after, receipt.voucher())
            }
            (Kind::Notice, Moment::Check) => self.check_notice(original, after.view, rules),
            (Kind::Notice, _) => self.record_notice(key, original, after.view, rules),
            _ => Ok(()),
        }
    }

    /// A document that the record says is kept.
    fn kept_body(&self, key: &VoucherKey, layer: Layer) -> Result<Body> {
        let content = self.document(key, layer)?;
        content.ok_or_else(|| damaged(format!("a document of {key} is missing")))?.to_body()
    }

    /// The newest version of another voucher, if this store holds it.
    fn held(&self, id: &VoucherId) -> Result<Option<(VoucherKey, Life)>> {
        let Some(row) = self.latest(id)? else { return Ok(None) };
        let life = life_of(&row)?;
        Ok(Some((row.key, life)))
    }
}

/// The guard of the life cycle that asks for the facts of clearing.
const GUARD: &str = "clearing-holds";
