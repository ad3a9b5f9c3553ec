//! Makes lists of states, for small installations.

use super::read::is_text;
use super::{FORMAT, MAX_BYTES, MAX_HISTORY, MAX_SEALS, STRUCTURE};
use super::{SealEntry, SealStates, StateChange};
use crate::asn1::reader::tag;
use crate::asn1::writer;
use crate::cms;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::time::Time;
use std::collections::BTreeMap;

/// A list of states in the making.
///
/// ```
/// use yinxin::time::Time;
/// use yinxin::trust::seal_states::{SealName, SealState, SealStatesBuilder, StateChange};
///
/// let day = |day| Time::from_civil(2026, 3, day, 0, 0, 0).unwrap();
/// let mut list = SealStatesBuilder::new("某某市公安局", day(2), day(9))?;
/// let seal = SealName { digest: [7; 32], id: "33000000000001", maker: "Maker" };
/// let change = StateChange {
///     state: SealState::Active,
///     effective_from: day(1),
///     recorded_at: day(1),
///     reason: String::new(),
/// };
/// list.record(&seal, change)?;
/// assert_eq!(list.number(), 1);
/// # Ok::<(), yinxin::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SealStatesBuilder {
    pub(super) issuer: String,
    pub(super) number: u64,
    this_update: Time,
    next_update: Time,
    previous: Option<[u8; 32]>,
    pub(super) seals: BTreeMap<[u8; 32], SealEntry>,
}

/// The seal that a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealName<'a> {
    /// SM3 over the DER of the seal.
    pub digest: [u8; 32],
    /// esID, for people.
    pub id: &'a str,
    /// Who made the seal, for people.
    pub maker: &'a str,
}

impl SealStatesBuilder {
    /// A first list, number 1, in force from `this_update` to `next_update`.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a name that is empty or no text of a list, times that are not whole
    /// seconds or a list that ends before it is issued.
    pub fn new(issuer: &str, this_update: Time, next_update: Time) -> Result<Self> {
        if issuer.is_empty() || !is_text(issuer) {
            return Err(argument("issuer", "1 to 255 bytes without control characters"));
        }
        whole("this_update", this_update)?;
        whole("next_update", next_update)?;
        if next_update < this_update {
            return Err(argument("next_update", "the list would end before it is issued"));
        }
        Ok(SealStatesBuilder {
            issuer: issuer.to_owned(),
            number: 1,
            this_update,
            next_update,
            previous: None,
            seals: BTreeMap::new(),
        })
    }

    /// The list after `previous`, with everything that it says.
    ///
    /// Whether `previous` was signed by the right one is for the caller to ask
    /// ([`SealStates::check`]).
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and [`Code::Argument`] for a time before that of `previous`.
    pub fn after(previous: &SealStates, this_update: Time, next_update: Time) -> Result<Self> {
        if this_update < previous.this_update() {
            return Err(argument("this_update", "the previous list was issued later"));
        }
        let seals = previous.seals().iter().map(|entry| (entry.seal, entry.clone())).collect();
        let number = previous.number().checked_add(1).filter(|number| *number <= i64::MAX as u64);
        Ok(SealStatesBuilder {
            number: number.ok_or_else(|| argument("previous", "there is no higher number"))?,
            previous: Some(*previous.digest()),
            seals,
            ..Self::new(previous.issuer(), this_update, next_update)?
        })
    }

    /// The number of the list.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Adds a change to the history of a seal; the names of a seal that is listed stay as they are.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a change recorded before the last one or after `this_update`, and for
    /// times and texts that a list cannot hold; [`Code::Count`] above the limits of this module.
    pub fn record(&mut self, seal: &SealName<'_>, change: StateChange) -> Result<()> {
        whole("effective_from", change.effective_from)?;
        whole("recorded_at", change.recorded_at)?;
        if ![seal.id, seal.maker, &change.reason].into_iter().all(is_text) {
            return Err(argument("text", "up to 255 bytes without control characters"));
        }
        if change.recorded_at > self.this_update {
            return Err(argument("recorded_at", "the list is issued before the change"));
        }
        let full = self.seals.len() >= MAX_SEALS && !self.seals.contains_key(&seal.digest);
        if full {
            return Err(Error::new(Code::Count, STRUCTURE, "more seals than MAX_SEALS"));
        }
        let entry = self.seals.entry(seal.digest).or_insert_with(|| SealEntry {
            seal: seal.digest,
            id: seal.id.to_owned(),
            maker: seal.maker.to_owned(),
            history: Vec::new(),
        });
        if entry.history.len() >= MAX_HISTORY {
            return Err(Error::new(Code::Count, STRUCTURE, "more changes than MAX_HISTORY"));
        }
        if entry.history.last().is_some_and(|last| change.recorded_at < last.recorded_at) {
            return Err(argument("recorded_at", "a later change is recorded"));
        }
        entry.history.push(change);
        Ok(())
    }

    /// The list, signed with SM2; the signer's certificates go along.
    ///
    /// # Errors
    ///
    /// As for [`cms::sign_attached`]; [`Code::Size`] above the limit of this module;
    /// [`Code::Signer`] if the signature does not verify.
    pub fn sign(&self, signer: &dyn Signer) -> Result<SealStates> {
        let content = self.to_der();
        // The message adds the certificates and little else.
        if content.len() > MAX_BYTES {
            return Err(Error::new(Code::Size, STRUCTURE, "larger than MAX_BYTES"));
        }
        let states = SealStates::from_der(&cms::sign_attached(signer, &content)?)?;
        if !states.is_signed(&Default::default()) {
            return Err(Error::new(Code::Signer, STRUCTURE, "the signature does not verify"));
        }
        Ok(states)
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        let seals: Vec<Vec<u8>> = self.seals.values().map(entry).collect();
        let previous =
            self.previous.map(|digest| writer::tlv(tag::context_primitive(0), &[&digest]));
        writer::sequence(&[
            &writer::utf8(FORMAT),
            &writer::utf8(&self.issuer),
            &writer::integer_unsigned(&self.number.to_be_bytes()),
            &writer::generalized_time(self.this_update),
            &writer::generalized_time(self.next_update),
            &previous.unwrap_or_default(),
            &writer::sequence_of(&seals),
        ])
    }
}

fn entry(entry: &SealEntry) -> Vec<u8> {
    let change = |change: &StateChange| {
        writer::sequence(&[
            &writer::enumerated(change.state as u8),
            &writer::generalized_time(change.effective_from),
            &writer::generalized_time(change.recorded_at),
            &writer::utf8(&change.reason),
        ])
    };
    let history: Vec<Vec<u8>> = entry.history.iter().map(change).collect();
    writer::sequence(&[
        &writer::octet_string(&entry.seal),
        &writer::utf8(&entry.id),
        &writer::utf8(&entry.maker),
        &writer::sequence_of(&history),
    ])
}

fn whole(name: &'static str, time: Time) -> Result<()> {
    if time.nanos() != 0 {
        return Err(argument(name, "times are whole seconds"));
    }
    Ok(())
}

fn argument(name: &'static str, message: &'static str) -> Error {
    Error::new(Code::Argument, name, message)
}
