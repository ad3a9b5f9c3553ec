//! The bureau sends its vouchers to a bank in packets, and the bank answers each with a receipt.

use super::parties::{Moments, Parties, party};
use crate::failure::Failure;
use indicatif::ProgressBar;
use yinxin::authority::Profile;
use yinxin::envelope::{
    Admission, Letter, Mailbox, MemoryReplay, PacketId, Party, Receipt, Receiving, Sealed,
    SignedReceipt, open_many, seal_many,
};
use yinxin::error::Code;
use yinxin::trust::{Moment, Trust};

/// How many packets are worked on together, for each thread.
const GROUP: usize = 8;

/// What became of the packets.
#[derive(Default)]
pub struct Exchange {
    /// How many bytes they had.
    pub bytes: usize,
    /// Bodies that the bank took, each once and as it was sent.
    pub delivered: usize,
    /// Receipts that the bureau found valid.
    pub receipts: usize,
    /// Whether a packet that came again had no effect, and one that was changed did not open.
    pub caught: bool,
}

/// Sends each body to the bank.
pub fn run(
    parties: &Parties,
    moments: &Moments,
    trust: &Trust,
    bodies: &[Vec<u8>],
    threads: usize,
    bar: &ProgressBar,
) -> Result<Exchange, Failure> {
    let certify = |name, profile| party(&parties.root, name, profile, moments.start, moments.end);
    let bank = certify("示例银行签名", Profile::Signer)?;
    let inbox = certify("示例银行加密", Profile::Encryption)?;
    let mailbox = Mailbox::new("示例银行").with_key(inbox.certificate.clone(), inbox.key)?;
    let bureau = [Party::new("示例市财政局").with_certificate(&parties.bureau.certificate)];
    let receiver = Party::new("示例银行").with_certificate(&bank.certificate);
    let moment = Moment::claimed(moments.stamped);
    let by = Receiving { mailbox: &mailbox, parties: &bureau, trust, moment };
    let mut replay = MemoryReplay::default();
    let mut found = Exchange::default();
    let mut first: Option<Sealed> = None;
    let mut sequence = 0;
    for bodies in bodies.chunks(threads * GROUP) {
        let letters: Vec<Letter<'_>> = bodies
            .iter()
            .map(|body| {
                sequence += 1;
                let (kind, conversation) = ("voucher", "demo");
                Letter { kind, conversation, sequence, time: moments.stamped, body }
            })
            .collect();
        let sealed = seal_many(&letters, &parties.bureau.key, &inbox.certificate, threads);
        let sealed: Vec<Sealed> = sealed.into_iter().collect::<Result<_, _>>()?;
        let packets: Vec<&[u8]> = sealed.iter().map(|sealed| &sealed.bytes[..]).collect();
        found.bytes += packets.iter().map(|packet| packet.len()).sum::<usize>();

        // At the bank: what is accepted is taken, and answered when that is committed.
        let mut receipts = Vec::new();
        for (opened, body) in open_many(&packets, &by, threads).into_iter().zip(bodies) {
            let message = opened?.into_message()?;
            let mut transaction = replay.begin();
            if message.admit(&mut transaction)?.is_accepted() {
                found.delivered += usize::from(message.body() == body.as_slice());
                transaction.commit();
                receipts.push(Receipt::received(message.id(), &[], moments.stamped)?);
            }
            bar.inc(1);
        }
        let receipts = Receipt::sign_many(&receipts, &bank.key, threads);

        // At the bureau.
        let mut items: Vec<(SignedReceipt, &PacketId, &Party)> = Vec::new();
        for (receipt, sealed) in receipts.into_iter().zip(&sealed) {
            items.push((SignedReceipt::parse(&receipt?)?, &sealed.id, &receiver));
        }
        let checked = SignedReceipt::check_many(items, trust, &moment, threads);
        found.receipts += checked.iter().filter(|receipt| receipt.report().is_valid()).count();
        first = first.or(sealed.into_iter().next());
    }
    if let Some(first) = first {
        found.caught = disturbed(&first.bytes, &by, &mut replay)?;
    }
    Ok(found)
}

/// Whether the bank takes nothing from a packet that comes again, or that was changed on the way.
fn disturbed(
    packet: &[u8],
    by: &Receiving<'_>,
    replay: &mut MemoryReplay,
) -> Result<bool, Failure> {
    let mut bent = packet.to_vec();
    if let Some(last) = bent.last_mut() {
        *last ^= 1;
    }
    let mut opened = open_many(&[packet, &bent], by, 1).into_iter();
    let (Some(again), Some(bent)) = (opened.next(), opened.next()) else { return Ok(false) };
    let admission = again?.into_message()?.admit(&mut replay.begin())?;
    let closed = bent.is_err_and(|error| error.code() == Code::Decryption);
    Ok(admission == Admission::Repeated && closed)
}
