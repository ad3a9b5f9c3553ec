//! What is trusted, and the verifier that is made from it and the policy.

use crate::handle::{self, Handle};
use crate::status::yx_status;
use crate::{guard, input, output};
use std::ffi::c_char;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use yinxin::cert::{Certificate, Crl, OcspResponse};
use yinxin::error::Result;
use yinxin::signature::Verifier;
use yinxin::trust::{AnchorTerms, Policy, SealStates, Trust};
use yinxin::voucher::{Authorisation, Catalogue, Templates};

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
    pub(crate) trust: Trust,
    pub(crate) authorisation: Option<Authorisation>,
    pub(crate) templates: Option<Templates>,
    pub(crate) catalogue: Option<Catalogue>,
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

/// Offers an OCSP response (PEM or DER); it counts only if one who may answer for the issuer
/// signed it.
///
/// # Safety
///
/// `response` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_add_ocsp(
    verifier: *mut yx_verifier,
    response: *const u8,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let bytes = unsafe { input::bytes("response", response, length)? };
        let response = OcspResponse::from_bytes(bytes)?;
        change(&settings, |settings| settings.trust.add_ocsp(response));
        Ok(())
    })
}

/// Trusts certificates (PEM of one or more, or DER of one) on these terms, as JSON in UTF-8: for what
/// and when they count, such as {"purposes":["seal-state"],"until":"2030-01-01T00:00:00Z"}.
///
/// # Safety
///
/// `certificates` has `length` readable bytes, `terms` `terms_length`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_add_anchor_on_terms(
    verifier: *mut yx_verifier,
    certificates: *const u8,
    length: usize,
    terms: *const c_char,
    terms_length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let read = unsafe { certificates_of(certificates, length)? };
        // SAFETY: the same for the terms.
        let terms = unsafe { input::bytes("terms", terms.cast(), terms_length)? };
        let terms = AnchorTerms::from_json(terms)?;
        let mut added = Ok(());
        change(&settings, |settings| {
            added = read
                .into_iter()
                .try_for_each(|one| settings.trust.add_anchor_for(one, terms.clone()));
        });
        added
    })
}

/// Offers a signed list of the states of seals (DER); it counts only if its signer leads to an anchor
/// for that purpose (`yx_verifier_add_anchor_on_terms`).
///
/// # Safety
///
/// `states` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_add_seal_states(
    verifier: *mut yx_verifier,
    states: *const u8,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let states = SealStates::from_der(unsafe { input::bytes("states", states, length)? })?;
        change(&settings, |settings| settings.trust.add_seal_states(states));
        Ok(())
    })
}

/// Copies the issuer of a list of the states of seals (DER) as text, by its own statement, with a final
/// NUL. Sizes as for yx_report_json. With yx_seal_states_number, what yx_verifier_expect_seal_states
/// takes: keep both of the last list that was found good. Nothing is verified.
///
/// # Safety
///
/// `states` has `states_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
/// `length` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_seal_states_issuer(
    states: *const u8,
    states_length: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promises, passed on.
        unsafe {
            let states = SealStates::from_der(input::bytes("states", states, states_length)?)?;
            output::copy_text(states.issuer(), buffer, capacity, length)
        }
    })
}

/// Writes the number of a list of the states of seals (DER) among those of its issuer. Nothing is
/// verified.
///
/// # Safety
///
/// `states` has `length` readable bytes; `number` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_seal_states_number(
    states: *const u8,
    length: usize,
    number: *mut u64,
) -> yx_status {
    guard::call(|| {
        output::needed("number", number)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let states = SealStates::from_der(unsafe { input::bytes("states", states, length)? })?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { number.write(states.number()) };
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
    if let Some(templates) = &settings.templates {
        verifier = verifier.with_templates(templates.clone());
    }
    if let Some(catalogue) = &settings.catalogue {
        verifier = verifier.with_catalogue(catalogue.clone());
    }
    let made = Arc::new(verifier);
    settings.made = Some(Arc::clone(&made));
    Ok(made)
}

/// Makes a change; what is verified from now on goes by it.
pub(crate) fn change(settings: &Mutex<Settings>, change: impl FnOnce(&mut Settings)) {
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
