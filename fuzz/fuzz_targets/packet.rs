//! A packet has one form; it opens or says one of a few things; nobody's packet is valid but the
//! sender's, and nobody's receipt but the receiver's.
#![no_main]
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use yinxin::Result;
use yinxin::crypto::public_key::PublicKey;
use yinxin::crypto::sm3;
use yinxin::envelope::{Header, Mailbox, Packet, Party, Progress, Receiving, SignedReceipt, open};
use yinxin::error::Code;
use yinxin::key::Decrypter;
use yinxin_fuzz::{DOCUMENT, bank, now, packets, seeds, world};

struct ByBank;

impl Decrypter for ByBank {
    fn public_key(&self) -> &PublicKey {
        bank().public_key()
    }

    fn decrypt(&self, ciphertext: &[u8]) -> Result<Vec<u8>> {
        bank().decrypt(ciphertext)
    }
}

fn mailbox() -> &'static Mailbox {
    static MAILBOX: OnceLock<Mailbox> = OnceLock::new();
    MAILBOX.get_or_init(|| {
        let mailbox = Mailbox::new("bank").with_key(bank().certificate.clone(), ByBank);
        mailbox.expect("a mailbox")
    })
}

fuzz_target!(init: seeds::write("packet"), |data: &[u8]| {
    let world = world();
    if let Ok(progress) = Progress::from_der(data) {
        assert_eq!(progress.to_der(), data);
    }
    let parties = [Party::new("finance").with_certificate(&world.signer)];
    if let Ok(packet) = Packet::parse(data) {
        let id = packet.id();
        assert_eq!(id.digest, sm3::digest(data));
        assert_eq!(Header::from_der(&id.header.to_der()).as_ref(), Ok(&id.header));
        let trust = &world.trust;
        let receiving = Receiving { mailbox: mailbox(), parties: &parties, trust, moment: now() };
        match open(data, &receiving) {
            Ok(opened) => {
                if let Ok(message) = opened.into_message() {
                    assert!(packets().iter().any(|packet| packet == data));
                    assert_eq!(message.body(), DOCUMENT);
                }
            }
            Err(error) => {
                let known = [Code::Decryption, Code::NotRecipient, Code::Algorithm, Code::Form];
                assert!(known.contains(&error.code()), "{error}");
            }
        }
    }
    if let Ok(receipt) = SignedReceipt::parse(data) {
        let sent = Packet::parse(&packets()[0]).expect("our own packet");
        let known = *receipt.packet() == sent.id().digest;
        let checked = receipt.check(sent.id(), &parties[0], &world.trust, &now());
        assert!(known || checked.into_receipt().is_err());
    }
});
