//! Verifying an export with keys and checkpoints that were held outside of the store.

mod agree;
mod checker;
mod findings;
mod stream;

use super::countersignature::Countersignature;
use super::entry::Entry;
use super::head::Heads;
use super::key::LogKey;
use super::signed::{CheckpointKey, SignedCheckpoint};
use crate::error::Result;
use crate::report::Report;
use checker::Checker;
use std::io::Read;

/// A checkpoint that was held outside: its counter and digest, on paper if need be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The counter of the checkpoint.
    pub counter: u64,
    /// Its digest.
    pub digest: [u8; 32],
}

impl Anchor {
    /// This checkpoint, held outside.
    pub fn of(checkpoint: &SignedCheckpoint) -> Self {
        Anchor { counter: checkpoint.checkpoint().counter, digest: checkpoint.digest() }
    }

    /// The checkpoint that a witness countersigned and told us of.
    pub fn of_countersignature(countersignature: &Countersignature) -> Self {
        let (counter, digest) = (countersignature.counter(), countersignature.checkpoint());
        Anchor { counter, digest }
    }
}

/// What an auditor brings along to verify an export: nothing of it comes from the store.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    origin: Option<String>,
    keys: Vec<CheckpointKey>,
    witnesses: Vec<CheckpointKey>,
    witnesses_needed: usize,
    anchors: Vec<Anchor>,
    threads: usize,
}

impl Audit {
    /// An audit without anything: what it needs and was not given is NotDetermined.
    pub fn new() -> Self {
        Audit::default()
    }

    /// The store that the export should be of.
    #[must_use]
    pub fn of(mut self, origin: &str) -> Self {
        self.origin = Some(origin.to_owned());
        self
    }

    /// A key that signs the checkpoints of the store; several if it was changed.
    #[must_use]
    pub fn with_key(mut self, key: CheckpointKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Witnesses, of whom at least `needed` have to have countersigned one and the same checkpoint.
    #[must_use]
    pub fn with_witnesses(mut self, witnesses: Vec<CheckpointKey>, needed: usize) -> Self {
        self.witnesses = witnesses;
        self.witnesses_needed = needed;
        self
    }

    /// A checkpoint that was held outside.
    #[must_use]
    pub fn with_anchor(mut self, anchor: Anchor) -> Self {
        self.anchors.push(anchor);
        self
    }

    /// On how many threads leaves are hashed; 1 if nothing is said.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Reads an export to its end and says what was found. `each` is given every entry in the order of
    /// recording, to replay it; at that moment it is read, not yet verified.
    ///
    /// Takes as much memory as the logs have frontiers (about half a kilobyte for each log), and some
    /// megabytes, whatever the number of entries.
    ///
    /// # Errors
    ///
    /// [`Code::Structure`](crate::error::Code::Structure) for what is no export,
    /// [`Code::Version`](crate::error::Code::Version) for one of another version,
    /// [`Code::Read`](crate::error::Code::Read) if it cannot be read; what `each` says. Whatever else
    /// is wrong with it is in the report.
    pub fn read(
        &self,
        input: &mut dyn Read,
        each: &mut dyn FnMut(&Entry) -> Result<()>,
    ) -> Result<Audited> {
        Checker::new(self, each).run(input)
    }
}

/// What an audit found.
#[derive(Debug)]
#[must_use = "a report says nothing until its verdict is read"]
#[non_exhaustive]
pub struct Audited {
    /// The verdict and what it rests on.
    pub report: Report,
    /// Where the first difference lies, if there is one.
    pub difference: Option<Difference>,
    /// The checkpoint that the export goes on from, if it is not whole.
    pub start: Option<SignedCheckpoint>,
    /// The last checkpoint of the export.
    pub last: Option<SignedCheckpoint>,
    /// The heads of the logs at the end of the export, computed from the entries.
    pub heads: Heads,
    /// How many entries were read.
    pub entries: u64,
    /// How many checkpoints were read.
    pub checkpoints: u64,
    /// How many entries stand after the last checkpoint: nothing is known of them.
    pub uncovered: u64,
}

/// Where entries differ from those that were recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The log, if it is known.
    pub log: Option<LogKey>,
    /// The first entry that may be the first differing one, counted from 0: in its log, or in the
    /// export where the log is not known.
    pub first: u64,
    /// The entry up to which it lies, this one not included. One more than `first` where the entry
    /// itself is known.
    pub before: u64,
    /// What differs, for people.
    pub what: String,
}
