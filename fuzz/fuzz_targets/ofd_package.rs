//! A package that is read is read as found too, every entry has the size that it states, and
//! verification ends: with Valid only for the one document that was signed.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::container::ofd::Package;
use yinxin::report::Verdict;
use yinxin_fuzz::{documents, now, seeds, world};

fuzz_target!(init: seeds::write("ofd_package"), |data: &[u8]| {
    for profile in [Profile::Conforming, Profile::AsFound] {
        let Ok(package) = Package::open(&data, profile) else { continue };
        assert!(Package::open(&data, Profile::AsFound).is_ok());
        for entry in package.parts() {
            if let Ok(bytes) = package.read(entry, 1 << 20) {
                assert_eq!(bytes.len() as u64, entry.size());
            }
        }
    }
    if let Ok(report) = world().verifier.verify_ofd(&data, &now(), 1) {
        let valid = report.verdict() == Verdict::Valid;
        assert!(!valid || documents::same_parts(data, &documents::stamped()));
    }
});
