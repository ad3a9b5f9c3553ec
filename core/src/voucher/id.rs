//! What a voucher is called: division, year, type and number.

use super::limits::MAX_IDENTIFIER;
use super::text::inspect;
use crate::error::{Code, Error, Result};
use std::fmt;

/// The four names under which a voucher is known everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct VoucherId {
    /// `AdmDivCode`: the administrative division, usually six digits.
    pub adm_div_code: String,
    /// `StYear`: the budget year, four digits.
    pub st_year: String,
    /// `VtCode`: the type of voucher, four digits.
    pub vt_code: String,
    /// `VoucherNo`: the number, fewer than 20 characters.
    pub voucher_no: String,
}

impl VoucherId {
    /// The names given, each of 1 to 64 bytes.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] naming the part that is empty, too long, or holds white space, one of
    /// `/ & < > " '` or a character that no voucher may hold.
    pub fn new(adm_div_code: &str, st_year: &str, vt_code: &str, voucher_no: &str) -> Result<Self> {
        require_identifier("AdmDivCode", adm_div_code)?;
        require_identifier("StYear", st_year)?;
        require_identifier("VtCode", vt_code)?;
        require_identifier("VoucherNo", voucher_no)?;
        Ok(VoucherId {
            adm_div_code: adm_div_code.to_owned(),
            st_year: st_year.to_owned(),
            vt_code: vt_code.to_owned(),
            voucher_no: voucher_no.to_owned(),
        })
    }

    /// Names and values in the order of the envelope's attributes.
    pub(super) fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("AdmDivCode", &self.adm_div_code),
            ("StYear", &self.st_year),
            ("VtCode", &self.vt_code),
            ("VoucherNo", &self.voucher_no),
        ]
    }
}

/// `AdmDivCode/StYear/VtCode/VoucherNo`.
impl fmt::Display for VoucherId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VoucherId { adm_div_code, st_year, vt_code, voucher_no } = self;
        write!(f, "{adm_div_code}/{st_year}/{vt_code}/{voucher_no}")
    }
}

/// Refuses what could not stand unchanged in an attribute or between the slashes of a propertyInfo.
pub(super) fn require_identifier(name: &'static str, value: &str) -> Result<()> {
    let fail = |message: String| Err(Error::new(Code::Value, name, message));
    if value.is_empty() || value.len() > MAX_IDENTIFIER {
        return fail(format!("1 to {MAX_IDENTIFIER} bytes are due, found {}", value.len()));
    }
    if let Err(refused) = inspect(value) {
        return fail(refused.to_string());
    }
    let reserved = |c: char| c.is_whitespace() || matches!(c, '/' | '&' | '<' | '>' | '"' | '\'');
    match value.chars().find(|c| reserved(*c)) {
        Some(c) => fail(format!("{c:?} cannot stand in an identifier")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_checked_by_name() {
        let id = VoucherId::new("330000", "2026", "5201", "财支2026-0001").unwrap();
        assert_eq!(id.to_string(), "330000/2026/5201/财支2026-0001");
        for bad in ["", "a/b", "a b", "a\u{200b}", "a&b", "a\"", "a\u{3000}b", &"1".repeat(65)] {
            let error = VoucherId::new("330000", "2026", "5201", bad).unwrap_err();
            assert_eq!(error.structure(), "VoucherNo", "{bad:?}");
        }
    }
}
