//! A Signatures.xml that is read, is read as found too, with the same signatures.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::container::ofd::{PartPath, SignatureList};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("ofd_signatures"), |data: &[u8]| {
    let path = PartPath::parse("Doc_0/Signs/Signatures.xml").unwrap();
    let found = SignatureList::parse(data, &path, Profile::AsFound);
    let Ok((list, _)) = SignatureList::parse(data, &path, Profile::Conforming) else { return };
    let (found, _) = found.expect("what conforms is read as found");
    assert_eq!(list.max_id, found.max_id);
    let paths = |list: &SignatureList| {
        list.signatures.iter().map(|one| (one.id.clone(), one.path.clone())).collect::<Vec<_>>()
    };
    assert_eq!(paths(&list), paths(&found));
});
