//! A scalar in signed digits: windows for secrets, non-adjacent form for what is public.

use super::limbs::{Limbs, Mask};

/// One digit of a scalar below 2^255 in windows of `WIDTH` bits, constant-time: its size, at most
/// 2^(WIDTH-1), and whether it is negative.
///
/// The scalar is the sum of the digits times 2^(WIDTH*window), over all windows below 256 bits
/// (Booth). Which window is no secret.
#[inline(always)]
pub(super) fn window<const WIDTH: usize>(scalar: &Limbs, window: usize) -> (u64, Mask) {
    let (size, negative) = booth(scalar, WIDTH, window);
    (size, Mask::of_bit(negative))
}

/// The same digit of any scalar, with its sign, for windows of `width` bits.
#[inline(always)]
pub(super) fn window_vartime(scalar: &Limbs, width: usize, window: usize) -> i64 {
    let (size, negative) = booth(scalar, width, window);
    if negative == 1 { -(size as i64) } else { size as i64 }
}

/// The digit's size, and 1 if it is negative.
#[inline(always)]
fn booth(scalar: &Limbs, width: usize, window: usize) -> (u64, u64) {
    // The window's bits and the one below it.
    let bits = match (window * width).checked_sub(1) {
        Some(start) => bits(scalar, start, width + 1),
        None => (scalar[0] << 1) & ones(width + 1),
    };
    let negative = bits >> width;
    let size = bits ^ (negative.wrapping_neg() & ones(width + 1));
    ((size >> 1) + (size & 1), negative)
}

/// The digits of a scalar, lowest first: each 0 or odd and below 2^(WIDTH-1) in size, and of `WIDTH`
/// neighbours at most one is not 0.
pub(super) fn sparse_vartime<const WIDTH: usize>(scalar: &Limbs) -> [i16; 257] {
    let mut digits = [0; 257];
    let mut carry = 0;
    let mut at = 0;
    while let Some(digit) = digits.get_mut(at) {
        if bits(scalar, at, 1) == carry {
            at += 1;
            continue;
        }
        let value = bits(scalar, at, WIDTH) + carry; // odd, at most 2^WIDTH - 1
        carry = value >> (WIDTH - 1);
        *digit = value as i16 - ((carry as i16) << WIDTH);
        at += WIDTH;
    }
    digits
}

/// `count` bits from `start` up, at most 63; bits from 256 up are 0.
#[inline(always)]
fn bits(scalar: &Limbs, start: usize, count: usize) -> u64 {
    let (limb, shift) = (start / 64, start % 64);
    let get = |limb: usize| scalar.get(limb).copied().unwrap_or(0);
    let mut value = get(limb) >> shift;
    if shift + count > 64 {
        value |= get(limb + 1) << (64 - shift);
    }
    value & ones(count)
}

const fn ones(count: usize) -> u64 {
    (1 << count) - 1
}
