//! What is wrong with a voucher, by a code that stays.

use std::fmt;

macro_rules! codes {
    ($($name:ident = $text:literal, $meaning:literal;)*) => {
        /// The kind of a broken rule: a dotted code, the same in every language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ViolationCode {
            $(#[doc = concat!("`", $text, "`: ", $meaning)] $name,)*
        }

        impl ViolationCode {
            /// Every code.
            pub const ALL: &'static [ViolationCode] = &[$(ViolationCode::$name,)*];

            /// The dotted code.
            pub fn name(self) -> &'static str {
                match self { $(ViolationCode::$name => $text,)* }
            }

            /// What is wrong, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(ViolationCode::$name => $meaning,)* }
            }
        }
    };
}

codes! {
    FieldMissing = "field.missing", "A field that is due is absent or empty.";
    FieldLength = "field.length", "A text is longer than its field.";
    FieldForm = "field.form", "A value is not of the form of its field.";
    FieldValue = "field.value", "A value is none of those that the field knows.";
    FieldFuture = "field.future", "A date is after the day of judging.";
    FieldX = "field.x", "A field of the executing party is filled in the original.";
    FieldType = "field.type", "The voucher is of another type than the rules.";
    FieldSame = "field.same", "A field of a detail repeats another value than the header's.";
    AmountForm = "amount.form", "An amount is not written as one.";
    AmountSign = "amount.sign", "An amount has a sign that its type does not allow.";
    AmountSum = "amount.sum", "An amount of the header is not the sum of the details.";
    AmountReason = "amount.reason", "Nothing was paid, and no reason is given.";
    DetailFew = "detail.few", "There are fewer details than the type has.";
    DetailMany = "detail.many", "There are more details than the type allows.";
    DetailCount = "detail.count", "The number of details is not the one that is stated.";
    DetailId = "detail.id", "Two details have the same Id.";
}

/// A rule that a voucher breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The kind of rule.
    pub code: ViolationCode,
    /// The field: `PayAmt`, or `Detail[2]/PayAmt` in the second detail.
    pub field: String,
    /// What is wrong, for people; not stable.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}
