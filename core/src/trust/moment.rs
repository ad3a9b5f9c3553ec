//! The moment at which something is judged, and what proves it.

use crate::time::Time;

/// What proves that a signature existed at some moment. A signer's own time proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Proof {
    /// Nothing but the signer's own statement.
    #[default]
    Claimed,
    /// The verifier, or a party it trusts, had the signature at this time.
    Received(Time),
    /// A time stamp token that was checked elsewhere proves this time.
    Token(Time),
}

impl Proof {
    /// The proven time, if any.
    pub fn time(self) -> Option<Time> {
        match self {
            Proof::Claimed => None,
            Proof::Received(time) | Proof::Token(time) => Some(time),
        }
    }

    /// The name, for reports.
    pub fn name(self) -> &'static str {
        match self {
            Proof::Claimed => "claimed",
            Proof::Received(_) => "received",
            Proof::Token(_) => "token",
        }
    }
}

/// The clock of a verification and the proof of existence it goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The clock.
    pub now: Time,
    /// What proves that the signature existed, and when.
    pub proof: Proof,
}

impl Moment {
    /// Judged now, with nothing proven but the signer's own statement.
    pub fn claimed(now: Time) -> Self {
        Moment { now, proof: Proof::Claimed }
    }

    /// Judged now, the signature having been received at `time`.
    pub fn received(now: Time, time: Time) -> Self {
        Moment { now, proof: Proof::Received(time) }
    }
}
