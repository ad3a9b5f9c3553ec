//! Files that come with vouchers, each content once by its SM3; and destruction.

use super::fault::Faulty;
use super::read::{KEY, View, key_params, unsigned};
use super::write::Writer;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::store::content::damaged;
use crate::store::storage::limits::{MAX_FILE, MAX_FILES, MAX_VALUE};
use crate::store::storage::{AttachmentRow, NewAttachments, VoucherKey};
use crate::voucher::Layer;
use rusqlite::{OptionalExtension, params};

impl Writer<'_> {
    /// The files of a layer, in the place of those that it had.
    pub(super) fn attach(&mut self, change: &NewAttachments) -> Result<()> {
        let NewAttachments { key, layer, files } = change;
        require(files)?;
        let voucher = self.voucher(key)?;
        self.detach(voucher, Some(*layer))?;
        for (name, bytes) in files {
            let digest = sm3::digest(bytes);
            let sql =
                "INSERT INTO attachment (digest, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            self.run(sql, params![digest, bytes], bytes.len())?;
            let sql = "INSERT INTO attached (voucher, flag, name, attachment) \
                 SELECT ?1, ?2, ?3, id FROM attachment WHERE digest = ?4";
            let values = params![voucher, layer.voucher_flag(), name, digest];
            self.require_one(sql, values, name.len(), || {
                Error::new(Code::Argument, "attachments", format!("{name:?} is given twice"))
            })?;
        }
        Ok(())
    }

    /// Takes away the documents and files of vouchers, and has SQLite overwrite the room in its file.
    pub(super) fn destroy(&mut self, keys: &[VoucherKey]) -> Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        self.overwrite(true)?;
        for key in keys {
            let voucher = self.voucher(key)?;
            self.detach(voucher, None)?;
            self.run("DELETE FROM document WHERE voucher = ?1", [voucher], 0)?;
        }
        self.overwrite(false)
    }

    fn overwrite(&self, on: bool) -> Result<()> {
        let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        let set =
            self.connection.pragma_update_and_check(None, "secure_delete", on, set).faulty()?;
        match set == i64::from(on) {
            true => Ok(()),
            false => Err(Error::new(Code::StoreFault, "store", "SQLite overwrites nothing")),
        }
    }

    /// Takes away files, and the contents that no other voucher has.
    fn detach(&mut self, voucher: i64, layer: Option<Layer>) -> Result<()> {
        let flag = layer.map(|layer| layer.voucher_flag());
        let sql = "DELETE FROM attached WHERE voucher = ?1 AND (?2 IS NULL OR flag = ?2) \
             RETURNING attachment";
        let mut statement = self.connection.prepare_cached(sql).faulty()?;
        let freed = statement
            .query_map(params![voucher, flag], |row| row.get::<_, i64>(0))
            .and_then(Iterator::collect::<rusqlite::Result<Vec<i64>>>)
            .faulty()?;
        drop(statement);
        let sql = "DELETE FROM attachment WHERE id = ?1 \
             AND NOT EXISTS (SELECT 1 FROM attached WHERE attachment = ?1)";
        for attachment in freed {
            self.run(sql, [attachment], 0)?;
        }
        Ok(())
    }

    /// The row of a voucher that is kept.
    fn voucher(&self, key: &VoucherKey) -> Result<i64> {
        let sql = format!("SELECT id FROM voucher WHERE {KEY}");
        let mut statement = self.connection.prepare_cached(&sql).faulty()?;
        let found = statement.query_row(key_params!(key), |row| row.get(0)).optional().faulty()?;
        found.ok_or_else(|| Error::new(Code::Stale, "voucher", format!("{key} is not kept")))
    }
}

impl View<'_> {
    pub(super) fn attached(&self, key: &VoucherKey, layer: Layer) -> Result<Vec<AttachmentRow>> {
        let sql = format!(
            "SELECT name, digest, length(bytes) FROM attached \
             JOIN attachment ON attachment.id = attached.attachment \
             WHERE voucher = (SELECT id FROM voucher WHERE {KEY}) AND flag = ?6 \
             ORDER BY attached.id"
        );
        let found = self.many(&sql, key_params!(key, layer.voucher_flag()), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?))
        })?;
        let row =
            |(name, digest, length)| Ok(AttachmentRow { name, digest, length: unsigned(length)? });
        found.into_iter().map(row).collect()
    }

    pub(super) fn attachment_bytes(&self, digest: &[u8; 32]) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT bytes FROM attachment WHERE digest = ?1";
        let bytes: Option<Vec<u8>> = self.one(sql, [digest], |row| row.get(0))?;
        match bytes {
            Some(bytes) if sm3::digest(&bytes) != *digest => Err(changed()),
            bytes => Ok(bytes),
        }
    }
}

/// Holds every content against its digest. Gives their number.
pub(super) fn verify(view: &View<'_>) -> Result<u64> {
    let mut statement = view.connection.prepare("SELECT digest, bytes FROM attachment").faulty()?;
    let mut rows = statement.query([]).faulty()?;
    let mut count = 0;
    while let Some(row) = rows.next().faulty()? {
        let digest: [u8; 32] = row.get(0).faulty()?;
        let bytes = row.get_ref(1).faulty()?;
        if bytes.as_blob().map(sm3::digest) != Ok(digest) {
            return Err(changed());
        }
        count += 1;
    }
    Ok(count)
}

fn changed() -> Error {
    damaged("an attachment that is not what its digest says")
}

fn require(files: &[(String, Vec<u8>)]) -> Result<()> {
    if files.len() > MAX_FILES {
        let message = format!("more than {MAX_FILES} files");
        return Err(Error::new(Code::Count, "attachments", message));
    }
    for (name, bytes) in files {
        if name.len() > MAX_VALUE || bytes.len() > MAX_FILE {
            let message = format!("a file of more than {MAX_FILE} bytes, or its name is too long");
            return Err(Error::new(Code::Size, "attachments", message));
        }
        if name.is_empty() {
            return Err(Error::new(Code::Argument, "attachments", "a file without a name"));
        }
    }
    Ok(())
}
