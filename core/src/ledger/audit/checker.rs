//! The walk through an export: what each record changes, and what it must agree with.

use super::super::countersignature::Countersignature;
use super::super::entry::Entry;
use super::super::export::{End, MAX_RECORD, Opening, Start};
use super::super::frontier::Frontier;
use super::super::head::{Heads, LogHead, MAX_LOGS};
use super::super::key::LogKey;
use super::super::signed::SignedCheckpoint;
use super::super::tree::leaf_hashes;
use super::findings::{Findings, first};
use super::stream::{Next, Stream};
use super::{Audit, Audited, Difference};
use crate::error::{Error, Result};
use std::collections::{BTreeMap, HashSet};
use std::io::Read;

/// How many entries, and how many bytes of them, wait to be hashed side by side.
const BATCH: usize = 4096;
const BATCH_BYTES: usize = 4 << 20;

/// Why a record stops the walk.
pub(super) enum Fault {
    /// It is not what a writer writes: the export is at fault.
    Format(String),
    /// Whoever is given the entries wants no more.
    Stop(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Format(error.to_string())
    }
}

/// Which records may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing was read yet.
    Opening,
    /// The opening was read: the logs that the export goes on from.
    Start,
    /// Entries.
    Entries,
    /// Heads: more of them, or their checkpoint.
    Heads,
    /// A checkpoint: its countersignatures may follow.
    Covered,
    /// The end.
    End,
}

impl Phase {
    /// The phase after a record with this letter, if it may come.
    fn after(self, letter: u8) -> Option<Phase> {
        use Phase::*;
        match (self, letter) {
            (Opening, b'O') | (Start, b'F') => Some(Start),
            (Start | Entries | Covered, b'E') => Some(Entries),
            (Start | Entries | Covered | Heads, b'H') => Some(Heads),
            (Start | Entries | Covered | Heads, b'C') | (Covered, b'W') => Some(Covered),
            (Start | Entries | Covered, b'Z') => Some(End),
            _ => None,
        }
    }
}

pub(super) struct Checker<'a> {
    pub(super) audit: &'a Audit,
    each: &'a mut dyn FnMut(&Entry) -> Result<()>,
    pub(super) found: Findings,
    pub(super) origin: String,
    pub(super) logs: BTreeMap<LogKey, Log>,
    /// Entries that are not hashed yet: where each ends in `bytes`, its log and its stored hash.
    waiting: Vec<Waiting>,
    bytes: Vec<u8>,
    /// What the frontiers gave at the last checkpoint, and for logs that grew since, before that.
    pub(super) computed: Heads,
    /// What the export says about the heads.
    pub(super) claimed: Heads,
    start: Option<SignedCheckpoint>,
    pub(super) last: Option<SignedCheckpoint>,
    /// Whose countersignatures the last checkpoint has.
    pub(super) countersigned: HashSet<[u8; 32]>,
}

#[derive(Default)]
pub(super) struct Log {
    pub(super) frontier: Frontier,
    /// How many entries were read, those that wait included.
    read: u64,
    /// Whether it grew since the last checkpoint.
    pub(super) grew: bool,
}

struct Waiting {
    end: usize,
    log: LogKey,
    sequence: u64,
    /// How many entries of the export stand before it.
    place: u64,
    stored: [u8; 32],
}

impl<'a> Checker<'a> {
    pub(super) fn new(audit: &'a Audit, each: &'a mut dyn FnMut(&Entry) -> Result<()>) -> Self {
        Checker {
            audit,
            each,
            found: Findings::default(),
            origin: String::new(),
            logs: BTreeMap::new(),
            waiting: Vec::new(),
            bytes: Vec::new(),
            computed: Heads::new(),
            claimed: Heads::new(),
            start: None,
            last: None,
            countersigned: HashSet::new(),
        }
    }

    pub(super) fn run(mut self, input: &mut dyn Read) -> Result<Audited> {
        let mut stream = Stream::open(input)?;
        let mut phase = Phase::Opening;
        while phase != Phase::End {
            let place = stream.offset();
            // What stands before the end is only wanted there.
            let before = match stream.peek()? {
                Next::Record(b'Z', _) => stream.digest(),
                _ => [0; 32],
            };
            let fault = match stream.peek()? {
                Next::Record(letter, body) => {
                    let length = body.len();
                    match self.record(&mut phase, letter, body, &before) {
                        Ok(()) => {
                            stream.pass(length);
                            continue;
                        }
                        Err(Fault::Stop(error)) => return Err(error),
                        Err(Fault::Format(message)) => message,
                    }
                }
                Next::TooLong => format!("a record of more than {MAX_RECORD} bytes"),
                Next::End | Next::Torn => {
                    self.found.torn = Some(format!("it is cut off at byte {place}"));
                    return self.finish();
                }
            };
            self.found.structure = Some(format!("at byte {place}: {fault}"));
            return self.finish();
        }
        self.found.complete = matches!(stream.peek()?, Next::End);
        if !self.found.complete {
            let place = stream.offset();
            self.found.structure = Some(format!("at byte {place}: bytes follow the end"));
        }
        self.finish()
    }

    fn record(
        &mut self,
        phase: &mut Phase,
        letter: u8,
        body: &[u8],
        before: &[u8; 32],
    ) -> std::result::Result<(), Fault> {
        let Some(next) = phase.after(letter) else {
            let name = char::from(letter).escape_default();
            return Err(Fault::Format(format!("a record {name} is out of place")));
        };
        if *phase == Phase::Start && next != Phase::Start {
            self.begin();
        }
        *phase = next;
        match letter {
            b'O' => self.opening(Opening::from_der(body)?),
            b'F' => self.start(Start::from_der(body)?)?,
            b'E' => self.entry(body)?,
            b'H' => self.claimed.set(LogHead::from_der(body)?)?,
            b'C' => self.checkpoint(SignedCheckpoint::from_der(body)?)?,
            b'W' => self.countersignature(&Countersignature::from_der(body)?),
            _ => self.end(&End::from_der(body)?, before)?,
        }
        Ok(())
    }

    fn opening(&mut self, opening: Opening) {
        self.origin = opening.origin;
        if let Some(expected) = self.audit.origin.as_ref().filter(|name| **name != self.origin) {
            self.found.origin = Some(format!("it is of {}, not of {expected}", self.origin));
        }
        if let Some(start) = opening.start {
            self.check_statement(&start);
            self.start = Some(start.clone());
            self.last = Some(start);
        }
    }

    /// A frontier that the export goes on from; held against the checkpoint when all are read.
    fn start(&mut self, start: Start) -> std::result::Result<(), Fault> {
        if self.logs.last_key_value().is_some_and(|(last, _)| *last >= start.log) {
            return Err(Fault::Format("logs ascend and differ".to_owned()));
        }
        if self.last.is_none() {
            return Err(Fault::Format("a start without a checkpoint".to_owned()));
        }
        let (size, root) = (start.frontier.size(), start.frontier.root());
        let head = LogHead { log: start.log.clone(), size, root };
        self.computed.set(head.clone())?;
        self.claimed.set(head)?;
        let log = Log { frontier: start.frontier, read: size, grew: false };
        self.logs.insert(start.log, log);
        Ok(())
    }

    /// All logs that the export goes on from are there: they are those of its checkpoint.
    fn begin(&mut self) {
        let Some(start) = self.last.as_ref().map(SignedCheckpoint::checkpoint) else { return };
        let logs = (self.computed.root(), self.computed.len() as u64, self.computed.entries());
        if logs != (start.heads, start.logs, u128::from(start.entries)) {
            let counter = start.counter;
            self.found.chain =
                Some(format!("it goes on from other logs than checkpoint {counter}"));
        }
    }

    fn entry(&mut self, body: &[u8]) -> std::result::Result<(), Fault> {
        let Some((stored, der)) = body.split_first_chunk::<32>() else {
            return Err(Fault::Format("an entry without its hash".to_owned()));
        };
        let entry = Entry::from_der(der)?;
        if !self.logs.contains_key(&entry.log) {
            if self.logs.len() >= MAX_LOGS {
                return Err(Fault::Format(format!("more than {MAX_LOGS} logs")));
            }
            self.logs.insert(entry.log.clone(), Log::default());
        }
        let Some(log) = self.logs.get_mut(&entry.log) else { return Ok(()) };
        let expected = log.read;
        log.read += 1;
        log.grew = true;
        if entry.sequence != expected {
            let what = format!(
                "log {}: entry {} stands where entry {expected} should",
                entry.log, entry.sequence
            );
            first(&mut self.found.sequence, || what.clone());
            let (log, before) = (Some(entry.log.clone()), expected + 1);
            let difference = Difference { log, first: expected, before, what };
            self.found.differ(self.found.entries, difference);
        }
        self.found.entries += 1;
        self.found.uncovered += 1;
        self.found.saw_time(entry.time, || format!("log {}: entry {expected}", entry.log));
        (self.each)(&entry).map_err(Fault::Stop)?;
        self.bytes.extend_from_slice(der);
        let (end, log, stored) = (self.bytes.len(), entry.log, *stored);
        let place = self.found.entries - 1;
        self.waiting.push(Waiting { end, log, sequence: expected, place, stored });
        if self.waiting.len() >= BATCH || self.bytes.len() >= BATCH_BYTES {
            self.hash_waiting()?;
        }
        Ok(())
    }

    /// Hashes the entries that wait and appends them to their logs.
    pub(super) fn hash_waiting(&mut self) -> Result<()> {
        let mut start = 0;
        let mut leaves: Vec<&[u8]> = Vec::with_capacity(self.waiting.len());
        for waiting in &self.waiting {
            leaves.push(&self.bytes[start..waiting.end]);
            start = waiting.end;
        }
        let hashes = leaf_hashes(&leaves, self.audit.threads);
        let mut of_logs: BTreeMap<&LogKey, Vec<[u8; 32]>> = BTreeMap::new();
        for (waiting, hash) in self.waiting.iter().zip(&hashes) {
            of_logs.entry(&waiting.log).or_default().push(*hash);
            if waiting.stored != *hash {
                let (log, sequence) = (&waiting.log, waiting.sequence);
                let what = format!("log {log}: entry {sequence} is not the one that was recorded");
                let log = Some(log.clone());
                let difference = Difference { log, first: sequence, before: sequence + 1, what };
                self.found.differ(waiting.place, difference);
            }
        }
        for (log, hashes) in of_logs {
            if let Some(log) = self.logs.get_mut(log) {
                log.frontier.append_many(&hashes, self.audit.threads)?;
            }
        }
        self.waiting.clear();
        self.bytes.clear();
        Ok(())
    }

    fn end(&mut self, end: &End, before: &[u8; 32]) -> std::result::Result<(), Fault> {
        let (entries, checkpoints) = (self.found.entries, self.found.checkpoints);
        if *end == (End { entries, checkpoints, digest: *before }) {
            return Ok(());
        }
        Err(Fault::Format("what stands before the end is not what was written".to_owned()))
    }

    fn finish(mut self) -> Result<Audited> {
        self.hash_waiting()?;
        self.grown_heads()?;
        let report = self.found.report(self.audit, &self.origin);
        Ok(Audited {
            report,
            difference: self.found.difference.map(|(_, difference)| difference),
            start: self.start,
            last: self.last,
            heads: self.computed,
            entries: self.found.entries,
            checkpoints: self.found.checkpoints,
            uncovered: self.found.uncovered,
        })
    }
}
