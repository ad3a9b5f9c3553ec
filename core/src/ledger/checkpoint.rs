//! What a store says about all its logs at a moment.

use super::fields::{Fields, integer, require_name, require_number};
use super::head::Heads;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, writer};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// The object identifier that names the format, of the UUID a5673106-8b36-4758-9e65-bd96968c7da0.
pub const FORMAT: Oid = Oid::new("2.25.219858420237463795574477259089281580448");

const NAME: &str = "Checkpoint";

/// What is signed and hashed of a checkpoint begins with this.
pub(super) const DOMAIN: &[u8] = b"yinxin:ledger:checkpoint\x01";

/// The heads of all logs of a store at a moment, and the checkpoint before.
///
/// ```asn1
/// Checkpoint ::= SEQUENCE {
///   format OBJECT IDENTIFIER, version INTEGER (1),
///   origin UTF8String, counter INTEGER (1..9223372036854775807), time GeneralizedTime,
///   logs INTEGER (0..1000000), entries INTEGER (0..9223372036854775807),
///   heads OCTET STRING (SIZE(32)), previous OCTET STRING (SIZE(0|32)) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checkpoint {
    /// The store: a name that no other has, 1 to 64 bytes.
    pub origin: String,
    /// 1 for the first, one more for each that follows.
    pub counter: u64,
    /// When it was made, by the store's clock.
    pub time: Time,
    /// How many logs there are.
    pub logs: u64,
    /// How many entries they have together.
    pub entries: u64,
    /// The root of the tree over the heads of the logs.
    pub heads: [u8; 32],
    /// The digest of the checkpoint before; `None` for the first.
    pub previous: Option<[u8; 32]>,
}

impl Checkpoint {
    /// The first checkpoint of a store.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for an origin that is no name; [`Code::Count`] for more entries than 2^63 - 1.
    pub fn first(origin: &str, time: Time, heads: &Heads) -> Result<Self> {
        Checkpoint::make(origin, 1, time, heads, None)
    }

    /// The checkpoint that follows this one.
    ///
    /// # Errors
    ///
    /// [`Code::Count`] for more entries or checkpoints than 2^63 - 1.
    pub fn next(&self, time: Time, heads: &Heads) -> Result<Self> {
        let counter = self.counter.saturating_add(1);
        Checkpoint::make(&self.origin, counter, time, heads, Some(self.digest()))
    }

    fn make(
        origin: &str,
        counter: u64,
        time: Time,
        heads: &Heads,
        previous: Option<[u8; 32]>,
    ) -> Result<Self> {
        require_name("origin", origin)?;
        require_number("counter", counter)?;
        let entries = u64::try_from(heads.entries()).unwrap_or(u64::MAX);
        require_number("entries", entries)?;
        let logs = heads.len() as u64;
        let origin = origin.to_owned();
        Ok(Checkpoint { origin, counter, time, logs, entries, heads: heads.root(), previous })
    }

    /// The bytes.
    pub fn to_der(&self) -> Vec<u8> {
        let previous = self.previous.as_ref().map(<[u8; 32]>::as_slice).unwrap_or_default();
        writer::sequence(&[
            &writer::oid(&FORMAT),
            &writer::integer(1),
            &writer::utf8(&self.origin),
            &integer(self.counter),
            &writer::generalized_time(self.time),
            &integer(self.logs),
            &integer(self.entries),
            &writer::octet_string(&self.heads),
            &writer::octet_string(previous),
        ])
    }

    /// Reads the DER of a checkpoint and nothing else. What is read gives the same bytes when written.
    ///
    /// # Errors
    ///
    /// [`Code::Version`] for another format or version; else family Malformed, with the offset.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let mut fields = Fields::whole(der, NAME)?;
        let format = fields.0.expect(tag::OID)?;
        if format.oid()? != FORMAT {
            return Err(Error::new(Code::Version, NAME, "another format").at(format.offset));
        }
        fields.version(NAME)?;
        let origin = fields.name()?;
        let place = fields.0.offset();
        let counter = fields.number()?;
        let time = fields.time()?;
        let (logs, entries) = (fields.number()?, fields.number()?);
        let (heads, previous) = (fields.digest()?, fields.digest_or_empty()?);
        fields.0.finish()?;
        if counter == 0 || previous.is_some() != (counter > 1) {
            let message =
                "the counter starts at 1, and every checkpoint but that names the one before";
            return Err(Error::new(Code::Structure, NAME, message).at(place));
        }
        Ok(Checkpoint { origin, counter, time, logs, entries, heads, previous })
    }

    /// The digest: SM3 of `yinxin:ledger:checkpoint`, the byte 01 and the DER.
    pub fn digest(&self) -> [u8; 32] {
        sm3::digest_parts(&[DOMAIN, &self.to_der()])
    }
}
