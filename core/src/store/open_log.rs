//! A log in a unit of work, with the entries that it gets there.

use super::content::damaged;
use super::storage::{LogChange, LogEntry, Snapshot};
use super::work::of_ours;
use crate::error::Result;
use crate::ledger::{Frontier, LogKey, leaf_hashes};

/// A log with what was appended to it. Leaves are hashed side by side, when their hashes are needed.
pub(super) struct OpenLog {
    /// Before the first entry here.
    start: Frontier,
    entries: Vec<Vec<u8>>,
    /// After those entries whose nodes are here.
    frontier: Frontier,
    nodes: Vec<Vec<[u8; 32]>>,
}

impl OpenLog {
    /// The log as it is kept.
    pub(super) fn read(snapshot: &dyn Snapshot, log: &LogKey) -> Result<OpenLog> {
        let frontier = match snapshot.log(log)? {
            Some(state) => {
                let frontier = Frontier::from_bytes(&state.frontier).map_err(of_ours)?;
                if frontier.size() != state.size {
                    return Err(damaged(format!("the log {log} has a frontier of another size")));
                }
                frontier
            }
            None => Frontier::new(),
        };
        let (entries, nodes) = (Vec::new(), Vec::new());
        Ok(OpenLog { start: frontier.clone(), entries, frontier, nodes })
    }

    /// How many entries it has: the number of the next one.
    pub(super) fn size(&self) -> u64 {
        self.start.size().saturating_add(self.entries.len() as u64)
    }

    /// Appends an entry.
    pub(super) fn push(&mut self, entry: Vec<u8>) {
        self.entries.push(entry);
    }

    /// Takes the last entry back.
    pub(super) fn take_back(&mut self) {
        self.entries.pop();
        if self.nodes.len() > self.entries.len() {
            // What the frontier was made from is no longer there: it is made anew.
            (self.frontier, self.nodes) = (self.start.clone(), Vec::new());
        }
    }

    /// Has the nodes of every entry.
    pub(super) fn grow(&mut self) -> Result<()> {
        for leaf in leaf_hashes(&self.rest(), 1) {
            self.nodes.push(self.frontier.append(leaf)?);
        }
        Ok(())
    }

    /// The frontier after every entry.
    pub(super) fn grown(&self) -> Result<Frontier> {
        let mut frontier = self.frontier.clone();
        frontier.append_many(&leaf_hashes(&self.rest(), 1), 1)?;
        Ok(frontier)
    }

    /// What is to be written; nothing if it got no entry.
    pub(super) fn finish(mut self, log: LogKey) -> Result<Option<LogChange>> {
        self.grow()?;
        if self.entries.is_empty() {
            return Ok(None);
        }
        let (first, frontier) = (self.start.size(), self.frontier.to_bytes());
        let entry = |(bytes, nodes): (Vec<u8>, Vec<[u8; 32]>)| {
            let nodes = nodes.as_flattened().to_vec();
            LogEntry { bytes, nodes }
        };
        let entries = self.entries.into_iter().zip(self.nodes).map(entry).collect();
        Ok(Some(LogChange { log, first, entries, frontier }))
    }

    /// The entries without nodes.
    fn rest(&self) -> Vec<&[u8]> {
        self.entries.iter().skip(self.nodes.len()).map(Vec::as_slice).collect()
    }
}
