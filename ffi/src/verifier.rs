//! What is trusted, and by which policy.

use crate::handle::{self, Handle};
use crate::status::yx_status;
use crate::{guard, input, output};
use std::ffi::c_char;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use yinxin::asn1::Profile;
use yinxin::cert::{Certificate, Crl};
use yinxin::error::{Code, Error, Result};
use yinxin::signature::Verifier;
use yinxin::trust::{Policy, Revocation, Trust};
use yinxin::voucher::Authorisation;

/// An answer about revocation is needed for every certificate below the anchor; the default.
pub const YX_REVOCATION_REQUIRED: i32 = 0;
/// An answer about revocation counts where there is one.
pub const YX_REVOCATION_IF_AVAILABLE: i32 = 1;
/// Revocation is not looked at; the report says so.
pub const YX_REVOCATION_NOT_CHECKED: i32 = 2;

/// Structures are read as the standards say and not otherwise; the default.
pub const YX_PROFILE_CONFORMING: i32 = 0;
/// The named deviations of real files are read too, with one note each.
pub const YX_PROFILE_AS_FOUND: i32 = 1;

/// Trust anchors, certificates and lists that help, and the policy.
///
/// Thread safety: may be used and changed by any number of threads at once; a change counts for the
/// verifications that begin after it.
pub struct yx_verifier {
    _opaque: (),
}

/// What was set, and the verifier made from it when it was first needed.
#[derive(Default)]
pub(crate) struct Settings {
    trust: Trust,
    authorisation: Option<Authorisation>,
    made: Option<Arc<Verifier>>,
}

impl Handle for yx_verifier {
    const NAME: &'static str = "yx_verifier";
    type Value = Mutex<Settings>;
}

/// A verifier that trusts nothing yet.
///
/// # Safety
///
/// `verifier` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_new(verifier: *mut *mut yx_verifier) -> yx_status {
    guard::call(|| {
        output::needed("verifier", verifier)?;
        let settings = Settings { trust: Trust::new(Policy::default()), ..Settings::default() };
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(verifier, Mutex::new(settings)) };
        Ok(())
    })
}

/// Trusts certificates (PEM of one or more, or DER of one): a path that reaches one of them is good.
///
/// # Safety
///
/// `certificates` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_add_anchor(
    verifier: *mut yx_verifier,
    certificates: *const u8,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let read = unsafe { certificates_of(certificates, length)? };
        change(&settings, |settings| {
            read.into_iter().for_each(|certificate| settings.trust.add_anchor(certificate));
        });
        Ok(())
    })
}

/// Offers certificates (PEM of one or more, or DER of one) for building paths; they bring no trust.
///
/// # Safety
///
/// `certificates` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_add_intermediate(
    verifier: *mut yx_verifier,
    certificates: *const u8,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let read = unsafe { certificates_of(certificates, length)? };
        change(&settings, |settings| {
            read.into_iter().for_each(|certificate| settings.trust.add_intermediate(certificate));
        });
        Ok(())
    })
}

/// Offers a revocation list (PEM or DER); it counts only if its issuer signed it.
///
/// # Safety
///
/// `crl` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_add_crl(
    verifier: *mut yx_verifier,
    crl: *const u8,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let crl = Crl::from_bytes(unsafe { input::bytes("crl", crl, length)? })?;
        change(&settings, |settings| settings.trust.add_crl(crl));
        Ok(())
    })
}

/// Sets whether revocation must be known: one of the YX_REVOCATION_ numbers.
#[unsafe(no_mangle)]
pub extern "C" fn yx_verifier_set_revocation(
    verifier: *mut yx_verifier,
    revocation: i32,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        let revocation = match revocation {
            YX_REVOCATION_REQUIRED => Revocation::Required,
            YX_REVOCATION_IF_AVAILABLE => Revocation::IfAvailable,
            YX_REVOCATION_NOT_CHECKED => Revocation::NotChecked,
            _ => return Err(Error::new(Code::Argument, "revocation", "no such number")),
        };
        change(&settings, |settings| settings.trust.policy_mut().revocation = revocation);
        Ok(())
    })
}

/// Sets how strictly structures are read: one of the YX_PROFILE_ numbers.
#[unsafe(no_mangle)]
pub extern "C" fn yx_verifier_set_profile(verifier: *mut yx_verifier, profile: i32) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        let profile = profile_of(profile)?;
        change(&settings, |settings| settings.trust.policy_mut().profile = profile);
        Ok(())
    })
}

/// Sets who may stamp or sign which vouchers at which position, as JSON in UTF-8. Without it
/// `voucher.authority` is not determined, so no voucher is found valid.
///
/// # Safety
///
/// `json` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_set_authorisation_json(
    verifier: *mut yx_verifier,
    json: *const c_char,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let json = unsafe { input::bytes("json", json.cast(), length)? };
        let authorisation = Authorisation::from_json(json)?;
        change(&settings, |settings| settings.authorisation = Some(authorisation));
        Ok(())
    })
}

/// Frees; NULL and handles that are not alive are left alone.
#[unsafe(no_mangle)]
pub extern "C" fn yx_verifier_free(verifier: *mut yx_verifier) {
    guard::free(|| handle::remove(verifier));
}

/// The verifier behind a handle, as it is set now.
pub(crate) fn get(verifier: *const yx_verifier) -> Result<Arc<Verifier>> {
    let settings = handle::get(verifier)?;
    let mut settings = lock(&settings);
    if let Some(made) = &settings.made {
        return Ok(Arc::clone(made));
    }
    let mut verifier = Verifier::new(settings.trust.clone());
    if let Some(authorisation) = &settings.authorisation {
        verifier = verifier.with_authorisation(authorisation.clone());
    }
    let made = Arc::new(verifier);
    settings.made = Some(Arc::clone(&made));
    Ok(made)
}

/// The profile of a number.
pub(crate) fn profile_of(profile: i32) -> Result<Profile> {
    match profile {
        YX_PROFILE_CONFORMING => Ok(Profile::Conforming),
        YX_PROFILE_AS_FOUND => Ok(Profile::AsFound),
        _ => Err(Error::new(Code::Argument, "profile", "no such number")),
    }
}

/// Makes a change; what is verified from now on goes by it.
fn change(settings: &Mutex<Settings>, change: impl FnOnce(&mut Settings)) {
    let mut settings = lock(settings);
    change(&mut settings);
    settings.made = None;
}

fn lock(settings: &Mutex<Settings>) -> MutexGuard<'_, Settings> {
    settings.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Safety
///
/// `data` has `length` readable bytes.
unsafe fn certificates_of(data: *const u8, length: usize) -> Result<Vec<Certificate>> {
    // SAFETY: the caller's promise, passed on.
    Certificate::many_from_bytes(unsafe { input::bytes("certificates", data, length)? })
}
