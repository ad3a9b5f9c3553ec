//! A key file that is read gives a key whose signatures verify.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::crypto::sm2::UserId;
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin_fuzz::{PASSWORD, seeds};

fuzz_target!(init: seeds::write("private_key"), |data: &[u8]| {
    for password in [None, Some(PASSWORD)] {
        let Ok(key) = SoftwareKey::from_bytes(data, password) else { continue };
        let signature = key.sign(ToSign::Message(b"m")).expect("a key that was read");
        let (public, id) = (key.public_key(), UserId::default());
        assert!(public.verify(key.algorithm(), &id, b"m", &signature).is_ok());
        assert!(public.verify(key.algorithm(), &id, b"n", &signature).is_err());
    }
});
