//! A payment voucher and its batch details, element by element.

use super::{Comparison, Difference, DifferenceKind, MAX_DIFFERENCES, Side};
use crate::error::{Code, Error, Result};
use crate::report::{CheckCode, Report};
use crate::store::clearing::{amount, given, missing};
use crate::voucher::{Record, Voucher};
use std::collections::BTreeMap;

/// What is compared as it is written, besides the amount.
const PAYEE: [&str; 3] = ["PayeeAcctNo", "PayeeAcctName", "PayeeAcctBankName"];

/// Compares a payment voucher (5201 or 5207, our side) with the batch details (8207) that name it:
/// by the `Id` of each detail its account, name, bank and amount, and both totals.
///
/// # Errors
///
/// [`Code::Argument`] if the vouchers are not such a pair; [`Code::Value`] naming an amount or an `Id`
/// that cannot be read.
pub fn compare_elements(payment: &Voucher, batch: &Voucher) -> Result<Comparison> {
    let (ours, theirs) = (payment.id()?, batch.id()?);
    let named = |name| given(batch.header(), name).unwrap_or_default();
    let pair = matches!(ours.vt_code.as_str(), "5201" | "5207") && theirs.vt_code == "8207";
    if !pair || named("OriginalVtCode") != ours.vt_code {
        let message = format!("{ours} and {theirs} are not compared detail by detail");
        return Err(Error::new(Code::Argument, "OriginalVtCode", message));
    }
    if named("OriginalVoucherNo") != ours.voucher_no {
        let message = format!("{theirs} is about another voucher than {ours}");
        return Err(Error::new(Code::Argument, "OriginalVoucherNo", message));
    }
    let mut differences = Vec::new();
    let mut found = |difference: Difference| {
        if differences.len() < MAX_DIFFERENCES {
            differences.push(difference);
        }
    };
    let (left, right) = (by_id(payment, &mut found)?, by_id(batch, &mut found)?);
    for (id, mine) in &left {
        match right.get(id) {
            None => found(Difference::new(
                DifferenceKind::MissingTheirs,
                *id,
                Side::of(Some(fen(*mine, "PayAmt")?)),
                Side::default(),
            )),
            Some(other) => compare(id, *mine, *other, &mut found)?,
        }
    }
    for (id, other) in right.iter().filter(|(id, _)| !left.contains_key(*id)) {
        let theirs = Side::of(Some(fen(*other, "PayAmt")?));
        found(Difference::new(DifferenceKind::MissingOurs, *id, Side::default(), theirs));
    }
    let totals = (fen(payment.header(), "PayAmt")?, fen(batch.header(), "SumAmt")?);
    if totals.0 != totals.1 {
        let (ours, theirs) = (Side::of(Some(totals.0)), Side::of(Some(totals.1)));
        found(Difference::new(DifferenceKind::Amount, "SumAmt", ours, theirs));
    }
    let mut report = Report::new(format!("{ours} and {theirs}"), &[CheckCode::MatchingElements]);
    let words = if differences.is_empty() {
        String::new()
    } else {
        format!("{} differences", differences.len())
    };
    report.check(CheckCode::MatchingElements, differences.is_empty(), "", words);
    Ok(Comparison { differences, report })
}

fn by_id<'v>(
    voucher: &'v Voucher,
    found: &mut impl FnMut(Difference),
) -> Result<BTreeMap<&'v str, Record<'v>>> {
    let mut records = BTreeMap::new();
    for detail in voucher.details() {
        let id = given(detail, "Id").ok_or_else(|| missing(detail, "Id"))?;
        if records.insert(id, detail).is_some() {
            let side = Side::of(None);
            found(Difference::new(DifferenceKind::Duplicate, id, side.clone(), side));
        }
    }
    Ok(records)
}

fn compare(
    id: &str,
    ours: Record<'_>,
    theirs: Record<'_>,
    found: &mut impl FnMut(Difference),
) -> Result<()> {
    let amounts = (fen(ours, "PayAmt")?, fen(theirs, "PayAmt")?);
    if amounts.0 != amounts.1 {
        let (ours, theirs) = (Side::of(Some(amounts.0)), Side::of(Some(amounts.1)));
        found(Difference::new(DifferenceKind::Amount, id, ours, theirs));
    }
    for name in PAYEE {
        let values = (ours.get(name).unwrap_or_default(), theirs.get(name).unwrap_or_default());
        if values.0 != values.1 {
            let key = format!("{id}/{name}");
            let (ours, theirs) = (Side::with(values.0), Side::with(values.1));
            found(Difference::new(DifferenceKind::Payee, key, ours, theirs));
        }
    }
    Ok(())
}

fn fen(record: Record<'_>, name: &str) -> Result<i128> {
    amount(record, name).map(|fen| i128::from(fen.value()))
}
