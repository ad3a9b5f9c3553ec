//! Clearing requests against sealed receipts, refunds, and random days of payments and requests.

mod store_common;

use proptest::prelude::*;
use std::collections::BTreeMap;
use store_common::{fen, id, voucher, yuan};
use yinxin::error::Code;
use yinxin::report::{CheckCode, Outcome, Report, Verdict};
use yinxin::store::clearing::{
    ClearingCheck, ClearingRules, EvidencePolicy, Original, Payment, check_clearing, check_refund,
};
use yinxin::store::life_cycle::ClearingFacts;
use yinxin::voucher::{Voucher, VoucherId};

const RECEIPT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Voucher>\
    <AdmDivCode>990000</AdmDivCode><StYear>2026</StYear><VtCode>5201</VtCode>\
    <VoucherNo>P1</VoucherNo><AgencyCode>101001</AgencyCode><ExpFuncCode>2050204</ExpFuncCode>\
    <PayAmt>30.00</PayAmt><XPayDate>20260301</XPayDate><XAgentBusinessNo>B1</XAgentBusinessNo>\
    <XPayAmt>30.00</XPayAmt><DetailList>\
    <Detail><Id>1</Id><PayAmt>10.00</PayAmt><XPayAmt>10.00</XPayAmt></Detail>\
    <Detail><Id>2</Id><PayAmt>20.00</PayAmt><XPayAmt>20.00</XPayAmt></Detail>\
    </DetailList></Voucher>";

fn receipt(changes: &[(&str, &str)]) -> Voucher {
    let mut text = RECEIPT.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Voucher::from_xml(text.into_bytes()).unwrap()
}

/// A request of 2026-03-02 with details of (payment, fen).
fn request(number: &str, details: &[(&str, i64)]) -> Voucher {
    let total = yuan(details.iter().map(|detail| detail.1).sum());
    let rows: Vec<(String, &str, String)> = details
        .iter()
        .enumerate()
        .map(|(row, (payment, fen))| (row.to_string(), *payment, yuan(*fen)))
        .collect();
    let details: Vec<Vec<(&str, &str)>> = rows
        .iter()
        .map(|(row, payment, amount)| {
            vec![
                ("Id", row.as_str()),
                ("VoucherNo", payment),
                ("AgencyCode", "101001"),
                ("ExpFuncCode", "2050204"),
                ("PayAmt", amount),
            ]
        })
        .collect();
    let header = [("VouDate", "20260302"), ("PayTypeCode", "11"), ("PayAmt", total.as_str())];
    voucher("2301", number, &header, &details)
}

fn judge(request: &Voucher, payments: &[Payment<'_>]) -> ClearingCheck {
    check_clearing(request, payments, &ClearingRules::default()).unwrap()
}

fn failed(report: &Report) -> Vec<&'static str> {
    report.failures().iter().map(|check| check.code.name()).collect()
}

#[test]
fn what_was_paid_may_be_asked_for() {
    let paid = receipt(&[]);
    let payment = Payment::new(&paid, Verdict::Valid).unwrap();
    for details in [&[("P1", 3_000)][..], &[("P1", 1_000), ("P1", 2_000)]] {
        let check = judge(&request("C1", details), std::slice::from_ref(&payment));
        assert_eq!(check.report.verdict(), Verdict::Valid, "{}", check.report.to_text());
        assert_eq!(check.facts(), ClearingFacts::Hold);
        assert_eq!(check.claims, [(id("5201", "P1"), fen(3_000))]);
    }
    // A repeat of the same request is not another one.
    let mut again = payment.clone();
    again.claimed_by = Some(id("2301", "C1"));
    assert_eq!(judge(&request("C1", &[("P1", 3_000)]), &[again]).facts(), ClearingFacts::Hold);
    // What came back before is not asked for.
    let mut refunded = payment;
    refunded.refunded = fen(500);
    let asked = judge(&request("C1", &[("P1", 2_500)]), std::slice::from_ref(&refunded));
    assert_eq!(asked.facts(), ClearingFacts::Hold);
    let asked = judge(&request("C1", &[("P1", 3_000)]), &[refunded]);
    assert_eq!(failed(&asked.report), ["clearing.sum"]);
}

/// Each rule, broken alone, is found by its own check.
#[test]
fn each_rule_of_clearing_is_found_broken_by_its_own_check() {
    let one =
        |changes: &[(&str, &str)], verdict, edit: fn(&mut Payment<'_>), details: &[(&str, i64)]| {
            let paid = receipt(changes);
            let mut payment = Payment::new(&paid, verdict).unwrap();
            edit(&mut payment);
            let check = judge(&request("C1", details), &[payment]);
            assert_eq!(check.facts(), ClearingFacts::Broken, "{}", check.report.to_text());
            failed(&check.report).join(" ")
        };
    let same: fn(&mut Payment<'_>) = |_| {};
    let all = [("P1", 3_000)];
    assert_eq!(one(&[], Verdict::Invalid, same, &all), "clearing.evidence");
    assert_eq!(one(&[], Verdict::NotDetermined, same, &all), "clearing.evidence");
    let other: fn(&mut Payment<'_>) = |payment| {
        payment.claimed_by = Some(id("2301", "C0"));
    };
    assert_eq!(one(&[], Verdict::Valid, other, &all), "clearing.once");
    let date = "<XPayDate>20260301</XPayDate>";
    for bad in ["<XPayDate>20260303</XPayDate>", "<XPayDate>20260230</XPayDate>", "<XPayDate/>", ""]
    {
        assert_eq!(one(&[(date, bad)], Verdict::Valid, same, &all), "clearing.date", "{bad}");
    }
    let number = "<XAgentBusinessNo>B1</XAgentBusinessNo>";
    for bad in ["<XAgentBusinessNo></XAgentBusinessNo>", ""] {
        assert_eq!(one(&[(number, bad)], Verdict::Valid, same, &all), "clearing.reference");
    }
    for amount in [2_999, 3_001] {
        let found = one(&[], Verdict::Valid, same, &[("P1", amount)]);
        assert_eq!(found, "clearing.sum clearing.lines");
    }
    // A receipt that says that nothing was paid, in each of the three ways in use.
    let none = [
        ("<XPayAmt>30.00</XPayAmt>", "<XPayAmt>0.00</XPayAmt>"),
        ("<XPayAmt>10.00</XPayAmt>", "<XPayAmt>0.00</XPayAmt>"),
        ("<XPayAmt>20.00</XPayAmt>", "<XPayAmt>0.00</XPayAmt>"),
    ];
    assert_eq!(one(&none, Verdict::Valid, same, &all), "clearing.paid clearing.sum clearing.lines");
    let mut without = none.to_vec();
    without.extend([(date, "<XPayDate/>"), (number, "<XAgentBusinessNo/>")]);
    assert!(one(&without, Verdict::Valid, same, &all).starts_with("clearing.paid clearing.date"));
    let contradiction = [("<XPayAmt>20.00</XPayAmt>", "<XPayAmt>19.00</XPayAmt>")];
    assert!(one(&contradiction, Verdict::Valid, same, &all).starts_with("clearing.paid"));
    // Money of one function must not be asked for under another.
    let function = [("<ExpFuncCode>2050204", "<ExpFuncCode>2050205")];
    assert_eq!(one(&function, Verdict::Valid, same, &all), "clearing.lines");
}

#[test]
fn a_batch_may_give_dates_and_numbers_in_its_details() {
    let header = [
        ("<XPayDate>20260301</XPayDate>", ""),
        ("<XAgentBusinessNo>B1</XAgentBusinessNo>", ""),
        ("<XPayAmt>30.00</XPayAmt>", "<XPayAmt>20.00</XPayAmt>"),
        ("<XPayAmt>10.00</XPayAmt>", "<XPayAmt>0.00</XPayAmt><XAddWord>账号不符</XAddWord>"),
    ];
    let paid = "<XPayAmt>20.00</XPayAmt></Detail>";
    for (with, verdict) in [
        ("<XPayDate>20260302</XPayDate><XAgentBusinessNo>7</XAgentBusinessNo>", Verdict::Valid),
        ("<XPayDate>20260302</XPayDate>", Verdict::Invalid),
        ("<XAgentBusinessNo>7</XAgentBusinessNo>", Verdict::Invalid),
        ("<XPayDate>20260303</XPayDate><XAgentBusinessNo>7</XAgentBusinessNo>", Verdict::Invalid),
    ] {
        let mut changes = header.to_vec();
        let full = format!("<XPayAmt>20.00</XPayAmt>{with}</Detail>");
        changes.push((paid, &full));
        let receipt = receipt(&changes);
        let payment = Payment::new(&receipt, Verdict::Valid).unwrap();
        let check = judge(&request("C1", &[("P1", 2_000)]), &[payment]);
        assert_eq!(check.report.verdict(), verdict, "{with}: {}", check.report.to_text());
    }
}

#[test]
fn evidence_that_is_not_at_hand_follows_the_policy() {
    let asked = request("C1", &[("P1", 3_000), ("P2", 100)]);
    let paid = receipt(&[]);
    let payment = || Payment::new(&paid, Verdict::Valid).unwrap();
    let check = judge(&asked, &[payment()]);
    assert_eq!((check.report.verdict(), check.facts()), (Verdict::Invalid, ClearingFacts::Broken));
    let mut rules = ClearingRules::default();
    rules.evidence = EvidencePolicy::Record;
    let check = check_clearing(&asked, &[payment()], &rules).unwrap();
    assert_eq!(check.report.verdict(), Verdict::NotDetermined);
    assert_eq!(check.facts(), ClearingFacts::Hold);
    let evidence = check.report.reports().iter().map(|part| part.checks()[0].outcome);
    assert_eq!(evidence.collect::<Vec<_>>(), [Outcome::Passed, Outcome::NotDetermined]);
    // The policy forgives what is not known, never what is known to be wrong.
    for verdict in [Verdict::NotDetermined, Verdict::Invalid] {
        let payment = Payment::new(&paid, verdict).unwrap();
        let check = check_clearing(&request("C1", &[("P1", 3_000)]), &[payment], &rules).unwrap();
        let holds = verdict == Verdict::NotDetermined;
        assert_eq!(check.facts() == ClearingFacts::Hold, holds);
    }
    let mut claimed = payment();
    claimed.claimed_by = Some(id("2301", "C0"));
    let check = check_clearing(&asked, &[claimed], &rules).unwrap();
    assert_eq!(check.facts(), ClearingFacts::Broken);
}

#[test]
fn requests_that_cannot_be_read_are_errors() {
    let good = String::from_utf8(request("C1", &[("P1", 3_000)]).as_bytes().to_vec()).unwrap();
    for (from, to, code, place) in [
        ("<VtCode>2301", "<VtCode>2302", Code::Argument, "VtCode"),
        ("<VouDate>20260302</VouDate>", "", Code::Value, "VouDate"),
        ("20260302", "20261302", Code::Value, "VouDate"),
        ("<PayTypeCode>11", "<PayTypeCode>91", Code::Value, "PayTypeCode"),
        ("<VoucherNo>P1</VoucherNo>", "", Code::Value, "Detail[1]/VoucherNo"),
        ("<VoucherNo>P1</VoucherNo>", "<VoucherNo>P 1</VoucherNo>", Code::Value, "VoucherNo"),
        (
            "<ExpFuncCode>2050204</ExpFuncCode><PayAmt>30.00",
            "<PayAmt>30",
            Code::Value,
            "Detail[1]/PayAmt",
        ),
    ] {
        assert!(good.contains(from), "{from}");
        let changed = Voucher::from_xml(good.replacen(from, to, 1).into_bytes()).unwrap();
        let error = check_clearing(&changed, &[], &ClearingRules::default()).unwrap_err();
        assert_eq!((error.code(), error.structure()), (code, place), "{error}");
    }
    // A header that its details do not give, and details of nothing, are found.
    for (from, to) in [("<PayAmt>30.00</PayAmt><", "<PayAmt>31.00</PayAmt><"), ("30.00", "-30.00")]
    {
        let changed = Voucher::from_xml(good.replacen(from, to, 1).into_bytes()).unwrap();
        let paid = receipt(&[]);
        let check = judge(&changed, &[Payment::new(&paid, Verdict::Valid).unwrap()]);
        assert!(failed(&check.report).contains(&"clearing.total"), "{}", check.report.to_text());
    }
}

/// A refund of details (original, detail, fen).
fn refund(kind: &str, details: &[(&str, &str, i64)]) -> Voucher {
    let total = yuan(details.iter().map(|detail| detail.2).sum());
    let rows: Vec<(&str, &str, String)> =
        details.iter().map(|(no, detail, fen)| (*no, *detail, yuan(*fen))).collect();
    let details: Vec<Vec<(&str, &str)>> = rows
        .iter()
        .map(|(no, detail, amount)| {
            vec![("OriVoucherNo", *no), ("OriVouDetailNo", *detail), ("PayAmt", amount)]
        })
        .collect();
    voucher("2302", "T1", &[("TKLX", kind), ("PayAmt", &total)], &details)
}

#[test]
fn a_detail_is_refunded_once_and_not_above_the_original() {
    let originals = [Original::new("C1", "1", fen(500)), Original::new("C1", "2", fen(700))];
    let found = |voucher: &Voucher, originals: &[Original]| {
        let report = check_refund(voucher, originals).unwrap();
        (report.verdict(), failed(&report).join(" "))
    };
    let none = (Verdict::Valid, String::new());
    assert_eq!(found(&refund("1", &[("C1", "1", -500), ("C1", "2", -1)]), &originals), none);
    let bad = |words: &str| (Verdict::Invalid, words.to_owned());
    let above = refund("1", &[("C1", "1", -501)]);
    assert_eq!(found(&above, &originals), bad("refund.amount"));
    let unknown = refund("1", &[("C9", "1", -5)]);
    assert_eq!(found(&unknown, &originals), bad("refund.original"));
    assert_eq!(found(&refund("2", &[("C9", "1", -5)]), &originals), none, "a negative voucher");
    assert_eq!(found(&refund("2", &[("", "", -5)]), &originals), none);
    let twice = refund("1", &[("C1", "1", -5), ("C1", "1", -5)]);
    assert_eq!(found(&twice, &originals), bad("refund.once"));
    let mut before = originals.clone();
    before[0].refunded_by = Some(id("2302", "T0"));
    assert_eq!(found(&refund("1", &[("C1", "1", -5)]), &before), bad("refund.once"));
    before[0].refunded_by = Some(id("2302", "T1"));
    assert_eq!(found(&refund("1", &[("C1", "1", -5)]), &before), none, "the same voucher again");
    let positive = refund("1", &[("C1", "1", 5), ("C1", "2", -9)]);
    assert_eq!(found(&positive, &originals), bad("refund.amount"));
    let text = String::from_utf8(refund("1", &[("C1", "1", -5)]).as_bytes().to_vec()).unwrap();
    let header = Voucher::from_xml(text.replacen("-0.05", "-0.06", 1).into_bytes()).unwrap();
    assert_eq!(found(&header, &originals), bad("refund.total"));
    assert_eq!(check_refund(&refund("1", &[("", "", -5)]), &[]).unwrap_err().code(), Code::Value);
    let no_details = voucher("2302", "T1", &[("PayAmt", "-0.05")], &[]);
    assert_ne!(check_refund(&no_details, &[]).unwrap().verdict(), Verdict::Valid);
    let report = check_refund(&above, &originals).unwrap();
    let check = report.find(CheckCode::RefundAmount).unwrap();
    assert_eq!(check.subject, "Detail[1]/PayAmt");
}

/// A payment of the random days.
#[derive(Clone, Default)]
struct Paid {
    amount: i64,
    refunded: i64,
    claimed: Option<VoucherId>,
    cleared: i64,
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// Random days of payments, refunds, requests good and bad, requests carried out and sent back,
    /// against a model that only knows sums: no payment is cleared before it was paid, twice, or
    /// beyond what did not come back. 48 days of up to 150 moves.
    #[test]
    fn random_days_agree_with_a_simple_model(
        moves in prop::collection::vec((0u8..8, 0usize..6, 0usize..6, -1i64..2), 1..150)
    ) {
        let mut payments: Vec<Option<Paid>> = vec![None; 6];
        let mut open: BTreeMap<VoucherId, Vec<(usize, i64)>> = BTreeMap::new();
        let numbers = ["P0", "P1", "P2", "P3", "P4", "P5"];
        for (count, (kind, first, second, off)) in moves.into_iter().enumerate() {
            match kind {
                0..=1 => {
                    let amount = 1_000 + 100 * first as i64;
                    let paid = Paid { amount, ..Paid::default() };
                    payments[first].get_or_insert(paid);
                }
                2 => {
                    // A refund before any request lowers what may be asked for.
                    if let Some(paid) = &mut payments[first]
                        && paid.claimed.is_none()
                        && paid.refunded < paid.amount
                    {
                        paid.refunded += 100;
                    }
                }
                3..=5 => {
                    let number = format!("C{count}");
                    let due = |index: usize| {
                        payments[index].as_ref().map_or(700, |paid| paid.amount - paid.refunded)
                    };
                    let mut wanted = vec![(first, due(first) + off)];
                    if second != first {
                        wanted.push((second, due(second)));
                    }
                    if wanted.iter().any(|(_, fen)| *fen <= 0) {
                        continue;
                    }
                    let details: Vec<(&str, i64)> =
                        wanted.iter().map(|(index, fen)| (numbers[*index], *fen)).collect();
                    let asked = request(&number, &details);
                    let receipts: Vec<Voucher> = (0..6)
                        .filter_map(|index| {
                            let amount = yuan(payments[index].as_ref()?.amount);
                            Some(receipt(&[
                                ("<VoucherNo>P1", &format!("<VoucherNo>{}", numbers[index])),
                                ("<XPayAmt>10.00", "<XPayAmt>0.00"),
                                ("<XPayAmt>20.00", &format!("<XPayAmt>{amount}")),
                                ("<XPayAmt>30.00", &format!("<XPayAmt>{amount}")),
                            ]))
                        })
                        .collect();
                    let held: Vec<Payment<'_>> = receipts
                        .iter()
                        .map(|receipt| {
                            let mut payment = Payment::new(receipt, Verdict::Valid).unwrap();
                            let index = numbers
                                .iter()
                                .position(|number| *number == payment.id.voucher_no)
                                .unwrap();
                            let paid = payments[index].as_ref().unwrap();
                            payment.refunded = fen(paid.refunded);
                            payment.claimed_by = paid.claimed.clone();
                            payment
                        })
                        .collect();
                    let holds = judge(&asked, &held).facts() == ClearingFacts::Hold;
                    let expected = wanted.iter().all(|(index, fen)| {
                        payments[*index].as_ref().is_some_and(|paid| {
                            paid.claimed.is_none() && *fen == paid.amount - paid.refunded
                        })
                    });
                    prop_assert_eq!(holds, expected);
                    if holds {
                        let by = id("2301", &number);
                        for (index, _) in &wanted {
                            payments[*index].as_mut().unwrap().claimed = Some(by.clone());
                        }
                        open.insert(by, wanted);
                    }
                }
                _ => {
                    let Some((by, wanted)) = open.pop_first() else { continue };
                    for (index, fen) in wanted {
                        let paid = payments[index].as_mut().unwrap();
                        prop_assert_eq!(paid.claimed.as_ref(), Some(&by));
                        if kind == 6 {
                            paid.cleared += fen;
                        } else {
                            paid.claimed = None;
                        }
                    }
                }
            }
            for paid in payments.iter().flatten() {
                prop_assert!(paid.cleared == 0 || paid.cleared == paid.amount - paid.refunded);
            }
        }
    }
}
