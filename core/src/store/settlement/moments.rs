//! When a voucher does something to others.
//!
//! What is asked for is claimed as early as somebody answers for the request, so that no second one
//! can be made for it, and cleared only at a moment from which nothing leads back: the life cycle
//! has no way to make a cleared payment open again.

use crate::store::clearing::ClearingRules;
use crate::store::life_cycle::Move;
use crate::store::state::View;

/// A voucher that does something to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A clearing request: claims payments.
    Request,
    /// A clearing refund: gives back what was cleared.
    Back,
    /// A refund notice: says what came back of a payment.
    Notice,
}

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// It is looked at whether what it says can be recorded later.
    Check,
    /// What it asks for is nobody else's from now on.
    Take,
    /// It came to nothing: what it asked for is open again.
    Free,
    /// It was carried out.
    Done,
    /// Its receipt is acknowledged and says which part of it was carried out.
    Answered,
    /// What it says is recorded.
    Record,
}

/// What a move of a voucher of this type does to others.
pub(super) fn moment(
    vt_code: &str,
    view: View,
    name: Move,
    rules: &ClearingRules,
) -> Option<(Kind, Moment)> {
    let kind = match vt_code {
        "2301" => Kind::Request,
        "2302" => Kind::Back,
        notice if rules.refund_types.contains_key(notice) => Kind::Notice,
        _ => return None,
    };
    let moment = match (kind, view, name) {
        // Money that came back is recorded when the office's statement leaves the house: from there
        // no act on it is withdrawn. The receiver records it when it takes the statement as good.
        (Kind::Notice, View::Issuer, Move::Make) => Moment::Check,
        (Kind::Notice, View::Issuer, Move::Send) => Moment::Record,
        (Kind::Notice, View::Receiver, Move::Accept) => Moment::Record,
        (Kind::Notice, ..) => return None,
        (_, View::Issuer, Move::Make) | (_, View::Receiver, Move::Accept) => Moment::Take,
        (_, View::Issuer, Move::Reject | Move::Refused | Move::Returned) => Moment::Free,
        (_, View::Receiver, Move::Return | Move::CoreFailed) => Moment::Free,
        // A receipt may be refused until it is acknowledged.
        (_, View::Issuer, Move::AcknowledgeReceipt) => Moment::Answered,
        // What the core system has carried out stays so, whatever becomes of the receipt.
        (_, View::Receiver, Move::CoreExecuted) => Moment::Done,
        _ => return None,
    };
    Some((kind, moment))
}

/// Whether a move is judged by the receipts that came with the voucher.
pub(in crate::store) fn takes_evidence(
    vt_code: &str,
    view: View,
    name: Move,
    rules: &ClearingRules,
) -> bool {
    moment(vt_code, view, name, rules) == Some((Kind::Request, Moment::Take))
}
