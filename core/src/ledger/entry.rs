//! One move, as it is recorded.

pub use super::fields::MAX_TEXT;
use super::fields::{Fields, integer, require_name, require_number, require_text};
use super::key::LogKey;
use super::tree::leaf_hash;
use crate::asn1::reader::tag;
use crate::asn1::writer;
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::collections::BTreeMap;

/// The longest entry in bytes.
pub const MAX_ENTRY: usize = 64 * 1024;

/// The most amounts of an entry, and the most digests, and the most facts.
pub const MAX_NAMED: usize = 64;

const NAME: &str = "Entry";

/// The voucher that an entry is about; division and year are those of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherRef {
    /// `VtCode`: the type.
    pub vt_code: String,
    /// `VoucherNo`: the number.
    pub voucher_no: String,
    /// Which of the versions that were sent under the number.
    pub version: u32,
}

/// One entry of a log: who did what to which voucher, when and by what right; digests, states and
/// amounts, and no content of a document.
///
/// ```asn1
/// Entry ::= SEQUENCE {
///   version INTEGER (1),
///   admDivCode UTF8String, stYear UTF8String, sequence INTEGER (0..9223372036854775807),
///   time GeneralizedTime, actor UTF8String, operation UTF8String,
///   voucher [0] SEQUENCE {
///     vtCode UTF8String, voucherNo UTF8String, version INTEGER (0..4294967295) } OPTIONAL,
///   before UTF8String, after UTF8String,
///   amounts SEQUENCE OF SEQUENCE { name UTF8String, fen INTEGER (-2^63..2^63-1) },
///   digests SEQUENCE OF SEQUENCE { name UTF8String, sm3 OCTET STRING (SIZE(32)) },
///   facts   SEQUENCE OF SEQUENCE { name UTF8String, value UTF8String },
///   reason UTF8String, authorization UTF8String }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The log that it belongs to.
    pub log: LogKey,
    /// Its place there, counted from 0.
    pub sequence: u64,
    /// When the move was made, by the store's clock.
    pub time: Time,
    /// Who made it: a name of 1 to 64 bytes.
    pub actor: String,
    /// What was done: a name of 1 to 64 bytes.
    pub operation: String,
    /// The voucher that it was done to, if it was one.
    pub voucher: Option<VoucherRef>,
    /// The state before; empty if there was none.
    pub before: String,
    /// The state after; empty if there is none.
    pub after: String,
    /// Amounts in fen, by name.
    pub amounts: BTreeMap<String, i64>,
    /// SM3 values, by the name of what they are of.
    pub digests: BTreeMap<String, [u8; 32]>,
    /// What else replaying the move takes, such as the key of a quota: short texts by name.
    pub facts: BTreeMap<String, String>,
    /// The reason given, empty if none.
    pub reason: String,
    /// The authorisation that the move was made by, empty if none was needed.
    pub authorization: String,
}

impl Entry {
    /// An entry with what every one has; the rest is empty.
    pub fn new(log: LogKey, sequence: u64, time: Time, actor: &str, operation: &str) -> Self {
        Entry {
            log,
            sequence,
            time,
            actor: actor.to_owned(),
            operation: operation.to_owned(),
            voucher: None,
            before: String::new(),
            after: String::new(),
            amounts: BTreeMap::new(),
            digests: BTreeMap::new(),
            facts: BTreeMap::new(),
            reason: String::new(),
            authorization: String::new(),
        }
    }

    /// The bytes that are recorded: a leaf of the log.
    ///
    /// # Errors
    ///
    /// What [`from_der`](Self::from_der) would not read back: [`Code::Value`] or [`Code::Text`] naming
    /// the field, [`Code::Size`] for a text above [`MAX_TEXT`] or an entry above [`MAX_ENTRY`],
    /// [`Code::Count`] above [`MAX_NAMED`], [`Code::Argument`] for a number above 2^63 - 1.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        use writer::utf8;
        require_number("sequence", self.sequence)?;
        require_name("actor", &self.actor)?;
        require_name("operation", &self.operation)?;
        for (name, text) in [
            ("before", &self.before),
            ("after", &self.after),
            ("reason", &self.reason),
            ("authorization", &self.authorization),
        ] {
            require_text(name, text)?;
        }
        for text in self.facts.values() {
            require_text("facts", text)?;
        }
        let voucher = self.voucher.as_ref().map(VoucherRef::to_der).transpose()?;
        let [adm_div_code, st_year] = self.log.to_der();
        let der = writer::sequence(&[
            &writer::integer(1),
            &adm_div_code,
            &st_year,
            &integer(self.sequence),
            &writer::generalized_time(self.time),
            &utf8(&self.actor),
            &utf8(&self.operation),
            voucher.as_deref().unwrap_or_default(),
            &utf8(&self.before),
            &utf8(&self.after),
            &named("amounts", &self.amounts, |fen| writer::integer(*fen))?,
            &named("digests", &self.digests, |digest| writer::octet_string(digest))?,
            &named("facts", &self.facts, |text| utf8(text))?,
            &utf8(&self.reason),
            &utf8(&self.authorization),
        ]);
        if der.len() > MAX_ENTRY {
            let message = format!("more than {MAX_ENTRY} bytes");
            return Err(Error::new(Code::Size, NAME, message));
        }
        Ok(der)
    }

    /// Reads the DER of one entry and nothing else. What is read gives the same bytes when written.
    ///
    /// # Errors
    ///
    /// [`Code::Version`] for another version; else family Malformed or Limit, with the offset.
    pub fn from_der(der: &[u8]) -> Result<Entry> {
        if der.len() > MAX_ENTRY {
            let message = format!("more than {MAX_ENTRY} bytes");
            return Err(Error::new(Code::Size, NAME, message).at(MAX_ENTRY));
        }
        let mut fields = Fields::whole(der, NAME)?;
        fields.version(NAME)?;
        let log = LogKey::read(&mut fields)?;
        let sequence = fields.number()?;
        let time = fields.time()?;
        let (actor, operation) = (fields.name()?, fields.name()?);
        let voucher = match fields.0.optional(tag::context(0))? {
            Some(tlv) => Some(VoucherRef::read(Fields(tlv.contents().only_sequence()?))?),
            None => None,
        };
        let (before, after) = (fields.text()?, fields.text()?);
        let amounts =
            read_named(&mut fields, |fields| fields.0.expect(tag::INTEGER)?.integer_i64())?;
        let digests = read_named(&mut fields, Fields::digest)?;
        let facts = read_named(&mut fields, Fields::text)?;
        let (reason, authorization) = (fields.text()?, fields.text()?);
        fields.0.finish()?;
        Ok(Entry {
            log,
            sequence,
            time,
            actor,
            operation,
            voucher,
            before,
            after,
            amounts,
            digests,
            facts,
            reason,
            authorization,
        })
    }

    /// The hash of the leaf that the entry is.
    ///
    /// # Errors
    ///
    /// As for [`to_der`](Self::to_der).
    pub fn leaf_hash(&self) -> Result<[u8; 32]> {
        self.to_der().map(|der| leaf_hash(&der))
    }
}

impl VoucherRef {
    fn to_der(&self) -> Result<Vec<u8>> {
        require_name("VtCode", &self.vt_code)?;
        require_name("VoucherNo", &self.voucher_no)?;
        let sequence = writer::sequence(&[
            &writer::utf8(&self.vt_code),
            &writer::utf8(&self.voucher_no),
            &integer(u64::from(self.version)),
        ]);
        Ok(writer::explicit(0, &sequence))
    }

    fn read(mut fields: Fields<'_>) -> Result<Self> {
        let (vt_code, voucher_no) = (fields.name()?, fields.name()?);
        let offset = fields.0.offset();
        let version = u32::try_from(fields.number()?).map_err(|_| {
            Error::new(Code::Value, NAME, "the version is above 4294967295").at(offset)
        })?;
        fields.0.finish()?;
        Ok(VoucherRef { vt_code, voucher_no, version })
    }
}

/// Values by name, ascending by the bytes of the names.
fn named<T>(
    structure: &'static str,
    values: &BTreeMap<String, T>,
    to_der: impl Fn(&T) -> Vec<u8>,
) -> Result<Vec<u8>> {
    if values.len() > MAX_NAMED {
        return Err(Error::new(Code::Count, structure, format!("more than {MAX_NAMED}")));
    }
    let mut parts = Vec::with_capacity(values.len());
    for (name, value) in values {
        require_name(structure, name)?;
        parts.push(writer::sequence(&[&writer::utf8(name), &to_der(value)]));
    }
    Ok(writer::sequence_of(&parts))
}

fn read_named<'a, T>(
    fields: &mut Fields<'a>,
    read: impl Fn(&mut Fields<'a>) -> Result<T>,
) -> Result<BTreeMap<String, T>> {
    let mut list = fields.0.sequence()?;
    let mut values = BTreeMap::new();
    while !list.is_empty() {
        if values.len() >= MAX_NAMED {
            let message = format!("more than {MAX_NAMED} in one list");
            return Err(Error::new(Code::Count, NAME, message).at(list.offset()));
        }
        let element = list.error("names ascend and differ");
        let mut pair = Fields(list.sequence()?);
        let name = pair.name()?;
        let value = read(&mut pair)?;
        pair.0.finish()?;
        if values.last_key_value().is_some_and(|(last, _)| *last >= name) {
            return Err(element);
        }
        values.insert(name, value);
    }
    Ok(values)
}
