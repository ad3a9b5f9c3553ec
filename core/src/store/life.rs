//! What one store knows of one version of one voucher: its state and what stands beside it.

mod json;

use super::role::{Person, Role};
use super::state::{Document, Leg, LegStatus, State, View};
use crate::voucher::{Fen, VoucherId};
use std::collections::BTreeMap;

/// One version of one voucher in one store. Only [`apply`](super::apply) makes another of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Life {
    /// Whose store this is, seen from the voucher.
    pub view: View,
    /// The state.
    pub state: State,
    /// The version that its maker counts; 0 while there is none.
    pub version: u32,
    /// SM3 over the exact bytes of the original.
    pub content: Option<[u8; 32]>,
    /// SM3 over the exact bytes of the receipt.
    pub receipt: Option<[u8; 32]>,
    /// What the original asks for, in its header.
    pub amount: Fen,
    /// Who made the document of this store: the original or, for a receiver, the receipt.
    pub maker: Option<Person>,
    /// Who reviewed it.
    pub reviewer: Option<Person>,
    /// Who made the second review.
    pub approver: Option<Person>,
    /// The acts over the document of this store, in the order in which they were made.
    pub acts: Vec<ActRecord>,
    /// The key under which the voucher was given to the core system. It never changes.
    pub submission: Option<[u8; 32]>,
    /// What came of it, once that is known.
    pub result: Option<CoreResult>,
    /// What was paid back, by the id of the detail.
    pub refunds: BTreeMap<String, RefundRecord>,
    /// Whether a clearing request asks for this payment.
    pub clearing: Clearing,
    /// What comparing with the other party found.
    pub reconciliation: Reconciliation,
    /// Where the original is on its way to the party that carries it out.
    pub original_leg: Leg,
    /// Where the receipt is on its way to the issuer.
    pub receipt_leg: Leg,
    /// Whether the voucher has changed the quota, and that was not undone.
    pub in_quota: bool,
}

/// An act as the life cycle sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ActRecord {
    /// The position that it fills.
    pub position: String,
    /// Its place in the order.
    pub sequence: u32,
    /// The role that the position asks for.
    pub role: Role,
    /// Who acted.
    pub person: Person,
}

/// What was paid back for one detail.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RefundRecord {
    /// The voucher that says so.
    pub by: VoucherId,
    /// How much.
    pub amount: Fen,
    /// Whether a clearing request had asked for the payment before: then the request asks for too
    /// much, and the refund goes on to the treasury by a voucher of its own (2302). Else the
    /// request asks for less.
    pub after_claim: bool,
}

/// What the core system did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoreResult {
    /// It carried out this much: all or, of a batch, part. For a voucher that moves no money, the
    /// amount of the original.
    Executed(Fen),
    /// It carried out nothing, and never will.
    Failed,
}

/// Whether the money that was paid out has been asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Clearing {
    /// No clearing request asks for it.
    #[default]
    Open,
    /// This clearing request asks for it.
    Claimed(VoucherId),
    /// This clearing request was carried out.
    Cleared(VoucherId),
}

impl Clearing {
    /// The name, the same in every language.
    pub fn name(&self) -> &'static str {
        match self {
            Clearing::Open => "open",
            Clearing::Claimed(_) => "claimed",
            Clearing::Cleared(_) => "cleared",
        }
    }

    /// The clearing request.
    pub fn by(&self) -> Option<&VoucherId> {
        match self {
            Clearing::Open => None,
            Clearing::Claimed(id) | Clearing::Cleared(id) => Some(id),
        }
    }
}

/// What comparing with the other party found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Reconciliation {
    /// Nothing was compared yet.
    #[default]
    Open,
    /// Both parties say the same.
    Matched,
    /// They do not, and nobody has answered for it.
    Disputed,
}

impl Reconciliation {
    /// Every finding.
    pub const ALL: [Reconciliation; 3] =
        [Reconciliation::Open, Reconciliation::Matched, Reconciliation::Disputed];

    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Reconciliation::Open => "open",
            Reconciliation::Matched => "matched",
            Reconciliation::Disputed => "disputed",
        }
    }

    /// The finding with this name.
    pub fn from_name(name: &str) -> Option<Reconciliation> {
        Reconciliation::ALL.into_iter().find(|found| found.name() == name)
    }
}

impl Life {
    /// A voucher that the store does not have yet.
    pub fn absent(view: View) -> Life {
        Life {
            view,
            state: State::Absent,
            version: 0,
            content: None,
            receipt: None,
            amount: Fen::ZERO,
            maker: None,
            reviewer: None,
            approver: None,
            acts: Vec::new(),
            submission: None,
            result: None,
            refunds: BTreeMap::new(),
            clearing: Clearing::Open,
            reconciliation: Reconciliation::Open,
            original_leg: Leg::Unsent,
            receipt_leg: Leg::Unsent,
            in_quota: false,
        }
    }

    /// Whether the voucher may rest in its state for good.
    pub fn is_terminal(&self) -> bool {
        self.state.is_terminal(self.view)
    }

    /// What was paid out, nothing if that is not known.
    pub fn paid(&self) -> Fen {
        match self.result {
            Some(CoreResult::Executed(paid)) => paid,
            _ => Fen::ZERO,
        }
    }

    /// What was paid back, in fen.
    pub fn refunded(&self) -> i128 {
        self.refunds.values().map(|refund| i128::from(refund.amount.value())).sum()
    }

    /// What a clearing request may ask for, in fen: what was paid and did not come back before.
    pub fn claimable(&self) -> i128 {
        let before = self.refunds.values().filter(|refund| !refund.after_claim);
        let before: i128 = before.map(|refund| i128::from(refund.amount.value())).sum();
        i128::from(self.paid().value()) - before
    }

    /// Where a document is on its way.
    pub fn leg(&self, document: Document) -> Leg {
        match document {
            Document::Original => self.original_leg,
            Document::Receipt => self.receipt_leg,
        }
    }

    /// The status that the old operations ask for, -1 to 14: of the newest document that this store
    /// knows of. A peer's receipt counts as arrived whether or not it has been acknowledged.
    pub fn status(&self) -> LegStatus {
        if self.state == State::Absent {
            return LegStatus::NotFound;
        }
        match (self.view, self.result) {
            (View::Issuer, Some(_)) => LegStatus::ReceiptArrived,
            // A voucher that failed may still be returned: it has no receipt yet.
            (View::Receiver, Some(_)) if !matches!(self.state, State::Failed | State::Returned) => {
                LegStatus::of(Document::Receipt, self.receipt_leg)
            }
            _ => LegStatus::of(Document::Original, self.original_leg),
        }
    }

    /// The act at this position.
    pub fn act(&self, position: &str) -> Option<&ActRecord> {
        self.acts.iter().find(|act| act.position == position)
    }
}
