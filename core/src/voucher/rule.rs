//! What a catalogue says about one field.

use super::catalogue::ViolationCode;
use super::money::Fen;
use super::text::gbk_len;
use crate::time::Time;

/// What the value of a field must be, and when it must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldRule {
    pub(super) name: String,
    /// The rule as it was written.
    pub(super) text: String,
    pub(super) presence: Presence,
    pub(super) form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Optional,
    /// Not empty, in originals and receipts.
    Required,
    /// Not empty in receipts.
    RequiredInReceipt,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// At most so many bytes of GBK.
    Text(usize),
    /// ASCII digits, of one of these lengths.
    Digits(Lengths),
    /// ASCII letters and digits, of one of these lengths.
    Code(Lengths),
    /// ASCII letters, digits and hyphens, at most so many.
    Account(usize),
    Amount(Sign),
    /// yyyyMMdd, in China's time not after the moment of judging.
    Date,
    /// yyyy, not after the year of the moment of judging.
    Year,
    /// 01 to 12.
    Month,
    OneOf(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lengths {
    Range(usize, usize),
    Either(Vec<usize>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Any,
    Positive,
    Negative,
    Zero,
    NotZero,
}

/// The day of a moment in China (UTC+8), as yyyyMMdd.
pub(super) fn day_in_china(now: Time) -> u32 {
    let civil = now.plus_seconds(8 * 3600).unwrap_or(now).civil();
    u32::from(civil.year) * 10_000 + u32::from(civil.month) * 100 + u32::from(civil.day)
}

impl FieldRule {
    /// Reads `[required|receipt] form`, such as `required amount positive` or `digits 1-12`.
    pub(super) fn parse(name: &str, text: &str) -> Option<FieldRule> {
        let mut words = text.split(' ').peekable();
        let presence = match words.peek() {
            Some(&"required") => Presence::Required,
            Some(&"receipt") => Presence::RequiredInReceipt,
            _ => Presence::Optional,
        };
        if presence != Presence::Optional {
            words.next();
        }
        let form = Form::parse(&words.collect::<Vec<_>>())?;
        Some(FieldRule { name: name.to_owned(), text: text.to_owned(), presence, form })
    }
}

impl Form {
    fn parse(words: &[&str]) -> Option<Form> {
        Some(match words {
            ["text", length] => Form::Text(length.parse().ok()?),
            ["account", length] => Form::Account(length.parse().ok()?),
            ["digits", lengths] => Form::Digits(Lengths::parse(lengths)?),
            ["code", lengths] => Form::Code(Lengths::parse(lengths)?),
            ["amount"] => Form::Amount(Sign::Any),
            ["amount", "positive"] => Form::Amount(Sign::Positive),
            ["amount", "negative"] => Form::Amount(Sign::Negative),
            ["amount", "zero"] => Form::Amount(Sign::Zero),
            ["amount", "nonzero"] => Form::Amount(Sign::NotZero),
            ["date"] => Form::Date,
            ["year"] => Form::Year,
            ["month"] => Form::Month,
            ["one-of", first, rest @ ..] => {
                let values = std::iter::once(first).chain(rest);
                Form::OneOf(values.map(|value| value.to_string()).collect())
            }
            _ => return None,
        })
    }

    /// What is wrong with a value that is not empty; `today` as yyyyMMdd.
    pub(super) fn problem(
        &self,
        value: &str,
        today: Option<u32>,
    ) -> Option<(ViolationCode, String)> {
        use ViolationCode::*;
        let digits = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Form::Text(most) => {
                let length = gbk_len(value);
                let message = || format!("{length} bytes of GBK, at most {most} are allowed");
                (length > *most).then(|| (FieldLength, message()))
            }
            Form::Digits(lengths) => (!digits(value) || !lengths.hold(value.len()))
                .then(|| (FieldForm, format!("{lengths} digits are due"))),
            Form::Code(lengths) => {
                let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
                (!plain || !lengths.hold(value.len()))
                    .then(|| (FieldForm, format!("{lengths} letters or digits are due")))
            }
            Form::Account(most) => {
                let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                let message = || format!("at most {most} letters, digits and hyphens are due");
                (!plain || value.len() > *most).then(|| (FieldForm, message()))
            }
            Form::Amount(sign) => match Fen::parse(value) {
                Err(error) => Some((AmountForm, error.message().to_owned())),
                Ok(amount) => sign.problem(amount).map(|message| (AmountSign, message)),
            },
            Form::Date => match date(value) {
                None => Some((FieldForm, "a date as yyyyMMdd is due".to_owned())),
                Some(day) => today
                    .filter(|today| day > *today)
                    .map(|today| (FieldFuture, format!("is after {today}"))),
            },
            Form::Year => match value.parse::<u32>() {
                Ok(year) if value.len() == 4 && digits(value) => today
                    .filter(|today| year > today / 10_000)
                    .map(|today| (FieldFuture, format!("is after {}", today / 10_000))),
                _ => Some((FieldForm, "four digits are due".to_owned())),
            },
            Form::Month => {
                let month = value.parse::<u32>().ok().filter(|_| value.len() == 2 && digits(value));
                (!month.is_some_and(|month| (1..=12).contains(&month)))
                    .then(|| (FieldForm, "01 to 12 is due".to_owned()))
            }
            Form::OneOf(values) => (!values.iter().any(|known| known == value))
                .then(|| (FieldValue, format!("one of {} is due", values.join(", ")))),
        }
    }
}

fn date(value: &str) -> Option<u32> {
    let number = value.parse::<u32>().ok()?;
    let plain = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let year = u16::try_from(year).ok()?;
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    Time::from_civil(year, month, day, 0, 0, 0).filter(|_| plain).map(|_| number)
}

impl Lengths {
    /// `6`, `1-12` or `2|6`.
    fn parse(text: &str) -> Option<Lengths> {
        if text.contains('|') {
            let lengths: Option<Vec<usize>> =
                text.split('|').map(|part| part.parse().ok()).collect();
            return lengths.map(Lengths::Either);
        }
        let (least, most) = text.split_once('-').unwrap_or((text, text));
        let (least, most) = (least.parse().ok()?, most.parse().ok()?);
        (least <= most).then_some(Lengths::Range(least, most))
    }

    fn hold(&self, length: usize) -> bool {
        match self {
            Lengths::Range(least, most) => (*least..=*most).contains(&length),
            Lengths::Either(lengths) => lengths.contains(&length),
        }
    }
}

impl std::fmt::Display for Lengths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Lengths::Range(least, most) if least == most => write!(f, "{least}"),
            Lengths::Range(least, most) => write!(f, "{least} to {most}"),
            Lengths::Either(lengths) => {
                let lengths: Vec<String> = lengths.iter().map(usize::to_string).collect();
                f.write_str(&lengths.join(" or "))
            }
        }
    }
}

impl Sign {
    fn problem(self, amount: Fen) -> Option<String> {
        let fen = amount.value();
        let (holds, due) = match self {
            Sign::Any => (true, ""),
            Sign::Positive => (fen > 0, "greater than 0.00"),
            Sign::Negative => (fen < 0, "less than 0.00"),
            Sign::Zero => (fen == 0, "0.00"),
            Sign::NotZero => (fen != 0, "other than 0.00"),
        };
        (!holds).then(|| format!("{amount}, an amount {due} is due"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(rule: &str, value: &str) -> Option<(ViolationCode, String)> {
        FieldRule::parse("A", rule).unwrap().form.problem(value, Some(20_260_301))
    }

    #[test]
    fn values_are_judged() {
        for (rule, good, bad) in [
            ("text 4", &["中国", "abcd", "中a"][..], &["中国a", "abcde"][..]),
            ("digits 10", &["0123456789"], &["012345678", "01234567890", "012345678x", "１"]),
            ("digits 1-3", &["1", "123"], &["1234"]),
            ("digits 2|6", &["11", "001001"], &["1", "111", "+1"]),
            ("code 1-3", &["1a", "Z"], &["1-2", "中"]),
            ("account 5", &["1-2a"], &["1 2", "123456", "１"]),
            ("amount", &["1.00", "-1.00", "+0.00"], &["1", "1e3", "１.00", "1,0.00"]),
            ("amount positive", &["0.01"], &["0.00", "-0.01", "-0.00"]),
            ("amount negative", &["-0.01"], &["0.00", "0.01", "-0.00"]),
            ("amount zero", &["0.00", "-0.00"], &["0.01"]),
            ("amount nonzero", &["0.01", "-0.01"], &["0.00", "+0.00"]),
            (
                "date",
                &["20260301", "20240229"],
                &["20260302", "20250229", "2026031", "+2026030", "20261301"],
            ),
            ("year", &["2026", "2025"], &["2027", "26", "+026", "２０２６"]),
            ("month", &["01", "12"], &["00", "13", "1", "+1"]),
            ("one-of a b", &["a", "b"], &["c", "ab"]),
        ] {
            for value in good {
                assert_eq!(problem(rule, value), None, "{rule} {value}");
            }
            for value in bad {
                assert!(problem(rule, value).is_some(), "{rule} {value}");
            }
        }
    }

    #[test]
    fn rules_that_are_none() {
        for text in [
            "",
            "required",
            "text",
            "text x",
            "digits 3-1",
            "digits 2|",
            "amount big",
            "date  ",
            "required required date",
            "one-of",
        ] {
            assert_eq!(FieldRule::parse("A", text), None, "{text}");
        }
        assert_eq!(
            FieldRule::parse("A", "receipt date").unwrap().presence,
            Presence::RequiredInReceipt
        );
    }

    #[test]
    fn days_begin_at_midnight_in_china() {
        let evening = Time::parse_rfc3339("2026-02-28T15:59:59Z").unwrap();
        assert_eq!(day_in_china(evening), 20_260_228);
        assert_eq!(day_in_china(evening.plus_seconds(1).unwrap()), 20_260_301);
    }
}
