//! The log as one stream that another machine verifies.
//!
//! A line of text, then records, each a letter, the length of its body as u32 and the body:
//!
//! | letter | body | where |
//! |---|---|---|
//! | `O` | the DER of `Opening` | the first record, once |
//! | `F` | the DER of `Start`, one for each log | after `O`, if the export goes on from a checkpoint |
//! | `E` | the stored leaf hash, 32 bytes, and the DER of an entry | in the order of recording, over all logs |
//! | `H` | the DER of the head of a log that changed since the last checkpoint | before `C` |
//! | `C` | the DER of a signed checkpoint | after the entries that it covers |
//! | `W` | the DER of a countersignature of the last checkpoint | after `C` |
//! | `Z` | the DER of `End` | the last record, once |
//!
//! `E` holds the leaf hash that was stored when the entry was made: it names the entry that was changed
//! where whoever changed it left the hash. `H` names the log in which something was changed. Neither is
//! believed: what counts is the signed checkpoint.

use super::countersignature::Countersignature;
use super::entry::MAX_ENTRY;
use super::fields::{Fields, integer, require_name};
use super::frontier::Frontier;
use super::head::LogHead;
use super::key::LogKey;
use super::signed::SignedCheckpoint;
use crate::asn1::reader::tag;
use crate::asn1::writer;
use crate::crypto::sm3::Sm3;
use crate::error::{Code, Error, Result};
use std::io::Write;

/// The line that every export begins with.
pub(super) const MAGIC: &[u8; 23] = b"yinxin ledger export 1\n";

/// The longest body of a record: an entry and the hash beside it, and room for what others hold.
pub(super) const MAX_RECORD: usize = MAX_ENTRY + 1024;

const NAME: &str = "export";

/// Writes the log of a store as one stream. It is whole only after [`finish`](Self::finish).
pub struct Export<'a> {
    out: &'a mut dyn Write,
    digest: Sm3,
    entries: u64,
    checkpoints: u64,
}

impl<'a> Export<'a> {
    /// An export from the very first entry.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for an origin that is no name; [`Code::Write`] if it cannot be written.
    pub fn from_the_start(out: &'a mut dyn Write, origin: &str) -> Result<Self> {
        Export::open(out, origin, None)
    }

    /// An export of what was recorded after a checkpoint, for whoever verified all up to there:
    /// `frontiers` are those of all logs at that checkpoint, ascending by key.
    ///
    /// # Errors
    ///
    /// [`Code::Write`] if it cannot be written; what the iterator says.
    pub fn after(
        out: &'a mut dyn Write,
        checkpoint: &SignedCheckpoint,
        frontiers: impl IntoIterator<Item = Result<(LogKey, Frontier)>>,
    ) -> Result<Self> {
        let mut export = Export::open(out, &checkpoint.checkpoint().origin, Some(checkpoint))?;
        for start in frontiers {
            let (log, frontier) = start?;
            let start = Start { log, frontier };
            export.record(b'F', &[&start.to_der()])?;
        }
        Ok(export)
    }

    fn open(
        out: &'a mut dyn Write,
        origin: &str,
        start: Option<&SignedCheckpoint>,
    ) -> Result<Self> {
        require_name("origin", origin)?;
        let mut export = Export { out, digest: Sm3::new(), entries: 0, checkpoints: 0 };
        export.write(MAGIC)?;
        let opening = Opening { origin: origin.to_owned(), start: start.cloned() };
        export.record(b'O', &[&opening.to_der()])?;
        Ok(export)
    }

    /// The next entry, in the order of recording over all logs, as it is stored: its DER and its leaf
    /// hash.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] above [`MAX_ENTRY`]; [`Code::Write`] if it cannot be written.
    pub fn entry(&mut self, der: &[u8], leaf_hash: &[u8; 32]) -> Result<()> {
        if der.len() > MAX_ENTRY {
            return Err(Error::new(Code::Size, NAME, format!("more than {MAX_ENTRY} bytes")));
        }
        self.entries += 1;
        self.record(b'E', &[leaf_hash, der])
    }

    /// A checkpoint, after the entries that it covers, with the heads that changed since the one before.
    ///
    /// # Errors
    ///
    /// [`Code::Write`] if it cannot be written.
    pub fn checkpoint(&mut self, checkpoint: &SignedCheckpoint, heads: &[LogHead]) -> Result<()> {
        for head in heads {
            self.record(b'H', &[&head.to_der()])?;
        }
        self.checkpoints += 1;
        self.record(b'C', &[&checkpoint.to_der()])
    }

    /// A countersignature of the last checkpoint.
    ///
    /// # Errors
    ///
    /// [`Code::Write`] if it cannot be written.
    pub fn countersignature(&mut self, countersignature: &Countersignature) -> Result<()> {
        self.record(b'W', &[&countersignature.to_der()])
    }

    /// Ends the export.
    ///
    /// # Errors
    ///
    /// [`Code::Write`] if it cannot be written.
    pub fn finish(mut self) -> Result<()> {
        let digest = std::mem::take(&mut self.digest).finalize();
        let end = End { entries: self.entries, checkpoints: self.checkpoints, digest };
        self.record(b'Z', &[&end.to_der()])?;
        self.out.flush().map_err(|error| Error::new(Code::Write, NAME, error.to_string()))
    }

    fn record(&mut self, letter: u8, body: &[&[u8]]) -> Result<()> {
        let length: usize = body.iter().map(|part| part.len()).sum();
        let length = u32::try_from(length).ok().filter(|length| *length as usize <= MAX_RECORD);
        let length = length.ok_or_else(|| {
            Error::new(Code::Size, NAME, format!("a record of more than {MAX_RECORD} bytes"))
        })?;
        let [a, b, c, d] = length.to_be_bytes();
        self.write(&[letter, a, b, c, d])?;
        body.iter().try_for_each(|part| self.write(part))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.digest.update(bytes);
        let written = self.out.write_all(bytes);
        written.map_err(|error| Error::new(Code::Write, NAME, error.to_string()))
    }
}

impl std::fmt::Debug for Export<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Export { entries, checkpoints, .. } = self;
        write!(f, "Export {{ entries: {entries}, checkpoints: {checkpoints} }}")
    }
}

/// ```asn1
/// Opening ::= SEQUENCE { origin UTF8String, start [0] SignedCheckpoint OPTIONAL }
/// ```
pub(super) struct Opening {
    pub(super) origin: String,
    pub(super) start: Option<SignedCheckpoint>,
}

impl Opening {
    fn to_der(&self) -> Vec<u8> {
        let start = self.start.as_ref().map(|start| writer::explicit(0, &start.to_der()));
        writer::sequence(&[&writer::utf8(&self.origin), start.as_deref().unwrap_or_default()])
    }

    pub(super) fn from_der(der: &[u8]) -> Result<Self> {
        let mut fields = Fields::whole(der, "Opening")?;
        let origin = fields.name()?;
        let start = match fields.0.optional(tag::context(0))? {
            Some(tlv) => Some(
                SignedCheckpoint::from_der(tlv.value)
                    .map_err(|error| error.shifted(tlv.value_offset()))?,
            ),
            None => None,
        };
        fields.0.finish()?;
        Ok(Opening { origin, start })
    }
}

/// ```asn1
/// Start ::= SEQUENCE { admDivCode UTF8String, stYear UTF8String, frontier OCTET STRING }
/// ```
pub(super) struct Start {
    pub(super) log: LogKey,
    pub(super) frontier: Frontier,
}

impl Start {
    fn to_der(&self) -> Vec<u8> {
        let [adm_div_code, st_year] = self.log.to_der();
        let frontier = writer::octet_string(&self.frontier.to_bytes());
        writer::sequence(&[&adm_div_code, &st_year, &frontier])
    }

    pub(super) fn from_der(der: &[u8]) -> Result<Self> {
        let mut fields = Fields::whole(der, "Start")?;
        let log = LogKey::read(&mut fields)?;
        let tlv = fields.0.expect(tag::OCTET_STRING)?;
        let frontier =
            Frontier::from_bytes(tlv.value).map_err(|error| error.within(tlv.value_offset()))?;
        fields.0.finish()?;
        Ok(Start { log, frontier })
    }
}

/// ```asn1
/// End ::= SEQUENCE {
///   entries INTEGER (0..9223372036854775807), checkpoints INTEGER (0..9223372036854775807),
///   digest OCTET STRING (SIZE(32)) }
/// ```
///
/// `digest` is SM3 of all bytes before this record.
#[derive(PartialEq, Eq)]
pub(super) struct End {
    pub(super) entries: u64,
    pub(super) checkpoints: u64,
    pub(super) digest: [u8; 32],
}

impl End {
    fn to_der(&self) -> Vec<u8> {
        let digest = writer::octet_string(&self.digest);
        writer::sequence(&[&integer(self.entries), &integer(self.checkpoints), &digest])
    }

    pub(super) fn from_der(der: &[u8]) -> Result<Self> {
        let mut fields = Fields::whole(der, "End")?;
        let (entries, checkpoints) = (fields.number()?, fields.number()?);
        let digest = fields.digest()?;
        fields.0.finish()?;
        Ok(End { entries, checkpoints, digest })
    }
}
