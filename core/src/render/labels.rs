//! What the fields of vouchers are called on paper.

use crate::container::ofd::object::Object;
use crate::error::{Code, Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

const FORMAT: &str = "yinxin:labels:1";
const MAX_LABELS: usize = 4096;
const MAX_BYTES: usize = 1 << 20;

/// The names of fields for people; a field without one is shown by its own name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels(BTreeMap<String, String>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    format: String,
    labels: BTreeMap<String, String>,
}

impl Labels {
    /// The labels of the fields in the built-in catalogue.
    pub fn built_in() -> Labels {
        // The file is part of the library; a test reads it.
        Labels::from_json(include_bytes!("labels.json")).unwrap_or_default()
    }

    /// Labels as JSON: `{"format":"yinxin:labels:1","labels":{"PayAmt":"支付金额",...}}`.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] for other JSON, [`Code::Version`] for another format, family Limit.
    pub fn from_json(text: &[u8]) -> Result<Labels> {
        let fail = |code, message: String| Err(Error::new(code, "labels", message));
        if text.len() > MAX_BYTES {
            return fail(Code::Size, format!("more than {MAX_BYTES} bytes"));
        }
        let form: Form = match serde_json::from_slice(text) {
            Ok(Object(form)) => form,
            Err(error) => return fail(Code::Json, error.to_string()),
        };
        if form.format != FORMAT {
            return fail(Code::Version, format!("the format is not {FORMAT}"));
        }
        if form.labels.len() > MAX_LABELS {
            return fail(Code::Count, format!("more than {MAX_LABELS} labels"));
        }
        Ok(Labels(form.labels))
    }

    /// Adds other labels; they replace those of the same fields.
    pub fn add(&mut self, local: Labels) {
        self.0.extend(local.0);
    }

    /// What a field of a detail is called: by the label of `Detail/` and its name, or as in the header.
    pub fn of_detail<'n>(&'n self, field: &'n str) -> &'n str {
        self.0.get(&format!("Detail/{field}")).map_or_else(|| self.of(field), String::as_str)
    }

    /// What a field is called.
    pub fn of<'n>(&'n self, field: &'n str) -> &'n str {
        self.0.get(field).map_or(field, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voucher::example;
    use std::collections::BTreeSet;

    #[test]
    fn the_fields_of_the_examples_have_labels_of_their_own() {
        let labels = Labels::built_in();
        let distinct: BTreeSet<&String> = labels.0.values().collect();
        assert_eq!(distinct.len(), labels.0.len(), "two fields have one label");
        let voucher = example::authorised_payment(1).unwrap();
        let voucher = voucher.build(crate::voucher::Encoding::Utf8).unwrap();
        for record in std::iter::once(voucher.header()).chain(voucher.details()) {
            for (name, _) in record.fields() {
                assert_ne!(labels.of(name), name);
            }
        }
        assert_eq!(labels.of("Other"), "Other");
    }

    #[test]
    fn other_json_is_refused() {
        let code = |text: &str| Labels::from_json(text.as_bytes()).unwrap_err().code();
        assert_eq!(code("{}"), Code::Json);
        assert_eq!(code(r#"["yinxin:labels:1",{}]"#), Code::Json);
        assert_eq!(code(r#"{"format":"x","labels":{}}"#), Code::Version);
        assert_eq!(code(r#"{"format":"yinxin:labels:1","labels":{},"more":1}"#), Code::Json);
    }
}
