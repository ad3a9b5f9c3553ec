//! The name of a subject, to be written.

use crate::asn1::{Oid, oid, writer};
use crate::cert::attribute_oid;
use crate::error::{Code, Error, Result};

/// The most characters in one attribute (RFC 5280, upper bounds).
const MAX_CHARACTERS: usize = 64;

/// A distinguished name to be written: attributes, the most general first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    attributes: Vec<(Oid, String)>,
}

impl Subject {
    /// The name of these attributes, the most general first: `[("C", "CN"), ("CN", "Signer")]`.
    /// Types are short names as in RFC 4514, or object identifiers in dots.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for an unknown type, an empty or too long value (64 characters), a country
    /// that is not two letters, or characters that the type does not allow.
    pub fn new(attributes: &[(&str, &str)]) -> Result<Subject> {
        let attributes = attributes.iter().map(|(kind, value)| attribute(kind, value));
        Ok(Subject { attributes: attributes.collect::<Result<_>>()? })
    }

    /// Reads a name in the manner of RFC 4514, the most general attribute last:
    /// `CN=Signer,O=Treasury,C=CN`, with `\` before `, + " \ < > ;` and `\xx` for a byte.
    /// Attributes side by side (`+`) and values in `#hex` are not offered.
    ///
    /// # Errors
    ///
    /// [`Code::Text`] for what is not such a name, else as [`new`](Self::new).
    pub fn parse(text: &str) -> Result<Subject> {
        let wrong = |message: &'static str| Error::new(Code::Text, "Subject", message);
        let mut attributes = Vec::new();
        for component in split(text)? {
            let (kind, value) = component.split_once('=').ok_or_else(|| wrong("no '='"))?;
            attributes.push(attribute(kind.trim(), &unescape(value)?)?);
        }
        attributes.reverse();
        Ok(Subject { attributes })
    }

    /// DER of the Name.
    pub(super) fn to_der(&self) -> Vec<u8> {
        let rdn = |(kind, value): &(Oid, String)| {
            let value = match *kind {
                oid::NAME_COUNTRY => writer::printable(value),
                oid::NAME_EMAIL => writer::ia5(value),
                _ => writer::utf8(value),
            };
            writer::set_of(vec![writer::sequence(&[&writer::oid(kind), &value])])
        };
        writer::sequence_of(&self.attributes.iter().map(rdn).collect::<Vec<_>>())
    }
}

fn attribute(kind: &str, value: &str) -> Result<(Oid, String)> {
    let wrong = |message: String| Err(Error::new(Code::Value, "Subject", message));
    let Some(identifier) = attribute_oid(kind) else {
        return wrong(format!("unknown attribute type {kind:?}"));
    };
    let length = value.chars().count();
    if !(1..=MAX_CHARACTERS).contains(&length) {
        return wrong(format!("{kind} has 1 to {MAX_CHARACTERS} characters, not {length}"));
    }
    let letters = value.bytes().all(|byte| byte.is_ascii_uppercase());
    if identifier == oid::NAME_COUNTRY && !(length == 2 && letters) {
        return wrong("a country is two capital letters".to_owned());
    }
    if identifier == oid::NAME_EMAIL && !value.is_ascii() {
        return wrong("a mail address is in ASCII".to_owned());
    }
    if value.contains(char::is_control) {
        return wrong(format!("{kind} holds a control character"));
    }
    Ok((identifier, value.to_owned()))
}

/// The components between commas that no backslash precedes.
fn split(text: &str) -> Result<Vec<&str>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'+' | b'"' | b';' | b'<' | b'>' => {
                let message = "'+', '\"', ';', '<' and '>' stand after a backslash";
                return Err(Error::new(Code::Text, "Subject", message).at(at));
            }
            b',' => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !text.is_empty() {
        found.push(&text[start..]);
    }
    Ok(found)
}

fn unescape(value: &str) -> Result<String> {
    let wrong = |message: &'static str| Error::new(Code::Text, "Subject", message);
    let value = value.trim_start();
    // A space that a backslash precedes belongs to the value.
    let end = value.trim_end();
    let kept =
        if end.ends_with('\\') && end.len() < value.len() { end.len() + 1 } else { end.len() };
    let mut out = Vec::new();
    let mut bytes = value.bytes().take(kept);
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let next = bytes.next().ok_or_else(|| wrong("a backslash at the end"))?;
        match char::from(next).to_digit(16) {
            None => out.push(next),
            Some(high) => {
                let low = bytes.next().and_then(|low| char::from(low).to_digit(16));
                let low = low.ok_or_else(|| wrong("a backslash before one digit"))?;
                out.push((high << 4 | low) as u8);
            }
        }
    }
    if out.starts_with(b"#") && !value.starts_with('\\') {
        return Err(wrong("values in #hex are not offered"));
    }
    String::from_utf8(out).map_err(|_| wrong("not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_agree() {
        let text = Subject::parse("CN=a\\, b\\20,O=财政\\E5\\B1\\80 , C=CN").unwrap();
        let list = Subject::new(&[("C", "CN"), ("O", "财政局"), ("CN", "a, b ")]).unwrap();
        assert_eq!(text, list);
        assert_eq!(Subject::parse("cn=x\\ ").unwrap(), Subject::new(&[("CN", "x ")]).unwrap());
        assert_eq!(Subject::parse("2.5.4.3=x").unwrap(), Subject::new(&[("CN", "x")]).unwrap());
        assert_eq!(Subject::parse("").unwrap().to_der(), [0x30, 0]);
    }

    #[test]
    fn refuses_what_is_no_name() {
        for text in [
            "CN",
            "CN=a,",
            "CN=",
            "XX=a",
            "CN=a+O=b",
            "CN=\"a\"",
            "CN=#0c0161",
            "CN=a\\",
            "CN=a\\4",
            "CN=\\ff",
            "C=cn",
            "C=CHN",
            "E=局@x",
            "CN=a\\00b",
        ] {
            assert!(Subject::parse(text).is_err(), "{text}");
        }
        assert!(Subject::new(&[("CN", &"x".repeat(65))]).is_err());
        assert!(Subject::new(&[("CN", &"印".repeat(64))]).is_ok());
    }
}
