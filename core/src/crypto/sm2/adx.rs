//! The field with mulx, adcx and adox: two carries at a time, and shifts that leave both alone.
//!
//! The same steps as in the portable field, on registers from the first limb to the last: the compiler
//! keeps one carry only, and puts it in a register between most sums.
#![allow(unsafe_code)]

use super::portable::{Arithmetic, Limbs};
use crate::crypto::cpu::Avx2;
use std::arch::asm;

/// The limbs of p that are not of all ones.
const P1: u64 = 0xffff_ffff_0000_0000;
const P3: u64 = 0xffff_fffe_ffff_ffff;

/// The number in the registers named, five limbs, plus the limb of `a` at this offset times b.
///
/// The fifth begins at 0. What goes in is below 2^256, and so below 2^320 comes out.
macro_rules! add_row {
    ($offset:literal, $t0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal) => {
        concat!(
            concat!("mov rdx, [{a} + ", $offset, "]\n"),
            concat!("xor {", $t4, ":e}, {", $t4, ":e}\n"), // and no carry in either chain
            concat!("mulx {high}, {low}, [{b}]\n"),
            concat!("adcx {", $t0, "}, {low}\n adox {", $t1, "}, {high}\n"),
            concat!("mulx {high}, {low}, [{b} + 8]\n"),
            concat!("adcx {", $t1, "}, {low}\n adox {", $t2, "}, {high}\n"),
            concat!("mulx {high}, {low}, [{b} + 16]\n"),
            concat!("adcx {", $t2, "}, {low}\n adox {", $t3, "}, {high}\n"),
            concat!("mulx {high}, {low}, [{b} + 24]\n"),
            concat!("adcx {", $t3, "}, {low}\n adox {", $t4, "}, {high}\n"),
            concat!("adc {", $t4, "}, 0\n"),
        )
    };
}

/// (t + m*p) / 2^64 for m = t0, the lowest limb; the result has t1 for its lowest limb and t0 for its
/// highest. `a` holds 32.
///
/// With m*2^32 in two limbs, low and high, it is [t1, t2, t3, m] less [low, high] * 2^128 and less
/// m * (2^32 - 1), which is [low - m, high - borrow]. It is at least 0 and fits, as in `field.rs`.
macro_rules! shift {
    ($t0:literal, $t1:literal, $t2:literal, $t3:literal) => {
        concat!(
            concat!("shlx {low}, {", $t0, "}, {a}\n shrx {high}, {", $t0, "}, {a}\n"),
            concat!("mov rdx, {low}\n sub rdx, {", $t0, "}\n mov {b}, {high}\n sbb {b}, 0\n"),
            concat!("sub {", $t1, "}, rdx\n sbb {", $t2, "}, {b}\n"),
            concat!("sbb {", $t3, "}, {low}\n sbb {", $t0, "}, {high}\n"),
        )
    };
}

/// Takes p from the sum in t0 to t3 if it can: `carry` is -1 if the sum has a carry and else 0; t4 to
/// t7 are free.
macro_rules! subtract_once {
    ($carry:literal, $p1:literal, $p3:literal) => {
        concat!(
            "mov {t4}, {t0}\n mov {t5}, {t1}\n mov {t6}, {t2}\n mov {t7}, {t3}\n",
            concat!("sub {t4}, -1\n sbb {t5}, {", $p1, "}\n"),
            concat!("sbb {t6}, -1\n sbb {t7}, {", $p3, "}\n"),
            concat!("sbb {", $carry, "}, 0\n"),
            "cmovnc {t0}, {t4}\n cmovnc {t1}, {t5}\n cmovnc {t2}, {t6}\n cmovnc {t3}, {t7}\n",
        )
    };
}

/// t / 2^256 mod p of the eight limbs, in t0 to t3.
macro_rules! reduce {
    () => {
        concat!(
            "mov {a:e}, 32\n",
            shift!("t0", "t1", "t2", "t3"),
            shift!("t1", "t2", "t3", "t0"),
            shift!("t2", "t3", "t0", "t1"),
            shift!("t3", "t0", "t1", "t2"),
            "add {t0}, {t4}\n adc {t1}, {t5}\n adc {t2}, {t6}\n adc {t3}, {t7}\n",
            "sbb {low}, {low}\n",
            "mov {b}, {p1}\n mov {high}, {p3}\n",
            subtract_once!("low", "b", "high"),
        )
    };
}

impl Arithmetic for Avx2 {
    #[inline(always)]
    fn multiply(self, a: &Limbs, b: &Limbs) -> Limbs {
        let (t0, t1, t2, t3);
        // SAFETY: the token is the proof that BMI2 and ADX are there. It reads the limbs of a and b,
        // and writes no memory.
        unsafe {
            asm!(
                concat!(
                    "mov rdx, [{a}]\n",
                    "mulx {t1}, {t0}, [{b}]\n",
                    "mulx {t2}, {low}, [{b} + 8]\n add {t1}, {low}\n",
                    "mulx {t3}, {low}, [{b} + 16]\n adc {t2}, {low}\n",
                    "mulx {t4}, {low}, [{b} + 24]\n adc {t3}, {low}\n adc {t4}, 0\n",
                    add_row!("8", "t1", "t2", "t3", "t4", "t5"),
                    add_row!("16", "t2", "t3", "t4", "t5", "t6"),
                    add_row!("24", "t3", "t4", "t5", "t6", "t7"),
                    reduce!(),
                ),
                a = inout(reg) a.as_ptr() => _,
                b = inout(reg) b.as_ptr() => _,
                high = out(reg) _,
                low = out(reg) _,
                t0 = out(reg) t0,
                t1 = out(reg) t1,
                t2 = out(reg) t2,
                t3 = out(reg) t3,
                t4 = out(reg) _,
                t5 = out(reg) _,
                t6 = out(reg) _,
                t7 = out(reg) _,
                out("rdx") _,
                p1 = const P1,
                p3 = const P3,
                options(pure, readonly, nostack),
            );
        }
        [t0, t1, t2, t3]
    }

    #[inline(always)]
    fn square(self, a: &Limbs) -> Limbs {
        let (t0, t1, t2, t3);
        // SAFETY: the token is the proof that BMI2 and ADX are there. It reads the limbs of a, and
        // writes no memory.
        unsafe {
            asm!(
                concat!(
                    // The six products above the diagonal, in t1 to t6.
                    "mov rdx, [{a}]\n",
                    "mulx {t2}, {t1}, [{a} + 8]\n",
                    "mulx {t3}, {low}, [{a} + 16]\n add {t2}, {low}\n",
                    "mulx {t4}, {low}, [{a} + 24]\n adc {t3}, {low}\n adc {t4}, 0\n",
                    "mov rdx, [{a} + 8]\n xor {t5:e}, {t5:e}\n",
                    "mulx {high}, {low}, [{a} + 16]\n adcx {t3}, {low}\n adox {t4}, {high}\n",
                    "mulx {high}, {low}, [{a} + 24]\n adcx {t4}, {low}\n adox {t5}, {high}\n",
                    "adc {t5}, 0\n",
                    "mov rdx, [{a} + 16]\n",
                    "mulx {t6}, {low}, [{a} + 24]\n add {t5}, {low}\n adc {t6}, 0\n",
                    // One chain doubles them, the other adds the four on the diagonal.
                    "mov rdx, [{a}]\n xor {t7:e}, {t7:e}\n",
                    "mulx {high}, {t0}, rdx\n",
                    "adcx {t1}, {t1}\n adox {t1}, {high}\n",
                    "mov rdx, [{a} + 8]\n mulx {high}, {low}, rdx\n",
                    "adcx {t2}, {t2}\n adox {t2}, {low}\n",
                    "adcx {t3}, {t3}\n adox {t3}, {high}\n",
                    "mov rdx, [{a} + 16]\n mulx {high}, {low}, rdx\n",
                    "adcx {t4}, {t4}\n adox {t4}, {low}\n",
                    "adcx {t5}, {t5}\n adox {t5}, {high}\n",
                    "mov rdx, [{a} + 24]\n mulx {high}, {low}, rdx\n",
                    "adcx {t6}, {t6}\n adox {t6}, {low}\n",
                    "adcx {t7}, {t7}\n adox {t7}, {high}\n",
                    reduce!(),
                ),
                a = inout(reg) a.as_ptr() => _,
                b = out(reg) _,
                high = out(reg) _,
                low = out(reg) _,
                t0 = out(reg) t0,
                t1 = out(reg) t1,
                t2 = out(reg) t2,
                t3 = out(reg) t3,
                t4 = out(reg) _,
                t5 = out(reg) _,
                t6 = out(reg) _,
                t7 = out(reg) _,
                out("rdx") _,
                p1 = const P1,
                p3 = const P3,
                options(pure, readonly, nostack),
            );
        }
        [t0, t1, t2, t3]
    }

    #[inline(always)]
    fn add(self, a: &Limbs, b: &Limbs) -> Limbs {
        let [mut t0, mut t1, mut t2, mut t3] = *a;
        // SAFETY: it works on registers alone, with what every x86-64 has.
        unsafe {
            asm!(
                "add {t0}, {t4}\n adc {t1}, {t5}\n adc {t2}, {t6}\n adc {t3}, {t7}",
                "sbb {carry}, {carry}",
                subtract_once!("carry", "p1", "p3"),
                t0 = inout(reg) t0,
                t1 = inout(reg) t1,
                t2 = inout(reg) t2,
                t3 = inout(reg) t3,
                t4 = inout(reg) b[0] => _,
                t5 = inout(reg) b[1] => _,
                t6 = inout(reg) b[2] => _,
                t7 = inout(reg) b[3] => _,
                carry = out(reg) _,
                p1 = in(reg) P1,
                p3 = in(reg) P3,
                options(pure, nomem, nostack),
            );
        }
        [t0, t1, t2, t3]
    }

    #[inline(always)]
    fn sub(self, a: &Limbs, b: &Limbs) -> Limbs {
        let [mut t0, mut t1, mut t2, mut t3] = *a;
        // SAFETY: the token is the proof that BMI2 is there. It reads the limbs of b, and writes no
        // memory.
        unsafe {
            asm!(
                "sub {t0}, [{b}]\n sbb {t1}, [{b} + 8]\n sbb {t2}, [{b} + 16]\n sbb {t3}, [{b} + 24]",
                // With a borrow plus p, which is less 2^256 - p, which is [1, 2^32 - 1, 0, 2^32].
                "sbb {b}, {b}",
                "mov {low:e}, {b:e}\n neg {b}\n rorx {high}, {b}, 32",
                "sub {t0}, {b}\n sbb {t1}, {low}\n sbb {t2}, 0\n sbb {t3}, {high}",
                t0 = inout(reg) t0,
                t1 = inout(reg) t1,
                t2 = inout(reg) t2,
                t3 = inout(reg) t3,
                b = inout(reg) b.as_ptr() => _,
                low = out(reg) _,
                high = out(reg) _,
                options(pure, readonly, nostack),
            );
        }
        [t0, t1, t2, t3]
    }
}
