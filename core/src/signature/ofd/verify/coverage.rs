//! Which parts no signature protects.

use super::{Found, first_of};
use crate::container::ofd::{IntegrityList, Ofd, PartPath};
use crate::report::{CheckCode, NoteCode, Report};
use std::collections::HashSet;

/// Checks that every part is protected, but for what continue mode leaves open.
pub(super) fn check(report: &mut Report, found: &Found<'_>, ofd: &Ofd) {
    if found.listed.is_empty() {
        return; // nothing is protected, and the missing signature says so
    }
    let package = found.package;
    let place = |path: &PartPath| package.find(path).map(|(entry, _)| entry.path().clone());
    let mut covered: HashSet<PartPath> = HashSet::new();
    // A signature protects its own description, and its value protects itself.
    let mut own: HashSet<PartPath> = HashSet::new();
    for one in &found.listed {
        own.extend(place(&one.entry.path));
        let Ok(file) = &one.file else { continue };
        own.extend(place(&file.signed_value));
        for reference in &file.references {
            let Some((entry, _)) = package.find(&reference.path) else { continue };
            let same = |digest: &[u8; 32]| reference.check_value == digest;
            if found.digests.get(entry).is_some_and(|digest| digest.as_ref().is_ok_and(same)) {
                covered.insert(entry.path().clone());
            }
        }
    }
    let lists: HashSet<PartPath> = found.listed.iter().map(|one| one.list.clone()).collect();
    let empty_lists = ofd.bodies.iter().filter_map(|body| place(body.signatures.as_ref()?));
    for list in &lists {
        if !covered.contains(list) {
            let detail = format!("{list} is protected by no signature: others may be added");
            report.note(NoteCode::DocumentOpen, detail);
        }
    }
    own.extend(empty_lists);
    own.extend(lists);
    // The list of parts has a signature of its own, which is checked by itself.
    if let Some(entry) = package.part(&IntegrityList::place()) {
        own.insert(entry.path().clone());
        own.extend(package.read(entry, 8 << 20).ok().and_then(|bytes| {
            let (list, _) = IntegrityList::parse(&bytes, package.profile()).ok()?;
            place(&list.signed_value)
        }));
    }
    let open: Vec<String> = package
        .parts()
        .filter(|entry| !covered.contains(entry.path()) && !own.contains(entry.path()))
        .map(|entry| entry.path().to_string())
        .collect();
    let detail = match open.len() {
        0 => format!("{} parts", package.parts().count()),
        count => format!("{count} parts are protected by no signature: {}", first_of(&open, ", ")),
    };
    report.check(CheckCode::DocumentCoverage, open.is_empty(), "", detail);
    for (index, one) in found.listed.iter().enumerate() {
        let later = found.listed.get(index + 1..).unwrap_or_default();
        if !later.is_empty() && place(&one.entry.path).is_some_and(|path| !covered.contains(&path))
        {
            let detail = format!("signature {} is protected by no later one", one.entry.id);
            report.note(NoteCode::DocumentOpen, detail);
        }
    }
}
