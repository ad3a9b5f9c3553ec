//! The signatures that a package has: what they forbid, and which names are free.

use crate::container::ofd::limits::{MAX_ENTRIES, MAX_SIGNATURES, MAX_TREE};
use crate::container::ofd::{Ofd, Package, PartPath, SignatureFile, SignatureList};
use crate::error::{Code, Error, Result};

/// The list of parts of GM/T 0099, which fixes which parts there are.
const INTEGRITY: &str = "/OFDEntries.xml";

/// What a package says about its signatures.
pub(super) struct Lists<'p> {
    package: &'p Package<'p>,
    root: Vec<u8>,
    doc_root: PartPath,
    /// The path of the document's list, there or to be made, and its bytes.
    path: PartPath,
    current: Option<Vec<u8>>,
    /// The lists of all documents.
    lists: Vec<PartPath>,
    /// The identifier of every signature of the document and of their pictures.
    used: Vec<String>,
    max_id: Option<String>,
    /// Each signature of the package with the parts that it protects.
    protected: Vec<(PartPath, Vec<PartPath>)>,
}

impl<'p> Lists<'p> {
    /// Reads the lists of all documents of the package; `document` is the one to be signed.
    pub(super) fn read(package: &'p Package<'p>, document: usize) -> Result<Lists<'p>> {
        let root = part(package, &PartPath::root())?;
        let (ofd, _) = Ofd::parse(&root, package.profile())?;
        let body = ofd.bodies.get(document).ok_or_else(|| {
            let message = format!("document {document} of a package of {}", ofd.bodies.len());
            Error::new(Code::Argument, "document", message)
        })?;
        let doc_root = body.doc_root.clone();
        let path = match &body.signatures {
            Some(path) => found(package, path)?,
            None => PartPath::parse(&format!("{}Signs/Signatures.xml", doc_root.folder()))?,
        };
        let mut lists = Lists {
            package,
            root,
            doc_root,
            path,
            current: None,
            lists: Vec::new(),
            used: Vec::new(),
            max_id: None,
            protected: Vec::new(),
        };
        for (index, body) in ofd.bodies.iter().enumerate() {
            if let Some(path) = &body.signatures {
                lists.add(&found(package, path)?, index == document)?;
            }
        }
        if lists.current.is_none() {
            lists.require_free()?;
            lists.lists.push(lists.path.clone());
        }
        Ok(lists)
    }

    fn add(&mut self, path: &PartPath, is_own: bool) -> Result<()> {
        let bytes = part(self.package, path)?;
        let (list, _) = SignatureList::parse(&bytes, path, self.package.profile())?;
        for signature in &list.signatures {
            let at = found(self.package, &signature.path)?;
            let description = part(self.package, &at)?;
            let (file, _) = SignatureFile::parse(&description, &at, self.package.profile())?;
            if is_own {
                self.used.push(signature.id.clone());
                self.used.extend(file.stamps.into_iter().map(|stamp| stamp.id));
            }
            let references = file.references.into_iter();
            let references = references.map(|reference| {
                self.package
                    .find(&reference.path)
                    .map_or(reference.path, |(entry, _)| entry.path().clone())
            });
            self.protected.push((at, references.collect()));
        }
        if is_own {
            self.max_id = list.max_id;
            self.current = Some(bytes);
        }
        self.lists.push(path.clone());
        Ok(())
    }

    /// Refuses a package whose list of parts or whose signatures forbid what has to change.
    pub(super) fn require_open(&self) -> Result<()> {
        let changed = match self.current {
            Some(_) => self.path.clone(),
            None => PartPath::root(),
        };
        for (signature, parts) in &self.protected {
            if parts.contains(&changed) {
                let message = format!("the signature {signature} protects {changed}");
                return Err(Error::new(Code::Locked, "OFD", message));
            }
        }
        // A signature brings up to four parts.
        if self.protected.len() >= MAX_SIGNATURES || self.package.entries().len() + 4 > MAX_ENTRIES
        {
            let message = "the package has as many signatures or parts as one may have";
            return Err(Error::new(Code::Count, "OFD", message));
        }
        let integrity = PartPath::parse(INTEGRITY)?;
        if self.package.find(&integrity).is_some() {
            let message = format!("{INTEGRITY} lists every part, so that none can be added");
            return Err(Error::new(Code::Locked, "OFD", message));
        }
        Ok(())
    }

    /// Refuses to make a list where files lie that no document names.
    fn require_free(&self) -> Result<()> {
        let folder = self.path.folder().to_ascii_lowercase();
        let stray = |path: &PartPath| path.as_str().to_ascii_lowercase().starts_with(&folder);
        match self.package.parts().find(|entry| stray(entry.path())) {
            None => Ok(()),
            Some(entry) => {
                let message = format!(
                    "no list of signatures is named, but {} lies where it belongs",
                    entry.path()
                );
                Err(Error::new(Code::Structure, "OFD.xml", message))
            }
        }
    }

    /// OFD.xml.
    pub(super) fn root(&self) -> &[u8] {
        &self.root
    }

    /// The path of Document.xml.
    pub(super) fn doc_root(&self) -> &PartPath {
        &self.doc_root
    }

    /// The path of the document's list of signatures.
    pub(super) fn path(&self) -> &PartPath {
        &self.path
    }

    /// The list, if the document has one.
    pub(super) fn current(&self) -> Option<&[u8]> {
        self.current.as_deref()
    }

    /// Whether this is a list of signatures of some document, there or to be made.
    pub(super) fn is_list(&self, path: &PartPath) -> bool {
        self.lists.contains(path)
    }

    /// The identifiers that are free.
    pub(super) fn ids(&self) -> Ids {
        Ids::after(self.max_id.as_deref(), &self.used)
    }

    /// The folder beside the list for one more signature.
    pub(super) fn new_folder(&self, package: &Package<'_>) -> Result<Folder> {
        let beside = self.path.folder();
        let lower = beside.to_ascii_lowercase();
        let number = |path: &PartPath| {
            let path = path.as_str().to_ascii_lowercase();
            let name = path.strip_prefix(&lower)?.split('/').next()?.strip_prefix("sign_")?;
            name.parse::<u32>().ok()
        };
        let last = package.entries().iter().filter_map(|entry| number(entry.path())).max();
        let next = last.map_or(Some(0), |last| last.checked_add(1));
        let next = next.ok_or_else(|| {
            Error::new(Code::Count, "Signatures.xml", "no number is free for one more folder")
        })?;
        Ok(Folder(format!("{beside}Sign_{next}/")))
    }
}

/// A new folder of a signature.
pub(super) struct Folder(String);

impl Folder {
    /// The path of a file in it.
    pub(super) fn part(&self, name: &str) -> Result<PartPath> {
        PartPath::parse(&format!("{}{name}", self.0))
    }
}

/// Gives identifiers that are not used: letters as the document has them, then a number.
pub(super) struct Ids {
    letters: String,
    last: u64,
    digits: usize,
}

impl Ids {
    /// Those after the greatest number that is used.
    fn after(max_id: Option<&str>, used: &[String]) -> Ids {
        let number = |id: &str| {
            let letters = id.trim_end_matches(|c: char| c.is_ascii_digit());
            let digits = id.get(letters.len()..).unwrap_or_default();
            (letters.to_owned(), digits.len(), digits.parse::<u64>().unwrap_or(0))
        };
        // "sNNN" is what the standard recommends; a document that counts otherwise goes on so.
        let (letters, digits) = match max_id.map(number) {
            Some((letters, digits, _)) if digits > 0 && !letters.is_empty() => (letters, digits),
            Some((letters, digits, _)) if digits > 0 => (letters, 1),
            _ => ("s".to_owned(), 3),
        };
        let all = max_id.into_iter().chain(used.iter().map(String::as_str));
        let last = all.map(|id| number(id).2).filter(|last| *last < u64::MAX / 2).max();
        Ids { letters, digits, last: last.unwrap_or(0) }
    }

    /// One more.
    pub(super) fn next(&mut self) -> String {
        self.last += 1;
        self.last()
    }

    /// The last one given.
    pub(super) fn last(&self) -> String {
        format!("{}{:0width$}", self.letters, self.last, width = self.digits)
    }
}

/// The part that a location names, as the package spells its path.
fn found(package: &Package<'_>, path: &PartPath) -> Result<PartPath> {
    match package.find(path) {
        Some((entry, _)) => Ok(entry.path().clone()),
        None => Err(Error::new(Code::Structure, path.to_string(), "the package lacks this part")),
    }
}

fn part(package: &Package<'_>, path: &PartPath) -> Result<Vec<u8>> {
    match package.find(path) {
        Some((entry, _)) => package.read(entry, MAX_TREE as usize),
        None => Err(Error::new(Code::Structure, path.to_string(), "the package lacks this part")),
    }
}
