//! Check a seal and a stamp (验章): every step a check of its own.
//!
//! Checking goes on where it can: a bad certificate does not hide a bad digest. What is judged
//! when:
//!
//! | | a seal by itself | in a stamp |
//! |---|---|---|
//! | the maker, V1 and V4 | at the proven time, else now | at the judged moment of the stamp |
//! | the maker, V5 | when the seal was made; what changed since is noted | the same |
//! | the seal's validity | at the proven time, else now | at the signing time and at the judged moment |
//! | the state of the seal | at the proven time, else now | as its validity |
//! | the signer | | at the judged moment; the signing time lies in its validity too |
//!
//! The judged moment of a stamp is the proven time (a good time stamp over its signature, or when
//! it was received, whichever is earlier). Where nothing is proven it is the signing time, and
//! `time.proof` is NotDetermined as soon as anything it rests on has expired or was revoked since,
//! an anchor is no longer trusted, or the state of the seal has changed: a stolen key must not date
//! itself back.

mod seal;
mod stamp;

pub use seal::{check_maker, check_seal};
pub(crate) use stamp::judge_stamp;
pub use stamp::{Expected, check_stamp};

use super::value::Extension;
use crate::asn1::{Oid, oid};
use crate::crypto::public_key::SignatureAlgorithm;
use crate::report::{CheckCode, Outcome, Report};
use crate::time::Time;
use crate::timestamp::{self, Token};
use crate::trust::Trust;

/// No extension is known, so none may be critical; none may be there twice.
fn extensions(report: &mut Report, code: CheckCode, subject: &str, extensions: &[Extension]) {
    let twice = extensions
        .iter()
        .enumerate()
        .find(|(at, extension)| extensions.iter().take(*at).any(|other| other.id == extension.id));
    let (good, detail) = if let Some(extension) = extensions.iter().find(|e| e.critical) {
        (false, format!("critical extension {} is not understood", extension.id))
    } else if let Some((_, extension)) = twice {
        (false, format!("extension {} is there twice", extension.id))
    } else {
        (true, format!("{} extensions, none critical", extensions.len()))
    };
    report.check(code, good, subject, detail);
}

/// The moments that a certificate is judged for: the one at which it signed, the one at which that is
/// proven, and the clock.
struct Moments {
    at: Time,
    existed: Time,
    now: Time,
}

/// The hash functions of a signature with this algorithm, and of the digest that is signed.
fn hashes(algorithm: &Oid) -> Vec<Oid> {
    let own = SignatureAlgorithm::from_oid(algorithm).map(SignatureAlgorithm::hash);
    [oid::SM3].into_iter().chain(own).collect()
}

/// The clock of a check, and when a time stamp is proven to have been there.
struct Clock {
    now: Time,
    existed: Option<Time>,
}

/// Checks a time stamp over `value`, which must not be before `not_before`; the latest moment that it
/// allows for if it is good.
fn time_stamp(
    report: &mut Report,
    code: CheckCode,
    token: &[u8],
    value: &[u8],
    not_before: (&str, Time),
    trust: &Trust,
    clock: &Clock,
) -> Option<Time> {
    let token = match Token::parse(token, trust.policy().profile) {
        Ok(token) => token,
        Err(error) => {
            report.check(code, false, "time stamp", error.to_string());
            return None;
        }
    };
    let time = token.gen_time();
    let inner = timestamp::check_existing(&token, value, trust, clock.now, clock.existed);
    let verdict = inner.verdict();
    report.add_report(inner);
    let (name, earliest) = not_before;
    let subject = format!("time stamp of {time}");
    let outcome = match verdict {
        _ if token.latest() < earliest => {
            report.check(code, false, subject, format!("before {name}, {earliest}"));
            return None;
        }
        crate::report::Verdict::Valid => Outcome::Passed,
        crate::report::Verdict::Invalid => Outcome::Failed,
        crate::report::Verdict::NotDetermined => Outcome::NotDetermined,
    };
    report.check(code, outcome, subject, format!("not before {name}, {earliest}"));
    (outcome == Outcome::Passed).then(|| token.latest())
}
