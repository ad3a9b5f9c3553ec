//! Packets between two parties: seal, open, admit.

use crate::buffers::{self, Buffers, yx_buffers};
use crate::handle::{self, Handle};
use crate::parties::{yx_mailbox, yx_party};
use crate::report::{self, Reports, yx_report, yx_reports};
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, input, output, parties};
use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};
use yinxin::cert::Certificate;
use yinxin::envelope::{self, Admission, Letter, MemoryReplay, Message, Opened, Packet, Receiving};
use yinxin::error::{Error, Result};
use yinxin::report::Report;

/// Accepted: the next one.
pub const YX_ADMISSION_NEW: u32 = 1;
/// Accepted: it came before others, which are missing now.
pub const YX_ADMISSION_AHEAD: u32 = 2;
/// Accepted: one that was missing.
pub const YX_ADMISSION_LATE: u32 = 3;
/// Not accepted: this very packet was accepted before.
pub const YX_ADMISSION_REPEATED: u32 = 4;
/// Not accepted: another packet was accepted under this number.
pub const YX_ADMISSION_CONFLICT: u32 = 5;
/// Not accepted: a packet was accepted under this number too long ago to tell which.
pub const YX_ADMISSION_FORGOTTEN: u32 = 6;
/// Not accepted: too far ahead of what is missing; it may be sent again when that has come.
pub const YX_ADMISSION_BEYOND: u32 = 7;

/// The item of yx_message_parts that is the body.
pub const YX_MESSAGE_BODY: usize = 0;
/// The item of yx_message_parts that is the header as its sender signed it.
pub const YX_MESSAGE_SIGNED: usize = 1;
/// The item of yx_message_parts that is the salt, SM3 of which with the body after it is the digest in
/// the header.
pub const YX_MESSAGE_SALT: usize = 2;

/// What a valid packet says. It may have come before: yx_replay_admit tells.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_message {
    _opaque: (),
}

impl Handle for yx_message {
    const NAME: &'static str = "yx_message";
    type Value = Message;
}

/// What many packets say: one item for each, in their order.
///
/// Thread safety: never changes; may be used by any number of threads at once.
pub struct yx_messages {
    _opaque: (),
}

impl Handle for yx_messages {
    const NAME: &'static str = "yx_messages";
    type Value = Vec<Result<Message>>;
}

/// What has been accepted, in memory: it knows nothing after a restart.
///
/// Thread safety: may be used by any number of threads at once; they wait for one another.
pub struct yx_replay {
    _opaque: (),
}

impl Handle for yx_replay {
    const NAME: &'static str = "yx_replay";
    type Value = Mutex<MemoryReplay>;
}

/// Signs a body and encrypts it for the holder of a certificate (PEM or DER), as number `sequence` of a
/// conversation, from 1 on. `kind` and `conversation` are 1 to 64 letters, digits or -._:/@, and not
/// secret. `time` is the clock, in seconds since 1970-01-01T00:00:00Z. `buffers` gets one item, the packet.
///
/// To send it again, send the same bytes again: never seal twice under one number.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_packet_seal(
    signer: *const yx_signer,
    receiver: *const u8,
    receiver_length: usize,
    kind: *const c_char,
    kind_length: usize,
    conversation: *const c_char,
    conversation_length: usize,
    sequence: u64,
    time: i64,
    body: *const u8,
    body_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (receiver, kind, conversation, body) = unsafe {
            (
                input::bytes("receiver", receiver, receiver_length)?,
                input::text("kind", kind, kind_length)?,
                input::text("conversation", conversation, conversation_length)?,
                input::bytes("body", body, body_length)?,
            )
        };
        let receiver = Certificate::from_bytes(receiver)?;
        let time = input::time("time", time)?;
        let letter = Letter { kind, conversation, sequence, time, body };
        let sealed = envelope::seal(&letter, &*signer, &receiver)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, sealed.bytes) };
        Ok(())
    })
}

/// Seals `count` bodies as yx_packet_seal, under the numbers `first`, `first` + 1 and so on. `buffers`
/// gets one item for each, in their order. `threads` as for yx_voucher_stamp_many.
///
/// # Safety
///
/// The arrays have `count` elements, and each pointer as many readable bytes as its length says;
/// `buffers` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_packet_seal_many(
    signer: *const yx_signer,
    receiver: *const u8,
    receiver_length: usize,
    kind: *const c_char,
    kind_length: usize,
    conversation: *const c_char,
    conversation_length: usize,
    first: u64,
    time: i64,
    bodies: *const *const u8,
    body_lengths: *const usize,
    count: usize,
    threads: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about each array, pointer and length, passed on.
        let (receiver, kind, conversation, bodies) = unsafe {
            (
                input::bytes("receiver", receiver, receiver_length)?,
                input::text("kind", kind, kind_length)?,
                input::text("conversation", conversation, conversation_length)?,
                input::items("bodies", bodies, body_lengths, count)?,
            )
        };
        let receiver = Certificate::from_bytes(receiver)?;
        let time = input::time("time", time)?;
        let letters: Vec<Letter<'_>> = (0..)
            .zip(bodies)
            .map(|(place, body)| {
                let sequence = first.saturating_add(place);
                Letter { kind, conversation, sequence, time, body }
            })
            .collect();
        let sealed = envelope::seal_many(&letters, &*signer, &receiver, threads);
        let items = sealed.into_iter().map(|one| Ok(one?.bytes)).collect();
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, Buffers(items)) };
        Ok(())
    })
}

/// Writes what a packet says of itself, to everybody, as a JSON object in UTF-8:
/// {"kind","conversation","sequence","time","digest"}, the digest being SM3 of its bytes. Until it has
/// been opened and found valid, that is only what somebody says. Sizes as for yx_report_json.
///
/// # Safety
///
/// `packet` has `packet_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
/// `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_packet_describe(
    packet: *const u8,
    packet_length: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let packet = Packet::parse(unsafe { input::bytes("packet", packet, packet_length)? })?;
        let text = packet.id().to_json();
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy_text(&text, buffer, capacity, length) }
    })
}

/// Opens a packet with the keys of a mailbox and judges it; `parties` are those from whom packets are
/// taken. Moments, result and report as for yx_voucher_verify. `message` is written if the verdict is
/// Valid, and with no other.
///
/// A packet that does not open is YX_ERROR_DECRYPTION, whatever is wrong: do not answer it.
///
/// # Safety
///
/// `parties` has `count` elements; `packet` has `length` readable bytes; `message` and `report` may be
/// written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_packet_open(
    verifier: *const yx_verifier,
    mailbox: *const yx_mailbox,
    parties: *const *const yx_party,
    count: usize,
    packet: *const u8,
    length: usize,
    now: i64,
    received: i64,
    message: *mut *mut yx_message,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("message", message)?;
        output::needed("report", report)?;
        let (verifier, mailbox) = (verifier::get(verifier)?, handle::get(mailbox)?);
        // SAFETY: the caller's promise about the array, the pointer and its length, passed on.
        let (parties, packet) =
            unsafe { (parties::all(parties, count)?, input::bytes("packet", packet, length)?) };
        let moment = input::moment(now, received)?;
        let trust = verifier.trust();
        let by = Receiving { mailbox: &mailbox, parties: &parties, trust, moment };
        let (found, proven) = judged(envelope::open(packet, &by)?);
        if let Ok(proven) = proven {
            // SAFETY: checked above, and writable by the caller's promise.
            unsafe { output::handle(message, proven) };
        }
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Opens many packets as yx_packet_open does one. `messages` and `reports` get one item for each; YX_OK
/// says only that, and nothing about the verdicts. `threads` as for yx_voucher_stamp_many.
///
/// # Safety
///
/// The arrays have as many elements as their counts say, and each pointer as many readable bytes as its
/// length; `messages` and `reports` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_packet_open_many(
    verifier: *const yx_verifier,
    mailbox: *const yx_mailbox,
    parties: *const *const yx_party,
    party_count: usize,
    packets: *const *const u8,
    lengths: *const usize,
    count: usize,
    now: i64,
    received: i64,
    threads: usize,
    messages: *mut *mut yx_messages,
    reports: *mut *mut yx_reports,
) -> yx_status {
    guard::call(|| {
        output::needed("messages", messages)?;
        output::needed("reports", reports)?;
        let (verifier, mailbox) = (verifier::get(verifier)?, handle::get(mailbox)?);
        // SAFETY: the caller's promise about the arrays, pointers and lengths, passed on.
        let (parties, packets) = unsafe {
            (parties::all(parties, party_count)?, input::items("packets", packets, lengths, count)?)
        };
        let moment = input::moment(now, received)?;
        let trust = verifier.trust();
        let by = Receiving { mailbox: &mailbox, parties: &parties, trust, moment };
        let (mut found, mut proven) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for opened in envelope::open_many(&packets, &by, threads) {
            let (report, message) = match opened.map(judged) {
                Ok((report, message)) => (Ok(report), message),
                Err(error) => (Err(error.clone()), Err(error)),
            };
            found.push(report);
            proven.push(message);
        }
        // SAFETY: both checked above, and writable by the caller's promise.
        unsafe {
            output::handle(messages, proven);
            output::handle(reports, Reports(found));
        }
        Ok(())
    })
}

/// Gives item `index` (from 0) as a message of its own, to be freed by yx_message_free. Returns the error
/// of a packet that did not open, and YX_ERROR_NOT_VALID of one that is not valid.
///
/// # Safety
///
/// `message` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_messages_get(
    messages: *const yx_messages,
    index: usize,
    message: *mut *mut yx_message,
) -> yx_status {
    guard::call(|| {
        output::needed("message", message)?;
        let messages = handle::get(messages)?;
        let item = messages.get(index).ok_or_else(buffers::out_of_range)?;
        let item = item.as_ref().map_err(Error::clone)?.clone();
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(message, item) };
        Ok(())
    })
}

/// Frees; NULL and handles that are not alive are left alone. Messages taken from it live on.
#[unsafe(no_mangle)]
pub extern "C" fn yx_messages_free(messages: *mut yx_messages) {
    guard::free(|| handle::remove(messages));
}

/// Writes what a message says as a JSON object in UTF-8, without its body:
/// {"sender","receiver","kind","conversation","sequence","time","digest"}, sender and receiver being the
/// names of party and mailbox. Sizes as for yx_report_json.
///
/// # Safety
///
/// `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_message_describe(
    message: *const yx_message,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        let text = handle::get(message)?.to_json();
        // SAFETY: the caller's promise about `buffer`, `capacity` and `length`, passed on.
        unsafe { output::copy_text(&text, buffer, capacity, length) }
    })
}

/// Gives the parts of a message: `buffers` gets the items YX_MESSAGE_BODY, YX_MESSAGE_SIGNED and
/// YX_MESSAGE_SALT. The last two show a third party that the sender sent this body to the receiver.
///
/// # Safety
///
/// `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_message_parts(
    message: *const yx_message,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let message = handle::get(message)?;
        let (signed, salt) = message.proof();
        let items = [message.body(), signed, salt].map(|part| Ok(part.to_vec()));
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, Buffers(items.into())) };
        Ok(())
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_message_free(message: *mut yx_message) {
    guard::free(|| handle::remove(message));
}

/// Nothing accepted yet.
///
/// # Safety
///
/// `replay` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_replay_new(replay: *mut *mut yx_replay) -> yx_status {
    guard::call(|| {
        output::needed("replay", replay)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(replay, Mutex::new(MemoryReplay::default())) };
        Ok(())
    })
}

/// Whether a message is accepted, and records it if it is: `admission` gets one of the YX_ADMISSION_
/// numbers. A message that is not accepted must have no effect.
///
/// What is accepted is recorded at once and cannot be taken back: if the effect of the message fails then,
/// its repetition is YX_ADMISSION_REPEATED. It is for conversations that do not outlive the process; a
/// voucher store (yx_store_import) records a packet with its effect or not at all.
///
/// # Safety
///
/// `admission` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_replay_admit(
    replay: *const yx_replay,
    message: *const yx_message,
    admission: *mut u32,
) -> yx_status {
    guard::call(|| {
        output::needed("admission", admission)?;
        let (replay, message) = (handle::get(replay)?, handle::get(message)?);
        let mut replay = replay.lock().unwrap_or_else(PoisonError::into_inner);
        let mut transaction = replay.begin();
        let admitted = message.admit(&mut transaction)?;
        transaction.commit();
        let number = match admitted {
            Admission::New => YX_ADMISSION_NEW,
            Admission::Ahead { .. } => YX_ADMISSION_AHEAD,
            Admission::Late => YX_ADMISSION_LATE,
            Admission::Repeated => YX_ADMISSION_REPEATED,
            Admission::Conflict => YX_ADMISSION_CONFLICT,
            Admission::Forgotten => YX_ADMISSION_FORGOTTEN,
            Admission::Beyond { .. } => YX_ADMISSION_BEYOND,
        };
        // SAFETY: not NULL, aligned, and writable by the caller's promise.
        unsafe { admission.write(number) };
        Ok(())
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_replay_free(replay: *mut yx_replay) {
    guard::free(|| handle::remove(replay));
}

fn judged(opened: Opened) -> (Report, Result<Message>) {
    (opened.report().clone(), opened.into_message())
}
