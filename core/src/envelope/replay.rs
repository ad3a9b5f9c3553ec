//! Has this packet come before, and what is missing before it?

use crate::asn1::writer;
use crate::error::{Code, Error, Result};
use std::ops::RangeInclusive;

/// One direction of a conversation; its packets are numbered from 1.
///
/// The parties go by the names that the receiver gave them, not by certificates: so a new
/// certificate does not begin to count anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel<'a> {
    /// Who sends.
    pub sender: &'a str,
    /// Who receives.
    pub receiver: &'a str,
    /// The conversation.
    pub conversation: &'a str,
}

impl Channel<'_> {
    /// A key for stores: different for different channels, the same ever after. DER of `SEQUENCE {
    /// sender, receiver, conversation UTF8String }`.
    pub fn to_der(&self) -> Vec<u8> {
        let Channel { sender, receiver, conversation } = self;
        let texts = [sender, receiver, conversation].map(|text| writer::utf8(text));
        writer::sequence(&[&texts[0], &texts[1], &texts[2]])
    }
}

/// A packet that was opened and found valid, as far as its order is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival<'a> {
    /// On which channel it came.
    pub channel: Channel<'a>,
    /// Its number, 1 to [`MAX_SEQUENCE`](super::MAX_SEQUENCE).
    pub sequence: u64,
    /// SM3 of its bytes.
    pub digest: [u8; 32],
}

/// What a [`ReplayState`] says of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a packet that is not accepted must have no effect"]
pub enum Admission {
    /// Accepted: the next one.
    New,
    /// Accepted: it came before others, which are missing now.
    Ahead {
        /// Those between the highest before it and itself.
        missing: RangeInclusive<u64>,
    },
    /// Accepted: one that was missing.
    Late,
    /// Not accepted: this very packet was accepted before. What was answered then is answered again.
    Repeated,
    /// Not accepted: another packet was accepted under this number.
    Conflict,
    /// Not accepted: a packet was accepted under this number so long ago that its digest is no longer
    /// kept.
    Forgotten,
    /// Not accepted: too far ahead of what is missing. It may be sent again when that has come.
    Beyond {
        /// The highest number that would be accepted now.
        last: u64,
    },
}

impl Admission {
    /// Whether the packet was accepted: now, and never before.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Admission::New | Admission::Ahead { .. } | Admission::Late)
    }

    /// The name, the same in every language.
    pub fn name(&self) -> &'static str {
        match self {
            Admission::New => "New",
            Admission::Ahead { .. } => "Ahead",
            Admission::Late => "Late",
            Admission::Repeated => "Repeated",
            Admission::Conflict => "Conflict",
            Admission::Forgotten => "Forgotten",
            Admission::Beyond { .. } => "Beyond",
        }
    }

    /// Nothing, if the packet was accepted.
    ///
    /// # Errors
    ///
    /// [`Code::Replayed`] for Repeated and Forgotten, [`Code::SequenceConflict`],
    /// [`Code::SequenceBeyond`].
    pub fn require_accepted(&self) -> Result<()> {
        let refuse = |code, message: String| Err(Error::new(code, "packet", message));
        match self {
            Admission::New | Admission::Ahead { .. } | Admission::Late => Ok(()),
            Admission::Repeated => refuse(Code::Replayed, "it was accepted before".to_owned()),
            Admission::Forgotten => {
                refuse(Code::Replayed, "one of its number was accepted long before".to_owned())
            }
            Admission::Conflict => {
                let message = "another one of its number was accepted before";
                refuse(Code::SequenceConflict, message.to_owned())
            }
            Admission::Beyond { last } => {
                let message = format!("too many before it are missing: {last} is taken at most");
                refuse(Code::SequenceBeyond, message)
            }
        }
    }
}

/// What has been accepted, in a transaction of its owner's.
///
/// The implementor is a transaction that is open, not the store behind it. [`admit`](Self::admit)
/// takes place in it, the owner lets the packet have its effect in it too, and then commits: so
/// packet and effect are recorded together or not at all. A transaction that is dropped or rolled
/// back leaves nothing, and the same packet is New again when the sender repeats it.
///
/// An implementation keeps, for each channel, a [`Progress`](super::Progress) and the digest of each
/// number that was accepted, and answers with [`Progress::admit`](super::Progress::admit).
pub trait ReplayState {
    /// Judges a packet and records it if it is accepted.
    ///
    /// Two transactions that admit on the same channel at the same time must not both accept the
    /// same number.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for a number out of its range; [`Code::Count`] for more channels than are
    /// kept; what the store says. Nothing is recorded then.
    fn admit(&mut self, arrival: &Arrival<'_>) -> Result<Admission>;

    /// The numbers that have not come on a channel below the highest that has, in ascending order.
    ///
    /// # Errors
    ///
    /// What the store says.
    fn missing(&mut self, channel: &Channel<'_>) -> Result<Vec<RangeInclusive<u64>>>;
}

impl<S: ReplayState + ?Sized> ReplayState for &mut S {
    fn admit(&mut self, arrival: &Arrival<'_>) -> Result<Admission> {
        (**self).admit(arrival)
    }

    fn missing(&mut self, channel: &Channel<'_>) -> Result<Vec<RangeInclusive<u64>>> {
        (**self).missing(channel)
    }
}
