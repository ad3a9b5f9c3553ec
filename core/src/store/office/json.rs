//! What an office goes by, as a file.

use super::{Office, Partner};
use crate::cert::Certificate;
use crate::error::{Code, Error, Result};
use crate::store::clearing::EvidencePolicy;
use crate::store::quota::QuotaFields;
use crate::store::role::{Roles, require_name};
use crate::store::storage::StoreRole;
use crate::voucher::config::{Members, Value, parse};
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;

const NAME: &str = "office";
const FORMAT: &str = "yinxin:office:1";

/// The longest that vouchers can be kept, in years.
const MAX_YEARS: i64 = 1_000;

impl Office {
    /// An office as JSON; `roles` have a file of their own ([`Roles::from_json`]).
    ///
    /// ```json
    /// {"format": "yinxin:office:1",
    ///  "partners": [{"name": "…", "role": "finance|pbc|bank|unit", "org": "011",
    ///                "signing": ["MII…"], "encryption": "MII…"}],
    ///  "divisions": ["990000"], "years": ["2026"], "unknownTypes": true, "secondReview": ["5201"],
    ///  "clearing": {"evidence": "require|record", "payTypes": {"11": "5201"},
    ///               "refundTypes": {"2203": "5201"}},
    ///  "quota": {"bank": ["PayBankNo"]},
    ///  "retention": {"2203": 10}}
    /// ```
    ///
    /// Certificates are base64 of DER. All but `format` may be left out: then what
    /// [`Office::default`] says stands. What is said of types and retention is added to that.
    ///
    /// # Errors
    ///
    /// [`Code::Json`], [`Code::Version`], [`Code::Text`] or [`Code::Value`] with what is wrong; those
    /// of reading a certificate and of [`Partner::new`].
    pub fn from_json(text: &[u8], roles: Roles) -> Result<Office> {
        let value = parse(text, NAME)?;
        let mut members = Members::of(&value, NAME)?;
        if members.text("format")? != FORMAT {
            return Err(Error::new(Code::Version, NAME, format!("the format is not {FORMAT}")));
        }
        let mut office = Office { roles, ..Office::default() };
        for value in members.optional_array("partners")? {
            let partner = read_partner(value)?;
            if office.partners.iter().any(|other| other.name() == partner.name()) {
                let message = format!("{:?} stands twice", partner.name());
                return Err(Error::new(Code::Value, NAME, message));
            }
            office.partners.push(partner);
        }
        let mut set = |name: &str| -> Result<BTreeSet<String>> {
            let texts = members.optional_texts(name)?.unwrap_or_default();
            Ok(texts.into_iter().map(str::to_owned).collect())
        };
        office.divisions = set("divisions")?;
        office.years = set("years")?;
        office.second_review = set("secondReview")?;
        office.unknown_types = members.optional_bool("unknownTypes")?.unwrap_or(true);
        if let Some(value) = members.optional("clearing") {
            read_clearing(&mut office, value)?;
        }
        if let Some(value) = members.optional("quota") {
            read_quota(&mut office.quota, value)?;
        }
        if let Some(value) = members.optional("retention") {
            for (vt_code, years) in pairs(value, "retention")? {
                let years = match years {
                    Value::Number(years @ 1..=MAX_YEARS) => u32::try_from(*years).ok(),
                    _ => None,
                };
                let message = "years of retention are numbers from 1 to 1000";
                let years = years.ok_or_else(|| Error::new(Code::Value, NAME, message))?;
                office.retention.insert(vt_code.to_owned(), years);
            }
        }
        members.finish()?;
        Ok(office)
    }

    /// The same as JSON, in the form that [`from_json`](Self::from_json) reads, without the roles.
    pub fn to_json(&self) -> String {
        let certificate = |one: &Certificate| STANDARD.encode(one.as_der());
        let partner = |partner: &Partner| {
            let signing: Vec<String> = partner.signing().iter().map(certificate).collect();
            serde_json::json!({
                "name": partner.name(), "role": partner.role.name(), "org": partner.org,
                "signing": signing, "encryption": certificate(&partner.encryption),
            })
        };
        let evidence = match self.clearing.evidence {
            EvidencePolicy::Require => "require",
            EvidencePolicy::Record => "record",
        };
        let QuotaFields { bank, agency, function, pay_type, budget_type } = &self.quota;
        serde_json::json!({
            "format": FORMAT,
            "partners": self.partners.iter().map(partner).collect::<Vec<_>>(),
            "divisions": self.divisions, "years": self.years,
            "unknownTypes": self.unknown_types, "secondReview": self.second_review,
            "clearing": { "evidence": evidence, "payTypes": self.clearing.pay_types,
                          "refundTypes": self.clearing.refund_types },
            "quota": { "bank": bank, "agency": agency, "function": function,
                       "payType": pay_type, "budgetType": budget_type },
            "retention": self.retention,
        })
        .to_string()
    }
}

fn read_partner(value: &Value) -> Result<Partner> {
    let mut members = Members::of(value, "partner")?;
    let name = require_name("name", members.text("name")?.to_owned())?;
    let role = members.text("role")?;
    let role = StoreRole::from_name(role)
        .ok_or_else(|| members.error(format!("{role:?} is no role of a store")))?;
    let org = require_name("org", members.text("org")?.to_owned())?;
    let signing = members.texts("signing")?;
    if signing.is_empty() {
        return Err(members.error("a partner has a certificate to sign with"));
    }
    let signing = signing.into_iter().map(certificate).collect::<Result<Vec<_>>>()?;
    let encryption = certificate(members.text("encryption")?)?;
    members.finish()?;
    Partner::new(&name, role, &org, &signing, encryption)
}

/// A certificate from base64 of its DER.
pub(in crate::store) fn certificate(text: &str) -> Result<Certificate> {
    let der = STANDARD
        .decode(text)
        .map_err(|error| Error::new(Code::Base64, "certificate", error.to_string()))?;
    Certificate::from_der(&der)
}

fn read_clearing(office: &mut Office, value: &Value) -> Result<()> {
    let mut members = Members::of(value, "clearing")?;
    office.clearing.evidence = match members.optional_text("evidence")? {
        None | Some("require") => EvidencePolicy::Require,
        Some("record") => EvidencePolicy::Record,
        Some(other) => return Err(members.error(format!("{other:?} is no policy"))),
    };
    let types = [
        ("payTypes", &mut office.clearing.pay_types),
        ("refundTypes", &mut office.clearing.refund_types),
    ];
    for (name, types) in types {
        let Some(value) = members.optional(name) else { continue };
        for (code, vt_code) in pairs(value, name)? {
            let Value::String(vt_code) = vt_code else {
                return Err(Error::new(Code::Json, name, "a type is a string"));
            };
            types.insert(code.to_owned(), vt_code.clone());
        }
    }
    members.finish()
}

fn read_quota(fields: &mut QuotaFields, value: &Value) -> Result<()> {
    let mut members = Members::of(value, "quota")?;
    let parts = [
        ("bank", &mut fields.bank),
        ("agency", &mut fields.agency),
        ("function", &mut fields.function),
        ("payType", &mut fields.pay_type),
        ("budgetType", &mut fields.budget_type),
    ];
    for (name, part) in parts {
        let Some(names) = members.optional_texts(name)? else { continue };
        if names.is_empty() {
            return Err(members.error(format!("{name:?} names no field")));
        }
        *part = names.into_iter().map(str::to_owned).collect();
    }
    members.finish()
}

/// The members of an object whose names are data.
fn pairs<'v>(value: &'v Value, place: &'static str) -> Result<Vec<(&'v str, &'v Value)>> {
    match value {
        Value::Object(members) => {
            Ok(members.iter().map(|(name, value)| (name.as_str(), value)).collect())
        }
        _ => Err(Error::new(Code::Json, place, "an object is due")),
    }
}
