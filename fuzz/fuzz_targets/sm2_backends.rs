//! Every backend signs, verifies and decrypts alike, one and many, with lanes full and not.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::crypto::backend::Backend;
use yinxin::crypto::hazmat::{Sm2Digest, sm2_sign_digest_with_nonce, sm2_verify_digest};
use yinxin::crypto::sm2::{
    PreparedPublicKey, PrivateKey, Signature, UserId, VerifyItem, verify_many,
};
use yinxin_fuzz::seeds;

/// More than two groups of eight lanes.
const MOST: usize = 18;

fuzz_target!(init: seeds::write("sm2_backends"), |data: &[u8]| {
    let Some((d, rest)) = data.split_first_chunk::<32>() else { return };
    let Some((k, rest)) = rest.split_first_chunk::<32>() else { return };
    let Some((e, rest)) = rest.split_first_chunk::<32>() else { return };
    let Some((&bent, rest)) = rest.split_first() else { return };
    let (Ok(key), digest, id) = (PrivateKey::from_bytes(d), Sm2Digest(*e), UserId::default()) else {
        return;
    };
    let messages: Vec<&[u8]> = rest.chunks(7).take(MOST).collect();
    let public = key.public_key();
    let prepared = PreparedPublicKey::from(public);
    let mut seen = Vec::new();
    for backend in Backend::available() {
        backend.select().expect("an available backend");
        let again = PrivateKey::from_bytes(d).expect("the same key");
        assert_eq!(again.public_key(), public, "{backend:?}: the public key");
        let signature = sm2_sign_digest_with_nonce(&key, &digest, k).ok();
        if let Some(signature) = &signature {
            assert!(sm2_verify_digest(public, &digest, signature).is_ok(), "{backend:?}");
            assert!(sm2_verify_digest(&prepared, &digest, signature).is_ok(), "{backend:?}");
        }
        let many = key.sign_many(&id, &messages, 1);
        let mut many: Vec<Signature> = many.into_iter().map(|one| one.expect("a signature")).collect();
        let wrong = usize::from(bent) % (many.len() + 1);
        if let Some(signature) = many.get_mut(wrong) {
            let mut raw = signature.to_raw();
            raw[63] ^= 1 << (bent & 7);
            *signature = Signature::from_raw(&raw).expect("s next to s");
        }
        let items: Vec<VerifyItem<'_>> = many
            .iter()
            .zip(&messages)
            .enumerate()
            .map(|(number, (signature, message))| {
                let fresh = (number + usize::from(bent)) % 3 == 0;
                if fresh {
                    VerifyItem::new(public, &id, message, signature)
                } else {
                    VerifyItem::new(&prepared, &id, message, signature)
                }
            })
            .collect();
        for other in Backend::available() {
            other.select().expect("an available backend");
            let verdicts = verify_many(&items, 1);
            for (number, verdict) in verdicts.iter().enumerate() {
                let one = public.verify(&id, messages[number], &many[number]);
                assert_eq!(*verdict, one, "{backend:?} {other:?}: {number}");
                assert_eq!(verdict.is_ok(), number != wrong, "{backend:?} {other:?}: {number}");
            }
        }
        backend.select().expect("an available backend");
        seen.push(signature.map(|signature| signature.to_raw()));
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "signatures under one nonce differ");
});
