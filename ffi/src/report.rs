//! What verifications found.

use crate::buffers::out_of_range;
use crate::handle::{self, Handle};
use crate::status::yx_status;
use crate::{guard, output};
use std::ffi::c_char;
use yinxin::error::{Error, Result};
use yinxin::report::{Report, Verdict};

/// What one verification found: coded checks, notes and a verdict.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_report {
    _opaque: (),
}

impl Handle for yx_report {
    const NAME: &'static str = "yx_report";
    type Value = Report;
}

/// What a `_many` verification found: one item for each input, in their order.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_reports {
    _opaque: (),
}

/// The items behind a `yx_reports`.
pub(crate) struct Reports(pub(crate) Vec<Result<Report>>);

impl Handle for yx_reports {
    const NAME: &'static str = "yx_reports";
    type Value = Reports;
}

/// Writes a new report and gives the verdict that the entry point returns.
///
/// # Safety
///
/// `out` passed `output::needed` and may be written.
pub(crate) unsafe fn put(out: *mut *mut yx_report, report: Report) -> Verdict {
    let verdict = report.verdict();
    // SAFETY: the caller's promise, passed on.
    unsafe { output::handle(out, report) };
    verdict
}

/// The verdict again: YX_OK for Valid, YX_VERDICT_INVALID or YX_VERDICT_NOT_DETERMINED.
#[unsafe(no_mangle)]
pub extern "C" fn yx_report_verdict(report: *const yx_report) -> yx_status {
    guard::verify(|| Ok(handle::get(report)?.verdict()))
}

/// Writes the report as a JSON object in UTF-8, the same as from every other language:
/// {"schema":1,"verdict","subject","checks":[..],"notes":[..],"reports":[..]}.
///
/// `length` gets the size of the text with its final NUL. With `buffer` NULL and `capacity` 0 only
/// the size is written; a smaller `capacity` gives YX_ERROR_BUFFER_TOO_SMALL and the size.
///
/// # Safety
///
/// `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_report_json(
    report: *const yx_report,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        let text = handle::get(report)?.to_json();
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy_text(&text, buffer, capacity, length) }
    })
}

/// Writes the report as text for people in UTF-8, one line for each check. Sizes as for
/// yx_report_json.
///
/// # Safety
///
/// `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_report_text(
    report: *const yx_report,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        let text = handle::get(report)?.to_text();
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy_text(&text, buffer, capacity, length) }
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_report_free(report: *mut yx_report) {
    guard::free(|| handle::remove(report));
}

/// Gives item `index` (from 0) as a report of its own, to be freed by yx_report_free.
///
/// Returns what the verification of this one input would have returned: the verdict, with the report
/// written; or the error, with nothing written.
///
/// # Safety
///
/// `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_reports_get(
    reports: *const yx_reports,
    index: usize,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let reports = handle::get(reports)?;
        let item = reports.0.get(index).ok_or_else(out_of_range)?;
        let item = item.as_ref().map_err(Error::clone)?.clone();
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { put(report, item) })
    })
}

/// Frees; NULL and handles that are not alive are left alone. Reports taken from it live on.
#[unsafe(no_mangle)]
pub extern "C" fn yx_reports_free(reports: *mut yx_reports) {
    guard::free(|| handle::remove(reports));
}
