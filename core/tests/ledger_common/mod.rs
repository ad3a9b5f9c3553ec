//! A log in memory, kept as a store keeps it, and the definition of the tree as RFC 9162 has it.

#![allow(dead_code)] // each test file uses its part

use sm3::{Digest as _, Sm3};
use yinxin::ledger::{Frontier, Nodes};
use yinxin::{Error, Result};

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
