//! The algorithms. SM2 figures are whole operations on a message of 1 KB, Z and SM3 included.

use super::{Benchmark, Operation, Unit};
use crate::failure::Failure;
use yinxin::crypto::ecdsa::{self, EcdsaPrivateKey};
use yinxin::crypto::public_key::{PublicKey, SignatureAlgorithm};
use yinxin::crypto::rsa::RsaPrivateKey;
use yinxin::crypto::sm2::{self, PreparedPublicKey, PrivateKey, Signature, UserId, VerifyItem};
use yinxin::crypto::sm3;
use yinxin::crypto::sm4::Sm4Key;

const MESSAGE: usize = 1024;
const BATCH: usize = 256;
/// How many signers come again and again.
const KEYS: usize = 30;
const STREAM: usize = 16 * 1024;
const P256: SignatureAlgorithm = SignatureAlgorithm::EcdsaP256Sha256;
const RSA: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1Sha256;
/// A key made for these figures and secret to nobody: the library makes no RSA keys.
const RSA_KEY: &[u8] = include_bytes!("rsa2048.pk8");

pub const ALL: &[Benchmark] = &[
    operations("sm2-sign-one", false, sm2_sign_one),
    operations("sm2-sign-many", true, sm2_sign_many),
    operations("sm2-verify-fresh-one", false, sm2_verify_fresh_one),
    operations("sm2-verify-fresh-many", true, sm2_verify_fresh_many),
    operations("sm2-verify-prepared-one", false, sm2_verify_prepared_one),
    operations("sm2-verify-prepared-many", true, sm2_verify_prepared_many),
    operations("sm2-encrypt", false, sm2_encrypt),
    operations("sm2-decrypt", false, sm2_decrypt),
    bytes("sm3-one-stream", false, sm3_one_stream),
    bytes("sm3-many-streams", true, sm3_many_streams),
    bytes("sm4-cbc-encrypt", false, sm4_cbc_encrypt),
    bytes("sm4-cbc-decrypt", false, sm4_cbc_decrypt),
    bytes("sm4-ctr", false, sm4_ctr),
    bytes("sm4-gcm", false, sm4_gcm),
    operations("rsa2048-sign", false, rsa2048_sign),
    operations("rsa2048-verify", false, rsa2048_verify),
    operations("p256-sign", false, p256_sign),
    operations("p256-verify", false, p256_verify),
];

type Setup = fn(usize) -> Result<Operation, Failure>;

const fn operations(name: &'static str, many: bool, setup: Setup) -> Benchmark {
    Benchmark { name, unit: Unit::Operations, many, setup }
}

const fn bytes(name: &'static str, many: bool, setup: Setup) -> Benchmark {
    Benchmark { name, unit: Unit::Bytes, many, setup }
}

fn operation(
    count: usize,
    run: impl FnMut() -> Result<(), Failure> + 'static,
) -> Result<Operation, Failure> {
    Ok(Operation { count, run: Box::new(run) })
}

fn bad() -> Failure {
    Failure::usage("the measured operation gave a wrong result")
}

/// Messages that differ.
fn messages() -> Vec<Vec<u8>> {
    (0..BATCH).map(|number| vec![number as u8; MESSAGE]).collect()
}

fn sm2_sign_one(_: usize) -> Result<Operation, Failure> {
    let key = PrivateKey::generate()?;
    let message = vec![7; MESSAGE];
    operation(1, move || Ok(key.sign(&UserId::default(), &message).map(drop)?))
}

fn sm2_sign_many(threads: usize) -> Result<Operation, Failure> {
    let key = PrivateKey::generate()?;
    let messages = messages();
    operation(BATCH, move || {
        let views: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        for signature in key.sign_many(&UserId::default(), &views, threads) {
            signature?;
        }
        Ok(())
    })
}

/// A signature under a key of its own, the key as it stands in a certificate.
struct Signed {
    key: [u8; 65],
    message: Vec<u8>,
    signature: Signature,
}

fn signed() -> Result<Vec<Signed>, Failure> {
    let sign = |message: Vec<u8>| {
        let key = PrivateKey::generate()?;
        let signature = key.sign(&UserId::default(), &message)?;
        Ok(Signed { key: key.public_key().to_sec1(), message, signature })
    };
    messages().into_iter().map(sign).collect()
}

fn sm2_verify_fresh_one(_: usize) -> Result<Operation, Failure> {
    let signed = signed()?;
    let mut next = 0;
    operation(1, move || {
        let item = &signed[next % signed.len()];
        next += 1;
        let key = sm2::PublicKey::from_sec1(&item.key)?;
        key.verify(&UserId::default(), &item.message, &item.signature).map_err(|_| bad())
    })
}

fn sm2_verify_fresh_many(threads: usize) -> Result<Operation, Failure> {
    let signed = signed()?;
    operation(BATCH, move || {
        let id = UserId::default();
        let keys = signed.iter().map(|item| sm2::PublicKey::from_sec1(&item.key));
        let keys: Vec<sm2::PublicKey> = keys.collect::<Result<_, _>>()?;
        let items: Vec<VerifyItem<'_>> = signed
            .iter()
            .zip(&keys)
            .map(|(item, key)| VerifyItem::new(key, &id, &item.message, &item.signature))
            .collect();
        let results = sm2::verify_many(&items, threads);
        if results.iter().all(Result::is_ok) { Ok(()) } else { Err(bad()) }
    })
}

/// Signatures of a few signers in no order, and the signers' keys, prepared.
struct Known {
    keys: Vec<PreparedPublicKey>,
    /// Whose it is, what was signed, and the signature.
    signed: Vec<(usize, Vec<u8>, Signature)>,
}

impl Known {
    fn new() -> Result<Known, Failure> {
        let signers: Vec<PrivateKey> =
            (0..KEYS).map(|_| PrivateKey::generate()).collect::<Result<_, _>>()?;
        let mut random = 1u32;
        let sign = |message: Vec<u8>| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let whose = (random >> 16) as usize % KEYS;
            let signature = signers[whose].sign(&UserId::default(), &message)?;
            Ok((whose, message, signature))
        };
        let signed = messages().into_iter().map(sign).collect::<Result<_, Failure>>()?;
        let keys = signers.iter().map(|signer| signer.public_key().into()).collect();
        Ok(Known { keys, signed })
    }
}

fn sm2_verify_prepared_one(_: usize) -> Result<Operation, Failure> {
    let known = Known::new()?;
    let mut next = 0;
    operation(1, move || {
        let (whose, message, signature) = &known.signed[next % BATCH];
        next += 1;
        known.keys[*whose].verify(&UserId::default(), message, signature).map_err(|_| bad())
    })
}

fn sm2_verify_prepared_many(threads: usize) -> Result<Operation, Failure> {
    let known = Known::new()?;
    operation(BATCH, move || {
        let id = UserId::default();
        let items: Vec<VerifyItem<'_>> = known
            .signed
            .iter()
            .map(|(whose, message, signature)| {
                VerifyItem::new(&known.keys[*whose], &id, message, signature)
            })
            .collect();
        let results = sm2::verify_many(&items, threads);
        if results.iter().all(Result::is_ok) { Ok(()) } else { Err(bad()) }
    })
}

fn sm2_encrypt(_: usize) -> Result<Operation, Failure> {
    let key = *PrivateKey::generate()?.public_key();
    let message = vec![7; MESSAGE];
    operation(1, move || Ok(key.encrypt_der(&message).map(drop)?))
}

fn sm2_decrypt(_: usize) -> Result<Operation, Failure> {
    let key = PrivateKey::generate()?;
    let ciphertext = key.public_key().encrypt_der(&vec![7; MESSAGE])?;
    operation(1, move || Ok(key.decrypt_der(&ciphertext).map(drop)?))
}

fn sm3_one_stream(_: usize) -> Result<Operation, Failure> {
    let message = vec![7; STREAM];
    operation(STREAM, move || {
        std::hint::black_box(sm3::digest(&message));
        Ok(())
    })
}

fn sm3_many_streams(threads: usize) -> Result<Operation, Failure> {
    let messages: Vec<Vec<u8>> = (0..64).map(|number| vec![number; STREAM]).collect();
    operation(64 * STREAM, move || {
        let views: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        std::hint::black_box(sm3::digest_many(&views, threads));
        Ok(())
    })
}

fn sm4() -> Result<(Sm4Key, Vec<u8>), Failure> {
    Ok((Sm4Key::new(&[7; 16])?, vec![9; STREAM]))
}

fn sm4_cbc_encrypt(_: usize) -> Result<Operation, Failure> {
    let (key, message) = sm4()?;
    operation(STREAM, move || {
        std::hint::black_box(key.cbc_encrypt(&[1; 16], &message));
        Ok(())
    })
}

fn sm4_cbc_decrypt(_: usize) -> Result<Operation, Failure> {
    let (key, message) = sm4()?;
    let ciphertext = key.cbc_encrypt(&[1; 16], &message);
    operation(STREAM, move || Ok(key.cbc_decrypt(&[1; 16], &ciphertext).map(drop)?))
}

fn sm4_ctr(_: usize) -> Result<Operation, Failure> {
    let (key, message) = sm4()?;
    operation(STREAM, move || {
        std::hint::black_box(key.ctr(&[1; 16], &message));
        Ok(())
    })
}

fn sm4_gcm(_: usize) -> Result<Operation, Failure> {
    let (key, message) = sm4()?;
    operation(STREAM, move || Ok(key.gcm_encrypt(&[1; 12], &[], &message).map(drop)?))
}

fn rsa2048_sign(_: usize) -> Result<Operation, Failure> {
    let key = RsaPrivateKey::from_pkcs8_der(RSA_KEY)?;
    let message = vec![7; MESSAGE];
    operation(1, move || Ok(key.sign(RSA, &message).map(drop)?))
}

fn rsa2048_verify(_: usize) -> Result<Operation, Failure> {
    let key = RsaPrivateKey::from_pkcs8_der(RSA_KEY)?;
    let message = vec![7; MESSAGE];
    let signature = key.sign(RSA, &message)?;
    let public = key.public_key().clone();
    operation(1, move || {
        public.verify(RSA, &UserId::default(), &message, &signature).map_err(|_| bad())
    })
}

fn p256() -> Result<(EcdsaPrivateKey, PublicKey), Failure> {
    let pkcs8 = EcdsaPrivateKey::generate_pkcs8(ecdsa::Curve::P256)?;
    let key = EcdsaPrivateKey::from_pkcs8_der(pkcs8.as_bytes())?;
    let public = key.public_key().clone();
    Ok((key, public))
}

fn p256_sign(_: usize) -> Result<Operation, Failure> {
    let (key, _) = p256()?;
    let message = vec![7; MESSAGE];
    operation(1, move || Ok(key.sign(P256, &message).map(drop)?))
}

fn p256_verify(_: usize) -> Result<Operation, Failure> {
    let (key, public) = p256()?;
    let message = vec![7; MESSAGE];
    let signature = key.sign(P256, &message)?;
    operation(1, move || {
        public.verify(P256, &UserId::default(), &message, &signature).map_err(|_| bad())
    })
}
