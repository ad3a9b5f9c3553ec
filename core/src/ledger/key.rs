//! Which log an entry belongs to.

use super::fields::{Fields, require_name};
use crate::asn1::writer;
use crate::error::Result;
use std::fmt;

/// The name of a log: a division and a budget year. Ordered as the bytes of the two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogKey {
    adm_div_code: String,
    st_year: String,
}

impl LogKey {
    /// The log of this division and year.
    ///
    /// # Errors
    ///
    /// [`Code::Value`](crate::error::Code::Value) naming the part that is empty, longer than 64 bytes
    /// or holds white space or `/`; [`Code::Text`](crate::error::Code::Text) for a character that
    /// cannot be seen.
    pub fn new(adm_div_code: &str, st_year: &str) -> Result<Self> {
        require_name("AdmDivCode", adm_div_code)?;
        require_name("StYear", st_year)?;
        Ok(LogKey { adm_div_code: adm_div_code.to_owned(), st_year: st_year.to_owned() })
    }

    /// `AdmDivCode`: the administrative division.
    pub fn adm_div_code(&self) -> &str {
        &self.adm_div_code
    }

    /// `StYear`: the budget year.
    pub fn st_year(&self) -> &str {
        &self.st_year
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self> {
        Ok(LogKey { adm_div_code: fields.name()?, st_year: fields.name()? })
    }

    pub(super) fn to_der(&self) -> [Vec<u8>; 2] {
        [writer::utf8(&self.adm_div_code), writer::utf8(&self.st_year)]
    }
}

/// `AdmDivCode/StYear`.
impl fmt::Display for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.adm_div_code, self.st_year)
    }
}
