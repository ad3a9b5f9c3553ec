//! The catalogue: what vouchers of each type must hold, as data that can be added to.

use super::act_to_sign::Layer;
use super::canonical::is_x;
use super::config::{Members, Value, parse};
use super::document::{Record, Voucher};
use super::money::Fen;
use super::rule::{FieldRule, Presence, day_in_china};
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::fmt;

const NAME: &str = "catalogue";
const FORMAT: &str = "yinxin:catalogue:1";

/// Violations that one judging lists; it stops there.
pub const MAX_VIOLATIONS: usize = 64;

/// The rules of voucher types.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    entries: Vec<CatalogueEntry>,
}

/// The rules of one voucher type.
#[derive(Debug, Clone)]
pub struct CatalogueEntry {
    vt_code: String,
    name: String,
    digest: [u8; 32],
    header: Vec<FieldRule>,
    detail: Vec<FieldRule>,
    least_details: usize,
    /// An amount of the header and the amount of every detail that adds up to it.
    sums: Vec<(String, String)>,
    /// The field of the header that holds the number of details.
    count: Option<String>,
}

/// A rule that a voucher breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The field: `PayAmt`, or `Detail[2]/PayAmt` in the second detail.
    pub field: String,
    /// What is wrong, for people; not stable.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl Catalogue {
    /// The catalogue of the library.
    pub fn built_in() -> Catalogue {
        // The file is part of the library; a test reads it.
        Catalogue::from_json(include_bytes!("catalogue.json")).unwrap_or_default()
    }

    /// A catalogue as JSON: `{"format":"yinxin:catalogue:1","types":[...]}`.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] naming the entry and what is not known there or not of the right type.
    pub fn from_json(text: &[u8]) -> Result<Catalogue> {
        let value = parse(text, NAME)?;
        let mut members = Members::of(&value, NAME)?;
        if members.text("format")? != FORMAT {
            return Err(Error::new(Code::Version, NAME, format!("the format is not {FORMAT}")));
        }
        let mut catalogue = Catalogue::default();
        for value in members.array("types")? {
            let entry = CatalogueEntry::read(value)?;
            if catalogue.entry(&entry.vt_code).is_some() {
                return Err(Error::new(
                    Code::Json,
                    NAME,
                    format!("{} stands twice", entry.vt_code),
                ));
            }
            catalogue.entries.push(entry);
        }
        members.finish()?;
        Ok(catalogue)
    }

    /// Adds the entries of another catalogue; they replace those of the same type.
    pub fn add(&mut self, local: Catalogue) {
        for entry in local.entries {
            self.entries.retain(|old| old.vt_code != entry.vt_code);
            self.entries.push(entry);
        }
    }

    /// The rules of this type.
    pub fn entry(&self, vt_code: &str) -> Option<&CatalogueEntry> {
        self.entries.iter().find(|entry| entry.vt_code == vt_code)
    }

    /// The entries.
    pub fn entries(&self) -> &[CatalogueEntry] {
        &self.entries
    }
}

impl CatalogueEntry {
    /// The type.
    pub fn vt_code(&self) -> &str {
        &self.vt_code
    }

    /// The name of the type.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SM3 over the entry as canonical JSON; acts record it.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The rules that a document breaks, at most [`MAX_VIOLATIONS`]. Dates are compared with the
    /// day of `now` in China; without it they are only read.
    pub fn violations(&self, voucher: &Voucher, layer: Layer, now: Option<Time>) -> Vec<Violation> {
        let mut found = Found { layer, today: now.map(day_in_china), violations: Vec::new() };
        found.record(&self.header, voucher.header());
        if voucher.header().get("VtCode") != Some(&self.vt_code) {
            found.add("VtCode".to_owned(), format!("{} is due", self.vt_code));
        }
        let count = voucher.details().len();
        if count < self.least_details {
            let message = format!("{count} details, at least {} are due", self.least_details);
            found.add("DetailList".to_owned(), message);
        }
        for detail in voucher.details() {
            if found.is_full() {
                break;
            }
            found.record(&self.detail, detail);
        }
        found.unique_ids(voucher);
        for (total, part) in &self.sums {
            found.sum(voucher, total, part);
        }
        let stated =
            self.count.as_deref().and_then(|name| Some((name, voucher.header().get(name)?)));
        if let Some((name, stated)) = stated.filter(|(_, stated)| *stated != count.to_string()) {
            found.add(name.to_owned(), format!("{stated:?}, but there are {count} details"));
        }
        found.violations.truncate(MAX_VIOLATIONS);
        found.violations
    }

    fn read(value: &Value) -> Result<CatalogueEntry> {
        let mut members = Members::of(value, NAME)?;
        let vt_code = members.text("vtCode")?.to_owned();
        let place = format!("{NAME} {vt_code}");
        let mut members = Members::of(value, place.clone())?;
        for told in ["vtCode", "basis"] {
            let _ = members.optional_text(told)?;
        }
        let name = members.text("name")?.to_owned();
        let header = read_rules(members.required("header")?, &place)?;
        let detail = read_rules(members.required("detail")?, &place)?;
        let least_details = usize::try_from(members.number("leastDetails")?)
            .map_err(|_| members.error("leastDetails is not negative"))?;
        let mut sums = Vec::new();
        for pair in members.array("sums")? {
            match pair {
                Value::Array(pair) => match pair.as_slice() {
                    [Value::String(total), Value::String(part)] => {
                        sums.push((total.clone(), part.clone()));
                    }
                    _ => return Err(members.error("a sum is two names")),
                },
                _ => return Err(members.error("a sum is two names")),
            }
        }
        let count = members.optional_text("count")?.map(str::to_owned);
        members.finish()?;
        let digest = value.digest();
        Ok(CatalogueEntry { vt_code, name, digest, header, detail, least_details, sums, count })
    }
}

fn read_rules(value: &Value, place: &str) -> Result<Vec<FieldRule>> {
    let fail = |message: String| Error::new(Code::Json, place.to_owned(), message);
    let Value::Object(members) = value else {
        return Err(fail("the rules of fields are an object".to_owned()));
    };
    let mut rules = Vec::with_capacity(members.len());
    for (name, text) in members {
        let Value::String(text) = text else {
            return Err(fail(format!("the rule of {name} is a string")));
        };
        let rule = FieldRule::parse(name, text);
        rules.push(rule.ok_or_else(|| fail(format!("{text:?} is no rule for {name}")))?);
    }
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rules)
}

struct Found {
    layer: Layer,
    today: Option<u32>,
    violations: Vec<Violation>,
}

impl Found {
    fn add(&mut self, field: String, message: String) {
        self.violations.push(Violation { field, message });
    }

    fn is_full(&self) -> bool {
        self.violations.len() >= MAX_VIOLATIONS
    }

    /// Walks rules and fields together, both ascending by name.
    fn record(&mut self, rules: &[FieldRule], record: Record<'_>) {
        let mut rules = rules.iter().peekable();
        for (name, value) in record.sorted_fields() {
            while let Some(rule) = rules.next_if(|rule| rule.name.as_str() < name) {
                self.absent(rule, record);
            }
            if is_x(name) && self.layer == Layer::Issuer && !value.is_empty() {
                let message = "is for the executing party to fill in its receipt".to_owned();
                self.add(record.path(name), message);
            }
            let Some(rule) = rules.next_if(|rule| rule.name == name) else { continue };
            if value.is_empty() {
                self.absent(rule, record);
            } else if let Some(problem) = rule.form.problem(value, self.today) {
                self.add(record.path(name), problem);
            }
        }
        for rule in rules {
            self.absent(rule, record);
        }
    }

    fn absent(&mut self, rule: &FieldRule, record: Record<'_>) {
        let required = match rule.presence {
            Presence::Optional => false,
            Presence::Required => true,
            Presence::RequiredInReceipt => self.layer == Layer::Responder,
        };
        if required {
            self.add(record.path(&rule.name), "is empty or absent".to_owned());
        }
    }

    fn unique_ids(&mut self, voucher: &Voucher) {
        let details = voucher.details().filter_map(|detail| Some((detail.get("Id")?, detail)));
        let mut ids: Vec<_> = details.collect();
        ids.sort_by_key(|(id, _)| *id);
        if let Some(pair) = ids.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            self.add(pair[1].1.path("Id"), format!("{:?} stands in another detail", pair[1].0));
        }
    }

    fn sum(&mut self, voucher: &Voucher, total: &str, part: &str) {
        let filled =
            |record: &Record<'_>, name: &str| record.get(name).is_some_and(|v| !v.is_empty());
        if !voucher.details().any(|detail| filled(&detail, part)) {
            return; // a field that only the header has
        }
        let mut amounts = Vec::new();
        for detail in voucher.details() {
            match detail.get(part).and_then(|value| Fen::parse(value).ok()) {
                Some(amount) => amounts.push(amount),
                None if self.is_full() => return,
                None => {
                    let message = format!("no amount, so {total} cannot be compared");
                    return self.add(detail.path(part), message);
                }
            }
        }
        let sum = Fen::sum(amounts);
        let stated = voucher.header().get(total).and_then(|value| Fen::parse(value).ok());
        match (stated, sum) {
            (Some(stated), Some(sum)) if i128::from(stated.value()) == sum.value() => {}
            (Some(stated), Some(sum)) => {
                self.add(total.to_owned(), format!("{stated}, but the details add up to {sum}"));
            }
            _ => self.add(total.to_owned(), "no amount to compare with the details".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Encoding, VoucherBuilder, example};
    use super::*;

    fn now() -> Option<Time> {
        Time::parse_rfc3339("2026-03-02T08:00:00Z")
    }

    fn fields(voucher: &Voucher, layer: Layer) -> Vec<String> {
        let catalogue = Catalogue::built_in();
        let code = voucher.header().get("VtCode").unwrap();
        let violations = catalogue.entry(code).unwrap().violations(voucher, layer, now());
        violations.into_iter().map(|violation| violation.field).collect()
    }

    fn with(change: impl Fn(&mut VoucherBuilder)) -> Vec<String> {
        let mut builder = example::direct_payment(1).unwrap();
        change(&mut builder);
        fields(&builder.build(Encoding::Gbk).unwrap(), Layer::Issuer)
    }

    fn field(name: &str, value: &str) -> Vec<String> {
        with(|voucher| _ = voucher.field(name, value))
    }

    #[test]
    fn the_built_in_catalogue_is_read() {
        let catalogue = Catalogue::built_in();
        for code in ["5106", "5108", "5201", "8202", "2301", "2302", "3501", "3502"] {
            let entry = catalogue.entry(code).unwrap();
            assert!(!entry.name().is_empty() && entry.vt_code() == code);
            assert!(!entry.header.is_empty() && !entry.detail.is_empty());
        }
        assert!(catalogue.entry("0001").is_none());
    }

    #[test]
    fn the_examples_keep_the_rules() {
        for make in
            [example::clearing_quota_notice, example::direct_payment, example::authorised_payment]
        {
            let voucher = make(1).unwrap().build(Encoding::Gbk).unwrap();
            assert_eq!(fields(&voucher, Layer::Issuer), Vec::<String>::new());
        }
    }

    #[test]
    fn broken_rules_name_the_field() {
        assert_eq!(field("PayAmt", "0.01"), ["PayAmt"]);
        assert_eq!(field("PayAmt", "-1.00"), ["PayAmt", "PayAmt"]);
        assert_eq!(field("PayTypeCode", ""), ["PayTypeCode"]);
        assert_eq!(field("VouDate", "20260303"), ["VouDate"]);
        assert_eq!(field("VouDate", "20260230"), ["VouDate"]);
        assert_eq!(field("StYear", "2027"), ["StYear"]);
        assert_eq!(field("PayeeAcctNo", "12 34"), ["PayeeAcctNo"]);
        assert_eq!(field("PayeeAcctName", &"户".repeat(61)), ["PayeeAcctName"]);
        assert_eq!(field("VoucherNo", &"1".repeat(20)), ["VoucherNo"]);
        assert_eq!(field("XPayAmt", "1.00"), ["XPayAmt"]);
        assert_eq!(
            with(|v| _ = v.detail(&[("Id", "9")])),
            ["Detail[2]/PayAmt", "Detail[2]/PayAmt"]
        );
        let same = |v: &mut VoucherBuilder| {
            v.detail(&[("Id", "9"), ("PayAmt", "0.00")]).detail(&[("Id", "9"), ("PayAmt", "0.00")]);
        };
        assert_eq!(with(same), ["Detail[3]/Id"]);
    }

    #[test]
    fn receipts_are_judged_as_such() {
        let original = example::direct_payment(1).unwrap().build(Encoding::Gbk).unwrap();
        assert_eq!(fields(&original, Layer::Responder), ["XPayAmt"]);
        let amount = original.header().get("PayAmt").unwrap().to_owned();
        let mut receipt = VoucherBuilder::from_voucher(&original);
        receipt.field("XPayAmt", &amount).detail_field(1, "XPayAmt", &amount).unwrap();
        let made = receipt.build_receipt(&original).unwrap();
        assert_eq!(fields(&made, Layer::Responder), Vec::<String>::new());
        receipt.detail_field(1, "XPayAmt", "0.00").unwrap();
        let made = receipt.build_receipt(&original).unwrap();
        assert_eq!(fields(&made, Layer::Responder), ["XPayAmt"]);
    }

    #[test]
    fn numbers_of_details_are_counted() {
        let id = super::super::VoucherId::new("990000", "2026", "3502", "1").unwrap();
        let mut list = VoucherBuilder::new(&id);
        list.field("Id", "1").field("VouDate", "20260302").field("TreCode", "9900000000");
        list.field("CheckDate", "20260302").field("EVoucherType", "2301");
        list.field("AllNum", "2").field("AllAmt", "1.00");
        list.detail(&[("Id", "1"), ("VoucherNo", "7"), ("Amt", "1.00"), ("ProState", "0")]);
        assert_eq!(fields(&list.build(Encoding::Gbk).unwrap(), Layer::Issuer), ["AllNum"]);
        list.field("AllNum", "1");
        assert!(fields(&list.build(Encoding::Gbk).unwrap(), Layer::Issuer).is_empty());
    }

    #[test]
    fn sums_pass_the_range_of_one_amount() {
        let violations = with(|v| {
            v.field("PayAmt", "999999999999999.99");
            for id in ["a", "b", "c"] {
                v.detail(&[("Id", id), ("PayAmt", "999999999999999.99")]);
            }
        });
        assert_eq!(violations, ["PayAmt"]);
    }

    #[test]
    fn local_entries_are_added_and_strictly_read() {
        let text = r#"{"format":"yinxin:catalogue:1","types":[{"vtCode":"5201","name":"n",
            "header":{"A":"required text 3"},"detail":{},"leastDetails":0,"sums":[]}]}"#;
        let mut catalogue = Catalogue::built_in();
        let before = catalogue.entry("5201").unwrap().digest();
        catalogue.add(Catalogue::from_json(text.as_bytes()).unwrap());
        assert_ne!(catalogue.entry("5201").unwrap().digest(), before);
        assert!(catalogue.entry("8202").is_some());
        for (from, to) in [
            ("catalogue:1", "catalogue:2"),
            ("text 3", "text"),
            ("\"sums\":[]", "\"sums\":[[\"a\"]]"),
            ("\"sums\":[]", "\"sums\":[],\"other\":1"),
            ("\"leastDetails\":0", "\"leastDetails\":-1"),
            ("\"name\":\"n\"", "\"name\":\"n\",\"name\":\"n\""),
        ] {
            assert!(Catalogue::from_json(text.replace(from, to).as_bytes()).is_err(), "{to}");
        }
        let bytes = text.as_bytes();
        for end in 0..bytes.len() {
            assert!(Catalogue::from_json(&bytes[..end]).is_err());
        }
    }
}
