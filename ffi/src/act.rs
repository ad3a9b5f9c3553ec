//! Acts: in whose name, in which role and place, and when a voucher is stamped or signed.

use crate::handle::{self, Handle};
use crate::status::yx_status;
use crate::{guard, input, local, output};
use std::ffi::c_char;
use std::sync::Arc;
use yinxin::Time;
use yinxin::signature::Act;
use yinxin::voucher::{Catalogue, Templates};

/// In whose name, in which role and at which position of the voucher a stamp or signature is made,
/// and when.
///
/// Thread safety: may be used and changed by any number of threads at once; a change counts for the
/// calls that begin after it.
pub struct yx_act {
    _opaque: (),
}

/// The values behind a `yx_act`.
#[derive(Clone)]
pub(crate) struct OwnAct {
    org: String,
    role: String,
    position: String,
    time: Time,
    templates: Option<Arc<Templates>>,
    catalogue: Option<Arc<Catalogue>>,
}

impl OwnAct {
    /// The act as the library takes it.
    pub(crate) fn borrow(&self) -> Act<'_> {
        let mut act = Act::new(&self.org, &self.role, &self.position, self.time);
        if let Some(templates) = &self.templates {
            act = act.with_templates(templates);
        }
        if let Some(catalogue) = &self.catalogue {
            act = act.with_catalogue(catalogue);
        }
        act
    }
}

impl Handle for yx_act {
    const NAME: &'static str = "yx_act";
    type Value = OwnAct;
}

/// An act of the organisation with the code `org` in `role` at `position`, all in UTF-8, at the time
/// of the signer's clock (seconds since 1970-01-01T00:00:00Z).
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
            templates: None,
            catalogue: None,
        };
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(act, made) };
        Ok(())
    })
}

/// Sets the local templates of positions, as JSON in UTF-8: they replace the built-in ones of the
/// same voucher types. Those of an earlier call are forgotten.
///
/// # Safety
///
/// `json` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_act_set_templates_json(
    act: *mut yx_act,
    json: *const c_char,
    length: usize,
) -> yx_status {
    guard::call(|| {
        drop(handle::get(act)?);
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let read =
            Arc::new(local::templates(unsafe { input::bytes("json", json.cast(), length)? })?);
        handle::update(act, |act| Ok(OwnAct { templates: Some(read), ..act.clone() }))
    })
}

/// Sets the local catalogue of voucher types, as JSON in UTF-8: its entries replace the built-in ones
/// of the same types. Those of an earlier call are forgotten.
///
/// # Safety
///
/// `json` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_act_set_catalogue_json(
    act: *mut yx_act,
    json: *const c_char,
    length: usize,
) -> yx_status {
    guard::call(|| {
        drop(handle::get(act)?);
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let read =
            Arc::new(local::catalogue(unsafe { input::bytes("json", json.cast(), length)? })?);
        handle::update(act, |act| Ok(OwnAct { catalogue: Some(read), ..act.clone() }))
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_act_free(act: *mut yx_act) {
    guard::free(|| handle::remove(act));
}
