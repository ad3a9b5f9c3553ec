//! The states of a voucher in one store, and of each way that a document of it goes.

/// Whose store it is, seen from the voucher: the one that issues it, or the one that carries it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// The store of the party that makes the original.
    Issuer,
    /// The store of the party that receives the original and answers it.
    Receiver,
}

impl View {
    /// Both views.
    pub const ALL: [View; 2] = [View::Issuer, View::Receiver];

    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            View::Issuer => "issuer",
            View::Receiver => "receiver",
        }
    }

    /// The view with this name.
    pub fn from_name(name: &str) -> Option<View> {
        View::ALL.into_iter().find(|view| view.name() == name)
    }
}

macro_rules! states {
    ($($name:ident = $number:literal, $text:literal, $meaning:literal;)*) => {
        /// Where a voucher stands in the life cycle of one store.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum State {
            $(#[doc = $meaning] $name = $number,)*
        }

        impl State {
            /// Every state, in the order of the numbers.
            pub const ALL: &'static [State] = &[$(State::$name,)*];

            /// The name, the same in every language.
            pub fn name(self) -> &'static str {
                match self { $(State::$name => $text,)* }
            }

            /// What the state means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(State::$name => $meaning,)* }
            }
        }
    };
}

states! {
    Absent = 0, "absent", "The store has no such voucher.";
    Draft = 1, "draft", "Being written; nobody answers for it yet.";
    Made = 2, "made", "The maker answers for it.";
    Reviewed = 3, "reviewed", "A reviewer has agreed; a second review is due.";
    Approved = 4, "approved", "Every review that is due has agreed; it may be sealed.";
    Sealing = 5, "sealing", "Some positions are filled, others open.";
    Sealed = 6, "sealed", "Every position is filled.";
    Sent = 7, "sent", "On its way to the receiver.";
    Delivered = 8, "delivered", "In the receiver's store, not yet judged.";
    Accepted = 9, "accepted", "The receiver has acknowledged it; nothing was given to a core system.";
    Refused = 10, "refused", "The receiver has acknowledged failure.";
    Executing = 11, "executing", "Given to the core system, which has not answered.";
    Unknown = 12, "unknown", "Given to the core system, and nobody knows what came of it.";
    Failed = 13, "failed", "The core system says that nothing was carried out.";
    Executed = 14, "executed", "The core system says that all or part was carried out; the receipt is due.";
    ReceiptMade = 15, "receipt-made", "The receipt is filled in.";
    ReceiptReviewed = 16, "receipt-reviewed", "The receipt is reviewed.";
    ReceiptSealing = 17, "receipt-sealing", "Some positions of the receipt are filled, others open.";
    Receipted = 18, "receipted", "There is a sealed receipt.";
    Returned = 19, "returned", "Sent back unexecuted.";
    Closed = 20, "closed", "Ended by a receipt that says that nothing was carried out.";
    Discarded = 21, "discarded", "Void; the number may be used again by the next version.";
    Archived = 22, "archived", "Carried out, acknowledged and filed.";
    Destroyed = 23, "destroyed", "Its time of retention is over and its content is gone.";
}

impl State {
    /// The stable number.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The state with this number.
    pub fn from_number(number: u8) -> Option<State> {
        State::ALL.iter().copied().find(|state| state.number() == number)
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<State> {
        State::ALL.iter().copied().find(|state| state.name() == name)
    }

    /// Whether a voucher may rest here for good. For its receiver one that was refused or returned
    /// has ended; its issuer still has to discard it.
    pub fn is_terminal(self, view: View) -> bool {
        match self {
            State::Closed | State::Discarded | State::Archived | State::Destroyed => true,
            State::Refused | State::Returned => view == View::Receiver,
            _ => false,
        }
    }

    /// Whether a number whose newest version stands here may be used by a next version. All else
    /// is a duplicate: what was destroyed was carried out once.
    pub fn frees_number(self, view: View) -> bool {
        match view {
            View::Issuer => self == State::Discarded,
            View::Receiver => matches!(self, State::Refused | State::Returned),
        }
    }
}

/// Which document of a voucher goes the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Document {
    /// The original, from the issuer.
    Original,
    /// The receipt, from the party that carried the original out.
    Receipt,
}

/// Where a document is on the way to one destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Leg {
    /// Not yet sent.
    #[default]
    Unsent,
    /// Sent; nothing is known of its arrival.
    Sent,
    /// Sent; the transport says that it did not arrive.
    DeliveryFailed,
    /// It arrived.
    Delivered,
    /// The destination has acknowledged it.
    Acknowledged,
    /// The destination has acknowledged failure.
    Refused,
    /// The destination has sent it back.
    Returned,
}

impl Leg {
    /// Every place on the way.
    pub const ALL: [Leg; 7] = [
        Leg::Unsent,
        Leg::Sent,
        Leg::DeliveryFailed,
        Leg::Delivered,
        Leg::Acknowledged,
        Leg::Refused,
        Leg::Returned,
    ];

    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Leg::Unsent => "unsent",
            Leg::Sent => "sent",
            Leg::DeliveryFailed => "delivery-failed",
            Leg::Delivered => "delivered",
            Leg::Acknowledged => "acknowledged",
            Leg::Refused => "refused",
            Leg::Returned => "returned",
        }
    }

    /// The place with this name.
    pub fn from_name(name: &str) -> Option<Leg> {
        Leg::ALL.into_iter().find(|leg| leg.name() == name)
    }

    /// Whether a copy of a document (for a destination that does not carry it out) may go on from
    /// here to `next`. The leg to the party that carries it out is moved by the life cycle alone.
    pub fn may_become(self, next: Leg) -> bool {
        match next {
            Leg::Unsent => false,
            Leg::Sent => {
                matches!(self, Leg::Unsent | Leg::DeliveryFailed | Leg::Refused | Leg::Returned)
            }
            Leg::DeliveryFailed => self == Leg::Sent,
            Leg::Delivered => matches!(self, Leg::Sent | Leg::DeliveryFailed),
            Leg::Acknowledged | Leg::Refused => {
                matches!(self, Leg::Sent | Leg::DeliveryFailed | Leg::Delivered)
            }
            Leg::Returned => self == Leg::Acknowledged,
        }
    }
}

macro_rules! statuses {
    ($($name:ident = $number:literal, $meaning:literal;)*) => {
        /// The status of one leg under the numbers of the old voucher stores.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(i8)]
        pub enum LegStatus {
            $(#[doc = $meaning] $name = $number,)*
        }

        impl LegStatus {
            /// Every status, in the order of the numbers.
            pub const ALL: &'static [LegStatus] = &[$(LegStatus::$name,)*];

            /// What the status means, in a few words.
            pub fn meaning(self) -> &'static str {
                match self { $(LegStatus::$name => $meaning,)* }
            }
        }
    };
}

statuses! {
    NotFound = -1, "not found";
    OriginalNotReceived = 0, "original: not received";
    OriginalReceived = 1, "original: received";
    OriginalReceiveFailed = 2, "original: receive failed";
    OriginalAcknowledged = 3, "original: acknowledged";
    OriginalRefused = 4, "original: acknowledge failed";
    OriginalReturned = 5, "original: returned";
    ReceiptNotReceived = 6, "receipt: not received";
    ReceiptReceived = 7, "receipt: received";
    ReceiptReceiveFailed = 8, "receipt: receive failed";
    ReceiptAcknowledged = 9, "receipt: acknowledged";
    ReceiptRefused = 10, "receipt: acknowledge failed";
    ReceiptReturned = 11, "receipt: returned";
    ReceiptArrived = 12, "receipt from the peer arrived";
    OriginalUnsent = 13, "original not yet sent";
    ReceiptUnsent = 14, "receipt not yet sent";
}

impl LegStatus {
    /// The number, -1 to 14.
    pub fn number(self) -> i8 {
        self as i8
    }

    /// The status with this number.
    pub fn from_number(number: i8) -> Option<LegStatus> {
        LegStatus::ALL.iter().copied().find(|status| status.number() == number)
    }

    /// The status of a document at this place of its way.
    pub fn of(document: Document, leg: Leg) -> LegStatus {
        match (document, leg) {
            (Document::Original, Leg::Unsent) => LegStatus::OriginalUnsent,
            (Document::Original, Leg::Sent) => LegStatus::OriginalNotReceived,
            (Document::Original, Leg::DeliveryFailed) => LegStatus::OriginalReceiveFailed,
            (Document::Original, Leg::Delivered) => LegStatus::OriginalReceived,
            (Document::Original, Leg::Acknowledged) => LegStatus::OriginalAcknowledged,
            (Document::Original, Leg::Refused) => LegStatus::OriginalRefused,
            (Document::Original, Leg::Returned) => LegStatus::OriginalReturned,
            (Document::Receipt, Leg::Unsent) => LegStatus::ReceiptUnsent,
            (Document::Receipt, Leg::Sent) => LegStatus::ReceiptNotReceived,
            (Document::Receipt, Leg::DeliveryFailed) => LegStatus::ReceiptReceiveFailed,
            (Document::Receipt, Leg::Delivered) => LegStatus::ReceiptReceived,
            (Document::Receipt, Leg::Acknowledged) => LegStatus::ReceiptAcknowledged,
            (Document::Receipt, Leg::Refused) => LegStatus::ReceiptRefused,
            (Document::Receipt, Leg::Returned) => LegStatus::ReceiptReturned,
        }
    }
}
