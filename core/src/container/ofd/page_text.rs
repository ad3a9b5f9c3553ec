//! The words of a page, as far as they can be told without its fonts.

use super::limits::MAX_TREE;
use super::make::text_width;
use super::xml::{Element, Tree};
use super::{Document, Notes, Package, PageRef, Rect};
use crate::error::Result;

/// A run of characters that stands somewhere on the page.
struct Piece {
    x: f64,
    y: f64,
    size: f64,
    text: String,
}

impl Document {
    /// The text of a page and of its templates, line by line from above; runs on one line are parted
    /// by a space where there is room for one between them. Annotations, stamps and what is drawn as
    /// pictures or curves are not in it. It is for people and for searching: what a page says is what
    /// a viewer shows.
    ///
    /// # Errors
    ///
    /// As [`Document::read`], for the page or one of its templates.
    pub fn page_text(&self, package: &Package<'_>, page: &PageRef) -> Result<String> {
        let mut pieces = Vec::new();
        let templates = read(package, page, &mut pieces)?;
        for id in templates {
            if let Some(template) = self.templates.iter().find(|template| template.id == id) {
                read(package, template, &mut pieces)?;
            }
        }
        Ok(in_lines(pieces))
    }
}

/// Adds the pieces of a page, and gives the IDs of the templates that it names.
fn read(package: &Package<'_>, page: &PageRef, pieces: &mut Vec<Piece>) -> Result<Vec<String>> {
    let entry = package.locate(&page.path, &mut Notes::new())?;
    let bytes = package.read(entry, MAX_TREE as usize)?;
    let tree = Tree::parse(&bytes, entry.path().as_str(), package.profile())?;
    let root = tree.root("Page")?;
    let named = root.all("Template").filter_map(|template| template.attribute("TemplateID"));
    let named = named.map(str::to_owned).collect();
    if let Some(content) = root.one("Content")? {
        collect(content, pieces);
    }
    Ok(named)
}

/// The reader of XML bounds how deep elements nest.
fn collect(element: Element<'_>, pieces: &mut Vec<Piece>) {
    for child in element.children() {
        match child.name() {
            "TextObject" => text_object(child, pieces),
            "Layer" | "PageBlock" => collect(child, pieces),
            _ => {}
        }
    }
}

/// An object whose numbers cannot be read stands at the corner of the page: its words count.
fn text_object(object: Element<'_>, pieces: &mut Vec<Piece>) {
    let corner = object.attribute("Boundary").and_then(|text| Rect::parse(text).ok());
    let (left, top) = corner.map_or((0.0, 0.0), |corner| (corner.x, corner.y));
    let size = number(object.attribute("Size")).filter(|size| *size > 0.0).unwrap_or(1.0);
    let matrix: Vec<f64> = object
        .attribute("CTM")
        .map(|text| text.split_ascii_whitespace().filter_map(|part| number(Some(part))).collect())
        .unwrap_or_default();
    let (mut x, mut y) = (0.0, 0.0);
    for code in object.all("TextCode") {
        // A code without a place goes on from that of the one before.
        x = number(code.attribute("X")).unwrap_or(x);
        y = number(code.attribute("Y")).unwrap_or(y);
        let (dx, dy) = match matrix.as_slice() {
            [a, b, c, d, e, f] => (a * x + c * y + e, b * x + d * y + f),
            _ => (x, y),
        };
        let text = code.text().unwrap_or_default().to_owned();
        if !text.is_empty() {
            pieces.push(Piece { x: left + dx, y: top + dy, size, text });
        }
    }
}

fn number(text: Option<&str>) -> Option<f64> {
    text?.parse().ok().filter(|number: &f64| number.is_finite())
}

fn in_lines(mut pieces: Vec<Piece>) -> String {
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    let mut out = String::new();
    let mut rest = pieces.as_mut_slice();
    while let Some(first) = rest.first() {
        let limit = first.y + first.size * 0.4;
        let count = rest.iter().take_while(|piece| piece.y <= limit).count();
        let (line, after) = rest.split_at_mut(count);
        line.sort_by(|a, b| a.x.total_cmp(&b.x));
        let mut end = f64::INFINITY;
        for piece in line.iter() {
            if piece.x > end + piece.size * 0.3 {
                out.push(' ');
            }
            out.push_str(&piece.text);
            end = piece.x + text_width(&piece.text, piece.size);
        }
        out.push('\n');
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_lines() {
        let piece = |x, y, text: &str| Piece { x, y, size: 4.0, text: text.to_owned() };
        let pieces = vec![
            piece(50.0, 20.0, "右"),
            piece(10.0, 20.5, "左"),
            piece(14.0, 20.5, "边"),
            piece(10.0, 10.0, "上"),
        ];
        assert_eq!(in_lines(pieces), "上\n左边 右\n");
        assert_eq!(in_lines(Vec::new()), "");
    }
}
