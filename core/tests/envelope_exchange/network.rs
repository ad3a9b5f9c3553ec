//! The network between the parties: what it does to them, and what they have to say about it.

use super::ROLE;
use super::replay::Random;
use super::wire::{self, Kind, now};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, BufWriter, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;
use yinxin::Time;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::crypto::public_key::PublicKey;
use yinxin::envelope::{Packet, SignedReceipt};
use yinxin::key::SoftwareKey;

/// Lets the parties exchange so many vouchers, and compares what they report with what was done.
pub fn exchange(vouchers: u64, seed: u64) {
    let begun = Instant::now();
    let (mut finance, mut bank) = (Party::spawn("finance"), Party::spawn("bank"));
    introduce(&mut finance, &mut bank, vouchers);
    let mut network = Network { random: Random(seed), ..Network::default() };
    while let Some(frames) = wire::round(&mut finance.from) {
        let (reports, packets) = split(frames);
        network.again += reports.len() as u64; // only what goes out again is said before a round
        let delivered = network.carry(packets);
        for bytes in &delivered {
            wire::write(&mut bank.to, Kind::Packet, bytes);
        }
        bank.end();
        let (reports, receipts) = split(wire::round(&mut bank.from).expect("the bank's answer"));
        network.compare_bank(&reports);
        let delivered = network.carry_back(receipts);
        for bytes in &delivered {
            wire::write(&mut finance.to, Kind::Receipt, bytes);
        }
        finance.end();
        let reports = finance.reports();
        network.compare_finance(&reports);
    }
    wire::write(&mut bank.to, Kind::Done, &[]);
    bank.to.flush().unwrap();
    let mut delivered = BTreeSet::new();
    loop {
        match wire::read(&mut bank.from) {
            (Kind::Done, _) => break,
            (_, line) => {
                let line = String::from_utf8(line).unwrap();
                let [_, number, times] = line.split(' ').collect::<Vec<_>>()[..] else { panic!() };
                assert_eq!(times, "1", "voucher {number}");
                assert!(delivered.insert(number.to_owned()));
            }
        }
    }
    assert_eq!(delivered.len() as u64, vouchers, "each voucher is delivered");
    finance.wait();
    bank.wait();
    network.settle(vouchers);
    println!("seed {seed}: {}, {:.1} s", network.summary(vouchers), begun.elapsed().as_secs_f64());
}

struct Party {
    child: Child,
    from: BufReader<ChildStdout>,
    to: BufWriter<ChildStdin>,
}

impl Party {
    fn spawn(role: &str) -> Party {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(ROLE, role).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        let to = BufWriter::new(child.stdin.take().unwrap());
        Party { child, from, to }
    }

    fn setup(&mut self, bytes: &[u8]) {
        wire::write(&mut self.to, Kind::Setup, bytes);
    }

    fn end(&mut self) {
        wire::write(&mut self.to, Kind::End, &[]);
        self.to.flush().unwrap();
    }

    /// What the finance bureau says after a round, which it ends by itself.
    fn reports(&mut self) -> Vec<String> {
        let frames = wire::round(&mut self.from).expect("what became of the round");
        split(frames).0
    }

    fn wait(mut self) {
        drop(self.to);
        assert!(self.child.wait().unwrap().success());
    }
}

fn split(frames: Vec<(Kind, Vec<u8>)>) -> (Vec<String>, Vec<Vec<u8>>) {
    let (reports, others): (Vec<_>, Vec<_>) =
        frames.into_iter().partition(|(kind, _)| *kind == Kind::Report);
    let text = |(_, line): (Kind, Vec<u8>)| String::from_utf8(line).unwrap();
    (reports.into_iter().map(text).collect(), others.into_iter().map(|(_, bytes)| bytes).collect())
}

/// Certifies the keys that the parties made, and tells each of the other's.
fn introduce(finance: &mut Party, bank: &mut Party, vouchers: u64) {
    let time = |text: &str| Time::parse_rfc3339(text).unwrap();
    let (from, until) = (time("2025-01-01T00:00:00Z"), time("2030-01-01T00:00:00Z"));
    let subject = |name: &str| Subject::parse(&format!("CN={name},C=CN")).unwrap();
    let key = SoftwareKey::generate_sm2().unwrap();
    let root = Authority::root(key, subject("Root"), from, until).unwrap();
    let certify = |party: &mut Party, name: &str| -> [Certificate; 2] {
        [Profile::Signer, Profile::Encryption].map(|profile| {
            let public = PublicKey::from_spki_der(&wire::setup(&mut party.from)).unwrap();
            let request = CertificateRequest::new(subject(name), public, profile, from, until);
            root.issue(&request).unwrap()
        })
    };
    let of_finance = certify(finance, "finance");
    let of_bank = certify(bank, "bank");
    let list = root.crl(now(), until).unwrap();
    for (party, own, other) in
        [(&mut *finance, &of_finance, &of_bank), (bank, &of_bank, &of_finance)]
    {
        for certificate in own.iter().chain(other).chain([root.certificate()]) {
            party.setup(certificate.as_der());
        }
        party.setup(list.as_der());
        party.to.flush().unwrap();
    }
    finance.setup(&vouchers.to_be_bytes());
    finance.to.flush().unwrap();
}

/// How often something was done, or was said.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    lost: u64,
    doubled: u64,
    bent: u64,
    reordered: u64,
}

#[derive(Default)]
struct Network {
    random: Random,
    /// How many packets were handed over, and how many of them again.
    sent: u64,
    again: u64,
    /// The numbers that were handed over, and whose packets they are.
    known: BTreeSet<u64>,
    digests: BTreeMap<[u8; 32], u64>,
    /// What the bank has accepted.
    accepted: BTreeSet<u64>,
    highest: u64,
    /// What was done to packets, and what the bank says was done.
    packets: Counts,
    said: Counts,
    /// What was done to receipts, and what the bureau says was done to either.
    receipts: Counts,
    answers: Counts,
    /// Packets that the bank has had before because their receipts did not come.
    had: u64,
    /// This round: what is expected of the bank for each packet, the numbers, those that were sent
    /// for the first time, those that were doubled, and how many good receipts reach the bureau.
    expected: Vec<String>,
    round: BTreeSet<u64>,
    first: BTreeSet<u64>,
    doubled: BTreeSet<u64>,
    answered: BTreeMap<u64, u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Comes,
    Lost,
    /// The second of two.
    Doubled,
    Bent,
    Delayed,
}

struct Item {
    number: u64,
    bytes: Vec<u8>,
    fate: Fate,
}

impl Network {
    fn fate(&mut self) -> Fate {
        match self.random.below(100) {
            0..5 => Fate::Lost,
            5..10 => Fate::Doubled,
            10..13 => Fate::Bent,
            13..20 => Fate::Delayed,
            _ => Fate::Comes,
        }
    }

    /// What comes through, in its order there.
    fn disturb(&mut self, items: Vec<Item>) -> Vec<Item> {
        let mut through: Vec<(u64, Item)> = Vec::new();
        for (at, mut item) in items.into_iter().enumerate() {
            let place = at as u64 * 2;
            let later = place + 1 + 2 * (1 + self.random.below(20));
            match item.fate {
                Fate::Lost => {}
                Fate::Comes => through.push((place, item)),
                Fate::Delayed => through.push((later, item)),
                Fate::Doubled => {
                    let (number, bytes) = (item.number, item.bytes.clone());
                    through.push((place, Item { number, bytes, fate: Fate::Comes }));
                    through.push((later, item));
                }
                Fate::Bent => {
                    let bit = self.random.below(item.bytes.len() as u64 * 8) as usize;
                    item.bytes[bit / 8] ^= 1 << (bit % 8);
                    through.push((place, item));
                }
            }
        }
        through.sort_by_key(|(place, _)| *place);
        through.into_iter().map(|(_, item)| item).collect()
    }

    /// Carries the packets of a round, and foretells what the bank says of each.
    fn carry(&mut self, packets: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        let mut items = Vec::new();
        for of_round in [&mut self.round, &mut self.first, &mut self.doubled] {
            of_round.clear();
        }
        for bytes in packets {
            let id = Packet::parse(&bytes).unwrap().id().clone();
            let number = id.header.sequence;
            self.sent += 1;
            self.digests.insert(id.digest, number);
            self.round.insert(number);
            if self.known.insert(number) {
                self.first.insert(number);
            }
            let fate = self.fate();
            match fate {
                Fate::Lost => self.packets.lost += 1,
                Fate::Bent => self.packets.bent += 1,
                Fate::Doubled => {
                    self.packets.doubled += 1;
                    self.doubled.insert(number);
                }
                Fate::Delayed | Fate::Comes => {}
            }
            items.push(Item { number, bytes, fate });
        }
        let through = self.disturb(items);
        self.expected.clear();
        for Item { number, fate, .. } in &through {
            let said = if *fate == Fate::Bent {
                self.expected.push("bent".to_owned());
                continue;
            } else if self.accepted.contains(number) {
                self.had += u64::from(*fate != Fate::Doubled);
                format!("Repeated {number}")
            } else if *number < self.highest {
                let overtaken = *fate == Fate::Delayed && self.first.contains(number);
                self.packets.reordered += u64::from(overtaken);
                format!("Late {number}")
            } else if *number == self.highest + 1 {
                format!("New {number}")
            } else {
                format!("Ahead {number} {} {}", self.highest + 1, number - 1)
            };
            self.accepted.insert(*number);
            self.highest = self.highest.max(*number);
            self.expected.push(said);
        }
        through.into_iter().map(|item| item.bytes).collect()
    }

    fn compare_bank(&mut self, reports: &[String]) {
        // With a bent packet goes the number of the error, which depends on where it was bent.
        let what = |line: &String| match line.split_once(' ') {
            Some(("bent", _)) => "bent".to_owned(),
            _ => line.clone(),
        };
        assert_eq!(reports.iter().map(what).collect::<Vec<_>>(), self.expected);
        for line in reports {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["bent", _] => self.said.bent += 1,
                ["Repeated", _] => self.said.doubled += 1,
                ["Late", number] if self.first.contains(&number.parse().unwrap()) => {
                    self.said.reordered += 1;
                }
                _ => {}
            }
        }
    }

    /// Carries the receipts of a round. The receipts of doubled packets are left alone: so each loss
    /// is one that the bureau can see.
    fn carry_back(&mut self, receipts: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        let mut items = Vec::new();
        for bytes in receipts {
            let digest = *SignedReceipt::parse(&bytes).unwrap().packet();
            let number = self.digests[&digest];
            let fate = self.fate();
            let fate = if self.doubled.contains(&number) { Fate::Comes } else { fate };
            match fate {
                Fate::Lost => self.receipts.lost += 1,
                Fate::Bent => self.receipts.bent += 1,
                Fate::Doubled => self.receipts.doubled += 1,
                Fate::Delayed | Fate::Comes => {}
            }
            items.push(Item { number, bytes, fate });
        }
        let through = self.disturb(items);
        self.answered.clear();
        for item in &through {
            if !matches!(item.fate, Fate::Bent | Fate::Doubled) {
                *self.answered.entry(item.number).or_default() += 1;
            }
        }
        through.into_iter().map(|item| item.bytes).collect()
    }

    fn compare_finance(&mut self, reports: &[String]) {
        let mut twice = BTreeSet::new();
        let mut unanswered = BTreeSet::new();
        for line in reports {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["receipt-twice"] => self.answers.doubled += 1,
                ["receipt-bent" | "receipt-of-nothing"] => self.answers.bent += 1,
                ["answered-twice", number] => {
                    assert!(twice.insert(number.parse::<u64>().unwrap()));
                }
                ["unanswered", number] => {
                    assert!(unanswered.insert(number.parse::<u64>().unwrap()));
                    self.answers.lost += 1;
                }
                _ => panic!("{line}"),
            }
        }
        let answered = |number: &&u64| self.answered.contains_key(number);
        let due: BTreeSet<u64> =
            self.round.iter().filter(|number| !answered(number)).copied().collect();
        assert_eq!(unanswered, due);
        assert_eq!(twice, self.doubled, "a doubled packet is answered twice");
    }

    /// All that was done was said, and all that was said was done.
    fn settle(&self, vouchers: u64) {
        let Network { packets, said, receipts, answers, .. } = self;
        assert_eq!(said.bent, packets.bent);
        assert_eq!(said.reordered, packets.reordered);
        assert_eq!(said.doubled, packets.doubled + self.had);
        assert_eq!(answers.doubled, receipts.doubled);
        assert_eq!(answers.bent, receipts.bent);
        let without_answer = packets.lost + packets.bent + receipts.lost + receipts.bent;
        assert_eq!(answers.lost, without_answer);
        // What had no answer went out again, and nothing else did.
        assert_eq!(self.again, without_answer);
        assert_eq!(self.sent, vouchers + self.again);
        assert_eq!(self.accepted.len() as u64, vouchers);
        let done = [packets.lost, packets.doubled, packets.bent, packets.reordered];
        let done_back = [receipts.lost, receipts.doubled, receipts.bent];
        assert!(done.iter().chain(&done_back).all(|count| *count > 0), "{}", self.summary(0));
    }

    fn summary(&self, vouchers: u64) -> String {
        let Network { packets, receipts, .. } = self;
        format!(
            "{vouchers} vouchers in {} packets ({} lost, {} doubled, {} bent, {} overtaken); \
             receipts: {} lost, {} doubled, {} bent; all reported",
            self.sent,
            packets.lost,
            packets.doubled,
            packets.bent,
            packets.reordered,
            receipts.lost,
            receipts.doubled,
            receipts.bent
        )
    }
}
