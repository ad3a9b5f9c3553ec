//! Who remembers a store's last checkpoint, and countersigns the next one only if the past is still the
//! same.

use super::advance::Advance;
use super::countersignature::Countersignature;
use super::fields::{Fields, require_name};
use super::head::{Heads, LogHead};
use super::proof::verify_consistency;
use super::signed::{CheckpointKey, SignedCheckpoint};
use super::tree::empty_root;
use crate::asn1::reader::tag;
use crate::asn1::writer;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::time::Time;

const NAME: &str = "Witness";

/// What a witness of one store remembers: the last checkpoint that it accepted and the heads at it.
///
/// A store that was restored from an old copy, that was copied and went on twice, or that changed what
/// it had recorded cannot get past it. [`accept`](Self::accept) gives what is to be remembered from then
/// on: keep [`to_der`](Self::to_der) of it on disk before its countersignature leaves the house, or a
/// witness that lost it would sign two pasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    origin: String,
    last: Option<SignedCheckpoint>,
    heads: Heads,
}

impl Witness {
    /// A witness that has seen nothing of this store yet. The first checkpoint that it accepts is
    /// believed; from then on the past is fixed.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for an origin that is no name.
    pub fn new(origin: &str) -> Result<Self> {
        require_name("origin", origin)?;
        Ok(Witness { origin: origin.to_owned(), last: None, heads: Heads::new() })
    }

    /// The store.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The last checkpoint that was accepted.
    pub fn last(&self) -> Option<&SignedCheckpoint> {
        self.last.as_ref()
    }

    /// The heads at the last checkpoint.
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// The witness after this step, if it is one: signed by one of `keys`, newer than what was seen, and
    /// with every log grown from what it was. The same checkpoint again changes nothing.
    ///
    /// # Errors
    ///
    /// [`Code::OtherOrigin`] for another store's checkpoint, [`Code::CheckpointSignature`] if none of
    /// the keys signed it, [`Code::RolledBack`] for an older one, [`Code::Forked`] for one beside the
    /// last or after another, [`Code::Rewritten`] if a log is not what it was with entries appended,
    /// [`Code::Structure`] if the step does not lead to the checkpoint's own numbers.
    pub fn accept(&self, advance: &Advance, keys: &[CheckpointKey]) -> Result<Witness> {
        let next = &advance.checkpoint;
        self.require_successor(next, keys)?;
        if self.last.as_ref().is_some_and(|last| last.digest() == next.digest()) {
            return Ok(self.clone());
        }
        let mut heads = self.heads.clone();
        for grown in &advance.grown {
            let head = &grown.head;
            let before = heads.get(&head.log);
            let (size, root) = before.map_or((0, empty_root()), |head| (head.size, head.root));
            let refuse = |message: &str| {
                let message = format!("log {}: {message}", head.log);
                Err(Error::new(Code::Rewritten, NAME, message))
            };
            if head.size < size {
                return refuse(&format!("{} entries where {size} were seen", head.size));
            }
            if verify_consistency(size, &root, head.size, &head.root, &grown.proof).is_err() {
                return refuse(&format!("its first {size} entries are not those that were seen"));
            }
            heads.set(head.clone())?;
        }
        let checkpoint = next.checkpoint();
        if heads.root() != checkpoint.heads {
            let message = "the heads do not come out: a log is missing, or changed without a proof";
            return Err(Error::new(Code::Rewritten, NAME, message));
        }
        let counted = (heads.len() as u64, heads.entries());
        if counted != (checkpoint.logs, u128::from(checkpoint.entries)) {
            let message = "the checkpoint counts other logs or entries than its heads have";
            return Err(Error::new(Code::Structure, NAME, message));
        }
        Ok(Witness { origin: self.origin.clone(), last: Some(next.clone()), heads })
    }

    /// Countersigns the last checkpoint as the witness `name`.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if none was accepted yet; [`Code::Value`] for what is no name;
    /// [`Code::SignerForm`] for a signer that is not SM2; what the signer says.
    pub fn countersign(
        &self,
        name: &str,
        time: Time,
        signer: &dyn Signer,
    ) -> Result<Countersignature> {
        match &self.last {
            Some(last) => Countersignature::sign(name, last, time, signer),
            None => Err(Error::new(Code::Argument, NAME, "no checkpoint was accepted yet")),
        }
    }

    /// The bytes to keep.
    ///
    /// ```asn1
    /// Witness ::= SEQUENCE {
    ///   version INTEGER (1), origin UTF8String,
    ///   last [0] SignedCheckpoint OPTIONAL, heads SEQUENCE OF LogHead }
    /// ```
    pub fn to_der(&self) -> Vec<u8> {
        let last = self.last.as_ref().map(|last| writer::explicit(0, &last.to_der()));
        let heads: Vec<Vec<u8>> = self.heads.iter().map(|head| head.to_der()).collect();
        writer::sequence(&[
            &writer::integer(1),
            &writer::utf8(&self.origin),
            last.as_deref().unwrap_or_default(),
            &writer::sequence_of(&heads),
        ])
    }

    /// Reads [`to_der`](Self::to_der) and nothing else. The bytes are believed: they are the witness's
    /// own, but heads that are not the checkpoint's are refused.
    ///
    /// # Errors
    ///
    /// Family Malformed, with the offset; [`Code::Structure`] for heads that are not the checkpoint's.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let mut fields = Fields::whole(der, NAME)?;
        fields.version(NAME)?;
        let origin = fields.name()?;
        let last = match fields.0.optional(tag::context(0))? {
            Some(tlv) => {
                let inner = SignedCheckpoint::from_der(tlv.value);
                Some(inner.map_err(|error| error.shifted(tlv.value_offset()))?)
            }
            None => None,
        };
        let mut list = fields.0.sequence()?;
        fields.0.finish()?;
        let mut heads = Heads::new();
        let mut before = None;
        while !list.is_empty() {
            let disorder = list.error("logs ascend and differ");
            let head = LogHead::read(Fields(list.sequence()?))?;
            if before.as_ref().is_some_and(|before| *before >= head.log) {
                return Err(disorder);
            }
            before = Some(head.log.clone());
            heads.set(head)?;
        }
        let root = last.as_ref().map_or_else(empty_root, |last| last.checkpoint().heads);
        if heads.root() != root {
            let message = "the heads are not those of the last checkpoint";
            return Err(Error::new(Code::Structure, NAME, message));
        }
        Ok(Witness { origin, last, heads })
    }

    /// Whether the checkpoint is this store's, signed, and not from before or beside the last one.
    fn require_successor(&self, next: &SignedCheckpoint, keys: &[CheckpointKey]) -> Result<()> {
        let checkpoint = next.checkpoint();
        if checkpoint.origin != self.origin {
            let message = format!("a checkpoint of {}, not of {}", checkpoint.origin, self.origin);
            return Err(Error::new(Code::OtherOrigin, NAME, message));
        }
        if next.verify(keys).is_err() {
            let message = "none of the keys given signed the checkpoint";
            return Err(Error::new(Code::CheckpointSignature, NAME, message));
        }
        let Some(last) = &self.last else { return Ok(()) };
        let (seen, counter) = (last.checkpoint().counter, checkpoint.counter);
        if counter < seen {
            let message = format!("checkpoint {counter}, where {seen} was seen before");
            return Err(Error::new(Code::RolledBack, NAME, message));
        }
        if counter == seen && next.digest() != last.digest() {
            let message = format!("another checkpoint {counter} than the one that was seen");
            return Err(Error::new(Code::Forked, NAME, message));
        }
        if counter == seen + 1 && checkpoint.previous != Some(last.digest()) {
            let message = format!("checkpoint {counter} does not follow the {seen} that was seen");
            return Err(Error::new(Code::Forked, NAME, message));
        }
        Ok(())
    }
}
