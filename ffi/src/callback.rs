//! Keys that live elsewhere: a device or another process behind a function of the caller.

use crate::signer::{Key, certificates_of, yx_signer};
use crate::status::yx_status;
use crate::{guard, input, output};
use std::cell::Cell;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError};
use yinxin::cert::Certificate;
use yinxin::crypto::sm2::{self, UserId};
use yinxin::crypto::{PublicKey, SignatureAlgorithm};
use yinxin::error::{Code, Error, Result};
use yinxin::key::{CallbackSigner, ToSign};

/// The room for one signature that a yx_sign_fn gets.
pub const YX_SIGNATURE_CAPACITY: usize = 1024;

/// The most messages that one call of a callback gets, which bounds the room for their signatures.
const RUN: usize = 1024;

/// Signs `count` messages: hashes message i (for SM2 with Z of the signer's user id) and writes its
/// signature to signatures[i], which has room for YX_SIGNATURE_CAPACITY bytes, and its size to
/// signature_lengths[i]. SM2: DER SEQUENCE { r, s }, or the 64 bytes r || s; ECDSA: DER; RSA: the value.
///
/// Returns 0, or another number if nothing was signed, which goes into the text of the error. One
/// message that cannot be signed gets the length 0, which is what it has before the call.
///
/// It is called on the thread that asked for the signature, one call at a time. It must not let an
/// exception or longjmp out, nor sign with this library; what is given to it ends with its return.
pub type yx_sign_fn = Option<
    unsafe extern "C" fn(
        user_data: *mut c_void,
        messages: *const *const u8,
        lengths: *const usize,
        count: usize,
        signatures: *const *mut u8,
        signature_lengths: *mut usize,
    ) -> i32,
>;

/// A signer that asks a function. Every signature is verified before it is used.
///
/// `certificates` (PEM of one or more, or DER of one) begin with the signer's own, which says the
/// key and the algorithm: SM2 with SM3, RSA (PKCS #1 v1.5) with SHA-256, ECDSA P-256 with SHA-256
/// or P-384 with SHA-384.
///
/// # Safety
///
/// `certificates` has as many readable bytes as its length says; `sign` keeps to yx_sign_fn and may
/// be called with `user_data`, on any thread that uses the signer, until the signer is freed and
/// the last call with it has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_signer_from_callback(
    certificates: *const u8,
    certificates_length: usize,
    sign: yx_sign_fn,
    user_data: *mut c_void,
    signer: *mut *mut yx_signer,
) -> yx_status {
    guard::call(|| {
        output::needed("signer", signer)?;
        let sign =
            sign.ok_or_else(|| Error::new(Code::NullPointer, "sign", "the function is NULL"))?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let bytes = unsafe { input::bytes("certificates", certificates, certificates_length)? };
        let certificates = certificates_of(bytes)?;
        let own = certificates.first().ok_or_else(|| {
            Error::new(Code::KeyMissing, "certificates", "there is no certificate of the signer")
        })?;
        let key = Certificate::from_der(own)?.public_key().clone();
        let algorithm = SignatureAlgorithm::usual(&key);
        let function = Mutex::new(Function { sign, user_data });
        let made = Key::device(Device { algorithm, key, certificates, function })?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(signer, made) };
        Ok(())
    })
}

/// Refuses to sign from within a callback: the same signer would wait for itself.
pub(crate) fn refuse_inside() -> Result<()> {
    if INSIDE.get() {
        let message = "signing from within a yx_sign_fn is not possible";
        return Err(Error::new(Code::Argument, "yx_signer", message));
    }
    Ok(())
}

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

type SignFn = unsafe extern "C" fn(
    *mut c_void,
    *const *const u8,
    *const usize,
    usize,
    *const *mut u8,
    *mut usize,
) -> i32;

/// A device: its key, and the function that asks it.
pub(crate) struct Device {
    algorithm: SignatureAlgorithm,
    key: PublicKey,
    certificates: Vec<Vec<u8>>,
    /// Locked while it is called: signers of the same device under other user ids wait too.
    function: Mutex<Function>,
}

impl Device {
    /// A signer that asks the device and expects its signatures to be under `user_id`.
    pub(crate) fn signer(device: &Arc<Device>, user_id: UserId) -> Result<CallbackSigner> {
        let asked = Arc::clone(device);
        let ask = move |inputs: &[ToSign<'_>]| {
            asked.function.lock().unwrap_or_else(PoisonError::into_inner).answer(inputs)
        };
        let (key, certificates) = (device.key.clone(), device.certificates.clone());
        let signer = CallbackSigner::new(device.algorithm, key, certificates, false, ask)?;
        Ok(signer.with_user_id(user_id))
    }
}

struct Function {
    sign: SignFn,
    user_data: *mut c_void,
}

// SAFETY: the pointer is never followed here; the function that gets it may be called on any thread
// by the promise of `yx_signer_from_callback`, and the lock of `Device` lets in one at a time.
unsafe impl Send for Function {}

impl Function {
    fn answer(&self, inputs: &[ToSign<'_>]) -> Vec<Result<Vec<u8>>> {
        inputs.chunks(RUN).flat_map(|run| self.answer_run(run)).collect()
    }

    fn answer_run(&self, inputs: &[ToSign<'_>]) -> Vec<Result<Vec<u8>>> {
        let mut messages = Vec::with_capacity(inputs.len());
        for input in inputs {
            match input {
                ToSign::Message(message) => messages.push(*message),
                _ => {
                    return all(inputs, || Error::new(Code::SignerForm, "signer", "only messages"));
                }
            }
        }
        let pointers: Vec<*const u8> = messages.iter().map(|message| message.as_ptr()).collect();
        let lengths: Vec<usize> = messages.iter().map(|message| message.len()).collect();
        let mut room = vec![0u8; inputs.len() * YX_SIGNATURE_CAPACITY];
        let places: Vec<*mut u8> =
            room.chunks_exact_mut(YX_SIGNATURE_CAPACITY).map(<[u8]>::as_mut_ptr).collect();
        let mut sizes = vec![0usize; inputs.len()];
        let inside = Inside::enter();
        // SAFETY: the arrays have `count` elements each, the places have the room that `yx_sign_fn`
        // states, and all of them outlive the call; the function keeps to its contract by the
        // promise of `yx_signer_from_callback`.
        let status = unsafe {
            (self.sign)(
                self.user_data,
                pointers.as_ptr(),
                lengths.as_ptr(),
                inputs.len(),
                places.as_ptr(),
                sizes.as_mut_ptr(),
            )
        };
        drop(inside);
        if status != 0 {
            let message = format!("the device gave the number {status}");
            return all(inputs, || Error::new(Code::Signer, "signer", message.clone()));
        }
        let signatures = room.chunks_exact(YX_SIGNATURE_CAPACITY).zip(sizes);
        signatures.map(|(room, size)| signature(room.get(..size).unwrap_or(&[]))).collect()
    }
}

/// A signature as the library wants it; whether it verifies is checked by `CallbackSigner`.
fn signature(bytes: &[u8]) -> Result<Vec<u8>> {
    if bytes.is_empty() {
        return Err(Error::new(Code::Signer, "signer", "the device gave no signature"));
    }
    // The bare r || s of SM2 devices, unless it happens to be DER.
    if bytes.len() == 64 && sm2::Signature::from_der(bytes).is_err() {
        return Ok(sm2::Signature::from_raw(bytes)?.to_der());
    }
    Ok(bytes.to_vec())
}

fn all(inputs: &[ToSign<'_>], error: impl Fn() -> Error) -> Vec<Result<Vec<u8>>> {
    inputs.iter().map(|_| Err(error())).collect()
}

/// Marks this thread as being inside a callback.
struct Inside;

impl Inside {
    fn enter() -> Self {
        INSIDE.set(true);
        Inside
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}
