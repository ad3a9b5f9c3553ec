//! OFDEntries.xml: the list of every part of a package (GM/T 0099-2020).

use super::limits::MAX_ENTRIES;
use super::xml::Tree;
use super::{Notes, PartPath};
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};

/// What OFDEntries.xml says.
///
/// # Source
///
/// GM/T 0099-2020, known from secondary sources only.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IntegrityList {
    /// Where the signature over the list stands.
    pub signed_value: PartPath,
    /// The parts of the package.
    pub files: Vec<PartPath>,
}

impl IntegrityList {
    /// `/OFDEntries.xml`, where the list stands.
    pub fn place() -> PartPath {
        PartPath::root().sibling("OFDEntries.xml")
    }

    /// Reads the list.
    ///
    /// # Errors
    ///
    /// As [`Ofd::parse`](super::Ofd::parse).
    pub fn parse(bytes: &[u8], profile: Profile) -> Result<(IntegrityList, Notes)> {
        let path = IntegrityList::place();
        let mut tree = Tree::parse(bytes, path.as_str(), profile)?;
        let notes = tree.take_notes();
        let root = tree.root("DocEntries")?;
        let signed_value = path.resolve(root.need("SignedValueLoc")?.text()?)?;
        let mut files = Vec::new();
        for file in root.need("FileList")?.all("File") {
            if files.len() == MAX_ENTRIES {
                let message = format!("more than {MAX_ENTRIES} parts");
                return Err(Error::new(Code::Count, path.as_str().to_owned(), message));
            }
            files.push(path.resolve(file.required("FileLoc")?)?);
        }
        Ok((IntegrityList { signed_value, files }, notes))
    }
}
