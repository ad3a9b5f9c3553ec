//! That the whole file is what its own digests and counts say.

use super::SqliteStorage;
use super::fault::Faulty;
use super::read::{ROW, View, voucher_row};
use crate::crypto::sm3;
use crate::error::Result;
use crate::store::content::damaged;
use crate::store::sqlite::{attachments, outbox, schema};
use rusqlite::{Connection, TransactionBehavior};

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Summary {
    /// Vouchers, every version.
    pub vouchers: u64,
    /// Their documents: originals and receipts.
    pub documents: u64,
    /// Seals, each kept once.
    pub seals: u64,
    /// Balances.
    pub balances: u64,
    /// Logs.
    pub logs: u64,
    /// Entries of all logs.
    pub entries: u64,
    /// Contents of files that come with vouchers, each kept once.
    pub attachments: u64,
    /// Messages in the outbox, those that were answered too.
    pub messages: u64,
}

impl SqliteStorage {
    /// Reads everything: that SQLite finds its file sound, that the tables are those that were made,
    /// that every voucher, seal, attachment and packet is what its digest says, that every log has each
    /// of its entries and every conversation each of its numbers.
    ///
    /// Whether the entries are those of the signed heads, the log itself has to say.
    ///
    /// # Errors
    ///
    /// `StoreDamaged` naming the first fault; other errors of family Storage.
    pub fn verify(&mut self) -> Result<Summary> {
        self.guarded(|store| {
            let transaction = store
                .connection
                .transaction_with_behavior(TransactionBehavior::Deferred)
                .faulty()?;
            schema::require_made(&transaction)?;
            require_sound(&transaction)?;
            let view = View { connection: &transaction, seals: &Default::default() };
            let summary = Summary {
                seals: seals(&transaction)?,
                vouchers: vouchers(&transaction)?,
                documents: documents(&view)?,
                balances: count(&transaction, "SELECT count(*) FROM balance")?,
                logs: count(&transaction, "SELECT count(*) FROM log")?,
                entries: entries(&transaction)?,
                attachments: attachments::verify(&view)?,
                messages: outbox::verify(&view)?,
            };
            transaction.rollback().faulty()?;
            Ok(summary)
        })
    }
}

fn require_sound(connection: &Connection) -> Result<()> {
    let found: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).faulty()?;
    if found != "ok" {
        return Err(damaged(format!("SQLite: {found}")));
    }
    let mut lost = connection.prepare("PRAGMA foreign_key_check").faulty()?;
    match lost.exists([]).faulty()? {
        true => Err(damaged("a row refers to one that is not there")),
        false => Ok(()),
    }
}

fn seals(connection: &Connection) -> Result<u64> {
    let mut statement = connection.prepare("SELECT digest, bytes FROM seal").faulty()?;
    let mut rows = statement.query([]).faulty()?;
    let mut count = 0;
    while let Some(row) = rows.next().faulty()? {
        let (digest, bytes): ([u8; 32], Vec<u8>) = (row.get(0).faulty()?, row.get(1).faulty()?);
        if sm3::digest(&bytes) != digest {
            return Err(damaged("a seal that is not what its digest says"));
        }
        count += 1;
    }
    Ok(count)
}

fn vouchers(connection: &Connection) -> Result<u64> {
    let sql = format!("SELECT {ROW} FROM voucher ORDER BY id");
    let mut statement = connection.prepare(&sql).faulty()?;
    let mut rows = statement.query([]).faulty()?;
    let mut count = 0;
    while let Some(row) = rows.next().faulty()? {
        voucher_row(row, 0)?;
        count += 1;
    }
    Ok(count)
}

fn documents(view: &View<'_>) -> Result<u64> {
    let sql = "SELECT content, digest, voucher FROM document ORDER BY id";
    let mut statement = view.connection.prepare(sql).faulty()?;
    let mut rows = statement.query([]).faulty()?;
    let mut count = 0;
    while let Some(row) = rows.next().faulty()? {
        let (content, digest): (Vec<u8>, [u8; 32]) = (row.get(0).faulty()?, row.get(1).faulty()?);
        let voucher: i64 = row.get(2).faulty()?;
        view.content(&content, &digest)
            .map_err(|error| damaged(format!("voucher in row {voucher}: {}", error.message())))?;
        count += 1;
    }
    Ok(count)
}

fn entries(connection: &Connection) -> Result<u64> {
    let sql = "SELECT adm_div_code || '/' || st_year, size, \
         (SELECT count(*) FROM entry WHERE log = log.id), \
         (SELECT coalesce(max(number) + 1, 0) FROM entry WHERE log = log.id) FROM log";
    let mut statement = connection.prepare(sql).faulty()?;
    let mut rows = statement.query([]).faulty()?;
    let mut all = 0;
    while let Some(row) = rows.next().faulty()? {
        let (name, size): (String, i64) = (row.get(0).faulty()?, row.get(1).faulty()?);
        let (count, end): (i64, i64) = (row.get(2).faulty()?, row.get(3).faulty()?);
        if (count, end) != (size, size) {
            let message = format!("the log {name} has {count} entries up to {end}, not {size}");
            return Err(damaged(message));
        }
        all += u64::try_from(size).map_err(|_| damaged("a log shorter than nothing"))?;
    }
    Ok(all)
}

fn count(connection: &Connection, sql: &str) -> Result<u64> {
    let count: i64 = connection.query_row(sql, [], |row| row.get(0)).faulty()?;
    u64::try_from(count).map_err(|_| damaged("a count below zero"))
}
