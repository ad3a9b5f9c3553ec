//! The table of the life cycle: every move, every guard, every refusal, and calls that come twice.

mod store_common;

use std::collections::{BTreeMap, BTreeSet};
use store_common::{History, Step, actor, fen, good_act, histories, id, person};
use yinxin::error::{Code, Error, Family};
use yinxin::store::life::{Clearing, CoreResult, Reconciliation};
use yinxin::store::life_cycle::{
    Broken, Effect, Facts, Guard, Latest, Move, PositionFacts, QuotaFacts, Repeat, Rule, Table, To,
    apply,
};
use yinxin::store::state::Document;
use yinxin::store::{Authorization, Leg, LegStatus, Life, Role, State, View};

fn steps() -> Vec<Step> {
    histories().into_iter().flat_map(|history| history.steps).collect()
}

fn rule_of(step: &Step) -> &'static Rule {
    Table::standard().rule(step.name, step.life.view).unwrap()
}

/// Changes the record or the facts so that this guard does not hold, and every other one does.
fn break_guard(guard: Guard, step: &mut Step) {
    let Step { life, facts, name } = step;
    let other = person(99);
    let as_maker = life.maker.clone();
    match guard {
        Guard::HoldsRole | Guard::HoldsPositionRole => facts.actor.as_mut().unwrap().roles.clear(),
        Guard::Addressed => facts.addressed = false,
        Guard::NumberFree => facts.latest = Latest::Version(1, State::Sent),
        Guard::RulesKept => facts.rules_kept = false,
        Guard::ReviewerDiffers | Guard::SealerDiffers => {
            facts.actor.as_mut().unwrap().person = as_maker.unwrap();
        }
        Guard::ApproverDiffers => {
            facts.actor.as_mut().unwrap().person = life.reviewer.clone().unwrap();
        }
        Guard::PositionOpen => {
            let mut filled = Life::absent(life.view);
            std::mem::swap(&mut filled, life);
            let mut record = histories()
                .into_iter()
                .flat_map(|history| history.life.acts)
                .next()
                .expect("a history has acts");
            record.person = other;
            record.position = facts.act.as_ref().unwrap().position.clone();
            filled.acts.push(record);
            *life = filled;
        }
        Guard::InSequence => facts.positions.push(PositionFacts::new("z", Role::Sealer, 0)),
        Guard::OwnPosition => {
            let mine = facts.act.as_ref().unwrap().position.clone();
            let position = facts.positions.iter_mut().find(|one| one.position == mine).unwrap();
            position.role = match name {
                Move::Act | Move::ActOnReceipt => Role::Reviewer,
                _ => Role::Sealer,
            };
            *facts.actor.as_mut().unwrap() = actor(99, &Role::ALL);
        }
        Guard::SealActive => facts.act.as_mut().unwrap().seal_active = false,
        Guard::CertificateValid => facts.act.as_mut().unwrap().certificate_valid = false,
        Guard::ActGood => facts.act.as_mut().unwrap().good = false,
        Guard::KeyAuthorized => facts.act.as_mut().unwrap().server_side = true,
        Guard::OwnAct => facts.actor.as_mut().unwrap().person = other,
        Guard::NotReferred => {
            let mut higher = life.acts.last().unwrap().clone();
            (higher.position, higher.sequence) = ("e".to_owned(), 9);
            life.acts.push(higher);
        }
        Guard::Authentic => facts.authentic = false,
        Guard::ReportValid => facts.valid = false,
        Guard::QuotaCovers | Guard::QuotaUndone => facts.quota = QuotaFacts::NotKnown,
        Guard::ClearingHolds => facts.clearing = Default::default(),
        Guard::FirstSubmission => facts.submission = None,
        Guard::SameSubmission => facts.submission = Some([1; 32]),
        Guard::AdvanceSettled => facts.advance_open = None,
        Guard::AmountWithin => {
            facts.result = Some(CoreResult::Executed(fen(life.amount.value() + 1)));
        }
        Guard::ResultInReceipt => {
            facts.result = Some(match life.result {
                Some(CoreResult::Failed) => CoreResult::Executed(life.amount),
                _ => CoreResult::Failed,
            });
        }
        Guard::SomethingExecuted if *name == Move::CoreExecuted => {
            facts.result = Some(CoreResult::Failed);
        }
        Guard::SomethingExecuted => life.result = Some(CoreResult::Failed),
        Guard::NothingExecuted => life.result = Some(CoreResult::Executed(life.amount)),
        Guard::OnlyXFields => facts.base_same = false,
        Guard::NotRefused => {
            life.receipt_leg = Leg::Refused;
            life.receipt = facts.receipt;
        }
        Guard::ReasonGiven => facts.reason = Some("字".repeat(101)),
        Guard::Unclaimed => life.clearing = Clearing::Claimed(id("2301", "other")),
        Guard::ClaimOfThis => life.clearing = Clearing::Claimed(id("2301", "other")),
        Guard::ClaimIsDue => facts.claim.as_mut().unwrap().amount = fen(1),
        Guard::Paid => {
            life.result = Some(CoreResult::Executed(fen(-5)));
            life.refunds.clear();
            facts.claim.as_mut().unwrap().amount = fen(-5);
        }
        Guard::RefundOnce => {
            let refunds = histories().into_iter().map(|history| history.life.refunds);
            life.refunds = refunds.into_iter().find(|refunds| !refunds.is_empty()).unwrap();
            facts.refund.as_mut().unwrap().by = id("2203", "other");
        }
        Guard::RefundWithin => facts.refund.as_mut().unwrap().amount = fen(4_001),
        Guard::NothingRefunded => {
            let refunds = histories().into_iter().map(|history| history.life.refunds);
            life.refunds = refunds.into_iter().find(|refunds| !refunds.is_empty()).unwrap();
        }
        Guard::NotDisputed | Guard::Settled => life.reconciliation = Reconciliation::Disputed,
        Guard::Disputed => life.reconciliation = Reconciliation::Matched,
        Guard::RetentionOver => facts.retention_over = false,
        Guard::DestructionApproved => {
            let own = facts.actor.as_ref().unwrap().person.name.clone();
            let at = store_common::now();
            facts.authorization = Some(Authorization::new(&own, "pin", at, "1").unwrap());
        }
        other => panic!("no case for {}", other.name()),
    }
}

/// The table without one guard of one rule.
fn without(rule: &Rule, guard: Guard) -> Table {
    let rules = Table::standard().rules().iter().map(|one| {
        let mut one = one.clone();
        if one.name == rule.name && one.views == rule.views {
            one.guards.retain(|each| *each != guard);
        }
        one
    });
    Table::of(rules.collect())
}

#[test]
fn every_guard_of_every_move_refuses_alone_and_is_missed_when_it_is_removed() {
    let mut seen: BTreeSet<(u8, &str, Guard)> = BTreeSet::new();
    for step in steps() {
        let rule = rule_of(&step);
        for guard in &rule.guards {
            let of_act = matches!(
                guard,
                Guard::PositionOpen
                    | Guard::InSequence
                    | Guard::OwnPosition
                    | Guard::SealActive
                    | Guard::CertificateValid
                    | Guard::ActGood
                    | Guard::KeyAuthorized
            );
            let position = |facts: &Facts| facts.act.as_ref().map(|act| act.position.clone());
            if of_act && step.facts.act.is_none() {
                continue;
            }
            // Makers and reviewers at their own positions may not be sealers, and need not differ.
            let office = matches!(position(&step.facts).as_deref(), Some("c" | "d"));
            if *guard == Guard::SealerDiffers && !office {
                continue;
            }
            let mut broken = step.clone();
            break_guard(*guard, &mut broken);
            let what = format!("{} by {}", step.name.name(), guard.name());
            let refused = apply(Table::standard(), &broken.life, step.name, &broken.facts)
                .expect_err(&format!("{what} was not refused"));
            assert_eq!(refused.rule, Broken::Guard(*guard), "{what}: {refused}");
            assert_eq!(refused.code, guard.code(), "{what}");
            assert_eq!(refused.state, step.life.state);
            let error = Error::from(refused);
            assert_eq!(error.family(), Family::Refused);
            assert_eq!(error.structure(), guard.name());
            assert!(error.message().contains(step.life.state.name()), "{error}");
            let table = without(rule, *guard);
            let next = apply(&table, &broken.life, step.name, &broken.facts);
            let next = next.unwrap_or_else(|refused| panic!("{what}, removed: {refused}"));
            assert!(!next.repeated, "{what}, removed");
            seen.insert((step.name.number(), step.life.view.name(), *guard));
        }
    }
    for rule in Table::standard().rules() {
        for (view, guard) in rule.views.iter().flat_map(|v| rule.guards.iter().map(move |g| (v, g)))
        {
            let case = (rule.name.number(), view.name(), *guard);
            assert!(seen.contains(&case), "no case: {} {}", rule.name.name(), guard.name());
        }
    }
}

#[test]
fn each_move_is_made_from_each_of_its_states_to_where_the_table_says() {
    let mut seen: BTreeMap<(Move, View), BTreeSet<State>> = BTreeMap::new();
    for step in steps() {
        let next = apply(Table::standard(), &step.life, step.name, &step.facts).unwrap();
        let (view, before) = (step.life.view, step.life.state);
        assert!(Table::standard().follows(view, before, step.name, next.life.state));
        assert_eq!(next.effects, rule_of(&step).effects);
        seen.entry((step.name, view)).or_default().insert(before);
    }
    for rule in Table::standard().rules() {
        for view in &rule.views {
            let made = seen.get(&(rule.name, *view));
            assert!(made.is_some(), "{} is never made by the {}", rule.name.name(), view.name());
        }
    }
}

#[test]
fn from_every_other_state_and_leg_a_move_is_refused() {
    for step in steps() {
        let rule = rule_of(&step);
        for state in State::ALL.iter().filter(|state| !rule.from.contains(state)) {
            let mut life = step.life.clone();
            life.state = *state;
            match apply(Table::standard(), &life, step.name, &step.facts) {
                Ok(next) => assert!(next.repeated, "{} from {}", step.name.name(), state.name()),
                Err(refused) => {
                    assert_eq!(refused.rule, Broken::State);
                    let number = matches!(step.name, Move::Create | Move::Receive);
                    assert_eq!(refused.code == Code::Duplicate, number, "{refused}");
                }
            }
        }
        let Some((document, legs)) = &rule.leg else { continue };
        for leg in Leg::ALL.into_iter().filter(|leg| !legs.contains(leg)) {
            let mut life = step.life.clone();
            match document {
                Document::Original => life.original_leg = leg,
                Document::Receipt => life.receipt_leg = leg,
            }
            match apply(Table::standard(), &life, step.name, &step.facts) {
                Ok(next) => assert!(next.repeated, "{} at {}", step.name.name(), leg.name()),
                Err(refused) => assert_eq!(refused.rule, Broken::Leg, "{refused}"),
            }
        }
    }
}

#[test]
fn a_move_of_the_other_view_is_refused() {
    for step in steps() {
        let mut life = step.life.clone();
        life.view = if life.view == View::Issuer { View::Receiver } else { View::Issuer };
        if Table::standard().rule(step.name, life.view).is_none() {
            let refused = apply(Table::standard(), &life, step.name, &step.facts).unwrap_err();
            assert_eq!(refused.rule, Broken::View);
        }
    }
}

/// A second call right after the first, and again later, gets what the first got; a move that can be
/// made again in earnest never counts as made.
#[test]
fn a_second_call_changes_nothing() {
    let mut shown = BTreeSet::new();
    for history in histories() {
        let mut lives: Vec<Life> = history.steps.iter().map(|step| step.life.clone()).collect();
        lives.push(history.life.clone());
        for (index, step) in history.steps.iter().enumerate() {
            let after = &lives[index + 1];
            let again = apply(Table::standard(), after, step.name, &step.facts);
            match step.name.repeat() {
                Repeat::Shown => {
                    let next = again.unwrap_or_else(|refused| panic!("{refused}"));
                    assert!(next.repeated, "{}", step.name.name());
                    assert_eq!(&next.life, after);
                    assert!(next.effects.is_empty());
                    shown.insert(step.name);
                }
                Repeat::Key => {
                    if let Ok(next) = again {
                        assert!(!next.repeated, "{}", step.name.name());
                    }
                }
            }
        }
    }
    let all: BTreeSet<Move> =
        Move::ALL.iter().copied().filter(|one| one.repeat() == Repeat::Shown).collect();
    assert_eq!(shown, all, "every move has a case");
}

#[test]
fn the_same_number_with_other_content_is_a_duplicate() {
    for (view, name) in [(View::Issuer, Move::Create), (View::Receiver, Move::Receive)] {
        let step = steps().into_iter().find(|step| step.name == name).unwrap();
        let first = apply(Table::standard(), &Life::absent(view), name, &step.facts).unwrap();
        let mut facts = step.facts.clone();
        facts.content = Some([66; 32]);
        let refused = apply(Table::standard(), &first.life, name, &facts).unwrap_err();
        assert_eq!(refused.code, Code::Duplicate);
        // Versions: only after the last one came to nothing, and for an issuer one by one.
        let come_to_nothing = if view == View::Issuer { State::Discarded } else { State::Returned };
        for (version, state, good) in [
            (2, come_to_nothing, true),
            (1, come_to_nothing, false),
            (3, come_to_nothing, view == View::Receiver),
            (2, State::Delivered, false),
            (2, State::Receipted, false),
            (2, State::Destroyed, false),
            (2, State::Archived, false),
        ] {
            let mut facts = step.facts.clone();
            (facts.version, facts.latest) = (version, Latest::Version(1, state));
            let found = apply(Table::standard(), &Life::absent(view), name, &facts);
            assert_eq!(found.is_ok(), good, "{} {version} {}", view.name(), state.name());
        }
    }
}

/// One person under another name, with another certificate over the same key, or with another key
/// under the same name, is still one person.
#[test]
fn two_steps_by_one_person_in_disguise_are_refused() {
    let step = steps().into_iter().find(|step| step.name == Move::Review).unwrap();
    let maker = step.life.maker.clone().unwrap();
    for disguise in [
        yinxin::store::Person::from_digests("Other", "Office", maker.certificate, [50; 32]),
        yinxin::store::Person::from_digests("Other", "Office", [50; 32], maker.key),
        yinxin::store::Person::from_digests(&maker.name, &maker.org, [50; 32], [50; 32]),
    ] {
        let mut facts = step.facts.clone();
        facts.actor.as_mut().unwrap().person = disguise;
        let refused = apply(Table::standard(), &step.life, Move::Review, &facts).unwrap_err();
        assert_eq!(refused.code, Code::SamePerson);
    }
    let mut facts = step.facts.clone();
    facts.actor.as_mut().unwrap().person =
        yinxin::store::Person::from_digests(&maker.name, "Another office", [50; 32], [50; 32]);
    assert!(apply(Table::standard(), &step.life, Move::Review, &facts).is_ok());
}

#[test]
fn a_server_key_needs_its_owners_leave() {
    let step = steps().into_iter().find(|step| step.name == Move::Act).unwrap();
    let mut facts = step.facts.clone();
    facts.act.as_mut().unwrap().server_side = true;
    let refused = apply(Table::standard(), &step.life, Move::Act, &facts).unwrap_err();
    assert_eq!(refused.code, Code::AuthorizationMissing);
    let leave = Authorization::new("张三", "pin", store_common::now(), "log 17").unwrap();
    facts.authorization = Some(leave);
    assert!(apply(Table::standard(), &step.life, Move::Act, &facts).is_ok());
    for bad in ["", " x", "a\u{200b}b", "e\u{301}", &"x".repeat(1_025)] {
        assert!(Authorization::new(bad, "pin", store_common::now(), "1").is_err(), "{bad:?}");
        assert!(Authorization::new("x", bad, store_common::now(), "1").is_err(), "{bad:?}");
        assert!(Authorization::new("x", "pin", store_common::now(), bad).is_err(), "{bad:?}");
    }
}

#[test]
fn an_act_at_a_position_that_is_not_there_is_refused() {
    let step = steps().into_iter().find(|step| step.name == Move::Act).unwrap();
    let mut facts = step.facts.clone();
    facts.act = Some(good_act("nowhere"));
    assert!(apply(Table::standard(), &step.life, Move::Act, &facts).is_err());
    facts.act = None;
    assert!(apply(Table::standard(), &step.life, Move::Act, &facts).is_err());
}

#[test]
fn a_quota_refusal_keeps_its_own_code() {
    let step = steps().into_iter().find(|step| step.name == Move::Accept).unwrap();
    let mut facts = step.facts.clone();
    facts.quota = QuotaFacts::Refused(Code::QuotaMissing, "no record".to_owned());
    let refused = apply(Table::standard(), &step.life, Move::Accept, &facts).unwrap_err();
    assert_eq!((refused.code, refused.message.as_str()), (Code::QuotaMissing, "no record"));
}

/// What was posted must be undone where nothing is carried out, once, and nothing else.
#[test]
fn the_quota_is_undone_exactly_where_it_was_posted() {
    for step in steps() {
        if !matches!(step.name, Move::Return | Move::FillReceipt) {
            continue;
        }
        for in_quota in [false, true] {
            for quota in [QuotaFacts::Untouched, QuotaFacts::Posted] {
                let (mut life, mut facts) = (step.life.clone(), step.facts.clone());
                (life.in_quota, facts.quota) = (in_quota, quota.clone());
                let executed = matches!(life.result, Some(CoreResult::Executed(_)));
                let due =
                    if in_quota && !executed { QuotaFacts::Posted } else { QuotaFacts::Untouched };
                match apply(Table::standard(), &life, step.name, &facts) {
                    Ok(next) => {
                        assert_eq!(quota, due);
                        assert_eq!(next.life.in_quota, in_quota && executed);
                    }
                    Err(refused) => {
                        assert_eq!(refused.rule, Broken::Guard(Guard::QuotaUndone));
                        assert_ne!(quota, due);
                    }
                }
            }
        }
    }
}

/// Refunds before the request make it ask for less; later ones go by a voucher of their own.
#[test]
fn a_request_asks_for_what_did_not_come_back_before() {
    let history = histories().remove(0);
    let step = history.steps.iter().find(|step| step.name == Move::Claim).unwrap();
    let table = Table::standard();
    let refunded = apply(table, &step.life, Move::Refund, &step.facts).unwrap().life;
    assert_eq!(refunded.claimable(), 9_000);
    let refused = apply(table, &refunded, Move::Claim, &step.facts).unwrap_err();
    assert_eq!(refused.code, Code::Amount);
    let mut facts = step.facts.clone();
    facts.claim.as_mut().unwrap().amount = fen(9_000);
    let claimed = apply(table, &refunded, Move::Claim, &facts).unwrap().life;
    // A refund of another detail after the request leaves what it asks for, until it is withdrawn.
    let refund = facts.refund.as_mut().unwrap();
    (refund.detail, refund.by) = ("2".to_owned(), id("2203", "R2"));
    let later = apply(table, &claimed, Move::Refund, &facts).unwrap().life;
    assert!(later.refunds["2"].after_claim && !later.refunds["1"].after_claim);
    assert_eq!((later.claimable(), later.refunded()), (9_000, 2_000));
    let open = apply(table, &later, Move::Unclaim, &facts).unwrap().life;
    assert_eq!(open.claimable(), 8_000);
}

#[test]
fn status_codes_of_the_old_stores() {
    assert_eq!(Life::absent(View::Issuer).status(), LegStatus::NotFound);
    let mut found: BTreeMap<(View, Move), BTreeSet<i8>> = BTreeMap::new();
    for step in steps() {
        let life = apply(Table::standard(), &step.life, step.name, &step.facts).unwrap().life;
        found.entry((life.view, step.name)).or_default().insert(life.status().number());
    }
    for (view, name, codes) in [
        (View::Issuer, Move::Create, &[13][..]),
        (View::Issuer, Move::Act, &[13]),
        (View::Issuer, Move::Send, &[0]),
        (View::Issuer, Move::DeliveryFailed, &[2]),
        (View::Issuer, Move::SendAgain, &[0]),
        (View::Issuer, Move::Delivered, &[1]),
        (View::Issuer, Move::Accepted, &[3]),
        (View::Issuer, Move::Refused, &[4]),
        (View::Issuer, Move::Returned, &[5]),
        (View::Issuer, Move::Discard, &[4, 5]),
        (View::Issuer, Move::ReceiveReceipt, &[12]),
        (View::Receiver, Move::Receive, &[1]),
        (View::Receiver, Move::Accept, &[3]),
        (View::Receiver, Move::Submit, &[3]),
        (View::Receiver, Move::CoreFailed, &[3]),
        (View::Receiver, Move::Refuse, &[4]),
        (View::Receiver, Move::Return, &[5]),
        (View::Receiver, Move::CoreExecuted, &[14]),
        (View::Receiver, Move::SendReceipt, &[6]),
        (View::Receiver, Move::ReceiptDeliveryFailed, &[8]),
        (View::Receiver, Move::ReceiptDelivered, &[7]),
        (View::Receiver, Move::ReceiptAcknowledged, &[9]),
        (View::Receiver, Move::ReceiptRefused, &[10]),
    ] {
        let codes: BTreeSet<i8> = codes.iter().copied().collect();
        assert_eq!(found[&(view, name)], codes, "{} {}", view.name(), name.name());
    }
    for number in -1..=14 {
        assert_eq!(LegStatus::from_number(number).unwrap().number(), number);
    }
    assert_eq!(LegStatus::from_number(15), None);
    // A copy may be returned to the sender of a receipt too.
    assert_eq!(LegStatus::of(Document::Receipt, Leg::Returned).number(), 11);
}

#[test]
fn copies_go_their_own_way() {
    for (from, to, may) in [
        (Leg::Unsent, Leg::Sent, true),
        (Leg::Unsent, Leg::Delivered, false),
        (Leg::Sent, Leg::DeliveryFailed, true),
        (Leg::DeliveryFailed, Leg::Sent, true),
        (Leg::Sent, Leg::Delivered, true),
        (Leg::Delivered, Leg::Acknowledged, true),
        (Leg::Delivered, Leg::Refused, true),
        (Leg::Refused, Leg::Sent, true),
        (Leg::Acknowledged, Leg::Returned, true),
        (Leg::Delivered, Leg::Returned, false),
        (Leg::Acknowledged, Leg::Sent, false),
        (Leg::Acknowledged, Leg::Refused, false),
        (Leg::Sent, Leg::Unsent, false),
    ] {
        assert_eq!(from.may_become(to), may, "{} {}", from.name(), to.name());
    }
}

/// Records come back from their text, and a text that was touched is refused or means another record.
#[test]
fn records_are_kept_as_text() {
    let mut lives: Vec<Life> = steps().into_iter().map(|step| step.life).collect();
    lives.extend(histories().into_iter().map(|history: History| history.life));
    assert!(lives.iter().any(|life| !life.refunds.is_empty() && life.clearing != Clearing::Open));
    for life in &lives {
        let text = life.to_json();
        assert_eq!(&Life::from_json(&text).unwrap(), life);
        assert_eq!(Life::from_json(&text).unwrap().to_json(), text);
    }
    let text = lives.iter().map(Life::to_json).max_by_key(String::len).unwrap();
    let life = Life::from_json(&text).unwrap();
    for end in 0..text.len() {
        assert!(text.get(..end).is_none_or(|cut| Life::from_json(cut).is_err()));
    }
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        if let Ok(read) = Life::from_json(&changed) {
            assert!(read != life || changed.to_lowercase() == text, "{at}");
        }
    }
    for (from, to) in [
        ("\"format\":1", "\"format\":2"),
        ("\"state\":", "\"state\":9"),
        ("\"view\":", "\"vies\":"),
        ("\"clearing\":\"c", "\"clearing\":\"d"),
        ("\"in_quota\":false", "\"in_quota\":false,\"in_quota\":false"),
        ("\"in_quota\":false", "\"in_quota\":false,\"more\":1"),
        ("\"clearing_by\":[", "\"clearing_by\":null,\"x\":["),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(Life::from_json(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
}

#[test]
fn numbers_and_names_come_back() {
    for state in State::ALL {
        assert_eq!(State::from_number(state.number()), Some(*state));
        assert_eq!(State::from_name(state.name()), Some(*state));
    }
    for one in Move::ALL {
        assert_eq!(Move::from_number(one.number()), Some(*one));
        assert_eq!(Move::from_name(one.name()), Some(*one));
    }
    let names: BTreeSet<&str> = Guard::ALL.iter().map(|guard| guard.name()).collect();
    assert_eq!(names.len(), Guard::ALL.len());
    let used: BTreeSet<Guard> =
        Table::standard().rules().iter().flat_map(|rule| rule.guards.clone()).collect();
    assert_eq!(used, Guard::ALL.iter().copied().collect(), "no guard without a rule");
    let rows: BTreeSet<_> = Table::standard().rules().iter().map(|rule| rule.name).collect();
    assert_eq!(rows.len(), Move::ALL.len(), "no move without a row");
    assert_eq!((State::from_number(24), Move::from_number(0)), (None, None));
}

/// What leaves a store or is changed in it besides the state is named as an effect.
#[test]
fn what_reaches_the_core_or_the_quota_is_an_effect() {
    let of = |name: Move, view| Table::standard().rule(name, view).unwrap();
    for rule in Table::standard().rules() {
        let asks = rule.effects.contains(&Effect::AskCore);
        assert_eq!(asks, matches!(rule.name, Move::Submit | Move::Resubmit));
        let leads_to = |state| rule.to == To::One(state);
        assert_eq!(leads_to(State::Executing) && !asks, rule.name == Move::CoreRunning);
        let posts = rule.effects.contains(&Effect::PostQuota);
        assert_eq!(posts, rule.name == Move::Accept);
    }
    assert!(of(Move::Return, View::Receiver).effects.contains(&Effect::UndoQuota));
}
