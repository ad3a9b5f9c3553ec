//! What a store holds compared with its counterparts, and what a clerk makes of it.
#![cfg(feature = "sqlite")]

mod settlement_common;

use settlement_common::rules::{id, voucher};
use settlement_common::{Office, Place, carried_out, clerk, code};
use yinxin::error::Code;
use yinxin::store::life::Reconciliation;
use yinxin::store::matching::{Comparison, DifferenceKind};
use yinxin::store::{Actor, Move, Role, Storage, StoreRole, View, VoucherKey};
use yinxin::voucher::{Body, VoucherId};

const I: View = View::Issuer;

fn key(id: &VoucherId) -> VoucherKey {
    VoucherKey { id: id.clone(), version: 1 }
}

fn body(
    vt_code: &str,
    number: &str,
    header: &[(&str, &str)],
    details: &[Vec<(&str, &str)>],
) -> Body {
    Body::original(voucher(vt_code, number, header, details)).unwrap()
}

fn row<'a>(id: &'a str, amount: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("Id", id), ("PayeeAcctNo", "62"), ("PayeeAcctName", "张三"), ("PayAmt", amount)]
}

fn batch(number: &str, of: &str, total: &str, details: &[Vec<(&str, &str)>]) -> Body {
    let header = [("OriginalVtCode", "5201"), ("OriginalVoucherNo", of), ("SumAmt", total)];
    body("8207", number, &header, details)
}

fn payment() -> Body {
    body("5201", "P1", &[("PayAmt", "30.00")], &[row("1", "10.00"), row("2", "20.00")])
}

/// Finance with the payment P1 (30.00) that was carried out.
fn finance() -> (Place, Office) {
    let place = Place::new(StoreRole::Finance);
    let mut finance = place.office();
    finance.issued(&carried_out(&payment()));
    (place, finance)
}

fn sent(finance: &mut Office, body: &Body) {
    finance.all(I, body, &[Move::Create, Move::Make, Move::Review, Move::Send]);
}

fn counterparts(finance: &mut Office, id: &VoucherId) -> Vec<String> {
    let found = finance.work(|work| work.counterparts(&key(id))).unwrap();
    found.iter().map(|key| format!("{}/{}", key.id.vt_code, key.id.voucher_no)).collect()
}

fn elements(finance: &mut Office, number: &str) -> Comparison {
    let batch = key(&id("8207", number));
    finance.work(|work| work.reconcile_elements(&key(&id("5201", "P1")), &batch)).unwrap()
}

#[test]
fn batches_are_found_compared_and_concluded_by_a_clerk() {
    let (place, mut finance) = finance();
    let rows = [row("1", "10.00"), row("2", "20.00")];
    sent(&mut finance, &batch("B1", "P1", "30.00", &rows));
    sent(&mut finance, &batch("B2", "P2", "30.00", &rows));
    let draft = batch("B3", "P1", "30.00", &rows);
    finance.go(I, &draft, Move::Create).unwrap();
    sent(&mut finance, &batch("B4", "P1", "29.00", &[row("1", "10.00"), row("2", "19.00")]));
    let void = batch("B5", "P1", "30.00", &rows);
    sent(&mut finance, &void);
    finance.all(I, &void, &[Move::Refused]);
    let payment = id("5201", "P1");
    assert_eq!(counterparts(&mut finance, &payment), ["8207/B1", "8207/B4"]);
    let (same, other) = (elements(&mut finance, "B1"), elements(&mut finance, "B4"));
    assert!(same.report.is_valid());
    let kinds: Vec<(DifferenceKind, &str)> =
        other.differences.iter().map(|one| (one.kind, one.key.as_str())).collect();
    assert_eq!(kinds, [(DifferenceKind::Amount, "2"), (DifferenceKind::Amount, "SumAmt")]);

    // Comparing records nothing; a clerk does, and nobody else.
    assert_eq!(finance.life(&payment).reconciliation, Reconciliation::Open);
    let conclude = |finance: &mut Office, found: &Comparison, by: Actor, reason| {
        finance.work(|work| work.conclude(&key(&payment), found, by.clone(), reason))
    };
    let teller = settlement_common::rules::holder(Role::Teller);
    assert_eq!(code(conclude(&mut finance, &same, teller, None)), Code::RoleMissing);
    conclude(&mut finance, &same, clerk(), None).unwrap();
    assert_eq!(finance.life(&payment).reconciliation, Reconciliation::Matched);
    conclude(&mut finance, &other, clerk(), None).unwrap();
    assert_eq!(finance.life(&payment).reconciliation, Reconciliation::Disputed);
    // Another comparison does not answer a dispute.
    assert_eq!(code(conclude(&mut finance, &same, clerk(), None)), Code::Disputed);
    let long = "长".repeat(101);
    finance.go_with(I, &carried_out(&self::payment()), Move::Answer, (1, &[]), |_| {}).unwrap();
    assert_eq!(code(conclude(&mut finance, &other, clerk(), Some(&long))), Code::Reason);
    conclude(&mut finance, &other, clerk(), Some("金额不符")).unwrap();
    let mut reasons = Vec::new();
    finance
        .work(|work| {
            assert_eq!(
                code(work.conclude(&key(&draft_id()), &same, clerk(), None)),
                Code::Argument
            );
            Ok(())
        })
        .unwrap();
    finance
        .store
        .view(&mut |snapshot| {
            for placed in snapshot.entries_of_all(0, 1_000)? {
                let entry = yinxin::ledger::Entry::from_der(&placed.entry.bytes)?;
                if entry.operation == "dispute" {
                    reasons.push(entry.reason);
                }
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(reasons, ["2 differences; amount 2; amount SumAmt", "金额不符"]);
    drop(finance);
    assert_eq!(place.replay().difference, None);
}

/// A voucher that nobody holds.
fn draft_id() -> VoucherId {
    id("5201", "P7")
}

#[test]
fn a_notice_is_compared_with_what_it_names() {
    let (_place, mut finance) = finance();
    let line = |amount: &'static str| {
        vec![("AgencyCode", "101001"), ("ExpFuncCode", "2050204"), ("PayAmt", amount)]
    };
    let plan = |amount: &'static str| {
        vec![("AgencyCode", "101001"), ("ExpFuncCode", "2050204"), ("PlanAmt", amount)]
    };
    let bank = ("PayBankNo", "102990000011");
    let asked = body("2301", "C1", &[bank, ("PayAmt", "50.00")], &[line("20.00"), line("30.00")]);
    for (vt_code, number) in [("2301", "C1"), ("5253", "A1"), ("5351", "A1"), ("5201", "P8")] {
        let mut one = asked.voucher().clone();
        if (vt_code, number) != ("2301", "C1") {
            one = voucher(vt_code, number, &[bank, ("PayAmt", "50.00")], &[line("50.00")]);
        }
        // Requests are the bank's; what finance holds of one came as a copy.
        let one = Body::original(one).unwrap();
        finance.go(View::Receiver, &one, Move::Receive).unwrap();
    }
    let notice = |number: &str, name: &str, total: &'static str| {
        let header = [bank, ("PlanAmt", total), ("ClearVoucherNo", name)];
        body("5106", number, &header, &[plan(total)])
    };
    for (number, name, total, found) in [
        ("N1", "C1", "50.00", &["2301/C1"][..]),
        ("N2", "C1", "50.01", &["2301/C1"]),
        ("N3", "A1", "50.00", &["5351/A1"]),
        ("N4", "X9", "50.00", &[]),
    ] {
        let notice = notice(number, name, total);
        sent(&mut finance, &notice);
        assert_eq!(counterparts(&mut finance, notice.id()), found, "{number}");
        let compared = finance.work(|work| {
            let parts = work.counterparts(&key(notice.id()))?;
            work.reconcile_summary(&key(notice.id()), &parts)
        });
        match found {
            [] => assert_eq!(code(compared), Code::Argument),
            _ => {
                let differences = compared.unwrap().differences;
                assert_eq!(differences.is_empty(), number != "N2", "{number}");
            }
        }
    }
    // 5108 names payments in its header and in its details.
    let header = [bank, ("PayAmt", "50.00"), ("PayVoucherNo", "P8")];
    let direct = body("5108", "D1", &header, &[line("50.00")]);
    sent(&mut finance, &direct);
    assert_eq!(counterparts(&mut finance, direct.id()), ["5201/P8"]);
    let mut detail = line("50.00");
    detail.push(("DirectVoucherNo", "A1"));
    let direct = body("5108", "D2", &[bank, ("PayAmt", "50.00")], &[detail]);
    sent(&mut finance, &direct);
    assert_eq!(counterparts(&mut finance, direct.id()), ["5253/A1"]);
    for number in ["D1", "D2"] {
        let compared = finance.work(|work| {
            let notice = key(&id("5108", number));
            let parts = work.counterparts(&notice)?;
            work.reconcile_summary(&notice, &parts)
        });
        assert!(compared.unwrap().report.is_valid(), "{number}");
    }
    let other = finance.work(|work| work.counterparts(&key(&id("5351", "A1"))));
    assert_eq!(code(other), Code::Argument);
}
