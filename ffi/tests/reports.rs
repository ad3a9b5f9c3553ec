//! Seals and documents through the interface of C: the same reports as from Rust.

#![allow(unsafe_code)] // The interface of C, called from Rust.

mod common;

use common::{Fixture, NOW};
use std::ffi::c_char;
use std::ptr;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::cert::{Certificate, Crl};
use yinxin::key::SoftwareKey;
use yinxin::seal::Seal;
use yinxin::signature::Verifier;
use yinxin::trust::seal_states::{SealName, SealState, SealStatesBuilder, StateChange};
use yinxin::trust::{Moment, Policy, Revocation, Trust};
use yinxin_ffi::*;

const DOCUMENT: &[u8] = b"a document";
const PROPERTY: &str = "document.txt";

struct Open {
    fixture: Fixture,
    signer: *mut yx_signer,
    seal: *mut yx_seal,
    verifier: *mut yx_verifier,
}

impl Open {
    fn new() -> Open {
        let fixture = Fixture::new();
        let (mut signer, mut seal, mut verifier) =
            (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        let key = fixture.signer.as_bytes();
        let esl = &fixture.seal;
        // SAFETY: pointers and lengths belong together, and the places can be written.
        unsafe {
            let none: *const u8 = ptr::null();
            let (k, kl) = (key.as_ptr(), key.len());
            assert_eq!(yx_signer_from_pem(k, kl, none.cast(), 0, none, 0, &mut signer), YX_OK);
            assert_eq!(yx_seal_parse(esl.as_ptr(), esl.len(), 0, &mut seal), YX_OK);
            assert_eq!(yx_verifier_new(&mut verifier), YX_OK);
        }
        Open { fixture, signer, seal, verifier }
    }

    fn trust(&self) {
        let (anchors, crl) = (self.fixture.anchors.as_bytes(), &self.fixture.crl);
        // SAFETY: pointers and lengths belong together.
        unsafe {
            let status = yx_verifier_add_anchor(self.verifier, anchors.as_ptr(), anchors.len());
            assert_eq!(status, YX_OK);
            assert_eq!(yx_verifier_add_crl(self.verifier, crl.as_ptr(), crl.len()), YX_OK);
        }
    }

    fn stamp(&self) -> Vec<u8> {
        let mut buffers = ptr::null_mut();
        let (document, property) = (DOCUMENT, PROPERTY);
        // SAFETY: pointers and lengths belong together, and the place can be written.
        let status = unsafe {
            yx_document_stamp(
                self.signer,
                self.seal,
                document.as_ptr(),
                document.len(),
                property.as_ptr().cast(),
                property.len(),
                NOW,
                &mut buffers,
            )
        };
        assert_eq!(status, YX_OK);
        take(buffers)
    }

    fn verify_stamp(&self, stamp: &[u8], document: &[u8], property: &str) -> (yx_status, String) {
        let property: (*const c_char, usize) = match property {
            "" => (ptr::null(), 0),
            text => (text.as_ptr().cast(), text.len()),
        };
        // SAFETY: pointers and lengths belong together, and the place can be written.
        report(|out| unsafe {
            yx_document_verify_stamp(
                self.verifier,
                stamp.as_ptr(),
                stamp.len(),
                document.as_ptr(),
                document.len(),
                property.0,
                property.1,
                NOW,
                NOW,
                out,
            )
        })
    }

    fn check_seal(&self, now: i64) -> (yx_status, String) {
        let seal = &self.fixture.seal;
        // SAFETY: pointers and lengths belong together, and the place can be written.
        report(|out| unsafe {
            yx_seal_check(self.verifier, seal.as_ptr(), seal.len(), now, YX_NO_TIME, out)
        })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        yx_signer_free(self.signer);
        yx_seal_free(self.seal);
        yx_verifier_free(self.verifier);
    }
}

#[test]
fn a_stamp_protects_document_and_property() {
    let open = Open::new();
    open.trust();
    let stamp = open.stamp();
    let trust = rust_trust(&open.fixture, Revocation::Required);
    let time = Time::from_unix(NOW).unwrap();
    let moment = Moment::received(time, time);
    let expected = Verifier::new(trust).verify_stamp(&stamp, DOCUMENT, Some(PROPERTY), &moment);
    let found = open.verify_stamp(&stamp, DOCUMENT, PROPERTY);
    assert_eq!(found, (YX_OK, expected.unwrap().to_json()));
    assert_eq!(open.verify_stamp(&stamp, DOCUMENT, "").0, YX_OK);
    assert_eq!(open.verify_stamp(&stamp, DOCUMENT, "other").0, YX_VERDICT_INVALID);
    assert_eq!(open.verify_stamp(&stamp, b"another", PROPERTY).0, YX_VERDICT_INVALID);
}

#[test]
fn a_change_counts_from_then_on() {
    let open = Open::new();
    assert_eq!(open.check_seal(NOW).0, YX_VERDICT_INVALID);
    open.trust();
    assert_eq!(open.check_seal(NOW).0, YX_OK);
    // The list is old by then; the seal and the certificates are good.
    let later = NOW + 60 * 86_400;
    assert_eq!(open.check_seal(later).0, YX_VERDICT_NOT_DETERMINED);
    let set = yx_verifier_set_revocation(open.verifier, YX_REVOCATION_NOT_CHECKED);
    assert_eq!(set, YX_OK);
    let trust = rust_trust(&open.fixture, Revocation::NotChecked);
    let moment = Moment::claimed(Time::from_unix(later).unwrap());
    let expected = Verifier::new(trust).verify_seal(&open.fixture.seal, &moment).unwrap();
    assert_eq!(open.check_seal(later), (YX_OK, expected.to_json()));
}

#[test]
fn the_profile_decides_how_strictly_is_read() {
    let open = Open::new();
    let seal = Seal::parse(&open.fixture.seal, Profile::Conforming).unwrap();
    let mut longer = seal.as_bytes().to_vec();
    longer.push(0);
    let mut out = ptr::null_mut();
    // SAFETY: pointers and lengths belong together, and the place can be written.
    let status = unsafe { yx_seal_parse(longer.as_ptr(), longer.len(), 0, &mut out) };
    assert_eq!(status, YX_ERROR_DER);
    assert!(out.is_null());
    assert_eq!(yx_verifier_set_profile(open.verifier, YX_PROFILE_AS_FOUND), YX_OK);
    assert_eq!(yx_verifier_set_profile(open.verifier, 2), YX_ERROR_ARGUMENT);
}

fn rust_trust(fixture: &Fixture, revocation: Revocation) -> Trust {
    let mut policy = Policy::default();
    policy.revocation = revocation;
    let mut trust = Trust::new(policy);
    trust.add_anchor(Certificate::from_bytes(fixture.anchors.as_bytes()).unwrap());
    trust.add_crl(Crl::from_bytes(&fixture.crl).unwrap());
    trust
}

/// The verdict of a verification and the JSON of its report.
fn report(verify: impl FnOnce(*mut *mut yx_report) -> yx_status) -> (yx_status, String) {
    let mut report = ptr::null_mut();
    let verdict = verify(&mut report);
    assert_eq!(yx_report_verdict(report), verdict);
    let mut size = 0;
    // SAFETY: the buffer has the size that was asked for.
    let text = unsafe {
        assert_eq!(yx_report_json(report, ptr::null_mut(), 0, &mut size), YX_OK);
        let mut text = vec![0; size];
        assert_eq!(yx_report_json(report, text.as_mut_ptr().cast(), size, &mut size), YX_OK);
        text
    };
    yx_report_free(report);
    assert_eq!(text.last(), Some(&0));
    (verdict, String::from_utf8(text[..size - 1].to_vec()).unwrap())
}

fn take(buffers: *mut yx_buffers) -> Vec<u8> {
    let mut size = 0;
    // SAFETY: the buffer has the size that was asked for.
    let bytes = unsafe {
        assert_eq!(yx_buffers_get(buffers, 0, ptr::null_mut(), 0, &mut size), YX_OK);
        let mut bytes = vec![0; size];
        assert_eq!(yx_buffers_get(buffers, 0, bytes.as_mut_ptr(), size, &mut size), YX_OK);
        bytes
    };
    yx_buffers_free(buffers);
    bytes
}

#[test]
fn a_list_of_states_counts_from_who_was_entrusted() {
    let open = Open::new();
    open.trust();
    let pem = &open.fixture.signer;
    let (private, public) = pem.split_at(pem.find("-----BEGIN CERT").unwrap());
    let certificate = Certificate::from_bytes(public.as_bytes()).unwrap();
    let key = SoftwareKey::from_pem(private.as_bytes(), None).unwrap();
    let key = key.with_certificates(vec![certificate.as_der().to_vec()]).unwrap();
    let at = |days: i64| Time::from_unix(NOW).unwrap().plus_days(days).unwrap();
    let seal = Seal::parse(&open.fixture.seal, Profile::Conforming).unwrap();
    let mut list = SealStatesBuilder::new("office", at(-1), at(6)).unwrap();
    let name = SealName { digest: seal.digest(), id: seal.id(), maker: "" };
    for (state, days) in [(SealState::Active, -9), (SealState::Suspended, -2)] {
        let (effective_from, recorded_at) = (at(days), at(days));
        let change = StateChange { state, effective_from, recorded_at, reason: String::new() };
        list.record(&name, change).unwrap();
    }
    let list = list.sign(&key).unwrap();
    let (states, length) = (list.as_der().as_ptr(), list.as_der().len());
    // SAFETY: pointer and length belong together.
    let add = |length| unsafe { yx_verifier_add_seal_states(open.verifier, states, length) };
    assert_eq!(add(length - 1), YX_ERROR_DER);
    assert_eq!(open.check_seal(NOW).0, YX_OK);
    assert_eq!(add(length), YX_OK);
    assert_eq!(open.check_seal(NOW).0, YX_VERDICT_NOT_DETERMINED);
    let der = certificate.as_der();
    let on = |terms: &str| {
        let (t, tl) = (terms.as_ptr().cast(), terms.len());
        // SAFETY: pointers and lengths belong together.
        unsafe { yx_verifier_add_anchor_on_terms(open.verifier, der.as_ptr(), der.len(), t, tl) }
    };
    assert_eq!(on(r#"{"purposes":["other"]}"#), YX_ERROR_VALUE);
    assert_eq!(on(r#"{"purposes":["seal-state"]}"#), YX_OK);
    let (status, report) = open.check_seal(NOW);
    assert_eq!(status, YX_VERDICT_INVALID, "{report}");
    assert!(report.contains("suspended since"), "{report}");
    assert_eq!(open.check_seal(NOW - 3 * 86_400).0, YX_VERDICT_NOT_DETERMINED);
    assert_eq!(yx_verifier_set_seal_state(open.verifier, 3), YX_ERROR_ARGUMENT);
    assert_eq!(yx_verifier_set_seal_state(open.verifier, YX_SEAL_STATE_NOT_CHECKED), YX_OK);
    assert_eq!(open.check_seal(NOW).0, YX_OK);
}
