//! Distinguished names: the bytes, a form for comparison and a form for people.

use crate::asn1::reader::tag;
use crate::asn1::{Oid, Tlv, oid};
use crate::error::Result;
use crate::hex;
use std::fmt::Write as _;

/// A distinguished name.
///
/// # Source
///
/// X.501, RFC 5280: `Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }`.
#[derive(Debug, Clone)]
pub(in crate::cert) struct Name {
    der: Vec<u8>,
    canonical: Vec<Vec<u8>>,
    text: String,
    common_name: Option<String>,
    emails: Vec<String>,
}

const UNIVERSAL_STRING: u8 = 0x1c;
const BMP_STRING: u8 = 0x1e;
const TELETEX_STRING: u8 = 0x14;
const VISIBLE_STRING: u8 = 0x1a;
const NUMERIC_STRING: u8 = 0x12;

/// The short names of RFC 4514, and those in common use beside them.
const SHORT_NAMES: [(&str, Oid); 13] = [
    ("CN", oid::NAME_COMMON_NAME),
    ("C", oid::NAME_COUNTRY),
    ("L", oid::NAME_LOCALITY),
    ("ST", oid::NAME_STATE),
    ("O", oid::NAME_ORGANIZATION),
    ("OU", oid::NAME_UNIT),
    ("STREET", Oid::new("2.5.4.9")),
    ("DC", Oid::new("0.9.2342.19200300.100.1.25")),
    ("UID", Oid::new("0.9.2342.19200300.100.1.1")),
    ("SERIALNUMBER", Oid::new("2.5.4.5")),
    ("T", Oid::new("2.5.4.12")),
    ("GIVENNAME", Oid::new("2.5.4.42")),
    ("E", oid::NAME_EMAIL),
];

/// The object identifier of an attribute by its short name (`CN`) or in dots.
pub(crate) fn attribute_oid(name: &str) -> Option<Oid> {
    let short = SHORT_NAMES.iter().find(|(short, _)| short.eq_ignore_ascii_case(name));
    short.map(|(_, oid)| *oid).or_else(|| Oid::parse(name))
}

/// The text of a Name, in the manner of RFC 4514.
pub(crate) fn text_of(name: Tlv<'_>) -> Result<String> {
    Name::read(name).map(|name| name.text)
}

impl Name {
    /// Reads the SEQUENCE of a name.
    pub(in crate::cert) fn read(name: Tlv<'_>) -> Result<Name> {
        let mut rdns = name.contents();
        let mut texts = Vec::new();
        let mut canonical = Vec::new();
        let mut common_name = None;
        let mut emails = Vec::new();
        while !rdns.is_empty() {
            let set = rdns.expect(tag::SET)?;
            let mut attributes = set.contents();
            let mut text = Vec::new();
            let mut forms = Vec::new();
            while !attributes.is_empty() {
                let mut attribute = attributes.sequence()?;
                let kind = attribute.expect(tag::OID)?.oid()?;
                let value = attribute.read()?;
                attribute.finish()?;
                let string = decode(&value);
                match &string {
                    Some(name) if kind == oid::NAME_COMMON_NAME => common_name = Some(name.clone()),
                    Some(email) if kind == oid::NAME_EMAIL => emails.push(email.clone()),
                    _ => {}
                }
                text.push(render(&kind, &value, string.as_deref()));
                forms.push(canonical_form(&kind, &value, string.as_deref()));
            }
            if forms.is_empty() {
                return Err(set.error("an empty RelativeDistinguishedName"));
            }
            texts.push(text.join("+"));
            forms.sort();
            canonical.push(forms.concat());
        }
        texts.reverse();
        let der = name.raw.to_vec();
        Ok(Name { der, canonical, text: texts.join(","), common_name, emails })
    }

    /// The name as received: the whole SEQUENCE.
    pub(in crate::cert) fn der(&self) -> &[u8] {
        &self.der
    }

    /// The name in the manner of RFC 4514, the last component first.
    pub(in crate::cert) fn text(&self) -> &str {
        &self.text
    }

    /// The last commonName, unescaped.
    pub(in crate::cert) fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// The emailAddress attributes.
    pub(in crate::cert) fn emails(&self) -> impl Iterator<Item = &str> {
        self.emails.iter().map(String::as_str)
    }

    /// Whether nothing stands in it.
    pub(in crate::cert) fn is_empty(&self) -> bool {
        self.canonical.is_empty()
    }

    /// Whether the names are the same in the sense of RFC 5280 §7.1: without regard to the string
    /// type, to ASCII case, and to the number of spaces. Of Unicode's foldings none is made.
    pub(in crate::cert) fn matches(&self, other: &Name) -> bool {
        self.der == other.der || self.canonical == other.canonical
    }

    /// Whether this name lies in the subtree under `base`: starts with its components.
    pub(in crate::cert) fn is_under(&self, base: &Name) -> bool {
        self.canonical.starts_with(&base.canonical)
    }
}

/// The characters of a string value; `None` if it is no string or not one in its own encoding.
fn decode(value: &Tlv<'_>) -> Option<String> {
    let bytes = value.value;
    match value.tag {
        tag::UTF8_STRING => String::from_utf8(bytes.to_vec()).ok(),
        tag::PRINTABLE_STRING | tag::IA5_STRING | VISIBLE_STRING | NUMERIC_STRING => {
            bytes.is_ascii().then(|| bytes.iter().map(|byte| char::from(*byte)).collect())
        }
        // T.61 in name, Latin-1 in practice.
        TELETEX_STRING => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        BMP_STRING => {
            let (units, rest) = bytes.as_chunks::<2>();
            let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            rest.is_empty().then(|| String::from_utf16(&units).ok()).flatten()
        }
        UNIVERSAL_STRING => {
            let (units, rest) = bytes.as_chunks::<4>();
            let units = units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit)));
            rest.is_empty().then(|| units.collect()).flatten()
        }
        _ => None,
    }
}

/// `CN=text`, or `1.2.3=#hex` where the value is no string.
fn render(kind: &Oid, value: &Tlv<'_>, string: Option<&str>) -> String {
    let short = SHORT_NAMES.iter().find(|(_, oid)| oid == kind).map(|(short, _)| *short);
    let kind = short.map_or_else(|| kind.to_string(), str::to_owned);
    let Some(string) = string else {
        return format!("{kind}=#{}", hex::encode(value.raw));
    };
    let mut out = format!("{kind}=");
    let last = string.chars().count().saturating_sub(1);
    for (at, character) in string.chars().enumerate() {
        match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => {
                out.push('\\');
                out.push(character);
            }
            ' ' if at == 0 || at == last => out.push_str("\\ "),
            '#' if at == 0 => out.push_str("\\#"),
            character if is_invisible(character) => {
                let mut buffer = [0; 4];
                for byte in character.encode_utf8(&mut buffer).bytes() {
                    let _ = write!(out, "\\{byte:02X}");
                }
            }
            character => out.push(character),
        }
    }
    out
}

/// Control characters, and those that are not seen or turn the direction of what follows.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x180b..=0x180f | 0x200b..=0x200f
            | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0
            | 0xfff0..=0xfffb | 0xe0000..=0xe0fff)
}

/// One attribute for comparison: type, then the folded text or the raw value.
fn canonical_form(kind: &Oid, value: &Tlv<'_>, string: Option<&str>) -> Vec<u8> {
    let (mark, body) = match string {
        Some(string) => {
            let words: Vec<&str> = string.split(' ').filter(|word| !word.is_empty()).collect();
            (1u8, words.join(" ").to_ascii_lowercase().into_bytes())
        }
        None => (0u8, value.raw.to_vec()),
    };
    let mut out = Vec::with_capacity(body.len() + 24);
    for part in [kind.contents(), &[mark], &body] {
        out.extend_from_slice(&(part.len() as u64).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Reader, writer};

    fn attribute(kind: Oid, tag: u8, value: &[u8]) -> Vec<u8> {
        writer::sequence(&[&writer::oid(&kind), &writer::tlv(tag, &[value])])
    }

    fn name(rdns: &[Vec<Vec<u8>>]) -> Name {
        let rdns: Vec<Vec<u8>> = rdns.iter().map(|rdn| writer::set_of(rdn.clone())).collect();
        let der = writer::sequence_of(&rdns);
        Name::read(Reader::new(&der, "Name").read().unwrap()).unwrap()
    }

    fn cn(tag: u8, value: &[u8]) -> Name {
        name(&[vec![attribute(oid::NAME_COMMON_NAME, tag, value)]])
    }

    #[test]
    fn the_last_component_comes_first() {
        let name = name(&[
            vec![attribute(oid::NAME_COUNTRY, tag::PRINTABLE_STRING, b"CN")],
            vec![attribute(oid::NAME_ORGANIZATION, tag::UTF8_STRING, "财政".as_bytes())],
            vec![
                attribute(oid::NAME_COMMON_NAME, tag::UTF8_STRING, b"a"),
                attribute(oid::NAME_UNIT, tag::UTF8_STRING, b"b"),
            ],
        ]);
        assert_eq!(name.text(), "CN=a+OU=b,O=财政,C=CN");
        assert_eq!(name.common_name(), Some("a"));
    }

    #[test]
    fn what_could_deceive_is_escaped() {
        let text = |value: &str| cn(tag::UTF8_STRING, value.as_bytes()).text().to_owned();
        assert_eq!(text(" a,b+\"c\\<d>; "), "CN=\\ a\\,b\\+\\\"c\\\\\\<d\\>\\;\\ ");
        assert_eq!(text("#a#"), "CN=\\#a#");
        assert_eq!(text("a\0\n\u{7f}"), "CN=a\\00\\0A\\7F");
        assert_eq!(text("a\u{202e}b\u{200b}"), "CN=a\\E2\\80\\AEb\\E2\\80\\8B");
        assert_eq!(text(""), "CN=");
    }

    #[test]
    fn every_string_type_is_read_and_the_rest_is_hex() {
        let shown = |tag, value: &[u8]| cn(tag, value).text().to_owned();
        assert_eq!(shown(BMP_STRING, &[0x53, 0x70, 0x00, 0x41]), "CN=印A");
        assert_eq!(shown(BMP_STRING, &[0x53]), "CN=#1e0153");
        assert_eq!(shown(BMP_STRING, &[0xd8, 0x00]), "CN=#1e02d800");
        assert_eq!(shown(UNIVERSAL_STRING, &[0, 0, 0x53, 0x70]), "CN=印");
        assert_eq!(shown(UNIVERSAL_STRING, &[0, 0x11, 0, 0]), "CN=#1c0400110000");
        assert_eq!(shown(TELETEX_STRING, &[0xe9]), "CN=é");
        assert_eq!(shown(tag::UTF8_STRING, &[0xff]), "CN=#0c01ff");
        assert_eq!(shown(tag::IA5_STRING, &[0xff]), "CN=#1601ff");
        assert_eq!(shown(tag::INTEGER, &[5]), "CN=#020105");
    }

    #[test]
    fn comparison_folds_case_and_spaces_and_nothing_else() {
        let a = cn(tag::PRINTABLE_STRING, b"Good  CA ");
        assert!(a.matches(&cn(tag::UTF8_STRING, b"good ca")));
        assert!(!a.matches(&cn(tag::UTF8_STRING, b"goodca")));
        assert!(!a.matches(&cn(tag::UTF8_STRING, "good cа".as_bytes()))); // Cyrillic
        let two = name(&[
            vec![attribute(oid::NAME_COMMON_NAME, tag::UTF8_STRING, b"a")],
            vec![attribute(oid::NAME_COMMON_NAME, tag::UTF8_STRING, b"b")],
        ]);
        let joined = name(&[vec![
            attribute(oid::NAME_COMMON_NAME, tag::UTF8_STRING, b"a"),
            attribute(oid::NAME_COMMON_NAME, tag::UTF8_STRING, b"b"),
        ]]);
        assert!(!two.matches(&joined));
        assert!(two.is_under(&cn(tag::UTF8_STRING, b"A")));
        assert!(!two.is_under(&cn(tag::UTF8_STRING, b"b")));
    }
}
