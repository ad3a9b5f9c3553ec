//! Vouchers: whole envelopes in, whole envelopes and reports out.

use crate::act::yx_act;
use crate::buffers::{self, Buffers, yx_buffers};
use crate::report::{self, Reports, yx_report, yx_reports};
use crate::seal::yx_seal;
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, handle, input, output};
use yinxin::signature;

/// Stamps every voucher of an envelope (the XML of the treasury message): an act with the seal.
///
/// `buffers` gets one item, the envelope with the act in it. It is an output handle and not a buffer
/// of the caller's because each call signs anew: its size is not known before.
///
/// # Safety
///
/// `envelope` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_voucher_stamp(
    signer: *const yx_signer,
    seal: *const yx_seal,
    act: *const yx_act,
    envelope: *const u8,
    length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        let seal = handle::get(seal)?;
        let act = handle::get(act)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let envelope = unsafe { input::bytes("envelope", envelope, length)? };
        let stamped = signature::stamp_voucher(envelope, &act.borrow(), &seal, &*signer)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, stamped) };
        Ok(())
    })
}

/// Signs every voucher of an envelope: an act with the signer's key and no seal. Otherwise as
/// yx_voucher_stamp.
///
/// # Safety
///
/// `envelope` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_voucher_sign(
    signer: *const yx_signer,
    act: *const yx_act,
    envelope: *const u8,
    length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        let act = handle::get(act)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let envelope = unsafe { input::bytes("envelope", envelope, length)? };
        let signed = signature::sign_voucher(envelope, &act.borrow(), &*signer)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, signed) };
        Ok(())
    })
}

/// Stamps many envelopes: `count` pointers and `count` lengths. `buffers` gets one item for each; one
/// that cannot be stamped does not stop the others and has its error as its item.
///
/// YX_OK says only that there is an item for each. `threads` is the most that work at once (0 and 1:
/// the calling one alone; at most 256); they end with the call. The result does not depend on it.
///
/// # Safety
///
/// `envelopes` and `lengths` have `count` readable elements, and each of `envelopes` as many
/// readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_voucher_stamp_many(
    signer: *const yx_signer,
    seal: *const yx_seal,
    act: *const yx_act,
    envelopes: *const *const u8,
    lengths: *const usize,
    count: usize,
    threads: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        let seal = handle::get(seal)?;
        let act = handle::get(act)?;
        // SAFETY: the caller's promise about the arrays, passed on.
        let items = unsafe { input::items("envelopes", envelopes, lengths, count)? };
        let stamped =
            signature::stamp_voucher_many(&items, &act.borrow(), &seal, &*signer, threads);
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, Buffers(stamped)) };
        Ok(())
    })
}

/// Verifies an envelope: all its vouchers and all their acts.
///
/// `now` is the clock, in seconds since 1970-01-01T00:00:00Z. `received` is when somebody who is
/// trusted had the signatures, which proves that they existed then; YX_NO_TIME if nothing proves it.
/// Returns the verdict and writes the report in each of the three cases; returns an error, and
/// writes nothing, if the verification could not be made.
///
/// # Safety
///
/// `envelope` has `length` readable bytes; `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_voucher_verify(
    verifier: *const yx_verifier,
    envelope: *const u8,
    length: usize,
    now: i64,
    received: i64,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let envelope = unsafe { input::bytes("envelope", envelope, length)? };
        let found = verifier.verify_voucher(envelope, &input::moment(now, received)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Verifies many envelopes, as yx_voucher_verify does one. `reports` gets one item for each; YX_OK
/// says only that, and nothing about the verdicts. Arrays and `threads` as for yx_voucher_stamp_many.
///
/// # Safety
///
/// `envelopes` and `lengths` have `count` readable elements, and each of `envelopes` as many
/// readable bytes as its length says; `reports` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_voucher_verify_many(
    verifier: *const yx_verifier,
    envelopes: *const *const u8,
    lengths: *const usize,
    count: usize,
    now: i64,
    received: i64,
    threads: usize,
    reports: *mut *mut yx_reports,
) -> yx_status {
    guard::call(|| {
        output::needed("reports", reports)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about the arrays, passed on.
        let items = unsafe { input::items("envelopes", envelopes, lengths, count)? };
        let moment = input::moment(now, received)?;
        let found = verifier.verify_voucher_many(&items, &moment, threads);
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(reports, Reports(found)) };
        Ok(())
    })
}
