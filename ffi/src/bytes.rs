//! Signatures over bytes as banks exchange them: the bare value, in no structure.

use crate::buffers::{self, Buffers, yx_buffers};
use crate::report::{self, yx_report};
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, input, output};
use yinxin::cert::Certificate;
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error, Result};
use yinxin::key::public_key_from_bytes;
use yinxin::signature::{self, BytesSignature, SignatureForm};

/// A signature as DER SEQUENCE { r, s }; of RSA the bare value.
pub const YX_SIGNATURE_DER: u32 = 1;
/// A signature of SM2 as 64 bytes r || s.
pub const YX_SIGNATURE_RAW: u32 = 2;

/// Signs bytes exactly as they stand, under the user id of the signer (yx_signer_set_user_id). `form`
/// is YX_SIGNATURE_DER or YX_SIGNATURE_RAW. `buffers` gets one item, the signature.
///
/// # Safety
///
/// `message` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_bytes_sign(
    signer: *const yx_signer,
    message: *const u8,
    length: usize,
    form: u32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let message = unsafe { input::bytes("message", message, length)? };
        let signature = signature::sign_bytes(message, form_of(form)?, &*signer)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, signature) };
        Ok(())
    })
}

/// Signs many messages as yx_bytes_sign. `buffers` gets one item for each, in their order. `threads` as
/// for yx_voucher_stamp_many.
///
/// # Safety
///
/// The arrays have `count` elements, and each pointer has as many readable bytes as its length says;
/// `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_bytes_sign_many(
    signer: *const yx_signer,
    messages: *const *const u8,
    lengths: *const usize,
    count: usize,
    form: u32,
    threads: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about each array, pointer and length, passed on.
        let messages = unsafe { input::items("messages", messages, lengths, count)? };
        let made = signature::sign_bytes_many(&messages, form_of(form)?, &*signer, threads);
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, Buffers(made)) };
        Ok(())
    })
}

/// Verifies a signature over bytes with the certificate (PEM or DER) of its signer, which is judged too.
/// `user_id` NULL with length 0 is the default one; that of the verifier does not count here. Moments,
/// result and report as for yx_voucher_verify.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `report` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_bytes_verify(
    verifier: *const yx_verifier,
    certificate: *const u8,
    certificate_length: usize,
    user_id: *const u8,
    user_id_length: usize,
    message: *const u8,
    message_length: usize,
    signature: *const u8,
    signature_length: usize,
    form: u32,
    now: i64,
    received: i64,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (certificate, user_id, message, signature) = unsafe {
            (
                input::bytes("certificate", certificate, certificate_length)?,
                input::user_id(user_id, user_id_length)?,
                input::bytes("message", message, message_length)?,
                input::bytes("signature", signature, signature_length)?,
            )
        };
        let certificate = Certificate::from_bytes(certificate)?;
        let (form, moment) = (form_of(form)?, input::moment(now, received)?);
        let given = BytesSignature { message, signature, form, user_id: &user_id };
        let found = verifier.verify_bytes(&given, &certificate, &moment);
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Whether this is the key's signature over the bytes: YX_OK, or YX_ERROR_BAD_SIGNATURE. Whose key it is
/// and whether it may still be used, nothing here says.
///
/// `public_key` is SubjectPublicKeyInfo in PEM or DER, or the point of an SM2 key (65 bytes 04 || x || y,
/// 33 bytes, or 64 bytes x || y); DER and point also in hexadecimal digits or base64. `user_id` NULL
/// with length 0 is the default one.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_bytes_verify_with_key(
    public_key: *const u8,
    public_key_length: usize,
    user_id: *const u8,
    user_id_length: usize,
    message: *const u8,
    message_length: usize,
    signature: *const u8,
    signature_length: usize,
    form: u32,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (public_key, user_id, message, signature) = unsafe {
            (
                input::bytes("public_key", public_key, public_key_length)?,
                input::user_id(user_id, user_id_length)?,
                input::bytes("message", message, message_length)?,
                input::bytes("signature", signature, signature_length)?,
            )
        };
        let (key, form) = (public_key_from_bytes(public_key)?, form_of(form)?);
        let given = BytesSignature { message, signature, form, user_id: &user_id };
        signature::verify_bytes(&given, &key)
    })
}

/// Writes the user id of 16 bytes that some banks make of a shorter one: digits 0 (0x30) after it.
/// Sizes as for yx_buffers_get.
///
/// # Safety
///
/// `id` has `id_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes; `length` may
/// be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_user_id_padded(
    id: *const u8,
    id_length: usize,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let padded = UserId::padded(unsafe { input::bytes("id", id, id_length)? })?;
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy(padded.as_bytes(), buffer, capacity, length) }
    })
}

fn form_of(number: u32) -> Result<SignatureForm> {
    match number {
        YX_SIGNATURE_DER => Ok(SignatureForm::Der),
        YX_SIGNATURE_RAW => Ok(SignatureForm::Raw),
        _ => Err(Error::new(Code::Argument, "form", "a form that is not known")),
    }
}
