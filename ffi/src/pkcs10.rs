//! Requests for certificates.

use crate::buffers::{Buffers, yx_buffers};
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::{guard, input, output};
use std::ffi::c_char;
use yinxin::authority::{Pkcs10, Profile, Subject};
use yinxin::error::{Code, Error, Result};

/// A certificate to sign documents and stamps.
pub const YX_CERTIFICATE_SIGNER: i32 = 0;
/// A certificate to make seals.
pub const YX_CERTIFICATE_SEAL_MAKER: i32 = 1;
/// A certificate to sign time stamps.
pub const YX_CERTIFICATE_TIME_STAMP: i32 = 2;
/// A certificate to answer about certificates (OCSP) in their issuer's place.
pub const YX_CERTIFICATE_OCSP_RESPONDER: i32 = 3;
/// A certificate to receive what is encrypted.
pub const YX_CERTIFICATE_ENCRYPTION: i32 = 4;
/// A certificate to issue certificates and lists.
pub const YX_CERTIFICATE_CA: i32 = 5;

/// Makes a request for a certificate (PKCS#10), signed with the key of `signer`, to be sent to an
/// authority: `buffers` gets two items, the request in DER and the same in PEM.
///
/// `subject` is UTF-8, such as CN=Signer,O=Finance Bureau,C=CN; `purpose` one of the YX_CERTIFICATE_
/// numbers. An SM2 key signs requests under the default user id (YX_ERROR_ARGUMENT for another).
///
/// # Safety
///
/// `subject` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_pkcs10_make(
    signer: *const yx_signer,
    subject: *const c_char,
    length: usize,
    purpose: i32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let subject = Subject::parse(unsafe { input::text("subject", subject, length)? })?;
        let request = Pkcs10::make(&*signer, &subject, purpose_of(purpose)?)?;
        let items = vec![Ok(request.as_der().to_vec()), Ok(request.to_pem().into_bytes())];
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, Buffers(items)) };
        Ok(())
    })
}

/// Checks that a request (DER, or PEM with exactly one) is signed with the key that it names: its maker
/// has that key. YX_ERROR_POLICY if it is not.
///
/// # Safety
///
/// `request` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_pkcs10_verify(request: *const u8, length: usize) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        unsafe { read(request, length)? }.verify().map_err(|_| {
            let message = "the request is not signed with the key that it names";
            Error::new(Code::Policy, "PKCS#10", message)
        })
    })
}

/// Copies the subject of a request as text, in the manner of RFC 4514, with a final NUL. Sizes as for
/// yx_report_json. Nothing is verified.
///
/// # Safety
///
/// `request` has `request_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
/// `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_pkcs10_subject(
    request: *const u8,
    request_length: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promises, passed on.
        unsafe {
            let request = read(request, request_length)?;
            output::copy_text(request.subject(), buffer, capacity, length)
        }
    })
}

/// Copies the key that a request is about, as SubjectPublicKeyInfo in DER. Sizes as for yx_buffers_get.
/// Nothing is verified.
///
/// # Safety
///
/// `request` has `request_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
/// `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_pkcs10_public_key(
    request: *const u8,
    request_length: usize,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promises, passed on.
        unsafe {
            let request = read(request, request_length)?;
            output::copy(&request.public_key().to_spki_der(), buffer, capacity, length)
        }
    })
}

/// # Safety
///
/// `request` has `length` readable bytes.
unsafe fn read(request: *const u8, length: usize) -> Result<Pkcs10> {
    // SAFETY: the caller's promise, passed on.
    Pkcs10::from_bytes(unsafe { input::bytes("request", request, length)? })
}

fn purpose_of(number: i32) -> Result<Profile> {
    match number {
        YX_CERTIFICATE_SIGNER => Ok(Profile::Signer),
        YX_CERTIFICATE_SEAL_MAKER => Ok(Profile::SealMaker),
        YX_CERTIFICATE_TIME_STAMP => Ok(Profile::TimeStamp),
        YX_CERTIFICATE_OCSP_RESPONDER => Ok(Profile::OcspResponder),
        YX_CERTIFICATE_ENCRYPTION => Ok(Profile::Encryption),
        YX_CERTIFICATE_CA => Ok(Profile::Ca { path_len: None }),
        _ => Err(Error::new(Code::Argument, "purpose", "no such number")),
    }
}
