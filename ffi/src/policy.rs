//! By which policy is verified, and by which rules of vouchers.

use crate::status::yx_status;
use crate::verifier::{change, yx_verifier};
use crate::{guard, handle, input, local};
use std::ffi::c_char;
use yinxin::asn1::Profile;
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error, Result};
use yinxin::trust::{Algorithms, Revocation, SealStatePolicy};
use yinxin::voucher::Authorisation;

/// An answer about revocation is needed for every certificate below the anchor; the default.
pub const YX_REVOCATION_REQUIRED: i32 = 0;
/// An answer about revocation counts where there is one.
pub const YX_REVOCATION_IF_AVAILABLE: i32 = 1;
/// Revocation is not looked at; the report says so.
pub const YX_REVOCATION_NOT_CHECKED: i32 = 2;

/// A list of states must say that the seal was active.
pub const YX_SEAL_STATE_REQUIRED: i32 = 0;
/// Where lists of states are given, one must say that the seal was active; the default.
pub const YX_SEAL_STATE_IF_AVAILABLE: i32 = 1;
/// Lists of states are not looked at; the report says so.
pub const YX_SEAL_STATE_NOT_CHECKED: i32 = 2;

/// Structures are read as the standards say and not otherwise; the default.
pub const YX_PROFILE_CONFORMING: i32 = 0;
/// The named deviations of real files are read too, with one note each.
pub const YX_PROFILE_AS_FOUND: i32 = 1;

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

/// Sets whether the state of a seal must be known: one of the YX_SEAL_STATE_ numbers.
#[unsafe(no_mangle)]
pub extern "C" fn yx_verifier_set_seal_state(
    verifier: *mut yx_verifier,
    seal_state: i32,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        let seal_state = match seal_state {
            YX_SEAL_STATE_REQUIRED => SealStatePolicy::Required,
            YX_SEAL_STATE_IF_AVAILABLE => SealStatePolicy::IfAvailable,
            YX_SEAL_STATE_NOT_CHECKED => SealStatePolicy::NotChecked,
            _ => return Err(Error::new(Code::Argument, "seal_state", "no such number")),
        };
        change(&settings, |settings| settings.trust.policy_mut().seal_state = seal_state);
        Ok(())
    })
}

/// Sets until when algorithms count, as JSON in UTF-8: the member `algorithms` of a trust.json alone,
/// such as [{"algorithm":"RSA","below":3072,"until":"2030-12-31T23:59:59+08:00"}]. Lines of an earlier
/// call are forgotten, the defaults stay.
///
/// # Safety
///
/// `json` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_set_algorithms_json(
    verifier: *mut yx_verifier,
    json: *const c_char,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let read = Algorithms::from_json(unsafe { input::bytes("json", json.cast(), length)? })?;
        change(&settings, |settings| settings.trust.policy_mut().algorithms = read);
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

/// Sets the local templates of positions, as JSON in UTF-8: they replace the built-in ones of the
/// same voucher types. Those of an earlier call are forgotten.
///
/// # Safety
///
/// `json` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_set_templates_json(
    verifier: *mut yx_verifier,
    json: *const c_char,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let read = local::templates(unsafe { input::bytes("json", json.cast(), length)? })?;
        change(&settings, |settings| settings.templates = Some(read));
        Ok(())
    })
}

/// Sets the local catalogue of voucher types, as JSON in UTF-8: its entries replace the built-in ones
/// of the same types. Those of an earlier call are forgotten.
///
/// # Safety
///
/// `json` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_set_catalogue_json(
    verifier: *mut yx_verifier,
    json: *const c_char,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let read = local::catalogue(unsafe { input::bytes("json", json.cast(), length)? })?;
        change(&settings, |settings| settings.catalogue = Some(read));
        Ok(())
    })
}

/// Sets the user id under which the SM2 signatures of seals, stamps, acts and documents are checked;
/// NULL with length 0 is the default one, 1234567812345678. Makers of seals and issuers may have
/// others: yx_verifier_set_maker_user_id, yx_verifier_set_issuer_user_id.
///
/// # Safety
///
/// `user_id` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_set_user_id(
    verifier: *mut yx_verifier,
    user_id: *const u8,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let user_id = unsafe { input::user_id(user_id, length)? };
        change(&settings, |settings| settings.trust.policy_mut().user_id = user_id);
        Ok(())
    })
}

/// Sets the user id under which the SM2 signatures of the makers of seals are checked; NULL with length
/// 0 is the one of yx_verifier_set_user_id. A pointer with length 0 is the empty one.
///
/// # Safety
///
/// `user_id` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_set_maker_user_id(
    verifier: *mut yx_verifier,
    user_id: *const u8,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let user_id = unsafe { input::optional_bytes("user_id", user_id, length)? };
        let user_id = user_id.map(UserId::new).transpose()?;
        change(&settings, |settings| settings.trust.policy_mut().maker_user_id = user_id);
        Ok(())
    })
}

/// Sets the user id under which the SM2 signatures of issuers are checked, those of certificates,
/// revocation lists and OCSP responses; NULL with length 0 is the default one, 1234567812345678. A
/// pointer with length 0 is the empty one, under which OpenSSL signs unless told otherwise. Where
/// another known one would have been right, the report says so, and the check fails.
///
/// # Safety
///
/// `user_id` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_set_issuer_user_id(
    verifier: *mut yx_verifier,
    user_id: *const u8,
    length: usize,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let user_id = unsafe { input::user_id(user_id, length)? };
        change(&settings, |settings| settings.trust.policy_mut().issuer_user_id = user_id);
        Ok(())
    })
}

/// Sets whether the maker of a seal of GM/T 0031-2025 is judged at the moment of the stamp (1), as
/// those of older seals are, or need only have been good when the seal was made (0, the default).
#[unsafe(no_mangle)]
pub extern "C" fn yx_verifier_set_strict_makers(
    verifier: *mut yx_verifier,
    strict: i32,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        let strict = match strict {
            0 => false,
            1 => true,
            _ => return Err(Error::new(Code::Argument, "strict", "it is 0 or 1")),
        };
        change(&settings, |settings| settings.trust.policy_mut().strict_makers = strict);
        Ok(())
    })
}

/// Refuses lists of the states of seals by this issuer (UTF-8, as the list says it) with a lower
/// number: the caller has seen a list with this one before. Of several numbers the highest counts.
///
/// # Safety
///
/// `issuer` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_verifier_expect_seal_states(
    verifier: *mut yx_verifier,
    issuer: *const c_char,
    length: usize,
    number: u64,
) -> yx_status {
    guard::call(|| {
        let settings = handle::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let issuer = unsafe { input::text("issuer", issuer, length)? };
        change(&settings, |settings| settings.trust.expect_seal_states(issuer, number));
        Ok(())
    })
}

/// The profile of a number.
pub(crate) fn profile_of(profile: i32) -> Result<Profile> {
    match profile {
        YX_PROFILE_CONFORMING => Ok(Profile::Conforming),
        YX_PROFILE_AS_FOUND => Ok(Profile::AsFound),
        _ => Err(Error::new(Code::Argument, "profile", "no such number")),
    }
}
