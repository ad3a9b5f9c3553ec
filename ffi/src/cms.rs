//! Signed messages (GB/T 35275, RFC 5652): sign, by one or several, verify, and show any message.

use crate::buffers::{self, yx_buffers};
use crate::report::{self, yx_report};
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, input, output, policy};
use std::ffi::c_char;
use std::sync::Arc;
use yinxin::asn1::oid;
use yinxin::cert::Crl;
use yinxin::cms::{self, Attributed, Extras, Form, SignedData};
use yinxin::error::{Code, Error, Result};
use yinxin::key::Signer;
use yinxin::time::Time;

/// A message in the form of GB/T 35275.
pub const YX_CMS_FORM_GM: u32 = 1;
/// A message in the form of RFC 5652.
pub const YX_CMS_FORM_RFC: u32 = 2;

/// The content stays outside of the message.
pub const YX_CMS_DETACHED: u32 = 1;
/// No signed attributes: one SM2 signer, the form of GB/T 35275, no time and no lists.
pub const YX_CMS_BARE: u32 = 2;

/// Signs a message by `count` signers, each with attributes of his own.
///
/// `form` is one of the YX_CMS_FORM_ numbers; `flags` is 0 or a sum of YX_CMS_DETACHED and
/// YX_CMS_BARE. `time` is the signing time that is stated, in seconds since 1970-01-01T00:00:00Z, or
/// YX_NO_TIME. `crls` are revocation lists (PEM or DER) that go into the message. `buffers` gets one
/// item, the message in DER.
///
/// # Safety
///
/// Each array has as many elements as its count says, each pointer as many readable bytes as its
/// length; `buffers` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_cms_sign(
    signers: *const *const yx_signer,
    count: usize,
    content: *const u8,
    content_length: usize,
    form: u32,
    flags: u32,
    time: i64,
    crls: *const *const u8,
    crl_lengths: *const usize,
    crl_count: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each array, pointer and length, passed on.
        let (signers, content, crls) = unsafe {
            (
                signers_of(signers, count)?,
                input::bytes("content", content, content_length)?,
                input::items("crls", crls, crl_lengths, crl_count)?,
            )
        };
        let signers: Vec<&dyn Signer> = signers.iter().map(|one| &**one).collect();
        let (form, time) = (self::form(form)?, optional_time(time)?);
        if flags & !(YX_CMS_DETACHED | YX_CMS_BARE) != 0 {
            return Err(Error::new(Code::Argument, "flags", "a flag that is not known"));
        }
        let detached = flags & YX_CMS_DETACHED != 0;
        let made = if flags & YX_CMS_BARE != 0 {
            let [signer] = signers[..] else { return Err(not_bare("it has one signer")) };
            match (form, time, crls.is_empty(), detached) {
                (Form::Gm, None, true, true) => cms::sign_detached(signer, content)?,
                (Form::Gm, None, true, false) => cms::sign_attached(signer, content)?,
                _ => return Err(not_bare("it has the form of GB/T 35275, no time and no lists")),
            }
        } else {
            let crls = crls_of(crls)?;
            let gm = form == Form::Gm;
            let message = Attributed {
                content_type: if gm { oid::GM_DATA } else { oid::CMS_DATA },
                content,
                gm,
                signing_time: time,
                certificates: true,
            };
            cms::sign_together(&signers, &message, &Extras { detached, crls: &crls })?
        };
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made) };
        Ok(())
    })
}

/// Adds a signer to a signed message (DER), beside those who did before. `content` is what was signed,
/// if that is not inside, else NULL with length 0. Time as for yx_cms_sign. What is there is not
/// verified. `buffers` gets one item, the message.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_add_signer(
    signer: *const yx_signer,
    message: *const u8,
    message_length: usize,
    content: *const u8,
    content_length: usize,
    time: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (message, content) = unsafe {
            (
                input::bytes("message", message, message_length)?,
                input::optional_bytes("content", content, content_length)?,
            )
        };
        let made = SignedData::with_signer(message, &*signer, content, optional_time(time)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made) };
        Ok(())
    })
}

/// Signs the signature of signer `number` (from 0, in the order that yx_cms_describe shows) of a signed
/// message (DER). Time as for yx_cms_sign. What is signed is not verified. `buffers` gets one item, the
/// message.
///
/// # Safety
///
/// `message` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_countersign(
    signer: *const yx_signer,
    message: *const u8,
    length: usize,
    number: usize,
    time: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let message = unsafe { input::bytes("message", message, length)? };
        let made = SignedData::countersigned(message, number, &*signer, optional_time(time)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made) };
        Ok(())
    })
}

/// Verifies a signed message. `content` is what was signed, if that is not inside, else NULL with
/// length 0; content inside and beside is refused. Moments, result and report as for
/// yx_voucher_verify.
///
/// `buffers` gets one item, the content, if the verdict is Valid; with another one it is not written.
/// It may be NULL.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` is NULL or may be written;
/// `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_verify(
    verifier: *const yx_verifier,
    message: *const u8,
    message_length: usize,
    content: *const u8,
    content_length: usize,
    now: i64,
    received: i64,
    buffers: *mut *mut yx_buffers,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        if !buffers.is_null() {
            output::needed("buffers", buffers)?;
        }
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (message, content) = unsafe {
            (
                input::bytes("message", message, message_length)?,
                input::optional_bytes("content", content, content_length)?,
            )
        };
        let moment = input::moment(now, received)?;
        let (found, proven) = verifier.verify_message(message, content, &moment)?;
        if let (false, Some(content)) = (buffers.is_null(), proven) {
            // SAFETY: checked above, and writable by the caller's promise.
            unsafe { buffers::one(buffers, content) };
        }
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Writes what a message of any kind says of itself as a JSON object in UTF-8; nothing of it is
/// verified, and its content is left out. `profile` is YX_PROFILE_CONFORMING or
/// YX_PROFILE_AS_FOUND. Sizes as for yx_report_json.
///
/// # Safety
///
/// `message` has `message_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
/// `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_describe(
    message: *const u8,
    message_length: usize,
    profile: i32,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let message = unsafe { input::bytes("message", message, message_length)? };
        let text = cms::describe(message, policy::profile_of(profile)?)?;
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy_text(&text, buffer, capacity, length) }
    })
}

/// The form of a number.
pub(crate) fn form(number: u32) -> Result<Form> {
    match number {
        YX_CMS_FORM_GM => Ok(Form::Gm),
        YX_CMS_FORM_RFC => Ok(Form::Rfc),
        _ => Err(Error::new(Code::Argument, "form", "a form that is not known")),
    }
}

/// The signers of an array.
///
/// # Safety
///
/// `signers` is NULL or has `count` readable elements.
pub(crate) unsafe fn signers_of(
    signers: *const *const yx_signer,
    count: usize,
) -> Result<Vec<Arc<dyn Signer>>> {
    // SAFETY: the caller's promise, passed on.
    let signers = unsafe { input::handles("signers", signers, count)? };
    signers.iter().map(|one| signer::get(*one)).collect()
}

/// Revocation lists as DER, in their order.
pub(crate) fn crls_of(crls: Vec<&[u8]>) -> Result<Vec<Vec<u8>>> {
    crls.into_iter().map(|one| Ok(Crl::from_bytes(one)?.as_der().to_vec())).collect()
}

/// A signing time, or none.
pub(crate) fn optional_time(seconds: i64) -> Result<Option<Time>> {
    if seconds == input::YX_NO_TIME {
        return Ok(None);
    }
    input::time("time", seconds).map(Some)
}

fn not_bare(message: &'static str) -> Error {
    Error::new(Code::Argument, "YX_CMS_BARE", message)
}
