//! Reading a vector file.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::case::Case;

/// A vector file: groups of cases of one type each.
#[derive(Debug, Clone)]
pub struct VectorFile {
    /// The name that lines and exceptions use: the path as it was given.
    pub name: String,
    /// The groups, in order.
    pub groups: Vec<Group>,
}

/// Cases of one type.
#[derive(Debug, Clone)]
pub struct Group {
    /// The type, which says how the cases are judged.
    pub kind: String,
    /// The cases, in order; one for a group without tests.
    pub cases: Vec<Case>,
}

/// Why a file is no vector file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError(pub String);

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FileError {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawFile {
    algorithm: Option<String>,
    number_of_tests: Option<u64>,
    test_groups: Vec<Map<String, Value>>,
}

impl VectorFile {
    /// Reads the text of a vector file.
    ///
    /// # Errors
    ///
    /// [`FileError`] if the text is not JSON of this shape or states another number of tests than
    /// it holds.
    pub fn parse(name: &str, text: &str) -> Result<VectorFile, FileError> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| FileError(format!("not JSON: {error}")))?;
        let raw: RawFile = from_value(value)?;
        let mut groups = Vec::new();
        let mut tests = 0;
        let mut whole_groups = 0;
        for (index, mut fields) in raw.test_groups.into_iter().enumerate() {
            if let (Some(algorithm), false) = (&raw.algorithm, fields.contains_key("algorithm")) {
                fields.insert("algorithm".into(), Value::String(algorithm.clone()));
            }
            let group = Group::from_fields(index + 1, fields, &mut tests, &mut whole_groups)?;
            groups.push(group);
        }
        // A group without tests may or may not have been counted.
        if let Some(stated) = raw.number_of_tests
            && stated != tests
            && stated != tests + whole_groups
        {
            let message = format!("numberOfTests is {stated}, but there are {tests} tests");
            return Err(FileError(message));
        }
        Ok(VectorFile { name: name.to_string(), groups })
    }
}

impl Group {
    fn from_fields(
        position: usize,
        mut fields: Map<String, Value>,
        tests: &mut u64,
        whole_groups: &mut u64,
    ) -> Result<Group, FileError> {
        let kind = match fields.remove("type") {
            Some(Value::String(kind)) => kind,
            _ => return Err(FileError(format!("group {position} has no type"))),
        };
        let own = match fields.remove("tests") {
            None => {
                *whole_groups += 1;
                let label =
                    label_of(&fields, "tcId").unwrap_or_else(|| format!("group {position}"));
                return Ok(Group { kind, cases: vec![Case::new(label, fields)] });
            }
            Some(own) => from_value::<Vec<Map<String, Value>>>(own)
                .map_err(|error| FileError(format!("tests of group {position}: {error}")))?,
        };
        let mut cases = Vec::with_capacity(own.len());
        for (index, test) in own.into_iter().enumerate() {
            *tests += 1;
            let label = label_of(&test, "tcId").ok_or_else(|| {
                FileError(format!("test {} of group {position} has no tcId", index + 1))
            })?;
            let mut merged = fields.clone();
            merged.extend(test);
            cases.push(Case::new(label, merged));
        }
        Ok(Group { kind, cases })
    }
}

/// A field that names a case, as text.
pub(crate) fn label_of(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match fields.get(name) {
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}

fn from_value<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, FileError> {
    serde_json::from_value(value).map_err(|error| FileError(format!("not a vector file: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_overrides_its_group() {
        let text = r#"{"algorithm":"A","numberOfTests":2,"testGroups":[{"type":"T","x":"01","y":"02",
            "tests":[{"tcId":1,"x":"03"},{"tcId":2}]},{"type":"U","x":"05"}]}"#;
        let file = VectorFile::parse("f", text).unwrap();
        let cases: Vec<&Case> = file.groups.iter().flat_map(|group| &group.cases).collect();
        assert_eq!(cases[0].bytes("x").unwrap(), [3]);
        assert_eq!(cases[0].bytes("y").unwrap(), [2]);
        assert_eq!(cases[1].bytes("x").unwrap(), [1]);
        assert_eq!(cases[1].text("algorithm").unwrap(), "A");
        assert_eq!((cases[2].label(), cases[2].bytes("x").unwrap()), ("group 2", vec![5]));
    }

    #[test]
    fn what_is_no_vector_file_is_refused() {
        for text in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"testGroups":{}}"#,
            r#"{"testGroups":[{"tests":[]}]}"#,
            r#"{"testGroups":[{"type":7,"tests":[]}]}"#,
            r#"{"testGroups":[{"type":"T","tests":{}}]}"#,
            r#"{"testGroups":[{"type":"T","tests":[{}]}]}"#,
            r#"{"numberOfTests":2,"testGroups":[{"type":"T","tests":[{"tcId":1}]}]}"#,
            r#"{"numberOfTests":"1","testGroups":[{"type":"T","tests":[{"tcId":1}]}]}"#,
        ] {
            assert!(VectorFile::parse("f", text).is_err(), "{text}");
        }
    }
}
