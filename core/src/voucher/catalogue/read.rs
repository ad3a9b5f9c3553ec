//! Entries of a catalogue as JSON: strictly read, groups of fields written out.

use super::super::config::{Members, Value};
use super::super::rule::FieldRule;
use super::{About, CatalogueEntry, NAME};
use crate::error::{Code, Error, Result};

/// Members of an entry that are said to people and judge nothing, and are not part of its digest; and
/// those that the groups are written out into.
const ABOUT: &str = "about";
const HEADER_GROUPS: &str = "headerGroups";
const DETAIL_GROUPS: &str = "detailGroups";

/// Fields that stand together in many types, by name.
pub(super) struct Groups<'v>(Vec<(&'v str, &'v [(String, Value)])>);

/// An amount due, the amount that was paid of it, and the reason where that is nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ZeroPaid {
    pub(super) due: String,
    pub(super) paid: String,
    pub(super) reason: String,
}

/// The fields that every voucher has.
pub(super) fn generic_header() -> Vec<FieldRule> {
    let rules = [
        ("AdmDivCode", "required text 64"),
        ("Id", "required text 60"),
        ("StYear", "required year"),
        ("VouDate", "required date"),
        ("VoucherNo", "required text 64"),
        ("VtCode", "required text 64"),
    ];
    rules.iter().filter_map(|(name, rule)| FieldRule::parse(name, rule)).collect()
}

impl<'v> Groups<'v> {
    pub(super) fn read(value: Option<&'v Value>) -> Result<Self> {
        let mut groups = Groups(Vec::new());
        match value {
            None => {}
            Some(Value::Object(members)) => {
                for (name, group) in members {
                    let Value::Object(fields) = group else {
                        return Err(fail(NAME, format!("the group {name} is an object")));
                    };
                    read_rules(group, NAME)?;
                    groups.0.push((name, fields));
                }
            }
            Some(_) => return Err(fail(NAME, "groups are an object".to_owned())),
        }
        Ok(groups)
    }

    /// The fields of these groups and those of the entry, which replace them.
    fn written_out(&self, names: Option<&Value>, own: &Value, place: &str) -> Result<Value> {
        let Value::Object(own) = own else {
            return Err(fail(place, "the rules of fields are an object".to_owned()));
        };
        let mut fields: Vec<(String, Value)> = Vec::new();
        for name in texts(names, place)? {
            let group = self.0.iter().find(|(known, _)| *known == name);
            let group = group.ok_or_else(|| fail(place, format!("there is no group {name:?}")))?;
            for (field, rule) in group.1 {
                if fields.iter().any(|(known, _)| known == field) {
                    return Err(fail(place, format!("{field} is in two groups")));
                }
                fields.push((field.clone(), rule.clone()));
            }
        }
        fields.retain(|(field, _)| !own.iter().any(|(known, _)| known == field));
        fields.extend(own.iter().cloned());
        Ok(Value::Object(fields))
    }
}

impl CatalogueEntry {
    pub(super) fn read(value: &Value, groups: &Groups<'_>) -> Result<CatalogueEntry> {
        let mut members = Members::of(value, NAME)?;
        let vt_code = members.text("vtCode")?.to_owned();
        let place = format!("{NAME} {vt_code}");
        let mut members = Members::of(value, place.clone())?;
        let _ = members.text("vtCode")?;
        let basis = members.optional_text("basis")?.unwrap_or_default().to_owned();
        let about = members.optional(ABOUT).map(|about| About::read(about, &place)).transpose()?;
        let name = members.text("name")?.to_owned();
        let names = members.optional(HEADER_GROUPS);
        let header_value = groups.written_out(names, members.required("header")?, &place)?;
        let header = read_rules(&header_value, &place)?;
        let names = members.optional(DETAIL_GROUPS);
        let detail_value = groups.written_out(names, members.required("detail")?, &place)?;
        let detail = read_rules(&detail_value, &place)?;
        let least_details = usize::try_from(members.number("leastDetails")?)
            .map_err(|_| members.error("leastDetails is not negative"))?;
        let most_details = match members.optional("mostDetails") {
            None => None,
            Some(Value::Number(most)) if *most > 0 => usize::try_from(*most).ok(),
            Some(_) => return Err(members.error("mostDetails is a number above 0")),
        };
        let sums = tuples(Some(members.required("sums")?), &place, "a sum is two names")?;
        let repeats = tuples(members.optional("repeats"), &place, "what is repeated is two names")?;
        let zero_paid = tuples(members.optional("zeroPaid"), &place, "zeroPaid is three names")?;
        let zero_paid = zero_paid.into_iter();
        let zero_paid = zero_paid.map(|[due, paid, reason]| ZeroPaid { due, paid, reason });
        let count = members.optional_text("count")?.map(str::to_owned);
        members.finish()?;
        let digest = judged(value, header_value, detail_value).digest();
        Ok(CatalogueEntry {
            vt_code,
            name,
            about,
            basis,
            digest,
            header,
            detail,
            least_details,
            most_details,
            sums: sums.into_iter().map(|[total, part]| (total, part)).collect(),
            repeats: repeats.into_iter().map(|[part, header]| (part, header)).collect(),
            zero_paid: zero_paid.collect(),
            count,
        })
    }
}

impl About {
    fn read(value: &Value, place: &str) -> Result<About> {
        let mut members = Members::of(value, format!("{place}, about"))?;
        let issuers = owned(texts(Some(members.required("issuers")?), place)?);
        let receivers = owned(texts(Some(members.required("receivers")?), place)?);
        let mark = members.text("mark")?.to_owned();
        let edition = members.optional_text("edition")?.map(str::to_owned);
        let now = members.optional_text("now")?.map(str::to_owned);
        let is_local = match members.optional("local") {
            None => false,
            Some(Value::Bool(is_local)) => *is_local,
            Some(_) => return Err(members.error("local is true or false")),
        };
        members.finish()?;
        Ok(About { issuers, receivers, mark, edition, now, is_local })
    }
}

/// The entry as it judges: its groups written out, and nothing that is only said.
fn judged(entry: &Value, header: Value, detail: Value) -> Value {
    let Value::Object(members) = entry else { return entry.clone() };
    let said = [ABOUT, HEADER_GROUPS, DETAIL_GROUPS, "header", "detail"];
    let kept = members.iter().filter(|(name, _)| !said.contains(&name.as_str()));
    let mut members: Vec<(String, Value)> = kept.cloned().collect();
    members.push(("header".to_owned(), header));
    members.push(("detail".to_owned(), detail));
    Value::Object(members)
}

fn read_rules(value: &Value, place: &str) -> Result<Vec<FieldRule>> {
    let Value::Object(members) = value else {
        return Err(fail(place, "the rules of fields are an object".to_owned()));
    };
    let mut rules = Vec::with_capacity(members.len());
    for (name, text) in members {
        let Value::String(text) = text else {
            return Err(fail(place, format!("the rule of {name} is a string")));
        };
        let rule = FieldRule::parse(name, text);
        rules.push(rule.ok_or_else(|| fail(place, format!("{text:?} is no rule for {name}")))?);
    }
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rules)
}

fn texts<'v>(value: Option<&'v Value>, place: &str) -> Result<Vec<&'v str>> {
    let due = || fail(place, "a list of strings is due".to_owned());
    match value {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            let text = |item: &'v Value| match item {
                Value::String(text) => Ok(text.as_str()),
                _ => Err(due()),
            };
            items.iter().map(text).collect()
        }
        Some(_) => Err(due()),
    }
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

/// A list of lists of N names.
fn tuples<const N: usize>(
    value: Option<&Value>,
    place: &str,
    due: &'static str,
) -> Result<Vec<[String; N]>> {
    let lists = match value {
        None => return Ok(Vec::new()),
        Some(Value::Array(lists)) => lists,
        Some(_) => return Err(fail(place, due.to_owned())),
    };
    let tuple = |list: &Value| -> Result<[String; N]> {
        let names = owned(texts(Some(list), place)?);
        names.try_into().map_err(|_| fail(place, due.to_owned()))
    };
    lists.iter().map(tuple).collect()
}

fn fail(place: &str, message: String) -> Error {
    Error::new(Code::Json, place.to_owned(), message)
}
