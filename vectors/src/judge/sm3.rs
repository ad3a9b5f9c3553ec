//! SM3.

use serde_json::Value;
use yinxin::crypto::sm3::{self, Sm3};

use super::Judged;
use crate::case::Case;
use crate::outcome::Outcome;

/// `Sm3`: the digest of `msg`, `repeat` times over (once if absent).
pub(super) fn digest(case: &Case) -> Judged {
    let message = case.bytes("msg")?;
    let stated = case.bytes("digest")?;
    let repeat = case.optional_number("repeat")?.unwrap_or(1);
    let mut hash = Sm3::new();
    for _ in 0..repeat {
        hash.update(&message);
    }
    let streamed = Outcome::equal("the digest", &hash.finalize(), &stated);
    if repeat != 1 {
        return Ok(streamed);
    }
    let many = sm3::digest_many(&[&message, &message], 1);
    Ok(streamed
        .and_then(|| Outcome::equal("the digest in one piece", &sm3::digest(&message), &stated))
        .and_then(|| Outcome::equal("the digests of many", &many.concat(), &stated.repeat(2))))
}

/// `Sm3Streaming`: every way to split `msg` gives the digest.
pub(super) fn streaming(case: &Case) -> Judged {
    let message = case.bytes("msg")?;
    let stated = case.bytes("digest")?;
    let splits = case.value("splits").and_then(Value::as_array);
    let splits =
        splits.ok_or_else(|| Outcome::Defect("the field splits is missing".to_string()))?;
    for (index, split) in splits.iter().enumerate() {
        let parts = parts(&message, split)
            .ok_or_else(|| Outcome::Defect(format!("split {index} is not one of the message")))?;
        let mut hash = Sm3::new();
        parts.iter().for_each(|part| hash.update(part));
        let name = format!("the digest of split {index}");
        let outcome = Outcome::equal(&name, &hash.finalize(), &stated)
            .and_then(|| Outcome::equal(&name, &sm3::digest_parts(&parts), &stated));
        if outcome != Outcome::Accepted {
            return Ok(outcome);
        }
    }
    Ok(Outcome::equal("the digest in one piece", &sm3::digest(&message), &stated))
}

fn parts<'a>(message: &'a [u8], split: &Value) -> Option<Vec<&'a [u8]>> {
    let mut rest = message;
    let mut parts = Vec::new();
    for length in split.as_array()? {
        let (part, after) = rest.split_at_checked(usize::try_from(length.as_u64()?).ok()?)?;
        parts.push(part);
        rest = after;
    }
    rest.is_empty().then_some(parts)
}
