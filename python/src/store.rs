//! The voucher store of an office, in a file.

use crate::certificate::Certificates;
use crate::envelope::Mailbox;
use crate::error::{exception, misuse, work};
use crate::files::FilePath;
use crate::input::{At, Input, Inputs, threads};
use crate::report::Report;
use crate::rules::json;
use crate::seal::Seal;
use crate::signer::Signer;
use crate::verifier::Verifier;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use yinxin::error::{Code, Error, Result};
use yinxin_files::Secrecy;
use yinxin_files::store::{Asked, StoreFile};

/// The voucher store of an office in a file: orders in, what came of them out (docs/store.md). What is asked
/// and answered are dicts, as JSON has them; documents are envelopes. What a call has returned is
/// durable.
///
/// Threads may share a store, and wait for each other; processes open the same file each for itself. After
/// a fork neither process may use a store that was open before.
#[pyclass(frozen, module = "yinxin")]
pub struct Store(Mutex<Option<StoreFile>>);

/// JSON as text, or the same as a dict or list.
pub struct Json(Vec<u8>);

impl<'py> FromPyObject<'_, 'py> for Json {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        json(&object, |text| Ok(text.to_vec())).map(Json)
    }
}

#[pymethods]
impl Store {
    /// Makes a new store in a new file. `role` is "finance", "pbc", "bank" or "unit", `org` the code of the
    /// office; `office` says with whom it exchanges vouchers, `roles` who may do what there. The
    /// verifier judges vouchers and packets.
    #[staticmethod]
    #[pyo3(signature = (path, *, role, org, office, roles, verifier, at))]
    #[allow(clippy::too_many_arguments)]
    fn create(
        py: Python<'_>,
        path: FilePath,
        role: &str,
        org: &str,
        office: Json,
        roles: Json,
        verifier: &Bound<'_, Verifier>,
        at: At,
    ) -> PyResult<Self> {
        let by = Arc::clone(&verifier.get().0);
        let made = work(py, || {
            let texts = (&office.0[..], &roles.0[..]);
            StoreFile::create(path.as_ref(), (role, org), texts, by, at.0)
        })?;
        Ok(Store(Mutex::new(Some(made))))
    }

    /// Opens a store that is there; office, roles and verifier as for `create`.
    #[staticmethod]
    #[pyo3(signature = (path, *, office, roles, verifier))]
    fn open(
        py: Python<'_>,
        path: FilePath,
        office: Json,
        roles: Json,
        verifier: &Bound<'_, Verifier>,
    ) -> PyResult<Self> {
        let by = Arc::clone(&verifier.get().0);
        let opened = work(py, || StoreFile::open(path.as_ref(), (&office.0, &roles.0), by))?;
        Ok(Store(Mutex::new(Some(opened))))
    }

    /// Takes a copy back into a new file, verified before and after. `expected` is the id of the store.
    #[staticmethod]
    #[pyo3(signature = (copy, path, *, expected=None))]
    fn restore(
        py: Python<'_>,
        copy: FilePath,
        path: FilePath,
        expected: Option<&str>,
    ) -> PyResult<()> {
        work(py, || StoreFile::restore(copy.as_ref(), path.as_ref(), expected))
    }

    /// Closes the store; a second time does nothing. What calls have returned is durable without it.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        Signer::refuse_inside(py)?;
        work(py, || {
            // What a panic left is closed as well.
            self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
            Ok(())
        })
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, py: Python<'_>, _raised: &Bound<'_, PyAny>) -> PyResult<()> {
        self.close(py)
    }

    /// Which store it is: id, role, org and when it was made.
    #[getter]
    fn identity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.told(py, |store| Ok(store.identity()))
    }

    /// What the office goes by from now on.
    #[pyo3(signature = (*, office, roles))]
    fn set_office(&self, py: Python<'_>, office: Json, roles: Json) -> PyResult<()> {
        self.with(py, |store| store.set_office(&office.0, &roles.0))
    }

    /// From now on the heads of the logs are signed with every call that brings the entries since the last
    /// time to `entries`, or that comes `seconds` after it. The key, which is in memory, is one that
    /// whoever can write the file cannot use.
    #[pyo3(signature = (signer, *, entries=1000, seconds=3600))]
    fn set_checkpoints(
        &self,
        py: Python<'_>,
        signer: &Bound<'_, Signer>,
        entries: u64,
        seconds: u64,
    ) -> PyResult<()> {
        let signer = signer.get().shared(py)?;
        Signer::refuse_inside(py)?;
        work(py, || {
            let mut opened = self.0.lock().map_err(|_| closed())?;
            let store = opened.take().ok_or_else(closed)?;
            *opened = Some(store.with_checkpoints(signer, entries, seconds));
            Ok(())
        })
    }

    /// Carries one order out: `{"voucher": {...}, "version": 1, "move": "create", ...}`. `voucher` is the
    /// envelope with the one voucher that the order brings, `attachments` the files that belong to it, by
    /// name. Gives where the voucher stands now, and its record; an order that a rule forbids raises
    /// RefusedError with the rule's number and changes nothing.
    #[pyo3(name = "move", signature = (order, voucher=None, *, at, attachments=None))]
    fn move_<'py>(
        &self,
        py: Python<'py>,
        order: Json,
        voucher: Option<Input>,
        at: At,
        attachments: Option<BTreeMap<String, Input>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let attachments = attachments.unwrap_or_default();
        self.told(py, |store| {
            let files: Vec<(&str, &[u8])> =
                attachments.iter().map(|(name, bytes)| (&name[..], bytes.as_ref())).collect();
            let voucher = voucher.as_ref().map(AsRef::as_ref);
            let asked = Asked { order: &order.0, voucher, attachments: &files };
            let made = store.carry_out(&[asked], at.0, 1)?.pop();
            made.unwrap_or_else(|| Err(closed()))
        })
    }

    /// Carries many orders out in one transaction, in their order: for each a dict as of `move`, or the
    /// Error that says why not; one that is refused does not stop the others. `vouchers` has for each
    /// order an envelope or None.
    #[pyo3(signature = (orders, vouchers=None, *, at, threads=1))]
    fn move_many<'py>(
        &self,
        py: Python<'py>,
        orders: Vec<Json>,
        vouchers: Option<Vec<Option<Input>>>,
        at: At,
        threads: i64,
    ) -> PyResult<Bound<'py, PyList>> {
        let threads = self::threads(py, threads)?;
        let vouchers = vouchers.unwrap_or_else(|| orders.iter().map(|_| None).collect());
        if vouchers.len() != orders.len() {
            return Err(misuse(py, "vouchers", "there is one for each order, or None"));
        }
        let made = self.with(py, |store| {
            let both = orders.iter().zip(&vouchers);
            let asked: Vec<Asked<'_>> = both
                .map(|(order, voucher)| Asked {
                    order: &order.0,
                    voucher: voucher.as_ref().map(AsRef::as_ref),
                    attachments: &[],
                })
                .collect();
            store.carry_out(&asked, at.0, threads)
        })?;
        list(py, made)
    }

    /// Signs or stamps vouchers that are kept, judges the acts and records the moves, in one transaction:
    /// for each key a dict as of `move`, or the Error. `acting` is `{"move": "act", "position": "...",
    /// "authorization": {...}}`, the last for a key that a server keeps; the seal is for positions that
    /// are stamped.
    #[pyo3(signature = (keys, acting, *, signer, seal=None, at, threads=1))]
    #[allow(clippy::too_many_arguments)]
    fn act<'py>(
        &self,
        py: Python<'py>,
        keys: Json,
        acting: Json,
        signer: &Bound<'py, Signer>,
        seal: Option<&Bound<'py, Seal>>,
        at: At,
        threads: i64,
    ) -> PyResult<Bound<'py, PyList>> {
        let threads = self::threads(py, threads)?;
        Signer::refuse_inside(py)?;
        let seal = seal.map(|seal| &seal.get().0);
        let made = signer.get().work(py, |signer| {
            self.locked(|store| store.act(&keys.0, &acting.0, (seal, signer), at.0, threads))
        })?;
        list(py, made)
    }

    /// A voucher with its documents: what the store says of it, the original in an envelope and the receipt,
    /// each None if it is not kept. Without a version the newest one.
    fn voucher<'py>(&self, py: Python<'py>, key: Json) -> PyResult<Kept<'py>> {
        let kept = self.with(py, |store| store.voucher(&key.0))?;
        let Some(kept) = kept else { return Ok((None, None, None)) };
        let bytes = |document: Option<Vec<u8>>| document.map(|bytes| PyBytes::new(py, &bytes));
        let description = loads(py, &kept.description)?;
        Ok((Some(description), bytes(kept.original), bytes(kept.receipt)))
    }

    /// The bytes of a file that belongs to a voucher, by their SM3; None if it is not kept.
    fn attachment<'py>(
        &self,
        py: Python<'py>,
        digest: Input,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let found = self.with(py, |store| store.attachment(digest.as_ref()))?;
        Ok(found.map(|bytes| PyBytes::new(py, &bytes)))
    }

    /// Vouchers that came, or whose receipt came, and that have still to be read and acknowledged.
    #[pyo3(signature = (*, limit=100))]
    fn read<'py>(&self, py: Python<'py>, limit: usize) -> PyResult<Bound<'py, PyAny>> {
        self.told(py, |store| store.read(limit))
    }

    /// Records of vouchers behind the place `after`, each as [place, record]. `filter` may name
    /// admDivCode, stYear, vtCode, state and waiting.
    #[pyo3(signature = (filter=None, *, after=0, limit=1000))]
    fn list<'py>(
        &self,
        py: Python<'py>,
        filter: Option<Json>,
        after: i64,
        limit: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let filter = filter.map_or_else(|| b"{}".to_vec(), |filter| filter.0);
        self.told(py, |store| store.list(&filter, after, limit))
    }

    /// Where vouchers stand, -1 to 14 with its meaning, as the old operations ask for it.
    fn status<'py>(&self, py: Python<'py>, ids: Json) -> PyResult<Bound<'py, PyAny>> {
        self.told(py, |store| store.status(&ids.0))
    }

    /// What is left of quotas, those above the key `after`, in yuan.
    #[pyo3(signature = (*, after="", limit=1000))]
    fn quota<'py>(
        &self,
        py: Python<'py>,
        after: &str,
        limit: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.told(py, |store| store.quota(after, limit))
    }

    /// What the log says of a voucher, in the order in which it happened.
    fn history<'py>(&self, py: Python<'py>, key: Json) -> PyResult<Bound<'py, PyAny>> {
        self.told(py, |store| store.history(&key.0))
    }

    /// Packs what waits in the outbox: numbers, signs and encrypts each message for its partner. Gives
    /// what was packed, and the packets in the same order; they are kept until they are answered.
    #[pyo3(signature = (*, signer, at, limit=1000, threads=1))]
    fn pack<'py>(
        &self,
        py: Python<'py>,
        signer: &Bound<'py, Signer>,
        at: At,
        limit: usize,
        threads: i64,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyList>)> {
        let threads = self::threads(py, threads)?;
        Signer::refuse_inside(py)?;
        let (told, packets) = signer
            .get()
            .work(py, |signer| self.locked(|store| store.pack(signer, at.0, limit, threads)))?;
        Ok((loads(py, &told)?, all_bytes(py, packets)?))
    }

    /// Packets that were not answered yet, those above the place `after`, to be carried again as they are.
    #[pyo3(signature = (*, after=0, limit=1000))]
    fn unanswered<'py>(
        &self,
        py: Python<'py>,
        after: u64,
        limit: usize,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyList>)> {
        let (told, packets) = self.with(py, |store| store.unanswered(after, limit))?;
        Ok((loads(py, &told)?, all_bytes(py, packets)?))
    }

    /// Takes packets of partners in, each with its effect in one transaction. For each what came of it (a
    /// dict, or the Error of what is no valid packet of a partner) and, with a signer, the signed receipt
    /// to send back (bytes, or None where nothing is to be answered).
    #[pyo3(signature = (packets, *, mailbox, signer=None, at, threads=1))]
    fn import_packets<'py>(
        &self,
        py: Python<'py>,
        packets: Inputs,
        mailbox: &Bound<'py, Mailbox>,
        signer: Option<&Bound<'py, Signer>>,
        at: At,
        threads: i64,
    ) -> PyResult<Bound<'py, PyList>> {
        let (threads, mailbox) = (self::threads(py, threads)?, &mailbox.get().0);
        Signer::refuse_inside(py)?;
        let packets = packets.slices();
        let taken = match signer {
            Some(signer) => signer.get().work(py, |signer| {
                self.locked(|store| store.import(&packets, mailbox, Some(signer), at.0, threads))
            })?,
            None => self.with(py, |store| store.import(&packets, mailbox, None, at.0, threads))?,
        };
        let items = PyList::empty(py);
        for (told, receipt) in taken {
            let receipt = match receipt {
                Ok(receipt) => receipt.map(|bytes| PyBytes::new(py, &bytes).into_any()),
                Err(error) => Some(exception(py, &error)?),
            };
            items.append((item(py, told)?, receipt))?;
        }
        Ok(items)
    }

    /// Takes the receipts of partners in: for each a dict, or the Error.
    #[pyo3(signature = (receipts, *, at, threads=1))]
    fn answered<'py>(
        &self,
        py: Python<'py>,
        receipts: Inputs,
        at: At,
        threads: i64,
    ) -> PyResult<Bound<'py, PyList>> {
        let threads = self::threads(py, threads)?;
        let said = self.with(py, |store| store.answered(&receipts.slices(), at.0, threads))?;
        list(py, said)
    }

    /// Signs the heads of the logs now; None if nothing came since the last time. Keep it elsewhere: only
    /// against it is found that the whole file was written anew.
    #[pyo3(signature = (*, at))]
    fn checkpoint<'py>(&self, py: Python<'py>, at: At) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let made = self.with(py, |store| store.checkpoint(at.0))?;
        Ok(made.map(|bytes| PyBytes::new(py, &bytes)))
    }

    /// Recomputes the logs, and every voucher, document and balance from them, and compares what the store
    /// holds; documents that counted as sealed are judged by the store's verifier. `certificates` are
    /// those of who signs the checkpoints, `held` is a checkpoint that was kept elsewhere; what is not
    /// given leaves the verdict NotDetermined.
    #[pyo3(signature = (*, certificates=None, held=None, at, threads=1))]
    fn audit(
        &self,
        py: Python<'_>,
        certificates: Option<Certificates>,
        held: Option<Input>,
        at: At,
        threads: i64,
    ) -> PyResult<Report> {
        let threads = self::threads(py, threads)?;
        let keys = certificates.map(|given| given.0).unwrap_or_default();
        let held = held.as_ref().map(AsRef::as_ref);
        self.with(py, |store| store.audit(&keys, held, at.0, threads)).map(Report::from)
    }

    /// Writes the logs into a file, for an auditor elsewhere: whole, or what came after the checkpoint
    /// `after`. Gives how many entries and checkpoints were written, and how many entries none covers.
    #[pyo3(signature = (path, *, after=None, overwrite=false))]
    fn export<'py>(
        &self,
        py: Python<'py>,
        path: FilePath,
        after: Option<Input>,
        overwrite: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.told(py, |store| {
            let out = path.output(Secrecy::Public, overwrite)?;
            store.export(after.as_ref().map(AsRef::as_ref), out)
        })
    }

    /// Copies the store into a new file while it is in use, and verifies the copy.
    fn backup(&self, py: Python<'_>, path: FilePath) -> PyResult<()> {
        self.with(py, |store| store.backup(path.as_ref()))
    }
}

/// What the store says of a voucher, its original and its receipt.
type Kept<'py> =
    (Option<Bound<'py, PyAny>>, Option<Bound<'py, PyBytes>>, Option<Bound<'py, PyBytes>>);

impl Store {
    /// Works on the open store, with the interpreter released. Not from within a signer's callable, which
    /// would wait for itself.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        task: impl FnOnce(&mut StoreFile) -> Result<T> + Send,
    ) -> PyResult<T> {
        Signer::refuse_inside(py)?;
        work(py, || self.locked(task))
    }

    fn locked<T>(&self, task: impl FnOnce(&mut StoreFile) -> Result<T>) -> Result<T> {
        let mut opened = self.0.lock().map_err(|_| closed())?;
        task(opened.as_mut().ok_or_else(closed)?)
    }

    /// What it says, as a dict or list.
    fn told<'py>(
        &self,
        py: Python<'py>,
        task: impl FnOnce(&mut StoreFile) -> Result<String> + Send,
    ) -> PyResult<Bound<'py, PyAny>> {
        let text = self.with(py, task)?;
        loads(py, &text)
    }
}

fn closed() -> Error {
    Error::new(Code::Handle, "Store", "the store is closed")
}

fn loads<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (text,))
}

fn item<'py>(py: Python<'py>, result: Result<String>) -> PyResult<Bound<'py, PyAny>> {
    match result {
        Ok(text) => loads(py, &text),
        Err(error) => exception(py, &error),
    }
}

fn list<'py>(py: Python<'py>, results: Vec<Result<String>>) -> PyResult<Bound<'py, PyList>> {
    let items = PyList::empty(py);
    for result in results {
        items.append(item(py, result)?)?;
    }
    Ok(items)
}

fn all_bytes<'py>(py: Python<'py>, all: Vec<Vec<u8>>) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, all.iter().map(|bytes| PyBytes::new(py, bytes)))
}
