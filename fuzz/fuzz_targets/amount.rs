//! An amount is written as it was read, and text has one meaning in every encoding.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::voucher::{Encoding, Fen};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("amount"), |data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        if let Ok(fen) = Fen::parse(text) {
            assert_eq!(Fen::parse_normal(&fen.to_string()), Ok(fen));
        }
        if let Ok(fen) = Fen::parse_normal(text) {
            assert_eq!(fen.to_string(), text);
        }
    }
    for encoding in [Encoding::Utf8, Encoding::Gbk, Encoding::Gb18030] {
        let Ok(text) = encoding.decode(data, "text") else { continue };
        // GBK reads four-byte characters and does not write them.
        if let Ok(bytes) = encoding.encode(&text, "text") {
            assert_eq!(bytes, data);
        }
    }
});
