//! The budget unit: pays by authorised payments, and takes their receipts in.

use super::issuing::Queue;
use super::making::Draft;
use super::party::{Party, sort};
use super::plan::Plan;
use super::script::Script;
use super::who::{Post, Who};
use crate::failure::Failure;
use yinxin::store::Move;

/// The unit's part.
pub struct Unit {
    queue: Queue,
}

impl Unit {
    pub fn new(plan: &Plan, party: &Party) -> Result<Unit, Failure> {
        let mut queue = Queue::default();
        for payment in plan.authorised_payments() {
            let voucher = party.papers.authorised(&payment, payment.account)?;
            queue.add(Who::Bank, Draft::first(voucher)?);
        }
        Ok(Unit { queue })
    }
}

impl Script for Unit {
    fn turn(&mut self, party: &mut Party) -> Result<bool, Failure> {
        let mut moved = self.queue.issue_some(party)?;
        let (_, answered) = sort(party.waiting()?);
        moved |= !answered.is_empty();
        party.all(&answered, Move::AcknowledgeReceipt, Post::Clerk)?;
        moved |= self.queue.send_again(party)?;
        Ok(moved)
    }

    fn is_done(&mut self, party: &mut Party) -> Result<bool, Failure> {
        Ok(self.queue.is_empty() && party.is_settled(None)?)
    }
}
