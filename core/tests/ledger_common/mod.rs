//! A log in memory, kept as a store keeps it, and the definition of the tree as RFC 9162 has it.

#![allow(dead_code)] // each test file uses its part

use sm3::{Digest as _, Sm3};
use std::collections::BTreeMap;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::ledger::{
    Advance, Checkpoint, CheckpointKey, Entry, Export, Frontier, Heads, LogHead, LogKey, Nodes,
    SignedCheckpoint, consistency_proof,
};
use yinxin::{Error, Result, Time};

pub type Hash = [u8; 32];

/// SM3 by another implementation than the library's.
pub fn sm3(parts: &[&[u8]]) -> Hash {
    let mut hash = Sm3::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

fn split(count: usize) -> usize {
    let mut k = 1;
    while k * 2 < count {
        k *= 2;
    }
    k
}

/// MTH of RFC 9162, 2.1.1.
pub fn mth(leaves: &[Vec<u8>]) -> Hash {
    match leaves {
        [] => sm3(&[]),
        [leaf] => sm3(&[&[0], leaf]),
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            sm3(&[&[1], &mth(left), &mth(right)])
        }
    }
}

/// PATH of RFC 9162, 2.1.3.1.
pub fn path(index: usize, leaves: &[Vec<u8>]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut below, beside) = if index < k {
        (path(index, left), mth(right))
    } else {
        (path(index - k, right), mth(left))
    };
    below.push(beside);
    below
}

/// SUBPROOF of RFC 9162, 2.1.4.1.
pub fn subproof(earlier: usize, leaves: &[Vec<u8>], known: bool) -> Vec<Hash> {
    if earlier == leaves.len() {
        return if known { Vec::new() } else { vec![mth(leaves)] };
    }
    let k = split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut below, beside) = if earlier <= k {
        (subproof(earlier, left, known), mth(right))
    } else {
        (subproof(earlier - k, right, false), mth(left))
    };
    below.push(beside);
    below
}

/// Leaves that differ, of several lengths.
pub fn leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|i| format!("leaf {i} ").repeat(i % 23).into_bytes())
        .enumerate()
        .map(|(i, mut leaf)| {
            leaf.extend_from_slice(&(i as u64).to_be_bytes());
            leaf
        })
        .collect()
}

/// A log as a store keeps it: with each leaf the nodes that it completes.
#[derive(Default)]
pub struct Stored {
    pub frontier: Frontier,
    pub rows: Vec<Vec<Hash>>,
}

impl Stored {
    pub fn of(leaves: &[Vec<u8>]) -> Self {
        let mut log = Stored::default();
        for leaf in leaves {
            log.append(leaf);
        }
        log
    }

    pub fn append(&mut self, leaf: &[u8]) {
        self.rows.push(self.frontier.append(yinxin::ledger::leaf_hash(leaf)).unwrap());
    }
}

impl Nodes for Stored {
    fn node(&self, level: u32, index: u64) -> Result<Hash> {
        let row = ((index + 1) << level) - 1;
        let found = self.rows.get(row as usize).and_then(|row| row.get(level as usize));
        found.copied().ok_or_else(|| {
            Error::new(yinxin::error::Code::Read, "Stored", format!("no node {level} {index}"))
        })
    }
}

/// A store's ledger: several logs in one order of recording, with checkpoints between.
pub struct Ledger {
    pub origin: String,
    pub key: SoftwareKey,
    pub logs: BTreeMap<LogKey, Stored>,
    pub history: Vec<Recorded>,
    pub last: Option<SignedCheckpoint>,
}

#[derive(Clone)]
pub enum Recorded {
    Entry(Vec<u8>, Hash),
    Checkpoint(SignedCheckpoint, Heads),
}

impl Ledger {
    pub fn new(origin: &str) -> Self {
        Ledger {
            origin: origin.into(),
            key: SoftwareKey::generate_sm2().unwrap(),
            logs: BTreeMap::new(),
            history: Vec::new(),
            last: None,
        }
    }

    /// The same ledger as it is now, to go on by itself: a copy of the store, its key included.
    pub fn copy(&self) -> Self {
        let mut copy = Ledger::new(&self.origin);
        copy.key =
            SoftwareKey::from_pem(self.key.to_pkcs8_pem(None).unwrap().as_bytes(), None).unwrap();
        for item in &self.history {
            match item {
                Recorded::Entry(der, _) => copy.append(der),
                Recorded::Checkpoint(..) => {}
            }
        }
        copy.history = self.history.clone();
        copy.last = self.last.clone();
        copy
    }

    pub fn public(&self) -> CheckpointKey {
        CheckpointKey::new(Signer::public_key(&self.key)).unwrap()
    }

    /// Records a move on a voucher of a division.
    pub fn record(&mut self, division: &str, operation: &str) {
        let log = LogKey::new(division, "2026").unwrap();
        let sequence = self.logs.get(&log).map_or(0, |stored| stored.frontier.size());
        let mut entry = Entry::new(log, sequence, time(sequence), "clerk", operation);
        entry.amounts.insert("PayAmt".into(), 100 + sequence as i64);
        self.append(&entry.to_der().unwrap());
    }

    pub fn append(&mut self, der: &[u8]) {
        let entry = Entry::from_der(der).unwrap();
        self.logs.entry(entry.log).or_default().append(der);
        self.history.push(Recorded::Entry(der.to_vec(), yinxin::ledger::leaf_hash(der)));
    }

    pub fn heads(&self) -> Heads {
        let mut heads = Heads::new();
        for (log, stored) in &self.logs {
            let (size, root) = (stored.frontier.size(), stored.frontier.root());
            heads.set(LogHead { log: log.clone(), size, root }).unwrap();
        }
        heads
    }

    pub fn checkpoint(&mut self) -> SignedCheckpoint {
        let heads = self.heads();
        let at = time(1000);
        let checkpoint = match &self.last {
            Some(last) => last.checkpoint().next(at, &heads).unwrap(),
            None => Checkpoint::first(&self.origin, at, &heads).unwrap(),
        };
        let signed = SignedCheckpoint::sign(checkpoint, &self.key).unwrap();
        self.history.push(Recorded::Checkpoint(signed.clone(), heads));
        self.last = Some(signed.clone());
        signed
    }

    /// What leads a witness that saw `from` to a checkpoint of the history.
    pub fn advance(&self, from: &Heads, to: &SignedCheckpoint) -> Advance {
        let heads = self.history.iter().find_map(|item| match item {
            Recorded::Checkpoint(signed, heads) if signed == to => Some(heads),
            _ => None,
        });
        Advance::make(to.clone(), from, heads.unwrap(), |log, earlier, size| {
            consistency_proof(&self.logs[log], earlier, size)
        })
        .unwrap()
    }

    pub fn export(&self) -> Vec<u8> {
        export(&self.origin, &self.history)
    }
}

/// The export of a history from its start.
pub fn export(origin: &str, history: &[Recorded]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut export = Export::from_the_start(&mut out, origin).unwrap();
    write_history(&mut export, &Heads::new(), history);
    export.finish().unwrap();
    out
}

pub fn write_history(export: &mut Export<'_>, from: &Heads, history: &[Recorded]) {
    let mut before = from.clone();
    for item in history {
        match item {
            Recorded::Entry(der, hash) => export.entry(der, hash).unwrap(),
            Recorded::Checkpoint(signed, heads) => {
                let changed: Vec<LogHead> = heads
                    .iter()
                    .filter(|head| before.get(&head.log).as_ref() != Some(head))
                    .collect();
                export.checkpoint(signed, &changed).unwrap();
                before = heads.clone();
            }
        }
    }
}

pub fn time(seconds: u64) -> Time {
    Time::from_unix(1_770_000_000 + seconds as i64).unwrap()
}
