//! Electronic seals.

use crate::handle::{self, Handle};
use crate::report::{self, yx_report};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, input, output, policy};
use yinxin::seal::Seal;

/// An electronic seal (电子印章) to stamp with.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_seal {
    _opaque: (),
}

impl Handle for yx_seal {
    const NAME: &'static str = "yx_seal";
    type Value = Seal;
}

/// Reads a seal (the DER of an SESeal, an .esl file). `profile` is YX_PROFILE_CONFORMING or
/// YX_PROFILE_AS_FOUND. Nothing is verified; yx_seal_check does that.
///
/// # Safety
///
/// `data` has `length` readable bytes; `seal` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_seal_parse(
    data: *const u8,
    length: usize,
    profile: i32,
    seal: *mut *mut yx_seal,
) -> yx_status {
    guard::call(|| {
        output::needed("seal", seal)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let bytes = unsafe { input::bytes("data", data, length)? };
        let parsed = Seal::parse(bytes, policy::profile_of(profile)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(seal, parsed) };
        Ok(())
    })
}

/// Checks a seal by itself: its maker's signature and certificate, and its time.
///
/// `now` and `received` as for yx_voucher_verify. Returns the verdict and writes the report in each
/// of the three cases; returns an error, and writes nothing, if the check could not be made.
///
/// # Safety
///
/// `data` has `length` readable bytes; `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_seal_check(
    verifier: *const yx_verifier,
    data: *const u8,
    length: usize,
    now: i64,
    received: i64,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let bytes = unsafe { input::bytes("data", data, length)? };
        let found = verifier.verify_seal(bytes, &input::moment(now, received)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_seal_free(seal: *mut yx_seal) {
    guard::free(|| handle::remove(seal));
}
