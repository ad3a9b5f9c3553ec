//! Verify an OFD document: every signature of every body, and that they protect all of it.

mod coverage;
mod digests;
mod integrity;
mod one;
mod pages;
mod plain;

use super::super::Verifier;
use crate::container::ofd::limits::{MAX_REFERENCES, MAX_SIGNATURES, MAX_TREE};
use crate::container::ofd::walk::Walked;
use crate::container::ofd::{
    Document, Notes, Ofd, Package, PartPath, ReadAt, SignatureFile, SignatureList, SignatureRef,
};
use crate::crypto::parallel;
use crate::error::{Code, Error, Result};
use crate::report::{CheckCode, Outcome, Report};
use crate::trust::Moment;
use digests::Digests;

/// The parts that say that a package is encrypted.
const ENCRYPTED: [&str; 3] = ["Encryptions.xml", "decryptseed.dat", "entriesmap.dat"];
/// How many names a check gives.
const NAMES: usize = 20;

/// A signature that a list names.
struct Listed {
    body: usize,
    /// The list that names it, as it stands in the package.
    list: PartPath,
    entry: SignatureRef,
    /// What its Signature.xml says.
    file: Result<SignatureFile>,
    notes: Notes,
}

/// What was read of a document before its signatures are judged.
struct Found<'p> {
    package: &'p Package<'p>,
    documents: Vec<Result<Document>>,
    listed: Vec<Listed>,
    digests: Digests,
    walked: Walked,
}

impl Verifier {
    /// Verifies an OFD document: one report for the document, in it one for each signature, in the
    /// order of their lists. `threads` is the most that may be used.
    ///
    /// Every part that a signature protects is read in pieces, so that memory depends on the number
    /// of parts and threads and not on their size. Without any signature the verdict is not
    /// determined.
    ///
    /// # Errors
    ///
    /// What [`Package::open`] and [`Ofd::read`] say: the bytes are no OFD document. [`Code::Form`]
    /// for one that is encrypted.
    pub fn verify_ofd(
        &self,
        source: &dyn ReadAt,
        moment: &Moment,
        threads: usize,
    ) -> Result<Report> {
        let package = Package::open(source, self.trust().policy().profile)?;
        for name in ENCRYPTED {
            if package.part(&PartPath::root().sibling(name)).is_some() {
                let message = format!("the document is encrypted (GM/T 0099): it has {name}");
                return Err(Error::new(Code::Form, "OFD document", message));
            }
        }
        let (ofd, notes) = Ofd::read(&package)?;
        let id = ofd.bodies.first().and_then(|body| body.doc_id.as_deref()).unwrap_or("without ID");
        let mandatory = [
            CheckCode::DocumentSignatures,
            CheckCode::DocumentCoverage,
            CheckCode::DocumentReadable,
        ];
        let mut report = Report::new(format!("OFD document {id}"), &mandatory);
        for (code, detail) in package.notes().iter().chain(&notes) {
            report.note(*code, detail.clone());
        }
        let listed = signatures(&mut report, &package, &ofd);
        let documents = documents(&mut report, &package, &ofd);
        let mut digests = Digests::of(&package, &listed);
        let readable: Vec<Document> = documents.iter().flatten().cloned().collect();
        let walked = digests.walk(&package, &readable, threads);
        digests.rest(&package, threads);
        let found = Found { package: &package, documents, listed, digests, walked };
        check_readable(&mut report, &found);
        coverage::check(&mut report, &found, &ofd);
        integrity::check(&mut report, self, &package, moment);
        let inner =
            parallel::map(&found.listed, threads, |one| one::check(self, &found, one, moment));
        for inner in inner {
            report.add_report(inner);
        }
        Ok(report)
    }
}

/// The signatures of all bodies, in their order.
fn signatures(report: &mut Report, package: &Package<'_>, ofd: &Ofd) -> Vec<Listed> {
    let code = CheckCode::DocumentSignatures;
    let mut listed: Vec<Listed> = Vec::new();
    let (mut lists, mut references) = (0, 0);
    for (body, content) in ofd.bodies.iter().enumerate() {
        let Some(path) = &content.signatures else { continue };
        lists += 1;
        let (place, list) = match read_list(report, package, path) {
            Ok(found) => found,
            Err(error) => {
                report.check(code, false, path.as_str(), error.to_string());
                continue;
            }
        };
        if list.signatures.is_empty() {
            report.check(code, false, path.as_str(), "the list of signatures is empty");
        }
        for entry in list.signatures {
            let mut notes = Notes::new();
            let mut file = read_signature(package, &entry.path, &mut notes);
            references += file.as_ref().map_or(0, |file| file.references.len());
            if listed.len() == MAX_SIGNATURES || references > 2 * MAX_REFERENCES {
                let message = "more signatures or references than are looked at in one document";
                report.check(code, false, path.as_str(), message);
                return listed;
            }
            if let Some(base) = &entry.relative
                && !listed.iter().any(|one| one.body == body && one.entry.id == *base)
            {
                let message = format!("it rests on a signature {base:?} that is not before it");
                file = file.and(Err(Error::new(Code::Structure, "Signatures.xml", message)));
            }
            listed.push(Listed { body, list: place.clone(), entry, file, notes });
        }
    }
    match (listed.len(), lists) {
        (0, 0) => report.check(code, Outcome::NotDetermined, "", "the document is not signed"),
        (0, _) => {}
        (count, _) => report.check(code, true, "", format!("{count} signatures")),
    }
    listed
}

fn read_list(
    report: &mut Report,
    package: &Package<'_>,
    path: &PartPath,
) -> Result<(PartPath, SignatureList)> {
    let mut notes = Notes::new();
    let entry = package.locate(path, &mut notes)?;
    let bytes = package.read(entry, MAX_TREE as usize)?;
    let (list, more) = SignatureList::parse(&bytes, entry.path(), package.profile())?;
    for (code, detail) in notes.into_iter().chain(more) {
        report.note(code, detail);
    }
    Ok((entry.path().clone(), list))
}

fn read_signature(
    package: &Package<'_>,
    path: &PartPath,
    notes: &mut Notes,
) -> Result<SignatureFile> {
    let entry = package.locate(path, notes)?;
    let bytes = package.read(entry, MAX_TREE as usize)?;
    let (file, more) = SignatureFile::parse(&bytes, entry.path(), package.profile())?;
    notes.extend(more);
    Ok(file)
}

/// The document of each body, then those of older versions.
fn documents(report: &mut Report, package: &Package<'_>, ofd: &Ofd) -> Vec<Result<Document>> {
    let roots = ofd.bodies.iter().map(|body| body.doc_root.clone());
    let mut documents = Vec::new();
    let mut read = |root: Result<PartPath>| {
        let found = root.and_then(|root| Document::read(package, &root));
        documents.push(found.map(|(document, notes)| {
            notes.into_iter().for_each(|(code, detail)| report.note(code, detail));
            document
        }));
    };
    roots.for_each(|root| read(Ok(root)));
    for version in ofd.bodies.iter().flat_map(|body| &body.versions) {
        read(version.root(package));
    }
    documents
}

fn check_readable(report: &mut Report, found: &Found<'_>) {
    for (code, detail) in &found.walked.notes {
        report.note(*code, detail.clone());
    }
    let broken = found.documents.iter().filter_map(|document| document.as_ref().err());
    let faults: Vec<String> = broken.chain(&found.walked.faults).map(ToString::to_string).collect();
    let detail = match faults.len() {
        0 => format!("{} parts", found.walked.parts),
        _ => first_of(&faults, "; "),
    };
    report.check(CheckCode::DocumentReadable, faults.is_empty(), "", detail);
}

/// The first few of these, and how many more there are.
fn first_of(names: &[String], between: &str) -> String {
    let shown = names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(between);
    match names.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown}{between}and {more} more"),
    }
}
