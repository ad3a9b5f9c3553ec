//! Encrypted messages.

use yinxin::asn1::Profile;
use yinxin::cert::Certificate;
use yinxin::cms::{
    AuthEnvelopedData, EncryptedData, EnvelopedData, MessageKind, Recipient, SignedAndEnvelopedData,
};
use yinxin::error::{Error, Result};
use yinxin::key::SoftwareKey;
use yinxin::timestamp::check_message;

use super::{Judged, pki};
use crate::case::Case;
use crate::outcome::Outcome;

/// `CmsDecrypt`: the message opens with `recipientKey` (PKCS#8) as the holder of `recipientCert`, or
/// under `key`, and gives `content`; SignedAndEnvelopedData also has to be signed as `CmsSignedData`
/// asks. `allow` is a list of what is allowed beyond the default; `error` the number of the error that
/// a refused message gives.
pub(super) fn open(case: &Case) -> Judged {
    let (mut profile, mut gcm_as_10) = (pki::PROFILE, false);
    for allowed in case.text_list("allow")? {
        match allowed {
            "asFound" => profile = Profile::AsFound,
            "104.10" => gcm_as_10 = true,
            other => return super::not_offered(format!("leave for {other}")),
        }
    }
    let message = case.bytes("der")?;
    let refused = |error| refused(case, &error);
    let (kind, form) = MessageKind::of(&message).map_err(refused)?;
    let content = match kind {
        MessageKind::AuthEnvelopedData => {
            let holder = Holder::of(case)?;
            let parse = match gcm_as_10 {
                true => AuthEnvelopedData::parse_with_104_10_as_gcm,
                false => AuthEnvelopedData::parse,
            };
            let open = |message: &[u8]| parse(message, profile)?.open(&holder.key, &holder.own);
            let content = open(&message).map_err(refused)?;
            let cipher = parse(&message, profile).map_err(refused)?.cipher();
            let make = |to: &[Recipient]| AuthEnvelopedData::make(&content, to, cipher);
            holder.again(make, open, &content)?;
            content
        }
        MessageKind::EnvelopedData => {
            let holder = Holder::of(case)?;
            let open = |message: &[u8]| {
                let opened = EnvelopedData::parse(message, profile)?;
                Ok(opened.open(&holder.key, &holder.own)?.into_unauthenticated())
            };
            let content = open(&message).map_err(refused)?;
            holder.again(|to| EnvelopedData::make(&content, to, form), open, &content)?;
            content
        }
        MessageKind::EncryptedData => {
            let Some(key) = case.optional_bytes("key")? else {
                return Ok(Outcome::Refused("under a key that both have".to_owned()));
            };
            let parsed = EncryptedData::parse(&message, profile);
            let opened = parsed.and_then(|message| message.open(&key));
            opened.map_err(refused)?.into_unauthenticated()
        }
        MessageKind::SignedAndEnvelopedData => {
            let holder = Holder::of(case)?;
            let parsed = SignedAndEnvelopedData::parse(&message, profile);
            let opened = parsed.and_then(|message| message.open(&holder.key, &holder.own));
            let signed = opened.map_err(refused)?;
            let content = signed.content_or(None).map_err(refused)?.to_vec();
            let report = check_message(&signed, &content, &pki::trust(case)?, &pki::moment(case)?);
            report.require_valid().map_err(refused)?;
            content
        }
        other => {
            return Ok(Outcome::Refused(format!("{} is not encrypted", other.name())));
        }
    };
    Ok(Outcome::equal("the content", &content, &case.bytes("content")?))
}

/// A refusal, with the number of the error that the case states, if it states one.
pub(super) fn refused(case: &Case, error: &Error) -> Outcome {
    let number = u64::from(error.code().number());
    match case.optional_number("error") {
        Ok(Some(stated)) if stated != number => {
            Outcome::Wrong(format!("error {number} in place of {stated}: {error}"))
        }
        Ok(_) => Outcome::refused(error),
        Err(defect) => defect,
    }
}

/// Who opens.
struct Holder {
    key: SoftwareKey,
    own: Certificate,
}

impl Holder {
    fn of(case: &Case) -> std::result::Result<Holder, Outcome> {
        let key = SoftwareKey::from_pkcs8_der(&case.bytes("recipientKey")?, None);
        let own = Certificate::from_der(&case.bytes("recipientCert")?);
        Ok(Holder { key: key.map_err(Outcome::refused)?, own: own.map_err(Outcome::refused)? })
    }

    /// What opened, encrypted afresh for the same recipient, must open again.
    fn again(
        &self,
        make: impl Fn(&[Recipient]) -> Result<Vec<u8>>,
        open: impl Fn(&[u8]) -> Result<Vec<u8>>,
        content: &[u8],
    ) -> std::result::Result<(), Outcome> {
        let fresh = Recipient::new(&self.own).and_then(|to| open(&make(&[to])?));
        match fresh {
            Ok(again) if again == content => Ok(()),
            Ok(_) => Err(Outcome::Wrong("encrypted afresh: another content".to_owned())),
            Err(error) => Err(Outcome::Wrong(format!("encrypted afresh: {error}"))),
        }
    }
}
