//! Descriptions of documents, where seals stand, and labels, as JSON: a list never stands for an
//! object, and what can be made of a description is read again with every page.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::container::ofd::make::Maker;
use yinxin::container::ofd::{Document, Ofd, Package};
use yinxin::render::Labels;
use yinxin::signature::OfdOptions;
use yinxin_fuzz::{documents, seeds};

fuzz_target!(init: seeds::write("ofd_json"), |data: &[u8]| {
    let is_list = data.trim_ascii_start().first() == Some(&b'[');
    assert!(!is_list || OfdOptions::from_json(data).is_err());
    assert!(!is_list || Labels::from_json(data).is_err());
    let Ok(names) = Maker::files_of_json(data) else { return };
    let files: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), documents::DOT)).collect();
    let Ok(maker) = Maker::from_json(data, &files) else { return };
    assert!(!is_list);
    let Ok(made) = maker.build() else { return };
    let package = Package::open(&made.bytes, Profile::Conforming).expect("our own package");
    let (ofd, notes) = Ofd::read(&package).expect("our own OFD.xml");
    assert!(notes.is_empty());
    let root = &ofd.bodies[0].doc_root;
    let (document, _) = Document::read(&package, root).expect("our own Document.xml");
    assert_eq!((document.pages.len(), document.faults(&package)), (made.pages, Vec::new()));
});
