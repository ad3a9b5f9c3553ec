//! PEM: base64 between lines with a label.

use crate::error::{Code, Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The contents of every block with one of these labels, in order; other text is passed over.
pub(super) fn blocks(
    text: &[u8],
    labels: &[&str],
    structure: &'static str,
) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    let mut open: Option<(String, usize, Vec<u8>)> = None;
    let mut offset = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim_ascii();
        if let Some(label) = marker(line, "-----BEGIN ") {
            if open.is_some() {
                return Err(error(structure, "a block starts inside another", start));
            }
            open = Some((label, start, Vec::new()));
        } else if let Some(label) = marker(line, "-----END ") {
            let Some((begun, at, body)) = open.take() else {
                return Err(error(structure, "a block ends that did not start", start));
            };
            if begun != label {
                return Err(error(structure, "a block ends with another label", start));
            }
            if labels.contains(&label.as_str()) {
                let der = STANDARD
                    .decode(&body)
                    .map_err(|_| error(structure, "the block is not canonical base64", at))?;
                found.push(der);
            }
        } else if let Some((label, _, body)) = &mut open
            && labels.contains(&label.as_str())
        {
            body.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
        }
    }
    match open {
        Some((_, at, _)) => Err(error(structure, "a block does not end", at)),
        None => Ok(found),
    }
}

/// The only block with one of these labels.
pub(super) fn single(text: &[u8], labels: &[&str], structure: &'static str) -> Result<Vec<u8>> {
    let mut found = blocks(text, labels, structure)?;
    match (found.pop(), found.is_empty()) {
        (Some(der), true) => Ok(der),
        (None, _) => Err(Error::new(Code::Pem, structure, format!("no {} block", labels[0]))),
        (Some(_), false) => Err(Error::new(Code::Pem, structure, "more than one block")),
    }
}

/// Whether these bytes are meant as PEM rather than DER.
pub(super) fn looks_like_pem(bytes: &[u8]) -> bool {
    !bytes.starts_with(&[0x30]) || bytes.starts_with(b"0---") // '0' is also the tag of SEQUENCE
}

fn marker(line: &[u8], start: &str) -> Option<String> {
    let label = line.strip_prefix(start.as_bytes())?.strip_suffix(b"-----")?;
    String::from_utf8(label.to_vec()).ok()
}

fn error(structure: &'static str, message: &'static str, offset: usize) -> Error {
    Error::new(Code::Pem, structure, message).at(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: &[&str] = &["CERTIFICATE"];

    fn read(text: &str) -> Result<Vec<Vec<u8>>> {
        blocks(text.as_bytes(), LABELS, "Test")
    }

    #[test]
    fn reads_blocks_and_passes_over_the_rest() {
        let text = "Subject: x\r\n-----BEGIN CERTIFICATE-----\r\nAAEC\r\nAw==\r\n-----END CERTIFICATE-----\r\n\
                    -----BEGIN PRIVATE KEY-----\nnot base64!\n-----END PRIVATE KEY-----\n\
                    -----BEGIN CERTIFICATE-----\nBA==\n-----END CERTIFICATE-----";
        assert_eq!(read(text).unwrap(), [vec![0, 1, 2, 3], vec![4]]);
        assert!(single(text.as_bytes(), LABELS, "Test").is_err());
        assert!(read("nothing").unwrap().is_empty());
    }

    #[test]
    fn refuses_broken_blocks() {
        for text in [
            "-----BEGIN CERTIFICATE-----\nAAEC\n",
            "-----BEGIN CERTIFICATE-----\nAAE\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nAAF=\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nAAEC\n-----END X509 CRL-----",
            "-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
            "-----END CERTIFICATE-----",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
