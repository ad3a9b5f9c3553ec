//! What a move is judged by, beside the record itself: found out by the caller, never assumed.

use super::super::authorization::Authorization;
use super::super::life::CoreResult;
use super::super::role::{Actor, Role};
use super::super::state::State;
use crate::error::Code;
use crate::report::Report;
use crate::voucher::{Fen, Layer, Template, VoucherId};

/// The facts of one move. What is left out counts as not known, and a guard that asks for it then
/// refuses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Facts {
    /// Who makes the move, with the roles held now. For a statement of a peer or of the core, absent.
    pub actor: Option<Actor>,
    /// The version of the voucher that is created or received.
    pub version: u32,
    /// SM3 over the exact bytes of the original that is created, edited or received.
    pub content: Option<[u8; 32]>,
    /// SM3 over the exact bytes of the receipt that is filled in or received.
    pub receipt: Option<[u8; 32]>,
    /// What the original asks for.
    pub amount: Fen,
    /// The newest version under the number that the store has, in its current or older tables.
    pub latest: Latest,
    /// Whether the type may be issued here, or is addressed to here.
    pub addressed: bool,
    /// Whether the document keeps the rules of its type.
    pub rules_kept: bool,
    /// Whether the type needs a second review.
    pub second_review: bool,
    /// The positions of the document that is acted on; none if the move is no act.
    pub positions: Vec<PositionFacts>,
    /// The act that comes with the move.
    pub act: Option<ActFacts>,
    /// The position whose act is withdrawn.
    pub position: Option<String>,
    /// The leave for a key that the server keeps, or for a destruction.
    pub authorization: Option<Authorization>,
    /// Whether the message that brings the statement is proven to come from the party that has to
    /// make it, and to be about this version of this voucher.
    pub authentic: bool,
    /// Whether the report about the received document is Valid.
    pub valid: bool,
    /// What the quota says to the voucher.
    pub quota: QuotaFacts,
    /// What the rules of clearing and refunds say to the voucher.
    pub clearing: ClearingFacts,
    /// The key under which the core system is asked, or of the submission that it speaks about.
    pub submission: Option<[u8; 32]>,
    /// What the core system did, or what the receipt says.
    pub result: Option<CoreResult>,
    /// Whether money that the core advanced before it failed is still out.
    pub advance_open: Option<bool>,
    /// Whether the receipt repeats every field of the original but X fields.
    pub base_same: bool,
    /// The clearing request that asks for the payment, and for how much.
    pub claim: Option<ClaimFacts>,
    /// What is paid back.
    pub refund: Option<RefundFacts>,
    /// Why: of a refusal, a return, a rejection, a dispute.
    pub reason: Option<String>,
    /// Whether the time of retention is over.
    pub retention_over: bool,
}

/// The newest version under a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Latest {
    /// Nobody looked.
    #[default]
    NotKnown,
    /// The number is not taken.
    Free,
    /// This version, in this state.
    Version(u32, State),
}

/// One position of a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PositionFacts {
    /// Its name.
    pub position: String,
    /// The role that it asks for.
    pub role: Role,
    /// Lower ones come first, equal ones in any order.
    pub sequence: u32,
}

impl PositionFacts {
    /// A position.
    pub fn new(position: &str, role: Role, sequence: u32) -> Self {
        PositionFacts { position: position.to_owned(), role, sequence }
    }

    /// The positions of a layer of a template.
    pub fn of(template: &Template, layer: Layer) -> Vec<PositionFacts> {
        let one = |position: &crate::voucher::Position| {
            let role = Role::of_position(&position.role);
            PositionFacts::new(&position.position, role, position.sequence)
        };
        template.positions(layer).map(one).collect()
    }
}

/// What the verifier found about one act.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ActFacts {
    /// The position that it fills.
    pub position: String,
    /// Whether the seal was active and good; true for a signature, which has none.
    pub seal_active: bool,
    /// Whether the signer's certificate was good.
    pub certificate_valid: bool,
    /// Whether everything else holds: it is over this document, and its maker is the actor.
    pub good: bool,
    /// Whether the server used a key that it keeps.
    pub server_side: bool,
}

impl ActFacts {
    /// An act of which nothing is known to be good.
    pub fn at(position: &str) -> Self {
        ActFacts {
            position: position.to_owned(),
            seal_active: false,
            certificate_valid: false,
            good: false,
            server_side: false,
        }
    }

    /// What the report about one act (a part of a voucher's report) says. That the act is over the
    /// document of this store, and that its signer is the actor, is for the caller to make sure.
    pub fn of(position: &str, report: &Report, server_side: bool) -> Self {
        let holds = |family: &str| {
            let mut counted = report.checks().iter().filter(|check| check.required);
            counted.all(|check| {
                !check.code.name().starts_with(family)
                    || check.outcome == crate::report::Outcome::Passed
            })
        };
        ActFacts {
            position: position.to_owned(),
            seal_active: holds("seal."),
            certificate_valid: holds("signer."),
            good: report.is_valid(),
            server_side,
        }
    }
}

/// What the quota says to a voucher, found out in the transaction of the move.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum QuotaFacts {
    /// Nobody asked.
    #[default]
    NotKnown,
    /// The type does not touch the quota, or the voucher never did.
    Untouched,
    /// The change is possible and is posted with the move.
    Posted,
    /// The change is not possible: the code and text of the error.
    Refused(Code, String),
}

/// What the rules of clearing and refunds say to a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ClearingFacts {
    /// Nobody asked.
    #[default]
    NotKnown,
    /// The type is neither a clearing request nor a refund.
    NotNeeded,
    /// They hold, as far as the policy in force asks.
    Hold,
    /// They do not.
    Broken,
}

/// The clearing request that asks for a payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ClaimFacts {
    /// The clearing request.
    pub by: VoucherId,
    /// How much it asks for.
    pub amount: Fen,
}

impl ClaimFacts {
    /// This request asks for this much.
    pub fn new(by: VoucherId, amount: Fen) -> Self {
        ClaimFacts { by, amount }
    }
}

/// A payment that came back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RefundFacts {
    /// The voucher that says so: a refund notice.
    pub by: VoucherId,
    /// The id of the detail.
    pub detail: String,
    /// How much came back, positive.
    pub amount: Fen,
    /// What was paid for the detail.
    pub paid: Fen,
}

impl RefundFacts {
    /// So much of what was paid for this detail came back.
    pub fn new(by: VoucherId, detail: &str, amount: Fen, paid: Fen) -> Self {
        RefundFacts { by, detail: detail.to_owned(), amount, paid }
    }
}
