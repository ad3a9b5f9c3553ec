//! What two stores say to each other, inside packets: here is a voucher, and this became of yours.

use super::state::{Document, Leg};
use super::storage::VoucherKey;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader, Tlv, writer};
use crate::envelope::MAX_BODY;
use crate::error::{Code, Error, Result};
use crate::time::Time;
use crate::voucher::{Body, Encoding, Envelope, VoucherId};
use std::collections::BTreeSet;

/// The object identifier that names the format of [`VoucherMessage`].
pub const VOUCHER_FORMAT: Oid = Oid::new("2.25.115024152134995567240769649487469872858.4");

/// The object identifier that names the format of [`Statement`].
pub const STATEMENT_FORMAT: Oid = Oid::new("2.25.115024152134995567240769649487469872858.5");

/// The version of both formats.
pub const MESSAGE_VERSION: i64 = 1;

/// The kind of packets that carry a [`VoucherMessage`].
pub const VOUCHER_KIND: &str = "voucher";

/// The kind of packets that carry a [`Statement`].
pub const STATEMENT_KIND: &str = "statement";

/// The most files in a message.
pub const MAX_MESSAGE_FILES: usize = 64;

/// The longest name of a file in bytes.
pub const MAX_FILE_NAME: usize = 1_024;

/// The longest reason of a statement in bytes of UTF-8; one of 200 bytes in GBK is never longer.
pub const MAX_STATEMENT_REASON: usize = 600;

/// A voucher on its way: the original to the party that carries it out, or the receipt to the issuer.
///
/// ```text
/// VoucherMessage ::= SEQUENCE {
///   format OBJECT IDENTIFIER, version INTEGER,      -- VOUCHER_FORMAT, 1
///   voucherVersion INTEGER,                         -- from 1 on
///   envelope OCTET STRING,                          -- MOF XML with one VoucherBody
///   attachments SEQUENCE OF SEQUENCE { name UTF8String, content OCTET STRING } }
/// ```
#[derive(Debug, Clone)]
pub struct VoucherMessage {
    /// Which version of the voucher.
    pub version: u32,
    /// The voucher with its acts; a receipt brings its original along.
    pub body: Body,
    /// The files that come with it, each name once.
    pub attachments: Vec<(String, Vec<u8>)>,
}

/// What became of a document, in the words of who received it.
///
/// ```text
/// Statement ::= SEQUENCE {
///   format OBJECT IDENTIFIER, version INTEGER,      -- STATEMENT_FORMAT, 1
///   admDivCode, stYear, vtCode, voucherNo UTF8String,
///   voucherVersion INTEGER,                         -- from 1 on
///   document ENUMERATED { original (0), receipt (1) },
///   leg ENUMERATED { delivered (3), acknowledged (4), refused (5), returned (6) },
///   digest OCTET STRING (SIZE(32)),                 -- SM3 of the bytes of the document
///   code INTEGER,                                   -- 0, or the number of an error
///   reason UTF8String,                              -- empty if there is none
///   time GeneralizedTime }                          -- whole seconds, the speaker's own
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The voucher, and which version of it.
    pub key: VoucherKey,
    /// Which of its documents is spoken about.
    pub document: Document,
    /// Where that is now: delivered, acknowledged, refused or, an original, returned.
    pub leg: Leg,
    /// SM3 of the bytes of the document.
    pub digest: [u8; 32],
    /// Why, as a number of an error; 0 for none.
    pub code: u32,
    /// Why, for people; empty for none.
    pub reason: String,
    /// When it was said, in whole seconds.
    pub time: Time,
}

impl VoucherMessage {
    const NAME: &'static str = "VoucherMessage";

    /// The message in DER.
    ///
    /// # Errors
    ///
    /// [`Code::Form`] for a voucher in JSON, which does not travel; [`Code::Argument`], [`Code::Count`]
    /// for names of files that are empty, too long, not on one line or given twice, and for too many of
    /// them; [`Code::Size`] for more than a packet carries.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        if self.version == 0 {
            return Err(Error::new(Code::Argument, "version", "versions count from 1"));
        }
        if self.attachments.len() > MAX_MESSAGE_FILES {
            let message = format!("more than {MAX_MESSAGE_FILES} files");
            return Err(Error::new(Code::Count, "attachments", message));
        }
        let mut names = BTreeSet::new();
        if let Some((name, _)) =
            self.attachments.iter().find(|(name, _)| !is_file_name(name) || !names.insert(name))
        {
            let message = format!("{name:?} is no name of a file, or given twice");
            return Err(Error::new(Code::Argument, "attachments", message));
        }
        let held: usize = self.attachments.iter().map(|(_, content)| content.len()).sum();
        let envelope = Envelope::of(self.body.clone()).to_xml(Encoding::Utf8)?;
        if held.saturating_add(envelope.len()) > MAX_BODY - (1 << 20) {
            let message = "voucher and files are larger than what a packet carries";
            return Err(Error::new(Code::Size, "attachments", message));
        }
        let file = |(name, content): &(String, Vec<u8>)| {
            writer::sequence(&[&writer::utf8(name), &writer::octet_string(content)])
        };
        let files: Vec<Vec<u8>> = self.attachments.iter().map(file).collect();
        Ok(writer::sequence(&[
            &writer::oid(&VOUCHER_FORMAT),
            &writer::integer(MESSAGE_VERSION),
            &writer::integer(i64::from(self.version)),
            &writer::octet_string(&envelope),
            &writer::sequence_of(&files),
        ]))
    }

    /// Reads a message.
    ///
    /// # Errors
    ///
    /// [`Code::Form`], [`Code::Version`] for another format or version; [`Code::Der`], [`Code::Value`],
    /// [`Code::Count`] with an offset; about the envelope as of [`Envelope::parse`], at its place.
    pub fn from_der(der: &[u8]) -> Result<VoucherMessage> {
        let mut fields = Reader::whole(der, Self::NAME)?;
        format(&mut fields, VOUCHER_FORMAT)?;
        let version = version(&mut fields)?;
        let envelope = fields.expect(tag::OCTET_STRING)?;
        let start = envelope.value_offset();
        let parsed = Envelope::parse(envelope.value).map_err(|error| error.within(start))?;
        let Ok([body]) = <[Body; 1]>::try_from(parsed.bodies) else {
            let message = "not exactly one voucher in the envelope";
            return Err(Error::new(Code::Count, Self::NAME, message).at(start));
        };
        let mut list = fields.sequence()?;
        fields.finish()?;
        let mut attachments: Vec<(String, Vec<u8>)> = Vec::new();
        while !list.is_empty() {
            if attachments.len() >= MAX_MESSAGE_FILES {
                let message = format!("more than {MAX_MESSAGE_FILES} files");
                return Err(Error::new(Code::Count, Self::NAME, message).at(list.offset()));
            }
            let mut file = list.sequence()?;
            let name = file.expect(tag::UTF8_STRING)?;
            let content = file.expect(tag::OCTET_STRING)?;
            file.finish()?;
            let text = name.utf8()?;
            if !is_file_name(text) || attachments.iter().any(|(other, _)| other == text) {
                return Err(value(&name, Self::NAME, "no name of a file, or given twice"));
            }
            attachments.push((text.to_owned(), content.value.to_vec()));
        }
        Ok(VoucherMessage { version, body, attachments })
    }
}

impl Statement {
    const NAME: &'static str = "Statement";

    /// The statement in DER.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a place that nobody states, a version 0, a reason that is too long or not
    /// on one line, and a time that is not a whole second.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let argument = |name, message| Err(Error::new(Code::Argument, name, message));
        let Statement { key, document, leg, digest, code, reason, time } = self;
        let Some(leg) = leg_number(*document, *leg) else {
            return argument("leg", "nobody states that of this document");
        };
        if key.version == 0 {
            return argument("version", "versions count from 1");
        }
        if !is_reason(reason) {
            return argument("reason", "it is too long, or not on one line");
        }
        if time.nanos() != 0 {
            return argument("time", "not a whole second");
        }
        let VoucherId { adm_div_code, st_year, vt_code, voucher_no } = &key.id;
        Ok(writer::sequence(&[
            &writer::oid(&STATEMENT_FORMAT),
            &writer::integer(MESSAGE_VERSION),
            &writer::utf8(adm_div_code),
            &writer::utf8(st_year),
            &writer::utf8(vt_code),
            &writer::utf8(voucher_no),
            &writer::integer(i64::from(key.version)),
            &writer::enumerated(document_number(*document)),
            &writer::enumerated(leg),
            &writer::octet_string(digest),
            &writer::integer(i64::from(*code)),
            &writer::utf8(reason),
            &writer::generalized_time(*time),
        ]))
    }

    /// Reads a statement.
    ///
    /// # Errors
    ///
    /// [`Code::Form`], [`Code::Version`] for another format or version; [`Code::Der`], [`Code::Value`]
    /// with an offset; about the identifier as of [`VoucherId::new`].
    pub fn from_der(der: &[u8]) -> Result<Statement> {
        let mut fields = Reader::whole(der, Self::NAME)?;
        format(&mut fields, STATEMENT_FORMAT)?;
        let at = fields.offset();
        let mut names = [""; 4];
        for name in &mut names {
            *name = fields.expect(tag::UTF8_STRING)?.utf8()?;
        }
        let [adm_div_code, st_year, vt_code, voucher_no] = names;
        let id = VoucherId::new(adm_div_code, st_year, vt_code, voucher_no)
            .map_err(|error| error.at(at))?;
        let version = version(&mut fields)?;
        let found = fields.expect(tag::ENUMERATED)?;
        let document = match found.value {
            [0] => Document::Original,
            [1] => Document::Receipt,
            _ => return Err(value(&found, Self::NAME, "no document of a voucher")),
        };
        let found = fields.expect(tag::ENUMERATED)?;
        let leg = LEGS
            .iter()
            .find(|(leg, number)| found.value == [*number] && leg_number(document, *leg).is_some());
        let Some((leg, _)) = leg else {
            return Err(value(&found, Self::NAME, "nobody states that of this document"));
        };
        let octets = fields.expect(tag::OCTET_STRING)?;
        let digest =
            octets.value.try_into().map_err(|_| value(&octets, Self::NAME, "not 32 bytes"))?;
        let found = fields.expect(tag::INTEGER)?;
        let code = u32::try_from(found.integer_i64()?)
            .map_err(|_| value(&found, Self::NAME, "no number of an error"))?;
        let found = fields.expect(tag::UTF8_STRING)?;
        if !is_reason(found.utf8()?) {
            return Err(value(&found, Self::NAME, "a reason that is too long, or not on one line"));
        }
        let reason = found.utf8()?.to_owned();
        let time = fields.expect(tag::GENERALIZED_TIME)?.whole_second()?;
        fields.finish()?;
        let key = VoucherKey { id, version };
        Ok(Statement { key, document, leg: *leg, digest, code, reason, time })
    }
}

/// What can be stated, and its numbers.
const LEGS: [(Leg, u8); 4] =
    [(Leg::Delivered, 3), (Leg::Acknowledged, 4), (Leg::Refused, 5), (Leg::Returned, 6)];

fn document_number(document: Document) -> u8 {
    match document {
        Document::Original => 0,
        Document::Receipt => 1,
    }
}

/// The number of what can be stated of a document. A receipt is not sent back.
fn leg_number(document: Document, leg: Leg) -> Option<u8> {
    let (_, number) = LEGS.iter().find(|(known, _)| *known == leg)?;
    (document == Document::Original || leg != Leg::Returned).then_some(*number)
}

fn format(fields: &mut Reader<'_>, due: Oid) -> Result<()> {
    let found = fields.expect(tag::OID)?;
    if found.oid()? != due {
        let message = format!("format {} is not {due}", found.oid()?);
        return Err(Error::new(Code::Form, "message", message).at(found.offset));
    }
    let found = fields.expect(tag::INTEGER)?;
    match found.integer_i64()? {
        MESSAGE_VERSION => Ok(()),
        other => {
            let message = format!("version {other} is not known, only {MESSAGE_VERSION}");
            Err(Error::new(Code::Version, "message", message).at(found.offset))
        }
    }
}

/// The version of a voucher.
fn version(fields: &mut Reader<'_>) -> Result<u32> {
    let found = fields.expect(tag::INTEGER)?;
    let version = u32::try_from(found.integer_i64()?).ok().filter(|version| *version > 0);
    version.ok_or_else(|| value(&found, "voucherVersion", "versions count from 1"))
}

fn is_file_name(name: &str) -> bool {
    (1..=MAX_FILE_NAME).contains(&name.len()) && !name.chars().any(char::is_control)
}

fn is_reason(text: &str) -> bool {
    text.len() <= MAX_STATEMENT_REASON && !text.chars().any(char::is_control)
}

fn value(found: &Tlv<'_>, structure: &'static str, message: &'static str) -> Error {
    Error::new(Code::Value, structure, message).at(found.offset)
}
