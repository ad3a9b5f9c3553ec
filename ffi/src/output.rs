//! What is written through a caller's pointers: handles, and bytes by the two-call protocol.

use crate::handle::{self, Handle};
use std::ffi::c_char;
use std::ptr;
use yinxin::error::{Code, Error, Result};

/// Refuses a null place for an output, before any work is done for it.
pub(crate) fn needed<T>(name: &'static str, out: *mut T) -> Result<()> {
    if out.is_null() {
        return Err(Error::new(Code::NullPointer, name, "there is no place for the output"));
    }
    if !out.is_aligned() {
        return Err(Error::new(Code::Argument, name, "the place for the output is not aligned"));
    }
    Ok(())
}

/// Puts a value into the table of handles and writes its handle.
///
/// # Safety
///
/// `out` passed [`needed`] and may be written.
pub(crate) unsafe fn handle<H: Handle>(out: *mut *mut H, value: H::Value) {
    let handle = handle::insert::<H>(value);
    // SAFETY: `out` is not NULL, is aligned and may be written by the caller's promise.
    unsafe { out.write(handle) };
}

/// Writes a number.
///
/// # Safety
///
/// `out` passed [`needed`] and may be written.
pub(crate) unsafe fn number(out: *mut usize, value: usize) {
    // SAFETY: `out` is not NULL, is aligned and may be written by the caller's promise.
    unsafe { out.write(value) };
}

/// Copies bytes out: `length` gets their number; NULL with capacity 0 only asks for it.
///
/// # Safety
///
/// `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
pub(crate) unsafe fn copy(
    bytes: &[u8],
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> Result<()> {
    needed("length", length)?;
    if buffer.is_null() && capacity != 0 {
        return Err(Error::new(Code::NullPointer, "buffer", "it is NULL, its capacity is not 0"));
    }
    let fits = buffer.is_null() || capacity >= bytes.len();
    if fits && !buffer.is_null() {
        // SAFETY: `buffer` has room for `bytes.len() <= capacity` bytes by the caller's promise;
        // `bytes` are this library's own, so the two do not overlap.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len()) };
    }
    // SAFETY: not NULL, aligned, and writable by the caller's promise.
    unsafe { length.write(bytes.len()) };
    if fits {
        return Ok(());
    }
    let message = format!("{capacity} bytes are not enough for {}", bytes.len());
    Err(Error::new(Code::BufferTooSmall, "buffer", message))
}

/// Copies text out with a final NUL, which `length` counts. A NUL inside (there is none in what
/// this library writes) would end the text early for its reader, and no more.
///
/// # Safety
///
/// As for [`copy`].
pub(crate) unsafe fn copy_text(
    text: &str,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> Result<()> {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0);
    // SAFETY: the caller's promise, passed on.
    unsafe { copy(&bytes, buffer.cast(), capacity, length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_call_protocol() {
        let mut buffer = [0xaau8; 4];
        let mut length = 0;
        let at = buffer.as_mut_ptr();
        // SAFETY: the buffer has 4 bytes, and no greater capacity is stated.
        unsafe {
            assert!(copy(b"abc", ptr::null_mut(), 0, &mut length).is_ok());
            assert_eq!(length, 3);
            length = 0;
            let error = copy(b"abc", at, 2, &mut length).unwrap_err();
            assert_eq!((error.code(), length, *at), (Code::BufferTooSmall, 3, 0xaa));
            assert!(copy(b"abc", at, 4, &mut length).is_ok());
            assert_eq!((buffer, length), (*b"abc\xaa", 3));
            assert!(copy_text("abc", at.cast(), 4, &mut length).is_ok());
            assert_eq!((buffer, length), (*b"abc\0", 4));
            let error = copy(b"abc", ptr::null_mut(), 3, &mut length).unwrap_err();
            assert_eq!(error.code(), Code::NullPointer);
            let error = copy(b"abc", at, 4, ptr::null_mut()).unwrap_err();
            assert_eq!(error.code(), Code::NullPointer);
        }
    }
}
