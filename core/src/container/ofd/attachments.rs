//! The list of attachments.

use super::limits::{MAX_LOCATIONS, MAX_TREE};
use super::xml::Tree;
use super::{Document, Notes, Package, PartPath};
use crate::error::{Code, Error, Result};

/// A file that a document carries.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment {
    /// Its ID.
    pub id: String,
    /// Its name; no path.
    pub name: String,
    /// Its format, such as `xml`.
    pub format: Option<String>,
    /// Whether viewers show it.
    pub visible: bool,
    /// What it is for.
    pub usage: Option<String>,
    /// Where it stands.
    pub path: PartPath,
}

impl Document {
    /// The attachments that the document lists; none if it has no list.
    ///
    /// # Errors
    ///
    /// As [`Document::read`]. That an attachment is there is not looked at.
    pub fn attachments(&self, package: &Package<'_>) -> Result<(Vec<Attachment>, Notes)> {
        let (mut found, mut notes) = (Vec::new(), Notes::new());
        let Some(path) = &self.attachments else { return Ok((found, notes)) };
        let entry = package.locate(path, &mut notes)?;
        let bytes = package.read(entry, MAX_TREE as usize)?;
        let mut tree = Tree::parse(&bytes, entry.path().as_str(), package.profile())?;
        notes.extend(tree.take_notes());
        for element in tree.root("Attachments")?.all("Attachment") {
            if found.len() == MAX_LOCATIONS {
                let message = format!("more than {MAX_LOCATIONS} attachments");
                return Err(Error::new(Code::Count, path.as_str().to_owned(), message));
            }
            let place = entry.path().resolve(element.need("FileLoc")?.text()?)?;
            found.push(Attachment {
                id: element.attribute("ID").unwrap_or_default().to_owned(),
                name: element.attribute("Name").unwrap_or(place.file_name()).to_owned(),
                format: element.attribute("Format").map(str::to_owned),
                visible: !matches!(element.attribute("Visible"), Some("false" | "0")),
                usage: element.attribute("Usage").map(str::to_owned),
                path: place,
            });
        }
        Ok((found, notes))
    }
}
