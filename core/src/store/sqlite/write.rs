//! Writing changes, inside a transaction.

use super::fault::{Faulty, is_taken, storage_error};
use super::pieces::{self, Seals, SharedPiece};
use super::read::{KEY, key_params, signed};
use crate::error::{Code, Error, Result};
use crate::store::content::Content;
use crate::store::storage::limits::{MAX_CHANGES, MAX_CONTENT, MAX_ENTRY, MAX_LIFE, MAX_VALUE};
use crate::store::storage::{
    Balance, Changes, LogChange, LogEntry, Mark, NewVoucher, VoucherKey, VoucherUpdate,
};
use crate::voucher::Layer;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

/// So many documents are hashed side by side.
const TOGETHER: usize = 32;

/// What was written.
pub(super) struct Applied {
    /// Seals that the file has once the transaction is committed.
    pub(super) seals: Vec<SharedPiece>,
    /// About how many bytes were written.
    pub(super) bytes: usize,
}

/// Writes everything. After an error the transaction has to be rolled back.
pub(super) fn apply(connection: &Connection, changes: &Changes, known: &Seals) -> Result<Applied> {
    if changes.added.len().saturating_add(changes.updated.len()) > MAX_CHANGES {
        let message = format!("more than {MAX_CHANGES} vouchers in one transaction");
        return Err(Error::new(Code::Count, "changes", message));
    }
    let mut writer =
        Writer { connection, known, seals: Vec::new(), documents: Vec::new(), bytes: 0 };
    for voucher in &changes.added {
        writer.add(voucher)?;
    }
    for voucher in &changes.updated {
        writer.update(voucher)?;
    }
    writer.write_documents()?;
    for balance in &changes.balances {
        writer.balance(balance)?;
    }
    for mark in &changes.marks {
        writer.mark(mark)?;
    }
    for log in &changes.logs {
        writer.append(log)?;
    }
    if let Some(checkpoint) = &changes.checkpoint {
        writer.checkpoint(checkpoint)?;
    }
    for attached in &changes.attached {
        writer.attach(attached)?;
    }
    writer.outbox(changes)?;
    writer.destroy(&changes.destroyed)?;
    Ok(Applied { seals: writer.seals, bytes: writer.bytes })
}

pub(super) struct Writer<'c> {
    pub(super) connection: &'c Connection,
    known: &'c Seals,
    seals: Vec<SharedPiece>,
    /// Documents that are still to be written.
    documents: Vec<Document>,
    bytes: usize,
}

/// A document of the voucher in row `voucher`.
struct Document {
    voucher: i64,
    layer: Layer,
    content: Vec<u8>,
}

impl Writer<'_> {
    /// How many rows the statement changed; `None` if one of its key is there already.
    pub(super) fn run(
        &mut self,
        sql: &str,
        params: impl Params,
        bytes: usize,
    ) -> Result<Option<usize>> {
        self.bytes = self.bytes.saturating_add(bytes + 128);
        let mut statement = self.connection.prepare_cached(sql).faulty()?;
        match statement.execute(params) {
            Ok(rows) => Ok(Some(rows)),
            Err(error) if is_taken(&error) => Ok(None),
            Err(error) => Err(storage_error(error)),
        }
    }

    /// That the statement changes exactly one row.
    pub(super) fn require_one(
        &mut self,
        sql: &str,
        params: impl Params,
        bytes: usize,
        otherwise: impl FnOnce() -> Error,
    ) -> Result<()> {
        match self.run(sql, params, bytes)? {
            Some(1) => Ok(()),
            _ => Err(otherwise()),
        }
    }

    fn add(&mut self, voucher: &NewVoucher) -> Result<()> {
        let NewVoucher { key, state, waiting, recorded, life, documents } = voucher;
        require_life(life)?;
        let sql = "INSERT INTO voucher (adm_div_code, st_year, vt_code, voucher_no, version, \
             revision, state, waiting, recorded, life) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9)";
        let values = key_params!(key, state, waiting, recorded.to_string(), life);
        match self.run(sql, values, life.len())? {
            Some(_) => self.documents(self.connection.last_insert_rowid(), key, documents),
            None => Err(Error::new(Code::Duplicate, "voucher", format!("{key} is kept already"))),
        }
    }

    fn update(&mut self, voucher: &VoucherUpdate) -> Result<()> {
        let VoucherUpdate { key, revision, state, waiting, life, documents } = voucher;
        require_life(life)?;
        let sql = format!(
            "UPDATE voucher SET revision = revision + 1, state = ?7, waiting = ?8, life = ?9 \
             WHERE {KEY} AND revision = ?6 RETURNING id"
        );
        self.bytes = self.bytes.saturating_add(life.len() + 128);
        let mut statement = self.connection.prepare_cached(&sql).faulty()?;
        let values = key_params!(key, revision, state, waiting, life);
        let place = statement.query_row(values, |row| row.get(0)).optional().faulty()?;
        drop(statement);
        match place {
            Some(place) => self.documents(place, key, documents),
            None => {
                let message = format!("{key} is not in revision {revision}");
                Err(Error::new(Code::Stale, "voucher", message))
            }
        }
    }

    /// The documents of the voucher in row `place`.
    fn documents(
        &mut self,
        place: i64,
        key: &VoucherKey,
        documents: &[(Layer, Content)],
    ) -> Result<()> {
        for (at, (layer, content)) in documents.iter().enumerate() {
            if documents.iter().take(at).any(|(other, _)| other == layer) {
                let message = format!("{key} is given two documents of one layer");
                return Err(Error::new(Code::Argument, "documents", message));
            }
            let content = self.row(content)?;
            self.documents.push(Document { voucher: place, layer: *layer, content });
        }
        match self.documents.len() >= TOGETHER {
            true => self.write_documents(),
            false => Ok(()),
        }
    }

    /// Writes the documents that are still to be written.
    fn write_documents(&mut self) -> Result<()> {
        let sql = "INSERT INTO document (voucher, flag, digest, content) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (voucher, flag) \
             DO UPDATE SET digest = excluded.digest, content = excluded.content";
        let documents = std::mem::take(&mut self.documents);
        let digests = pieces::digests(documents.iter().map(|document| document.content.as_slice()));
        for (Document { voucher, layer, content }, digest) in documents.iter().zip(digests) {
            let values = params![voucher, layer.voucher_flag(), digest, content];
            self.run(sql, values, content.len())?;
        }
        Ok(())
    }

    /// The row of a content, its seals in their table.
    fn row(&mut self, content: &Content) -> Result<Vec<u8>> {
        if content.as_bytes().len() > MAX_CONTENT {
            let message = format!("a voucher of more than {MAX_CONTENT} bytes");
            return Err(Error::new(Code::Size, "content", message));
        }
        let mut seals = std::mem::take(&mut self.seals);
        let before = seals.len();
        let row = pieces::split(content, self.known, &mut seals);
        let sql =
            "INSERT INTO seal (digest, bytes) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING";
        for seal in seals.iter().skip(before) {
            self.run(sql, params![seal.digest, seal.bytes], seal.bytes.len())?;
        }
        self.seals = seals;
        Ok(row)
    }

    fn balance(&mut self, balance: &Balance) -> Result<()> {
        let Balance { key, fen } = balance;
        if key.len() > MAX_VALUE {
            return Err(Error::new(Code::Size, "balance", format!("more than {MAX_VALUE} bytes")));
        }
        if *fen < 0 {
            let message = format!("{key:?} would be {fen} fen");
            return Err(Error::new(Code::QuotaExceeded, "balance", message));
        }
        let sql = "INSERT INTO balance (key, fen) VALUES (?1, ?2) \
             ON CONFLICT (key) DO UPDATE SET fen = excluded.fen";
        self.run(sql, params![key, fen], 0).map(drop)
    }

    fn mark(&mut self, mark: &Mark) -> Result<()> {
        let Mark { kind, key, value, replace } = mark;
        if key.len() > MAX_VALUE || value.len() > MAX_VALUE {
            let message = format!("more than {MAX_VALUE} bytes");
            return Err(Error::new(Code::Size, "mark", message));
        }
        let sql = match replace {
            true => {
                "INSERT INTO mark (kind, key, value) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value"
            }
            false => "INSERT INTO mark (kind, key, value) VALUES (?1, ?2, ?3)",
        };
        match self.run(sql, params![kind.number(), key, value], key.len() + value.len())? {
            Some(_) => Ok(()),
            None => Err(Error::new(Code::Duplicate, "mark", format!("a {kind:?} of this key"))),
        }
    }

    fn append(&mut self, change: &LogChange) -> Result<()> {
        let LogChange { log, first, entries, frontier } = change;
        let (adm_div_code, st_year) = (log.adm_div_code(), log.st_year());
        let long = |entry: &LogEntry| entry.bytes.len().max(entry.nodes.len()) > MAX_ENTRY;
        if entries.is_empty() || entries.len() > MAX_CHANGES {
            return Err(Error::new(
                Code::Count,
                "log",
                format!("1 to {MAX_CHANGES} entries are due"),
            ));
        }
        if frontier.len() > MAX_VALUE || entries.iter().any(long) {
            return Err(Error::new(Code::Size, "log", "a frontier or an entry that is too long"));
        }
        let start = signed(*first)?;
        let end = signed(first.saturating_add(entries.len() as u64))?;
        let sql = match first {
            0 => {
                "INSERT INTO log (adm_div_code, st_year, size, frontier) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (adm_div_code, st_year) DO NOTHING RETURNING id"
            }
            _ => {
                "UPDATE log SET size = ?3, frontier = ?4 \
                 WHERE adm_div_code = ?1 AND st_year = ?2 AND size = ?5 RETURNING id"
            }
        };
        self.bytes = self.bytes.saturating_add(frontier.len() + 128);
        let mut statement = self.connection.prepare_cached(sql).faulty()?;
        let read = |row: &Row<'_>| row.get::<_, i64>(0);
        let place = match first {
            0 => statement.query_row(params![adm_div_code, st_year, end, frontier], read),
            _ => statement.query_row(params![adm_div_code, st_year, end, frontier, start], read),
        };
        let place = place.optional().faulty()?;
        drop(statement);
        let Some(place) = place else {
            let message = format!("the log {log} does not end at entry {first}");
            return Err(Error::new(Code::Stale, "log", message));
        };
        let sql = "INSERT INTO entry (log, number, bytes, nodes) VALUES (?1, ?2, ?3, ?4)";
        for (number, LogEntry { bytes, nodes }) in (start..).zip(entries) {
            let length = bytes.len() + nodes.len();
            if self.run(sql, params![place, number, bytes, nodes], length)?.is_none() {
                let message = format!("the log {log} has an entry {number}");
                return Err(Error::new(Code::StoreDamaged, "log", message));
            }
        }
        Ok(())
    }

    fn checkpoint(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.len() > MAX_VALUE {
            let message = format!("more than {MAX_VALUE} bytes");
            return Err(Error::new(Code::Size, "checkpoint", message));
        }
        let sql = "INSERT INTO checkpoint (place, bytes) \
             SELECT max(place), ?1 FROM entry HAVING max(place) IS NOT NULL \
             ON CONFLICT (place) DO UPDATE SET bytes = excluded.bytes";
        match self.run(sql, params![bytes], bytes.len())? {
            Some(1) => Ok(()),
            _ => Err(Error::new(Code::Argument, "checkpoint", "no log has an entry yet")),
        }
    }
}

fn require_life(life: &str) -> Result<()> {
    match life.len() > MAX_LIFE {
        true => Err(Error::new(Code::Size, "life", format!("more than {MAX_LIFE} bytes"))),
        false => Ok(()),
    }
}
