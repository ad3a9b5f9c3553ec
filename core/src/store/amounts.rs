//! Which fields of a voucher say how much it is about.

use super::clearing::{amount, given};
use crate::error::Result;
use crate::voucher::{Fen, Voucher};

/// In these fields of the header the amount of an original stands: the first that is there.
const ASKED: [&str; 4] = ["PayAmt", "PlanAmt", "SumAmt", "AllAmt"];

/// In these the bank says how much of it was carried out.
const CARRIED_OUT: [&str; 2] = ["XPayAmt", "XSumAmt"];

/// What the original asks for; `None` if its type has no such field.
///
/// # Errors
///
/// `Value` naming the field, if it is no amount.
pub(super) fn asked(original: &Voucher) -> Result<Option<Fen>> {
    first(original, &ASKED)
}

/// What the receipt says was carried out; `None` if it does not say.
///
/// # Errors
///
/// `Value` naming the field, if it is no amount.
pub(super) fn carried_out(receipt: &Voucher) -> Result<Option<Fen>> {
    first(receipt, &CARRIED_OUT)
}

fn first(voucher: &Voucher, names: &[&str]) -> Result<Option<Fen>> {
    let header = voucher.header();
    let name = names.iter().find(|name| given(header, name).is_some());
    name.map(|name| amount(header, name)).transpose()
}
