//! Signatures over bytes as banks exchange them: the bare value beside the message, in no structure.

use super::verifier::Verifier;
use crate::cert::Certificate;
use crate::cert::chain::Purpose;
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::{Signature, UserId};
use crate::error::{Code, Error, Result};
use crate::key::{Signer, ToSign, checked};
use crate::report::{CheckCode, Report};
use crate::timestamp::SIGNER_CODES;
use crate::trust::{Moment, Question, assess};
use std::borrow::Cow;

/// How r and s of a signature are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignatureForm {
    /// DER `SEQUENCE { r, s }`; for RSA the bare value.
    #[default]
    Der,
    /// 64 bytes `r || s`, for SM2 only.
    Raw,
}

/// A signature beside the bytes that it is over.
#[derive(Debug, Clone, Copy)]
pub struct BytesSignature<'a> {
    /// The bytes that were signed, exactly.
    pub message: &'a [u8],
    /// The value of the signature.
    pub signature: &'a [u8],
    /// How the value is written; no other form is taken.
    pub form: SignatureForm,
    /// The user id of the signer, for SM2.
    pub user_id: &'a UserId,
}

/// Signs `message` exactly as it stands, under the signer's own user id.
///
/// # Errors
///
/// [`Code::SignerForm`] for the raw form of another algorithm than SM2; what the signer says,
/// [`Code::Signer`] if its signature does not verify.
pub fn sign_bytes(message: &[u8], form: SignatureForm, signer: &dyn Signer) -> Result<Vec<u8>> {
    offered(form, signer)?;
    written(checked::sign(signer, ToSign::Message(message))?, form)
}

/// Signs many messages, results in input order; `threads` is the most that may be used.
pub fn sign_bytes_many(
    messages: &[&[u8]],
    form: SignatureForm,
    signer: &dyn Signer,
    threads: usize,
) -> Vec<Result<Vec<u8>>> {
    if let Err(error) = offered(form, signer) {
        return messages.iter().map(|_| Err(error.clone())).collect();
    }
    let inputs: Vec<ToSign<'_>> = messages.iter().map(|one| ToSign::Message(one)).collect();
    let signatures = checked::sign_many(signer, &inputs, threads);
    signatures.into_iter().map(|signature| written(signature?, form)).collect()
}

/// Nothing, if this is the key's signature over the message. Whose key it is, and whether it may still
/// be used, is for the caller to know; [`Verifier::verify_bytes`] answers that from a certificate.
///
/// ECDSA and RSA are taken with the hash that is usual for the key ([`SignatureAlgorithm::usual`]).
///
/// # Errors
///
/// [`Code::BadSignature`], the same whatever is wrong.
pub fn verify_bytes(given: &BytesSignature<'_>, key: &PublicKey) -> Result<()> {
    let good = given.der(key).is_some_and(|der| {
        let algorithm = SignatureAlgorithm::usual(key);
        key.verify(algorithm, given.user_id, given.message, &der).is_ok()
    });
    if good { Ok(()) } else { Err(bad_signature()) }
}

impl Verifier {
    /// Verifies a bare signature over bytes with the certificate of its signer: the value, and the
    /// certificate at `moment`. The user id is the one given, not that of the policy.
    pub fn verify_bytes(
        &self,
        given: &BytesSignature<'_>,
        certificate: &Certificate,
        moment: &Moment,
    ) -> Report {
        use CheckCode::{SignatureValue, TimeProof};
        let codes = SIGNER_CODES;
        let of_certificate = [codes.usage, codes.validity, codes.chain, codes.revocation];
        let mandatory = [&[SignatureValue, codes.algorithm], &of_certificate[..]].concat();
        let mut report = Report::new(certificate.subject(), &mandatory);
        let (key, trust) = (certificate.public_key(), self.trust());
        let algorithm = SignatureAlgorithm::usual(key);
        let good = given.der(key).is_some_and(|der| {
            let keys = trust.keys();
            keys.verify(key, algorithm, given.user_id, given.message, &der).is_ok()
        });
        let detail = if good { "" } else { "the signature value is not good" };
        report.check(SignatureValue, good, certificate.subject(), detail);
        // Nothing is judged for a moment that has not come.
        let existed = moment.proof.time().map_or(moment.now, |time| time.min(moment.now));
        let question = Question {
            certificate,
            extra: &[],
            purpose: Purpose::Sign,
            hashes: &[algorithm.hash()],
            existed,
            at: existed,
            now: moment.now,
        };
        assess(&mut report, &codes, &question, trust);
        let (possible, detail) = match moment.proof.time() {
            Some(time) => (time <= moment.now, format!("{} at {time}", moment.proof.name())),
            None => (true, "judged now".to_owned()),
        };
        report.check(TimeProof, possible, "", detail);
        report
    }
}

impl BytesSignature<'_> {
    /// The value as keys of this kind verify it; none, if it is not in its form.
    fn der(&self, key: &PublicKey) -> Option<Cow<'_, [u8]>> {
        match (self.form, key) {
            (SignatureForm::Der, _) => Some(Cow::Borrowed(self.signature)),
            (SignatureForm::Raw, PublicKey::Sm2(_)) => {
                Some(Cow::Owned(Signature::from_raw(self.signature).ok()?.to_der()))
            }
            (SignatureForm::Raw, _) => None,
        }
    }
}

fn offered(form: SignatureForm, signer: &dyn Signer) -> Result<()> {
    if form == SignatureForm::Raw && signer.algorithm() != SignatureAlgorithm::Sm2WithSm3 {
        let message = "r and s side by side are a form of SM2 signatures";
        return Err(Error::new(Code::SignerForm, "signer", message));
    }
    Ok(())
}

fn written(der: Vec<u8>, form: SignatureForm) -> Result<Vec<u8>> {
    match form {
        SignatureForm::Der => Ok(der),
        SignatureForm::Raw => Ok(Signature::from_der(&der)?.to_raw().to_vec()),
    }
}

fn bad_signature() -> Error {
    Error::new(Code::BadSignature, "signature", "it is not the signature of this message")
}
