//! What a store shows a witness: a checkpoint, and that every log has only grown since the last one.

use super::fields::Fields;
use super::head::{Heads, LogHead, MAX_LOGS};
use super::key::LogKey;
use super::signed::SignedCheckpoint;
use crate::asn1::reader::tag;
use crate::asn1::writer;
use crate::error::{Code, Error, Result};

const NAME: &str = "Advance";

/// The most hashes that a proof has.
const MAX_PROOF: usize = 64;

/// A log that is new or has grown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grown {
    pub(super) head: LogHead,
    /// The proof that the log as it was last seen is its beginning.
    pub(super) proof: Vec<[u8; 32]>,
}

/// A signed checkpoint, with the heads that have changed since the last one that the witness saw and
/// the proofs that those logs have only grown.
///
/// ```asn1
/// Advance ::= SEQUENCE {
///   checkpoint SignedCheckpoint,
///   grown SEQUENCE OF SEQUENCE { head LogHead, proof SEQUENCE OF OCTET STRING (SIZE(32)) } }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    pub(super) checkpoint: SignedCheckpoint,
    pub(super) grown: Vec<Grown>,
}

impl Advance {
    /// What leads from the heads at the last checkpoint that the witness saw (none, if it saw none) to
    /// the heads of this one. `prove` gives the consistency proof of a log from a size to a larger one:
    /// [`consistency_proof`](super::consistency_proof).
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if `to` are not the heads of the checkpoint; what `prove` says.
    pub fn make(
        checkpoint: SignedCheckpoint,
        from: &Heads,
        to: &Heads,
        mut prove: impl FnMut(&LogKey, u64, u64) -> Result<Vec<[u8; 32]>>,
    ) -> Result<Self> {
        if to.root() != checkpoint.checkpoint().heads {
            return Err(Error::new(Code::Argument, NAME, "the heads are not the checkpoint's"));
        }
        let mut grown = Vec::new();
        for head in to.iter() {
            let size = match from.get(&head.log) {
                Some(before) if before == head => continue,
                Some(before) => before.size,
                None => 0,
            };
            let proof = prove(&head.log, size, head.size)?;
            grown.push(Grown { head, proof });
        }
        Ok(Advance { checkpoint, grown })
    }

    /// The checkpoint; nothing of it is known to be true before a witness accepts it.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// The bytes.
    pub fn to_der(&self) -> Vec<u8> {
        let grown: Vec<Vec<u8>> = self.grown.iter().map(Grown::to_der).collect();
        writer::sequence(&[&self.checkpoint.to_der(), &writer::sequence_of(&grown)])
    }

    /// Reads [`to_der`](Self::to_der) and nothing else.
    ///
    /// # Errors
    ///
    /// Family Malformed, with the offset; [`Code::Count`] above [`MAX_LOGS`] logs or 64 hashes in a
    /// proof.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let mut fields = Fields::whole(der, NAME)?;
        let inner = fields.0.expect(tag::SEQUENCE)?;
        let checkpoint =
            SignedCheckpoint::from_der(inner.raw).map_err(|error| error.shifted(inner.offset))?;
        let mut list = fields.0.sequence()?;
        fields.0.finish()?;
        let mut grown: Vec<Grown> = Vec::new();
        while !list.is_empty() {
            let disorder = list.error("logs ascend and differ");
            let next = Grown::read(Fields(list.sequence()?))?;
            if grown.last().is_some_and(|last| last.head.log >= next.head.log) {
                return Err(disorder);
            }
            if grown.len() >= MAX_LOGS {
                let message = format!("more than {MAX_LOGS} logs");
                return Err(Error::new(Code::Count, NAME, message).at(list.offset()));
            }
            grown.push(next);
        }
        Ok(Advance { checkpoint, grown })
    }
}

impl Grown {
    fn to_der(&self) -> Vec<u8> {
        let proof: Vec<Vec<u8>> =
            self.proof.iter().map(|hash| writer::octet_string(hash)).collect();
        writer::sequence(&[&self.head.to_der(), &writer::sequence_of(&proof)])
    }

    fn read(mut fields: Fields<'_>) -> Result<Self> {
        let head = LogHead::read(Fields(fields.0.sequence()?))?;
        let mut hashes = Fields(fields.0.sequence()?);
        fields.0.finish()?;
        let mut proof = Vec::new();
        while !hashes.0.is_empty() {
            if proof.len() >= MAX_PROOF {
                let message = format!("more than {MAX_PROOF} hashes in a proof");
                return Err(Error::new(Code::Count, NAME, message).at(hashes.0.offset()));
            }
            proof.push(hashes.digest()?);
        }
        Ok(Grown { head, proof })
    }
}
