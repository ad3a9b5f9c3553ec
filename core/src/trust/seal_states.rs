//! Lists of the states of seals (印章状态): who was allowed to stamp with what, and when.
//!
//! A seal carries its own dates and a maker's certificate, but nothing that says whether it was
//! suspended or cancelled. That is said by a signed list: for each seal, found by the SM3 digest
//! of its bytes, the changes of its state in the order in which they were recorded. Nothing is
//! ever taken out of a history: what is said later about an earlier time is added, with both times.
//!
//! What held at a moment is what was recorded last among that which took effect until then; but
//! a cancelled seal and one marked invalid stay so, whatever is recorded later. So a seal that was
//! cancelled yesterday does not spoil what was stamped last year, and what was stamped while it
//! was suspended does not become good by its return.

mod check;
mod make;
mod question;
mod read;
mod verdicts;

pub use make::{SealName, SealStatesBuilder};
pub(crate) use question::{SealQuestion, judge};
pub(super) use verdicts::Verdicts;

use crate::cert::Certificate;
use crate::cms::SignedData;
use crate::crypto::memo::Memo;
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::fmt;
use std::sync::Arc;

/// The largest list that is read, in bytes. Source: ours.
pub const MAX_BYTES: usize = 32 << 20;
/// The most seals of one list. Source: ours.
pub const MAX_SEALS: usize = 200_000;
/// The most changes of one seal's state. Source: ours.
pub const MAX_HISTORY: usize = 256;
/// The longest issuer, id, maker or reason, in bytes. Source: ours.
pub const MAX_TEXT: usize = 255;

/// The first member of a list: nothing else that anybody signs starts like this.
const FORMAT: &str = "yinxin:seal-states:1";
const STRUCTURE: &str = "SealStates";

/// The state of a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SealState {
    /// In use.
    Active,
    /// Not to be used until it is active again.
    Suspended,
    /// Never to be used again.
    Cancelled,
    /// Produced unlawfully: it ought never to have been used.
    MarkedInvalid,
}

impl SealState {
    /// Every state, in the order of their numbers.
    pub const ALL: [SealState; 4] =
        [SealState::Active, SealState::Suspended, SealState::Cancelled, SealState::MarkedInvalid];

    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            SealState::Active => "active",
            SealState::Suspended => "suspended",
            SealState::Cancelled => "cancelled",
            SealState::MarkedInvalid => "marked-invalid",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether no other state follows.
    pub fn is_final(self) -> bool {
        matches!(self, SealState::Cancelled | SealState::MarkedInvalid)
    }
}

/// One change of a seal's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    /// The state from then on.
    pub state: SealState,
    /// When it took, or takes, effect.
    pub effective_from: Time,
    /// When that was written down.
    pub recorded_at: Time,
    /// Why, for people; may be empty.
    pub reason: String,
}

impl StateChange {
    /// Whether the change took effect before it was recorded.
    pub fn is_retroactive(&self) -> bool {
        self.effective_from < self.recorded_at
    }
}

/// What a list says about one seal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealEntry {
    /// SM3 over the DER of the seal: what the entry is found by.
    pub seal: [u8; 32],
    /// esID, for people.
    pub id: String,
    /// Who made the seal, for people.
    pub maker: String,
    /// The changes in the order in which they were recorded; at least one.
    pub history: Vec<StateChange>,
}

impl SealEntry {
    /// The change by which the seal has its state at this moment; `None` before the first.
    pub fn at(&self, moment: Time) -> Option<&StateChange> {
        let effective = || self.history.iter().filter(|change| change.effective_from <= moment);
        effective().find(|change| change.state.is_final()).or_else(|| effective().next_back())
    }

    /// Whether a change takes effect after the first moment and until the second.
    fn changed_between(&self, after: Time, until: Time) -> Option<&StateChange> {
        let mut changes = self.history.iter();
        changes.find(|change| after < change.effective_from && change.effective_from <= until)
    }
}

/// A signed list of the states of seals, as received. A clone shares the bytes.
///
/// Reading proves nothing: a list counts only if [`check`](Self::check) finds it valid.
///
/// # Source
///
/// Ours; no standard gives a form for what 国办发〔2025〕33号 asks to be recorded. DER, signed in a
/// message of GB/T 35275 with the list as its content, without attributes, with one signer, whose
/// certificate is inside:
///
/// ```text
/// SealStates ::= SEQUENCE {
///   format UTF8String,                  -- "yinxin:seal-states:1"
///   issuer UTF8String, number INTEGER,  -- from 1, rising from list to list
///   thisUpdate GeneralizedTime, nextUpdate GeneralizedTime,
///   previous [0] OCTET STRING OPTIONAL, -- SM3 of the previous SealStates
///   seals SEQUENCE OF SealEntry }       -- ascending by seal, none twice
/// SealEntry ::= SEQUENCE {
///   seal OCTET STRING,                  -- SM3 of the seal's DER
///   id UTF8String, maker UTF8String,    -- for people
///   history SEQUENCE OF StateChange }   -- by recordedAt, at least one
/// StateChange ::= SEQUENCE {
///   state ENUMERATED { active (0), suspended (1), cancelled (2), markedInvalid (3) },
///   effectiveFrom GeneralizedTime, recordedAt GeneralizedTime,
///   reason UTF8String }
/// ```
///
/// Times are whole seconds; nothing is recorded after thisUpdate. The primitive `[0]` is implicit.
#[derive(Clone)]
pub struct SealStates(Arc<Inner>);

struct Inner {
    bytes: Vec<u8>,
    signed: SignedData,
    certificate: Certificate,
    fields: Fields,
    digest: [u8; 32],
    /// Whether the signature is good under the certificate inside: it is the same at any time.
    signature: Memo<bool>,
}

/// What the signed content says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fields {
    issuer: String,
    number: u64,
    this_update: Time,
    next_update: Time,
    previous: Option<[u8; 32]>,
    seals: Vec<SealEntry>,
}

impl SealStates {
    /// Reads a signed list, the whole input.
    ///
    /// # Errors
    ///
    /// Malformed 1xx with the place, `Form` for another kind of message, `Version` for another
    /// format, `Size` and `Count` above the limits of this module.
    pub fn from_der(bytes: &[u8]) -> Result<SealStates> {
        if bytes.len() > MAX_BYTES {
            return Err(Error::new(Code::Size, STRUCTURE, "larger than MAX_BYTES"));
        }
        read::read(bytes).map(|inner| SealStates(Arc::new(inner)))
    }

    /// The signed list as received.
    pub fn as_der(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Who issued the list, by its own statement.
    pub fn issuer(&self) -> &str {
        &self.0.fields.issuer
    }

    /// The number of the list among those of its issuer.
    pub fn number(&self) -> u64 {
        self.0.fields.number
    }

    /// When the list was issued.
    pub fn this_update(&self) -> Time {
        self.0.fields.this_update
    }

    /// Until when the list is in force; the next one is there by then.
    pub fn next_update(&self) -> Time {
        self.0.fields.next_update
    }

    /// The digest of the list before, if it names one.
    pub fn previous(&self) -> Option<&[u8; 32]> {
        self.0.fields.previous.as_ref()
    }

    /// SM3 over the signed content: what the next list calls its previous one.
    pub fn digest(&self) -> &[u8; 32] {
        &self.0.digest
    }

    /// The certificate of the one who signed the list, from inside the message.
    pub fn certificate(&self) -> &Certificate {
        &self.0.certificate
    }

    /// The entries, ascending by the digests of the seals.
    pub fn seals(&self) -> &[SealEntry] {
        &self.0.fields.seals
    }

    /// What the list says about the seal with this digest.
    pub fn entry(&self, seal: &[u8; 32]) -> Option<&SealEntry> {
        let seals = self.seals();
        seals.binary_search_by(|entry| entry.seal.cmp(seal)).ok().and_then(|at| seals.get(at))
    }

    /// Why this list cannot be a later one than `earlier` of the same issuer; `None` if it can.
    ///
    /// Its number is higher, and it keeps every entry and every recorded change.
    pub fn break_after(&self, earlier: &SealStates) -> Option<String> {
        if self.issuer() != earlier.issuer() {
            return Some("it is another issuer's".to_owned());
        }
        if self.number() <= earlier.number() {
            return Some(format!("number {} does not follow {}", self.number(), earlier.number()));
        }
        if self.this_update() < earlier.this_update() {
            return Some("it was issued before the earlier one".to_owned());
        }
        let next = self.number() - earlier.number() == 1;
        if next && self.previous() != Some(earlier.digest()) {
            return Some("it names another list as the previous one".to_owned());
        }
        let kept = |old: &&SealEntry| {
            self.entry(&old.seal).is_some_and(|new| new.history.starts_with(&old.history))
        };
        let lost = earlier.seals().iter().find(|old| !kept(old))?;
        Some(format!("the history of the seal {} was changed", lost.id))
    }
}

impl fmt::Debug for SealStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealStates({}, number {})", self.issuer(), self.number())
    }
}

impl PartialEq for SealStates {
    /// The same bytes.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.as_der() == other.as_der()
    }
}

impl Eq for SealStates {}

#[cfg(test)]
mod tests;
