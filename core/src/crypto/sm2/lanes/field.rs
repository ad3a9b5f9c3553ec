//! The field of p = 2^256 - 2^224 - 2^96 + 2^64 - 1 in eight lanes: five limbs of 52 bits,
//! Montgomery with 2^260, constant-time.
//!
//! How large a value may be is part of its type, in multiples of p, and every operation asserts at
//! compile time that the type of its result has room. There are three kinds:
//!
//! - [`Fe`], what can be multiplied: limbs below 2^52.
//! - [`Sum`], limbs of either sign, from which further sums are made without carrying.
//! - [`Product`], ten such limbs before the reduction.
//!
//! The halves of a product of limbs are below 2^52. A column of a product has at most nine of them,
//! the reduction adds four more and a carry: below 2^56, and a few times that where products are
//! doubled or taken together. So 64 bits never overflow; the model of the lanes asserts it.

use super::super::portable::shared::{Limbs, P as WHOLE, power_of_two};
use super::vector::{Lanes, Mask};

const LOW: u64 = (1 << 52) - 1;

/// p in limbs of 52 bits.
pub(super) const P: [u64; 5] = split(&WHOLE);

// p + 1 is A*2^52 + B*2^208. A is negative, so A + 2^52 is multiplied, and what is too much taken off.
const A: u64 = (1 << 52) - (1 << 44) + (1 << 12);
const B: u64 = (1 << 48) - (1 << 16);

/// So many times p is below 2^260: what five limbs hold.
const ROOM: u32 = 16;

/// An element in each lane: limbs below 2^52, the value from 0 to below M*p.
#[derive(Clone, Copy)]
pub(super) struct Fe<L, const M: u32>(pub(super) [L; 5]);

/// A sum in each lane: limbs of either sign, the value from -N*p to below M*p.
#[derive(Clone, Copy)]
pub(super) struct Sum<L, const N: u32, const M: u32>([L; 5]);

/// Sums of products in each lane: the value from -N*p^2 to below M*p^2.
#[derive(Clone, Copy)]
pub(super) struct Product<L, const N: u32, const M: u32>([L; 10]);

impl<L: Lanes, const M: u32> Fe<L, M> {
    /// The same limbs in each lane, of a number below p.
    #[inline(always)]
    pub(super) fn splat(limbs: &[u64; 5]) -> Self {
        Fe(splat(limbs))
    }

    /// The element 1 in each lane.
    #[inline(always)]
    pub(super) fn one() -> Self {
        Fe::splat(&const { split(&power_of_two(260, &WHOLE)) })
    }

    #[inline(always)]
    pub(super) fn sum(&self) -> Sum<L, 0, M> {
        Sum(self.0)
    }

    /// a*b / 2^260.
    #[inline(always)]
    pub(super) fn mul<const M2: u32, const O: u32>(&self, other: &Fe<L, M2>) -> Fe<L, O> {
        // p is below 2^256, the reduction adds at most p.
        const { assert!(M * M2 + ROOM <= ROOM * O && O <= ROOM) }
        Fe(L::carry(L::reduce(L::multiply(&self.0, &other.0))))
    }

    /// a*a / 2^260.
    #[inline(always)]
    pub(super) fn square<const O: u32>(&self) -> Fe<L, O> {
        const { assert!(M * M + ROOM <= ROOM * O && O <= ROOM) }
        Fe(L::carry(L::reduce(L::square(&self.0))))
    }

    /// a*b before the reduction.
    #[inline(always)]
    pub(super) fn product<const M2: u32, const O: u32>(
        &self,
        other: &Fe<L, M2>,
    ) -> Product<L, 0, O> {
        const { assert!(M * M2 <= O) }
        Product(L::multiply(&self.0, &other.0))
    }

    /// a*a before the reduction.
    #[inline(always)]
    pub(super) fn squared<const O: u32>(&self) -> Product<L, 0, O> {
        const { assert!(M * M <= O) }
        Product(L::square(&self.0))
    }

    /// The first in the lanes of the mask, the second in the others.
    #[inline(always)]
    pub(super) fn select(mask: Mask, yes: &Self, no: &Self) -> Self {
        Fe(zip(&yes.0, &no.0, |yes, no| L::select(mask, yes, no)))
    }

    /// The elements of the lanes, each so many lanes on.
    #[inline(always)]
    pub(super) fn rotate<const BY: usize>(&self) -> Self {
        let [a, b, c, d, e] = self.0;
        Fe([
            a.rotate::<BY>(),
            b.rotate::<BY>(),
            c.rotate::<BY>(),
            d.rotate::<BY>(),
            e.rotate::<BY>(),
        ])
    }

    /// In which lanes all limbs are 0.
    #[inline(always)]
    pub(super) fn has_no_bits(&self) -> Mask {
        let [a, b, c, d, e] = self.0;
        a.or(b).or(c.or(d)).or(e).equal(L::splat(0))
    }
}

impl<L: Lanes, const N: u32, const M: u32> Sum<L, N, M> {
    #[inline(always)]
    pub(super) fn add<const N2: u32, const M2: u32, const NO: u32, const MO: u32>(
        &self,
        other: &Sum<L, N2, M2>,
    ) -> Sum<L, NO, MO> {
        const { assert!(N + N2 <= NO && M + M2 <= MO) }
        Sum(zip(&self.0, &other.0, L::add))
    }

    #[inline(always)]
    pub(super) fn sub<const N2: u32, const M2: u32, const NO: u32, const MO: u32>(
        &self,
        other: &Sum<L, N2, M2>,
    ) -> Sum<L, NO, MO> {
        const { assert!(N + M2 <= NO && M + N2 <= MO) }
        Sum(zip(&self.0, &other.0, L::sub))
    }

    #[inline(always)]
    pub(super) fn double<const NO: u32, const MO: u32>(&self) -> Sum<L, NO, MO> {
        self.add(self)
    }

    /// As what can be multiplied: N*p is added, and carries go up.
    #[inline(always)]
    pub(super) fn carry<const O: u32>(&self) -> Fe<L, O> {
        const { assert!(N + M <= O && O <= ROOM) }
        if N == 0 {
            return Fe(L::carry(self.0));
        }
        let multiple: [u64; 5] = const {
            let mut multiple = P;
            let mut i = 0;
            while i < 5 {
                multiple[i] *= N as u64;
                i += 1;
            }
            multiple
        };
        Fe(L::carry(zip(&self.0, &splat(&multiple), L::add)))
    }

    /// As what can be multiplied, above 0 and below p + 2^234: so a multiple of p has become p.
    #[inline(always)]
    pub(super) fn fold(&self) -> Fe<L, 2> {
        const { assert!(N <= 2 * ROOM && M <= 2 * ROOM) }
        // What stands from 2^256 up goes back to the bottom, 2^256 being 2^224 + 2^96 - 2^64 + 1. A
        // little stays at the top: more than the lower limbs, not yet carried, and what comes back
        // can be below 0.
        const LITTLE: u64 = 1 << 24;
        let [l0, l1, l2, l3, l4] = self.0;
        let more = l4.sub(L::splat(LITTLE)).divide::<48>();
        let l0 = l0.add(more);
        let l1 = l1.add(more.shift_left::<44>()).sub(more.shift_left::<12>());
        let l4 = l4.sub(more.shift_left::<48>()).add(more.shift_left::<16>());
        Fe(L::carry([l0, l1, l2, l3, l4]))
    }

    /// In which lanes the element is 0.
    #[inline(always)]
    pub(super) fn is_zero(&self) -> Mask {
        let folded = self.fold();
        folded.sum().sub::<0, 1, 1, 2>(&Fe::<L, 1>::splat_p().sum()).limbs_are_zero()
    }

    #[inline(always)]
    fn limbs_are_zero(&self) -> Mask {
        Fe::<L, ROOM>(self.0).has_no_bits()
    }
}

impl<L: Lanes> Fe<L, 1> {
    /// p itself, to be taken from something.
    #[inline(always)]
    fn splat_p() -> Self {
        Fe(splat(&P))
    }
}

impl<L: Lanes, const M: u32> Fe<L, M> {
    /// The elements as the portable field keeps them.
    #[inline(always)]
    pub(super) fn portable(&self) -> [L; 4] {
        let factor = const { split(&power_of_two(256, &WHOLE)) };
        let portable: Fe<L, 2> = self.mul(&Fe::<L, 1>::splat(&factor));
        join(&portable.canonical().0)
    }
}

impl<L: Lanes> Fe<L, ROOM> {
    /// Of elements as the portable field keeps them: times 16 they are in the form kept here.
    #[inline(always)]
    pub(super) fn given(a: &[L; 4]) -> Self {
        let low = L::splat(LOW);
        Fe([
            a[0].shift_left::<4>().and(low),
            a[0].shift_right::<48>().or(a[1].shift_left::<16>()).and(low),
            a[1].shift_right::<36>().or(a[2].shift_left::<28>()).and(low),
            a[2].shift_right::<24>().or(a[3].shift_left::<40>()).and(low),
            a[3].shift_right::<12>(),
        ])
    }
}

impl<L: Lanes> Fe<L, 2> {
    /// The limbs below p.
    #[inline(always)]
    pub(super) fn canonical(&self) -> Fe<L, 1> {
        let less: [L; 5] = L::carry(zip(&self.0, &splat(&P), L::sub));
        let below = less[4].is_negative();
        Fe(zip(&self.0, &less, |whole, less| L::select(below, whole, less)))
    }

    /// The numbers that the elements stand for, below p, in limbs of 64 bits.
    #[inline(always)]
    pub(super) fn numbers(&self) -> [L; 4] {
        let number: Fe<L, 2> = self.mul(&Fe::<L, 1>::splat(&[1, 0, 0, 0, 0]));
        join(&number.canonical().0)
    }

    /// Of elements as the portable field keeps them, or any number below 2^256.
    #[inline(always)]
    pub(super) fn from_portable(limbs: &[L; 4]) -> Self {
        let factor = const { split(&power_of_two(264, &WHOLE)) };
        Fe::<L, 2>(spread(limbs)).mul(&Fe::<L, 1>::splat(&factor))
    }
}

impl<L: Lanes, const N: u32, const M: u32> Product<L, N, M> {
    #[inline(always)]
    pub(super) fn sub<const N2: u32, const M2: u32, const NO: u32, const MO: u32>(
        &self,
        other: &Product<L, N2, M2>,
    ) -> Product<L, NO, MO> {
        const { assert!(N + M2 <= NO && M + N2 <= MO) }
        Product(zip(&self.0, &other.0, L::sub))
    }

    #[inline(always)]
    pub(super) fn double<const NO: u32, const MO: u32>(&self) -> Product<L, NO, MO> {
        const { assert!(2 * N <= NO && 2 * M <= MO) }
        Product(zip(&self.0, &self.0, L::add))
    }

    /// The product divided by 2^260, modulo p.
    #[inline(always)]
    pub(super) fn reduce<const NO: u32, const MO: u32>(&self) -> Sum<L, NO, MO> {
        const { assert!(N <= ROOM * NO && M + ROOM <= ROOM * MO) }
        Sum(L::reduce(self.0))
    }
}

/// Limb by limb, in a loop that the compiler unrolls: `map` and `from_fn` may stay calls, which lose
/// the instructions of the function around them.
#[inline(always)]
fn zip<L: Lanes, const LIMBS: usize>(
    a: &[L; LIMBS],
    b: &[L; LIMBS],
    f: impl Fn(L, L) -> L,
) -> [L; LIMBS] {
    let mut out = *a;
    for (out, b) in out.iter_mut().zip(b) {
        *out = f(*out, *b);
    }
    out
}

#[inline(always)]
fn splat<L: Lanes>(limbs: &[u64; 5]) -> [L; 5] {
    let [a, b, c, d, e] = *limbs;
    [L::splat(a), L::splat(b), L::splat(c), L::splat(d), L::splat(e)]
}

#[inline(always)]
pub(super) fn multiply<L: Lanes>(a: &[L; 5], b: &[L; 5]) -> [L; 10] {
    let zero = L::splat(0);
    // Lower and upper halves apart: shorter chains of sums.
    let (mut low, mut high) = ([zero; 10], [zero; 10]);
    for i in 0..5 {
        for j in 0..5 {
            low[i + j] = low[i + j].add_low(a[i], b[j]);
            high[i + j + 1] = high[i + j + 1].add_high(a[i], b[j]);
        }
    }
    for i in 1..9 {
        low[i] = low[i].add(high[i]);
    }
    low[9] = high[9];
    low
}

#[inline(always)]
pub(super) fn square<L: Lanes>(a: &[L; 5]) -> [L; 10] {
    let zero = L::splat(0);
    let (mut low, mut high) = ([zero; 10], [zero; 10]);
    for i in 0..5 {
        for j in i + 1..5 {
            low[i + j] = low[i + j].add_low(a[i], a[j]);
            high[i + j + 1] = high[i + j + 1].add_high(a[i], a[j]);
        }
    }
    for i in 1..9 {
        let once = low[i].add(high[i]);
        low[i] = once.add(once);
    }
    for i in 0..5 {
        low[2 * i] = low[2 * i].add_low(a[i], a[i]);
        low[2 * i + 1] = low[2 * i + 1].add_high(a[i], a[i]);
    }
    low
}

/// t / 2^260 modulo p: below t / 2^260 + p, and not below t / 2^260.
#[inline(always)]
pub(super) fn reduce<L: Lanes>(mut t: [L; 10]) -> [L; 5] {
    let (low, a, b) = (L::splat(LOW), L::splat(A), L::splat(B));
    for i in 0..5 {
        // m*p is added for the m that makes this limb 0 but for its carry; p is -1 modulo 2^52.
        let m = t[i].and(low);
        t[i + 1] = t[i + 1].add(t[i].divide::<52>()).add_low(m, a);
        t[i + 2] = t[i + 2].sub(m).add_high(m, a);
        t[i + 4] = t[i + 4].add_low(m, b);
        t[i + 5] = t[i + 5].add_high(m, b);
    }
    [t[5], t[6], t[7], t[8], t[9]]
}

/// The same value with all limbs but the highest below 2^52; that one too, if the value fits.
#[inline(always)]
pub(super) fn carry<L: Lanes>(mut limbs: [L; 5]) -> [L; 5] {
    for i in 0..4 {
        limbs[i + 1] = limbs[i + 1].add(limbs[i].divide::<52>());
        limbs[i] = limbs[i].and(L::splat(LOW));
    }
    limbs
}

/// Limbs of 64 bits as limbs of 52.
pub(super) const fn split(a: &Limbs) -> [u64; 5] {
    [
        a[0] & LOW,
        ((a[0] >> 52) | (a[1] << 12)) & LOW,
        ((a[1] >> 40) | (a[2] << 24)) & LOW,
        ((a[2] >> 28) | (a[3] << 36)) & LOW,
        a[3] >> 16,
    ]
}

/// [`split`] in lanes.
#[inline(always)]
fn spread<L: Lanes>(a: &[L; 4]) -> [L; 5] {
    let low = L::splat(LOW);
    [
        a[0].and(low),
        a[0].shift_right::<52>().or(a[1].shift_left::<12>()).and(low),
        a[1].shift_right::<40>().or(a[2].shift_left::<24>()).and(low),
        a[2].shift_right::<28>().or(a[3].shift_left::<36>()).and(low),
        a[3].shift_right::<16>(),
    ]
}

/// Limbs of 52 bits, below 2^256 together, as limbs of 64.
#[inline(always)]
fn join<L: Lanes>(a: &[L; 5]) -> [L; 4] {
    [
        a[0].or(a[1].shift_left::<52>()),
        a[1].shift_right::<12>().or(a[2].shift_left::<40>()),
        a[2].shift_right::<24>().or(a[3].shift_left::<28>()),
        a[3].shift_right::<36>().or(a[4].shift_left::<16>()),
    ]
}
