//! A moment in UTC. Nothing here asks the clock.

use std::fmt;

/// A moment in UTC, from year 0001 to year 9999, with nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    seconds: i64,
    nanos: u32,
}

const FIRST: i64 = -62_135_596_800; // 0001-01-01T00:00:00Z
const LAST: i64 = 253_402_300_799; // 9999-12-31T23:59:59Z
const DAY: i64 = 86_400;

impl Time {
    /// The moment `seconds` after 1970-01-01T00:00:00Z, within the years 0001 to 9999.
    pub fn from_unix(seconds: i64) -> Option<Time> {
        (FIRST..=LAST).contains(&seconds).then_some(Time { seconds, nanos: 0 })
    }

    /// A calendar date and time of day; `None` if there is no such moment (month 13, second 60).
    pub fn from_civil(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
    ) -> Option<Time> {
        if !(1..=9999).contains(&year)
            || !(1..=12).contains(&month)
            || day < 1
            || day > days_in_month(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        {
            return None;
        }
        let days = days_from_civil(i64::from(year), i64::from(month), i64::from(day));
        let clock = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Time::from_unix(days * DAY + clock)
    }

    /// The same second with a fraction of `nanos` nanoseconds (0 to 999,999,999).
    pub fn with_nanos(self, nanos: u32) -> Option<Time> {
        (nanos < 1_000_000_000).then_some(Time { nanos, ..self })
    }

    /// Reads RFC 3339: `2026-03-01T00:00:00Z`, with an optional fraction and with `Z` or `±hh:mm`.
    pub fn parse_rfc3339(text: &str) -> Option<Time> {
        let bytes = text.as_bytes();
        if bytes.len() < 20 || !matches!(bytes[10], b'T' | b't' | b' ') {
            return None;
        }
        if bytes[4] != b'-' || bytes[7] != b'-' || bytes[13] != b':' || bytes[16] != b':' {
            return None;
        }
        let year = digits(&bytes[0..4])? as u16;
        let base = Time::from_civil(
            year,
            digits(&bytes[5..7])? as u8,
            digits(&bytes[8..10])? as u8,
            digits(&bytes[11..13])? as u8,
            digits(&bytes[14..16])? as u8,
            digits(&bytes[17..19])? as u8,
        )?;
        let (nanos, zone) = fraction(&bytes[19..])?;
        let offset = match zone {
            b"Z" | b"z" => 0,
            [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
                let hours = digits(&[*h1, *h2])?;
                let minutes = digits(&[*m1, *m2])?;
                if hours > 23 || minutes > 59 {
                    return None;
                }
                let offset = i64::from(hours * 3600 + minutes * 60);
                if *sign == b'+' { offset } else { -offset }
            }
            _ => return None,
        };
        Time::from_unix(base.seconds - offset)?.with_nanos(nanos)
    }

    /// Reads the contents of an ASN.1 GeneralizedTime in DER form: `yyyyMMddHHmmss[.f]Z`.
    pub fn parse_generalized(text: &[u8]) -> Option<Time> {
        let (base, rest) = text.split_at_checked(14)?;
        let base = civil_from_digits(digits(base.get(..4)?)? as u16, &base[4..])?;
        let (nanos, zone) = fraction(rest)?;
        // DER: no trailing zero in the fraction.
        let trailing_zero = rest.len() >= 2 && rest[0] == b'.' && rest[rest.len() - 2] == b'0';
        if zone != b"Z" || trailing_zero {
            return None;
        }
        base.with_nanos(nanos)
    }

    /// Reads the contents of an ASN.1 UTCTime in DER form: `yyMMddHHmmssZ`, years 1950 to 2049.
    pub fn parse_utc_time(text: &[u8]) -> Option<Time> {
        if text.len() != 13 || text[12] != b'Z' {
            return None;
        }
        let short = digits(&text[..2])? as u16;
        let year = if short < 50 { 2000 + short } else { 1900 + short };
        civil_from_digits(year, &text[2..12])
    }

    /// The contents of an ASN.1 GeneralizedTime in DER form.
    pub fn to_generalized(self) -> String {
        let c = self.civil();
        let base = format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        );
        if self.nanos == 0 {
            return format!("{base}Z");
        }
        let fraction = format!("{:09}", self.nanos);
        format!("{base}.{}Z", fraction.trim_end_matches('0'))
    }

    /// The contents of an ASN.1 UTCTime; `None` outside the years 1950 to 2049 or with a fraction.
    pub fn to_utc_time(self) -> Option<String> {
        let c = self.civil();
        ((1950..=2049).contains(&c.year) && self.nanos == 0).then(|| {
            format!(
                "{:02}{:02}{:02}{:02}{:02}{:02}Z",
                c.year % 100,
                c.month,
                c.day,
                c.hour,
                c.minute,
                c.second
            )
        })
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn unix(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds within the second.
    pub fn nanos(self) -> u32 {
        self.nanos
    }

    /// The date and time of day in UTC.
    pub fn civil(self) -> Civil {
        let days = self.seconds.div_euclid(DAY);
        let clock = self.seconds.rem_euclid(DAY);
        let (year, month, day) = civil_from_days(days);
        Civil {
            year: year as u16,
            month: month as u8,
            day: day as u8,
            hour: (clock / 3600) as u8,
            minute: (clock / 60 % 60) as u8,
            second: (clock % 60) as u8,
        }
    }

    /// The moment `seconds` later (or earlier, if negative); `None` outside the range of years.
    pub fn plus_seconds(self, seconds: i64) -> Option<Time> {
        Time::from_unix(self.seconds.checked_add(seconds)?)?.with_nanos(self.nanos)
    }

    /// The moment `days` days later (or earlier, if negative).
    pub fn plus_days(self, days: i64) -> Option<Time> {
        self.plus_seconds(days.checked_mul(DAY)?)
    }
}

/// A date and time of day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Civil {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC: `2026-03-01T00:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.civil();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        )?;
        if self.nanos != 0 {
            let fraction = format!("{:09}", self.nanos);
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0'))
    })
}

/// `MMddHHmmss` of the given year.
fn civil_from_digits(year: u16, rest: &[u8]) -> Option<Time> {
    let pair = |at: usize| digits(rest.get(at..at + 2)?).map(|value| value as u8);
    Time::from_civil(year, pair(0)?, pair(2)?, pair(4)?, pair(6)?, pair(8)?)
}

/// An optional `.digits` (1 to 9 of them) and what follows it.
fn fraction(rest: &[u8]) -> Option<(u32, &[u8])> {
    let Some(after) = rest.strip_prefix(b".") else { return Some((0, rest)) };
    let count = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=9).contains(&count) {
        return None;
    }
    let nanos = digits(&after[..count])? * 10u32.pow(9 - count as u32);
    Some((nanos, &after[count..]))
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 => 28 + u8::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar; the year starts in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_comes_back() {
        for day in (FIRST / DAY)..=(LAST / DAY) {
            let time = Time::from_unix(day * DAY).unwrap();
            let c = time.civil();
            assert_eq!(Time::from_civil(c.year, c.month, c.day, 0, 0, 0), Some(time));
        }
    }

    #[test]
    fn reads_and_writes_the_known_forms() {
        let time = Time::parse_rfc3339("2020-01-25T15:31:56.3770+08:00").unwrap();
        assert_eq!(time.to_string(), "2020-01-25T07:31:56.377Z");
        assert_eq!(time.to_generalized(), "20200125073156.377Z");
        assert_eq!(Time::parse_generalized(b"20200125073156.377Z"), Some(time));
        let whole = Time::parse_utc_time(b"491231235959Z").unwrap();
        assert_eq!(whole.to_string(), "2049-12-31T23:59:59Z");
        assert_eq!(whole.to_utc_time().as_deref(), Some("491231235959Z"));
        assert_eq!(whole.plus_seconds(1).unwrap().to_utc_time(), None);
        assert_eq!(Time::parse_rfc3339("1970-01-01T00:00:01Z").unwrap().unix(), 1);
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in [
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T00:00:60Z",
            "2026-03-01T00:00:00",
            "2026-03-01T00:00:00.Z",
            "2026-03-01",
            "0001-01-01T00:00:00+00:01",
            "２026-03-01T00:00:00Z",
        ] {
            assert_eq!(Time::parse_rfc3339(text), None, "{text}");
        }
        for text in [
            &b"20260301000000"[..],
            b"20260301000000.0Z",
            b"20260301000000.10Z",
            b"202603010000Z",
            b"20261301000000Z",
            b"20260301000060Z",
            b"20260301000000+0800",
        ] {
            assert_eq!(Time::parse_generalized(text), None);
        }
        assert_eq!(Time::parse_utc_time(b"2603010000Z"), None);
        assert_eq!(Time::parse_utc_time(b"260301000060Z"), None);
    }
}
