//! Long-term evidence: made, renewed, completed with the answer of an authority, verified with.

use crate::buffers::{self, Buffers, yx_buffers};
use crate::report::{self, yx_report};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, input, output};
use std::ffi::c_char;
use yinxin::asn1::{Oid, Profile};
use yinxin::error::{Code, Error, Result};
use yinxin::evidence::{Covered, Draft, Evidence};
use yinxin::timestamp::TimeStampResponse;
use yinxin::trust::Algorithm;

/// Collects what proves that a stamp or signed message is good now: `buffers` gets two items, a draft
/// and the request for a time stamp authority (application/timestamp-query). Give the draft and the
/// answer to yx_evidence_complete; the draft may be kept meanwhile.
///
/// `signature` holds a time stamp of its own. The first of `documents` is what was signed, the others,
/// if any, belong to it. Certificates, lists and responses are those of the verifier. `hash` is SM3,
/// SHA-256, SHA-384 or SHA-512; NULL with length 0 is SM3. YX_ERROR_NOT_VALID if the verdict is not
/// Valid by what was collected alone.
///
/// # Safety
///
/// `documents` and `document_lengths` have `count` readable elements, and each of `documents` as many
/// readable bytes as its length says; so have the other pointers; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_evidence_prepare(
    verifier: *const yx_verifier,
    signature: *const u8,
    signature_length: usize,
    documents: *const *const u8,
    document_lengths: *const usize,
    count: usize,
    hash: *const c_char,
    hash_length: usize,
    now: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer, array and length, passed on.
        let (signature, documents, hash) = unsafe {
            (
                input::bytes("signature", signature, signature_length)?,
                input::items("documents", documents, document_lengths, count)?,
                input::optional_text("hash", hash, hash_length)?,
            )
        };
        let covered = Covered { signature, documents: &documents };
        let (hash, now) = (named(hash.unwrap_or("SM3"))?, input::time("now", now)?);
        let draft = verifier.prepare_evidence(&covered, hash, now)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, asked(&draft)) };
        Ok(())
    })
}

/// Collects what proves that the newest time stamp of evidence is good now, and asks for the next one:
/// `buffers` gets two items, as from yx_evidence_prepare. With `hash` everything is hashed again by it;
/// NULL with length 0 stamps the newest time stamp. YX_ERROR_NOT_VALID once it is too late.
///
/// # Safety
///
/// As for yx_evidence_prepare.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_evidence_prepare_renewal(
    verifier: *const yx_verifier,
    evidence: *const u8,
    evidence_length: usize,
    signature: *const u8,
    signature_length: usize,
    documents: *const *const u8,
    document_lengths: *const usize,
    count: usize,
    hash: *const c_char,
    hash_length: usize,
    now: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer, array and length, passed on.
        let (evidence, signature, documents, hash) = unsafe {
            (
                input::bytes("evidence", evidence, evidence_length)?,
                input::bytes("signature", signature, signature_length)?,
                input::items("documents", documents, document_lengths, count)?,
                input::optional_text("hash", hash, hash_length)?,
            )
        };
        let covered = Covered { signature, documents: &documents };
        let (hash, now) = (hash.map(named).transpose()?, input::time("now", now)?);
        let evidence = Evidence::from_der(evidence)?;
        let draft = verifier.prepare_renewal(&evidence, &covered, hash, now)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, asked(&draft)) };
        Ok(())
    })
}

/// Completes a draft with the authority's answer (application/timestamp-reply): `buffers` gets one
/// item, the evidence.
///
/// YX_ERROR_TIME_STAMP_REFUSED if the authority gave no token, YX_ERROR_TIME_STAMP_MISMATCH for another
/// one than was asked for, YX_ERROR_NOT_VALID if it is not good under what the verifier trusts.
///
/// # Safety
///
/// As for yx_evidence_prepare.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_evidence_complete(
    verifier: *const yx_verifier,
    draft: *const u8,
    draft_length: usize,
    answer: *const u8,
    answer_length: usize,
    signature: *const u8,
    signature_length: usize,
    documents: *const *const u8,
    document_lengths: *const usize,
    count: usize,
    now: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer, array and length, passed on.
        let (draft, answer, signature, documents) = unsafe {
            (
                input::bytes("draft", draft, draft_length)?,
                input::bytes("answer", answer, answer_length)?,
                input::bytes("signature", signature, signature_length)?,
                input::items("documents", documents, document_lengths, count)?,
            )
        };
        let (draft, now) = (Draft::from_der(draft)?, input::time("now", now)?);
        let answer = TimeStampResponse::from_der(answer)?;
        let token = answer.token_for(draft.request(), Profile::Conforming)?;
        let covered = Covered { signature, documents: &documents };
        let evidence = verifier.complete_evidence(&draft, &token, &covered, now)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, evidence.as_der().to_vec()) };
        Ok(())
    })
}

/// Verifies a stamp or a detached signed message over the first of `documents` with its evidence, which
/// proves when it existed. `property` is the text expected in a stamp; NULL with length 0 expects
/// nothing. Moment, result and report as for yx_voucher_verify.
///
/// # Safety
///
/// As for yx_evidence_prepare; `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_document_verify_with_evidence(
    verifier: *const yx_verifier,
    evidence: *const u8,
    evidence_length: usize,
    signature: *const u8,
    signature_length: usize,
    documents: *const *const u8,
    document_lengths: *const usize,
    count: usize,
    property: *const c_char,
    property_length: usize,
    now: i64,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer, array and length, passed on.
        let (evidence, signature, documents, property) = unsafe {
            (
                input::bytes("evidence", evidence, evidence_length)?,
                input::bytes("signature", signature, signature_length)?,
                input::items("documents", documents, document_lengths, count)?,
                input::optional_text("property", property, property_length)?,
            )
        };
        let (evidence, now) = (Evidence::from_der(evidence)?, input::time("now", now)?);
        let covered = Covered { signature, documents: &documents };
        let found = verifier.verify_with_evidence(&evidence, &covered, property, now)?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// A draft, and the request that is to be sent.
fn asked(draft: &Draft) -> Buffers {
    Buffers(vec![Ok(draft.to_der()), Ok(draft.request().as_der().to_vec())])
}

fn named(hash: &str) -> Result<Oid> {
    let known = Algorithm::from_name(hash).and_then(Algorithm::hash_identifier);
    known
        .ok_or_else(|| Error::new(Code::Argument, "hash", "it is SM3, SHA-256, SHA-384 or SHA-512"))
}
