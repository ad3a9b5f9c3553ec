//! Calls that come twice: what makes a move the same move, and whether it was made already.

use super::super::life::{Clearing, CoreResult, Life, Reconciliation};
use super::super::role::Person;
use super::super::state::{Leg, State};
use super::facts::Facts;
use super::moves::Move;

/// How a second call of a move is known, and so what it gives: what the first call got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// The record itself shows that the move was made, and by whom; a second call changes nothing.
    Shown,
    /// The move can be made again in earnest, so the record shows nothing: only the caller's own
    /// idempotency key tells a second call from a second move.
    Key,
}

impl Repeat {
    /// The name in the documentation.
    pub fn name(self) -> &'static str {
        match self {
            Repeat::Shown => "shown",
            Repeat::Key => "key",
        }
    }
}

impl Move {
    /// How a second call of this move is known.
    pub fn repeat(self) -> Repeat {
        match self {
            Move::Reject
            | Move::Withdraw
            | Move::SendAgain
            | Move::RefuseReceipt
            | Move::Resubmit
            | Move::RejectReceipt
            | Move::WithdrawReceiptAct
            | Move::SendReceiptAgain
            | Move::RedoReceipt
            | Move::Unclaim
            | Move::Answer => Repeat::Key,
            _ => Repeat::Shown,
        }
    }
}

/// Whether the record shows that this very move was made, and nothing has undone it.
pub(super) fn is_repeated(life: &Life, name: Move, facts: &Facts) -> bool {
    let by = |person: &Option<Person>| match (person, &facts.actor) {
        (Some(person), Some(actor)) => person == &actor.person,
        _ => false,
    };
    let is = |state: State| life.state == state;
    let original = |legs: &[Leg]| legs.contains(&life.original_leg);
    let receipt = |legs: &[Leg]| legs.contains(&life.receipt_leg);
    let same = |kept: Option<[u8; 32]>, given: Option<[u8; 32]>| kept.is_some() && kept == given;
    let asked = || same(life.submission, facts.submission);
    match name {
        Move::Create | Move::Receive => {
            !is(State::Absent) && life.version == facts.version && same(life.content, facts.content)
        }
        Move::Edit => is(State::Draft) && same(life.content, facts.content),
        Move::Make => by(&life.maker),
        Move::FillReceipt => by(&life.maker) && same(life.receipt, facts.receipt),
        Move::Review | Move::ReviewReceipt => by(&life.reviewer),
        Move::Approve => by(&life.approver),
        Move::Act | Move::ActOnReceipt => {
            let act = facts.act.as_ref().and_then(|act| life.act(&act.position));
            act.is_some_and(|act| by(&Some(act.person.clone())))
        }
        Move::Send => !original(&[Leg::Unsent]),
        Move::DeliveryFailed => original(&[Leg::DeliveryFailed]),
        Move::Delivered => {
            original(&[Leg::Delivered, Leg::Acknowledged, Leg::Refused, Leg::Returned])
        }
        Move::Accepted | Move::Accept => original(&[Leg::Acknowledged]),
        Move::Refused | Move::Refuse => original(&[Leg::Refused]),
        Move::Returned | Move::Return => original(&[Leg::Returned]),
        Move::ReceiveReceipt => {
            life.result.is_some()
                && life.result == facts.result
                && same(life.receipt, facts.receipt)
        }
        Move::AcknowledgeReceipt | Move::ReceiptAcknowledged => receipt(&[Leg::Acknowledged]),
        Move::Discard => is(State::Discarded),
        Move::Submit => asked(),
        Move::NoAnswer => is(State::Unknown),
        Move::CoreRunning => is(State::Executing) && asked(),
        Move::CoreExecuted => {
            matches!(life.result, Some(CoreResult::Executed(_)))
                && life.result == facts.result
                && asked()
        }
        Move::CoreFailed => life.result == Some(CoreResult::Failed) && asked(),
        Move::SendReceipt => !receipt(&[Leg::Unsent]),
        Move::ReceiptDeliveryFailed => receipt(&[Leg::DeliveryFailed]),
        Move::ReceiptDelivered => receipt(&[Leg::Delivered, Leg::Acknowledged, Leg::Refused]),
        Move::ReceiptRefused => receipt(&[Leg::Refused]),
        Move::Claim => match (life.clearing.by(), &facts.claim) {
            (Some(by), Some(claim)) => *by == claim.by,
            _ => false,
        },
        Move::Clear => match (&life.clearing, &facts.claim) {
            (Clearing::Cleared(by), Some(claim)) => *by == claim.by,
            _ => false,
        },
        Move::Refund => facts.refund.as_ref().is_some_and(|refund| {
            let made = life.refunds.get(&refund.detail);
            made.is_some_and(|made| made.amount == refund.amount && made.by == refund.by)
        }),
        Move::Match => life.reconciliation == Reconciliation::Matched,
        Move::Dispute => life.reconciliation == Reconciliation::Disputed,
        Move::Archive => is(State::Archived),
        Move::Close => is(State::Closed),
        Move::Destroy => is(State::Destroyed),
        Move::Reject
        | Move::Withdraw
        | Move::SendAgain
        | Move::RefuseReceipt
        | Move::Resubmit
        | Move::RejectReceipt
        | Move::WithdrawReceiptAct
        | Move::SendReceiptAgain
        | Move::RedoReceipt
        | Move::Unclaim
        | Move::Answer => false,
    }
}
