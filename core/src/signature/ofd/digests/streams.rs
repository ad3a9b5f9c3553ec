//! Large parts hashed side by side, each in pieces.

use super::{Digest, Numbered};
use crate::container::ofd::{Entry, EntryReader, Package};
use crate::crypto::sm3::{Sm3, update_each};
use crate::error::Result;

/// How many parts go on at the same time: as many as the widest vectors take.
const STREAMS: usize = 16;
/// How many bytes of each are held.
const PIECE: usize = 32 * 1024;

/// The digests of these parts, each with its number.
pub(super) fn hash(package: &Package<'_>, parts: &[Numbered<'_>]) -> Vec<(usize, Result<Digest>)> {
    let mut done = Vec::with_capacity(parts.len());
    let mut waiting = parts.iter();
    let (mut streams, mut hashes) = (Vec::new(), Vec::new());
    loop {
        while streams.len() < STREAMS
            && let Some((number, entry)) = waiting.next()
        {
            streams.push((*number, Stream::new(package, entry)));
            hashes.push(Sm3::new());
        }
        if streams.is_empty() {
            return done;
        }
        streams.iter_mut().for_each(|(_, stream)| stream.fill());
        let pieces: Vec<&[u8]> = streams.iter().map(|(_, stream)| stream.piece()).collect();
        update_each(&mut hashes, &pieces);
        for place in (0..streams.len()).rev() {
            let Some(ended) = streams.get_mut(place).and_then(|(_, stream)| stream.ended.take())
            else {
                continue;
            };
            let (number, _) = streams.swap_remove(place);
            let hash = hashes.swap_remove(place);
            done.push((number, ended.map(|()| hash.finalize())));
        }
    }
}

/// A part on its way.
struct Stream<'p> {
    reader: EntryReader<'p>,
    buffer: Vec<u8>,
    filled: usize,
    /// That it ended, well or not.
    ended: Option<Result<()>>,
}

impl<'p> Stream<'p> {
    fn new(package: &Package<'p>, entry: &'p Entry) -> Self {
        let reader = package.open_entry(entry);
        Stream { reader, buffer: vec![0; PIECE], filled: 0, ended: None }
    }

    /// Reads the next piece, as long as all others, so that the lanes stay in step.
    fn fill(&mut self) {
        self.filled = 0;
        while let Some(rest) = self.buffer.get_mut(self.filled..).filter(|rest| !rest.is_empty()) {
            match self.reader.next(rest) {
                Ok(0) => self.ended = Some(Ok(())),
                Ok(count) => {
                    self.filled += count;
                    continue;
                }
                Err(error) => self.ended = Some(Err(error)),
            }
            return;
        }
    }

    fn piece(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }
}
