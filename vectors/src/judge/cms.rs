//! Signed messages.

use std::borrow::Cow;

use serde_json::Value;
use yinxin::cms::SignedData;
use yinxin::timestamp::check_message;

use super::{Judged, pki};
use crate::case::Case;
use crate::hex;
use crate::outcome::Outcome;

/// The most bytes that `detachedRepeat` may ask for.
const MAX_REPEAT: u64 = 1 << 28;

/// `CmsSignedData`: at least one signer, and every one verifies and leads to an anchor.
pub(super) fn signed_data(case: &Case) -> Judged {
    let trust = pki::trust(case)?;
    let moment = pki::moment(case)?;
    let signed = SignedData::parse(&case.bytes("der")?, pki::PROFILE).map_err(Outcome::refused)?;
    let content = content(case, &signed)?;
    Ok(Outcome::of(check_message(&signed, &content, &trust, &moment).require_valid()))
}

/// The content inside the message or beside it; inside and beside must be the same.
fn content<'a>(case: &Case, signed: &'a SignedData) -> Result<Cow<'a, [u8]>, Outcome> {
    let beside = detached(case)?;
    match (signed.content(), beside) {
        (Some(inside), Some(beside)) if inside != beside => {
            Err(Outcome::Refused("one content inside, another beside".to_string()))
        }
        (Some(inside), _) => match case.optional_bytes("content")? {
            Some(stated) if stated != inside => {
                Err(Outcome::Wrong(format!("the content {}", hex::brief(inside))))
            }
            _ => Ok(Cow::Borrowed(inside)),
        },
        (None, Some(beside)) => Ok(Cow::Owned(beside)),
        (None, None) => Err(Outcome::Refused("no content".to_string())),
    }
}

fn detached(case: &Case) -> Result<Option<Vec<u8>>, Outcome> {
    if let Some(content) = case.optional_bytes("detachedContent")? {
        return Ok(Some(content));
    }
    let Some(repeat) = case.value("detachedRepeat") else { return Ok(None) };
    let defect = || Outcome::Defect("detachedRepeat is not [byte, count]".to_string());
    let pair = repeat.as_array().filter(|pair| pair.len() == 2).ok_or_else(defect)?;
    let unit = pair[0].as_str().and_then(hex::decode).ok_or_else(defect)?;
    let count = pair.get(1).and_then(Value::as_u64).ok_or_else(defect)?;
    if (unit.len() as u64).saturating_mul(count) > MAX_REPEAT {
        return super::not_offered(format!("content above {MAX_REPEAT} bytes"));
    }
    Ok(Some(unit.repeat(usize::try_from(count).map_err(|_| defect())?)))
}
