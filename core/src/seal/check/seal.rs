//! Check a seal.

use super::{Clock, Moments, extensions, hashes, time_stamp};
use crate::asn1::ses::{MAX_PICTURE_MM, Version};
use crate::asn1::{Oid, oid};
use crate::cert::{Certificate, Purpose};
use crate::report::{CheckCode, NoteCode, Outcome, Report};
use crate::seal::value::Seal;
use crate::time::Time;
use crate::trust::seal_states::{self, SealQuestion};
use crate::trust::{Assessment, Codes, Moment, Question, Trust, assess};

pub(super) const MANDATORY: [CheckCode; 10] = [
    CheckCode::SealStructure,
    CheckCode::SealExtensions,
    CheckCode::SealPicture,
    CheckCode::SealSignature,
    CheckCode::SealValidity,
    CheckCode::SealMakerUsage,
    CheckCode::SealMakerValidity,
    CheckCode::SealMakerChain,
    CheckCode::SealMakerRevocation,
    CheckCode::SealMakerAlgorithm,
];

const MAKER: Codes = Codes {
    usage: CheckCode::SealMakerUsage,
    validity: CheckCode::SealMakerValidity,
    chain: CheckCode::SealMakerChain,
    revocation: CheckCode::SealMakerRevocation,
    algorithm: CheckCode::SealMakerAlgorithm,
};

/// Checks a seal by itself, at the proven time or now.
///
/// # Source
///
/// GM/T 0031-2014, GB/T 38540-2020 and GM/T 0031-2025, each for the seals of its own layout.
pub fn check_seal(seal: &Seal, trust: &Trust, moment: &Moment) -> Report {
    let subject = format!("seal {} ({})", seal.id(), seal.name());
    let mut report = Report::new(subject, &MANDATORY);
    let at = moment.proof.time().unwrap_or(moment.now).min(moment.now);
    let existed = moment.proof.of_time_stamps();
    let proven = moment.proof.time().map(|time| time.min(moment.now));
    let judged = Judged { at, validity: &[at], now: moment.now, proven, existed };
    judge(&mut report, seal, trust, &judged);
    report
}

/// Checks the certificate of one who is about to make a seal.
///
/// # Source
///
/// GM/T 0031-2025: it is validated before a seal is made.
pub fn check_maker(certificate: &Certificate, created: Time, trust: &Trust, now: Time) -> Report {
    let mandatory = [MAKER.usage, MAKER.validity, MAKER.chain, MAKER.revocation, MAKER.algorithm];
    let mut report = Report::new(certificate.subject(), &mandatory);
    let moments = Moments { at: created, existed: now, now };
    maker(&mut report, certificate, &[oid::SM3], trust, &moments);
    report
}

/// The moments that a seal is judged for.
pub(super) struct Judged<'a> {
    /// For the maker's certificate, except in V5.
    pub at: Time,
    /// For the seal's own validity and its state.
    pub validity: &'a [Time],
    /// The clock.
    pub now: Time,
    /// When the maker's signature is proven to have existed.
    pub proven: Option<Time>,
    /// When the whole seal is proven to have been there, its time stamp included.
    pub existed: Option<Time>,
}

/// Adds the checks of a seal; gives what changed between the judged moment and now.
pub(super) fn judge(
    report: &mut Report,
    seal: &Seal,
    trust: &Trust,
    judged: &Judged<'_>,
) -> Option<&'static str> {
    let name = seal.name();
    let layout = format!("version {}, {}", seal.version_number(), seal.version().document());
    report.check(CheckCode::SealStructure, true, name, layout);
    for (code, detail) in seal.notes() {
        report.note(*code, detail.clone());
    }
    extensions(report, CheckCode::SealExtensions, name, &seal.extensions());
    check_picture(report, seal);
    check_signature(report, seal, trust);
    let stamped = seal.timestamp_token().and_then(|token| {
        let created = ("the creation of the seal", seal.created());
        let code = CheckCode::SealTimestamp;
        let clock = Clock { now: judged.now, existed: judged.existed };
        time_stamp(report, code, token, seal.signature_value(), created, trust, &clock)
    });
    let maker_changed = check_makers(report, seal, trust, judged, stamped);
    check_validity(report, seal, judged.validity);
    let state_changed = check_state(report, seal, trust, judged);
    let changed = maker_changed.or(state_changed);
    let until = seal.valid_until();
    if judged.now <= until {
        return changed;
    }
    if judged.validity.iter().all(|moment| seal.is_valid_at(*moment)) {
        report.note(NoteCode::ExpiredSince, format!("the seal {name} expired at {until}"));
    }
    Some("the seal has expired since")
}

/// What lists say about the seal at its moments.
fn check_state(
    report: &mut Report,
    seal: &Seal,
    trust: &Trust,
    judged: &Judged<'_>,
) -> Option<&'static str> {
    let maker = seal.maker().ok();
    // The digest of a seal is only of interest where there is a list.
    let digest = if trust.has_seal_states() { seal.digest() } else { [0; 32] };
    let question = SealQuestion {
        seal: digest,
        name: seal.name(),
        maker: maker.as_ref(),
        at: judged.at,
        moments: judged.validity,
        now: judged.now,
    };
    let changed = seal_states::judge(report, &question, trust);
    changed.then_some("the state of the seal has changed since")
}

fn check_picture(report: &mut Report, seal: &Seal) {
    let picture = seal.picture();
    let subject = format!("{}, {} x {} mm", picture.kind, picture.width_mm, picture.height_mm);
    let sane = 1..=MAX_PICTURE_MM;
    let found = if sane.contains(&picture.width_mm) && sane.contains(&picture.height_mm) {
        seal.judge_picture()
    } else {
        Err(format!("width and height are 1 to {MAX_PICTURE_MM} mm"))
    };
    let good = found.is_ok();
    report.check(CheckCode::SealPicture, good, subject, found.err().unwrap_or_default());
}

fn check_signature(report: &mut Report, seal: &Seal, trust: &Trust) {
    let verified = seal.verify_signature(trust.policy().id_of_makers(), trust.keys());
    if verified.outcome == Outcome::Failed
        && let Some((code, detail)) = seal.diagnose_signature()
    {
        report.note(code, format!("seal: {detail}"));
    }
    report.check(CheckCode::SealSignature, verified.outcome, seal.name(), verified.detail);
}

/// The maker's certificate; in V5 at the creation of the seal, what changed since being noted only.
fn check_makers(
    report: &mut Report,
    seal: &Seal,
    trust: &Trust,
    judged: &Judged<'_>,
    stamped: Option<Time>,
) -> Option<&'static str> {
    let of_2025 = seal.version() == Version::V5;
    let at_creation = of_2025 && !trust.policy().strict_makers;
    let certificate = match seal.maker() {
        Ok(certificate) => certificate,
        Err(error) => {
            let detail = format!("the certificate cannot be read: {error}");
            report.check(MAKER.chain, false, seal.name(), detail);
            return None;
        }
    };
    let at = if at_creation { seal.created() } else { judged.at };
    let proven = [judged.proven, stamped].into_iter().flatten().min();
    let existed = proven.unwrap_or(judged.now);
    let moments = Moments { at, existed, now: judged.now };
    let hashes = hashes(&seal.algorithm());
    let assessment = maker(report, &certificate, &hashes, trust, &moments);
    if of_2025 {
        let created = seal.created();
        let (from, until) = (certificate.not_before(), certificate.not_after());
        let good = certificate.is_valid_at(created) && created <= judged.at;
        let detail = format!("{created} against {from} to {until}, not after {}", judged.at);
        report.check(CheckCode::SealCreated, good, seal.name(), detail);
    }
    if at_creation {
        return check_distrust(report, seal, &certificate, trust, judged, stamped);
    }
    let path = || trust.path_expired_since(&certificate, &[], Purpose::MakeSeal, judged.now);
    if assessment.revoked_since {
        Some("the maker's certificate was revoked since")
    } else if assessment.expired_since || path() {
        Some("the maker's certificate has expired since")
    } else {
        None
    }
}

/// A maker under an anchor that is distrusted by now may have dated a seal back, unless the seal is
/// proven to be older: by its own time stamp, or as part of a stamp that is.
fn check_distrust(
    report: &mut Report,
    seal: &Seal,
    certificate: &Certificate,
    trust: &Trust,
    judged: &Judged<'_>,
    stamped: Option<Time>,
) -> Option<&'static str> {
    let latest = stamped.map_or(judged.at, |time| time.min(judged.at));
    let by = |now| trust.is_distrusted_since(certificate, Purpose::MakeSeal, seal.created(), now);
    if by(latest) {
        let detail = "its anchor is distrusted since, and nothing proves that the seal is older";
        report.check(MAKER.chain, Outcome::NotDetermined, seal.name(), detail);
    }
    (stamped.is_none() && by(judged.now)).then_some("the maker's anchor is distrusted since")
}

fn maker(
    report: &mut Report,
    certificate: &Certificate,
    hashes: &[Oid],
    trust: &Trust,
    moments: &Moments,
) -> Assessment {
    let Moments { at, existed, now } = *moments;
    let purpose = Purpose::MakeSeal;
    let question = Question { certificate, extra: &[], purpose, hashes, at, existed, now };
    assess(report, &MAKER, &question, trust)
}

fn check_validity(report: &mut Report, seal: &Seal, moments: &[Time]) {
    let outside = moments.iter().find(|moment| !seal.is_valid_at(**moment));
    let (from, until) = (seal.valid_from(), seal.valid_until());
    let moment = outside.or(moments.first());
    let detail = match moment {
        Some(moment) => format!("{moment} against {from} to {until}"),
        None => format!("{from} to {until}"),
    };
    report.check(CheckCode::SealValidity, outside.is_none(), seal.name(), detail);
}
