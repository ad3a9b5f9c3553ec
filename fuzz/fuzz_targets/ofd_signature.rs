//! A Signature.xml that is read, is read as found too, with the same references and stamps.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::container::ofd::{PartPath, SignatureFile};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("ofd_signature"), |data: &[u8]| {
    let path = PartPath::parse("Doc_0/Signs/Sign_0/Signature.xml").unwrap();
    let found = SignatureFile::parse(data, &path, Profile::AsFound);
    if let Ok((file, _)) = &found {
        for stamp in &file.stamps {
            if let Ok(boundary) = stamp.boundary() {
                assert!(boundary.width.is_finite() && boundary.height.is_finite());
            }
            let _ = stamp.clip();
        }
    }
    let Ok((file, _)) = SignatureFile::parse(data, &path, Profile::Conforming) else { return };
    let (found, _) = found.expect("what conforms is read as found");
    let references = |file: &SignatureFile| {
        file.references.iter().map(|one| one.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(references(&file), references(&found));
    assert_eq!(file.stamps.len(), found.stamps.len());
});
