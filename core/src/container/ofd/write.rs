//! Writing packages: where a signature goes and what of a seal is shown where; no digest, no key.

mod archive;
mod insert;
mod length;
mod signature_xml;
mod straddle;
mod zip;

pub(super) use archive::{Archive, Stamp};
pub use insert::{with_signature, with_signature_list};
pub use length::{Area, Length};
pub use signature_xml::{
    ListEntry, NAMESPACE, SignatureDescription, StampAnnotation, new_signature_list,
};
pub use straddle::{Division, Edge, PageSize, Placed, Straddle};
pub use zip::{NewPackage, Rewrite};
