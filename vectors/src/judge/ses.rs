//! Electronic seals and stamps.

use yinxin::crypto::sm3;
use yinxin::seal::{Expected, Seal, Stamp, check_seal, check_stamp};

use super::{Judged, pki};
use crate::case::Case;
use crate::outcome::Outcome;

/// `SesSeal`: the whole check of a seal.
pub(super) fn seal(case: &Case) -> Judged {
    let (trust, moment) = (pki::trust(case)?, pki::moment(case)?);
    let der = case.bytes("der")?;
    let seal = Seal::parse(&der, pki::PROFILE).map_err(Outcome::refused)?;
    let report = check_seal(&seal, &trust, &moment);
    Ok(Outcome::of(report.require_valid())
        .and_then(|| Outcome::equal("the seal's bytes", seal.as_bytes(), &der)))
}

/// `SesSignature`: the whole check of a stamp and the seal in it, over `document` and, where the
/// case gives it, at `expectedPath`.
pub(super) fn signature(case: &Case) -> Judged {
    let (trust, moment) = (pki::trust(case)?, pki::moment(case)?);
    let der = case.bytes("der")?;
    let digest = sm3::digest(&case.bytes("document")?);
    let expected =
        Expected { data_hash: Some(&digest), property: case.optional_text("expectedPath")? };
    let stamp = Stamp::parse(&der, pki::PROFILE).map_err(Outcome::refused)?;
    let report = check_stamp(&stamp, &expected, &trust, &moment);
    Ok(Outcome::of(report.require_valid())
        .and_then(|| Outcome::equal("the stamp's bytes", stamp.as_bytes(), &der)))
}
