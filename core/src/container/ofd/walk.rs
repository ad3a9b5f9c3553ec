//! From a document to everything that it shows or carries.

use super::limits::MAX_LOCATIONS;
use super::scan::{PartKind, Scan, scan};
use super::{Document, Entry, Notes, Package, PartPath, Rect};
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use std::collections::{HashMap, HashSet};

/// What was met on the way through a document.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    /// What is missing, not well-formed or of another kind.
    pub(crate) faults: Vec<Error>,
    /// What was found otherwise than the standard says.
    pub(crate) notes: Notes,
    /// The boxes of pages that have one of their own.
    pub(crate) boxes: HashMap<PartPath, Rect>,
    /// How many parts were read.
    pub(crate) parts: usize,
}

/// A part that another part names.
struct Named {
    kind: PartKind,
    path: PartPath,
    /// Whether nothing can be shown without it.
    essential: bool,
}

impl Document {
    /// Reads every page, template, list of resources and annotation of the document from end to
    /// end, on one thread; gives what is wrong with them. That a fault is found does not end the
    /// reading.
    pub fn faults(&self, package: &Package<'_>) -> Vec<Error> {
        let mut read = |parts: &[(&Entry, PartKind)]| {
            let one = |(entry, kind): &(&Entry, PartKind)| match kind {
                PartKind::Data => Ok(Scan::default()),
                kind => scan(package.open_entry(entry), entry.path(), *kind),
            };
            parts.iter().map(one).collect()
        };
        walk(package, std::slice::from_ref(self), &mut read).faults
    }
}

/// Reads parts of their kinds, one result for each.
pub(crate) type ReadParts<'r, 'p> = dyn FnMut(&[(&'p Entry, PartKind)]) -> Vec<Result<Scan>> + 'r;

/// Goes through documents in waves: what `read` finds in the parts of one makes the next. `read`
/// gives one result for each part; data it need not look into.
pub(crate) fn walk<'p>(
    package: &'p Package<'_>,
    documents: &[Document],
    read: &mut ReadParts<'_, 'p>,
) -> Walked {
    let mut walked = Walked::default();
    let mut seen: HashSet<(PartPath, PartKind)> = HashSet::new();
    let mut wave: Vec<Named> = documents.iter().flat_map(of_document).collect();
    while !wave.is_empty() {
        let mut parts: Vec<(&'p Entry, PartKind)> = Vec::new();
        for named in wave {
            if !seen.insert((named.path.clone(), named.kind)) {
                continue;
            }
            if seen.len() > MAX_LOCATIONS {
                let message = format!("more than {MAX_LOCATIONS} locations");
                walked.faults.push(Error::new(Code::Count, "OFD document", message));
                return walked;
            }
            match package.locate(&named.path, &mut walked.notes) {
                Ok(entry) => parts.push((entry, named.kind)),
                Err(_) if !named.essential && package.profile() == Profile::AsFound => {
                    let detail = format!("{} is named and is not there", named.path);
                    walked.notes.push((NoteCode::DeviationMissingPart, detail));
                }
                Err(error) => walked.faults.push(error),
            }
        }
        let found = read(&parts);
        walked.parts += parts.len();
        wave = Vec::new();
        for ((entry, kind), found) in parts.into_iter().zip(found) {
            match found {
                Ok(found) => wave.extend(of_part(&mut walked, package, entry, kind, found)),
                Err(error) => walked.faults.push(error),
            }
        }
    }
    walked
}

fn of_document(document: &Document) -> Vec<Named> {
    let named_as = |kind, path: &PartPath| Named {
        kind,
        path: path.clone(),
        // Real documents name lists that are not there, and can be shown without.
        essential: kind == PartKind::Page,
    };
    let mut named: Vec<Named> = Vec::new();
    for page in document.pages.iter().chain(&document.templates) {
        named.push(named_as(PartKind::Page, &page.path));
    }
    for list in &document.resources {
        named.push(named_as(PartKind::Resources, list));
    }
    let lists = [
        (PartKind::Annotations, &document.annotations),
        (PartKind::Attachments, &document.attachments),
        (PartKind::CustomTags, &document.custom_tags),
        (PartKind::Extensions, &document.extensions),
    ];
    for (kind, path) in lists {
        named.extend(path.iter().map(|path| named_as(kind, path)));
    }
    named
}

fn of_part(
    walked: &mut Walked,
    package: &Package<'_>,
    entry: &Entry,
    kind: PartKind,
    found: Scan,
) -> Vec<Named> {
    if kind == PartKind::Data {
        return Vec::new();
    }
    if let Some(found) = found.physical_box {
        walked.boxes.insert(entry.path().clone(), found);
    }
    if !found.standard_namespace {
        let detail = format!("{}: the namespace is not that of the standard", entry.path());
        match package.profile() {
            Profile::AsFound => walked.notes.push((NoteCode::DeviationNamespace, detail)),
            Profile::Conforming => {
                let path = entry.path().as_str().to_owned();
                walked.faults.push(Error::new(Code::Structure, path, detail));
            }
        }
    }
    let named = found.named.into_iter();
    named.map(|(kind, path)| Named { essential: kind == PartKind::Page, kind, path }).collect()
}
