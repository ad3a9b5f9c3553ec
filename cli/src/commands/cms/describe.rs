//! What messages say of themselves; nothing of it is checked here.

use crate::commands::cert;
use crate::commands::seal::{hex, notes};
use crate::failure::Failure;
use serde_json::{Value, json};
use yinxin::asn1::Profile;
use yinxin::cms::{
    AuthEnvelopedData, CertificateId, EncryptedData, EnvelopedData, Form, MessageKind,
    RecipientInfo, SignedAndEnvelopedData, SignedData, SignerInfo,
};

/// A message of any kind.
pub fn describe(bytes: &[u8], profile: Profile) -> Result<Value, Failure> {
    let (kind, form) = MessageKind::of(bytes)?;
    let mut value = match kind {
        MessageKind::SignedData => return Ok(describe_signed(&SignedData::parse(bytes, profile)?)),
        MessageKind::AuthEnvelopedData => {
            let message = AuthEnvelopedData::parse(bytes, profile)?;
            json!({
                "recipients": recipients(message.recipients()),
                "cipher": message.cipher().name(),
                "contentType": message.content_type().to_string(),
                "notes": notes(message.notes()),
            })
        }
        MessageKind::EnvelopedData => {
            let message = EnvelopedData::parse(bytes, profile)?;
            json!({
                "recipients": recipients(message.recipients()),
                "cipher": message.cipher().name(),
                "contentType": message.content_type().to_string(),
                "notes": notes(message.notes()),
            })
        }
        MessageKind::SignedAndEnvelopedData => {
            let message = SignedAndEnvelopedData::parse(bytes, profile)?;
            json!({
                "recipients": recipients(message.recipients()),
                "cipher": message.cipher().name(),
                "notes": notes(message.notes()),
            })
        }
        _ => {
            let message = EncryptedData::parse(bytes, profile)?;
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
    Ok(value)
}

/// A signed message.
pub fn describe_signed(signed: &SignedData) -> Value {
    let form = if signed.is_gm() { Form::Gm } else { Form::Rfc };
    json!({
        "kind": "signedMessage",
        "form": name_of(form),
        "contentType": signed.content_type().to_string(),
        "contentBytes": signed.content().map(<[u8]>::len),
        "certificates": signed.certificates().len(),
        "revocationLists": signed.crls().len(),
        "signers": signed.signers().iter().map(|one| signer(signed, one)).collect::<Value>(),
        "notes": notes(signed.notes()),
    })
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
        "certificate": signed.certificate_of(signer).map(|found| cert::describe(&found)),
        "digestAlgorithm": signer.digest_algorithm.to_string(),
        "signatureAlgorithm": signer.signature_algorithm.to_string(),
        "signingTime": attributes.and_then(|found| found.signing_time).map(|at| at.to_string()),
        "countersignatures": countersigners,
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
        _ => json!({ "notOffered": "another way" }),
    };
    recipients.iter().map(one).collect()
}

fn certificate_id(id: &CertificateId) -> Value {
    match id {
        CertificateId::IssuerAndSerial(_, serial) => {
            json!({ "issuer": id.issuer(), "serial": hex(serial) })
        }
        CertificateId::KeyIdentifier(key) => json!({ "keyIdentifier": hex(key) }),
        _ => json!({}),
    }
}
