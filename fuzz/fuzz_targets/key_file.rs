//! A key file that is read holds keys that sign, and comes back when it is written again.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::key::{KeyBundle, KeyFileOptions, Signer, ToSign};
use yinxin_fuzz::{PASSWORD, seeds};

fuzz_target!(init: seeds::write("key_file"), |data: &[u8]| {
    // A seed takes 4,000; without this limit every run would be seconds of hashing.
    let options = KeyFileOptions::default().allow_legacy().allow_without_mac();
    let options = options.with_max_iterations(20_000);
    for password in [None, Some(PASSWORD)] {
        let Ok(bundle) = KeyBundle::from_bytes(data, password, &options) else { continue };
        for key in bundle.keys() {
            let signature = key.key().sign(ToSign::Message(b"m")).expect("a key that was read");
            let (public, id) = (key.key().public_key(), key.key().user_id());
            assert!(public.verify(key.key().algorithm(), id, b"m", &signature).is_ok());
        }
        let text = bundle.to_pem(None, Default::default()).expect("keys that were read");
        let again = KeyBundle::from_bytes(text.as_bytes(), None, &options);
        if bundle.keys().is_empty() {
            continue;
        }
        let again = again.expect("what was written");
        assert_eq!(again.keys().len(), bundle.keys().len());
        for (key, same) in again.keys().iter().zip(bundle.keys()) {
            assert_eq!(key.key().public_key(), same.key().public_key());
        }
    }
});
