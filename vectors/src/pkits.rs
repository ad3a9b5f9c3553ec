//! Certificate paths of NIST's PKITS: a list beside the folders `certs` and `crls`.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::case::Case;
use crate::file::{FileError, Group, VectorFile};
use crate::hex;

/// The type under which the cases are judged.
pub(crate) const PKITS: &str = "PkitsPath";

/// The fields of a case, as this module makes them.
pub(crate) const FIELDS: &[&str] =
    &["trustAnchors", "intermediates", "crls", "verifyTime", "cert", "policies", "revocation"];

const TIME: &str = "2024-01-01T00:00:00Z";

#[derive(Deserialize)]
struct RawCase {
    id: String,
    name: String,
    cert: String,
    #[serde(default)]
    other_certs: Vec<String>,
    #[serde(default)]
    crls: Vec<String>,
    revocation: Option<bool>,
    params: Option<Value>,
    error: Option<Value>,
}

/// Reads the text of a list and the files that it names in `folder`.
pub(crate) fn parse(name: &str, text: &str, folder: &Path) -> Result<VectorFile, FileError> {
    let raw: Vec<RawCase> = serde_json::from_str(text)
        .map_err(|error| FileError(format!("not a list of PKITS cases: {error}")))?;
    let cases = raw.into_iter().map(|raw| case(raw, folder)).collect::<Result<_, _>>()?;
    Ok(VectorFile {
        name: name.to_string(),
        groups: vec![Group { kind: PKITS.to_string(), cases }],
    })
}

fn case(raw: RawCase, folder: &Path) -> Result<Case, FileError> {
    let certs = |names: &[String]| files(&folder.join("certs"), names);
    let mut crls = files(&folder.join("crls"), &raw.crls)?;
    let root = folder.join("crls").join("TrustAnchorRootCRL.crl");
    if root.exists() {
        crls.push(read(&root)?);
    }
    let fields = json!({
        "comment": raw.name,
        "result": if raw.error.is_some() { "invalid" } else { "valid" },
        "verifyTime": TIME,
        "trustAnchors": certs(&["TrustAnchorRootCertificate.crt".to_string()])?,
        "intermediates": certs(&raw.other_certs)?,
        "crls": crls,
        "cert": certs(&[raw.cert])?,
        "policies": raw.params.is_some() || is_about_policies(&raw.id),
        "revocation": raw.revocation.unwrap_or(true),
    });
    Ok(Case::new(raw.id, fields.as_object().cloned().unwrap_or_default()))
}

/// Sections 4.8 to 4.12: an id is 4, two digits of the section, two of the case.
fn is_about_policies(id: &str) -> bool {
    matches!(id.get(1..3), Some("08" | "09" | "10" | "11" | "12"))
}

fn files(folder: &Path, names: &[String]) -> Result<Vec<String>, FileError> {
    names
        .iter()
        .map(|name| match name.contains(['/', '\\']) {
            true => Err(FileError(format!("{name} is no plain file name"))),
            false => read(&folder.join(name)),
        })
        .collect()
}

fn read(path: &Path) -> Result<String, FileError> {
    let bytes = std::fs::read(path)
        .map_err(|error| FileError(format!("{}: cannot be read: {error}", path.display())))?;
    Ok(hex::encode(&bytes))
}
