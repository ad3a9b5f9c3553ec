//! From the pointers and lengths of a caller to slices, texts, moments and lists.

use std::ffi::c_char;
use std::str;
use yinxin::Time;
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error, Result};
use yinxin::trust::{Moment, Proof};

/// "No time": nothing proves when the signature existed.
pub const YX_NO_TIME: i64 = i64::MIN;

/// The most bytes of one input (1 TiB); a greater length is taken for a mistake of the caller.
pub const YX_MAX_INPUT_BYTES: u64 = 1_099_511_627_776;

/// The most items of one call.
pub const YX_MAX_ITEMS: u64 = 16_777_216;

/// The bytes of an input; NULL with length 0 is empty.
///
/// # Safety
///
/// `data` is NULL or has `length` readable bytes that do not change during `'a`.
pub(crate) unsafe fn bytes<'a>(
    name: &'static str,
    data: *const u8,
    length: usize,
) -> Result<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Error::new(
            Code::NullPointer,
            name,
            "the pointer is NULL, its length is not 0",
        ));
    }
    in_address_space(name, data.addr(), length)?;
    // SAFETY: not NULL, not past the end of the address space, and readable by the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(data, length) })
}

/// The bytes of an input that may be left out: NULL with length 0 is none, another pointer with
/// length 0 is empty.
///
/// # Safety
///
/// As for [`bytes`].
pub(crate) unsafe fn optional_bytes<'a>(
    name: &'static str,
    data: *const u8,
    length: usize,
) -> Result<Option<&'a [u8]>> {
    if data.is_null() && length == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise, passed on.
    unsafe { bytes(name, data, length) }.map(Some)
}

/// The text of an input: UTF-8, no NUL at its end.
///
/// # Safety
///
/// As for [`bytes`].
pub(crate) unsafe fn text<'a>(
    name: &'static str,
    data: *const c_char,
    length: usize,
) -> Result<&'a str> {
    // SAFETY: the caller's promise, passed on.
    utf8(name, unsafe { bytes(name, data.cast(), length) }?)
}

/// The text of an input that may be left out, as [`optional_bytes`].
///
/// # Safety
///
/// As for [`bytes`].
pub(crate) unsafe fn optional_text<'a>(
    name: &'static str,
    data: *const c_char,
    length: usize,
) -> Result<Option<&'a str>> {
    // SAFETY: the caller's promise, passed on.
    unsafe { optional_bytes(name, data.cast(), length) }?.map(|text| utf8(name, text)).transpose()
}

/// The inputs of a `_many` call: `count` pointers and `count` lengths.
///
/// # Safety
///
/// `data` and `lengths` are NULL or have `count` readable elements, and each pair of them is as for
/// [`bytes`].
pub(crate) unsafe fn items<'a>(
    name: &'static str,
    data: *const *const u8,
    lengths: *const usize,
    count: usize,
) -> Result<Vec<&'a [u8]>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if data.is_null() || lengths.is_null() {
        return Err(Error::new(Code::NullPointer, name, "an array is NULL, its count is not 0"));
    }
    if count as u64 > YX_MAX_ITEMS {
        return Err(Error::new(Code::Argument, name, "the count is above YX_MAX_ITEMS"));
    }
    let size = count * size_of::<usize>();
    aligned(name, data.addr(), lengths.addr())?;
    in_address_space(name, data.addr(), size)?;
    in_address_space(name, lengths.addr(), size)?;
    // SAFETY: not NULL, aligned, within the address space, and readable by the caller's promise.
    let data = unsafe { std::slice::from_raw_parts(data, count) };
    // SAFETY: the same.
    let lengths = unsafe { std::slice::from_raw_parts(lengths, count) };
    // SAFETY: each pair is as for `bytes` by the caller's promise.
    data.iter().zip(lengths).map(|(data, length)| unsafe { bytes(name, *data, *length) }).collect()
}

/// The elements of an array of handles.
///
/// # Safety
///
/// `data` is NULL or has `count` readable elements.
pub(crate) unsafe fn handles<'a, H>(
    name: &'static str,
    data: *const *const H,
    count: usize,
) -> Result<&'a [*const H]> {
    if count == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Error::new(Code::NullPointer, name, "the array is NULL, its count is not 0"));
    }
    if count as u64 > YX_MAX_ITEMS {
        return Err(Error::new(Code::Argument, name, "the count is above YX_MAX_ITEMS"));
    }
    aligned(name, data.addr(), data.addr())?;
    in_address_space(name, data.addr(), count * size_of::<usize>())?;
    // SAFETY: not NULL, aligned, within the address space, and readable by the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(data, count) })
}

/// An SM2 user id; NULL with length 0 is the default one.
///
/// # Safety
///
/// As for [`bytes`].
pub(crate) unsafe fn user_id(data: *const u8, length: usize) -> Result<UserId> {
    // SAFETY: the caller's promise, passed on.
    unsafe { optional_bytes("user_id", data, length) }?
        .map_or_else(|| Ok(UserId::default()), UserId::new)
}

/// A moment in seconds since 1970-01-01T00:00:00Z.
pub(crate) fn time(name: &'static str, seconds: i64) -> Result<Time> {
    Time::from_unix(seconds)
        .ok_or_else(|| Error::new(Code::Argument, name, "the time is not in the years 1 to 9999"))
}

/// The clock and the proof of existence.
pub(crate) fn moment(now: i64, received: i64) -> Result<Moment> {
    let now = time("now", now)?;
    let proof = match received {
        YX_NO_TIME => Proof::Claimed,
        seconds => Proof::Received(time("received", seconds)?),
    };
    Ok(Moment { now, proof })
}

fn utf8<'a>(name: &'static str, bytes: &'a [u8]) -> Result<&'a str> {
    str::from_utf8(bytes)
        .map_err(|error| Error::new(Code::Text, name, "it is not UTF-8").at(error.valid_up_to()))
}

fn in_address_space(name: &'static str, address: usize, length: usize) -> Result<()> {
    let fits = length as u64 <= YX_MAX_INPUT_BYTES
        && isize::try_from(length).is_ok()
        && address.checked_add(length).is_some();
    if fits {
        return Ok(());
    }
    let message = "the length is above YX_MAX_INPUT_BYTES or past the end of memory";
    Err(Error::new(Code::Argument, name, message))
}

fn aligned(name: &'static str, first: usize, second: usize) -> Result<()> {
    if (first | second).is_multiple_of(align_of::<usize>()) {
        return Ok(());
    }
    Err(Error::new(Code::Argument, name, "an array is not aligned"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr;

    fn code<T>(result: Result<T>) -> Option<Code> {
        result.err().map(|error| error.code())
    }

    #[test]
    fn pointers_and_lengths() {
        let data = [1u8, 2, 3];
        let at = data.as_ptr();
        // SAFETY: the lengths that pass are those of the array; the others are refused unread.
        unsafe {
            assert_eq!(bytes("x", at, 3).unwrap(), [1, 2, 3]);
            assert!(bytes("x", ptr::null(), 0).unwrap().is_empty());
            assert_eq!(code(bytes("x", ptr::null(), 1)), Some(Code::NullPointer));
            for length in [usize::MAX, usize::MAX >> 1, (usize::MAX >> 1) + 1, (1 << 40) + 1] {
                assert_eq!(code(bytes("x", at, length)), Some(Code::Argument), "{length}");
            }
            assert_eq!(optional_bytes("x", ptr::null(), 0).unwrap(), None);
            assert_eq!(optional_bytes("x", at, 0).unwrap(), Some(&[][..]));
            assert_eq!(code(text("x", [0xffu8].as_ptr().cast(), 1)), Some(Code::Text));
        }
    }

    #[test]
    fn arrays() {
        let data = [1u8, 2, 3];
        let pointers = [data.as_ptr(), ptr::null(), data.as_ptr()];
        let lengths = [3, 0, 1];
        // SAFETY: the counts that pass are those of the arrays; the others are refused unread.
        unsafe {
            let got = items("x", pointers.as_ptr(), lengths.as_ptr(), 3).unwrap();
            assert_eq!(got, [&[1, 2, 3][..], &[], &[1]]);
            assert!(items("x", ptr::null(), ptr::null(), 0).unwrap().is_empty());
            let null = items("x", ptr::null(), lengths.as_ptr(), 3);
            assert_eq!(code(null), Some(Code::NullPointer));
            let odd = pointers.as_ptr().byte_add(1);
            assert_eq!(code(items("x", odd, lengths.as_ptr(), 2)), Some(Code::Argument));
            for count in [usize::MAX, usize::MAX / 8, (1 << 24) + 1] {
                let many = items("x", pointers.as_ptr(), lengths.as_ptr(), count);
                assert_eq!(code(many), Some(Code::Argument));
            }
        }
    }

    #[test]
    fn times() {
        assert_eq!(code(time("x", i64::MAX)), Some(Code::Argument));
        assert_eq!(moment(5, YX_NO_TIME).unwrap().proof, Proof::Claimed);
        assert_eq!(moment(5, 4).unwrap().proof, Proof::Received(Time::from_unix(4).unwrap()));
    }
}
