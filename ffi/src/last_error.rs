//! The text of the last error of this thread.

use crate::guard;
use crate::output;
use crate::status::yx_status;
use std::cell::RefCell;
use std::ffi::c_char;
use yinxin::error::Error;

thread_local! {
    static LAST: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// Writes the text of the last error of the calling thread, in UTF-8: the error of the last yx_
/// function that returned a status on this thread. Empty if that function returned YX_OK or a verdict.
/// This function, yx_last_error_json and the _free functions do not change it.
///
/// The text is for people and may change between versions; the status and yx_last_error_json do not.
/// `length` gets the size of the text with its final NUL. With `buffer` NULL and `capacity` 0 only
/// the size is written; a smaller `capacity` gives YX_ERROR_BUFFER_TOO_SMALL and the size.
///
/// # Safety
///
/// `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_last_error_message(
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::keeping_error(|| {
        let text = get().map(|error| error.to_string()).unwrap_or_default();
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy_text(&text, buffer, capacity, length) }
    })
}

/// Writes the last error of the calling thread as a JSON object in UTF-8:
/// {"schema":1,"error":{"code","family","structure","offset","message"}}, with "error" null if there
/// is none. Otherwise as yx_last_error_message.
///
/// # Safety
///
/// `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_last_error_json(
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::keeping_error(|| {
        let none = || r#"{"schema":1,"error":null}"#.to_owned();
        let text = get().map_or_else(none, |error| error.to_json());
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy_text(&text, buffer, capacity, length) }
    })
}

// A thread that is ending may have no place for an error any more; then there is none.

pub(crate) fn set(error: Error) {
    let _ = LAST.try_with(|last| last.replace(Some(error)));
}

pub(crate) fn clear() {
    let _ = LAST.try_with(|last| last.replace(None));
}

pub(crate) fn get() -> Option<Error> {
    LAST.try_with(|last| last.borrow().clone()).ok().flatten()
}
