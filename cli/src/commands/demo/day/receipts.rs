//! Receipts: what the party that carried a voucher out fills in, in the fields that begin with X.

use super::core_system::{paid_to, reason};
use super::papers::Papers;
use crate::failure::Failure;
use yinxin::store::life::CoreResult;
use yinxin::voucher::{Body, Fen, Voucher, VoucherBuilder};

/// The receipt of a voucher by its result, without acts, beside its original.
pub fn fill(papers: &Papers, original: &Body, result: CoreResult) -> Result<Body, Failure> {
    let voucher = original.voucher();
    let mut receipt = VoucherBuilder::from_voucher(voucher);
    let paid = match result {
        CoreResult::Executed(paid) => paid,
        _ => Fen::ZERO,
    };
    match original.id().vt_code.as_str() {
        "5201" | "8202" => payment(&mut receipt, papers, voucher, paid, "XPayAmt")?,
        "8207" => payment(&mut receipt, papers, voucher, paid, "XSumAmt")?,
        "2301" | "2302" => clearing(&mut receipt, papers, voucher, paid)?,
        // Notices have no field for an answer: the seal on the receipt is the answer.
        _ => {}
    }
    Ok(Body::receipt(original.clone(), receipt.build_receipt(voucher)?)?)
}

/// The number of the bank's own booking for a voucher.
pub fn business_no(voucher: &Voucher) -> String {
    let number = voucher.header().get("VoucherNo").unwrap_or_default();
    format!("YH{number}")
}

fn payment(
    receipt: &mut VoucherBuilder,
    papers: &Papers,
    voucher: &Voucher,
    paid: Fen,
    total: &str,
) -> Result<(), Failure> {
    let number = business_no(voucher);
    receipt.amount(total, paid);
    let all = paid != Fen::ZERO;
    if all {
        receipt.field("XPayDate", papers.date());
    }
    if all && total == "XPayAmt" {
        receipt.field("XAgentBusinessNo", &number);
        for name in ["PayeeAcctNo", "PayeeAcctName", "PayeeAcctBankName"] {
            let value = voucher.header().get(name).unwrap_or_default();
            receipt.field(&format!("X{name}"), value);
        }
    }
    for (row, detail) in (1..).zip(voucher.details()) {
        // A failed voucher pays nothing to anybody.
        let amount = if all { paid_to(detail)? } else { Fen::ZERO };
        receipt.detail_field(row, "XPayAmt", &amount.to_string())?;
        if amount == Fen::ZERO {
            receipt.detail_field(row, "XAddWord", reason(detail))?;
        } else {
            receipt.detail_field(row, "XPayDate", papers.date())?;
            receipt.detail_field(row, "XAgentBusinessNo", &format!("{number}-{row}"))?;
        }
    }
    Ok(())
}

fn clearing(
    receipt: &mut VoucherBuilder,
    papers: &Papers,
    voucher: &Voucher,
    paid: Fen,
) -> Result<(), Failure> {
    receipt.amount("XPayAmt", paid).field("XClearDate", papers.date());
    receipt.field("XPaySndBnkNo", "011990000001");
    for (row, detail) in (1..).zip(voucher.details()) {
        receipt.detail_field(row, "XPayAmt", detail.get("PayAmt").unwrap_or_default())?;
        receipt.detail_field(row, "XPayDate", papers.date())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::plan::{Account, Plan};
    use super::*;
    use yinxin::Time;
    use yinxin::voucher::{Catalogue, Layer};

    #[test]
    fn receipts_keep_the_rules_and_say_what_was_paid() {
        let now = Time::parse_rfc3339("2026-03-02T08:00:00Z").unwrap();
        let (papers, plan) = (Papers::of(now), Plan::of(20));
        let payment = plan.direct_payments()[0];
        let paid = Fen::new(payment.amount).unwrap();
        let part: i64 = plan.payroll_rows().iter().map(|(fen, _)| fen).sum();
        let part = Fen::new(part - plan.payroll_rows()[6].0).unwrap();
        let notice = papers.notice("5108", 1, &plan.direct_quota()).ok().unwrap();
        let cases = [
            (papers.direct(&payment, Account::Good), CoreResult::Executed(paid), "XPayAmt"),
            (papers.direct(&payment, Account::Frozen), CoreResult::Failed, "XPayAmt"),
            (papers.payroll(&plan), CoreResult::Executed(part), "XPayAmt"),
            (papers.batch(&plan), CoreResult::Executed(part), "XSumAmt"),
            (Ok(notice), CoreResult::Executed(paid), ""),
        ];
        for (voucher, result, name) in cases {
            let original = Body::original(voucher.ok().unwrap()).unwrap();
            let receipt = fill(&papers, &original, result).ok().unwrap();
            let vt_code = &receipt.id().vt_code;
            let entry = Catalogue::built_in().entry(vt_code).unwrap().clone();
            let violations = entry.violations(receipt.voucher(), Layer::Responder, Some(now));
            assert!(violations.is_empty(), "{vt_code}: {violations:?}");
            if !name.is_empty() {
                let said = Fen::parse(receipt.voucher().header().get(name).unwrap()).unwrap();
                let due = match result {
                    CoreResult::Executed(paid) => paid,
                    _ => Fen::ZERO,
                };
                assert_eq!(said, due, "{vt_code}");
            }
        }
    }
}
