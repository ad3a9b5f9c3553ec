//! OFD.xml: the bodies of a package.

use super::limits::{MAX_BODIES, MAX_TREE};
use super::xml::{Element, Tree};
use super::{Notes, Package, PartPath};
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};

/// What OFD.xml says.
///
/// # Source
///
/// GB/T 33190-2016, the main entry of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ofd {
    /// The version of the format: `1.0`, `1.1`, `1.2`.
    pub version: String,
    /// `OFD`.
    pub doc_type: String,
    /// The bodies, at least one.
    pub bodies: Vec<DocBody>,
}

/// One body: a document and the list of its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocBody {
    /// DocID.
    pub doc_id: Option<String>,
    /// The title, if it has one.
    pub title: Option<String>,
    /// The author, if it names one.
    pub author: Option<String>,
    /// The program that made it.
    pub creator: Option<String>,
    /// When it was made, as written.
    pub creation_date: Option<String>,
    /// Where its Document.xml stands.
    pub doc_root: PartPath,
    /// Where its list of signatures stands.
    pub signatures: Option<PartPath>,
    /// Its versions.
    pub versions: Vec<VersionRef>,
}

/// A version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionRef {
    /// Its name in the body.
    pub id: String,
    /// Whether it is the one to be shown.
    pub current: bool,
    /// Where the part stands that describes it.
    pub path: PartPath,
}

impl Ofd {
    /// Reads OFD.xml of a package.
    ///
    /// # Errors
    ///
    /// [`Code::Structure`] if there is none, and as [`Ofd::parse`].
    pub fn read(package: &Package<'_>) -> Result<(Ofd, Notes)> {
        let Some(entry) = package.part(&PartPath::root()) else {
            return Err(Error::new(Code::Structure, "OFD package", "it has no OFD.xml"));
        };
        Ofd::parse(&package.read(entry, MAX_TREE as usize)?, package.profile())
    }

    /// Reads OFD.xml.
    ///
    /// # Errors
    ///
    /// `Xml`, `Text`, `Form`: not the XML that is read. `Structure`, `Value`: not OFD.xml. `Size`,
    /// `Count`, `Depth`: a named limit is passed.
    pub fn parse(bytes: &[u8], profile: Profile) -> Result<(Ofd, Notes)> {
        let path = PartPath::root();
        let mut tree = Tree::parse(bytes, path.as_str(), profile)?;
        let notes = tree.take_notes();
        let root = tree.root("OFD")?;
        let bodies = root.all("DocBody").take(MAX_BODIES + 1).map(|body| read_body(&body, &path));
        let bodies = bodies.collect::<Result<Vec<_>>>()?;
        if bodies.is_empty() {
            return Err(root.error("there is no <DocBody>"));
        }
        if bodies.len() > MAX_BODIES {
            let message = format!("more than {MAX_BODIES} bodies");
            return Err(Error::new(Code::Count, path.as_str().to_owned(), message));
        }
        let version = root.attribute("Version").unwrap_or_default().to_owned();
        let doc_type = root.attribute("DocType").unwrap_or_default().to_owned();
        Ok((Ofd { version, doc_type, bodies }, notes))
    }
}

impl VersionRef {
    /// Where the Document.xml of this version stands.
    ///
    /// # Errors
    ///
    /// As [`Ofd::parse`], of the part that describes the version.
    pub fn root(&self, package: &Package<'_>) -> Result<PartPath> {
        let entry = package.locate(&self.path, &mut Notes::new())?;
        let bytes = package.read(entry, MAX_TREE as usize)?;
        let tree = Tree::parse(&bytes, entry.path().as_str(), package.profile())?;
        entry.path().resolve(tree.root("DocVersion")?.need("DocRoot")?.text()?)
    }
}

fn read_body(body: &Element<'_>, path: &PartPath) -> Result<DocBody> {
    let info = body.one("DocInfo")?;
    let said = |name| -> Result<Option<String>> {
        let Some(info) = info else { return Ok(None) };
        Ok(info.text_of(name)?.map(str::to_owned))
    };
    let doc_root = body.need("DocRoot")?.text()?;
    let signatures = body.text_of("Signatures")?;
    let mut versions = Vec::new();
    if let Some(list) = body.one("Versions")? {
        for version in list.all("Version") {
            if versions.len() == MAX_BODIES {
                return Err(version.error(format!("more than {MAX_BODIES} versions")));
            }
            versions.push(VersionRef {
                id: version.required("ID")?.to_owned(),
                current: matches!(version.attribute("Current"), Some("true" | "1")),
                path: path.resolve(version.required("BaseLoc")?)?,
            });
        }
    }
    Ok(DocBody {
        doc_id: said("DocID")?,
        title: said("Title")?,
        author: said("Author")?,
        creator: said("Creator")?,
        creation_date: said("CreationDate")?,
        doc_root: path.resolve(doc_root)?,
        signatures: signatures.map(|loc| path.resolve(loc)).transpose()?,
        versions,
    })
}
