//! A party's packets: what came is taken in and answered, what waits is packed and sent.

use super::mail::{Item, Kind};
use super::party::Party;
use super::tally::word;
use super::who::{Post, Who};
use crate::failure::Failure;
use yinxin::envelope::{Admission, Answer};
use yinxin::error::{Code, Error};
use yinxin::store::{Imported, Move, sign_receipts};

/// How many letters are worked on together.
const MOST: usize = 64;

/// The titles under which a party notes letters that must have no effect.
pub const AGAIN: &str = "a packet that came again";
pub const TWICE: &str = "a voucher that came twice, in a packet of its own";
pub const OTHER: &str = "a number that is known, with another amount";
pub const CHANGED: &str = "a packet that was changed on the way";
pub const STRANGER: &str = "a packet of a stranger";

/// Reads the mail and sends what waits; whether there was anything.
pub fn exchange(party: &mut Party) -> Result<bool, Failure> {
    let items = party.mail.read(MOST)?;
    let mut moved = !items.is_empty();
    let (packets, receipts): (Vec<Item>, Vec<Item>) =
        items.into_iter().partition(|item| item.kind == Kind::Packet);
    take_in(party, &packets)?;
    take_answers(party, &receipts)?;
    moved |= send(party)?;
    Ok(moved)
}

/// Whether nothing is on its way from here, and nothing that came is left.
pub fn is_quiet(party: &mut Party) -> Result<bool, Failure> {
    Ok(party.mail.read(1)?.is_empty() && party.store.unanswered(0, 1)?.is_empty())
}

fn take_in(party: &mut Party, packets: &[Item]) -> Result<(), Failure> {
    if packets.is_empty() {
        return Ok(());
    }
    let bytes: Vec<&[u8]> = packets.iter().map(|item| item.bytes.as_slice()).collect();
    let imported = party.store.import(&bytes, &party.mailbox, party.now()?, 1)?;
    let signer = party.keys.holder(Post::Packets)?.key.clone();
    let receipts = sign_receipts(&imported, &*signer, 1);
    for ((item, imported), receipt) in packets.iter().zip(&imported).zip(receipts) {
        judge(party, imported)?;
        if let (Ok(imported), Some(receipt)) = (imported, receipt) {
            let none = || Failure::usage(format!("{} has no mail", imported.partner));
            let to = Who::from_name(&imported.partner).ok_or_else(none)?;
            party.mail.send(to, Kind::Receipt, &receipt?)?;
        }
        party.mail.done(item)?;
    }
    Ok(())
}

/// Notes what must have no effect; anything else has to be taken.
fn judge(party: &mut Party, imported: &Result<Imported, Error>) -> Result<(), Failure> {
    let tally = &mut party.tally;
    let imported = match imported {
        Ok(imported) => imported,
        Err(error) => {
            let title = if error.code() == Code::Decryption { CHANGED } else { STRANGER };
            let due = if title == CHANGED { Code::Decryption } else { Code::NotValid };
            tally.note(title, &word(due), &word(error.code()));
            return Ok(());
        }
    };
    match (&imported.refused, &imported.made) {
        (Some(error), _) if error.code() == Code::Duplicate => {
            tally.note(OTHER, &word(Code::Duplicate), &word(error.code()));
        }
        (Some(error), _) => return Err(error.clone().into()),
        (None, None) if imported.admission == Admission::Repeated => {
            tally.note(AGAIN, "no effect", "no effect");
        }
        (None, None) => imported.admission.require_accepted()?,
        (None, Some(made)) if made.repeated && imported.name == Some(Move::Receive) => {
            tally.note(TWICE, "no effect", "no effect");
        }
        (None, Some(_)) => {}
    }
    Ok(())
}

fn take_answers(party: &mut Party, receipts: &[Item]) -> Result<(), Failure> {
    if receipts.is_empty() {
        return Ok(());
    }
    let bytes: Vec<&[u8]> = receipts.iter().map(|item| item.bytes.as_slice()).collect();
    let answered = party.store.answered(&bytes, party.now()?, 1)?;
    for (item, answered) in receipts.iter().zip(answered) {
        match answered {
            Ok(answered) => {
                if let Answer::Refused { code, reason } = answered.answer {
                    let message = format!("{} was refused: {code} {reason}", answered.key);
                    return Err(Failure::usage(message));
                }
            }
            // The answer to a letter that was written by hand.
            Err(error) if error.code() == Code::NotSent && party.by_hand > 0 => party.by_hand -= 1,
            Err(error) => return Err(error.into()),
        }
        party.mail.done(item)?;
    }
    Ok(())
}

fn send(party: &mut Party) -> Result<bool, Failure> {
    let signer = party.keys.holder(Post::Packets)?.key.clone();
    let packing = party.store.pack(&*signer, party.now()?, MOST, 1)?;
    if let Some((_, error)) = packing.stuck.into_iter().next() {
        return Err(error.into());
    }
    for packet in &packing.packets {
        let none = || Failure::usage(format!("{} has no mail", packet.partner));
        let to = Who::from_name(&packet.partner).ok_or_else(none)?;
        party.mail.send(to, Kind::Packet, &packet.bytes)?;
    }
    if let (None, Some(first)) = (&party.first, packing.packets.first()) {
        party.first = Some(first.clone());
    }
    Ok(!packing.packets.is_empty())
}
