//! Time stamps for the acts of an envelope: ask, then put in what came back.

use super::voucher::encoding_of;
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};
use crate::timestamp::{TimeStampRequest, Token};
use crate::voucher::Envelope;

/// A request for a time stamp over the act at this position, for each voucher of an envelope in
/// their order.
///
/// # Errors
///
/// The errors of reading the envelope; [`Code::Order`] if a voucher has no act at the position;
/// [`Code::Form`] for a stamp of V1, which has no place for a time stamp; [`Code::Random`].
pub fn voucher_time_stamp_requests(
    envelope: &[u8],
    position: &str,
) -> Result<Vec<TimeStampRequest>> {
    let envelope = Envelope::parse(envelope)?;
    envelope.bodies.iter().map(|body| body.act_at(position)?.time_stamp_request()).collect()
}

/// The envelope with time stamps in the acts at this position: `tokens` are those (in DER) for the
/// requests of [`voucher_time_stamp_requests`], in their order. The acts' digests stay, so later
/// acts may have been made meanwhile.
///
/// # Errors
///
/// [`Code::Argument`] if there is not one token for each voucher; [`Code::TimeStampMismatch`] or
/// [`Code::NotValid`] for a token over another value or with a bad signature. Nothing is stamped
/// unless all is.
pub fn time_stamp_voucher(envelope: &[u8], position: &str, tokens: &[&[u8]]) -> Result<Vec<u8>> {
    let mut envelope = Envelope::parse(envelope)?;
    let count = envelope.bodies.len();
    if tokens.len() != count {
        let message = format!("{count} vouchers, {} time stamps", tokens.len());
        return Err(Error::new(Code::Argument, "tokens", message));
    }
    for (body, token) in envelope.bodies.iter_mut().zip(tokens) {
        body.time_stamp_act(position, &Token::parse(token, Profile::Conforming)?)?;
    }
    let encoding = encoding_of(&envelope);
    envelope.to_xml(encoding)
}
