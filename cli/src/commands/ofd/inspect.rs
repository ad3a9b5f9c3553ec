//! `yinxin ofd inspect`: what a document holds, and what its signatures say of themselves.

use crate::commands::{cms, stamp};
use crate::failure::Failure;
use crate::files::Source;
use crate::output;
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::cms::SignedData;
use yinxin::container::ofd::limits::{MAX_SIGNED_VALUE, MAX_TREE};
use yinxin::container::ofd::{
    DocBody, Document, Ofd, Package, PartPath, ReadAt, SignatureFile, SignatureKind, SignatureList,
    SignatureRef,
};
use yinxin::error::Result;
use yinxin::seal::Stamp;

/// A document to show.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The document (.ofd)
    pub file: PathBuf,
    /// Read only what the standard says
    #[arg(long)]
    conforming: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Shows a document.
pub fn inspect(arguments: &InspectArguments) -> std::result::Result<ExitCode, Failure> {
    let profile = if arguments.conforming { Profile::Conforming } else { Profile::AsFound };
    let value = describe(&Source::open(&arguments.file)?, profile)?;
    Ok(output::value(&value, arguments.json))
}

/// A document as JSON. A part that cannot be read stands there as an `error`; nothing is verified.
pub fn describe(source: &dyn ReadAt, profile: Profile) -> Result<Value> {
    let package = Package::open(source, profile)?;
    let (ofd, notes) = Ofd::read(&package)?;
    let notes = package.notes().iter().chain(&notes);
    let notes: Value = notes.map(|(code, detail)| format!("{}: {detail}", code.name())).collect();
    Ok(json!({
        "kind": "OFD document",
        "version": ofd.version,
        "parts": package.parts().count(),
        "bytes": source.len(),
        "bodies": ofd.bodies.iter().map(|one| body(&package, one)).collect::<Value>(),
        "notes": notes,
    }))
}

fn body(package: &Package<'_>, body: &DocBody) -> Value {
    let mut value = json!({
        "id": body.doc_id,
        "title": body.title,
        "author": body.author,
        "creator": body.creator,
        "created": body.creation_date,
        "root": body.doc_root.as_str(),
    });
    match Document::read(package, &body.doc_root) {
        Ok((document, _)) => {
            value["pages"] = document.pages.len().into();
            value["attachments"] = match document.attachments(package) {
                Ok(list) => list
                    .0
                    .iter()
                    .map(|one| json!({"name": one.name, "path": one.path.as_str()}))
                    .collect(),
                Err(error) => failed(&error),
            };
        }
        Err(error) => value["pages"] = failed(&error),
    }
    if let Some(path) = &body.signatures {
        value["signatures"] = match list(package, path) {
            Ok(list) => list.signatures.iter().map(|one| signature(package, one)).collect(),
            Err(error) => failed(&error),
        };
    }
    value
}

fn list(package: &Package<'_>, path: &PartPath) -> Result<SignatureList> {
    let bytes = part(package, path, MAX_TREE as usize)?;
    Ok(SignatureList::parse(&bytes, path, package.profile())?.0)
}

fn signature(package: &Package<'_>, entry: &SignatureRef) -> Value {
    let mut value = json!({
        "id": entry.id,
        "type": entry.kind.name(),
        "path": entry.path.as_str(),
    });
    let read = part(package, &entry.path, MAX_TREE as usize)
        .and_then(|bytes| SignatureFile::parse(&bytes, &entry.path, package.profile()));
    let file = match read {
        Ok((file, _)) => file,
        Err(error) => {
            value["error"] = failed(&error)["error"].take();
            return value;
        }
    };
    value["provider"] = json!(file.provider.name);
    value["method"] = json!(file.method);
    value["stated"] = json!(file.date_time);
    value["checkMethod"] = json!(file.check_method);
    value["protects"] = file.references.iter().map(|one| one.path.as_str()).collect();
    let place = |one: &yinxin::container::ofd::StampAnnot| json!({"page": one.page, "boundary": one.boundary, "clip": one.clip});
    value["stamps"] = file.stamps.iter().map(place).collect();
    value["value"] = match signed_value(package, entry.kind, &file) {
        Ok(described) => described,
        Err(error) => failed(&error),
    };
    value
}

/// The stamp or signed message, as the command shows those that stand alone.
fn signed_value(package: &Package<'_>, kind: SignatureKind, file: &SignatureFile) -> Result<Value> {
    let bytes = part(package, &file.signed_value, MAX_SIGNED_VALUE)?;
    match kind {
        SignatureKind::Seal => Ok(stamp::describe(&Stamp::parse(&bytes, package.profile())?)),
        SignatureKind::Sign => {
            Ok(cms::describe_signed(&SignedData::parse(&bytes, package.profile())?))
        }
    }
}

fn part(package: &Package<'_>, path: &PartPath, limit: usize) -> Result<Vec<u8>> {
    package.read(package.locate(path, &mut Vec::new())?, limit)
}

fn failed(error: &yinxin::Error) -> Value {
    json!({"error": error.to_string()})
}
