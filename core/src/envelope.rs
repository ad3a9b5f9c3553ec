//! Packets between two parties: secret, whole, once, in order, provably from whom and to whom.
//!
//! | step | who | with |
//! |---|---|---|
//! | make a packet: sign, then encrypt | the sender | [`seal`], [`seal_many`] |
//! | open it, and judge it | the receiver | [`open`], [`open_many`] |
//! | ask whether it came before, and what is missing | the receiver | [`Message::admit`], a [`ReplayState`] |
//! | answer | the receiver | [`Receipt`] |
//! | know that it arrived, or send it again | the sender | [`SignedReceipt::check`] |
//!
//! A packet that arrives is opened, admitted in a transaction of the receiver's store, has its effect
//! in the same transaction, and is answered when that has been committed. One that is repeated is
//! answered again and has no effect. The format and its reasons: docs/envelope.md.

mod check;
mod describe;
mod header;
mod memory;
mod open;
mod packet;
mod party;
mod progress;
mod receipt;
mod replay;
mod seal;
mod signed;

pub use check::MAX_SKEW;
pub use header::{Header, MAX_NAME, PACKET_FORMAT, PACKET_VERSION};
pub use memory::{MemoryLimits, MemoryReplay, MemoryTransaction};
pub use open::{Message, Opened, Receiving, open, open_many};
pub use packet::{MAX_BODY, PACKET_CONTENT, Packet, PacketId};
pub use party::{MAX_CERTIFICATES, Mailbox, Party};
pub use progress::{DEFAULT_WINDOW, MAX_SEQUENCE, Place, Progress, next_sequence};
pub use receipt::{Answer, CheckedReceipt, Receipt, SignedReceipt};
pub use receipt::{MAX_MISSING, MAX_REASON, RECEIPT_FORMAT, RECEIPT_VERSION};
pub use replay::{Admission, Arrival, Channel, ReplayState};
pub use seal::{Letter, Sealed, seal, seal_many};
