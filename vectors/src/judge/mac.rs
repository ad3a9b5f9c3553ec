//! HMAC: with SM3, and Wycheproof's with SHA-2.

use yinxin::crypto::hmac_sha2::{self, Hash};
use yinxin::crypto::hmac_sm3;

use super::{Judged, not_offered};
use crate::backend::{self, Backend};
use crate::case::Case;
use crate::outcome::{Expected, Outcome};

/// `HmacSm3`.
pub(super) fn hmac_sm3(case: &Case) -> Judged {
    judge(
        case,
        32,
        |key, message| hmac_sm3::tag(key, message).to_vec(),
        |key, message, tag| Outcome::of(hmac_sm3::verify(key, message, tag)),
    )
}

/// `MacTest`: the file's algorithm says which.
pub(super) fn wycheproof(case: &Case) -> Judged {
    let hash = match case.text("algorithm")? {
        "HMACSM3" => return hmac_sm3(case),
        "HMACSHA256" => Hash::Sha256,
        "HMACSHA384" => Hash::Sha384,
        "HMACSHA512" => Hash::Sha512,
        other => return not_offered(other),
    };
    judge(
        case,
        hash.tag_length(),
        |key, message| hmac_sha2::tag(hash, key, message),
        |key, message, tag| Outcome::of(hmac_sha2::verify(hash, key, message, tag)),
    )
}

/// SM3 and SHA-2 come from different hands.
pub(super) fn backends(case: &Case) -> Vec<Backend> {
    match case.text("algorithm") {
        Ok("HMACSM3") => backend::own(case),
        _ => backend::ring(case),
    }
}

fn judge(
    case: &Case,
    length: usize,
    make: impl Fn(&[u8], &[u8]) -> Vec<u8>,
    verify: impl Fn(&[u8], &[u8], &[u8]) -> Outcome,
) -> Judged {
    let (key, message, tag) = (case.bytes("key")?, case.bytes("msg")?, case.bytes("tag")?);
    if tag.len() < length && case.expected()? != Expected::Invalid {
        return not_offered("an HMAC tag that is cut short");
    }
    Ok(verify(&key, &message, &tag)
        .and_then(|| Outcome::equal("the tag", &make(&key, &message), &tag)))
}
