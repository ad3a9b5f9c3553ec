//! A part as events, in bounded memory.

use super::super::limits::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_NAMESPACES};
use super::source::{Source, Whole};
use super::{Decoded, NAMESPACE, OLD_NAMESPACE, attributes, from_io};
use crate::error::{Code, Error, Result};
use quick_xml::events::Event as Raw;
use quick_xml::reader::Reader;
use std::borrow::Cow;
use std::io::Read;

/// What comes next in a part.
pub(crate) enum Event<'e> {
    /// An element begins.
    Start(Start<'e>),
    /// An element ends.
    End,
    /// Characters, references resolved; those of one element may come in several pieces.
    Text(&'e str),
    /// A comment or an instruction, which parts text.
    Break,
    /// The part ends.
    Eof,
}

/// The begin of an element.
pub(crate) struct Start<'e> {
    /// Its name without a prefix.
    pub(crate) name: &'e str,
    /// Its prefix; empty if it has none.
    pub(crate) prefix: &'e str,
    /// Whether it is OFD's.
    pub(crate) own: bool,
    /// Its attributes without a prefix, as written.
    pub(crate) attributes: Vec<(&'e str, &'e str)>,
}

impl Start<'_> {
    /// The value of an attribute, references resolved.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, raw) = self.attributes.iter().find(|(found, _)| *found == name)?;
        attributes::value(raw)
    }
}

/// The namespace of the root, by which elements are OFD's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Namespace {
    /// That of the standard.
    Standard,
    /// That of the drafts.
    Old,
    /// Another, or none.
    Other,
}

/// What was read.
enum Kind {
    /// A tag whose name has this length.
    Start(usize),
    End,
    Text,
    Break,
    Eof,
}

struct Binding {
    depth: usize,
    prefix: String,
    uri: String,
}

/// The events of a part.
pub(crate) struct Events<S> {
    source: S,
    buffer: Vec<u8>,
    /// The tag or text of the last event.
    held: String,
    part: String,
    depth: usize,
    elements: u64,
    most: u64,
    bindings: Vec<Binding>,
    root: Option<String>,
    ended_root: bool,
}

impl<R: Read> Events<Reader<Decoded<R>>> {
    /// Starts to read a part of at most `most` elements, in pieces.
    pub(crate) fn new(inner: R, part: &str, most: u64) -> Result<Self> {
        let mut reader = Reader::from_reader(Decoded::new(inner, part)?);
        super::source::configure(&mut reader);
        Ok(Events::from(reader, part, most))
    }
}

impl<'a> Events<Whole<'a>> {
    /// Starts to read a part of at most `most` elements that is at hand; none if it is not stored as
    /// UTF-8.
    pub(crate) fn of_bytes(bytes: &'a [u8], part: &'a str, most: u64) -> Result<Option<Self>> {
        Ok(Whole::new(bytes, part)?.map(|whole| Events::from(whole, part, most)))
    }
}

impl<S: Source> Events<S> {
    fn from(source: S, part: &str, most: u64) -> Self {
        Events {
            source,
            buffer: Vec::new(),
            held: String::new(),
            part: part.to_owned(),
            depth: 0,
            elements: 0,
            most,
            bindings: Vec::new(),
            root: None,
            ended_root: false,
        }
    }

    /// The namespace of the root, once it was seen.
    pub(crate) fn namespace(&self) -> Namespace {
        match self.root.as_deref() {
            Some(NAMESPACE) => Namespace::Standard,
            Some(OLD_NAMESPACE) => Namespace::Old,
            _ => Namespace::Other,
        }
    }

    /// How many bytes of text were read.
    pub(crate) fn position(&self) -> usize {
        self.source.position() as usize
    }

    /// How many bytes stand before the text, if it is stored as UTF-8.
    pub(crate) fn utf8_mark(&mut self) -> Option<usize> {
        self.source.utf8_mark()
    }

    /// The next event.
    ///
    /// # Errors
    ///
    /// `Xml`, `Text`, `Form`: not the XML that is read here. `Depth`, `Count`, `Size`: a named
    /// limit is passed. What the input gives.
    pub(crate) fn next(&mut self) -> Result<Event<'_>> {
        self.source.token_ended();
        let at = usize::try_from(self.source.position()).unwrap_or(usize::MAX);
        match self.read(at)? {
            Kind::Start(name) => self.start(at, name),
            Kind::End => Ok(Event::End),
            Kind::Text => Ok(Event::Text(&self.held)),
            Kind::Break => Ok(Event::Break),
            Kind::Eof => Ok(Event::Eof),
        }
    }

    /// Reads one event and holds its text.
    fn read(&mut self, at: usize) -> Result<Kind> {
        self.buffer.clear();
        self.held.clear();
        let refuse = |message: &str| {
            Err(Error::new(Code::Xml, self.part.clone(), message.to_owned()).at(at))
        };
        let event = match self.source.event(&mut self.buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) => return Err(from_io(&error, &self.part)),
            Err(error) => return refuse(&error.to_string()),
        };
        match event {
            Raw::Start(_) if self.ended_root => refuse("a second root"),
            Raw::Start(tag) => {
                self.held.push_str(&tag);
                Ok(Kind::Start(tag.name().as_ref().len()))
            }
            Raw::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                let depth = self.depth;
                while self.bindings.last().is_some_and(|binding| binding.depth > depth) {
                    self.bindings.pop();
                }
                self.ended_root = depth == 0;
                Ok(Kind::End)
            }
            Raw::Text(text) => {
                if text.bytes().any(|byte| byte == b'>') && text.contains("]]>") {
                    return refuse("]]> in text");
                }
                if self.depth == 0 && !is_space(&text) {
                    return refuse("text outside the root");
                }
                self.held.push_str(&text);
                Ok(Kind::Text)
            }
            Raw::CData(_) | Raw::GeneralRef(_) if self.depth == 0 => {
                refuse("text outside the root")
            }
            Raw::CData(text) => {
                self.held.push_str(&text);
                Ok(Kind::Text)
            }
            Raw::GeneralRef(name) => match attributes::reference(&name) {
                Some(character) => {
                    self.held.push(character);
                    Ok(Kind::Text)
                }
                None => refuse("an entity other than the five of XML"),
            },
            Raw::Decl(_) if at == 0 => Ok(Kind::Break),
            Raw::Decl(_) => refuse("a declaration stands at the start only"),
            Raw::PI(_) | Raw::Comment(_) => Ok(Kind::Break),
            Raw::DocType(_) => refuse("a document type declaration"),
            Raw::Eof if self.depth > 0 => refuse("an element does not end"),
            Raw::Eof if self.root.is_none() => refuse("no element"),
            Raw::Eof => Ok(Kind::Eof),
            // The reader was told to give a start and an end instead.
            Raw::Empty(_) => refuse("an element without an end"),
        }
    }

    /// Takes the tag that is held, of which the name has this length.
    fn start(&mut self, at: usize, name_length: usize) -> Result<Event<'_>> {
        let error = |code, message: String| Error::new(code, self.part.clone(), message).at(at);
        if self.depth >= MAX_DEPTH {
            return Err(error(Code::Depth, format!("more than {MAX_DEPTH} levels")));
        }
        if self.elements >= self.most {
            return Err(error(Code::Count, format!("more than {} elements", self.most)));
        }
        let (full, rest) = self.held.split_at_checked(name_length).unwrap_or_default();
        let Some(all) = attributes::split(rest).filter(|_| attributes::is_name(full)) else {
            return Err(error(Code::Xml, "a tag that is none".into()));
        };
        if all.len() > MAX_ATTRIBUTES {
            return Err(error(Code::Count, format!("more than {MAX_ATTRIBUTES} attributes")));
        }
        for (index, (name, raw)) in all.iter().enumerate() {
            if all.iter().take(index).any(|(other, _)| other == name) {
                return Err(error(Code::Xml, format!("the attribute {name:?} stands twice")));
            }
            if attributes::value(raw).is_none() {
                return Err(error(Code::Xml, format!("the attribute {name:?} holds an entity")));
            }
        }
        self.depth += 1;
        self.elements += 1;
        for (name, raw) in &all {
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) if rest.starts_with(':') => rest.get(1..).unwrap_or_default(),
                _ => continue,
            };
            if self.bindings.len() >= MAX_NAMESPACES {
                return Err(error(Code::Count, format!("more than {MAX_NAMESPACES} namespaces")));
            }
            let uri = attributes::value(raw).unwrap_or_default().into_owned();
            if uri.is_empty() && !prefix.is_empty() || prefix == "xml" || prefix == "xmlns" {
                return Err(error(Code::Xml, "a prefix is bound as it may not be".into()));
            }
            self.bindings.push(Binding { depth: self.depth, prefix: prefix.into(), uri });
        }
        let bound = |prefix: &str| {
            let found = self.bindings.iter().rev().find(|binding| binding.prefix == prefix);
            found.map(|binding| binding.uri.as_str())
        };
        let (prefix, name) = attributes::prefixed(full);
        let uri = match bound(prefix) {
            Some(uri) => uri,
            None if prefix.is_empty() => "",
            None => {
                return Err(error(Code::Xml, format!("the prefix {prefix:?} has no namespace")));
            }
        };
        for (attribute, _) in &all {
            let unbound = match attributes::prefixed(attribute).0 {
                "" | "xmlns" | "xml" => false,
                prefix => bound(prefix).is_none(),
            };
            if unbound {
                let message = format!("the attribute {attribute:?} has no namespace");
                return Err(error(Code::Xml, message));
            }
        }
        let root = self.root.get_or_insert_with(|| uri.to_owned());
        let known = |uri: &str| uri == NAMESPACE || uri == OLD_NAMESPACE;
        let own = uri == root || (known(uri) && known(root));
        let without_prefix = |name: &str| attributes::prefixed(name).0.is_empty();
        let attributes =
            all.into_iter().filter(|(name, _)| without_prefix(name) && *name != "xmlns").collect();
        Ok(Event::Start(Start { name, prefix, own, attributes }))
    }
}

/// Whether the text is white space.
pub(super) fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}
