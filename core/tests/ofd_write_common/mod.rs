//! Plain documents to sign, and what they look like afterwards.

#![allow(dead_code, missing_docs)]

use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::container::ofd::{NewPackage, Package, PartPath};

pub const NAMESPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";

pub fn path(text: &str) -> PartPath {
    PartPath::parse(text).unwrap()
}

/// The parts of a document of so many pages of A4.
pub fn parts(pages: usize) -> Vec<(String, String)> {
    let xml = |body: String| format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}\n");
    let listed: String = (0..pages)
        .map(|n| format!("<ofd:Page ID=\"{}\" BaseLoc=\"Pages/Page_{n}/Content.xml\"/>", n + 10))
        .collect();
    let mut parts = vec![
        (
            "OFD.xml".to_owned(),
            xml(format!(
                "<ofd:OFD {NAMESPACE} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo>\
                 <ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID></ofd:DocInfo>\
                 <ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
            )),
        ),
        (
            "Doc_0/Document.xml".to_owned(),
            xml(format!(
                "<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID>\
                 <ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>\
                 <ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>\
                 <ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
            )),
        ),
        (
            "Doc_0/PublicRes.xml".to_owned(),
            xml(format!(
                "<ofd:Res {NAMESPACE} BaseLoc=\"Res\"><ofd:Fonts><ofd:Font ID=\"3\" \
                 FontName=\"SimSun\" FamilyName=\"SimSun\"/></ofd:Fonts></ofd:Res>"
            )),
        ),
    ];
    for n in 0..pages {
        let content = format!(
            "<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer ID=\"{}\"><ofd:TextObject ID=\"{}\" \
             Boundary=\"20 20 150 10\" Font=\"3\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"6\">第{}页\
             </ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>",
            n + 1000,
            n + 3000,
            n + 1
        );
        parts.push((format!("Doc_0/Pages/Page_{n}/Content.xml"), xml(content)));
    }
    parts
}

pub fn packed(parts: &[(String, String)]) -> Vec<u8> {
    let mut package = NewPackage::new(Time::parse_rfc3339("2026-03-01T10:00:00Z").unwrap());
    for (name, text) in parts {
        package.put(path(name), text.clone().into_bytes());
    }
    let mut bytes = Vec::new();
    assert_eq!(package.write_to(&mut bytes).unwrap(), bytes.len() as u64);
    bytes
}

/// A document of so many pages of A4.
pub fn document(pages: usize) -> Vec<u8> {
    packed(&parts(pages))
}

/// The bytes of a part.
pub fn part(package: &[u8], name: &str) -> Vec<u8> {
    let package = Package::open(&package, Profile::Conforming).unwrap();
    let entry = package.part(&path(name)).unwrap_or_else(|| panic!("no part {name}"));
    package.read(entry, 1 << 24).unwrap()
}

/// The bytes of a part, as text.
pub fn text(package: &[u8], name: &str) -> String {
    String::from_utf8(part(package, name)).unwrap()
}
