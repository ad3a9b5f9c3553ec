//! The attributes of a tag.

use super::super::limits::MAX_ATTRIBUTES;
use std::borrow::Cow;

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Names and values of `name="value" name='value'` as written; `None` if the text is not of this
/// form. More than are allowed are cut off at one too many.
pub(super) fn split(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches(SPACE);
        if trimmed.is_empty() {
            return Some(found);
        }
        if trimmed.len() == rest.len() || found.len() > MAX_ATTRIBUTES {
            // White space separates attributes.
            return (found.len() > MAX_ATTRIBUTES).then_some(found);
        }
        let (name, after) = trimmed.split_once('=')?;
        let name = name.trim_end_matches(SPACE);
        let after = after.trim_start_matches(SPACE);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        if !is_name(name) || value.contains('<') {
            return None;
        }
        found.push((name, value));
        rest = after;
    }
}

/// A value with its references resolved and its white space as spaces; `None` if it holds others
/// than the five of XML and those of characters.
pub(super) fn value(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains(['&', '\t', '\r', '\n']) {
        return Some(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (name, after) = after.split_once(';')?;
        out.push(reference(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(Cow::Owned(out.replace(['\t', '\r', '\n'], " ")))
}

/// The character that a reference such as `amp` or `#x4E2D` stands for.
pub(super) fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => {}
    }
    let digits = name.strip_prefix('#')?;
    let (digits, radix) = match digits.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let c = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32)?;
    let allowed = !c.is_control() || matches!(c, '\t' | '\r' | '\n');
    (allowed && !matches!(c, '\u{fffe}' | '\u{ffff}')).then_some(c)
}

/// Whether this is a name of XML with at most one prefix.
pub(super) fn is_name(name: &str) -> bool {
    let mut parts = name.split(':');
    let plain = |part: &str| {
        let first = part.chars().next();
        first.is_some_and(|c| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '·'))
    };
    parts.next().is_some_and(plain) && parts.next().is_none_or(plain) && parts.next().is_none()
}
