//! What an office goes by at its store: its people, its partners, its choices.

mod json;

pub(in crate::store) use json::certificate;

use super::clearing::ClearingRules;
use super::quota::QuotaFields;
use super::role::Roles;
use super::storage::StoreRole;
use crate::cert::{Certificate, Purpose};
use crate::envelope::Party;
use crate::error::{Code, Error, Result};
use crate::voucher::VoucherId;
use std::collections::{BTreeMap, BTreeSet};

/// Years that a voucher is kept unless [`Office::retention`] says otherwise; they count from the end
/// of the budget year (DA/T 94-2022, table B.2, appropriation vouchers).
pub const RETENTION_YEARS: u32 = 30;

/// What an office goes by. Positions, rules of types and who may act where are the
/// [`Verifier`](crate::signature::Verifier)'s.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Office {
    /// Who may do what.
    pub roles: Roles,
    /// With whom vouchers are exchanged.
    pub partners: Vec<Partner>,
    /// The divisions whose vouchers are taken; all of them if it is empty.
    pub divisions: BTreeSet<String>,
    /// The budget years whose vouchers are taken; all of them if it is empty.
    pub years: BTreeSet<String>,
    /// Whether types are taken that the catalogue does not know. They are judged by the rules that
    /// hold for every type.
    pub unknown_types: bool,
    /// The types whose originals need a second review.
    pub second_review: BTreeSet<String>,
    /// By what clearing requests are judged.
    pub clearing: ClearingRules,
    /// In which fields the parts of a quota's key stand.
    pub quota: QuotaFields,
    /// Years that vouchers of a type are kept.
    pub retention: BTreeMap<String, u32>,
}

impl Default for Office {
    fn default() -> Self {
        // DA/T 94-2022, table B.2: refunds and what the treasury reports.
        let ten = ["2203", "2204", "2302", "2304", "3208", "3209", "3210", "3251"];
        Office {
            roles: Roles::default(),
            partners: Vec::new(),
            divisions: BTreeSet::new(),
            years: BTreeSet::new(),
            unknown_types: true,
            second_review: BTreeSet::new(),
            clearing: ClearingRules::default(),
            quota: QuotaFields::default(),
            retention: ten.iter().map(|vt_code| ((*vt_code).to_owned(), 10)).collect(),
        }
    }
}

/// Another office, with a store of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partner {
    /// Its name, and what it signs its packets with.
    pub party: Party,
    /// Whose store it has.
    pub role: StoreRole,
    /// The office, as the legs name it (`001`, `011`, `102`…).
    pub org: String,
    /// What packets for it are encrypted for.
    pub encryption: Certificate,
    signing: Vec<Certificate>,
}

impl Partner {
    /// A partner that signs with any of these certificates.
    ///
    /// # Errors
    ///
    /// [`Code::Policy`] for a certificate that is not one to encrypt for.
    pub fn new(
        name: &str,
        role: StoreRole,
        org: &str,
        signing: &[Certificate],
        encryption: Certificate,
    ) -> Result<Partner> {
        if let Some(problem) = encryption.usage_problem(Purpose::Encrypt) {
            return Err(Error::new(Code::Policy, "partner", problem));
        }
        let party = signing.iter().fold(Party::new(name), |party, one| party.with_certificate(one));
        let (org, signing) = (org.to_owned(), signing.to_vec());
        Ok(Partner { party, role, org, encryption, signing })
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.party.name()
    }

    /// What it signs its packets with.
    pub fn signing(&self) -> &[Certificate] {
        &self.signing
    }
}

impl Office {
    /// The partner of this name.
    ///
    /// # Errors
    ///
    /// [`Code::NotAddressed`] if there is none.
    pub fn partner(&self, name: &str) -> Result<&Partner> {
        self.partners.iter().find(|partner| partner.name() == name).ok_or_else(|| {
            Error::new(Code::NotAddressed, "partner", format!("{name:?} is no partner"))
        })
    }

    /// Nothing, for a voucher of a division and year that the office has to do with.
    ///
    /// # Errors
    ///
    /// [`Code::ForeignDivision`], [`Code::ForeignYear`].
    pub(super) fn require_own(&self, id: &VoucherId) -> Result<()> {
        let foreign = |own: &BTreeSet<String>, given: &str| !own.is_empty() && !own.contains(given);
        if foreign(&self.divisions, &id.adm_div_code) {
            let message = format!("{} is not a division of this office", id.adm_div_code);
            return Err(Error::new(Code::ForeignDivision, "AdmDivCode", message));
        }
        if foreign(&self.years, &id.st_year) {
            let message = format!("{} is not a year of this office", id.st_year);
            return Err(Error::new(Code::ForeignYear, "StYear", message));
        }
        Ok(())
    }

    /// The first year in which a voucher may be destroyed.
    pub(super) fn kept_until(&self, id: &VoucherId) -> Option<i64> {
        let years = self.retention.get(&id.vt_code).copied().unwrap_or(RETENTION_YEARS);
        let year: i64 = id.st_year.parse().ok()?;
        Some(year + i64::from(years) + 1)
    }
}
