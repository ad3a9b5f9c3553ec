//! Seals that were read before, found again by their bytes.

use super::stamp::Stamp;
use super::value::Seal;
use crate::asn1::Profile;
use crate::crypto::memo::lock_briefly;
use crate::error::Result;
use std::sync::Mutex;

/// A bounded store of seals, so that many stamps by a few seals are read and hashed quickly.
///
/// A seal is found only if every byte of it is the same. What is kept with it saves work and
/// decides nothing: the checks are made each time. The least recently used seal goes first.
#[derive(Debug)]
pub struct SealCache {
    capacity: usize,
    seals: Mutex<Vec<Seal>>,
}

impl SealCache {
    /// A store of at most `capacity` seals (at least one).
    pub fn new(capacity: usize) -> Self {
        SealCache { capacity: capacity.max(1), seals: Mutex::new(Vec::new()) }
    }

    /// Reads a seal, or gives the one that was read from the same bytes.
    ///
    /// # Errors
    ///
    /// As [`Seal::parse`].
    pub fn parse_seal(&self, bytes: &[u8], profile: Profile) -> Result<Seal> {
        if let Some(seal) = self.find(bytes, profile) {
            return Ok(seal);
        }
        let seal = Seal::parse(bytes, profile)?;
        self.keep(&seal);
        Ok(seal)
    }

    /// Reads a stamp; the seal in it is found again if it was read before.
    ///
    /// # Errors
    ///
    /// As [`Stamp::parse`].
    pub fn parse_stamp(&self, bytes: &[u8], profile: Profile) -> Result<Stamp> {
        Stamp::parse_with(bytes.into(), profile, |seal| self.parse_seal(seal, profile))
    }

    fn find(&self, bytes: &[u8], profile: Profile) -> Option<Seal> {
        let mut seals = lock_briefly(&self.seals)?;
        // The end of a seal is its signature: another seal differs there at the latest.
        let end = bytes.get(bytes.len().saturating_sub(32)..)?;
        let at = seals.iter().rposition(|seal| {
            seal.profile() == profile && seal.as_bytes().ends_with(end) && seal.as_bytes() == bytes
        })?;
        let seal = seals.remove(at);
        seals.push(seal.clone());
        Some(seal)
    }

    fn keep(&self, seal: &Seal) {
        let Some(mut seals) = lock_briefly(&self.seals) else { return };
        if seals.len() >= self.capacity {
            seals.remove(0);
        }
        seals.push(seal.clone());
    }
}
