//! Whole documents: a list of cases beside the files that it names.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::case::Case;
use crate::file::{FileError, Group, VectorFile, label_of};
use crate::hex;

/// The type under which the cases are judged.
pub(crate) const DOCUMENT: &str = "Document";

/// The fields of a case, as this module makes them: those of the list, its own, and the file.
pub(crate) const FIELDS: &[&str] = &[
    "trustAnchors",
    "intermediates",
    "crls",
    "verifyTime",
    "id",
    "file",
    "flag",
    "layer",
    "document",
];

#[derive(Deserialize)]
struct RawList {
    cases: Vec<Map<String, Value>>,
    #[serde(flatten)]
    shared: Map<String, Value>,
}

/// Whether a file is a list of documents.
pub(crate) fn is_list(value: &Value) -> bool {
    value.get("testGroups").is_none() && value.get("cases").is_some()
}

/// Reads a list and the files that it names in `folder`.
pub(crate) fn parse(name: &str, value: Value, folder: &Path) -> Result<VectorFile, FileError> {
    let raw: RawList = serde_json::from_value(value)
        .map_err(|error| FileError(format!("not a list of documents: {error}")))?;
    let cases = raw.cases.into_iter().map(|own| case(&raw.shared, own, folder));
    let cases = cases.collect::<Result<_, _>>()?;
    let group = Group { kind: DOCUMENT.to_string(), cases };
    Ok(VectorFile { name: name.to_string(), groups: vec![group] })
}

fn case(
    shared: &Map<String, Value>,
    own: Map<String, Value>,
    folder: &Path,
) -> Result<Case, FileError> {
    let label = label_of(&own, "id").unwrap_or_default();
    // Of the list what its cases share; the rest is for people.
    let mut fields = shared.clone();
    fields.retain(|name, _| FIELDS.contains(&name.as_str()));
    fields.extend(own);
    let Some(file) = fields.get("file").and_then(Value::as_str) else {
        return Err(FileError(format!("case {label} names no file")));
    };
    let leaves = file.starts_with('/') || file.contains('\\') || file.split('/').any(|s| s == "..");
    if leaves {
        return Err(FileError(format!("{file} is not below the list")));
    }
    let path = folder.join(file);
    let bytes = std::fs::read(&path)
        .map_err(|error| FileError(format!("{}: cannot be read: {error}", path.display())))?;
    fields.insert("document".into(), Value::String(hex::encode(&bytes)));
    Ok(Case::new(label, fields))
}
