//! Many messages side by side, of any lengths.
//!
//! Each lane works on a message until it ends and then takes the next one, the longest first, so that
//! lanes stay full until the last few messages. Whole blocks are read where they lie; only a block that
//! crosses the border of two parts, and the end with its padding, is put together in a buffer.

use super::compress::to_bytes;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::each::{WORTH_AVX2, WORTH_AVX512};
use super::lanes::States;
use super::one::compress;
use super::{BLOCK, LENGTH, Sm3};
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::{avx2, avx512};
use crate::crypto::backend::Level;
use crate::crypto::parallel;
use zeroize::Zeroize;

/// How many messages a thread takes at a time.
const RUN: usize = 256;

/// A message of which the start has been hashed, and the parts that follow it.
#[derive(Clone, Copy)]
pub(crate) struct Rest<'a> {
    pub(crate) start: &'a Sm3,
    pub(crate) parts: &'a [&'a [u8]],
}

/// The hash of each message, in the order of the messages, on up to `threads` threads.
///
/// The starts may be different ones or one and the same, and of any length.
pub(crate) fn finish_many(messages: &[Rest<'_>], threads: usize) -> Vec<[u8; LENGTH]> {
    let level = Level::current();
    parallel::map_runs(messages, threads, RUN, |messages, _| finish_run(level, messages))
}

/// The hash of each message, given as parts; the same as [`finish_many`] from the very start.
pub(crate) fn digest_parts_many<'a, P: AsRef<[&'a [u8]]>>(
    messages: &[P],
    threads: usize,
) -> Vec<[u8; LENGTH]> {
    let start = Sm3::new();
    let messages: Vec<Rest<'_>> =
        messages.iter().map(|parts| Rest { start: &start, parts: parts.as_ref() }).collect();
    finish_many(&messages, threads)
}

pub(super) fn finish_run(level: Level, messages: &[Rest<'_>]) -> Vec<[u8; LENGTH]> {
    match level {
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx2(token) if messages.len() >= WORTH_AVX2 => {
            side_by_side(messages, WORTH_AVX2, |states, inputs, blocks| {
                avx2::compress(token, states, inputs, blocks);
            })
        }
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        Level::Avx512(token) if messages.len() >= WORTH_AVX512 => {
            side_by_side(messages, WORTH_AVX512, |states, inputs, blocks| {
                avx512::compress(token, states, inputs, blocks);
            })
        }
        _ => messages.iter().map(finish).collect(),
    }
}

fn finish(message: &Rest<'_>) -> [u8; LENGTH] {
    let mut hash = message.start.clone();
    for part in message.parts {
        hash.update(part);
    }
    hash.finalize()
}

/// The hashes by a compression of N messages at once, as long as at least `worth` are left.
pub(super) fn side_by_side<const N: usize>(
    messages: &[Rest<'_>],
    worth: usize,
    compress_lanes: impl Fn(&mut States<N>, &[&[[u8; BLOCK]]; N], usize),
) -> Vec<[u8; LENGTH]> {
    let length = |message: &Rest<'_>| message.parts.iter().map(|part| part.len()).sum::<usize>();
    let mut order: Vec<usize> = (0..messages.len()).collect();
    order.sort_by_cached_key(|index| std::cmp::Reverse(length(&messages[*index])));
    let mut order = order.into_iter();

    let mut out = vec![[0; LENGTH]; messages.len()];
    let mut states: States<N> = [[0; N]; 8];
    let mut buffers = [[[0; BLOCK]; 2]; N];
    let mut lanes: [Option<Lane<'_>>; N] = [const { None }; N];
    for (slot, (lane, buffer)) in lanes.iter_mut().zip(&mut buffers).enumerate() {
        *lane = next_message(&mut order, messages, buffer, &mut states, slot);
    }
    loop {
        for (slot, (lane, buffer)) in lanes.iter_mut().zip(&mut buffers).enumerate() {
            while let Some(now) = lane {
                if now.fill(buffer) {
                    break;
                }
                out[now.index] = to_bytes(&states.map(|words| words[slot]));
                *lane = next_message(&mut order, messages, buffer, &mut states, slot);
            }
        }
        let waiting = lanes.iter().zip(&buffers);
        let waiting = waiting.filter_map(|(lane, buffer)| Some(lane.as_ref()?.waiting(buffer)));
        if waiting.clone().count() < worth {
            break;
        }
        let Some(least) = waiting.min_by_key(|blocks| blocks.len()) else { break };
        // A lane without a message works on another's, for nothing.
        let mut inputs = [least; N];
        for ((input, lane), buffer) in inputs.iter_mut().zip(&lanes).zip(&buffers) {
            if let Some(lane) = lane {
                *input = lane.waiting(buffer);
            }
        }
        let blocks = least.len();
        compress_lanes(&mut states, &inputs, blocks);
        lanes.iter_mut().flatten().for_each(|lane| lane.done(blocks));
    }
    for (slot, (lane, buffer)) in lanes.iter_mut().zip(&mut buffers).enumerate() {
        let Some(lane) = lane else { continue };
        let mut state = states.map(|words| words[slot]);
        while lane.fill(buffer) {
            let blocks = lane.waiting(buffer);
            compress(&mut state, blocks);
            let blocks = blocks.len();
            lane.done(blocks);
        }
        out[lane.index] = to_bytes(&state);
        state.zeroize();
    }
    states.as_flattened_mut().zeroize();
    buffers.as_flattened_mut().as_flattened_mut().zeroize();
    out
}

/// Puts the next message into a lane.
fn next_message<'a, const N: usize>(
    order: &mut impl Iterator<Item = usize>,
    messages: &[Rest<'a>],
    buffer: &mut [[u8; BLOCK]; 2],
    states: &mut States<N>,
    slot: usize,
) -> Option<Lane<'a>> {
    let index = order.next()?;
    let Rest { start, parts } = messages[index];
    for (words, word) in states.iter_mut().zip(&start.state) {
        words[slot] = *word;
    }
    buffer[0] = start.block;
    let filled = start.waiting();
    let waiting = Waiting::Whole(&[]);
    Some(Lane { index, parts, part: &[], length: start.length, filled, waiting, last: false })
}

/// A message on its way through a lane.
struct Lane<'a> {
    index: usize,
    /// The parts after `part`, which is what is left of the present one.
    parts: &'a [&'a [u8]],
    part: &'a [u8],
    /// How many bytes came before the end of `part`.
    length: u64,
    /// How many bytes of a block that is not whole yet are in the buffer.
    filled: usize,
    waiting: Waiting<'a>,
    /// The padding has been put on.
    last: bool,
}

/// Blocks that can be compressed.
enum Waiting<'a> {
    Whole(&'a [[u8; BLOCK]]),
    Buffered { from: usize, to: usize },
}

impl<'a> Lane<'a> {
    fn waiting<'b>(&self, buffer: &'b [[u8; BLOCK]; 2]) -> &'b [[u8; BLOCK]]
    where
        'a: 'b,
    {
        match self.waiting {
            Waiting::Whole(blocks) => blocks,
            Waiting::Buffered { from, to } => &buffer[from..to],
        }
    }

    /// These many of the waiting blocks are compressed.
    fn done(&mut self, blocks: usize) {
        match &mut self.waiting {
            Waiting::Whole(waiting) => *waiting = &waiting[blocks..],
            Waiting::Buffered { from, .. } => *from += blocks,
        }
    }

    /// Whether blocks are waiting; if none are, the next ones are found first. False at the end.
    fn fill(&mut self, buffer: &mut [[u8; BLOCK]; 2]) -> bool {
        if !self.waiting(buffer).is_empty() {
            return true;
        }
        if self.last {
            return false;
        }
        loop {
            if self.part.is_empty() {
                let Some((part, parts)) = self.parts.split_first() else { break };
                (self.part, self.parts) = (part, parts);
                self.length = self.length.wrapping_add(part.len() as u64);
                continue;
            }
            let (blocks, rest) = self.part.as_chunks();
            if self.filled == 0 && !blocks.is_empty() {
                self.part = rest;
                self.waiting = Waiting::Whole(blocks);
                return true;
            }
            let space = &mut buffer[0][self.filled..];
            let (now, after) = self.part.split_at(self.part.len().min(space.len()));
            space[..now.len()].copy_from_slice(now);
            self.part = after;
            self.filled += now.len();
            if self.filled == BLOCK {
                self.filled = 0;
                self.waiting = Waiting::Buffered { from: 0, to: 1 };
                return true;
            }
        }
        let (end, to) = padded(&buffer[0][..self.filled], self.length);
        *buffer = end;
        self.waiting = Waiting::Buffered { from: 0, to };
        self.last = true;
        true
    }
}

/// The last one or two blocks of a message of `length` bytes that ends with `rest`, less than a block.
fn padded(rest: &[u8], length: u64) -> ([[u8; BLOCK]; 2], usize) {
    let mut last = [[0; BLOCK]; 2];
    let blocks = if rest.len() + 9 <= BLOCK { 1 } else { 2 };
    let bytes = last.as_flattened_mut();
    bytes[..rest.len()].copy_from_slice(rest);
    bytes[rest.len()] = 0x80;
    let end = blocks * BLOCK;
    bytes[end - 8..end].copy_from_slice(&length.wrapping_mul(8).to_be_bytes());
    (last, blocks)
}
