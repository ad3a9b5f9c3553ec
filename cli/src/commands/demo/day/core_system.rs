//! The bank's core system, which moves the money; here it moves none.
//!
//! It is asked under a key, and knows a question that it was asked before: whoever gets no answer asks
//! again and never pays twice.

use super::plan::Account;
use crate::failure::Failure;
use std::collections::BTreeMap;
use yinxin::store::life::CoreResult;
use yinxin::voucher::{Fen, Record, Voucher};

/// What the core says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It has ended, with this result.
    Done(CoreResult),
    /// It is still at it.
    Running,
    /// Nothing came back; nobody knows.
    Silence,
}

/// The core and its books.
#[derive(Default)]
pub struct CoreSystem {
    known: BTreeMap<[u8; 32], Job>,
}

struct Job {
    result: CoreResult,
    /// Whether it moved money of its own; batch details only say whose the money of a payment is.
    counts: bool,
    /// How often it will still say that it is at it.
    running: u32,
}

impl CoreSystem {
    /// Asks for a payment under a key.
    pub fn ask(&mut self, key: [u8; 32], voucher: &Voucher) -> Result<Reply, Failure> {
        if self.known.contains_key(&key) {
            return Ok(self.query(&key));
        }
        let mut paid = 0i64;
        let mut worst = Account::Good;
        for detail in voucher.details() {
            paid += paid_to(detail)?.value();
            let account = Account::of(detail.get("PayeeAcctNo").unwrap_or_default());
            if matches!(account, Account::Slow | Account::Lost) {
                worst = account;
            }
        }
        let paid = Fen::new(paid).unwrap_or_default();
        let result =
            if paid == Fen::ZERO { CoreResult::Failed } else { CoreResult::Executed(paid) };
        let running = u32::from(worst == Account::Lost);
        let counts = voucher.header().get("VtCode") != Some("8207");
        self.known.insert(key, Job { result, counts, running });
        match worst {
            Account::Slow | Account::Lost => Ok(Reply::Silence),
            _ => Ok(Reply::Done(result)),
        }
    }

    /// Asks what came of it.
    pub fn query(&mut self, key: &[u8; 32]) -> Reply {
        match self.known.get_mut(key) {
            None => Reply::Silence,
            Some(job) if job.running > 0 => {
                job.running -= 1;
                Reply::Running
            }
            Some(job) => Reply::Done(job.result),
        }
    }

    /// All the money that it moved, in fen.
    pub fn moved(&self) -> i64 {
        let fen = |job: &Job| match job.result {
            CoreResult::Executed(paid) if job.counts => paid.value(),
            _ => 0,
        };
        self.known.values().map(fen).sum()
    }
}

/// What one detail gets: all of it, or nothing.
pub fn paid_to(detail: Record<'_>) -> Result<Fen, Failure> {
    let amount = Fen::parse(detail.get("PayAmt").unwrap_or_default())?;
    match Account::of(detail.get("PayeeAcctNo").unwrap_or_default()) {
        Account::Good | Account::Slow => Ok(amount),
        Account::Closed | Account::Frozen | Account::Lost => Ok(Fen::ZERO),
    }
}

/// Why a detail got nothing.
pub fn reason(detail: Record<'_>) -> &'static str {
    match Account::of(detail.get("PayeeAcctNo").unwrap_or_default()) {
        Account::Closed => "收款账户已销户",
        Account::Frozen => "收款账户已冻结",
        Account::Lost => "汇路中断，未入账",
        Account::Good | Account::Slow => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::papers::Papers;
    use super::super::plan::Plan;
    use super::*;
    use yinxin::Time;

    #[test]
    fn a_question_that_was_asked_before_moves_nothing_again() {
        let papers = Papers::of(Time::parse_rfc3339("2026-03-02T08:00:00Z").unwrap());
        let plan = Plan::of(20);
        let payments = plan.direct_payments();
        let voucher = |account| {
            let payment = payments.iter().find(|one| one.account == account).unwrap();
            (papers.direct(payment, account).ok().unwrap(), Fen::new(payment.amount).unwrap())
        };
        let mut core = CoreSystem::default();
        let (slow, amount) = voucher(Account::Slow);
        assert_eq!(core.ask([1; 32], &slow).ok(), Some(Reply::Silence));
        let paid = Reply::Done(CoreResult::Executed(amount));
        assert_eq!(core.query(&[1; 32]), paid);
        assert_eq!(core.ask([1; 32], &slow).ok(), Some(paid));
        assert_eq!(core.moved(), amount.value());
        let (lost, _) = voucher(Account::Lost);
        assert_eq!(core.ask([2; 32], &lost).ok(), Some(Reply::Silence));
        assert_eq!(core.query(&[2; 32]), Reply::Running);
        assert_eq!(core.query(&[2; 32]), Reply::Done(CoreResult::Failed));
        let part = core.ask([3; 32], &papers.payroll(&plan).ok().unwrap()).ok().unwrap();
        let all: i64 = plan.payroll_rows().iter().map(|(fen, _)| fen).sum();
        let frozen = plan.payroll_rows()[6].0;
        let part_paid = CoreResult::Executed(Fen::new(all - frozen).unwrap());
        assert_eq!(part, Reply::Done(part_paid));
        assert_eq!(core.query(&[9; 32]), Reply::Silence);
    }
}
