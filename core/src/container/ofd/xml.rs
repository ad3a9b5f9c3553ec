//! The XML of parts, read strictly: as events in bounded memory, or as a tree.
//!
//! Refused: document types, entities but the five of XML, references to control characters,
//! attributes that stand twice, prefixes without a namespace, and encodings other than UTF-8,
//! UTF-16 with its mark, GBK and GB18030. Elements count as OFD's by their namespace alone.

mod attributes;
mod decoded;
mod events;
mod source;
mod tree;

pub(crate) use decoded::Decoded;
pub(crate) use events::{Event, Events, Namespace};
pub(crate) use source::Source;
pub(crate) use tree::{Element, Tree};

use crate::error::{Code, Error};
use std::io;

/// The namespace of GB/T 33190-2016.
pub(crate) const NAMESPACE: &str = "http://www.ofdspec.org/2016";
/// The namespace of the drafts before it, which real files use.
pub(crate) const OLD_NAMESPACE: &str = "http://www.ofdspec.org";

/// The error of this library inside an error of input, or one that says that reading failed.
fn from_io(error: &io::Error, part: &str) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(inner) => inner.clone(),
        None => Error::new(Code::Read, part.to_owned(), error.to_string()),
    }
}
