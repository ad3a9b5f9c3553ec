//! Long-term evidence and the dates of algorithms, through the interface of C.

#![allow(unsafe_code)] // The interface of C, called from Rust.

use std::ptr;
use yinxin::Time;
use yinxin::asn1::Oid;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cms::{SignedData, sign_detached};
use yinxin::key::{Signer, SoftwareKey};
use yinxin::timestamp::{Imprint, TimeStampRequest, TimestampAuthority, Token};
use yinxin_ffi::*;

const DOCUMENT: &[u8] = b"a document";
/// 2026-03-02T02:00:00Z.
const NOW: i64 = 1_772_416_800;
const YEAR: i64 = 365 * 86_400;

/// A time stamped message, its root, and an authority of ten years.
struct World {
    root: Authority,
    tsa: TimestampAuthority,
    message: Vec<u8>,
}

impl World {
    fn new() -> World {
        let at = |seconds: i64| Time::from_unix(NOW + seconds).unwrap();
        let key = || SoftwareKey::generate_sm2().unwrap();
        let root = Subject::parse("CN=Root,C=CN").unwrap();
        let root = Authority::root(key(), root, at(-YEAR), at(30 * YEAR)).unwrap();
        let party = |name: &str, profile, years: i64| {
            let (key, subject) = (key(), Subject::parse(name).unwrap());
            let public = Signer::public_key(&key).clone();
            let request =
                CertificateRequest::new(subject, public, profile, at(-YEAR), at(years * YEAR));
            let certificate = root.issue(&request).unwrap();
            key.with_certificates(vec![certificate.as_der().to_vec()]).unwrap()
        };
        let tsa = party("CN=Time,C=CN", Profile::TimeStamp, 10);
        let tsa = TimestampAuthority::new(tsa, Oid::new("1.2.3.4.1")).unwrap();
        let message = sign_detached(&party("CN=Clerk,C=CN", Profile::Signer, 2), DOCUMENT).unwrap();
        let signed = SignedData::parse(&message, Default::default()).unwrap();
        let request = TimeStampRequest::new(Imprint::sm3(&signed.signers()[0].signature)).unwrap();
        let token = tsa.issue(&request, at(0)).unwrap();
        assert!(Token::parse(&token, Default::default()).is_ok());
        let message = SignedData::with_unchecked_time_stamp(&message, &token).unwrap();
        World { root, tsa, message }
    }

    /// Trust in the root, with a list of this moment.
    fn verifier(&self, now: i64) -> *mut yx_verifier {
        let mut verifier = ptr::null_mut();
        let at = |days| Time::from_unix(now).unwrap().plus_days(days).unwrap();
        let (root, crl) = (self.root.certificate().as_der(), self.root.crl(at(0), at(7)).unwrap());
        let crl = crl.as_der();
        // SAFETY: pointers and lengths belong together, and the place can be written.
        unsafe {
            assert_eq!(yx_verifier_new(&mut verifier), YX_OK);
            assert_eq!(yx_verifier_add_anchor(verifier, root.as_ptr(), root.len()), YX_OK);
            assert_eq!(yx_verifier_add_crl(verifier, crl.as_ptr(), crl.len()), YX_OK);
        }
        verifier
    }

    fn answer(&self, request: &[u8], now: i64) -> Vec<u8> {
        self.tsa.respond(request, Time::from_unix(now).unwrap()).as_der().to_vec()
    }

    fn prepare(&self, hash: &str, now: i64) -> Result<Vec<Vec<u8>>, yx_status> {
        let verifier = self.verifier(now);
        let ((s, sl), (h, hl)) = (parts(&self.message), text(hash));
        let (d, dl) = (DOCUMENT.as_ptr(), DOCUMENT.len());
        // SAFETY: pointers and lengths belong together, and the place can be written.
        let made = buffers(|out| unsafe {
            yx_evidence_prepare(verifier, s, sl, &d, &dl, 1, h, hl, now, out)
        });
        yx_verifier_free(verifier);
        made
    }

    fn renew(&self, evidence: &[u8], hash: &str, now: i64) -> Result<Vec<Vec<u8>>, yx_status> {
        let verifier = self.verifier(now);
        let ((e, el), (s, sl), (h, hl)) = (parts(evidence), parts(&self.message), text(hash));
        let (d, dl) = (DOCUMENT.as_ptr(), DOCUMENT.len());
        // SAFETY: pointers and lengths belong together, and the place can be written.
        let made = buffers(|out| unsafe {
            yx_evidence_prepare_renewal(verifier, e, el, s, sl, &d, &dl, 1, h, hl, now, out)
        });
        yx_verifier_free(verifier);
        made
    }

    fn complete(&self, draft: &[u8], answer: &[u8], now: i64) -> Result<Vec<u8>, yx_status> {
        let verifier = self.verifier(now);
        let ((w, wl), (a, al), (s, sl)) = (parts(draft), parts(answer), parts(&self.message));
        let (d, dl) = (DOCUMENT.as_ptr(), DOCUMENT.len());
        // SAFETY: pointers and lengths belong together, and the place can be written.
        let made = buffers(|out| unsafe {
            yx_evidence_complete(verifier, w, wl, a, al, s, sl, &d, &dl, 1, now, out)
        });
        yx_verifier_free(verifier);
        made.map(|mut made| made.remove(0))
    }

    fn verify(&self, evidence: &[u8], document: &[u8], now: i64) -> yx_status {
        let verifier = self.verifier(now);
        let ((e, el), (s, sl), (d, dl)) = (parts(evidence), parts(&self.message), parts(document));
        let mut report = ptr::null_mut();
        // SAFETY: pointers and lengths belong together, and the place can be written.
        let verdict = unsafe {
            yx_document_verify_with_evidence(
                verifier,
                e,
                el,
                s,
                sl,
                &d,
                &dl,
                1,
                ptr::null(),
                0,
                now,
                &mut report,
            )
        };
        assert_eq!(report.is_null(), verdict >= 100);
        yx_report_free(report);
        yx_verifier_free(verifier);
        verdict
    }
}

#[test]
fn a_message_outlives_its_certificates() {
    let world = World::new();
    let made = world.prepare("", NOW).unwrap();
    let [draft, request] = &made[..] else { panic!("{} items", made.len()) };
    let evidence = world.complete(draft, &world.answer(request, NOW), NOW).unwrap();
    // The signer's certificate ends after two years, the list after a week.
    let later = NOW + 5 * YEAR;
    assert_eq!(world.verify(&evidence, DOCUMENT, later), YX_OK);
    assert_eq!(world.verify(&evidence, b"another", later), YX_VERDICT_INVALID);
    let made = world.renew(&evidence, "SHA-512", later).unwrap();
    let renewed = world.complete(&made[0], &world.answer(&made[1], later), later).unwrap();
    assert_eq!(world.verify(&renewed, DOCUMENT, later), YX_OK);
    // The authority ends after ten years.
    let late = NOW + 11 * YEAR;
    // Nothing is proven then, and judged now the signer has ended.
    assert_eq!(world.verify(&renewed, DOCUMENT, late), YX_VERDICT_INVALID);
    assert_eq!(world.renew(&renewed, "", late), Err(YX_ERROR_NOT_VALID));
}

#[test]
fn what_is_wrong_has_its_number() {
    let world = World::new();
    assert_eq!(world.prepare("SHA-1", NOW), Err(YX_ERROR_ARGUMENT));
    assert_eq!(world.prepare("SHA3", NOW), Err(YX_ERROR_ARGUMENT));
    let made = world.prepare("SM3", NOW).unwrap();
    let other = world.prepare("SM3", NOW).unwrap();
    let answer = world.answer(&other[1], NOW);
    assert_eq!(world.complete(&made[0], &answer, NOW), Err(YX_ERROR_TIME_STAMP_MISMATCH));
    assert_eq!(world.complete(&made[0], b"", NOW), Err(YX_ERROR_DER));
    assert_eq!(world.complete(&made[0][1..], &answer, NOW), Err(YX_ERROR_DER));
    assert_eq!(world.verify(&made[0], DOCUMENT, NOW), YX_ERROR_VERSION);
    assert_eq!(world.verify(b"", DOCUMENT, NOW), YX_ERROR_DER);
    let verifier = world.verifier(NOW);
    let ((m, ml), (s, sl)) = (parts(&world.message), (ptr::null(), 0));
    // SAFETY: what is no pointer is NULL.
    unsafe {
        let mut report = ptr::null_mut();
        let none = yx_document_verify_with_evidence(
            verifier,
            m,
            ml,
            m,
            ml,
            ptr::null(),
            ptr::null(),
            1,
            s,
            sl,
            NOW,
            &mut report,
        );
        assert_eq!(none, YX_ERROR_NULL_POINTER);
        let mut made = ptr::null_mut();
        let prepare = |count, out| {
            yx_evidence_prepare(verifier, m, ml, ptr::null(), ptr::null(), count, s, sl, NOW, out)
        };
        assert_eq!(prepare(1, &mut made), YX_ERROR_NULL_POINTER);
        assert_eq!(prepare(0, ptr::null_mut()), YX_ERROR_NULL_POINTER);
        assert!(prepare(0, &mut made) >= 100);
        assert!(made.is_null() && report.is_null());
    }
    yx_verifier_free(verifier);
}

#[test]
fn algorithms_have_dates() {
    let world = World::new();
    let verifier = world.verifier(NOW);
    let verify = |now| {
        let ((s, sl), (d, dl)) = (parts(&world.message), parts(DOCUMENT));
        let mut report = ptr::null_mut();
        // SAFETY: pointers and lengths belong together, and the place can be written.
        let verdict = unsafe {
            yx_document_verify_signature(verifier, s, sl, d, dl, now, YX_NO_TIME, &mut report)
        };
        yx_report_free(report);
        verdict
    };
    let set = |lines: &str| {
        let (l, ll) = text(lines);
        // SAFETY: pointer and length belong together.
        unsafe { yx_verifier_set_algorithms_json(verifier, l, ll) }
    };
    assert_eq!(verify(NOW), YX_OK);
    assert_eq!(set(r#"[{"algorithm":"SM2","until":"2026-01-01T00:00:00Z"}]"#), YX_OK);
    assert_eq!(verify(NOW), YX_VERDICT_INVALID);
    assert_eq!(set(r#"[{"algorithm":"SM2","until":"2036-01-01T00:00:00Z"}]"#), YX_OK);
    assert_eq!(verify(NOW), YX_OK);
    assert_eq!(set(r#"[{"algorithm":"SM2"}]"#), YX_ERROR_JSON);
    assert_eq!(set(r#"[{"algorithm":"SM5","until":null}]"#), YX_ERROR_VALUE);
    assert_eq!(verify(NOW), YX_OK);
    yx_verifier_free(verifier);
}

fn parts(bytes: &[u8]) -> (*const u8, usize) {
    (bytes.as_ptr(), bytes.len())
}

/// NULL for an empty text.
fn text(text: &str) -> (*const std::ffi::c_char, usize) {
    let data = if text.is_empty() { ptr::null() } else { text.as_ptr().cast() };
    (data, text.len())
}

/// Every item of the buffers that a call made.
fn buffers(
    call: impl FnOnce(*mut *mut yx_buffers) -> yx_status,
) -> Result<Vec<Vec<u8>>, yx_status> {
    let mut made = ptr::null_mut();
    let status = call(&mut made);
    if status != YX_OK {
        assert!(made.is_null());
        return Err(status);
    }
    let (mut items, mut size) = (Vec::new(), 0);
    // SAFETY: the buffer has the size that was asked for.
    unsafe {
        while yx_buffers_get(made, items.len(), ptr::null_mut(), 0, &mut size) == YX_OK {
            let mut bytes = vec![0; size];
            let into = bytes.as_mut_ptr();
            assert_eq!(yx_buffers_get(made, items.len(), into, size, &mut size), YX_OK);
            items.push(bytes);
        }
    }
    yx_buffers_free(made);
    Ok(items)
}
