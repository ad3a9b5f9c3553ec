//! Recomputing the logs of a store from their entries.

use super::content::damaged;
use super::storage::{PlacedCheckpoint, PlacedEntry, Snapshot};
use crate::error::Result;
use crate::ledger::{
    CheckpointKey, Entry, Frontier, Heads, LogHead, LogKey, SignedCheckpoint, leaf_hash,
};
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// How many entries are read at once.
const CHUNK: usize = 1_000;

/// What recomputing the logs found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogAudit {
    /// Entries that are what they were when they were written, as far as the store itself can tell.
    pub entries: u64,
    /// Checkpoints that hold: signed by one of the keys, in their order, and true of the entries.
    pub checkpoints: u64,
    /// How many entries the last of these covers. What came after it, whoever can write the file
    /// could have changed consistently.
    pub covered: u64,
    /// The first thing that is not as it has to be; nothing behind it was looked at.
    pub difference: Option<LogDifference>,
}

/// Where a log is not what it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogDifference {
    /// The place among the entries of all logs: of the entry, or of the last that a checkpoint covers.
    pub place: u64,
    /// The log, and the number of the entry in it, if it is about one.
    pub entry: Option<(LogKey, u64)>,
    /// What is different, for people.
    pub what: String,
}

/// Recomputes every log from its entries: each leaf and node, each frontier, each checkpoint.
///
/// `origin` is the [name](super::Identity::name) of the store, which its checkpoints bear.
/// `keys` are those that sign the checkpoints of this store; without one no checkpoint holds.
/// `held` is a checkpoint that was kept elsewhere: only against it is it found that the whole file
/// was written anew, or that an old copy was put back.
///
/// # Errors
///
/// Family Storage if the store cannot be read. What is wrong with the logs is no error but a
/// [`LogDifference`].
pub fn audit_logs(
    snapshot: &dyn Snapshot,
    origin: &str,
    keys: &[CheckpointKey],
    held: Option<&SignedCheckpoint>,
) -> Result<LogAudit> {
    let mut audit = Audit {
        origin,
        keys,
        held,
        logs: BTreeMap::new(),
        changed: BTreeSet::new(),
        heads: Heads::new(),
        last: None,
        found: LogAudit { entries: 0, checkpoints: 0, covered: 0, difference: None },
    };
    audit.found.difference = audit.run(snapshot)?.err();
    Ok(audit.found)
}

type Found = std::result::Result<(), LogDifference>;

struct Audit<'k> {
    origin: &'k str,
    keys: &'k [CheckpointKey],
    held: Option<&'k SignedCheckpoint>,
    logs: BTreeMap<LogKey, (Frontier, Option<Time>)>,
    /// The logs whose heads have still to be set.
    changed: BTreeSet<LogKey>,
    heads: Heads,
    last: Option<SignedCheckpoint>,
    found: LogAudit,
}

impl Audit<'_> {
    fn run(&mut self, snapshot: &dyn Snapshot) -> Result<Found> {
        let mut checkpoints = snapshot.checkpoints(0, CHUNK)?.into_iter().peekable();
        let mut place = 0;
        loop {
            let entries = snapshot.entries_of_all(place, CHUNK)?;
            if entries.is_empty() {
                break;
            }
            for placed in &entries {
                if let Err(difference) = self.entry(place, placed) {
                    return Ok(Err(difference));
                }
                place = placed.place;
                while let Some(checkpoint) = checkpoints.next_if(|next| next.place <= place) {
                    if let Err(difference) = self.checkpoint(place, &checkpoint) {
                        return Ok(Err(difference));
                    }
                    if checkpoints.peek().is_none() {
                        checkpoints = snapshot.checkpoints(place, CHUNK)?.into_iter().peekable();
                    }
                }
                if let Err(difference) = self.held_at(place) {
                    return Ok(Err(difference));
                }
            }
        }
        if let Some(checkpoint) = checkpoints.next() {
            let what = format!("there are {place} entries, and a checkpoint covers more");
            return Ok(Err(at(checkpoint.place, what)));
        }
        if let Some(held) = self.held
            && held.checkpoint().entries > place
        {
            let held = held.checkpoint().entries;
            let what = format!("there are {place} entries, and the checkpoint held covers {held}");
            return Ok(Err(at(place, what)));
        }
        self.frontiers(snapshot, place)
    }

    /// The next entry after the one in `before`.
    fn entry(&mut self, before: u64, placed: &PlacedEntry) -> Found {
        let PlacedEntry { place, log, number, entry } = placed;
        let differs = |what: &str| {
            Err(LogDifference {
                place: *place,
                entry: Some((log.clone(), *number)),
                what: what.to_owned(),
            })
        };
        if *place != before.saturating_add(1) {
            return differs("an entry before it is missing");
        }
        let leaf = leaf_hash(&entry.bytes);
        if entry.nodes.first_chunk() != Some(&leaf) {
            return differs("the entry is not the one that was recorded");
        }
        let Ok(read) = Entry::from_der(&entry.bytes) else {
            return differs("the entry cannot be read");
        };
        if read.log != *log || read.sequence != *number {
            return differs("the entry says that it stands elsewhere");
        }
        let (frontier, time) = self.logs.entry(log.clone()).or_default();
        if frontier.size() != *number {
            return differs("an entry before it in its log is missing");
        }
        if time.is_some_and(|last| read.time < last) {
            return differs("it is earlier than the entry before it");
        }
        match frontier.append(leaf) {
            Ok(nodes) if nodes.as_flattened() == entry.nodes => {}
            _ => return differs("the tree above it is not the one that was recorded"),
        }
        *time = Some(read.time);
        self.changed.insert(log.clone());
        self.found.entries += 1;
        Ok(())
    }

    fn checkpoint(&mut self, place: u64, kept: &PlacedCheckpoint) -> Found {
        let differs = |what: &str| Err(at(kept.place, what));
        if kept.place != place {
            return differs("a checkpoint stands where no entry is");
        }
        let Ok(signed) = SignedCheckpoint::from_der(&kept.bytes) else {
            return differs("the checkpoint cannot be read");
        };
        if signed.verify(self.keys).is_err() {
            return differs("the checkpoint is not signed by a key of this store");
        }
        let checkpoint = signed.checkpoint();
        if checkpoint.origin != self.origin {
            return differs("the checkpoint is of another store");
        }
        let (before, counter) = match &self.last {
            Some(last) => (Some(last.digest()), last.checkpoint().counter.saturating_add(1)),
            None => (None, 1),
        };
        if (checkpoint.previous, checkpoint.counter) != (before, counter) {
            return differs("the checkpoint does not follow the one before");
        }
        if !self.is_true(&signed)? {
            return differs("the entries are not those of the checkpoint");
        }
        self.last = Some(signed);
        self.found.checkpoints += 1;
        self.found.covered = place;
        Ok(())
    }

    /// Compares with the checkpoint that is held elsewhere, if it covers just the entries so far.
    fn held_at(&mut self, place: u64) -> Found {
        let Some(held) = self.held.filter(|held| held.checkpoint().entries == place) else {
            return Ok(());
        };
        if held.verify(self.keys).is_err() {
            return Err(at(place, "the checkpoint held is not signed by a key of this store"));
        }
        if held.checkpoint().origin != self.origin {
            return Err(at(place, "the checkpoint held is of another store"));
        }
        if !self.is_true(held)? {
            return Err(at(place, "the entries are not those of the checkpoint held"));
        }
        self.found.covered = self.found.covered.max(place);
        Ok(())
    }

    /// Whether a checkpoint is true of the entries so far.
    fn is_true(&mut self, signed: &SignedCheckpoint) -> std::result::Result<bool, LogDifference> {
        for log in std::mem::take(&mut self.changed) {
            if let Some((frontier, _)) = self.logs.get(&log) {
                let head = LogHead { log, size: frontier.size(), root: frontier.root() };
                self.heads.set(head).map_err(|error| at(self.found.entries, error.to_string()))?;
            }
        }
        let checkpoint = signed.checkpoint();
        let (logs, entries) = (self.heads.len() as u64, self.heads.entries());
        Ok((checkpoint.logs, u128::from(checkpoint.entries)) == (logs, entries)
            && checkpoint.heads == self.heads.root())
    }

    /// Compares with what the next entries would be appended to.
    fn frontiers(&self, snapshot: &dyn Snapshot, place: u64) -> Result<Found> {
        let kept = snapshot.logs()?;
        if !kept.iter().eq(self.logs.keys()) {
            return Ok(Err(at(place, "the logs are not those that have entries")));
        }
        for (log, (frontier, _)) in &self.logs {
            let state = snapshot.log(log)?.ok_or_else(|| damaged("a log that is gone"))?;
            if (state.size, state.frontier) != (frontier.size(), frontier.to_bytes()) {
                let what = format!("the log {log} goes on from something else than its entries");
                return Ok(Err(at(place, what)));
            }
        }
        Ok(Ok(()))
    }
}

fn at(place: u64, what: impl Into<String>) -> LogDifference {
    LogDifference { place, entry: None, what: what.into() }
}
