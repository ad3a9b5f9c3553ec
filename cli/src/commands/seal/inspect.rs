//! What a seal holds, as a JSON value.

use crate::commands::cert;
use serde_json::{Value, json};
use yinxin::cert::Certificate;
use yinxin::seal::{CertList, Seal};

/// What the seal says of itself; nothing of it is checked here.
pub fn describe(seal: &Seal) -> Value {
    let picture = seal.picture();
    json!({
        "kind": "seal",
        "version": seal.version().name(),
        "id": seal.id(),
        "vendor": seal.vendor(),
        "name": seal.name(),
        "type": seal.kind(),
        "created": seal.created().to_string(),
        "validFrom": seal.valid_from().to_string(),
        "validUntil": seal.valid_until().to_string(),
        "picture": {
            "type": picture.kind,
            "bytes": picture.data.len(),
            "widthMillimetres": picture.width_mm,
            "heightMillimetres": picture.height_mm,
        },
        "signers": signers(seal),
        "maker": certificate(seal.maker_certificate()),
        "timeStamp": seal.timestamp_token().map(crate::commands::timestamp::describe_bytes),
        "digest": hex(&seal.digest()),
        "notes": notes(seal.notes()),
    })
}

fn signers(seal: &Seal) -> Value {
    match seal.certificates() {
        CertList::Certificates(list) => list.iter().map(|der| certificate(der)).collect(),
        CertList::Digests(list) => list
            .iter()
            .map(|(kind, value)| json!({ "digestType": kind, "digest": hex(value) }))
            .collect(),
        _ => Value::Null,
    }
}

/// A certificate in DER, or why it is none.
pub fn certificate(der: &[u8]) -> Value {
    match Certificate::from_der(der) {
        Ok(certificate) => cert::describe(&certificate),
        Err(error) => json!({ "unreadable": error.to_string() }),
    }
}

/// The deviations met while reading.
pub fn notes(notes: &[(yinxin::report::NoteCode, String)]) -> Value {
    notes.iter().map(|(code, detail)| json!({ "code": code.name(), "detail": detail })).collect()
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
