//! A bare table in SQLite, with the settings of the store's file.

use rusqlite::{Connection, TransactionBehavior, params};
use std::path::Path;
use std::time::Duration;

/// As in the store: after so many bytes, SQLite's log is carried into the file.
const CHECKPOINT_BYTES: usize = 4 << 20;

pub struct Bare {
    connection: Connection,
    written: usize,
}

impl Bare {
    /// Opens the file, and makes its one table.
    pub fn open(path: &Path) -> Bare {
        let mut connection = Connection::open(path).unwrap();
        // As in the store: between two tries lie 1 to 16 milliseconds.
        let wait = |tried: i32| {
            std::thread::sleep(Duration::from_millis(tried.min(15) as u64 + 1));
            tried < 4_000
        };
        connection.busy_handler(Some(wait)).unwrap();
        let mode: String = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
            .unwrap();
        assert_eq!(mode, "wal");
        for (name, value) in
            [("synchronous", "FULL"), ("fullfsync", "ON"), ("checkpoint_fullfsync", "ON")]
        {
            connection.pragma_update(None, name, value).unwrap();
        }
        connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        let sql =
            "CREATE TABLE IF NOT EXISTS voucher (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)";
        connection.execute_batch(sql).unwrap();
        Bare { connection, written: 0 }
    }

    /// Keeps these in one transaction.
    pub fn insert<'b>(&mut self, all: impl Iterator<Item = &'b [u8]>) {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let mut statement =
            transaction.prepare_cached("INSERT INTO voucher (bytes) VALUES (?1)").unwrap();
        for bytes in all {
            statement.execute(params![bytes]).unwrap();
            self.written += bytes.len();
        }
        drop(statement);
        transaction.commit().unwrap();
        self.written += 24 << 10;
        if self.written >= CHECKPOINT_BYTES {
            let sql = "PRAGMA wal_checkpoint(PASSIVE)";
            self.connection.query_row(sql, [], |_| Ok(())).unwrap();
            self.written = 0;
        }
    }
}
