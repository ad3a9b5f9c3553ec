//! Cases that are known to disagree, with the reason.

use std::collections::BTreeMap;
use std::path::Path;

use crate::file::FileError;

/// Known disagreements: `{ "FILE:tcId": "reason" }`, FILE as it is given or its last part.
#[derive(Debug, Clone, Default)]
pub struct Exceptions(BTreeMap<String, String>);

impl Exceptions {
    /// Reads the text of an exceptions file.
    ///
    /// # Errors
    ///
    /// [`FileError`] if it is not an object of texts, or a key does not name a case.
    pub fn parse(text: &str) -> Result<Exceptions, FileError> {
        let map: BTreeMap<String, String> = serde_json::from_str(text)
            .map_err(|error| FileError(format!("not a list of exceptions: {error}")))?;
        match map.keys().find(|key| !key.contains(':')) {
            Some(key) => Err(FileError(format!("the exception {key:?} is not FILE:tcId"))),
            None => Ok(Exceptions(map)),
        }
    }

    /// The reason why this case of this file may disagree.
    pub fn reason(&self, file: &str, label: &str) -> Option<&str> {
        let last = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or(file);
        [file, last]
            .iter()
            .find_map(|name| self.0.get(&format!("{name}:{label}")))
            .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_found_by_path_and_by_name() {
        let exceptions = Exceptions::parse(r#"{"a.json:7":"x","d/b.json:8":"y"}"#).unwrap();
        assert_eq!(exceptions.reason("some/a.json", "7"), Some("x"));
        assert_eq!(exceptions.reason("d/b.json", "8"), Some("y"));
        assert_eq!(exceptions.reason("b.json", "8"), None);
        assert!(Exceptions::parse(r#"{"a":"x"}"#).is_err());
        assert!(Exceptions::parse(r#"{"a:1":1}"#).is_err());
    }
}
