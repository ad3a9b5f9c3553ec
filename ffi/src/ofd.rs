//! OFD documents (GB/T 33190): make, stamp, sign, verify, and prepare and complete.

use crate::buffers::{self, Buffers, yx_buffers};
use crate::report::{self, yx_report};
use crate::seal::yx_seal;
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, handle, input, output};
use std::ffi::c_char;
use yinxin::asn1::Profile;
use yinxin::cert::Certificate;
use yinxin::container::ofd::Package;
use yinxin::container::ofd::make::{Date, Maker};
use yinxin::error::{Code, Error, Result};
use yinxin::render::SheetForm;
use yinxin::signature::{OfdOptions, OfdSigningRequest, prepare_ofd, sign_ofd};

/// Makes a document from a description as JSON (docs/ofd.md). Its pictures and attachments are named
/// there and given here: file `i` has the name `names[i]`, in UTF-8, and the bytes `data[i]`.
///
/// `buffers` gets one item, the document: the same bytes for the same input.
///
/// # Safety
///
/// `description` has `length` readable bytes; the four arrays are NULL or have `count` elements, and
/// each pointer as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_ofd_make(
    description: *const u8,
    length: usize,
    names: *const *const u8,
    name_lengths: *const usize,
    data: *const *const u8,
    data_lengths: *const usize,
    count: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (description, names, data) = unsafe {
            (
                input::bytes("description", description, length)?,
                input::items("names", names, name_lengths, count)?,
                input::items("data", data, data_lengths, count)?,
            )
        };
        let not_utf8 = |_| Error::new(Code::Text, "names", "not UTF-8");
        let mut files = Vec::with_capacity(count);
        for (name, bytes) in names.into_iter().zip(data) {
            files.push((std::str::from_utf8(name).map_err(not_utf8)?, bytes));
        }
        let made = Maker::from_json(description, &files)?.build()?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made.bytes) };
        Ok(())
    })
}

/// Makes the sheet of a voucher, or of an envelope that holds one: a document whose pages show the
/// voucher, which is attached to it. `created` is the day, as 2026-03-02.
///
/// `buffers` gets one item, the document.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_ofd_make_sheet(
    voucher: *const u8,
    voucher_length: usize,
    created: *const c_char,
    created_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (voucher, created) = unsafe {
            (
                input::bytes("voucher", voucher, voucher_length)?,
                input::text("created", created, created_length)?,
            )
        };
        let day = Date::parse(created)
            .ok_or_else(|| Error::new(Code::Argument, "created", "no day as 2026-03-02"))?;
        let made = SheetForm::built_in().make(voucher, day)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made.bytes) };
        Ok(())
    })
}

/// Takes the voucher out of a sheet and compares the sheet with the one that is made of it: the check
/// `sheet.voucher`. Who sealed the sheet is what yx_ofd_verify says.
///
/// `buffers` gets one item, the voucher; result and report as for yx_voucher_verify.
///
/// # Safety
///
/// `document` has `length` readable bytes; `buffers` and `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_ofd_read_sheet(
    document: *const u8,
    length: usize,
    buffers: *mut *mut yx_buffers,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("buffers", buffers)?;
        output::needed("report", report)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let document = unsafe { input::bytes("document", document, length)? };
        let package = Package::open(&document, Profile::Conforming)?;
        let found = SheetForm::built_in().read(&package)?;
        let told = found.report("sheet of a voucher");
        // SAFETY: both checked above, and writable by the caller's promise.
        unsafe {
            buffers::one(buffers, found.voucher);
            Ok(report::put(report, told))
        }
    })
}

/// Stamps a document with a seal, or signs it (GB/T 35275) where `seal` is NULL.
///
/// `options` says where the seal stands and whether the signature is the last one, as JSON
/// (docs/ofd.md); NULL with length 0 is `{}`. `time` is the signer's clock, in seconds since
/// 1970-01-01T00:00:00Z. `buffers` gets one item, the stamped document.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_ofd_sign(
    signer: *const yx_signer,
    seal: *const yx_seal,
    document: *const u8,
    document_length: usize,
    options: *const u8,
    options_length: usize,
    time: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        let seal = if seal.is_null() { None } else { Some(handle::get(seal)?) };
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (document, options) = unsafe {
            (
                input::bytes("document", document, document_length)?,
                input::optional_bytes("options", options, options_length)?,
            )
        };
        let (options, time) = (read_options(options)?, input::time("time", time)?);
        let package = Package::open(&document, Profile::AsFound)?;
        let request = options.request(seal.as_deref(), time);
        let signed = sign_ofd(&package, &request, &*signer, 1)?.to_bytes()?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, signed) };
        Ok(())
    })
}

/// Verifies all signatures of a document, and what they protect. Moments, result and report as for
/// yx_voucher_verify.
///
/// # Safety
///
/// `document` has `length` readable bytes; `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_ofd_verify(
    verifier: *const yx_verifier,
    document: *const u8,
    length: usize,
    now: i64,
    received: i64,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let document = unsafe { input::bytes("document", document, length)? };
        let moment = input::moment(now, received)?;
        let found = verifier.verify_ofd(&document, &moment, 1)?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Prepares a stamp or a signature whose key is elsewhere. `certificate` is the signer's, in DER;
/// `user_id` NULL with length 0 is the default one; the rest is as for yx_ofd_sign.
///
/// `buffers` gets three items: the request, which yx_ofd_complete takes; the bytes to be signed; and
/// their SM2 digest of 32 bytes, for devices that sign digests.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_ofd_prepare(
    certificate: *const u8,
    certificate_length: usize,
    user_id: *const u8,
    user_id_length: usize,
    seal: *const yx_seal,
    document: *const u8,
    document_length: usize,
    options: *const u8,
    options_length: usize,
    time: i64,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let seal = if seal.is_null() { None } else { Some(handle::get(seal)?) };
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (certificate, user_id, document, options) = unsafe {
            (
                input::bytes("certificate", certificate, certificate_length)?,
                input::user_id(user_id, user_id_length)?,
                input::bytes("document", document, document_length)?,
                input::optional_bytes("options", options, options_length)?,
            )
        };
        let (options, time) = (read_options(options)?, input::time("time", time)?);
        let certificate = Certificate::from_der(certificate)?;
        let package = Package::open(&document, Profile::AsFound)?;
        let request = options.request(seal.as_deref(), time);
        let prepared = prepare_ofd(&package, &request, &certificate, &user_id, 1)?;
        let items =
            [prepared.to_bytes(), prepared.to_be_signed().to_vec(), prepared.digest().0.to_vec()];
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(buffers, Buffers(items.map(Ok).into())) };
        Ok(())
    })
}

/// Completes what yx_ofd_prepare began. `signature` is DER, or r and s side by side. `buffers` gets
/// one item, the signed document.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_ofd_complete(
    request: *const u8,
    request_length: usize,
    document: *const u8,
    document_length: usize,
    signature: *const u8,
    signature_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (request, document, signature) = unsafe {
            (
                input::bytes("request", request, request_length)?,
                input::bytes("document", document, document_length)?,
                input::bytes("signature", signature, signature_length)?,
            )
        };
        let request = OfdSigningRequest::from_bytes(request)?;
        let package = Package::open(&document, Profile::AsFound)?;
        let signed = request.complete(&package, signature, 1)?.to_bytes()?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, signed) };
        Ok(())
    })
}

fn read_options(text: Option<&[u8]>) -> Result<OfdOptions> {
    text.map_or(Ok(OfdOptions::default()), OfdOptions::from_json)
}
