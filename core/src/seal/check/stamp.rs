//! Check a stamp.

use super::seal::{self, Judged};
use super::{Clock, Moments, extensions, hashes, time_stamp};
use crate::cert::{Certificate, Purpose};
use crate::crypto::public_key::PublicKey;
use crate::error::Result;
use crate::report::{CheckCode, NoteCode, Outcome, Report};
use crate::seal::key_of::key_of;
use crate::seal::membership::Membership;
use crate::seal::signature::{self, Verified};
use crate::seal::stamp::Stamp;
use crate::time::Time;
use crate::timestamp::Token;
use crate::trust::{Codes, Moment, Question, Trust, assess};

const MANDATORY: [CheckCode; 14] = [
    CheckCode::StampStructure,
    CheckCode::StampVersion,
    CheckCode::StampExtensions,
    CheckCode::StampSignature,
    CheckCode::SignerMembership,
    CheckCode::SignerUsage,
    CheckCode::SignerValidity,
    CheckCode::SignerChain,
    CheckCode::SignerRevocation,
    CheckCode::SignerAlgorithm,
    CheckCode::DocumentDigest,
    CheckCode::TimeSigning,
    CheckCode::TimeOrder,
    CheckCode::TimeProof,
];

const SIGNER: Codes = Codes {
    usage: CheckCode::SignerUsage,
    validity: CheckCode::SignerValidity,
    chain: CheckCode::SignerChain,
    revocation: CheckCode::SignerRevocation,
    algorithm: CheckCode::SignerAlgorithm,
};

/// What a stamp should have been made for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expected<'a> {
    /// The digest of the document at hand; without it `document.digest` is NotDetermined.
    pub data_hash: Option<&'a [u8; 32]>,
    /// The propertyInfo of the place where the stamp stands; without it, it is not compared.
    pub property: Option<&'a str>,
}

/// Checks a stamp and the seal in it.
///
/// # Source
///
/// GM/T 0031-2014, GB/T 38540-2020 and GM/T 0031-2025, each for the stamps of its own layout. That
/// the seal lists the signer is checked in every version.
pub fn check_stamp(
    stamp: &Stamp,
    expected: &Expected<'_>,
    trust: &Trust,
    moment: &Moment,
) -> Report {
    judge_stamp(stamp, expected, trust, moment).0
}

/// [`check_stamp`], and the moment at which it is proven that the stamp existed.
pub(crate) fn judge_stamp(
    stamp: &Stamp,
    expected: &Expected<'_>,
    trust: &Trust,
    moment: &Moment,
) -> (Report, Option<Time>) {
    let seal = stamp.seal();
    let subject =
        format!("stamp {} with seal {} ({})", stamp.property_info(), seal.id(), seal.name());
    let mut report = Report::new(subject, &[&MANDATORY[..], &seal::MANDATORY].concat());
    structure(&mut report, stamp);
    let signer = seal.signer(stamp.signer_certificate());
    stamp_signature(&mut report, stamp, &signer, trust);
    document(&mut report, stamp, expected);
    membership(&mut report, stamp, &signer);

    let token = tokens(&mut report, stamp, trust, moment);
    let proven = [moment.proof.time(), token].into_iter().flatten().min();
    // Nothing is judged for a moment that has not come.
    let proven = proven.map(|time| time.min(moment.now));
    signing_time(&mut report, stamp, proven, moment.now);
    order(&mut report, stamp, trust, moment);
    let at = proven.unwrap_or(stamp.time().min(moment.now));
    let existed = proven.unwrap_or(moment.now);
    let moments = Moments { at, existed, now: moment.now };
    let signer_changed = judge_signer(&mut report, stamp, &signer, trust, &moments);
    let validity: &[Time] = if at == stamp.time() { &[at] } else { &[stamp.time(), at] };
    let judged = Judged { at, validity, now: moment.now, proven, existed: proven };
    let seal_changed = seal::judge(&mut report, seal, trust, &judged);
    proof(&mut report, proven, stamp.time(), signer_changed.or(seal_changed));
    (report, proven)
}

fn structure(report: &mut Report, stamp: &Stamp) {
    let layout = format!("version {}, {}", stamp.version_number(), stamp.version().document());
    let property = stamp.property_info();
    report.check(CheckCode::StampStructure, true, property, layout);
    for (code, detail) in stamp.notes() {
        report.note(*code, detail.clone());
    }
    let seal = stamp.seal();
    let detail =
        format!("stamp {}, seal {}", stamp.version().document(), seal.version().document());
    report.check(CheckCode::StampVersion, stamp.version() == seal.version(), property, detail);
    extensions(report, CheckCode::StampExtensions, property, &stamp.extensions());
}

fn stamp_signature(
    report: &mut Report,
    stamp: &Stamp,
    signer: &Result<Certificate>,
    trust: &Trust,
) {
    let id = &trust.policy().user_id;
    let key = stamp.signer_key();
    let verified = match &key {
        Ok(key) => signature::verify(
            key,
            &stamp.algorithm(),
            id,
            stamp.signature_value(),
            trust.keys(),
            |key| stamp.digest(key, id),
            || stamp.to_be_signed().into(),
        ),
        Err(error) => Verified::bad(format!("the signer's certificate: {error}")),
    };
    if verified.outcome == Outcome::Failed
        && let Ok(key) = key
        && let Some((code, detail)) = signature::diagnose(
            &key,
            stamp.signature_value(),
            stamp.to_be_signed(),
            &[],
            Some(stamp.data_hash()),
        )
    {
        report.note(code, format!("stamp: {detail}"));
    }
    let subject = name(signer);
    report.check(CheckCode::StampSignature, verified.outcome, subject, verified.detail);
}

fn document(report: &mut Report, stamp: &Stamp, expected: &Expected<'_>) {
    let property = stamp.property_info();
    match expected.data_hash {
        Some(digest) => {
            let good = stamp.data_hash() == digest;
            let detail = if good { "" } else { "dataHash is that of another document" };
            report.check(CheckCode::DocumentDigest, good, property, detail);
        }
        None => {
            let detail = "the document was not given";
            report.check(CheckCode::DocumentDigest, Outcome::NotDetermined, property, detail);
        }
    }
    if let Some(place) = expected.property {
        let good = property == place;
        let detail = if good { String::new() } else { format!("made for {property:?}") };
        report.check(CheckCode::StampProperty, good, place, detail);
    }
}

fn membership(report: &mut Report, stamp: &Stamp, signer: &Result<Certificate>) {
    let code = CheckCode::SignerMembership;
    let subject = name(signer);
    match signer.as_ref().map(|signer| stamp.seal().membership(signer)) {
        Ok(Membership::Listed) => report.check(code, true, subject, ""),
        Ok(Membership::NotListed(why, note)) => {
            if let Some((code, detail)) = note {
                report.note(code, detail);
            }
            report.check(code, false, subject, why);
        }
        Err(_) => report.check(code, false, subject, "the certificate cannot be read"),
    }
}

/// The time stamps of a stamp; the time of a good one over its signature.
fn tokens(report: &mut Report, stamp: &Stamp, trust: &Trust, moment: &Moment) -> Option<Time> {
    let clock = Clock { now: moment.now, existed: moment.proof.of_time_stamps() };
    let code = CheckCode::TimeToken;
    let stated = ("the stated signing time", stamp.time());
    if let Some(token) = stamp.time_info_token() {
        // It is older than the signature, which covers it: it proves no existence. What it is
        // over, GM/T 0031-2014 leaves open; the document's digest is what there is.
        time_stamp(report, code, token, stamp.data_hash(), stated, trust, &clock);
    }
    let Some(token) = stamp.timestamp_token() else {
        let subject = stamp.property_info();
        report.inform(code, Outcome::NotDetermined, subject, "no time stamp over the signature");
        return None;
    };
    time_stamp(report, code, token, stamp.signature_value(), stated, trust, &clock)
}

fn signing_time(report: &mut Report, stamp: &Stamp, proven: Option<Time>, now: Time) {
    let latest = proven.unwrap_or(now);
    let good = stamp.time() <= latest;
    let detail = format!("{}, not after {latest}", stamp.time());
    report.check(CheckCode::TimeSigning, good, stamp.property_info(), detail);
}

/// Whether the times that the stamp and its time stamps state follow one another, whether they are
/// proven or not. The signature covers the seal, so the seal's time stamp comes first.
fn order(report: &mut Report, stamp: &Stamp, trust: &Trust, moment: &Moment) {
    let read = |token: Option<&[u8]>| Token::parse(token?, trust.policy().profile).ok();
    let (seal, token) = (read(stamp.seal().timestamp_token()), read(stamp.timestamp_token()));
    let stated = ("the stated signing time", stamp.time());
    let clock = ("the clock", moment.now);
    let mut pairs = vec![(stated, clock)];
    if let Some(proof) = moment.proof.time() {
        pairs.push((stated, ("the proof", proof)));
    }
    if let Some(token) = &token {
        pairs.push((stated, ("the time stamp", token.latest())));
        pairs.push((("the time stamp", token.gen_time()), clock));
    }
    if let (Some(seal), Some(token)) = (&seal, &token) {
        let seal = ("the time stamp of the seal", seal.gen_time());
        pairs.push((seal, ("that of the stamp", token.latest())));
    }
    let wrong = pairs.iter().find(|((_, earlier), (_, later))| earlier > later);
    let detail = match wrong {
        Some(((first, earlier), (second, later))) => {
            format!("{first}, {earlier}, is after {second}, {later}")
        }
        None => String::new(),
    };
    report.check(CheckCode::TimeOrder, wrong.is_none(), stamp.property_info(), detail);
}

/// The signer's certificate; gives what changed between the judged moment and now.
fn judge_signer(
    report: &mut Report,
    stamp: &Stamp,
    signer: &Result<Certificate>,
    trust: &Trust,
    moments: &Moments,
) -> Option<&'static str> {
    let Moments { at, existed, now } = *moments;
    let certificate = match signer {
        Ok(certificate) => certificate,
        Err(error) => {
            let detail = format!("the certificate cannot be read: {error}");
            report.check(SIGNER.chain, false, "signer", detail);
            return None;
        }
    };
    let hashes = hashes(&stamp.algorithm());
    let question = Question {
        certificate,
        extra: &[],
        purpose: Purpose::Sign,
        hashes: &hashes,
        at,
        existed,
        now,
    };
    let assessment = assess(report, &SIGNER, &question, trust);
    let stated = stamp.time();
    if stated != at {
        let (from, until) = (certificate.not_before(), certificate.not_after());
        let good = certificate.is_valid_at(stated);
        let detail = format!("stated signing time {stated} against {from} to {until}");
        report.check(SIGNER.validity, good, certificate.subject(), detail);
    }
    if assessment.revoked_since {
        Some("the signer's certificate was revoked since")
    } else if assessment.expired_since
        || trust.path_expired_since(certificate, &[], Purpose::Sign, now)
    {
        Some("the signer's certificate has expired since")
    } else {
        None
    }
}

/// Whether it is proven that the stamp existed at the moment it was judged for.
fn proof(report: &mut Report, proven: Option<Time>, stated: Time, changed: Option<&'static str>) {
    let code = CheckCode::TimeProof;
    let subject = "time of the stamp";
    match (proven, changed) {
        (Some(time), _) => report.check(code, true, subject, format!("existed at {time}")),
        (None, Some(changed)) => {
            report.note(NoteCode::TimeClaimed, format!("{stated} is the signer's statement"));
            let detail = format!("nothing proves that it is from {stated}, and {changed}");
            report.check(code, Outcome::NotDetermined, subject, detail);
        }
        (None, None) => {
            report.note(NoteCode::TimeClaimed, format!("{stated} is the signer's statement"));
            report.check(code, true, subject, "nothing it rests on has changed since");
        }
    }
}

fn name(signer: &Result<Certificate>) -> &str {
    signer.as_ref().map(Certificate::subject).unwrap_or("signer")
}

impl Stamp {
    /// The signer's key; as found, also out of a certificate of which nothing else can be read.
    pub(crate) fn signer_key(&self) -> Result<PublicKey> {
        let certificate = self.seal().signer(self.signer_certificate());
        key_of(self.signer_certificate(), &certificate, self.seal().profile())
    }

    /// Why the digest of a document may differ from dataHash: known mistakes of other software.
    ///
    /// Nothing found here makes the digest good.
    pub fn explain_digest(&self, document: &[u8]) -> Option<(NoteCode, String)> {
        let PublicKey::Sm2(key) = self.signer_key().ok()? else { return None };
        let with_z = crate::crypto::hazmat::sm2_digest(&key, &Default::default(), &[document]);
        (self.data_hash() == with_z.0).then(|| {
            let detail = "dataHash would agree as SM3(Z || document)";
            (NoteCode::DeviationDigest, detail.to_owned())
        })
    }
}
