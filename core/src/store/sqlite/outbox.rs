//! The outbox: messages that wait, are packed, are answered.
//!
//! `bytes` is what a message says until it is packed, then the packet, and nothing once it is
//! answered: a row never holds two of them.

use super::fault::Faulty;
use super::read::{KEY, View, key_params, rows, signed, unsigned};
use super::write::Writer;
use crate::crypto::sm3;
use crate::envelope::Answer;
use crate::error::{Code, Error, Result};
use crate::store::content::damaged;
use crate::store::storage::limits::{MAX_CHANGES, MAX_FILE, MAX_READ, MAX_VALUE};
use crate::store::storage::{
    AnsweredChange, Changes, NewMessage, OutboxRow, PackedAs, PackedChange, Post, VoucherKey,
};
use crate::voucher::{Layer, VoucherId};
use rusqlite::{Row, params};

/// The code of [`Answer::Received`]; those of refusals begin at 1.
const RECEIVED: u32 = 0;

/// The columns of [`outbox_row`].
const COLUMNS: &str = "place, partner, kind, adm_div_code, st_year, vt_code, voucher_no, version, \
     flag, stage, conversation, sequence, digest, header, code, reason, bytes";

/// The voucher that a row is about.
const JOIN: &str = "JOIN voucher ON voucher.id = outbox.voucher";

impl Writer<'_> {
    /// Writes what the changes do to the outbox.
    pub(super) fn outbox(&mut self, changes: &Changes) -> Result<()> {
        let Changes { posted, packed, answered, .. } = changes;
        if posted.len().max(packed.len()).max(answered.len()) > MAX_CHANGES {
            let message = format!("more than {MAX_CHANGES} messages in one transaction");
            return Err(Error::new(Code::Count, "outbox", message));
        }
        for answered in answered {
            self.answer(answered)?;
        }
        for packed in packed {
            self.pack(packed)?;
        }
        for message in posted {
            self.post(message)?;
        }
        Ok(())
    }

    fn post(&mut self, message: &NewMessage) -> Result<()> {
        let NewMessage { partner, kind, key, document, body } = message;
        if partner.len().max(kind.len()) > MAX_VALUE || body.len() > MAX_FILE {
            return Err(Error::new(Code::Size, "message", "longer than a store keeps"));
        }
        let sql = format!(
            "INSERT INTO outbox (partner, kind, voucher, flag, stage, bytes) \
             SELECT ?6, ?7, id, ?8, 0, ?9 FROM voucher WHERE {KEY}"
        );
        let values = key_params!(key, partner, kind, document.voucher_flag(), body);
        self.require_one(&sql, values, body.len(), || {
            Error::new(Code::Stale, "outbox", format!("{key} is not kept"))
        })
    }

    fn pack(&mut self, change: &PackedChange) -> Result<()> {
        let PackedChange { place, packed, packet } = change;
        let PackedAs { conversation, sequence, digest, header } = packed;
        if conversation.len().max(header.len()) > MAX_VALUE || packet.len() > MAX_FILE {
            return Err(Error::new(Code::Size, "packet", "longer than a store keeps"));
        }
        // The number after the last one of the conversation, so that none is left out or given twice.
        let sql = "UPDATE outbox SET stage = 1, conversation = ?2, sequence = ?3, digest = ?4, \
             header = ?5, bytes = ?6 WHERE place = ?1 AND stage = 0 \
             AND ?3 = 1 + (SELECT coalesce(max(sequence), 0) FROM outbox WHERE conversation = ?2)";
        let (place, sequence) = (signed(*place)?, signed(*sequence)?);
        let values = params![place, conversation, sequence, digest, header, packet];
        self.require_one(sql, values, packet.len(), || {
            let message = format!("message {place} cannot be packed as {conversation}/{sequence}");
            Error::new(Code::Stale, "outbox", message)
        })
    }

    fn answer(&mut self, change: &AnsweredChange) -> Result<()> {
        let AnsweredChange { place, answer } = change;
        let (code, reason) = match answer {
            Answer::Received => (RECEIVED, ""),
            Answer::Refused { code: RECEIVED, .. } => {
                return Err(Error::new(Code::Argument, "answer", "a code is from 1 on"));
            }
            Answer::Refused { code, reason } => (*code, reason.as_str()),
        };
        if reason.len() > MAX_VALUE {
            return Err(Error::new(Code::Size, "answer", format!("more than {MAX_VALUE} bytes")));
        }
        let sql = "UPDATE outbox SET stage = 2, code = ?2, reason = ?3, bytes = x'' \
             WHERE place = ?1 AND stage = 1";
        self.require_one(sql, params![signed(*place)?, code, reason], reason.len(), || {
            Error::new(Code::Stale, "outbox", format!("message {place} waits for no answer"))
        })
    }
}

impl View<'_> {
    pub(super) fn in_stage(&self, stage: u8, after: u64, limit: usize) -> Result<Vec<OutboxRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM outbox INDEXED BY outbox_stage {JOIN} \
             WHERE stage = ?1 AND stage < 2 AND place > ?2 ORDER BY place LIMIT ?3"
        );
        let mut statement = self.connection.prepare_cached(&sql).faulty()?;
        let mut found = statement.query(params![stage, signed(after)?, rows(limit)]).faulty()?;
        let (mut messages, mut bytes) = (Vec::new(), 0usize);
        while let Some(row) = found.next().faulty()? {
            let length = row.get_ref(16).faulty()?.as_blob().map_or(0, <[u8]>::len);
            bytes = bytes.saturating_add(length);
            if bytes > MAX_READ && !messages.is_empty() {
                break;
            }
            messages.push(outbox_row(row)?);
        }
        Ok(messages)
    }

    pub(super) fn packed_as(&self, digest: &[u8; 32]) -> Result<Option<OutboxRow>> {
        let sql = format!("SELECT {COLUMNS} FROM outbox {JOIN} WHERE digest = ?1");
        self.one(&sql, [digest], |row| Ok(outbox_row(row)))?.transpose()
    }

    pub(super) fn last_of(&self, conversation: &str) -> Result<Option<u64>> {
        let sql = "SELECT max(sequence) FROM outbox WHERE conversation = ?1";
        let last = self.one(sql, [conversation], |row| row.get::<_, Option<i64>>(0))?.flatten();
        last.map(unsigned).transpose()
    }
}

/// Reads every message, and that each conversation is numbered without a gap. Gives their number.
pub(super) fn verify(view: &View<'_>) -> Result<u64> {
    let sql = format!("SELECT {COLUMNS} FROM outbox {JOIN} ORDER BY place");
    let mut statement = view.connection.prepare(&sql).faulty()?;
    let mut rows = statement.query([]).faulty()?;
    let mut count = 0;
    while let Some(row) = rows.next().faulty()? {
        outbox_row(row)?;
        count += 1;
    }
    let sql = "SELECT conversation FROM outbox WHERE stage > 0 GROUP BY conversation \
         HAVING count(*) != max(sequence)";
    match view.one(sql, [], |row| row.get::<_, String>(0))? {
        Some(name) => Err(damaged(format!("a packet of the conversation {name} is missing"))),
        None => Ok(count),
    }
}

/// A row of [`COLUMNS`].
fn outbox_row(row: &Row<'_>) -> Result<OutboxRow> {
    let text = |column: usize| row.get::<_, String>(column).faulty();
    let id = VoucherId::new(&text(3)?, &text(4)?, &text(5)?, &text(6)?)
        .map_err(|error| damaged(format!("a voucher of no name: {error}")))?;
    let document = match row.get::<_, u8>(8).faulty()? {
        0 => Layer::Issuer,
        1 => Layer::Responder,
        _ => return Err(damaged("a message about a document of no kind")),
    };
    let packed = || -> Result<PackedAs> {
        Ok(PackedAs {
            conversation: text(10)?,
            sequence: unsigned(row.get(11).faulty()?)?,
            digest: row.get(12).faulty()?,
            header: row.get(13).faulty()?,
        })
    };
    let bytes: Vec<u8> = row.get(16).faulty()?;
    let post = match row.get::<_, u8>(9).faulty()? {
        0 => Post::Waiting { body: bytes },
        1 => {
            let packed = packed()?;
            if sm3::digest(&bytes) != packed.digest {
                return Err(damaged("a packet that is not what its digest says"));
            }
            Post::Packed { packed, packet: bytes }
        }
        2 => {
            let answer = match row.get(14).faulty()? {
                RECEIVED => Answer::Received,
                code => Answer::Refused { code, reason: text(15)? },
            };
            Post::Answered { packed: packed()?, answer }
        }
        _ => return Err(damaged("a message at no stage")),
    };
    Ok(OutboxRow {
        place: unsigned(row.get(0).faulty()?)?,
        partner: text(1)?,
        kind: text(2)?,
        key: VoucherKey { id, version: row.get(7).faulty()? },
        document,
        post,
    })
}
