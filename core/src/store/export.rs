//! The log of a store as one stream that another machine verifies: what `ledger::Export` writes.

mod source;

pub(super) use source::{Pipe, Source};

use super::content::damaged;
use super::storage::{PlacedCheckpoint, PlacedEntry, Snapshot};
use crate::error::{Code, Error, Result};
use crate::ledger::{
    Countersignature, Export, Frontier, LogHead, LogKey, SignedCheckpoint, node_hash,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Write;

/// How many entries, and how many checkpoints, are read at once.
const CHUNK: usize = 500;

/// An entry by its place, its log and its number there.
pub(super) type NamedEntry = (u64, LogKey, u64);

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Exported {
    /// Entries.
    pub entries: u64,
    /// Checkpoints.
    pub checkpoints: u64,
    /// Countersignatures of witnesses.
    pub countersignatures: u64,
    /// Entries after the last checkpoint: nothing covers them.
    pub uncovered: u64,
    /// The last checkpoint.
    pub last: Option<SignedCheckpoint>,
}

/// Writes the logs of a store, for [`ledger::Audit`](crate::ledger::Audit) to read: whole, or what came
/// after a checkpoint. What stands in the store is written as it stands there, right or wrong.
///
/// `origin` is the [name](super::Identity::name) of the store. `countersignatures` are what witnesses
/// gave for its checkpoints; each is written after the checkpoint that it is about. Takes some
/// megabytes of memory, and half a kilobyte for each log.
///
/// # Errors
///
/// `CheckpointMissing` if the log does not have the checkpoint `after`, or one that a witness
/// countersigned: then it is not the log that they saw. `StoreDamaged` for a checkpoint that cannot be
/// read; `Write`; family Storage. What was written until then is no export.
pub fn export_log(
    snapshot: &dyn Snapshot,
    origin: &str,
    after: Option<&SignedCheckpoint>,
    countersignatures: &[Countersignature],
    out: &mut dyn Write,
) -> Result<Exported> {
    let mut writer = LogWriter::begin(snapshot, origin, after, countersignatures, out)?;
    while writer.step()? {}
    Ok(writer.done)
}

/// Writes an export piece by piece.
pub(super) struct LogWriter<'s, 'o> {
    snapshot: &'s dyn Snapshot,
    /// `None` when it is finished.
    export: Option<Export<'o>>,
    /// The place of the last entry that was written.
    place: u64,
    checkpoints: VecDeque<PlacedCheckpoint>,
    logs: BTreeMap<LogKey, Stored>,
    /// The logs that grew since the last checkpoint.
    grown: BTreeSet<LogKey>,
    countersignatures: Vec<&'s Countersignature>,
    done: Exported,
    /// The first entry beside which other nodes of the tree are kept than it completes.
    pub(super) other_nodes: Option<NamedEntry>,
}

impl<'s, 'o> LogWriter<'s, 'o> {
    pub(super) fn begin(
        snapshot: &'s dyn Snapshot,
        origin: &str,
        after: Option<&SignedCheckpoint>,
        countersignatures: &'s [Countersignature],
        out: &'o mut dyn Write,
    ) -> Result<Self> {
        let (mut place, mut logs) = (0, BTreeMap::new());
        let export = match after {
            None => Export::from_the_start(out, origin)?,
            Some(after) => {
                place = require_kept(snapshot, after)?;
                logs = stored_at(snapshot, place)?;
                let frontiers = logs.iter().map(|(log, stored)| {
                    let frontier = stored.frontier().ok_or_else(|| other_tree(log))?;
                    Ok((log.clone(), frontier))
                });
                Export::after(out, after, frontiers)?
            }
        };
        let first = after.map_or(0, |after| after.checkpoint().counter);
        let countersignatures =
            countersignatures.iter().filter(|one| one.counter() > first).collect();
        let checkpoints = snapshot.checkpoints(place, CHUNK)?.into();
        Ok(LogWriter {
            snapshot,
            export: Some(export),
            place,
            checkpoints,
            logs,
            grown: BTreeSet::new(),
            countersignatures,
            done: Exported::default(),
            other_nodes: None,
        })
    }

    /// Writes the next piece; whether there may be more.
    pub(super) fn step(&mut self) -> Result<bool> {
        let Some(mut export) = self.export.take() else { return Ok(false) };
        let entries = self.snapshot.entries_of_all(self.place, CHUNK)?;
        for placed in &entries {
            self.entry(&mut export, placed)?;
            self.place = placed.place;
            self.covered(&mut export, placed.place)?;
        }
        if !entries.is_empty() {
            self.export = Some(export);
            return Ok(true);
        }
        // Checkpoints of entries that are gone: whoever audits it is to see them.
        self.covered(&mut export, u64::MAX)?;
        if let Some(one) = self.countersignatures.first() {
            let message = format!("a countersignature is about checkpoint {}", one.counter());
            return Err(Error::new(Code::CheckpointMissing, "export", message));
        }
        export.finish()?;
        Ok(false)
    }

    fn entry(&mut self, export: &mut Export<'_>, placed: &PlacedEntry) -> Result<()> {
        let PlacedEntry { place, log, number, entry } = placed;
        // What is too short to be a hash is none that was recorded.
        let leaf = entry.nodes.first_chunk().copied().unwrap_or_default();
        export.entry(&entry.bytes, &leaf)?;
        let stored = self.logs.entry(log.clone()).or_default();
        if !stored.append(*number, &entry.nodes) && self.other_nodes.is_none() {
            self.other_nodes = Some((*place, log.clone(), *number));
        }
        self.grown.insert(log.clone());
        self.done.entries += 1;
        self.done.uncovered += 1;
        Ok(())
    }

    /// Writes the checkpoints that stand at this place or before it.
    fn covered(&mut self, export: &mut Export<'_>, place: u64) -> Result<()> {
        while self.checkpoints.front().is_some_and(|next| next.place <= place) {
            let Some(next) = self.checkpoints.pop_front() else { break };
            let signed = SignedCheckpoint::from_der(&next.bytes)
                .map_err(|error| damaged(format!("the checkpoint at {}: {error}", next.place)))?;
            let head = |log: LogKey| {
                let frontier = self.logs.get(&log).and_then(Stored::frontier)?;
                Some(LogHead { log, size: frontier.size(), root: frontier.root() })
            };
            let heads: Vec<LogHead> =
                std::mem::take(&mut self.grown).into_iter().filter_map(head).collect();
            export.checkpoint(&signed, &heads)?;
            let about = (signed.checkpoint().counter, signed.digest());
            for one in &self.countersignatures {
                if (one.counter(), one.checkpoint()) == about {
                    export.countersignature(one)?;
                    self.done.countersignatures += 1;
                }
            }
            self.countersignatures.retain(|one| (one.counter(), one.checkpoint()) != about);
            self.done.checkpoints += 1;
            self.done.uncovered = 0;
            self.done.last = Some(signed);
            if self.checkpoints.is_empty() {
                self.checkpoints = self.snapshot.checkpoints(next.place, CHUNK)?.into();
            }
        }
        Ok(())
    }
}

/// The frontier of a log as the nodes that are kept beside its entries give it.
#[derive(Default)]
struct Stored {
    size: u64,
    /// `None` once a node was missing.
    peaks: Option<Vec<[u8; 32]>>,
}

impl Stored {
    /// Appends what is kept beside the next entry; whether that is what the entry completes.
    fn append(&mut self, number: u64, nodes: &[u8]) -> bool {
        let peaks = if self.size == 0 { Some(Vec::new()) } else { self.peaks.take() };
        let expected = self.size;
        self.size = number.saturating_add(1);
        let (nodes, rest) = nodes.as_chunks::<32>();
        let (Some(mut peaks), Some(leaf)) = (peaks, nodes.first()) else { return false };
        let completed = number.trailing_ones() as usize;
        if number != expected || !rest.is_empty() || nodes.len() != completed + 1 {
            return false;
        }
        let (mut node, mut good) = (*leaf, true);
        for next in nodes.iter().skip(1) {
            let Some(left) = peaks.pop() else { return false };
            good &= node_hash(&left, &node) == *next;
            node = *next;
        }
        peaks.push(node);
        self.peaks = Some(peaks);
        good
    }

    fn frontier(&self) -> Option<Frontier> {
        let peaks = self.peaks.as_ref()?;
        let bytes = [&self.size.to_be_bytes(), peaks.as_flattened()].concat();
        Frontier::from_bytes(&bytes).ok()
    }
}

/// The place of a checkpoint of this very log.
fn require_kept(snapshot: &dyn Snapshot, after: &SignedCheckpoint) -> Result<u64> {
    let checkpoint = after.checkpoint();
    let before = checkpoint.entries.saturating_sub(1);
    let kept = snapshot.checkpoints(before, 1)?.pop();
    match kept.filter(|kept| kept.bytes == after.to_der()) {
        Some(kept) => Ok(kept.place),
        None => {
            let message = format!("it does not have this checkpoint {}", checkpoint.counter);
            Err(Error::new(Code::CheckpointMissing, "log", message))
        }
    }
}

/// The frontiers of all logs as they were at a place.
fn stored_at(snapshot: &dyn Snapshot, place: u64) -> Result<BTreeMap<LogKey, Stored>> {
    // A log that went on since had as many entries as its next one has before it.
    let (mut sizes, mut at) = (BTreeMap::new(), place);
    loop {
        let entries = snapshot.entries_of_all(at, CHUNK)?;
        let Some(last) = entries.last() else { break };
        at = last.place;
        for placed in &entries {
            if !sizes.contains_key(&placed.log) {
                sizes.insert(placed.log.clone(), placed.number);
            }
        }
    }
    let mut logs = BTreeMap::new();
    for log in snapshot.logs()? {
        let size = match sizes.get(&log) {
            Some(size) => *size,
            None => snapshot.log(&log)?.map_or(0, |state| state.size),
        };
        if size > 0 {
            let peaks = peaks_at(snapshot, &log, size)?;
            logs.insert(log, Stored { size, peaks: Some(peaks) });
        }
    }
    Ok(logs)
}

/// The roots of the perfect trees that a log of this size is made of, from beside the entries that end
/// them.
fn peaks_at(snapshot: &dyn Snapshot, log: &LogKey, size: u64) -> Result<Vec<[u8; 32]>> {
    let mut peaks = Vec::new();
    let mut end = 0u64;
    for level in (0..64).rev().filter(|level| size >> level & 1 == 1) {
        end += 1 << level;
        let entry = snapshot.entries(log, end - 1, 1)?.pop();
        let node = entry.as_ref().and_then(|entry| entry.nodes.as_chunks().0.get(level).copied());
        peaks.push(node.ok_or_else(|| other_tree(log))?);
    }
    Ok(peaks)
}

fn other_tree(log: &LogKey) -> Error {
    damaged(format!("the log {log} does not keep the nodes of its tree"))
}
