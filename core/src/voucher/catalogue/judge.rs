//! Judging one document by the rules of its type: everything that is wrong, at once.

use super::super::act_to_sign::Layer;
use super::super::canonical::is_x;
use super::super::document::{Record, Voucher};
use super::super::money::Fen;
use super::super::rule::{FieldRule, Presence, day_in_china};
use super::read::ZeroPaid;
use super::{CatalogueEntry, MAX_VIOLATIONS, Violation, ViolationCode};
use crate::time::Time;

impl CatalogueEntry {
    /// The rules that a document breaks, at most [`MAX_VIOLATIONS`]. Dates are compared with the
    /// day of `now` in China; without it they are only read.
    pub fn violations(&self, voucher: &Voucher, layer: Layer, now: Option<Time>) -> Vec<Violation> {
        let mut found = Found { layer, today: now.map(day_in_china), violations: Vec::new() };
        found.record(&self.header, voucher.header());
        if !self.vt_code.is_empty() && voucher.header().get("VtCode") != Some(&self.vt_code) {
            let message = format!("{} is due", self.vt_code);
            found.add(ViolationCode::FieldType, "VtCode".to_owned(), message);
        }
        let count = voucher.details().len();
        if count < self.least_details {
            let message = format!("{count} details, at least {} are due", self.least_details);
            found.add(ViolationCode::DetailFew, "DetailList".to_owned(), message);
        }
        if let Some(most) = self.most_details.filter(|most| count > *most) {
            let message = format!("{count} details, at most {most} are allowed");
            found.add(ViolationCode::DetailMany, "DetailList".to_owned(), message);
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
        for (part, header) in &self.repeats {
            found.repeated(voucher, part, header);
        }
        for rule in &self.zero_paid {
            found.zero_paid(voucher, rule);
        }
        let stated =
            self.count.as_deref().and_then(|name| Some((name, voucher.header().get(name)?)));
        if let Some((name, stated)) = stated.filter(|(_, stated)| *stated != count.to_string()) {
            let message = format!("{stated:?}, but there are {count} details");
            found.add(ViolationCode::DetailCount, name.to_owned(), message);
        }
        found.violations.truncate(MAX_VIOLATIONS);
        found.violations
    }
}

struct Found {
    layer: Layer,
    today: Option<u32>,
    violations: Vec<Violation>,
}

impl Found {
    fn add(&mut self, code: ViolationCode, field: String, message: String) {
        self.violations.push(Violation { code, field, message });
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
                self.add(ViolationCode::FieldX, record.path(name), message);
            }
            let Some(rule) = rules.next_if(|rule| rule.name == name) else { continue };
            if value.is_empty() {
                self.absent(rule, record);
            } else if let Some((code, problem)) = rule.form.problem(value, self.today) {
                self.add(code, record.path(name), problem);
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
            let message = "is empty or absent".to_owned();
            self.add(ViolationCode::FieldMissing, record.path(&rule.name), message);
        }
    }

    fn unique_ids(&mut self, voucher: &Voucher) {
        let details = voucher.details().filter_map(|detail| Some((detail.get("Id")?, detail)));
        let mut ids: Vec<_> = details.collect();
        ids.sort_by_key(|(id, _)| *id);
        if let Some(pair) = ids.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let message = format!("{:?} stands in another detail", pair[1].0);
            self.add(ViolationCode::DetailId, pair[1].1.path("Id"), message);
        }
    }

    /// A detail of which nothing was paid says why.
    fn zero_paid(&mut self, voucher: &Voucher, rule: &ZeroPaid) {
        if self.layer == Layer::Issuer {
            return;
        }
        let amount = |detail: &Record<'_>, name: &str| {
            detail.get(name).and_then(|value| Fen::parse(value).ok()).map(Fen::value)
        };
        for detail in voucher.details() {
            let due = amount(&detail, &rule.due).is_some_and(|fen| fen != 0);
            let none = amount(&detail, &rule.paid) == Some(0);
            if due && none && detail.get(&rule.reason).is_none_or(str::is_empty) {
                let message = format!("{} is 0.00: the reason is due", rule.paid);
                self.add(ViolationCode::AmountReason, detail.path(&rule.reason), message);
                if self.is_full() {
                    return;
                }
            }
        }
    }

    fn repeated(&mut self, voucher: &Voucher, part: &str, header: &str) {
        let Some(stated) = voucher.header().get(header) else { return };
        for detail in voucher.details() {
            let differs = |value: &str| !value.is_empty() && value != stated;
            if detail.get(part).is_some_and(differs) {
                let message = format!("{stated:?} is due, as {header} of the header");
                self.add(ViolationCode::FieldSame, detail.path(part), message);
                if self.is_full() {
                    return;
                }
            }
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
                    return self.add(ViolationCode::AmountSum, detail.path(part), message);
                }
            }
        }
        let sum = Fen::sum(amounts);
        let stated = voucher.header().get(total).and_then(|value| Fen::parse(value).ok());
        match (stated, sum) {
            (Some(stated), Some(sum)) if i128::from(stated.value()) == sum.value() => {}
            (Some(stated), Some(sum)) => {
                let message = format!("{stated}, but the details add up to {sum}");
                self.add(ViolationCode::AmountSum, total.to_owned(), message);
            }
            _ => {
                let message = "no amount to compare with the details".to_owned();
                self.add(ViolationCode::AmountSum, total.to_owned(), message);
            }
        }
    }
}
