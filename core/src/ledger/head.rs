//! How far each log has come, and the tree over all of them.

use super::fields::{Fields, integer};
use super::key::LogKey;
use super::nodes::LeafHashes;
use super::proof::inclusion_proof;
use super::tree::{empty_root, leaf_hash, pair_hashes};
use crate::asn1::writer;
use crate::error::{Code, Error, Result};
use std::collections::BTreeMap;

/// The most logs of one store.
pub const MAX_LOGS: usize = 1_000_000;

const NAME: &str = "LogHead";
const DOMAIN: &[u8] = b"yinxin:ledger:head\x01";

/// The size and root of one log.
///
/// ```asn1
/// LogHead ::= SEQUENCE {
///   admDivCode UTF8String, stYear UTF8String,
///   size INTEGER (0..9223372036854775807), root OCTET STRING (SIZE(32)) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// The log.
    pub log: LogKey,
    /// How many entries it has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: [u8; 32],
}

impl LogHead {
    /// The bytes.
    pub fn to_der(&self) -> Vec<u8> {
        let [adm_div_code, st_year] = self.log.to_der();
        let root = writer::octet_string(&self.root);
        writer::sequence(&[&adm_div_code, &st_year, &integer(self.size), &root])
    }

    /// Reads [`to_der`](Self::to_der) and nothing else.
    ///
    /// # Errors
    ///
    /// Family Malformed, with the offset.
    pub fn from_der(der: &[u8]) -> Result<LogHead> {
        LogHead::read(Fields::whole(der, NAME)?)
    }

    pub(super) fn read(mut fields: Fields<'_>) -> Result<LogHead> {
        let log = LogKey::read(&mut fields)?;
        let (size, root) = (fields.number()?, fields.digest()?);
        fields.0.finish()?;
        Ok(LogHead { log, size, root })
    }

    /// The hash of the leaf that it is in the tree over all heads: of the byte 00,
    /// `yinxin:ledger:head`, the byte 01 and the DER, so that no entry of a log can be taken for it.
    pub fn leaf_hash(&self) -> [u8; 32] {
        leaf_hash(&[DOMAIN, &self.to_der()].concat())
    }
}

/// The heads of all logs of a store, and the tree over them: ascending by key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heads {
    heads: BTreeMap<LogKey, Known>,
}

/// What is known of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    size: u64,
    root: [u8; 32],
    /// The leaf that this is among the heads; kept, for roots are asked for more often than heads change.
    leaf: [u8; 32],
}

impl Heads {
    /// No logs.
    pub fn new() -> Self {
        Heads::default()
    }

    /// Sets the head of a log.
    ///
    /// # Errors
    ///
    /// [`Code::Count`] for a new log above [`MAX_LOGS`].
    pub fn set(&mut self, head: LogHead) -> Result<()> {
        if self.heads.len() >= MAX_LOGS && !self.heads.contains_key(&head.log) {
            return Err(Error::new(Code::Count, "Heads", format!("more than {MAX_LOGS} logs")));
        }
        let leaf = head.leaf_hash();
        self.heads.insert(head.log, Known { size: head.size, root: head.root, leaf });
        Ok(())
    }

    /// The head of a log, if the store has it.
    pub fn get(&self, log: &LogKey) -> Option<LogHead> {
        self.heads.get_key_value(log).map(head_of)
    }

    /// All heads, ascending by key.
    pub fn iter(&self) -> impl Iterator<Item = LogHead> {
        self.heads.iter().map(head_of)
    }

    /// How many logs there are.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// How many entries all logs have together.
    pub fn entries(&self) -> u128 {
        self.heads.values().map(|known| u128::from(known.size)).sum()
    }

    /// The root of the tree over the heads.
    pub fn root(&self) -> [u8; 32] {
        let mut nodes = self.hashes();
        while nodes.len() > 1 {
            let odd = (nodes.len() % 2 == 1).then(|| nodes.last().copied()).flatten();
            nodes = pair_hashes(&nodes, 1);
            nodes.extend(odd);
        }
        nodes.first().copied().unwrap_or_else(empty_root)
    }

    /// The place of a log among all, and the proof that its head is in the tree over them.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a log that the store has not.
    pub fn inclusion_proof(&self, log: &LogKey) -> Result<(u64, Vec<[u8; 32]>)> {
        let index = self.heads.keys().position(|key| key == log);
        let index = index
            .ok_or_else(|| Error::new(Code::Argument, "Heads", format!("there is no log {log}")))?;
        let hashes = self.hashes();
        let index = index as u64;
        Ok((index, inclusion_proof(&LeafHashes(&hashes), index, hashes.len() as u64)?))
    }

    fn hashes(&self) -> Vec<[u8; 32]> {
        self.heads.values().map(|known| known.leaf).collect()
    }
}

fn head_of((log, known): (&LogKey, &Known)) -> LogHead {
    LogHead { log: log.clone(), size: known.size, root: known.root }
}
