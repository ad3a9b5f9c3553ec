//! Who exchanges packets, and the receipts that they give each other.

use crate::buffers::{self, yx_buffers};
use crate::envelope::{yx_message, yx_replay};
use crate::handle::{self, Handle};
use crate::report::{self, yx_report};
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, input, output};
use std::ffi::c_char;
use std::sync::PoisonError;
use yinxin::cert::Certificate;
use yinxin::envelope::{Mailbox, Packet, Party, Receipt, ReplayState, SignedReceipt};
use yinxin::error::Result;

/// The one who receives: his name for himself, and his keys.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_mailbox {
    _opaque: (),
}

impl Handle for yx_mailbox {
    const NAME: &'static str = "yx_mailbox";
    type Value = Mailbox;
}

/// Somebody with whom packets are exchanged, and the certificates that he signs with.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_party {
    _opaque: (),
}

impl Handle for yx_party {
    const NAME: &'static str = "yx_party";
    type Value = Party;
}

/// A mailbox: the owner's name for himself (UTF-8), which stays the same, and his keys, each with its
/// certificate to encrypt for; the old one stands beside the new while packets for the old one are on
/// the way.
///
/// # Safety
///
/// `name` has `name_length` readable bytes, `keys` has `count` elements; `mailbox` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_mailbox_new(
    name: *const c_char,
    name_length: usize,
    keys: *const *const yx_signer,
    count: usize,
    mailbox: *mut *mut yx_mailbox,
) -> yx_status {
    guard::call(|| {
        output::needed("mailbox", mailbox)?;
        // SAFETY: the caller's promise about the pointer, its length and the array, passed on.
        let (name, keys) = unsafe {
            (input::text("name", name, name_length)?, input::handles("keys", keys, count)?)
        };
        let mut made = Mailbox::new(name);
        for key in keys {
            let (key, own) = signer::decrypter(*key)?;
            made = made.with_key(own, key)?;
        }
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(mailbox, made) };
        Ok(())
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_mailbox_free(mailbox: *mut yx_mailbox) {
    guard::free(|| handle::remove(mailbox));
}

/// A party: the owner's name for it (UTF-8), which stays the same, and the certificates that it signs
/// with (PEM of one or more, or DER of one). With `any_like` not 0, any other of the same subject by the
/// same issuer counts too.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `party` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_party_new(
    name: *const c_char,
    name_length: usize,
    certificates: *const u8,
    certificates_length: usize,
    any_like: i32,
    party: *mut *mut yx_party,
) -> yx_status {
    guard::call(|| {
        output::needed("party", party)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (name, certificates) = unsafe {
            (
                input::text("name", name, name_length)?,
                input::bytes("certificates", certificates, certificates_length)?,
            )
        };
        let certificates = Certificate::many_from_bytes(certificates)?;
        let add = |party: Party, certificate| match any_like {
            0 => party.with_certificate(certificate),
            _ => party.with_any_like(certificate),
        };
        let made = certificates.iter().fold(Party::new(name), add);
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(party, made) };
        Ok(())
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_party_free(party: *mut yx_party) {
    guard::free(|| handle::remove(party));
}

/// Signs the receipt of a message that was accepted, or repeated after it had been. With `replay` not
/// NULL the receipt says what is missing in the conversation. `time` is the clock, in seconds since
/// 1970-01-01T00:00:00Z. `buffers` gets one item, the receipt.
///
/// # Safety
///
/// `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_receipt_sign(
    signer: *const yx_signer,
    message: *const yx_message,
    replay: *const yx_replay,
    time: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let (signer, message) = (signer::get(signer)?, handle::get(message)?);
        let missing = if replay.is_null() {
            Vec::new()
        } else {
            let replay = handle::get(replay)?;
            let mut replay = replay.lock().unwrap_or_else(PoisonError::into_inner);
            replay.begin().missing(&message.arrival().channel)?
        };
        let receipt = Receipt::received(message.id(), &missing, input::time("time", time)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, receipt.sign(&*signer)?) };
        Ok(())
    })
}

/// Signs the receipt of a packet that was opened and not accepted: why, as a number from 1 on that both
/// parties know (errors of this library are some), and in up to 200 bytes for people, not secret. Never
/// answer a packet that did not open. Time and `buffers` as for yx_receipt_sign.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_receipt_sign_refusal(
    signer: *const yx_signer,
    packet: *const u8,
    packet_length: usize,
    code: u32,
    reason: *const c_char,
    reason_length: usize,
    time: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (packet, reason) = unsafe {
            (
                input::bytes("packet", packet, packet_length)?,
                input::text("reason", reason, reason_length)?,
            )
        };
        let (packet, time) = (Packet::parse(packet)?, input::time("time", time)?);
        let receipt = Receipt::refused(packet.id(), code, reason, time)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, receipt.sign(&*signer)?) };
        Ok(())
    })
}

/// Writes the digest, 32 bytes, of the packet that a receipt says it is of, to find what was sent.
///
/// # Safety
///
/// `receipt` has `length` readable bytes; `digest` has 32 writable ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_receipt_packet(
    receipt: *const u8,
    length: usize,
    digest: *mut u8,
) -> yx_status {
    guard::call(|| {
        output::needed("digest", digest)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let receipt = SignedReceipt::parse(unsafe { input::bytes("receipt", receipt, length)? })?;
        let mut written = 0;
        // SAFETY: `digest` has 32 writable bytes by the caller's promise, and `written` is our own.
        unsafe { output::copy(receipt.packet(), digest, 32, &mut written) }
    })
}

/// Checks that a receipt is of the packet that was sent, and by the party that it was sent to. Moments,
/// result and report as for yx_voucher_verify.
///
/// `buffers` gets one item, what the receipt says as a JSON object in UTF-8, if the verdict is Valid, and
/// is not written with another one:
/// {"received":true,"code":null,"reason":null,"time":"..","missing":[[1,2]]}.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` and `report` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_receipt_check(
    verifier: *const yx_verifier,
    party: *const yx_party,
    packet: *const u8,
    packet_length: usize,
    receipt: *const u8,
    receipt_length: usize,
    now: i64,
    received: i64,
    buffers: *mut *mut yx_buffers,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("buffers", buffers)?;
        output::needed("report", report)?;
        let (verifier, party) = (verifier::get(verifier)?, handle::get(party)?);
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (packet, receipt) = unsafe {
            (
                input::bytes("packet", packet, packet_length)?,
                input::bytes("receipt", receipt, receipt_length)?,
            )
        };
        let moment = input::moment(now, received)?;
        let (sent, receipt) = (Packet::parse(packet)?, SignedReceipt::parse(receipt)?);
        let checked = receipt.check(sent.id(), &party, verifier.trust(), &moment);
        let found = checked.report().clone();
        if let Ok(receipt) = checked.into_receipt() {
            // SAFETY: checked above, and writable by the caller's promise.
            unsafe { buffers::one(buffers, receipt.to_json().into_bytes()) };
        }
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// The parties behind an array of handles.
///
/// # Safety
///
/// `parties` is NULL or has `count` readable elements.
pub(crate) unsafe fn all(parties: *const *const yx_party, count: usize) -> Result<Vec<Party>> {
    // SAFETY: the caller's promise about the array, passed on.
    let parties = unsafe { input::handles("parties", parties, count)? };
    parties.iter().map(|one| Ok((*handle::get(*one)?).clone())).collect()
}
