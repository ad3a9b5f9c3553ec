//! What this processor can do, as proofs: a token exists only where its instructions do.
//!
//! A function for some instructions takes the token, so it cannot be reached on a processor that
//! lacks them.

/// AVX2, BMI2 (mulx), ADX, AES and carry-less multiplication: Hygon, AMD Zen, Intel since Broadwell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx2(());

/// All of [`Avx2`], AVX-512 with IFMA, VBMI, GFNI, VAES and VPCLMULQDQ: Intel since Ice Lake, AMD
/// since Zen 4.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx512(());

/// The three instructions for SM3, and AVX, in whose registers they work: Intel since Lunar Lake. They come
/// with AVX2 or with AVX-512, so they are no level of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sm3Instructions(());

impl Avx2 {
    /// The proof, if this processor and the system have all of it.
    pub(crate) fn detect() -> Option<Avx2> {
        (is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            // Valgrind runs the two instructions of ADX, though its processor denies having them.
            && (cfg!(yinxin_memcheck) || is_x86_feature_detected!("adx"))
            && is_x86_feature_detected!("aes")
            && is_x86_feature_detected!("pclmulqdq"))
        .then_some(Avx2(()))
    }
}

impl Avx512 {
    /// The proof of what this one comes with.
    pub(crate) fn avx2(self) -> Avx2 {
        Avx2(())
    }

    /// The proof, if this processor and the system have all of it.
    pub(crate) fn detect() -> Option<Avx512> {
        Avx2::detect()?;
        if cfg!(yinxin_memcheck) {
            return Some(Avx512(())); // for models; backend.rs keeps it from all other code
        }
        (is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512ifma")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("gfni")
            && is_x86_feature_detected!("vaes")
            && is_x86_feature_detected!("vpclmulqdq"))
        .then_some(Avx512(()))
    }
}

impl Sm3Instructions {
    /// The proof, if this processor and the system have all of it.
    #[inline]
    pub(crate) fn detect() -> Option<Sm3Instructions> {
        (is_x86_feature_detected!("sm3") && is_x86_feature_detected!("avx"))
            .then_some(Sm3Instructions(()))
    }
}
