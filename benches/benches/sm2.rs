//! One SM2 signature and one verification of a message of 1 KB, Z and SM3 included, beside
//! RustCrypto's sm2, sm-crypto and, for scale, ECDSA P-256 of ring.

use divan::Bencher;
use yinxin::crypto::sm2::{
    PreparedPublicKey, PrivateKey, PublicKey, Signature, UserId, VerifyItem, verify_many,
};

const MESSAGE: [u8; 1024] = [7; 1024];
const MANY: usize = 256;
const ID: &str = "1234567812345678";

fn main() {
    divan::main();
}

mod sign {
    use super::*;
    use sm2::dsa::signature::Signer;

    #[divan::bench]
    fn yinxin(bencher: Bencher) {
        let key = PrivateKey::generate().unwrap();
        bencher.bench(|| key.sign(&UserId::default(), divan::black_box(&MESSAGE)).unwrap());
    }

    #[divan::bench]
    fn yinxin_verify_after_sign(bencher: Bencher) {
        let key = PrivateKey::generate().unwrap().verify_after_sign(true);
        bencher.bench(|| key.sign(&UserId::default(), divan::black_box(&MESSAGE)).unwrap());
    }

    #[divan::bench]
    fn yinxin_many_of_256(bencher: Bencher) {
        let key = PrivateKey::generate().unwrap();
        let messages = vec![&MESSAGE[..]; MANY];
        bencher
            .counter(MANY)
            .bench(|| key.sign_many(&UserId::default(), divan::black_box(&messages), 1));
    }

    #[divan::bench]
    fn rustcrypto(bencher: Bencher) {
        let key = rustcrypto_key();
        bencher.bench(|| -> sm2::dsa::Signature { key.sign(divan::black_box(&MESSAGE)) });
    }

    #[divan::bench(sample_count = 10)]
    fn sm_crypto(bencher: Bencher) {
        let (private, _) = sm_crypto::sm2::gen_keypair();
        let signer = sm_crypto::sm2::Sign::new(&private);
        bencher.bench(|| signer.sign(divan::black_box(&MESSAGE), true));
    }

    #[divan::bench]
    fn ring_p256(bencher: Bencher) {
        let (key, random) = p256_key();
        bencher.bench(|| key.sign(&random, divan::black_box(&MESSAGE)).unwrap());
    }
}

mod verify {
    use super::*;
    use sm2::dsa::signature::{Signer, Verifier};

    #[divan::bench]
    fn yinxin_fresh_key(bencher: Bencher) {
        let key = PrivateKey::generate().unwrap();
        let signature = key.sign(&UserId::default(), &MESSAGE).unwrap();
        let encoded = key.public_key().to_sec1();
        bencher.bench(|| {
            let key = PublicKey::from_sec1(divan::black_box(&encoded)).unwrap();
            key.verify(&UserId::default(), &MESSAGE, &signature).unwrap();
        });
    }

    #[divan::bench]
    fn yinxin_many_of_256(bencher: Bencher) {
        let key = PrivateKey::generate().unwrap();
        let id = UserId::default();
        let signature = key.sign(&id, &MESSAGE).unwrap();
        let item = || VerifyItem::new(key.public_key(), &id, &MESSAGE, &signature);
        let items: Vec<VerifyItem<'_>> = (0..MANY).map(|_| item()).collect();
        bencher.counter(MANY).bench(|| verify_many(divan::black_box(&items), 1));
    }

    /// So many signers, whose signatures come in no order.
    #[divan::bench(args = [1, 30, 300, 3000])]
    fn yinxin_prepared_keys(bencher: Bencher, keys: usize) {
        let known = Known::new(keys);
        let mut next = 0;
        bencher.bench_local(|| {
            let (whose, signature) = &known.signed[next % known.signed.len()];
            next += 1;
            let key = &known.keys[*whose];
            key.verify(&UserId::default(), divan::black_box(&MESSAGE), signature).unwrap();
        });
    }

    #[divan::bench(args = [1, 30, 300, 3000])]
    fn yinxin_prepared_keys_many_of_256(bencher: Bencher, keys: usize) {
        let known = Known::new(keys);
        let id = UserId::default();
        let items: Vec<VerifyItem<'_>> = known
            .signed
            .iter()
            .map(|(whose, signature)| {
                VerifyItem::new(&known.keys[*whose], &id, &MESSAGE, signature)
            })
            .collect();
        let mut runs = items.chunks_exact(MANY).cycle();
        bencher.counter(MANY).bench_local(|| {
            let run = runs.next().unwrap();
            assert!(verify_many(divan::black_box(run), 1).iter().all(Result::is_ok));
        });
    }

    #[divan::bench]
    fn yinxin_preparing_a_key(bencher: Bencher) {
        let key = *PrivateKey::generate().unwrap().public_key();
        bencher.bench(|| PreparedPublicKey::from(divan::black_box(&key)));
    }

    #[divan::bench]
    fn rustcrypto(bencher: Bencher) {
        let key = rustcrypto_key();
        let signature: sm2::dsa::Signature = key.sign(&MESSAGE);
        let key = key.verifying_key();
        bencher.bench(|| key.verify(divan::black_box(&MESSAGE), &signature).unwrap());
    }

    #[divan::bench(sample_count = 10)]
    fn sm_crypto(bencher: Bencher) {
        let (private, public) = sm_crypto::sm2::gen_keypair();
        let signature = sm_crypto::sm2::Sign::new(&private).sign_der(&MESSAGE, true);
        let verifier = sm_crypto::sm2::Verify::new(&public);
        bencher
            .bench(|| assert!(verifier.verify_der(divan::black_box(&MESSAGE), &signature, true)));
    }

    #[divan::bench]
    fn ring_p256(bencher: Bencher) {
        use ring::signature::{ECDSA_P256_SHA256_ASN1, KeyPair, UnparsedPublicKey};
        let (key, random) = p256_key();
        let signature = key.sign(&random, &MESSAGE).unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.public_key().as_ref());
        bencher.bench(|| public.verify(divan::black_box(&MESSAGE), signature.as_ref()).unwrap());
    }
}

/// Prepared keys, and signatures under them in no order.
struct Known {
    keys: Vec<PreparedPublicKey>,
    signed: Vec<(usize, Signature)>,
}

impl Known {
    fn new(keys: usize) -> Known {
        let signers: Vec<PrivateKey> = (0..keys).map(|_| PrivateKey::generate().unwrap()).collect();
        let mut random = 1u32;
        let signed = (0..4096).map(|_| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let whose = (random >> 8) as usize % keys;
            (whose, signers[whose].sign(&UserId::default(), &MESSAGE).unwrap())
        });
        let signed = signed.collect();
        let keys = signers.iter().map(|signer| signer.public_key().into()).collect();
        Known { keys, signed }
    }
}

fn rustcrypto_key() -> sm2::dsa::SigningKey {
    use sm2::elliptic_curve::Generate;
    sm2::dsa::SigningKey::new(ID, &sm2::SecretKey::generate()).unwrap()
}

fn p256_key() -> (ring::signature::EcdsaKeyPair, ring::rand::SystemRandom) {
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
    let random = ring::rand::SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random);
    (key.unwrap(), random)
}
