//! SM2 key exchange.

use yinxin::crypto::hazmat;
use yinxin::crypto::sm2::exchange::Parties;
use yinxin::crypto::sm2::{PublicKey, UserId};

use super::{Judged, sm2_private_key};
use crate::case::Case;
use crate::outcome::Outcome;

/// `Sm2KeyExchange`: one side with its ephemeral key given; its point, its confirmation and the key
/// must be those stated, and what the other side sends must be taken.
pub(super) fn one_side(case: &Case) -> Judged {
    let key = sm2_private_key::of_group(case)?;
    let peer = PublicKey::from_sec1(&case.bytes("peerPublicKey")?).map_err(Outcome::refused)?;
    let id = UserId::new(&case.bytes("id")?).map_err(Outcome::refused)?;
    let peer_id = UserId::new(&case.bytes("peerId")?).map_err(Outcome::refused)?;
    let parties = Parties { key: &key, id: &id, peer: &peer, peer_id: &peer_id };
    let length = usize::try_from(case.number("klenBytes")?)
        .map_err(|_| Outcome::Refused("klenBytes does not fit this machine".to_string()))?;
    let ephemeral = case.bytes("ephemeral")?;
    let theirs = PublicKey::from_sec1(&case.bytes("peerEphemeral")?).map_err(Outcome::refused)?;
    let confirmation = case.optional_bytes("confirmation")?;

    let (own, answer, agreed) = match case.text("role")? {
        "initiator" => {
            let (initiator, own) =
                hazmat::sm2_initiator_with_ephemeral(&parties, length, &ephemeral)
                    .map_err(Outcome::refused)?;
            let (key, answer) = match &confirmation {
                Some(given) => {
                    initiator.finish(&theirs, given).map(|(key, answer)| (key, Some(answer)))
                }
                None => initiator.finish_unconfirmed(&theirs).map(|key| (key, None)),
            }
            .map_err(Outcome::refused)?;
            (own, answer, key)
        }
        "responder" => {
            let (responder, own, answer) =
                hazmat::sm2_responder_with_ephemeral(&parties, &theirs, length, &ephemeral)
                    .map_err(Outcome::refused)?;
            match &confirmation {
                Some(given) => {
                    (own, Some(answer), responder.confirm(given).map_err(Outcome::refused)?)
                }
                None => (own, None, responder.unconfirmed()),
            }
        }
        other => return Err(Outcome::Defect(format!("role is {other:?}"))),
    };
    let outcome = Outcome::equal("our point", &own.to_sec1(), &case.bytes("ephemeralPoint")?);
    let stated = case.bytes("key")?;
    let outcome = outcome.and_then(|| Outcome::equal("the key", agreed.as_bytes(), &stated));
    match answer {
        Some(answer) => {
            let stated = case.bytes("answer")?;
            Ok(outcome.and_then(|| Outcome::equal("our confirmation", &answer, &stated)))
        }
        None => Ok(outcome),
    }
}
