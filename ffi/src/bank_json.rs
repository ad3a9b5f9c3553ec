//! Requests of banks in JSON, with the signature inside.

use crate::buffers::{self, yx_buffers};
use crate::report::{self, yx_report};
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, input, output};
use yinxin::cert::Certificate;
use yinxin::error::Result;
use yinxin::key::public_key_from_bytes;
use yinxin::signature::{self, BankJson};

/// Signs a request exactly as it stands, its placeholder included, under the user id of the signer, and
/// puts the signature into the place of the placeholder.
///
/// `options` says where that is (docs/bank.md), as JSON; NULL with length 0 is `{}`. `buffers` gets one
/// item, the signed request.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_json_sign(
    signer: *const yx_signer,
    request: *const u8,
    request_length: usize,
    options: *const u8,
    options_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (request, options) = unsafe {
            (
                input::bytes("request", request, request_length)?,
                input::optional_bytes("options", options, options_length)?,
            )
        };
        let signed = signature::sign_json(request, &style(options)?, &*signer)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, signed) };
        Ok(())
    })
}

/// Verifies a signed request with the certificate (PEM or DER) of its signer, which is judged too. The
/// user id is as for yx_bytes_verify, `options` as for yx_json_sign; moments, result and report as for
/// yx_voucher_verify.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `report` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_json_verify(
    verifier: *const yx_verifier,
    certificate: *const u8,
    certificate_length: usize,
    user_id: *const u8,
    user_id_length: usize,
    request: *const u8,
    request_length: usize,
    options: *const u8,
    options_length: usize,
    now: i64,
    received: i64,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (certificate, user_id, request, options) = unsafe {
            (
                input::bytes("certificate", certificate, certificate_length)?,
                input::user_id(user_id, user_id_length)?,
                input::bytes("request", request, request_length)?,
                input::optional_bytes("options", options, options_length)?,
            )
        };
        let (certificate, style) = (Certificate::from_bytes(certificate)?, style(options)?);
        let moment = input::moment(now, received)?;
        let found = verifier.verify_json(request, &style, &user_id, &certificate, &moment)?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Whether a request is signed with this key: YX_OK, or YX_ERROR_BAD_SIGNATURE. Key and user id as for
/// yx_bytes_verify_with_key, `options` as for yx_json_sign.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_json_verify_with_key(
    public_key: *const u8,
    public_key_length: usize,
    user_id: *const u8,
    user_id_length: usize,
    request: *const u8,
    request_length: usize,
    options: *const u8,
    options_length: usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (public_key, user_id, request, options) = unsafe {
            (
                input::bytes("public_key", public_key, public_key_length)?,
                input::user_id(user_id, user_id_length)?,
                input::bytes("request", request, request_length)?,
                input::optional_bytes("options", options, options_length)?,
            )
        };
        let (key, style) = (public_key_from_bytes(public_key)?, style(options)?);
        signature::verify_json(request, &style, &key, &user_id)
    })
}

fn style(options: Option<&[u8]>) -> Result<BankJson> {
    options.map_or(Ok(BankJson::default()), BankJson::from_json)
}
