//! What is proven to have been there at a moment in the past.

use super::Trust;
use super::seal_states::SealStates;
use crate::cert::chain::VerifiedChain;
use crate::cert::revocation::{self, Answers, Status};
use crate::cert::{Certificate, Crl, OcspResponse};
use crate::time::Time;
use std::ops::RangeInclusive;

/// Certificates and answers that are proven to have been there at a moment. That they were shows
/// nothing about who made them: they count on the same terms as those of today, by the clock of then.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// When everything in it was there.
    pub at: Time,
    pub certificates: Vec<Certificate>,
    pub crls: Vec<Crl>,
    pub ocsp: Vec<OcspResponse>,
    pub seal_states: Vec<SealStates>,
}

impl Record {
    /// What its answers say about the certificates of a chain that is judged for `judged`. An answer
    /// from before that moment cannot say that nothing was revoked until then, nor can one from after
    /// the end of a certificate, when its entry may be gone.
    fn statuses(&self, chain: &VerifiedChain, judged: Time, trust: &Trust) -> Vec<Status> {
        let ask = |crls: &[Crl], ocsp: &[OcspResponse]| {
            let answers = Answers { crls, ocsp };
            revocation::check_with(chain, answers, self.at, None, trust.issuers()).into_iter()
        };
        let below = chain.certificates().iter().rev().skip(1);
        let end = below.map(Certificate::not_after).min().unwrap_or(self.at);
        let (crls, ocsp) = self.answers_of(judged..=end);
        let late = ask(&crls, &ocsp).map(|(_, status)| status);
        let all = ask(&self.crls, &self.ocsp).map(|(_, status)| status);
        let both = |(all, late): (Status, Status)| match (&all, &late) {
            (Status::Revoked { .. }, _) => all,
            (Status::Good, Status::Unknown { .. }) => {
                let at = self.at;
                let why = format!("what was recorded at {at} is not from {judged} to {end}");
                Status::Unknown { why }
            }
            _ => late,
        };
        all.zip(late).map(both).collect()
    }

    fn answers_of(&self, period: RangeInclusive<Time>) -> (Vec<Crl>, Vec<OcspResponse>) {
        let crls = self.crls.iter().filter(|crl| period.contains(&crl.this_update()));
        let is_of = |response: &&OcspResponse| {
            response.this_update().is_some_and(|this_update| period.contains(&this_update))
        };
        (crls.cloned().collect(), self.ocsp.iter().filter(is_of).cloned().collect())
    }
}

/// The status of every certificate of a chain, by the answers of today and by those recorded: an
/// answer that says revoked always counts, wherever it stands.
pub(super) fn statuses(
    chain: &VerifiedChain,
    judged: Time,
    now: Time,
    trust: &Trust,
) -> Vec<(Certificate, Status)> {
    let answers = Answers { crls: trust.crls(), ocsp: trust.ocsp() };
    let mut found = revocation::check_with(chain, answers, now, Some(judged), trust.issuers());
    for record in trust.records() {
        let recorded = record.statuses(chain, judged, trust);
        for ((_, status), recorded) in found.iter_mut().zip(recorded) {
            let known = std::mem::replace(status, Status::Good);
            *status = merge(known, recorded);
        }
    }
    found
}

/// Of two that say revoked the earlier counts.
fn merge(known: Status, recorded: Status) -> Status {
    match (&known, &recorded) {
        (Status::Revoked { at, .. }, Status::Revoked { at: other, .. }) => {
            if other < at {
                recorded
            } else {
                known
            }
        }
        (Status::Revoked { .. }, _) | (Status::Good, Status::Unknown { .. }) => known,
        (Status::Unknown { .. }, Status::Unknown { .. }) => recorded,
        (_, Status::Revoked { .. }) | (Status::Unknown { .. }, Status::Good) => recorded,
        (Status::Good, Status::Good) => known,
    }
}
