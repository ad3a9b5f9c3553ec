//! Copies of a store: made while it is in use, and taken back.

use super::SqliteStorage;
use super::connect::{self, Options};
use super::fault::Faulty;
use super::verify::Summary;
use crate::error::{Code, Error, Result};
use crate::store::storage::Storage;
use rusqlite::backup::{Backup, StepResult};
use std::path::Path;

impl SqliteStorage {
    /// Copies the store, as it is at this moment, into a file that is not there yet, and verifies
    /// the copy. Others may go on reading and writing meanwhile.
    ///
    /// # Errors
    ///
    /// `Exists` if the file has anything in it; those of [`verify`](Self::verify). What an error
    /// leaves of the file is no store.
    pub fn backup(&mut self, to: &Path) -> Result<Summary> {
        let options = self.options.clone();
        self.guarded(|store| copy(store, to, &options).map_err(about_copy))?;
        // A fault of the copy is not one of this store.
        let mut copy = SqliteStorage::open(to, &options)?;
        if copy.identity() != self.identity() {
            return Err(Error::new(Code::OtherStore, "copy", "the copy names another store"));
        }
        copy.verify()
    }

    /// Takes a copy back: verifies it and copies it to where no file is yet.
    ///
    /// A copy is as old as it is. Nothing in it can tell that there is a newer one: compare the
    /// heads of its logs with checkpoints that are held elsewhere.
    ///
    /// # Errors
    ///
    /// `OtherStore` if `expected` is given and the copy is of a store with another id; those of
    /// [`open`](Self::open), [`verify`](Self::verify) and [`backup`](Self::backup).
    pub fn restore(
        copy: &Path,
        to: &Path,
        expected: Option<&[u8; 16]>,
        options: &Options,
    ) -> Result<SqliteStorage> {
        let mut copy = SqliteStorage::open(copy, options)?;
        if expected.is_some_and(|expected| *expected != copy.identity().id) {
            return Err(Error::new(Code::OtherStore, "copy", "a copy of another store"));
        }
        copy.verify()?;
        copy.backup(to)?;
        SqliteStorage::open(to, options)
    }
}

/// Where the fault is, there is the code; but only the store's own faults stop the store.
fn about_copy(error: Error) -> Error {
    match error.code() {
        Code::StoreFault => {
            let message = format!("while copying: {}", error.message());
            Error::new(Code::Write, "copy", message)
        }
        _ => error,
    }
}

fn copy(store: &SqliteStorage, to: &Path, options: &Options) -> Result<()> {
    let mut target = connect::empty(to, options)?;
    let backup = Backup::new(&store.connection, &mut target).faulty()?;
    // All pages in one step are those of one moment; readers hinder nobody in WAL.
    match backup.step(-1).faulty()? {
        StepResult::Done => Ok(()),
        _ => Err(Error::new(Code::StoreBusy, "copy", "others kept the store or the copy locked")),
    }
}
