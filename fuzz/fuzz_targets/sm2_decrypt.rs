//! A ciphertext opens the same in both forms, and only unchanged.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::crypto::sm2::PrivateKey;
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("sm2_decrypt"), |data: &[u8]| {
    let key = PrivateKey::from_bytes(&[7; 32]).unwrap();
    let _ = key.decrypt_der(data);
    let _ = key.decrypt_raw(data);
    let Ok(sealed) = key.public_key().encrypt_raw(data) else { return };
    assert_eq!(key.decrypt_raw(&sealed).as_deref(), Ok(data));
    let at = data.iter().map(|byte| usize::from(*byte)).sum::<usize>() % sealed.len();
    let mut changed = sealed.clone();
    changed[at] ^= 1;
    assert!(key.decrypt_raw(&changed).is_err(), "byte {at} does not matter");
});
