//! What is shown of a record: a code beside its name, amounts with their groups of three, and which
//! fields of many details become columns.

use super::labels::Labels;
use crate::voucher::{Fen, Record, Voucher, is_amount};

/// A field as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub name: String,
    pub label: String,
    pub text: String,
    /// The amount, if the field holds one.
    pub amount: Option<Fen>,
}

/// The fields of a record that hold something, in document order, but for those of `without`. A code
/// whose name stands beside it is shown with the name, as `name [code]`.
pub(super) fn shown(record: Record<'_>, labels: &Labels, without: &[&str]) -> Vec<Shown> {
    labelled(record, |name| labels.of(name), without)
}

fn labelled<'l>(
    record: Record<'l>,
    label: impl Fn(&'l str) -> &'l str,
    without: &[&str],
) -> Vec<Shown> {
    let mut found = Vec::new();
    for (name, value) in record.fields() {
        if value.is_empty() || without.contains(&name) {
            continue;
        }
        let partner = partner(name).and_then(|other| Some((other.clone(), record.get(&other)?)));
        let partner = partner.filter(|(_, value)| !value.is_empty());
        if partner.is_some() && is_code(name) {
            continue; // shown with its name
        }
        let amount = if is_amount(name) { Fen::parse(value).ok() } else { None };
        let text = match (&partner, amount) {
            (_, Some(amount)) => grouped(amount),
            (Some((_, code)), None) => format!("{value} [{code}]"),
            (None, None) => value.to_owned(),
        };
        found.push(Shown { name: name.to_owned(), label: label(name).to_owned(), text, amount });
    }
    found
}

/// Whether a name is that of a code, such as `FundTypeCode` or `ExpFuncCode1`.
fn is_code(name: &str) -> bool {
    name.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("Code")
}

/// The field that belongs to a field: `FundTypeName` to `FundTypeCode` and the other way round.
fn partner(name: &str) -> Option<String> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = name.get(stem.len()..)?;
    if let Some(stem) = stem.strip_suffix("Code") {
        return Some(format!("{stem}Name{digits}"));
    }
    stem.strip_suffix("Name").map(|stem| format!("{stem}Code{digits}"))
}

/// An amount in yuan with commas between groups of three digits.
pub(super) fn grouped(amount: Fen) -> String {
    let text = amount.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (yuan, fen) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = sign.to_owned();
    for (number, digit) in yuan.chars().enumerate() {
        if number > 0 && (yuan.len() - number) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{out}.{fen}")
}

/// The details of a voucher: what they have in common, and what differs.
pub(super) struct Details {
    /// Fields that all details have alike; with one detail, all of its fields.
    pub alike: Vec<Shown>,
    /// Names and labels of the fields that differ, in the order in which they first stand.
    pub columns: Vec<(String, String)>,
    /// For each detail the fields that differ.
    pub rows: Vec<Vec<Shown>>,
}

impl Details {
    pub(super) fn of(voucher: &Voucher, labels: &Labels) -> Details {
        let mut rows: Vec<Vec<Shown>> = voucher
            .details()
            .map(|record| labelled(record, |name| labels.of_detail(name), &[]))
            .collect();
        let Some(first) = rows.first().cloned() else {
            return Details { alike: Vec::new(), columns: Vec::new(), rows };
        };
        // Few fields, many rows: each row is looked through once.
        let mut alike = first;
        for row in &rows {
            alike.retain(|field| row.contains(field));
        }
        let mut columns: Vec<(String, String)> = Vec::new();
        for row in &mut rows {
            row.retain(|field| !alike.contains(field));
            for field in row.iter() {
                if !columns.iter().any(|(name, _)| *name == field.name) {
                    columns.push((field.name.clone(), field.label.clone()));
                }
            }
        }
        Details { alike, columns, rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voucher::{Encoding, example};

    #[test]
    fn amounts_have_groups_of_three() {
        for (fen, text) in [
            (0, "0.00"),
            (-123, "-1.23"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (-123_456_789, "-1,234,567.89"),
        ] {
            assert_eq!(grouped(Fen::new(fen).unwrap()), text);
        }
    }

    #[test]
    fn codes_stand_beside_their_names() {
        let voucher = example::direct_payment(1).unwrap().build(Encoding::Utf8).unwrap();
        let found = shown(voucher.header(), &Labels::built_in(), &["VoucherNo"]);
        let text = |name: &str| found.iter().find(|field| field.name == name).map(|f| &*f.text);
        assert_eq!(text("FundTypeName"), Some("一般公共预算资金 [1]"));
        assert_eq!(text("FundTypeCode"), None);
        assert_eq!(text("VoucherNo"), None);
        assert_eq!(text("XPayAmt"), None); // empty
        assert_eq!(text("PayAmt"), Some("36,000.17"));
        assert_eq!(text("VtCode"), Some("5201")); // a code without a name
    }

    #[test]
    fn what_differs_between_details_becomes_columns() {
        let voucher = example::clearing_quota_notice(1).unwrap().build(Encoding::Utf8).unwrap();
        let details = Details::of(&voucher, &Labels::built_in());
        let names: Vec<&str> = details.columns.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Id", "AgencyName", "AgencyAccoCode", "PlanAmt"]);
        assert!(details.alike.iter().any(|field| field.name == "DepProName"));
        assert_eq!(details.rows.len(), 2);
    }
}
