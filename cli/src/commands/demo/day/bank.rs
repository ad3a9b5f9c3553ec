//! The agent bank: pays, answers, and asks the treasury for what it paid.

use super::bank_clearing::Clearing;
use super::core_system::{CoreSystem, Reply};
use super::party::{Party, original, sort};
use super::plan::{Account, Plan};
use super::script::Script;
use super::who::Post;
use crate::failure::Failure;
use yinxin::error::{Code, Error};
use yinxin::store::life::CoreResult;
use yinxin::store::{Move, Order, Stored};

/// A result that the store does not know yet.
type Ended = (Stored, [u8; 32], CoreResult);

/// The bank's part.
pub struct Bank {
    core: CoreSystem,
    /// What the core was asked for and did not answer.
    silent: Vec<(Stored, [u8; 32])>,
    clearing: Clearing,
}

impl Bank {
    pub fn new(plan: &Plan) -> Bank {
        Bank { core: CoreSystem::default(), silent: Vec::new(), clearing: Clearing::new(plan) }
    }

    /// What the core system moved, in fen.
    pub fn moved(&self) -> i64 {
        self.core.moved()
    }

    /// Judges what came, has it carried out and answers it.
    fn take_in(&mut self, party: &mut Party, came: Vec<Stored>) -> Result<(), Failure> {
        let judged = party.accept(came)?;
        for (key, error) in judged.refused {
            let title = format!("{key} with a bad seal");
            party.tally.refused(&title, Code::NotValid, &Err::<(), _>(error));
        }
        let keys = party.submit(&judged.accepted)?;
        let (mut ended, mut silent) = (Vec::new(), Vec::new());
        for (stored, key) in judged.accepted.into_iter().zip(keys) {
            match self.core.ask(key, original(&stored)?.voucher())? {
                Reply::Done(result) => ended.push((stored, key, result)),
                Reply::Running | Reply::Silence => silent.push((stored, key)),
            }
        }
        let orders: Vec<Order> = silent
            .iter()
            .map(|(stored, _)| Order::new(stored.key.clone(), Move::NoAnswer))
            .collect();
        party.carry_out(&orders)?;
        self.silent.append(&mut silent);
        self.settle(party, ended)
    }

    /// Asks the core what came of the vouchers of which nobody knows.
    fn ask_again(&mut self, party: &mut Party) -> Result<(), Failure> {
        let mut ended = Vec::new();
        for (stored, key) in std::mem::take(&mut self.silent) {
            if !party.tally.has(RETURN) {
                let order = party.order(&stored.key, Move::Return, Post::Teller)?;
                let now = party.now()?;
                let result = party.store.carry_out(&order.because("不知结果"), now);
                party.tally.refused(RETURN, Code::Move, &result);
                self.clearing.before_paying(party, &stored)?;
            }
            match self.core.query(&key) {
                Reply::Done(result) => ended.push((stored, key, result)),
                Reply::Running => {
                    let mut order = Order::new(stored.key.clone(), Move::CoreRunning);
                    order.submission = Some(key);
                    party.carry_out(&[order])?;
                    self.silent.push((stored, key));
                }
                Reply::Silence => self.silent.push((stored, key)),
            }
        }
        self.settle(party, ended)
    }

    /// Records results, and answers: a receipt of what was paid, of nothing, or the voucher itself.
    fn settle(&mut self, party: &mut Party, ended: Vec<Ended>) -> Result<(), Failure> {
        party.ended(&ended)?;
        let mut answers = Vec::new();
        for (stored, _, result) in ended {
            let header = original(&stored)?.voucher().header();
            let account = Account::of(header.get("PayeeAcctNo").unwrap_or_default());
            let is_single = header.get("VtCode") != Some("8207");
            if result == CoreResult::Failed && is_single && account == Account::Closed {
                let order = party.order(&stored.key, Move::Return, Post::Teller)?;
                party.carry_out(&[order.because("收款账户已销户")])?;
            } else {
                answers.push((stored, result));
            }
        }
        party.answer(&answers)
    }
}

/// The title of an attempt.
const RETURN: &str = "return while nobody knows whether it was paid";

impl Script for Bank {
    fn turn(&mut self, party: &mut Party) -> Result<bool, Failure> {
        let (came, answered) = sort(party.waiting()?);
        let moved = !came.is_empty() || !answered.is_empty() || !self.silent.is_empty();
        party.all(&answered, Move::AcknowledgeReceipt, Post::Clerk)?;
        // What was silent when it was asked is asked again in the next turn, not in the same.
        self.ask_again(party)?;
        self.take_in(party, came)?;
        Ok(moved)
    }

    fn go_on(&mut self, party: &mut Party) -> Result<bool, Failure> {
        self.clearing.turn(party)
    }

    fn is_done(&mut self, party: &mut Party) -> Result<bool, Failure> {
        Ok(self.silent.is_empty() && self.clearing.is_done() && party.is_settled(None)?)
    }
}

/// That the core moved what the receipts say, and not a fen more.
pub fn books_agree(party: &mut Party, moved: i64) -> Result<(), Failure> {
    let mut said = 0i64;
    for (key, life) in party.lives(None)? {
        if let (CoreResult::Executed(paid), "5201" | "8202") =
            (life.result.unwrap_or(CoreResult::Failed), key.id.vt_code.as_str())
        {
            said += paid.value();
        }
    }
    if said == moved {
        return Ok(());
    }
    let message = format!("the core moved {moved} fen, the receipts say {said}");
    Err(Error::new(Code::Amount, "core system", message).into())
}
