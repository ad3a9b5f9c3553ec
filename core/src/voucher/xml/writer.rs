//! Writing XML in one encoding.

use crate::error::Result;
use crate::voucher::text::Encoding;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Writes an XML document in one encoding.
pub(in crate::voucher) struct Writer {
    encoding: Encoding,
    bytes: Vec<u8>,
    escaped: String,
}

impl Writer {
    /// A document that begins with its declaration.
    pub(in crate::voucher) fn new(encoding: Encoding) -> Writer {
        let mut out = Writer { encoding, bytes: Vec::with_capacity(4096), escaped: String::new() };
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
        let start = self.bytes.len();
        self.bytes.resize(start + octets.len().div_ceil(3) * 4, 0);
        let place = self.bytes.get_mut(start..).unwrap_or_default();
        // The room is exactly what the encoding with padding takes.
        let written = STANDARD.encode_slice(octets, place).unwrap_or_default();
        self.bytes.truncate(start + written);
    }
}
