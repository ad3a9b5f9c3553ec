//! Multiplications alone, of secret numbers in registers: no branch, no address, no memory.
//!
//! What a clock tells of these is the processor's own doing: multiplying nothing but zeros takes less
//! power, and where power sets the clock's pace that is a little faster.

#![allow(unsafe_code)]

use crate::operations::Operation;
use std::hint::black_box;
use yinxin::crypto::backend::Backend;

/// What stands in for the arithmetic of a backend.
pub fn of(backend: Backend) -> &'static Operation {
    #[cfg(target_arch = "x86_64")]
    if backend == Backend::Avx512 {
        return &LANES;
    }
    let _ = backend;
    &WORDS
}

const TURNS: usize = 400;

const WORDS: Operation = Operation {
    name: "multiplications alone",
    prepare: |secret| {
        let secret = words(secret);
        Box::new(move || {
            let mut sums = [0u128; 4];
            for turn in 0..TURNS {
                for (i, sum) in sums.iter_mut().enumerate() {
                    let product = u128::from(secret[i]) * u128::from(secret[(i + turn) % 4]);
                    *sum = sum.wrapping_add(product);
                }
            }
            black_box(sums);
        })
    },
    quick: false,
};

#[cfg(target_arch = "x86_64")]
const LANES: Operation = Operation {
    name: "multiplications alone",
    prepare: |secret| {
        let secret = words(secret);
        Box::new(move || {
            if is_x86_feature_detected!("avx512ifma") {
                // SAFETY: the instructions are there.
                black_box(unsafe { x86::multiply(&secret) });
            }
        })
    },
    quick: false,
};

fn words(secret: &[u8; 32]) -> [u64; 4] {
    let (words, _) = secret.as_chunks::<8>();
    std::array::from_fn(|i| u64::from_le_bytes(words[i]))
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::TURNS;
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f,avx512ifma")]
    #[inline(never)]
    pub fn multiply(secret: &[u64; 4]) -> [__m512i; 8] {
        let limb = _mm512_set1_epi64((1 << 52) - 1);
        let numbers = secret.map(|word| _mm512_and_si512(_mm512_set1_epi64(word as i64), limb));
        let mut sums = [_mm512_setzero_si512(); 8];
        for _ in 0..TURNS {
            for (i, sum) in sums.iter_mut().enumerate() {
                *sum = _mm512_madd52lo_epu64(*sum, numbers[i & 3], numbers[i >> 1 & 3]);
                *sum = _mm512_madd52hi_epu64(*sum, numbers[i & 3], numbers[(i + 1) & 3]);
                *sum = _mm512_and_si512(*sum, limb);
            }
        }
        sums
    }
}
