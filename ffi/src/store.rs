//! The voucher store of an office, in a file: orders in, what came of them out. What is asked and what
//! is answered is JSON, documents are envelopes (docs/store.md).

use crate::buffers::{self, Buffers, yx_buffers};
use crate::handle::{self, Handle};
use crate::seal::yx_seal;
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{callback, files, guard, input, output};
use std::ffi::c_char;
use std::sync::{Mutex, MutexGuard, PoisonError};
use yinxin::error::{Code, Error, Result};
use yinxin_files::store::{Asked, StoreFile};

/// A voucher store in a file, opened by this process.
///
/// Thread safety: may be used by any number of threads at once, which wait for each other; processes open
/// the same file each for themselves. After a fork, neither process may use a store that was open before,
/// but to close it in the parent.
pub struct yx_store {
    _opaque: (),
}

/// An open store. It is taken out only to be changed, or to stay out when something went wrong there.
type Opened = Mutex<Option<StoreFile>>;

impl Handle for yx_store {
    const NAME: &'static str = "yx_store";
    type Value = Opened;
}

/// Makes a new store in a new file.
///
/// `role` is `finance`, `pbc`, `bank` or `unit`, `org` the code of the office, as the legs of vouchers
/// name it. `office_json` ({"format":"yinxin:office:1",..}) says with whom it exchanges vouchers, and
/// `roles_json` who may do what there (docs/store.md). The verifier judges vouchers and packets, as it is
/// now: later changes of it do not count here. `now` is in seconds since 1970-01-01T00:00:00Z.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `store` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each text has its length.
pub unsafe extern "C" fn yx_store_create(
    path: *const c_char,
    path_length: usize,
    role: *const c_char,
    role_length: usize,
    org: *const c_char,
    org_length: usize,
    office_json: *const c_char,
    office_length: usize,
    roles_json: *const c_char,
    roles_length: usize,
    verifier: *const yx_verifier,
    now: i64,
    store: *mut *mut yx_store,
) -> yx_status {
    guard::call(|| {
        output::needed("store", store)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (path, role, org, office, roles) = unsafe {
            (
                files::path("path", path, path_length)?,
                input::text("role", role, role_length)?,
                input::text("org", org, org_length)?,
                input::bytes("office_json", office_json.cast(), office_length)?,
                input::bytes("roles_json", roles_json.cast(), roles_length)?,
            )
        };
        let (verifier, now) = (verifier::get(verifier)?, input::time("now", now)?);
        let made = StoreFile::create(&path, (role, org), (office, roles), verifier, now)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(store, Mutex::new(Some(made))) };
        Ok(())
    })
}

/// Opens a store that is there. Office, roles and verifier as for yx_store_create.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `store` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each text has its length.
pub unsafe extern "C" fn yx_store_open(
    path: *const c_char,
    path_length: usize,
    office_json: *const c_char,
    office_length: usize,
    roles_json: *const c_char,
    roles_length: usize,
    verifier: *const yx_verifier,
    store: *mut *mut yx_store,
) -> yx_status {
    guard::call(|| {
        output::needed("store", store)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (path, office, roles) = unsafe {
            (
                files::path("path", path, path_length)?,
                input::bytes("office_json", office_json.cast(), office_length)?,
                input::bytes("roles_json", roles_json.cast(), roles_length)?,
            )
        };
        let opened = StoreFile::open(&path, (office, roles), verifier::get(verifier)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(store, Mutex::new(Some(opened))) };
        Ok(())
    })
}

/// Closes a store, when no call uses it any more; NULL and handles that are not alive are left alone. What
/// calls have returned is durable with or without it.
#[unsafe(no_mangle)]
pub extern "C" fn yx_store_close(store: *mut yx_store) {
    guard::free(|| handle::remove(store));
}

/// What the office goes by from now on: people come and go, certificates are renewed. Texts as for
/// yx_store_create.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_set_office_json(
    store: *mut yx_store,
    office_json: *const c_char,
    office_length: usize,
    roles_json: *const c_char,
    roles_length: usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (office, roles) = unsafe {
            (
                input::bytes("office_json", office_json.cast(), office_length)?,
                input::bytes("roles_json", roles_json.cast(), roles_length)?,
            )
        };
        with(store, |store| store.set_office(office, roles))
    })
}

/// From now on the store signs the heads of its logs with every call that brings the entries since the last
/// time to `entries`, or that comes `seconds` after it. The key is one that whoever can write the file
/// cannot use.
///
/// # Safety
///
/// `store` and `signer` are handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_set_checkpoints(
    store: *mut yx_store,
    signer: *const yx_signer,
    entries: u64,
    seconds: u64,
) -> yx_status {
    guard::call(|| {
        let signer = signer::get(signer)?;
        let opened = handle::get(store)?;
        let mut opened = lock(&opened)?;
        let taken = opened.take().ok_or_else(closed)?;
        *opened = Some(taken.with_checkpoints(signer, entries, seconds));
        Ok(())
    })
}

/// Which store it is. `buffers` gets one item, {"id","role","org","created"} in UTF-8, without a NUL at
/// its end, as all JSON here; the id names the store in its checkpoints.
///
/// # Safety
///
/// `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_identity(
    store: *const yx_store,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { one(store, buffers, |store| Ok(store.identity())) }
}

/// Carries one order out: {"voucher":{"admDivCode","stYear","vtCode","voucherNo"},"version":1,
/// "move":"create",..} (docs/store.md). `voucher` is the envelope (MOF) with the one voucher that the order
/// brings, or NULL with length 0. `now` in seconds since 1970-01-01T00:00:00Z; it never goes back.
///
/// `buffers` gets one item, {"voucher","version","state","status","repeated","effects","life"}; what it
/// says is durable. An order that a rule forbids is an error with the rule's number and changes nothing;
/// one that was carried out before changes nothing and is `repeated`.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_move(
    store: *const yx_store,
    order_json: *const c_char,
    order_length: usize,
    voucher: *const u8,
    voucher_length: usize,
    now: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    // SAFETY: the caller's promise, passed on; there are no files.
    unsafe {
        yx_store_move_with_files(
            store,
            order_json,
            order_length,
            voucher,
            voucher_length,
            std::ptr::null(),
            std::ptr::null(),
            std::ptr::null(),
            std::ptr::null(),
            0,
            now,
            buffers,
        )
    }
}

/// As yx_store_move, for the creation or edit of a voucher to which `count` files belong: their names
/// (UTF-8) and bytes. The acts of the voucher list them, and they travel with it.
///
/// # Safety
///
/// Each array has as many elements as `count` says, each pointer as many readable bytes as its length;
/// `buffers` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_store_move_with_files(
    store: *const yx_store,
    order_json: *const c_char,
    order_length: usize,
    voucher: *const u8,
    voucher_length: usize,
    names: *const *const u8,
    name_lengths: *const usize,
    contents: *const *const u8,
    content_lengths: *const usize,
    count: usize,
    now: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each array, pointer and length, passed on.
        let (order, voucher, names, contents) = unsafe {
            (
                input::bytes("order_json", order_json.cast(), order_length)?,
                input::optional_bytes("voucher", voucher, voucher_length)?,
                input::items("names", names, name_lengths, count)?,
                input::items("contents", contents, content_lengths, count)?,
            )
        };
        let now = input::time("now", now)?;
        let attachments =
            names.into_iter().zip(contents).map(named).collect::<Result<Vec<(&str, &[u8])>>>()?;
        let asked = Asked { order, voucher, attachments: &attachments };
        let made = with(store, |store| store.carry_out(&[asked], now, 1))?;
        let made = made.into_iter().next().unwrap_or_else(|| Err(closed()))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made.into_bytes()) };
        Ok(())
    })
}

/// Carries many orders out in one transaction, in their order; one that is refused does not stop the others.
/// `vouchers` has for each order an envelope, or NULL with length 0; the array may be NULL if no order
/// brings one. Acts are judged on up to `threads` threads (1 to 1024). `buffers` gets one item for each
/// order, as of yx_store_move, or its error.
///
/// # Safety
///
/// Each array has as many elements as `count` says, each pointer as many readable bytes as its length;
/// `buffers` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_store_move_many(
    store: *const yx_store,
    orders_json: *const *const u8,
    order_lengths: *const usize,
    vouchers: *const *const u8,
    voucher_lengths: *const usize,
    count: usize,
    now: i64,
    threads: u32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each array, pointer and length, passed on.
        let (orders, vouchers) = unsafe {
            (
                input::items("orders_json", orders_json, order_lengths, count)?,
                match vouchers.is_null() {
                    true => Vec::new(),
                    false => input::items("vouchers", vouchers, voucher_lengths, count)?,
                },
            )
        };
        let (now, threads) = (input::time("now", now)?, threads_of(threads)?);
        let asked: Vec<Asked<'_>> = orders
            .into_iter()
            .enumerate()
            .map(|(place, order)| {
                let voucher = vouchers.get(place).copied().filter(|voucher| !voucher.is_empty());
                Asked { order, voucher, attachments: &[] }
            })
            .collect();
        let made = with(store, |store| store.carry_out(&asked, now, threads))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, texts(made)) };
        Ok(())
    })
}

/// Signs or stamps vouchers that are kept, judges the acts and records the moves, in one transaction.
///
/// `keys_json` is an array of {"voucher":{..},"version":1}; `acting_json` says {"move":"act",
/// "position":"..","authorization":{..}}, the last for a key that a server keeps. `seal` is NULL for a
/// position that is signed. `buffers` gets one item for each key, as of yx_store_move, or its error.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each text has its length.
pub unsafe extern "C" fn yx_store_act(
    store: *const yx_store,
    keys_json: *const c_char,
    keys_length: usize,
    acting_json: *const c_char,
    acting_length: usize,
    seal: *const yx_seal,
    signer: *const yx_signer,
    now: i64,
    threads: u32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (keys, terms) = unsafe {
            (
                input::bytes("keys_json", keys_json.cast(), keys_length)?,
                input::bytes("acting_json", acting_json.cast(), acting_length)?,
            )
        };
        let seal = if seal.is_null() { None } else { Some(handle::get(seal)?) };
        let signer = signer::get(signer)?;
        let (now, threads) = (input::time("now", now)?, threads_of(threads)?);
        let by = (seal.as_deref(), &*signer);
        let made = with(store, |store| store.act(keys, terms, by, now, threads))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, texts(made)) };
        Ok(())
    })
}

/// A voucher with its documents; `key_json` is {"voucher":{..},"version":1}, without a version the newest
/// one. `buffers` gets three items: what the store says of it ({"voucher","version","state","status",
/// "recorded","original","receipt","life"}, or null if it is not kept), the original in an envelope, and the
/// receipt; a document that is not there has no bytes.
///
/// # Safety
///
/// `key_json` has `key_length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_voucher(
    store: *const yx_store,
    key_json: *const c_char,
    key_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let key = unsafe { input::bytes("key_json", key_json.cast(), key_length)? };
        let items = match with(store, |store| store.voucher(key))? {
            Some(kept) => [
                kept.description.into_bytes(),
                kept.original.unwrap_or_default(),
                kept.receipt.unwrap_or_default(),
            ],
            None => [b"null".to_vec(), Vec::new(), Vec::new()],
        };
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, Buffers(items.into_iter().map(Ok).collect())) };
        Ok(())
    })
}

/// The bytes of a file that belongs to a voucher, by their SM3 (32 bytes). `buffers` gets one item, or
/// none if no such file is kept.
///
/// # Safety
///
/// `digest` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_attachment(
    store: *const yx_store,
    digest: *const u8,
    length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let digest = unsafe { input::bytes("digest", digest, length)? };
        let found = with(store, |store| store.attachment(digest))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, Buffers(found.into_iter().map(Ok).collect())) };
        Ok(())
    })
}

/// Vouchers that came, or whose receipt came, and that the office's own systems have still to read and to
/// acknowledge; at most `limit`. `buffers` gets one item, a JSON array of what yx_store_voucher says.
///
/// # Safety
///
/// `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_read(
    store: *const yx_store,
    limit: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { one(store, buffers, |store| store.read(limit)) }
}

/// Records of vouchers behind the place `after` (0 at first), at most `limit`. `filter_json` is
/// {"admDivCode","stYear","vtCode","state":"accepted","waiting":true}, each of which may be left out.
/// `buffers` gets one item, a JSON array of [place, record].
///
/// # Safety
///
/// `filter_json` has `filter_length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_list(
    store: *const yx_store,
    filter_json: *const c_char,
    filter_length: usize,
    after: i64,
    limit: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    // SAFETY: the caller's promise about each pointer and length, passed on.
    unsafe {
        asked(store, ("filter_json", filter_json, filter_length), buffers, |store, filter| {
            store.list(filter, after, limit)
        })
    }
}

/// Where vouchers stand, as the old operations ask for it: `ids_json` is an array of {"admDivCode",
/// "stYear","vtCode","voucherNo"}. `buffers` gets one item, a JSON array of {"status":3,"meaning":".."},
/// -1 to 14, in the same order.
///
/// # Safety
///
/// `ids_json` has `ids_length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_status(
    store: *const yx_store,
    ids_json: *const c_char,
    ids_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    // SAFETY: the caller's promise about each pointer and length, passed on.
    unsafe { asked(store, ("ids_json", ids_json, ids_length), buffers, StoreFile::status) }
}

/// What is left of the quota, key by key above `after` (NULL with length 0 at first), at most `limit`.
/// `buffers` gets one item, a JSON array of {"key","left"}, in yuan.
///
/// # Safety
///
/// `after` has `after_length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_quota(
    store: *const yx_store,
    after: *const c_char,
    after_length: usize,
    limit: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let after = unsafe { input::text("after", after, after_length)? };
        let text = with(store, |store| store.quota(after, limit))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, text.into_bytes()) };
        Ok(())
    })
}

/// What the log says of a voucher, whatever its version: `key_json` is {"voucher":{..}}. `buffers` gets
/// one item, a JSON array of entries in the order in which it happened.
///
/// # Safety
///
/// `key_json` has `key_length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_history(
    store: *const yx_store,
    key_json: *const c_char,
    key_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    // SAFETY: the caller's promise about each pointer and length, passed on.
    unsafe { asked(store, ("key_json", key_json, key_length), buffers, StoreFile::history) }
}

/// Does work on an open store. Not from within a callback, which would wait for itself.
pub(crate) fn with<T>(
    store: *const yx_store,
    work: impl FnOnce(&mut StoreFile) -> Result<T>,
) -> Result<T> {
    callback::refuse_inside()?;
    let opened = handle::get(store)?;
    let mut opened = lock(&opened)?;
    work(opened.as_mut().ok_or_else(closed)?)
}

/// One item of JSON that an open store gives.
///
/// # Safety
///
/// `buffers` may be written.
unsafe fn one(
    store: *const yx_store,
    buffers: *mut *mut yx_buffers,
    work: impl FnOnce(&mut StoreFile) -> Result<String>,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let text = with(store, work)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, text.into_bytes()) };
        Ok(())
    })
}

/// As [`one`], asked with JSON.
///
/// # Safety
///
/// The text has as many readable bytes as its length says; `buffers` may be written.
unsafe fn asked(
    store: *const yx_store,
    (name, data, length): (&'static str, *const c_char, usize),
    buffers: *mut *mut yx_buffers,
    work: impl FnOnce(&mut StoreFile, &[u8]) -> Result<String>,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let text = unsafe { input::bytes(name, data.cast(), length)? };
        let told = with(store, |store| work(store, text))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, told.into_bytes()) };
        Ok(())
    })
}

fn named<'a>((name, content): (&'a [u8], &'a [u8])) -> Result<(&'a str, &'a [u8])> {
    let name = std::str::from_utf8(name)
        .map_err(|error| Error::new(Code::Text, "names", "not UTF-8").at(error.valid_up_to()))?;
    Ok((name, content))
}

pub(crate) fn texts(items: Vec<Result<String>>) -> Buffers {
    Buffers(items.into_iter().map(|item| item.map(String::into_bytes)).collect())
}

pub(crate) fn threads_of(threads: u32) -> Result<usize> {
    match threads {
        1..=1024 => Ok(threads as usize),
        _ => Err(Error::new(Code::Argument, "threads", "the number of threads is 1 to 1024")),
    }
}

/// What a panic left half done is seen as such by SQLite, not by us: such a store is opened anew.
fn lock(opened: &Opened) -> Result<MutexGuard<'_, Option<StoreFile>>> {
    opened.lock().map_err(|_: PoisonError<_>| closed())
}

fn closed() -> Error {
    Error::new(Code::StoreFault, "yx_store", "something went wrong before: open it again")
}
