//! A key in two halves, each known to one person alone.

use super::MacKey;
use crate::crypto::declassify::declassify;
use crate::crypto::hmac_sm3::HmacSm3;
use crate::crypto::{SecretBytes, rng};
use crate::error::{Code, Error, Result};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeLess};
use zeroize::Zeroizing;

/// How many characters a half has.
pub const HALF_LENGTH: usize = 16;

/// The longest name of a key.
const MAX_ID: usize = 64;

/// What sets the key apart from everything else that is made from the same characters.
const LABEL: &[u8] = b"yinxin local authentication 1\0";

/// A key made of two halves of 16 visible ASCII characters, which two people type in, each his own:
/// neither of them alone can make a tag. It is wiped when it is dropped.
///
/// ```text
/// key = HMAC-SM3(first half || second half, "yinxin local authentication 1" || 00 || id)
/// ```
///
/// # Source
///
/// In the manner of SWIFT's local authentication, whose key has two halves of 16 characters; the rest
/// is this library's own, and docs/bank.md is its specification.
pub struct TwoPartKey {
    id: String,
    keyed: HmacSm3,
}

impl TwoPartKey {
    /// The key of these halves, under the name that both sides give it.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for a name or a half out of its form; [`Code::Weak`] for halves that are the same
    /// (in either case, or backwards) and for a half that repeats itself, counts up or down, or has
    /// fewer than six different characters. What is none of these may still be easy to guess:
    /// [`new_half`](Self::new_half) makes halves that are not.
    ///
    /// # Timing
    ///
    /// Of the halves only the answer shows.
    pub fn new(id: &str, first: &[u8], second: &[u8]) -> Result<Self> {
        if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = "the name of a key is 1 to 64 visible ASCII characters";
            return Err(Error::new(Code::Value, "key id", message));
        }
        let (first, second) = (half(first, "first half")?, half(second, "second half")?);
        let (lower, other) = (lower(first), lower(second));
        let mut backwards = Zeroizing::new(*other);
        backwards.reverse();
        if told(lower.ct_eq(&*other) | lower.ct_eq(&*backwards)) {
            return Err(Error::new(Code::Weak, "second half", "it is the first half over again"));
        }
        let mut halves = Zeroizing::new([0u8; 2 * HALF_LENGTH]);
        halves[..HALF_LENGTH].copy_from_slice(first);
        halves[HALF_LENGTH..].copy_from_slice(second);
        let mut derive = HmacSm3::new(&*halves);
        derive.update(LABEL);
        derive.update(id.as_bytes());
        let key = Zeroizing::new(derive.finalize());
        Ok(TwoPartKey { id: id.to_owned(), keyed: HmacSm3::new(&*key) })
    }

    /// A new half for one person: 16 random characters of 64, that is 96 bits.
    ///
    /// # Errors
    ///
    /// [`Code::Random`].
    pub fn new_half() -> Result<SecretBytes> {
        loop {
            let mut made = Zeroizing::new([0u8; HALF_LENGTH]);
            rng::fill(&mut *made)?;
            made.iter_mut().for_each(|byte| *byte = character(*byte & 63));
            if !told(weak(&made)) {
                return Ok(SecretBytes::new(made.to_vec()));
            }
        }
    }
}

impl MacKey for TwoPartKey {
    fn id(&self) -> &str {
        &self.id
    }

    fn tag(&self, parts: &[&[u8]]) -> Result<[u8; 32]> {
        let mut mac = self.keyed.clone();
        parts.iter().for_each(|part| mac.update(part));
        Ok(mac.finalize())
    }
}

/// A half of good form that is not evidently weak.
fn half<'a>(given: &'a [u8], name: &'static str) -> Result<&'a [u8; HALF_LENGTH]> {
    let message = "a half of the key is 16 visible ASCII characters";
    let form = || Error::new(Code::Value, name, message);
    let half: &[u8; HALF_LENGTH] = given.try_into().map_err(|_| form())?;
    let visible = half
        .iter()
        .fold(Choice::from(1), |good, byte| good & !byte.ct_lt(&b'!') & byte.ct_lt(&(b'~' + 1)));
    if !told(visible) {
        return Err(form());
    }
    if told(weak(half)) {
        let message = "it repeats itself, counts up or down, or has too few different characters";
        return Err(Error::new(Code::Weak, name, message));
    }
    Ok(half)
}

/// Whether a half can be guessed at a glance.
fn weak(half: &[u8; HALF_LENGTH]) -> Choice {
    let (mut different, mut steps) = (0u8, 0u8);
    for (at, byte) in half.iter().enumerate() {
        let seen = half[..at].iter().fold(Choice::from(0), |seen, other| seen | byte.ct_eq(other));
        different += (!seen).unwrap_u8();
    }
    for pair in half.windows(2) {
        let step = pair[1].wrapping_sub(pair[0]);
        steps += (step.ct_eq(&0) | step.ct_eq(&1) | step.ct_eq(&0xff)).unwrap_u8();
    }
    let (start, end) = half.split_at(HALF_LENGTH / 2);
    different.ct_lt(&6) | !steps.ct_lt(&10) | start.ct_eq(end)
}

/// The half with small letters in place of capitals.
fn lower(half: &[u8; HALF_LENGTH]) -> Zeroizing<[u8; HALF_LENGTH]> {
    let mut lower = Zeroizing::new(*half);
    for byte in lower.iter_mut() {
        let capital = !byte.ct_lt(&b'A') & byte.ct_lt(&(b'Z' + 1));
        *byte |= u8::conditional_select(&0, &0x20, capital);
    }
    lower
}

/// One of 64 characters, without a table that would tell which.
fn character(six_bits: u8) -> u8 {
    let mut character = b'A'.wrapping_add(six_bits);
    for (from, first) in [(26, b'a'), (52, b'0'), (62, b'-'), (63, b'_')] {
        let other = first.wrapping_add(six_bits.wrapping_sub(from));
        character.conditional_assign(&other, !six_bits.ct_lt(&from));
    }
    character
}

fn told(choice: Choice) -> bool {
    bool::from(declassify(choice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_characters_are_those_of_base64url() {
        let all: Vec<u8> = (0..64).map(character).collect();
        let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        assert_eq!(all, digits);
    }
}
