//! PEM: labelled base64 blocks in a text, as files of keys and certificates have them.
//!
//! # Source
//!
//! RFC 7468; text before, between and after the blocks is skipped, as every tool does.

use crate::error::{Code, Error, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The most bytes of a PEM file that are read.
pub const MAX_PEM: usize = 64 * 1024 * 1024;

/// One block: its label and the bytes it holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// The label, `CERTIFICATE` for example.
    pub label: String,
    /// The decoded bytes; they may be secret, so there is no Debug.
    pub der: Vec<u8>,
}

/// Whether the text holds a PEM block.
pub fn is_pem(text: &[u8]) -> bool {
    find(text, BEGIN).is_some()
}

/// Every block of the text, in order.
///
/// # Errors
///
/// [`Code::Pem`] with the offset of a block that does not end, whose labels differ or whose
/// contents are not base64; [`Code::Size`] above [`MAX_PEM`].
pub fn blocks(text: &[u8]) -> Result<Vec<Block>> {
    if text.len() > MAX_PEM {
        return Err(Error::new(Code::Size, "PEM", "the text is larger than MAX_PEM"));
    }
    let mut blocks = Vec::new();
    let mut position = 0;
    while let Some(found) = text.get(position..).and_then(|rest| find(rest, BEGIN)) {
        let start = position + found;
        let (block, length) =
            block(&text[start..]).map_err(|why| Error::new(Code::Pem, "PEM", why).at(start))?;
        blocks.push(block);
        position = start + length;
    }
    Ok(blocks)
}

/// The text of one block, 64 characters a line.
pub fn encode(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

/// The block at the start of `text` and its length.
fn block(text: &[u8]) -> std::result::Result<(Block, usize), &'static str> {
    let after = &text[BEGIN.len()..];
    let label_length = find(after, DASHES).ok_or("the first line does not end")?;
    let label = std::str::from_utf8(&after[..label_length]).map_err(|_| "the label is no text")?;
    if label.contains(['\n', '\r']) {
        return Err("the first line does not end");
    }
    let body_start = BEGIN.len() + label_length + DASHES.len();
    let body_length = find(&text[body_start..], END).ok_or("the block does not end")?;
    let end = [END, label.as_bytes(), DASHES].concat();
    if !text[body_start + body_length..].starts_with(&end) {
        return Err("the block ends with another label");
    }
    let body = &text[body_start..body_start + body_length];
    let digits: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let der = STANDARD.decode(digits).map_err(|_| "the contents are not base64")?;
    Ok((Block { label: label.to_owned(), der }, body_start + body_length + end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_several_blocks_among_text() {
        let text = format!("head\n{}middle\r\n{}", encode("A", &[1; 50]), encode("B C", b"x"));
        let blocks = blocks(text.as_bytes()).unwrap();
        assert_eq!(blocks.len(), 2);
        assert_eq!((blocks[0].label.as_str(), blocks[0].der.len()), ("A", 50));
        assert_eq!((blocks[1].label.as_str(), blocks[1].der.as_slice()), ("B C", &b"x"[..]));
    }

    #[test]
    fn refuses_broken_blocks_with_their_place() {
        for text in [
            "ab-----BEGIN A-----\nAAAA\n",
            "ab-----BEGIN A-----\nAAAA\n-----END B-----\n",
            "ab-----BEGIN A-----\nA*AA\n-----END A-----\n",
            "ab-----BEGIN A",
            "ab-----BEGIN A\nB-----\n-----END A\nB-----",
        ] {
            let error = blocks(text.as_bytes()).err().unwrap();
            assert_eq!((error.code(), error.offset()), (Code::Pem, Some(2)), "{text}");
        }
        assert!(blocks(b"no block").unwrap().is_empty());
    }
}
