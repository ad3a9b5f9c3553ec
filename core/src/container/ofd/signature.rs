//! Signature.xml: what one signature protects, and where it shows.

use super::limits::{MAX_REFERENCES, MAX_STAMPS};
use super::xml::{Element, Tree};
use super::{Notes, PartPath, Rect};
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashSet;

/// What Signature.xml says. Elements are taken in any order.
///
/// # Source
///
/// GB/T 33190-2016, the description of a digital signature; GM/T 0099-2020.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureFile {
    /// Who made it.
    pub provider: Provider,
    /// The signature algorithm, as written.
    pub method: Option<String>,
    /// When it was made, as written; its zone is anybody's guess and no check goes by it.
    pub date_time: Option<String>,
    /// Parameters by their names (GM/T 0099-2020).
    pub parameters: Vec<(String, String)>,
    /// How the references are hashed, as written: a name or an identifier.
    pub check_method: Option<String>,
    /// What it protects.
    pub references: Vec<Reference>,
    /// Where it shows on pages.
    pub stamps: Vec<StampAnnot>,
    /// Where the seal stands as a file of its own.
    pub seal: Option<PartPath>,
    /// Where the signature value stands.
    pub signed_value: PartPath,
}

/// The program that made a signature.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Provider {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Who makes it.
    pub company: Option<String>,
}

/// One protected part.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// Where it stands.
    pub path: PartPath,
    /// Its digest.
    pub check_value: Vec<u8>,
}

/// One place on a page where a signature shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StampAnnot {
    /// Its ID.
    pub id: String,
    /// The ID of the page.
    pub page: String,
    /// The box of the whole picture, as written.
    pub boundary: String,
    /// The part of the picture that shows, within its box, as written.
    pub clip: Option<String>,
}

impl StampAnnot {
    /// The box of the whole picture on the page.
    ///
    /// # Errors
    ///
    /// As [`Rect::parse`].
    pub fn boundary(&self) -> Result<Rect> {
        Rect::parse(&self.boundary)
    }

    /// The part of the picture that shows, from the corner of its box.
    ///
    /// # Errors
    ///
    /// As [`Rect::parse`].
    pub fn clip(&self) -> Result<Option<Rect>> {
        self.clip.as_deref().map(Rect::parse).transpose()
    }
}

impl SignatureFile {
    /// Reads a Signature.xml that stands at this place.
    ///
    /// # Errors
    ///
    /// As [`Ofd::parse`](super::Ofd::parse); `Structure` also for a part that is protected twice,
    /// and for no reference at all; `Value` for locations that lead out of the package.
    pub fn parse(
        bytes: &[u8],
        path: &PartPath,
        profile: Profile,
    ) -> Result<(SignatureFile, Notes)> {
        let mut tree = Tree::parse(bytes, path.as_str(), profile)?;
        let mut notes = tree.take_notes();
        let root = tree.root("Signature")?;
        let info = root.need("SignedInfo")?;
        let mut odd = Odd { path, profile, notes: &mut notes };
        let list = info.need("References")?;
        let seal = match info.one("Seal")? {
            Some(seal) => Some(path.resolve(seal.need("BaseLoc")?.text()?)?),
            None => None,
        };
        let file = SignatureFile {
            provider: provider(&info, &mut odd)?,
            method: info.text_of("SignatureMethod")?.map(str::to_owned),
            date_time: info.text_of("SignatureDateTime")?.map(str::to_owned),
            parameters: parameters(&info)?,
            check_method: list.attribute("CheckMethod").map(|text| text.trim().to_owned()),
            references: references(&list, &mut odd)?,
            stamps: stamps(&info)?,
            seal,
            signed_value: path.resolve(root.need("SignedValue")?.text()?)?,
        };
        Ok((file, notes))
    }
}

/// Deviations of one file.
struct Odd<'n> {
    path: &'n PartPath,
    profile: Profile,
    notes: &'n mut Notes,
}

impl Odd<'_> {
    fn tolerate(&mut self, element: &Element<'_>, code: NoteCode, detail: String) -> Result<()> {
        if self.profile == Profile::Conforming {
            return Err(element.error(detail));
        }
        self.notes.push((code, format!("{}: {detail}", self.path)));
        Ok(())
    }
}

fn provider(info: &Element<'_>, odd: &mut Odd<'_>) -> Result<Provider> {
    let Some(element) = info.one("Provider")? else {
        let detail = "there is no <Provider>".to_owned();
        odd.tolerate(info, NoteCode::DeviationElement, detail)?;
        return Ok(Provider::default());
    };
    if element.children().next().is_some() {
        let detail = "<Provider> holds elements where attributes are due".to_owned();
        odd.tolerate(&element, NoteCode::DeviationElement, detail)?;
    }
    let said = |attribute: &'static str| -> Result<Option<String>> {
        let found = match element.attribute(attribute) {
            Some(found) => Some(found),
            None => element.text_of(attribute)?,
        };
        Ok(found.map(str::to_owned))
    };
    Ok(Provider {
        name: said("ProviderName")?,
        version: said("Version")?,
        company: said("Company")?,
    })
}

fn parameters(info: &Element<'_>) -> Result<Vec<(String, String)>> {
    let Some(list) = info.one("Parameters")? else { return Ok(Vec::new()) };
    let read = |parameter: Element<'_>| {
        Ok((parameter.required("Name")?.to_owned(), parameter.text()?.to_owned()))
    };
    list.all("Parameter").map(read).collect()
}

fn references(list: &Element<'_>, odd: &mut Odd<'_>) -> Result<Vec<Reference>> {
    let (mut references, mut seen) = (Vec::new(), HashSet::new());
    for element in list.all("Reference") {
        if references.len() == MAX_REFERENCES {
            let message = format!("more than {MAX_REFERENCES} references");
            return Err(Error::new(Code::Count, odd.path.as_str().to_owned(), message));
        }
        let loc = element.required("FileRef")?;
        let path = odd.path.resolve(loc)?;
        if !loc.starts_with('/') {
            let detail = format!("the reference {loc:?} is not from the root of the package");
            odd.tolerate(&element, NoteCode::DeviationPath, detail)?;
        }
        if !seen.insert(path.folded()) {
            return Err(element.error(format!("the reference {path} stands twice")));
        }
        let text = element.need("CheckValue")?.text()?;
        let digits: String = text.split([' ', '\t', '\r', '\n']).collect();
        let Ok(check_value) = STANDARD.decode(digits) else {
            return Err(element.error(format!("the digest of {path} is not base64")));
        };
        references.push(Reference { path, check_value });
    }
    if references.is_empty() {
        return Err(list.error("there is no <Reference>"));
    }
    Ok(references)
}

fn stamps(info: &Element<'_>) -> Result<Vec<StampAnnot>> {
    let mut stamps = Vec::new();
    for element in info.all("StampAnnot") {
        if stamps.len() == MAX_STAMPS {
            return Err(element.error(format!("more than {MAX_STAMPS} stamps")));
        }
        stamps.push(StampAnnot {
            id: element.attribute("ID").unwrap_or_default().to_owned(),
            page: element.required("PageRef")?.to_owned(),
            boundary: element.required("Boundary")?.to_owned(),
            clip: element.attribute("Clip").map(str::to_owned),
        });
    }
    Ok(stamps)
}
