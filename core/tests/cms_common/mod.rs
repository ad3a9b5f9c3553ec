//! What the tests of messages share.

#![allow(dead_code, missing_docs)]

use yinxin::error::{Code, Error};

/// The error, which must have this code.
pub fn refusal<T>(result: Result<T, Error>, code: Code) -> Error {
    let Err(error) = result else { panic!("{} was due", code.name()) };
    assert_eq!(error.code(), code, "{error}");
    error
}

/// The same elements in BER: every constructed length open, every OCTET STRING of more than `piece`
/// bytes (and every `[0]` that is one) in pieces of that length. What is signed or under a tag as it
/// stands, at depth 3 and 5 with a context tag, is left alone.
pub fn open_lengths(der: &[u8], piece: usize) -> Vec<u8> {
    elements(der, piece, 0, true)
}

/// The same, and nothing is left alone.
pub fn open_everything(der: &[u8], piece: usize) -> Vec<u8> {
    elements(der, piece, 0, false)
}

fn elements(mut rest: &[u8], piece: usize, depth: usize, keep: bool) -> Vec<u8> {
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (header, length) = match rest[1] {
            short @ 0..0x80 => (2, usize::from(short)),
            long => {
                let count = usize::from(long & 0x7f);
                let bytes = &rest[2..2 + count];
                (2 + count, bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
            }
        };
        let (tag, value) = (rest[0], &rest[header..header + length]);
        let constructed = tag & 0x20 != 0;
        let kept = keep && matches!(depth, 3 | 5) && tag & 0xe0 == 0xa0;
        if kept {
            out.extend([&[tag, 0x80][..], value, &[0, 0]].concat());
        } else if constructed {
            out.extend(
                [&[tag, 0x80][..], &elements(value, piece, depth + 1, keep), &[0, 0]].concat(),
            );
        } else if matches!(tag, 0x04 | 0x80) && length > piece && piece < 0x80 && depth < 6 {
            out.extend([tag | 0x20, 0x80]);
            for part in value.chunks(piece) {
                out.extend([&[0x04, part.len() as u8][..], part].concat());
            }
            out.extend([0, 0]);
        } else {
            out.extend(&rest[..header + length]);
        }
        rest = &rest[header + length..];
    }
    out
}
