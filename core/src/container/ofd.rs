//! OFD documents: packages of XML parts, pictures, fonts and signatures.
//!
//! | where | what |
//! |---|---|
//! | [`ReadAt`], [`Package`], [`Entry`], [`EntryReader`] | the package: a zip file, read strictly and in pieces |
//! | [`PartPath`] | where a part stands, and the locations that parts write |
//! | [`Ofd`], [`Document`], [`Attachment`] | OFD.xml, Document.xml and the list of attachments as values |
//! | [`SignatureList`], [`SignatureFile`] | Signatures.xml and Signature.xml as values |
//! | [`Rect`] | a box on a page |
//! | [`limits`] | how much is read at most |
//! | [`Rewrite`], [`NewPackage`] | packages written: with parts added or replaced, and from nothing |
//! | [`SignatureDescription`], [`with_signature`] | the files of a signature written |
//! | [`Straddle`], [`Length`] | where the parts of a seal stand |
//!
//! Opening a package proves nothing; that is what
//! [`Verifier::verify_ofd`](crate::signature::Verifier::verify_ofd) is for.
//!
//! # Source
//!
//! GB/T 33190-2016; GM/T 0099-2020 for signatures.

mod attachments;
mod document;
mod entry;
mod geometry;
mod integrity;
pub mod limits;
pub mod make;
mod name;
pub(crate) mod object;
mod package;
mod page_text;
mod path;
mod root;
pub(crate) mod scan;
mod signature;
mod signatures;
mod source;
pub(crate) mod walk;
mod write;
pub(crate) mod xml;
mod zip;

pub use attachments::Attachment;
pub use document::{Document, PageRef};
pub(crate) use entry::Inflater;
pub use entry::{Entry, EntryReader};
pub use geometry::{MAX_MM, Rect};
pub use integrity::IntegrityList;
pub use package::Package;
pub use path::PartPath;
pub use root::{DocBody, Ofd, VersionRef};
pub use signature::{Provider, Reference, SignatureFile, StampAnnot};
pub use signatures::{SignatureKind, SignatureList, SignatureRef};
pub use source::ReadAt;
pub use write::{
    Area, Division, Edge, Length, ListEntry, NAMESPACE, NewPackage, PageSize, Placed, Rewrite,
    SignatureDescription, StampAnnotation, Straddle, new_signature_list, with_signature,
    with_signature_list,
};

use crate::report::NoteCode;

/// Notes met while reading: what, and where.
pub type Notes = Vec<(NoteCode, String)>;
