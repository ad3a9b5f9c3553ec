//! Characters that no text of a voucher or a page may hold.

use std::fmt;
use unicode_normalization::char::is_public_assigned;

/// A character that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands, in bytes of UTF-8.
    pub offset: usize,
    /// The character.
    pub character: char,
    /// The kind of character.
    pub kind: &'static str,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} U+{:04X} is refused", self.kind, u32::from(self.character))
    }
}

/// Characters that need no look at any table: assigned, visible, and normal beside each other.
pub(crate) fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{4e00}'..='\u{9fa5}' | '\u{3000}'..='\u{3029}' | '\u{ff01}'..='\u{ff5e}')
}

/// The kind of a character that no text may hold: one that cannot be seen, or that turns others.
pub(crate) fn refused(c: char) -> Option<&'static str> {
    match c {
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
            Some("control character")
        }
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("bidirectional control")
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{180e}' => {
            Some("zero-width character")
        }
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2061}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Some("invisible character"),
        '\u{fffd}' => Some("replacement character"),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Some("private-use character"),
        c if !is_public_assigned(c) => Some("unassigned character"),
        _ => None,
    }
}

/// A character for a message: itself if it can be seen, and its number.
pub(crate) fn describe(c: char) -> String {
    match refused(c) {
        Some(_) => format!("U+{:04X}", u32::from(c)),
        None => format!("{c} (U+{:04X})", u32::from(c)),
    }
}
