//! RSA signatures made and verified by another implementation, the crate rsa, both ways.

use rsa::RsaPrivateKey as Theirs;
use rsa::pkcs8::{EncodePrivateKey, EncodePublicKey};
use rsa::signature::{RandomizedSigner, SignatureEncoding, Signer, Verifier};
use rsa::{pkcs1v15, pss, sha2::Sha256, traits::PublicKeyParts};
use yinxin::crypto::public_key::{PublicKey, SignatureAlgorithm};
use yinxin::crypto::rsa::RsaPrivateKey;
use yinxin::crypto::sm2::UserId;

const MESSAGE: &[u8] = b"a payment voucher";

#[test]
fn both_agree_on_both_schemes() {
    let mut random = rsa::rand_core::UnwrapErr(getrandom::SysRng);
    let theirs = Theirs::new(&mut random, 2048).unwrap();
    let document = theirs.to_pkcs8_der().unwrap();
    let ours = RsaPrivateKey::from_pkcs8_der(document.as_bytes()).unwrap();
    let public = theirs.to_public_key();
    let spki = public.to_public_key_der().unwrap();
    let our_public = PublicKey::from_spki_der(spki.as_bytes()).unwrap();
    assert_eq!(public.size(), 256);
    let good = |algorithm, message: &[u8], signature: &[u8]| {
        our_public.verify(algorithm, &UserId::default(), message, signature).is_ok()
    };

    let signer = pkcs1v15::SigningKey::<Sha256>::new(theirs.clone());
    let signature = signer.sign(MESSAGE).to_vec();
    assert!(good(SignatureAlgorithm::RsaPkcs1Sha256, MESSAGE, &signature));
    assert!(!good(SignatureAlgorithm::RsaPkcs1Sha256, b"another", &signature));
    assert!(!good(SignatureAlgorithm::RsaPssSha256, MESSAGE, &signature));
    let signature = ours.sign(SignatureAlgorithm::RsaPkcs1Sha256, MESSAGE).unwrap();
    let signature = pkcs1v15::Signature::try_from(signature.as_slice()).unwrap();
    pkcs1v15::VerifyingKey::<Sha256>::new(public.clone()).verify(MESSAGE, &signature).unwrap();

    let signer = pss::SigningKey::<Sha256>::new(theirs);
    let signature = signer.sign_with_rng(&mut random, MESSAGE).to_vec();
    assert!(good(SignatureAlgorithm::RsaPssSha256, MESSAGE, &signature));
    assert!(!good(SignatureAlgorithm::RsaPssSha384, MESSAGE, &signature));
    let signature = ours.sign(SignatureAlgorithm::RsaPssSha256, MESSAGE).unwrap();
    let signature = pss::Signature::try_from(signature.as_slice()).unwrap();
    pss::VerifyingKey::<Sha256>::new(public).verify(MESSAGE, &signature).unwrap();
}
