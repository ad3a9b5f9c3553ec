//! Requests of banks as JSON with their signature inside: signed with a placeholder in its place.

mod options;
mod scan;

pub use options::BankJson;
pub use scan::MAX_BANK_JSON;

use super::bytes::{BytesSignature, SignatureForm, sign_bytes, verify_bytes};
use super::verifier::Verifier;
use crate::cert::Certificate;
use crate::crypto::public_key::PublicKey;
use crate::crypto::sm2::UserId;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::report::Report;
use crate::trust::Moment;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Signs a request exactly as it stands, its placeholder included, and puts the signature in base64
/// into the place of the placeholder. Not one other byte changes.
///
/// # Errors
///
/// Each with an offset: [`Code::Json`] for what is not one JSON object; [`Code::Text`] for what is not
/// UTF-8; [`Code::Structure`] for a name twice in one object, for a placeholder that is missing, stands
/// elsewhere or twice, or is spelled with escapes; [`Code::Size`], [`Code::Count`], [`Code::Depth`].
/// As for [`sign_bytes`].
pub fn sign_json(text: &[u8], style: &BankJson, signer: &dyn Signer) -> Result<Vec<u8>> {
    let place = scan::place(text, style)?;
    if &text[place.clone()] != style.placeholder().as_bytes() {
        let message = "the placeholder does not stand where the signature is due";
        return Err(Error::new(Code::Structure, scan::NAME, message).at(place.start));
    }
    let signature = STANDARD.encode(sign_bytes(text, style.form(), signer)?);
    Ok([&text[..place.start], signature.as_bytes(), &text[place.end..]].concat())
}

/// Nothing, if the signature in this request is that of the key over the request with the placeholder
/// back in its place.
///
/// # Errors
///
/// As for [`sign_json`], and [`Code::Base64`] for a signature that is not canonical base64;
/// [`Code::BadSignature`] for one that is not good.
pub fn verify_json(text: &[u8], style: &BankJson, key: &PublicKey, user_id: &UserId) -> Result<()> {
    let found = Found::read(text, style)?;
    verify_bytes(&found.as_given(style.form(), user_id), key)
}

impl Verifier {
    /// Verifies a signed request with the certificate of its signer, as
    /// [`verify_bytes`](Self::verify_bytes) does.
    ///
    /// # Errors
    ///
    /// As for [`verify_json`], but for a signature that is not good, which is in the report.
    pub fn verify_json(
        &self,
        text: &[u8],
        style: &BankJson,
        user_id: &UserId,
        certificate: &Certificate,
        moment: &Moment,
    ) -> Result<Report> {
        let found = Found::read(text, style)?;
        Ok(self.verify_bytes(&found.as_given(style.form(), user_id), certificate, moment))
    }
}

/// What was signed, and the signature.
struct Found {
    signed: Vec<u8>,
    signature: Vec<u8>,
}

impl Found {
    fn read(text: &[u8], style: &BankJson) -> Result<Found> {
        let place = scan::place(text, style)?;
        let signature = STANDARD.decode(&text[place.clone()]).map_err(|error| {
            Error::new(Code::Base64, style.value().to_owned(), error.to_string()).at(place.start)
        })?;
        let placeholder = style.placeholder().as_bytes();
        let signed = [&text[..place.start], placeholder, &text[place.end..]].concat();
        Ok(Found { signed, signature })
    }

    fn as_given<'a>(&'a self, form: SignatureForm, user_id: &'a UserId) -> BytesSignature<'a> {
        BytesSignature { message: &self.signed, signature: &self.signature, form, user_id }
    }
}
