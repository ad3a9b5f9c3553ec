//! Acts whose key is in another process or device: prepare, let sign, complete.

use super::act::{Act, Books};
use super::voucher::encoding_of;
use crate::cert::Certificate;
use crate::crypto::sm2::UserId;
use crate::error::{Code, Error, Result};
use crate::seal::Seal;
use crate::voucher::{ActRequest, Body, Envelope};

/// Prepares one act on every voucher of an envelope, in their order: stamps with `seal`, or
/// signatures without one. Each request says what has to be signed by the key of `certificate`.
///
/// # Errors
///
/// As for [`stamp_voucher`](super::stamp_voucher), but for those of the signer.
pub fn prepare_voucher(
    envelope: &[u8],
    act: &Act<'_>,
    seal: Option<&Seal>,
    certificate: &Certificate,
    user_id: &UserId,
) -> Result<Vec<ActRequest>> {
    let envelope = Envelope::parse(envelope)?;
    let books = Books::of(act);
    let prepare = |body: &Body| {
        let step = books.step(act, &body.id().vt_code, body.layer())?;
        match seal {
            Some(seal) => ActRequest::stamp(body, &step, seal, certificate, user_id, act.time),
            None => ActRequest::signature(body, &step, certificate, user_id, act.time),
        }
    };
    envelope.bodies.iter().map(prepare).collect()
}

/// Completes the requests that were prepared on this envelope with their signatures (DER, or r and
/// s side by side), one for each voucher in their order, and gives the envelope with the acts.
///
/// # Errors
///
/// [`Code::Argument`] if there is not one request and one signature for each voucher; the errors of
/// [`ActRequest::complete`]: a signature that does not verify, a voucher that changed, a request
/// completed before. Nothing is completed unless all is.
pub fn complete_voucher(
    envelope: &[u8],
    requests: &[ActRequest],
    signatures: &[&[u8]],
) -> Result<Vec<u8>> {
    let mut envelope = Envelope::parse(envelope)?;
    let count = envelope.bodies.len();
    if requests.len() != count || signatures.len() != count {
        let message = format!(
            "{count} vouchers, {} requests and {} signatures do not belong together",
            requests.len(),
            signatures.len()
        );
        return Err(Error::new(Code::Argument, "requests", message));
    }
    for ((body, request), signature) in envelope.bodies.iter_mut().zip(requests).zip(signatures) {
        request.complete(body, signature)?;
    }
    let encoding = encoding_of(&envelope);
    envelope.to_xml(encoding)
}
