//! Writing encrypted messages whose content passes through.

use super::PIECE;
use super::digests::fill;
use super::frame::{Frame, Lengths};
use crate::asn1::reader::tag;
use crate::asn1::{oid, writer};
use crate::cms::content::{ContentCipher, Parameter};
use crate::crypto::aes_gcm;
use crate::crypto::sm4::{
    BLOCK, CbcPieces, GcmPieces, MAX_MESSAGE, Sm4Key, TAG_LENGTH, padded_last,
};
use crate::error::{Code, Error, Result};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// A cipher at work on pieces.
pub(super) enum Running {
    Gcm(Box<GcmPieces>),
    Cbc(Box<CbcPieces>),
}

impl Running {
    pub(super) fn encryptor(
        cipher: ContentCipher,
        parameter: Parameter,
        key: &[u8],
    ) -> Result<Running> {
        match (cipher, parameter) {
            (ContentCipher::Sm4Cbc, Parameter::Iv(iv)) => {
                Ok(Running::Cbc(Box::new(Sm4Key::new(key)?.cbc_encryptor(&iv))))
            }
            _ => Running::decryptor(cipher, parameter, key),
        }
    }

    pub(super) fn decryptor(
        cipher: ContentCipher,
        parameter: Parameter,
        key: &[u8],
    ) -> Result<Running> {
        Ok(match (cipher, parameter) {
            (ContentCipher::Sm4Cbc, Parameter::Iv(iv)) => {
                Running::Cbc(Box::new(Sm4Key::new(key)?.cbc_decryptor(&iv)))
            }
            (ContentCipher::Sm4Gcm, Parameter::Nonce(nonce)) => {
                Running::Gcm(Box::new(Sm4Key::new(key)?.gcm_pieces(&nonce)))
            }
            (ContentCipher::Aes128Gcm | ContentCipher::Aes256Gcm, Parameter::Nonce(nonce)) => {
                Running::Gcm(Box::new(aes_gcm::pieces(key, &nonce)?))
            }
            _ => return Err(Error::new(Code::Argument, "cipher", "not its parameter")),
        })
    }
}

/// What is written but for the content.
pub(in crate::cms) struct Encrypting<'a> {
    /// contentType of ContentInfo.
    pub(in crate::cms) identifier: Vec<u8>,
    /// The fields before EncryptedContentInfo.
    pub(in crate::cms) before: Vec<u8>,
    /// The type of the content.
    pub(in crate::cms) content_type: oid::Oid,
    pub(in crate::cms) cipher: ContentCipher,
    pub(in crate::cms) key: &'a [u8],
}

/// Encrypts all of the source and writes the message; how long the content is. The length has to be
/// right where it is told; where it is not, lengths are left open.
pub(in crate::cms) fn write(
    message: &Encrypting<'_>,
    source: &mut dyn Read,
    length: Option<u64>,
    sink: &mut dyn Write,
) -> Result<u64> {
    let cipher = message.cipher;
    let tag_length = if cipher.is_authenticated() {
        writer::octet_string(&[0; TAG_LENGTH]).len() as u64
    } else {
        0
    };
    let lengths = match length {
        Some(length) if cipher.is_authenticated() && length > MAX_MESSAGE => {
            return Err(Error::new(Code::Size, "content", "longer than GCM allows"));
        }
        Some(length) if cipher.is_authenticated() => {
            Some(Lengths { content: length, behind: tag_length })
        }
        Some(length) => {
            let padded = (length / BLOCK as u64 + 1).checked_mul(BLOCK as u64);
            let padded = padded
                .ok_or_else(|| Error::new(Code::Size, "content", "longer than can be written"))?;
            Some(Lengths { content: padded, behind: 0 })
        }
        None => None,
    };
    let parameter = Parameter::random(cipher)?;
    let mut running = Running::encryptor(cipher, parameter, message.key)?;
    let frame = Frame {
        identifier: message.identifier.clone(),
        before: message.before.clone(),
        inner: [writer::oid(&message.content_type), cipher.algorithm(parameter)].concat(),
        content: tag::context_primitive(0),
    };
    let mut writing = frame.start(sink, lengths)?;
    let mut counted = Counted { source, declared: length, read: 0 };
    let mut buffer = Zeroizing::new(vec![0; PIECE]);
    loop {
        let read = counted.piece(&mut buffer)?;
        let piece = &mut buffer[..read];
        match &mut running {
            Running::Gcm(gcm) => {
                gcm.encrypt(piece)?;
                writing.piece(piece)?;
            }
            Running::Cbc(cbc) => {
                let (blocks, rest) = piece.as_chunks_mut::<BLOCK>();
                cbc.encrypt(blocks);
                let mut last = [padded_last(rest)];
                writing.piece(blocks.as_flattened())?;
                if read < PIECE {
                    cbc.encrypt(&mut last);
                    writing.piece(last.as_flattened())?;
                }
            }
        }
        if read < PIECE {
            break;
        }
    }
    let behind = match running {
        Running::Gcm(gcm) => writer::octet_string(&gcm.finish(&[])?),
        Running::Cbc(_) => Vec::new(),
    };
    writing.finish(&behind)?;
    Ok(counted.read)
}

/// A content that must be as long as it was declared, if it was.
pub(super) struct Counted<'a> {
    pub(super) source: &'a mut dyn Read,
    pub(super) declared: Option<u64>,
    pub(super) read: u64,
}

impl Counted<'_> {
    /// The next piece; a shorter one is the last.
    pub(super) fn piece(&mut self, out: &mut [u8]) -> Result<usize> {
        let read = fill(self.source, out)?;
        self.read = self.read.saturating_add(read as u64);
        let wrong = |what| {
            let message = format!("the content is {what} than was declared");
            Err(Error::new(Code::ContentLength, "source", message))
        };
        match self.declared {
            Some(declared) if self.read > declared => wrong("longer"),
            Some(declared) if read < out.len() && self.read < declared => wrong("shorter"),
            _ => Ok(read),
        }
    }
}
