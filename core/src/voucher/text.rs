//! Text of vouchers: encodings that come back byte for byte, and characters that are refused.

use crate::error::{Code, Error, Result};
pub use crate::text::Refused;
pub(crate) use crate::text::describe;
use crate::text::{is_plain, refused};
use encoding_rs::{DecoderResult, EncoderResult};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::{IsNormalized, is_nfc_quick};

/// The encoding that an XML document declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Encoding {
    /// `GBK`, the usual one; `GB2312` is read as this. Four-byte characters of GB18030 are read
    /// but not written.
    #[default]
    Gbk,
    /// `GB18030`.
    Gb18030,
    /// `UTF-8`, also where nothing is declared.
    Utf8,
}

impl Encoding {
    /// The encoding with this name in a declaration, whatever the case of its letters.
    pub fn from_name(name: &str) -> Option<Encoding> {
        let known = [
            ("GBK", Encoding::Gbk),
            ("GB2312", Encoding::Gbk),
            ("GB18030", Encoding::Gb18030),
            ("UTF-8", Encoding::Utf8),
        ];
        known.iter().find(|(label, _)| name.eq_ignore_ascii_case(label)).map(|(_, found)| *found)
    }

    /// The name as a declaration writes it.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Gbk => "GBK",
            Encoding::Gb18030 => "GB18030",
            Encoding::Utf8 => "UTF-8",
        }
    }

    /// The characters of `bytes`, if encoding them again gives the same bytes.
    ///
    /// # Errors
    ///
    /// [`Code::Text`] with the offset of the first byte that is no character or does not come back.
    pub fn decode<'a>(self, bytes: &'a [u8], structure: &'static str) -> Result<Cow<'a, str>> {
        if self == Encoding::Utf8 || bytes.is_ascii() {
            return simdutf8::compat::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
                Error::new(Code::Text, structure, "not UTF-8").at(error.valid_up_to())
            });
        }
        let text = decode_gb18030(bytes, structure)?;
        let mut again = Vec::with_capacity(bytes.len() + 16);
        let _ = encode_gb18030(&text, &mut again);
        if again != bytes {
            let same = again.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            let message = "the bytes do not come back when encoded again";
            return Err(Error::new(Code::Text, structure, message).at(same));
        }
        Ok(Cow::Owned(text))
    }

    /// The bytes of `text`, if decoding them again gives the same text.
    ///
    /// # Errors
    ///
    /// [`Code::Text`] naming `structure` and the first character that the encoding lacks, with its
    /// offset in UTF-8. Nothing is ever written as a numeric reference.
    pub fn encode<'a>(self, text: &'a str, structure: &str) -> Result<Cow<'a, [u8]>> {
        if self == Encoding::Utf8 || text.is_ascii() {
            return Ok(Cow::Borrowed(text.as_bytes()));
        }
        let lacks = |offset: usize| {
            let character = text.get(offset..).and_then(|rest| rest.chars().next());
            let character = character.map(describe).unwrap_or_default();
            let message = format!("{} lacks the character {character}", self.name());
            Error::new(Code::Text, structure.to_owned(), message).at(offset)
        };
        let mut bytes = Vec::with_capacity(text.len() + 16);
        encode_gb18030(text, &mut bytes).map_err(lacks)?;
        let back = decode_gb18030(&bytes, "text")?;
        if back != text {
            let same = back.chars().zip(text.chars()).take_while(|(a, b)| a == b);
            return Err(lacks(same.map(|(_, c)| c.len_utf8()).sum()));
        }
        let outside = text.char_indices().find(|(_, c)| self == Encoding::Gbk && !is_gbk(*c));
        if let Some((offset, _)) = outside {
            return Err(lacks(offset));
        }
        Ok(Cow::Owned(bytes))
    }

    /// How many bytes of a document in this encoding come before this place of its decoded text.
    pub(crate) fn offset_of(self, text: &str, offset: usize) -> usize {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        match self {
            Encoding::Utf8 => before.len(),
            Encoding::Gbk | Encoding::Gb18030 => before.chars().map(gb18030_len).sum(),
        }
    }
}

/// The length of a text in GBK bytes, by which messages limit their fields; characters outside GBK
/// count as the four bytes of GB18030.
pub fn gbk_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(gb18030_len).sum() }
}

/// Looks at every character of a value: `Ok(true)` if the text is in normal form C, where the nine
/// code points of GBK that are not count as if they were.
///
/// # Errors
///
/// The first character that is unassigned (in the Unicode version of this library), private-use,
/// a control, invisible, a turn of the direction of writing, or the replacement character.
pub fn inspect(text: &str) -> std::result::Result<bool, Refused> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(true);
    }
    let mut plain = true;
    for (offset, character) in text.char_indices() {
        if is_plain(character) {
            continue;
        }
        plain = false;
        if let Some(kind) = refused(character) {
            return Err(Refused { offset, character, kind });
        }
    }
    Ok(plain || is_normal(text))
}

/// The nine code points of GBK that are not in normal form C: compatibility ideographs that GBK
/// holds beside their unified twins.
pub const GBK_NOT_NORMAL: [char; 9] = [
    '\u{f92c}', '\u{f979}', '\u{f995}', '\u{f9e7}', '\u{f9f1}', '\u{fa0c}', '\u{fa0d}', '\u{fa18}',
    '\u{fa20}',
];

fn is_normal(text: &str) -> bool {
    let compared = || text.chars().map(|c| if GBK_NOT_NORMAL.contains(&c) { '一' } else { c });
    match is_nfc_quick(compared()) {
        IsNormalized::Yes => true,
        IsNormalized::No => false,
        IsNormalized::Maybe => compared().nfc().eq(compared()),
    }
}

fn decode_gb18030(bytes: &[u8], structure: &'static str) -> Result<String> {
    let mut decoder = encoding_rs::GB18030.new_decoder_without_bom_handling();
    let Some(room) = decoder.max_utf8_buffer_length_without_replacement(bytes.len()) else {
        return Err(Error::new(Code::Size, structure, "the text is too long"));
    };
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(bad, after), read) => {
            let offset = read.saturating_sub(usize::from(bad) + usize::from(after));
            Err(Error::new(Code::Text, structure, "no character of GB18030").at(offset))
        }
        (DecoderResult::OutputFull, _) => Err(Error::new(Code::Panic, structure, "no room")),
    }
}

/// Appends the GB18030 bytes of `text`, or gives the offset of the first character it lacks.
fn encode_gb18030(text: &str, out: &mut Vec<u8>) -> std::result::Result<(), usize> {
    let mut encoder = encoding_rs::GB18030.new_encoder();
    let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
    out.reserve(room.unwrap_or(0));
    match encoder.encode_from_utf8_to_vec_without_replacement(text, out, true) {
        (EncoderResult::InputEmpty, _) => Ok(()),
        (EncoderResult::Unmappable(c), read) => Err(read.saturating_sub(c.len_utf8())),
        (EncoderResult::OutputFull, read) => Err(read),
    }
}

/// The bytes that a character takes in GB18030, without a table for the common ones.
fn gb18030_len(c: char) -> usize {
    match c {
        '\0'..='\u{7f}' => 1,
        '\u{4e00}'..='\u{9fa5}' | '\u{ff01}'..='\u{ff5e}' | '\u{3000}'..='\u{3003}' => 2,
        '\u{10000}'..='\u{10ffff}' => 4,
        _ => {
            let mut buffer = [0; 4];
            let mut out = Vec::with_capacity(8);
            let _ = encode_gb18030(c.encode_utf8(&mut buffer), &mut out);
            out.len()
        }
    }
}

/// Whether GBK has the character, in the same bytes as GB18030.
fn is_gbk(c: char) -> bool {
    if matches!(c, '\0'..='\u{7f}' | '\u{4e00}'..='\u{9fa5}' | '\u{ff01}'..='\u{ff5e}') {
        return true;
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = encoding_rs::GBK.encode(c.encode_utf8(&mut buffer));
    !unmappable && bytes.len() == 2 && gb18030_len(c) == 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::char::is_public_assigned;

    fn gbk_pairs() -> impl Iterator<Item = [u8; 2]> {
        (0x81..=0xfe_u8).flat_map(|lead| (0x40..=0xfe_u8).map(move |trail| [lead, trail]))
    }

    #[test]
    fn every_pair_comes_back_or_is_refused() {
        let mut characters = 0;
        for pair in gbk_pairs() {
            let Ok(text) = Encoding::Gbk.decode(&pair, "Test") else { continue };
            characters += 1;
            let back = Encoding::Gb18030.encode(&text, "Test").unwrap();
            assert_eq!(back[..], pair);
            let c = text.chars().next().unwrap();
            assert_eq!(gb18030_len(c), 2);
            if is_plain(c) {
                assert_eq!(refused(c), None);
                assert!(is_public_assigned(c) && is_normal(&text));
            }
        }
        assert!(characters > 21_000);
    }

    #[test]
    fn nine_code_points_of_gbk_are_not_normal() {
        let mut found = Vec::new();
        for pair in gbk_pairs() {
            let Ok(text) = Encoding::Gbk.decode(&pair, "Test") else { continue };
            if !unicode_normalization::is_nfc(&text) {
                found.extend(text.chars());
            }
            if inspect(&text).is_ok() {
                assert_eq!(inspect(&text), Ok(true), "{text}");
            }
        }
        found.sort();
        assert_eq!(found, GBK_NOT_NORMAL);
    }

    #[test]
    fn bytes_that_are_no_text_have_an_offset() {
        for (bytes, offset) in [
            (&b"ab\x80"[..], 2),
            (b"ab\xff", 2),
            (b"ab\xb0", 2),
            (b"a\xb0\xa1\xb0\x20", 3),
            (b"\x81\x30\x81", 0),
            (b"\xfe\x39\xfe\x39", 0),
        ] {
            let error = Encoding::Gbk.decode(bytes, "Test").unwrap_err();
            assert_eq!(error.code(), Code::Text);
            assert_eq!(error.offset(), Some(offset), "{bytes:02x?} {error}");
        }
        assert_eq!(Encoding::Utf8.decode(b"a\xc0\xaf", "Test").unwrap_err().offset(), Some(1));
    }

    #[test]
    fn what_an_encoding_lacks_is_an_error() {
        assert_eq!(Encoding::Gbk.encode("张三", "Test").unwrap()[..], [0xd5, 0xc5, 0xc8, 0xfd]);
        for text in ["𠮷", "é͟", "€", "㐀"] {
            let error = Encoding::Gbk.encode(text, "PayeeAcctName").unwrap_err();
            assert_eq!(error.structure(), "PayeeAcctName");
            assert!(error.message().contains("lacks"));
        }
        for text in ["𠮷", "€", "㐀"] {
            let bytes = Encoding::Gb18030.encode(text, "Test").unwrap();
            assert_eq!(Encoding::Gb18030.decode(&bytes, "Test").unwrap(), text);
        }
        assert!(Encoding::Gb18030.encode("\u{e5e5}", "Test").is_err());
        assert_eq!(Encoding::Gbk.encode("ab一𠮷", "Test").unwrap_err().offset(), Some(5));
    }

    #[test]
    fn hidden_characters_are_refused() {
        for (text, kind) in [
            ("a\u{202e}b", "bidirectional control"),
            ("a\u{2066}", "bidirectional control"),
            ("张\u{200b}三", "zero-width character"),
            ("\u{feff}a", "zero-width character"),
            ("a\u{ad}b", "invisible character"),
            ("葛\u{e0100}", "invisible character"),
            ("a\u{3164}", "invisible character"),
            ("\u{e000}", "private-use character"),
            ("\u{10fffd}", "private-use character"),
            ("\u{378}", "unassigned character"),
            ("\u{ffff}", "unassigned character"),
            ("\u{fffd}", "replacement character"),
            ("a\tb", "control character"),
            ("a\u{85}b", "control character"),
            ("a\u{7f}", "control character"),
            ("a\u{2028}b", "control character"),
        ] {
            assert_eq!(inspect(text).unwrap_err().kind, kind, "{text:?}");
        }
        assert_eq!(inspect("张\u{200b}").unwrap_err().offset, 3);
    }

    #[test]
    fn normal_form_is_seen() {
        for text in ["", "abc", "国库（支付）·１２", "é", "凉\u{f979}", "\u{fa18}", "ー", "ガ"]
        {
            assert_eq!(inspect(text), Ok(true), "{text}");
        }
        for text in ["e\u{301}", "\u{2126}", "\u{fa1c}", "カ\u{3099}"] {
            assert_eq!(inspect(text), Ok(false), "{text}");
        }
    }

    #[test]
    fn lengths_and_offsets_count_bytes_of_the_encoding() {
        assert_eq!(gbk_len("财政abc"), 7);
        assert_eq!(gbk_len("𠮷·"), 6);
        let text = "a财政b";
        let bytes = Encoding::Gbk.encode(text, "Test").unwrap();
        for (offset, _) in text.char_indices() {
            let expected = Encoding::Gbk.encode(&text[..offset], "Test").unwrap().len();
            assert_eq!(Encoding::Gbk.offset_of(text, offset), expected);
        }
        assert_eq!(Encoding::Gbk.offset_of(text, 99), bytes.len());
        assert_eq!(Encoding::Utf8.offset_of(text, 4), 4);
    }
}
