//! The table: every move, who makes it, from where, to where, under which guards, to what effect.

mod rows;

use super::super::role::Role;
use super::super::state::{Document, Leg, State, View};
use super::guard::Guard;
use super::moves::Move;
use std::sync::OnceLock;

/// Who brings a move about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Party {
    /// A person at the issuer.
    Issuer,
    /// A person at the receiver.
    Receiver,
    /// A person at either.
    Either,
    /// The peer's store, by a message that is proven to be its own.
    Peer,
    /// The system that moves the money, or keeps the accounts.
    Core,
    /// The transport between the stores.
    Transport,
    /// Another voucher: a clearing request or a refund notice, in the same transaction.
    Voucher,
}

impl Party {
    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Party::Issuer => "issuer",
            Party::Receiver => "receiver",
            Party::Either => "either",
            Party::Peer => "peer",
            Party::Core => "core",
            Party::Transport => "transport",
            Party::Voucher => "voucher",
        }
    }
}

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum To {
    /// To where the voucher is.
    Same,
    /// To this state.
    One(State),
    /// To one of these: which one follows from the positions that are open and from the result.
    Among(&'static [State]),
}

/// What a move does beside changing the state. The store does it in the same transaction; what goes
/// out of the store goes out after it, and again until it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// The content is stored.
    Store,
    /// The act is added, with the authorization for the key if the server keeps it.
    AddAct,
    /// The act is taken out.
    RemoveAct,
    /// Every act over the document and the names of those who made it are taken out.
    Reopen,
    /// The way of a document goes on.
    Leg(Document, Leg),
    /// A document goes out.
    Dispatch(Document),
    /// A statement about a document goes to the peer.
    Tell(Document),
    /// The quota is changed.
    PostQuota,
    /// The change of the quota is undone, if there was one.
    UndoQuota,
    /// The core system is asked, after the transaction, under the key that is recorded in it.
    AskCore,
    /// The result is recorded.
    Result,
    /// The result is taken out.
    DropResult,
    /// The payment counts as asked for by the clearing request.
    Claim,
    /// The payment is open again.
    Unclaim,
    /// The payment is cleared.
    Clear,
    /// The refund is recorded.
    Refund,
    /// The finding of the comparison is recorded.
    Reconciliation,
    /// Content is destroyed.
    Destroy,
}

impl Effect {
    /// The effect in a few words.
    pub fn name(self) -> String {
        let document = |document| match document {
            Document::Original => "original",
            Document::Receipt => "receipt",
        };
        match self {
            Effect::Store => "store content".to_owned(),
            Effect::AddAct => "add act".to_owned(),
            Effect::RemoveAct => "remove act".to_owned(),
            Effect::Reopen => "drop acts and makers".to_owned(),
            Effect::Leg(which, leg) => format!("{} leg {}", document(which), leg.name()),
            Effect::Dispatch(which) => format!("dispatch {}", document(which)),
            Effect::Tell(which) => format!("tell peer of {}", document(which)),
            Effect::PostQuota => "post quota".to_owned(),
            Effect::UndoQuota => "undo quota".to_owned(),
            Effect::AskCore => "ask core".to_owned(),
            Effect::Result => "record result".to_owned(),
            Effect::DropResult => "drop result".to_owned(),
            Effect::Claim => "claim".to_owned(),
            Effect::Unclaim => "unclaim".to_owned(),
            Effect::Clear => "clear".to_owned(),
            Effect::Refund => "record refund".to_owned(),
            Effect::Reconciliation => "record finding".to_owned(),
            Effect::Destroy => "destroy content".to_owned(),
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The move.
    pub name: Move,
    /// In whose store it is made.
    pub views: Vec<View>,
    /// Who brings it about.
    pub party: Party,
    /// One of these roles is needed; none for what no person does, or for what the position says.
    pub roles: Vec<Role>,
    /// From these states.
    pub from: Vec<State>,
    /// Only while a document is at one of these places of its way.
    pub leg: Option<(Document, Vec<Leg>)>,
    /// What has to hold.
    pub guards: Vec<Guard>,
    /// Where it leads.
    pub to: To,
    /// What it does beside.
    pub effects: Vec<Effect>,
}

/// The rules of the life cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    rules: Vec<Rule>,
}

impl Table {
    /// The table of this library; stores know no other.
    pub fn standard() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Table { rules: rows::standard() })
    }

    /// Other rules: for tests that show that each rule of the standard table is needed.
    pub fn of(rules: Vec<Rule>) -> Table {
        Table { rules }
    }

    /// The rows, in the order of the moves.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The row of a move in stores of this view.
    pub fn rule(&self, name: Move, view: View) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name && rule.views.contains(&view))
    }

    /// Whether a log may say that this move led from one state to the other. That the guards held
    /// is not seen from the states.
    pub fn follows(&self, view: View, before: State, name: Move, after: State) -> bool {
        self.rule(name, view).is_some_and(|rule| {
            rule.from.contains(&before)
                && match rule.to {
                    To::Same => after == before,
                    To::One(state) => after == state,
                    To::Among(states) => states.contains(&after),
                }
        })
    }
}
