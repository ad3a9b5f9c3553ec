//! Files that come with vouchers, and destruction, in a unit of work.

use super::{Undo, Work};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::store::storage::{AttachmentRow, Changes, NewAttachments, VoucherKey};
use crate::voucher::Layer;
use std::collections::{BTreeMap, BTreeSet};

/// The files of a layer of a voucher as they will be: names and contents.
pub(super) type Files = Vec<(String, Vec<u8>)>;

impl Work<'_> {
    /// Keeps files with a layer of a voucher, in the place of those that it has.
    ///
    /// # Errors
    ///
    /// `Stale` if the voucher is not kept; `Argument` for a name that is given twice or empty;
    /// `Size` and `Count` above the limits when the work is committed; family Storage.
    pub fn attach(&mut self, key: &VoucherKey, layer: Layer, files: Files) -> Result<()> {
        self.require_kept(key)?;
        let mut names = BTreeSet::new();
        if !files.iter().all(|(name, _)| !name.is_empty() && names.insert(name)) {
            let message = "each file has a name of its own";
            return Err(Error::new(Code::Argument, "attachments", message));
        }
        let at = (key.clone(), layer);
        let before = self.files.insert(at.clone(), files);
        self.undo.push(Undo::Files(at, before));
        Ok(())
    }

    /// The files of a layer of a voucher, in the order in which they were given.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn attachments(&self, key: &VoucherKey, layer: Layer) -> Result<Vec<AttachmentRow>> {
        if self.destroyed.contains(key) {
            return Ok(Vec::new());
        }
        let Some(files) = self.files.get(&(key.clone(), layer)) else {
            return self.snapshot.attachments(key, layer);
        };
        let row = |(name, bytes): &(String, Vec<u8>)| AttachmentRow {
            name: name.clone(),
            digest: sm3::digest(bytes),
            length: bytes.len() as u64,
        };
        Ok(files.iter().map(row).collect())
    }

    /// The files of a layer of a voucher with their contents.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn files(&self, key: &VoucherKey, layer: Layer) -> Result<Files> {
        if self.destroyed.contains(key) {
            return Ok(Files::new());
        }
        if let Some(files) = self.files.get(&(key.clone(), layer)) {
            return Ok(files.clone());
        }
        let rows = self.snapshot.attachments(key, layer)?;
        let read = |row: AttachmentRow| {
            let gone = || super::damaged("an attachment that is missing");
            Ok((row.name, self.snapshot.attachment(&row.digest)?.ok_or_else(gone)?))
        };
        rows.into_iter().map(read).collect()
    }

    /// Destroys the documents and files of a voucher; its record, the digests in it and the log stay.
    /// Nothing is kept with it again in the same work.
    ///
    /// # Errors
    ///
    /// `Stale` if the voucher is not kept; family Storage.
    pub fn destroy_documents(&mut self, key: &VoucherKey) -> Result<()> {
        self.require_kept(key)?;
        if self.destroyed.insert(key.clone()) {
            self.undo.push(Undo::Destroyed(key.clone()));
        }
        Ok(())
    }

    pub(super) fn require_kept(&self, key: &VoucherKey) -> Result<()> {
        match self.row(key)? {
            Some(_) => Ok(()),
            None => Err(Error::new(Code::Stale, "voucher", format!("{key} is not kept"))),
        }
    }
}

/// What is written of it all.
pub(super) fn finish(
    files: BTreeMap<(VoucherKey, Layer), Files>,
    destroyed: BTreeSet<VoucherKey>,
    changes: &mut Changes,
) {
    changes.attached = files
        .into_iter()
        .map(|((key, layer), files)| NewAttachments { key, layer, files })
        .collect();
    changes.destroyed = destroyed.into_iter().collect();
}
