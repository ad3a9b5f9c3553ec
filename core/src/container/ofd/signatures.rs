//! Signatures.xml: the list of signatures.

use super::limits::MAX_SIGNATURES;
use super::xml::Tree;
use super::{Notes, PartPath};
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use std::collections::HashSet;

/// What Signatures.xml says.
///
/// # Source
///
/// GB/T 33190-2016, the list of digital signatures; GM/T 0099-2020.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SignatureList {
    /// The highest ID given so far, as written: `s002`, `2`.
    pub max_id: Option<String>,
    /// The signatures, in their order.
    pub signatures: Vec<SignatureRef>,
}

/// One signature of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureRef {
    /// Its ID.
    pub id: String,
    /// Seal or plain signature.
    pub kind: SignatureKind,
    /// Where its Signature.xml stands.
    pub path: PartPath,
    /// The ID of a signature that has to be good too.
    pub relative: Option<String>,
}

/// What a signature is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureKind {
    /// An electronic seal.
    Seal,
    /// A certificate alone.
    Sign,
}

impl SignatureKind {
    /// `Seal` or `Sign`, as written.
    pub fn name(self) -> &'static str {
        match self {
            SignatureKind::Seal => "Seal",
            SignatureKind::Sign => "Sign",
        }
    }
}

impl SignatureList {
    /// Reads a Signatures.xml that stands at this place.
    ///
    /// # Errors
    ///
    /// As [`Ofd::parse`](super::Ofd::parse); `Structure` also for two signatures with one ID or at
    /// one place.
    pub fn parse(
        bytes: &[u8],
        path: &PartPath,
        profile: Profile,
    ) -> Result<(SignatureList, Notes)> {
        let mut tree = Tree::parse(bytes, path.as_str(), profile)?;
        let mut notes = tree.take_notes();
        let root = tree.root("Signatures")?;
        let mut list = SignatureList::default();
        let mut max_ids = root.all("MaxSignId");
        if let Some(max) = max_ids.next() {
            list.max_id = Some(max.text()?.to_owned()).filter(|text| !text.is_empty());
        }
        if let Some(second) = max_ids.next() {
            let error = second.error("<MaxSignId> stands twice");
            if profile == Profile::Conforming {
                return Err(error);
            }
            notes.push((NoteCode::DeviationElement, format!("{path}: {}", error.message())));
        }
        let (mut ids, mut places) = (HashSet::new(), HashSet::new());
        for element in root.all("Signature") {
            if list.signatures.len() == MAX_SIGNATURES {
                let message = format!("more than {MAX_SIGNATURES} signatures");
                return Err(Error::new(Code::Count, path.as_str().to_owned(), message));
            }
            let id = element.required("ID")?.to_owned();
            let kind = match element.attribute("Type") {
                None | Some("Seal") => SignatureKind::Seal,
                Some("Sign") => SignatureKind::Sign,
                Some(other) => return Err(element.error(format!("the type {other:?} is unknown"))),
            };
            let place = path.resolve(element.required("BaseLoc")?)?;
            if !ids.insert(id.clone()) || !places.insert(place.folded()) {
                return Err(element.error(format!("the signature {id:?} at {place} stands twice")));
            }
            let relative = element.attribute("Relative").map(str::to_owned);
            list.signatures.push(SignatureRef { id, kind, path: place, relative });
        }
        Ok((list, notes))
    }
}
