//! What an envelope holds, as a JSON value.

use crate::commands::seal::{certificate, hex};
use crate::failure::Failure;
use serde_json::{Map, Value, json};
use yinxin::asn1::Profile;
use yinxin::cms::SignedData;
use yinxin::seal::Stamp;
use yinxin::voucher::{Act, ActKind, Body, Envelope, Record, Scope, Voucher};

/// What the envelope says of itself; nothing of it is checked here.
pub fn describe(bytes: &[u8]) -> Result<Value, Failure> {
    let envelope = Envelope::parse(bytes)?;
    let vouchers: Vec<Value> = envelope.bodies.iter().map(body).collect();
    Ok(json!({ "kind": "voucherEnvelope", "vouchers": vouchers }))
}

fn body(body: &Body) -> Value {
    let id = body.id();
    json!({
        "admDivCode": id.adm_div_code,
        "stYear": id.st_year,
        "vtCode": id.vt_code,
        "voucherNo": id.voucher_no,
        "voucherFlag": body.layer().voucher_flag(),
        "attach": body.part().attach(),
        "returnReason": body.part().return_reason(),
        "voucher": voucher(body.voucher()),
        "acts": body.acts().iter().map(act).collect::<Value>(),
        "original": body.original_part().map(|part| json!({
            "voucher": voucher(part.voucher()),
            "acts": part.acts().iter().map(act).collect::<Value>(),
        })),
    })
}

fn voucher(voucher: &Voucher) -> Value {
    let details: Vec<Value> = voucher.details().map(|detail| record(&detail)).collect();
    json!({
        "bytes": voucher.as_bytes().len(),
        "canonicalDigestBase": hex(&voucher.canonical_digest(Scope::Base)),
        "formDigest": hex(&voucher.form_digest()),
        "header": record(&voucher.header()),
        "details": details,
    })
}

fn record(record: &Record<'_>) -> Value {
    let fields: Map<String, Value> =
        record.fields().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    Value::Object(fields)
}

fn act(act: &Act) -> Value {
    let signed = act.to_sign();
    json!({
        "kind": act.kind().name(),
        "org": signed.org,
        "role": signed.role,
        "position": signed.position,
        "sequence": signed.sequence,
        "digest": hex(&act.digest()),
        "by": evidence(act),
    })
}

/// Whose act it is, as its stamp or signature says.
fn evidence(act: &Act) -> Value {
    match act.kind() {
        ActKind::Stamp => match Stamp::parse(act.evidence(), Profile::AsFound) {
            Ok(stamp) => json!({
                "seal": stamp.seal().name(),
                "sealId": stamp.seal().id(),
                "time": stamp.time().to_string(),
                "propertyInfo": stamp.property_info(),
                "signer": certificate(stamp.signer_certificate()),
            }),
            Err(error) => json!({ "unreadable": error.to_string() }),
        },
        _ => match SignedData::parse(act.evidence(), Profile::AsFound) {
            Ok(signed) => json!({
                "certificates": signed
                    .certificates()
                    .iter()
                    .map(|der| certificate(der))
                    .collect::<Value>(),
            }),
            Err(error) => json!({ "unreadable": error.to_string() }),
        },
    }
}
