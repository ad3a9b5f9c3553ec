//! Our SM2 and the `sm2` crate agree on every signature, with one exception that is named here:
//! the crate takes the point at infinity for x = 0, we refuse it.
#![no_main]
use libfuzzer_sys::fuzz_target;
use sm2::dsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use sm2::dsa::{Signature as TheirSignature, SigningKey};
use sm2::elliptic_curve::{PrimeField, ops::Reduce};
use sm2::{FieldBytes, Scalar};
use yinxin::crypto::hazmat::{Sm2Digest, sm2_sign_digest, sm2_verify_digest};
use yinxin::crypto::sm2::{PrivateKey, Signature};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("sm2_differential"), |data: &[u8]| {
    let Some((d, rest)) = data.split_first_chunk::<32>() else { return };
    let Some((e, rest)) = rest.split_first_chunk::<32>() else { return };
    let (Ok(key), digest) = (PrivateKey::from_bytes(d), Sm2Digest(*e)) else { return };
    let theirs = SigningKey::from_slice("1234567812345678", d).expect("a key that we take");
    let agree = |raw: &[u8]| {
        let ours = Signature::from_raw(raw);
        let peer = TheirSignature::from_slice(raw);
        assert_eq!(ours.is_ok(), peer.is_ok(), "ranges of r and s");
        let (Ok(ours), Ok(peer)) = (ours, peer) else { return false };
        let good = sm2_verify_digest(key.public_key(), &digest, &ours).is_ok();
        let theirs_good = theirs.verifying_key().verify_prehash(e, &peer).is_ok();
        let d = Scalar::from_repr(FieldBytes::from(*d)).unwrap();
        let t = *peer.r() + *peer.s();
        let infinity = *peer.s() + t * d == Scalar::ZERO;
        assert!(!(infinity && good), "infinity is refused");
        assert!(infinity || good == theirs_good, "verdicts differ");
        good
    };
    agree(rest);
    let mut made = sm2_sign_digest(&key, &digest).expect("a signature").to_raw();
    assert!(agree(&made), "ours");
    let peer: TheirSignature = theirs.sign_prehash(e).expect("a signature");
    assert!(agree(&peer.to_bytes()), "theirs");
    // s = -r d / (1 + d) makes s G + t P infinity, whatever r is; with r = e the crate accepts it.
    let d = <Scalar as Reduce<FieldBytes>>::reduce(&FieldBytes::from(*d));
    let r = <Scalar as Reduce<FieldBytes>>::reduce(&FieldBytes::from(*e));
    let s = -r * d * (Scalar::ONE + d).invert().unwrap_or(Scalar::ONE);
    made[..32].copy_from_slice(&r.to_repr());
    made[32..].copy_from_slice(&s.to_repr());
    assert!(!agree(&made), "a point at infinity");
});
