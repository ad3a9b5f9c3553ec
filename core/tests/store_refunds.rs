//! What came back: refund notices, clearing refunds, and copies of receipts at finance.
#![cfg(feature = "sqlite")]

mod settlement_common;

use settlement_common::rules::id;
use settlement_common::{
    I, Office, Place, R, accept, accept_again, bank, both, carried_out, code, notice, paid,
    payment, receipt, refund, request, said, sent, treasury,
};
use yinxin::error::Code;
use yinxin::report::Verdict;
use yinxin::store::clearing::ClearingRules;
use yinxin::store::life_cycle::ClearingFacts;
use yinxin::store::matching::DifferenceKind;
use yinxin::store::{ClearingDesk, MarkKind, Move, State, StoreRole};
use yinxin::voucher::{Body, Voucher};

#[test]
fn what_came_back_before_is_not_asked_for_and_what_comes_later_is_recorded_so() {
    let (place, mut bank) = bank();
    bank.pays(&receipt(&payment("P3", &[1_000, 2_000]), &[1_000, 2_000]));
    let came = notice("R1", &[("P3", "2", 500)]);
    bank.all(I, &came, &[Move::Create, Move::Make]);
    assert!(bank.life(&id("8202", "P3")).refunds.is_empty(), "the office does not say so yet");
    bank.all(I, &came, &[Move::Review, Move::Send]);
    let life = bank.life(&id("8202", "P3"));
    assert_eq!((life.refunded(), life.claimable()), (500, 2_500));
    for (number, amount, due) in [("C1", 3_000, Err(Code::Amount)), ("C2", 2_500, Ok(()))] {
        let asked = request(number, &[("P3", amount)]);
        bank.go(I, &asked, Move::Create).unwrap();
        let made = bank.go(I, &asked, Move::Make).map(drop).map_err(|error| error.code());
        assert_eq!(made, due);
    }
    // A refund after the claim changes nothing of what the request asks for.
    let late = notice("R2", &[("P3", "1", 400)]);
    bank.all(I, &late, &[Move::Create, Move::Make, Move::Review, Move::Send]);
    let life = bank.life(&id("8202", "P3"));
    assert_eq!((life.refunded(), life.claimable()), (900, 2_500));
    assert!(life.refunds["1"].after_claim && !life.refunds["2"].after_claim);
    let asked = request("C2", &[("P3", 2_500)]);
    bank.all(I, &asked, &[Move::Review, Move::Send]);
    bank.answered(&carried_out(&asked)).unwrap();
    bank.go(I, &asked, Move::AcknowledgeReceipt).unwrap();
    assert_eq!(bank.clearing("P3"), "cleared C2");
    drop(bank);
    assert_eq!(place.replay().difference, None);
}

#[test]
fn a_detail_comes_back_once_and_not_above_what_was_paid() {
    let place = Place::new(StoreRole::Bank);
    let mut bank = place.office();
    bank.pays(&receipt(&payment("P1", &[1_000, 2_000, 300]), &[1_000, 0, 300]));
    bank.all(R, &payment("P2", &[700]), &[Move::Receive, Move::Accept]);
    let first = notice("R0", &[("P1", "1", 600)]);
    bank.all(I, &first, &[Move::Create, Move::Make, Move::Review, Move::Send]);
    for (number, lines, due) in [
        ("R1", &[("P1", "1", 100)][..], Code::RefundTwice),
        ("R2", &[("P1", "3", 301)], Code::RefundExceeds),
        ("R3", &[("P1", "2", 1)], Code::RefundExceeds),
        ("R4", &[("P1", "3", 100), ("P1", "3", 100)], Code::RefundTwice),
        ("R5", &[("P1", "9", 100)], Code::Value),
        ("R6", &[("P9", "1", 100)], Code::NotExecuted),
        ("R7", &[("P2", "1", 100)], Code::Move),
        ("R8", &[("P1", "3", 100), ("P1", "2", 100)], Code::RefundExceeds),
        ("R9", &[("P1", "3", 100), ("P1", "1", -100)], Code::Rules),
    ] {
        let bad = notice(number, lines);
        bank.go(I, &bad, Move::Create).unwrap();
        assert_eq!(code(bank.go(I, &bad, Move::Make)), due, "{number}");
        assert_eq!(bank.life(&id("8202", "P1")).refunded(), 600);
    }
    // Two that held when they were made: the second is refused when it would leave the house.
    for number in ["N1", "N2"] {
        let one = notice(number, &[("P1", "3", 100)]);
        bank.all(I, &one, &[Move::Create, Move::Make, Move::Review]);
    }
    bank.go(I, &notice("N1", &[("P1", "3", 100)]), Move::Send).unwrap();
    let second = notice("N2", &[("P1", "3", 100)]);
    assert_eq!(code(bank.go(I, &second, Move::Send)), Code::RefundTwice);
    assert_eq!(bank.state(&second), State::Sealed);
    assert_eq!(bank.life(&id("8202", "P1")).refunded(), 700);
    drop(bank);
    assert_eq!(place.replay().difference, None);
}

#[test]
fn the_receivers_of_a_notice_record_it_too() {
    // The unit issued the payment.
    let place = Place::new(StoreRole::Unit);
    let mut unit = place.office();
    unit.issued(&paid("P1", 3_000));
    let came = notice("R1", &[("P1", "1", 500)]);
    unit.go(R, &came, Move::Receive).unwrap();
    assert_eq!(unit.life(&id("8202", "P1")).refunded(), 0);
    unit.go(R, &came, Move::Accept).unwrap();
    assert_eq!(unit.life(&id("8202", "P1")).refunded(), 500);
    let again = notice("R2", &[("P1", "1", 500)]);
    unit.go(R, &again, Move::Receive).unwrap();
    assert_eq!(code(unit.go(R, &again, Move::Accept)), Code::RefundTwice);
    assert_eq!(unit.state(&again), State::Delivered);
    let unknown = notice("R3", &[("P9", "1", 500)]);
    unit.go(R, &unknown, Move::Receive).unwrap();
    assert_eq!(code(unit.go(R, &unknown, Move::Accept)), Code::NotExecuted, "it never issued P9");
    drop(unit);
    assert_eq!(place.replay().difference, None);
    // Finance has no part in an authorised payment, and takes a notice about it once.
    let place = Place::new(StoreRole::Finance);
    let mut finance = place.office();
    finance.all(R, &came, &[Move::Receive, Move::Accept]);
    assert!(finance.go(R, &came, Move::Accept).unwrap().repeated);
    finance.go(R, &again, Move::Receive).unwrap();
    assert_eq!(code(finance.go(R, &again, Move::Accept)), Code::RefundTwice);
    drop(finance);
    assert_eq!(place.replay().difference, None);
}

/// The treasury learns from a notice that came along that less is due.
#[test]
fn a_notice_that_came_along_lowers_what_is_due() {
    let (receipt, came) = (paid("P1", 3_000), notice("R1", &[("P1", "1", 500)]));
    let (valid, invalid) = (Verdict::Valid, Verdict::Invalid);
    for (amount, with, due) in [
        (2_500, &[(&receipt, valid), (&came, valid)][..], Ok(State::Accepted)),
        (2_500, &[(&came, valid), (&came, valid), (&receipt, valid)], Ok(State::Accepted)),
        (3_000, &[(&receipt, valid), (&came, valid)], Err(Code::Amount)),
        (2_500, &[(&receipt, valid), (&came, invalid)], Err(Code::Amount)),
        (2_500, &[(&receipt, valid)], Err(Code::Amount)),
    ] {
        let (_place, mut pbc) = treasury();
        assert_eq!(accept(&mut pbc, &request("C1", &[("P1", amount)]), with), due);
    }
}

/// A bank whose request C1, for P1 (30.00) and P2 (20.00), was carried out.
fn cleared() -> (Place, Office) {
    let (place, mut bank) = bank();
    let asked = both();
    sent(&mut bank, &asked);
    bank.answered(&carried_out(&asked)).unwrap();
    bank.go(I, &asked, Move::AcknowledgeReceipt).unwrap();
    (place, bank)
}

#[test]
fn what_was_cleared_is_given_back_once_for_each_detail() {
    let (place, mut bank) = cleared();
    let make = |bank: &mut Office, back: &Body| {
        bank.go(I, back, Move::Create).unwrap();
        bank.go(I, back, Move::Make).map(drop).map_err(|error| error.code())
    };
    let first = refund("T1", "1", &[("C1", "1", -3_000)]);
    assert_eq!(make(&mut bank, &first), Ok(()));
    for (number, kind, lines, due) in [
        ("T2", "1", &[("C1", "1", -100)][..], Err(Code::RefundTwice)),
        ("T3", "1", &[("C1", "2", -2_001)], Err(Code::RefundExceeds)),
        ("T4", "1", &[("C1", "2", -100), ("C1", "2", -100)], Err(Code::RefundTwice)),
        ("T5", "1", &[("C1", "3", -100)], Err(Code::NotExecuted)),
        ("T6", "1", &[("C9", "1", -100)], Err(Code::NotExecuted)),
        ("T7", "2", &[("C1", "1", -100)], Err(Code::RefundTwice)),
        ("T8", "2", &[("C9", "1", -100)], Ok(())),
        ("T9", "2", &[("C9", "1", -100)], Err(Code::RefundTwice)),
    ] {
        assert_eq!(make(&mut bank, &refund(number, kind, lines)), due, "{number}");
    }
    // Sent back, and the detail may be given back by another.
    bank.all(I, &first, &[Move::Review, Move::Send, Move::Refused, Move::Discard]);
    let next = refund("TA", "1", &[("C1", "1", -2_999), ("C1", "2", -1)]);
    assert_eq!(make(&mut bank, &next), Ok(()));
    bank.all(I, &next, &[Move::Review, Move::Send]);
    bank.answered(&receipt(&next, &[-2_999, 0])).unwrap();
    bank.go(I, &next, Move::AcknowledgeReceipt).unwrap();
    // One was carried out, the other was not.
    let again = refund("TB", "1", &[("C1", "1", -1)]);
    assert_eq!(make(&mut bank, &again), Err(Code::RefundTwice));
    let nothing = refund("TC", "1", &[("C1", "2", -2_000)]);
    assert_eq!(make(&mut bank, &nothing), Ok(()));
    bank.all(I, &nothing, &[Move::Review, Move::Send]);
    bank.answered(&receipt(&nothing, &[0])).unwrap();
    let again = refund("TD", "1", &[("C1", "2", -2_000)]);
    assert_eq!(make(&mut bank, &again), Err(Code::RefundTwice));
    bank.go(I, &nothing, Move::AcknowledgeReceipt).unwrap();
    bank.go(I, &again, Move::Make).unwrap();
    drop(bank);
    assert_eq!(place.replay().difference, None);
}

#[test]
fn what_was_not_cleared_is_not_given_back() {
    let (_place, mut bank) = bank();
    let asked = both();
    let mut number = 0;
    let mut make = |bank: &mut Office, detail: &str| {
        number += 1;
        let back = refund(&format!("T{number}"), "1", &[("C1", detail, -100)]);
        bank.go(I, &back, Move::Create).unwrap();
        bank.go(I, &back, Move::Make).map(drop).map_err(|error| error.code())
    };
    sent(&mut bank, &asked);
    assert_eq!(make(&mut bank, "1"), Err(Code::NotExecuted));
    bank.answered(&receipt(&asked, &[3_000, 0])).unwrap();
    assert_eq!(make(&mut bank, "1"), Err(Code::NotExecuted), "the receipt may be refused");
    bank.go(I, &asked, Move::AcknowledgeReceipt).unwrap();
    assert_eq!(make(&mut bank, "2"), Err(Code::NotExecuted), "that detail was not paid");
    assert_eq!(make(&mut bank, "1"), Ok(()));
}

#[test]
fn the_treasury_takes_refunds_of_what_it_carried_out() {
    let (place, mut pbc) = treasury();
    let paid = paid("P1", 3_000);
    let asked = request("C1", &[("P1", 3_000)]);
    let back = |number: &str, amount| refund(number, "1", &[("C1", "1", amount)]);
    accept(&mut pbc, &asked, &[(&paid, Verdict::Valid)]).unwrap();
    assert_eq!(accept(&mut pbc, &back("T1", -100), &[]), Err(Code::NotExecuted));
    pbc.go(R, &asked, Move::Submit).unwrap();
    assert_eq!(accept_again(&mut pbc, &back("T1", -100), &[]), Err(Code::NotExecuted));
    pbc.go(R, &asked, Move::CoreExecuted).unwrap();
    assert_eq!(accept_again(&mut pbc, &back("T1", -100), &[]), Ok(State::Accepted));
    assert_eq!(accept(&mut pbc, &back("T2", -100), &[]), Err(Code::RefundTwice));
    pbc.go(R, &back("T1", -100), Move::Return).unwrap();
    assert_eq!(accept_again(&mut pbc, &back("T2", -100), &[]), Ok(State::Accepted));
    let found = pbc.work(|work| {
        let rules = ClearingRules::default();
        work.clearing_facts(back("T3", -100).voucher(), &ClearingDesk::new(&rules))
    });
    let found = found.unwrap();
    let failed: Vec<&str> =
        found.report().unwrap().failures().iter().map(|one| one.code.name()).collect();
    assert_eq!((found.facts(), failed), (ClearingFacts::Broken, vec!["refund.once"]));
    pbc.all(R, &back("T2", -100), &[Move::Submit, Move::CoreExecuted]);
    let detail = format!("{} 1", id("2301", "C1"));
    assert_eq!(said(&mut pbc, MarkKind::Refund, detail), "done 990000/2026/2302/T2 -100");
    assert_eq!(accept(&mut pbc, &back("T3", -100), &[]), Err(Code::RefundTwice));
    drop(pbc);
    assert_eq!(place.replay().difference, None);
}

#[test]
fn finance_takes_over_from_the_copy_of_a_receipt_what_was_cleared() {
    let place = Place::new(StoreRole::Unit);
    let mut office = place.office();
    office.issued(&paid("P1", 3_000));
    office.issued(&paid("P2", 2_000));
    office.all(I, &payment("P3", &[700]), &[Move::Create, Move::Make, Move::Review, Move::Send]);
    let rules = ClearingRules::default();
    let copy = |office: &mut Office, copy: &Body| {
        let copied = office.work(|work| work.settle_copy(1, copy, &rules)).unwrap();
        let differences: Vec<(DifferenceKind, String)> =
            copied.differences.iter().map(|one| (one.kind, one.key.clone())).collect();
        (copied.settled.len(), differences)
    };
    let of = |number: &str| id("8202", number).to_string();
    let asked = request("C1", &[("P1", 3_000), ("P2", 1_999), ("P3", 700), ("P9", 100)]);
    let (settled, differences) = copy(&mut office, &carried_out(&asked));
    assert_eq!(settled, 2, "P1, and P9 that others hold");
    let expected =
        [(DifferenceKind::Amount, of("P2")), (DifferenceKind::ClearedBeforePaid, of("P3"))];
    assert_eq!(differences, expected);
    assert_eq!(
        (office.clearing("P1"), office.clearing("P2")),
        ("cleared C1".into(), "open".into())
    );
    // A second call changes nothing; another request finds what is taken.
    let entries = office.entries();
    assert_eq!(copy(&mut office, &carried_out(&asked)).0, 2);
    assert_eq!(office.entries(), entries);
    let other = request("C2", &[("P1", 3_000), ("P2", 2_000), ("P9", 100)]);
    let (settled, differences) = copy(&mut office, &receipt(&other, &[3_000, 0, 100]));
    let twice = |number| (DifferenceKind::Duplicate, of(number));
    assert_eq!((settled, differences), (0, vec![twice("P1"), twice("P9")]));
    assert_eq!(office.clearing("P2"), "open", "the receipt says that it was not paid");
    // It is no less taken when this store comes to hold it.
    office.issued(&paid("P9", 100));
    let third = request("C3", &[("P9", 100)]);
    assert_eq!(copy(&mut office, &carried_out(&third)), (0, vec![twice("P9")]));
    // Refunds are taken over too, once for each detail.
    let back = |number| carried_out(&refund(number, "1", &[("C1", "1", -100)]));
    assert_eq!(copy(&mut office, &back("T1")), (1, vec![]));
    assert_eq!(copy(&mut office, &back("T1")), (1, vec![]));
    assert_eq!(copy(&mut office, &back("T2")).1[0].0, DifferenceKind::Duplicate);
    for wrong in [asked.clone(), carried_out(&payment("P1", &[3_000]))] {
        assert_eq!(code(office.work(|work| work.settle_copy(1, &wrong, &rules))), Code::Argument);
    }
    drop(office);
    assert_eq!(place.replay().difference, None);
    // What finance itself should have issued and does not know is missing.
    let place = Place::new(StoreRole::Finance);
    let mut finance = place.office();
    let text = String::from_utf8(request("C1", &[("P1", 100)]).voucher().as_bytes().to_vec());
    let text = text.unwrap().replace("001002", "001001").into_bytes();
    let direct = Body::original(Voucher::from_xml(text).unwrap()).unwrap();
    let (settled, differences) = copy(&mut finance, &carried_out(&direct));
    let missing = (DifferenceKind::MissingOurs, id("5201", "P1").to_string());
    assert_eq!((settled, differences), (0, vec![missing]));
}
