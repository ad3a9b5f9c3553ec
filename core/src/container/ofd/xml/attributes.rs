//! The attributes of a tag.

use super::super::limits::MAX_ATTRIBUTES;
use std::borrow::Cow;

/// Names and values of `name="value" name='value'` as written; `None` if the text is not of this
/// form. More than are allowed are cut off at one too many.
pub(super) fn split(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let (space, trimmed) = divided(rest, |byte| !is_space(byte));
        if trimmed.is_empty() {
            return Some(found);
        }
        if space.is_empty() || found.len() > MAX_ATTRIBUTES {
            // White space separates attributes.
            return (found.len() > MAX_ATTRIBUTES).then_some(found);
        }
        let (name, after) = divided(trimmed, |byte| byte == b'=' || is_space(byte));
        let (_, after) = divided(after, |byte| !is_space(byte));
        let after = behind(after, |byte| byte == b'=')?;
        let (_, after) = divided(after, |byte| !is_space(byte));
        let quote = after.bytes().next()?;
        let value = behind(after, |byte| matches!(byte, b'"' | b'\''))?;
        let (value, after) = divided(value, |byte| byte == quote || byte == b'<');
        // A `<` before the quote is refused, and so is an end without one.
        let after = behind(after, |byte| byte == quote)?;
        if !is_name(name) {
            return None;
        }
        found.push((name, value));
        rest = after;
    }
}

/// What stands before the first byte that is looked for, and the rest from it on; all and nothing if
/// there is none. It goes by bytes, since nearly all texts are short; only ASCII is looked for.
pub(super) fn divided(text: &str, wanted: impl Fn(u8) -> bool) -> (&str, &str) {
    let at = text.bytes().position(wanted).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// What stands behind the first byte, if it is the one that is due.
fn behind(text: &str, due: impl Fn(u8) -> bool) -> Option<&str> {
    text.bytes().next().filter(|byte| due(*byte)).and_then(|_| text.get(1..))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// A value with its references resolved and its white space as spaces; `None` if it holds others
/// than the five of XML and those of characters.
pub(super) fn value(raw: &str) -> Option<Cow<'_, str>> {
    if is_plain(raw) {
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

/// Whether every character of a value stands for itself.
fn is_plain(raw: &str) -> bool {
    !raw.bytes().any(|byte| matches!(byte, b'&' | b'\t' | b'\r' | b'\n'))
}

/// The prefix of a name and what follows it; an empty prefix if there is none.
pub(super) fn prefixed(name: &str) -> (&str, &str) {
    match divided(name, |byte| byte == b':') {
        (_, "") => ("", name),
        (prefix, rest) => (prefix, rest.get(1..).unwrap_or_default()),
    }
}

/// Whether this is a name of XML with at most one prefix.
pub(super) fn is_name(name: &str) -> bool {
    let (first, rest) = divided(name, |byte| byte == b':');
    is_plain_name(first) && (rest.is_empty() || rest.get(1..).is_some_and(is_plain_name))
}

fn is_plain_name(name: &str) -> bool {
    let first = name.bytes().next();
    let start = first.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if start && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)) {
        return true; // nearly all are
    }
    let first = name.chars().next();
    first.is_some_and(|c| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '·'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_split_as_written() {
        let all = split(" a=\"1\"\n b = '二\"' ofd:c=\"\"").unwrap();
        assert_eq!(all, [("a", "1"), ("b", "二\""), ("ofd:c", "")]);
        assert_eq!(split(" \t"), Some(Vec::new()));
        for bad in [
            "a=\"1\"",         // no space before it
            " a=\"1\"b=\"2\"", // nor between
            " a",
            " a=",
            " a=1",
            " a=\"1",
            " a=\"1'",
            " a=\"<\"",
            " a b=\"1\"",
            " =\"1\"",
            " 1a=\"1\"",
            " a:b:c=\"1\"",
            " :a=\"1\"",
            " a:=\"1\"",
        ] {
            assert_eq!(split(bad), None, "{bad:?}");
        }
        let many = " a=\"1\"".repeat(MAX_ATTRIBUTES + 5);
        assert_eq!(split(&many).unwrap().len(), MAX_ATTRIBUTES + 1);
    }

    #[test]
    fn names_and_their_prefixes() {
        for name in ["a", "_", "ofd:Page", "a-b.c_1", "页", "ofd:页", "a·b"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", ":", "a:", ":a", "a:b:c", "1", "-a", "a b", "a:1", "·", "a<", "页 面"] {
            assert!(!is_name(name), "{name}");
        }
        assert_eq!(prefixed("ofd:Page"), ("ofd", "Page"));
        assert_eq!(prefixed("Page"), ("", "Page"));
    }
}
