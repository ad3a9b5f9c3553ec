//! A store in one SQLite file.
//!
//! WAL with `synchronous = FULL`: a transaction is acknowledged when the log of SQLite is synced, and
//! the log is carried into the file by calls of our own, so that their errors are seen. Who waits for
//! another's lock tries a counted number of times.
//!
//! # Examples
//!
//! ```
//! use yinxin::Time;
//! use yinxin::store::sqlite::{Options, SqliteStorage};
//! use yinxin::store::{Balance, Changes, StoreRole, Storage};
//!
//! # fn main() -> yinxin::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! let path = folder.path().join("finance.yxstore");
//! let now = Time::parse_rfc3339("2026-03-02T06:00:00Z").unwrap();
//! let mut store = SqliteStorage::create(&path, StoreRole::Finance, "011", now, &Options::default())?;
//! store.transact(&mut |before| {
//!     assert_eq!(before.balance("key")?, None);
//!     let balances = vec![Balance { key: "key".to_owned(), fen: 1_00 }];
//!     Ok(Changes { balances, ..Changes::default() })
//! })?;
//! let summary = store.verify()?;
//! assert_eq!(summary.balances, 1);
//! # Ok(())
//! # }
//! ```

mod attachments;
mod connect;
mod copy;
mod fault;
mod outbox;
mod pieces;
mod read;
mod schema;
mod verify;
mod write;

pub use connect::Options;
pub use schema::{APPLICATION_ID, VERSION};
pub use verify::Summary;

use super::storage::{Changes, Identity, Snapshot, Storage, StoreRole};
use crate::crypto::rng;
use crate::error::{Code, Error, Result};
use crate::time::Time;
use fault::Faulty;
use pieces::Seals;
use read::View;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, TransactionBehavior};
use std::cell::RefCell;
use std::path::Path;

/// After about so many bytes of changes, SQLite's log is carried into the file.
const CHECKPOINT_BYTES: usize = 4 << 20;

/// What a transaction writes at least: some pages.
const TRANSACTION_BYTES: usize = 24 << 10;

/// A store in one SQLite file, opened.
///
/// Threads and processes open the same file each for themselves. After a fork, neither process may
/// use a store that was open before.
#[derive(Debug)]
pub struct SqliteStorage {
    connection: Connection,
    identity: Identity,
    options: Options,
    seals: RefCell<Seals>,
    /// Bytes written since SQLite's log was last carried into the file.
    written: usize,
    /// Why nothing is answered any more.
    failed: Option<Error>,
}

impl SqliteStorage {
    /// Makes a new store of this role and office.
    ///
    /// # Errors
    ///
    /// `Exists` if the file has anything in it; `StoreMissing` if it cannot be made there; `Argument`
    /// for an office of 0 or more than 64 bytes; family Storage; `Random`.
    pub fn create(
        path: &Path,
        role: StoreRole,
        org: &str,
        created: Time,
        options: &Options,
    ) -> Result<SqliteStorage> {
        if org.is_empty() || org.len() > 64 {
            return Err(Error::new(Code::Argument, "org", "1 to 64 bytes are due"));
        }
        let mut id = [0; 16];
        rng::fill(&mut id)?;
        let identity = Identity { id, role, org: org.to_owned(), created };
        let mut connection = connect::empty(path, options)?;
        connect::make_durable(&connection)?;
        schema::create(&mut connection, &identity)?;
        SqliteStorage::of(connection, options)
    }

    /// Opens a store. One of an earlier version is brought to the present one, which earlier
    /// libraries then do not open.
    ///
    /// # Errors
    ///
    /// `StoreMissing` if there is no file or it cannot be opened; `NotAStore`, `StoreVersion`;
    /// `StoreReadOnly`; `StoreDamaged` if it was cut or its tables are not those that were made;
    /// other errors of family Storage.
    pub fn open(path: &Path, options: &Options) -> Result<SqliteStorage> {
        let mut connection = connect::existing(path, options)?;
        if connection.is_readonly("main").faulty()? {
            return Err(Error::new(Code::StoreReadOnly, "store", "the file cannot be written"));
        }
        schema::require_store(&connection)?;
        connect::make_durable(&connection)?;
        schema::migrate(&mut connection)?;
        SqliteStorage::of(connection, options)
    }

    fn of(connection: Connection, options: &Options) -> Result<SqliteStorage> {
        schema::require_made(&connection)?;
        let identity = schema::identity(&connection)?;
        let mut store = SqliteStorage {
            connection,
            identity,
            options: options.clone(),
            seals: RefCell::default(),
            written: 0,
            failed: None,
        };
        // What a process wrote whose sync failed may stand in SQLite's log and not on the disk. The
        // log is synced and carried into the file before anybody is told what it holds.
        store.checkpoint()?;
        Ok(store)
    }

    /// Carries what SQLite's log holds into the file, as far as nobody else reads it.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn checkpoint(&mut self) -> Result<()> {
        self.guarded(|store| {
            let done = store.connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE);
            store.written = 0;
            match done.faulty() {
                // Others are at it, or there is no room now: the log keeps everything.
                Err(error) if matches!(error.code(), Code::StoreBusy | Code::StoreFull) => Ok(()),
                done => done.map(drop),
            }
        })
    }

    /// Does `work` unless the store has failed, and remembers if it failed now.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = work(self);
        if let Err(error) = &result {
            // A transaction that could not even be rolled back leaves the same doubt.
            let open = !self.connection.is_autocommit();
            if open || matches!(error.code(), Code::StoreFault | Code::StoreDamaged) {
                self.failed = Some(error.clone());
            }
        }
        result
    }
}

impl Storage for SqliteStorage {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn view(&mut self, work: &mut dyn FnMut(&dyn Snapshot) -> Result<()>) -> Result<()> {
        self.guarded(|store| {
            let seals = &store.seals;
            let transaction = store
                .connection
                .transaction_with_behavior(TransactionBehavior::Deferred)
                .faulty()?;
            let result = work(&View { connection: &transaction, seals });
            transaction.rollback().faulty()?;
            result
        })
    }

    fn transact(&mut self, work: &mut dyn FnMut(&dyn Snapshot) -> Result<Changes>) -> Result<()> {
        self.guarded(|store| {
            let seals = &store.seals;
            let transaction = store
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .faulty()?;
            let changes = work(&View { connection: &transaction, seals })?;
            if changes.is_empty() {
                return transaction.rollback().faulty();
            }
            let applied = write::apply(&transaction, &changes, &seals.borrow())?;
            transaction.commit().faulty()?;
            store.seals.get_mut().add(applied.seals);
            store.written = store.written.saturating_add(applied.bytes + TRANSACTION_BYTES);
            Ok(())
        })?;
        if self.written >= CHECKPOINT_BYTES {
            // The transaction is durable, whatever becomes of this; a fault is told by the next call.
            let _ = self.checkpoint();
        }
        Ok(())
    }
}
