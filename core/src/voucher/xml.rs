//! XML of the few shapes that messages have, read into a small tree or refused.
//!
//! Elements hold either elements (with white space between them) or text. Refused, each with its
//! offset: DTDs, processing instructions, comments, CDATA sections, mixed content, namespaces,
//! entities but the five of XML, references to control characters, encodings other than GBK,
//! GB18030 and UTF-8, and bytes that do not come back when decoded and encoded again.

mod parser;
mod writer;

pub(super) use writer::Writer;

use super::limits::{MAX_ATTRIBUTES, MAX_NAME};
use super::text::Encoding;
use crate::error::{Code, Error, Result};
use parser::Parser;
use std::borrow::Cow;

/// An XML document as a tree of elements, in document order.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    text: Cow<'a, str>,
    /// Values that had references, resolved; spans past the end of `text` lie here.
    resolved: String,
    nodes: Vec<Node>,
    attributes: Vec<(Span, Span)>,
    encoding: Encoding,
    structure: &'static str,
}

/// A piece of the text of a tree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

#[derive(Debug, Default)]
struct Node {
    name: Span,
    value: Span,
    /// The index after the last node inside this one.
    end: u32,
    branch: bool,
    attributes: (u32, u32),
}

/// One element of a tree.
#[derive(Clone, Copy)]
pub(super) struct Element<'t> {
    tree: &'t Tree<'t>,
    index: usize,
    node: &'t Node,
}

impl<'a> Tree<'a> {
    /// Reads a document of at most `limit` bytes; errors name `structure`.
    pub(super) fn parse(bytes: &'a [u8], structure: &'static str, limit: usize) -> Result<Self> {
        if bytes.len() > limit || u32::try_from(limit).is_err() {
            let message = format!("more than {limit} bytes");
            return Err(Error::new(Code::Size, structure, message).at(limit));
        }
        let encoding = declared_encoding(bytes, structure)?;
        let text = encoding.decode(bytes, structure)?;
        let (resolved, nodes, attributes) = {
            let mut parser = Parser::new(&text);
            match parser.run() {
                Ok(()) => (parser.resolved, parser.nodes, parser.attributes),
                Err(refusal) => {
                    let offset = encoding.offset_of(&text, refusal.offset);
                    return Err(Error::new(refusal.code, structure, refusal.message).at(offset));
                }
            }
        };
        Ok(Tree { text, resolved, nodes, attributes, encoding, structure })
    }

    /// The encoding that the document declares.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The outermost element, which must have one of these names.
    pub(super) fn root(&self, names: &[&str]) -> Result<Element<'_>> {
        let Some(root) = self.element(0) else {
            return Err(Error::new(Code::Xml, self.structure, "no element").at(0));
        };
        if names.contains(&root.name()) {
            return Ok(root);
        }
        let message = format!("the root is <{}>, expected <{}>", root.name(), names.join("> or <"));
        Err(root.error(Code::Xml, message))
    }

    /// The text with resolved values after it; spans of elements point into it.
    pub(super) fn into_text(self) -> String {
        let mut text = self.text.into_owned();
        text.push_str(&self.resolved);
        text
    }

    fn element(&self, index: usize) -> Option<Element<'_>> {
        self.nodes.get(index).map(|node| Element { tree: self, index, node })
    }

    fn get(&self, span: Span) -> &str {
        let start = span.start as usize;
        match start.checked_sub(self.text.len()) {
            None => span.of(&self.text),
            Some(start) => {
                let length = (span.end - span.start) as usize;
                self.resolved.get(start..start + length).unwrap_or_default()
            }
        }
    }
}

impl Span {
    /// The piece of this text.
    pub(super) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// The piece between two offsets.
    pub(super) fn new(start: usize, end: usize) -> Span {
        // Documents are limited to less than 4 GiB before anything is read.
        Span { start: start as u32, end: end as u32 }
    }

    fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

impl<'t> Element<'t> {
    /// The name.
    pub(super) fn name(&self) -> &'t str {
        self.node.name.of(&self.tree.text)
    }

    /// Where the name and, for an element without elements, the text stand.
    pub(super) fn spans(&self) -> (Span, Span) {
        (self.node.name, self.node.value)
    }

    /// The text of an element that holds no elements.
    pub(super) fn text(&self) -> Result<&'t str> {
        if self.node.branch {
            let message = format!("<{}> holds elements where text is due", self.name());
            return Err(self.error(Code::Xml, message));
        }
        Ok(self.tree.get(self.node.value))
    }

    /// The elements inside an element that holds no text.
    pub(super) fn children(&self) -> Result<Children<'t>> {
        if !self.node.branch && !is_space(self.tree.get(self.node.value)) {
            let message = format!("<{}> holds text where elements are due", self.name());
            return Err(self.error(Code::Xml, message));
        }
        Ok(Children { tree: self.tree, next: self.index + 1, end: self.node.end as usize })
    }

    /// A piece of the tree's text.
    pub(super) fn piece(&self, span: Span) -> &'t str {
        self.tree.get(span)
    }

    /// The attributes, names unique, in document order.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let tree = self.tree;
        let (start, end) = self.node.attributes;
        let spans = tree.attributes.get(start as usize..end as usize).unwrap_or_default();
        spans.iter().map(move |(name, value)| (name.of(&tree.text), value.of(&tree.text)))
    }

    /// Nothing, if the element has no attributes.
    pub(super) fn without_attributes(&self) -> Result<()> {
        match self.attributes().next() {
            None => Ok(()),
            Some((name, _)) => {
                let message = format!("<{}> has an attribute {name:?}", self.name());
                Err(self.error(Code::Xml, message))
            }
        }
    }

    /// An error at the name of this element, its offset in bytes of the document as received.
    pub(super) fn error(&self, code: Code, message: impl Into<Cow<'static, str>>) -> Error {
        let offset = self.node.name.start as usize;
        let offset = self.tree.encoding.offset_of(&self.tree.text, offset);
        Error::new(code, self.tree.structure, message).at(offset)
    }

    /// Where a place `within` bytes into the value stands, in bytes of the document as received.
    pub(super) fn value_offset(&self, within: usize) -> usize {
        let resolved = self.node.value.start as usize >= self.tree.text.len();
        let start = if resolved { self.node.name.start } else { self.node.value.start };
        let offset = (start as usize).saturating_add(if resolved { 0 } else { within });
        self.tree.encoding.offset_of(&self.tree.text, offset)
    }
}

/// The elements directly inside one element.
pub(super) struct Children<'t> {
    tree: &'t Tree<'t>,
    next: usize,
    end: usize,
}

impl<'t> Iterator for Children<'t> {
    type Item = Element<'t>;

    fn next(&mut self) -> Option<Element<'t>> {
        if self.next >= self.end {
            return None;
        }
        let element = self.tree.element(self.next)?;
        self.next = (element.node.end as usize).max(self.next + 1);
        Some(element)
    }
}

/// Whether a name may stand for an element: a letter or `_`, then letters, digits, `_`, `-`, `.`,
/// all ASCII, and not the reserved `xml`.
pub(super) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let reserved = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("xml"));
    first
        && name.len() <= MAX_NAME
        && !reserved
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// The encoding that the declaration names; without a declaration, or without a name, UTF-8.
fn declared_encoding(bytes: &[u8], structure: &'static str) -> Result<Encoding> {
    let fail = |code, message: &str| Error::new(code, structure, message.to_owned()).at(0);
    let Some(rest) = bytes.strip_prefix(b"<?xml") else { return Ok(Encoding::Utf8) };
    let rest = rest.get(..256).unwrap_or(rest);
    let Some(end) = rest.windows(2).position(|pair| pair == b"?>") else {
        return Err(fail(Code::Xml, "the XML declaration does not end"));
    };
    let declaration = rest.get(..end).and_then(|part| std::str::from_utf8(part).ok());
    let attributes = declaration.and_then(pseudo_attributes);
    let parts: Vec<(&str, &str)> = attributes.unwrap_or_default();
    let names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
    let known: [&[&str]; 4] = [
        &["version"],
        &["version", "encoding"],
        &["version", "standalone"],
        &["version", "encoding", "standalone"],
    ];
    let value = |name| parts.iter().find(|part| part.0 == name).map(|part| part.1);
    if !known.contains(&names.as_slice()) || value("version") != Some("1.0") {
        return Err(fail(Code::Xml, "not the declaration of XML 1.0"));
    }
    if value("standalone").is_some_and(|value| value != "yes" && value != "no") {
        return Err(fail(Code::Xml, "standalone is yes or no"));
    }
    let Some(name) = value("encoding") else { return Ok(Encoding::Utf8) };
    Encoding::from_name(name)
        .ok_or_else(|| fail(Code::Form, "the encoding is none of GBK, GB2312, GB18030, UTF-8"))
}

/// Names and values of `name="value" name='value'`, in order; `None` if the text is not of this form.
fn pseudo_attributes(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if trimmed.is_empty() {
            return Some(found);
        }
        if trimmed.len() == rest.len() {
            return None; // white space separates attributes
        }
        let (name, after) = trimmed.split_once('=')?;
        let name = name.trim_end_matches([' ', '\t', '\r', '\n']);
        let after = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        found.push((name, value));
        if found.len() > MAX_ATTRIBUTES {
            return Some(found); // too many already
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Tree<'_>> {
        Tree::parse(text.as_bytes(), "Test", 1 << 20)
    }

    #[test]
    fn a_small_tree() {
        let text = "<?xml version='1.0' encoding='utf-8'?>\n<A k=\"v\" l='中'>\n <B>1&lt;2&#x4E2D;</B><C/> <D><E> x </E></D>\n</A>\n";
        let tree = parse(text).unwrap();
        let root = tree.root(&["A", "Z"]).unwrap();
        assert_eq!(root.attributes().collect::<Vec<_>>(), [("k", "v"), ("l", "中")]);
        let children: Vec<_> = root.children().unwrap().collect();
        let names: Vec<_> = children.iter().map(Element::name).collect();
        assert_eq!(names, ["B", "C", "D"]);
        assert_eq!(children[0].text().unwrap(), "1<2中");
        assert_eq!(children[1].text().unwrap(), "");
        assert_eq!(children[1].children().unwrap().count(), 0);
        assert!(children[0].children().is_err() && children[2].text().is_err());
        let inner = children[2].children().unwrap().next().unwrap();
        assert_eq!(inner.text().unwrap(), " x ");
        assert_eq!(inner.spans().1.of(&tree.into_text()), " x ");
    }

    #[test]
    fn resolved_values_lie_behind_the_text() {
        let tree = parse("<A><B>&amp;1</B><C>2&gt;</C></A>").unwrap();
        let spans: Vec<_> =
            tree.root(&["A"]).unwrap().children().unwrap().map(|child| child.spans().1).collect();
        let text = tree.into_text();
        assert_eq!(spans[0].of(&text), "&1");
        assert_eq!(spans[1].of(&text), "2>");
    }

    #[test]
    fn refused_with_their_offset() {
        for (text, offset) in [
            ("", 0),
            (" ", 0),
            ("<A>", 3),
            ("<A></B>", 3),
            ("<A/><B/>", 4),
            ("<A/>x", 4),
            ("x<A/>", 0),
            ("<A>x<B/></A>", 3),
            ("<A><B/>x</A>", 7),
            ("<A><B/>&lt;</A>", 7),
            ("<A><!-- c --></A>", 3),
            ("<A><![CDATA[x]]></A>", 3),
            ("<A><?pi x?></A>", 3),
            ("<!DOCTYPE A><A/>", 0),
            ("<A>&b;</A>", 3),
            ("<A>&#9;</A>", 3),
            ("<A>&#x0;</A>", 3),
            ("<A>&#x85;</A>", 3),
            ("<A>&#xD800;</A>", 3),
            ("<A>&#x+41;</A>", 3),
            ("<A>]]></A>", 3),
            ("<A>a\u{1}</A>", 4),
            ("<n:A/>", 0),
            ("<A xmlns='x'/>", 2),
            ("<A b='1' b='2'/>", 2),
            ("<A b='1'c='2'/>", 2),
            ("<A b=1/>", 2),
            ("<A b/>", 2),
            ("<A b='&amp;'/>", 2),
            ("<中/>", 0),
            ("\u{feff}<A/>", 0),
            ("<A/><?xml version='1.0'?>", 4),
            ("<?xml version='1.1'?><A/>", 0),
            ("<?xml encoding='GBK' version='1.0'?><A/>", 0),
            ("<?xml version='1.0' encoding='UTF-16'?><A/>", 0),
            ("<?xml version='1.0' ", 0),
            ("<A>& </A>", 3),
            ("<1A/>", 0),
            ("< A/>", 0),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.offset(), Some(offset), "{text:?}: {error}");
        }
    }

    #[test]
    fn offsets_count_received_bytes() {
        let mut bytes = b"<?xml version=\"1.0\" encoding=\"GBK\"?><A>".to_vec();
        bytes.extend([0xd6, 0xd0, 0xb9, 0xfa]);
        let at = bytes.len();
        bytes.extend(b"<!-- --></A>");
        let error = Tree::parse(&bytes, "Test", 1000).unwrap_err();
        assert_eq!(error.offset(), Some(at));
    }

    #[test]
    fn limits_are_kept() {
        let deep = format!("{}{}", "<A>".repeat(9), "</A>".repeat(9));
        assert_eq!(parse(&deep).unwrap_err().code(), Code::Depth);
        let very = "<A>".repeat(100_000);
        assert_eq!(parse(&very).unwrap_err().code(), Code::Depth);
        assert_eq!(Tree::parse(b"<A></A>", "Test", 6).unwrap_err().code(), Code::Size);
        let many = format!("<A {}/>", (0..60).map(|n| format!("a{n}='' ")).collect::<String>());
        assert_eq!(parse(&many).unwrap_err().code(), Code::Count);
    }

    #[test]
    fn laughs_are_not_heard() {
        let bomb = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><A>&b;</A>";
        assert!(parse(bomb).unwrap_err().message().contains("document type"));
        let outside = "<!DOCTYPE A SYSTEM \"file:///etc/passwd\"><A/>";
        assert!(parse(outside).is_err());
    }

    #[test]
    fn cut_or_changed_anywhere_nothing_panics() {
        let text =
            "<?xml version=\"1.0\" encoding=\"GBK\"?>\n<A k='v'><B>1&lt;2&#20013;</B><C/></A>";
        let bytes = text.as_bytes();
        for end in 0..bytes.len() {
            assert!(Tree::parse(&bytes[..end], "Test", 1000).is_err(), "{end}");
        }
        for at in 0..bytes.len() {
            for value in 0..=255 {
                let mut changed = bytes.to_vec();
                changed[at] = value;
                if let Ok(tree) = Tree::parse(&changed, "Test", 1000) {
                    let _ = tree.root(&["A"]).and_then(|root| root.children().map(Iterator::count));
                }
            }
        }
    }
}
