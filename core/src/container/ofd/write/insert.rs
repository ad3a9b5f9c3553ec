//! Adding to OFD.xml and Signatures.xml without writing them anew: every byte that was there stays.

use super::super::xml::{Element, Tree};
use super::signature_xml::{ListEntry, escaped, tag};
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};
use std::ops::Range;

/// OFD.xml with the path of a list of signatures in its document of this number, from 0.
///
/// # Errors
///
/// [`Code::Structure`] if there is no such document, or it names a list of signatures already;
/// [`Code::Form`] if it is not stored as UTF-8; the errors of reading it.
pub fn with_signature_list(ofd_xml: &[u8], document: usize, path: &str) -> Result<Vec<u8>> {
    let tree = Tree::parse(ofd_xml, "OFD.xml", Profile::AsFound)?;
    let body = tree
        .root("OFD")?
        .all("DocBody")
        .nth(document)
        .ok_or_else(|| Error::new(Code::Structure, "OFD.xml", "it has no such document"))?;
    if let Some(list) = body.all("Signatures").next() {
        return Err(list.error("the document names a list of signatures already"));
    }
    let prefix = prefix(&body);
    let start = tag(&prefix, "Signatures", &[])?;
    let element = format!("{start}>{}</{prefix}Signatures>", escaped(path)?);
    let end = end_of(&body)?;
    Ok(replaced(ofd_xml, &[(end..end, element)]))
}

/// Signatures.xml with one more signature and a new MaxSignId.
///
/// # Errors
///
/// [`Code::Structure`] if it is no list of signatures; [`Code::Form`] if it is not stored as UTF-8; the
/// errors of reading it.
pub fn with_signature(list: &[u8], max_id: &str, entry: &ListEntry<'_>) -> Result<Vec<u8>> {
    let tree = Tree::parse(list, "Signatures.xml", Profile::AsFound)?;
    let root = tree.root("Signatures")?;
    let end = end_of(&root)?;
    let prefix = prefix(&root);
    let start = tag(&prefix, "MaxSignId", &[])?;
    let max = format!("{start}>{}</{prefix}MaxSignId>", escaped(max_id)?);
    let max_at = match (root.one("MaxSignId")?, root.children().next()) {
        (Some(old), _) => span_of(&old)?,
        (None, Some(first)) => {
            let first = span_of(&first)?.start;
            first..first
        }
        (None, None) => end..end,
    };
    let new = format!("{}/>", tag(&prefix, "Signature", &entry.attributes())?);
    let at = match root.all("Signature").last() {
        Some(last) => span_of(&last)?.end,
        None => end,
    };
    let mut edits = [(max_at, max), (at..at, new)];
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    Ok(replaced(list, &edits))
}

/// The bytes with these texts in the places of these ranges, which are in order.
fn replaced(bytes: &[u8], edits: &[(Range<usize>, String)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 512);
    let mut done = 0;
    for (range, text) in edits {
        out.extend_from_slice(bytes.get(done..range.start).unwrap_or_default());
        out.extend_from_slice(text.as_bytes());
        done = range.end;
    }
    out.extend_from_slice(bytes.get(done..).unwrap_or_default());
    out
}

/// The prefix of an element's name with its colon, or nothing.
fn prefix(element: &Element<'_>) -> String {
    match element.prefix() {
        "" => String::new(),
        prefix => format!("{prefix}:"),
    }
}

fn span_of(element: &Element<'_>) -> Result<Range<usize>> {
    element.span().ok_or_else(|| not_utf8(element))
}

/// Where the end tag begins.
fn end_of(element: &Element<'_>) -> Result<usize> {
    span_of(element)?;
    element.content_end().ok_or_else(|| element.error("an element without an end tag"))
}

fn not_utf8(element: &Element<'_>) -> Error {
    let message = format!("<{}> stands in a part that is not UTF-8", element.name());
    Error::new(Code::Form, "OFD part", message)
}
