//! The signature of a bank's request stands where another reader of JSON finds it; nobody's request is
//! good but the signer's.
#![no_main]
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use yinxin::crypto::sm2::UserId;
use yinxin::key::Signer;
use yinxin::signature::{BankJson, sign_json, verify_json};
use yinxin_fuzz::{seeds, world};

#[derive(Deserialize)]
struct Request {
    signature: Holder,
}

#[derive(Deserialize)]
struct Holder {
    sigdat: String,
}

fuzz_target!(init: seeds::write("bank_json"), |data: &[u8]| {
    if let Ok(style) = BankJson::from_json(data) {
        let form = style.form();
        let again = BankJson::new(style.object(), style.value(), style.placeholder(), form);
        assert_eq!(again.as_ref(), Ok(&style));
    }
    let (style, key) = (BankJson::default(), &world().key);
    let good = |text: &[u8]| {
        verify_json(text, &style, key.public_key(), &UserId::default()).is_ok()
    };
    if good(data) {
        let back = String::from_utf8(data.to_vec()).expect("text");
        let value = sigdat(data);
        let unsigned = back.replacen(&value, style.placeholder(), 1);
        assert_eq!(unsigned.as_bytes(), seeds::BANK_REQUEST);
    }
    if let Ok(signed) = sign_json(data, &style, key) {
        assert!(good(&signed));
        assert_eq!(sigdat(data), style.placeholder());
        let text = std::str::from_utf8(data).expect("text");
        let again = text.replacen(style.placeholder(), &sigdat(&signed), 1);
        assert_eq!(again.as_bytes(), signed);
    }
});

/// The signature as another reader finds it.
fn sigdat(text: &[u8]) -> String {
    serde_json::from_slice::<Request>(text).expect("JSON with a signature").signature.sigdat
}
