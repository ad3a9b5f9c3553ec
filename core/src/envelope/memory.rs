//! What has been accepted, in memory: for as long as the process lives.

use super::progress::{DEFAULT_WINDOW, Progress};
use super::replay::{Admission, Arrival, Channel, ReplayState};
use crate::error::{Code, Error, Result};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// How much a [`MemoryReplay`] keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryLimits {
    /// How far ahead of the first missing number a packet may be.
    pub window: u64,
    /// Of how many numbers, from the highest down, the digests are kept, which tell a packet that
    /// was repeated from another one of its number. Of a number before them neither is accepted.
    pub digests: u64,
    /// The most channels. None is ever forgotten: its packets would be accepted again.
    pub channels: usize,
}

impl Default for MemoryLimits {
    /// A window of 1024, 1024 digests a channel, 1024 channels: some 64 MB at the very most.
    fn default() -> Self {
        MemoryLimits { window: DEFAULT_WINDOW, digests: 1024, channels: 1024 }
    }
}

/// What has been accepted, in memory.
///
/// It knows nothing after a restart: then everything that was ever sent would be accepted again. Use
/// it where conversations do not outlive the process, and a store elsewhere.
#[derive(Debug, Default)]
pub struct MemoryReplay {
    limits: MemoryLimits,
    channels: BTreeMap<Key, Record>,
}

/// Sender, receiver and conversation.
type Key = [String; 3];

#[derive(Debug, Default)]
struct Record {
    progress: Progress,
    digests: BTreeMap<u64, [u8; 32]>,
}

impl MemoryReplay {
    /// Nothing accepted yet.
    pub fn new(limits: MemoryLimits) -> Self {
        MemoryReplay { limits, channels: BTreeMap::new() }
    }

    /// Begins a transaction. It has to be committed; dropped, it leaves nothing.
    pub fn begin(&mut self) -> MemoryTransaction<'_> {
        MemoryTransaction { replay: self, changed: BTreeMap::new() }
    }

    /// What has come on a channel.
    pub fn progress(&self, channel: &Channel<'_>) -> Progress {
        self.channels.get(&key(channel)).map(|record| record.progress.clone()).unwrap_or_default()
    }

    /// The digest of what was accepted under this number, if it is kept.
    fn digest(&self, key: &Key, sequence: u64) -> Option<&[u8; 32]> {
        self.channels.get(key)?.digests.get(&sequence)
    }
}

fn key(channel: &Channel<'_>) -> Key {
    [channel.sender, channel.receiver, channel.conversation].map(str::to_owned)
}

/// A transaction on a [`MemoryReplay`].
#[derive(Debug)]
#[must_use = "what is not committed is forgotten"]
pub struct MemoryTransaction<'a> {
    replay: &'a mut MemoryReplay,
    /// The progress as it will be, and the digests that will be added.
    changed: BTreeMap<Key, Record>,
}

impl MemoryTransaction<'_> {
    /// Keeps what was admitted.
    pub fn commit(self) {
        let MemoryTransaction { replay, changed } = self;
        for (key, change) in changed {
            if change.progress.highest() == 0 {
                continue; // nothing was accepted
            }
            let record = replay.channels.entry(key).or_default();
            record.progress = change.progress;
            record.digests.extend(change.digests);
            let last = record.progress.highest().saturating_sub(replay.limits.digests);
            record.digests = record.digests.split_off(&(last + 1));
        }
    }

    fn change(&mut self, key: Key) -> Result<&mut Record> {
        let known = self.replay.channels.get(&key);
        let new = known.is_none() && !self.changed.contains_key(&key);
        let others = |key: &&Key| !self.replay.channels.contains_key(*key);
        let count = self.replay.channels.len() + self.changed.keys().filter(others).count();
        if new && count >= self.replay.limits.channels {
            let message = "more conversations than are kept";
            return Err(Error::new(Code::Count, "replay state", message));
        }
        let progress = known.map(|record| record.progress.clone()).unwrap_or_default();
        let begun = || Record { progress, digests: BTreeMap::new() };
        Ok(self.changed.entry(key).or_insert_with(begun))
    }
}

impl ReplayState for MemoryTransaction<'_> {
    fn admit(&mut self, arrival: &Arrival<'_>) -> Result<Admission> {
        let Arrival { channel, sequence, digest } = arrival;
        let MemoryLimits { window, digests, .. } = self.replay.limits;
        let key = key(channel);
        let kept = self.replay.digest(&key, *sequence).copied();
        // A number out of its range makes no channel.
        Progress::default().place(*sequence, window)?;
        let record = self.change(key)?;
        let remembered = *sequence > record.progress.highest().saturating_sub(digests);
        let known = record.digests.get(sequence).copied().or(kept).filter(|_| remembered);
        let admission = record.progress.admit(*sequence, window, digest, known.as_ref())?;
        if admission.is_accepted() {
            record.digests.insert(*sequence, *digest);
        }
        Ok(admission)
    }

    fn missing(&mut self, channel: &Channel<'_>) -> Result<Vec<RangeInclusive<u64>>> {
        let changed = self.changed.get(&key(channel)).map(|record| record.progress.clone());
        let progress = changed.unwrap_or_else(|| self.replay.progress(channel));
        Ok(progress.missing().to_vec())
    }
}
