//! Paths of files, and what is given a name when it is whole.

use crate::input;
use std::ffi::c_char;
use std::path::PathBuf;
use yinxin::error::{Code, Error, Result};
use yinxin_files::{Input, Private, Secrecy};

/// A file that is there is replaced, at once and whole. Without this it is YX_ERROR_EXISTS.
pub const YX_FILE_REPLACE: u32 = 256;

/// The path of a file: UTF-8; on Unix any bytes but NUL.
///
/// # Safety
///
/// As for `input::bytes`.
pub(crate) unsafe fn path(
    name: &'static str,
    data: *const c_char,
    length: usize,
) -> Result<PathBuf> {
    // SAFETY: the caller's promise, passed on.
    let bytes = unsafe { input::bytes(name, data.cast(), length)? };
    if bytes.is_empty() || bytes.contains(&0) {
        return Err(Error::new(Code::Argument, name, "it is no path of a file"));
    }
    path_of(name, bytes)
}

/// A path that may be left out, as `input::optional_bytes`.
///
/// # Safety
///
/// As for `input::bytes`.
pub(crate) unsafe fn optional_path(
    name: &'static str,
    data: *const c_char,
    length: usize,
) -> Result<Option<PathBuf>> {
    if data.is_null() && length == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise, passed on.
    unsafe { path(name, data, length) }.map(Some)
}

/// Opens a file of any length.
///
/// # Safety
///
/// As for `input::bytes`.
pub(crate) unsafe fn input(
    name: &'static str,
    data: *const c_char,
    length: usize,
) -> Result<Input> {
    // SAFETY: the caller's promise, passed on.
    Input::open(&unsafe { path(name, data, length)? })
}

/// A file that gets this name when it is whole, or proven; `flags` may hold YX_FILE_REPLACE.
///
/// # Safety
///
/// As for `input::bytes`.
pub(crate) unsafe fn output(
    name: &'static str,
    data: *const c_char,
    length: usize,
    secrecy: Secrecy,
    flags: u32,
) -> Result<Private> {
    // SAFETY: the caller's promise, passed on.
    let path = unsafe { path(name, data, length)? };
    Private::beside(&path, secrecy, flags & YX_FILE_REPLACE != 0)
}

/// The flags that are left when YX_FILE_REPLACE is taken away.
pub(crate) fn without_replace(flags: u32) -> u32 {
    flags & !YX_FILE_REPLACE
}

#[cfg(unix)]
fn path_of(_name: &'static str, bytes: &[u8]) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn path_of(name: &'static str, bytes: &[u8]) -> Result<PathBuf> {
    std::str::from_utf8(bytes)
        .map(PathBuf::from)
        .map_err(|error| Error::new(Code::Text, name, "it is not UTF-8").at(error.valid_up_to()))
}
