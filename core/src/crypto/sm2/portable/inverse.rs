//! Inverses modulo an odd number by division steps (safegcd of Bernstein and Yang), constant-time.
//!
//! From f = M and g = a, a step halves g, adding f to it before or taking its place, so that the
//! greatest common divisor stays. The low bits decide, so many steps are found on one word, as a
//! matrix, and then done on the whole numbers at once. The same matrices, modulo M, take (0, 1) to
//! (d, e) with f = d*a and g = e*a: where g is 0, f is 1 or -1, and d is the inverse but for the sign.

use super::limbs::{self, Limbs};

/// Bits in a limb here.
const BITS: u32 = 62;
/// Steps in one matrix, and how many matrices: for numbers below 2^256, 590 steps are enough if the
/// difference of degrees begins at one half.
const STEPS: u32 = 59;
const ROUNDS: usize = 10;
const ONES: u64 = (1 << BITS) - 1;

/// A number of either sign: limbs in 0..2^62, but for the last, which carries the sign.
type Signed = [i64; 5];

/// An odd number below 2^256.
pub(super) struct Modulus {
    limbs: Signed,
    /// 1/M modulo 2^62.
    inverse: u64,
}

impl Modulus {
    pub(super) const fn new(modulus: &Limbs) -> Modulus {
        let inverse = limbs::invert_word(modulus[0]) & ONES;
        Modulus { limbs: signed(modulus), inverse }
    }

    /// factor/a modulo this, both below it and this prime; 0 for a = 0.
    #[inline(always)]
    pub(super) fn divide(&self, factor: &Limbs, a: &Limbs) -> Limbs {
        let (mut f, mut g) = (self.limbs, signed(a));
        let (mut d, mut e) = ([0; 5], signed(factor));
        // -(delta + 1/2), of the difference of degrees delta.
        let mut zeta = -1;
        for _ in 0..ROUNDS {
            let matrix;
            (zeta, matrix) = steps(zeta, f[0] as u64, g[0] as u64);
            (d, e) = self.apply_modulo(&matrix, &d, &e);
            (f, g) = apply(&matrix, &f, &g);
        }
        let d = self.add_if(sign(&d), &d); // from above -2M to above -M
        let d = negate_if(sign(&f), &d);
        unsigned(&self.add_if(sign(&d), &d))
    }

    /// (d, e) after the steps, divided by 2^62 modulo M; both between -2M and M.
    #[inline(always)]
    fn apply_modulo(&self, matrix: &Matrix, d: &Signed, e: &Signed) -> (Signed, Signed) {
        let row = |[u, v]: [i64; 2]| {
            // d and e with M added if negative are between -M and M, so the row's sum is between
            // -2^62*M and 2^62*M. Less some M*m for the m in 0..2^62 that makes it divisible by
            // 2^62, and divided, it is between -2M and M.
            let mut times = (sign(d) & u) + (sign(e) & v);
            let low = d[0].wrapping_mul(u).wrapping_add(e[0].wrapping_mul(v)) as u64;
            let m = low.wrapping_mul(self.inverse).wrapping_add(times as u64) & ONES;
            times -= m as i64;
            divided(|i| wide(u, d[i]) + wide(v, e[i]) + wide(times, self.limbs[i]))
        };
        (row(matrix[0]), row(matrix[1]))
    }

    #[inline(always)]
    fn add_if(&self, mask: i64, a: &Signed) -> Signed {
        carried(std::array::from_fn(|i| a[i] + (self.limbs[i] & mask)))
    }
}

/// What some steps do to (f, g), times 2^62; the sizes in a row add up to 2^62 at most.
type Matrix = [[i64; 2]; 2];

/// The steps that the lowest bits of f and g ask for; f is odd.
#[inline(always)]
fn steps(mut zeta: i64, mut f: u64, mut g: u64) -> (i64, Matrix) {
    let first = half_of_steps::<30>(&mut zeta, &mut f, &mut g);
    let then = half_of_steps::<{ STEPS - 30 }>(&mut zeta, &mut f, &mut g);
    // 8 = 2^(62-59), so that the division is by a whole limb.
    let row = |[a, b]: [i64; 2]| [0, 1].map(|i| (a * first[0][i] + b * first[1][i]) * 8);
    (zeta, then.map(row))
}

/// At most 30 steps, and their matrix without the factor. A row (u, v) is kept as u + v*2^32, for
/// all that is done to rows is linear.
#[inline(always)]
fn half_of_steps<const COUNT: u32>(zeta: &mut i64, f: &mut u64, g: &mut u64) -> Matrix {
    let (mut of_f, mut of_g) = (1u64, 1u64 << 32);
    for _ in 0..COUNT {
        let less = (*zeta >> 63) as u64; // delta is above 0
        let odd = (*g & 1).wrapping_neg();
        let swap = less & odd;
        // g + f, or g - f with a swap, or g
        let take = |g: u64, f: u64| g.wrapping_add((f ^ less).wrapping_sub(less) & odd);
        let (next_g, next_of_g) = (take(*g, *f), take(of_g, of_f));
        *f ^= (*f ^ *g) & swap;
        of_f ^= (of_f ^ of_g) & swap;
        *zeta = (*zeta ^ swap as i64) - 1; // -zeta - 2 with a swap
        *g = next_g >> 1;
        of_g = next_of_g;
        of_f <<= 1;
    }
    [of_f, of_g].map(|row| {
        let u = i64::from(row as i32);
        [u, (row as i64).wrapping_sub(u) >> 32]
    })
}

/// (f, g) after the steps, divided by 2^62.
#[inline(always)]
fn apply(matrix: &Matrix, f: &Signed, g: &Signed) -> (Signed, Signed) {
    let row = |[u, v]: [i64; 2]| divided(|i| wide(u, f[i]) + wide(v, g[i]));
    (row(matrix[0]), row(matrix[1]))
}

/// The number with these limbs, of any size that fits, divided by 2^62, which divides it.
#[inline(always)]
fn divided(limb: impl Fn(usize) -> i128) -> Signed {
    let mut sum = limb(0) >> BITS;
    let mut out = [0; 5];
    for i in 1..5 {
        sum += limb(i);
        out[i - 1] = (sum as u64 & ONES) as i64;
        sum >>= BITS;
    }
    out[4] = sum as i64;
    out
}

#[inline(always)]
fn wide(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// All ones for a negative number, else 0.
#[inline(always)]
fn sign(a: &Signed) -> i64 {
    a[4] >> 63
}

#[inline(always)]
fn negate_if(mask: i64, a: &Signed) -> Signed {
    carried(std::array::from_fn(|i| (a[i] ^ mask) - mask))
}

/// The same number with its limbs in their range.
#[inline(always)]
fn carried(mut a: Signed) -> Signed {
    for i in 0..4 {
        a[i + 1] += a[i] >> BITS;
        a[i] &= ONES as i64;
    }
    a
}

const fn signed(a: &Limbs) -> Signed {
    [
        (a[0] & ONES) as i64,
        ((a[0] >> 62 | a[1] << 2) & ONES) as i64,
        ((a[1] >> 60 | a[2] << 4) & ONES) as i64,
        ((a[2] >> 58 | a[3] << 6) & ONES) as i64,
        (a[3] >> 56) as i64,
    ]
}

/// The limbs of a number in 0..2^256.
#[inline(always)]
fn unsigned(a: &Signed) -> Limbs {
    let a = a.map(|limb| limb as u64);
    [a[0] | a[1] << 62, a[1] >> 2 | a[2] << 60, a[2] >> 4 | a[3] << 58, a[3] >> 6 | a[4] << 56]
}
