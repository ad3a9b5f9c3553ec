//! Pictures of seals: what a file is, and whether it is what it is said to be.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::seal::picture;
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("picture"), |data: &[u8]| {
    let kind = picture::sniff(data).map(|(kind, _)| kind);
    for name in ["PNG", "JPG", "GIF", "BMP", "SVG", "ofd"] {
        let judged = picture::judge(name, data);
        let stated = picture::Kind::from_name(name);
        assert!(judged.is_err() || stated.is_none() || stated == kind);
    }
});
