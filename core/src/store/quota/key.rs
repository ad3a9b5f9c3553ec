//! What a quota is kept by.

use crate::error::{Code, Error, Result};
use crate::voucher::VoucherId;
use std::fmt;
use std::str::FromStr;

/// The seven parts that a balance is kept by. As text they stand between slashes, in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct QuotaKey {
    /// `TreCode`: the treasury.
    pub tre_code: String,
    /// The agent bank.
    pub bank_code: String,
    /// `AgencyCode`: the budget unit.
    pub agency_code: String,
    /// `ExpFuncCode`: the function of the expenditure.
    pub exp_func_code: String,
    /// `StYear`: the budget year.
    pub st_year: String,
    /// The kind of payment, in six digits: `001001` direct, `001002` authorised.
    pub pay_type_code: String,
    /// The kind of budget.
    pub budget_type: String,
}

impl QuotaKey {
    /// A key of these parts, in the order of the fields; the kind of payment may be in two digits.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] naming the part that is empty, too long or cannot stand between slashes.
    pub fn new(parts: [&str; 7]) -> Result<QuotaKey> {
        const NAMES: [&str; 7] = [
            "TreCode",
            "BankCode",
            "AgencyCode",
            "ExpFuncCode",
            "StYear",
            "PayTypeCode",
            "BudgetType",
        ];
        for (part, name) in parts.iter().zip(NAMES) {
            // The parts keep the rule of the identifiers of vouchers; one is checked in its place.
            VoucherId::new("1", "1", "1", part)
                .map_err(|error| Error::new(Code::Value, name, error.message().to_owned()))?;
        }
        let [tre_code, bank_code, agency_code, exp_func_code, st_year, pay_type, budget_type] =
            parts.map(str::to_owned);
        let pay_type_code = six_digits(pay_type);
        Ok(QuotaKey {
            tre_code,
            bank_code,
            agency_code,
            exp_func_code,
            st_year,
            pay_type_code,
            budget_type,
        })
    }
}

/// The kind of payment as messages of either edition write it, in one form.
fn six_digits(pay_type: String) -> String {
    match pay_type.as_str() {
        "11" => "001001".to_owned(),
        "12" => "001002".to_owned(),
        _ => pay_type,
    }
}

impl fmt::Display for QuotaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{}/{}/{}/{}/{}",
            self.tre_code,
            self.bank_code,
            self.agency_code,
            self.exp_func_code,
            self.st_year,
            self.pay_type_code,
            self.budget_type
        )
    }
}

impl FromStr for QuotaKey {
    type Err = Error;

    /// Reads what `Display` writes, and nothing else.
    fn from_str(text: &str) -> Result<QuotaKey> {
        let parts: Vec<&str> = text.split('/').collect();
        let parts: [&str; 7] = parts.try_into().map_err(|_| {
            Error::new(Code::Value, "QuotaKey", format!("{text:?} does not have seven parts"))
        })?;
        let key = QuotaKey::new(parts)?;
        if key.to_string() == text {
            return Ok(key);
        }
        Err(Error::new(Code::Value, "QuotaKey", format!("{text:?} is not as keys are written")))
    }
}
