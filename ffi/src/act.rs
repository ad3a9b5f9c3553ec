//! Acts: in whose name, in which role and place, and when a voucher is stamped or signed.

use crate::handle::{self, Handle};
use crate::status::yx_status;
use crate::{guard, input, output};
use std::ffi::c_char;
use yinxin::Time;
use yinxin::signature::Act;

/// In whose name, in which role and at which position of the voucher a stamp or signature is made,
/// and when.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_act {
    _opaque: (),
}

/// The values behind a `yx_act`.
pub(crate) struct OwnAct {
    org: String,
    role: String,
    position: String,
    time: Time,
}

impl OwnAct {
    /// The act as the library takes it.
    pub(crate) fn borrow(&self) -> Act<'_> {
        Act::new(&self.org, &self.role, &self.position, self.time)
    }
}

impl Handle for yx_act {
    const NAME: &'static str = "yx_act";
    type Value = OwnAct;
}

/// An act of the organisation with the code `org` in `role` at `position`, all in UTF-8, at the time of the signer's
/// clock (seconds since 1970-01-01T00:00:00Z).
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `act` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_act_new(
    org: *const c_char,
    org_length: usize,
    role: *const c_char,
    role_length: usize,
    position: *const c_char,
    position_length: usize,
    time: i64,
    act: *mut *mut yx_act,
) -> yx_status {
    guard::call(|| {
        output::needed("act", act)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (org, role, position) = unsafe {
            (
                input::text("org", org, org_length)?,
                input::text("role", role, role_length)?,
                input::text("position", position, position_length)?,
            )
        };
        let made = OwnAct {
            org: org.to_owned(),
            role: role.to_owned(),
            position: position.to_owned(),
            time: input::time("time", time)?,
        };
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(act, made) };
        Ok(())
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_act_free(act: *mut yx_act) {
    guard::free(|| handle::remove(act));
}
