//! What an error of SQLite means for the store.

use crate::error::{Code, Error, Result};
use rusqlite::ErrorCode;

/// Gives SQLite's errors as ours.
pub(super) trait Faulty<T> {
    fn faulty(self) -> Result<T>;
}

impl<T> Faulty<T> for rusqlite::Result<T> {
    fn faulty(self) -> Result<T> {
        self.map_err(storage_error)
    }
}

pub(super) fn storage_error(error: rusqlite::Error) -> Error {
    let code = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Code::StoreBusy,
        Some(ErrorCode::DiskFull) => Code::StoreFull,
        Some(ErrorCode::ReadOnly) => Code::StoreReadOnly,
        Some(ErrorCode::DatabaseCorrupt) => Code::StoreDamaged,
        Some(ErrorCode::NotADatabase) => Code::NotAStore,
        Some(ErrorCode::TooBig) => Code::Size,
        // Whatever else SQLite reports was not foreseen, and what stands on the disk is not known.
        Some(_) => Code::StoreFault,
        // A value of a type or range that was never written.
        None => Code::StoreDamaged,
    };
    Error::new(code, "store", format!("SQLite: {error}"))
}

/// Whether a row could not be added because there is one of its key.
pub(super) fn is_taken(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error().map(|error| error.extended_code),
        Some(rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY)
    )
}
