//! Certificate paths in the schema of x509-limbo.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::case::Case;
use crate::file::{FileError, Group, VectorFile};

/// The type under which the cases are judged.
pub(crate) const LIMBO: &str = "LimboPath";

/// The fields of the schema.
pub(crate) const FIELDS: &[&str] = &[
    "id",
    "conflicts_with",
    "features",
    "importance",
    "description",
    "validation_kind",
    "trusted_certs",
    "untrusted_intermediates",
    "peer_certificate",
    "peer_certificate_key",
    "validation_time",
    "signature_algorithms",
    "key_usage",
    "extended_key_usage",
    "expected_result",
    "expected_peer_name",
    "expected_peer_names",
    "max_chain_depth",
    "crls",
    "scope",
    "unknownIssuers",
];

#[derive(Deserialize)]
struct RawLimbo {
    testcases: Vec<Map<String, Value>>,
}

/// Reads the text of a limbo file.
pub(crate) fn parse(name: &str, text: &str) -> Result<VectorFile, FileError> {
    let raw: RawLimbo = serde_json::from_str(text)
        .map_err(|error| FileError(format!("not a limbo file: {error}")))?;
    let cases = raw.testcases.into_iter().map(case).collect::<Result<_, _>>()?;
    Ok(VectorFile {
        name: name.to_string(),
        groups: vec![Group { kind: LIMBO.to_string(), cases }],
    })
}

fn case(mut fields: Map<String, Value>) -> Result<Case, FileError> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_string);
    let label = text("id").ok_or_else(|| FileError("a test case has no id".to_string()))?;
    let result = match text("expected_result").as_deref() {
        Some("SUCCESS") => "valid",
        Some("FAILURE") => "invalid",
        other => return Err(FileError(format!("{label}: expected_result is {other:?}"))),
    };
    let comment = text("description").unwrap_or_default();
    let comment = comment.lines().next().unwrap_or_default().to_string();
    fields.insert("result".to_string(), Value::String(result.to_string()));
    fields.insert("comment".to_string(), Value::String(comment));
    Ok(Case::new(label, fields))
}
