//! The cipher's parts from their definitions in GB/T 32907, one bit after another.

/// x^8 + x^7 + x^6 + x^5 + x^4 + x^2 + 1, the polynomial of the S-box's field.
pub(crate) const SM4: u16 = 0x1f5;

/// The product of two polynomials over the bits modulo a third.
pub(crate) fn product(modulus: u16, a: u8, b: u8) -> u8 {
    let mut sum = 0;
    for bit in (0..8).rev() {
        sum <<= 1;
        if sum & 0x100 != 0 {
            sum ^= modulus;
        }
        if b >> bit & 1 == 1 {
            sum ^= u16::from(a);
        }
    }
    sum as u8
}

/// The number whose product with this one is 1; 0 for 0.
pub(crate) fn inverse(modulus: u16, a: u8) -> u8 {
    (0..=255).find(|b| product(modulus, a, *b) == 1).unwrap_or(0)
}

/// The circulant matrix of the standard and its constant: row i is 0xa7 turned by i.
pub(crate) fn affine(x: u8) -> u8 {
    (0..8).fold(0xd3, |sum, bit| {
        sum ^ (((0xa7u8.rotate_left(bit) & x).count_ones() as u8) & 1) << bit
    })
}

pub(crate) fn s_box(x: u8) -> u8 {
    affine(inverse(SM4, affine(x)))
}
