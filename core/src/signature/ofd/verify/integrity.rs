//! The signed list of parts (GM/T 0099-2020), where there is one.

use super::super::super::Verifier;
use super::{first_of, plain};
use crate::container::ofd::limits::{MAX_SIGNED_VALUE, MAX_TREE};
use crate::container::ofd::{IntegrityList, Notes, Package, PartPath};
use crate::error::Result;
use crate::report::{CheckCode, Report};
use crate::trust::Moment;
use std::collections::HashSet;

/// Checks the list and its signature; nothing if there is none.
pub(super) fn check(
    report: &mut Report,
    verifier: &Verifier,
    package: &Package<'_>,
    moment: &Moment,
) {
    let place = IntegrityList::place();
    let Some(entry) = package.part(&place) else { return };
    let code = CheckCode::DocumentIntegrity;
    let mut notes = Notes::new();
    let mut read = || -> Result<(Vec<u8>, IntegrityList, PartPath, Vec<u8>)> {
        let bytes = package.read(entry, MAX_TREE as usize)?;
        let (list, more) = IntegrityList::parse(&bytes, package.profile())?;
        notes.extend(more);
        let value = package.locate(&list.signed_value, &mut notes)?;
        let path = value.path().clone();
        Ok((bytes, list, path, package.read(value, MAX_SIGNED_VALUE)?))
    };
    let found = read();
    notes.into_iter().for_each(|(code, detail)| report.note(code, detail));
    let (bytes, list, value_path, value) = match found {
        Ok(found) => found,
        Err(error) => {
            report.check(code, false, place.as_str(), error.to_string());
            return;
        }
    };
    let listed: HashSet<&PartPath> = list.files.iter().collect();
    let mut faults: Vec<String> = Vec::new();
    for part in package.parts() {
        let path = part.path();
        if !listed.contains(path) && *path != place && *path != value_path {
            faults.push(format!("{path} is not in the list"));
        }
    }
    for path in &list.files {
        if package.part(path).is_none() {
            faults.push(format!("{path} is in the list and not there"));
        }
    }
    let detail = match faults.len() {
        0 => format!("{} parts", list.files.len()),
        _ => first_of(&faults, "; "),
    };
    report.check(code, faults.is_empty(), place.as_str(), detail);
    let mut inner = Report::new(
        format!("signature over {place}"),
        &[CheckCode::SignatureStructure, CheckCode::DocumentDigest],
    );
    plain::check(&mut inner, verifier, &bytes, &value, moment);
    report.add_report(inner);
}
