//! Times and texts in the spellings that real files use beside those of the standards.

use super::super::reader::tag;
use crate::time::Time;

/// Where a spelling names no zone, it is the local time of China.
const LOCAL: i64 = 8 * 3600;

/// A time in another spelling than the standard's.
#[derive(Debug, Clone, Copy)]
pub(in crate::asn1) struct OddTime {
    pub time: Time,
    /// What is unusual about it.
    pub how: &'static str,
    /// It names no zone: `time` takes it for the local time of China.
    pub local: bool,
}

impl OddTime {
    fn zoned(time: Time, how: &'static str) -> Option<Self> {
        Some(OddTime { time, how, local: false })
    }

    fn local(utc: Time) -> Option<Self> {
        let time = utc.plus_seconds(-LOCAL)?;
        Some(OddTime { time, how: "a local time, taken as UTC+8", local: true })
    }
}

/// Reads the characters of a time in any spelling known.
pub(in crate::asn1) fn odd_time(text: &[u8]) -> Option<OddTime> {
    let text = std::str::from_utf8(text).ok()?.trim_matches(['\0', ' ']);
    if let Some(time) = Time::parse_utc_time(text.as_bytes()) {
        return OddTime::zoned(time, "a UTCTime");
    }
    if let Some(time) = Time::parse_generalized(text.as_bytes()) {
        return OddTime::zoned(time, "a GeneralizedTime");
    }
    if let Some(time) = Time::parse_rfc3339(text) {
        return OddTime::zoned(time, "an ISO 8601 time");
    }
    if let Some(time) = Time::parse_rfc3339(&format!("{text}Z")) {
        return OddTime::local(time);
    }
    compact(text)
}

/// Digits with an optional fraction and zone: `yyMMddHHmm[ss]` or `yyyyMMddHHmmss`.
fn compact(text: &str) -> Option<OddTime> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(digits)?;
    let fraction = match rest.strip_prefix(['.', ',']) {
        Some(after) => 1 + after.bytes().take_while(u8::is_ascii_digit).count(),
        None => 0,
    };
    let (_, zone) = rest.split_at_checked(fraction)?;
    let full = match digits.len() {
        10 => format!("{}{digits}00", century(digits)),
        12 => format!("{}{digits}", century(digits)),
        14 => digits.to_owned(),
        _ => return None,
    };
    let time = Time::parse_generalized(format!("{full}Z").as_bytes())?;
    match offset(zone)? {
        Some(0) => OddTime::zoned(time, "a time in no DER form"),
        Some(seconds) => OddTime::zoned(time.plus_seconds(-seconds)?, "a time with a zone"),
        None => OddTime::local(time),
    }
}

fn century(digits: &str) -> &'static str {
    if digits.as_bytes().first().is_some_and(|digit| *digit < b'5') { "20" } else { "19" }
}

/// The seconds that `Z`, `+hhmm` or `+hh:mm` lies east of UTC; `Some(None)` without a zone.
fn offset(zone: &str) -> Option<Option<i64>> {
    if zone.is_empty() {
        return Some(None);
    }
    if zone == "Z" || zone == "z" {
        return Some(Some(0));
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone.get(1..)?.chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..)?.parse().ok()?;
    (hours < 24 && minutes < 60).then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

/// The text of a string of any type; bytes that are not UTF-8 are read as GBK.
pub(in crate::asn1) fn any_text(string_tag: u8, bytes: &[u8]) -> Option<String> {
    match string_tag {
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING | 0x14 | 0x1a => {
            match std::str::from_utf8(bytes) {
                Ok(text) => Some(text.to_owned()),
                Err(_) => Some(encoding_rs::GBK.decode_without_bom_handling(bytes).0.into_owned()),
            }
        }
        // BMPString: two bytes each.
        0x1e if bytes.len().is_multiple_of(2) => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_circulation() {
        for (text, expected) in [
            ("2020-01-25T07:31:56.377Z", "2020-01-25T07:31:56.377Z"),
            ("2020-01-25 15:31:56", "2020-01-25T07:31:56Z"),
            ("20201010151120", "2020-10-10T07:11:20Z"),
            ("20201004072855.302Z", "2020-10-04T07:28:55.302Z"),
            ("20200122151120+0800", "2020-01-22T07:11:20Z"),
            ("200122151120Z", "2020-01-22T15:11:20Z"),
            ("2001221511+08:00", "2020-01-22T07:11:00Z"),
            ("991231235959-0100", "2000-01-01T00:59:59Z"),
        ] {
            let odd = odd_time(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(odd.time.to_string(), expected, "{text}");
        }
        for text in ["", "x", "2020", "20201310151120", "20200122151120+08", "20200122151120+9900"]
        {
            assert!(odd_time(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn texts_in_circulation() {
        assert_eq!(any_text(0x0c, "章".as_bytes()).as_deref(), Some("章"));
        assert_eq!(any_text(0x0c, &[0xd5, 0xc2]).as_deref(), Some("章"));
        assert_eq!(any_text(0x1e, &[0x7a, 0xe0]).as_deref(), Some("章"));
        assert_eq!(any_text(0x04, b"x"), None);
    }
}
