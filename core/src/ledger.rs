//! An append-only log of what was done, whose past cannot be changed unseen.
//!
//! Each store keeps one log for each division and budget year ([`LogKey`]). An [`Entry`] records one
//! move in digests, states and amounts; the entries of a log are the leaves of a Merkle tree with SM3
//! in the shape of RFC 9162, to which a [`Frontier`] appends without reading what is there. A
//! [`Checkpoint`] covers all logs at a moment and is signed by a key that is not the database's.
//! Bytes: docs/ledger.md.
//!
//! What it gives: **any change of a recorded fact is found by whoever holds one checkpoint outside**;
//! without one only inconsistency is found.

#![forbid(unsafe_code)]

mod advance;
mod audit;
mod checkpoint;
mod compare;
mod countersignature;
mod entry;
mod export;
mod fields;
mod frontier;
mod head;
mod key;
mod nodes;
mod proof;
mod signed;
mod tree;
mod witness;

pub use advance::Advance;
pub use audit::{Anchor, Audit, Audited, Difference};
pub use checkpoint::Checkpoint;
pub use compare::first_difference;
pub use countersignature::Countersignature;
pub use entry::{Entry, MAX_ENTRY, MAX_NAMED, MAX_TEXT, VoucherRef};
pub use export::Export;
pub use frontier::Frontier;
pub use head::{Heads, LogHead, MAX_LOGS};
pub use key::LogKey;
pub use nodes::{LeafHashes, Nodes};
pub use proof::{
    consistency_proof, inclusion_proof, root_at, verify_consistency, verify_inclusion,
};
pub use signed::{CheckpointKey, SignedCheckpoint};
pub use tree::{MAX_SIZE, empty_root, leaf_hash, leaf_hashes, node_hash};
pub use witness::Witness;
