//! Reading at one moment, inside a transaction.

use super::fault::Faulty;
use super::pieces::{self, Seals, SharedPiece};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::ledger::LogKey;
use crate::store::content::{Content, damaged};
use crate::store::storage::limits::MAX_ROWS;
use crate::store::storage::{
    AttachmentRow, Balance, Filter, LogEntry, LogState, Mark, MarkKind, OutboxRow,
    PlacedCheckpoint, PlacedEntry, Snapshot, VoucherKey, VoucherRow,
};
use crate::time::Time;
use crate::voucher::{Layer, VoucherId};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use std::cell::RefCell;

/// The columns of a [`VoucherRow`], for [`voucher_row`].
pub(super) const ROW: &str =
    "adm_div_code, st_year, vt_code, voucher_no, version, revision, state, waiting, recorded, life";

/// The condition that names one voucher, for the parameters of [`key_params!`].
pub(super) const KEY: &str = "adm_div_code = ?1 AND st_year = ?2 AND vt_code = ?3 \
     AND voucher_no = ?4 AND version = ?5";

/// The five parameters of [`KEY`], and more.
macro_rules! key_params {
    ($key:expr $(, $more:expr)*) => {
        rusqlite::params![
            $key.id.adm_div_code, $key.id.st_year, $key.id.vt_code, $key.id.voucher_no,
            $key.version $(, $more)*
        ]
    };
}
pub(super) use key_params;

/// A store at the moment of a transaction.
pub(super) struct View<'c> {
    pub(super) connection: &'c Connection,
    pub(super) seals: &'c RefCell<Seals>,
}

impl View<'_> {
    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql).faulty()?;
        statement.query_row(params, row).optional().faulty()
    }

    pub(super) fn many<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).faulty()?;
        let rows = statement.query_map(params, row).faulty()?;
        rows.collect::<rusqlite::Result<_>>().faulty()
    }

    /// The content of a row, its digest and those of its seals checked.
    pub(super) fn content(&self, row: &[u8], digest: &[u8; 32]) -> Result<Content> {
        if pieces::digest(row) != *digest {
            return Err(damaged("a voucher that is not what its digest says"));
        }
        pieces::join(row, |digest, out| self.append_seal(digest, out))
    }

    fn append_seal(&self, digest: &[u8; 32], out: &mut Vec<u8>) -> Result<()> {
        if let Some(bytes) = self.seals.borrow().bytes_of(digest) {
            out.extend_from_slice(bytes);
            return Ok(());
        }
        let sql = "SELECT bytes FROM seal WHERE digest = ?1";
        let bytes: Vec<u8> = self
            .one(sql, [digest], |row| row.get(0))?
            .ok_or_else(|| damaged("a seal that is missing"))?;
        if sm3::digest(&bytes) != *digest {
            return Err(damaged("a seal that is not what its digest says"));
        }
        out.extend_from_slice(&bytes);
        self.seals.borrow_mut().add(vec![SharedPiece { digest: *digest, bytes }]);
        Ok(())
    }
}

impl Snapshot for View<'_> {
    fn row(&self, key: &VoucherKey) -> Result<Option<VoucherRow>> {
        let sql = format!("SELECT {ROW} FROM voucher WHERE {KEY}");
        self.one(&sql, key_params!(key), |row| Ok(voucher_row(row, 0)))?.transpose()
    }

    fn digest(&self, key: &VoucherKey, layer: Layer) -> Result<Option<[u8; 32]>> {
        let sql = format!(
            "SELECT digest FROM document \
             WHERE voucher = (SELECT id FROM voucher WHERE {KEY}) AND flag = ?6"
        );
        self.one(&sql, key_params!(key, layer.voucher_flag()), |row| row.get(0))
    }

    fn document(&self, key: &VoucherKey, layer: Layer) -> Result<Option<Content>> {
        let sql = format!(
            "SELECT content, digest FROM document \
             WHERE voucher = (SELECT id FROM voucher WHERE {KEY}) AND flag = ?6"
        );
        let read = |row: &Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?));
        let found = self.one(&sql, key_params!(key, layer.voucher_flag()), read)?;
        found.map(|(content, digest)| self.content(&content, &digest)).transpose()
    }

    fn latest(&self, id: &VoucherId) -> Result<Option<VoucherRow>> {
        let sql = format!(
            "SELECT {ROW} FROM voucher WHERE adm_div_code = ?1 AND st_year = ?2 AND vt_code = ?3 \
             AND voucher_no = ?4 ORDER BY version DESC LIMIT 1"
        );
        let VoucherId { adm_div_code, st_year, vt_code, voucher_no } = id;
        let key = params![adm_div_code, st_year, vt_code, voucher_no];
        self.one(&sql, key, |row| Ok(voucher_row(row, 0)))?.transpose()
    }

    fn list(&self, filter: &Filter, after: i64, limit: usize) -> Result<Vec<(i64, VoucherRow)>> {
        let which = match (filter.waiting, filter.state) {
            (true, _) => "INDEXED BY voucher_waiting WHERE waiting = 1 AND",
            (false, Some(_)) => "INDEXED BY voucher_state WHERE state = ?5 AND",
            (false, None) => "WHERE",
        };
        let sql = format!(
            "SELECT id, {ROW} FROM voucher {which} id > ?1 AND (?2 IS NULL OR adm_div_code = ?2) \
             AND (?3 IS NULL OR st_year = ?3) AND (?4 IS NULL OR vt_code = ?4) \
             AND (?5 IS NULL OR state = ?5) ORDER BY id LIMIT ?6"
        );
        let Filter { adm_div_code, st_year, vt_code, state, waiting: _ } = filter;
        let values = params![after, adm_div_code, st_year, vt_code, state, rows(limit)];
        let found = self.many(&sql, values, |row| Ok((row.get(0)?, voucher_row(row, 1))))?;
        found.into_iter().map(|(place, row)| Ok((place, row?))).collect()
    }

    fn balance(&self, key: &str) -> Result<Option<Balance>> {
        self.one("SELECT key, fen FROM balance WHERE key = ?1", [key], balance_row)
    }

    fn balances(&self, after: &str, limit: usize) -> Result<Vec<Balance>> {
        let sql = "SELECT key, fen FROM balance WHERE key > ?1 ORDER BY key LIMIT ?2";
        self.many(sql, params![after, rows(limit)], balance_row)
    }

    fn mark(&self, kind: MarkKind, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT value FROM mark WHERE kind = ?1 AND key = ?2";
        self.one(sql, params![kind.number(), key], |row| row.get(0))
    }

    fn marks(&self, kind: MarkKind, after: &[u8], limit: usize) -> Result<Vec<Mark>> {
        let sql = "SELECT key, value FROM mark WHERE kind = ?1 AND key > ?2 ORDER BY key LIMIT ?3";
        self.many(sql, params![kind.number(), after, rows(limit)], |row| {
            Ok(Mark { kind, key: row.get(0)?, value: row.get(1)?, replace: false })
        })
    }

    fn logs(&self) -> Result<Vec<LogKey>> {
        let sql = "SELECT adm_div_code, st_year FROM log ORDER BY adm_div_code, st_year";
        let found = self.many(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.into_iter().map(log_key).collect()
    }

    fn log(&self, log: &LogKey) -> Result<Option<LogState>> {
        let sql = "SELECT size, frontier FROM log WHERE adm_div_code = ?1 AND st_year = ?2";
        let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?));
        let found = self.one(sql, [log.adm_div_code(), log.st_year()], read)?;
        found.map(|(size, frontier)| Ok(LogState { size: unsigned(size)?, frontier })).transpose()
    }

    fn entries(&self, log: &LogKey, first: u64, limit: usize) -> Result<Vec<LogEntry>> {
        let sql = "SELECT bytes, nodes FROM entry WHERE log = (SELECT id FROM log \
             WHERE adm_div_code = ?1 AND st_year = ?2) AND number >= ?3 ORDER BY number LIMIT ?4";
        let values = params![log.adm_div_code(), log.st_year(), signed(first)?, rows(limit)];
        self.many(sql, values, |row| Ok(LogEntry { bytes: row.get(0)?, nodes: row.get(1)? }))
    }

    fn entries_of_all(&self, after: u64, limit: usize) -> Result<Vec<PlacedEntry>> {
        let sql = "SELECT place, adm_div_code, st_year, number, bytes, nodes \
             FROM entry JOIN log ON log.id = entry.log WHERE place > ?1 ORDER BY place LIMIT ?2";
        let read = |row: &Row<'_>| {
            let log = (row.get(1)?, row.get(2)?);
            let entry = LogEntry { bytes: row.get(4)?, nodes: row.get(5)? };
            Ok((row.get(0)?, row.get(3)?, log, entry))
        };
        let found = self.many(sql, params![signed(after)?, rows(limit)], read)?.into_iter();
        found
            .map(|(place, number, log, entry)| {
                let (place, number) = (unsigned(place)?, unsigned(number)?);
                Ok(PlacedEntry { place, log: log_key(log)?, number, entry })
            })
            .collect()
    }

    fn checkpoints(&self, after: u64, limit: usize) -> Result<Vec<PlacedCheckpoint>> {
        let sql = "SELECT place, bytes FROM checkpoint WHERE place > ?1 ORDER BY place LIMIT ?2";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found = self.many(sql, params![signed(after)?, rows(limit)], read)?;
        found.into_iter().map(checkpoint).collect()
    }

    fn last_checkpoint(&self) -> Result<Option<PlacedCheckpoint>> {
        let sql = "SELECT place, bytes FROM checkpoint ORDER BY place DESC LIMIT 1";
        let found = self.one(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.map(checkpoint).transpose()
    }

    fn attachments(&self, key: &VoucherKey, layer: Layer) -> Result<Vec<AttachmentRow>> {
        self.attached(key, layer)
    }

    fn attachment(&self, digest: &[u8; 32]) -> Result<Option<Vec<u8>>> {
        self.attachment_bytes(digest)
    }

    fn unpacked(&self, after: u64, limit: usize) -> Result<Vec<OutboxRow>> {
        self.in_stage(0, after, limit)
    }

    fn unanswered(&self, after: u64, limit: usize) -> Result<Vec<OutboxRow>> {
        self.in_stage(1, after, limit)
    }

    fn sent(&self, digest: &[u8; 32]) -> Result<Option<OutboxRow>> {
        self.packed_as(digest)
    }

    fn last_sequence(&self, conversation: &str) -> Result<Option<u64>> {
        self.last_of(conversation)
    }
}

fn log_key((adm_div_code, st_year): (String, String)) -> Result<LogKey> {
    LogKey::new(&adm_div_code, &st_year).map_err(|_| damaged("a log of no name"))
}

fn checkpoint((place, bytes): (i64, Vec<u8>)) -> Result<PlacedCheckpoint> {
    Ok(PlacedCheckpoint { place: unsigned(place)?, bytes })
}

/// The columns [`ROW`] from number `at` on.
pub(super) fn voucher_row(row: &Row<'_>, at: usize) -> Result<VoucherRow> {
    let text = |column: usize| row.get::<_, String>(at + column).faulty();
    let id = VoucherId::new(&text(0)?, &text(1)?, &text(2)?, &text(3)?)
        .map_err(|error| damaged(format!("a voucher of no name: {error}")))?;
    Ok(VoucherRow {
        key: VoucherKey { id, version: row.get(at + 4).faulty()? },
        revision: row.get(at + 5).faulty()?,
        state: row.get(at + 6).faulty()?,
        waiting: row.get(at + 7).faulty()?,
        recorded: moment(&text(8)?)?,
        life: text(9)?,
    })
}

fn balance_row(row: &Row<'_>) -> rusqlite::Result<Balance> {
    Ok(Balance { key: row.get(0)?, fen: row.get(1)? })
}

fn moment(text: &str) -> Result<Time> {
    Time::parse_rfc3339(text).ok_or_else(|| damaged("a time that is none"))
}

pub(super) fn rows(limit: usize) -> i64 {
    limit.min(MAX_ROWS) as i64
}

pub(super) fn unsigned(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| damaged("a number below zero"))
}

/// A number for SQLite, which has no larger ones.
pub(super) fn signed(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|_| Error::new(Code::Argument, "number", "beyond 2^63"))
}
