//! Time stamps, requests for certificates and the policy of trust, through the interface of C.

#![allow(unsafe_code)] // The interface of C, called from Rust.

mod common;

use common::{Fixture, NOW, ORG, POSITION, ROLE, TEMPLATES};
use std::ffi::c_char;
use std::ptr;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::asn1::oid;
use yinxin::authority::Pkcs10;
use yinxin::cert::Certificate;
use yinxin::crypto::sm2::UserId;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::seal::{self, Picture, Seal, SealRequest, Stamp, Version};
use yinxin::signature;
use yinxin::timestamp::{Imprint, TimeStampRequest, Token};
use yinxin::trust::seal_states::{SealName, SealState, SealStatesBuilder, StateChange};
use yinxin_ffi::*;

const DOCUMENT: &[u8] = b"a document";

#[test]
fn a_stamp_is_time_stamped() {
    let open = Open::new();
    let stamp = open.stamp();
    let conforming = YX_PROFILE_CONFORMING;
    // SAFETY: pointers and lengths belong together, and the place can be written.
    let ask = |stamp: &[u8]| unsafe {
        buffers(|out| yx_stamp_time_stamp_request(stamp.as_ptr(), stamp.len(), conforming, out))
    };
    let request = ask(&stamp).unwrap().remove(0);
    let token = open.token(&request, NOW).unwrap();
    let put = |stamp: &[u8], token: &[u8]| {
        let ((s, sl), (t, tl)) = ((stamp.as_ptr(), stamp.len()), (token.as_ptr(), token.len()));
        // SAFETY: as above.
        buffers(|out| unsafe { yx_stamp_with_time_stamp(s, sl, conforming, t, tl, out) })
    };
    let stamped = put(&stamp, &token).unwrap().remove(0);
    let read = Stamp::parse(&stamped, Profile::Conforming).unwrap();
    assert_eq!(read.timestamp_token(), Some(&token[..]));
    // Nobody says when it was received: the token proves when it was there.
    let (verdict, report) = open.verify_stamp(&stamped);
    assert_eq!(verdict, YX_OK, "{report}");
    assert!(report.contains(r#"{"code":"time.token","outcome":"Passed""#), "{report}");

    assert_eq!(put(&open.stamp(), &token), Err(YX_ERROR_TIME_STAMP_MISMATCH));
    let early = open.token(&request, NOW - 60).unwrap();
    assert_eq!(put(&stamp, &early), Err(YX_ERROR_TIME_STAMP_MISMATCH));
    assert_eq!(put(&stamp, &token[1..]), Err(YX_ERROR_DER));
    assert_eq!(ask(&stamp[1..]), Err(YX_ERROR_DER));
}

#[test]
fn a_token_is_the_one_asked_for_or_none() {
    let open = Open::new();
    let request = TimeStampRequest::new(Imprint::sm3(b"value")).unwrap();
    let other = TimeStampRequest::new(Imprint::sm3(b"value")).unwrap();
    let answer = open.answer(other.as_der(), "1.2.3.4.1", NOW).unwrap();
    assert_eq!(token_for(request.as_der(), &answer), Err(YX_ERROR_TIME_STAMP_MISMATCH));
    assert!(token_for(other.as_der(), &answer).is_ok());
    let refused = request.clone().with_policy(yinxin::asn1::Oid::new("1.2.3.4.2"));
    let answer = open.answer(refused.as_der(), "1.2.3.4.1", NOW).unwrap();
    assert_eq!(token_for(refused.as_der(), &answer), Err(YX_ERROR_TIME_STAMP_REFUSED));
    assert_eq!(open.answer(request.as_der(), "1.2.x", NOW), Err(YX_ERROR_ARGUMENT));

    let token = open.token(request.as_der(), NOW).unwrap();
    let check = |value: &[u8], now: i64| {
        let ((t, tl), (v, vl)) = ((token.as_ptr(), token.len()), (value.as_ptr(), value.len()));
        // SAFETY: pointers and lengths belong together, and the place can be written.
        report(|out| unsafe { yx_time_stamp_check(open.verifier, t, tl, v, vl, now, out) })
    };
    assert_eq!(check(b"value", NOW).0, YX_OK);
    assert_eq!(check(b"another value", NOW).0, YX_VERDICT_INVALID);
    let (verdict, report) = check(b"value", NOW - 1);
    assert_eq!(verdict, YX_VERDICT_INVALID);
    assert!(report.contains(r#"{"code":"token.time","outcome":"Failed""#), "{report}");
}

#[test]
fn a_seal_of_2025_is_time_stamped() {
    let open = Open::new();
    let old = open.seal;
    let request = |seal: *const yx_seal| {
        // SAFETY: the place can be written.
        buffers(|out| unsafe { yx_seal_time_stamp_request(seal, out) })
    };
    assert_eq!(request(old), Err(YX_ERROR_FORM));
    let seal = open.seal_of_2025();
    let token = open.token(&request(seal).unwrap()[0], NOW).unwrap();
    let (t, tl) = (token.as_ptr(), token.len());
    // SAFETY: pointer and length belong together, and the place can be written.
    let stamped = buffers(|out| unsafe { yx_seal_with_time_stamp(seal, t, tl, out) }).unwrap();
    let (verdict, report) = open.check_seal(&stamped[0], NOW);
    assert_eq!(verdict, YX_OK, "{report}");
    assert!(report.contains(r#"{"code":"seal.timestamp","outcome":"Passed""#), "{report}");
    yx_seal_free(seal);
}

#[test]
fn every_voucher_is_time_stamped() {
    let open = Open::new();
    let key = key_of(&open.fixture.signer);
    let act = signature::Act::new(ORG, ROLE, POSITION, Time::from_unix(NOW).unwrap());
    let templates = yinxin::voucher::Templates::built_in();
    let act = act.with_templates(&templates);
    let seal = Seal::parse(&open.fixture.seal, Profile::Conforming).unwrap();
    let made = signature::stamp_voucher(&open.fixture.voucher, &act, &seal, &key).unwrap();
    let ask = |position: &str| {
        let (p, pl) = (position.as_ptr().cast(), position.len());
        // SAFETY: pointers and lengths belong together, and the place can be written.
        buffers(|out| unsafe {
            yx_voucher_time_stamp_requests(made.as_ptr(), made.len(), p, pl, out)
        })
    };
    assert_eq!(ask("nowhere"), Err(YX_ERROR_ORDER));
    let requests = ask(POSITION).unwrap();
    let tokens: Vec<_> = requests.iter().map(|one| open.token(one, NOW).unwrap()).collect();
    let put = |tokens: &[Vec<u8>]| {
        let data: Vec<*const u8> = tokens.iter().map(|token| token.as_ptr()).collect();
        let lengths: Vec<usize> = tokens.iter().map(Vec::len).collect();
        let (p, pl) = (POSITION.as_ptr().cast::<c_char>(), POSITION.len());
        let (d, l, n) = (data.as_ptr(), lengths.as_ptr(), tokens.len());
        // SAFETY: pointers and lengths belong together, and the place can be written.
        buffers(|out| unsafe {
            yx_time_stamp_voucher(made.as_ptr(), made.len(), p, pl, d, l, n, out)
        })
    };
    assert_eq!(put(&[]), Err(YX_ERROR_ARGUMENT));
    let expected = signature::time_stamp_voucher(&made, POSITION, &[&tokens[0]]).unwrap();
    assert_eq!(put(&tokens).unwrap(), [expected]);
    assert!(TEMPLATES.contains(POSITION));
}

#[test]
fn a_request_for_a_certificate_is_made_and_checked() {
    let open = Open::new();
    let make = |subject: &str, purpose: i32| {
        let (s, sl) = (subject.as_ptr().cast::<c_char>(), subject.len());
        // SAFETY: pointer and length belong together, and the place can be written.
        buffers(|out| unsafe { yx_pkcs10_make(open.signer, s, sl, purpose, out) })
    };
    let made = make("CN=会计,C=CN", YX_CERTIFICATE_SIGNER).unwrap();
    let read = Pkcs10::from_bytes(&made[0]).unwrap();
    assert_eq!(read.to_pem().as_bytes(), made[1]);
    // SAFETY: pointer and length belong together.
    let verify = |bytes: &[u8]| unsafe { yx_pkcs10_verify(bytes.as_ptr(), bytes.len()) };
    assert_eq!((verify(&made[0]), verify(&made[1])), (YX_OK, YX_OK));
    let mut changed = made[0].clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert_eq!(verify(&changed), YX_ERROR_POLICY);
    assert_eq!(verify(&changed[1..]), YX_ERROR_PEM);
    let mut text = [0; 64];
    let mut key = [0; 128];
    let mut length = 0;
    for bytes in &made {
        let (at, size) = (bytes.as_ptr(), bytes.len());
        // SAFETY: pointers and lengths belong together, and the place can be written.
        unsafe {
            let into = text.as_mut_ptr().cast();
            assert_eq!(yx_pkcs10_subject(at, size, into, text.len(), &mut length), YX_OK);
            assert_eq!(&text[..length], "CN=会计,C=CN\0".as_bytes());
            let into = key.as_mut_ptr();
            assert_eq!(yx_pkcs10_public_key(at, size, into, key.len(), &mut length), YX_OK);
        }
        assert_eq!(key[..length], key_of(&open.fixture.signer).public_key().to_spki_der());
    }
    let usage = |purpose| {
        let made = make("CN=a", purpose).unwrap();
        let read = Pkcs10::from_bytes(&made[0]).unwrap();
        let wanted = |oid| read.extensions().iter().any(|wanted| wanted.oid == oid);
        (wanted(oid::EXTENDED_KEY_USAGE), wanted(oid::OCSP_NO_CHECK))
    };
    assert_eq!(usage(YX_CERTIFICATE_TIME_STAMP), (true, false));
    assert_eq!(usage(YX_CERTIFICATE_OCSP_RESPONDER), (true, true));
    assert_eq!(usage(YX_CERTIFICATE_CA), (false, false));
    assert_eq!(make("CN=a", 6), Err(YX_ERROR_ARGUMENT));
    assert_eq!(make("no name", 0), Err(YX_ERROR_TEXT));
}

#[test]
fn makers_and_issuers_have_user_ids_by_policy() {
    let open = Open::new();
    let id = b"another";
    let set = |set: unsafe extern "C" fn(*mut yx_verifier, *const u8, usize) -> yx_status,
               id: Option<&[u8]>| {
        let (at, length) = id.map_or((ptr::null(), 0), |id| (id.as_ptr(), id.len()));
        // SAFETY: pointer and length belong together.
        assert_eq!(unsafe { set(open.verifier, at, length) }, YX_OK);
        open.check_seal(&open.fixture.seal, NOW)
    };
    assert_eq!(set(yx_verifier_set_maker_user_id, Some(id)).0, YX_VERDICT_INVALID);
    // A pointer with length 0 is the empty id, NULL that of the signers.
    assert_eq!(set(yx_verifier_set_maker_user_id, Some(&id[..0])).0, YX_VERDICT_INVALID);
    assert_eq!(set(yx_verifier_set_maker_user_id, None).0, YX_OK);
    assert_eq!(set(yx_verifier_set_user_id, Some(id)).0, YX_VERDICT_INVALID);
    assert_eq!(set(yx_verifier_set_maker_user_id, Some(UserId::default().as_bytes())).0, YX_OK);
    let (verdict, report) = set(yx_verifier_set_issuer_user_id, Some(&id[..0]));
    assert_eq!(verdict, YX_VERDICT_INVALID);
    assert!(report.contains("good under the default user id"), "{report}");
    assert_eq!(set(yx_verifier_set_issuer_user_id, None).0, YX_OK);
    assert_eq!(yx_verifier_set_strict_makers(open.verifier, 2), YX_ERROR_ARGUMENT);
}

/// Nobody vouches for makers any more when the stamp is made: a matter of policy for V5.
#[test]
fn strict_makers_are_judged_at_the_stamp() {
    let open = Open::new();
    let seal = open.seal_of_2025();
    let later = NOW + 20 * 86_400;
    let until = Time::from_unix(NOW).unwrap().plus_days(1).unwrap();
    let verifier = verifier();
    let (a, al) = (open.fixture.anchors.as_ptr(), open.fixture.anchors.len());
    let (c, cl) = (open.fixture.crl.as_ptr(), open.fixture.crl.len());
    for terms in [
        format!(r#"{{"purposes":["seal-maker"],"until":"{until}"}}"#),
        r#"{"purposes":["signer"]}"#.to_owned(),
    ] {
        let (t, tl) = (terms.as_ptr().cast(), terms.len());
        // SAFETY: pointers and lengths belong together.
        let status = unsafe { yx_verifier_add_anchor_on_terms(verifier, a, al, t, tl) };
        assert_eq!(status, YX_OK);
    }
    // SAFETY: pointer and length belong together.
    assert_eq!(unsafe { yx_verifier_add_crl(verifier, c, cl) }, YX_OK);
    let stamp = open.stamp_by(seal, later);
    let verdict = |strict: i32| {
        assert_eq!(yx_verifier_set_strict_makers(verifier, strict), YX_OK);
        verify_stamp(verifier, &stamp, later, later).0
    };
    assert_eq!([verdict(0), verdict(1), verdict(0)], [YX_OK, YX_VERDICT_INVALID, YX_OK]);
    yx_verifier_free(verifier);
    yx_seal_free(seal);
}

#[test]
fn older_lists_of_states_than_one_seen_do_not_count() {
    let open = Open::new();
    let at = |days: i64| Time::from_unix(NOW).unwrap().plus_days(days).unwrap();
    let seal = Seal::parse(&open.fixture.seal, Profile::Conforming).unwrap();
    let mut list = SealStatesBuilder::new("某某市公安局", at(-1), at(6)).unwrap();
    let name = SealName { digest: seal.digest(), id: seal.id(), maker: "" };
    let (effective_from, recorded_at) = (at(-9), at(-9));
    let state = SealState::Active;
    let change = StateChange { state, effective_from, recorded_at, reason: String::new() };
    list.record(&name, change).unwrap();
    let signer = key_of(&open.fixture.signer);
    let list = list.sign(&signer).unwrap();
    let (s, sl) = (list.as_der().as_ptr(), list.as_der().len());
    let certificate = certificate_of(&open.fixture.signer);
    let terms = r#"{"purposes":["seal-state"]}"#;
    let (c, cl) = (certificate.as_der().as_ptr(), certificate.as_der().len());
    let (mut number, mut length, mut issuer) = (0, 0, [0u8; 64]);
    // SAFETY: pointers and lengths belong together, and the places can be written.
    unsafe {
        let (t, tl) = (terms.as_ptr().cast(), terms.len());
        assert_eq!(yx_verifier_add_anchor_on_terms(open.verifier, c, cl, t, tl), YX_OK);
        assert_eq!(yx_verifier_add_seal_states(open.verifier, s, sl), YX_OK);
        assert_eq!(yx_seal_states_number(s, sl, &mut number), YX_OK);
        let into = issuer.as_mut_ptr().cast();
        assert_eq!(yx_seal_states_issuer(s, sl, into, issuer.len(), &mut length), YX_OK);
        assert_eq!(yx_seal_states_number(s, sl - 1, &mut number), YX_ERROR_DER);
    }
    assert_eq!((number, &issuer[..length]), (1, "某某市公安局\0".as_bytes()));
    let expect = |issuer: &str, number: u64| {
        let (i, il) = (issuer.as_ptr().cast(), issuer.len());
        // SAFETY: pointer and length belong together.
        let status = unsafe { yx_verifier_expect_seal_states(open.verifier, i, il, number) };
        assert_eq!(status, YX_OK);
        open.check_seal(&open.fixture.seal, NOW).0
    };
    assert_eq!(expect("某某市公安局", 1), YX_OK);
    assert_eq!(expect("another", 9), YX_OK);
    assert_eq!(expect("某某市公安局", 2), YX_VERDICT_NOT_DETERMINED);
    assert_eq!(expect("某某市公安局", 1), YX_VERDICT_NOT_DETERMINED);
}

struct Open {
    fixture: Fixture,
    signer: *mut yx_signer,
    tsa: *mut yx_signer,
    seal: *mut yx_seal,
    verifier: *mut yx_verifier,
}

impl Open {
    fn new() -> Open {
        let fixture = Fixture::new();
        let (signer, tsa) = (signer(&fixture.signer), signer(&fixture.tsa));
        let (verifier, seal) = (verifier(), parse_seal(&fixture.seal));
        let (a, al) = (fixture.anchors.as_ptr(), fixture.anchors.len());
        let (c, cl) = (fixture.crl.as_ptr(), fixture.crl.len());
        // SAFETY: pointers and lengths belong together.
        unsafe {
            assert_eq!(yx_verifier_add_anchor(verifier, a, al), YX_OK);
            assert_eq!(yx_verifier_add_crl(verifier, c, cl), YX_OK);
        }
        Open { fixture, signer, tsa, seal, verifier }
    }

    /// What the authority answers.
    fn answer(&self, request: &[u8], policy: &str, time: i64) -> Result<Vec<u8>, yx_status> {
        let ((p, pl), (r, rl)) =
            ((policy.as_ptr().cast(), policy.len()), (request.as_ptr(), request.len()));
        // SAFETY: pointers and lengths belong together, and the place can be written.
        buffers(|out| unsafe { yx_timestamp_authority_respond(self.tsa, p, pl, r, rl, time, out) })
            .map(|mut all| all.remove(0))
    }

    fn token(&self, request: &[u8], time: i64) -> Result<Vec<u8>, yx_status> {
        let token = token_for(request, &self.answer(request, "1.2.3.4.1", time)?)?;
        assert!(Token::parse(&token, Profile::Conforming).is_ok());
        Ok(token)
    }

    fn stamp(&self) -> Vec<u8> {
        self.stamp_by(self.seal, NOW)
    }

    fn stamp_by(&self, seal: *const yx_seal, time: i64) -> Vec<u8> {
        let (d, dl) = (DOCUMENT.as_ptr(), DOCUMENT.len());
        // SAFETY: pointers and lengths belong together, and the place can be written.
        buffers(|out| unsafe {
            yx_document_stamp(self.signer, seal, d, dl, ptr::null(), 0, time, out)
        })
        .unwrap()
        .remove(0)
    }

    fn verify_stamp(&self, stamp: &[u8]) -> (yx_status, String) {
        verify_stamp(self.verifier, stamp, NOW + 86_400, YX_NO_TIME)
    }

    fn check_seal(&self, seal: &[u8], now: i64) -> (yx_status, String) {
        // SAFETY: pointer and length belong together, and the place can be written.
        report(|out| unsafe {
            yx_seal_check(self.verifier, seal.as_ptr(), seal.len(), now, now, out)
        })
    }

    fn seal_of_2025(&self) -> *mut yx_seal {
        let at = |days: i64| Time::from_unix(NOW).unwrap().plus_days(days).unwrap();
        let certificate = certificate_of(&self.fixture.signer);
        let picture = seal::picture::svg_round_seal("章", None, 40).unwrap();
        let request = SealRequest {
            version: Version::V5,
            id: "99000020260002",
            vendor: "yinxin tests",
            name: ORG,
            kind: 1,
            certificates: std::slice::from_ref(&certificate),
            by_digest: false,
            created: at(0),
            valid_from: at(-1),
            valid_until: at(300),
            picture: Picture { kind: "SVG", data: &picture, width_mm: 40, height_mm: 40 },
        };
        let made = seal::make(&request, &key_of(&self.fixture.maker)).unwrap();
        parse_seal(made.as_bytes())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        yx_signer_free(self.signer);
        yx_signer_free(self.tsa);
        yx_seal_free(self.seal);
        yx_verifier_free(self.verifier);
    }
}

fn verify_stamp(
    verifier: *const yx_verifier,
    stamp: &[u8],
    now: i64,
    received: i64,
) -> (yx_status, String) {
    let ((s, sl), (d, dl)) = ((stamp.as_ptr(), stamp.len()), (DOCUMENT.as_ptr(), DOCUMENT.len()));
    // SAFETY: pointers and lengths belong together, and the place can be written.
    report(|out| unsafe {
        yx_document_verify_stamp(verifier, s, sl, d, dl, ptr::null(), 0, now, received, out)
    })
}

fn token_for(request: &[u8], answer: &[u8]) -> Result<Vec<u8>, yx_status> {
    let ((r, rl), (a, al)) = ((request.as_ptr(), request.len()), (answer.as_ptr(), answer.len()));
    // SAFETY: pointers and lengths belong together, and the place can be written.
    buffers(|out| unsafe { yx_time_stamp_token_for(r, rl, a, al, out) })
        .map(|mut all| all.remove(0))
}

fn verifier() -> *mut yx_verifier {
    let mut verifier = ptr::null_mut();
    // SAFETY: the place can be written.
    assert_eq!(unsafe { yx_verifier_new(&mut verifier) }, YX_OK);
    verifier
}

fn parse_seal(bytes: &[u8]) -> *mut yx_seal {
    let mut seal = ptr::null_mut();
    // SAFETY: pointer and length belong together, and the place can be written.
    assert_eq!(unsafe { yx_seal_parse(bytes.as_ptr(), bytes.len(), 0, &mut seal) }, YX_OK);
    seal
}

fn signer(pem: &str) -> *mut yx_signer {
    let mut signer = ptr::null_mut();
    let (p, pl) = (pem.as_ptr(), pem.len());
    // SAFETY: pointers and lengths belong together, and the place can be written.
    let status = unsafe { yx_signer_from_pem(p, pl, ptr::null(), 0, ptr::null(), 0, &mut signer) };
    assert_eq!(status, YX_OK);
    signer
}

fn key_of(pem: &str) -> SoftwareKey {
    let key = SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
    key.with_certificates(vec![certificate_of(pem).as_der().to_vec()]).unwrap()
}

fn certificate_of(pem: &str) -> Certificate {
    let at = pem.find("-----BEGIN CERT").unwrap();
    Certificate::from_bytes(&pem.as_bytes()[at..]).unwrap()
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
    let mut items = Vec::new();
    let mut size = 0;
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

/// The verdict of a verification and the JSON of its report.
fn report(verify: impl FnOnce(*mut *mut yx_report) -> yx_status) -> (yx_status, String) {
    let mut report = ptr::null_mut();
    let verdict = verify(&mut report);
    let mut size = 0;
    // SAFETY: the buffer has the size that was asked for.
    let text = unsafe {
        assert_eq!(yx_report_json(report, ptr::null_mut(), 0, &mut size), YX_OK);
        let mut text = vec![0; size];
        assert_eq!(yx_report_json(report, text.as_mut_ptr().cast(), size, &mut size), YX_OK);
        text
    };
    yx_report_free(report);
    (verdict, String::from_utf8(text[..size - 1].to_vec()).unwrap())
}
