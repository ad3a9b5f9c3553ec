//! The life cycle of a voucher in one store: one table of moves, and the one function that makes them.
//!
//! [`Table::standard`] is the whole rule book: for each [`Move`] who brings it about, in which role,
//! from which states, under which [`Guard`]s, to which state and with which [`Effect`]s. [`apply`]
//! judges a move by the record of the voucher ([`Life`]) and by [`Facts`] that the caller found out,
//! and gives the next record; nothing here reads a clock or a store. `docs/store.md` shows the table.

mod facts;
mod guard;
mod moves;
mod repeat;
mod table;

pub use facts::{
    ActFacts, ClaimFacts, ClearingFacts, Facts, Latest, PositionFacts, QuotaFacts, RefundFacts,
};
pub use guard::{Guard, MAX_REASON};
pub use moves::Move;
pub use repeat::Repeat;
pub use table::{Effect, Party, Rule, Table, To};

use super::life::{ActRecord, Clearing, CoreResult, Life, Reconciliation, RefundRecord};
use super::role::Role;
use super::state::{Document, State, View};
use crate::error::{Code, Error};
use std::fmt;

/// What a move gives.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Next {
    /// The record after the move.
    pub life: Life,
    /// What the store does with it, in the same transaction; nothing for a repeat.
    pub effects: Vec<Effect>,
    /// Whether the record shows that this very move was made before: then it is unchanged, and the
    /// caller gets what the first call got.
    pub repeated: bool,
}

/// Why a move is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The move.
    pub name: Move,
    /// Where the voucher stands.
    pub state: State,
    /// The rule that forbids it.
    pub rule: Broken,
    /// The code of the error.
    pub code: Code,
    /// Why, for people.
    pub message: String,
}

/// The kind of rule that forbids a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Broken {
    /// Stores of this view do not make the move.
    View,
    /// The move does not start from the state.
    State,
    /// The move does not start from where the document is on its way.
    Leg,
    /// This guard does not hold.
    Guard(Guard),
}

impl Broken {
    /// The name of the rule.
    pub fn name(self) -> &'static str {
        match self {
            Broken::View => "view",
            Broken::State => "state",
            Broken::Leg => "leg",
            Broken::Guard(guard) => guard.name(),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, state, rule) = (self.name.name(), self.state.name(), self.rule.name());
        write!(f, "{name} from {state} is refused by {rule}: {}", self.message)
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Error {
        Error::new(refused.code, refused.rule.name(), refused.to_string())
    }
}

/// Makes a move: the next record and what the store has to do with it.
///
/// A move that the record shows to be made already changes nothing and is not judged again. `table`
/// is [`Table::standard`].
///
/// # Errors
///
/// [`Refused`] with the first rule that forbids the move.
pub fn apply(table: &Table, life: &Life, name: Move, facts: &Facts) -> Result<Next, Refused> {
    let refuse = |rule: Broken, code: Code, message: String| {
        Err(Refused { name, state: life.state, rule, code, message })
    };
    let Some(rule) = table.rule(name, life.view) else {
        let message = format!("no move of the {}'s store", life.view.name());
        return refuse(Broken::View, Code::Move, message);
    };
    if repeat::is_repeated(life, name, facts) {
        return Ok(Next { life: life.clone(), effects: Vec::new(), repeated: true });
    }
    if !rule.from.contains(&life.state) {
        // A number that is taken says more than a state that does not fit.
        let taken = matches!(name, Move::Create | Move::Receive);
        let code = if taken { Code::Duplicate } else { Code::Move };
        let from: Vec<&str> = rule.from.iter().map(|state| state.name()).collect();
        return refuse(Broken::State, code, format!("it starts from {}", from.join(", ")));
    }
    if let Some((document, legs)) = &rule.leg {
        let leg = life.leg(*document);
        if !legs.contains(&leg) {
            return refuse(Broken::Leg, Code::Move, format!("the document is {}", leg.name()));
        }
    }
    for guard in &rule.guards {
        if let Err((code, message)) = guard.check(rule, life, facts) {
            return refuse(Broken::Guard(*guard), code, message);
        }
    }
    let mut next = life.clone();
    people(&mut next, name, facts);
    for effect in &rule.effects {
        change(&mut next, name, *effect, facts);
    }
    next.state = target(rule, &next, facts);
    Ok(Next { life: next, effects: rule.effects.clone(), repeated: false })
}

/// Records who made a step.
fn people(life: &mut Life, name: Move, facts: &Facts) {
    let person = facts.actor.as_ref().map(|actor| actor.person.clone());
    match name {
        Move::Make | Move::FillReceipt => life.maker = person,
        Move::Review | Move::ReviewReceipt => life.reviewer = person,
        Move::Approve => life.approver = person,
        _ => {}
    }
}

fn change(life: &mut Life, name: Move, effect: Effect, facts: &Facts) {
    match effect {
        Effect::Store => store(life, name, facts),
        Effect::AddAct => {
            if let (Some(position), Some(actor)) = (guard::position(facts), &facts.actor) {
                life.acts.push(ActRecord {
                    position: position.position.clone(),
                    sequence: position.sequence,
                    role: position.role,
                    person: actor.person.clone(),
                });
            }
        }
        Effect::RemoveAct => {
            life.acts.retain(|act| Some(&act.position) != facts.position.as_ref());
        }
        Effect::Reopen => {
            life.acts.clear();
            (life.maker, life.reviewer, life.approver) = (None, None, None);
            if life.view == View::Receiver {
                life.receipt = None;
            }
        }
        Effect::Leg(Document::Original, leg) => life.original_leg = leg,
        Effect::Leg(Document::Receipt, leg) => life.receipt_leg = leg,
        Effect::PostQuota => life.in_quota = facts.quota == QuotaFacts::Posted,
        Effect::UndoQuota => {
            if facts.quota == QuotaFacts::Posted {
                life.in_quota = false;
            }
        }
        Effect::AskCore => life.submission = facts.submission.or(life.submission),
        Effect::Result => {
            life.result = match name {
                Move::CoreFailed => Some(CoreResult::Failed),
                _ => facts.result,
            };
        }
        Effect::DropResult => {
            // The digest of what was refused stays, so that the same receipt is not taken later.
            life.result = None;
            life.receipt = facts.receipt.or(life.receipt);
        }
        Effect::Claim => {
            if let Some(claim) = &facts.claim {
                life.clearing = Clearing::Claimed(claim.by.clone());
            }
        }
        Effect::Unclaim => {
            life.clearing = Clearing::Open;
            // The next request asks for less instead.
            life.refunds.values_mut().for_each(|refund| refund.after_claim = false);
        }
        Effect::Clear => {
            if let Some(claim) = &facts.claim {
                life.clearing = Clearing::Cleared(claim.by.clone());
            }
        }
        Effect::Refund => {
            if let Some(refund) = &facts.refund {
                let after_claim = life.clearing != Clearing::Open;
                let (by, amount) = (refund.by.clone(), refund.amount);
                let record = RefundRecord { by, amount, after_claim };
                life.refunds.insert(refund.detail.clone(), record);
            }
        }
        Effect::Reconciliation => {
            life.reconciliation = match name {
                Move::Dispute => Reconciliation::Disputed,
                _ => Reconciliation::Matched,
            };
        }
        Effect::Dispatch(_) | Effect::Tell(_) | Effect::Destroy => {}
    }
}

/// What is known of the content of a document that comes in.
fn store(life: &mut Life, name: Move, facts: &Facts) {
    match name {
        Move::Create | Move::Receive => {
            life.version = facts.version;
            life.amount = facts.amount;
            life.content = facts.content;
        }
        Move::Edit => {
            life.amount = facts.amount;
            life.content = facts.content;
        }
        Move::FillReceipt | Move::ReceiveReceipt => life.receipt = facts.receipt,
        _ => {}
    }
}

/// The state after the move; `life` is the record with every effect of it.
fn target(rule: &Rule, life: &Life, facts: &Facts) -> State {
    let filled = !facts.positions.is_empty()
        && facts.positions.iter().all(|position| life.act(&position.position).is_some());
    let sealed_by_office = life.acts.iter().any(|act| act.role == Role::Sealer);
    match rule.to {
        To::Same => life.state,
        To::One(state) => state,
        To::Among(_) => match rule.name {
            Move::Review if facts.second_review => State::Reviewed,
            Move::Review | Move::Approve if filled => State::Sealed,
            Move::Review | Move::Approve => State::Approved,
            Move::Act if filled => State::Sealed,
            Move::Act => State::Sealing,
            Move::Withdraw if sealed_by_office => State::Sealing,
            Move::Withdraw => State::Approved,
            Move::ReviewReceipt | Move::ActOnReceipt if filled => State::Receipted,
            Move::ReviewReceipt => State::ReceiptReviewed,
            Move::ActOnReceipt => State::ReceiptSealing,
            Move::WithdrawReceiptAct if sealed_by_office => State::ReceiptSealing,
            Move::WithdrawReceiptAct => State::ReceiptReviewed,
            Move::RejectReceipt | Move::RedoReceipt => match life.result {
                Some(CoreResult::Executed(_)) => State::Executed,
                _ => State::Failed,
            },
            _ => life.state,
        },
    }
}
