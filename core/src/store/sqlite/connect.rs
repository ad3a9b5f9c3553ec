//! Opening SQLite's file, and what holds for every connection.

use super::fault::Faulty;
use crate::error::{Code, Error, Result};
use crate::store::storage::limits::{MAX_CONTENT, MAX_FILE};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How a store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// How often a lock of others is tried before `StoreBusy`; between two tries lie 1 to 16
    /// milliseconds.
    pub tries: u32,
    /// The name of a VFS that was registered with SQLite, in place of that of the system.
    pub vfs: Option<String>,
}

impl Default for Options {
    /// 4,000 tries (about a minute), the system's files.
    fn default() -> Self {
        Options { tries: 4_000, vfs: None }
    }
}

/// Opens a file that is there.
pub(super) fn existing(path: &Path, options: &Options) -> Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, options)
}

/// Makes a file, or opens one that has nothing in it.
pub(super) fn empty(path: &Path, options: &Options) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = open(path, flags, options)?;
    let exists = || Error::new(Code::Exists, "store", "the file has something in it");
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    match tables.faulty() {
        Ok(0i64) => Ok(connection),
        Ok(_) => Err(exists()),
        Err(error) if matches!(error.code(), Code::NotAStore | Code::StoreDamaged) => Err(exists()),
        Err(error) => Err(error),
    }
}

fn open(path: &Path, flags: OpenFlags, options: &Options) -> Result<Connection> {
    // SQLite would take these for something else than the name of a file.
    let name = path.to_string_lossy();
    if name.is_empty() || name.starts_with(':') || name.starts_with("file:") {
        return Err(Error::new(Code::Argument, "path", "this is not the path of a file"));
    }
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let opened = match &options.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str()),
        None => Connection::open_with_flags(path, flags),
    };
    let mut connection = opened.map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Error::new(Code::StoreMissing, "store", format!("cannot be opened: {error}"))
        }
        _ => super::fault::storage_error(error),
    })?;
    let tries = options.tries;
    connection
        .busy_handler(Some(move |tried: i32| {
            let tried = u32::try_from(tried).unwrap_or(u32::MAX);
            std::thread::sleep(Duration::from_millis(u64::from(tried.min(15)) + 1));
            tried < tries
        }))
        .faulty()?;
    connection.set_prepared_statement_cache_capacity(64);
    let longest = i32::try_from(MAX_CONTENT.max(MAX_FILE) + (1 << 20)).unwrap_or(i32::MAX);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest).faulty()?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0).faulty()?;
    // A file may come from elsewhere: what stands in its schema is not obeyed.
    for (config, value) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
        // Else a statement about a table with a partial index is prepared anew for each value.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ] {
        connection.set_db_config(config, value).faulty()?;
    }
    connection.pragma_update(None, "cell_size_check", true).faulty()?;
    Ok(connection)
}

/// Has every commit synced before it is acknowledged, and no checkpoint made behind our back.
pub(super) fn make_durable(connection: &Connection) -> Result<()> {
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .faulty()?;
    if mode != "wal" {
        let message = format!("the file's place allows no write-ahead log, only {mode:?}");
        return Err(Error::new(Code::StoreFault, "store", message));
    }
    for (name, value) in
        [("synchronous", "FULL"), ("fullfsync", "ON"), ("checkpoint_fullfsync", "ON")]
    {
        connection.pragma_update(None, name, value).faulty()?;
    }
    connection
        .pragma_update_and_check(None, "wal_autocheckpoint", 0, |row| row.get::<_, i64>(0))
        .faulty()?;
    let keys: i64 =
        connection.pragma_query_value(None, "foreign_keys", |row| row.get(0)).faulty()?;
    let sync: i64 =
        connection.pragma_query_value(None, "synchronous", |row| row.get(0)).faulty()?;
    if (keys, sync) != (1, 2) {
        let message = "foreign keys or full syncs are not to be had";
        return Err(Error::new(Code::StoreFault, "store", message));
    }
    Ok(())
}
