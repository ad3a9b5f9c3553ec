//! Document.xml: pages, and what they are made with.

use super::limits::{MAX_PAGES, MAX_TREE};
use super::scan::{PartKind, scan};
use super::xml::{Element, Tree};
use super::{Notes, Package, PartPath, Rect};
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};
use std::collections::HashSet;

/// What Document.xml says.
///
/// # Source
///
/// GB/T 33190-2016, the root of a document.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Document {
    /// Where it stands.
    pub path: PartPath,
    /// The highest number that an object of the document has, if it says a number.
    pub max_unit_id: Option<u64>,
    /// The box of pages that have none of their own.
    pub page_area: Option<Rect>,
    /// The pages, in their order.
    pub pages: Vec<PageRef>,
    /// The templates of pages.
    pub templates: Vec<PageRef>,
    /// The lists of resources.
    pub resources: Vec<PartPath>,
    /// The list of annotations.
    pub annotations: Option<PartPath>,
    /// The list of attachments.
    pub attachments: Option<PartPath>,
    /// The list of custom tags.
    pub custom_tags: Option<PartPath>,
    /// The list of extensions.
    pub extensions: Option<PartPath>,
}

/// A page or a template of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageRef {
    /// Its ID, by which stamps name it.
    pub id: String,
    /// Where its content stands.
    pub path: PartPath,
}

impl Document {
    /// Reads the Document.xml at this place; the case of names counts unless read as found.
    ///
    /// # Errors
    ///
    /// [`Code::Structure`] if it is not there, and as [`Document::parse`].
    pub fn read(package: &Package<'_>, path: &PartPath) -> Result<(Document, Notes)> {
        let mut notes = Notes::new();
        let entry = package.locate(path, &mut notes)?;
        let bytes = package.read(entry, MAX_TREE as usize)?;
        let (document, more) = Document::parse(&bytes, entry.path(), package.profile())?;
        notes.extend(more);
        Ok((document, notes))
    }

    /// Reads a Document.xml that stands at this place.
    ///
    /// # Errors
    ///
    /// As [`Ofd::parse`](super::Ofd::parse); `Structure` also for pages with the same ID.
    pub fn parse(bytes: &[u8], path: &PartPath, profile: Profile) -> Result<(Document, Notes)> {
        let mut tree = Tree::parse(bytes, path.as_str(), profile)?;
        let notes = tree.take_notes();
        let root = tree.root("Document")?;
        let common = root.need("CommonData")?;
        let area = common.one("PageArea")?.map(|area| area.text_of("PhysicalBox")).transpose()?;
        let location = |name| -> Result<Option<PartPath>> {
            root.text_of(name)?.map(|loc| path.resolve(loc)).transpose()
        };
        let mut resources = Vec::new();
        for list in common.children() {
            if matches!(list.name(), "PublicRes" | "DocumentRes") && !list.text()?.is_empty() {
                resources.push(path.resolve(list.text()?)?);
            }
        }
        let templates = pages(common.all("TemplatePage"), path)?;
        let document = Document {
            path: path.clone(),
            max_unit_id: common.text_of("MaxUnitID")?.and_then(|text| text.parse().ok()),
            page_area: area.flatten().map(Rect::parse).transpose()?,
            pages: pages(root.need("Pages")?.all("Page"), path)?,
            templates,
            resources,
            annotations: location("Annotations")?,
            attachments: location("Attachments")?,
            custom_tags: location("CustomTags")?,
            extensions: location("Extensions")?,
        };
        Ok((document, notes))
    }

    /// The page with this ID.
    pub fn page(&self, id: &str) -> Option<&PageRef> {
        self.pages.iter().find(|page| page.id == id)
    }

    /// The box of a page: its own, else that of the document.
    ///
    /// # Errors
    ///
    /// [`Code::Structure`] if neither says one or the page is not there, and what reading it gives.
    pub fn page_box(&self, package: &Package<'_>, page: &PageRef) -> Result<Rect> {
        let entry = package.locate(&page.path, &mut Notes::new())?;
        let found = scan(package.open_entry(entry), entry.path(), PartKind::Page)?;
        found.physical_box.or(self.page_area).ok_or_else(|| {
            let message = "neither the page nor the document says how large it is";
            Error::new(Code::Structure, page.path.as_str().to_owned(), message)
        })
    }
}

fn pages<'t>(elements: impl Iterator<Item = Element<'t>>, path: &PartPath) -> Result<Vec<PageRef>> {
    let (mut pages, mut seen) = (Vec::new(), HashSet::new());
    for element in elements {
        let id = element.required("ID")?;
        if pages.len() == MAX_PAGES {
            let message = format!("more than {MAX_PAGES} pages or templates");
            return Err(Error::new(Code::Count, path.as_str().to_owned(), message));
        }
        if !seen.insert(id) {
            return Err(element.error(format!("the ID {id:?} stands twice")));
        }
        let place = path.resolve(element.required("BaseLoc")?)?;
        pages.push(PageRef { id: id.to_owned(), path: place });
    }
    Ok(pages)
}
