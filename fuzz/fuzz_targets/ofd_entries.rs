//! A list of parts that is read, is read as found too, with the same parts.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::container::ofd::IntegrityList;
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("ofd_entries"), |data: &[u8]| {
    let found = IntegrityList::parse(data, Profile::AsFound);
    let Ok((list, notes)) = IntegrityList::parse(data, Profile::Conforming) else { return };
    assert!(notes.is_empty());
    assert_eq!(list, found.expect("what conforms is read as found").0);
});
