//! What verifications with prepared keys ask of the curve. Everything here is public.

use super::super::backend::Question;
use super::super::portable::shared::{
    ENTRIES, WINDOWS, base_row, half, multiple_limbs, row_of_multiples,
};
use super::super::portable::{Affine as Portable, Multiples};
use super::comb::Accumulator;
use super::digits::{Digit, Digits, once};
use super::field::Fe;
use super::point::Affine;
use super::vector::{Lanes, Mask};
use super::verify::{halves, judge, judge_first};

type Row = [Portable; ENTRIES];

/// The answers to eight questions, one in each lane.
#[inline(always)]
pub(super) fn answers_prepared_vartime<L: Lanes>(
    questions: &[Question<'_, Multiples>; 8],
) -> [bool; 8] {
    let (s, s_signs) = halves::<L>(questions.each_ref().map(|question| &question.s));
    let (t, t_signs) = halves::<L>(questions.each_ref().map(|question| &question.t));
    let (mut s, mut t) = (Digits::<L, 6, 58>::new(&s), Digits::<L, 6, 58>::new(&t));
    // Apart as long as possible: neither sum meets its summand, whatever the point is to G.
    let (mut of_base, mut of_point) = (Accumulator::new(), Accumulator::new());
    for window in 0..WINDOWS {
        let digit = s.next();
        of_base.add(&look_up_vartime(&[base_row(window); 8], &digit), &digit);
        let digit = t.next();
        let rows = questions.each_ref().map(|question| row_of_multiples(question.point, window));
        of_point.add(&look_up_vartime(&rows, &digit), &digit);
    }
    let of_point = of_point.point.negate_if(t_signs);
    let sum = of_base.point.negate_if(s_signs).add(&of_point);
    judge(&sum, &questions.each_ref().map(|question| &question.x))
}

/// The answer to one question: four lanes take turns at the windows of G, four at those of P.
#[inline(always)]
pub(super) fn answer_prepared_vartime<L: Lanes>(question: &Question<'_, Multiples>) -> bool {
    let (s, s_sign) = half(&question.s);
    let (t, t_sign) = half(&question.t);
    let mut sum = Accumulator::new();
    for window in (0..WINDOWS).step_by(4) {
        // Behind the last window all digits are 0.
        let row = |lane: usize| (window + lane % 4).min(WINDOWS - 1);
        let rows = std::array::from_fn(|lane| match lane {
            0..4 => base_row(row(lane)),
            _ => row_of_multiples(question.point, row(lane)),
        });
        let digit = once::<L, 6>([&s, &s, &s, &s, &t, &t, &t, &t], |lane| window + lane % 4);
        sum.add(&look_up_vartime(&rows, &digit), &digit);
    }
    // That lanes of the same point do not meet is shown beside the comb; G and P may.
    let signs = Mask((s_sign as u8 * 0x0f) | (t_sign as u8 * 0xf0));
    let sum = sum.point.negate_if(signs);
    let sum = sum.add_other(&sum.rotate::<2>());
    let sum = sum.add_other(&sum.rotate::<1>());
    // Lane 0 has lanes 0 to 3, lane 4 the others.
    let sum = sum.add(&sum.rotate::<4>());
    judge_first(&sum, &question.x)
}

/// Each lane's multiple for the size of its digit, any for 0.
#[inline(always)]
fn look_up_vartime<L: Lanes>(rows: &[&Row; 8], digit: &Digit<L>) -> Affine<L, 16> {
    let entries = digit.entry.values();
    let mut found = [digit.entry; 8];
    for ((found, row), entry) in found.iter_mut().zip(rows).zip(entries) {
        *found = L::new(multiple_limbs(&row[entry as usize % ENTRIES]));
    }
    let [a, b, c, d, e, f, g, h] = L::transpose(found);
    Affine { x: Fe::given(&[a, b, c, d]), y: Fe::given(&[e, f, g, h]) }
}
