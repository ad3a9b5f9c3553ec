//! What messages say of themselves; nothing of it is checked here.

use crate::failure::Failure;
use serde_json::Value;
use std::io::{Read, Seek};
use yinxin::asn1::Profile;
use yinxin::cms::{self, SignedData};

/// A message of any kind, whatever its length, from where the source stands.
pub fn describe<S: Read + Seek>(source: S, profile: Profile) -> Result<Value, Failure> {
    Ok(value(&cms::describe_stream(source, profile)?))
}

/// A signed message.
pub fn describe_signed(signed: &SignedData) -> Value {
    value(&signed.describe())
}

/// What the library wrote, as a value.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
