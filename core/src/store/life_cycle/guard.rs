//! What has to hold before a move is made.

use super::super::life::{Clearing, CoreResult, Life, Reconciliation};
use super::super::role::{Person, Role};
use super::super::state::Leg;
use super::facts::{ClearingFacts, Facts, Latest, PositionFacts, QuotaFacts};
use super::moves::Move;
use super::table::Rule;
use crate::error::Code;
use crate::voucher::Fen;
use crate::voucher::text::gbk_len;

/// Bytes of a reason in GBK: what the old stores take.
pub const MAX_REASON: usize = 200;

macro_rules! guards {
    ($($name:ident = $text:literal, $code:ident, $meaning:literal;)*) => {
        /// One condition of a move. A fact that is not given does not hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Guard {
            $(#[doc = $meaning] $name,)*
        }

        impl Guard {
            /// Every guard, in the order of the documentation.
            pub const ALL: &'static [Guard] = &[$(Guard::$name,)*];

            /// The name, the same in every language.
            pub fn name(self) -> &'static str {
                match self { $(Guard::$name => $text,)* }
            }

            /// The code of the error where it does not hold. The quota gives its own.
            pub fn code(self) -> Code {
                match self { $(Guard::$name => Code::$code,)* }
            }

            /// What holds, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Guard::$name => $meaning,)* }
            }
        }
    };
}

guards! {
    HoldsRole = "holds-role", RoleMissing, "The actor holds one of the roles of the move.";
    HoldsPositionRole = "holds-position-role", RoleMissing, "The actor holds the role that the position asks for.";
    Addressed = "addressed", NotAddressed, "The type may be issued here, or is addressed to here.";
    NumberFree = "number-free", Duplicate, "The number is free, or its newest version has come to nothing and this is a later one (for an issuer the next).";
    RulesKept = "rules-kept", Rules, "The document keeps the rules of its type.";
    ReviewerDiffers = "reviewer-differs", SamePerson, "The reviewer is not the maker.";
    ApproverDiffers = "approver-differs", SamePerson, "The second reviewer is neither the maker nor the first.";
    SealerDiffers = "sealer-differs", SamePerson, "Who seals is neither the maker nor a reviewer.";
    PositionOpen = "position-open", Order, "The document has the position, and it is open.";
    InSequence = "in-sequence", Order, "Every lower position is filled, and no higher one.";
    OwnPosition = "own-position", RoleMissing, "A maker's or reviewer's position is filled by the one who made or reviewed, and by nobody else.";
    SealActive = "seal-active", SealUnusable, "The seal is good and active.";
    CertificateValid = "certificate-valid", CertificateUnusable, "The signer's certificate is good.";
    ActGood = "act-good", NotValid, "The act is good, over this document, and the actor's.";
    KeyAuthorized = "key-authorized", AuthorizationMissing, "A key that the server keeps is used under an authorization.";
    OwnAct = "own-act", NotOwn, "There is an act at the position, and it is the actor's own.";
    NotReferred = "not-referred", Order, "No act of a higher position refers to it.";
    Authentic = "authentic", Unproven, "The statement is proven to come from the party that has to make it, about this voucher.";
    ReportValid = "report-valid", NotValid, "The report about the received document is Valid.";
    QuotaCovers = "quota-covers", QuotaExceeded, "The quota allows the voucher, and is changed with the move; or the voucher does not touch it.";
    QuotaUndone = "quota-undone", QuotaUsed, "Where nothing is carried out, what the voucher changed in the quota can be undone, and is.";
    ClearingHolds = "clearing-holds", NotValid, "A clearing request or refund keeps the rules of clearing.";
    FirstSubmission = "first-submission", Move, "The voucher was never given to the core system, and a key for it is recorded first.";
    SameSubmission = "same-submission", Unproven, "The key is the one under which the voucher was given to the core system.";
    AdvanceSettled = "advance-settled", AdvanceOpen, "What the core system advanced before it failed was written off.";
    AmountWithin = "amount-within", Amount, "What was carried out is part of what the original asks for, and not nothing; of a voucher in the quota all of it.";
    SomethingExecuted = "something-executed", NotExecuted, "All or part was carried out.";
    NothingExecuted = "nothing-executed", Executed, "Nothing was carried out.";
    OnlyXFields = "only-x-fields", Rules, "The receipt repeats every field of the original but X fields.";
    ResultInReceipt = "result-in-receipt", Amount, "The receipt says what the core system said.";
    NotRefused = "not-refused", Move, "The receipt is not the one that was refused last.";
    ReasonGiven = "reason-given", Reason, "A reason is given, of at most 200 bytes in GBK.";
    Unclaimed = "unclaimed", Claimed, "No clearing request asks or asked for the payment.";
    ClaimOfThis = "claim-of-this", Claimed, "This clearing request asks for the payment.";
    ClaimIsDue = "claim-is-due", Amount, "The request asks for what was paid less what came back before, and not for nothing.";
    Paid = "paid", NotExecuted, "Money was paid.";
    RefundOnce = "refund-once", RefundTwice, "The detail was not refunded before.";
    RefundWithin = "refund-within", RefundExceeds, "The refund is positive, not above what was paid for the detail, nor all refunds above what was paid.";
    NothingRefunded = "nothing-refunded", Refunded, "Nothing was refunded.";
    NotDisputed = "not-disputed", Disputed, "The comparison with the other party is not in dispute.";
    Disputed = "disputed", NotDisputed, "The comparison with the other party is in dispute.";
    Settled = "settled", Unsettled, "No clearing request is under way and nothing is in dispute.";
    RetentionOver = "retention-over", Retention, "The time of retention is over.";
    DestructionApproved = "destruction-approved", Retention, "Another person than the actor authorized the destruction.";
}

/// The code and the reason where a guard does not hold.
pub(super) type Broken = (Code, String);

impl Guard {
    /// Whether the guard holds for this move of this voucher.
    pub(super) fn check(self, rule: &Rule, life: &Life, facts: &Facts) -> Result<(), Broken> {
        let holds = match self {
            Guard::HoldsRole => actor_holds(&rule.roles, facts),
            Guard::HoldsPositionRole => {
                position(facts).is_some_and(|position| actor_holds(&[position.role], facts))
            }
            Guard::Addressed => facts.addressed,
            Guard::NumberFree => number_free(life, facts),
            Guard::RulesKept => facts.rules_kept,
            Guard::ReviewerDiffers => differs(facts, &[&life.maker]),
            Guard::ApproverDiffers => differs(facts, &[&life.maker, &life.reviewer]),
            Guard::SealerDiffers => position(facts).is_some_and(|position| {
                position.role != Role::Sealer
                    || differs(facts, &[&life.maker, &life.reviewer, &life.approver])
            }),
            Guard::PositionOpen
            | Guard::InSequence
            | Guard::OwnPosition
            | Guard::SealActive
            | Guard::CertificateValid
            | Guard::ActGood
            | Guard::KeyAuthorized => self.holds_for_act(rule, life, facts),
            Guard::OwnAct => own_act(life, facts),
            Guard::NotReferred => not_referred(life, facts),
            Guard::Authentic => facts.authentic,
            Guard::ReportValid => facts.valid,
            Guard::QuotaCovers => return quota_covers(facts),
            Guard::QuotaUndone => return quota_undone(life, facts),
            Guard::ClearingHolds => {
                matches!(facts.clearing, ClearingFacts::NotNeeded | ClearingFacts::Hold)
            }
            Guard::FirstSubmission => life.submission.is_none() && facts.submission.is_some(),
            Guard::SameSubmission => {
                life.submission.is_some() && facts.submission == life.submission
            }
            Guard::AdvanceSettled => facts.advance_open == Some(false),
            Guard::AmountWithin => facts.result.is_some_and(|result| amount_within(life, result)),
            Guard::SomethingExecuted => {
                matches!(result(rule, life, facts), Some(CoreResult::Executed(_)))
            }
            Guard::NothingExecuted => result(rule, life, facts) == Some(CoreResult::Failed),
            Guard::OnlyXFields => facts.base_same,
            Guard::ResultInReceipt => facts.result.is_some() && facts.result == life.result,
            Guard::NotRefused => {
                life.receipt_leg != Leg::Refused
                    || (facts.receipt.is_some() && facts.receipt != life.receipt)
            }
            Guard::ReasonGiven => facts
                .reason
                .as_ref()
                .is_some_and(|reason| !reason.trim().is_empty() && gbk_len(reason) <= MAX_REASON),
            Guard::Unclaimed => life.clearing == Clearing::Open,
            Guard::ClaimOfThis => match (&life.clearing, &facts.claim) {
                (Clearing::Claimed(by), Some(claim)) => *by == claim.by,
                _ => false,
            },
            Guard::ClaimIsDue => facts.claim.as_ref().is_some_and(|claim| {
                claim.amount != Fen::ZERO && i128::from(claim.amount.value()) == life.claimable()
            }),
            Guard::Paid => life.paid().value() > 0,
            Guard::RefundOnce => facts
                .refund
                .as_ref()
                .is_some_and(|refund| !life.refunds.contains_key(&refund.detail)),
            Guard::RefundWithin => refund_within(life, facts),
            Guard::NothingRefunded => life.refunds.is_empty(),
            Guard::NotDisputed => life.reconciliation != Reconciliation::Disputed,
            Guard::Disputed => life.reconciliation == Reconciliation::Disputed,
            Guard::Settled => {
                !matches!(life.clearing, Clearing::Claimed(_))
                    && life.reconciliation != Reconciliation::Disputed
            }
            Guard::RetentionOver => facts.retention_over,
            Guard::DestructionApproved => match (&facts.authorization, &facts.actor) {
                (Some(leave), Some(actor)) => leave.who != actor.person.name,
                _ => false,
            },
        };
        if holds { Ok(()) } else { Err((self.code(), self.meaning().to_owned())) }
    }

    /// The guards of an act. A move that may come without an act keeps them where there is none.
    fn holds_for_act(self, rule: &Rule, life: &Life, facts: &Facts) -> bool {
        let Some(act) = &facts.act else { return !needs_act(rule.name) };
        let Some(position) = position(facts) else { return self != Guard::PositionOpen };
        match self {
            Guard::PositionOpen => life.act(&act.position).is_none(),
            Guard::InSequence => facts.positions.iter().all(|other| {
                let filled = life.act(&other.position).is_some();
                match other.sequence.cmp(&position.sequence) {
                    std::cmp::Ordering::Less => filled,
                    std::cmp::Ordering::Equal => true,
                    std::cmp::Ordering::Greater => !filled,
                }
            }),
            Guard::OwnPosition => own_position(rule.name, position.role, life, facts),
            Guard::SealActive => act.seal_active,
            Guard::CertificateValid => act.certificate_valid,
            Guard::ActGood => act.good,
            _ => !act.server_side || facts.authorization.is_some(),
        }
    }
}

/// Whether the move is nothing without an act.
fn needs_act(name: Move) -> bool {
    matches!(name, Move::Act | Move::ActOnReceipt)
}

/// The position that the act fills.
pub(super) fn position(facts: &Facts) -> Option<&PositionFacts> {
    let act = facts.act.as_ref()?;
    facts.positions.iter().find(|position| position.position == act.position)
}

fn actor_holds(roles: &[Role], facts: &Facts) -> bool {
    facts.actor.as_ref().is_some_and(|actor| roles.iter().any(|role| actor.holds(*role)))
}

/// Whether the actor is none of these people.
fn differs(facts: &Facts, others: &[&Option<Person>]) -> bool {
    facts.actor.as_ref().is_some_and(|actor| {
        others.iter().all(|other| other.as_ref().is_none_or(|other| !actor.person.is(other)))
    })
}

/// Whether the actor is this person.
fn same(facts: &Facts, other: &Option<Person>) -> bool {
    match (&facts.actor, other) {
        (Some(actor), Some(other)) => actor.person.is(other),
        _ => false,
    }
}

/// A position with the role of an earlier step belongs to whoever made that step; in the step
/// itself, to the one who makes it. A seal is not part of those steps.
fn own_position(name: Move, role: Role, life: &Life, facts: &Facts) -> bool {
    match (name, role) {
        (Move::Make, Role::Maker)
        | (Move::FillReceipt, Role::Maker | Role::Teller)
        | (Move::Review | Move::ReviewReceipt, Role::Reviewer)
        | (Move::Approve, Role::Approver) => true,
        (Move::Act | Move::ActOnReceipt, role) => match role {
            Role::Maker | Role::Teller => same(facts, &life.maker),
            Role::Reviewer => same(facts, &life.reviewer),
            Role::Approver => same(facts, &life.approver),
            _ => true,
        },
        _ => false,
    }
}

fn number_free(life: &Life, facts: &Facts) -> bool {
    match facts.latest {
        Latest::NotKnown => false,
        Latest::Free => facts.version >= 1,
        Latest::Version(newest, state) => {
            let later = match life.view {
                super::super::state::View::Issuer => newest.checked_add(1) == Some(facts.version),
                super::super::state::View::Receiver => facts.version > newest,
            };
            later && state.frees_number(life.view)
        }
    }
}

fn own_act(life: &Life, facts: &Facts) -> bool {
    let act = facts.position.as_ref().and_then(|position| life.act(position));
    match (act, &facts.actor) {
        (Some(act), Some(actor)) => actor.person.is(&act.person),
        _ => false,
    }
}

fn not_referred(life: &Life, facts: &Facts) -> bool {
    let act = facts.position.as_ref().and_then(|position| life.act(position));
    act.is_some_and(|act| life.acts.iter().all(|other| other.sequence <= act.sequence))
}

fn quota_covers(facts: &Facts) -> Result<(), Broken> {
    match &facts.quota {
        QuotaFacts::Untouched | QuotaFacts::Posted => Ok(()),
        QuotaFacts::Refused(code, message) => Err((*code, message.clone())),
        QuotaFacts::NotKnown => {
            Err((Guard::QuotaCovers.code(), Guard::QuotaCovers.meaning().to_owned()))
        }
    }
}

fn quota_undone(life: &Life, facts: &Facts) -> Result<(), Broken> {
    let executed = matches!(life.result, Some(CoreResult::Executed(_)));
    match &facts.quota {
        QuotaFacts::Refused(code, message) => Err((*code, message.clone())),
        QuotaFacts::Posted if life.in_quota && !executed => Ok(()),
        QuotaFacts::Untouched if !life.in_quota || executed => Ok(()),
        _ => Err((Guard::QuotaUndone.code(), Guard::QuotaUndone.meaning().to_owned())),
    }
}

/// What the move records, or else what the record holds.
fn result(rule: &Rule, life: &Life, facts: &Facts) -> Option<CoreResult> {
    if rule.name == Move::CoreExecuted { facts.result } else { life.result }
}

fn amount_within(life: &Life, result: CoreResult) -> bool {
    let CoreResult::Executed(done) = result else { return true };
    let (done, asked) = (done.value(), life.amount.value());
    let part = match asked.signum() {
        0 => done == 0,
        1 => 0 < done && done <= asked,
        _ => asked <= done && done < 0,
    };
    part && (done == asked || !life.in_quota)
}

fn refund_within(life: &Life, facts: &Facts) -> bool {
    facts.refund.as_ref().is_some_and(|refund| {
        let all = life.refunded() + i128::from(refund.amount.value());
        refund.amount.value() > 0
            && refund.amount <= refund.paid
            && all <= i128::from(life.paid().value())
    })
}
