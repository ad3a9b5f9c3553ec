//! A part read from end to end in bounded memory: that it is well-formed, and what it names.

use super::limits::{MAX_ELEMENTS, MAX_LOCATIONS};
use super::xml::{Event, Events, Source};
use super::{PartPath, Rect};
use crate::error::{Code, Error, Result};
use std::io::Read;

/// The longest location that is read, in bytes.
const MAX_LOCATION: usize = 1024;

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum PartKind {
    /// A page or a template.
    Page,
    /// A list of resources.
    Resources,
    /// The list of annotations.
    Annotations,
    /// The annotations of one page.
    PageAnnotations,
    /// The list of attachments.
    Attachments,
    /// The list of custom tags.
    CustomTags,
    /// The list of extensions.
    Extensions,
    /// Bytes that are not looked into: pictures, fonts, attachments.
    Data,
}

/// What was found in a part.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// The parts it names: what they are, where they stand.
    pub(crate) named: Vec<(PartKind, PartPath)>,
    /// The box of a page.
    pub(crate) physical_box: Option<Rect>,
    /// Whether its root is in the namespace of the standard.
    pub(crate) standard_namespace: bool,
}

impl PartKind {
    fn root(self) -> &'static str {
        match self {
            PartKind::Page => "Page",
            PartKind::Resources => "Res",
            PartKind::Annotations => "Annotations",
            PartKind::PageAnnotations => "PageAnnot",
            PartKind::Attachments => "Attachments",
            PartKind::CustomTags => "CustomTags",
            PartKind::Extensions => "Extensions",
            PartKind::Data => "",
        }
    }

    /// What an element of this name names, if its text is a location.
    fn names(self, element: &str) -> Option<PartKind> {
        Some(match (self, element) {
            (PartKind::Page, "PageRes") => PartKind::Resources,
            (PartKind::Resources, "MediaFile" | "FontFile") => PartKind::Data,
            (PartKind::Annotations, "FileLoc") => PartKind::PageAnnotations,
            (PartKind::Attachments, "FileLoc") => PartKind::Data,
            (PartKind::CustomTags, "FileLoc" | "SchemaLoc") => PartKind::Data,
            (PartKind::Extensions, "ExtendData") => PartKind::Data,
            _ => return None,
        })
    }
}

/// Text that is being gathered: of what, and at which depth.
struct Gathered {
    kind: Option<PartKind>,
    depth: usize,
    text: String,
}

/// Reads a part of this kind that stands at `path`.
///
/// # Errors
///
/// `Structure`: another root. What the XML, the locations in it and the input give.
pub(crate) fn scan(input: impl Read, path: &PartPath, kind: PartKind) -> Result<Scan> {
    gather(Events::new(input, path.as_str(), MAX_ELEMENTS)?, path, kind)
}

/// The same for a part that is at hand.
pub(crate) fn scan_bytes(bytes: &[u8], path: &PartPath, kind: PartKind) -> Result<Scan> {
    match Events::of_bytes(bytes, path.as_str(), MAX_ELEMENTS)? {
        Some(events) => gather(events, path, kind),
        None => scan(bytes, path, kind),
    }
}

fn gather<S: Source>(mut events: Events<S>, path: &PartPath, kind: PartKind) -> Result<Scan> {
    let mut scan = Scan::default();
    let (mut depth, mut base) = (0, String::new());
    let mut gathered: Option<Gathered> = None;
    // The levels above a box that is the page's own: Page, Area.
    let mut area = 0;
    loop {
        match events.next()? {
            Event::Start(start) => {
                depth += 1;
                if depth == 1 {
                    if start.name != kind.root() {
                        let (found, due) = (start.name, kind.root());
                        let message = format!("the root is <{found}>, where <{due}> is due");
                        return Err(Error::new(Code::Structure, path.as_str().to_owned(), message));
                    }
                    if kind == PartKind::Resources {
                        base = start.attribute("BaseLoc").unwrap_or_default().trim().to_owned();
                    }
                    continue;
                }
                if !start.own {
                    continue;
                }
                if kind == PartKind::Page && depth == 2 && start.name == "Area" {
                    area = depth;
                }
                if kind == PartKind::Resources
                    && start.name == "ColorSpace"
                    && let Some(profile) = start.attribute("Profile")
                {
                    name(&mut scan, PartKind::Data, path, &base, &profile)?;
                }
                let named = kind.names(start.name);
                let own_box = area > 0 && depth == area + 1 && start.name == "PhysicalBox";
                if named.is_some() || own_box {
                    gathered = Some(Gathered { kind: named, depth, text: String::new() });
                }
            }
            Event::Text(text) => {
                if let Some(gathered) = gathered.as_mut().filter(|found| found.depth == depth) {
                    gathered.text.push_str(text);
                    if gathered.text.len() > MAX_LOCATION {
                        let message = format!("a location longer than {MAX_LOCATION} bytes");
                        return Err(Error::new(Code::Size, path.as_str().to_owned(), message));
                    }
                }
            }
            Event::End => {
                if let Some(found) = gathered.take_if(|found| found.depth == depth) {
                    let text = found.text.trim();
                    match found.kind {
                        Some(_) if text.is_empty() => {}
                        Some(kind) => name(&mut scan, kind, path, &base, text)?,
                        None => scan.physical_box = Some(Rect::parse(text)?),
                    }
                }
                if depth == area {
                    area = 0;
                }
                depth -= 1;
            }
            Event::Break => {}
            Event::Eof => break,
        }
    }
    scan.standard_namespace = events.namespace() == super::xml::Namespace::Standard;
    Ok(scan)
}

fn name(scan: &mut Scan, kind: PartKind, path: &PartPath, base: &str, loc: &str) -> Result<()> {
    if scan.named.len() == MAX_LOCATIONS {
        let message = format!("more than {MAX_LOCATIONS} locations");
        return Err(Error::new(Code::Count, path.as_str().to_owned(), message));
    }
    scan.named.push((kind, path.resolve_in(base, loc)?));
    Ok(())
}
