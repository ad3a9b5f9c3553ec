//! Signatures as banks exchange them: bare values over bytes, and requests in JSON with the signature
//! inside.

mod cms_common;
mod seal_common;

use cms_common::refusal;
use seal_common::party::{Party, soon, time};
use std::process::Command;
use yinxin::Error;
use yinxin::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use yinxin::crypto::sm2::UserId;
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::report::{CheckCode, Outcome, Verdict};
use yinxin::signature::{
    BankJson, BytesSignature, SignatureForm, Verifier, sign_bytes, sign_bytes_many, sign_json,
    verify_bytes, verify_json,
};
use yinxin::trust::Moment;

const REQUEST: &str = "{\"request\":{\"head\":{\"bbknbr\":\"75\",\"funcod\":\"DCLISMOD\"},\
    \"body\":{\"amount\":\"100.00\",\"note\":\"\\u652f\\u4ed8 \\/ 凭证\"}},\
    \"signature\":{\"sigdat\":\"__signature_sigdat__\",\"sigtim\":\"20260601080000\"}}";

fn key(id: &str) -> SoftwareKey {
    SoftwareKey::generate_sm2().unwrap().with_user_id(UserId::padded(id.as_bytes()).unwrap())
}

fn verify(key: &SoftwareKey, text: &[u8]) -> Result<(), Error> {
    verify_json(text, &BankJson::default(), Signer::public_key(key), key.user_id())
}

fn place_of(signed: &[u8]) -> (usize, usize) {
    let marker = b"\"sigdat\":\"";
    let start =
        signed.windows(marker.len()).position(|part| part == marker).unwrap() + marker.len();
    let length = signed[start..].iter().position(|byte| *byte == b'"').unwrap();
    (start, start + length)
}

#[test]
fn both_forms_of_bytes() {
    let key = key("N002463198");
    let public = Signer::public_key(&key);
    for message in [&b""[..], b"message", &[0x31; 5000]] {
        for form in [SignatureForm::Der, SignatureForm::Raw] {
            let signature = sign_bytes(message, form, &key).unwrap();
            let user_id = key.user_id();
            let given = BytesSignature { message, signature: &signature, form, user_id };
            verify_bytes(&given, public).unwrap();
            let other_form = match form {
                SignatureForm::Der => SignatureForm::Raw,
                SignatureForm::Raw => SignatureForm::Der,
            };
            let ids = [UserId::default(), UserId::new(b"N002463198").unwrap()];
            let cut = &signature[..signature.len() - 1];
            let long = [&signature[..], &[0]].concat();
            for bad in [
                BytesSignature { message: b"another", ..given },
                BytesSignature { form: other_form, ..given },
                BytesSignature { signature: cut, ..given },
                BytesSignature { signature: &long, ..given },
                BytesSignature { signature: &[], ..given },
                BytesSignature { signature: &[0; 64], ..given },
                BytesSignature { user_id: &ids[0], ..given },
                BytesSignature { user_id: &ids[1], ..given },
            ] {
                let error = refusal(verify_bytes(&bad, public), Code::BadSignature);
                assert_eq!(error.message(), "it is not the signature of this message");
            }
            let stranger = SoftwareKey::generate_sm2().unwrap();
            refusal(verify_bytes(&given, Signer::public_key(&stranger)), Code::BadSignature);
        }
    }
    let messages: [&[u8]; 3] = [b"one", b"two", b""];
    let many = sign_bytes_many(&messages, SignatureForm::Raw, &key, 2);
    for (message, signature) in messages.iter().zip(many) {
        let (signature, user_id) = (signature.unwrap(), key.user_id());
        let form = SignatureForm::Raw;
        verify_bytes(&BytesSignature { message, signature: &signature, form, user_id }, public)
            .unwrap();
    }
}

#[test]
fn any_user_id_is_taken() {
    for id in [&b""[..], b"1", &[0xff; 8191]] {
        let user_id = UserId::new(id).unwrap();
        let key = SoftwareKey::generate_sm2().unwrap().with_user_id(user_id.clone());
        let signature = sign_bytes(b"m", SignatureForm::Raw, &key).unwrap();
        let given = BytesSignature {
            message: b"m",
            signature: &signature,
            form: SignatureForm::Raw,
            user_id: &user_id,
        };
        verify_bytes(&given, Signer::public_key(&key)).unwrap();
        let default = UserId::default();
        let other = BytesSignature { user_id: &default, ..given };
        refusal(verify_bytes(&other, Signer::public_key(&key)), Code::BadSignature);
    }
}

#[test]
fn raw_is_a_form_of_sm2_alone() {
    let der = EcdsaPrivateKey::generate_pkcs8(Curve::P256).unwrap();
    let key = SoftwareKey::from_pkcs8_der(der.as_bytes(), None).unwrap();
    refusal(sign_bytes(b"m", SignatureForm::Raw, &key), Code::SignerForm);
    for result in sign_bytes_many(&[b"m", b"n"], SignatureForm::Raw, &key, 1) {
        refusal(result, Code::SignerForm);
    }
    let signature = sign_bytes(b"m", SignatureForm::Der, &key).unwrap();
    let user_id = UserId::default();
    let form = SignatureForm::Der;
    let given = BytesSignature { message: b"m", signature: &signature, form, user_id: &user_id };
    verify_bytes(&given, Signer::public_key(&key)).unwrap();
    let raw = BytesSignature { form: SignatureForm::Raw, ..given };
    refusal(verify_bytes(&raw, Signer::public_key(&key)), Code::BadSignature);
}

#[test]
fn a_certificate_is_judged_too() {
    let party = Party::new();
    let verifier = Verifier::new(party.trust());
    let signature = sign_bytes(b"m", SignatureForm::Raw, &party.signer).unwrap();
    let user_id = UserId::default();
    let form = SignatureForm::Raw;
    let given = BytesSignature { message: b"m", signature: &signature, form, user_id: &user_id };
    let good = verifier.verify_bytes(&given, &party.signer_certificate, &soon());
    assert_eq!(good.verdict(), Verdict::Valid, "{}", good.to_text());
    let bad = BytesSignature { message: b"n", ..given };
    let bad = verifier.verify_bytes(&bad, &party.signer_certificate, &soon());
    assert_eq!(bad.find(CheckCode::SignatureValue).unwrap().outcome, Outcome::Failed);
    assert_eq!(bad.find(CheckCode::SignerChain).unwrap().outcome, Outcome::Passed);
    // Expired by now; received while it was good; received tomorrow.
    let late = time("2029-01-01T00:00:00Z");
    let expired = verifier.verify_bytes(&given, &party.signer_certificate, &Moment::claimed(late));
    assert_eq!(expired.find(CheckCode::SignerValidity).unwrap().outcome, Outcome::Failed);
    let then = Moment::received(late, time("2026-06-02T08:00:00Z"));
    assert!(verifier.verify_bytes(&given, &party.signer_certificate, &then).is_valid());
    let never = Moment::received(time("2026-06-02T08:00:00Z"), late);
    let never = verifier.verify_bytes(&given, &party.signer_certificate, &never);
    assert_eq!(never.find(CheckCode::TimeProof).unwrap().outcome, Outcome::Failed);
    // A stranger's certificate of the same name: no chain.
    let stranger = Party::new();
    let report = verifier.verify_bytes(&given, &stranger.signer_certificate, &soon());
    assert_eq!(report.verdict(), Verdict::Invalid);
    assert_eq!(report.find(CheckCode::SignerChain).unwrap().outcome, Outcome::Failed);
}

#[test]
fn a_request_is_signed_and_verified() {
    let key = key("N002463198");
    let signed = sign_json(REQUEST.as_bytes(), &BankJson::default(), &key).unwrap();
    verify(&key, &signed).unwrap();
    // Only the placeholder gave way, to 64 bytes in base64.
    let (start, end) = place_of(&signed);
    assert_eq!(end - start, 88);
    let back = [&signed[..start], b"__signature_sigdat__", &signed[end..]].concat();
    assert_eq!(back, REQUEST.as_bytes());
    // Every byte counts, white space too.
    for at in (0..signed.len()).filter(|at| !(start..end).contains(at)) {
        let mut changed = signed.clone();
        changed[at] ^= 1;
        assert!(verify(&key, &changed).is_err(), "{at}");
    }
    let spaced = String::from_utf8(signed.clone()).unwrap().replace("\":{", "\": {");
    refusal(verify(&key, spaced.as_bytes()), Code::BadSignature);
    // The same text, the slash or a letter spelled otherwise.
    let unescaped = String::from_utf8(signed.clone()).unwrap().replace("\\/", "/");
    refusal(verify(&key, unescaped.as_bytes()), Code::BadSignature);
    for at in 0..signed.len() {
        assert!(verify(&key, &signed[..at]).is_err(), "{at}");
    }
    // Signed by another key, or under another user id.
    refusal(verify(&self::key("N002463198"), &signed), Code::BadSignature);
    let public = Signer::public_key(&key);
    let id = UserId::default();
    let other = verify_json(&signed, &BankJson::default(), public, &id);
    refusal(other, Code::BadSignature);
    // Signed again: there is no placeholder any more.
    let again = sign_json(&signed, &BankJson::default(), &key);
    assert_eq!(refusal(again, Code::Structure).offset(), Some(start));
    // Not signed yet.
    let unsigned = refusal(verify(&key, REQUEST.as_bytes()), Code::Base64);
    assert_eq!(unsigned.offset(), Some(start));
}

#[test]
fn openssl_verifies_a_request() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: openssl is not installed");
        return;
    }
    let key = key("U003");
    let style = BankJson::new("signature", "sigdat", "__signature_sigdat__", SignatureForm::Der);
    let signed = sign_json(REQUEST.as_bytes(), &style.unwrap(), &key).unwrap();
    let (start, end) = place_of(&signed);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("key", &Signer::public_key(&key).to_spki_der());
    write("signature.txt", &signed[start..end]);
    let verifies = |message: &str| {
        write("message", message.as_bytes());
        let script = "openssl base64 -d -A -in signature.txt -out signature && \
                      openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in message \
                      -sigfile signature -digest sm3 -pkeyopt distid:U003000000000000";
        let run = Command::new("sh").args(["-c", script]).current_dir(&folder).output();
        run.unwrap().status.success()
    };
    assert!(verifies(REQUEST));
    assert!(!verifies(&REQUEST.replace("100.00", "900.00")));
}

#[test]
fn names_placeholder_and_form_are_options() {
    let options = br#"{"object":"sig","value":"v","placeholder":"PLACE-HOLDER","form":"der"}"#;
    let style = BankJson::from_json(options).unwrap();
    let key = SoftwareKey::generate_sm2().unwrap();
    let text = br#" { "sig" : { "v" : "PLACE-HOLDER" } , "a" : [1, -0.5e+7, true, null, {}] } "#;
    let signed = sign_json(text, &style, &key).unwrap();
    verify_json(&signed, &style, Signer::public_key(&key), &UserId::default()).unwrap();
    refusal(verify(&key, &signed), Code::Structure);
    assert_eq!(BankJson::from_json(b"{}").unwrap(), BankJson::default());
    for (bad, code) in [
        ("", Code::Json),
        ("[]", Code::Json),
        (r#"["sig","v","PLACE-HOLDER","der"]"#, Code::Json),
        ("null", Code::Json),
        ("{} {}", Code::Json),
        (r#"{"Object":"sig"}"#, Code::Json),
        (r#"{"object":"a","object":"b"}"#, Code::Json),
        (r#"{"object":1}"#, Code::Json),
        (r#"{"form":"RAW"}"#, Code::Json),
        (r#"{"object":""}"#, Code::Value),
        (r#"{"object":"a\"b"}"#, Code::Value),
        (r#"{"value":"a\nb"}"#, Code::Value),
        (r#"{"placeholder":"short"}"#, Code::Value),
        (r#"{"placeholder":"with a space"}"#, Code::Value),
        (r#"{"placeholder":"with\\\\escape"}"#, Code::Value),
    ] {
        refusal(BankJson::from_json(bad.as_bytes()), code);
    }
    let long = format!("{{\"object\":\"{}\"}}", "a".repeat(65));
    refusal(BankJson::from_json(long.as_bytes()), Code::Value);
    refusal(BankJson::from_json(&[b' '; 5000]), Code::Size);
}

#[test]
fn what_is_no_signed_request_is_refused_where_it_is_wrong() {
    let key = SoftwareKey::generate_sm2().unwrap();
    let holder = r#""signature":{"sigdat":"__signature_sigdat__"}"#;
    let cases: [(&str, Code, &str); 43] = [
        // No JSON, or not one object.
        ("", Code::Json, ""),
        ("[@]", Code::Json, "[@]"),
        ("null", Code::Json, "null"),
        ("\u{feff}{@}", Code::Json, "\u{feff}{@}"),
        ("{@} x", Code::Json, "x"),
        ("{@}{@}", Code::Json, "{@}"),
        ("{@,}", Code::Json, "}"),
        ("{@ \"a\":1}", Code::Json, "\"a\":1}"),
        ("{\"a\" 1,@}", Code::Json, "1,@}"),
        ("{a:1,@}", Code::Json, "a:1,@}"),
        ("{\"a\":01,@}", Code::Json, "1,@}"),
        ("{\"a\":+1,@}", Code::Json, "+1,@}"),
        ("{\"a\":1.,@}", Code::Json, ",@}"),
        ("{\"a\":-,@}", Code::Json, ",@}"),
        ("{\"a\":1e,@}", Code::Json, ",@}"),
        ("{\"a\":NaN,@}", Code::Json, "NaN,@}"),
        ("{\"a\":[1,],@}", Code::Json, "],@}"),
        ("{\"a\":[1 2],@}", Code::Json, "2],@}"),
        ("{\"a\":'b',@}", Code::Json, "'b',@}"),
        ("{\"a\":\"\t\",@}", Code::Json, "\t\",@}"),
        ("{\"a\":\"\\x\",@}", Code::Json, "\\x\",@}"),
        ("{\"a\":\"\\ud800\",@}", Code::Json, "\\ud800\",@}"),
        ("{\"a\":\"\\udc00\\ud800\",@}", Code::Json, "\\udc00\\ud800\",@}"),
        ("{\"a\":\"\\u12g4\",@}", Code::Json, "\\u12g4\",@}"),
        ("{\"a\":\"\\u+123\",@}", Code::Json, "\\u+123\",@}"),
        ("{/**/@}", Code::Json, "/**/@}"),
        // The placeholder is missing, elsewhere, twice or spelled otherwise.
        ("{}", Code::Structure, ""),
        ("{\"signature\":{}}", Code::Structure, ""),
        ("{\"signature\":[]}", Code::Structure, "[]}"),
        ("{\"signature\":{\"sigdat\":1}}", Code::Structure, "1}}"),
        ("{\"signature\":{\"sigdat\":\"\"}}", Code::Structure, "\"}}"),
        ("{\"a\":{@}}", Code::Structure, "\"__signature_sigdat__\"}}}"),
        ("{@,\"body\":\"__signature_sigdat__\"}", Code::Structure, "\"__signature_sigdat__\"}"),
        (
            "{@,\"body\":\"a __signature_sigdat__ b\"}",
            Code::Structure,
            "\"a __signature_sigdat__ b\"}",
        ),
        ("{@,\"__signature_sigdat__\":1}", Code::Structure, "\"__signature_sigdat__\":1}"),
        (
            "{@,\"body\":\"\\u005f_signature_sigdat__\"}",
            Code::Structure,
            "\"\\u005f_signature_sigdat__\"}",
        ),
        (
            "{@,\"b\":[[\"\\\\__signature_sigdat__\"]]}",
            Code::Structure,
            "\"\\\\__signature_sigdat__\"]]}",
        ),
        (
            "{\"signature\":{\"sigdat\":\"\\u005f_signature_sigdat__\"}}",
            Code::Structure,
            "\"\\u005f_signature_sigdat__\"}}",
        ),
        (
            "{\"\\u0073ignature\":{\"sigdat\":\"__signature_sigdat__\"}}",
            Code::Structure,
            "\"\\u0073ignature\":{\"sigdat\":\"__signature_sigdat__\"}}",
        ),
        (
            "{\"signature\":{\"\\u0073igdat\":\"__signature_sigdat__\"}}",
            Code::Structure,
            "\"\\u0073igdat\":\"__signature_sigdat__\"}}",
        ),
        // A name twice, spelled alike or not, here or deep inside.
        ("{@,@}", Code::Structure, "@}"),
        ("{@,\"a\":[{\"b\":1,\"b\":2}]}", Code::Structure, "\"b\":2}]}"),
        ("{@,\"ab\":1,\"\\u0061b\":2}", Code::Structure, "\"\\u0061b\":2}"),
    ];
    for (text, code, rest) in cases {
        let (text, rest) = (text.replace('@', holder), rest.replace('@', holder));
        let error = refusal(sign_json(text.as_bytes(), &BankJson::default(), &key), code);
        assert_eq!(error.offset(), Some(text.len() - rest.len()), "{text}: {error}");
        if text.contains("\"sigdat\":\"\"") {
            // To verify, an empty signature is one that is not good.
            refusal(verify(&key, text.as_bytes()), Code::BadSignature);
            continue;
        }
        assert!(verify(&key, text.as_bytes()).is_err(), "{text}");
    }
    let error = sign_json(b"{\"a\":\"\xff\"}", &BankJson::default(), &key).unwrap_err();
    assert_eq!((error.code(), error.offset()), (Code::Text, Some(6)));
}

#[test]
fn sizes_have_limits() {
    let key = SoftwareKey::generate_sm2().unwrap();
    let sign = |body: &str| {
        let text =
            format!("{{\"signature\":{{\"sigdat\":\"__signature_sigdat__\"}},\"b\":{body}}}");
        sign_json(text.as_bytes(), &BankJson::default(), &key)
    };
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(sign(&nested(63)).is_ok());
    assert!(refusal(sign(&nested(64)), Code::Depth).offset().is_some());
    assert!(refusal(sign(&"[".repeat(1 << 20)), Code::Depth).offset().is_some());
    assert!(refusal(sign(&"{\"a\":".repeat(1 << 18)), Code::Depth).offset().is_some());
    let members = |count: usize| {
        let all: Vec<String> = (0..count).map(|number| format!("\"{number}\":0")).collect();
        format!("{{{}}}", all.join(","))
    };
    assert!(sign(&members(4096)).is_ok());
    assert!(refusal(sign(&members(4097)), Code::Count).offset().is_some());
    let long = format!("\"{}\"", "a".repeat(16 << 20));
    assert_eq!(refusal(sign(&long), Code::Size).offset(), Some(16 << 20));
}

#[test]
fn the_signature_itself_is_read_strictly() {
    let key = key("N002463198");
    let signed = sign_json(REQUEST.as_bytes(), &BankJson::default(), &key).unwrap();
    let (start, end) = place_of(&signed);
    let with = |value: &str| {
        let text = [&signed[..start], value.as_bytes(), &signed[end..]].concat();
        verify(&key, &text).unwrap_err()
    };
    let value = std::str::from_utf8(&signed[start..end]).unwrap();
    let spaced = format!(" {value}");
    let no_padding = value.trim_end_matches('=').to_owned();
    for bad in [&spaced, &no_padding, "*", "QQ", "QR=="] {
        let error = with(bad);
        assert_eq!((error.code(), error.offset()), (Code::Base64, Some(start)), "{bad}");
    }
    // An escape that another reader takes for the same digits.
    let escaped = format!("\\u{:04x}{}", value.as_bytes()[0], &value[1..]);
    assert_eq!(with(&escaped).code(), Code::Structure);
    for bad in ["", "QQ==", &"A".repeat(88)] {
        assert_eq!(with(bad).code(), Code::BadSignature, "{bad}");
    }
    // The same pair in DER, where r and s side by side are due.
    let style = BankJson::new("signature", "sigdat", "__signature_sigdat__", SignatureForm::Der);
    let style = style.unwrap();
    let der = sign_json(REQUEST.as_bytes(), &style, &key).unwrap();
    refusal(verify(&key, &der), Code::BadSignature);
    verify_json(&der, &style, Signer::public_key(&key), key.user_id()).unwrap();
}

#[test]
fn a_request_is_judged_with_a_certificate() {
    let party = Party::new();
    let verifier = Verifier::new(party.trust());
    let style = BankJson::default();
    let id = UserId::padded(b"N1").unwrap();
    let Party { signer, signer_certificate, .. } = party;
    let signer = signer.with_user_id(id.clone());
    let signed = sign_json(REQUEST.as_bytes(), &style, &signer).unwrap();
    let check = |text: &[u8], id: &UserId| {
        verifier.verify_json(text, &style, id, &signer_certificate, &soon())
    };
    assert!(check(&signed, &id).unwrap().is_valid());
    assert_eq!(check(&signed, &UserId::default()).unwrap().verdict(), Verdict::Invalid);
    let changed = String::from_utf8(signed.clone()).unwrap().replace("100.00", "900.00");
    let report = check(changed.as_bytes(), &id).unwrap();
    assert_eq!(report.find(CheckCode::SignatureValue).unwrap().outcome, Outcome::Failed);
    refusal(check(&signed[1..], &id), Code::Json);
}
