//! What tests of certificates start from.

#![allow(dead_code, missing_docs)]

use yinxin::Time;
use yinxin::authority::{Authority, Subject};
use yinxin::key::SoftwareKey;

pub fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

/// When all certificates start to be valid.
pub fn from() -> Time {
    time("2026-01-01T00:00:00Z")
}

/// When they end.
pub fn until() -> Time {
    time("2036-01-01T00:00:00Z")
}

pub fn key() -> SoftwareKey {
    SoftwareKey::generate_sm2().unwrap()
}

pub fn root() -> Authority {
    Authority::root(key(), Subject::parse("CN=Root,C=CN").unwrap(), from(), until()).unwrap()
}
