//! What conforms is also read as found; no signer of a foreign message verifies other content.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::cms::{SignedData, verify_value};
use yinxin::crypto::sm2::UserId;
use yinxin_fuzz::{DOCUMENT, seeds};

fuzz_target!(init: seeds::write("signed_data"), |data: &[u8]| {
    let strict = SignedData::parse(data, Profile::Conforming);
    let Ok(message) = SignedData::parse(data, Profile::AsFound) else {
        assert!(strict.is_err(), "it conforms but is not found");
        return;
    };
    if let Ok(strict) = strict {
        assert_eq!(strict.content(), message.content());
        assert_eq!(strict.signers().len(), message.signers().len());
    }
    let (id, kind) = (UserId::default(), message.content_type());
    for signer in message.signers() {
        let Some(certificate) = message.certificate_of(signer) else { continue };
        let verify = |content: &[u8]| {
            verify_value(signer, kind, content, &certificate, &id, Profile::AsFound).is_ok()
        };
        assert!(!(verify(DOCUMENT) && verify(b"another document")));
    }
});
