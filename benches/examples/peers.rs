//! Measures the peers that are Rust crates as `yinxin speed` measures the library: the same names and
//! work, one thread, the median of single runs. `peers SECONDS` prints PEER, NAME and units per second.

use std::hint::black_box;
use std::time::{Duration, Instant};

use ring::rand::SystemRandom;
use ring::signature::{self as ring_signature, EcdsaKeyPair, KeyPair};
use sm2::dsa::signature::{Signer, Verifier};
use sm3::Digest;

const MESSAGE: [u8; 1024] = [7; 1024];
const STREAM: usize = 16 * 1024;
const ID: &str = "1234567812345678";

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let run = Run { limit: Duration::from_secs_f64(seconds.expect("usage: peers SECONDS")) };
    run.rustcrypto();
    run.sm_crypto();
    run.ring();
}

struct Run {
    limit: Duration,
}

impl Run {
    fn rustcrypto(&self) {
        const PEER: &str = "RustCrypto";
        use sm2::elliptic_curve::Generate;
        let key = sm2::dsa::SigningKey::new(ID, &sm2::SecretKey::generate()).unwrap();
        self.measure(PEER, "sm2-sign-one", 1, || {
            let signature: sm2::dsa::Signature = key.sign(black_box(&MESSAGE));
            black_box(signature);
        });
        let signature: sm2::dsa::Signature = key.sign(&MESSAGE);
        let encoded = key.verifying_key().to_sec1_bytes();
        self.measure(PEER, "sm2-verify-fresh-one", 1, || {
            let key = sm2::dsa::VerifyingKey::from_sec1_bytes(ID, black_box(&encoded)).unwrap();
            key.verify(&MESSAGE, &signature).unwrap();
        });
        self.measure(PEER, "sm2-verify-prepared-one", 1, || {
            key.verifying_key().verify(black_box(&MESSAGE), &signature).unwrap();
        });
        let stream = vec![7; STREAM];
        self.measure(PEER, "sm3-one-stream", STREAM, || {
            black_box(sm3::Sm3::digest(black_box(&stream)));
        });
    }

    fn sm_crypto(&self) {
        const PEER: &str = "sm-crypto";
        let (private, public) = sm_crypto::sm2::gen_keypair();
        let signer = sm_crypto::sm2::Sign::new(&private);
        self.measure(PEER, "sm2-sign-one", 1, || {
            black_box(signer.sign(black_box(&MESSAGE), true));
        });
        let signature = signer.sign_der(&MESSAGE, true);
        self.measure(PEER, "sm2-verify-fresh-one", 1, || {
            let verifier = sm_crypto::sm2::Verify::new(black_box(&public));
            assert!(verifier.verify_der(&MESSAGE, &signature, true));
        });
    }

    /// For scale: it has no SM algorithms. Its P-256 is also the library's own.
    fn ring(&self) {
        const PEER: &str = "ring";
        let random = SystemRandom::new();
        let algorithm = &ring_signature::ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
        self.measure(PEER, "p256-sign", 1, || {
            black_box(key.sign(&random, black_box(&MESSAGE)).unwrap());
        });
        let signature = key.sign(&random, &MESSAGE).unwrap();
        let public = key.public_key().as_ref();
        let public =
            ring_signature::UnparsedPublicKey::new(&ring_signature::ECDSA_P256_SHA256_ASN1, public);
        self.measure(PEER, "p256-verify", 1, || {
            public.verify(black_box(&MESSAGE), signature.as_ref()).unwrap();
        });
    }

    fn measure(&self, peer: &str, name: &str, units: usize, mut run: impl FnMut()) {
        run();
        let mut samples = Vec::new();
        let start = Instant::now();
        while samples.is_empty() || start.elapsed() < self.limit {
            let before = Instant::now();
            run();
            samples.push(before.elapsed());
        }
        samples.sort();
        let median = samples[(samples.len() - 1) / 2].as_nanos().max(1) as f64;
        println!("{peer}\t{name}\t{:.1}", units as f64 * 1e9 / median);
    }
}
