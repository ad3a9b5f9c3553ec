//! SignedData with a content of any length.

use super::digests::{Digests, Wanted};
use super::pull::unreadable;
use super::walk::Walk;
use crate::asn1::{Oid, Profile};
use crate::cms::message::MessageKind;
use crate::cms::signed_data::{SignedData, announced_by};
use crate::error::{Code, Error, Result};
use std::io::{Read, Seek, SeekFrom, Write};

/// A signed message in a source that can seek; its content stays there.
///
/// [`timestamp::check_stream`](crate::timestamp::check_stream) judges it.
#[derive(Debug)]
pub struct SignedStream<S> {
    source: S,
    /// Where the message starts in the source.
    start: u64,
    signed: SignedData,
    /// How long the content is, if it is inside.
    content: Option<u64>,
}

impl<S: Read + Seek> SignedStream<S> {
    /// Reads a message from where the source stands, all but its content.
    ///
    /// # Errors
    ///
    /// As [`SignedData::parse`], but the content may have any length; [`Code::Read`].
    pub fn open(mut source: S, profile: Profile) -> Result<SignedStream<S>> {
        let start = source.stream_position().map_err(|error| unreadable(&error))?;
        let walk = Walk::start(source)?;
        let has_content = walk.has_content();
        let (skeleton, source, length) = walk.finish_unread()?;
        let content = has_content.then_some(length);
        let signed = skeleton.read(profile, SignedData::read)?;
        Ok(SignedStream { source, start, signed: signed.without_content(), content })
    }

    /// What the message says; its content is not in there.
    pub fn signed(&self) -> &SignedData {
        &self.signed
    }

    /// How long the content is; nothing if it is not inside the message.
    pub fn content_length(&self) -> Option<u64> {
        self.content
    }

    /// Reads the content, which is inside the message or beside it, and copies it.
    ///
    /// # Errors
    ///
    /// As [`SignedData::content_or`]; [`Code::Read`], [`Code::Write`]; [`Code::Der`] where the source
    /// is no longer what it was.
    pub(crate) fn read_content(
        &mut self,
        beside: Option<&mut dyn Read>,
        wanted: Wanted,
        copy: Option<&mut dyn Write>,
    ) -> Result<Digests> {
        match (self.content.is_some(), beside) {
            (false, Some(beside)) => wanted.read_from(beside, copy),
            (true, None) => {
                let start = SeekFrom::Start(self.start);
                self.source.seek(start).map_err(|error| unreadable(&error))?;
                let mut walk = Walk::start(&mut self.source)?;
                if !walk.has_content() {
                    let message = "the source changed while it was read";
                    return Err(Error::new(Code::Read, "source", message));
                }
                wanted.read(|out| walk.read(out), copy)
            }
            (true, Some(_)) => {
                let message = "content stands inside the message and beside it";
                Err(Error::new(Code::Structure, "SignedData", message))
            }
            (false, None) => {
                let message = "the content is not inside the message and has to be given";
                Err(Error::new(Code::Argument, "content", message))
            }
        }
    }
}

/// A signed message with its content inside, read once: up to the content, and then on.
pub(crate) struct SignedOnce<R> {
    walk: Walk<R>,
    announced: Vec<Oid>,
}

impl<R: Read> SignedOnce<R> {
    pub(crate) fn start(source: R) -> Result<SignedOnce<R>> {
        let walk = Walk::start(source)?;
        if walk.kind() != MessageKind::SignedData {
            let message = format!("{} is not SignedData", walk.kind().name());
            return Err(Error::new(Code::Form, "ContentInfo", message));
        }
        if !walk.has_content() {
            let message = "the content is not inside the message and has to be given";
            return Err(Error::new(Code::Argument, "content", message));
        }
        let announced = walk.front().read(Profile::AsFound, announced_by)?;
        Ok(SignedOnce { walk, announced })
    }

    /// The digest algorithms that stand in front of the content.
    pub(crate) fn announced(&self) -> &[Oid] {
        &self.announced
    }

    /// Reads the content, and copies it, and what stands behind it.
    pub(crate) fn finish(
        mut self,
        profile: Profile,
        wanted: Wanted,
        copy: Option<&mut dyn Write>,
    ) -> Result<(SignedData, Digests)> {
        let digests = wanted.read(|out| self.walk.read(out), copy)?;
        let (skeleton, _) = self.walk.finish()?;
        let signed = skeleton.read(profile, SignedData::read)?;
        Ok((signed.without_content(), digests))
    }
}
