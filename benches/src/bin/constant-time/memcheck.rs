//! Secrets as undefined bytes under valgrind: it reports each branch and each address that depends
//! on one.

/// Runs every operation on every backend; whether all is well.
#[cfg(all(yinxin_memcheck, target_arch = "x86_64"))]
pub fn run(quick: bool) -> Result<bool, String> {
    watched::run(quick)
}

/// Says what is missing.
#[cfg(not(all(yinxin_memcheck, target_arch = "x86_64")))]
pub fn run(_quick: bool) -> Result<bool, String> {
    Err("memcheck takes x86-64 and a build with --cfg yinxin_memcheck".to_owned())
}

#[cfg(all(yinxin_memcheck, target_arch = "x86_64"))]
mod watched {
    use crate::operations::OPERATIONS;
    use crate::{leaks, requests};
    use std::hint::black_box;
    use std::sync::atomic::{AtomicBool, Ordering};
    use yinxin::crypto::backend::Backend;
    use yinxin::crypto::hmac_sm3;
    use yinxin::crypto::sm2::{PrivateKey, PublicKey, Signature, UserId};
    use yinxin::crypto::sm4::Sm4Key;
    use yinxin::crypto::{memcheck, rng};

    /// What has to have run, at least, on the vectors of a backend or on their model.
    const VECTORS: &[(Backend, &str)] = &[
        (Backend::Avx2, "SM3 with AVX2"),
        (Backend::Avx2, "SM4 with AVX2"),
        (Backend::Avx512, "SM2 in lanes, as a model"),
        (Backend::Avx512, "SM4 with AVX2"),
    ];

    /// What has to be reported.
    const PLANTED: &[(&str, fn(&[u8; 32]))] = &[
        ("table read at a secret index", |secret| {
            black_box(leaks::table_read(secret));
        }),
        ("early exit of a comparison", |secret| {
            black_box(leaks::early_exit(secret, &[0; 32]));
        }),
        ("branch on a secret bit", |secret| {
            black_box(leaks::branch(secret));
        }),
        ("gather at secret indices", |secret| {
            black_box(leaks::gather(secret));
        }),
        ("loop while a lane is not zero", |secret| {
            black_box(leaks::lanes_left(secret));
        }),
        // What the library itself names variable-time, with a secret put in.
        ("import of a secret point", |secret| {
            let _ = black_box(PublicKey::from_raw64(&[*secret, *secret].concat()));
        }),
        ("verification of a secret digest", |secret| {
            let key = PrivateKey::from_bytes(&[1; 32]).expect("in range");
            let signature = Signature::from_raw(&[1; 64]).expect("in range");
            let _ = black_box(key.public_key().verify(&UserId::default(), secret, &signature));
        }),
        // What shows that the marks reach the far end.
        ("signing, with nothing declassified", |secret| {
            let key = PrivateKey::from_bytes(secret).expect("in range");
            hiding_nothing(|| drop(black_box(key.sign(&UserId::default(), b"message"))));
        }),
        ("decryption, with nothing declassified", |secret| {
            let key = PrivateKey::from_bytes(secret).expect("in range");
            let text = key.public_key().encrypt_raw(b"message").expect("random bytes");
            hiding_nothing(|| drop(black_box(key.decrypt_raw(&text))));
        }),
        ("branch on a block of SM4", |secret| {
            let key = Sm4Key::new(&secret[..16]).expect("16 bytes");
            let out = key.ecb_encrypt(&[0; 64]).expect("whole blocks");
            branch_on(&out);
        }),
        ("branch on a tag of HMAC-SM3", |secret| branch_on(&hmac_sm3::tag(secret, b"message"))),
    ];

    /// Whether what is declassified becomes public.
    static TELLING: AtomicBool = AtomicBool::new(true);

    pub fn run(quick: bool) -> Result<bool, String> {
        if !requests::running() {
            return Err("memcheck runs under valgrind".to_owned());
        }
        let set = memcheck::PUBLIC.set(public).is_ok()
            && memcheck::SECRET.set(requests::undefined).is_ok();
        if !set {
            return Err("the marks were set before".to_owned());
        }
        let (mut seen, mut reported) = (0, 0);
        for backend in Backend::available() {
            backend.select().map_err(|error| error.to_string())?;
            let mut run = Vec::new();
            for operation in OPERATIONS.iter().filter(|operation| operation.quick || !quick) {
                let secret = secret()?;
                take_names();
                let errors = reports(|| (operation.prepare)(&secret)());
                if Backend::current() != backend {
                    return Err("another backend came into force".to_owned());
                }
                let names = take_names();
                let how = if names.is_empty() { "portable".to_owned() } else { names.join(", ") };
                let (backend, operation) = (backend.name(), operation.name);
                println!("memcheck {backend:9} {operation:32} {errors} reports; {how}");
                seen += 1;
                reported += usize::from(errors != 0);
                run.extend(names);
            }
            let wanted = VECTORS.iter().filter(|(wanting, _)| *wanting == backend);
            if let Some((_, name)) = wanted.into_iter().find(|(_, name)| !run.contains(name)) {
                return Err(format!("with {}, {name} did not run", backend.name()));
            }
        }
        let mut missed = 0;
        for (name, leak) in PLANTED {
            let secret = secret()?;
            let errors = reports(|| leak(&secret));
            println!("memcheck planted   {name:32} {errors} reports");
            missed += usize::from(errors == 0);
        }
        let planted = PLANTED.len();
        println!(
            "memcheck: {} of {seen} operations without a report; {} of {planted} planted leaks \
             reported",
            seen - reported,
            planted - missed,
        );
        Ok(reported == 0 && missed == 0 && seen > 0)
    }

    /// The names of the code that ran since the last time.
    fn take_names() -> Vec<&'static str> {
        let names = memcheck::RUN.lock().map(|mut names| std::mem::take(&mut *names));
        names.unwrap_or_default().into_iter().collect()
    }

    fn public(start: *mut u8, length: usize) {
        if TELLING.load(Ordering::Relaxed) {
            requests::defined(start, length);
        }
    }

    /// Does the work as if nothing were declassified.
    fn hiding_nothing(work: impl FnOnce()) {
        TELLING.store(false, Ordering::Relaxed);
        work();
        TELLING.store(true, Ordering::Relaxed);
    }

    fn branch_on(bytes: &[u8]) {
        for byte in bytes {
            if black_box(*byte) == 0 {
                black_box(());
            }
        }
    }

    /// How many errors valgrind found during the work.
    fn reports(work: impl FnOnce()) -> usize {
        let before = requests::errors();
        work();
        requests::errors() - before
    }

    /// A random number in 1..=n-2, undefined.
    fn secret() -> Result<Box<[u8; 32]>, String> {
        let mut secret = Box::new([0; 32]);
        rng::fill(&mut *secret).map_err(|error| error.to_string())?;
        requests::defined(secret.as_mut_ptr(), 32);
        secret[0] &= 0x7f;
        requests::undefined(secret.as_mut_ptr(), 32);
        Ok(secret)
    }
}
