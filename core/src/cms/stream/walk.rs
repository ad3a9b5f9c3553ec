//! The way through a message of any kind: to its content, through it, and to the end.
//!
//! What stands around the content is kept as received, and put together to a message like this one
//! whose content is empty: the skeleton. The reader of whole messages judges that, so a message means
//! the same whether it is read whole or not.

use super::pull::{Header, Level, Pull, place};
use crate::asn1::reader::tag;
use crate::asn1::{Deviations, Profile, Reader, writer};
use crate::cms::message::{self, Form, MessageKind};
use crate::error::{Code, Error, Result};
use std::io::{Read, Seek};

const CONTENT_INFO: &str = "ContentInfo";
const STRING_IN_PIECES: u8 = tag::OCTET_STRING | 0x20;

/// A message that has been read up to its content, or through it.
pub(super) struct Walk<R> {
    pull: Pull<R>,
    kind: MessageKind,
    form: Form,
    /// ContentInfo, `[0]`, the message, EncapsulatedContentInfo and, of SignedData, `[0]` in there.
    levels: Vec<Level>,
    /// Where each of them starts.
    starts: Vec<u64>,
    identifier: Kept,
    /// The fields of the message before what its content is in.
    before: Kept,
    /// The fields there before the content.
    inner: Kept,
    content: Option<Octets>,
}

/// Elements as received.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    /// Where the first of them starts.
    at: u64,
}

/// Where the content is and how much of it has been read.
struct Octets {
    header: Header,
    /// The strings in pieces that are entered.
    levels: Vec<Level>,
    /// What is left of the piece.
    left: u64,
}

/// A message with an empty content, in place of one with its content.
pub(super) struct Skeleton {
    pub(super) bytes: Vec<u8>,
    /// Which place in `bytes` was which in the source; nothing for a message in BER.
    places: Vec<(usize, u64)>,
}

impl<R: Read> Walk<R> {
    /// Reads up to the content.
    pub(super) fn start(source: R) -> Result<Walk<R>> {
        let mut pull = Pull::new(source, CONTENT_INFO);
        let (header, info) = pull.enter(tag::SEQUENCE, &Level::TOP)?;
        let mut starts = vec![header.at];
        let identifier = keep(&mut pull, &info)?;
        let found = Reader::new(&identifier.bytes, CONTENT_INFO)
            .based(place(identifier.at))
            .expect(tag::OID)?
            .oid()?;
        let (kind, form) = message::known(found)?;
        let (header, wrapper) = pull.enter(tag::context(0), &info)?;
        starts.push(header.at);
        let (header, fields) = pull.enter(tag::SEQUENCE, &wrapper)?;
        starts.push(header.at);
        pull.name(kind.name());
        let mut before = Kept { bytes: Vec::new(), at: pull.position() };
        // The version, sets and tagged fields: the first SEQUENCE is it.
        loop {
            if pull.ends(&fields)? {
                return Err(pull.error("the content is not in the message"));
            }
            if pull.peek()? == Some(tag::SEQUENCE) {
                break;
            }
            pull.keep(&fields, &mut before.bytes)?;
        }
        let (header, content_info) = pull.enter(tag::SEQUENCE, &fields)?;
        starts.push(header.at);
        let mut walk = Walk {
            inner: Kept { bytes: Vec::new(), at: pull.position() },
            pull,
            kind,
            form,
            levels: vec![info, wrapper, fields, content_info],
            starts,
            identifier,
            before,
            content: None,
        };
        walk.content = walk.find_content(content_info)?;
        Ok(walk)
    }

    /// The content, which stands behind the fields that are kept; nothing if it is elsewhere.
    fn find_content(&mut self, within: Level) -> Result<Option<Octets>> {
        let pull = &mut self.pull;
        let signed = self.kind == MessageKind::SignedData;
        // contentType; and, of what is encrypted, the algorithm.
        for _ in 0..if signed { 1 } else { 2 } {
            pull.keep(&within, &mut self.inner.bytes)?;
        }
        if pull.ends(&within)? {
            self.levels.pop();
            return Ok(None);
        }
        let (whole, in_pieces) = match signed {
            true => (tag::OCTET_STRING, STRING_IN_PIECES),
            false => (tag::context_primitive(0), tag::context(0)),
        };
        let header = if signed {
            let (header, explicit) = pull.enter(tag::context(0), &within)?;
            self.starts.push(header.at);
            self.levels.push(explicit);
            pull.header(&explicit)?
        } else if pull.peek()?.is_some_and(|found| found != whole && found != in_pieces) {
            return Ok(None);
        } else {
            pull.header(&within)?
        };
        let within = self.levels.last().copied().unwrap_or(within);
        let octets = |levels, left| Octets { header, levels, left };
        match header.tag {
            found if found == whole => Ok(Some(octets(Vec::new(), header.length.unwrap_or(0)))),
            found if found == in_pieces => {
                pull.open |= signed;
                Ok(Some(octets(vec![pull.inside(&header, &within)], 0)))
            }
            found => {
                let message = format!("expected tag {whole:#04x}, found {found:#04x}");
                Err(Error::new(Code::Der, self.kind.name(), message).at(place(header.at)))
            }
        }
    }

    pub(super) fn kind(&self) -> MessageKind {
        self.kind
    }

    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// Whether the content is in the message.
    pub(super) fn has_content(&self) -> bool {
        self.content.is_some()
    }

    /// The next bytes of the content, as many as there are and fit; none at its end.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let Some(content) = &mut self.content else { return Ok(0) };
        let mut filled = 0;
        while filled < out.len() {
            if content.left == 0 && !content.next_piece(&mut self.pull)? {
                break;
            }
            let most = usize::try_from(content.left).unwrap_or(usize::MAX);
            let end = out.len().min(filled.saturating_add(most));
            let read = self.pull.read(&mut out[filled..end])?;
            if read == 0 {
                return Err(self.pull.error("the content is cut off"));
            }
            filled += read;
            content.left -= read as u64;
        }
        Ok(filled)
    }

    /// Goes to the end of the message, past what is left of the content.
    pub(super) fn finish(self) -> Result<(Skeleton, R)> {
        let (skeleton, pull) = self.read_tail()?;
        Ok((skeleton, pull.into_source()))
    }

    fn read_tail(mut self) -> Result<(Skeleton, Pull<R>)> {
        let mut aside = [0; 4096];
        while self.read(&mut aside)? > 0 {}
        let mut after_content = Kept { bytes: Vec::new(), at: self.pull.position() };
        let mut behind = Kept::default();
        while let Some(level) = self.levels.pop() {
            // Behind the content only its own fields and those of the message may stand.
            let kept = match self.levels.len() {
                3 => &mut after_content,
                2 => &mut behind,
                _ if self.pull.ends(&level)? => continue,
                _ => return Err(self.pull.error("unexpected bytes follow")),
            };
            kept.at = self.pull.position();
            while !self.pull.ends(&level)? {
                self.pull.keep(&level, &mut kept.bytes)?;
            }
        }
        let mut trailing = Kept { bytes: Vec::new(), at: self.pull.position() };
        if !self.pull.is_at_end()? {
            self.pull.keep_rest(&mut trailing.bytes)?;
        }
        let skeleton = self.skeleton(&after_content, &behind, &trailing);
        Ok((skeleton, self.pull))
    }

    /// The message up to its content, and nothing behind it.
    pub(super) fn front(&self) -> Skeleton {
        self.skeleton(&Kept::default(), &Kept::default(), &Kept::default())
    }

    fn skeleton(&self, after_content: &Kept, behind: &Kept, trailing: &Kept) -> Skeleton {
        let signed = self.kind == MessageKind::SignedData;
        let mut content = Vec::new();
        if let Some(octets) = &self.content {
            content = match (signed, octets.header.tag) {
                (true, _) => writer::explicit(0, &writer::octet_string(&[])),
                (false, found) => writer::tlv(found, &[]),
            };
        }
        let content_at = self.content.as_ref().map(|octets| octets.header.at);
        let content_at = if signed { self.starts.get(4).copied() } else { content_at };
        let inner = self.inner.bytes.len() + content.len() + after_content.bytes.len();
        let content_info = writer::header(tag::SEQUENCE, inner);
        let length = self.before.bytes.len() + content_info.len() + inner + behind.bytes.len();
        let fields = writer::header(tag::SEQUENCE, length);
        let length = fields.len() + length;
        let wrapper = writer::header(tag::context(0), length);
        let length = self.identifier.bytes.len() + wrapper.len() + length;
        let info = match self.pull.open {
            true => vec![tag::SEQUENCE, 0x80],
            false => writer::header(tag::SEQUENCE, length),
        };
        let end: &[u8] = if self.pull.open { &[0, 0] } else { &[] };
        let start = |number: usize| self.starts.get(number).copied().unwrap_or(0);
        let parts: [(&[u8], u64); 11] = [
            (&info, start(0)),
            (&self.identifier.bytes, self.identifier.at),
            (&wrapper, start(1)),
            (&fields, start(2)),
            (&self.before.bytes, self.before.at),
            (&content_info, start(3)),
            (&self.inner.bytes, self.inner.at),
            (&content, content_at.unwrap_or(after_content.at)),
            (&after_content.bytes, after_content.at),
            (&behind.bytes, behind.at),
            (end, trailing.at),
        ];
        let mut skeleton = Skeleton { bytes: Vec::new(), places: Vec::new() };
        for (bytes, at) in parts.into_iter().chain([(&trailing.bytes[..], trailing.at)]) {
            if !self.pull.open {
                skeleton.places.push((skeleton.bytes.len(), at));
            }
            skeleton.bytes.extend_from_slice(bytes);
        }
        skeleton
    }
}

impl<R: Read + Seek> Walk<R> {
    /// As [`finish`](Self::finish), and how long the content is; one in one piece is not read.
    pub(super) fn finish_unread(mut self) -> Result<(Skeleton, R, u64)> {
        let mut length = 0;
        if let Some(content) = &mut self.content
            && content.levels.is_empty()
        {
            length = content.left;
            self.pull.skip(content.left)?;
            content.left = 0;
        }
        let mut aside = [0; 4096];
        loop {
            match self.read(&mut aside)? {
                0 => break,
                read => length += read as u64,
            }
        }
        let (skeleton, source) = self.finish()?;
        Ok((skeleton, source, length))
    }
}

impl Octets {
    /// Goes to the next piece with something in it, if there is one.
    fn next_piece<R: Read>(&mut self, pull: &mut Pull<R>) -> Result<bool> {
        while let Some(level) = self.levels.last().copied() {
            if pull.ends(&level)? {
                self.levels.pop();
                continue;
            }
            let header = pull.header(&level)?;
            match (header.tag, header.length) {
                (tag::OCTET_STRING, Some(0)) => {}
                (tag::OCTET_STRING, Some(length)) => {
                    self.left = length;
                    return Ok(true);
                }
                (STRING_IN_PIECES, _) => {
                    pull.open = true;
                    self.levels.push(pull.inside(&header, &level));
                }
                _ => {
                    let message = "a piece of an OCTET STRING is another element";
                    return Err(pull.error_at(message, header.at));
                }
            }
        }
        Ok(false)
    }
}

impl Skeleton {
    /// What `read` makes of the bytes; errors and notes give places in the source. Of BER it makes
    /// DER, and nobody knows the places any more.
    pub(super) fn read<T>(
        &self,
        profile: Profile,
        read: impl FnOnce(&[u8], &mut Deviations) -> Result<T>,
    ) -> Result<T> {
        let mut deviations = Deviations::new(profile);
        let places = self.places.iter().map(|(here, there)| (*here, place(*there)));
        deviations.read_in_place(places.collect());
        read(&self.bytes, &mut deviations).map_err(|error| {
            let without =
                Error::new(error.code(), error.structure().to_owned(), error.message().to_owned());
            match error.offset().and_then(|offset| deviations.place(offset)) {
                Some(place) => without.at(place),
                None => without,
            }
        })
    }
}

fn keep<R: Read>(pull: &mut Pull<R>, within: &Level) -> Result<Kept> {
    let mut kept = Kept { bytes: Vec::new(), at: pull.position() };
    pull.keep(within, &mut kept.bytes)?;
    Ok(kept)
}
