//! What conforms is also read as found; a tag lets nothing through that was not encrypted so; whatever
//! does not open says one of a few things.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::cms::{AuthEnvelopedData, EncryptedData, EnvelopedData, SignedAndEnvelopedData};
use yinxin::error::{Code, Error};
use yinxin_fuzz::{DOCUMENT, bank, seeds};

fuzz_target!(init: seeds::write("encrypted_message"), |data: &[u8]| {
    let bank = bank();
    for profile in [Profile::Conforming, Profile::AsFound] {
        if let Ok(message) = AuthEnvelopedData::parse(data, profile) {
            match message.open(bank, &bank.certificate) {
                Ok(content) => assert_eq!(content, DOCUMENT),
                Err(error) => expected(&error),
            }
            assert!(AuthEnvelopedData::parse(data, Profile::AsFound).is_ok());
        }
        if let Ok(message) = EnvelopedData::parse(data, profile) {
            let opened = message.open(bank, &bank.certificate);
            let _ = opened.map_err(|error| expected(&error));
            assert!(EnvelopedData::parse(data, Profile::AsFound).is_ok());
        }
        if let Ok(message) = SignedAndEnvelopedData::parse(data, profile) {
            let opened = message.open(bank, &bank.certificate);
            let _ = opened.map_err(|error| expected(&error));
            assert!(SignedAndEnvelopedData::parse(data, Profile::AsFound).is_ok());
        }
        if let Ok(message) = EncryptedData::parse(data, profile) {
            let _ = message.open(&[7; 16]).map_err(|error| expected(&error));
            assert!(EncryptedData::parse(data, Profile::AsFound).is_ok());
        }
    }
});

fn expected(error: &Error) {
    let known = [Code::Decryption, Code::NotRecipient, Code::Algorithm, Code::Form];
    assert!(known.contains(&error.code()), "{error}");
}
