//! JSON of catalogues, templates and authorisations, read strictly and written canonically.

use super::json::{offset_of, plain_message, push_string};
use super::limits::MAX_CONFIGURATION;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value without fractions; members of objects in document order, names unique.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(i64),
    String(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// Reads one JSON value; errors name `structure`.
pub(crate) fn parse(text: &[u8], structure: &'static str) -> Result<Value> {
    if text.len() > MAX_CONFIGURATION {
        let message = format!("more than {MAX_CONFIGURATION} bytes");
        return Err(Error::new(Code::Size, structure, message));
    }
    let mut input = serde_json::Deserializer::from_slice(text);
    let value = Value::deserialize(&mut input).and_then(|value| input.end().map(|()| value));
    value.map_err(|error| {
        let offset = offset_of(text, error.line(), error.column());
        Error::new(Code::Json, structure, plain_message(&error)).at(offset)
    })
}

impl Value {
    /// The value as text in one form: no white space, members ascending by the bytes of their
    /// names, the shortest escapes (the form of RFC 8785 for names in ASCII).
    pub(crate) fn canonical(&self) -> String {
        let mut out = String::new();
        self.push(&mut out);
        out
    }

    /// SM3 over the canonical text.
    pub(crate) fn digest(&self) -> [u8; 32] {
        sm3::digest(self.canonical().as_bytes())
    }

    fn push(&self, out: &mut String) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Number(value) => out.push_str(&value.to_string()),
            Value::String(value) => push_string(out, value),
            Value::Array(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    item.push(out);
                }
                out.push(']');
            }
            Value::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                out.push('{');
                for (position, (name, value)) in sorted.into_iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    push_string(out, name);
                    out.push(':');
                    value.push(out);
                }
                out.push('}');
            }
        }
    }
}

/// The members of an object, taken out by name; what is left over is an error.
pub(crate) struct Members<'v> {
    members: Vec<(&'v str, &'v Value)>,
    /// Where the object stands, for messages.
    place: String,
}

impl<'v> Members<'v> {
    pub(crate) fn of(value: &'v Value, place: impl Into<String>) -> Result<Members<'v>> {
        let place = place.into();
        match value {
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| (name.as_str(), value)).collect();
                Ok(Members { members, place })
            }
            _ => Err(Error::new(Code::Json, place, "an object is due")),
        }
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> Error {
        Error::new(Code::Json, self.place.clone(), message.into())
    }

    pub(crate) fn optional(&mut self, name: &str) -> Option<&'v Value> {
        let at = self.members.iter().position(|member| member.0 == name)?;
        Some(self.members.remove(at).1)
    }

    pub(crate) fn required(&mut self, name: &str) -> Result<&'v Value> {
        self.optional(name).ok_or_else(|| self.error(format!("the member {name:?} is due")))
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<&'v str> {
        match self.required(name)? {
            Value::String(text) => Ok(text),
            _ => Err(self.error(format!("{name:?} is a string"))),
        }
    }

    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<&'v str>> {
        match self.optional(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(format!("{name:?} is a string"))),
        }
    }

    pub(crate) fn number(&mut self, name: &str) -> Result<i64> {
        match self.required(name)? {
            Value::Number(number) => Ok(*number),
            _ => Err(self.error(format!("{name:?} is an integer"))),
        }
    }

    pub(crate) fn array(&mut self, name: &str) -> Result<&'v [Value]> {
        match self.required(name)? {
            Value::Array(items) => Ok(items),
            _ => Err(self.error(format!("{name:?} is an array"))),
        }
    }

    /// The strings of an array.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Vec<&'v str>> {
        let text = |item: &'v Value| match item {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        };
        let texts: Option<Vec<&str>> = self.array(name)?.iter().map(text).collect();
        texts.ok_or_else(|| self.error(format!("{name:?} is an array of strings")))
    }

    /// The items of an array; none if it is left out.
    pub(crate) fn optional_array(&mut self, name: &str) -> Result<&'v [Value]> {
        match self.optional(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(self.error(format!("{name:?} is an array"))),
        }
    }

    /// The strings of an array that may be left out.
    pub(crate) fn optional_texts(&mut self, name: &str) -> Result<Option<Vec<&'v str>>> {
        match self.members.iter().any(|member| member.0 == name) {
            true => self.texts(name).map(Some),
            false => Ok(None),
        }
    }

    pub(crate) fn optional_number(&mut self, name: &str) -> Result<Option<i64>> {
        match self.members.iter().any(|member| member.0 == name) {
            true => self.number(name).map(Some),
            false => Ok(None),
        }
    }

    pub(crate) fn optional_bool(&mut self, name: &str) -> Result<Option<bool>> {
        match self.optional(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(self.error(format!("{name:?} is true or false"))),
        }
    }

    pub(crate) fn finish(self) -> Result<()> {
        match self.members.first() {
            None => Ok(()),
            Some((name, _)) => Err(self.error(format!("the member {name:?} is not known"))),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(input: D) -> std::result::Result<Value, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value without fractions")
            }
            fn visit_unit<E>(self) -> std::result::Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
                Ok(Value::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
                Ok(Value::Number(value))
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> std::result::Result<Value, E> {
                i64::try_from(value)
                    .map(Value::Number)
                    .map_err(|_| E::custom("the number is too large"))
            }
            fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
                Ok(Value::String(value.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> std::result::Result<Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Value::Array(items))
            }
            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Value, A::Error> {
                let mut members: Vec<(String, Value)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    members.push((name, value));
                }
                let mut names: Vec<&str> = members.iter().map(|member| member.0.as_str()).collect();
                names.sort_unstable();
                if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
                    return Err(A::Error::custom(format!("the member {:?} stands twice", pair[0])));
                }
                Ok(Value::Object(members))
            }
        }
        input.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_canonical_text() {
        let text = " { \"b\" : [1, -2, true, null, \"\\u4e2d\\n\\u0001\"], \"a\":{} } ";
        let value = parse(text.as_bytes(), "Test").unwrap();
        assert_eq!(value.canonical(), "{\"a\":{},\"b\":[1,-2,true,null,\"中\\n\\u0001\"]}");
        assert_eq!(parse(value.canonical().as_bytes(), "Test").unwrap().digest(), value.digest());
    }

    #[test]
    fn other_json_is_refused() {
        for text in ["", "1.5", "1e3", "18446744073709551615", "{\"a\":1,\"a\":1}", "{} x", "[1,]"]
        {
            assert_eq!(parse(text.as_bytes(), "Test").unwrap_err().code(), Code::Json, "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(parse(deep.as_bytes(), "Test").is_err());
    }

    #[test]
    fn members_are_known_and_typed() {
        let value = parse(b"{\"a\":\"1\",\"b\":2}", "Test").unwrap();
        let mut members = Members::of(&value, "x").unwrap();
        assert!(members.number("c").unwrap_err().message().contains("\"c\""));
        assert_eq!(members.text("a").unwrap(), "1");
        assert_eq!(members.finish().unwrap_err().message(), "the member \"b\" is not known");
        assert!(Members::of(&Value::Null, "x").is_err());
    }
}
