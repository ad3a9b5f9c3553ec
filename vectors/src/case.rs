//! One case: the fields of a test over those of its group.

use serde_json::{Map, Value};

use crate::hex;
use crate::outcome::{Expected, Outcome};

/// One case of a vector file: the fields of the test, and those of its group that the test does
/// not override.
#[derive(Debug, Clone)]
pub struct Case {
    label: String,
    fields: Map<String, Value>,
}

impl Case {
    /// The case that `fields` describe; `label` names it in its file: the `tcId` as a rule.
    pub(crate) fn new(label: String, fields: Map<String, Value>) -> Case {
        Case { label, fields }
    }

    /// What names the case in its file: `tcId`, or `group N` for a group without tests.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The remark on the case, on one line; may be empty.
    pub fn comment(&self) -> String {
        let comment = self.fields.get("comment").and_then(Value::as_str).unwrap_or_default();
        comment.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    }

    /// What the case expects; a case without `result` expects to be accepted.
    ///
    /// # Errors
    ///
    /// [`Outcome::Defect`] if `result` is no known word.
    pub fn expected(&self) -> Result<Expected, Outcome> {
        match self.optional_text("result")? {
            None => Ok(Expected::Valid),
            Some(name) => Expected::from_name(name)
                .ok_or_else(|| Outcome::Defect(format!("result is {name:?}"))),
        }
    }

    /// The names of all fields.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// Whether the field is there.
    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// A byte string.
    ///
    /// # Errors
    ///
    /// [`Outcome::Defect`] if the field is missing or no hexadecimal string; so for every reader
    /// of this type.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, Outcome> {
        self.optional_bytes(name)?.ok_or_else(|| missing(name))
    }

    /// A byte string that may be absent.
    pub fn optional_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Outcome> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        hex::decode(text).map(Some).ok_or_else(|| wrong_type(name, "a byte string"))
    }

    /// A list of byte strings; empty if the field is absent.
    pub fn byte_list(&self, name: &str) -> Result<Vec<Vec<u8>>, Outcome> {
        let error = || wrong_type(name, "a list of byte strings");
        let Some(value) = self.fields.get(name) else { return Ok(Vec::new()) };
        let items = value.as_array().ok_or_else(error)?;
        items
            .iter()
            .map(|item| hex::decode(item.as_str()?))
            .collect::<Option<_>>()
            .ok_or_else(error)
    }

    /// A list of texts; empty if the field is absent.
    pub fn text_list(&self, name: &str) -> Result<Vec<&str>, Outcome> {
        let error = || wrong_type(name, "a list of texts");
        let Some(value) = self.fields.get(name) else { return Ok(Vec::new()) };
        let items = value.as_array().ok_or_else(error)?;
        items.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(error)
    }

    /// A text.
    pub fn text(&self, name: &str) -> Result<&str, Outcome> {
        self.optional_text(name)?.ok_or_else(|| missing(name))
    }

    /// A text that may be absent.
    pub fn optional_text(&self, name: &str) -> Result<Option<&str>, Outcome> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| wrong_type(name, "a text")),
        }
    }

    /// A number from 0 that may be absent.
    pub fn optional_number(&self, name: &str) -> Result<Option<u64>, Outcome> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| wrong_type(name, "a number")),
        }
    }

    /// A number from 0.
    pub fn number(&self, name: &str) -> Result<u64, Outcome> {
        self.optional_number(name)?.ok_or_else(|| missing(name))
    }

    /// A value inside an object: a text.
    pub fn inner_text(&self, object: &str, name: &str) -> Result<&str, Outcome> {
        let inner = self.fields.get(object).ok_or_else(|| missing(object))?;
        inner.get(name).and_then(Value::as_str).ok_or_else(|| missing(&format!("{object}.{name}")))
    }

    /// A value inside an object: a byte string.
    pub fn inner_bytes(&self, object: &str, name: &str) -> Result<Vec<u8>, Outcome> {
        hex::decode(self.inner_text(object, name)?)
            .ok_or_else(|| wrong_type(&format!("{object}.{name}"), "a byte string"))
    }

    /// Any value, as JSON.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }
}

fn missing(name: &str) -> Outcome {
    Outcome::Defect(format!("the field {name} is missing"))
}

fn wrong_type(name: &str, what: &str) -> Outcome {
    Outcome::Defect(format!("the field {name} is not {what}"))
}
