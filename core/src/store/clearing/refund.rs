//! Refunds of what was cleared (2302): once for each detail, and not above the original.

use super::values::{amount, given, missing};
use crate::error::{Code, Error, Result};
use crate::report::{CheckCode, Report};
use crate::voucher::{Fen, Voucher, VoucherId};
use std::collections::{BTreeMap, HashSet};

/// One detail that may be refunded.
///
/// Public material says that a refund names its original by `OriVoucherNo` and `OriVouDetailNo`, and
/// that the original clearing request has to exist; whether the numbers are those of the request or
/// of the payment is **unverified**. The caller gives what its own numbers mean.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Original {
    /// What `OriVoucherNo` names.
    pub voucher_no: String,
    /// What `OriVouDetailNo` names.
    pub detail_no: String,
    /// What was cleared for it.
    pub amount: Fen,
    /// A refund that gave it back before.
    pub refunded_by: Option<VoucherId>,
}

impl Original {
    /// A detail that was cleared and not given back.
    pub fn new(voucher_no: &str, detail_no: &str, amount: Fen) -> Original {
        let (voucher_no, detail_no) = (voucher_no.to_owned(), detail_no.to_owned());
        Original { voucher_no, detail_no, amount, refunded_by: None }
    }
}

/// The kind of refund that needs no original: a negative voucher.
const NEGATIVE_VOUCHER: &str = "2";

/// Judges a clearing refund (2302) by the details that were cleared.
///
/// # Errors
///
/// [`Code::Argument`] if the voucher is no 2302; [`Code::Value`] naming a field of it that cannot be
/// read.
pub fn check_refund(refund: &Voucher, originals: &[Original]) -> Result<Report> {
    let id = refund.id()?;
    if id.vt_code != "2302" {
        return Err(Error::new(Code::Argument, "VtCode", "a clearing refund is a 2302"));
    }
    let header = refund.header();
    let free = given(header, "TKLX") == Some(NEGATIVE_VOUCHER);
    let mandatory = [CheckCode::RefundTotal, CheckCode::RefundAmount, CheckCode::RefundOnce];
    let mut report = Report::new(format!("clearing refund {id}"), &mandatory);
    let mut sum = 0i128;
    let mut seen = HashSet::new();
    let known: BTreeMap<(&str, &str), &Original> = originals
        .iter()
        .rev()
        .map(|one| ((one.voucher_no.as_str(), one.detail_no.as_str()), one))
        .collect();
    for detail in refund.details() {
        let amount = amount(detail, "PayAmt")?.value();
        sum += i128::from(amount);
        let name = (given(detail, "OriVoucherNo"), given(detail, "OriVouDetailNo"));
        let (Some(voucher_no), Some(detail_no)) = name else {
            let field = if name.0.is_none() { "OriVoucherNo" } else { "OriVouDetailNo" };
            if !free {
                return Err(missing(detail, field));
            }
            report.check(CheckCode::RefundAmount, amount < 0, detail.path("PayAmt"), "");
            continue;
        };
        let original = known.get(&(voucher_no, detail_no));
        let path = detail.path("OriVouDetailNo");
        if !free || original.is_some() {
            report.check(CheckCode::RefundOriginal, original.is_some(), path.clone(), "");
        }
        let before = original.and_then(|one| one.refunded_by.as_ref()).filter(|by| **by != id);
        let again = !seen.insert((voucher_no, detail_no));
        let words = match before {
            Some(by) => format!("{by} gave it back"),
            None if again => "twice in this voucher".to_owned(),
            None => String::new(),
        };
        report.check(CheckCode::RefundOnce, words.is_empty(), path, words);
        let above = original.is_some_and(|one| {
            i128::from(amount).unsigned_abs() > i128::from(one.amount.value()).unsigned_abs()
        });
        let path = detail.path("PayAmt");
        report.check(CheckCode::RefundAmount, amount < 0 && !above, path, "");
    }
    if free && seen.is_empty() {
        report.check(CheckCode::RefundOnce, true, "", "a negative voucher without an original");
    }
    let header = i128::from(amount(header, "PayAmt")?.value());
    let words = if sum == header { String::new() } else { format!("details {sum} fen") };
    report.check(CheckCode::RefundTotal, sum == header && sum < 0, "PayAmt", words);
    Ok(report)
}
