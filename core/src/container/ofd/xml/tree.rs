//! A small part as a tree.

use super::super::Notes;
use super::super::limits::{MAX_TREE, MAX_TREE_ELEMENTS};
use super::events::{Namespace, is_space};
use super::{Event, Events, Source};
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use std::ops::Range;

/// A part as a tree of elements.
pub(crate) struct Tree {
    part: String,
    /// Every name, value and text.
    pool: String,
    nodes: Vec<Node>,
    attributes: Vec<(Span, Span)>,
    notes: Notes,
    /// How many bytes stand before the text, if it is stored as UTF-8.
    mark: Option<usize>,
}

#[derive(Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Default)]
struct Node {
    prefix: Span,
    name: Span,
    text: Span,
    /// The index after the last node inside.
    end: u32,
    attributes: (u32, u32),
    /// Start, end of the content, end, in bytes of the text.
    place: (u32, u32, u32),
    own: bool,
    branch: bool,
    /// Text beside elements, or parted by a comment.
    torn: bool,
    /// A comment or an instruction stood behind the text so far.
    parted: bool,
}

/// One element of a tree.
#[derive(Clone, Copy)]
pub(crate) struct Element<'t> {
    tree: &'t Tree,
    node: &'t Node,
    index: usize,
}

impl Tree {
    /// Reads a part; errors name it.
    pub(crate) fn parse(bytes: &[u8], part: &str, profile: Profile) -> Result<Tree> {
        if bytes.len() as u64 > MAX_TREE {
            let message = format!("more than {MAX_TREE} bytes: {}", bytes.len());
            return Err(Error::new(Code::Size, part.to_owned(), message));
        }
        let most = MAX_TREE_ELEMENTS as u64;
        match Events::of_bytes(bytes, part, most)? {
            Some(events) => Tree::grow(events, part, profile),
            None => Tree::grow(Events::new(bytes, part, most)?, part, profile),
        }
    }

    fn grow<S: Source>(mut events: Events<S>, part: &str, profile: Profile) -> Result<Tree> {
        let mut tree = Tree {
            part: part.to_owned(),
            pool: String::new(),
            nodes: Vec::new(),
            attributes: Vec::new(),
            notes: Notes::new(),
            mark: events.utf8_mark(),
        };
        let mut open: Vec<usize> = Vec::new();
        loop {
            let at = events.position() as u32;
            match events.next()? {
                Event::Start(start) => {
                    if let Some(parent) = open.last().and_then(|index| tree.nodes.get_mut(*index)) {
                        parent.torn |= !is_space(parent.text.of(&tree.pool));
                        parent.branch = true;
                    }
                    open.push(tree.nodes.len());
                    tree.begin(&start, at)?;
                }
                Event::End => {
                    let after = events.position() as u32;
                    let end = tree.nodes.len() as u32;
                    if let Some(node) = open.pop().and_then(|index| tree.nodes.get_mut(index)) {
                        node.end = end;
                        node.place.1 = at;
                        node.place.2 = after;
                    }
                }
                Event::Text(text) => {
                    if let Some(index) = open.last() {
                        tree.text(*index, text);
                    }
                }
                Event::Break => {
                    if let Some(node) = open.last().and_then(|index| tree.nodes.get_mut(*index)) {
                        node.parted = true;
                    }
                }
                Event::Eof => break,
            }
        }
        let odd = match events.namespace() {
            Namespace::Standard => return Ok(tree),
            Namespace::Old => "the namespace is that of the drafts, http://www.ofdspec.org",
            Namespace::Other => "the namespace is not that of OFD",
        };
        tree.tolerate(profile, NoteCode::DeviationNamespace, odd)?;
        Ok(tree)
    }

    fn begin(&mut self, start: &super::events::Start<'_>, at: u32) -> Result<()> {
        let first = self.attributes.len() as u32;
        let (prefix, name) = (self.push(start.prefix), self.push(start.name));
        for (attribute, _) in &start.attributes {
            let value = start.attribute(attribute).unwrap_or_default();
            let pair = (self.push(attribute), self.push(&value));
            self.attributes.push(pair);
        }
        // Behind everything, so that the text of the element follows here.
        let text = self.push("");
        let attributes = (first, self.attributes.len() as u32);
        let place = (at, at, at);
        let own = start.own;
        self.nodes.push(Node { prefix, name, text, attributes, place, own, ..Node::default() });
        Ok(())
    }

    fn text(&mut self, index: usize, text: &str) {
        let length = self.pool.len() as u32;
        let Some(node) = self.nodes.get_mut(index) else { return };
        if node.branch || node.text.end != length {
            node.torn |= !is_space(text);
            return;
        }
        node.torn |= node.parted && !is_space(text) && !is_space(node.text.of(&self.pool));
        self.pool.push_str(text);
        node.text.end = self.pool.len() as u32;
    }

    fn push(&mut self, text: &str) -> Span {
        let start = self.pool.len() as u32;
        self.pool.push_str(text);
        Span { start, end: self.pool.len() as u32 }
    }

    /// The outermost element, which must have this name.
    pub(crate) fn root(&self, name: &str) -> Result<Element<'_>> {
        match self.element(0) {
            Some(root) if root.name() == name => Ok(root),
            Some(root) => {
                let message = format!("the root is <{}>, where <{name}> is due", root.name());
                Err(Error::new(Code::Structure, self.part.clone(), message))
            }
            None => Err(Error::new(Code::Xml, self.part.clone(), "no element")),
        }
    }

    /// Notes a deviation as found.
    ///
    /// # Errors
    ///
    /// [`Code::Structure`] under `Conforming`.
    pub(crate) fn tolerate(
        &mut self,
        profile: Profile,
        code: NoteCode,
        detail: &str,
    ) -> Result<()> {
        if profile == Profile::Conforming {
            return Err(Error::new(Code::Structure, self.part.clone(), detail.to_owned()));
        }
        self.notes.push((code, format!("{}: {detail}", self.part)));
        Ok(())
    }

    /// The notes met, given away.
    pub(crate) fn take_notes(&mut self) -> Notes {
        std::mem::take(&mut self.notes)
    }

    fn element(&self, index: usize) -> Option<Element<'_>> {
        self.nodes.get(index).map(|node| Element { tree: self, node, index })
    }
}

impl Span {
    fn of(self, pool: &str) -> &str {
        pool.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl<'t> Element<'t> {
    /// The name without its prefix.
    pub(crate) fn name(&self) -> &'t str {
        self.node.name.of(&self.tree.pool)
    }

    /// The prefix; empty if there is none.
    #[allow(dead_code)] // for those who write beside it
    pub(crate) fn prefix(&self) -> &'t str {
        self.node.prefix.of(&self.tree.pool)
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'t str> {
        let (start, end) = self.node.attributes;
        let all = self.tree.attributes.get(start as usize..end as usize).unwrap_or_default();
        let found = all.iter().find(|(found, _)| found.of(&self.tree.pool) == name);
        found.map(|(_, value)| value.of(&self.tree.pool))
    }

    /// The value of an attribute that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&'t str> {
        self.attribute(name)
            .ok_or_else(|| self.error(format!("<{}> has no attribute {name}", self.name())))
    }

    /// The text of an element that holds nothing else, without white space around it.
    pub(crate) fn text(&self) -> Result<&'t str> {
        if self.node.branch || self.node.torn {
            let message = format!("<{}> holds more than one text", self.name());
            return Err(self.error(message));
        }
        Ok(self.node.text.of(&self.tree.pool).trim_matches([' ', '\t', '\r', '\n']))
    }

    /// The elements of OFD's directly inside, in their order.
    pub(crate) fn children(&self) -> impl Iterator<Item = Element<'t>> + use<'t> {
        let (tree, end) = (self.tree, self.node.end as usize);
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            while next < end {
                let element = tree.element(next)?;
                next = (element.node.end as usize).max(next + 1);
                if element.node.own {
                    return Some(element);
                }
            }
            None
        })
    }

    /// The elements of this name directly inside.
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = Element<'t>> + use<'t> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The element of this name, which may not stand twice.
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<Element<'t>>> {
        let mut all = self.all(name);
        let first = all.next();
        match all.next() {
            Some(second) => Err(second.error(format!("<{name}> stands twice"))),
            None => Ok(first),
        }
    }

    /// The element of this name, which must stand there once.
    pub(crate) fn need(&self, name: &'static str) -> Result<Element<'t>> {
        self.one(name)?.ok_or_else(|| self.error(format!("<{}> has no <{name}>", self.name())))
    }

    /// The text of the element of this name, if it is there and not empty.
    pub(crate) fn text_of(&self, name: &'static str) -> Result<Option<&'t str>> {
        let text = self.one(name)?.map(|child| child.text()).transpose()?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    #[allow(dead_code)] // for those who write beside it
    /// Where it stands in the part as stored, from its first `<` to behind its last `>`; none for a
    /// part that is not stored as UTF-8.
    pub(crate) fn span(&self) -> Option<Range<usize>> {
        let mark = self.tree.mark?;
        Some(mark + self.node.place.0 as usize..mark + self.node.place.2 as usize)
    }

    #[allow(dead_code)] // for those who write beside it
    /// Where its end tag begins in the part as stored; none if it has none or the part is not
    /// stored as UTF-8.
    pub(crate) fn content_end(&self) -> Option<usize> {
        let (_, content, end) = self.node.place;
        (content < end).then_some(self.tree.mark? + content as usize)
    }

    /// An error at this element.
    pub(crate) fn error(&self, message: impl Into<String>) -> Error {
        let at = self.tree.mark.unwrap_or(0) + self.node.place.0 as usize;
        Error::new(Code::Structure, self.tree.part.clone(), message.into()).at(at)
    }
}
