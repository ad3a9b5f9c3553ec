//! The table of the life cycle, explored exhaustively in small worlds.
//!
//! Each world lets every party do all that the table allows, in every order, with messages that are
//! late, lost, doubled or forged, calls to the core that are lost or come late, and crashes between a
//! commit and what goes out after it. No reachable state may be wrong (paid twice, returned after
//! payment, cleared before it, ...), and from every one a state of rest has to be reachable. Then the
//! table is damaged, one guard or one state at a time, and the worlds have to notice.

#[path = "store_model/clearing.rs"]
mod clearing;
#[path = "store_model/execution.rs"]
mod execution;
#[path = "store_model/explore.rs"]
mod explore;
#[path = "store_model/making.rs"]
mod making;
mod store_common;

use clearing::Clearing;
use execution::Execution;
use explore::{World, explore, explore_from};
use making::Making;
use yinxin::store::life_cycle::{Guard, Move, Rule, Table};
use yinxin::store::{State, View};

/// What any world finds wrong with a table.
fn wrong(table: &Table) -> Option<String> {
    let first = |one: Result<usize, String>| one.err();
    first(explore::<Making>(table))
        .or_else(|| first(explore::<Clearing>(table)))
        .or_else(|| first(explore::<Execution>(table)))
}

#[test]
fn no_world_goes_wrong_or_is_stranded() {
    let table = Table::standard();
    for (name, found) in [
        (Making::NAME, explore::<Making>(table)),
        (Execution::NAME, explore::<Execution>(table)),
        (Clearing::NAME, explore::<Clearing>(table)),
    ] {
        let states = found.unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
        println!("{name}: {states} states");
        assert!(states >= 100, "{name} is too small to say anything: {states} states");
    }
}

fn changed(index: usize, change: impl Fn(&mut Rule)) -> Table {
    let mut rules = Table::standard().rules().to_vec();
    change(&mut rules[index]);
    Table::of(rules)
}

/// The guards that money hangs on are missed by a world when they are taken away. (That each guard
/// refuses at all is shown one by one in `store_life_cycle.rs`.)
#[test]
fn the_worlds_miss_the_guards_that_money_hangs_on() {
    use Guard as G;
    use Move as M;
    for due in [
        (M::Create, G::NumberFree),
        (M::Receive, G::NumberFree),
        (M::Receive, G::Authentic),
        (M::Review, G::ReviewerDiffers),
        (M::Approve, G::ApproverDiffers),
        (M::Act, G::SealerDiffers),
        (M::Act, G::InSequence),
        (M::Act, G::OwnPosition),
        (M::Act, G::ActGood),
        (M::Act, G::HoldsPositionRole),
        (M::Withdraw, G::OwnAct),
        (M::Withdraw, G::NotReferred),
        (M::Accepted, G::Authentic),
        (M::Refused, G::Authentic),
        (M::Returned, G::Authentic),
        (M::ReceiveReceipt, G::Authentic),
        (M::Accept, G::ReportValid),
        (M::Accept, G::QuotaCovers),
        (M::Return, G::QuotaUndone),
        (M::FillReceipt, G::QuotaUndone),
        (M::FillReceipt, G::ResultInReceipt),
        (M::CoreExecuted, G::Authentic),
        (M::CoreExecuted, G::SameSubmission),
        (M::CoreFailed, G::Authentic),
        (M::CoreFailed, G::SameSubmission),
        (M::CoreFailed, G::AdvanceSettled),
        (M::Resubmit, G::SameSubmission),
        (M::ReceiptAcknowledged, G::Authentic),
        (M::Claim, G::Unclaimed),
        (M::Claim, G::ClaimIsDue),
        (M::Unclaim, G::Authentic),
        (M::Unclaim, G::ClaimOfThis),
        (M::Clear, G::Authentic),
        (M::Clear, G::ClaimOfThis),
        (M::Refund, G::Authentic),
        (M::Refund, G::RefundOnce),
        (M::Refund, G::RefundWithin),
        (M::Archive, G::SomethingExecuted),
        (M::Archive, G::Settled),
        (M::Close, G::NothingExecuted),
        (M::Destroy, G::Settled),
    ] {
        let (name, guard) = due;
        let rules = Table::standard().rules();
        let index = rules.iter().rposition(|rule| rule.name == name).unwrap();
        let rule = &rules[index];
        assert!(rule.guards.contains(&guard), "{} {}", name.name(), guard.name());
        let table = changed(index, |rule| rule.guards.retain(|one| *one != guard));
        let what = wrong(&table);
        assert!(what.is_some(), "not missed: {} {}", name.name(), guard.name());
    }
}

/// A move that starts from one state more is noticed where that state makes it deadly.
#[test]
fn the_worlds_notice_moves_from_states_that_make_them_deadly() {
    use Move as M;
    use State as S;
    for (name, view, states) in [
        (
            M::Return,
            View::Receiver,
            &[S::Executing, S::Unknown, S::Executed, S::ReceiptMade, S::Receipted][..],
        ),
        (M::Refuse, View::Receiver, &[S::Executing, S::Unknown, S::Executed, S::Receipted]),
        (M::Submit, View::Receiver, &[S::Delivered, S::Returned, S::Refused]),
        (M::Discard, View::Issuer, &[S::Sent, S::Delivered, S::Accepted, S::Receipted]),
        (M::Send, View::Issuer, &[S::Approved, S::Sealing]),
        (M::Act, View::Issuer, &[S::Made]),
        (M::Withdraw, View::Issuer, &[S::Sent]),
        (M::Claim, View::Receiver, &[S::Executed, S::ReceiptMade]),
    ] {
        for state in states {
            let rules = Table::standard().rules();
            let index = rules
                .iter()
                .position(|rule| rule.name == name && rule.views.contains(&view))
                .unwrap();
            assert!(!rules[index].from.contains(state));
            let table = changed(index, |rule| rule.from.push(*state));
            let what = wrong(&table);
            assert!(what.is_some(), "not noticed: {} from {}", name.name(), state.name());
        }
    }
}

/// Without a row that leads on, something is stranded.
#[test]
fn the_worlds_notice_rows_without_which_something_is_stranded() {
    use Move as M;
    for name in [
        M::SendAgain,
        M::Discard,
        M::NoAnswer,
        M::Resubmit,
        M::CoreExecuted,
        M::CoreFailed,
        M::FillReceipt,
        M::ReviewReceipt,
        M::SendReceipt,
        M::ReceiptAcknowledged,
        M::RedoReceipt,
        M::ReceiveReceipt,
        M::Unclaim,
        M::Answer,
        M::Archive,
        M::Close,
    ] {
        let rules = Table::standard().rules().iter().filter(|rule| rule.name != name).cloned();
        let table = Table::of(rules.collect());
        let first = |one: Result<usize, String>| one.err();
        let what = first(explore::<Clearing>(&table))
            .or_else(|| first(explore_from(&table, Execution::plain())));
        let what = what.unwrap_or_else(|| panic!("not noticed: {}", name.name()));
        assert!(what.contains("stranded"), "{}: {what}", name.name());
    }
}
