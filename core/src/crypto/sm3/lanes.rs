//! The rounds of SM3, for one message or for several side by side: one source for every width.
//!
//! What differs between instructions is in [`Lanes`]; lane i of every vector belongs to message i.
//! Nothing here depends on what the bytes are.

/// The states of N messages: word j of message i is `[j][i]`.
pub(super) type States<const N: usize> = [[u32; N]; 8];

/// N numbers of 32 bits, worked on together.
pub(super) trait Lanes<const N: usize>: Copy {
    fn splat(word: u32) -> Self;
    fn load(words: &[u32; N]) -> Self;
    fn store(self, words: &mut [u32; N]);
    /// The 16 big-endian words of the block in each lane.
    fn words(blocks: &[&[u8; 64]; N]) -> [Self; 16];
    fn add(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    /// Rotated to the left by `LEFT` bits; `RIGHT` is 32 - `LEFT`.
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self;
    fn xor3(self, b: Self, c: Self) -> Self;
    /// Of each bit, what at least two of three have.
    fn majority(self, b: Self, c: Self) -> Self;
    /// Of each bit, that of `yes` where `self` has a one, else that of `no`.
    fn choose(self, yes: Self, no: Self) -> Self;
}

/// The state before the first block.
pub(crate) const START: [u32; 8] = [
    0x7380_166f,
    0x4914_b2b9,
    0x1724_42d7,
    0xda8a_0600,
    0xa96f_30bc,
    0x1631_38aa,
    0xe38d_ee4d,
    0xb0fb_0e4e,
];

/// T of each round, rotated as far as the round has it.
pub(super) const T: [u32; 64] = {
    let mut out = [0; 64];
    let mut round = 0;
    while round < 64 {
        let t: u32 = if round < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        out[round] = t.rotate_left(round as u32 % 32);
        round += 1;
    }
    out
};

/// The compression of the first `blocks` blocks of each message into its state. `t` is [`T`], given by
/// the caller, who may know how it is best reached.
#[inline(always)]
pub(super) fn compress<const N: usize, L: Lanes<N>>(
    states: &mut States<N>,
    messages: &[&[[u8; 64]]; N],
    blocks: usize,
    t: &[u32; 64],
) {
    // Loops, not closures: what is not inlined would lack the instructions of the caller.
    let mut state = [L::splat(0); 8];
    for (state, words) in state.iter_mut().zip(states.iter()) {
        *state = L::load(words);
    }
    for block in 0..blocks {
        let mut now = [&messages[0][block]; N];
        for (now, message) in now.iter_mut().zip(messages) {
            *now = &message[block];
        }
        state = rounds(state, L::words(&now), t);
    }
    for (state, words) in state.iter().zip(states) {
        state.store(words);
    }
}

/// The 64 rounds over the words of a block, and the sum with the state before.
#[inline(always)]
fn rounds<const N: usize, L: Lanes<N>>(state: [L; 8], mut w: [L; 16], t: &[u32; 64]) -> [L; 8] {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
    // In place of moving eight values on, each round has its own names for them.
    macro_rules! round {
        ($j:expr, $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {{
            if $j >= 12 {
                w[($j + 4) % 16] = next_word(&w, $j + 4);
            }
            let (w, w4) = (w[$j % 16], w[($j + 4) % 16]);
            let a12 = $a.rotate::<12, 20>();
            let ss1 = a12.add(L::splat(t[$j])).add($e).rotate::<7, 25>();
            let (ff, gg) = if $j < 16 {
                ($a.xor3($b, $c), $e.xor3($f, $g))
            } else {
                ($a.majority($b, $c), $e.choose($f, $g))
            };
            $d = ff.add($d).add(w.xor(w4)).add(ss1.xor(a12));
            let tt2 = $h.add(w).add(gg).add(ss1);
            $h = tt2.xor3(tt2.rotate::<9, 23>(), tt2.rotate::<17, 15>());
            $b = $b.rotate::<9, 23>();
            $f = $f.rotate::<19, 13>();
        }};
    }
    macro_rules! four {
        ($($j:expr)*) => {$(
            round!($j, a b c d e f g h);
            round!($j + 1, d a b c h e f g);
            round!($j + 2, c d a b g h e f);
            round!($j + 3, b c d a f g h e);
        )*};
    }
    four!(0 4 8 12 16 20 24 28 32 36 40 44 48 52 56 60);
    let [a0, b0, c0, d0, e0, f0, g0, h0] = state;
    [a.xor(a0), b.xor(b0), c.xor(c0), d.xor(d0), e.xor(e0), f.xor(f0), g.xor(g0), h.xor(h0)]
}

/// W[j], in the place of W[j - 16]; `w` holds W[i] at i modulo 16.
#[inline(always)]
fn next_word<const N: usize, L: Lanes<N>>(w: &[L; 16], j: usize) -> L {
    let x = w[j % 16].xor3(w[(j + 7) % 16], w[(j + 13) % 16].rotate::<15, 17>());
    let p1 = x.xor3(x.rotate::<15, 17>(), x.rotate::<23, 9>());
    p1.xor3(w[(j + 3) % 16].rotate::<7, 25>(), w[(j + 10) % 16])
}

/// One lane, for one message.
impl Lanes<1> for u32 {
    #[inline(always)]
    fn splat(word: u32) -> u32 {
        word
    }
    #[inline(always)]
    fn load(words: &[u32; 1]) -> u32 {
        words[0]
    }
    #[inline(always)]
    fn store(self, words: &mut [u32; 1]) {
        *words = [self];
    }
    #[inline(always)]
    fn words(blocks: &[&[u8; 64]; 1]) -> [u32; 16] {
        let (words, _) = blocks[0].as_chunks();
        std::array::from_fn(|i| u32::from_be_bytes(words[i]))
    }
    #[inline(always)]
    fn add(self, other: u32) -> u32 {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn xor(self, other: u32) -> u32 {
        self ^ other
    }
    #[inline(always)]
    fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> u32 {
        self.rotate_left(LEFT as u32)
    }
    #[inline(always)]
    fn xor3(self, b: u32, c: u32) -> u32 {
        self ^ b ^ c
    }
    #[inline(always)]
    fn majority(self, b: u32, c: u32) -> u32 {
        (self & b) | ((self | b) & c)
    }
    #[inline(always)]
    fn choose(self, yes: u32, no: u32) -> u32 {
        (yes ^ no) & self ^ no
    }
}
