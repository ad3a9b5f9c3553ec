//! Time stamps: ask for them, hold the answer against the request, put the token in, check it.

use crate::buffers::{self, Buffers, yx_buffers};
use crate::report::{self, yx_report};
use crate::seal::yx_seal;
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, handle, input, output, policy};
use std::ffi::c_char;
use yinxin::asn1::{Oid, Profile};
use yinxin::error::{Code, Error, Result};
use yinxin::seal::Stamp;
use yinxin::signature;
use yinxin::timestamp::{self, TimeStampRequest, TimeStampResponse, TimestampAuthority, Token};

/// Makes a request for a time stamp over the signature value of a stamp (SES_Signature in DER, V4 or
/// V5): `buffers` gets one item, to be sent to an authority as HTTP POST with content type
/// application/timestamp-query. `profile` is YX_PROFILE_CONFORMING or YX_PROFILE_AS_FOUND.
///
/// # Safety
///
/// `stamp` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_stamp_time_stamp_request(
    stamp: *const u8,
    length: usize,
    profile: i32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let stamp = unsafe { input::bytes("stamp", stamp, length)? };
        let stamp = Stamp::parse(stamp, policy::profile_of(profile)?)?;
        let request = stamp.time_stamp_request()?.as_der().to_vec();
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, request) };
        Ok(())
    })
}

/// Puts a token into a stamp: `buffers` gets one item, the stamp with it; a former token is replaced.
///
/// The token is refused if it is over another value (YX_ERROR_TIME_STAMP_MISMATCH), or before the
/// stated signing time or with a bad signature (YX_ERROR_NOT_VALID). Whether its authority is trusted,
/// a verification of the stamp says.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_stamp_with_time_stamp(
    stamp: *const u8,
    length: usize,
    profile: i32,
    token: *const u8,
    token_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (stamp, token) = unsafe {
            (input::bytes("stamp", stamp, length)?, input::bytes("token", token, token_length)?)
        };
        let profile = policy::profile_of(profile)?;
        let stamp =
            Stamp::parse(stamp, profile)?.with_time_stamp(&Token::parse(token, profile)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, stamp.as_bytes().to_vec()) };
        Ok(())
    })
}

/// Makes a request for a time stamp over the signature value of a seal of GM/T 0031-2025; older seals
/// have no place for one (YX_ERROR_FORM). `buffers` gets one item.
///
/// # Safety
///
/// `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_seal_time_stamp_request(
    seal: *const yx_seal,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let request = handle::get(seal)?.time_stamp_request()?.as_der().to_vec();
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, request) };
        Ok(())
    })
}

/// Puts a token into a seal, as yx_stamp_with_time_stamp does: `buffers` gets one item, the bytes of
/// the seal with it.
///
/// # Safety
///
/// `token` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_seal_with_time_stamp(
    seal: *const yx_seal,
    token: *const u8,
    length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let seal = handle::get(seal)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let token = unsafe { input::bytes("token", token, length)? };
        let stamped = seal.with_time_stamp(&Token::parse(token, seal.profile())?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, stamped.as_bytes().to_vec()) };
        Ok(())
    })
}

/// Makes requests for time stamps over the act at this position (UTF-8): `buffers` gets one item for
/// each voucher of the envelope, in their order.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_voucher_time_stamp_requests(
    envelope: *const u8,
    length: usize,
    position: *const c_char,
    position_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (envelope, position) = unsafe {
            (
                input::bytes("envelope", envelope, length)?,
                input::text("position", position, position_length)?,
            )
        };
        let requests = signature::voucher_time_stamp_requests(envelope, position)?;
        let items = requests.iter().map(|request| Ok(request.as_der().to_vec())).collect();
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, Buffers(items)) };
        Ok(())
    })
}

/// Puts time stamps into the acts at this position: `count` tokens, one for each voucher in their
/// order. `buffers` gets one item, the envelope with them; nothing is stamped unless all is. Later acts
/// may have been made meanwhile.
///
/// # Safety
///
/// `tokens` and `token_lengths` have `count` readable elements, and each of `tokens` as many readable
/// bytes as its length says; so have `envelope` and `position`; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_time_stamp_voucher(
    envelope: *const u8,
    length: usize,
    position: *const c_char,
    position_length: usize,
    tokens: *const *const u8,
    token_lengths: *const usize,
    count: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer, array and length, passed on.
        let (envelope, position, tokens) = unsafe {
            (
                input::bytes("envelope", envelope, length)?,
                input::text("position", position, position_length)?,
                input::items("tokens", tokens, token_lengths, count)?,
            )
        };
        let stamped = signature::time_stamp_voucher(envelope, position, &tokens)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, stamped) };
        Ok(())
    })
}

/// Takes the token out of an authority's answer, held against the request: the same imprint, nonce and
/// policy. `buffers` gets one item, the token.
///
/// YX_ERROR_TIME_STAMP_REFUSED if the authority gave none, YX_ERROR_TIME_STAMP_MISMATCH if it is not
/// the one asked for.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_time_stamp_token_for(
    request: *const u8,
    request_length: usize,
    response: *const u8,
    response_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (request, response) = unsafe {
            (
                input::bytes("request", request, request_length)?,
                input::bytes("response", response, response_length)?,
            )
        };
        let request = TimeStampRequest::from_der(request)?;
        let response = TimeStampResponse::from_der(response)?;
        let token = response.token_for(&request, Profile::Conforming)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, token.as_der().to_vec()) };
        Ok(())
    })
}

/// Checks a token by itself, now: that it is about `value`, and that its authority is trusted. Result
/// and report as for yx_voucher_verify.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_time_stamp_check(
    verifier: *const yx_verifier,
    token: *const u8,
    token_length: usize,
    value: *const u8,
    value_length: usize,
    now: i64,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (token, value) = unsafe {
            (
                input::bytes("token", token, token_length)?,
                input::bytes("value", value, value_length)?,
            )
        };
        let token = Token::parse(token, verifier.trust().policy().profile)?;
        let now = input::time("now", now)?;
        let found = timestamp::check(&token, value, verifier.trust(), now);
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Answers a request for a time stamp with a key whose certificate is for that alone, under this policy
/// (an object identifier as text, "1.2.3.4.1"): `buffers` gets one item, a token or why there is none.
/// `time` is the clock. For tests and small installations: nothing is kept, nobody is asked who they
/// are.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_timestamp_authority_respond(
    signer: *const yx_signer,
    policy: *const c_char,
    policy_length: usize,
    request: *const u8,
    request_length: usize,
    time: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (policy, request) = unsafe {
            (
                input::text("policy", policy, policy_length)?,
                input::bytes("request", request, request_length)?,
            )
        };
        let authority = TimestampAuthority::new(signer, oid(policy)?)?;
        let answer = authority.respond(request, input::time("time", time)?);
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, answer.as_der().to_vec()) };
        Ok(())
    })
}

fn oid(text: &str) -> Result<Oid> {
    Oid::parse(text)
        .ok_or_else(|| Error::new(Code::Argument, "policy", "it is no object identifier"))
}
