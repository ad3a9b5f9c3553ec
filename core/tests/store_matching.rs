//! Vouchers compared with their batch details, and notices with what was paid under them.

mod store_common;

use store_common::{id, voucher};
use yinxin::error::Code;
use yinxin::report::{CheckCode, Verdict};
use yinxin::store::matching::{
    Comparison, DifferenceKind, Side, compare_elements, compare_summary, to_json,
};
use yinxin::voucher::Voucher;

type Detail<'a> = Vec<(&'a str, &'a str)>;

fn person<'a>(id: &'a str, account: &'a str, name: &'a str, amount: &'a str) -> Detail<'a> {
    vec![
        ("Id", id),
        ("PayeeAcctNo", account),
        ("PayeeAcctName", name),
        ("PayeeAcctBankName", "某某银行"),
        ("PayAmt", amount),
    ]
}

fn payment(total: &str, details: &[Detail<'_>]) -> Voucher {
    voucher("5201", "P1", &[("PayAmt", total)], details)
}

fn batch(total: &str, details: &[Detail<'_>]) -> Voucher {
    let header = [("OriginalVtCode", "5201"), ("OriginalVoucherNo", "P1"), ("SumAmt", total)];
    voucher("8207", "B1", &header, details)
}

fn kinds(comparison: &Comparison) -> Vec<(&'static str, &str)> {
    comparison.differences.iter().map(|one| (one.kind.name(), one.key.as_str())).collect()
}

#[test]
fn details_are_compared_element_by_element() {
    let ours = [person("1", "62", "张三", "10.00"), person("2", "63", "李四", "20.00")];
    let same = compare_elements(&payment("30.00", &ours), &batch("30.00", &ours)).unwrap();
    assert_eq!((same.report.verdict(), same.differences.len()), (Verdict::Valid, 0));
    let reversed: Vec<_> = ours.iter().rev().cloned().collect();
    let same = compare_elements(&payment("30.00", &ours), &batch("30.00", &reversed)).unwrap();
    assert!(same.report.is_valid(), "the order of details means nothing");
    for (theirs, total, expected) in [
        (
            vec![person("1", "62", "张三", "10.01"), ours[1].clone()],
            "30.01",
            vec![("amount", "1"), ("amount", "SumAmt")],
        ),
        (
            vec![person("1", "64", "张三", "10.00"), ours[1].clone()],
            "30.00",
            vec![("payee", "1/PayeeAcctNo")],
        ),
        (
            vec![person("1", "62", "张叁", "10.00"), ours[1].clone()],
            "30.00",
            vec![("payee", "1/PayeeAcctName")],
        ),
        (vec![ours[0].clone()], "30.00", vec![("missing_theirs", "2")]),
        (
            vec![ours[0].clone(), ours[1].clone(), person("3", "65", "王五", "0.00")],
            "30.00",
            vec![("missing_ours", "3")],
        ),
        (
            vec![ours[0].clone(), ours[1].clone(), ours[1].clone()],
            "30.00",
            vec![("duplicate", "2")],
        ),
    ] {
        let found = compare_elements(&payment("30.00", &ours), &batch(total, &theirs)).unwrap();
        assert_eq!(kinds(&found), expected);
        assert_eq!(found.report.verdict(), Verdict::Invalid);
        assert!(found.report.find(CheckCode::MatchingElements).is_some());
    }
}

#[test]
fn vouchers_that_are_no_pair_are_errors() {
    let details = [person("1", "62", "张三", "10.00")];
    let (ours, theirs) = (payment("10.00", &details), batch("10.00", &details));
    let of = |ours: &Voucher, theirs: &Voucher| compare_elements(ours, theirs).unwrap_err();
    assert_eq!(of(&theirs, &ours).code(), Code::Argument);
    let header = [("OriginalVtCode", "5201"), ("OriginalVoucherNo", "P2"), ("SumAmt", "10.00")];
    let other = voucher("8207", "B1", &header, &details);
    assert_eq!(of(&ours, &other).structure(), "OriginalVoucherNo");
    let header = [("OriginalVtCode", "8202"), ("OriginalVoucherNo", "P1"), ("SumAmt", "10.00")];
    let other = voucher("8207", "B1", &header, &details);
    assert_eq!(of(&ours, &other).structure(), "OriginalVtCode");
    let nameless = batch("10.00", &[vec![("PayAmt", "10.00")]]);
    assert_eq!(of(&ours, &nameless).structure(), "Detail[1]/Id");
    let sumless =
        voucher("8207", "B1", &[("OriginalVtCode", "5201"), ("OriginalVoucherNo", "P1")], &details);
    assert_eq!(of(&ours, &sumless).structure(), "SumAmt");
}

fn line<'a>(unit: &'a str, name: &'a str, amount: &'a str) -> Detail<'a> {
    vec![("Id", unit), ("AgencyCode", unit), ("ExpFuncCode", "205"), (name, amount)]
}

#[test]
fn notices_are_compared_by_bank_then_by_unit_and_function() {
    for (notice_type, part_type) in
        [("5106", "2301"), ("5106", "5351"), ("5108", "5201"), ("5108", "5253")]
    {
        let name = if notice_type == "5106" { "PlanAmt" } else { "PayAmt" };
        let notice = voucher(
            notice_type,
            "N1",
            &[("PayBankNo", "102"), (name, "30.00")],
            &[line("1", name, "10.00"), line("2", name, "20.00")],
        );
        let part = |number, bank, unit, amount| {
            let header = [("PayBankNo", bank), ("PayAmt", amount)];
            voucher(part_type, number, &header, &[line(unit, "PayAmt", amount)])
        };
        let (first, second) = (part("1", "102", "1", "10.00"), part("2", "102", "2", "20.00"));
        let same = compare_summary(&notice, &[&first, &second]).unwrap();
        assert!(same.report.is_valid(), "{}", same.report.to_text());
        let less = compare_summary(&notice, &[&first]).unwrap();
        assert_eq!(kinds(&less), [("amount", "102"), ("missing_theirs", "2/205")]);
        assert_eq!(less.differences[0].difference(), Some(2_000));
        // The totals agree, the lines do not: only the second look sees it.
        let shifted = part("2", "102", "1", "20.00");
        let found = compare_summary(&notice, &[&first, &shifted]).unwrap();
        assert_eq!(kinds(&found), [("amount", "1/205"), ("missing_theirs", "2/205")]);
        let total = found.report.find(CheckCode::MatchingTotal).unwrap();
        assert_eq!(total.outcome, yinxin::report::Outcome::Passed);
        let foreign = part("2", "103", "2", "20.00");
        let found = compare_summary(&notice, &[&first, &foreign]).unwrap();
        assert_eq!(kinds(&found), [("amount", "102"), ("missing_ours", "103")]);
    }
}

#[test]
fn sums_need_a_pair_and_their_fields() {
    let lines = [line("1", "PlanAmt", "10.00")];
    let notice = voucher("5106", "N1", &[("PayBankNo", "102"), ("PlanAmt", "10.00")], &lines);
    let lines = [line("1", "PayAmt", "10.00")];
    let wrong = voucher("5201", "P1", &[("PayBankNo", "102"), ("PayAmt", "10.00")], &lines);
    assert_eq!(compare_summary(&notice, &[&wrong]).unwrap_err().code(), Code::Argument);
    assert_eq!(compare_summary(&notice, &[]).unwrap_err().code(), Code::Argument);
    let bankless = voucher("2301", "C1", &[("PayAmt", "10.00")], &lines);
    let error = compare_summary(&notice, &[&bankless]).unwrap_err();
    assert_eq!((error.code(), error.structure()), (Code::Value, "PayBankCode"));
    let unitless = [vec![("Id", "1"), ("ExpFuncCode", "205"), ("PayAmt", "10.00")]];
    let unitless = voucher("2301", "C1", &[("PayBankNo", "102"), ("PayAmt", "10.00")], &unitless);
    let error = compare_summary(&notice, &[&unitless]).unwrap_err();
    assert_eq!(error.structure(), "Detail[1]/AgencyCode");
    // Direct payments name their bank by a code alone.
    let notice = voucher(
        "5108",
        "N1",
        &[("PayBankNo", "102990000011"), ("PayBankCode", "102"), ("PayAmt", "10.00")],
        &lines,
    );
    let paid = voucher("5201", "P1", &[("PayBankCode", "102"), ("PayAmt", "10.00")], &lines);
    assert!(compare_summary(&notice, &[&paid]).unwrap().report.is_valid());
}

#[test]
fn differences_are_json_with_amounts_as_strings() {
    let ours = [person("1", "62", "张三", "10.00")];
    let theirs = [person("1", "62", "张三", "10.01")];
    let found = compare_elements(&payment("10.00", &ours), &batch("10.00", &theirs)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&to_json(&found.differences)).unwrap();
    let line = &json["differences"][0];
    assert_eq!((line["kind"].as_str(), line["key"].as_str()), (Some("amount"), Some("1")));
    assert_eq!(line["ours"]["amount"], "1000");
    assert_eq!(line["difference"], "-1");
    assert!(!Side::default().present);
    for kind in DifferenceKind::ALL {
        assert_eq!(DifferenceKind::from_name(kind.name()), Some(kind));
    }
    assert_eq!(id("5201", "P1").vt_code, "5201");
}
