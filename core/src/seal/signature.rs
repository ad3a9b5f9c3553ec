//! One signature value of a seal or stamp: whether it is good, and if not, what it may be.

use crate::asn1::oid::{self, Oid};
use crate::asn1::ses::signature_value;
use crate::crypto::hazmat::{Sm2Digest, sm2_digest, sm2_verify_digest};
use crate::crypto::public_key::{PreparedKeys, PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::{self, Signature, UserId};
use crate::crypto::sm3;
use crate::report::{NoteCode, Outcome};
use std::borrow::Cow;

/// What the verification of a signature value found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verified {
    pub outcome: Outcome,
    pub detail: String,
}

impl Verified {
    fn good() -> Self {
        Verified { outcome: Outcome::Passed, detail: String::new() }
    }

    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Verified { outcome: Outcome::Failed, detail: detail.into() }
    }

    fn unknown(detail: impl Into<String>) -> Self {
        Verified { outcome: Outcome::NotDetermined, detail: detail.into() }
    }
}

/// Verifies a signature value under the key and the algorithm that stands beside it.
///
/// The key decides what the algorithm may be. `digest` gives e for SM2, `message` the whole input
/// for other algorithms.
pub(super) fn verify<'a>(
    key: &PublicKey,
    algorithm: &Oid,
    user_id: &UserId,
    octets: &[u8],
    keys: &PreparedKeys,
    digest: impl FnOnce(&sm2::PublicKey) -> Sm2Digest,
    message: impl FnOnce() -> Cow<'a, [u8]>,
) -> Verified {
    let known = SignatureAlgorithm::from_oid(algorithm).and_then(|known| known.under_key(key));
    let Some(known) = known else { return unfit(key, algorithm) };
    let good = match key {
        PublicKey::Sm2(key) => match sm2_signature(octets) {
            Some(signature) => keys.verify_digest(key, &digest(key), &signature).is_ok(),
            None => return Verified::bad("the value is no SM2 signature"),
        },
        other => other.verify(known, user_id, &message(), octets).is_ok(),
    };
    if good { Verified::good() } else { Verified::bad("the signature does not verify") }
}

/// r and s in any form that reading let through.
fn sm2_signature(octets: &[u8]) -> Option<Signature> {
    Signature::from_raw(&signature_value::to_raw(octets)?).ok()
}

fn unfit(key: &PublicKey, algorithm: &Oid) -> Verified {
    if *algorithm == oid::RSA_SHA1 && matches!(key, PublicKey::Rsa(_)) {
        return Verified::unknown("RSA with SHA-1 is not offered");
    }
    Verified::bad(format!("the algorithm {algorithm} does not belong to an {} key", key.name()))
}

/// What a signature that does not verify would be good over: known mistakes of other software.
///
/// Nothing found here makes the signature good: each of these lets somebody forge.
pub(super) fn diagnose(
    key: &PublicKey,
    octets: &[u8],
    message: &[u8],
    others: &[(&'static str, &[u8])],
    digest_of_document: Option<&[u8]>,
) -> Option<(NoteCode, String)> {
    let PublicKey::Sm2(key) = key else { return None };
    let signature = sm2_signature(octets)?;
    let good = |e: [u8; 32]| sm2_verify_digest(key, &Sm2Digest(e), &signature).is_ok();
    let with = |id: &UserId, message: &[u8]| good(sm2_digest(key, id, &[message]).0);
    let default = UserId::default();
    let input = |text: &str| Some((NoteCode::DeviationSignatureInput, text.to_owned()));
    if good(sm3::digest(message)) {
        return input("it would be good with e = SM3(M): Z was left out");
    }
    if with(&default, &sm3::digest(message)) {
        return input("it would be good over SM3(M): the message was hashed once more");
    }
    if let Some(Ok(e)) = digest_of_document.map(<[u8; 32]>::try_from)
        && good(e)
    {
        return input("it would be good with e = dataHash: the structure itself is not signed");
    }
    for (name, message) in others {
        if with(&default, message) {
            return input(&format!("it would be good over {name}"));
        }
    }
    if let Ok(empty) = UserId::new(b"")
        && with(&empty, message)
    {
        return Some((NoteCode::DeviationUserId, "it would be good with an empty user id".into()));
    }
    with(&default, message)
        .then(|| (NoteCode::DeviationUserId, "it would be good with the default user id".into()))
}
