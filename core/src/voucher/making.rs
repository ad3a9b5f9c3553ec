//! Acts by a key at hand: stamp or sign one voucher, or many.

use super::act::{Act, ActKind};
use super::act_to_sign::ActToSign;
use super::body::Body;
use super::step::{Digests, Step};
use crate::cms;
use crate::crypto::parallel;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::key::{Signer, ToSign, checked};
use crate::seal::{Seal, StampRequest, stamp_many};
use crate::time::Time;

/// Stamps a voucher: the act is made at `time` with the seal and its signer's key.
///
/// # Errors
///
/// As [`Body::act_to_sign`] and [`crate::seal::stamp`]; the voucher is then unchanged.
pub fn stamp_act(
    body: &mut Body,
    step: &Step<'_>,
    seal: &Seal,
    signer: &dyn Signer,
    time: Time,
) -> Result<()> {
    single(stamp_acts(std::slice::from_mut(body), step, seal, signer, time, 1))
}

/// Stamps many vouchers with one seal, on up to `threads` threads; results in input order.
///
/// # Errors
///
/// Each result is as of [`stamp_act`]; one refusal does not stop the others.
pub fn stamp_acts(
    bodies: &mut [Body],
    step: &Step<'_>,
    seal: &Seal,
    signer: &dyn Signer,
    time: Time,
    threads: usize,
) -> Vec<Result<()>> {
    let drafts = drafts(bodies, ActKind::Stamp, step, time, threads);
    let requests: Vec<StampRequest<'_>> = drafts
        .iter()
        .flatten()
        .map(|draft| StampRequest {
            seal,
            data_hash: draft.data_hash,
            property: &draft.property,
            time,
            extensions: &[],
        })
        .collect();
    let stamps = stamp_many(&requests, signer, threads).into_iter();
    let evidence: Vec<Result<Vec<u8>>> = stamps.map(|stamp| Ok(stamp?.into_bytes())).collect();
    add(bodies, drafts, ActKind::Stamp, evidence, threads)
}

/// Signs a voucher: a detached message of GB/T 35275 by the signer's key; `time` is the day of the
/// act, and is not signed.
///
/// # Errors
///
/// As [`Body::act_to_sign`] and [`cms::sign_detached`]; the voucher is then unchanged.
pub fn sign_act(body: &mut Body, step: &Step<'_>, signer: &dyn Signer, time: Time) -> Result<()> {
    single(sign_acts(std::slice::from_mut(body), step, signer, time, 1))
}

/// Signs many vouchers, on up to `threads` threads; results in input order.
///
/// # Errors
///
/// Each result is as of [`sign_act`]; one refusal does not stop the others.
pub fn sign_acts(
    bodies: &mut [Body],
    step: &Step<'_>,
    signer: &dyn Signer,
    time: Time,
    threads: usize,
) -> Vec<Result<()>> {
    let drafts = drafts(bodies, ActKind::Signature, step, time, threads);
    let inputs: Vec<ToSign<'_>> =
        drafts.iter().flatten().map(|draft| ToSign::Message(&draft.der)).collect();
    let signatures = checked::sign_many(signer, &inputs, threads).into_iter();
    let assemble = |signature: Result<Vec<u8>>| {
        cms::assemble_detached(signer.algorithm(), signer.certificates(), &signature?)
    };
    let evidence: Vec<Result<Vec<u8>>> = signatures.map(assemble).collect();
    add(bodies, drafts, ActKind::Signature, evidence, threads)
}

/// What is about to be signed on one voucher.
struct Draft {
    act: ActToSign,
    der: Vec<u8>,
    data_hash: [u8; 32],
    property: String,
}

fn drafts(
    bodies: &[Body],
    kind: ActKind,
    step: &Step<'_>,
    time: Time,
    threads: usize,
) -> Vec<Result<Draft>> {
    let digests = Digests::of_many(bodies, threads);
    let inputs: Vec<(&Body, Digests)> = bodies.iter().zip(digests).collect();
    let mut drafts = parallel::map(&inputs, threads, |(body, digests)| {
        let (act, der) = body.act_with(kind, step, time, digests)?;
        let property = act.property_info();
        Ok(Draft { act, der, data_hash: [0; 32], property })
    });
    let messages: Vec<&[u8]> =
        drafts.iter().flatten().map(|draft: &Draft| draft.der.as_slice()).collect();
    let hashes = sm3::digest_many(&messages, threads);
    for (draft, hash) in drafts.iter_mut().flatten().zip(hashes) {
        draft.data_hash = hash;
    }
    drafts
}

/// Adds each act with its evidence; `evidence` holds one result for each draft that is one.
fn add(
    bodies: &mut [Body],
    drafts: Vec<Result<Draft>>,
    kind: ActKind,
    evidence: Vec<Result<Vec<u8>>>,
    threads: usize,
) -> Vec<Result<()>> {
    let mut evidence = evidence.into_iter();
    let mut next = || evidence.next().unwrap_or_else(|| Err(no_result()));
    let mut one = |draft: Result<Draft>| {
        let draft = draft?;
        Act::undigested(draft.act, draft.der, kind, next()?)
    };
    let mut acts: Vec<Result<Act>> = drafts.into_iter().map(&mut one).collect();
    Act::digest_all(acts.iter_mut().flatten(), threads);
    bodies.iter_mut().zip(acts).map(|(body, act)| body.add_act(act?)).collect()
}

fn single(results: Vec<Result<()>>) -> Result<()> {
    results.into_iter().next().unwrap_or_else(|| Err(no_result()))
}

fn no_result() -> Error {
    Error::new(Code::Signer, "signer", "it gave fewer signatures than it was asked for")
}
