//! What went wrong, when something could not be done.
//!
//! An [`Error`] says that an operation could not be carried out. What a verification *found* is
//! never an error but a [`Report`](crate::report::Report).

use std::borrow::Cow;
use std::fmt;

/// The result of an operation that may not be possible.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation could not be carried out: a stable number, the structure, the place and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    code: Code,
    structure: Cow<'static, str>,
    offset: Option<usize>,
    message: Cow<'static, str>,
}

impl Error {
    /// An error with its code, the structure or argument it concerns and a text for people.
    pub fn new(
        code: Code,
        structure: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Error { code, structure: structure.into(), offset: None, message: message.into() }
    }

    /// The same error with the offset in bytes from the start of the input.
    #[must_use]
    pub fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }

    /// The same error, its offset counted from `base` bytes earlier.
    #[must_use]
    pub fn shifted(mut self, base: usize) -> Self {
        self.offset = self.offset.map(|offset| offset.saturating_add(base));
        self
    }

    /// The same error about a part that starts `start` bytes into a larger whole: at its place there
    /// or, if it has none, at the start of the part.
    pub(crate) fn within(self, start: usize) -> Self {
        let offset = self.offset.unwrap_or(0);
        self.at(offset.saturating_add(start))
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The family that the code belongs to.
    pub fn family(&self) -> Family {
        self.code.family()
    }

    /// The structure, field or argument that the error concerns.
    pub fn structure(&self) -> &str {
        &self.structure
    }

    /// The offset in bytes from the start of the input, where one is known.
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// What is wrong, for people; not stable.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The error as a JSON object: `{"schema":1,"error":{"code","family","structure","offset","message"}}`.
    pub fn to_json(&self) -> String {
        serde_json::json!({
            "schema": 1,
            "error": {
                "code": self.code.number(),
                "family": self.family().name(),
                "structure": self.structure,
                "offset": self.offset,
                "message": self.message,
            }
        })
        .to_string()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({}): ", self.family().name(), self.code.number(), self.structure)?;
        f.write_str(&self.message)?;
        match self.offset {
            Some(offset) => write!(f, " at byte {offset}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// A family of errors: the hundreds of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// 1xx: the input is not what it should be.
    Malformed,
    /// 2xx: the input is understood, but this is not offered.
    Unsupported,
    /// 3xx: a named limit would be passed.
    Limit,
    /// 4xx: a key is missing, wrong or did not work.
    Key,
    /// 5xx: reading or writing failed.
    Storage,
    /// 6xx: a rule forbids it.
    Refused,
    /// 7xx: the caller used the interface wrongly; never caused by data.
    Misuse,
    /// 9xx: a fault in the library itself.
    Internal,
}

impl Family {
    /// Every family, in the order of their numbers.
    pub const ALL: [Family; 8] = [
        Family::Malformed,
        Family::Unsupported,
        Family::Limit,
        Family::Key,
        Family::Storage,
        Family::Refused,
        Family::Misuse,
        Family::Internal,
    ];

    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Family::Malformed => "Malformed",
            Family::Unsupported => "Unsupported",
            Family::Limit => "Limit",
            Family::Key => "Key",
            Family::Storage => "Storage",
            Family::Refused => "Refused",
            Family::Misuse => "Misuse",
            Family::Internal => "Internal",
        }
    }
}

macro_rules! codes {
    ($($name:ident = $number:literal, $meaning:literal;)*) => {
        /// The stable code of an error, the same number in Rust, C, Python and JSON; never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum Code {
            $(#[doc = $meaning] $name = $number,)*
        }

        impl Code {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The name of the code.
            pub fn name(self) -> &'static str {
                match self { $(Code::$name => stringify!($name),)* }
            }

            /// What the code means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$name => $meaning,)* }
            }
        }
    };
}

codes! {
    Der = 101, "Bytes that are not the DER of the structure that was expected.";
    Pem = 102, "Text that is not PEM of the expected label.";
    Xml = 103, "Text that is not the XML that was expected.";
    Text = 104, "Bytes that are not text in the declared encoding, or characters that it lacks.";
    Json = 105, "Text that is not the JSON that was expected.";
    Base64 = 106, "Text that is not canonical base64.";
    Value = 107, "A field whose value is out of its form or range.";
    Structure = 108, "A well-formed structure that breaks a rule of its own kind.";
    Point = 109, "Coordinates that are no point of the curve, or not in canonical form.";
    Ciphertext = 110, "A ciphertext that cannot be one.";
    Algorithm = 201, "An algorithm that is not offered here.";
    Version = 202, "A version of a format that is not offered.";
    Form = 203, "A form of a known structure that is not offered.";
    SignerForm = 204, "A signer that cannot take the input in this form.";
    Size = 301, "An input larger than its named limit.";
    Count = 302, "More elements than the named limit.";
    Depth = 303, "Deeper nesting than the named limit.";
    Budget = 304, "More work than the named budget allows.";
    PrivateKey = 401, "A private key out of its range or not matching its public key.";
    Password = 402, "A key that its password does not open.";
    KeyMismatch = 403, "A key and a certificate that do not belong together.";
    Signer = 404, "A signer that failed or gave a value that does not verify.";
    Random = 405, "The operating system gave no random bytes.";
    Decryption = 406, "A ciphertext that this key does not open.";
    KeyMissing = 407, "A key or certificate that the operation needs was not given.";
    Agreement = 408, "A key exchange in which the other side did not show that it has the same key.";
    KeyFileMac = 409, "A key file whose MAC does not match though the password opens it: it was changed.";
    KeyAbsent = 410, "A file that holds no private key, or none of the name that was asked for.";
    KeyAmbiguous = 411, "A file that holds several private keys where one has to be chosen.";
    NotRecipient = 412, "A message that is encrypted for others, not for this certificate.";
    Read = 501, "A file that could not be read.";
    Write = 502, "A file that could not be written.";
    Exists = 503, "A file that exists and is not overwritten.";
    Unreachable = 504, "A service that could not be reached, or gave no answer.";
    StoreBusy = 505, "A store that others kept locked for all of the counted tries.";
    StoreFault = 506, "A store whose file could not be read, written or made durable; it answers nothing until it is opened again.";
    StoreFull = 507, "No room for what a store had to write; nothing was changed.";
    StoreReadOnly = 508, "A store that may be read and not written.";
    StoreDamaged = 509, "A store that was cut or changed: it is not what its own digests say.";
    StoreVersion = 510, "A store of a version that this library does not know.";
    NotAStore = 511, "A file that is no store.";
    OtherStore = 512, "Another store than the one that is meant.";
    StoreMissing = 513, "A store that is not there or cannot be opened.";
    ReadOnce = 520, "A source that would have to be read twice, and cannot be.";
    ContentLength = 521, "A content longer or shorter than was declared.";
    Policy = 601, "What the policy in force forbids.";
    SealUnusable = 602, "A seal that may not be stamped with: its check failed or it is out of its time.";
    NotListed = 603, "A signer that the seal does not list.";
    Order = 604, "An act out of the order of its positions, or at a position already filled.";
    Completed = 605, "A request that was completed before.";
    Changed = 606, "A document or voucher that is no longer what the request was made for.";
    Rules = 607, "A voucher that breaks the rules of its type.";
    NotValid = 608, "A report whose verdict is not Valid, where a valid one was required.";
    Weak = 609, "Protection too old or too weak to be relied on without the caller's leave.";
    TimeStampRefused = 610, "A time stamp authority that refused to stamp.";
    TimeStampMismatch = 611, "A time stamp that is not the one that was asked for: another value, nonce or policy.";
    Locked = 612, "A document whose signatures or list of parts forbid what would have to change.";
    BadSignature = 616, "A signature or tag that is not good under the key that it is held against.";
    Replayed = 620, "A packet that was accepted before.";
    SequenceConflict = 621, "A packet under whose number another one was accepted.";
    SequenceBeyond = 622, "A packet too far ahead of those that are missing.";
    SequenceEnd = 623, "A conversation whose sequence numbers are used up.";
    RolledBack = 635, "A checkpoint older than one that was seen: the store was set back to an old copy.";
    Forked = 636, "A checkpoint that does not follow the one that was seen: the store went on twice.";
    Rewritten = 637, "A log that is not the one that was seen with entries appended.";
    OtherOrigin = 638, "A checkpoint or an export of another store.";
    CheckpointSignature = 639, "A checkpoint that none of the keys given signed.";
    Move = 640, "A step that the life cycle does not have from where the voucher stands.";
    RoleMissing = 641, "Somebody who does not hold the role that the step needs.";
    SamePerson = 642, "One person in two steps that different people have to take.";
    CertificateUnusable = 643, "An act whose signer's certificate was not good.";
    AuthorizationMissing = 644, "Use of a key that the server keeps without its owner's authorization.";
    Duplicate = 645, "A number that is taken, by other content or by a version that is still alive.";
    NotAddressed = 646, "A voucher that may not be issued here, or is not addressed to here.";
    NotOwn = 647, "An act of somebody else, or none, where one's own is to be withdrawn.";
    Unproven = 648, "A statement that is not proven to come from its party, or to be about this voucher.";
    Amount = 649, "An amount that is not what was carried out, or not part of what was asked for.";
    NotExecuted = 650, "A step for vouchers that were carried out, on one that was not or moved no money.";
    Executed = 651, "A step for vouchers of which nothing was carried out, on one that was.";
    AdvanceOpen = 652, "A failure whose advance was not written off.";
    Claimed = 653, "A payment that a clearing request asks for already, or another one than this.";
    RefundTwice = 654, "A detail that was refunded before.";
    RefundExceeds = 655, "A refund of more than was paid, or of nothing.";
    Refunded = 656, "A step back on a payment of which something was refunded.";
    Disputed = 657, "A voucher in dispute.";
    NotDisputed = 658, "An answer where nothing is in dispute.";
    Unsettled = 659, "A voucher in dispute, or with a clearing request under way, that is to be filed or destroyed.";
    Retention = 660, "A destruction before its time, or without another person's authorization.";
    Reason = 661, "A reason that is missing or too long.";
    QuotaMissing = 662, "A quota of which there is no record.";
    QuotaExceeded = 663, "More than the quota has left.";
    QuotaUsed = 664, "A quota notice that cannot be taken back: the quota was used.";
    ForeignDivision = 665, "A voucher of a division that the office has nothing to do with.";
    ForeignYear = 666, "A voucher of a budget year that the office has nothing to do with.";
    TypeUnknown = 667, "A voucher of a type that the catalogue does not know, where only known ones are taken.";
    OnceMissing = 668, "A step that can be made again in earnest, without an idempotency key.";
    Stale = 670, "A voucher or a log that is no longer as it was when the change to it was made.";
    ClockBack = 671, "A moment before one that the store has recorded: the clock was set back.";
    KeyReused = 672, "An idempotency key under which another call was made.";
    NotSent = 673, "A receipt of a packet that was not sent from here.";
    AnswerChanged = 674, "An answer to a packet that was answered otherwise before.";
    CheckpointMissing = 680, "A checkpoint that the log does not have.";
    Argument = 701, "An argument out of its range.";
    NullPointer = 702, "A null pointer where a value is needed.";
    Handle = 703, "A handle of another kind, or one already freed.";
    BufferTooSmall = 704, "An output buffer smaller than the length that was written back.";
    Panic = 901, "A fault in the library: a panic was caught; please report it.";
}

impl Code {
    /// The stable number.
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The code with this number.
    pub fn from_number(number: u16) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.number() == number)
    }

    /// The family: the hundreds of the number.
    pub fn family(self) -> Family {
        match self.number() / 100 {
            1 => Family::Malformed,
            2 => Family::Unsupported,
            3 => Family::Limit,
            4 => Family::Key,
            5 => Family::Storage,
            6 => Family::Refused,
            7 => Family::Misuse,
            _ => Family::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_and_come_back() {
        let numbers: Vec<u16> = Code::ALL.iter().map(|code| code.number()).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        for code in Code::ALL {
            assert_eq!(Code::from_number(code.number()), Some(*code));
        }
        assert_eq!(Code::from_number(999), None);
    }

    #[test]
    fn text_and_json_name_the_place() {
        let error = Error::new(Code::Der, "SESeal", "length is not minimal").at(7).shifted(10);
        assert_eq!(error.to_string(), "Malformed 101 (SESeal): length is not minimal at byte 17");
        let json: serde_json::Value = serde_json::from_str(&error.to_json()).unwrap();
        assert_eq!(json["error"]["code"], 101);
        assert_eq!(json["error"]["offset"], 17);
        assert_eq!(json["error"]["family"], "Malformed");
    }
}
