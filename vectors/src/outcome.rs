//! What a vector expects and what a judge found.

use std::fmt;

/// What a vector expects of an implementation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It must be accepted.
    Valid,
    /// It must be refused, without panic.
    Invalid,
    /// It may go either way; the choice is printed.
    Acceptable,
}

impl Expected {
    /// The expectation with this name.
    pub fn from_name(name: &str) -> Option<Expected> {
        match name {
            "valid" => Some(Expected::Valid),
            "invalid" => Some(Expected::Invalid),
            "acceptable" => Some(Expected::Acceptable),
            _ => None,
        }
    }

    /// The name in vector files.
    pub fn name(self) -> &'static str {
        match self {
            Expected::Valid => "valid",
            Expected::Invalid => "invalid",
            Expected::Acceptable => "acceptable",
        }
    }
}

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken, and every value that the case states came out.
    Accepted,
    /// Refused, with the library's reason.
    Refused(String),
    /// Taken, but with another value than the case states: always a disagreement.
    Wrong(String),
    /// The library panicked: always a disagreement.
    Panicked(String),
    /// The case itself cannot be judged as it is written: always a disagreement.
    Defect(String),
    /// The case asks for what is not offered.
    Skipped(String),
}

impl Outcome {
    /// A refusal, for the reason that `error` gives.
    pub fn refused(error: impl fmt::Display) -> Outcome {
        Outcome::Refused(error.to_string())
    }

    /// Accepted or refused, as a verification says.
    pub fn of<T, E: fmt::Display>(result: Result<T, E>) -> Outcome {
        match result {
            Ok(_) => Outcome::Accepted,
            Err(error) => Outcome::refused(error),
        }
    }

    /// Accepted, if `got` is what the case states as `name`.
    pub fn equal(name: &str, got: &[u8], stated: &[u8]) -> Outcome {
        if got == stated {
            return Outcome::Accepted;
        }
        Outcome::Wrong(format!("{name} {}", crate::hex::brief(got)))
    }

    /// `self` if it is not [`Outcome::Accepted`], else what `next` finds.
    #[must_use]
    pub fn and_then(self, next: impl FnOnce() -> Outcome) -> Outcome {
        if self == Outcome::Accepted { next() } else { self }
    }

    /// Whether this is what was expected; a skipped case is neither.
    pub fn agrees_with(&self, expected: Expected) -> bool {
        match self {
            Outcome::Accepted => expected != Expected::Invalid,
            Outcome::Refused(_) => expected != Expected::Valid,
            _ => false,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Accepted => f.write_str("accepted"),
            Outcome::Refused(why) if why.is_empty() => f.write_str("refused"),
            Outcome::Refused(why) => write!(f, "refused ({why})"),
            Outcome::Wrong(what) => write!(f, "a wrong value ({what})"),
            Outcome::Panicked(what) => write!(f, "panicked ({what})"),
            Outcome::Defect(what) => write!(f, "a case that cannot be judged ({what})"),
            Outcome::Skipped(why) => write!(f, "skipped ({why})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_acceptance_and_refusal_can_agree() {
        use Expected::{Acceptable, Invalid, Valid};
        let agreeing = |outcome: &Outcome| {
            [Valid, Invalid, Acceptable].map(|expected| outcome.agrees_with(expected))
        };
        assert_eq!(agreeing(&Outcome::Accepted), [true, false, true]);
        assert_eq!(agreeing(&Outcome::Refused(String::new())), [false, true, true]);
        for outcome in [Outcome::Wrong, Outcome::Panicked, Outcome::Defect, Outcome::Skipped] {
            assert_eq!(agreeing(&outcome("x".into())), [false; 3]);
        }
    }
}
