//! The S-box through the inversion that the processor has: AES's.
//!
//! AES inverts in another field of 256 elements. The map from SM4's field that sends x to 0x23, a
//! root of SM4's polynomial in AES's field, keeps sums and products, and so inverses. With the
//! matrix A of the S-box before and after, the S-box is: [`INTO`], inversion in AES's field,
//! [`OUT`].

/// A matrix and a constant that is added after it. The matrix has eight rows of a byte, that of bit
/// 0 in the most significant byte, as `gf2p8affineqb` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Affine {
    pub(super) matrix: u64,
    pub(super) constant: u8,
}

/// The matrix A and its constant, then into AES's field.
pub(super) const INTO: Affine = Affine { matrix: 0x4c28_7db9_1a22_505d, constant: 0x3e };
/// Out of AES's field, then the matrix A and its constant.
pub(super) const OUT: Affine = Affine { matrix: 0xf3ab_34a9_74a6_b589, constant: 0xd3 };
/// The same after AES's S-box: what that does behind its inversion is undone.
pub(super) const OUT_OF_AES: Affine = Affine { matrix: 0x480e_4c47_651d_bad3, constant: 0x6c };

impl Affine {
    pub(super) const fn apply(self, x: u8) -> u8 {
        let rows = self.matrix.to_be_bytes();
        let mut out = self.constant;
        let mut bit = 0;
        while bit < 8 {
            out ^= ((rows[bit] & x).count_ones() as u8 & 1) << bit;
            bit += 1;
        }
        out
    }

    /// Two tables whose entries for the low and the high half of a byte add up to its image.
    pub(super) const fn halves(self) -> [[u8; 16]; 2] {
        let mut tables = [[0; 16]; 2];
        let mut half = 0;
        while half < 16 {
            tables[0][half] = self.apply(half as u8);
            tables[1][half] = self.apply((half as u8) << 4) ^ self.constant;
            half += 1;
        }
        tables
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::definition;
    use super::*;

    const AES: u16 = 0x11b;

    /// Polynomials over the bits, at a number of AES's field.
    fn image(x: u8) -> u8 {
        let powers = |e: u32| (0..e).fold(1, |power, _| definition::product(AES, power, 0x23));
        (0..8).filter(|bit| x >> bit & 1 == 1).fold(0, |sum, bit| sum ^ powers(bit))
    }

    /// The map as matrix and constant.
    fn affine(map: impl Fn(u8) -> u8) -> Affine {
        let constant = map(0);
        let row = |bit: usize| {
            (0..8).fold(0, |row, from| row | ((map(1 << from) ^ constant) >> bit & 1) << from)
        };
        let affine = Affine { matrix: u64::from_be_bytes(std::array::from_fn(row)), constant };
        assert!((0..=255).all(|x| affine.apply(x) == map(x)));
        affine
    }

    fn aes_affine(x: u8) -> u8 {
        (0..5).fold(0x63, |sum, turn| sum ^ x.rotate_left(turn))
    }

    fn preimage(map: impl Fn(u8) -> u8, y: u8) -> u8 {
        (0..=255).find(|x| map(*x) == y).unwrap()
    }

    #[test]
    fn the_map_between_the_fields_keeps_products() {
        for a in 0..=255 {
            for b in 0..=255 {
                let product = definition::product(definition::SM4, a, b);
                assert_eq!(image(product), definition::product(AES, image(a), image(b)));
            }
        }
    }

    #[test]
    fn the_matrices_follow_from_the_fields() {
        assert_eq!(INTO, affine(|x| image(definition::affine(x))));
        assert_eq!(OUT, affine(|y| definition::affine(preimage(image, y))));
        let behind = |y| definition::affine(preimage(image, preimage(aes_affine, y)));
        assert_eq!(OUT_OF_AES, affine(behind));
    }

    #[test]
    fn the_halves_add_up_to_the_s_box() {
        let [into, out] = [INTO.halves(), OUT_OF_AES.halves()];
        let at = |tables: [[u8; 16]; 2], x: u8| {
            tables[0][usize::from(x & 15)] ^ tables[1][usize::from(x >> 4)]
        };
        for x in 0..=255 {
            let inverse = definition::inverse(AES, at(into, x));
            assert_eq!(OUT.apply(inverse), definition::s_box(x));
            assert_eq!(at(out, aes_affine(inverse)), definition::s_box(x));
        }
    }
}
