//! A unit of work: what moves have read and written so far, committed together.

mod attachments;
mod outbox;

use super::Content;
use super::content::damaged;
use super::open_log::OpenLog;
use super::storage::{
    Balance, Changes, Identity, Mark, MarkKind, NewMessage, NewVoucher, Snapshot, Storage,
    VoucherKey, VoucherRow, VoucherUpdate,
};
use crate::envelope::{Admission, Arrival, Channel, DEFAULT_WINDOW, Progress, ReplayState};
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::ledger::{Checkpoint, Entry, Frontier, Heads, LogHead, LogKey, SignedCheckpoint};
use crate::time::Time;
use crate::voucher::{Layer, VoucherId};
use attachments::Files;
use outbox::Moved;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// The setting that holds the last moment of the store's clock.
const CLOCK: &[u8] = b"clock";

/// The first byte of the marks that hold the progress of a channel, and the digest of a packet. The
/// digests of all packets are kept.
const PROGRESS: u8 = b'p';
const PACKET: u8 = b'd';

/// Does `work` and commits what it wrote, as a whole.
///
/// `time` is the caller's clock. It is kept, so that a clock that was set back is noticed.
///
/// # Errors
///
/// `ClockBack` if the store has recorded a later moment; what `work` gives; those of
/// [`Storage::transact`]. Nothing is changed then.
pub fn commit<T>(
    storage: &mut dyn Storage,
    time: Time,
    mut work: impl FnMut(&mut Work<'_>) -> Result<T>,
) -> Result<T> {
    let identity = storage.identity().clone();
    let mut result = None;
    storage.transact(&mut |snapshot| {
        let mut unit = Work::begin(snapshot, &identity, time)?;
        result = Some(work(&mut unit)?);
        unit.finish()
    })?;
    result.ok_or_else(|| Error::new(Code::StoreFault, "store", "a transaction that was not done"))
}

/// What moves have read and written in a transaction that is open. What was written is read again.
pub struct Work<'s> {
    snapshot: &'s dyn Snapshot,
    identity: &'s Identity,
    time: Time,
    vouchers: BTreeMap<VoucherKey, Touched>,
    balances: BTreeMap<String, i64>,
    marks: BTreeMap<(MarkKind, Vec<u8>), Written>,
    logs: BTreeMap<LogKey, OpenLog>,
    checkpoint: Option<SignedCheckpoint>,
    files: BTreeMap<(VoucherKey, Layer), Files>,
    destroyed: BTreeSet<VoucherKey>,
    posted: Vec<NewMessage>,
    /// The messages of the outbox that went on, by their places.
    moved: BTreeMap<u64, Moved>,
    /// The last numbers of the conversations.
    numbers: BTreeMap<String, u64>,
    undo: Vec<Undo>,
}

/// A voucher as it will be.
#[derive(Clone)]
struct Touched {
    row: VoucherRow,
    /// The revision in the file; `None` for one that is new.
    kept: Option<u32>,
    documents: Vec<(Layer, Content)>,
}

/// A mark as it will be.
#[derive(Clone)]
struct Written {
    value: Vec<u8>,
    replace: bool,
}

/// How to take one write back.
enum Undo {
    Voucher(VoucherKey, Option<Touched>),
    Balance(String, Option<i64>),
    Mark((MarkKind, Vec<u8>), Option<Written>),
    Entry(LogKey),
    Checkpoint(Option<SignedCheckpoint>),
    Files((VoucherKey, Layer), Option<Files>),
    Destroyed(VoucherKey),
    Posted,
    Moved(u64, Option<Moved>),
    Number(String, Option<u64>),
}

impl<'s> Work<'s> {
    fn begin(snapshot: &'s dyn Snapshot, identity: &'s Identity, time: Time) -> Result<Work<'s>> {
        if let Some(last) = snapshot.mark(MarkKind::Setting, CLOCK)? {
            let last = std::str::from_utf8(&last).ok().and_then(Time::parse_rfc3339);
            let last = last.ok_or_else(|| damaged("a clock that is none"))?;
            if time < last {
                let message = format!("it is said to be {time}, and {last} was recorded");
                return Err(Error::new(Code::ClockBack, "time", message));
            }
        }
        Ok(Work {
            snapshot,
            identity,
            time,
            vouchers: BTreeMap::new(),
            balances: BTreeMap::new(),
            marks: BTreeMap::new(),
            logs: BTreeMap::new(),
            checkpoint: None,
            files: BTreeMap::new(),
            destroyed: BTreeSet::new(),
            posted: Vec::new(),
            moved: BTreeMap::new(),
            numbers: BTreeMap::new(),
            undo: Vec::new(),
        })
    }

    /// Which store this is.
    pub fn identity(&self) -> &Identity {
        self.identity
    }

    /// The store as it was when this work began.
    pub(super) fn snapshot(&self) -> &'s dyn Snapshot {
        self.snapshot
    }

    /// The moment at which the work is done.
    pub fn time(&self) -> Time {
        self.time
    }

    /// Does one of several moves. If it gives an error, what it wrote is taken back and the others
    /// stay: so one bad voucher of a batch does not stop it.
    ///
    /// # Errors
    ///
    /// What `step` gives.
    pub fn attempt<T>(&mut self, step: impl FnOnce(&mut Work<'s>) -> Result<T>) -> Result<T> {
        let before = self.undo.len();
        let result = step(self);
        if result.is_err() {
            while self.undo.len() > before {
                if let Some(undo) = self.undo.pop() {
                    self.take_back(undo);
                }
            }
        }
        result
    }

    /// Does something once: under a key that was used before, `step` is not done again and its first
    /// result is given.
    ///
    /// `digest` is over all that the call says. The key is 1 to 1,024 bytes.
    ///
    /// # Errors
    ///
    /// `KeyReused` if the key was used for a call of another digest; what `step` gives, and then the
    /// key counts as not used; `Argument` for another length.
    pub fn once(
        &mut self,
        key: &[u8],
        digest: &[u8; 32],
        step: impl FnOnce(&mut Work<'s>) -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        if key.is_empty() || key.len() > 1_024 {
            return Err(Error::new(Code::Argument, "idempotency key", "1 to 1,024 bytes are due"));
        }
        if let Some(first) = self.mark(MarkKind::Request, key)? {
            let (said, result) =
                first.split_first_chunk().ok_or_else(|| damaged("a result that is cut"))?;
            if said != digest {
                let message = "another call was made under it";
                return Err(Error::new(Code::KeyReused, "idempotency key", message));
            }
            return Ok(result.to_vec());
        }
        self.attempt(|work| {
            let result = step(work)?;
            work.set_mark(MarkKind::Request, key, [&digest[..], &result].concat())?;
            Ok(result)
        })
    }

    /// What is known of a voucher.
    ///
    /// # Errors
    ///
    /// Family Storage, as in all that read.
    pub fn row(&self, key: &VoucherKey) -> Result<Option<VoucherRow>> {
        match self.vouchers.get(key) {
            Some(touched) => Ok(Some(touched.row.clone())),
            None => self.snapshot.row(key),
        }
    }

    /// The highest version of a voucher.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn latest(&self, id: &VoucherId) -> Result<Option<VoucherRow>> {
        let key = |version| VoucherKey { id: id.clone(), version };
        let own = self.vouchers.range(key(0)..=key(u32::MAX)).next_back();
        let own = own.map(|(_, touched)| touched.row.clone());
        let kept = self.snapshot.latest(id)?;
        Ok(match (own, kept) {
            (Some(own), Some(kept)) if kept.key.version > own.key.version => Some(kept),
            (own, kept) => own.or(kept),
        })
    }

    /// A document with its texts and acts.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn document(&self, key: &VoucherKey, layer: Layer) -> Result<Option<Content>> {
        if self.destroyed.contains(key) {
            return Ok(None);
        }
        if let Some(touched) = self.vouchers.get(key) {
            let own = touched.documents.iter().find(|(of, _)| *of == layer);
            if let Some((_, content)) = own {
                return Ok(Some(content.clone()));
            }
            if touched.kept.is_none() {
                return Ok(None);
            }
        }
        self.snapshot.document(key, layer)
    }

    /// Adds a voucher.
    ///
    /// # Errors
    ///
    /// `Duplicate` if this version of it is kept already; family Storage.
    pub fn add(&mut self, voucher: NewVoucher) -> Result<()> {
        let NewVoucher { key, state, waiting, recorded, life, documents } = voucher;
        if self.row(&key)?.is_some() {
            return Err(Error::new(Code::Duplicate, "voucher", format!("{key} is kept already")));
        }
        let row = VoucherRow { key: key.clone(), revision: 0, state, waiting, recorded, life };
        self.touch(key, Touched { row, kept: None, documents });
        Ok(())
    }

    /// Changes a voucher that is kept: its state, whether it waits, its life, and the documents given.
    ///
    /// # Errors
    ///
    /// `Stale` if it is not in this revision, or not kept; family Storage.
    pub fn change(&mut self, update: VoucherUpdate) -> Result<()> {
        let VoucherUpdate { key, revision, state, waiting, life, documents } = update;
        let before = match self.vouchers.get(&key) {
            Some(touched) => Some(touched.clone()),
            None => self.snapshot.row(&key)?.map(|row| {
                let kept = Some(row.revision);
                Touched { row, kept, documents: Vec::new() }
            }),
        };
        let Some(mut touched) = before.filter(|touched| touched.row.revision == revision) else {
            let message = format!("{key} is not in revision {revision}");
            return Err(Error::new(Code::Stale, "voucher", message));
        };
        // However many moves change it, the file sees one change.
        touched.row.revision = touched.kept.map_or(0, |kept| kept + 1);
        (touched.row.state, touched.row.waiting, touched.row.life) = (state, waiting, life);
        for (layer, content) in documents {
            touched.documents.retain(|(of, _)| *of != layer);
            touched.documents.push((layer, content));
        }
        self.touch(key, touched);
        Ok(())
    }

    /// What is left of a quota, in fen; `None` if there is none of this key.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn balance(&self, key: &str) -> Result<Option<i64>> {
        match self.balances.get(key) {
            Some(fen) => Ok(Some(*fen)),
            None => Ok(self.snapshot.balance(key)?.map(|balance| balance.fen)),
        }
    }

    /// Sets what is left of a quota.
    ///
    /// # Errors
    ///
    /// `QuotaExceeded` below zero.
    pub fn set_balance(&mut self, key: &str, fen: i64) -> Result<()> {
        if fen < 0 {
            let message = format!("{key:?} would be {fen} fen");
            return Err(Error::new(Code::QuotaExceeded, "balance", message));
        }
        let before = self.balances.insert(key.to_owned(), fen);
        self.undo.push(Undo::Balance(key.to_owned(), before));
        Ok(())
    }

    /// The value of a mark.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn mark(&self, kind: MarkKind, key: &[u8]) -> Result<Option<Vec<u8>>> {
        match self.marks.get(&(kind, key.to_vec())) {
            Some(written) => Ok(Some(written.value.clone())),
            None => self.snapshot.mark(kind, key),
        }
    }

    /// Sets a mark that stands once.
    ///
    /// # Errors
    ///
    /// `Duplicate` if it is there; family Storage.
    pub fn set_mark(&mut self, kind: MarkKind, key: &[u8], value: Vec<u8>) -> Result<()> {
        if self.mark(kind, key)?.is_some() {
            return Err(Error::new(Code::Duplicate, "mark", format!("a {kind:?} of this key")));
        }
        self.write_mark(kind, key, Written { value, replace: false });
        Ok(())
    }

    /// Sets a mark in the place of a former one.
    pub fn replace_mark(&mut self, kind: MarkKind, key: &[u8], value: Vec<u8>) {
        self.write_mark(kind, key, Written { value, replace: true });
    }

    /// Appends an entry to its log, with the next number and the moment of this work, and gives the
    /// number.
    ///
    /// # Errors
    ///
    /// Those of [`Entry::to_der`]; `StoreDamaged` if the frontier is none.
    pub fn append(&mut self, mut entry: Entry) -> Result<u64> {
        let log = entry.log.clone();
        let open = match self.logs.remove(&log) {
            Some(open) => open,
            None => OpenLog::read(self.snapshot, &log)?,
        };
        let open = self.logs.entry(log.clone()).or_insert(open);
        entry.sequence = open.size();
        entry.time = self.time;
        open.push(entry.to_der()?);
        self.undo.push(Undo::Entry(log));
        Ok(entry.sequence)
    }

    /// Signs the heads of all logs as they are now, if at least `entries` entries came since the last
    /// checkpoint. The signer's key is one that whoever can write the store cannot use.
    ///
    /// # Errors
    ///
    /// Those of [`SignedCheckpoint::sign`]; family Storage.
    pub fn checkpoint(
        &mut self,
        entries: u64,
        signer: &dyn Signer,
    ) -> Result<Option<SignedCheckpoint>> {
        self.logs.values_mut().try_for_each(OpenLog::grow)?;
        let heads = self.heads()?;
        let last = self.last_checkpoint()?;
        let covered = last.as_ref().map_or(0, |last| u128::from(last.checkpoint().entries));
        let since = heads.entries().saturating_sub(covered);
        if since == 0 || since < u128::from(entries) {
            return Ok(None);
        }
        let checkpoint = match last {
            Some(last) => last.checkpoint().next(self.time, &heads)?,
            None => Checkpoint::first(&self.identity.name(), self.time, &heads)?,
        };
        let signed = SignedCheckpoint::sign(checkpoint, signer)?;
        let before = self.checkpoint.replace(signed.clone());
        self.undo.push(Undo::Checkpoint(before));
        Ok(Some(signed))
    }

    /// The same if `entries` entries came since the last checkpoint or, with at least one, if that was
    /// signed `seconds` ago or more.
    pub(super) fn checkpoint_when_due(
        &mut self,
        entries: u64,
        seconds: u64,
        signer: &dyn Signer,
    ) -> Result<Option<SignedCheckpoint>> {
        let last = self.last_checkpoint()?.map(|last| last.checkpoint().time);
        let age = |last: Time| self.time.unix().saturating_sub(last.unix());
        let due = last.is_none_or(|last| u64::try_from(age(last)).unwrap_or(0) >= seconds);
        self.checkpoint(if due { 1 } else { entries }, signer)
    }

    fn last_checkpoint(&self) -> Result<Option<SignedCheckpoint>> {
        if let Some(signed) = &self.checkpoint {
            return Ok(Some(signed.clone()));
        }
        let kept = self.snapshot.last_checkpoint()?;
        let read = |bytes: Vec<u8>| SignedCheckpoint::from_der(&bytes).map_err(of_ours);
        kept.map(|kept| read(kept.bytes)).transpose()
    }

    /// The heads of all logs as they are now.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn heads(&self) -> Result<Heads> {
        let mut heads = Heads::new();
        let mut set = |log: &LogKey, frontier: &Frontier| {
            let (size, root) = (frontier.size(), frontier.root());
            if size == 0 { Ok(()) } else { heads.set(LogHead { log: log.clone(), size, root }) }
        };
        for log in self.snapshot.logs()? {
            if !self.logs.contains_key(&log) {
                set(&log, &OpenLog::read(self.snapshot, &log)?.grown()?)?;
            }
        }
        for (log, open) in &self.logs {
            set(log, &open.grown()?)?;
        }
        Ok(heads)
    }

    fn touch(&mut self, key: VoucherKey, touched: Touched) {
        let before = self.vouchers.insert(key.clone(), touched);
        self.undo.push(Undo::Voucher(key, before));
    }

    fn write_mark(&mut self, kind: MarkKind, key: &[u8], written: Written) {
        let key = (kind, key.to_vec());
        let before = self.marks.insert(key.clone(), written);
        self.undo.push(Undo::Mark(key, before));
    }

    fn take_back(&mut self, undo: Undo) {
        fn put<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, before: Option<V>) {
            match before {
                Some(before) => drop(map.insert(key, before)),
                None => drop(map.remove(&key)),
            }
        }
        match undo {
            Undo::Voucher(key, before) => put(&mut self.vouchers, key, before),
            Undo::Balance(key, before) => put(&mut self.balances, key, before),
            Undo::Mark(key, before) => put(&mut self.marks, key, before),
            Undo::Entry(log) => {
                if let Some(open) = self.logs.get_mut(&log) {
                    open.take_back();
                }
            }
            Undo::Checkpoint(before) => self.checkpoint = before,
            Undo::Files(key, before) => put(&mut self.files, key, before),
            Undo::Destroyed(key) => drop(self.destroyed.remove(&key)),
            Undo::Posted => drop(self.posted.pop()),
            Undo::Moved(place, before) => put(&mut self.moved, place, before),
            Undo::Number(name, before) => put(&mut self.numbers, name, before),
        }
    }

    fn finish(self) -> Result<Changes> {
        let mut changes = Changes::default();
        for (key, touched) in self.vouchers {
            let Touched { row, kept, documents } = touched;
            let VoucherRow { state, waiting, recorded, life, .. } = row;
            match kept {
                None => {
                    let new = NewVoucher { key, state, waiting, recorded, life, documents };
                    changes.added.push(new);
                }
                Some(revision) => {
                    let update = VoucherUpdate { key, revision, state, waiting, life, documents };
                    changes.updated.push(update);
                }
            }
        }
        changes.balances =
            self.balances.into_iter().map(|(key, fen)| Balance { key, fen }).collect();
        for (log, open) in self.logs {
            changes.logs.extend(open.finish(log)?);
        }
        changes.checkpoint = self.checkpoint.map(|signed| signed.to_der());
        outbox::finish(self.posted, self.moved, &mut changes);
        attachments::finish(self.files, self.destroyed, &mut changes);
        for ((kind, key), Written { value, replace }) in self.marks {
            changes.marks.push(Mark { kind, key, value, replace });
        }
        if !changes.is_empty() {
            let (kind, key) = (MarkKind::Setting, CLOCK.to_vec());
            let value = self.time.to_string().into_bytes();
            changes.marks.push(Mark { kind, key, value, replace: true });
        }
        Ok(changes)
    }
}

/// A packet and its effect are committed together.
impl ReplayState for Work<'_> {
    fn admit(&mut self, arrival: &Arrival<'_>) -> Result<Admission> {
        let channel = arrival.channel.to_der();
        let packet = packet_key(PACKET, &channel, &arrival.sequence.to_be_bytes());
        let known = match self.mark(MarkKind::Packet, &packet)? {
            Some(digest) => Some(digest.try_into().map_err(|_| damaged("a digest that is cut"))?),
            None => None,
        };
        let mut progress = self.progress(&channel)?;
        let admission =
            progress.admit(arrival.sequence, DEFAULT_WINDOW, &arrival.digest, known.as_ref())?;
        if admission.is_accepted() {
            let key = packet_key(PROGRESS, &channel, &[]);
            self.replace_mark(MarkKind::Packet, &key, progress.to_der());
            self.set_mark(MarkKind::Packet, &packet, arrival.digest.to_vec())?;
        }
        Ok(admission)
    }

    fn missing(&mut self, channel: &Channel<'_>) -> Result<Vec<RangeInclusive<u64>>> {
        Ok(self.progress(&channel.to_der())?.missing().to_vec())
    }
}

impl Work<'_> {
    fn progress(&self, channel: &[u8]) -> Result<Progress> {
        match self.mark(MarkKind::Packet, &packet_key(PROGRESS, channel, &[]))? {
            Some(bytes) => Progress::from_der(&bytes).map_err(of_ours),
            None => Ok(Progress::default()),
        }
    }
}

fn packet_key(what: u8, channel: &[u8], number: &[u8]) -> Vec<u8> {
    [&[what], channel, number].concat()
}

/// What the store wrote itself and cannot read.
pub(super) fn of_ours(error: Error) -> Error {
    damaged(format!("{}: {}", error.structure(), error.message()))
}
