//! People, facts and histories of moves for the tests of the store's rules.
#![allow(dead_code)] // each test file takes a part

use yinxin::store::life::CoreResult;
use yinxin::store::life_cycle::{
    ActFacts, ClaimFacts, ClearingFacts, Facts, Latest, Move, PositionFacts, QuotaFacts,
    RefundFacts, Table, apply,
};
use yinxin::store::{Actor, Authorization, Life, Person, Role, View};
use yinxin::time::Time;
use yinxin::voucher::{Fen, VoucherId};

/// One move that the standard table makes, with the record before it.
#[derive(Debug, Clone)]
pub struct Step {
    pub life: Life,
    pub name: Move,
    pub facts: Facts,
}

pub fn person(number: u8) -> Person {
    Person::from_digests(&format!("P{number}"), "Office", [number; 32], [number; 32])
}

pub fn actor(number: u8, roles: &[Role]) -> Actor {
    Actor::new(person(number), roles)
}

/// The person who plays a role in the histories.
pub fn holder(role: Role) -> Actor {
    let number = Role::ALL.iter().position(|one| *one == role).unwrap() as u8 + 1;
    actor(number, &[role])
}

pub fn fen(value: i64) -> Fen {
    Fen::new(value).unwrap()
}

pub fn id(vt_code: &str, number: &str) -> VoucherId {
    VoucherId::new("990000", "2026", vt_code, number).unwrap()
}

pub fn now() -> Time {
    Time::parse_rfc3339("2026-03-02T06:00:00Z").unwrap()
}

pub const AMOUNT: i64 = 10_000;

/// Positions of a document: its maker (a teller on a receipt), its reviewer, two of an office.
pub fn positions(view: View) -> Vec<PositionFacts> {
    let first = if view == View::Issuer { Role::Maker } else { Role::Teller };
    vec![
        PositionFacts::new("a", first, 1),
        PositionFacts::new("b", Role::Reviewer, 2),
        PositionFacts::new("c", Role::Sealer, 3),
        PositionFacts::new("d", Role::Sealer, 3),
    ]
}

/// An act that a verifier found nothing against.
pub fn good_act(position: &str) -> ActFacts {
    let mut act = ActFacts::at(position);
    (act.seal_active, act.certificate_valid, act.good) = (true, true, true);
    act
}

/// Facts under which every guard holds that asks for facts alone.
pub fn facts(view: View, actor: Option<Actor>) -> Facts {
    let mut facts = Facts::default();
    facts.actor = actor;
    facts.version = 1;
    facts.content = Some([7; 32]);
    facts.receipt = Some([8; 32]);
    facts.amount = fen(AMOUNT);
    facts.latest = Latest::Free;
    (facts.addressed, facts.rules_kept, facts.authentic) = (true, true, true);
    (facts.valid, facts.base_same, facts.retention_over) = (true, true, true);
    facts.positions = positions(view);
    facts.quota = QuotaFacts::Untouched;
    facts.clearing = ClearingFacts::NotNeeded;
    facts.submission = Some([9; 32]);
    facts.result = Some(CoreResult::Executed(fen(AMOUNT)));
    facts.advance_open = Some(false);
    facts.claim = Some(ClaimFacts::new(id("2301", "C1"), fen(AMOUNT)));
    facts.refund = Some(RefundFacts::new(id("2203", "R1"), "1", fen(1_000), fen(4_000)));
    facts.reason = Some("原因".to_owned());
    facts
}

/// A history in one store: the steps made so far, and the record after them.
pub struct History {
    pub life: Life,
    pub steps: Vec<Step>,
}

impl History {
    pub fn new(view: View) -> History {
        History { life: Life::absent(view), steps: Vec::new() }
    }

    /// Makes a move whose facts are the good ones, after `change`.
    pub fn go_with(&mut self, name: Move, role: Option<Role>, change: impl FnOnce(&mut Facts)) {
        let mut facts = facts(self.life.view, role.map(holder));
        change(&mut facts);
        let next = apply(Table::standard(), &self.life, name, &facts)
            .unwrap_or_else(|refused| panic!("{refused}"));
        assert!(!next.repeated, "{}", name.name());
        self.steps.push(Step { life: self.life.clone(), name, facts });
        self.life = next.life;
    }

    pub fn go(&mut self, name: Move, role: Role) {
        self.go_with(name, Some(role), |_| {});
    }

    /// A statement of a peer, the core, the transport or another voucher.
    pub fn told(&mut self, name: Move) {
        self.go_with(name, None, |_| {});
    }

    pub fn act(&mut self, name: Move, role: Role, position: &str) {
        self.go_with(name, Some(role), |facts| facts.act = Some(good_act(position)));
    }

    fn with_leave(&mut self, name: Move, role: Role) {
        self.go_with(name, Some(role), |facts| {
            facts.authorization = Some(Authorization::new("Owner", "pin", now(), "1").unwrap());
        });
    }
}

/// The issuer's original, sealed: with a second review, acts at each step and one withdrawn.
fn sealed() -> History {
    let mut history = History::new(View::Issuer);
    history.go(Move::Create, Role::Maker);
    history.go_with(Move::Edit, Some(Role::Maker), |facts| facts.content = Some([70; 32]));
    history.act(Move::Make, Role::Maker, "a");
    history.go_with(Move::Review, Some(Role::Reviewer), |facts| {
        facts.second_review = true;
        facts.act = Some(good_act("b"));
    });
    history.go(Move::Approve, Role::Approver);
    history.act(Move::Act, Role::Sealer, "c");
    history.act(Move::Act, Role::Sealer, "d");
    history.go_with(Move::Withdraw, Some(Role::Sealer), |facts| {
        facts.position = Some("d".to_owned());
    });
    history.act(Move::Act, Role::Sealer, "d");
    history
}

/// A receiver's voucher, given to the core system.
fn executing() -> History {
    let mut history = History::new(View::Receiver);
    history.told(Move::Receive);
    history.go(Move::Accept, Role::Teller);
    history.go(Move::Submit, Role::Teller);
    history
}

fn sealed_receipt(history: &mut History) {
    history.act(Move::FillReceipt, Role::Teller, "a");
    history.act(Move::ReviewReceipt, Role::Reviewer, "b");
    history.act(Move::ActOnReceipt, Role::Sealer, "c");
    history.act(Move::ActOnReceipt, Role::Sealer, "d");
}

fn settle(history: &mut History) {
    history.told(Move::Claim);
    history.told(Move::Unclaim);
    history.told(Move::Claim);
    history.told(Move::Clear);
    history.told(Move::Refund);
    history.go(Move::Match, Role::Clerk);
    history.go(Move::Dispute, Role::Clerk);
    history.go(Move::Answer, Role::Clerk);
    history.go(Move::Archive, Role::Archivist);
    history.with_leave(Move::Destroy, Role::Archivist);
}

/// Histories in which every move of the table is made from every state that it starts from.
pub fn histories() -> Vec<History> {
    let mut all = Vec::new();

    let mut history = sealed();
    history.go(Move::Send, Role::Sender);
    history.told(Move::DeliveryFailed);
    history.go(Move::SendAgain, Role::Sender);
    history.told(Move::Delivered);
    history.told(Move::Accepted);
    history.go_with(Move::RefuseReceipt, Some(Role::Clerk), |facts| {
        facts.receipt = Some([80; 32]);
    });
    history.told(Move::ReceiveReceipt);
    history.go(Move::AcknowledgeReceipt, Role::Clerk);
    settle(&mut history);
    all.push(history);

    let mut history = History::new(View::Issuer);
    history.go(Move::Create, Role::Maker);
    history.go(Move::Make, Role::Maker);
    history.go(Move::Reject, Role::Reviewer);
    history.go(Move::Make, Role::Maker);
    history.go(Move::Review, Role::Reviewer);
    history.act(Move::Act, Role::Maker, "a");
    history.act(Move::Act, Role::Reviewer, "b");
    history.act(Move::Act, Role::Sealer, "c");
    history.act(Move::Act, Role::Sealer, "d");
    history.go(Move::Send, Role::Sender);
    history.told(Move::Refused);
    history.go(Move::Discard, Role::Sender);
    history.with_leave(Move::Destroy, Role::Archivist);
    all.push(history);

    // The second review is a position of the document here.
    let mut history = History::new(View::Issuer);
    let with_approver = |position: &'static str| {
        move |facts: &mut Facts| {
            facts.positions.insert(1, PositionFacts::new("p", Role::Approver, 2));
            facts.positions.retain(|one| !matches!(one.position.as_str(), "b" | "d"));
            facts.second_review = true;
            facts.act = (!position.is_empty()).then(|| good_act(position));
        }
    };
    history.go(Move::Create, Role::Maker);
    history.go_with(Move::Make, Some(Role::Maker), with_approver("a"));
    history.go_with(Move::Review, Some(Role::Reviewer), with_approver(""));
    history.go_with(Move::Approve, Some(Role::Approver), with_approver("p"));
    history.go_with(Move::Act, Some(Role::Sealer), with_approver("c"));
    history.go(Move::Send, Role::Sender);
    history.told(Move::Accepted);
    history.told(Move::Returned);
    history.go(Move::Discard, Role::Maker);
    all.push(history);

    let mut history = sealed();
    history.go(Move::Send, Role::Sender);
    history.go_with(Move::ReceiveReceipt, None, |facts| facts.result = Some(CoreResult::Failed));
    history.go(Move::AcknowledgeReceipt, Role::Sender);
    history.go(Move::Close, Role::Archivist);
    all.push(history);

    let mut history = executing();
    history.told(Move::NoAnswer);
    history.told(Move::CoreRunning);
    history.told(Move::NoAnswer);
    history.go(Move::Resubmit, Role::Teller);
    history.told(Move::CoreExecuted);
    history.act(Move::FillReceipt, Role::Teller, "a");
    history.go(Move::RejectReceipt, Role::Reviewer);
    sealed_receipt(&mut history);
    history.go_with(Move::WithdrawReceiptAct, Some(Role::Sealer), |facts| {
        facts.position = Some("d".to_owned());
    });
    history.act(Move::ActOnReceipt, Role::Sealer, "d");
    history.go(Move::SendReceipt, Role::Sender);
    history.told(Move::ReceiptDeliveryFailed);
    history.go(Move::SendReceiptAgain, Role::Sender);
    history.told(Move::ReceiptDelivered);
    history.told(Move::ReceiptRefused);
    history.go(Move::RedoReceipt, Role::Teller);
    sealed_receipt(&mut history);
    history.go(Move::SendReceipt, Role::Sender);
    history.told(Move::ReceiptAcknowledged);
    settle(&mut history);
    all.push(history);

    let mut history = History::new(View::Receiver);
    history.told(Move::Receive);
    history.go(Move::Refuse, Role::Teller);
    history.with_leave(Move::Destroy, Role::Archivist);
    all.push(history);

    // A clearing request that the core did not carry out gives its quota back.
    let mut history = History::new(View::Receiver);
    let posted = |facts: &mut Facts| facts.quota = QuotaFacts::Posted;
    history.told(Move::Receive);
    history.go_with(Move::Accept, Some(Role::Teller), posted);
    history.go(Move::Submit, Role::Teller);
    history.told(Move::CoreFailed);
    history.go_with(Move::Return, Some(Role::Teller), posted);
    all.push(history);

    let mut history = History::new(View::Receiver);
    history.told(Move::Receive);
    history.go(Move::Accept, Role::Teller);
    history.go(Move::Return, Role::Teller);
    all.push(history);

    let mut history = executing();
    history.told(Move::NoAnswer);
    history.told(Move::CoreFailed);
    history.go_with(Move::FillReceipt, Some(Role::Teller), |facts| {
        facts.result = Some(CoreResult::Failed);
    });
    history.go(Move::ReviewReceipt, Role::Reviewer);
    for (role, position) in
        [(Role::Teller, "a"), (Role::Reviewer, "b"), (Role::Sealer, "c"), (Role::Sealer, "d")]
    {
        history.act(Move::ActOnReceipt, role, position);
    }
    history.go(Move::SendReceipt, Role::Sender);
    history.told(Move::ReceiptAcknowledged);
    history.go(Move::Close, Role::Archivist);
    all.push(history);
    all
}

/// A document of these fields, those that name it first.
pub fn voucher(
    vt_code: &str,
    number: &str,
    header: &[(&str, &str)],
    details: &[Vec<(&str, &str)>],
) -> yinxin::voucher::Voucher {
    let mut builder = yinxin::voucher::VoucherBuilder::new(&id(vt_code, number));
    for (name, value) in header {
        builder.field(name, value);
    }
    for detail in details {
        builder.detail(detail);
    }
    builder.build(yinxin::voucher::Encoding::Utf8).unwrap()
}

/// Fen as messages write them.
pub fn yuan(value: i64) -> String {
    fen(value).to_string()
}
