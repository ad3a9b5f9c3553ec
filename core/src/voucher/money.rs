//! Amounts of money in integer fen (分, a hundredth of a yuan).

use crate::error::{Code, Error, Result};
use std::fmt;

/// An amount in fen, from -99,999,999,999,999,999 to 99,999,999,999,999,999: fifteen digits of
/// yuan and two of fen, as messages write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(i64);

/// Digits of yuan that a message may hold.
const YUAN_DIGITS: usize = 15;
const LARGEST: i64 = 99_999_999_999_999_999;

impl Fen {
    /// No money.
    pub const ZERO: Fen = Fen(0);

    /// The amount of this many fen; `None` outside the range.
    pub fn new(fen: i64) -> Option<Fen> {
        (-LARGEST..=LARGEST).contains(&fen).then_some(Fen(fen))
    }

    /// The number of fen.
    pub fn value(self) -> i64 {
        self.0
    }

    /// Reads `[+-]?[0-9]{1,15}\.[0-9]{2}` in yuan, the form in which amounts are received.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for any other text: no exponent, grouping, space or full-width digit.
    pub fn parse(text: &str) -> Result<Fen> {
        let refuse = || {
            Error::new(
                Code::Value,
                "amount",
                format!("{text:?} is not an amount of yuan with two decimals"),
            )
        };
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let [yuan @ .., b'.', tens, units] = digits else { return Err(refuse()) };
        if yuan.is_empty() || yuan.len() > YUAN_DIGITS {
            return Err(refuse());
        }
        let mut fen = 0i64;
        for digit in yuan.iter().chain([tens, units]) {
            if !digit.is_ascii_digit() {
                return Err(refuse());
            }
            fen = fen * 10 + i64::from(digit - b'0'); // seventeen digits fit
        }
        Ok(Fen(if negative { -fen } else { fen }))
    }

    /// Reads an amount in the one form in which amounts are made: no `+`, no superfluous leading
    /// zero, no `-0.00`.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for any other text.
    pub fn parse_normal(text: &str) -> Result<Fen> {
        let amount = Fen::parse(text)?;
        let bytes = text.as_bytes();
        let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
        let superfluous = digits.len() > "0.00".len() && digits.starts_with(b"0");
        if bytes.starts_with(b"+") || superfluous || (amount.0 == 0 && bytes.starts_with(b"-")) {
            let message = format!("{text:?} is not in normal form, which is {amount}");
            return Err(Error::new(Code::Value, "amount", message));
        }
        Ok(amount)
    }

    /// The sum, which may lie outside the range of one amount; `None` if it passes 128 bits.
    pub fn sum(amounts: impl IntoIterator<Item = Fen>) -> Option<Sum> {
        let mut amounts = amounts.into_iter();
        amounts.try_fold(0i128, |sum, fen| sum.checked_add(i128::from(fen.0))).map(Sum)
    }
}

/// In yuan with two decimals, in normal form.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_fen(f, i128::from(self.0))
    }
}

/// A sum of amounts, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Sum(i128);

impl Sum {
    /// The number of fen.
    pub fn value(self) -> i128 {
        self.0
    }
}

/// In yuan with two decimals.
impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_fen(f, self.0)
    }
}

fn write_fen(f: &mut fmt::Formatter<'_>, fen: i128) -> fmt::Result {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn received_form() {
        for (text, fen) in [
            ("0.00", 0),
            ("-0.00", 0),
            ("+1.20", 120),
            ("-1.20", -120),
            ("007.05", 705),
            ("999999999999999.99", LARGEST),
            ("-999999999999999.99", -LARGEST),
        ] {
            assert_eq!(Fen::parse(text).unwrap().value(), fen, "{text}");
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            ".",
            "1",
            "1.",
            ".00",
            "1.0",
            "1.000",
            "1e3",
            "1e3.00",
            "1,000.00",
            "1 000.00",
            " 1.00",
            "1.00 ",
            "--1.00",
            "+-1.00",
            "1.-1",
            "１.００",
            "1．00",
            "0x1.00",
            "NaN",
            "Infinity",
            "1.00\u{200b}",
            "\u{202e}1.00",
            "٣.00",
            "1000000000000000.00",
            "1.0O",
        ] {
            assert_eq!(Fen::parse(text).unwrap_err().code(), Code::Value, "{text}");
        }
    }

    #[test]
    fn one_normal_form() {
        for text in ["+1.00", "01.00", "00.00", "-0.00", "-01.00", "+0.00"] {
            assert!(Fen::parse(text).is_ok(), "{text}");
            assert!(Fen::parse_normal(text).is_err(), "{text}");
        }
        for text in ["0.00", "0.01", "-0.01", "1.00", "10.00", "-10.00"] {
            assert_eq!(Fen::parse_normal(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn sums_pass_the_range_of_one_amount() {
        let many = std::iter::repeat_n(Fen::new(LARGEST).unwrap(), 1_000);
        assert_eq!(Fen::sum(many), Some(Sum(99_999_999_999_999_999_000)));
        assert_eq!(Fen::new(LARGEST + 1), None);
        assert_eq!(Fen::new(i64::MIN), None);
        assert_eq!(Sum(-5).to_string(), "-0.05");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(fen in -LARGEST..=LARGEST) {
            let amount = Fen::new(fen).unwrap();
            prop_assert_eq!(Fen::parse_normal(&amount.to_string()).unwrap(), amount);
        }

        #[test]
        fn nothing_panics(text in ".{0,24}") {
            if let Ok(amount) = Fen::parse(&text) {
                prop_assert!(amount.value().abs() <= LARGEST);
            }
        }
    }
}
