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
    /// Evidence that was checked proves that the whole of it was there at this time, the time
    /// stamps in it included.
    Evidence(Time),
}

impl Proof {
    /// The proven time, if any.
    pub fn time(self) -> Option<Time> {
        match self {
            Proof::Claimed => None,
            Proof::Received(time) | Proof::Token(time) | Proof::Evidence(time) => Some(time),
        }
    }

    /// When the time stamps inside were there too, if that is proven.
    pub(crate) fn of_time_stamps(self) -> Option<Time> {
        match self {
            Proof::Evidence(time) => Some(time),
            _ => None,
        }
    }

    /// The name, for reports.
    pub fn name(self) -> &'static str {
        match self {
            Proof::Claimed => "claimed",
            Proof::Received(_) => "received",
            Proof::Token(_) => "token",
            Proof::Evidence(_) => "evidence",
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
