//! One output for each input of a call: bytes, or why there are none.

use crate::handle::{self, Handle};
use crate::status::yx_status;
use crate::{guard, output};
use yinxin::error::{Code, Error, Result};

/// What a call made: one item for each input, in their order; a call for one input gives one item.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_buffers {
    _opaque: (),
}

/// The items behind a `yx_buffers`.
pub(crate) struct Buffers(pub(crate) Vec<Result<Vec<u8>>>);

impl Handle for yx_buffers {
    const NAME: &'static str = "yx_buffers";
    type Value = Buffers;
}

/// Writes what a call made that gives one item.
///
/// # Safety
///
/// `out` passed `output::needed` and may be written.
pub(crate) unsafe fn one(out: *mut *mut yx_buffers, item: Vec<u8>) {
    // SAFETY: the caller's promise, passed on.
    unsafe { output::handle(out, Buffers(vec![Ok(item)])) };
}

/// Copies item `index` (from 0) into `buffer`.
///
/// Returns the error of the item, if it could not be made. `length` gets the number of bytes. With
/// `buffer` NULL and `capacity` 0 only the number is written; a smaller `capacity` gives
/// YX_ERROR_BUFFER_TOO_SMALL and the number. The bytes are the same at each call.
///
/// # Safety
///
/// `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_buffers_get(
    buffers: *const yx_buffers,
    index: usize,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        let buffers = handle::get(buffers)?;
        let item = buffers.0.get(index).ok_or_else(out_of_range)?;
        let bytes = item.as_ref().map_err(Error::clone)?;
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy(bytes, buffer, capacity, length) }
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_buffers_free(buffers: *mut yx_buffers) {
    guard::free(|| handle::remove(buffers));
}

/// The error of an index that no item has.
pub(crate) fn out_of_range() -> Error {
    Error::new(Code::Argument, "index", "there is no item of this index")
}
