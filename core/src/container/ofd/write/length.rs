//! Lengths on a page, in whole micrometres: the parts of a seal meet without a gap.

use crate::error::{Code, Error, Result};
use std::fmt;

/// The longest length, either way: 100 m.
const MAX: i64 = 100_000_000;

/// A length or a coordinate on a page, in micrometres; documents write millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Length(i64);

impl Length {
    /// No length.
    pub const ZERO: Length = Length(0);

    /// So many micrometres, up to 100 m either way.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if it is longer.
    pub fn from_micrometres(micrometres: i64) -> Result<Length> {
        if !(-MAX..=MAX).contains(&micrometres) {
            return Err(Error::new(Code::Argument, "length", "longer than 100 m"));
        }
        Ok(Length(micrometres))
    }

    /// So many whole millimetres.
    pub fn from_millimetres(millimetres: u16) -> Length {
        Length(i64::from(millimetres) * 1000)
    }

    /// Reads a decimal number of millimetres; more than three decimals are rounded.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for other text, or more than 100 m.
    pub fn parse(text: &str) -> Result<Length> {
        let wrong = || {
            let shown: String = text.chars().take(32).collect();
            Error::new(Code::Value, "length", format!("{shown:?} is no number of millimetres"))
        };
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && decimals.is_empty()) || !all_digits(whole) || !all_digits(decimals)
        {
            return Err(wrong());
        }
        // 17 digits fit, and any length that is in range has fewer.
        let whole = whole.trim_start_matches('0');
        if whole.len() > 17 {
            return Err(wrong());
        }
        let mut value: i64 = 0;
        let places = decimals.bytes().chain([b'0'; 3]).take(3);
        for digit in whole.bytes().chain(places) {
            let digit = i64::from(digit - b'0');
            value = value.checked_mul(10).and_then(|v| v.checked_add(digit)).ok_or_else(wrong)?;
        }
        value += i64::from(decimals.as_bytes().get(3).is_some_and(|digit| *digit >= b'5'));
        Length::from_micrometres(if negative { -value } else { value }).map_err(|_| wrong())
    }

    /// The micrometres.
    pub fn micrometres(self) -> i64 {
        self.0
    }

    /// The sum; lengths that are in range cannot overflow it.
    pub(crate) fn plus(self, other: Length) -> Length {
        Length(self.0.saturating_add(other.0))
    }

    pub(crate) fn minus(self, other: Length) -> Length {
        Length(self.0.saturating_sub(other.0))
    }

    /// `part` of `whole` equal parts of this length, counted from its start, to the nearest
    /// micrometre: the parts add up to the whole.
    pub(crate) fn cut(self, part: usize, whole: usize) -> Length {
        let (part, whole) = (part as i128, whole.max(1) as i128);
        let cut = (i128::from(self.0) * part * 2 + whole).div_euclid(whole * 2);
        Length(i64::try_from(cut).unwrap_or(self.0))
    }
}

impl fmt::Display for Length {
    /// Millimetres, without zeros at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let part = format!("{part:03}");
        write!(f, "{sign}{whole}.{}", part.trim_end_matches('0'))
    }
}

/// A rectangle: where its upper left corner is, counted from the upper left corner of what it
/// stands in, rightwards and downwards, and its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Area {
    /// From the left.
    pub x: Length,
    /// From the top.
    pub y: Length,
    /// The width.
    pub width: Length,
    /// The height.
    pub height: Length,
}

impl fmt::Display for Area {
    /// As documents write it: `x y width height`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.x, self.y, self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_in_its_shortest_form() {
        for (text, shown) in [
            ("210", "210"),
            ("0.5", "0.5"),
            (".25", "0.25"),
            ("-7.1250", "-7.125"),
            ("+3.", "3"),
            ("5.7142857", "5.714"),
            ("5.7145", "5.715"),
            ("-0.0004", "0"),
            ("000000000000000000000000001", "1"),
        ] {
            assert_eq!(Length::parse(text).unwrap().to_string(), shown, "{text}");
        }
        let bad = ["", ".", "-", "1e3", "NaN", "inf", "0x10", "1,5", " 1", "--1", "100000.001"];
        for text in bad.into_iter().chain(["99999999999999999999"]) {
            assert_eq!(Length::parse(text).unwrap_err().code(), Code::Value, "{text}");
        }
    }

    #[test]
    fn cuts_add_up() {
        for parts in [1, 2, 3, 7, 11, 40] {
            let whole = Length::from_millimetres(40);
            let cuts: Vec<Length> = (0..=parts).map(|part| whole.cut(part, parts)).collect();
            assert_eq!((cuts[0], cuts[parts]), (Length::ZERO, whole));
            let widths: Vec<i64> =
                cuts.windows(2).map(|pair| pair[1].minus(pair[0]).micrometres()).collect();
            let (least, most) = (widths.iter().min().unwrap(), widths.iter().max().unwrap());
            assert!(most - least <= 1, "{widths:?}");
        }
    }
}
