//! What has come of one conversation: the highest number and the ranges that are missing below it.

use super::replay::Admission;
use crate::asn1::reader::tag;
use crate::asn1::{Reader, writer};
use crate::error::{Code, Error, Result};
use std::ops::RangeInclusive;

/// The highest sequence number, 2^63 - 1: what every store of integers holds.
pub const MAX_SEQUENCE: u64 = i64::MAX as u64;

/// How far ahead of the first missing number a packet may be, unless the owner says otherwise.
pub const DEFAULT_WINDOW: u64 = 1024;

const NAME: &str = "sequence";

/// The number after `last`; after 0, when nothing has been sent yet, 1.
///
/// # Errors
///
/// [`Code::SequenceEnd`] after [`MAX_SEQUENCE`]: go on in a new conversation.
pub fn next_sequence(last: u64) -> Result<u64> {
    last.checked_add(1).filter(|next| *next <= MAX_SEQUENCE).ok_or_else(|| {
        let message = "the conversation has used up its numbers; begin another one";
        Error::new(Code::SequenceEnd, NAME, message)
    })
}

/// Where a number stands to those that have come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The number after the highest.
    Next,
    /// Above the number after the highest: these before it have not come.
    Ahead(RangeInclusive<u64>),
    /// One of those that were missing.
    Late,
    /// A number that has come.
    Taken,
    /// So far ahead of the first missing number that it is not taken; the highest that is.
    Beyond(u64),
}

/// What has come of one conversation from one party to another.
///
/// It keeps ranges, not a set, and takes no number so far ahead that the ranges would be many: so
/// its size is bounded by the window, however many packets come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    highest: u64,
    /// In ascending order, with taken numbers between them, all below the highest.
    missing: Vec<RangeInclusive<u64>>,
}

impl Progress {
    /// What a store kept.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for ranges that are empty, out of order, touch one another or lie outside of
    /// 1 to `highest - 1`, and for a number above [`MAX_SEQUENCE`].
    pub fn from_parts(highest: u64, missing: Vec<RangeInclusive<u64>>) -> Result<Progress> {
        let mut lowest = 1;
        for range in &missing {
            if *range.start() < lowest || range.is_empty() || *range.end() >= highest {
                let message = "ranges of missing numbers that no conversation has";
                return Err(Error::new(Code::Value, NAME, message));
            }
            lowest = range.end().saturating_add(2);
        }
        if highest > MAX_SEQUENCE {
            return Err(Error::new(Code::Value, NAME, "a number above MAX_SEQUENCE"));
        }
        Ok(Progress { highest, missing })
    }

    /// The same in DER: `SEQUENCE { highest INTEGER, missing SEQUENCE OF SEQUENCE { first INTEGER,
    /// last INTEGER } }`.
    pub fn to_der(&self) -> Vec<u8> {
        let number = |number: &u64| writer::integer_unsigned(&number.to_be_bytes());
        let range = |range: &RangeInclusive<u64>| {
            writer::sequence(&[&number(range.start()), &number(range.end())])
        };
        let missing: Vec<Vec<u8>> = self.missing.iter().map(range).collect();
        writer::sequence(&[&number(&self.highest), &writer::sequence_of(&missing)])
    }

    /// What [`to_der`](Self::to_der) gave.
    ///
    /// # Errors
    ///
    /// [`Code::Der`]; as for [`from_parts`](Self::from_parts).
    pub fn from_der(der: &[u8]) -> Result<Progress> {
        let number = |reader: &mut Reader<'_>| {
            let number = reader.expect(tag::INTEGER)?;
            u64::try_from(number.integer_i64()?).map_err(|_| number.error("a negative number"))
        };
        let mut fields = Reader::whole(der, NAME)?;
        let highest = number(&mut fields)?;
        let mut ranges = fields.sequence()?;
        fields.finish()?;
        let mut missing = Vec::new();
        while !ranges.is_empty() {
            let mut range = ranges.sequence()?;
            missing.push(number(&mut range)?..=number(&mut range)?);
            range.finish()?;
        }
        Progress::from_parts(highest, missing)
    }

    /// The highest number that has come; 0 before the first.
    pub fn highest(&self) -> u64 {
        self.highest
    }

    /// The numbers below the highest that have not come, in ascending order.
    pub fn missing(&self) -> &[RangeInclusive<u64>] {
        &self.missing
    }

    /// The lowest number that has not come: all before it have.
    pub fn first_missing(&self) -> u64 {
        let next = self.highest.saturating_add(1);
        self.missing.first().map_or(next, |range| *range.start())
    }

    /// Where `sequence` (1 to [`MAX_SEQUENCE`]) stands; nothing changes. `window` is how far ahead of
    /// the first missing number one may be; 1 takes the numbers in their order only.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for a number out of its range.
    pub fn place(&self, sequence: u64, window: u64) -> Result<Place> {
        if !(1..=MAX_SEQUENCE).contains(&sequence) {
            return Err(Error::new(Code::Value, NAME, "a number out of 1 to 2^63 - 1"));
        }
        let last = self.first_missing().saturating_add(window.max(1) - 1).min(MAX_SEQUENCE);
        let next = self.highest.saturating_add(1);
        Ok(if sequence < next {
            let missing = self.missing.iter().any(|range| range.contains(&sequence));
            if missing { Place::Late } else { Place::Taken }
        } else if sequence > last {
            Place::Beyond(last)
        } else if sequence == next {
            Place::Next
        } else {
            Place::Ahead(next..=sequence - 1)
        })
    }

    /// Takes `sequence` if its [`place`](Self::place) is Next, Ahead or Late, and gives the place.
    ///
    /// # Errors
    ///
    /// As for `place`.
    pub fn take(&mut self, sequence: u64, window: u64) -> Result<Place> {
        let place = self.place(sequence, window)?;
        match &place {
            Place::Next => self.highest = sequence,
            Place::Ahead(gap) => {
                self.missing.push(gap.clone());
                self.highest = sequence;
            }
            Place::Late => self.fill(sequence),
            Place::Taken | Place::Beyond(_) => {}
        }
        Ok(place)
    }

    /// Takes `sequence` if it has not come and is within the window, and says what a
    /// [`ReplayState`](super::ReplayState) says. `known` is the digest of the packet that was accepted
    /// under this number, if it is kept; `digest` that of the packet that has come.
    ///
    /// # Errors
    ///
    /// As for [`place`](Self::place).
    pub fn admit(
        &mut self,
        sequence: u64,
        window: u64,
        digest: &[u8; 32],
        known: Option<&[u8; 32]>,
    ) -> Result<Admission> {
        Ok(match (self.take(sequence, window)?, known) {
            (Place::Next, _) => Admission::New,
            (Place::Ahead(missing), _) => Admission::Ahead { missing },
            (Place::Late, _) => Admission::Late,
            (Place::Taken, Some(known)) if known == digest => Admission::Repeated,
            (Place::Taken, Some(_)) => Admission::Conflict,
            (Place::Taken, None) => Admission::Forgotten,
            (Place::Beyond(last), _) => Admission::Beyond { last },
        })
    }

    fn fill(&mut self, sequence: u64) {
        let Some(at) = self.missing.iter().position(|range| range.contains(&sequence)) else {
            return;
        };
        let range = self.missing.remove(at);
        let (before, after) = (*range.start()..=sequence - 1, sequence + 1..=*range.end());
        let left = [before, after].into_iter().filter(|range| !range.is_empty());
        self.missing.splice(at..at, left);
    }
}
