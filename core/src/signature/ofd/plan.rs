//! Everything of a signature but its value: which files change, and what is signed.

use super::digests;
use super::lists::Lists;
use super::request::OfdRequest;
use crate::container::ofd::limits::{MAX_REFERENCES, MAX_TREE};
use crate::container::ofd::{
    Document, Length, ListEntry, Package, PageRef, PageSize, PartPath, Rewrite,
    SignatureDescription, StampAnnotation, new_signature_list, with_signature, with_signature_list,
};
use crate::crypto::sm3::{self, Sm3};
use crate::error::{Code, Error, Result};
use crate::time::Time;
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;

/// How the digests of the parts are named: SM3.
const CHECK_METHOD: &str = "1.2.156.10197.1.401";
/// How the signatures are named: SM2 with SM3.
const METHOD: &str = "1.2.156.10197.1.501";

/// A signature before its value is there.
#[derive(Debug)]
pub(super) struct Plan<'p> {
    pub(super) rewrite: Rewrite<'p>,
    /// The identifier in the list of signatures.
    pub(super) id: String,
    /// The path of Signature.xml.
    pub(super) description: PartPath,
    /// The path of the value.
    pub(super) value: PartPath,
    /// SM3 over Signature.xml: what the value is about.
    pub(super) digest: [u8; 32],
    /// SM3 over the names and digests of all parts as they were found.
    pub(super) found: [u8; 32],
}

impl<'p> Plan<'p> {
    /// Plans a signature; the parts are hashed on up to `threads` threads.
    ///
    /// The order is the one that a signature over the list of signatures needs: OFD.xml, the list, the
    /// seal, the digests, the description.
    pub(super) fn new(
        package: &'p Package<'p>,
        request: &OfdRequest<'_>,
        threads: usize,
    ) -> Result<Plan<'p>> {
        let lists = Lists::read(package, request.document)?;
        lists.require_open()?;
        let (document, _) = Document::read(package, lists.doc_root())?;
        let size_of = |index: usize| page_size(package, &document, index);
        let pictures = request.pictures(document.pages.len(), &size_of)?;
        let found = digests::all(package, threads)?;

        let mut ids = lists.ids();
        let id = ids.next();
        let stamps: Result<Vec<StampAnnotation>> = pictures
            .iter()
            .map(|picture| {
                let (boundary, clip) = (picture.boundary, picture.clip);
                let page = page_of(&document, picture.page)?.id.clone();
                Ok(StampAnnotation { id: ids.next(), page, boundary, clip })
            })
            .collect();
        let stamps = stamps?;

        let folder = lists.new_folder(package)?;
        let description = folder.part("Signature.xml")?;
        let value = folder.part("SignedValue.dat")?;
        let seal = folder.part("Seal.esl")?;
        let kind = if request.seal.is_some() { "Seal" } else { "Sign" };
        let entry = ListEntry { id: &id, kind, location: description.as_str() };
        let max_id = ids.last();
        let mut rewrite = Rewrite::new(package, request.second());
        match lists.current() {
            Some(current) => {
                let list = with_signature(current, &max_id, &entry)?;
                rewrite.put(lists.path().clone(), list);
            }
            None => {
                let (root, path) = (lists.root(), lists.path());
                let ofd = with_signature_list(root, request.document, path.as_str())?;
                rewrite.put(PartPath::root(), ofd);
                rewrite.put(path.clone(), new_signature_list(&max_id, &entry)?);
            }
        }
        if let Some(stamp) = request.seal {
            rewrite.put(seal.clone(), stamp.as_bytes().to_vec());
        }

        let left_open = |path: &PartPath| !request.lock && lists.is_list(path);
        let mut references = Vec::new();
        for (path, digest) in &found {
            if left_open(path) {
                continue;
            }
            let digest = rewrite.get(path).map_or(*digest, sm3::digest);
            references.push((path.to_string(), STANDARD.encode(digest)));
        }
        for (path, bytes) in rewrite.parts() {
            if package.part(path).is_none() && !left_open(path) {
                references.push((path.to_string(), STANDARD.encode(sm3::digest(bytes))));
            }
        }
        let xml = SignatureDescription {
            provider: ("yinxin", env!("CARGO_PKG_VERSION")),
            method: METHOD,
            date_time: &date_time(request.second()),
            check_method: CHECK_METHOD,
            references: &references,
            stamps: &stamps,
            seal: request.seal.map(|_| seal.as_str()),
            signed_value: value.as_str(),
        }
        .to_xml()?;
        // What could not be verified is not written.
        if xml.len() as u64 > MAX_TREE || references.len() > MAX_REFERENCES {
            let message = "more parts to protect than a description may list";
            return Err(Error::new(Code::Count, "Signature.xml", message));
        }
        let digest = sm3::digest(&xml);
        rewrite.put(description.clone(), xml);
        Ok(Plan { rewrite, id, description, value, digest, found: fingerprint(&found) })
    }
}

/// One digest over the names and digests of all parts, whatever their order.
pub(super) fn fingerprint(parts: &[(PartPath, [u8; 32])]) -> [u8; 32] {
    let mut sorted: Vec<_> = parts.iter().collect();
    sorted.sort();
    let mut digest = Sm3::new();
    digest.update(b"yinxin:ofd:parts");
    for (path, part) in sorted {
        let path = path.as_str().as_bytes();
        digest.update(&(path.len() as u64).to_be_bytes());
        digest.update(path);
        digest.update(part);
    }
    digest.finalize()
}

fn page_of(document: &Document, index: usize) -> Result<&PageRef> {
    let missing = || Error::new(Code::Argument, "placements", format!("no page {}", index + 1));
    document.pages.get(index).ok_or_else(missing)
}

/// The size of the paper.
fn page_size(package: &Package<'_>, document: &Document, index: usize) -> Result<PageSize> {
    let paper = document.page_box(package, page_of(document, index)?)?;
    // The reader has seen that the numbers are finite and small.
    let length = |millimetres: f64| Length::from_micrometres((millimetres * 1000.0).round() as i64);
    Ok(PageSize { width: length(paper.width)?, height: length(paper.height)? })
}

/// The stated time as Signature.xml has it: the digits of the stamp's own field.
fn date_time(time: Time) -> String {
    let at = time.civil();
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        at.year, at.month, at.day, at.hour, at.minute, at.second
    )
}
