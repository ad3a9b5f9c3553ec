//! Documents: any bytes, with the stamp or signature kept apart from them.

use crate::buffers::{self, yx_buffers};
use crate::report::{self, yx_report};
use crate::seal::yx_seal;
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, handle, input, output};
use std::ffi::c_char;
use yinxin::signature;

/// Stamps a document: `buffers` gets one item, the stamp (a SES_Signature over the document's digest).
///
/// `property` is the text, in UTF-8, that says in the stamp which document is meant. `time` is the
/// signer's clock, in seconds since 1970-01-01T00:00:00Z.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_document_stamp(
    signer: *const yx_signer,
    seal: *const yx_seal,
    document: *const u8,
    document_length: usize,
    property: *const c_char,
    property_length: usize,
    time: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        let seal = handle::get(seal)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (document, property) = unsafe {
            (
                input::bytes("document", document, document_length)?,
                input::text("property", property, property_length)?,
            )
        };
        let time = input::time("time", time)?;
        let stamp = signature::stamp(document, property, &seal, &*signer, time)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, stamp) };
        Ok(())
    })
}

/// Verifies a stamp over a document. `property` is the text expected in the stamp; NULL with length
/// 0 expects nothing. Moments, result and report as for yx_voucher_verify.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_document_verify_stamp(
    verifier: *const yx_verifier,
    stamp: *const u8,
    stamp_length: usize,
    document: *const u8,
    document_length: usize,
    property: *const c_char,
    property_length: usize,
    now: i64,
    received: i64,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (stamp, document, property) = unsafe {
            (
                input::bytes("stamp", stamp, stamp_length)?,
                input::bytes("document", document, document_length)?,
                input::optional_text("property", property, property_length)?,
            )
        };
        let moment = input::moment(now, received)?;
        let found = verifier.verify_stamp(stamp, document, property, &moment)?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Signs a document: `buffers` gets one item, the signature (detached SignedData of GB/T 35275).
///
/// # Safety
///
/// `document` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_document_sign(
    signer: *const yx_signer,
    document: *const u8,
    length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let document = unsafe { input::bytes("document", document, length)? };
        let signed = signature::sign(document, &*signer)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, signed) };
        Ok(())
    })
}

/// Verifies a detached signature over a document. Moments, result and report as for yx_voucher_verify.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_document_verify_signature(
    verifier: *const yx_verifier,
    signature: *const u8,
    signature_length: usize,
    document: *const u8,
    document_length: usize,
    now: i64,
    received: i64,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (signature, document) = unsafe {
            (
                input::bytes("signature", signature, signature_length)?,
                input::bytes("document", document, document_length)?,
            )
        };
        let moment = input::moment(now, received)?;
        let found = verifier.verify_signature(signature, document, &moment)?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}
