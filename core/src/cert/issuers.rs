//! How the signatures of issuers are verified: those of certificates, lists and OCSP responses.

use super::algorithm;
use super::certificate::Certificate;
use crate::crypto::hazmat::{Sm2Digest, sm2_digest, sm2_verify_digest};
use crate::crypto::memo::Memo;
use crate::crypto::public_key::{PreparedKeys, PublicKey};
use crate::crypto::sm2::{Signature, UserId};
use crate::crypto::sm3;

/// The user id under which issuers sign with SM2, and the keys that are prepared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Issuers<'a> {
    pub user_id: &'a UserId,
    pub keys: &'a PreparedKeys,
}

/// Something with a signature beside it.
#[derive(Clone, Copy)]
pub(in crate::cert) struct Signed<'a> {
    /// The contents of the AlgorithmIdentifier.
    pub algorithm: &'a [u8],
    pub message: &'a [u8],
    pub signature: &'a [u8],
}

/// A known mistake of other software under which a signature would be good that is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssuerDeviation {
    /// It would be good under the empty user id, as OpenSSL signs unless told otherwise.
    EmptyUserId,
    /// It would be good under the default user id.
    DefaultUserId,
    /// It would be good with e = SM3(M): Z, with the user id and the key in it, was left out.
    WithoutZ,
}

impl IssuerDeviation {
    /// For people.
    pub fn text(self) -> &'static str {
        match self {
            IssuerDeviation::EmptyUserId => "it would be good under the empty user id",
            IssuerDeviation::DefaultUserId => "it would be good under the default user id",
            IssuerDeviation::WithoutZ => "it would be good with e = SM3(M): Z was left out",
        }
    }
}

impl Issuers<'_> {
    /// Asks as everybody does who says nothing: under the default user id, no key prepared.
    pub(in crate::cert) fn usual<T>(ask: impl FnOnce(Issuers<'_>) -> T) -> T {
        let (user_id, keys) = (UserId::default(), PreparedKeys::default());
        ask(Issuers { user_id: &user_id, keys: &keys })
    }

    /// Whether the issuer's key made this signature; `None` if its algorithm is not offered for the
    /// key.
    pub(in crate::cert) fn verify(self, issuer: &Certificate, signed: Signed<'_>) -> Option<bool> {
        let Signed { algorithm, message, signature } = signed;
        let algorithm = algorithm::for_key(algorithm, issuer.key_algorithm())?;
        let key = issuer.public_key();
        Some(self.keys.verify(key, algorithm, self.user_id, message, signature).is_ok())
    }

    /// What a signature of SM2 that is not good may be. It stays not good.
    pub(in crate::cert) fn diagnose(
        self,
        issuer: &Certificate,
        signed: Signed<'_>,
    ) -> Option<IssuerDeviation> {
        let PublicKey::Sm2(key) = issuer.public_key() else { return None };
        algorithm::for_key(signed.algorithm, issuer.key_algorithm())?;
        let signature = Signature::from_der(signed.signature).ok()?;
        let good = |digest: Sm2Digest| sm2_verify_digest(key, &digest, &signature).is_ok();
        let under = |id: &UserId| good(sm2_digest(key, id, &[signed.message]));
        if good(Sm2Digest(sm3::digest(signed.message))) {
            return Some(IssuerDeviation::WithoutZ);
        }
        let (empty, default) = (UserId::new(b"").ok()?, UserId::default());
        [(empty, IssuerDeviation::EmptyUserId), (default, IssuerDeviation::DefaultUserId)]
            .into_iter()
            .find(|(id, _)| id != self.user_id && under(id))
            .map(|(_, deviation)| deviation)
    }

    /// The same as text to add to a problem, or nothing.
    pub(in crate::cert) fn remark(self, issuer: &Certificate, signed: Signed<'_>) -> String {
        let found = self.diagnose(issuer, signed);
        found.map(|deviation| format!("; {}", deviation.text())).unwrap_or_default()
    }
}

/// Under whose key and which user id a signature was found good before. It is so at any time: dates,
/// constraints and revocation are asked about each time.
#[derive(Debug, Default)]
pub(in crate::cert) struct SignedBy(Memo<(Certificate, UserId)>);

impl SignedBy {
    /// Whether it was found good so.
    pub(in crate::cert) fn is(&self, issuer: &Certificate, issuers: Issuers<'_>) -> bool {
        self.0.is(|(found, user_id)| found == issuer && user_id == issuers.user_id)
    }

    /// Remembers that it is good so.
    pub(in crate::cert) fn set(&self, issuer: &Certificate, issuers: Issuers<'_>) {
        self.0.set((issuer.clone(), issuers.user_id.clone()));
    }
}
