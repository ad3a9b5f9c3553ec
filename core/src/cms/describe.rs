//! What messages say of themselves, as JSON; nothing of it is checked here.

use super::auth_enveloped::AuthEnvelopedData;
use super::encrypted::EncryptedData;
use super::enveloped::EnvelopedData;
use super::message::{Form, MessageKind};
use super::recipient::RecipientInfo;
use super::signed_and_enveloped::SignedAndEnvelopedData;
use super::signed_data::{CertificateId, SignedData, SignerInfo};
use crate::asn1::Profile;
use crate::cert::Certificate;
use crate::error::Result;
use crate::hex;
use crate::report::NoteCode;
use serde_json::{Value, json};

/// What a message of any kind holds, as a JSON object, without its content; nothing of it is checked.
///
/// # Errors
///
/// As the reader of its kind.
pub fn describe(message: &[u8], profile: Profile) -> Result<String> {
    let (kind, form) = MessageKind::of(message)?;
    let mut value = match kind {
        MessageKind::SignedData => return Ok(SignedData::parse(message, profile)?.describe()),
        MessageKind::AuthEnvelopedData => {
            let message = AuthEnvelopedData::parse(message, profile)?;
            json!({
                "recipients": recipients(message.recipients()),
                "cipher": message.cipher().name(),
                "contentType": message.content_type().to_string(),
                "notes": notes(message.notes()),
            })
        }
        MessageKind::EnvelopedData => {
            let message = EnvelopedData::parse(message, profile)?;
            json!({
                "recipients": recipients(message.recipients()),
                "cipher": message.cipher().name(),
                "contentType": message.content_type().to_string(),
                "notes": notes(message.notes()),
            })
        }
        MessageKind::SignedAndEnvelopedData => {
            let message = SignedAndEnvelopedData::parse(message, profile)?;
            json!({
                "recipients": recipients(message.recipients()),
                "cipher": message.cipher().name(),
                "notes": notes(message.notes()),
            })
        }
        MessageKind::EncryptedData => {
            let message = EncryptedData::parse(message, profile)?;
            json!({
                "cipher": message.cipher().name(),
                "contentType": message.content_type().to_string(),
                "notes": notes(message.notes()),
            })
        }
    };
    value["kind"] = "encryptedMessage".into();
    value["structure"] = kind.name().into();
    value["form"] = name_of(form).into();
    Ok(value.to_string())
}

impl SignedData {
    /// What the message holds, as a JSON object, without its content; nothing of it is checked.
    pub fn describe(&self) -> String {
        let form = if self.is_gm() { Form::Gm } else { Form::Rfc };
        json!({
            "kind": "signedMessage",
            "form": name_of(form),
            "contentType": self.content_type().to_string(),
            "contentBytes": self.content().map(<[u8]>::len),
            "certificates": self.certificates().len(),
            "revocationLists": self.crls().len(),
            "signers": self.signers().iter().map(|one| signer(self, one)).collect::<Value>(),
            "notes": notes(self.notes()),
        })
        .to_string()
    }
}

fn name_of(form: Form) -> &'static str {
    match form {
        Form::Gm => "GB/T 35275",
        Form::Rfc => "RFC 5652",
    }
}

fn signer(signed: &SignedData, signer: &SignerInfo) -> Value {
    let attributes = signer.attributes.as_ref();
    let countersigners = match signer.countersignatures() {
        Ok(found) => found.iter().map(|one| self::signer(signed, one)).collect::<Value>(),
        Err(error) => json!({ "unreadable": error.to_string() }),
    };
    json!({
        "certificate": signed.certificate_of(signer).as_ref().map(certificate),
        "digestAlgorithm": signer.digest_algorithm.to_string(),
        "signatureAlgorithm": signer.signature_algorithm.to_string(),
        "signingTime": attributes.and_then(|found| found.signing_time).map(|at| at.to_string()),
        "countersignatures": countersigners,
    })
}

fn certificate(certificate: &Certificate) -> Value {
    json!({
        "kind": "certificate",
        "subject": certificate.subject(),
        "issuer": certificate.issuer(),
        "serial": certificate.serial_hex(),
        "notBefore": certificate.not_before().to_string(),
        "notAfter": certificate.not_after().to_string(),
        "key": certificate.public_key().name(),
        "keyUsage": certificate.key_usage().map(|usage| usage.names()),
        "authority": certificate.is_ca(),
        "sm3": hex::encode(&certificate.digest()),
    })
}

fn recipients(recipients: &[RecipientInfo]) -> Value {
    let one = |recipient: &RecipientInfo| match recipient {
        RecipientInfo::KeyTransport { id, algorithm, .. } => {
            let mut value = certificate_id(id);
            value["algorithm"] = algorithm.to_string().into();
            value
        }
        RecipientInfo::Other(name) => json!({ "notOffered": name }),
    };
    recipients.iter().map(one).collect()
}

fn certificate_id(id: &CertificateId) -> Value {
    match id {
        CertificateId::IssuerAndSerial(_, serial) => {
            json!({ "issuer": id.issuer(), "serial": hex::encode(serial) })
        }
        CertificateId::KeyIdentifier(key) => json!({ "keyIdentifier": hex::encode(key) }),
    }
}

fn notes(notes: &[(NoteCode, String)]) -> Value {
    notes.iter().map(|(code, detail)| json!({ "code": code.name(), "detail": detail })).collect()
}
