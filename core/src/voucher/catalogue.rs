//! The catalogue: what vouchers of each type must hold, as data that can be added to.
//!
//! The file of the library has every type that is known, each with its origin: most were seen in public
//! material, some are unverified. A region adds its own types and replaces those that differ there.

mod judge;
mod read;
mod violation;

pub use violation::{Violation, ViolationCode};

use super::config::{Members, parse};
use super::rule::FieldRule;
use crate::error::{Code, Error, Result};
use read::{Groups, ZeroPaid};

const NAME: &str = "catalogue";
const FORMAT: &str = "yinxin:catalogue:1";

/// Violations that one judging lists; it stops there.
pub const MAX_VIOLATIONS: usize = 64;

/// The rules of voucher types.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    entries: Vec<CatalogueEntry>,
}

/// The rules of one voucher type, and what is known about it.
#[derive(Debug, Clone)]
pub struct CatalogueEntry {
    vt_code: String,
    name: String,
    about: Option<About>,
    basis: String,
    digest: [u8; 32],
    header: Vec<FieldRule>,
    detail: Vec<FieldRule>,
    least_details: usize,
    most_details: Option<usize>,
    /// An amount of the header and the amount of every detail that adds up to it.
    sums: Vec<(String, String)>,
    /// A field of every detail and the field of the header that it repeats.
    repeats: Vec<(String, String)>,
    zero_paid: Vec<ZeroPaid>,
    /// The field of the header that holds the number of details.
    count: Option<String>,
}

/// Who sends vouchers of a type to whom, and how that is known; judges nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// Who issues: `finance`, `pbc` (the central bank's treasury), `bank`, `unit`, `tax`.
    pub issuers: Vec<String>,
    /// Who receives.
    pub receivers: Vec<String>,
    /// How it is known: `ITFE` (a public treasury front-end), `CTJ` (a public agent-bank system), `DT95`
    /// (DA/T 95-2022), `GK` (unverified), or what a local catalogue says.
    pub mark: String,
    /// The edition of the message standard that has it, if that is known.
    pub edition: Option<String>,
    /// The type that took its place.
    pub now: Option<String>,
    /// Whether only some regions have it.
    pub is_local: bool,
}

/// One rule of an entry, as people read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleText<'a> {
    /// The field.
    pub field: &'a str,
    /// The rule, as in the catalogue: `required amount positive`.
    pub rule: &'a str,
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
        let groups = Groups::read(members.optional("groups"))?;
        let mut catalogue = Catalogue::default();
        for value in members.array("types")? {
            let entry = CatalogueEntry::read(value, &groups)?;
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
    /// What holds for vouchers of every type, known or not: the fields that each has, no X field in an
    /// original, no two details with one `Id`.
    pub fn generic() -> CatalogueEntry {
        CatalogueEntry {
            vt_code: String::new(),
            name: String::new(),
            about: None,
            basis: String::new(),
            digest: [0; 32],
            header: read::generic_header(),
            detail: Vec::new(),
            least_details: 0,
            most_details: None,
            sums: Vec::new(),
            repeats: Vec::new(),
            zero_paid: Vec::new(),
            count: None,
        }
    }

    /// The type.
    pub fn vt_code(&self) -> &str {
        &self.vt_code
    }

    /// The name of the type.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who sends it to whom, and how that is known.
    pub fn about(&self) -> Option<&About> {
        self.about.as_ref()
    }

    /// What the rules rest on; empty if nothing is said.
    pub fn basis(&self) -> &str {
        &self.basis
    }

    /// SM3 over the entry as canonical JSON, its groups written out and `about` left out; acts record
    /// it.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The rules of the header's fields, ascending by name.
    pub fn header_rules(&self) -> impl Iterator<Item = RuleText<'_>> {
        self.header.iter().map(|rule| RuleText { field: &rule.name, rule: &rule.text })
    }

    /// The rules of every detail's fields, ascending by name.
    pub fn detail_rules(&self) -> impl Iterator<Item = RuleText<'_>> {
        self.detail.iter().map(|rule| RuleText { field: &rule.name, rule: &rule.text })
    }
}

#[cfg(test)]
mod tests;
