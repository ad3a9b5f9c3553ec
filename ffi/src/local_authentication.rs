//! Local authentication between a business system and the control: tags under a key of two halves.

use crate::buffers::{self, yx_buffers};
use crate::handle::{self, Handle};
use crate::status::yx_status;
use crate::{guard, input, output};
use std::ffi::c_char;
use std::sync::Arc;
use yinxin::error::{Code, Error, Result};
use yinxin::key::{AuthenticationTag, Direction, LocalAuthentication, MacKey, TwoPartKey};

/// A message from the business system to the control.
pub const YX_LOCAL_TO_CONTROL: u32 = 1;
/// A message from the control to the business system.
pub const YX_LOCAL_FROM_CONTROL: u32 = 2;

/// A key of two halves that both sides have, and maybe a second one while they change it.
///
/// Thread safety: may be used and changed by any number of threads at once; a change counts for the
/// calls that begin after it.
pub struct yx_local {
    _opaque: (),
}

impl Handle for yx_local {
    const NAME: &'static str = "yx_local";
    type Value = LocalAuthentication;
}

/// A key under which tags are made and checked (docs/bank.md). `id` is the name that both sides give
/// it, 1 to 64 visible ASCII characters; `first` and `second` are the halves, 16 visible ASCII characters
/// each, typed in by two people. YX_ERROR_VALUE for a half out of its form, YX_ERROR_WEAK for one that
/// is evidently weak and for halves that are the same. The copies made are wiped.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `local` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_local_new(
    id: *const c_char,
    id_length: usize,
    first: *const u8,
    first_length: usize,
    second: *const u8,
    second_length: usize,
    local: *mut *mut yx_local,
) -> yx_status {
    guard::call(|| {
        output::needed("local", local)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let key = unsafe { key(id, id_length, first, first_length, second, second_length)? };
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(local, LocalAuthentication::new(key)) };
        Ok(())
    })
}

/// Accepts tags under another key too: the one before, or the next one. Halves and name as for
/// yx_local_new. YX_ERROR_ARGUMENT if a second key is there already, or if both have one name.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_local_accept(
    local: *mut yx_local,
    id: *const c_char,
    id_length: usize,
    first: *const u8,
    first_length: usize,
    second: *const u8,
    second_length: usize,
) -> yx_status {
    guard::call(|| {
        drop(handle::get(local)?);
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let key = unsafe { key(id, id_length, first, first_length, second, second_length)? };
        handle::update(local, |now| now.clone().accepting(key))
    })
}

/// Writes the tag of a message, 32 bytes. `direction` is YX_LOCAL_TO_CONTROL or
/// YX_LOCAL_FROM_CONTROL; `sequence` counts the messages of one direction.
///
/// # Safety
///
/// `message` has `length` readable bytes; `tag` has 32 writable ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_local_tag(
    local: *const yx_local,
    direction: u32,
    sequence: u64,
    message: *const u8,
    length: usize,
    tag: *mut u8,
) -> yx_status {
    guard::call(|| {
        output::needed("tag", tag)?;
        let local = handle::get(local)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let message = unsafe { input::bytes("message", message, length)? };
        let made = local.authenticate(direction_of(direction)?, sequence, message)?;
        let mut written = 0;
        // SAFETY: `tag` has 32 writable bytes by the caller's promise, and `written` is our own.
        unsafe { output::copy(made.as_bytes(), tag, 32, &mut written) }
    })
}

/// Whether this is the tag of the message under a key that is accepted: YX_OK, or
/// YX_ERROR_BAD_SIGNATURE whatever is wrong. That no sequence number comes twice is for the caller to
/// see to.
///
/// `buffers` gets one item, the name of the key; it may be NULL.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_local_check(
    local: *const yx_local,
    direction: u32,
    sequence: u64,
    message: *const u8,
    message_length: usize,
    tag: *const u8,
    tag_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        if !buffers.is_null() {
            output::needed("buffers", buffers)?;
        }
        let local = handle::get(local)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (message, tag) = unsafe {
            (
                input::bytes("message", message, message_length)?,
                input::bytes("tag", tag, tag_length)?,
            )
        };
        let tag: [u8; 32] = tag.try_into().map_err(|_| {
            Error::new(Code::BadSignature, "tag", "it is not the tag of this message")
        })?;
        let tag = AuthenticationTag::from(tag);
        let id = local.check(direction_of(direction)?, sequence, message, &tag)?;
        if !buffers.is_null() {
            // SAFETY: checked above, and writable by the caller's promise.
            unsafe { buffers::one(buffers, id.as_bytes().to_vec()) };
        }
        Ok(())
    })
}

/// Writes a new half for one person: 16 random characters. Wiping them is up to the caller.
///
/// # Safety
///
/// `half` has 16 writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_local_new_half(half: *mut u8) -> yx_status {
    guard::call(|| {
        output::needed("half", half)?;
        let made = TwoPartKey::new_half()?;
        let mut written = 0;
        // SAFETY: `half` has 16 writable bytes by the caller's promise, and `written` is our own.
        unsafe { output::copy(made.as_bytes(), half, 16, &mut written) }
    })
}

/// Frees; NULL and handles that are not alive are left alone. Keys are wiped.
#[unsafe(no_mangle)]
pub extern "C" fn yx_local_free(local: *mut yx_local) {
    guard::free(|| handle::remove(local));
}

/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
unsafe fn key(
    id: *const c_char,
    id_length: usize,
    first: *const u8,
    first_length: usize,
    second: *const u8,
    second_length: usize,
) -> Result<Arc<dyn MacKey>> {
    // SAFETY: the caller's promise about each pointer and length, passed on.
    let (id, first, second) = unsafe {
        (
            input::text("id", id, id_length)?,
            input::bytes("first", first, first_length)?,
            input::bytes("second", second, second_length)?,
        )
    };
    Ok(Arc::new(TwoPartKey::new(id, first, second)?))
}

fn direction_of(number: u32) -> Result<Direction> {
    match number {
        YX_LOCAL_TO_CONTROL => Ok(Direction::ToControl),
        YX_LOCAL_FROM_CONTROL => Ok(Direction::FromControl),
        _ => Err(Error::new(Code::Argument, "direction", "a direction that is not known")),
    }
}
