//! One signature of a document.

use super::{Found, Listed, digests, first_of, pages, plain};
use crate::container::ofd::limits::{MAX_SIGNED_VALUE, MAX_TREE};
use crate::container::ofd::{Notes, PartPath, Reference, SignatureFile, SignatureKind};
use crate::crypto::public_key::PublicKey;
use crate::crypto::sm3::{self, Sm3};
use crate::error::Result;
use crate::report::{CheckCode, NoteCode, Outcome, Report};
use crate::seal::{self, Expected, Stamp};
use crate::signature::Verifier;
use crate::trust::Moment;

/// Checks a signature: its description, what it protects, its value, and where it shows.
pub(super) fn check(
    verifier: &Verifier,
    found: &Found<'_>,
    one: &Listed,
    moment: &Moment,
) -> Report {
    use CheckCode::{DocumentDigest, DocumentPages, DocumentReferences, DocumentStructure};
    let (kind, id, path) = (one.entry.kind.name(), &one.entry.id, &one.entry.path);
    let mandatory = [DocumentStructure, DocumentReferences, DocumentDigest, DocumentPages];
    let mut report = Report::new(format!("{kind} signature {id} at {path}"), &mandatory);
    for (code, detail) in &one.notes {
        report.note(*code, detail.clone());
    }
    let file = match &one.file {
        Ok(file) => file,
        Err(error) => {
            report.check(DocumentStructure, false, path.as_str(), error.to_string());
            return report;
        }
    };
    let provider = file.provider.name.as_deref().unwrap_or("an unnamed program");
    report.check(DocumentStructure, true, path.as_str(), format!("by {provider}"));
    let read = || -> Result<(Vec<u8>, Vec<u8>, Notes)> {
        let mut notes = Notes::new();
        let description = found.package.locate(path, &mut notes)?;
        notes.clear(); // it was found so before
        let description = found.package.read(description, MAX_TREE as usize)?;
        let value = found.package.locate(&file.signed_value, &mut notes)?;
        Ok((description, found.package.read(value, MAX_SIGNED_VALUE)?, notes))
    };
    let mut stamp = None;
    match read() {
        Ok((description, value, notes)) => {
            notes.into_iter().for_each(|(code, detail)| report.note(code, detail));
            if one.entry.kind == SignatureKind::Seal {
                stamp = seal(&mut report, verifier, one, &description, &value, moment);
            } else {
                plain::check(&mut report, verifier, &description, &value, moment);
            }
        }
        Err(error) => {
            report.check(CheckCode::SignatureStructure, false, "", error.to_string());
        }
    }
    references(&mut report, found, file, &one.list, stamp.as_ref());
    seal_file(&mut report, found, file, stamp.as_ref());
    pages::check(&mut report, found, one, file);
    if let Some(stamp) = &stamp {
        statements(&mut report, file, stamp);
    }
    report
}

/// The stamp, over the description as stored.
fn seal(
    report: &mut Report,
    verifier: &Verifier,
    one: &Listed,
    description: &[u8],
    value: &[u8],
    moment: &Moment,
) -> Option<Stamp> {
    let trust = verifier.trust();
    let stamp = match verifier.seals.parse_stamp(value, trust.policy().profile) {
        Ok(stamp) => stamp,
        Err(error) => {
            report.check(CheckCode::StampStructure, false, "", error.to_string());
            return None;
        }
    };
    let digest = sm3::digest(description);
    let property = Some(one.entry.path.as_str());
    let expected = Expected { data_hash: Some(&digest), property };
    report.absorb(seal::check_stamp(&stamp, &expected, trust, moment));
    if stamp.data_hash() != digest
        && let Some((code, detail)) = stamp.explain_digest(description)
    {
        report.note(code, detail);
    }
    Some(stamp)
}

/// How the references are hashed.
enum Method {
    Sm3,
    /// An identifier that one vendor uses for SM3 over Z and the part.
    Sm3WithZ,
    Weak(String),
    Unknown(String),
}

fn method(file: &SignatureFile) -> Method {
    let Some(name) = &file.check_method else {
        return Method::Weak("CheckMethod is absent, which means MD5".into());
    };
    match name.to_ascii_uppercase().as_str() {
        "SM3" | "1.2.156.10197.1.401" | "1.2.156.10197.1.401.1" => Method::Sm3,
        "1.2.156.10197.1.401.2" => Method::Sm3WithZ,
        "MD5" | "SHA1" | "SHA-1" | "1.2.840.113549.2.5" | "1.3.14.3.2.26" => {
            Method::Weak(format!("{name} is broken: parts with the same digest can be made"))
        }
        _ => Method::Unknown(format!("the method {name:?} is not offered")),
    }
}

/// The digests of the protected parts.
fn references(
    report: &mut Report,
    found: &Found<'_>,
    file: &SignatureFile,
    list: &PartPath,
    stamp: Option<&Stamp>,
) {
    let code = CheckCode::DocumentReferences;
    let method = method(file);
    let (mut faults, mut changed): (Vec<String>, Vec<&Reference>) = (Vec::new(), Vec::new());
    for reference in &file.references {
        match found.package.find(&reference.path).map(|(entry, _)| found.digests.get(entry)) {
            None => faults.push(format!("{} is not there", reference.path)),
            Some(Some(Ok(digest))) if reference.check_value == digest => {}
            Some(Some(Err(error))) => faults.push(format!("{}: {error}", reference.path)),
            Some(_) => {
                faults.push(format!("{} is changed", reference.path));
                changed.push(reference);
            }
        }
    }
    let locks = file.references.iter().any(|reference| reference.path == *list);
    let mode = if locks { "lock mode" } else { "continue mode" };
    let (outcome, detail) = match &method {
        Method::Sm3 if faults.is_empty() => {
            (Outcome::Passed, format!("{} parts, {mode}", file.references.len()))
        }
        Method::Sm3 => (Outcome::Failed, first_of(&faults, "; ")),
        Method::Sm3WithZ => {
            let detail = "the method 1.2.156.10197.1.401.2 is not that of a plain digest";
            (Outcome::Failed, format!("{detail}; {}", first_of(&faults, "; ")))
        }
        Method::Weak(why) => (Outcome::Failed, why.clone()),
        Method::Unknown(why) => (Outcome::NotDetermined, why.clone()),
    };
    report.check(code, outcome, "", detail);
    if let (Method::Sm3WithZ, Some(stamp)) = (&method, stamp) {
        explain(report, found, &changed, stamp);
    }
    for reference in &file.references {
        if let Some((entry, false)) = found.package.find(&reference.path) {
            let detail = format!("{} is meant for {}", reference.path, entry.path());
            report.note(NoteCode::DeviationPath, detail);
        }
    }
}

/// Which parts would agree if Z of the signer were hashed before them; that proves nothing.
fn explain(report: &mut Report, found: &Found<'_>, changed: &[&Reference], stamp: &Stamp) {
    let Ok(PublicKey::Sm2(key)) = stamp.signer_key() else { return };
    let z = key.z(&Default::default());
    let agrees = |reference: &&&Reference| {
        let Some((entry, _)) = found.package.find(&reference.path) else { return false };
        let mut hash = Sm3::new();
        hash.update(&z);
        digests::digest(found.package, entry, hash)
            .is_ok_and(|digest| reference.check_value == digest)
    };
    let agree: Vec<String> =
        changed.iter().filter(agrees).map(|reference| reference.path.to_string()).collect();
    if !agree.is_empty() {
        let detail = format!("would agree as SM3(Z || part): {}", first_of(&agree, ", "));
        report.note(NoteCode::DeviationDigest, detail);
    }
}

/// The seal as a file of its own is the one in the stamp.
fn seal_file(report: &mut Report, found: &Found<'_>, file: &SignatureFile, stamp: Option<&Stamp>) {
    let code = CheckCode::DocumentSealFile;
    let Some(path) = &file.seal else { return };
    let Some(stamp) = stamp else {
        let detail = "there is no stamp to compare it with";
        report.check(code, Outcome::NotDetermined, path.as_str(), detail);
        return;
    };
    let mut notes = Notes::new();
    let entry = found.package.locate(path, &mut notes);
    let read = entry.and_then(|entry| found.package.read(entry, MAX_SIGNED_VALUE));
    notes.into_iter().for_each(|(code, detail)| report.note(code, detail));
    match read {
        Ok(bytes) => {
            let same = bytes == stamp.seal().as_bytes();
            let detail = if same { "" } else { "it is another seal than the one in the stamp" };
            report.check(code, same, path.as_str(), detail);
        }
        Err(error) => report.check(code, false, path.as_str(), error.to_string()),
    }
}

/// What the description states beside the stamp; nothing goes by it.
fn statements(report: &mut Report, file: &SignatureFile, stamp: &Stamp) {
    let algorithm = stamp.algorithm().to_string();
    if let Some(method) = file.method.as_ref().filter(|method| **method != algorithm) {
        let detail = format!("SignatureMethod is {method}, and the stamp is signed by {algorithm}");
        report.note(NoteCode::DeviationAlgorithm, detail);
    }
    let Some(stated) = &file.date_time else { return };
    let digits: String = stated.chars().filter(char::is_ascii_digit).take(14).collect();
    let local = stamp.time().plus_seconds(8 * 3600);
    let local = local.map(|time| time.to_generalized()).unwrap_or_default();
    if stated.ends_with('Z') && digits.len() == 14 && local.starts_with(&digits) {
        let detail = format!("SignatureDateTime {stated} is the local time of China marked as UTC");
        report.note(NoteCode::DeviationTime, detail);
    }
}
