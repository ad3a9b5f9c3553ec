//! The finance bureau: makes vouchers, sends each in a packet, and sends again what is not answered.

use super::wire::{self, CONVERSATION, Kind, keys, now};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{BufReader, BufWriter, Write};
use yinxin::envelope::{
    Answer, DEFAULT_WINDOW, Letter, Party, Sealed, SignedReceipt, next_sequence, seal_many,
};
use yinxin::trust::Moment;
use yinxin::voucher::{Body, Encoding, Envelope, example};

/// How many new packets go out in a round.
const ROUND: u64 = 300;
/// After how many rounds without an answer a packet goes out again, if nobody says that it is missing.
const PATIENCE: u64 = 2;

struct Waiting {
    sealed: Sealed,
    /// The round in which it went out last.
    sent: u64,
}

pub fn run() {
    let mut from = BufReader::new(std::io::stdin());
    let mut to = BufWriter::new(std::io::stdout());
    let keys = keys::make(&mut from, &mut to);
    let vouchers = u64::from_be_bytes(wire::setup(&mut from).try_into().unwrap());
    let bank = Party::new("bank").with_certificate(&keys.other_signs);
    let moment = Moment::claimed(now());
    let (mut waiting, mut last, mut missing) = (BTreeMap::new(), 0, BTreeSet::new());
    let mut seen = HashSet::new();
    for round in 1u64.. {
        let again = again(&mut waiting, &mut missing, round);
        for (why, number) in &again {
            report(&mut to, &format!("again {why} {number}"));
        }
        let first: u64 = waiting.keys().next().copied().unwrap_or(last + 1);
        let most = (last + ROUND).min(first + DEFAULT_WINDOW - 1).min(vouchers);
        let new = seal(&keys, last, most);
        let mut sent: BTreeSet<u64> = again.iter().map(|(_, number)| *number).collect();
        for sealed in new {
            last = sealed.id.header.sequence;
            sent.insert(last);
            waiting.insert(last, Waiting { sealed, sent: round });
        }
        if sent.is_empty() && waiting.is_empty() {
            break;
        }
        // Those that were sent before go first.
        for number in &sent {
            wire::write(&mut to, Kind::Packet, &waiting[number].sealed.bytes);
        }
        wire::write(&mut to, Kind::End, &[]);
        to.flush().unwrap();

        let frames = wire::round(&mut from).expect("an answer");
        let mut receipts = Vec::new();
        for (_, bytes) in frames {
            // The bank signs each receipt anew: the same bytes are the same receipt.
            if !seen.insert(bytes.clone()) {
                report(&mut to, "receipt-twice");
                continue;
            }
            match SignedReceipt::parse(&bytes) {
                Ok(receipt) => receipts.push(receipt),
                Err(_) => report(&mut to, "receipt-bent"),
            }
        }
        let by_digest: BTreeMap<[u8; 32], u64> =
            waiting.iter().map(|(number, one)| (one.sealed.id.digest, *number)).collect();
        let mut answered = BTreeSet::new();
        let mut items = Vec::new();
        for receipt in receipts {
            match by_digest.get(receipt.packet()) {
                Some(number) => items.push((receipt, &waiting[number].sealed.id, &bank)),
                None => report(&mut to, "receipt-of-nothing"),
            }
        }
        for checked in SignedReceipt::check_many(items, &keys.trust, &moment, 1) {
            let Ok(receipt) = checked.into_receipt() else {
                report(&mut to, "receipt-bent");
                continue;
            };
            assert_eq!(receipt.answer, Answer::Received);
            assert_eq!(receipt.conversation, CONVERSATION);
            if !answered.insert(receipt.sequence) {
                report(&mut to, &format!("answered-twice {}", receipt.sequence));
            }
            missing.extend(receipt.missing.into_iter().flatten());
        }
        for number in &sent {
            if !answered.contains(number) {
                report(&mut to, &format!("unanswered {number}"));
            }
        }
        wire::write(&mut to, Kind::End, &[]);
        to.flush().unwrap();
        waiting.retain(|number, _| !answered.contains(number));
        missing.retain(|number| waiting.contains_key(number));
    }
    wire::write(&mut to, Kind::Done, &[]);
    to.flush().unwrap();
}

/// What goes out again: what the bank misses at once, what is not answered after a while.
fn again(
    waiting: &mut BTreeMap<u64, Waiting>,
    missing: &mut BTreeSet<u64>,
    round: u64,
) -> Vec<(&'static str, u64)> {
    let mut again = Vec::new();
    for (number, one) in waiting.iter_mut() {
        let why = match (missing.contains(number), round - one.sent >= PATIENCE) {
            (true, _) => "missing",
            (false, true) => "unanswered",
            (false, false) => continue,
        };
        one.sent = round;
        again.push((why, *number));
    }
    missing.clear();
    again
}

/// The vouchers after `last` up to `most`, each in a packet.
fn seal(keys: &keys::Keys, mut last: u64, most: u64) -> Vec<Sealed> {
    let mut bodies = Vec::new();
    while last < most {
        last = next_sequence(last).unwrap();
        let voucher = example::direct_payment(last as u32).unwrap().build(Encoding::Gbk).unwrap();
        let envelope = Envelope::of(Body::original(voucher).unwrap());
        bodies.push((last, envelope.to_xml(Encoding::Gbk).unwrap()));
    }
    let letter = |(sequence, body)| Letter {
        kind: "voucher",
        conversation: CONVERSATION,
        sequence,
        time: now(),
        body,
    };
    let letters: Vec<Letter<'_>> =
        bodies.iter().map(|(number, body)| letter((*number, &body[..]))).collect();
    let sealed = seal_many(&letters, &keys.signer, &keys.other_receives, 1);
    sealed.into_iter().map(Result::unwrap).collect()
}

fn report(to: &mut dyn Write, line: &str) {
    wire::write(to, Kind::Report, line.as_bytes());
}
