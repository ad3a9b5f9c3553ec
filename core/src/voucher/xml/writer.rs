//! Writing XML in one encoding.

use crate::error::Result;
use crate::voucher::base64;
use crate::voucher::text::Encoding;

/// Writes an XML document in one encoding.
pub(in crate::voucher) struct Writer {
    encoding: Encoding,
    bytes: Vec<u8>,
    escaped: String,
}

impl Writer {
    /// A document that begins with its declaration, with room for about so many bytes after it.
    pub(in crate::voucher) fn new(encoding: Encoding, room: usize) -> Writer {
        let bytes = Vec::with_capacity(room.saturating_add(4096));
        let mut out = Writer { encoding, bytes, escaped: String::new() };
        out.markup("<?xml version=\"1.0\" encoding=\"");
        out.markup(encoding.name());
        out.markup("\"?>\n");
        out
    }

    /// The document.
    pub(in crate::voucher) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// Appends ASCII as it stands.
    pub(in crate::voucher) fn markup(&mut self, ascii: &str) {
        self.bytes.extend_from_slice(ascii.as_bytes());
    }

    /// Appends an element around what `contents` appends.
    pub(in crate::voucher) fn element(
        &mut self,
        name: &str,
        contents: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        for part in ["<", name, ">"] {
            self.markup(part);
        }
        contents(self)?;
        for part in ["</", name, ">"] {
            self.markup(part);
        }
        Ok(())
    }

    /// Appends text with the five entities in place of the characters that need them.
    ///
    /// # Errors
    ///
    /// [`Code::Text`] naming `path` for a character that the encoding lacks.
    pub(in crate::voucher) fn text(&mut self, text: &str, path: &str) -> Result<()> {
        let special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'');
        if !text.contains(special) {
            self.bytes.extend_from_slice(&self.encoding.encode(text, path)?);
            return Ok(());
        }
        self.escaped.clear();
        for c in text.chars() {
            match c {
                '&' => self.escaped.push_str("&amp;"),
                '<' => self.escaped.push_str("&lt;"),
                '>' => self.escaped.push_str("&gt;"),
                '"' => self.escaped.push_str("&quot;"),
                '\'' => self.escaped.push_str("&apos;"),
                c => self.escaped.push(c),
            }
        }
        self.bytes.extend_from_slice(&self.encoding.encode(&self.escaped, path)?);
        Ok(())
    }

    /// Appends octets in base64.
    pub(in crate::voucher) fn base64(&mut self, octets: &[u8]) {
        base64::append(&mut self.bytes, octets);
    }
}
