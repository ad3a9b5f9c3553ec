//! Devices behind callbacks: good ones sign, in one call for many; bad ones do no harm.

#![allow(unsafe_code)] // The interface of C, called from Rust.

mod common;

use common::{Fixture, NOW, ORG, POSITION, ROLE};
use std::ffi::{c_char, c_void};
use std::ptr;
use yinxin::crypto::sm2;
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin_ffi::*;

/// A device that signs with a key in memory and counts.
struct Device {
    key: SoftwareKey,
    calls: usize,
    /// Gives r || s instead of DER.
    raw: bool,
    /// The message that cannot be signed.
    refuses: Option<usize>,
}

unsafe extern "C" fn sign(
    user_data: *mut c_void,
    messages: *const *const u8,
    lengths: *const usize,
    count: usize,
    signatures: *const *mut u8,
    signature_lengths: *mut usize,
) -> i32 {
    // SAFETY: `user_data` is the device given with this function, used by one call at a time.
    let device = unsafe { &mut *user_data.cast::<Device>() };
    device.calls += 1;
    for i in 0..count {
        if device.refuses == Some(i) {
            continue;
        }
        // SAFETY: the arrays have `count` elements, by the contract of `yx_sign_fn`.
        let message = unsafe { std::slice::from_raw_parts(*messages.add(i), *lengths.add(i)) };
        let mut value = device.key.sign(ToSign::Message(message)).unwrap();
        if device.raw {
            value = sm2::Signature::from_der(&value).unwrap().to_raw().to_vec();
        }
        // SAFETY: each place has room for `YX_SIGNATURE_CAPACITY` bytes, by the same contract.
        unsafe {
            ptr::copy_nonoverlapping(value.as_ptr(), *signatures.add(i), value.len());
            *signature_lengths.add(i) = value.len();
        }
    }
    0
}

#[test]
fn a_device_stamps_many_in_one_call() {
    let fixture = Fixture::new();
    for raw in [false, true] {
        let mut device = device(&fixture, raw, Some(1));
        let signer = signer(&fixture, &mut device);
        let items = [fixture.voucher.as_ptr(); 3];
        let lengths = [fixture.voucher.len(); 3];
        let mut seal = ptr::null_mut();
        let mut act = ptr::null_mut();
        let mut buffers = ptr::null_mut();
        // SAFETY: pointers and lengths belong together, and the places can be written.
        unsafe {
            let esl = &fixture.seal;
            assert_eq!(yx_seal_parse(esl.as_ptr(), esl.len(), 0, &mut seal), YX_OK);
            let text = |text: &'static str| (text.as_ptr().cast::<c_char>(), text.len());
            let ((o, ol), (r, rl), (p, pl)) = (text(ORG), text(ROLE), text(POSITION));
            assert_eq!(yx_act_new(o, ol, r, rl, p, pl, NOW, &mut act), YX_OK);
            let (items, lengths) = (items.as_ptr(), lengths.as_ptr());
            let status =
                yx_voucher_stamp_many(signer, seal, act, items, lengths, 3, 4, &mut buffers);
            assert_eq!(status, YX_OK);
        }
        let sizes: Vec<yx_status> = (0..3).map(|index| size(buffers, index).0).collect();
        assert_eq!(sizes, [YX_OK, YX_ERROR_SIGNER, YX_OK]);
        assert_eq!(device.calls, 1);
        yx_buffers_free(buffers);
        yx_act_free(act);
        yx_seal_free(seal);
        yx_signer_free(signer);
    }
}

#[test]
fn a_freed_signer_is_no_longer_asked() {
    let fixture = Fixture::new();
    let mut device = device(&fixture, false, None);
    let signer = signer(&fixture, &mut device);
    let mut buffers = ptr::null_mut();
    // SAFETY: pointers and lengths belong together, and the place can be written.
    let sign = |buffers| unsafe { yx_document_sign(signer, b"document".as_ptr(), 8, buffers) };
    assert_eq!(sign(&mut buffers), YX_OK);
    assert_eq!(size(buffers, 0).0, YX_OK);
    assert!(size(buffers, 0).1 > 100);
    yx_buffers_free(buffers);
    yx_signer_free(signer);
    assert_eq!(sign(&mut buffers), YX_ERROR_HANDLE);
    assert_eq!(device.calls, 1);
}

fn device(fixture: &Fixture, raw: bool, refuses: Option<usize>) -> Device {
    let key = SoftwareKey::from_pem(fixture.signer.as_bytes(), None).unwrap();
    Device { key, calls: 0, raw, refuses }
}

fn signer(fixture: &Fixture, device: &mut Device) -> *mut yx_signer {
    let pem = fixture.signer.as_bytes();
    let user_data = ptr::from_mut(device).cast();
    let mut signer = ptr::null_mut();
    // SAFETY: the device outlives the signer and keeps to the contract of `yx_sign_fn`.
    let status = unsafe {
        yx_signer_from_callback(pem.as_ptr(), pem.len(), Some(sign), user_data, &mut signer)
    };
    assert_eq!(status, YX_OK);
    signer
}

fn size(buffers: *const yx_buffers, index: usize) -> (yx_status, usize) {
    let mut length = 0;
    // SAFETY: a NULL buffer of capacity 0 asks for the size only, and that can be written.
    let status = unsafe { yx_buffers_get(buffers, index, ptr::null_mut(), 0, &mut length) };
    (status, length)
}
