//! What clearing requests do to the payments that they ask for, at a bank and at the treasury.
#![cfg(feature = "sqlite")]

mod settlement_common;

use rusqlite::Connection;
use settlement_common::rules::{fen, id, now};
use settlement_common::{
    I, Office, Place, R, accept, accept_again, bank, both, carried_out, code, error, paid, payment,
    receipt, request, said, sent, treasury,
};
use std::sync::{Barrier, Mutex};
use yinxin::error::Code;
use yinxin::report::Verdict;
use yinxin::store::clearing::ClearingRules;
use yinxin::store::life::CoreResult;
use yinxin::store::life_cycle::{ClearingFacts, Facts};
use yinxin::store::{
    Authorization, ClearingDesk, Evidence, MarkKind, Move, Settling, State, StoreRole, VoucherKey,
};
use yinxin::voucher::{Body, Voucher};

#[test]
fn a_request_claims_what_was_paid_and_clears_it_when_its_receipt_is_acknowledged() {
    let (place, mut bank) = bank();
    let asked = both();
    bank.go(I, &asked, Move::Create).unwrap();
    assert_eq!(bank.clearing("P1"), "open", "nobody answers for a draft");
    bank.go(I, &asked, Move::Make).unwrap();
    assert_eq!(
        (bank.clearing("P1"), bank.clearing("P2")),
        ("claimed C1".into(), "claimed C1".into())
    );
    // A repeat claims nothing anew.
    let entries = bank.entries();
    assert!(bank.go(I, &asked, Move::Make).unwrap().repeated);
    assert_eq!(bank.entries(), entries);
    bank.all(I, &asked, &[Move::Review, Move::Send, Move::Delivered, Move::Accepted]);
    bank.answered(&carried_out(&asked)).unwrap();
    assert_eq!(bank.clearing("P1"), "claimed C1", "the receipt may still be refused");
    bank.go(I, &asked, Move::RefuseReceipt).unwrap();
    assert_eq!(bank.clearing("P1"), "claimed C1");
    // Another receipt comes (its bytes differ), and is good.
    let mut other = yinxin::voucher::VoucherBuilder::from_voucher(carried_out(&asked).voucher());
    other.field("XAddWord", "已核对");
    let other = other.build_receipt(asked.voucher()).unwrap();
    bank.answered(&Body::receipt(asked.clone(), other).unwrap()).unwrap();
    bank.go(I, &asked, Move::AcknowledgeReceipt).unwrap();
    assert_eq!(
        (bank.clearing("P1"), bank.clearing("P2")),
        ("cleared C1".into(), "cleared C1".into())
    );
    // What was cleared stays so: nothing leads back, and nobody asks again.
    assert_eq!(code(bank.go(I, &asked, Move::RefuseReceipt)), Code::Move);
    let again = request("C2", &[("P1", 3_000)]);
    bank.go(I, &again, Move::Create).unwrap();
    assert_eq!(code(bank.go(I, &again, Move::Make)), Code::Claimed);
    drop(bank);
    assert_eq!(place.replay().difference, None);
}

#[test]
fn a_payment_is_claimed_once_and_a_refused_request_changes_nothing() {
    let (place, mut bank) = bank();
    sent(&mut bank, &request("C1", &[("P2", 2_000)]));
    let second = both();
    bank.go(I, &second, Move::Create).unwrap_err();
    let second = request("C2", &[("P1", 3_000), ("P2", 2_000)]);
    bank.go(I, &second, Move::Create).unwrap();
    let entries = bank.entries();
    let refused = error(bank.go(I, &second, Move::Make));
    assert_eq!((refused.code(), refused.structure()), (Code::Claimed, "clearing"));
    assert!(refused.message().contains("990000/2026/2301/C1 asks for it"), "{refused}");
    assert_eq!(bank.state(&second), State::Draft);
    assert_eq!((bank.clearing("P1"), bank.clearing("P2")), ("open".into(), "claimed C1".into()));
    assert_eq!(bank.entries(), entries);
    drop(bank);
    assert_eq!(place.replay().difference, None);
}

/// What was found before another claimed is judged again by the table, payment by payment.
#[test]
fn a_claim_that_the_table_refuses_takes_back_those_before_it() {
    let (_place, mut bank) = bank();
    for body in [both(), request("C2", &[("P2", 2_000)])] {
        bank.go(I, &body, Move::Create).unwrap();
    }
    let asked = both();
    let rules = ClearingRules::default();
    let found =
        bank.work(|work| work.clearing_facts(asked.voucher(), &ClearingDesk::new(&rules))).unwrap();
    assert_eq!(found.facts(), ClearingFacts::Hold);
    assert_eq!(found.payments(), [(id("8202", "P1"), fen(3_000)), (id("8202", "P2"), fen(2_000))]);
    bank.go(I, &request("C2", &[("P2", 2_000)]), Move::Make).unwrap();
    let (key, life) = (VoucherKey { id: asked.id().clone(), version: 1 }, bank.life(asked.id()));
    let settle = |bank: &mut Office, found: &Settling| {
        bank.work(|work| {
            let desk = ClearingDesk::new(&rules);
            let done = work.attempt(|work| work.settle(&key, Move::Make, &life, found, &desk));
            Ok(done.map_err(|error| error.code()))
        })
        .unwrap()
    };
    assert_eq!(settle(&mut bank, &found), Err(Code::Claimed));
    assert_eq!(bank.clearing("P1"), "open", "the first claim is taken back");
    // What was found about another document, or about none, does not count.
    assert_eq!(settle(&mut bank, &Settling::default()), Err(Code::Argument));
    let other = request("C3", &[("P1", 3_000)]);
    let other =
        bank.work(|work| work.clearing_facts(other.voucher(), &ClearingDesk::new(&rules))).unwrap();
    assert_eq!(settle(&mut bank, &other), Err(Code::Argument));
}

#[test]
fn nothing_is_asked_for_that_was_not_paid() {
    let place = Place::new(StoreRole::Bank);
    let mut bank = place.office();
    bank.pays(&receipt(&payment("P1", &[1_000, 2_000]), &[1_000, 0]));
    bank.pays(&receipt(&payment("P2", &[500]), &[0]));
    bank.all(R, &payment("P3", &[700]), &[Move::Receive, Move::Accept, Move::Submit]);
    bank.go(R, &payment("P3", &[700]), Move::CoreExecuted).unwrap();
    let attached = paid("P3", 700);
    for policy_records in [false, true] {
        if policy_records {
            bank.record_only();
        }
        for (number, payment, amount, due) in [
            ("A", "P1", 3_000, Code::Amount),
            ("B", "P1", 999, Code::Amount),
            ("C", "P1", 1_001, Code::Amount),
            ("D", "P2", 500, Code::NotExecuted),
            // Executed, and its receipt is not sealed yet: no policy makes up for that, and neither
            // does a receipt that somebody else brings along.
            ("E", "P3", 700, Code::NotExecuted),
        ] {
            let asked = request(&format!("{number}{policy_records}"), &[(payment, amount)]);
            bank.go(I, &asked, Move::Create).unwrap();
            let with: &[(&Body, Verdict)] = &[(&attached, Verdict::Valid)];
            let refused = error(bank.go_with(I, &asked, Move::Make, (1, with), |_| {}));
            assert_eq!(refused.code(), due, "{number}");
            let unsealed = refused.message().contains("executed, without a sealed receipt");
            assert_eq!(unsealed, number == "E", "{refused}");
            assert_eq!(bank.clearing(payment), "open");
        }
        let unknown = request(&format!("F{policy_records}"), &[("P9", 700)]);
        bank.go(I, &unknown, Move::Create).unwrap();
        let made = bank.go(I, &unknown, Move::Make);
        if policy_records {
            made.unwrap();
        } else {
            assert_eq!(code(made), Code::NotValid);
        }
    }
    let good = request("C1", &[("P1", 1_000)]);
    bank.all(I, &good, &[Move::Create, Move::Make]);
    assert_eq!(bank.clearing("P1"), "claimed C1");
}

#[test]
fn a_request_that_comes_to_nothing_frees_what_it_claimed() {
    for (number, way) in [
        ("C1", &[Move::Reject][..]),
        ("C2", &[Move::Review, Move::Send, Move::Refused]),
        ("C3", &[Move::Review, Move::Send, Move::Accepted, Move::Returned]),
    ] {
        let (place, mut bank) = bank();
        let asked = request(number, &[("P1", 3_000), ("P2", 2_000)]);
        bank.all(I, &asked, &[Move::Create, Move::Make]);
        assert_eq!(bank.clearing("P2"), format!("claimed {number}"));
        bank.all(I, &asked, way);
        assert_eq!((bank.clearing("P1"), bank.clearing("P2")), ("open".into(), "open".into()));
        if way.len() > 1 {
            bank.go(I, &asked, Move::Discard).unwrap();
        }
        // Another request may ask now; the first, made again, may not.
        let next = request("C9", &[("P2", 2_000)]);
        bank.all(I, &next, &[Move::Create, Move::Make]);
        if way.len() == 1 {
            assert_eq!(code(bank.go(I, &asked, Move::Make)), Code::Claimed);
        }
        assert_eq!(
            (bank.clearing("P1"), bank.clearing("P2")),
            ("open".into(), "claimed C9".into())
        );
        drop(bank);
        assert_eq!(place.replay().difference, None);
    }
}

#[test]
fn a_receipt_of_a_part_clears_that_part_and_frees_the_rest() {
    let asked = both();
    for (done, first, second) in [
        (&[3_000, 0][..], "cleared C1", "open"),
        (&[0, 2_000], "open", "cleared C1"),
        (&[0, 0], "open", "open"),
    ] {
        let (place, mut bank) = bank();
        sent(&mut bank, &asked);
        bank.answered(&receipt(&asked, done)).unwrap();
        bank.go(I, &asked, Move::AcknowledgeReceipt).unwrap();
        assert_eq!((bank.clearing("P1").as_str(), bank.clearing("P2").as_str()), (first, second));
        drop(bank);
        assert_eq!(place.replay().difference, None);
    }
    // Half of a payment is not cleared: the receipt has to be refused.
    let (_place, mut bank) = bank();
    sent(&mut bank, &asked);
    bank.answered(&receipt(&asked, &[1_000, 2_000])).unwrap();
    assert_eq!(code(bank.go(I, &asked, Move::AcknowledgeReceipt)), Code::Amount);
    assert_eq!(bank.clearing("P2"), "claimed C1", "nothing of it is cleared");
    bank.go(I, &asked, Move::RefuseReceipt).unwrap();
}

#[test]
fn where_the_payments_are_not_held_the_receipts_that_came_along_count() {
    let (first, second) = (paid("P1", 3_000), paid("P2", 2_000));
    let valid = Verdict::Valid;
    let with = [(&first, valid), (&second, valid)];
    let (place, mut pbc) = treasury();
    let asked = both();
    assert_eq!(accept(&mut pbc, &asked, &with), Ok(State::Accepted));
    assert!(pbc.life(asked.id()).in_quota);
    // Nobody else gets it, whatever comes along, and whatever the policy.
    for (number, record_only) in [("C2", false), ("C3", true)] {
        if record_only {
            pbc.record_only();
        }
        let again = request(number, &[("P1", 3_000)]);
        for with in [&with[..], &[]] {
            let accepted = pbc.go_with(R, &again, Move::Receive, (1, &[]), |_| {});
            accepted.unwrap();
            assert_eq!(accept_again(&mut pbc, &again, with), Err(Code::Claimed), "{number}");
        }
        assert_eq!(pbc.state(&again), State::Delivered);
    }
    // What is found about it before names the rule.
    let again = request("C2", &[("P1", 3_000)]);
    let rules = ClearingRules::default();
    let evidence = [Evidence { body: &first, verdict: valid }];
    let desk = ClearingDesk { rules: &rules, evidence: &evidence };
    let found = pbc.work(|work| work.clearing_facts(again.voucher(), &desk)).unwrap();
    let failed: Vec<&str> =
        found.report().unwrap().failures().iter().map(|one| one.code.name()).collect();
    assert_eq!(failed, ["clearing.once"]);
    // Carried out: from there it cannot come back.
    assert_eq!(said(&mut pbc, MarkKind::Claim, id("8202", "P1")), "taken 990000/2026/2301/C1 3000");
    pbc.all(R, &asked, &[Move::Submit, Move::CoreExecuted]);
    assert_eq!(said(&mut pbc, MarkKind::Claim, id("8202", "P1")), "done 990000/2026/2301/C1 3000");
    assert_eq!(code(pbc.go(R, &asked, Move::Return)), Code::Move);
    let again = request("C4", &[("P2", 2_000)]);
    assert_eq!(accept(&mut pbc, &again, &with), Err(Code::Claimed));
    drop(pbc);
    let replay = place.replay();
    assert_eq!((replay.difference, replay.others), (None, 4), "two taken, two done");
}

#[test]
fn receipts_that_are_not_good_do_not_count() {
    let good = paid("P1", 3_000);
    let later = {
        let original = payment("P1", &[3_000]);
        let mut builder = yinxin::voucher::VoucherBuilder::from_voucher(good.voucher());
        builder.field("XPayDate", "20260303");
        Body::receipt(original.clone(), builder.build_receipt(original.voucher()).unwrap()).unwrap()
    };
    let nothing = receipt(&payment("P1", &[3_000]), &[0]);
    let less = receipt(&payment("P1", &[3_000]), &[2_900]);
    let other = paid("P2", 3_000);
    let original = payment("P1", &[3_000]);
    let (valid, invalid, open) = (Verdict::Valid, Verdict::Invalid, Verdict::NotDetermined);
    for (with, strict, records) in [
        (&[][..], Err(Code::NotValid), Ok(State::Accepted)),
        (&[(&good, invalid)], Err(Code::NotValid), Err(Code::NotValid)),
        (&[(&good, open)], Err(Code::NotValid), Ok(State::Accepted)),
        (&[(&later, valid)], Err(Code::NotValid), Err(Code::NotValid)),
        (&[(&nothing, valid)], Err(Code::NotExecuted), Err(Code::NotExecuted)),
        (&[(&less, valid)], Err(Code::Amount), Err(Code::Amount)),
        (&[(&other, valid)], Err(Code::NotValid), Ok(State::Accepted)),
        (&[(&original, valid)], Err(Code::NotValid), Ok(State::Accepted)),
        (&[(&good, valid)], Ok(State::Accepted), Ok(State::Accepted)),
        // Of two receipts for one payment the good one counts, in either order.
        (&[(&good, invalid), (&good, valid)], Ok(State::Accepted), Ok(State::Accepted)),
        (&[(&good, valid), (&good, invalid)], Ok(State::Accepted), Ok(State::Accepted)),
    ] {
        for (record_only, due) in [(false, strict), (true, records)] {
            let (_place, mut pbc) = treasury();
            if record_only {
                pbc.record_only();
            }
            let asked = request("C1", &[("P1", 3_000)]);
            assert_eq!(accept(&mut pbc, &asked, with), due, "{} {record_only}", with.len());
        }
    }
}

#[test]
fn what_the_treasury_did_not_carry_out_is_free_again() {
    let receipt = paid("P1", 3_000);
    let with = [(&receipt, Verdict::Valid)];
    for way in [&[Move::Return][..], &[Move::Submit, Move::CoreFailed]] {
        let (place, mut pbc) = treasury();
        let asked = request("C1", &[("P1", 3_000)]);
        accept(&mut pbc, &asked, &with).unwrap();
        let next = request("C2", &[("P1", 3_000)]);
        assert_eq!(accept(&mut pbc, &next, &with), Err(Code::Claimed));
        pbc.all(R, &asked, way);
        assert_eq!(accept_again(&mut pbc, &next, &with), Ok(State::Accepted));
        // The first goes back later; the claim of the second stays.
        if way.len() > 1 {
            pbc.go(R, &asked, Move::Return).unwrap();
        }
        let third = request("C3", &[("P1", 3_000)]);
        assert_eq!(accept(&mut pbc, &third, &with), Err(Code::Claimed));
        drop(pbc);
        assert_eq!(place.replay().difference, None);
    }
    // A request that was refused had claimed nothing.
    let (_place, mut pbc) = treasury();
    let asked = request("C1", &[("P1", 3_000)]);
    pbc.all(R, &asked, &[Move::Receive, Move::Refuse]);
    assert_eq!(accept(&mut pbc, &request("C2", &[("P1", 3_000)]), &with), Ok(State::Accepted));
}

#[test]
fn of_many_writers_one_claims_a_payment() {
    let receipt = paid("P1", 3_000);
    for writers in [2usize, 8] {
        for role in [StoreRole::Bank, StoreRole::CentralBank] {
            let place = if role == StoreRole::Bank { bank().0 } else { treasury().0 };
            let requests: Vec<Body> =
                (0..writers).map(|one| request(&format!("C{one}"), &[("P1", 3_000)])).collect();
            let is_bank = role == StoreRole::Bank;
            let (view, first, then) = if is_bank {
                (I, Move::Create, Move::Make)
            } else {
                (R, Move::Receive, Move::Accept)
            };
            for one in &requests {
                place.office().go(view, one, first).unwrap();
            }
            let (barrier, outcomes) = (Barrier::new(writers), Mutex::new(Vec::new()));
            std::thread::scope(|scope| {
                for one in &requests {
                    scope.spawn(|| {
                        let mut office = place.office();
                        barrier.wait();
                        let with: &[(&Body, Verdict)] = &[(&receipt, Verdict::Valid)];
                        let made = office.go_with(view, one, then, (1, with), |_| {});
                        let outcome = made.map(drop).map_err(|error| error.code());
                        outcomes.lock().unwrap().push(outcome);
                    });
                }
            });
            let outcomes = outcomes.into_inner().unwrap();
            assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1, "{outcomes:?}");
            let lost = |one: &&Result<(), Code>| **one == Err(Code::Claimed);
            assert_eq!(outcomes.iter().filter(lost).count(), writers - 1, "{outcomes:?}");
            assert_eq!(place.replay().difference, None);
        }
    }
}

/// A mark that was taken out or changed is not what the log says.
#[test]
fn marks_that_the_log_does_not_tell_are_found() {
    let receipt = paid("P1", 3_000);
    for (sql, words) in [
        ("DELETE FROM mark WHERE kind = 2", "is missing"),
        ("UPDATE mark SET value = x'' WHERE kind = 2", "is not what the log says"),
        ("UPDATE mark SET key = x'41' WHERE kind = 2", "does not say who asks for A"),
    ] {
        let (place, mut pbc) = treasury();
        let asked = request("C1", &[("P1", 3_000)]);
        accept(&mut pbc, &asked, &[(&receipt, Verdict::Valid)]).unwrap();
        drop(pbc);
        assert_eq!(place.replay().difference, None);
        Connection::open(&place.path).unwrap().execute_batch(sql).unwrap();
        let difference = place.replay().difference.expect(sql);
        assert!(difference.what.contains(words), "{difference:?}");
    }
}

/// What a store learns of a payment only after another asked for it.
#[test]
fn a_claim_by_a_mark_counts_for_a_payment_that_is_held_later() {
    let place = Place::new(StoreRole::Bank);
    let mut bank = place.office();
    bank.record_only();
    let early = request("C1", &[("P1", 3_000)]);
    bank.all(I, &early, &[Move::Create, Move::Make]);
    bank.pays(&paid("P1", 3_000));
    let second = request("C2", &[("P1", 3_000)]);
    bank.go(I, &second, Move::Create).unwrap();
    assert_eq!(code(bank.go(I, &second, Move::Make)), Code::Claimed);
    bank.go(I, &early, Move::Reject).unwrap();
    bank.go(I, &second, Move::Make).unwrap();
    assert_eq!(bank.clearing("P1"), "claimed C2");
    drop(bank);
    assert_eq!(place.replay().difference, None);
}

/// Its receipt may come along, but what was destroyed was settled before.
#[test]
fn a_payment_that_was_destroyed_is_not_asked_for() {
    let (place, mut bank) = bank();
    let receipt = paid("P1", 3_000);
    let original = payment("P1", &[3_000]);
    let way = [Move::SendReceipt, Move::ReceiptAcknowledged, Move::Archive];
    bank.all(R, &original, &way);
    let leave = Authorization::new("Owner", "pin", now(), "1").unwrap();
    let allowed = |facts: &mut Facts| facts.authorization = Some(leave.clone());
    bank.go_with(R, &original, Move::Destroy, (1, &[]), allowed).unwrap();
    for record_only in [false, true] {
        if record_only {
            bank.record_only();
        }
        let asked = request(&format!("C{record_only}"), &[("P1", 3_000)]);
        bank.go(I, &asked, Move::Create).unwrap();
        let with: &[(&Body, Verdict)] = &[(&receipt, Verdict::Valid)];
        let refused = code(bank.go_with(I, &asked, Move::Make, (1, with), |_| {}));
        // Where the policy asks for no evidence, the life cycle refuses it.
        assert_eq!(refused, if record_only { Code::Move } else { Code::NotValid });
    }
    drop(bank);
    assert_eq!(place.replay().difference, None);
}

/// The number of the authorised payment in `DAVoucherNo` counts where the other names no payment.
#[test]
fn a_detail_may_name_its_payment_by_the_second_number() {
    let (_place, mut bank) = bank();
    let text = String::from_utf8(request("C1", &[("P1", 3_000)]).voucher().as_bytes().to_vec());
    let named = "<VoucherNo>S7</VoucherNo><DAVoucherNo>P1</DAVoucherNo>";
    let text = text.unwrap().replace("<VoucherNo>P1</VoucherNo>", named);
    let asked = Body::original(Voucher::from_xml(text.into_bytes()).unwrap()).unwrap();
    sent(&mut bank, &asked);
    assert_eq!(bank.clearing("P1"), "claimed C1");
    bank.answered(&carried_out(&asked)).unwrap();
    bank.go(I, &asked, Move::AcknowledgeReceipt).unwrap();
    assert_eq!(bank.clearing("P1"), "cleared C1");
    assert_eq!(bank.life(asked.id()).result, Some(CoreResult::Executed(fen(3_000))));
}

#[test]
fn what_was_found_says_every_broken_rule() {
    let (_place, mut bank) = bank();
    let asked = request("C1", &[("P1", 2_999), ("P9", 1)]);
    let rules = ClearingRules::default();
    let found =
        bank.work(|work| work.clearing_facts(asked.voucher(), &ClearingDesk::new(&rules))).unwrap();
    assert_eq!(found.facts(), ClearingFacts::Broken);
    let report = found.report().unwrap();
    let failed: Vec<&str> = report.failures().iter().map(|one| one.code.name()).collect();
    assert_eq!(failed, ["clearing.sum", "clearing.lines", "clearing.evidence"]);
    bank.go(I, &asked, Move::Create).unwrap();
    let refused = error(bank.go(I, &asked, Move::Make));
    for name in failed {
        assert!(refused.message().contains(name), "{refused}");
    }
    let other = payment("P5", &[100]);
    let found = bank
        .work(|work| {
            let evidence = [Evidence { body: &other, verdict: Verdict::Valid }];
            work.clearing_facts(
                other.voucher(),
                &ClearingDesk { rules: &rules, evidence: &evidence },
            )
        })
        .unwrap();
    assert_eq!((found.facts(), found.report()), (ClearingFacts::NotNeeded, None));
}
