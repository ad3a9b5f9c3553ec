//! Signing and stamping documents with a key at hand, one or many.

use super::plan::Plan;
use super::request::OfdRequest;
use super::signed::{Evidence, SignedOfd};
use crate::cert::{Certificate, Purpose};
use crate::cms;
use crate::container::ofd::Package;
use crate::crypto::parallel;
use crate::crypto::public_key::SignatureAlgorithm;
use crate::error::{Code, Error, Result};
use crate::key::{Signer, ToSign, checked};
use crate::seal::{self, Seal, StampRequest};
use crate::time::Time;

/// Signs or stamps a document, as the request says; nothing is written before
/// [`SignedOfd::write_to`]. Parts are read and hashed on up to `threads` threads.
///
/// The signatures that are there are not verified: that is for
/// [`Verifier::verify_ofd`](crate::signature::Verifier::verify_ofd) to do before.
///
/// # Errors
///
/// [`Code::Locked`] if a signature or a list of parts that is there forbids a further one;
/// [`Code::Argument`] for pictures that do not lie on pages, and a document that is not there; for
/// stamps the errors of [`seal::stamp`]; for signatures [`Code::Algorithm`], [`Code::KeyMissing`],
/// [`Code::KeyMismatch`] and [`Code::Policy`] for a signer that may not sign so; what the signer says;
/// the errors of reading the package.
///
/// # Source
///
/// GB/T 33190-2016, clause 18; GM/T 0099-2020, clause 7.
pub fn sign_ofd<'p>(
    package: &'p Package<'p>,
    request: &OfdRequest<'_>,
    signer: &dyn Signer,
    threads: usize,
) -> Result<SignedOfd<'p>> {
    let plan = Plan::new(package, request, threads)?;
    let mut results = finish(vec![(Ok(plan), request)], signer, threads);
    results.pop().unwrap_or_else(|| Err(no_signature()))
}

/// Signs or stamps many documents, results in input order, on up to `threads` threads; one document
/// that cannot be signed does not stop the others.
pub fn sign_ofd_many<'p>(
    items: &[(&'p Package<'p>, OfdRequest<'_>)],
    signer: &dyn Signer,
    threads: usize,
) -> Vec<Result<SignedOfd<'p>>> {
    let plans = parallel::map(items, threads, |(package, request)| Plan::new(package, request, 1));
    let items = plans.into_iter().zip(items).map(|(plan, (_, request))| (plan, request)).collect();
    finish(items, signer, threads)
}

/// Gives each plan its value: the stamps in one go, then the signatures.
fn finish<'p>(
    items: Vec<(Result<Plan<'p>>, &OfdRequest<'_>)>,
    signer: &dyn Signer,
    threads: usize,
) -> Vec<Result<SignedOfd<'p>>> {
    let mut requests = Vec::new();
    let mut messages = Vec::new();
    for (plan, request) in &items {
        let Ok(plan) = plan else { continue };
        match request.seal {
            Some(seal) => requests.push(stamp_request(plan, seal, request.time)),
            None => messages.push((plan.digest, request.time)),
        }
    }
    let mut stamps = seal::stamp_many(&requests, signer, threads).into_iter();
    drop(requests);
    let mut messages = sign_many(&messages, signer, threads).into_iter();
    let value = |request: &OfdRequest<'_>| match request.seal {
        Some(_) => stamps.next().map(|stamp| stamp.map(|stamp| Evidence::Stamp(Box::new(stamp)))),
        None => messages.next().map(|message| message.map(Evidence::Message)),
    };
    let mut value = value;
    items
        .into_iter()
        .map(|(plan, request)| {
            let plan = plan?;
            let evidence = value(request).unwrap_or_else(|| Err(no_signature()))?;
            Ok(SignedOfd::new(plan, evidence, request.second()))
        })
        .collect()
}

/// The stamp of a plan.
pub(super) fn stamp_request<'a>(
    plan: &'a Plan<'_>,
    seal: &'a Seal,
    time: Time,
) -> StampRequest<'a> {
    StampRequest {
        seal,
        data_hash: plan.digest,
        property: plan.description.as_str(),
        time,
        extensions: &[],
    }
}

/// A message after GB/T 35275 about each digest, whose octets are its content.
fn sign_many(
    items: &[([u8; 32], Time)],
    signer: &dyn Signer,
    threads: usize,
) -> Vec<Result<Vec<u8>>> {
    if items.is_empty() {
        return Vec::new();
    }
    let certificate = match own_certificate(signer) {
        Ok(certificate) => certificate,
        Err(error) => return items.iter().map(|_| Err(error.clone())).collect(),
    };
    let inputs: Vec<ToSign<'_>> = items.iter().map(|(digest, _)| ToSign::Message(digest)).collect();
    let signatures = checked::sign_many(signer, &inputs, threads);
    let one = |((digest, time), signature): (&([u8; 32], Time), Result<Vec<u8>>)| {
        may_sign(&certificate, *time)?;
        message(signer.certificates(), digest, &signature?)
    };
    items.iter().zip(signatures).map(one).collect()
}

/// The message around a signature value.
pub(super) fn message(
    certificates: &[Vec<u8>],
    digest: &[u8; 32],
    signature: &[u8],
) -> Result<Vec<u8>> {
    cms::assemble_attached(SignatureAlgorithm::Sm2WithSm3, certificates, digest, signature)
}

/// The first certificate of a signer, which must be that of its SM2 key.
fn own_certificate(signer: &dyn Signer) -> Result<Certificate> {
    if signer.algorithm() != SignatureAlgorithm::Sm2WithSm3 {
        let message = format!("documents are signed with SM2, not {}", signer.algorithm().name());
        return Err(Error::new(Code::Algorithm, "signer", message));
    }
    cms::own_certificate(signer)
}

/// Refuses a certificate that may not sign, or not then.
pub(super) fn may_sign(certificate: &Certificate, time: Time) -> Result<()> {
    let refused =
        |why: String| Err(Error::new(Code::Policy, certificate.subject().to_owned(), why));
    if let Some(problem) = certificate.usage_problem(Purpose::Sign) {
        return refused(problem.to_string());
    }
    if time < certificate.not_before() || time > certificate.not_after() {
        return refused(format!("{time} is out of its validity"));
    }
    Ok(())
}

fn no_signature() -> Error {
    Error::new(Code::Signer, "signer", "it did not give one result for each input")
}
