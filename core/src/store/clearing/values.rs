//! Values of fields as the rules of money need them.

use crate::error::{Code, Error, Result};
use crate::time::Time;
use crate::voucher::{Fen, Record};

/// The value of a field that is there and not empty.
pub(in crate::store) fn given<'v>(record: Record<'v>, name: &str) -> Option<&'v str> {
    record.get(name).filter(|text| !text.is_empty())
}

/// The error about a field that has to be there.
pub(in crate::store) fn missing(record: Record<'_>, name: &str) -> Error {
    Error::new(Code::Value, record.path(name), "the field is missing or empty")
}

/// The amount in a field.
pub(in crate::store) fn amount(record: Record<'_>, name: &str) -> Result<Fen> {
    let text = given(record, name).ok_or_else(|| missing(record, name))?;
    Fen::parse(text)
        .map_err(|error| Error::new(Code::Value, record.path(name), error.message().to_owned()))
}

/// The amount in a field in fen, nothing if it is missing or empty.
pub(in crate::store) fn optional_amount(record: Record<'_>, name: &str) -> Result<i128> {
    match given(record, name) {
        Some(_) => amount(record, name).map(|fen| i128::from(fen.value())),
        None => Ok(0),
    }
}

/// The day in a field, as the number that yyyyMMdd is; a day that the calendar has.
pub(in crate::store) fn date(record: Record<'_>, name: &str) -> Result<Option<u32>> {
    let Some(text) = given(record, name) else { return Ok(None) };
    let number: Option<u32> = Some(text)
        .filter(|text| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok());
    let day = number.filter(|number| {
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
        let civil = (u16::try_from(year), u8::try_from(month), u8::try_from(day));
        let (Ok(year), Ok(month), Ok(day)) = civil else { return false };
        Time::from_civil(year, month, day, 0, 0, 0).is_some()
    });
    let message = format!("{text:?} is no date yyyyMMdd");
    day.map(Some).ok_or_else(|| Error::new(Code::Value, record.path(name), message))
}
