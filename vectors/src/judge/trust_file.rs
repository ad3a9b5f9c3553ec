//! Time stamps, revocation lists and OCSP answers.

use yinxin::cert::chain::{self, Purpose};
use yinxin::cert::revocation::{self, Answers, Status};
use yinxin::cert::{Certificate, OcspResponse};
use yinxin::timestamp::{self, Token};
use yinxin::trust::Revocation;

use super::{Judged, pki};
use crate::case::Case;
use crate::outcome::Outcome;

/// `TimeStampToken`: the token `der` over `value` is good at `verifyTime`. Revocation is asked about
/// if the case gives lists or answers.
pub(super) fn token(case: &Case) -> Judged {
    let mut trust = pki::trust(case)?;
    let answers = answers(case)?;
    if trust.crls().is_empty() && answers.is_empty() {
        trust.policy_mut().revocation = Revocation::NotChecked;
    }
    answers.into_iter().for_each(|answer| trust.add_ocsp(answer));
    let token = Token::parse(&case.bytes("der")?, pki::PROFILE).map_err(Outcome::refused)?;
    let now = pki::time(case.text("verifyTime")?)?;
    let report = timestamp::check(&token, &case.bytes("value")?, &trust, now);
    Ok(Outcome::of(report.require_valid()))
}

/// `CertificateStatus`: by the lists `crls` and the answers `ocsp` the certificate `cert` is known
/// not to be revoked at `verifyTime`. `status` says what else is found: `revoked` or `unknown`.
pub(super) fn status(case: &Case) -> Judged {
    let trust = pki::trust(case)?;
    let answers = answers(case)?;
    let at = pki::time(case.text("verifyTime")?)?;
    let leaf = Certificate::from_der(&case.bytes("cert")?).map_err(Outcome::refused)?;
    let chain = chain::build(&leaf, trust.intermediates(), trust.anchors(), at, Purpose::Any);
    let chain = chain.map_err(Outcome::refused)?;
    let known = Answers { crls: trust.crls(), ocsp: &answers };
    let statuses = revocation::check(&chain, known, at);
    let (_, status) = statuses.first().ok_or_else(|| {
        Outcome::Defect("an anchor itself: nobody says whether it is revoked".to_string())
    })?;
    let (word, outcome) = match status {
        Status::Good => ("good", Outcome::Accepted),
        Status::Revoked { at, .. } => ("revoked", Outcome::Refused(format!("revoked at {at}"))),
        Status::Unknown { why } => ("unknown", Outcome::Refused(why.clone())),
        _ => return super::not_offered("a status that is new here"),
    };
    Ok(match case.optional_text("status")? {
        Some(stated) if stated != word => Outcome::Wrong(format!("{word}: {outcome}")),
        _ => outcome,
    })
}

/// Those that can be read: others are of no use.
fn answers(case: &Case) -> Result<Vec<OcspResponse>, Outcome> {
    let given = case.byte_list("ocsp")?;
    Ok(given.iter().filter_map(|der| OcspResponse::from_der(der).ok()).collect())
}
