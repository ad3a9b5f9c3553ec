//! What eight verifications ask of the curve at once. Everything here is public.

use super::super::backend::Question;
use super::super::portable::shared::{Limbs, affine_limbs, half, quotient_is_vartime};
use super::super::portable::{Affine as Portable, Scalar};
use super::comb::multiply_base;
use super::digits::{Digit, Digits};
use super::field::Fe;
use super::point::{Affine, Jacobian};
use super::rows::{columns, write};
use super::vector::{Lanes, Mask};

/// Bits in a window of the digits for P.
const WIDTH: u32 = 5;
/// How many windows a scalar has.
const WINDOWS: usize = 52;
/// How many multiples of P are worked out: 1 to 16.
const ENTRIES: usize = 1 << (WIDTH - 1);

/// The answer of each lane.
#[inline(always)]
pub(super) fn answers_vartime<L: Lanes>(questions: &[Question<'_, Portable>; 8]) -> [bool; 8] {
    let (s, s_signs) = halves::<L>(questions.each_ref().map(|question| &question.s));
    let (t, t_signs) = halves::<L>(questions.each_ref().map(|question| &question.t));
    let points = questions.each_ref().map(|question| affine_limbs(question.point));
    let of_point = multiply::<L>(&t, &points).negate_if(t_signs);
    let sum = multiply_base::<L>(&s).negate_if(s_signs).add(&of_point);
    judge(&sum, &questions.each_ref().map(|question| &question.x))
}

/// Whether the x of each lane's point is, modulo n, this number.
#[inline(always)]
pub(super) fn judge<L: Lanes>(points: &Jacobian<L>, numbers: &[&Scalar; 8]) -> [bool; 8] {
    let (x, z) = x_and_z(points);
    std::array::from_fn(|lane| quotient_is_vartime(&x[lane], &z[lane], numbers[lane]))
}

/// [`judge`] in lane 0 alone.
#[inline(always)]
pub(super) fn judge_first<L: Lanes>(points: &Jacobian<L>, number: &Scalar) -> bool {
    let (x, z) = x_and_z(points);
    quotient_is_vartime(&x[0], &z[0], number)
}

#[inline(always)]
fn x_and_z<L: Lanes>(points: &Jacobian<L>) -> ([Limbs; 8], [Limbs; 8]) {
    let (mut x, mut z) = ([Limbs::default(); 8], [Limbs::default(); 8]);
    write(&points.x.portable(), &mut x);
    write(&points.z.portable(), &mut z);
    (x, z)
}

/// Of each scalar and n minus it the one below n/2, and which are the latter.
#[inline(always)]
pub(super) fn halves<L: Lanes>(scalars: [&Scalar; 8]) -> ([L; 4], Mask) {
    let halves = scalars.map(half);
    let signs = halves.iter().rev().fold(0, |signs, (_, sign)| signs << 1 | *sign as u8);
    (columns(&halves.map(|(half, _)| half)), Mask(signs))
}

/// t*P in each lane, for t below n/2.
#[inline(always)]
fn multiply<L: Lanes>(t: &[L; 4], points: &[[Limbs; 2]; 8]) -> Jacobian<L> {
    let coordinate = |which: usize| Fe::from_portable(&columns(&points.map(|point| point[which])));
    let point = Affine { x: coordinate(0), y: coordinate(1) };
    // table[i] is (i+1)*P
    let mut table = [point.jacobian(); ENTRIES];
    for pair in 1..ENTRIES / 2 {
        table[2 * pair - 1] = table[pair - 1].double();
        table[2 * pair] = table[2 * pair - 1].mixed(&point).0;
    }
    table[ENTRIES - 1] = table[ENTRIES / 2 - 1].double();

    let mut digits = Digits::<L, WIDTH, { 64 - WIDTH }>::new(t);
    let first = digits.next();
    let mut all = [first; WINDOWS];
    for digit in &mut all[1..] {
        *digit = digits.next();
    }
    // That P = Q does not come up is shown beside the portable product.
    let mut sum = Jacobian::infinity();
    let mut infinite = Mask(0xff);
    for digit in all.iter().rev() {
        for _ in 0..WIDTH {
            sum = sum.double();
        }
        let summand = look_up(&table, digit).negate_if(digit.negative);
        let next = Jacobian::select(infinite, &summand, &sum.full(&summand).0);
        sum = Jacobian::select(digit.zero, &sum, &next);
        infinite = infinite.and(digit.zero);
    }
    sum
}

/// Each lane's multiple for its digit.
#[inline(always)]
fn look_up<L: Lanes>(table: &[Jacobian<L>; ENTRIES], digit: &Digit<L>) -> Jacobian<L> {
    let mut found = table[0];
    for (entry, number) in table.iter().zip(0..).skip(1) {
        found = Jacobian::select(digit.entry.equal(L::splat(number)), entry, &found);
    }
    found
}
