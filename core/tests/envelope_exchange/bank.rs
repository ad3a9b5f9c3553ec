//! The bank: opens packets, takes each voucher once, and answers.

use super::wire::{self, Kind, keys, now};
use std::collections::BTreeMap;
use std::io::{BufReader, BufWriter, Write};
use yinxin::envelope::{
    Admission, Mailbox, MemoryReplay, MemoryTransaction, Message, Party, Receipt, Receiving,
    ReplayState, open_many,
};
use yinxin::trust::Moment;
use yinxin::voucher::Envelope;

pub fn run() {
    let mut from = BufReader::new(std::io::stdin());
    let mut to = BufWriter::new(std::io::stdout());
    let keys = keys::make(&mut from, &mut to);
    let mailbox = Mailbox::new("bank").with_key(keys.receives, keys.key).unwrap();
    let parties = [Party::new("finance").with_certificate(&keys.other_signs)];
    let (trust, moment) = (&keys.trust, Moment::claimed(now()));
    let by = Receiving { mailbox: &mailbox, parties: &parties, trust, moment };
    let mut store = Store::default();
    while let Some(frames) = wire::round(&mut from) {
        let packets: Vec<&[u8]> = frames.iter().map(|(_, bytes)| bytes.as_slice()).collect();
        let mut receipts = Vec::new();
        for opened in open_many(&packets, &by, 1) {
            let message = match opened {
                Ok(opened) => opened.into_message().expect("only the bureau's packets come whole"),
                Err(error) => {
                    report(&mut to, &format!("bent {}", error.code().number()));
                    continue;
                }
            };
            let (admission, missing) = store.take(&message);
            let number = message.header().sequence;
            let what = match &admission {
                Admission::Ahead { missing } => {
                    format!("Ahead {number} {} {}", missing.start(), missing.end())
                }
                other => format!("{} {number}", other.name()),
            };
            report(&mut to, &what);
            if admission.is_accepted() || admission == Admission::Repeated {
                receipts.push(Receipt::received(message.id(), &missing, now()).unwrap());
            }
        }
        for receipt in Receipt::sign_many(&receipts, &keys.signer, 1) {
            wire::write(&mut to, Kind::Receipt, &receipt.unwrap());
        }
        wire::write(&mut to, Kind::End, &[]);
        to.flush().unwrap();
    }
    for (number, times) in &store.vouchers {
        report(&mut to, &format!("delivered {number} {times}"));
    }
    wire::write(&mut to, Kind::Done, &[]);
    to.flush().unwrap();
}

/// The vouchers that were taken, by their numbers, and how often.
#[derive(Default)]
struct Store {
    replay: MemoryReplay,
    vouchers: BTreeMap<String, u64>,
}

impl Store {
    /// Packet and effect together: the voucher is in the store when the packet is committed.
    fn take(&mut self, message: &Message) -> (Admission, Vec<std::ops::RangeInclusive<u64>>) {
        let mut transaction: MemoryTransaction<'_> = self.replay.begin();
        let admission = message.admit(&mut transaction).unwrap();
        let missing = transaction.missing(&message.arrival().channel).unwrap();
        if admission.is_accepted() {
            let envelope = Envelope::parse(message.body()).unwrap();
            let number = envelope.bodies[0].id().voucher_no.clone();
            *self.vouchers.entry(number).or_default() += 1;
            transaction.commit();
        }
        (admission, missing)
    }
}

fn report(to: &mut dyn Write, line: &str) {
    wire::write(to, Kind::Report, line.as_bytes());
}
