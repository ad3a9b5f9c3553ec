//! What a store keeps, and the one interface through which it is kept.

mod outbox;

pub use outbox::{
    AnsweredChange, AttachmentRow, NewAttachments, NewMessage, OutboxRow, PackedAs, PackedChange,
    Post,
};

use super::content::Content;
use crate::error::Result;
use crate::hex;
use crate::ledger::LogKey;
use crate::time::Time;
use crate::voucher::{Layer, VoucherId};
use std::fmt;

/// The named limits of a storage. Going past one is an error of family Limit.
pub mod limits {
    /// Bytes of one voucher with its texts and acts.
    pub const MAX_CONTENT: usize = 64 << 20;
    /// Bytes of a key, a name or a small value (a mark, a balance's key, the frontier of a log).
    pub const MAX_VALUE: usize = 64 << 10;
    /// Bytes of one entry of a log.
    pub const MAX_ENTRY: usize = 64 << 10;
    /// Bytes of the life of a voucher as the rules write it.
    pub const MAX_LIFE: usize = 4 << 20;
    /// New and changed vouchers in one transaction.
    pub const MAX_CHANGES: usize = 10_000;
    /// Rows that one reading gives.
    pub const MAX_ROWS: usize = 10_000;
    /// Bytes of one file that comes with a voucher, of a message or of a packet.
    pub const MAX_FILE: usize = 64 << 20;
    /// Files of one layer of a voucher.
    pub const MAX_FILES: usize = 64;
    /// Bytes of messages or packets that one reading gives, but for the first of them.
    pub const MAX_READ: usize = 64 << 20;
}

/// Whose store it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreRole {
    /// The finance department (财政).
    Finance,
    /// The central bank's treasury (国库).
    CentralBank,
    /// An agent bank (代理银行).
    Bank,
    /// A budget unit (预算单位).
    Unit,
}

impl StoreRole {
    /// Every role.
    pub const ALL: [StoreRole; 4] =
        [StoreRole::Finance, StoreRole::CentralBank, StoreRole::Bank, StoreRole::Unit];

    /// The name, the same in every language and in the file: `finance`, `pbc`, `bank`, `unit`.
    pub fn name(self) -> &'static str {
        match self {
            StoreRole::Finance => "finance",
            StoreRole::CentralBank => "pbc",
            StoreRole::Bank => "bank",
            StoreRole::Unit => "unit",
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<StoreRole> {
        StoreRole::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Which store it is: made once, with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Random, so that no two stores are alike.
    pub id: [u8; 16],
    /// Whose store it is.
    pub role: StoreRole,
    /// The office that keeps it, as the legs name it (`001`, `011`, `102`…).
    pub org: String,
    /// When it was made.
    pub created: Time,
}

impl Identity {
    /// The name under which the store signs checkpoints: its id in hexadecimal digits.
    pub fn name(&self) -> String {
        hex::encode(&self.id)
    }
}

/// One version of a voucher, with its original and the receipt that answers it. The store holds each
/// of these once, and each of its two documents once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VoucherKey {
    /// Division, year, type and number.
    pub id: VoucherId,
    /// 1, and one more with each resend.
    pub version: u32,
}

/// `AdmDivCode/StYear/VtCode/VoucherNo/version`.
impl fmt::Display for VoucherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.id, self.version)
    }
}

/// What is known of a kept voucher without reading its documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherRow {
    /// Which one it is.
    pub key: VoucherKey,
    /// How often it was changed since it was added: 0, 1…
    pub revision: u32,
    /// The number of its state.
    pub state: u8,
    /// Whether the office's own systems have still to read it.
    pub waiting: bool,
    /// When the store recorded it.
    pub recorded: Time,
    /// Its life so far, in a text that the rules write and read.
    pub life: String,
}

/// A voucher to be added.
#[derive(Debug, Clone)]
pub struct NewVoucher {
    /// Which one; none of this key may be kept already.
    pub key: VoucherKey,
    /// The number of its state.
    pub state: u8,
    /// Whether the office's own systems have still to read it.
    pub waiting: bool,
    /// When the store records it.
    pub recorded: Time,
    /// Its life so far.
    pub life: String,
    /// Its documents with their texts and acts, each layer once at most.
    pub documents: Vec<(Layer, Content)>,
}

/// A kept voucher to be changed.
#[derive(Debug, Clone)]
pub struct VoucherUpdate {
    /// Which one.
    pub key: VoucherKey,
    /// The revision that was read; the change makes the next one.
    pub revision: u32,
    /// The number of its new state.
    pub state: u8,
    /// Whether the office's own systems have still to read it.
    pub waiting: bool,
    /// Its life so far.
    pub life: String,
    /// Documents that are added, or take the place of those of the same layer.
    pub documents: Vec<(Layer, Content)>,
}

/// A balance of quota: never below zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The key in its one text form.
    pub key: String,
    /// What is left, in fen.
    pub fen: i64,
}

/// What a mark is about. Within a kind every key stands once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkKind {
    /// The result of a call, under the caller's idempotency key.
    Request,
    /// A payment that a clearing has claimed.
    Claim,
    /// A detail that has been refunded.
    Refund,
    /// A packet that was received: replays are known by it.
    Packet,
    /// A leave to use a seal key, as it was given.
    Authorization,
    /// A setting of the store.
    Setting,
    /// The party with whom a voucher is exchanged: the key is the voucher's in its text form, the
    /// value the name of the party.
    Peer,
    /// What was answered to a packet, by its digest: repeated, it gets the same answer.
    Answer,
}

impl MarkKind {
    /// Every kind.
    pub const ALL: [MarkKind; 8] = [
        MarkKind::Request,
        MarkKind::Claim,
        MarkKind::Refund,
        MarkKind::Packet,
        MarkKind::Authorization,
        MarkKind::Setting,
        MarkKind::Peer,
        MarkKind::Answer,
    ];

    /// The number in the file.
    pub fn number(self) -> u8 {
        match self {
            MarkKind::Request => 1,
            MarkKind::Claim => 2,
            MarkKind::Refund => 3,
            MarkKind::Packet => 4,
            MarkKind::Authorization => 5,
            MarkKind::Setting => 6,
            MarkKind::Peer => 7,
            MarkKind::Answer => 8,
        }
    }
}

/// A key with a value that stands once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it is about.
    pub kind: MarkKind,
    /// The key, unique within the kind.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
    /// Whether it takes the place of a former value; otherwise a key that is there is an error.
    pub replace: bool,
}

/// How long a log is, and what its next entry is appended to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// The number of entries.
    pub size: u64,
    /// The frontier, as the log writes it.
    pub frontier: Vec<u8>,
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The entry: the leaf of the log's tree.
    pub bytes: Vec<u8>,
    /// The hash of the leaf and of the trees that it completes, as the log gives them.
    pub nodes: Vec<u8>,
}

/// An entry with its place among the entries of all logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedEntry {
    /// 1, 2, 3… over all logs, in the order in which they were written.
    pub place: u64,
    /// The log.
    pub log: LogKey,
    /// Its number in the log, from 0.
    pub number: u64,
    /// The entry.
    pub entry: LogEntry,
}

/// A signed statement of the heads of all logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCheckpoint {
    /// The place of the last entry that it covers.
    pub place: u64,
    /// The checkpoint.
    pub bytes: Vec<u8>,
}

/// Entries to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogChange {
    /// Which log; it begins with its first entry.
    pub log: LogKey,
    /// How many entries there were when these were made.
    pub first: u64,
    /// The new entries.
    pub entries: Vec<LogEntry>,
    /// The frontier after them.
    pub frontier: Vec<u8>,
}

/// Everything that one or many moves write. It is kept whole or not at all.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Vouchers that are added.
    pub added: Vec<NewVoucher>,
    /// Vouchers that are changed, after the additions.
    pub updated: Vec<VoucherUpdate>,
    /// Balances that are added, or take the place of those with the same key.
    pub balances: Vec<Balance>,
    /// Marks that are added or replaced.
    pub marks: Vec<Mark>,
    /// Entries that are appended, log by log in this order.
    pub logs: Vec<LogChange>,
    /// A signed statement of the heads as they are after this.
    pub checkpoint: Option<Vec<u8>>,
    /// Files that come with vouchers.
    pub attached: Vec<NewAttachments>,
    /// Messages that are to go out, after those that are there.
    pub posted: Vec<NewMessage>,
    /// Messages that are packed; not those that are posted with this.
    pub packed: Vec<PackedChange>,
    /// Messages that are answered; not those that are packed with this.
    pub answered: Vec<AnsweredChange>,
    /// Vouchers whose documents and files are destroyed, after everything else.
    pub destroyed: Vec<VoucherKey>,
}

impl Changes {
    /// Whether nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.updated.is_empty()
            && self.balances.is_empty()
            && self.marks.is_empty()
            && self.logs.is_empty()
            && self.checkpoint.is_none()
            && self.attached.is_empty()
            && self.posted.is_empty()
            && self.packed.is_empty()
            && self.answered.is_empty()
            && self.destroyed.is_empty()
    }
}

/// Which vouchers are listed; a `None` admits all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// `AdmDivCode`.
    pub adm_div_code: Option<String>,
    /// `StYear`.
    pub st_year: Option<String>,
    /// `VtCode`.
    pub vt_code: Option<String>,
    /// The number of the state.
    pub state: Option<u8>,
    /// Only those that the office's own systems have still to read.
    pub waiting: bool,
}

/// The store at one moment: what is read through one of these belongs together.
pub trait Snapshot {
    /// What is known of a voucher.
    ///
    /// # Errors
    ///
    /// Family Storage, here and in every other call.
    fn row(&self, key: &VoucherKey) -> Result<Option<VoucherRow>>;

    /// The digest of a document with its texts and acts as they are kept: it changes with any byte.
    fn digest(&self, key: &VoucherKey, layer: Layer) -> Result<Option<[u8; 32]>>;

    /// A document with its texts and acts, its digest checked.
    ///
    /// # Errors
    ///
    /// Also `StoreDamaged` if it is not what its digest says.
    fn document(&self, key: &VoucherKey, layer: Layer) -> Result<Option<Content>>;

    /// The highest version of a voucher.
    fn latest(&self, id: &VoucherId) -> Result<Option<VoucherRow>>;

    /// Vouchers in the order in which they were added, with their places; `after` is the last place
    /// that was read, 0 at first. At most `limit` of them.
    fn list(&self, filter: &Filter, after: i64, limit: usize) -> Result<Vec<(i64, VoucherRow)>>;

    /// A balance.
    fn balance(&self, key: &str) -> Result<Option<Balance>>;

    /// Balances in the order of their keys, those above `after`; at most `limit` of them.
    fn balances(&self, after: &str, limit: usize) -> Result<Vec<Balance>>;

    /// The value of a mark.
    fn mark(&self, kind: MarkKind, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// Marks in the order of their keys, those above `after`; at most `limit` of them.
    fn marks(&self, kind: MarkKind, after: &[u8], limit: usize) -> Result<Vec<Mark>>;

    /// The logs, by division and year.
    fn logs(&self) -> Result<Vec<LogKey>>;

    /// How a log stands; `None` if it has no entry yet.
    fn log(&self, log: &LogKey) -> Result<Option<LogState>>;

    /// Entries of a log from number `first` on, at most `limit` of them.
    fn entries(&self, log: &LogKey, first: u64, limit: usize) -> Result<Vec<LogEntry>>;

    /// Entries of all logs in the order in which they were written, those above place `after`; at
    /// most `limit` of them.
    fn entries_of_all(&self, after: u64, limit: usize) -> Result<Vec<PlacedEntry>>;

    /// Checkpoints in the order in which they were made, those above place `after`; at most `limit`
    /// of them.
    fn checkpoints(&self, after: u64, limit: usize) -> Result<Vec<PlacedCheckpoint>>;

    /// The last checkpoint.
    fn last_checkpoint(&self) -> Result<Option<PlacedCheckpoint>>;

    /// The files of one layer of a voucher, in the order in which they were given.
    fn attachments(&self, key: &VoucherKey, layer: Layer) -> Result<Vec<AttachmentRow>>;

    /// The content of a file by its digest, which is checked.
    ///
    /// # Errors
    ///
    /// Also `StoreDamaged` if it is not what its digest says.
    fn attachment(&self, digest: &[u8; 32]) -> Result<Option<Vec<u8>>>;

    /// Messages that nobody has packed yet, in the order of their places, those above `after`; at
    /// most `limit` of them and, but for the first, no more than [`limits::MAX_READ`] bytes.
    fn unpacked(&self, after: u64, limit: usize) -> Result<Vec<OutboxRow>>;

    /// Messages that are packed and not answered, bounded as [`unpacked`](Self::unpacked).
    fn unanswered(&self, after: u64, limit: usize) -> Result<Vec<OutboxRow>>;

    /// The message that was packed into the packet of this digest.
    fn sent(&self, digest: &[u8; 32]) -> Result<Option<OutboxRow>>;

    /// The highest number of a conversation in which messages were packed.
    fn last_sequence(&self, conversation: &str) -> Result<Option<u64>>;
}

/// Keeps a store. One value belongs to one thread at a time; others open the same store again.
///
/// After an error that leaves open what is on the disk (`StoreFault`, `StoreDamaged`) every further
/// call gives that error, until the store is opened again.
pub trait Storage: Send {
    /// Which store this is.
    fn identity(&self) -> &Identity;

    /// Reads at one moment.
    ///
    /// # Errors
    ///
    /// Family Storage, and what `work` gives.
    fn view(&mut self, work: &mut dyn FnMut(&dyn Snapshot) -> Result<()>) -> Result<()>;

    /// Reads with everybody else kept from writing, then writes what `work` gives, as a whole. When
    /// this returns without an error, the changes outlast the loss of power.
    ///
    /// # Errors
    ///
    /// Family Storage, and what `work` gives; nothing is changed then, except that after
    /// `StoreFault` either all or nothing of it is there when the store is opened again.
    /// `Duplicate` if a voucher, or a mark that replaces nothing, is there already; `Stale` if a
    /// voucher or a log is no longer as it was read; `QuotaExceeded` for a balance below zero.
    fn transact(&mut self, work: &mut dyn FnMut(&dyn Snapshot) -> Result<Changes>) -> Result<()>;
}
