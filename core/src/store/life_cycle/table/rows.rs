//! The rows of the standard table.

use super::super::super::role::Role;
use super::super::super::state::{Document, Leg, State, View};
use super::super::guard::Guard;
use super::super::moves::Move;
use super::{Effect, Party, Rule, To};

/// Every row, in the order of the moves.
pub(super) fn standard() -> Vec<Rule> {
    let mut rules = issuing();
    rules.extend(sending());
    rules.extend(receiving());
    rules.extend(executing());
    rules.extend(answering());
    rules.extend(settling());
    rules
}

const I: &[View] = &[View::Issuer];
const R: &[View] = &[View::Receiver];
const BOTH: &[View] = &View::ALL;

/// What holds for an act, wherever it comes in.
const ACT: &[Guard] = &[
    Guard::PositionOpen,
    Guard::InSequence,
    Guard::OwnPosition,
    Guard::SealActive,
    Guard::CertificateValid,
    Guard::ActGood,
    Guard::KeyAuthorized,
];

/// The original, from the draft to the last seal.
fn issuing() -> Vec<Rule> {
    use Effect as E;
    use Guard as G;
    use Move as M;
    use State as S;
    let maker = &[Role::Maker];
    let one = To::One;
    vec![
        row(M::Create, I, Party::Issuer, maker, &[S::Absent], one(S::Draft))
            .guards(&[G::HoldsRole, G::Addressed, G::NumberFree])
            .effects(&[E::Store]),
        row(M::Edit, I, Party::Issuer, maker, &[S::Draft], To::Same)
            .guards(&[G::HoldsRole])
            .effects(&[E::Store]),
        row(M::Make, I, Party::Issuer, maker, &[S::Draft], one(S::Made))
            .guards(&[G::HoldsRole, G::RulesKept])
            .guards(ACT)
            .effects(&[E::AddAct]),
        row(
            M::Review,
            I,
            Party::Issuer,
            &[Role::Reviewer],
            &[S::Made],
            To::Among(&[S::Reviewed, S::Approved, S::Sealed]),
        )
        .guards(&[G::HoldsRole, G::ReviewerDiffers])
        .guards(ACT)
        .effects(&[E::AddAct]),
        row(
            M::Approve,
            I,
            Party::Issuer,
            &[Role::Approver],
            &[S::Reviewed],
            To::Among(&[S::Approved, S::Sealed]),
        )
        .guards(&[G::HoldsRole, G::ApproverDiffers])
        .guards(ACT)
        .effects(&[E::AddAct]),
        row(
            M::Reject,
            I,
            Party::Issuer,
            &[Role::Reviewer, Role::Approver],
            &[S::Made, S::Reviewed, S::Approved],
            one(S::Draft),
        )
        .guards(&[G::HoldsRole, G::ReasonGiven])
        .effects(&[E::Reopen]),
        row(
            M::Act,
            I,
            Party::Issuer,
            &[],
            &[S::Approved, S::Sealing],
            To::Among(&[S::Sealing, S::Sealed]),
        )
        .guards(&[G::HoldsPositionRole, G::SealerDiffers])
        .guards(ACT)
        .effects(&[E::AddAct]),
        row(
            M::Withdraw,
            I,
            Party::Issuer,
            &[],
            &[S::Sealing, S::Sealed],
            To::Among(&[S::Approved, S::Sealing]),
        )
        .guards(&[G::OwnAct, G::NotReferred])
        .effects(&[E::RemoveAct]),
    ]
}

/// The original on its way, and what the receiver says to it.
fn sending() -> Vec<Rule> {
    use Effect as E;
    use Guard as G;
    use Move as M;
    use State as S;
    let original = |leg| E::Leg(Document::Original, leg);
    let receipt = |leg| E::Leg(Document::Receipt, leg);
    let sender = &[Role::Sender];
    let way = &[S::Sent, S::Delivered, S::Accepted];
    let one = To::One;
    vec![
        row(M::Send, I, Party::Issuer, sender, &[S::Sealed], one(S::Sent))
            .guards(&[G::HoldsRole])
            .effects(&[original(Leg::Sent), E::Dispatch(Document::Original)]),
        row(M::SendAgain, I, Party::Issuer, sender, &[S::Sent], To::Same)
            .leg(Document::Original, &[Leg::DeliveryFailed])
            .guards(&[G::HoldsRole])
            .effects(&[original(Leg::Sent), E::Dispatch(Document::Original)]),
        row(M::DeliveryFailed, I, Party::Transport, &[], &[S::Sent], To::Same)
            .effects(&[original(Leg::DeliveryFailed)]),
        row(M::Delivered, I, Party::Peer, &[], &[S::Sent], one(S::Delivered))
            .guards(&[G::Authentic])
            .effects(&[original(Leg::Delivered)]),
        row(M::Accepted, I, Party::Peer, &[], &[S::Sent, S::Delivered], one(S::Accepted))
            .guards(&[G::Authentic])
            .effects(&[original(Leg::Acknowledged)]),
        row(M::Refused, I, Party::Peer, &[], &[S::Sent, S::Delivered], one(S::Refused))
            .guards(&[G::Authentic])
            .effects(&[original(Leg::Refused)]),
        row(M::Returned, I, Party::Peer, &[], way, one(S::Returned))
            .guards(&[G::Authentic])
            .effects(&[original(Leg::Returned)]),
        row(M::ReceiveReceipt, I, Party::Peer, &[], way, one(S::Receipted))
            .guards(&[G::Authentic, G::ReportValid, G::NotRefused, G::OnlyXFields, G::AmountWithin])
            .effects(&[
                E::Store,
                original(Leg::Acknowledged),
                receipt(Leg::Delivered),
                E::Result,
                E::Tell(Document::Receipt),
            ]),
        row(
            M::RefuseReceipt,
            I,
            Party::Issuer,
            &[Role::Sender, Role::Clerk],
            &[S::Sent, S::Delivered, S::Accepted, S::Receipted],
            one(S::Accepted),
        )
        .leg(Document::Receipt, &[Leg::Unsent, Leg::Delivered, Leg::Refused])
        .guards(&[G::HoldsRole, G::ReasonGiven, G::Unclaimed, G::NothingRefunded])
        .effects(&[
            original(Leg::Acknowledged),
            receipt(Leg::Refused),
            E::DropResult,
            E::Tell(Document::Receipt),
        ]),
        row(
            M::AcknowledgeReceipt,
            I,
            Party::Issuer,
            &[Role::Sender, Role::Clerk],
            &[S::Receipted],
            To::Same,
        )
        .leg(Document::Receipt, &[Leg::Delivered])
        .guards(&[G::HoldsRole])
        .effects(&[receipt(Leg::Acknowledged), E::Tell(Document::Receipt)]),
        row(
            M::Discard,
            I,
            Party::Issuer,
            &[Role::Maker, Role::Sender],
            &[S::Draft, S::Refused, S::Returned],
            one(S::Discarded),
        )
        .guards(&[G::HoldsRole, G::ReasonGiven])
        .effects(&[]),
    ]
}

/// The original in the receiver's store.
fn receiving() -> Vec<Rule> {
    use Effect as E;
    use Guard as G;
    use Move as M;
    use State as S;
    let leg = |leg| E::Leg(Document::Original, leg);
    let teller = &[Role::Teller];
    let tell = E::Tell(Document::Original);
    let one = To::One;
    vec![
        row(M::Receive, R, Party::Peer, &[], &[S::Absent], one(S::Delivered))
            .guards(&[G::Authentic, G::Addressed, G::NumberFree])
            .effects(&[E::Store, leg(Leg::Delivered), tell]),
        row(M::Accept, R, Party::Receiver, teller, &[S::Delivered], one(S::Accepted))
            .guards(&[G::HoldsRole, G::ReportValid, G::RulesKept, G::QuotaCovers, G::ClearingHolds])
            .effects(&[leg(Leg::Acknowledged), E::PostQuota, tell]),
        row(M::Refuse, R, Party::Receiver, teller, &[S::Delivered], one(S::Refused))
            .guards(&[G::HoldsRole, G::ReasonGiven])
            .effects(&[leg(Leg::Refused), tell]),
        row(M::Return, R, Party::Receiver, teller, &[S::Accepted, S::Failed], one(S::Returned))
            .leg(Document::Receipt, &[Leg::Unsent])
            .guards(&[G::HoldsRole, G::ReasonGiven, G::QuotaUndone])
            .effects(&[leg(Leg::Returned), E::UndoQuota, tell]),
    ]
}

/// What the core system does with it.
fn executing() -> Vec<Rule> {
    use Effect as E;
    use Guard as G;
    use Move as M;
    use State as S;
    let teller = &[Role::Teller];
    let asked = &[S::Executing, S::Unknown];
    let one = To::One;
    vec![
        row(M::Submit, R, Party::Receiver, teller, &[S::Accepted], one(S::Executing))
            .guards(&[G::HoldsRole, G::FirstSubmission])
            .effects(&[E::AskCore]),
        row(M::NoAnswer, R, Party::Core, &[], &[S::Executing], one(S::Unknown)).effects(&[]),
        row(M::CoreRunning, R, Party::Core, &[], &[S::Unknown], one(S::Executing))
            .guards(&[G::Authentic, G::SameSubmission])
            .effects(&[]),
        row(M::CoreExecuted, R, Party::Core, &[], asked, one(S::Executed))
            .guards(&[G::Authentic, G::SameSubmission, G::AmountWithin, G::SomethingExecuted])
            .effects(&[E::Result]),
        row(M::CoreFailed, R, Party::Core, &[], asked, one(S::Failed))
            .guards(&[G::Authentic, G::SameSubmission, G::AdvanceSettled])
            .effects(&[E::Result]),
        row(M::Resubmit, R, Party::Receiver, teller, &[S::Unknown], one(S::Executing))
            .guards(&[G::HoldsRole, G::SameSubmission])
            .effects(&[E::AskCore]),
    ]
}

/// The receipt, from the result to the issuer's answer.
fn answering() -> Vec<Rule> {
    use Effect as E;
    use Guard as G;
    use Move as M;
    use State as S;
    let leg = |leg| E::Leg(Document::Receipt, leg);
    let unsent: (Document, &[Leg]) = (Document::Receipt, &[Leg::Unsent]);
    let on_way: &[Leg] = &[Leg::Sent, Leg::DeliveryFailed, Leg::Delivered];
    let dispatch = E::Dispatch(Document::Receipt);
    let sender = &[Role::Sender];
    let result = To::Among(&[S::Executed, S::Failed]);
    let one = To::One;
    vec![
        row(
            M::FillReceipt,
            R,
            Party::Receiver,
            &[Role::Teller],
            &[S::Executed, S::Failed],
            one(S::ReceiptMade),
        )
        .guards(&[G::HoldsRole, G::RulesKept, G::OnlyXFields, G::ResultInReceipt, G::QuotaUndone])
        .guards(ACT)
        .effects(&[E::Store, E::UndoQuota, E::AddAct]),
        row(
            M::ReviewReceipt,
            R,
            Party::Receiver,
            &[Role::Reviewer],
            &[S::ReceiptMade],
            To::Among(&[S::ReceiptReviewed, S::Receipted]),
        )
        .guards(&[G::HoldsRole, G::ReviewerDiffers])
        .guards(ACT)
        .effects(&[E::AddAct]),
        row(
            M::RejectReceipt,
            R,
            Party::Receiver,
            &[Role::Reviewer],
            &[S::ReceiptMade, S::ReceiptReviewed],
            result,
        )
        .guards(&[G::HoldsRole, G::ReasonGiven])
        .effects(&[E::Reopen]),
        row(
            M::ActOnReceipt,
            R,
            Party::Receiver,
            &[],
            &[S::ReceiptReviewed, S::ReceiptSealing],
            To::Among(&[S::ReceiptSealing, S::Receipted]),
        )
        .guards(&[G::HoldsPositionRole, G::SealerDiffers])
        .guards(ACT)
        .effects(&[E::AddAct]),
        row(
            M::WithdrawReceiptAct,
            R,
            Party::Receiver,
            &[],
            &[S::ReceiptSealing, S::Receipted],
            To::Among(&[S::ReceiptReviewed, S::ReceiptSealing]),
        )
        .leg(unsent.0, unsent.1)
        .guards(&[G::OwnAct, G::NotReferred, G::Unclaimed, G::NothingRefunded])
        .effects(&[E::RemoveAct]),
        row(M::SendReceipt, R, Party::Receiver, sender, &[S::Receipted], To::Same)
            .leg(unsent.0, unsent.1)
            .guards(&[G::HoldsRole])
            .effects(&[leg(Leg::Sent), dispatch]),
        row(M::SendReceiptAgain, R, Party::Receiver, sender, &[S::Receipted], To::Same)
            .leg(Document::Receipt, &[Leg::DeliveryFailed])
            .guards(&[G::HoldsRole])
            .effects(&[leg(Leg::Sent), dispatch]),
        row(M::ReceiptDeliveryFailed, R, Party::Transport, &[], &[S::Receipted], To::Same)
            .leg(Document::Receipt, &[Leg::Sent])
            .effects(&[leg(Leg::DeliveryFailed)]),
        row(M::ReceiptDelivered, R, Party::Peer, &[], &[S::Receipted], To::Same)
            .leg(Document::Receipt, &[Leg::Sent, Leg::DeliveryFailed])
            .guards(&[G::Authentic])
            .effects(&[leg(Leg::Delivered)]),
        row(M::ReceiptAcknowledged, R, Party::Peer, &[], &[S::Receipted], To::Same)
            .leg(Document::Receipt, on_way)
            .guards(&[G::Authentic])
            .effects(&[leg(Leg::Acknowledged)]),
        row(M::ReceiptRefused, R, Party::Peer, &[], &[S::Receipted], To::Same)
            .leg(Document::Receipt, on_way)
            .guards(&[G::Authentic])
            .effects(&[leg(Leg::Refused)]),
        row(M::RedoReceipt, R, Party::Receiver, &[Role::Teller], &[S::Receipted], result)
            .leg(Document::Receipt, &[Leg::Refused])
            .guards(&[G::HoldsRole])
            .effects(&[E::Reopen, leg(Leg::Unsent)]),
    ]
}

/// What may follow a receipt, in both stores.
fn settling() -> Vec<Rule> {
    use Effect as E;
    use Guard as G;
    use Move as M;
    use State as S;
    let filed = &[S::Receipted, S::Archived];
    let clerk = &[Role::Clerk];
    let archivist = &[Role::Archivist];
    let acknowledged: (Document, &[Leg]) = (Document::Receipt, &[Leg::Acknowledged]);
    let one = To::One;
    vec![
        row(M::Claim, BOTH, Party::Voucher, &[], filed, To::Same)
            .guards(&[G::Authentic, G::Paid, G::Unclaimed, G::ClaimIsDue])
            .effects(&[E::Claim]),
        row(M::Unclaim, BOTH, Party::Voucher, &[], filed, To::Same)
            .guards(&[G::Authentic, G::ClaimOfThis])
            .effects(&[E::Unclaim]),
        row(M::Clear, BOTH, Party::Voucher, &[], filed, To::Same)
            .guards(&[G::Authentic, G::Paid, G::ClaimOfThis])
            .effects(&[E::Clear]),
        row(M::Refund, BOTH, Party::Voucher, &[], filed, To::Same)
            .guards(&[G::Authentic, G::RefundOnce, G::RefundWithin])
            .effects(&[E::Refund]),
        row(M::Match, BOTH, Party::Either, clerk, filed, To::Same)
            .guards(&[G::HoldsRole, G::NotDisputed])
            .effects(&[E::Reconciliation]),
        row(M::Dispute, BOTH, Party::Either, clerk, filed, To::Same)
            .guards(&[G::HoldsRole, G::ReasonGiven])
            .effects(&[E::Reconciliation]),
        row(M::Answer, BOTH, Party::Either, clerk, filed, To::Same)
            .guards(&[G::HoldsRole, G::ReasonGiven, G::Disputed])
            .effects(&[E::Reconciliation]),
        row(M::Archive, BOTH, Party::Either, archivist, &[S::Receipted], one(S::Archived))
            .leg(acknowledged.0, acknowledged.1)
            .guards(&[G::HoldsRole, G::SomethingExecuted, G::Settled])
            .effects(&[]),
        row(M::Close, BOTH, Party::Either, archivist, &[S::Receipted], one(S::Closed))
            .leg(acknowledged.0, acknowledged.1)
            .guards(&[G::HoldsRole, G::NothingExecuted, G::NotDisputed])
            .effects(&[]),
        row(
            M::Destroy,
            I,
            Party::Either,
            archivist,
            &[S::Closed, S::Discarded, S::Archived],
            one(S::Destroyed),
        )
        .guards(&[G::HoldsRole, G::RetentionOver, G::DestructionApproved, G::Settled])
        .effects(&[E::Destroy]),
        row(
            M::Destroy,
            R,
            Party::Either,
            archivist,
            &[S::Refused, S::Returned, S::Closed, S::Archived],
            one(S::Destroyed),
        )
        .guards(&[G::HoldsRole, G::RetentionOver, G::DestructionApproved, G::Settled])
        .effects(&[E::Destroy]),
    ]
}

/// A row that is being written: `row(move, views, party, roles, from, to)`, then what is beside.
struct Row(Rule);

fn row(name: Move, views: &[View], party: Party, roles: &[Role], from: &[State], to: To) -> Row {
    Row(Rule {
        name,
        views: views.to_vec(),
        party,
        roles: roles.to_vec(),
        from: from.to_vec(),
        leg: None,
        guards: Vec::new(),
        to,
        effects: Vec::new(),
    })
}

impl Row {
    fn leg(mut self, document: Document, legs: &[Leg]) -> Row {
        self.0.leg = Some((document, legs.to_vec()));
        self
    }

    fn guards(mut self, guards: &[Guard]) -> Row {
        self.0.guards.extend(guards);
        self
    }

    fn effects(mut self, effects: &[Effect]) -> Rule {
        self.0.effects.extend(effects);
        self.0
    }
}
