//! The moves of the life cycle, by name.

macro_rules! moves {
    ($($name:ident = $number:literal, $text:literal, $meaning:literal;)*) => {
        /// One step of a voucher in one store.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Move {
            $(#[doc = $meaning] $name = $number,)*
        }

        impl Move {
            /// Every move, in the order of the numbers.
            pub const ALL: &'static [Move] = &[$(Move::$name,)*];

            /// The name, the same in every language.
            pub fn name(self) -> &'static str {
                match self { $(Move::$name => $text,)* }
            }

            /// What the move is, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Move::$name => $meaning,)* }
            }
        }
    };
}

moves! {
    Create = 1, "create", "A voucher, or the next version of one that was discarded, is begun.";
    Edit = 2, "edit", "The content of a draft is replaced.";
    Make = 3, "make", "The maker answers for it.";
    Review = 4, "review", "A reviewer agrees.";
    Approve = 5, "approve", "The second review agrees.";
    Reject = 6, "reject", "A reviewer sends it back to its maker.";
    Act = 7, "act", "A position is filled by a seal or a signature.";
    Withdraw = 8, "withdraw", "One's own act is taken back, while unsent.";
    Send = 9, "send", "It goes to the party that carries it out.";
    SendAgain = 10, "send-again", "It goes once more, after the transport failed.";
    DeliveryFailed = 11, "delivery-failed", "The transport says that it did not arrive.";
    Delivered = 12, "delivered", "The receiver's store has it.";
    Accepted = 13, "accepted", "The receiver acknowledged it.";
    Refused = 14, "refused", "The receiver acknowledged failure.";
    Returned = 15, "returned", "The receiver sent it back unexecuted.";
    ReceiveReceipt = 16, "receive-receipt", "The sealed receipt came and is good.";
    RefuseReceipt = 17, "refuse-receipt", "A receipt came and is not good: failure is acknowledged.";
    AcknowledgeReceipt = 18, "acknowledge-receipt", "The receipt is acknowledged.";
    Discard = 19, "discard", "It is made void.";
    Receive = 20, "receive", "A voucher came.";
    Accept = 21, "accept", "It is acknowledged, its seals, rules, quota and clearing checked.";
    Refuse = 22, "refuse", "Failure is acknowledged, with the reason.";
    Return = 23, "return", "It is sent back unexecuted, with the reason.";
    Submit = 24, "submit", "It is given to the core system, under a key; recorded before it is given.";
    NoAnswer = 25, "no-answer", "The core system did not answer.";
    CoreRunning = 26, "core-running", "A query shows that the core system is at it.";
    CoreExecuted = 27, "core-executed", "The core system has carried out all or part.";
    CoreFailed = 28, "core-failed", "The core system has carried out nothing, and never will.";
    Resubmit = 29, "resubmit", "It is given to the core system once more, under the same key.";
    FillReceipt = 30, "fill-receipt", "The X fields are filled in.";
    ReviewReceipt = 31, "review-receipt", "A reviewer agrees with the receipt.";
    RejectReceipt = 32, "reject-receipt", "A reviewer sends the receipt back to be filled in anew.";
    ActOnReceipt = 33, "act-on-receipt", "A position of the receipt is filled.";
    WithdrawReceiptAct = 34, "withdraw-receipt-act", "One's own act on a receipt is taken back, while unsent.";
    SendReceipt = 35, "send-receipt", "The receipt goes to the issuer.";
    SendReceiptAgain = 36, "send-receipt-again", "The receipt goes once more, after the transport failed.";
    ReceiptDeliveryFailed = 37, "receipt-delivery-failed", "The transport says that the receipt did not arrive.";
    ReceiptDelivered = 38, "receipt-delivered", "The issuer's store has the receipt.";
    ReceiptAcknowledged = 39, "receipt-acknowledged", "The issuer acknowledged the receipt.";
    ReceiptRefused = 40, "receipt-refused", "The issuer acknowledged failure of the receipt.";
    RedoReceipt = 41, "redo-receipt", "A refused receipt is to be filled in anew, with the same result.";
    Claim = 42, "claim", "A clearing request asks for the payment.";
    Unclaim = 43, "unclaim", "The clearing request came to nothing.";
    Clear = 44, "clear", "The clearing request was carried out.";
    Refund = 45, "refund", "What was paid for a detail came back.";
    Match = 46, "match", "Both parties say the same.";
    Dispute = 47, "dispute", "They do not.";
    Answer = 48, "answer", "A dispute is answered.";
    Archive = 49, "archive", "It is filed.";
    Close = 50, "close", "A voucher that failed ends with its receipt.";
    Destroy = 51, "destroy", "Its content is destroyed; digests and log stay.";
}

impl Move {
    /// The stable number.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The move with this number.
    pub fn from_number(number: u8) -> Option<Move> {
        Move::ALL.iter().copied().find(|one| one.number() == number)
    }

    /// The move with this name.
    pub fn from_name(name: &str) -> Option<Move> {
        Move::ALL.iter().copied().find(|one| one.name() == name)
    }
}
