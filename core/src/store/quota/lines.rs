//! The lines of a voucher that touch the quota, merged by key.

use super::{QuotaKey, QuotaKind};
use crate::error::{Code, Error, Result};
use crate::store::clearing::amount;
use crate::voucher::{Record, Voucher};
use std::collections::BTreeMap;

/// In which fields the parts of a key stand. Each is looked for in the detail first, then in the
/// header; of several names the first that is there and not empty counts.
///
/// The four types share only some fields, and the public material names the parts of the key, not
/// the fields: that the bank is `PayBankNo` and the kind of budget `FundTypeCode` is **unverified**,
/// and a region that keeps its quota otherwise sets other names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaFields {
    /// The agent bank; by default `PayBankNo`.
    pub bank: Vec<String>,
    /// The budget unit; by default `AgencyCode`.
    pub agency: Vec<String>,
    /// The function; by default `ExpFuncCode`.
    pub function: Vec<String>,
    /// The kind of payment, where the type of the voucher does not say it; by default `PayTypeCode`.
    pub pay_type: Vec<String>,
    /// The kind of budget; by default `FundTypeCode`.
    pub budget_type: Vec<String>,
}

impl Default for QuotaFields {
    fn default() -> Self {
        let one = |name: &str| vec![name.to_owned()];
        QuotaFields {
            bank: one("PayBankNo"),
            agency: one("AgencyCode"),
            function: one("ExpFuncCode"),
            pay_type: one("PayTypeCode"),
            budget_type: one("FundTypeCode"),
        }
    }
}

/// What one voucher asks of the quota: an amount for each key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaLines {
    kind: QuotaKind,
    /// The sum, and the path of the first amount in it.
    merged: BTreeMap<QuotaKey, (i128, String)>,
}

impl QuotaLines {
    /// What the voucher does to the quota.
    pub fn kind(&self) -> QuotaKind {
        self.kind
    }

    /// Lines that were merged before; nothing is known of where they stood.
    pub(in crate::store) fn of(
        kind: QuotaKind,
        lines: impl IntoIterator<Item = (QuotaKey, i128)>,
    ) -> QuotaLines {
        let merged = lines.into_iter().map(|(key, amount)| (key, (amount, String::new())));
        QuotaLines { kind, merged: merged.collect() }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.merged.len()
    }

    /// Whether there is none; [`lines`] gives no such value.
    pub fn is_empty(&self) -> bool {
        self.merged.is_empty()
    }

    /// Key, amount in fen as the voucher writes it, and the path of the key's first amount.
    pub fn iter(&self) -> impl Iterator<Item = (&QuotaKey, i128, &str)> {
        self.merged.iter().map(|(key, (amount, path))| (key, *amount, path.as_str()))
    }
}

/// The lines of a voucher, merged by key; `None` if its type does not touch the quota.
///
/// # Errors
///
/// [`Code::Value`] naming the field that is missing, empty or no amount, such as
/// `Detail[2]/AgencyCode`; [`Code::Rules`] for a voucher without details, or whose details do not add
/// up to the amount of its header.
pub fn lines(voucher: &Voucher, fields: &QuotaFields) -> Result<Option<QuotaLines>> {
    let header = voucher.header();
    let vt_code = header.get("VtCode").unwrap_or_default();
    let Some(kind) = QuotaKind::of(vt_code) else { return Ok(None) };
    let amount_name = if vt_code == "5106" { "PlanAmt" } else { "PayAmt" };
    // Notices say by their type which kind of payment they are for.
    let pay_type = match vt_code {
        "5106" => Some("001002"),
        "5108" => Some("001001"),
        _ => None,
    };
    let mut merged: BTreeMap<QuotaKey, (i128, String)> = BTreeMap::new();
    let mut total = 0i128;
    for detail in voucher.details() {
        let part = |names: &[String]| find(header, detail, names);
        let own = |name: &'static str| find(header, detail, &[name.to_owned()]);
        let (tre_code, st_year) = (own("TreCode")?, own("StYear")?);
        let (bank, agency) = (part(&fields.bank)?, part(&fields.agency)?);
        let (function, budget_type) = (part(&fields.function)?, part(&fields.budget_type)?);
        let pay_type = match pay_type {
            Some(pay_type) => pay_type,
            None => part(&fields.pay_type)?,
        };
        let key = QuotaKey::new([tre_code, bank, agency, function, st_year, pay_type, budget_type])
            .map_err(|error| {
                let path = detail.path(error.structure());
                Error::new(error.code(), path, error.message().to_owned())
            })?;
        let amount = amount(detail, amount_name)?;
        let amount = i128::from(amount.value());
        total += amount; // 20,000 details of 57 bits
        let line = merged.entry(key).or_insert_with(|| (0, detail.path(amount_name)));
        line.0 += amount;
    }
    let rules = |message: String| Error::new(Code::Rules, amount_name, message);
    if merged.is_empty() {
        return Err(rules("a voucher without details cannot touch the quota".to_owned()));
    }
    if i128::from(amount(header, amount_name)?.value()) != total {
        return Err(rules(format!("the details add up to {total} fen")));
    }
    Ok(Some(QuotaLines { kind, merged }))
}

fn find<'v>(header: Record<'v>, detail: Record<'v>, names: &[String]) -> Result<&'v str> {
    let given = |record: Record<'v>, name: &str| record.get(name).filter(|text| !text.is_empty());
    for name in names {
        if let Some(text) = given(detail, name).or_else(|| given(header, name)) {
            return Ok(text);
        }
    }
    let name = names.first().map_or("", String::as_str);
    Err(Error::new(Code::Value, detail.path(name), "the quota is kept by it, and it is missing"))
}
