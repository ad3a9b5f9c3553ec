//! Acts of which the key is elsewhere, and user ids of SM2, through the interface of C.

#![allow(unsafe_code)] // The interface of C, called from Rust.

mod common;

use common::{Fixture, NOW, ORG, POSITION, ROLE, TEMPLATES};
use std::ffi::{c_char, c_void};
use std::ptr;
use yinxin::crypto::hazmat::Sm2Digest;
use yinxin::crypto::sm2::{self, UserId};
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::voucher::ActRequest;
use yinxin_ffi::*;

const DEFAULT: &[u8] = b"1234567812345678";
const USER_ID: &[u8] = b"another id";

#[test]
fn a_stamp_is_made_in_another_process() {
    for user_id in [DEFAULT, USER_ID] {
        let fixture = Fixture::under(&UserId::new(user_id).unwrap());
        let (seal, act, verifier) = (seal(&fixture), act(), verifier(&fixture, user_id));
        let prepared = prepare(&fixture, seal, act, &fixture.voucher, user_id);
        let kept = part(prepared, YX_REQUEST_BYTES);
        let request = ActRequest::from_bytes(&kept).unwrap();
        assert_eq!(part(prepared, YX_REQUEST_TO_BE_SIGNED), request.to_be_signed());
        assert_eq!(part(prepared, YX_REQUEST_DIGEST), request.digest().0);
        yx_requests_free(prepared);

        let read = from_bytes(&kept);
        let signature = sign(&fixture, &part(read, YX_REQUEST_DIGEST));
        let signed = complete(read, &signature, &fixture.voucher).unwrap();
        assert_eq!(verify(verifier, &signed), YX_OK);
        assert_eq!(complete(read, &signature, &signed), Err(YX_ERROR_COMPLETED));
        assert_eq!(complete(read, &signature, &fixture.fresh), Err(YX_ERROR_CHANGED));
        let wrong = sign(&fixture, &[7; 32]);
        assert_eq!(complete(read, &wrong, &fixture.voucher), Err(YX_ERROR_SIGNER));
        yx_requests_free(read);
        yx_verifier_free(verifier);
        yx_act_free(act);
        yx_seal_free(seal);
    }
}

#[test]
fn a_signature_needs_no_seal() {
    let fixture = Fixture::new();
    let act = act();
    let json = TEMPLATES.replace("\"stamp\"", "\"signature\"");
    // SAFETY: pointer and length belong together.
    let status = unsafe { yx_act_set_templates_json(act, json.as_ptr().cast(), json.len()) };
    assert_eq!(status, YX_OK);
    let prepared = prepare(&fixture, ptr::null(), act, &fixture.fresh, DEFAULT);
    let signature = sign(&fixture, &part(prepared, YX_REQUEST_DIGEST));
    let signed = complete(prepared, &signature, &fixture.fresh).unwrap();
    let raw = sm2::Signature::from_der(&signature).unwrap().to_raw();
    assert_eq!(complete(prepared, &raw, &fixture.fresh).unwrap(), signed);
    yx_requests_free(prepared);
    yx_act_free(act);
}

#[test]
fn a_local_catalogue_binds_both_sides() {
    let fixture = Fixture::new();
    let (seal, act, verifier) = (seal(&fixture), act(), verifier(&fixture, DEFAULT));
    let strict = r#"{"format":"yinxin:catalogue:1","types":[{"vtCode":"8202","name":"local",
        "basis":"made up","header":{"LocalField":"required text 9"},"detail":{},"leastDetails":0,"sums":[]}]}"#;
    let (json, length) = (strict.as_ptr().cast(), strict.len());
    let prepared = prepare(&fixture, seal, act, &fixture.voucher, DEFAULT);
    let signature = sign(&fixture, &part(prepared, YX_REQUEST_DIGEST));
    let signed = complete(prepared, &signature, &fixture.voucher).unwrap();
    assert_eq!(verify(verifier, &signed), YX_OK);
    let mut none = ptr::null_mut();
    // SAFETY: pointers and lengths belong together, and the place can be written.
    unsafe {
        assert_eq!(yx_act_set_catalogue_json(act, json, length), YX_OK);
        assert_eq!(yx_verifier_set_catalogue_json(verifier, json, length), YX_OK);
        let (p, pl) = (fixture.signer.as_ptr(), fixture.signer.len());
        let (v, vl) = (fixture.voucher.as_ptr(), fixture.voucher.len());
        let status = yx_voucher_prepare(seal, act, p, pl, ptr::null(), 0, v, vl, &mut none);
        assert_eq!(status, YX_ERROR_RULES);
    }
    assert!(none.is_null());
    assert_eq!(verify(verifier, &signed), YX_VERDICT_INVALID);
    yx_requests_free(prepared);
    yx_verifier_free(verifier);
    yx_act_free(act);
    yx_seal_free(seal);
}

/// Signs with the key in `user_data` under the user id `USER_ID`.
unsafe extern "C" fn device(
    user_data: *mut c_void,
    messages: *const *const u8,
    lengths: *const usize,
    _count: usize,
    signatures: *const *mut u8,
    signature_lengths: *mut usize,
) -> i32 {
    // SAFETY: `user_data` is the key given with this function, and the arrays have an element.
    unsafe {
        let key = &*user_data.cast::<SoftwareKey>();
        let message = std::slice::from_raw_parts(*messages, *lengths);
        let value = key.sign(ToSign::Message(message)).unwrap();
        ptr::copy_nonoverlapping(value.as_ptr(), *signatures, value.len());
        *signature_lengths = value.len();
    }
    0
}

#[test]
fn a_device_signs_under_its_user_id() {
    let fixture = Fixture::new();
    let pem = fixture.signer.as_bytes();
    let key = SoftwareKey::from_pem(pem, None).unwrap();
    let mut key = key.with_user_id(UserId::new(USER_ID).unwrap());
    let (mut signer, mut buffers) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: pointers and lengths belong together, the key outlives the signer, and the places can
    // be written.
    unsafe {
        let key = ptr::from_mut(&mut key).cast();
        let status =
            yx_signer_from_callback(pem.as_ptr(), pem.len(), Some(device), key, &mut signer);
        assert_eq!(status, YX_OK);
        let mut sign = || yx_document_sign(signer, b"document".as_ptr(), 8, &mut buffers);
        assert_eq!(sign(), YX_ERROR_SIGNER);
        assert_eq!(yx_signer_set_user_id(signer, USER_ID.as_ptr(), USER_ID.len()), YX_OK);
        assert_eq!(sign(), YX_OK);
    }
    yx_buffers_free(buffers);
    yx_signer_free(signer);
}

#[test]
fn a_user_id_goes_through_everything() {
    let fixture = Fixture::under(&UserId::new(USER_ID).unwrap());
    let (seal, act) = (seal(&fixture), act());
    let (under, default) = (verifier(&fixture, USER_ID), verifier(&fixture, DEFAULT));
    let (pem, voucher) = (fixture.signer.as_bytes(), &fixture.voucher);
    let (items, lengths) = ([voucher.as_ptr(); 2], [voucher.len(); 2]);
    let (mut signer, mut one, mut many) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: pointers and lengths belong together, and the places can be written.
    unsafe {
        let (none, p, pl): (*const u8, _, _) = (ptr::null(), pem.as_ptr(), pem.len());
        assert_eq!(yx_signer_from_pem(p, pl, none.cast(), 0, none, 0, &mut signer), YX_OK);
        let (v, vl) = (voucher.as_ptr(), voucher.len());
        let status = yx_voucher_stamp(signer, seal, act, v, vl, &mut one);
        assert_eq!(status, YX_ERROR_SEAL_UNUSABLE);
        assert_eq!(yx_signer_set_user_id(signer, USER_ID.as_ptr(), USER_ID.len()), YX_OK);
        assert_eq!(yx_voucher_stamp(signer, seal, act, v, vl, &mut one), YX_OK);
        let (i, l) = (items.as_ptr(), lengths.as_ptr());
        assert_eq!(yx_voucher_stamp_many(signer, seal, act, i, l, 2, 2, &mut many), YX_OK);
    }
    for stamped in [take(one, 0), take(many, 0), take(many, 1)] {
        assert_eq!(verify(under, &stamped), YX_OK);
        assert_eq!(verify(default, &stamped), YX_VERDICT_INVALID);
    }
    yx_buffers_free(one);
    yx_buffers_free(many);
    yx_signer_free(signer);
    yx_verifier_free(under);
    yx_verifier_free(default);
    yx_act_free(act);
    yx_seal_free(seal);
}

fn seal(fixture: &Fixture) -> *mut yx_seal {
    let mut seal = ptr::null_mut();
    let esl = &fixture.seal;
    // SAFETY: pointer and length belong together, and the place can be written.
    assert_eq!(unsafe { yx_seal_parse(esl.as_ptr(), esl.len(), 0, &mut seal) }, YX_OK);
    seal
}

fn act() -> *mut yx_act {
    let mut act = ptr::null_mut();
    let text = |text: &'static str| (text.as_ptr().cast::<c_char>(), text.len());
    let ((o, ol), (r, rl), (p, pl)) = (text(ORG), text(ROLE), text(POSITION));
    // SAFETY: pointers and lengths belong together, and the place can be written.
    assert_eq!(unsafe { yx_act_new(o, ol, r, rl, p, pl, NOW, &mut act) }, YX_OK);
    act
}

fn verifier(fixture: &Fixture, user_id: &[u8]) -> *mut yx_verifier {
    let mut verifier = ptr::null_mut();
    let (anchors, crl, json) = (&fixture.anchors, &fixture.crl, &fixture.authorisation);
    // SAFETY: pointers and lengths belong together, and the place can be written.
    unsafe {
        assert_eq!(yx_verifier_new(&mut verifier), YX_OK);
        assert_eq!(yx_verifier_add_anchor(verifier, anchors.as_ptr(), anchors.len()), YX_OK);
        assert_eq!(yx_verifier_add_crl(verifier, crl.as_ptr(), crl.len()), YX_OK);
        let (json, length) = (json.as_ptr().cast(), json.len());
        assert_eq!(yx_verifier_set_authorisation_json(verifier, json, length), YX_OK);
        let (id, length) = (user_id.as_ptr(), user_id.len());
        assert_eq!(yx_verifier_set_user_id(verifier, id, length), YX_OK);
    }
    verifier
}

/// Prepares; the default user id is what NULL stands for.
fn prepare(
    fixture: &Fixture,
    seal: *const yx_seal,
    act: *const yx_act,
    envelope: &[u8],
    user_id: &[u8],
) -> *mut yx_requests {
    let (id, id_length) = match user_id {
        DEFAULT => (ptr::null(), 0),
        other => (other.as_ptr(), other.len()),
    };
    let pem = fixture.signer.as_bytes();
    let mut requests = ptr::null_mut();
    // SAFETY: pointers and lengths belong together, and the place can be written.
    let status = unsafe {
        let (p, pl, e, el) = (pem.as_ptr(), pem.len(), envelope.as_ptr(), envelope.len());
        yx_voucher_prepare(seal, act, p, pl, id, id_length, e, el, &mut requests)
    };
    assert_eq!(status, YX_OK);
    requests
}

fn from_bytes(kept: &[u8]) -> *mut yx_requests {
    let mut requests = ptr::null_mut();
    // SAFETY: pointers and lengths belong together, and the place can be written.
    let status = unsafe { yx_requests_from_bytes(&kept.as_ptr(), &kept.len(), 1, &mut requests) };
    assert_eq!(status, YX_OK);
    requests
}

fn part(requests: *const yx_requests, part: i32) -> Vec<u8> {
    let mut count = 0;
    // SAFETY: the place can be written.
    assert_eq!(unsafe { yx_requests_count(requests, &mut count) }, YX_OK);
    assert_eq!(count, 1);
    sized(|buffer, capacity, length| unsafe {
        // SAFETY: the buffer has its capacity, and the place can be written.
        yx_requests_get(requests, 0, part, buffer, capacity, length)
    })
}

/// What the device in the other process does.
fn sign(fixture: &Fixture, digest: &[u8]) -> Vec<u8> {
    let key = SoftwareKey::from_pem(fixture.signer.as_bytes(), None).unwrap();
    key.sign(ToSign::Digest(&Sm2Digest(digest.try_into().unwrap()))).unwrap()
}

fn complete(
    requests: *const yx_requests,
    signature: &[u8],
    envelope: &[u8],
) -> Result<Vec<u8>, yx_status> {
    let mut buffers = ptr::null_mut();
    // SAFETY: pointers and lengths belong together, and the place can be written.
    let status = unsafe {
        let (s, sl) = (&signature.as_ptr(), &signature.len());
        yx_voucher_complete(requests, s, sl, 1, envelope.as_ptr(), envelope.len(), &mut buffers)
    };
    if status != YX_OK {
        assert!(buffers.is_null());
        return Err(status);
    }
    let bytes = take(buffers, 0);
    yx_buffers_free(buffers);
    Ok(bytes)
}

fn verify(verifier: *const yx_verifier, envelope: &[u8]) -> yx_status {
    let mut report = ptr::null_mut();
    // SAFETY: pointer and length belong together, and the place can be written.
    let status = unsafe {
        let (data, length) = (envelope.as_ptr(), envelope.len());
        yx_voucher_verify(verifier, data, length, NOW, YX_NO_TIME, &mut report)
    };
    yx_report_free(report);
    status
}

fn take(buffers: *const yx_buffers, index: usize) -> Vec<u8> {
    sized(|buffer, capacity, length| unsafe {
        // SAFETY: the buffer has its capacity, and the place can be written.
        yx_buffers_get(buffers, index, buffer, capacity, length)
    })
}

/// Asks for the size, then for the bytes.
fn sized(get: impl Fn(*mut u8, usize, *mut usize) -> yx_status) -> Vec<u8> {
    let mut length = 0;
    assert_eq!(get(ptr::null_mut(), 0, &mut length), YX_OK);
    let mut bytes = vec![0; length];
    assert_eq!(get(bytes.as_mut_ptr(), length, &mut length), YX_OK);
    bytes
}
