//! Finds the place of the signature in the text of a request, which is read strictly and to its end:
//! whoever reads it otherwise, or only searches it, must find the same place.

use super::options::BankJson;
use crate::error::{Code, Error, Result};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// The most bytes of a request.
pub const MAX_BANK_JSON: usize = 16 << 20;

/// How deep values stand in one another.
const MAX_DEPTH: usize = 64;

/// The most members of one object.
const MAX_MEMBERS: usize = 4096;

/// The structure that errors name.
pub(super) const NAME: &str = "JSON";

/// Where the text between the quotation marks of the signature stands.
pub(super) fn place(text: &[u8], style: &BankJson) -> Result<Range<usize>> {
    if text.len() > MAX_BANK_JSON {
        let message = format!("more than {MAX_BANK_JSON} bytes");
        return Err(Error::new(Code::Size, NAME, message).at(MAX_BANK_JSON));
    }
    let text = std::str::from_utf8(text)
        .map_err(|error| Error::new(Code::Text, NAME, "not UTF-8").at(error.valid_up_to()))?;
    let mut scan = Scan { text, at: 0, style, found: None };
    scan.space();
    scan.value(Place::Top, 0)?;
    scan.space();
    if scan.at < text.len() {
        return Err(scan.wrong("something follows the end of the object"));
    }
    scan.found.ok_or_else(|| {
        let message = format!("there is no {} in {}", style.value(), style.object());
        Error::new(Code::Structure, NAME, message).at(text.len())
    })
}

/// Which value is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The whole text.
    Top,
    /// The object that holds the signature.
    Holder,
    /// The signature.
    Signature,
    /// Any other.
    Elsewhere,
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    style: &'t BankJson,
    found: Option<Range<usize>>,
}

impl<'t> Scan<'t> {
    fn value(&mut self, place: Place, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            let message = format!("deeper than {MAX_DEPTH} values in one another");
            return Err(Error::new(Code::Depth, NAME, message).at(self.at));
        }
        match (place, self.peek()) {
            (Place::Signature, Some(b'"')) => self.signature(),
            (Place::Signature, _) => Err(self.broken("the signature is not a string")),
            (_, Some(b'{')) => self.object(place, depth),
            (Place::Top, _) => Err(self.wrong("an object is due")),
            (Place::Holder, _) => Err(self.broken("what holds the signature is not an object")),
            (_, Some(b'[')) => self.array(depth),
            (_, Some(b'"')) => self.string().map(drop),
            (_, Some(b'-' | b'0'..=b'9')) => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, place: Place, depth: usize) -> Result<()> {
        let mut names = BTreeSet::new();
        self.at += 1;
        self.space();
        if self.taken(b'}') {
            return Ok(());
        }
        loop {
            let start = self.at;
            let (name, raw) = self.string()?;
            let inside = self.place_of(place, &name);
            if inside != Place::Elsewhere && *name != *raw {
                return Err(self.broken("the name is spelled with escapes").at(start));
            }
            if !names.insert(name) {
                return Err(self.broken("the name stands twice in one object").at(start));
            }
            if names.len() > MAX_MEMBERS {
                let message = format!("more than {MAX_MEMBERS} members of one object");
                return Err(Error::new(Code::Count, NAME, message).at(start));
            }
            self.space();
            self.expect(b':', "a colon is due")?;
            self.space();
            self.value(inside, depth + 1)?;
            self.space();
            if self.taken(b'}') {
                return Ok(());
            }
            self.expect(b',', "a comma or the end of the object is due")?;
            self.space();
        }
    }

    fn place_of(&self, place: Place, name: &str) -> Place {
        match place {
            Place::Top if name == self.style.object() => Place::Holder,
            Place::Holder if name == self.style.value() => Place::Signature,
            _ => Place::Elsewhere,
        }
    }

    fn array(&mut self, depth: usize) -> Result<()> {
        self.at += 1;
        self.space();
        if self.taken(b']') {
            return Ok(());
        }
        loop {
            self.value(Place::Elsewhere, depth + 1)?;
            self.space();
            if self.taken(b']') {
                return Ok(());
            }
            self.expect(b',', "a comma or the end of the array is due")?;
            self.space();
        }
    }

    /// The signature, or what stands in its place: a string without escapes.
    fn signature(&mut self) -> Result<()> {
        let (start, raw) = (self.at, self.raw_string()?);
        if raw.contains('\\') {
            return Err(self.broken("the signature is spelled with escapes").at(start));
        }
        self.found = Some(start + 1..self.at - 1);
        Ok(())
    }

    /// A string that is not the signature: its value, and how it is spelled. The placeholder must not
    /// be seen in either.
    fn string(&mut self) -> Result<(Cow<'t, str>, &'t str)> {
        let start = self.at;
        let raw = self.raw_string()?;
        let value = unescaped(raw, start + 1)?;
        let placeholder = self.style.placeholder();
        if raw.contains(placeholder) || value.contains(placeholder) {
            let message = "the placeholder stands where no signature is due";
            return Err(self.broken(message).at(start));
        }
        Ok((value, raw))
    }

    /// What stands between quotation marks.
    fn raw_string(&mut self) -> Result<&'t str> {
        self.expect(b'"', "a string is due")?;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(0..=0x1f) => return Err(self.wrong("a control character in a string")),
                Some(_) => self.at += 1,
                None => {
                    self.at = self.text.len();
                    return Err(self.wrong("the string does not end"));
                }
            }
        }
        self.at += 1;
        // An escape may have led into the middle of a character.
        let message = "an escape that is not known";
        self.text.get(start..self.at - 1).ok_or_else(|| self.wrong(message))
    }

    fn number(&mut self) -> Result<()> {
        self.taken(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.taken(b'.') {
            self.digits()?;
        }
        if self.taken(b'e') || self.taken(b'E') {
            let _ = self.taken(b'+') || self.taken(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.wrong("a digit is due")) } else { Ok(()) }
    }

    fn word(&mut self) -> Result<()> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let word = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word));
        let word = word.ok_or_else(|| self.wrong("a value is due"))?;
        self.at += word.len();
        Ok(())
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn taken(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, message: &'static str) -> Result<()> {
        if self.taken(byte) { Ok(()) } else { Err(self.wrong(message)) }
    }

    /// What no JSON is.
    fn wrong(&self, message: &'static str) -> Error {
        Error::new(Code::Json, NAME, message).at(self.at)
    }

    /// What no signed request is.
    fn broken(&self, message: &'static str) -> Error {
        Error::new(Code::Structure, NAME, message).at(self.at)
    }
}

/// The text that a string spells; `start` is where it stands.
fn unescaped(raw: &str, start: usize) -> Result<Cow<'_, str>> {
    if !raw.contains('\\') {
        return Ok(Cow::Borrowed(raw));
    }
    let (mut text, mut rest) = (String::with_capacity(raw.len()), raw);
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = &rest[at..];
        let (character, length) = escaped(escape).ok_or_else(|| {
            let offset = start + raw.len() - escape.len();
            Error::new(Code::Json, NAME, "an escape that is not known").at(offset)
        })?;
        text.push(character);
        rest = &escape[length..];
    }
    text.push_str(rest);
    Ok(Cow::Owned(text))
}

/// The character that an escape spells, and how long the escape is.
fn escaped(escape: &str) -> Option<(char, usize)> {
    let plain = |character| Some((character, 2));
    match escape.as_bytes().get(1)? {
        b'"' => plain('"'),
        b'\\' => plain('\\'),
        b'/' => plain('/'),
        b'b' => plain('\u{8}'),
        b'f' => plain('\u{c}'),
        b'n' => plain('\n'),
        b'r' => plain('\r'),
        b't' => plain('\t'),
        b'u' => match unit(escape)? {
            high @ 0xd800..0xdc00 => {
                let low = unit(escape.get(6..)?).filter(|low| (0xdc00..0xe000).contains(low))?;
                let scalar = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                Some((char::from_u32(scalar)?, 12))
            }
            other => Some((char::from_u32(other)?, 6)),
        },
        _ => None,
    }
}

/// The number of an escape with four digits.
fn unit(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hexadecimal.then(|| u32::from_str_radix(digits, 16).ok())?
}
