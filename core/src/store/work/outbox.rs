//! The outbox in a unit of work.

use super::{Undo, Work};
use crate::envelope::{Answer, next_sequence};
use crate::error::{Code, Error, Result};
use crate::store::storage::{
    AnsweredChange, Changes, NewMessage, OutboxRow, PackedAs, PackedChange, Post,
};
use std::collections::BTreeMap;

/// How a message of the outbox went on.
#[derive(Clone)]
pub(super) enum Moved {
    Packed(PackedAs, Vec<u8>),
    Answered(Answer),
}

impl Work<'_> {
    /// Puts a message into the outbox. It goes out if the work is committed.
    ///
    /// # Errors
    ///
    /// `Stale` if its voucher is not kept; `Size` when the work is committed; family Storage.
    pub fn post_message(&mut self, message: NewMessage) -> Result<()> {
        self.require_kept(&message.key)?;
        self.posted.push(message);
        self.undo.push(Undo::Posted);
        Ok(())
    }

    /// Messages that nobody has packed yet, above the place `after`; not those of this work.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn unpacked(&self, after: u64, limit: usize) -> Result<Vec<OutboxRow>> {
        let mut rows = self.snapshot.unpacked(after, limit)?;
        rows.retain(|row| !self.moved.contains_key(&row.place));
        Ok(rows)
    }

    /// The number that the next packet of a conversation gets. Only [`pack`](Self::pack) uses it up.
    ///
    /// # Errors
    ///
    /// `SequenceEnd` if the numbers are used up; family Storage.
    pub fn next_number(&self, conversation: &str) -> Result<u64> {
        let last = match self.numbers.get(conversation) {
            Some(last) => Some(*last),
            None => self.snapshot.last_sequence(conversation)?,
        };
        next_sequence(last.unwrap_or(0))
    }

    /// Keeps the packet of a message that waits.
    ///
    /// # Errors
    ///
    /// `Stale` if the message was packed, or the number is not the next one; family Storage.
    pub fn pack(&mut self, message: &OutboxRow, packed: PackedAs, packet: Vec<u8>) -> Result<()> {
        let PackedAs { conversation, sequence, .. } = &packed;
        let waits = matches!(message.post, Post::Waiting { .. });
        let moved = self.moved.contains_key(&message.place);
        if !waits || moved || self.next_number(conversation)? != *sequence {
            let message = format!("it cannot be packed as {conversation}/{sequence}");
            return Err(Error::new(Code::Stale, "message", message));
        }
        let (name, number) = (conversation.clone(), *sequence);
        let before = self.numbers.insert(name.clone(), number);
        self.undo.push(Undo::Number(name, before));
        self.go_on(message.place, Moved::Packed(packed, packet));
        Ok(())
    }

    /// The message that was packed into the packet of this digest; not one that was packed in this
    /// work.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn sent(&self, digest: &[u8; 32]) -> Result<Option<OutboxRow>> {
        let Some(mut row) = self.snapshot.sent(digest)? else { return Ok(None) };
        if let Some(Moved::Answered(answer)) = self.moved.get(&row.place)
            && let Post::Packed { packed, .. } = row.post
        {
            row.post = Post::Answered { packed, answer: answer.clone() };
        }
        Ok(Some(row))
    }

    /// Records what the other party answered to a message that is packed.
    ///
    /// # Errors
    ///
    /// `Stale` if the message waits for no answer.
    pub fn record_answer(&mut self, message: &OutboxRow, answer: Answer) -> Result<()> {
        let waits = matches!(message.post, Post::Packed { .. });
        if !waits || self.moved.contains_key(&message.place) {
            return Err(Error::new(Code::Stale, "message", "it waits for no answer"));
        }
        self.go_on(message.place, Moved::Answered(answer));
        Ok(())
    }

    fn go_on(&mut self, place: u64, moved: Moved) {
        let before = self.moved.insert(place, moved);
        self.undo.push(Undo::Moved(place, before));
    }
}

/// What is written of it all.
pub(super) fn finish(posted: Vec<NewMessage>, moved: BTreeMap<u64, Moved>, changes: &mut Changes) {
    changes.posted = posted;
    for (place, moved) in moved {
        match moved {
            Moved::Packed(packed, packet) => {
                changes.packed.push(PackedChange { place, packed, packet });
            }
            Moved::Answered(answer) => changes.answered.push(AnsweredChange { place, answer }),
        }
    }
}
