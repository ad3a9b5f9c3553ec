//! SM2 keys that verify again and again, prepared within a limit of memory.

use super::{PublicKey, SignatureAlgorithm};
use crate::crypto::BadSignature;
use crate::crypto::hazmat::{Sm2Digest, sm2_verify_digest};
use crate::crypto::memo::lock_briefly;
use crate::crypto::sm2::{self, PreparedPublicKey, Signature, UserId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;

/// How many signatures under a key somebody vouched for must be good before it is prepared: making
/// the table costs about as much as four verifications save.
pub(crate) const GOOD_SIGNATURES: u32 = 4;

/// The most keys that are counted and not yet prepared.
const MAX_CANDIDATES: usize = 1024;

/// A bounded store of prepared keys; off by default.
///
/// It decides nothing: a verification gives the same answer with it and without. A key gets in only
/// if somebody vouched for it, as one whose certificate leads to an anchor, and then
/// [`GOOD_SIGNATURES`] signatures under it were good; so keys that anybody can make do not get in
/// and cost nothing to remember. Where there is no room the least recently used key goes, but only
/// if it verified nothing while the new one was counted: so more signers than fit do not drive one
/// another out. A lock that stays closed (see `memo`) is a miss.
pub(crate) struct PreparedKeys {
    limit: usize,
    kept: Mutex<Kept>,
}

/// x and y of a key, compared in full.
type Point = [u8; 64];

#[derive(Default)]
struct Kept {
    /// Counts what is asked here.
    clock: u64,
    prepared: HashMap<Point, Prepared>,
    candidates: HashMap<Point, Candidate>,
}

struct Prepared {
    key: PreparedPublicKey,
    used: u64,
}

struct Candidate {
    good: u32,
    /// From when on its signatures are counted.
    since: u64,
    used: u64,
}

impl PreparedKeys {
    /// A store whose tables take at most this many bytes; below the size of one it does nothing.
    pub(crate) fn new(limit: usize) -> Self {
        PreparedKeys { limit, kept: Mutex::default() }
    }

    /// How many bytes the tables take.
    pub(crate) fn memory(&self) -> usize {
        lock_briefly(&self.kept).map_or(0, |kept| kept.prepared.len() * PreparedPublicKey::MEMORY)
    }

    /// [`PublicKey::verify`].
    pub(crate) fn verify(
        &self,
        key: &PublicKey,
        algorithm: SignatureAlgorithm,
        user_id: &UserId,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        match key {
            PublicKey::Sm2(key) if algorithm == SignatureAlgorithm::Sm2WithSm3 => {
                let signature = Signature::from_der(signature).map_err(|_| BadSignature)?;
                let digest = Sm2Digest(key.digest(user_id, &[message]));
                self.verify_digest(key, &digest, &signature)
            }
            other => other.verify(algorithm, user_id, message, signature),
        }
    }

    /// [`sm2_verify_digest`].
    pub(crate) fn verify_digest(
        &self,
        key: &sm2::PublicKey,
        digest: &Sm2Digest,
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        if self.capacity() == 0 {
            return sm2_verify_digest(key, digest, signature);
        }
        let point = key.to_raw64();
        if let Some(prepared) = self.find(&point) {
            return sm2_verify_digest(&prepared, digest, signature);
        }
        sm2_verify_digest(key, digest, signature)?;
        if self.count(&point) {
            self.keep(point, key.into());
        }
        Ok(())
    }

    /// Says of these keys that they belong to certificates that lead to an anchor.
    pub(crate) fn vouch_for<'k>(&self, keys: impl Iterator<Item = &'k PublicKey>) {
        if self.capacity() == 0 {
            return;
        }
        let points = keys.filter_map(|key| match key {
            PublicKey::Sm2(key) => Some(key.to_raw64()),
            _ => None,
        });
        let points: Vec<Point> = points.collect();
        let Some(mut kept) = lock_briefly(&self.kept) else { return };
        points.into_iter().for_each(|point| kept.add_candidate(point));
    }

    /// How many tables the limit has room for.
    fn capacity(&self) -> usize {
        self.limit / PreparedPublicKey::MEMORY
    }

    fn find(&self, point: &Point) -> Option<PreparedPublicKey> {
        let mut kept = lock_briefly(&self.kept)?;
        let now = kept.tick();
        let found = kept.prepared.get_mut(point)?;
        found.used = now;
        Some(found.key.clone())
    }

    /// Counts a good signature; whether the key is to be prepared now, by whoever asked.
    fn count(&self, point: &Point) -> bool {
        let Some(mut kept) = lock_briefly(&self.kept) else { return false };
        let now = kept.tick();
        let Some(candidate) = kept.candidates.get_mut(point) else { return false };
        candidate.used = now;
        candidate.good += 1;
        if candidate.good < GOOD_SIGNATURES {
            return false;
        }
        let since = candidate.since;
        if kept.has_room(self.capacity(), since) {
            kept.candidates.remove(point);
            return true;
        }
        kept.candidates.insert(*point, Candidate { good: 0, since: now, used: now });
        false
    }

    fn keep(&self, point: Point, key: PreparedPublicKey) {
        let Some(mut kept) = lock_briefly(&self.kept) else { return };
        let used = kept.tick();
        while kept.prepared.len() >= self.capacity()
            && let Some((oldest, _)) = kept.least_used()
        {
            kept.prepared.remove(&oldest);
        }
        kept.prepared.insert(point, Prepared { key, used });
    }
}

impl Kept {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// Whether one more key fits, or the least recently used one was not used since then.
    fn has_room(&self, capacity: usize, since: u64) -> bool {
        self.prepared.len() < capacity || self.least_used().is_none_or(|(_, used)| used < since)
    }

    fn least_used(&self) -> Option<(Point, u64)> {
        let all = self.prepared.iter().map(|(point, prepared)| (*point, prepared.used));
        all.min_by_key(|(_, used)| *used)
    }

    fn add_candidate(&mut self, point: Point) {
        if self.prepared.contains_key(&point) || self.candidates.contains_key(&point) {
            return;
        }
        if self.candidates.len() >= MAX_CANDIDATES {
            let used = |(_, candidate): &(&Point, &Candidate)| candidate.used;
            if let Some(oldest) = self.candidates.iter().min_by_key(used).map(|(point, _)| *point) {
                self.candidates.remove(&oldest);
            }
        }
        let now = self.tick();
        self.candidates.insert(point, Candidate { good: 0, since: now, used: now });
    }
}

/// A store that is off.
impl Default for PreparedKeys {
    fn default() -> Self {
        PreparedKeys::new(0)
    }
}

/// An empty store with the same limit: who was vouched for in one place was not in another.
impl Clone for PreparedKeys {
    fn clone(&self) -> Self {
        PreparedKeys::new(self.limit)
    }
}

impl fmt::Debug for PreparedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedKeys").field("limit", &self.limit).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
