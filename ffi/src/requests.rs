//! Acts whose key works in another process: prepare, let sign, complete.

use crate::act::yx_act;
use crate::buffers::{self, out_of_range, yx_buffers};
use crate::handle::{self, Handle};
use crate::seal::yx_seal;
use crate::status::yx_status;
use crate::{guard, input, output};
use yinxin::cert::Certificate;
use yinxin::error::{Code, Error, Result};
use yinxin::signature;
use yinxin::voucher::ActRequest;

/// The request as opaque bytes, to be kept or sent and read by yx_requests_from_bytes; no secret.
pub const YX_REQUEST_BYTES: i32 = 0;
/// The message to be signed with SM2 and SM3, Z made with the user id of the request.
pub const YX_REQUEST_TO_BE_SIGNED: i32 = 1;
/// The SM2 digest e of that message, SM3(Z || message), 32 bytes: for a device that takes a digest.
pub const YX_REQUEST_DIGEST: i32 = 2;

/// Acts that wait for their signatures, one for each voucher of an envelope, in their order.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_requests {
    _opaque: (),
}

/// The requests behind a `yx_requests`.
pub(crate) struct Requests(Vec<ActRequest>);

impl Handle for yx_requests {
    const NAME: &'static str = "yx_requests";
    type Value = Requests;
}

/// Prepares one act on every voucher of an envelope: stamps with `seal`, or signatures with NULL in
/// its place. `requests` gets one request for each voucher; each is to be signed by the SM2 key of
/// `certificate` (DER or PEM), wherever that is, and yx_voucher_complete makes the acts of them.
///
/// `user_id` is the one of SM2 that is signed under; NULL with length 0 is the default one,
/// 1234567812345678. A seal that its maker signed under another one is refused.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `requests` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_voucher_prepare(
    seal: *const yx_seal,
    act: *const yx_act,
    certificate: *const u8,
    certificate_length: usize,
    user_id: *const u8,
    user_id_length: usize,
    envelope: *const u8,
    length: usize,
    requests: *mut *mut yx_requests,
) -> yx_status {
    guard::call(|| {
        output::needed("requests", requests)?;
        let seal = if seal.is_null() { None } else { Some(handle::get(seal)?) };
        let act = handle::get(act)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (certificate, user_id, envelope) = unsafe {
            (
                input::bytes("certificate", certificate, certificate_length)?,
                input::user_id(user_id, user_id_length)?,
                input::bytes("envelope", envelope, length)?,
            )
        };
        let certificate = Certificate::from_bytes(certificate)?;
        let (act, seal) = (act.borrow(), seal.as_deref());
        let made = signature::prepare_voucher(envelope, &act, seal, &certificate, &user_id)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(requests, Requests(made)) };
        Ok(())
    })
}

/// Completes the requests that were prepared on this envelope: `count` signatures, one for each
/// request in their order, each DER SEQUENCE { r, s } or the 64 bytes r || s. `buffers` gets one item,
/// the envelope with the acts in it.
///
/// A signature that does not verify, a voucher that changed and a request completed before are
/// refused, and nothing is completed then.
///
/// # Safety
///
/// `signatures` and `signature_lengths` have `count` readable elements, and each of `signatures` as
/// many readable bytes as its length says; `envelope` has `length`; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_voucher_complete(
    requests: *const yx_requests,
    signatures: *const *const u8,
    signature_lengths: *const usize,
    count: usize,
    envelope: *const u8,
    length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let requests = handle::get(requests)?;
        // SAFETY: the caller's promise about the arrays and the pointer, passed on.
        let (signatures, envelope) = unsafe {
            (
                input::items("signatures", signatures, signature_lengths, count)?,
                input::bytes("envelope", envelope, length)?,
            )
        };
        let completed = signature::complete_voucher(envelope, &requests.0, &signatures)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, completed) };
        Ok(())
    })
}

/// Reads requests that were kept as YX_REQUEST_BYTES: `count` pointers and `count` lengths, in the
/// order of the vouchers of their envelope. One that cannot be read is the error of the call.
///
/// # Safety
///
/// `data` and `lengths` have `count` readable elements, and each of `data` as many readable bytes as
/// its length says; `requests` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_requests_from_bytes(
    data: *const *const u8,
    lengths: *const usize,
    count: usize,
    requests: *mut *mut yx_requests,
) -> yx_status {
    guard::call(|| {
        output::needed("requests", requests)?;
        // SAFETY: the caller's promise about the arrays, passed on.
        let items = unsafe { input::items("data", data, lengths, count)? };
        let read = items.into_iter().map(ActRequest::from_bytes).collect::<Result<_>>()?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(requests, Requests(read)) };
        Ok(())
    })
}

/// Writes how many requests there are.
///
/// # Safety
///
/// `count` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_requests_count(
    requests: *const yx_requests,
    count: *mut usize,
) -> yx_status {
    guard::call(|| {
        output::needed("count", count)?;
        let requests = handle::get(requests)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::number(count, requests.0.len()) };
        Ok(())
    })
}

/// Copies a part of request `index` (from 0) into `buffer`: one of the YX_REQUEST_ numbers. Sizes as
/// for yx_buffers_get.
///
/// # Safety
///
/// `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_requests_get(
    requests: *const yx_requests,
    index: usize,
    part: i32,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        let requests = handle::get(requests)?;
        let request = requests.0.get(index).ok_or_else(out_of_range)?;
        let bytes = match part {
            YX_REQUEST_BYTES => request.to_bytes(),
            YX_REQUEST_TO_BE_SIGNED => request.to_be_signed().to_vec(),
            YX_REQUEST_DIGEST => request.digest().0.to_vec(),
            _ => return Err(Error::new(Code::Argument, "part", "no such number")),
        };
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy(&bytes, buffer, capacity, length) }
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_requests_free(requests: *mut yx_requests) {
    guard::free(|| handle::remove(requests));
}
