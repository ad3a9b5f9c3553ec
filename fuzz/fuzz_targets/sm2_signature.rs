//! A signature has one DER and one raw form, and is good for one message only.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::crypto::sm2::{PrivateKey, PublicKey, Signature, UserId};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("sm2_signature"), |data: &[u8]| {
    let key = PrivateKey::from_bytes(&[7; 32]).unwrap();
    let (public, id) = (key.public_key(), UserId::default());
    if let Ok(signature) = Signature::from_der(data) {
        assert_eq!(signature.to_der(), data);
        assert_eq!(Signature::from_raw(&signature.to_raw()), Ok(signature.clone()));
        assert!(public.verify(&id, data, &signature).is_err(), "over its own bytes");
    }
    if let Ok(key) = PublicKey::from_spki_der(data).or_else(|_| PublicKey::from_sec1(data)) {
        assert_eq!(PublicKey::from_sec1(&key.to_sec1()), Ok(key));
        assert_eq!(PublicKey::from_spki_der(&key.to_spki_der()), Ok(key));
    }
    let Ok(signature) = key.sign(&id, data) else { return };
    assert!(public.verify(&id, data, &signature).is_ok());
    let mut other = data.to_vec();
    other.push(0);
    assert!(public.verify(&id, &other, &signature).is_err());
});
