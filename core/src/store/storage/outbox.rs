//! Messages that go to other parties, and the files that come with vouchers.

use super::VoucherKey;
use crate::envelope::Answer;
use crate::voucher::Layer;

/// A message that has to go to another party. It waits until it is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The name of the party.
    pub partner: String,
    /// The kind of the packet that will carry it.
    pub kind: String,
    /// The voucher that it is about; it is kept, or added in the same transaction.
    pub key: VoucherKey,
    /// Which of its documents it brings or speaks about.
    pub document: Layer,
    /// What it says.
    pub body: Vec<u8>,
}

/// The number and the digest under which a message was packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedAs {
    /// The conversation.
    pub conversation: String,
    /// The number there: 1, 2, 3… without a gap.
    pub sequence: u64,
    /// SM3 of the packet.
    pub digest: [u8; 32],
    /// The header of the packet, by which its receipt is known.
    pub header: Vec<u8>,
}

/// Where a message stands on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Post {
    /// Nobody has packed it yet.
    Waiting {
        /// What it says.
        body: Vec<u8>,
    },
    /// It is packed, and not answered. To send it again is to send these bytes again.
    Packed {
        /// Its number and digest.
        packed: PackedAs,
        /// The packet.
        packet: Vec<u8>,
    },
    /// It is answered; the packet is not kept any longer.
    Answered {
        /// Its number and digest.
        packed: PackedAs,
        /// What the other party said.
        answer: Answer,
    },
}

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// 1, 2, 3… in the order in which the messages were posted.
    pub place: u64,
    /// The name of the party.
    pub partner: String,
    /// The kind of the packet that carries it.
    pub kind: String,
    /// The voucher that it is about.
    pub key: VoucherKey,
    /// Which of its documents it brings or speaks about.
    pub document: Layer,
    /// Where it stands.
    pub post: Post,
}

/// A message that is packed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedChange {
    /// Its place in the outbox, where it waits.
    pub place: u64,
    /// Its number and digest; the number is the one after the last of the conversation.
    pub packed: PackedAs,
    /// The packet.
    pub packet: Vec<u8>,
}

/// A message that is answered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredChange {
    /// Its place in the outbox, where it is packed.
    pub place: u64,
    /// What the other party said.
    pub answer: Answer,
}

/// The files of one layer of a voucher. They take the place of those that it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachments {
    /// The voucher; it is kept, or added in the same transaction.
    pub key: VoucherKey,
    /// Whose files they are.
    pub layer: Layer,
    /// Their names and contents, each name once.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A file that is kept with a voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    /// Its name.
    pub name: String,
    /// SM3 of its content, under which it is read.
    pub digest: [u8; 32],
    /// How many bytes it has.
    pub length: u64,
}
