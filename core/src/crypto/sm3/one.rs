//! One message: SM3's own instructions where they may be used, else the code for every processor.
//!
//! We had no processor with the instructions to test on. So before they are used for the first time in
//! a process they have to give what the other code gives; if they do not, they are left alone.

use super::compress::compress as portable;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use {
    super::{instructions, lanes::START},
    crate::crypto::{backend::Level, cpu::Sm3Instructions},
    std::sync::atomic::{AtomicU8, Ordering},
};

/// Takes the blocks into the state, one after another, by the best at hand.
#[inline]
pub(super) fn compress(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
    if let Some(token) = instructions_to_use() {
        return instructions::compress(token, state, blocks);
    }
    portable(state, blocks);
}

/// The instructions, where the processor has them, they work, and more than portable code is wanted.
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
#[inline]
fn instructions_to_use() -> Option<Sm3Instructions> {
    static PROOF: Proof = Proof::new();
    let token = Sm3Instructions::detect()?;
    if Level::is_portable() {
        return None;
    }
    PROOF.holds(|state, blocks| instructions::compress(token, state, blocks)).then_some(token)
}

/// What was found out about a compression.
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
pub(super) struct Proof(AtomicU8);

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
impl Proof {
    const UNKNOWN: u8 = 0;
    const GOOD: u8 = 1;
    const BAD: u8 = 2;

    pub(super) const fn new() -> Proof {
        Proof(AtomicU8::new(Self::UNKNOWN))
    }

    /// Whether it is right. Tried at the first call only; threads that come at once may each try.
    #[inline]
    pub(super) fn holds(&self, compress: impl Fn(&mut [u32; 8], &[[u8; 64]])) -> bool {
        match self.0.load(Ordering::Relaxed) {
            Self::GOOD => true,
            Self::UNKNOWN => {
                let good = is_right(compress);
                self.0.store(if good { Self::GOOD } else { Self::BAD }, Ordering::Relaxed);
                good
            }
            _ => false,
        }
    }
}

/// Whether a compression agrees with the one for every processor: on a block of counted bytes and on one
/// that looks random, alone and one after another.
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
#[cold]
fn is_right(compress: impl Fn(&mut [u32; 8], &[[u8; 64]])) -> bool {
    let mut number = 0x5933_4d53_u32;
    let blocks: [[u8; 64]; 2] = [
        std::array::from_fn(|i| i as u8),
        std::array::from_fn(|_| {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (number >> 24) as u8
        }),
    ];
    let (mut expected, mut got) = (START, START);
    [&blocks[..], &blocks[1..], &blocks[..1]].into_iter().all(|blocks| {
        portable(&mut expected, blocks);
        compress(&mut got, blocks);
        got == expected
    })
}
