//! Is a list of states good: signed by one who may, in force, not an old one?

use super::SealStates;
use crate::asn1::{Profile, oid};
use crate::cert::Certificate;
use crate::cert::chain::{self, Purpose};
use crate::cms;
use crate::crypto::public_key::PreparedKeys;
use crate::crypto::sm2::UserId;
use crate::report::{CheckCode, Outcome, Report, Verdict};
use crate::time::Time;
use crate::trust::{Codes, Question, Trust, assess};

const CODES: Codes = Codes {
    usage: CheckCode::StatesUsage,
    validity: CheckCode::StatesValidity,
    chain: CheckCode::StatesChain,
    revocation: CheckCode::StatesRevocation,
    algorithm: CheckCode::StatesAlgorithm,
};

impl SealStates {
    /// Checks the list itself, now: its signature (SM2 under the default user id), whether its
    /// signer leads to an anchor for seal states, whether it is in force and, with
    /// [`Trust::expect_seal_states`], not older than one that was seen before.
    pub fn check(&self, trust: &Trust, now: Time) -> Report {
        self.check_at(trust, [now, now], now, self.update(trust, now))
    }

    /// What is wrong with the list now, if anything. What was found good before is not asked again.
    pub(super) fn problem(&self, trust: &Trust, now: Time) -> Option<String> {
        if trust.verdicts.is_good(self, now) {
            return None;
        }
        let report = self.check(trust, now);
        trust.verdicts.keep(self, &report, trust, now);
        problem_of(&report)
    }

    /// Checks a list that is proven to have been there at the moment `recorded`, for a seal that is
    /// judged for the moment `judged`: by its signer's certificate when it was issued.
    pub(super) fn check_recorded(
        &self,
        recorded: Time,
        judged: Time,
        trust: &Trust,
        now: Time,
    ) -> Report {
        let (from, until) = (self.this_update(), self.next_update());
        let update = if recorded < from || recorded > until {
            Err(format!("in force from {from} to {until}, not when it was recorded, {recorded}"))
        } else if from < judged {
            Err(format!("issued at {from}, before {judged}"))
        } else {
            Ok(format!("number {}, recorded at {recorded}", self.number()))
        };
        self.check_at(trust, [from, recorded], now, update)
    }

    fn check_at(
        &self,
        trust: &Trust,
        [at, existed]: [Time; 2],
        now: Time,
        update: Result<String, String>,
    ) -> Report {
        let subject = format!("seal states {} of {}", self.number(), self.issuer());
        let mandatory =
            [CheckCode::StatesSignature, CheckCode::StatesChain, CheckCode::StatesUpdate];
        let mut report = Report::new(subject, &mandatory);
        let certificate = self.certificate();
        let signed = self.is_signed(trust.keys());
        report.check(CheckCode::StatesSignature, signed, certificate.subject(), "");
        let extra = self.other_certificates();
        let question = Question {
            certificate,
            extra: &extra,
            purpose: Purpose::StateSeals,
            hashes: &[oid::SM3],
            at,
            existed,
            now,
        };
        assess(&mut report, &CODES, &question, trust);
        let (outcome, detail) = match update {
            Ok(detail) => (Outcome::Passed, detail),
            Err(detail) => (Outcome::NotDetermined, detail),
        };
        report.check(CheckCode::StatesUpdate, outcome, self.issuer(), detail);
        report
    }

    /// Whether the list is in force and no old one, or why not.
    fn update(&self, trust: &Trust, now: Time) -> Result<String, String> {
        let (from, until) = (self.this_update(), self.next_update());
        let lowest = trust.seal_state_numbers.get(self.issuer()).copied().unwrap_or_default();
        if now < from {
            Err(format!("issued at {from}, after {now}"))
        } else if now > until {
            Err(format!("in force until {until}, not at {now}"))
        } else if self.number() < lowest {
            Err(format!("number {} is older than {lowest}, which was seen", self.number()))
        } else {
            Ok(format!("number {}, {from} to {until}", self.number()))
        }
    }

    /// Whether the signature is that of the certificate inside.
    pub(super) fn is_signed(&self, keys: &PreparedKeys) -> bool {
        let inner = &*self.0;
        inner.signature.get_or(|| {
            let ([signer], Some(content)) = (inner.signed.signers(), inner.signed.content()) else {
                return false;
            };
            let (kind, profile) = (inner.signed.content_type(), Profile::Conforming);
            let (certificate, id) = (&inner.certificate, UserId::default());
            cms::verify_value_with(signer, kind, content, certificate, &id, profile, keys).is_ok()
        })
    }

    /// Whether the signer leads to an anchor that may speak of a seal by one of these makers: a
    /// maker's certificate and those above it.
    pub(super) fn speaks_for(&self, makers: &[Certificate], trust: &Trust, now: Time) -> bool {
        let anchors = trust
            .anchors
            .of_states(now, |named| makers.iter().any(|maker| named.contains(&maker.digest())));
        self.leads_to(&anchors, trust, now)
    }

    /// Whether the signer leads to one of these anchors.
    pub(super) fn leads_to(&self, anchors: &[Certificate], trust: &Trust, now: Time) -> bool {
        let among: Vec<Certificate> =
            self.other_certificates().iter().chain(trust.intermediates()).cloned().collect();
        let (certificate, purpose) = (self.certificate(), Purpose::StateSeals);
        chain::path_with(certificate, &among, anchors, now, purpose, trust.issuers()).is_ok()
    }

    pub(super) fn other_certificates(&self) -> Vec<Certificate> {
        let inside = self.0.signed.certificates().iter();
        let others = inside.filter(|der| der.as_slice() != self.certificate().as_der());
        others.filter_map(|der| Certificate::from_der(der).ok()).collect()
    }
}

/// What is wrong, the worst first; `None` if the list is good.
pub(super) fn problem_of(report: &Report) -> Option<String> {
    if report.verdict() == Verdict::Valid {
        return None;
    }
    let bad = |wanted| report.checks().iter().find(|c| c.required && c.outcome == wanted);
    let found = bad(Outcome::Failed).or_else(|| bad(Outcome::NotDetermined));
    let why = found.map(|c| format!("{}: {}", c.code.name(), c.detail));
    Some(format!("{}: {}", report.subject(), why.unwrap_or_default()))
}
