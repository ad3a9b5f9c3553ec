//! What messages say of themselves, as JSON; nothing of it is checked here.

use super::message::{Form, MessageKind};
use super::recipient::RecipientInfo;
use super::signed_data::{CertificateId, SignedData, SignerInfo};
use super::stream::{EncryptedStream, SignedStream};
use crate::asn1::Profile;
use crate::cert::Certificate;
use crate::error::{Code, Error, Result};
use crate::hex;
use crate::report::NoteCode;
use serde_json::{Value, json};
use std::io::{Cursor, Read, Seek, SeekFrom};

/// What a message of any kind holds, as a JSON object, without its content; nothing of it is checked.
///
/// # Errors
///
/// As the reader of its kind.
pub fn describe(message: &[u8], profile: Profile) -> Result<String> {
    describe_stream(Cursor::new(message), profile)
}

/// As [`describe`], for a message whose content has any length, from where the source stands.
///
/// # Errors
///
/// As there; [`Code::Read`].
pub fn describe_stream<S: Read + Seek>(mut source: S, profile: Profile) -> Result<String> {
    let mut head = Vec::new();
    let start = source.stream_position();
    start
        .and_then(|start| {
            source.by_ref().take(HEAD).read_to_end(&mut head)?;
            source.seek(SeekFrom::Start(start))
        })
        .map_err(|error| Error::new(Code::Read, "source", error.to_string()))?;
    let (kind, form) = MessageKind::of(&head)?;
    if kind == MessageKind::SignedData {
        let stream = SignedStream::open(source, profile)?;
        return Ok(signed_message(stream.signed(), stream.content_length()).to_string());
    }
    let stream = EncryptedStream::open(source, profile)?;
    let mut value = json!({});
    if kind != MessageKind::EncryptedData {
        value["recipients"] = recipients(stream.recipients());
    }
    value["cipher"] = stream.cipher().name().into();
    value["contentType"] = stream.content_type().to_string().into();
    value["notes"] = notes(&stream.read_to_end()?);
    value["kind"] = "encryptedMessage".into();
    value["structure"] = kind.name().into();
    value["form"] = name_of(form).into();
    Ok(value.to_string())
}

/// The first bytes of a message, in which its kind stands.
const HEAD: u64 = 64;

impl SignedData {
    /// What the message holds, as a JSON object, without its content; nothing of it is checked.
    pub fn describe(&self) -> String {
        signed_message(self, self.content().map(|content| content.len() as u64)).to_string()
    }
}

fn signed_message(signed: &SignedData, content: Option<u64>) -> Value {
    let form = if signed.is_gm() { Form::Gm } else { Form::Rfc };
    json!({
        "kind": "signedMessage",
        "form": name_of(form),
        "contentType": signed.content_type().to_string(),
        "contentBytes": content,
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
