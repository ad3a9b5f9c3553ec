//! What a certificate or a revocation list holds, as a JSON value.

use crate::commands::seal::hex;
use serde_json::{Value, json};
use yinxin::cert::{Certificate, Crl};

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
