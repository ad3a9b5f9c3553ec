//! The S-box as a circuit of 116 gates, without its constants.
//!
//! The matrix A of the standard, inversion in GF(2^8), and A again. The inversion goes through a
//! tower of fields inside SM4's own GF(2^8): a byte is a*0x11 + b*0x62 with a and b in GF(2^4), an
//! element of GF(2^4) is p + q*0x0d with p and q in GF(2^2), one of GF(2^2) is r*0x5c + s. With
//! u = 0x11, v = 0x62 and N the norm, 1/(a*u + b*v) = (a*u^16 + b*v^16) / N(a*u + b*v), and so on
//! below. All that is linear was merged and ordered by a search for few gates.

use std::ops::{BitAnd, BitXor};

/// A word whose bits are computed with all at once.
pub(super) trait Word: Copy + BitAnd<Output = Self> + BitXor<Output = Self> {}
impl<W: Copy + BitAnd<Output = W> + BitXor<Output = W>> Word for W {}

/// Bit i of every byte is in word i, least significant first.
#[inline(always)]
pub(super) fn s_box<W: Word>(x: [W; 8]) -> [W; 8] {
    let (a, b, n) = factors(x);
    let d = inverse(norm(and(a, b), n));
    combine(and(d, a), and(d, b))
}

#[inline(always)]
fn and<W: Word>(a: [W; 9], b: [W; 9]) -> [W; 9] {
    std::array::from_fn(|i| a[i] & b[i])
}

/// The sums of bits of a, and of b, whose products make up every product in GF(2^4); and what of
/// the norm is linear.
#[inline(always)]
fn factors<W: Word>(x: [W; 8]) -> ([W; 9], [W; 9], [W; 4]) {
    let [x0, x1, x2, x3, x4, x5, x6, x7] = x;
    let t0 = x2 ^ x6;
    let t1 = x1 ^ t0;
    let t2 = x0 ^ t1;
    let t3 = x5 ^ t2;
    let t4 = x2 ^ t3;
    let t5 = x7 ^ t4;
    let t6 = x1 ^ t3;
    let t7 = x4 ^ t6;
    let t8 = t4 ^ t7;
    let t9 = x5 ^ t7;
    let t10 = x2 ^ t9;
    let t11 = x3 ^ t6;
    let t12 = t1 ^ t11;
    let t13 = t5 ^ t10;
    let t14 = t0 ^ t13;
    let t15 = t12 ^ t14;
    let t16 = x1 ^ t15;
    let t17 = t9 ^ t11;
    let t18 = x0 ^ t3;
    let a = [x5, t3, t2, t7, t4, t8, t9, x2, t10];
    let b = [t1, x1, t0, t12, t15, t14, t11, t16, t13];
    (a, b, [t17, t5, t6, t18])
}

/// The norm in GF(2^4), from the products of a and b and the linear part.
#[inline(always)]
fn norm<W: Word>(ab: [W; 9], n: [W; 4]) -> [W; 4] {
    let t0 = ab[1] ^ ab[7];
    let t1 = ab[1] ^ ab[5];
    let t2 = ab[4] ^ n[1];
    let t3 = ab[0] ^ t1;
    let t4 = ab[0] ^ n[3];
    let t5 = t0 ^ t4;
    let t6 = ab[2] ^ ab[8];
    let t7 = t0 ^ t6;
    let t8 = ab[2] ^ ab[3];
    let t9 = n[0] ^ t8;
    [t1 ^ t9, t2 ^ t3, n[2] ^ t7, ab[6] ^ t5]
}

/// The inverse in GF(2^4), as the factors of a product.
#[inline(always)]
fn inverse<W: Word>(n: [W; 4]) -> [W; 9] {
    let [n0, n1, n2, n3] = n;
    let (n01, n23) = (n0 ^ n1, n2 ^ n3);
    let t0 = n0 & n2;
    let t1 = n1 & n3 ^ n01;
    let t2 = n23 ^ (n01 & n23 ^ n1);
    let t3 = n2 ^ t1;
    let (e0, e1, e01) = (t2 ^ t3, t0 ^ t2, t0 ^ t3);
    let (q0, q1, q2) = (e0 & n0, e1 & n1, e01 & n01);
    let (q3, q4, q5) = (e0 & n2, e1 & n3, e01 & n23);
    let (u0, u1, u2) = (q4 ^ q5, q3 ^ q4, q3 ^ q5);
    let (u3, u4, u5) = (q1 ^ q2, q0 ^ q1, q0 ^ q2);
    let (u6, u7) = (u0 ^ u3, u1 ^ u4);
    [u6, u7, u6 ^ u7, u0, u1, u2, u3, u4, u5]
}

/// The bits of the result, from the products of the norm's inverse with a and with b.
#[inline(always)]
fn combine<W: Word>(a: [W; 9], b: [W; 9]) -> [W; 8] {
    let t0 = a[0] ^ a[3];
    let t1 = a[4] ^ b[3];
    let t2 = a[2] ^ t0;
    let t3 = b[8] ^ t1;
    let t4 = b[2] ^ b[4];
    let t5 = b[1] ^ b[6];
    let t6 = t2 ^ t3;
    let t7 = b[0] ^ t4;
    let t8 = b[3] ^ t7;
    let t9 = b[0] ^ t5;
    let t10 = b[7] ^ t9;
    let t11 = b[5] ^ t6;
    let t12 = b[7] ^ t11;
    let t13 = a[8] ^ t7;
    let t14 = t1 ^ t13;
    let t15 = a[1] ^ t9;
    let t16 = a[7] ^ t11;
    let t17 = t15 ^ t16;
    let t18 = a[8] ^ t17;
    let t19 = a[6] ^ t14;
    let t20 = b[6] ^ t6;
    let t21 = t14 ^ t17;
    let t22 = a[5] ^ a[6];
    let t23 = t2 ^ t22;
    [a[2] ^ t18, b[4] ^ t20, t0 ^ t21, t10, t12, a[3] ^ t19, a[7] ^ t23, t8]
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::definition;
    use super::super::{AFTER, BEFORE};
    use super::*;

    #[test]
    fn the_circuit_is_the_s_box() {
        for x in 0..=255u8 {
            let bits = std::array::from_fn(|bit| (x ^ BEFORE) >> bit & 1);
            let found = s_box(bits).iter().rev().fold(0, |byte, bit| byte << 1 | bit);
            assert_eq!(found ^ AFTER, definition::s_box(x), "{x}");
        }
    }
}
