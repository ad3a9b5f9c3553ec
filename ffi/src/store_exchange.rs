//! Packets between the stores of two offices, and what outsiders check a store by.

use crate::buffers::{self, Buffers, yx_buffers};
use crate::files;
use crate::handle;
use crate::parties::yx_mailbox;
use crate::report::{self, yx_report};
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::store::{texts, threads_of, with, yx_store};
use crate::{guard, input, output};
use std::ffi::c_char;
use yinxin::cert::Certificate;
use yinxin::error::{Code, Error, Result};
use yinxin_files::Secrecy;
use yinxin_files::store::StoreFile;

/// Packs what waits in the outbox, at most `limit` messages: numbers, signs and encrypts each for its
/// partner, and keeps the packets until they are answered.
///
/// `told` gets one item, {"packets":[{"place","partner","kind","voucher","version","document","digest"}],
/// "stuck":[{"partner","error"}]}; `packets` one item for each packet, in the same order.
///
/// # Safety
///
/// `told` and `packets` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_pack(
    store: *const yx_store,
    signer: *const yx_signer,
    now: i64,
    limit: usize,
    threads: u32,
    told: *mut *mut yx_buffers,
    packets: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("told", told)?;
        output::needed("packets", packets)?;
        let signer = signer::get(signer)?;
        let (now, threads) = (input::time("now", now)?, threads_of(threads)?);
        let (text, made) = with(store, |store| store.pack(&*signer, now, limit, threads))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { both(told, packets, text, made) };
        Ok(())
    })
}

/// Packets that were not answered yet, those above the place `after` (0 at first), at most `limit`: to be
/// carried again after a while, as they are. `told` gets one item, a JSON array of what yx_store_pack says
/// of packets; `packets` one item for each.
///
/// # Safety
///
/// `told` and `packets` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_unanswered(
    store: *const yx_store,
    after: u64,
    limit: usize,
    told: *mut *mut yx_buffers,
    packets: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("told", told)?;
        output::needed("packets", packets)?;
        let (text, made) = with(store, |store| store.unanswered(after, limit))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { both(told, packets, text, made) };
        Ok(())
    })
}

/// Takes packets of partners in: opens and judges each, and records it with its effect, all in one
/// transaction. A packet that came before has no effect and gets the answer that it got.
///
/// `told` gets one item for each packet, {"partner","packet","admission","voucher","version","move",
/// "made","refused","answered"}, or its error: then it is no valid packet of a partner. With a signer,
/// `receipts` gets one item for each packet, the signed receipt to send back, without bytes where nothing
/// is to be answered; without one (NULL) `receipts` may be NULL and is not written.
///
/// # Safety
///
/// Each array has as many elements as `count` says, each pointer as many readable bytes as its length;
/// `told` may be written, and so may `receipts` or it is NULL.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_store_import(
    store: *const yx_store,
    packets: *const *const u8,
    packet_lengths: *const usize,
    count: usize,
    mailbox: *const yx_mailbox,
    signer: *const yx_signer,
    now: i64,
    threads: u32,
    told: *mut *mut yx_buffers,
    receipts: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("told", told)?;
        // SAFETY: the caller's promise about each array, pointer and length, passed on.
        let packets = unsafe { input::items("packets", packets, packet_lengths, count)? };
        let signer = match signer.is_null() {
            true => None,
            false => {
                output::needed("receipts", receipts)?;
                Some(signer::get(signer)?)
            }
        };
        let mailbox = handle::get(mailbox)?;
        let (now, threads) = (input::time("now", now)?, threads_of(threads)?);
        let by = signer.as_deref();
        let taken = with(store, |store| store.import(&packets, &mailbox, by, now, threads))?;
        let (said, signed): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(told, texts(said)) };
        if signer.is_some() {
            let signed = signed.into_iter().map(|one| one.map(Option::unwrap_or_default));
            // SAFETY: the same.
            unsafe { output::handle(receipts, Buffers(signed.collect())) };
        }
        Ok(())
    })
}

/// Takes the receipts of partners in. `buffers` gets one item for each, {"place","partner","voucher",
/// "version","document","received","code","reason","missing","failed","repeated"}, or its error.
///
/// # Safety
///
/// Each array has as many elements as `count` says, each pointer as many readable bytes as its length;
/// `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_answered(
    store: *const yx_store,
    receipts: *const *const u8,
    receipt_lengths: *const usize,
    count: usize,
    now: i64,
    threads: u32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each array, pointer and length, passed on.
        let receipts = unsafe { input::items("receipts", receipts, receipt_lengths, count)? };
        let (now, threads) = (input::time("now", now)?, threads_of(threads)?);
        let said = with(store, |store| store.answered(&receipts, now, threads))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, texts(said)) };
        Ok(())
    })
}

/// Signs the heads of the logs now, with the key of yx_store_set_checkpoints. `buffers` gets one item, the
/// checkpoint in DER, without bytes if nothing came since the last one. Keep it elsewhere: only against
/// it is found that the whole file was written anew.
///
/// # Safety
///
/// `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_checkpoint(
    store: *const yx_store,
    now: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let now = input::time("now", now)?;
        let made = with(store, |store| store.checkpoint(now))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made.unwrap_or_default()) };
        Ok(())
    })
}

/// Recomputes the logs, and every voucher, document and balance from them, and compares what the store holds.
/// `certificates` (PEM of one or more, or DER of one) are those of who signs the checkpoints, or NULL with
/// length 0; `held` is a checkpoint that was kept elsewhere, or NULL with length 0. Documents that counted
/// as sealed are judged by the store's verifier at `now`.
///
/// The result is that of a verification: what was not given leaves its check, and so the verdict,
/// YX_VERDICT_NOT_DETERMINED. `report` gets the checks `ledger.*` and `audit.*`; the first difference is
/// named.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `report` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_store_audit(
    store: *const yx_store,
    certificates: *const u8,
    certificates_length: usize,
    held: *const u8,
    held_length: usize,
    now: i64,
    threads: u32,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (keys, held) = unsafe {
            (
                input::optional_bytes("certificates", certificates, certificates_length)?,
                input::optional_bytes("held", held, held_length)?,
            )
        };
        let keys = keys.map(Certificate::many_from_bytes).transpose()?.unwrap_or_default();
        let (now, threads) = (input::time("now", now)?, threads_of(threads)?);
        let found = with(store, |store| store.audit(&keys, held, now, threads))?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Writes the logs into a file, for an auditor elsewhere (docs/ledger.md): whole, or with `after`, a
/// checkpoint, what came after that; NULL with length 0 is whole. `flags` is 0 or YX_FILE_REPLACE; the
/// file gets its name when it is whole. `buffers` gets one item, {"entries","checkpoints","uncovered"},
/// the last being the entries that no checkpoint covers.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_export(
    store: *const yx_store,
    after: *const u8,
    after_length: usize,
    path: *const c_char,
    path_length: usize,
    flags: u32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        if files::without_replace(flags) != 0 {
            return Err(Error::new(Code::Argument, "flags", "a flag that is not known"));
        }
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (after, out) = unsafe {
            (
                input::optional_bytes("after", after, after_length)?,
                files::output("path", path, path_length, Secrecy::Public, flags)?,
            )
        };
        let told = with(store, |store| store.export(after, out))?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, told.into_bytes()) };
        Ok(())
    })
}

/// Copies the store into a new file while it is in use, and verifies the copy. Paths are UTF-8, on Unix any
/// bytes but NUL.
///
/// # Safety
///
/// `path` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_backup(
    store: *const yx_store,
    path: *const c_char,
    length: usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let path = unsafe { files::path("path", path, length)? };
        with(store, |store| store.backup(&path))
    })
}

/// Takes a copy back into a new file, verified before and after. `expected` is the id that the store has
/// (32 hexadecimal digits), or NULL with length 0 for any. A copy is as old as it is: compare the heads
/// of its logs with a checkpoint that is kept elsewhere (yx_store_audit).
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_store_restore(
    copy: *const c_char,
    copy_length: usize,
    path: *const c_char,
    path_length: usize,
    expected: *const c_char,
    expected_length: usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (copy, path, expected) = unsafe {
            (
                files::path("copy", copy, copy_length)?,
                files::path("path", path, path_length)?,
                input::optional_text("expected", expected, expected_length)?,
            )
        };
        StoreFile::restore(&copy, &path, expected)
    })
}

/// # Safety
///
/// Both passed `output::needed` and may be written.
unsafe fn both(
    told: *mut *mut yx_buffers,
    packets: *mut *mut yx_buffers,
    text: String,
    made: Vec<Vec<u8>>,
) {
    let made: Vec<Result<Vec<u8>>> = made.into_iter().map(Ok).collect();
    // SAFETY: the caller's promise, passed on.
    unsafe {
        buffers::one(told, text.into_bytes());
        output::handle(packets, Buffers(made));
    }
}
