//! What a certificate, a revocation answer or a request holds, as a JSON value.

use crate::commands::seal::hex;
use serde_json::{Value, json};
use yinxin::authority::Pkcs10;
use yinxin::cert::{Certificate, Crl, OcspResponse};

/// What the certificate says of itself; nothing of it is checked here.
pub fn describe(certificate: &Certificate) -> Value {
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
        "sm3": hex(&certificate.digest()),
    })
}

/// What the list says of itself.
pub fn describe_crl(crl: &Crl) -> Value {
    json!({
        "kind": "revocationList",
        "issuer": crl.issuer(),
        "thisUpdate": crl.this_update().to_string(),
        "nextUpdate": crl.next_update().map(|time| time.to_string()),
        "revoked": crl.len(),
        "notReliedOn": crl.problem(),
    })
}

/// What the response says of itself.
pub fn describe_ocsp(response: &OcspResponse) -> Value {
    json!({
        "kind": "ocspResponse",
        "producedAt": response.produced_at().to_string(),
        "thisUpdate": response.this_update().map(|time| time.to_string()),
        "certificates": response.len(),
        "notReliedOn": response.problem(),
    })
}

/// What the request asks for, and whether its maker has the key.
pub fn describe_request(request: &Pkcs10) -> Value {
    let extensions = request.extensions().iter().map(|extension| {
        json!({
            "oid": extension.oid.to_string(),
            "critical": extension.critical,
            "value": hex(&extension.value),
        })
    });
    json!({
        "kind": "certificateRequest",
        "subject": request.subject(),
        "key": request.public_key().name(),
        "signatureAlgorithm": request.signature_algorithm().map(|algorithm| algorithm.name()),
        "signedWithItsKey": request.verify().is_ok(),
        "extensions": extensions.collect::<Value>(),
    })
}
