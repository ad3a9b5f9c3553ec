//! What stores say to each other.

use yinxin::store::message::{Statement, VoucherMessage};
use yinxin::store::state::Document;

use super::Judged;
use super::cms_decrypt::refused;
use crate::case::Case;
use crate::hex;
use crate::outcome::Outcome;

/// `StoreVoucher`: the message brings version `voucherVersion` of the document `voucher` with `files`,
/// each `name: content`.
pub(super) fn voucher(case: &Case) -> Judged {
    let read = VoucherMessage::from_der(&case.bytes("der")?);
    let message = read.map_err(|error| refused(case, &error))?;
    if u64::from(message.version) != case.number("voucherVersion")? {
        return Ok(Outcome::Wrong(format!("version {}", message.version)));
    }
    let one = |(name, content): &(String, Vec<u8>)| format!("{name}: {}", hex::encode(content));
    let files: Vec<String> = message.attachments.iter().map(one).collect();
    if files != case.text_list("files")? {
        return Ok(Outcome::Wrong(format!("files {files:?}")));
    }
    let document = message.body.voucher().as_bytes();
    Ok(Outcome::equal("the document", document, &case.bytes("voucher")?))
}

/// `StoreStatement`: the statement says `says` about the document of this `digest`.
pub(super) fn statement(case: &Case) -> Judged {
    let read = Statement::from_der(&case.bytes("der")?);
    let Statement { key, document, leg, digest, code, reason, time } =
        read.map_err(|error| refused(case, &error))?;
    let document = match document {
        Document::Original => "original",
        Document::Receipt => "receipt",
    };
    let says = format!("{key} {document} {} {code} {reason} {time}", leg.name());
    if says != case.text("says")? {
        return Ok(Outcome::Wrong(says));
    }
    Ok(Outcome::equal("the digest", &digest, &case.bytes("digest")?))
}
