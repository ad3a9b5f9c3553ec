//! What a verifier trusts, by which policy, and at which moment it judges.

mod assess;
mod message;
mod moment;
mod policy;

pub use assess::{Assessment, Codes, Question, assess};
pub use message::{SIGNER_CODES, check_message};
pub use moment::{Moment, Proof};
pub use policy::{Policy, Revocation};

use crate::cert::{Certificate, Crl, OcspResponse};
use crate::crypto::public_key::PreparedKeys;

/// Anchors, certificates that help to reach them, revocation answers and the policy.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    anchors: Vec<Certificate>,
    intermediates: Vec<Certificate>,
    crls: Vec<Crl>,
    ocsp: Vec<OcspResponse>,
    policy: Policy,
    /// Keys of certificates that led to the anchors; only a matter of speed.
    keys: PreparedKeys,
}

impl Trust {
    /// No anchor, no list, and this policy.
    pub fn new(policy: Policy) -> Self {
        Trust { policy, ..Trust::default() }
    }

    /// Trusts this certificate: a path that reaches it is good.
    pub fn add_anchor(&mut self, anchor: Certificate) {
        self.anchors.push(anchor);
    }

    /// Offers a certificate for building paths; it brings no trust.
    pub fn add_intermediate(&mut self, intermediate: Certificate) {
        self.intermediates.push(intermediate);
    }

    /// Offers a revocation list; it counts only if its issuer signed it.
    pub fn add_crl(&mut self, crl: Crl) {
        self.crls.push(crl);
    }

    /// Offers an OCSP response; it counts only if one who may answer for the issuer signed it.
    pub fn add_ocsp(&mut self, response: OcspResponse) {
        self.ocsp.push(response);
    }

    /// The anchors.
    pub fn anchors(&self) -> &[Certificate] {
        &self.anchors
    }

    /// The certificates offered for building paths.
    pub fn intermediates(&self) -> &[Certificate] {
        &self.intermediates
    }

    /// The revocation lists.
    pub fn crls(&self) -> &[Crl] {
        &self.crls
    }

    /// The keys that are prepared, and those that may be.
    pub(crate) fn keys(&self) -> &PreparedKeys {
        &self.keys
    }

    /// Forgets the keys that are prepared; from now on they take at most this many bytes.
    pub(crate) fn limit_keys(&mut self, bytes: usize) {
        self.keys = PreparedKeys::new(bytes);
    }

    /// The OCSP responses.
    pub fn ocsp(&self) -> &[OcspResponse] {
        &self.ocsp
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy, to change it.
    pub fn policy_mut(&mut self) -> &mut Policy {
        &mut self.policy
    }
}
