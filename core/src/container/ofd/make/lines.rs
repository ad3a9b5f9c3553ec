//! Breaking text into lines: widths of characters, and where a line may not break.

use crate::error::{Code, Error, Result};
use crate::text::{is_plain, refused};
use unicode_normalization::char::is_combining_mark;

/// Refuses a text that holds characters which cannot be seen or turn the others, `\n` but for one
/// that is allowed.
pub(super) fn require_plain(text: &str, place: &str, lines: bool) -> Result<()> {
    for (offset, character) in text.char_indices() {
        if is_plain(character) || (lines && character == '\n') {
            continue;
        }
        if let Some(kind) = refused(character) {
            let message = format!("{kind} U+{:04X} is refused", u32::from(character));
            return Err(Error::new(Code::Text, place.to_owned(), message).at(offset));
        }
    }
    Ok(())
}

/// How far the pen moves behind a character: an em for Chinese ones, half an em for ASCII and the
/// other Latin letters, nothing for a combining mark. `size` is the em.
pub(super) fn advance(character: char, size: i64) -> i64 {
    match character {
        ' '..='~' => size / 2,
        '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{30ff}' | '\u{ff01}'..='\u{ff60}' => size,
        '\u{ff61}'..='\u{ffdc}' | '\u{ffe8}'..='\u{ffee}' => size / 2,
        c if is_combining_mark(c) => 0,
        // Those that GBK has, such as × and °, stand in a full square of Chinese fonts.
        c if c < '\u{250}' => size / if in_gbk(c) { 1 } else { 2 },
        _ => size,
    }
}

/// The width of a text in the unit of its size, as nearly as it can be told without the font.
pub(in crate::container::ofd) fn text_width(text: &str, size: f64) -> f64 {
    width(text, 1000) as f64 / 1000.0 * size
}

/// The width of a text on one line.
pub(super) fn width(text: &str, size: i64) -> i64 {
    text.chars().map(|character| advance(character, size)).sum()
}

/// Breaks a text without `\n` into lines of at most `width`, the first of at most `first`. Words of Latin letters
/// and numbers stay whole where they fit on a line; no line begins with a closing mark or ends with
/// an opening one, unless nothing else is possible. Spaces at a break are dropped.
///
/// # Errors
///
/// A character that is wider than a line.
pub(super) fn wrap(
    text: &str,
    size: i64,
    first: i64,
    width: i64,
) -> std::result::Result<Vec<&str>, char> {
    let mut lines = Vec::new();
    let mut line = Line::new(text, first);
    for chunk in chunks(text) {
        let piece = &text[chunk.clone()];
        let length = self::width(piece, size);
        if piece == " " || line.takes(length) {
            line.add(chunk.end, length, piece == " ");
            continue;
        }
        line.finish(&mut lines, chunk.start, width);
        if line.takes(length) {
            line.add(chunk.end, length, false);
            continue;
        }
        for (offset, character) in piece.char_indices() {
            let (at, step) = (chunk.start + offset, advance(character, size));
            if !line.takes(step) {
                line.finish(&mut lines, at, width);
                if !line.takes(step) {
                    return Err(character);
                }
            }
            line.add(at + character.len_utf8(), step, false);
        }
    }
    line.end(&mut lines);
    Ok(lines)
}

/// A line being filled.
struct Line<'t> {
    text: &'t str,
    start: usize,
    /// Where the last thing that can be seen ends.
    end: usize,
    /// The width with the spaces at the end, and without.
    used: i64,
    room: i64,
}

impl<'t> Line<'t> {
    fn new(text: &'t str, room: i64) -> Self {
        Line { text, start: 0, end: 0, used: 0, room }
    }

    fn takes(&self, width: i64) -> bool {
        self.used + width <= self.room
    }

    fn add(&mut self, end: usize, width: i64, space: bool) {
        self.used += width;
        if !space {
            self.end = end;
        }
    }

    /// Ends the line if there is anything on it, and begins the next at `start`.
    fn finish(&mut self, lines: &mut Vec<&'t str>, start: usize, room: i64) {
        if self.end > self.start {
            lines.push(&self.text[self.start..self.end]);
        }
        *self = Line { start, end: start, used: 0, room, ..*self };
    }

    fn end(self, lines: &mut Vec<&'t str>) {
        lines.push(&self.text[self.start..self.end]);
    }
}

/// The parts of a text between which a line may break, as ranges of bytes.
fn chunks(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, mut last) = characters.next()?;
        let mut end = start + last.len_utf8();
        while let Some((at, next)) = characters.next_if(|(_, next)| holds(last, *next)) {
            (last, end) = (next, at + next.len_utf8());
        }
        Some(start..end)
    })
}

/// Whether two characters stay on one line.
fn holds(left: char, right: char) -> bool {
    if left == ' ' || right == ' ' {
        return false;
    }
    let word = |c: char| c.is_ascii_alphanumeric() || (c < '\u{250}' && c.is_alphabetic());
    let number = |c: char| c.is_ascii_digit();
    (word(left) && word(right))
        || (number(left) && ".,:/-%".contains(right))
        || (".,:/-".contains(left) && number(right))
        || NOT_FIRST.contains(right)
        || NOT_LAST.contains(left)
        || (left == right && "—…".contains(left))
        || is_combining_mark(right)
}

/// Marks that begin no line.
const NOT_FIRST: &str = "，。、；：？！）》〉」』】〕〗”’…—～·％‰℃°,.;:?!)]}%々〞＂＇］｝";
/// Marks that end no line.
const NOT_LAST: &str = "（《〈「『【〔〖“‘￥¥＄([{$〝［｛№";

fn in_gbk(character: char) -> bool {
    !encoding_rs::GBK.encode(character.encode_utf8(&mut [0; 4])).2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Lines of so many half-widths.
    fn broken(text: &str, halves: i64) -> Vec<&str> {
        wrap(text, 2, halves, halves).unwrap()
    }

    #[test]
    fn chinese_breaks_anywhere_but_at_its_marks() {
        assert_eq!(broken("示例市财政局", 8), ["示例市财", "政局"]);
        assert_eq!(broken("示例市财。政局", 8), ["示例市", "财。政局"]);
        assert_eq!(broken("示例市（财政）局", 8), ["示例市", "（财政）", "局"]);
        assert_eq!(broken("示例市……财政", 8), ["示例", "市……财", "政"]);
    }

    #[test]
    fn words_and_numbers_stay_whole() {
        assert_eq!(broken("the bank of China", 8), ["the bank", "of China"]);
        assert_eq!(broken("金额12,345.67元", 10), ["金额", "12,345.67", "元"]);
        assert_eq!(broken("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    }

    #[test]
    fn spaces_at_the_end_are_dropped() {
        assert_eq!(broken("", 8), [""]);
        assert_eq!(broken("一  ", 8), ["一"]);
    }

    #[test]
    fn the_first_line_may_be_shorter() {
        assert_eq!(wrap("示例市财政局", 2, 4, 8).unwrap(), ["示例", "市财政局"]);
        assert_eq!(wrap("示", 2, 1, 1), Err('示'));
    }

    #[test]
    fn widths_of_characters() {
        for (character, width) in [
            ('a', 1),
            ('中', 2),
            ('，', 2),
            ('×', 2),
            ('é', 2),
            ('Ā', 1),
            ('ﾊ', 1),
            ('\u{301}', 0),
            ('𬭚', 2),
        ] {
            assert_eq!(advance(character, 2), width, "{character}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        for text in ["a\u{202e}b", "a\tb", "a\u{200b}b", "a\0b", "\u{e000}"] {
            let error = require_plain(text, "text", true).unwrap_err();
            assert_eq!(error.code(), Code::Text);
        }
        assert!(require_plain("一\n二", "text", true).is_ok());
        assert_eq!(require_plain("一\n二", "text", false).unwrap_err().offset(), Some(3));
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_character_is_lost(
            text in "[ a-z0-9.,()，。（）《》中文市局—…]{0,60}",
            room in 4..30i64,
        ) {
            let lines = broken(&text, room);
            let visible = |text: &str| text.replace(' ', "");
            prop_assert_eq!(visible(&lines.concat()), visible(&text));
            for line in lines {
                prop_assert!(width(line, 2) <= room, "{line:?}");
            }
        }
    }
}
