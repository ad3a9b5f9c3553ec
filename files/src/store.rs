//! The voucher store in a file, as the bindings use it: JSON and envelopes in, JSON and envelopes out.

use crate::Private;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use yinxin::cert::Certificate;
use yinxin::envelope::Mailbox;
use yinxin::error::{Code, Error, Result};
use yinxin::key::Signer;
use yinxin::ledger::{Anchor, Audit, CheckpointKey, SignedCheckpoint};
use yinxin::seal::Seal;
use yinxin::signature::Verifier;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Acting, ActingTerms, Filter, Life, Made, Office, Order, Recompute, Roles, Store, StoreRole,
    Stored, VoucherKey, export_log, limits, sign_receipts,
};
use yinxin::voucher::{Body, DocumentForm, Encoding, Envelope, VoucherId};
use yinxin::{Report, Time};

/// A store in one file, with what its office goes by.
pub struct StoreFile {
    store: Store,
    verifier: Arc<Verifier>,
    path: PathBuf,
}

/// An order as a caller in another language gives it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The order as JSON.
    pub order: &'a [u8],
    /// The voucher that it brings, in an envelope around it alone.
    pub voucher: Option<&'a [u8]>,
    /// Files that belong to it, name and bytes.
    pub attachments: &'a [(&'a str, &'a [u8])],
}

/// A voucher as it is kept, each document in an envelope.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What the store says of it, as JSON.
    pub description: String,
    /// The original with its acts.
    pub original: Option<Vec<u8>>,
    /// The receipt with its acts, beside its original.
    pub receipt: Option<Vec<u8>>,
}

/// What came of a packet, as JSON, and the signed receipt of it, if it is to be answered.
pub type Taken = (Result<String>, Result<Option<Vec<u8>>>);

impl StoreFile {
    /// Makes a new store in a new file. `office` is as [`Office::from_json`] reads it, `roles` as
    /// [`Roles::from_json`].
    ///
    /// # Errors
    ///
    /// As of these and of [`SqliteStorage::create`]; [`Code::Value`] for another role than `finance`,
    /// `pbc`, `bank` and `unit`.
    pub fn create(
        path: &Path,
        (role, org): (&str, &str),
        (office, roles): (&[u8], &[u8]),
        verifier: Arc<Verifier>,
        now: Time,
    ) -> Result<StoreFile> {
        let role = StoreRole::from_name(role)
            .ok_or_else(|| Error::new(Code::Value, "role", format!("{role:?} is no role")))?;
        let office = read_office(office, roles)?;
        let storage = SqliteStorage::create(path, role, org, now, &Options::default())?;
        Ok(StoreFile::of(path, storage, office, verifier))
    }

    /// Opens a store that is there.
    ///
    /// # Errors
    ///
    /// As of [`SqliteStorage::open`], [`Office::from_json`] and [`Roles::from_json`].
    pub fn open(
        path: &Path,
        (office, roles): (&[u8], &[u8]),
        verifier: Arc<Verifier>,
    ) -> Result<StoreFile> {
        let office = read_office(office, roles)?;
        let storage = SqliteStorage::open(path, &Options::default())?;
        Ok(StoreFile::of(path, storage, office, verifier))
    }

    fn of(path: &Path, storage: SqliteStorage, office: Office, by: Arc<Verifier>) -> StoreFile {
        let store = Store::new(Box::new(storage), office, Arc::clone(&by));
        StoreFile { store, verifier: by, path: path.to_owned() }
    }

    /// The store that signs the heads of its logs: see [`Store::with_checkpoints`].
    #[must_use]
    pub fn with_checkpoints(self, signer: Arc<dyn Signer>, entries: u64, seconds: u64) -> Self {
        StoreFile { store: self.store.with_checkpoints(signer, entries, seconds), ..self }
    }

    /// The bytes of a file that belongs to a voucher, by their SM3; `None` if it is not kept.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for what is no digest; family Storage.
    pub fn attachment(&mut self, digest: &[u8]) -> Result<Option<Vec<u8>>> {
        let digest: [u8; 32] =
            digest.try_into().map_err(|_| Error::new(Code::Value, "digest", "32 bytes are due"))?;
        self.store.view(|snapshot| snapshot.attachment(&digest))
    }

    /// The store inside.
    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// What the office goes by from now on.
    ///
    /// # Errors
    ///
    /// As of [`Office::from_json`] and [`Roles::from_json`].
    pub fn set_office(&mut self, office: &[u8], roles: &[u8]) -> Result<()> {
        self.store.set_office(read_office(office, roles)?);
        Ok(())
    }

    /// Which store it is, as JSON.
    pub fn identity(&self) -> String {
        self.store.identity().to_json()
    }

    /// Carries orders out in one transaction, as [`Store::carry_out_many`]; what came of each, as JSON.
    ///
    /// # Errors
    ///
    /// As there. Each result is also as of [`Order::from_json`] and [`Envelope::parse`].
    pub fn carry_out(
        &mut self,
        asked: &[Asked<'_>],
        now: Time,
        threads: usize,
    ) -> Result<Vec<Result<String>>> {
        let orders: Vec<Result<Order>> = asked.iter().map(read_order).collect();
        let given: Vec<Order> = orders.iter().flatten().cloned().collect();
        let mut made = self.store.carry_out_many(&given, now, threads)?.into_iter();
        let results = orders.into_iter().map(|order| {
            let order = order?;
            made.next().ok_or_else(no_result)?.map(|made| made.describe(&order.key))
        });
        Ok(results.collect())
    }

    /// Acts on vouchers that are kept, as [`Store::act_many`]. `keys` is an array as
    /// [`VoucherKey::many_from_json`] reads it, `terms` as [`ActingTerms::from_json`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn act(
        &mut self,
        keys: &[u8],
        terms: &[u8],
        (seal, signer): (Option<&Seal>, &dyn Signer),
        now: Time,
        threads: usize,
    ) -> Result<Vec<Result<String>>> {
        let keys = VoucherKey::many_from_json(keys, limits::MAX_CHANGES)?;
        let terms = ActingTerms::from_json(terms)?;
        let mut acting = match seal {
            Some(seal) => Acting::stamp(terms.name, &terms.position, seal, signer),
            None => Acting::sign(terms.name, &terms.position, signer),
        };
        if let Some(leave) = &terms.authorization {
            acting = acting.by_leave(leave);
        }
        let made = self.store.act_many(&keys, &acting, now, threads)?;
        let told = |(made, key): (Result<Made>, &VoucherKey)| made.map(|made| made.describe(key));
        Ok(made.into_iter().zip(&keys).map(told).collect())
    }

    /// A voucher with its documents; `key` as [`VoucherKey::from_json`] reads it, without a version
    /// the newest one.
    ///
    /// # Errors
    ///
    /// As there; family Storage.
    pub fn voucher(&mut self, key: &[u8]) -> Result<Option<Kept>> {
        let found = match VoucherKey::from_json(key)? {
            (id, Some(version)) => self.store.voucher(&VoucherKey { id, version })?,
            (id, None) => self.store.latest(&id)?,
        };
        found.as_ref().map(kept).transpose()
    }

    /// Vouchers that wait to be read, at most `limit`, as a JSON array without documents.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn read(&mut self, limit: usize) -> Result<String> {
        Ok(array(self.store.read(limit)?.iter().map(Stored::describe)))
    }

    /// Records of vouchers behind place `after`, at most `limit`, as a JSON array of
    /// `[place, record]`. `filter` is as [`Filter::from_json`] reads it.
    ///
    /// # Errors
    ///
    /// As there; family Storage.
    pub fn list(&mut self, filter: &[u8], after: i64, limit: usize) -> Result<String> {
        let rows = self.store.list(&Filter::from_json(filter)?, after, limit)?;
        let row = |(place, key, life): &(i64, VoucherKey, Life)| {
            format!("[{place},{}]", life.describe(key))
        };
        Ok(array(rows.iter().map(row)))
    }

    /// The status of vouchers as a JSON array; `ids` is as [`VoucherId::many_from_json`] reads it.
    ///
    /// # Errors
    ///
    /// As there; family Storage.
    pub fn status(&mut self, ids: &[u8]) -> Result<String> {
        let ids = VoucherId::many_from_json(ids, limits::MAX_ROWS)?;
        Ok(array(self.store.status(&ids)?.into_iter().map(|status| status.to_json())))
    }

    /// What is left of quotas, those above the key `after`, at most `limit`, as a JSON array.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn quota(&mut self, after: &str, limit: usize) -> Result<String> {
        Ok(array(self.store.balances(after, limit)?.iter().map(|balance| balance.to_json())))
    }

    /// What the log says of a voucher, as a JSON array; `id` as in an order's `voucher`.
    ///
    /// # Errors
    ///
    /// As of [`VoucherKey::from_json`]; family Storage.
    pub fn history(&mut self, key: &[u8]) -> Result<String> {
        let (id, _) = VoucherKey::from_json(key)?;
        Ok(array(self.store.history(&id)?.iter().map(|entry| entry.describe())))
    }

    /// Takes packets in, as [`Store::import`], and signs what is to be answered if there is a signer: of
    /// each packet what came of it, as JSON, and the receipt.
    ///
    /// # Errors
    ///
    /// As there; of each receipt as of [`sign_receipts`].
    pub fn import(
        &mut self,
        packets: &[&[u8]],
        mailbox: &Mailbox,
        signer: Option<&dyn Signer>,
        now: Time,
        threads: usize,
    ) -> Result<Vec<Taken>> {
        let imported = self.store.import(packets, mailbox, now, threads)?;
        let receipts = match signer {
            Some(signer) => sign_receipts(&imported, signer, threads),
            None => imported.iter().map(|_| None).collect(),
        };
        let told = imported.into_iter().map(|one| one.map(|one| one.describe()));
        Ok(told.zip(receipts.into_iter().map(Option::transpose)).collect())
    }

    /// Packs what waits in the outbox, as [`Store::pack`]: what was packed as JSON, and the packets in
    /// the same order.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn pack(
        &mut self,
        signer: &dyn Signer,
        now: Time,
        limit: usize,
        threads: usize,
    ) -> Result<(String, Vec<Vec<u8>>)> {
        let packing = self.store.pack(signer, now, limit, threads)?;
        let told = packing.describe();
        Ok((told, packing.packets.into_iter().map(|packet| packet.bytes).collect()))
    }

    /// Packets that were not answered yet, those above the place `after`, as a JSON array, and the
    /// packets.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn unanswered(&mut self, after: u64, limit: usize) -> Result<(String, Vec<Vec<u8>>)> {
        let packets = self.store.unanswered(after, limit)?;
        let told = array(packets.iter().map(|packet| packet.describe()));
        Ok((told, packets.into_iter().map(|packet| packet.bytes).collect()))
    }

    /// Takes answers in, as [`Store::answered`]; what each said, as JSON.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn answered(
        &mut self,
        receipts: &[&[u8]],
        now: Time,
        threads: usize,
    ) -> Result<Vec<Result<String>>> {
        let answered = self.store.answered(receipts, now, threads)?;
        Ok(answered.into_iter().map(|one| one.map(|one| one.describe())).collect())
    }

    /// Signs the heads of the logs now; the checkpoint in DER, nothing if nothing came since the last.
    ///
    /// # Errors
    ///
    /// As of [`Store::checkpoint`].
    pub fn checkpoint(&mut self, now: Time) -> Result<Option<Vec<u8>>> {
        Ok(self.store.checkpoint(now)?.map(|signed| signed.to_der()))
    }

    /// Recomputes the logs, and every voucher, document and balance from them, as
    /// [`Recompute::store`]; documents that counted as sealed are judged by the store's verifier at
    /// `now`. `keys` are the certificates of those who sign the checkpoints, `held` is a checkpoint that
    /// was kept elsewhere.
    ///
    /// # Errors
    ///
    /// As there; those of reading a checkpoint and of [`CheckpointKey::of_certificate`].
    pub fn audit(
        &mut self,
        keys: &[Certificate],
        held: Option<&[u8]>,
        now: Time,
        threads: usize,
    ) -> Result<Report> {
        let (origin, fields) = (self.store.identity().name(), self.store.office().quota.clone());
        let mut audit = Audit::new().of(&origin).threads(threads);
        for key in keys {
            audit = audit.with_key(CheckpointKey::of_certificate(key)?);
        }
        if let Some(held) = held {
            audit = audit.with_anchor(Anchor::of(&SignedCheckpoint::from_der(held)?));
        }
        let verifier = Arc::clone(&self.verifier);
        let by = Recompute::new().with_quota_fields(fields).threads(threads);
        let by = by.with_verifier(&verifier, now);
        let found = self.store.view(|snapshot| by.store(&audit, snapshot, &origin, &[]))?;
        Ok(found.report)
    }

    /// Writes the logs into a file, for an auditor elsewhere, as [`export_log`]: whole, or what came after
    /// the checkpoint `after`. What was written, as `{"entries","checkpoints","uncovered"}`.
    ///
    /// # Errors
    ///
    /// As there; [`Code::Exists`], [`Code::Write`].
    pub fn export(&mut self, after: Option<&[u8]>, out: Private) -> Result<String> {
        let after = after.map(SignedCheckpoint::from_der).transpose()?;
        let origin = self.store.identity().name();
        let mut out = BufWriter::with_capacity(256 * 1024, out);
        let made = self
            .store
            .view(|snapshot| export_log(snapshot, &origin, after.as_ref(), &[], &mut out))?;
        let out = out
            .into_inner()
            .map_err(|error| Error::new(Code::Write, "export", error.error().to_string()))?;
        out.publish()?;
        let (entries, checkpoints) = (made.entries, made.checkpoints);
        let uncovered = made.uncovered;
        Ok(format!(
            "{{\"entries\":{entries},\"checkpoints\":{checkpoints},\"uncovered\":{uncovered}}}"
        ))
    }

    /// Copies the store into a new file while it is in use, and verifies the copy.
    ///
    /// # Errors
    ///
    /// As of [`SqliteStorage::backup`].
    pub fn backup(&mut self, to: &Path) -> Result<()> {
        SqliteStorage::open(&self.path, &Options::default())?.backup(to).map(drop)
    }

    /// Takes a copy back into a new file; `expected` is the id of the store, 32 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// As of [`SqliteStorage::restore`].
    pub fn restore(copy: &Path, to: &Path, expected: Option<&str>) -> Result<()> {
        let id = |text: &str| {
            let pairs = text.as_bytes().chunks(2).map(|pair| {
                let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
                u8::from_str_radix(pair, 16).ok()
            });
            pairs.collect::<Option<Vec<u8>>>().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok())
        };
        let wrong = || Error::new(Code::Value, "expected", "an id is 32 hexadecimal digits");
        let expected = expected.map(|text| id(text).ok_or_else(wrong)).transpose()?;
        SqliteStorage::restore(copy, to, expected.as_ref(), &Options::default()).map(drop)
    }
}

fn read_office(office: &[u8], roles: &[u8]) -> Result<Office> {
    Office::from_json(office, Roles::from_json(roles)?)
}

fn read_order(asked: &Asked<'_>) -> Result<Order> {
    let body = asked.voucher.map(read_body).transpose()?;
    let mut order = Order::from_json(asked.order, body)?;
    let own = |(name, bytes): &(&str, &[u8])| ((*name).to_owned(), bytes.to_vec());
    order.attachments = asked.attachments.iter().map(own).collect();
    Ok(order)
}

fn read_body(envelope: &[u8]) -> Result<Body> {
    let mut bodies = Envelope::parse(envelope)?.bodies;
    match (bodies.pop(), bodies.is_empty()) {
        (Some(body), true) => Ok(body),
        _ => Err(Error::new(Code::Structure, "MOF", "one voucher in its envelope is due")),
    }
}

fn kept(stored: &Stored) -> Result<Kept> {
    let envelope = |body: &Option<Body>| -> Result<Option<Vec<u8>>> {
        body.as_ref().map(write_body).transpose()
    };
    let (original, receipt) = (envelope(&stored.original)?, envelope(&stored.receipt)?);
    Ok(Kept { description: stored.describe(), original, receipt })
}

/// In the encoding of the voucher itself.
fn write_body(body: &Body) -> Result<Vec<u8>> {
    let encoding = match body.voucher().form() {
        DocumentForm::Xml(encoding) => encoding,
        _ => Encoding::Utf8,
    };
    Envelope::of(body.clone()).to_xml(encoding)
}

fn array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn no_result() -> Error {
    Error::new(Code::StoreFault, "store", "no result")
}
