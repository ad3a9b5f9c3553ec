//! A line of a discrepancy report.

/// In what two records differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// Only the other side has it.
    MissingOurs,
    /// Only our side has it.
    MissingTheirs,
    /// The amounts differ.
    Amount,
    /// The states differ.
    State,
    /// The dates differ.
    Date,
    /// The payees differ: account, name or bank.
    Payee,
    /// The versions differ.
    Version,
    /// The same number, with other sealed content.
    Digest,
    /// One side has it twice.
    Duplicate,
    /// It came after its time.
    Late,
    /// A seal is not good.
    SealInvalid,
    /// A balance of the quota would be below zero.
    QuotaNegative,
    /// It was cleared before it was paid.
    ClearedBeforePaid,
    /// More was refunded than paid.
    RefundExceeds,
}

impl DifferenceKind {
    /// Every kind.
    pub const ALL: [DifferenceKind; 14] = [
        DifferenceKind::MissingOurs,
        DifferenceKind::MissingTheirs,
        DifferenceKind::Amount,
        DifferenceKind::State,
        DifferenceKind::Date,
        DifferenceKind::Payee,
        DifferenceKind::Version,
        DifferenceKind::Digest,
        DifferenceKind::Duplicate,
        DifferenceKind::Late,
        DifferenceKind::SealInvalid,
        DifferenceKind::QuotaNegative,
        DifferenceKind::ClearedBeforePaid,
        DifferenceKind::RefundExceeds,
    ];

    /// The name in reports, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            DifferenceKind::MissingOurs => "missing_ours",
            DifferenceKind::MissingTheirs => "missing_theirs",
            DifferenceKind::Amount => "amount",
            DifferenceKind::State => "state",
            DifferenceKind::Date => "date",
            DifferenceKind::Payee => "payee",
            DifferenceKind::Version => "version",
            DifferenceKind::Digest => "digest",
            DifferenceKind::Duplicate => "duplicate",
            DifferenceKind::Late => "late",
            DifferenceKind::SealInvalid => "seal_invalid",
            DifferenceKind::QuotaNegative => "quota_negative",
            DifferenceKind::ClearedBeforePaid => "cleared_before_paid",
            DifferenceKind::RefundExceeds => "refund_exceeds",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<DifferenceKind> {
        DifferenceKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What one side has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Side {
    /// Whether it has the record at all.
    pub present: bool,
    /// The amount in fen.
    pub amount: Option<i128>,
    /// What else was compared and differs, as it is written there.
    pub value: Option<String>,
}

impl Side {
    /// The side has it, with this amount.
    pub fn of(amount: Option<i128>) -> Side {
        Side { present: true, amount, value: None }
    }

    /// The side has it, with this text.
    pub fn with(value: &str) -> Side {
        Side { present: true, amount: None, value: Some(value.to_owned()) }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// In what they differ.
    pub kind: DifferenceKind,
    /// What differs: the id of a detail, a bank number, a unit and a function.
    pub key: String,
    /// What our side has.
    pub ours: Side,
    /// What the other side has.
    pub theirs: Side,
}

impl Difference {
    /// A difference of this kind.
    pub fn new(kind: DifferenceKind, key: impl Into<String>, ours: Side, theirs: Side) -> Self {
        Difference { kind, key: key.into(), ours, theirs }
    }

    /// How much more our side has, in fen, where both have amounts.
    pub fn difference(&self) -> Option<i128> {
        self.ours.amount?.checked_sub(self.theirs.amount?)
    }
}

/// Differences as JSON: `{"schema":1,"differences":[{"kind","key","ours","theirs","difference"}]}`;
/// amounts are strings in fen, for a JSON number may not hold them.
pub fn to_json(differences: &[Difference]) -> String {
    let number = |fen: Option<i128>| fen.map(|fen| fen.to_string());
    let side = |side: &Side| {
        serde_json::json!({
            "present": side.present, "amount": number(side.amount), "value": side.value,
        })
    };
    let one = |one: &Difference| {
        serde_json::json!({
            "kind": one.kind.name(), "key": one.key, "ours": side(&one.ours),
            "theirs": side(&one.theirs), "difference": number(one.difference()),
        })
    };
    let all: Vec<_> = differences.iter().map(one).collect();
    serde_json::json!({ "schema": 1, "differences": all }).to_string()
}
