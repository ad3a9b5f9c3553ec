//! Faults planted on purpose, one of each kind that the tools must see.

#![allow(unsafe_code)]

use std::hint::black_box;

static TABLE: [u32; 256] = {
    let mut table = [0u32; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = (i as u32).wrapping_mul(0x9e37_79b9);
        i += 1;
    }
    table
};

/// Looks secret bytes up in a table.
#[inline(never)]
pub fn table_read(secret: &[u8; 32]) -> u32 {
    secret.iter().fold(0, |sum, byte| sum ^ TABLE[usize::from(*byte)])
}

/// Compares, and stops at the first byte that differs.
#[inline(never)]
pub fn early_exit(secret: &[u8; 32], other: &[u8; 32]) -> bool {
    for (a, b) in secret.iter().zip(other) {
        if black_box(*a) != *b {
            return false;
        }
    }
    true
}

/// Does more where a bit is set.
#[inline(never)]
pub fn branch(secret: &[u8; 32]) -> u32 {
    let mut sum = 0u32;
    for byte in secret {
        if black_box(*byte) & 1 == 1 {
            sum = black_box(sum).rotate_left(5) ^ 0x5bd1;
        }
    }
    sum
}

/// Divides by a secret, which takes longer for some numbers.
#[inline(never)]
pub fn division(secret: &[u8; 32]) -> u64 {
    let (words, _) = secret.as_chunks::<8>();
    words.iter().fold(u64::MAX, |quotient, word| quotient / (u64::from_le_bytes(*word) | 1))
}

/// Looks secret numbers up in a table, eight at once; 0 without AVX2.
#[cfg(target_arch = "x86_64")]
pub fn gather(secret: &[u8; 32]) -> u32 {
    // SAFETY: the instructions are there.
    if is_x86_feature_detected!("avx2") { unsafe { x86::gather(secret) } } else { 0 }
}

/// Goes on while any lane of a secret has bits left; 0 without AVX2.
#[cfg(target_arch = "x86_64")]
pub fn lanes_left(secret: &[u8; 32]) -> u32 {
    // SAFETY: the instructions are there.
    if is_x86_feature_detected!("avx2") { unsafe { x86::lanes_left(secret) } } else { 0 }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::TABLE;
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2")]
    #[inline(never)]
    pub fn gather(secret: &[u8; 32]) -> u32 {
        // SAFETY: 32 bytes can be read.
        let bytes = unsafe { _mm256_loadu_si256(secret.as_ptr().cast()) };
        let index = _mm256_and_si256(bytes, _mm256_set1_epi32(0xff));
        // SAFETY: every index is below 256.
        let found = unsafe { _mm256_i32gather_epi32::<4>(TABLE.as_ptr().cast(), index) };
        _mm256_extract_epi32::<0>(found) as u32
    }

    #[target_feature(enable = "avx2")]
    #[inline(never)]
    pub fn lanes_left(secret: &[u8; 32]) -> u32 {
        // SAFETY: 32 bytes can be read.
        let mut left = unsafe { _mm256_loadu_si256(secret.as_ptr().cast()) };
        let mut turns = 0;
        while _mm256_testz_si256(left, left) == 0 {
            left = _mm256_srli_epi64::<1>(left);
            turns += 1;
        }
        turns
    }
}
