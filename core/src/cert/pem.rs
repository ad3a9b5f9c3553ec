//! Certificates and lists among the blocks of a PEM text.

use crate::asn1::pem;
use crate::error::{Code, Error, Result};

/// The contents of every block with one of these labels, at least one; others are passed over.
pub(super) fn many(text: &[u8], labels: &[&str], structure: &'static str) -> Result<Vec<Vec<u8>>> {
    let wanted = |block: &pem::Block| labels.contains(&block.label.as_str());
    let found: Vec<Vec<u8>> =
        pem::blocks(text)?.into_iter().filter(wanted).map(|block| block.der).collect();
    if found.is_empty() {
        let message = format!("there is no block {}", labels.join(" or "));
        return Err(Error::new(Code::Pem, structure, message));
    }
    Ok(found)
}

/// The only block with one of these labels.
pub(super) fn single(text: &[u8], labels: &[&str], structure: &'static str) -> Result<Vec<u8>> {
    let mut found = many(text, labels, structure)?;
    match found.pop() {
        Some(der) if found.is_empty() => Ok(der),
        _ => Err(Error::new(Code::Pem, structure, "there is more than one block")),
    }
}

/// Whether these bytes are to be read as PEM: they do not start as DER of a SEQUENCE does.
pub(super) fn is_meant(bytes: &[u8]) -> bool {
    bytes.first() != Some(&crate::asn1::reader::tag::SEQUENCE)
}
