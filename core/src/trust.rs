//! What a verifier trusts, by which policy, and at which moment it judges.

mod algorithms;
mod anchors;
mod assess;
mod moment;
mod policy;
mod record;
pub mod seal_states;
mod store;

pub use algorithms::{Algorithm, AlgorithmTerms, Algorithms, MAX_ALGORITHM_LINES};
pub use anchors::{AnchorPurpose, AnchorTerms, MAX_MAKERS};
pub use assess::{Assessment, Codes, Question, assess};
pub use moment::{Moment, Proof};
pub use policy::{Policy, Revocation, SealStatePolicy};
pub(crate) use record::Record;
pub use seal_states::SealStates;
pub use store::{MAX_STORE_BYTES, MAX_STORE_LINES, STORE_FILE, TrustStore};

use crate::cert::chain;
use crate::cert::{Certificate, Crl, Issuers, OcspResponse, Purpose};
use crate::crypto::public_key::PreparedKeys;
use crate::error::Result;
use crate::time::Time;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Anchors, certificates that help to reach them, revocation answers and the policy.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    anchors: anchors::Anchors,
    intermediates: Vec<Certificate>,
    crls: Vec<Crl>,
    ocsp: Vec<OcspResponse>,
    seal_states: Vec<SealStates>,
    /// The lowest number that a list of states may have, by its issuer.
    seal_state_numbers: BTreeMap<String, u64>,
    /// What is proven to have been there at moments in the past.
    records: Vec<Record>,
    policy: Policy,
    /// Keys of certificates that led to the anchors; only a matter of speed.
    keys: PreparedKeys,
    /// Lists of states that were found good; whatever changes the rest forgets them.
    verdicts: seal_states::Verdicts,
}

impl Trust {
    /// No anchor, no list, and this policy.
    pub fn new(policy: Policy) -> Self {
        Trust { policy, ..Trust::default() }
    }

    /// Trusts this certificate, always and for everything but the states of seals: a path that
    /// reaches it is good.
    pub fn add_anchor(&mut self, anchor: Certificate) {
        self.forget();
        self.anchors.add(anchor, AnchorTerms::default());
    }

    /// Trusts this certificate on these terms.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`](crate::error::Code::Argument) or
    /// [`Code::Count`](crate::error::Code::Count) for terms that no anchor can have.
    pub fn add_anchor_for(&mut self, anchor: Certificate, terms: AnchorTerms) -> Result<()> {
        self.forget();
        terms.check()?;
        self.anchors.add(anchor, terms);
        Ok(())
    }

    /// Offers a certificate for building paths; it brings no trust.
    pub fn add_intermediate(&mut self, intermediate: Certificate) {
        self.forget();
        self.intermediates.push(intermediate);
    }

    /// Offers a revocation list; it counts only if its issuer signed it.
    pub fn add_crl(&mut self, crl: Crl) {
        self.forget();
        self.crls.push(crl);
    }

    /// Offers an OCSP response; it counts only if one who may answer for the issuer signed it.
    pub fn add_ocsp(&mut self, response: OcspResponse) {
        self.forget();
        self.ocsp.push(response);
    }

    /// Offers a list of the states of seals; it counts only if its signer leads to an anchor for
    /// that purpose.
    pub fn add_seal_states(&mut self, states: SealStates) {
        self.forget();
        self.seal_states.push(states);
    }

    /// Refuses lists of this issuer with a lower number: the caller has seen this one before.
    pub fn expect_seal_states(&mut self, issuer: &str, number: u64) {
        self.forget();
        let lowest = self.seal_state_numbers.entry(issuer.to_owned()).or_default();
        *lowest = number.max(*lowest);
    }

    /// Forgets what was found good: it may rest on what changes now.
    fn forget(&mut self) {
        self.verdicts = seal_states::Verdicts::default();
    }

    /// All anchors, whatever they are for.
    pub fn anchors(&self) -> &[Certificate] {
        self.anchors.certificates()
    }

    /// The anchors that count for a certificate used so, at this moment.
    pub fn anchors_at(&self, purpose: Purpose, at: Time) -> Cow<'_, [Certificate]> {
        self.anchors.at(purpose, at)
    }

    /// Whether a certificate that leads to an anchor at a moment leads to none any more that is
    /// not distrusted by now.
    pub(crate) fn is_distrusted_since(
        &self,
        certificate: &Certificate,
        purpose: Purpose,
        at: Time,
        now: Time,
    ) -> bool {
        let path = |anchors: &[Certificate]| {
            let (among, issuers) = (self.intermediates(), self.issuers());
            chain::path_with(certificate, among, anchors, at, purpose, issuers)
        };
        self.anchors.any_distrusted(now)
            && path(&self.anchors.at(purpose, at)).is_ok()
            && path(&self.anchors.still_trusted(purpose, at, now)).is_err()
    }

    /// The certificates offered for building paths.
    pub fn intermediates(&self) -> &[Certificate] {
        &self.intermediates
    }

    /// The revocation lists.
    pub fn crls(&self) -> &[Crl] {
        &self.crls
    }

    /// Offers what is proven to have been there at a moment: its answers are weighed by the clock
    /// of that moment. Like everything that is offered it brings no trust.
    pub(crate) fn add_record(&mut self, record: Record) {
        self.forget();
        self.intermediates.extend(record.certificates.iter().cloned());
        self.records.push(record);
    }

    /// Whether any list of the states of seals is given, of today or recorded.
    pub(crate) fn has_seal_states(&self) -> bool {
        !self.seal_states.is_empty()
            || self.records.iter().any(|record| !record.seal_states.is_empty())
    }

    /// What is proven to have been there at moments in the past.
    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    /// The anchors and the policy alone, nothing offered.
    pub(crate) fn bare(&self) -> Trust {
        Trust {
            anchors: self.anchors.clone(),
            seal_state_numbers: self.seal_state_numbers.clone(),
            policy: self.policy.clone(),
            ..Trust::default()
        }
    }

    /// Whether a certificate that leads to an anchor at an earlier moment no longer does, because
    /// something above it has expired. `extra` are certificates that came with it.
    pub(crate) fn path_expired_since(
        &self,
        certificate: &Certificate,
        extra: &[Certificate],
        purpose: Purpose,
        now: Time,
    ) -> bool {
        let anchors = self.anchors_at(purpose, now);
        let mut above = extra.iter().chain(self.intermediates()).chain(anchors.iter());
        let changed =
            anchors.len() < self.anchors().len() || above.any(|other| !other.is_valid_at(now));
        if !changed || !certificate.is_valid_at(now) {
            return false;
        }
        let among: Vec<Certificate> = extra.iter().chain(self.intermediates()).cloned().collect();
        chain::path_with(certificate, &among, &anchors, now, purpose, self.issuers()).is_err()
    }

    /// The keys that are prepared, and those that may be.
    pub(crate) fn keys(&self) -> &PreparedKeys {
        &self.keys
    }

    /// How what issuers signed is verified.
    pub(crate) fn issuers(&self) -> Issuers<'_> {
        Issuers { user_id: &self.policy.issuer_user_id, keys: &self.keys }
    }

    /// Forgets the keys that are prepared; from now on they take at most this many bytes.
    pub(crate) fn limit_keys(&mut self, bytes: usize) {
        self.keys = PreparedKeys::new(bytes);
    }

    /// The OCSP responses.
    pub fn ocsp(&self) -> &[OcspResponse] {
        &self.ocsp
    }

    /// The lists of the states of seals.
    pub fn seal_states(&self) -> &[SealStates] {
        &self.seal_states
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy, to change it.
    pub fn policy_mut(&mut self) -> &mut Policy {
        self.forget();
        &mut self.policy
    }
}
