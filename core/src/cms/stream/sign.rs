//! Writing signed messages whose content passes through.

use super::PIECE;
use super::digests::{Digests, Wanted};
use super::encrypt::Counted;
use super::frame::{Frame, Lengths, Writing};
use super::pull::{unreadable, unwritable};
use crate::asn1::reader::tag;
use crate::asn1::{Oid, writer};
use crate::cms::attributed::{Algorithms, SignedParts, Terms, front_fields};
use crate::cms::message::{self, Form, MessageKind};
use crate::error::Result;
use crate::key::Signer;
use crate::time::Time;
use std::io::{Read, Seek, SeekFrom, Write};
use zeroize::Zeroizing;

/// What a signed message is made from, beside its content and its signers: as
/// [`Attributed`](crate::cms::Attributed) and [`Extras`](crate::cms::Extras).
#[derive(Debug, Clone, Copy)]
pub struct SigningTerms<'a> {
    /// What the content is.
    pub content_type: Oid,
    /// Whether the message has the form of GB/T 35275 (SM2 only), else that of RFC 5652.
    pub gm: bool,
    /// The signing time that the signers state, if any, in whole seconds.
    pub signing_time: Option<Time>,
    /// Whether the signers' certificates go into the message.
    pub certificates: bool,
    /// Whether the content stays outside.
    pub detached: bool,
    /// Revocation lists in DER that go into the message.
    pub crls: &'a [Vec<u8>],
}

/// Signs all of the source, from where it stands, and writes the message in DER. How long the content
/// is.
///
/// An attached content is read twice: its length stands in front of it, and signatures, whose lengths
/// differ, behind it. It must not change meanwhile: [`Code::ContentLength`] says so where its length
/// did, and the message does not verify where its bytes did.
///
/// # Errors
///
/// As [`sign_together`](crate::cms::sign_together); [`Code::Read`], [`Code::Write`]. What was written
/// then is no message.
///
/// [`Code::ContentLength`]: crate::error::Code::ContentLength
/// [`Code::Read`]: crate::error::Code::Read
/// [`Code::Write`]: crate::error::Code::Write
pub fn sign_stream<S: Read + Seek>(
    signers: &[&dyn Signer],
    terms: &SigningTerms<'_>,
    source: &mut S,
    sink: &mut dyn Write,
) -> Result<u64> {
    let frame = frame(signers, terms)?;
    let start = source.stream_position().map_err(|error| unreadable(&error))?;
    let digests = wanted(signers, terms)?.read_from(source, None)?;
    let behind = behind(signers, terms, &digests)?;
    if terms.detached {
        write_detached(&frame, &behind, sink)?;
        return Ok(digests.length());
    }
    let lengths = Lengths { content: digests.length(), behind: behind.len() as u64 };
    let mut writing = frame.start(sink, Some(lengths))?;
    source.seek(SeekFrom::Start(start)).map_err(|error| unreadable(&error))?;
    let mut counted = Counted { source, declared: Some(digests.length()), read: 0 };
    let mut buffer = Zeroizing::new(vec![0; PIECE]);
    loop {
        let read = counted.piece(&mut buffer)?;
        writing.piece(&buffer[..read])?;
        if read < PIECE {
            break;
        }
    }
    writing.finish(&behind)?;
    Ok(digests.length())
}

/// As [`sign_stream`], for a source that is read once: an attached content stands in a message in BER,
/// with lengths left open and the content in pieces.
///
/// # Errors
///
/// As there.
pub fn sign_stream_once(
    signers: &[&dyn Signer],
    terms: &SigningTerms<'_>,
    source: &mut dyn Read,
    sink: &mut dyn Write,
) -> Result<u64> {
    let (frame, wanted) = (frame(signers, terms)?, wanted(signers, terms)?);
    if terms.detached {
        let digests = wanted.read_from(source, None)?;
        write_detached(&frame, &behind(signers, terms, &digests)?, sink)?;
        return Ok(digests.length());
    }
    let mut pieces = Pieces(frame.start(sink, None)?);
    let digests = wanted.read_from(source, Some(&mut pieces))?;
    pieces.0.finish(&behind(signers, terms, &digests)?)?;
    Ok(digests.length())
}

fn frame(signers: &[&dyn Signer], terms: &SigningTerms<'_>) -> Result<Frame> {
    let form = if terms.gm { Form::Gm } else { Form::Rfc };
    Ok(Frame {
        identifier: message::identifier(MessageKind::SignedData, form)?,
        before: front_fields(signers, terms.gm, terms.content_type)?,
        inner: writer::oid(&terms.content_type),
        content: tag::OCTET_STRING,
    })
}

fn wanted(signers: &[&dyn Signer], terms: &SigningTerms<'_>) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    for signer in signers {
        wanted.digest(Algorithms::of(signer.algorithm(), terms.gm)?.digest);
    }
    Ok(wanted)
}

fn behind(signers: &[&dyn Signer], terms: &SigningTerms<'_>, digests: &Digests) -> Result<Vec<u8>> {
    let said = Terms {
        content_type: Some(terms.content_type),
        gm: terms.gm,
        signing_time: terms.signing_time,
    };
    let digest = |algorithm: &Oid| digests.digest(algorithm);
    Ok(SignedParts::by(signers, &said, terms.certificates, &digest)?.tail(terms.crls))
}

fn write_detached(frame: &Frame, behind: &[u8], sink: &mut dyn Write) -> Result<()> {
    let inner = writer::sequence(&[&frame.inner]);
    let fields = writer::sequence(&[&frame.before, &inner, behind]);
    let message = writer::sequence(&[&frame.identifier, &writer::explicit(0, &fields)]);
    sink.write_all(&message).and_then(|()| sink.flush()).map_err(|error| unwritable(&error))
}

/// The content of a message, each write a piece of it.
struct Pieces<'a>(Writing<'a>);

impl Write for Pieces<'_> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.0.piece(piece).map_err(|error| std::io::Error::other(error.message().to_owned()))?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
