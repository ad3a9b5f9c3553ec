//! The JSON form of a voucher: the same fields, every value a string.
//!
//! `{"Voucher":{"Id":"1",...,"DetailList":[{"Id":"1",...},...]}}`

use super::document::{Assembly, DocumentForm, Voucher, path};
use super::limits::{MAX_DETAILS, MAX_VOUCHER};
use super::xml::{Span, is_name};
use crate::error::{Code, Error, Result};
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

impl Voucher {
    /// Reads the JSON form. Its canonical digests are those of the XML form of the same fields.
    ///
    /// # Errors
    ///
    /// Family Malformed or Limit: a key twice, a value that is no string, data after the end, or
    /// what the XML form would be refused for.
    pub fn from_json(bytes: impl Into<Vec<u8>>) -> Result<Voucher> {
        let bytes = bytes.into();
        if bytes.len() > MAX_VOUCHER {
            let message = format!("more than {MAX_VOUCHER} bytes");
            return Err(Error::new(Code::Size, "Voucher", message).at(MAX_VOUCHER));
        }
        let mut reading = Reading::default();
        let mut input = serde_json::Deserializer::from_slice(&bytes);
        let outcome = Document(&mut reading).deserialize(&mut input).and_then(|()| input.end());
        if let Err(error) = outcome {
            let offset = offset_of(&bytes, error.line(), error.column());
            let error = match reading.refusal.take() {
                Some((code, field, message)) => Error::new(code, field, message),
                None => Error::new(Code::Json, "Voucher", plain_message(&error)),
            };
            return Err(error.at(offset));
        }
        let Reading { mut header, details, text, .. } = reading;
        header.append(details);
        Ok(header.finish(bytes, DocumentForm::Json, text))
    }

    /// The fields as JSON, in document order. Attributes of the form, such as the encoding and the
    /// layout, are lost, so its form digest is another one.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(self.as_bytes().len());
        out.push_str("{\"Voucher\":{");
        for (position, (name, value)) in self.header().fields().enumerate() {
            push_member(&mut out, position, name, value);
        }
        let mut details = self.details().enumerate().peekable();
        if details.peek().is_some() {
            out.push_str(if self.header().fields().next().is_some() {
                ",\"DetailList\":["
            } else {
                "\"DetailList\":["
            });
            for (number, detail) in details {
                out.push_str(if number == 0 { "{" } else { ",{" });
                for (position, (name, value)) in detail.fields().enumerate() {
                    push_member(&mut out, position, name, value);
                }
                out.push('}');
            }
            out.push(']');
        }
        out.push_str("}}");
        out
    }
}

fn push_member(out: &mut String, position: usize, name: &str, value: &str) {
    if position > 0 {
        out.push(',');
    }
    push_string(out, name);
    out.push(':');
    push_string(out, value);
}

/// Appends a JSON string with the shortest escapes.
pub(super) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[derive(Default)]
struct Reading {
    header: Assembly,
    details: Assembly,
    text: String,
    /// What is wrong with a field, beside the place that the JSON reader knows.
    refusal: Option<(Code, String, Cow<'static, str>)>,
}

impl Reading {
    fn refuse<E: serde::de::Error>(
        &mut self,
        code: Code,
        field: String,
        message: impl Into<Cow<'static, str>>,
    ) -> E {
        let message = message.into();
        let error = E::custom(&message);
        self.refusal = Some((code, field, message));
        error
    }

    fn part(&mut self, record: usize) -> &mut Assembly {
        if record == 0 { &mut self.header } else { &mut self.details }
    }

    fn push(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span::new(start, self.text.len())
    }

    fn field<E: serde::de::Error>(
        &mut self,
        record: usize,
        name: &str,
        value: &str,
    ) -> std::result::Result<(), E> {
        let path = || path(record, name);
        if !is_name(name) || name == "Detail" || name == "DetailList" {
            return Err(self.refuse(Code::Json, path(), "no name of a field"));
        }
        let (name_span, value_span) = (self.push(name), self.push(value));
        let added = self.part(record).field(name_span, value_span, value);
        added.map_err(|(code, _, message)| self.refuse(code, path(), message))
    }

    fn end_record<E: serde::de::Error>(&mut self, record: usize) -> std::result::Result<(), E> {
        let Reading { header, details, text, .. } = self;
        let part = if record == 0 { header } else { details };
        match part.end_record(|span| span.of(text)) {
            Ok(()) => Ok(()),
            Err(name) => {
                let path = path(record, &name);
                Err(self.refuse(Code::Structure, path, "the field stands twice"))
            }
        }
    }
}

/// `{"Voucher": header}`
struct Document<'r>(&'r mut Reading);
/// The header, with `DetailList` among its members.
struct Header<'r>(&'r mut Reading);
struct Details<'r>(&'r mut Reading);
struct Detail<'r>(&'r mut Reading, usize);
/// Text, borrowed where it has no escapes.
struct Text<'t>(Cow<'t, str>);

macro_rules! seed {
    ($type:ident, $method:ident) => {
        impl<'de> DeserializeSeed<'de> for $type<'_> {
            type Value = ();
            fn deserialize<D: serde::Deserializer<'de>>(
                self,
                input: D,
            ) -> std::result::Result<(), D::Error> {
                input.$method(self)
            }
        }
    };
}
seed!(Document, deserialize_map);
seed!(Header, deserialize_map);
seed!(Details, deserialize_seq);
seed!(Detail, deserialize_map);

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the one member \"Voucher\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        match map.next_key::<Text<'_>>()? {
            Some(Text(key)) if key == "Voucher" => map.next_value_seed(Header(self.0))?,
            _ => return Err(A::Error::custom("the one member \"Voucher\" is due")),
        }
        match map.next_key::<Text<'_>>()? {
            None => Ok(()),
            Some(_) => Err(A::Error::custom("a member beside \"Voucher\"")),
        }
    }
}

impl<'de> Visitor<'de> for Header<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let mut listed = false;
        while let Some(Text(key)) = map.next_key::<Text<'_>>()? {
            if key != "DetailList" {
                let Text(value) = map.next_value()?;
                self.0.field(0, &key, &value)?;
            } else if listed {
                let message = "a second DetailList";
                return Err(self.0.refuse(Code::Structure, key.into_owned(), message));
            } else {
                listed = true;
                map.next_value_seed(Details(self.0))?;
            }
        }
        self.0.end_record(0)
    }
}

impl<'de> Visitor<'de> for Details<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of details")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<(), A::Error> {
        let mut number = 1;
        while items.next_element_seed(Detail(self.0, number))?.is_some() {
            number += 1;
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Detail<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let Detail(reading, number) = self;
        if number > MAX_DETAILS {
            let message = format!("more than {MAX_DETAILS} details");
            return Err(reading.refuse(Code::Count, "DetailList".to_owned(), message));
        }
        while let Some((Text(name), Text(value))) = map.next_entry::<Text<'_>, Text<'_>>()? {
            reading.field(number, &name, &value)?;
        }
        reading.end_record(number)
    }
}

impl<'de> serde::Deserialize<'de> for Text<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> std::result::Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> std::result::Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> std::result::Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        input.deserialize_str(Any)
    }
}

/// The message without the place, which the error carries as an offset.
pub(super) fn plain_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message).to_owned()
}

/// The offset of a line and column, both counted from one as the JSON reader does.
pub(super) fn offset_of(bytes: &[u8], line: usize, column: usize) -> usize {
    let before = bytes.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1));
    let start: usize = before.map(<[u8]>::len).sum();
    (start + column.saturating_sub(1)).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::super::canonical::Scope;
    use super::super::document::tests::sample;
    use super::*;

    fn refused(text: &str) -> Error {
        Voucher::from_json(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn same_fields_same_digest() {
        let xml = Voucher::from_xml(sample()).unwrap();
        let json = Voucher::from_json(xml.to_json()).unwrap();
        for scope in [Scope::Base, Scope::BaseAndX] {
            assert_eq!(xml.canonical(scope), json.canonical(scope));
        }
        assert_eq!(json.form(), DocumentForm::Json);
        assert_eq!(json.to_json(), xml.to_json());
        assert_eq!(json.header().get("PayeeAcctName"), Some("张三 & 李四"));
        let spaced = " { \"Voucher\" : { \"A\" : \"\\u4e2d\\\"\" , \"DetailList\" : [ { } ] } } ";
        let spaced = Voucher::from_json(spaced).unwrap();
        assert_eq!(spaced.header().get("A"), Some("中\""));
        assert_eq!(Voucher::from_json(spaced.to_json()).unwrap().to_json(), spaced.to_json());
        let details = "\"DetailList\":[{\"B\":\"2\"},{\"C\":\"3\"}]";
        let first =
            Voucher::from_json(format!("{{\"Voucher\":{{{details},\"A\":\"1\"}}}}")).unwrap();
        let last =
            Voucher::from_json(format!("{{\"Voucher\":{{\"A\":\"1\",{details}}}}}")).unwrap();
        assert_eq!(first.canonical(Scope::Base), last.canonical(Scope::Base));
        assert_eq!(first.details().nth(1).unwrap().get("C"), Some("3"));
    }

    #[test]
    fn other_json_is_refused() {
        for text in [
            "",
            "{}",
            "[]",
            "null",
            "{\"Voucher\":{}} x",
            "{\"Voucher\":{}}{\"Voucher\":{}}",
            "{\"Voucher\":{},\"Voucher\":{}}",
            "{\"Voucher\":{},\"Other\":{}}",
            "{\"voucher\":{}}",
            "{\"Voucher\":{\"PayAmt\":1.00}}",
            "{\"Voucher\":{\"PayAmt\":null}}",
            "{\"Voucher\":{\"PayAmt\":[\"1.00\"]}}",
            "{\"Voucher\":{\"PayAmt\":\"1.00\",}}",
            "{\"Voucher\":{\"A b\":\"\"}}",
            "{\"Voucher\":{\"A\":\"\\ud800\"}}",
            "{\"Voucher\":{\"DetailList\":{}}}",
            "{\"Voucher\":{\"DetailList\":[],\"DetailList\":[]}}",
            "{\"Voucher\":{\"DetailList\":[1]}}",
            "{\"Voucher\":{\"DetailList\":[{\"DetailList\":[]}]}}",
            "\u{feff}{\"Voucher\":{}}",
        ] {
            assert!(refused(text).offset().is_some(), "{text}");
        }
        assert_eq!(refused("{\"Voucher\":\n{\"PayAmt\":1.00}}").offset(), Some(25));
        let double = refused("{\"Voucher\":{\"A\":\"1\",\"\\u0041\":\"2\"}}");
        assert_eq!((double.code(), double.structure()), (Code::Structure, "A"));
        let double = refused("{\"Voucher\":{\"DetailList\":[{\"A\":\"\",\"A\":\"\"}]}}");
        assert_eq!(double.structure(), "Detail[1]/A");
        let hidden = refused("{\"Voucher\":{\"Payee\":\"a\\u202eb\"}}");
        assert_eq!((hidden.code(), hidden.structure()), (Code::Text, "Payee"));
        let deep = format!("{{\"Voucher\":{{\"A\":{}", "[".repeat(100_000));
        assert_eq!(refused(&deep).code(), Code::Json);
    }

    #[test]
    fn cut_anywhere_it_is_refused() {
        let json = Voucher::from_xml(sample()).unwrap().to_json().into_bytes();
        for end in 0..json.len() {
            assert!(Voucher::from_json(&json[..end]).is_err(), "{end}");
        }
        for at in 0..json.len() {
            for bit in 0..8 {
                let mut changed = json.clone();
                changed[at] ^= 1 << bit;
                let _ = Voucher::from_json(changed);
            }
        }
    }
}
