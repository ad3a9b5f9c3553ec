//! A document with a stamp on its page that locks it, made in the small world.

use crate::{now, world};
use std::sync::OnceLock;
use yinxin::Result;
use yinxin::asn1::Profile;
use yinxin::container::ofd::{Length, NewPackage, Package, PartPath};
use yinxin::crypto::sm2::UserId;
use yinxin::seal::Seal;
use yinxin::signature::{OfdPlacement, OfdPosition, OfdRequest, prepare_ofd, sign_ofd};
use yinxin::time::Time;

const PARTS: [(&str, &str); 3] = [
    (
        "OFD.xml",
        "<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\" Version=\"1.0\" DocType=\"OFD\">\
         <ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID>\
         </ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
    ),
    (
        "Doc_0/Document.xml",
        "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData>\
         <ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297\
         </ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>\
         <ofd:Page ID=\"1\" BaseLoc=\"Page.xml\"/></ofd:Pages></ofd:Document>",
    ),
    (
        "Doc_0/Page.xml",
        "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content><ofd:Layer ID=\"2\"/>\
         </ofd:Content></ofd:Page>",
    ),
];

/// A picture of one point.
pub const DOT: &[u8] =
    b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\
    \x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0aIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\
    \xa4q\x00\x00\x00\x00IEND\xaeB`\x82";

/// The document.
pub fn stamped() -> Vec<u8> {
    static STAMPED: OnceLock<Vec<u8>> = OnceLock::new();
    STAMPED.get_or_init(|| make().expect("a document")).clone()
}

/// A part of the document.
pub fn part(name: &str) -> Vec<u8> {
    parts(&stamped()).into_iter().find(|(path, _)| path == name).expect("a part").1
}

/// Whether two packages hold the same parts.
pub fn same_parts(one: &[u8], other: &[u8]) -> bool {
    parts(one) == parts(other)
}

fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let package = Package::open(&bytes, Profile::AsFound).expect("a package");
    let read = |entry| package.read(entry, 1 << 20).expect("a part");
    let mut parts: Vec<_> =
        package.parts().map(|entry| (entry.path().entry_name().to_owned(), read(entry))).collect();
    parts.sort();
    parts
}

/// The document without its stamp.
pub fn plain() -> Vec<u8> {
    let mut package = NewPackage::new(time());
    for (name, text) in PARTS {
        package.put(PartPath::parse(name).expect("a path"), text.as_bytes().to_vec());
    }
    let mut bytes = Vec::new();
    package.write_to(&mut bytes).expect("memory");
    bytes
}

/// What is asked of a key elsewhere: a stamp on a page, and a signature that locks.
pub fn requests() -> Vec<Vec<u8>> {
    let world = world();
    let plain = plain();
    let package = Package::open(&plain, Profile::Conforming).expect("a package");
    let seal = Seal::parse(&world.seals[1], Profile::Conforming).expect("a seal");
    let placements = [placement()];
    let asked = [OfdRequest::stamp(&seal, &placements, time()), OfdRequest::sign(time()).locking()];
    let prepare = |request| prepare_ofd(&package, request, &world.signer, &UserId::default(), 1);
    asked.iter().map(|request| prepare(request).expect("a request").to_bytes()).collect()
}

fn time() -> Time {
    Time::from_civil(2026, 5, 1, 0, 0, 0).expect("a time")
}

fn placement() -> OfdPlacement {
    let middle = Length::from_millimetres(60);
    OfdPlacement { position: OfdPosition::Page { page: 1, x: middle, y: middle }, size: None }
}

fn make() -> Result<Vec<u8>> {
    let world = world();
    let bytes = plain();
    let package = Package::open(&bytes, Profile::Conforming)?;
    let seal = Seal::parse(&world.seals[1], Profile::Conforming)?;
    let placements = [placement()];
    let request = OfdRequest::stamp(&seal, &placements, time()).locking();
    let stamped = sign_ofd(&package, &request, &world.key, 1)?.to_bytes()?;
    let report = world.verifier.verify_ofd(&stamped, &now(), 1)?;
    report.require_valid()?;
    Ok(stamped)
}
