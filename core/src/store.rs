//! The voucher store (凭证库): what a party holds, and the rules by which it changes.
//!
//! The rules are values in, values out: [`Table`] and [`apply`] are the life cycle of a voucher,
//! [`Roles`] say who somebody is and may do, and [`Authorization`] is the leave for a key that a
//! server keeps. [`quota`] says what may still be cleared, [`clearing`] whether what a clearing
//! request asks for was paid, and [`matching`] where two parties' vouchers differ; [`settlement`] does
//! what one voucher does to others. Nothing here
//! reads a clock, a file or a socket.
//!
//! A [`Storage`] keeps rows and knows no rule: it gives a consistent [`Snapshot`] and makes one value,
//! [`Changes`], durable as a whole or not at all. [`commit`] does a unit of [`Work`] on it, with the
//! log's entries in the same transaction; [`Work::make`] makes a move of the life cycle there.
//! [`audit_logs`] recomputes the logs, [`replay_vouchers`] where they lead the vouchers;
//! [`Recompute`] is the auditor, who needs nothing but what [`export_log`] writes and the vouchers.
//! With the feature `sqlite` a storage is one SQLite file, `sqlite::SqliteStorage`.

mod acting;
mod amounts;
mod ask;
mod audit;
mod authorization;
pub mod clearing;
mod content;
mod describe;
mod desk;
mod export;
mod findings;
mod front;
mod import;
pub mod life;
pub mod life_cycle;
pub mod matching;
pub mod message;
mod moves;
mod office;
mod open_log;
mod order;
mod outbox;
mod posting;
pub mod quota;
mod recompute;
mod replay;
pub mod role;
pub mod settlement;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod state;
mod storage;
mod trail;
mod work;

pub use acting::Acting;
pub use ask::ActingTerms;
pub use audit::{LogAudit, LogDifference, audit_logs};
pub use authorization::Authorization;
pub use content::Content;
pub use export::{Exported, export_log};
pub use findings::AuditDifference;
pub use front::{Store, Stored};
pub use import::{Imported, sign_receipts};
pub use life::Life;
pub use life_cycle::{Facts, Guard, Move, Next, Refused, Table, apply};
pub use moves::{Call, Made, leg_statuses};
pub use office::{Office, Partner, RETENTION_YEARS};
pub use order::Order;
pub use outbox::{Answered, Outgoing, Packing};
pub use recompute::{Recompute, Recomputed, audit_store};
pub use replay::{Replay, ReplayDifference, replay_vouchers};
pub use role::{Actor, Person, Role, RoleHolder, Roles};
pub use settlement::{ClearingDesk, Copied, Evidence, Settling};
pub use state::{Leg, LegStatus, State, View};
pub use storage::{
    AnsweredChange, AttachmentRow, Balance, Changes, Filter, Identity, LogChange, LogEntry,
    LogState, Mark, MarkKind, NewAttachments, NewMessage, NewVoucher, OutboxRow, PackedAs,
    PackedChange, PlacedCheckpoint, PlacedEntry, Post, Snapshot, Storage, StoreRole, VoucherKey,
    VoucherRow, VoucherUpdate, limits,
};
pub use work::{Work, commit};
