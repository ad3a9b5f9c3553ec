//! A notice of clearing quota and what was paid or asked for under it, by sums.

use super::{Comparison, Difference, DifferenceKind, MAX_DIFFERENCES, Side};
use crate::error::{Code, Error, Result};
use crate::report::{CheckCode, Report};
use crate::store::clearing::{amount, given, missing};
use crate::voucher::{Record, Voucher};
use std::collections::BTreeMap;

/// Which types of parts each notice is compared with.
const PAIRS: [(&str, &str); 4] =
    [("5108", "5201"), ("5106", "2301"), ("5108", "5253"), ("5106", "5351")];

/// Sums in fen by what they are kept by.
type Sums = BTreeMap<String, i128>;

/// Compares a notice (5106 or 5108, our side) with its parts: first the total for each bank, then
/// the sum for each unit and function. The details of both sides give the sums; a unit or function
/// that stands in the header counts for every detail without its own.
///
/// The bank is `PayBankNo` where the notice and every part have it, else `PayBankCode`.
///
/// # Errors
///
/// [`Code::Argument`] if the vouchers are not such a pair, or there is no part; [`Code::Value`] naming
/// a field that is missing or no amount.
pub fn compare_summary(notice: &Voucher, parts: &[&Voucher]) -> Result<Comparison> {
    let id = notice.id()?;
    let mut other = None;
    for part in parts {
        let part = part.id()?;
        let pair = (id.vt_code.as_str(), part.vt_code.as_str());
        if !PAIRS.contains(&pair) || other.as_ref().is_some_and(|one| *one != part.vt_code) {
            let message = format!("{id} and {part} are not compared by sums");
            return Err(Error::new(Code::Argument, "VtCode", message));
        }
        other = Some(part.vt_code);
    }
    if parts.is_empty() {
        return Err(Error::new(Code::Argument, "parts", "there is nothing to compare with"));
    }
    let all = || std::iter::once(&notice).chain(parts);
    let numbered = all().all(|voucher| given(voucher.header(), "PayBankNo").is_some());
    let bank = if numbered { "PayBankNo" } else { "PayBankCode" };
    let amount_name = if id.vt_code == "5106" { "PlanAmt" } else { "PayAmt" };
    let (mut ours, mut theirs) = ((Sums::new(), Sums::new()), (Sums::new(), Sums::new()));
    add(notice, bank, amount_name, &mut ours)?;
    for part in parts {
        add(part, bank, "PayAmt", &mut theirs)?;
    }
    let codes = [CheckCode::MatchingTotal, CheckCode::MatchingLines];
    let mut report = Report::new(format!("{id} and {} parts", parts.len()), &codes);
    let mut differences = Vec::new();
    for (code, ours, theirs) in [(codes[0], ours.0, theirs.0), (codes[1], ours.1, theirs.1)] {
        let before = differences.len();
        compare(&ours, &theirs, &mut differences);
        let number = differences.len() - before;
        let words = if number == 0 { String::new() } else { format!("{number} differences") };
        report.check(code, number == 0, "", words);
    }
    differences.truncate(MAX_DIFFERENCES);
    Ok(Comparison { differences, report })
}

/// Adds the details of a voucher to the sums by bank and by unit and function.
fn add(voucher: &Voucher, bank: &str, amount_name: &str, sums: &mut (Sums, Sums)) -> Result<()> {
    let header = voucher.header();
    let bank = given(header, bank).ok_or_else(|| missing(header, bank))?;
    let total = sums.0.entry(bank.to_owned()).or_default();
    *total += i128::from(amount(header, amount_name)?.value());
    for detail in voucher.details() {
        let (unit, function) =
            (part(header, detail, "AgencyCode")?, part(header, detail, "ExpFuncCode")?);
        let sum = sums.1.entry(format!("{unit}/{function}")).or_default();
        *sum += i128::from(amount(detail, amount_name)?.value());
    }
    Ok(())
}

fn part<'v>(header: Record<'v>, detail: Record<'v>, name: &str) -> Result<&'v str> {
    let found = given(detail, name).or_else(|| given(header, name));
    found.ok_or_else(|| missing(detail, name))
}

fn compare(ours: &Sums, theirs: &Sums, differences: &mut Vec<Difference>) {
    for (key, mine) in ours {
        let mine = Side::of(Some(*mine));
        match theirs.get(key) {
            None => differences.push(Difference::new(
                DifferenceKind::MissingTheirs,
                key,
                mine,
                Side::default(),
            )),
            Some(other) if mine.amount != Some(*other) => {
                let other = Side::of(Some(*other));
                differences.push(Difference::new(DifferenceKind::Amount, key, mine, other));
            }
            Some(_) => {}
        }
    }
    for (key, other) in theirs.iter().filter(|(key, _)| !ours.contains_key(*key)) {
        let other = Side::of(Some(*other));
        let kind = DifferenceKind::MissingOurs;
        differences.push(Difference::new(kind, key, Side::default(), other));
    }
}
