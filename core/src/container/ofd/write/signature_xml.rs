//! Writing Signature.xml, in the order of the standard's schema.

use super::length::Area;
use crate::error::{Code, Error, Result};

/// The namespace of GB/T 33190-2016.
pub const NAMESPACE: &str = "http://www.ofdspec.org/2016";

/// The picture of a seal on a page, as Signature.xml lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampAnnotation {
    /// Its identifier, unique among those of the document's signatures.
    pub id: String,
    /// The identifier of the page.
    pub page: String,
    /// The box of the whole picture.
    pub boundary: Area,
    /// What of it is shown.
    pub clip: Option<Area>,
}

/// What Signature.xml says.
#[derive(Debug, Clone)]
pub struct SignatureDescription<'a> {
    /// Who wrote the signature: the program's name and version.
    pub provider: (&'a str, &'a str),
    /// The object identifier of the signature algorithm.
    pub method: &'a str,
    /// The stated time.
    pub date_time: &'a str,
    /// The name of the digest that the references are made with.
    pub check_method: &'a str,
    /// The files that are protected, as paths from the package's root, and their digests in base64.
    pub references: &'a [(String, String)],
    /// The pictures on pages.
    pub stamps: &'a [StampAnnotation],
    /// The path of the seal.
    pub seal: Option<&'a str>,
    /// The path of the signature value.
    pub signed_value: &'a str,
}

impl SignatureDescription<'_> {
    /// The bytes of Signature.xml.
    ///
    /// # Errors
    ///
    /// [`Code::Text`] for a character that XML has no way to write.
    ///
    /// # Source
    ///
    /// GB/T 33190-2016, clause 18.
    pub fn to_xml(&self) -> Result<Vec<u8>> {
        let mut xml = Xml::new();
        xml.open("Signature", &[("xmlns:ofd", NAMESPACE)])?;
        xml.open("SignedInfo", &[])?;
        let (name, version) = self.provider;
        xml.empty("Provider", &[("ProviderName", name), ("Version", version)])?;
        xml.text("SignatureMethod", self.method)?;
        xml.text("SignatureDateTime", self.date_time)?;
        xml.open("References", &[("CheckMethod", self.check_method)])?;
        for (path, digest) in self.references {
            xml.open("Reference", &[("FileRef", path)])?;
            xml.text("CheckValue", digest)?;
            xml.close("Reference");
        }
        xml.close("References");
        for stamp in self.stamps {
            let boundary = stamp.boundary.to_string();
            let clip = stamp.clip.map(|clip| clip.to_string());
            let mut attributes =
                vec![("ID", stamp.id.as_str()), ("PageRef", &stamp.page), ("Boundary", &boundary)];
            attributes.extend(clip.as_deref().map(|clip| ("Clip", clip)));
            xml.empty("StampAnnot", &attributes)?;
        }
        if let Some(seal) = self.seal {
            xml.open("Seal", &[])?;
            xml.text("BaseLoc", seal)?;
            xml.close("Seal");
        }
        xml.close("SignedInfo");
        xml.text("SignedValue", self.signed_value)?;
        xml.close("Signature");
        Ok(xml.0.into_bytes())
    }
}

/// The bytes of a new Signatures.xml with one signature.
///
/// # Errors
///
/// As [`SignatureDescription::to_xml`].
pub fn new_signature_list(max_id: &str, entry: &ListEntry<'_>) -> Result<Vec<u8>> {
    let mut xml = Xml::new();
    xml.open("Signatures", &[("xmlns:ofd", NAMESPACE)])?;
    xml.text("MaxSignId", max_id)?;
    xml.empty("Signature", &entry.attributes())?;
    xml.close("Signatures");
    Ok(xml.0.into_bytes())
}

/// A signature as Signatures.xml lists it.
#[derive(Debug, Clone, Copy)]
pub struct ListEntry<'a> {
    /// Its identifier.
    pub id: &'a str,
    /// `Seal` or `Sign`.
    pub kind: &'a str,
    /// The path of its Signature.xml.
    pub location: &'a str,
}

impl ListEntry<'_> {
    pub(super) fn attributes(&self) -> [(&'static str, &str); 3] {
        [("ID", self.id), ("Type", self.kind), ("BaseLoc", self.location)]
    }
}

/// XML being written, all names in the prefix `ofd`.
struct Xml(String);

impl Xml {
    fn new() -> Xml {
        Xml(String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<()> {
        self.0.push_str(&tag("ofd:", name, attributes)?);
        self.0.push('>');
        Ok(())
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<()> {
        self.0.push_str(&tag("ofd:", name, attributes)?);
        self.0.push_str("/>");
        Ok(())
    }

    fn text(&mut self, name: &str, text: &str) -> Result<()> {
        self.open(name, &[])?;
        self.0.push_str(&escaped(text)?);
        self.close(name);
        Ok(())
    }

    fn close(&mut self, name: &str) {
        self.0.push_str("</ofd:");
        self.0.push_str(name);
        self.0.push('>');
    }
}

/// A start tag without its end, its name in this prefix (`ofd:`, or nothing).
pub(super) fn tag(prefix: &str, name: &str, attributes: &[(&str, &str)]) -> Result<String> {
    let mut out = format!("<{prefix}{name}");
    for (name, value) in attributes {
        out.push_str(&format!(" {name}=\"{}\"", escaped(value)?));
    }
    Ok(out)
}

/// Text with entities in place of the characters that need them.
///
/// # Errors
///
/// [`Code::Text`] for a character that XML has no way to write.
pub(super) fn escaped(text: &str) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                let message = format!("{c:?} cannot be written in XML");
                return Err(Error::new(Code::Text, "Signature.xml", message));
            }
            c => out.push(c),
        }
    }
    Ok(out)
}
