//! From the events of the XML reader to the nodes of a tree, strictly.

use super::{Node, Span, is_name, is_space, pseudo_attributes};
use crate::error::Code;
use crate::voucher::limits::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS, MAX_NAME};
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use std::borrow::Cow;

/// What is wrong, and where in the decoded text.
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) offset: usize,
    pub(super) message: Cow<'static, str>,
}

type Step<T = ()> = std::result::Result<T, Refusal>;

fn refuse<T>(offset: usize, message: impl Into<Cow<'static, str>>) -> Step<T> {
    Err(Refusal { code: Code::Xml, offset, message: message.into() })
}

/// Reads the events of the XML reader into nodes.
pub(super) struct Parser<'t> {
    text: &'t str,
    pub(super) resolved: String,
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<(Span, Span)>,
    open: Vec<usize>,
    brackets: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let nodes = Vec::with_capacity((text.len() / 32 + 1).min(4096));
        let (resolved, attributes, open) = (String::new(), Vec::new(), Vec::new());
        Parser { text, resolved, nodes, attributes, open, brackets: false }
    }

    pub(super) fn run(&mut self) -> Step {
        self.characters_of_all()?;
        let mut reader = Reader::from_str(self.text);
        loop {
            let start = reader.buffer_position() as usize;
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    return refuse(reader.error_position() as usize, error.to_string());
                }
            };
            match event {
                Event::Start(tag) => self.start(start, &tag, tag.name().as_ref().len())?,
                Event::Empty(tag) => {
                    self.start(start, &tag, tag.name().as_ref().len())?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.characters(start, &text)?,
                Event::GeneralRef(name) => self.reference(start, &name)?,
                Event::Decl(_) if start == 0 => {}
                Event::Decl(_) => return refuse(start, "a declaration stands at the start only"),
                Event::CData(_) => return refuse(start, "CDATA section"),
                Event::Comment(_) => return refuse(start, "comment"),
                Event::PI(_) => return refuse(start, "processing instruction"),
                Event::DocType(_) => return refuse(start, "document type declaration"),
                Event::Eof => break,
            }
        }
        match (self.open.last(), self.nodes.is_empty()) {
            (Some(_), _) => refuse(self.text.len(), "an element does not end"),
            (None, true) => refuse(0, "no element"),
            (None, false) => Ok(()),
        }
    }

    /// Refuses control characters, and sees whether any text may hold `]]>`.
    fn characters_of_all(&mut self) -> Step {
        let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n');
        for (number, run) in self.text.as_bytes().chunks(4096).enumerate() {
            // Without a way out, and with simple questions, the loop runs over many bytes at once.
            let look =
                |(low, bracket), byte: &u8| (low | (*byte < b' '), bracket | (*byte == b']'));
            let (low, bracket) = run.iter().fold((false, false), look);
            self.brackets |= bracket;
            if low && run.iter().fold(false, |found, byte| found | control(byte)) {
                let at = run.iter().position(control).unwrap_or_default();
                return refuse(number * 4096 + at, "control character");
            }
        }
        Ok(())
    }

    fn start(&mut self, offset: usize, tag: &str, name_len: usize) -> Step {
        let name = Span::new(offset + 1, offset + 1 + name_len);
        if !is_name(name.of(self.text)) {
            let name: String = name.of(self.text).chars().take(MAX_NAME).collect();
            return refuse(offset, format!("{name:?} is no name of an element here"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Refusal { code: Code::Depth, ..too_many(offset, "levels", MAX_DEPTH) });
        }
        if self.nodes.len() >= MAX_ELEMENTS {
            return Err(too_many(offset, "elements", MAX_ELEMENTS));
        }
        let outermost = self.nodes.is_empty();
        match self.open.last().and_then(|parent| self.nodes.get_mut(*parent)) {
            Some(parent) => {
                let value = parent.value;
                if value.start as usize >= self.text.len() || !is_space(value.of(self.text)) {
                    return refuse(value.start as usize, "text beside elements");
                }
                parent.value = Span::default();
                parent.branch = true;
            }
            None if outermost => {}
            None => return refuse(offset, "a second root"),
        }
        let first = self.attributes.len();
        if tag.len() > name_len {
            self.read_attributes(offset + 1 + name_len, &tag[name_len..])?;
        }
        self.open.push(self.nodes.len());
        self.nodes.push(Node {
            name,
            attributes: (first as u32, self.attributes.len() as u32),
            ..Node::default()
        });
        Ok(())
    }

    fn read_attributes(&mut self, offset: usize, text: &str) -> Step {
        let Some(found) = pseudo_attributes(text) else {
            return refuse(offset, "attributes that are none");
        };
        if found.len() > MAX_ATTRIBUTES {
            return Err(too_many(offset, "attributes", MAX_ATTRIBUTES));
        }
        let mut seen: Vec<&str> = Vec::with_capacity(found.len());
        for (name, value) in found {
            if !is_name(name) {
                return refuse(offset, "no name of an attribute here");
            }
            if seen.contains(&name) {
                return refuse(offset, format!("the attribute {name:?} stands twice"));
            }
            if value.contains(['<', '&', '\t', '\r', '\n']) {
                return refuse(offset, format!("the attribute {name:?} holds markup"));
            }
            seen.push(name);
            // Both are pieces of the text that starts at `offset`.
            let place = |part: &str| {
                let start = offset + (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
                Span::new(start, start + part.len())
            };
            self.attributes.push((place(name), place(value)));
        }
        Ok(())
    }

    fn end(&mut self) {
        let end = self.nodes.len() as u32;
        if let Some(node) = self.open.pop().and_then(|index| self.nodes.get_mut(index)) {
            node.end = end;
        }
    }

    fn characters(&mut self, offset: usize, text: &str) -> Step {
        if self.brackets
            && let Some(at) = text.find("]]>")
        {
            return refuse(offset + at, "]]> in text");
        }
        let Some(node) = self.open.last().and_then(|index| self.nodes.get_mut(*index)) else {
            return if is_space(text) { Ok(()) } else { refuse(offset, "text outside the root") };
        };
        if node.branch {
            return if is_space(text) { Ok(()) } else { refuse(offset, "text beside elements") };
        }
        if node.value.len() == 0 {
            node.value = Span::new(offset, offset + text.len());
            return Ok(());
        }
        self.resolve(text)
    }

    fn reference(&mut self, offset: usize, name: &str) -> Step {
        let character = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => match character_of(name) {
                Some(c) if !c.is_control() => c,
                Some(_) => return refuse(offset, "reference to a control character"),
                None => return refuse(offset, "entity other than the five of XML"),
            },
        };
        let mut buffer = [0; 4];
        match self.open.last().and_then(|index| self.nodes.get(*index)) {
            None => refuse(offset, "text outside the root"),
            Some(node) if node.branch => refuse(offset, "text beside elements"),
            Some(_) => self.resolve(character.encode_utf8(&mut buffer)),
        }
    }

    /// Adds to a value that is not one piece of the text.
    fn resolve(&mut self, more: &str) -> Step {
        let base = self.text.len();
        let Some(node) = self.open.last().and_then(|index| self.nodes.get_mut(*index)) else {
            return Ok(());
        };
        if (node.value.start as usize) < base || node.value.len() == 0 {
            let start = base + self.resolved.len();
            self.resolved.push_str(node.value.of(self.text));
            node.value = Span::new(start, start);
        }
        self.resolved.push_str(more);
        node.value.end = (base + self.resolved.len()) as u32;
        Ok(())
    }
}

fn too_many(offset: usize, what: &str, limit: usize) -> Refusal {
    Refusal { code: Code::Count, offset, message: format!("more than {limit} {what}").into() }
}

/// The character of a reference such as `#20013` or `#x4E2D`.
fn character_of(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let (digits, radix) = match digits.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    let plain =
        !digits.is_empty() && digits.len() <= 8 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !plain {
        return None;
    }
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32)
}
