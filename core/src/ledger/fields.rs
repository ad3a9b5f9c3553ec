//! The fields of the ledger's structures, read strictly: what is read is what would be written.

use super::tree::MAX_SIZE;
use crate::asn1::reader::{Reader, Tlv, tag};
use crate::error::{Code, Error, Result};
use crate::text::{Refused, is_plain, refused};
use crate::time::Time;

/// The longest text in bytes of UTF-8.
pub const MAX_TEXT: usize = 1024;

/// The longest name in bytes of UTF-8.
const MAX_NAME: usize = 64;

pub(super) struct Fields<'a>(pub(super) Reader<'a>);

impl<'a> Fields<'a> {
    /// The SEQUENCE that is the whole of `der`.
    pub(super) fn whole(der: &'a [u8], structure: &'static str) -> Result<Self> {
        Reader::whole(der, structure).map(Fields)
    }

    /// The version of a structure, which is 1.
    pub(super) fn version(&mut self, structure: &'static str) -> Result<()> {
        let tlv = self.0.expect(tag::INTEGER)?;
        if tlv.integer_i64()? == 1 {
            return Ok(());
        }
        Err(Error::new(Code::Version, structure, "another version").at(tlv.offset))
    }

    /// An INTEGER from 0 to 2^63 - 1.
    pub(super) fn number(&mut self) -> Result<u64> {
        let tlv = self.0.expect(tag::INTEGER)?;
        u64::try_from(tlv.integer_i64()?).map_err(|_| tlv.error("the INTEGER is negative"))
    }

    pub(super) fn time(&mut self) -> Result<Time> {
        self.0.expect(tag::GENERALIZED_TIME)?.time()
    }

    pub(super) fn text(&mut self) -> Result<String> {
        let tlv = self.0.expect(tag::UTF8_STRING)?;
        let text = tlv.utf8()?;
        require_text("text", text).map_err(|error| error.within(tlv.value_offset()))?;
        Ok(text.to_owned())
    }

    pub(super) fn name(&mut self) -> Result<String> {
        let tlv = self.0.expect(tag::UTF8_STRING)?;
        let text = tlv.utf8()?;
        require_name("name", text).map_err(|error| error.within(tlv.value_offset()))?;
        Ok(text.to_owned())
    }

    pub(super) fn digest(&mut self) -> Result<[u8; 32]> {
        digest(&self.0.expect(tag::OCTET_STRING)?)
    }

    pub(super) fn digest_or_empty(&mut self) -> Result<Option<[u8; 32]>> {
        let tlv = self.0.expect(tag::OCTET_STRING)?;
        if tlv.value.is_empty() { Ok(None) } else { digest(&tlv).map(Some) }
    }
}

fn digest(tlv: &Tlv<'_>) -> Result<[u8; 32]> {
    tlv.value.try_into().map_err(|_| tlv.error("a digest has 32 bytes"))
}

/// Refuses a text that is too long or holds a character that cannot be seen.
pub(super) fn require_text(structure: &'static str, text: &str) -> Result<()> {
    if text.len() > MAX_TEXT {
        let message = format!("more than {MAX_TEXT} bytes");
        return Err(Error::new(Code::Size, structure, message));
    }
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(());
    }
    for (offset, character) in text.char_indices() {
        if let Some(kind) = refused(character).filter(|_| !is_plain(character)) {
            let message = Refused { offset, character, kind }.to_string();
            return Err(Error::new(Code::Text, structure, message).at(offset));
        }
    }
    Ok(())
}

/// Refuses what is no name: 1 to 64 bytes without white space or a slash.
pub(super) fn require_name(structure: &'static str, name: &str) -> Result<()> {
    require_text(structure, name)?;
    if name.is_empty() || name.len() > MAX_NAME {
        let message = format!("1 to {MAX_NAME} bytes are due, found {}", name.len());
        return Err(Error::new(Code::Value, structure, message));
    }
    match name.char_indices().find(|(_, c)| c.is_whitespace() || *c == '/') {
        Some((offset, c)) => {
            let message = format!("{c:?} cannot stand in a name");
            Err(Error::new(Code::Value, structure, message).at(offset))
        }
        None => Ok(()),
    }
}

/// Refuses a number that is no INTEGER of 64 bits with its sign.
pub(super) fn require_number(structure: &'static str, number: u64) -> Result<()> {
    if number <= MAX_SIZE {
        return Ok(());
    }
    Err(Error::new(Code::Argument, structure, "the number is above 2^63 - 1"))
}

/// INTEGER of a number that was checked.
pub(super) fn integer(number: u64) -> Vec<u8> {
    crate::asn1::writer::integer_unsigned(&number.to_be_bytes())
}
