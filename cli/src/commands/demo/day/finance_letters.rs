//! Letters that a store never writes: doubled, forged, changed, from a stranger. The bank must take none.

use super::exchange::is_quiet;
use super::mail::Kind;
use super::party::{Party, original};
use super::who::{Post, Who};
use crate::failure::Failure;
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::envelope::{Letter, seal};
use yinxin::key::{Signer, SoftwareKey};
use yinxin::store::message::{VOUCHER_KIND, VoucherMessage};
use yinxin::store::{Stored, VoucherKey};
use yinxin::voucher::{Body, Encoding, Fen, VoucherBuilder};

/// Writes them all; `false` if the first voucher has not gone out yet.
pub fn write(party: &mut Party) -> Result<bool, Failure> {
    let key = VoucherKey { id: party.papers.id("5201", 1)?, version: 1 };
    let Some(stored) = party.store.voucher(&key)? else { return Ok(false) };
    let Some(first) = party.first.clone() else { return Ok(false) };
    if !is_quiet(party)? {
        return Ok(false);
    }
    // A packet of before, byte for byte.
    let to = Who::from_name(&first.partner).unwrap_or(Who::Bank);
    party.mail.send(to, Kind::Packet, &first.bytes)?;
    // The voucher of before, in a packet of its own; and its number with another amount.
    let own = party.keys.holder(Post::Packets)?.key.clone();
    let twice = by_hand(party, original(&stored)?.clone(), 1, &*own)?;
    party.mail.send(Who::Bank, Kind::Packet, &twice)?;
    let other = by_hand(party, other_amount(&stored)?, 2, &*own)?;
    party.mail.send(Who::Bank, Kind::Packet, &other)?;
    party.by_hand += 2;
    // One that was changed on the way, and one by somebody whom nobody introduced.
    let mut changed = by_hand(party, original(&stored)?.clone(), 3, &*own)?;
    if let Some(last) = changed.last_mut() {
        *last ^= 1;
    }
    party.mail.send(Who::Bank, Kind::Packet, &changed)?;
    let stranger = stranger(party)?;
    let strange = by_hand(party, original(&stored)?.clone(), 4, &stranger)?;
    party.mail.send(Who::Bank, Kind::Packet, &strange)?;
    Ok(true)
}

fn by_hand(
    party: &Party,
    body: Body,
    sequence: u64,
    signer: &dyn Signer,
) -> Result<Vec<u8>, Failure> {
    let body = VoucherMessage { version: 1, body, attachments: Vec::new() }.to_der()?;
    let (kind, conversation, time) = (VOUCHER_KIND, "by-hand", party.now()?);
    let letter = Letter { kind, conversation, sequence, time, body: &body };
    let to = &party.store.office().partner(Who::Bank.name())?.encryption;
    Ok(seal(&letter, signer, to)?.bytes)
}

/// The same voucher for ten times as much.
fn other_amount(stored: &Stored) -> Result<Body, Failure> {
    let voucher = original(stored)?.voucher();
    let dearer = Fen::new(stored.life.amount.value() * 10).unwrap_or_default();
    let mut other = VoucherBuilder::from_voucher(voucher);
    other.amount("PayAmt", dearer);
    other.detail_field(1, "PayAmt", &dearer.to_string())?;
    Ok(Body::original(other.build(Encoding::Gbk)?)?)
}

/// Somebody with a key and a certificate of an authority that nobody trusts.
fn stranger(party: &Party) -> Result<SoftwareKey, Failure> {
    let now = party.now()?;
    let end = now.plus_days(30).unwrap_or(now);
    let subject = Subject::new(&[("CN", "无人认识的机构"), ("C", "CN")])?;
    let root = Authority::root(SoftwareKey::generate_sm2()?, subject.clone(), now, end)?;
    let (key, _) = root.issue_new_key(subject, Profile::Signer, now, end)?;
    Ok(key)
}
