//! Finance: notices, direct payments, and what comes back of them.

use super::issuing::Queue;
use super::making::Draft;
use super::party::{Party, is_settled, sort};
use super::plan::Plan;
use super::script::Script;
use super::who::{Post, Who};
use super::{finance_letters, finance_trials};
use crate::failure::Failure;
use yinxin::error::{Code, Error};
use yinxin::store::life::CoreResult;
use yinxin::store::matching::{Comparison, compare_elements, compare_summary};
use yinxin::store::{Move, Stored};
use yinxin::voucher::Voucher;

/// The part of finance.
pub struct Finance {
    plan: Plan,
    queue: Queue,
    tried: bool,
    written: bool,
    /// The refund notice, while the late quota is on its way.
    notice: Option<(Stored, CoreResult)>,
    refunded: bool,
}

impl Finance {
    pub fn new(plan: &Plan, party: &Party) -> Result<Finance, Failure> {
        let papers = &party.papers;
        let mut queue = Queue::default();
        for (vt_code, number, lines) in [
            ("5108", 1, plan.direct_quota()),
            ("5108", 2, plan.short_quota()),
            ("5106", 1, plan.authorised_quota()),
        ] {
            let notice = papers.notice(vt_code, number, &lines)?;
            queue.add(Who::CentralBank, Draft::first(notice)?);
        }
        for payment in plan.direct_payments() {
            queue.add(Who::Bank, Draft::first(papers.direct(&payment, payment.account)?)?);
        }
        queue.add(Who::Bank, Draft::first(papers.payroll(plan)?)?);
        queue.add(Who::Bank, Draft::first(papers.batch(plan)?)?);
        Ok(Finance {
            plan: *plan,
            queue,
            tried: false,
            written: false,
            notice: None,
            refunded: false,
        })
    }

    /// A refund notice of the bank: what came back is recorded; and since the day is not over, the
    /// unit that lacked quota gets the rest.
    fn take_in(&mut self, party: &mut Party, came: Vec<Stored>) -> Result<(), Failure> {
        let judged = party.accept(came)?;
        if let Some((_, error)) = judged.refused.into_iter().next() {
            return Err(error.into());
        }
        for one in party.carry_out_whole(judged.accepted)? {
            let late = party.papers.notice("5108", 3, &self.plan.late_quota())?;
            party.issue(Who::CentralBank, vec![Draft::first(late)?])?;
            self.notice = Some(one);
        }
        Ok(())
    }
}

impl Script for Finance {
    fn turn(&mut self, party: &mut Party) -> Result<bool, Failure> {
        let mut moved = self.queue.issue_some(party)?;
        let (came, answered) = sort(party.waiting()?);
        moved |= !came.is_empty() || !answered.is_empty();
        party.all(&answered, Move::AcknowledgeReceipt, Post::Clerk)?;
        self.take_in(party, came)?;
        moved |= self.queue.send_again(party)?;
        Ok(moved)
    }

    fn go_on(&mut self, party: &mut Party) -> Result<bool, Failure> {
        if !self.tried {
            finance_trials::run(party)?;
            self.tried = true;
            return Ok(true);
        }
        if !self.written {
            self.written = finance_letters::write(party)?;
            return Ok(self.written);
        }
        if self.notice.is_some() && is_covered(party)? {
            let notice: Vec<_> = self.notice.take().into_iter().collect();
            party.answer(&notice)?;
            self.refunded = true;
            return Ok(true);
        }
        Ok(false)
    }

    fn is_done(&mut self, party: &mut Party) -> Result<bool, Failure> {
        Ok(self.queue.is_empty() && self.written && self.refunded && party.is_settled(None)?)
    }
}

/// Whether every notice was answered.
fn is_covered(party: &mut Party) -> Result<bool, Failure> {
    Ok(party.lives(Some("5108"))?.iter().all(|(_, life)| is_settled(life)))
}

/// Compares what was paid with the notice and the batch details, and has every payment marked as
/// agreed; how many.
pub fn reconcile(party: &mut Party) -> Result<usize, Failure> {
    let payments = newest(party, "5201")?;
    for batch in newest(party, "8207")? {
        let payroll = batch.header().get("OriginalVoucherNo").unwrap_or_default();
        let of = |one: &&Voucher| one.header().get("VoucherNo") == Some(payroll);
        let none = || Failure::usage("batch details without their payment");
        require(&compare_elements(payments.iter().find(of).ok_or_else(none)?, &batch)?)?;
    }
    // The first notice is for all units but the one whose quota came in two parts.
    let notices = newest(party, "5108")?;
    if let Some(notice) = notices.first() {
        let units: Vec<&str> = notice.details().filter_map(|line| line.get("AgencyCode")).collect();
        let covered = |one: &&Voucher| {
            one.header().get("AgencyCode").is_some_and(|unit| units.contains(&unit))
        };
        let paid: Vec<&Voucher> = payments.iter().filter(covered).collect();
        require(&compare_summary(notice, &paid)?)?;
    }
    let mut keys = Vec::new();
    for (key, life) in party.lives(Some("5201"))? {
        if is_settled(&life) && matches!(life.result, Some(CoreResult::Executed(_))) {
            keys.push(key);
        }
    }
    party.all(&keys, Move::Match, Post::Clerk)?;
    Ok(keys.len())
}

fn require(comparison: &Comparison) -> Result<(), Failure> {
    match comparison.differences.first() {
        None => Ok(()),
        Some(one) => {
            let message = format!("{} differs", one.key);
            Err(Error::new(Code::Disputed, "reconciliation", message).into())
        }
    }
}

/// The originals of a type that count: those that were not made void.
fn newest(party: &mut Party, vt_code: &str) -> Result<Vec<Voucher>, Failure> {
    let mut found = Vec::new();
    for (key, life) in party.lives(Some(vt_code))? {
        if life.result.is_none() {
            continue;
        }
        let stored = party.store.voucher(&key)?;
        found.extend(stored.and_then(|one| one.original).map(|body| body.voucher().clone()));
    }
    Ok(found)
}
