//! Stamp with a seal (签章).

use super::make::{is_printable_ascii, may, signing_certificate, whole};
use super::stamp::Stamp;
use super::value::{Extension, Seal};
use crate::asn1::reader::tag;
use crate::asn1::ses::signature_value;
use crate::asn1::ses::{MAX_EXTENSIONS, Version, write};
use crate::asn1::{gbt38540, gmt0031, oid, writer};
use crate::cert::{Certificate, Purpose};
use crate::crypto::hazmat::{Sm2Digest, sm2_verify_digest};
use crate::crypto::parallel;
use crate::crypto::public_key::{PreparedKeys, PublicKey};
use crate::crypto::sm2::{self, Signature, UserId};
use crate::error::{Code, Error, Result};
use crate::key::{Signer, ToSign, checked};
use crate::report::Outcome;
use crate::time::Time;

/// The longest propertyInfo that is written, in bytes.
const MAX_PROPERTY: usize = 4096;

/// What a stamp is made from.
#[derive(Debug, Clone)]
pub struct StampRequest<'a> {
    /// The seal to stamp with; the stamp is of its version.
    pub seal: &'a Seal,
    /// The SM3 digest of the document.
    pub data_hash: [u8; 32],
    /// propertyInfo: what is stamped, such as a path in a package; ASCII, up to 4096 characters.
    pub property: &'a str,
    /// The signing time, written in whole seconds.
    pub time: Time,
    /// Further data to be signed (not in V1).
    pub extensions: &'a [Extension],
}

/// Stamps.
///
/// The seal's own signature is verified; whether its maker is trusted is a matter of
/// [`check_seal`](super::check_seal).
///
/// # Errors
///
/// `SealUnusable`: the maker's signature is not good, or the time is out of the seal's validity.
/// `NotListed`: the seal does not list the signer's certificate. `Policy`: that certificate may
/// not sign, or not at that time. `Argument`: propertyInfo or extensions out of their range.
/// `Algorithm`, `KeyMissing`, `KeyMismatch` and other Key errors: the signer.
pub fn stamp(request: &StampRequest<'_>, signer: &dyn Signer) -> Result<Stamp> {
    let mut results = stamp_many(std::slice::from_ref(request), signer, 1);
    results.pop().unwrap_or_else(|| Err(no_signature()))
}

/// Stamps many, results in the order of the requests, on up to `threads` threads.
///
/// # Errors
///
/// Each result is as of [`stamp`]; one refusal does not stop the others.
pub fn stamp_many(
    requests: &[StampRequest<'_>],
    signer: &dyn Signer,
    threads: usize,
) -> Vec<Result<Stamp>> {
    let certificate = match signing_certificate(signer) {
        Ok(certificate) => certificate,
        Err(error) => return requests.iter().map(|_| Err(error.clone())).collect(),
    };
    // One look at each seal, however many stamps are made with it.
    let mut seals: Vec<(&Seal, Result<()>)> = Vec::new();
    for request in requests {
        if !seals.iter().any(|(seal, _)| seal.is_same(request.seal)) {
            let usable = usable(request.seal, &certificate, signer.user_id());
            seals.push((request.seal, usable));
        }
    }
    let prepared = parallel::map(requests, threads, |request| {
        let seal = seals.iter().find(|(seal, _)| seal.is_same(request.seal));
        if let Some((_, Err(error))) = seal {
            return Err(error.clone());
        }
        Draft::build(request, &certificate, signer.user_id())
    });
    let good = || prepared.iter().flatten();
    let messages: Vec<Vec<u8>> = match signer.takes_digest() {
        true => Vec::new(),
        false => good().map(|draft| draft.to_sign().concat()).collect(),
    };
    let inputs: Vec<ToSign<'_>> = match signer.takes_digest() {
        true => good().map(|draft| ToSign::Digest(&draft.digest)).collect(),
        false => messages.iter().map(|message| ToSign::Message(message)).collect(),
    };
    let mut signatures = checked::sign_many(signer, &inputs, threads).into_iter();
    let signatures: Vec<Option<Result<Vec<u8>>>> = prepared
        .iter()
        .map(|prepared| if prepared.is_ok() { signatures.next() } else { None })
        .collect();
    let pairs: Vec<_> = prepared.iter().zip(&signatures).collect();
    parallel::map(&pairs, threads, |(prepared, signature)| match (prepared, signature) {
        (Err(error), _) | (_, Some(Err(error))) => Err(error.clone()),
        (Ok(draft), Some(Ok(signature))) => {
            assemble(draft.seal, &draft.to_sign(), &certificate, signature)
        }
        (Ok(_), None) => Err(no_signature()),
    })
}

/// What is signed with one stamp: the pieces before and after the seal, and the digest of the whole.
struct Draft<'a> {
    seal: &'a Seal,
    head: Vec<u8>,
    tail: Vec<u8>,
    digest: Sm2Digest,
}

/// A stamp that waits for its signature, for a key in another process or device.
#[derive(Debug, Clone)]
pub struct PreparedStamp {
    seal: Seal,
    to_sign: Vec<u8>,
    certificate: Certificate,
    user_id: UserId,
    digest: Sm2Digest,
}

impl PreparedStamp {
    /// Prepares a stamp by the key of `certificate`.
    ///
    /// # Errors
    ///
    /// As [`stamp`], as far as the signature is not concerned.
    pub fn new(
        request: &StampRequest<'_>,
        certificate: &Certificate,
        user_id: &UserId,
    ) -> Result<PreparedStamp> {
        usable(request.seal, certificate, user_id)?;
        let draft = Draft::build(request, certificate, user_id)?;
        Ok(PreparedStamp {
            seal: request.seal.clone(),
            to_sign: draft.to_sign().concat(),
            certificate: certificate.clone(),
            user_id: user_id.clone(),
            digest: draft.digest,
        })
    }

    /// What is to be signed.
    pub fn to_be_signed(&self) -> &[u8] {
        &self.to_sign
    }

    /// The SM2 digest e of what is to be signed, with the certificate's key and the user id.
    pub fn digest(&self) -> Sm2Digest {
        self.digest
    }

    /// The certificate whose key is to sign.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The user id that the digest was made with.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// Completes the stamp; `signature` is DER, or r and s side by side as devices give it.
    ///
    /// # Errors
    ///
    /// `Signer`: the signature does not verify.
    pub fn complete(&self, signature: &[u8]) -> Result<Stamp> {
        let key = sm2_key(&self.certificate)?;
        let signature = signature_value::to_raw(signature)
            .and_then(|raw| Signature::from_raw(&raw).ok())
            .filter(|signature| sm2_verify_digest(key, &self.digest, signature).is_ok())
            .ok_or_else(|| Error::new(Code::Signer, "signature", "it does not verify"))?;
        assemble(&self.seal, &[&self.to_sign], &self.certificate, &signature.to_der())
    }
}

impl<'a> Draft<'a> {
    fn build(
        request: &StampRequest<'a>,
        certificate: &Certificate,
        user_id: &UserId,
    ) -> Result<Draft<'a>> {
        let time = whole(request.time);
        let seal = request.seal;
        if !seal.is_valid_at(time) {
            let message = format!(
                "{time} is out of its validity, {} to {}",
                seal.valid_from(),
                seal.valid_until()
            );
            return Err(Error::new(Code::SealUnusable, "SESeal", message));
        }
        may(certificate, Purpose::Sign, time)?;
        if request.property.len() > MAX_PROPERTY || !is_printable_ascii(request.property) {
            let message = "up to 4096 printable ASCII characters";
            return Err(Error::new(Code::Argument, "property", message));
        }
        let tail = tail(request, time, certificate)?;
        let version = writer::integer(seal.version().number());
        let length = version.len() + seal.as_bytes().len() + tail.len();
        let head = [writer::header(tag::SEQUENCE, length), version].concat();
        let z = sm2_key(certificate)?.z(user_id);
        let digest = Sm2Digest(seal.midstates().digest(&z, &head, seal.as_bytes(), &tail));
        Ok(Draft { seal, head, tail, digest })
    }

    fn to_sign(&self) -> [&[u8]; 3] {
        [&self.head, self.seal.as_bytes(), &self.tail]
    }
}

/// The stamp with its signature, in the form of its seal's version.
fn assemble(
    seal: &Seal,
    to_sign: &[&[u8]],
    certificate: &Certificate,
    signature: &[u8],
) -> Result<Stamp> {
    let bytes = match seal.version() {
        Version::V1 => gmt0031::write_stamp(to_sign, signature),
        _ => {
            let (certificate, algorithm) = (certificate.as_der(), oid::SM2_WITH_SM3);
            gbt38540::write_stamp(to_sign, certificate, &algorithm, signature, None)
        }
    };
    Stamp::parse_with(bytes.into(), seal.profile(), |_| Ok(seal.clone()))
}

/// Refuses a seal that is not whole, or does not list the certificate.
///
/// A signer with a user id of its own stamps with seals of makers that have the same id, or the
/// standard's.
fn usable(seal: &Seal, certificate: &Certificate, user_id: &UserId) -> Result<()> {
    let default = UserId::default();
    let mut verified = seal.verify_signature(user_id, &PreparedKeys::default());
    if verified.outcome != Outcome::Passed && *user_id != default {
        verified = seal.verify_signature(&default, &PreparedKeys::default());
    }
    if verified.outcome != Outcome::Passed {
        let message = format!("its maker's signature: {}", verified.detail);
        return Err(Error::new(Code::SealUnusable, "SESeal", message));
    }
    if !seal.lists(certificate) {
        let message = format!("the seal {} does not list {}", seal.id(), certificate.subject());
        return Err(Error::new(Code::NotListed, "SESeal", message));
    }
    Ok(())
}

/// The members of TBS_Sign after the seal.
fn tail(request: &StampRequest<'_>, time: Time, certificate: &Certificate) -> Result<Vec<u8>> {
    let extensions = request.extensions;
    let twice = |at: usize, extension: &Extension| {
        extensions.iter().take(at).any(|other| other.id == extension.id)
    };
    if extensions.len() > MAX_EXTENSIONS
        || extensions.iter().enumerate().any(|(at, extension)| twice(at, extension))
    {
        let message = "up to 64 extensions, none twice";
        return Err(Error::new(Code::Argument, "extensions", message));
    }
    let (hash, property) = (&request.data_hash, request.property);
    if request.seal.version() != Version::V1 {
        let extensions: Vec<Vec<u8>> =
            extensions.iter().map(|e| write::extension(&e.id, e.critical, &e.value)).collect();
        return Ok(gbt38540::write_to_sign_tail(time, hash, property, &extensions));
    }
    if !extensions.is_empty() {
        let message = "a stamp of GM/T 0031-2014 has no extensions";
        return Err(Error::new(Code::Form, "extensions", message));
    }
    gmt0031::write_to_sign_tail(time, hash, property, certificate.as_der(), &oid::SM2_WITH_SM3)
}

fn sm2_key(certificate: &Certificate) -> Result<&sm2::PublicKey> {
    match certificate.public_key() {
        PublicKey::Sm2(key) => Ok(key),
        other => {
            let message = format!("stamps are signed with SM2, not {}", other.name());
            Err(Error::new(Code::Algorithm, "certificate", message))
        }
    }
}

fn no_signature() -> Error {
    Error::new(Code::Signer, "signer", "it did not give one result for each input")
}
