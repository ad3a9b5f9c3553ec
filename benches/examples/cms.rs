//! Measures messages and packets, each made and opened: `cms SECONDS ROUNDS` prints NAME TAB NANOSECONDS
//! a line, one message on one thread, the best round; for `benches/cms.sh`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::authority::{Authority, Profile as Use, Subject};
use yinxin::cert::Certificate;
use yinxin::cms::{
    AuthEnvelopedData, ContentCipher, EnvelopedData, Form, Recipient, SignedData, sign_attached,
};
use yinxin::envelope::{Letter, Mailbox, Party, Receiving, open, open_many, seal, seal_many};
use yinxin::key::SoftwareKey;
use yinxin::timestamp::check_message;
use yinxin::trust::{Moment, Policy, Trust};

const KILOBYTE: usize = 1024;
/// How many packets are sealed and opened at once.
const MANY: usize = 256;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seconds, rounds] = &arguments[..] else { panic!("usage: cms SECONDS ROUNDS") };
    let clock = Clock {
        limit: Duration::from_secs_f64(seconds.parse().unwrap()),
        rounds: rounds.parse().unwrap(),
    };
    let world = World::new();
    for (label, size) in [("2 KB", 2 * KILOBYTE), ("1 MB", KILOBYTE * KILOBYTE)] {
        let body = vec![0x5a; size];
        clock.measure(&format!("packet {label}"), 1, || world.packet(&body));
        clock.measure(&format!("message SM4-GCM {label}"), 1, || world.with_tag(&body));
        clock.measure(&format!("message SM4-CBC {label}"), 1, || world.message(&body));
    }
    let body = vec![0x5a; 2 * KILOBYTE];
    clock.measure("packets 2 KB", MANY, || world.packets(&body));
    let large = vec![0x5a; 32 * KILOBYTE * KILOBYTE];
    clock.measure("packet 32 MB", 1, || world.packet(&large));
    clock.measure("message SM4-GCM 32 MB", 1, || world.with_tag(&large));
    clock.measure("message SM4-CBC 32 MB", 1, || world.message(&large));
}

struct Clock {
    limit: Duration,
    rounds: usize,
}

impl Clock {
    /// The shortest of all runs of so many.
    fn measure(&self, name: &str, count: usize, mut run: impl FnMut()) {
        let mut best = f64::MAX;
        for _ in 0..self.rounds {
            let begin = Instant::now();
            while begin.elapsed() < self.limit {
                let start = Instant::now();
                run();
                best = best.min(start.elapsed().as_nanos() as f64 / count as f64);
            }
        }
        println!("{name}\t{best:.0}");
    }
}

struct World {
    signer: SoftwareKey,
    receiver: Certificate,
    key: Arc<SoftwareKey>,
    mailbox: Mailbox,
    parties: [Party; 1],
    trust: Trust,
    now: Time,
}

impl World {
    fn new() -> World {
        let time = |text| Time::parse_rfc3339(text).unwrap();
        let (from, until) = (time("2026-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"));
        let subject = |name| Subject::parse(&format!("CN={name},C=CN")).unwrap();
        let key = SoftwareKey::generate_sm2().unwrap();
        let root = Authority::root(key, subject("Root"), from, until).unwrap();
        let end = |name, usage| root.issue_new_key(subject(name), usage, from, until).unwrap();
        let (signer, own) = end("finance", Use::Signer);
        let (key, receiver) = end("bank", Use::Encryption);
        let key = Arc::new(key);
        let now = time("2026-06-01T08:00:00Z");
        let mut trust = Trust::new(Policy::default());
        trust.add_anchor(root.certificate().clone());
        trust.add_crl(root.crl(now, until).unwrap());
        let mailbox = Mailbox::new("bank").with_key(receiver.clone(), key.clone()).unwrap();
        let parties = [Party::new("finance").with_certificate(&own)];
        World { signer, receiver, key, mailbox, parties, trust, now }
    }

    fn moment(&self) -> Moment {
        Moment::claimed(self.now)
    }

    fn letter<'a>(&self, body: &'a [u8]) -> Letter<'a> {
        Letter { kind: "voucher", conversation: "2026", sequence: 1, time: self.now, body }
    }

    fn receiving(&self) -> Receiving<'_> {
        let (mailbox, parties) = (&self.mailbox, &self.parties);
        Receiving { mailbox, parties, trust: &self.trust, moment: self.moment() }
    }

    /// One packet, sealed and opened.
    fn packet(&self, body: &[u8]) {
        let sealed = seal(&self.letter(body), &self.signer, &self.receiver).unwrap();
        let message = open(&sealed.bytes, &self.receiving()).unwrap().into_message().unwrap();
        assert_eq!(message.body().len(), body.len());
    }

    /// Many packets, sealed and opened at once.
    fn packets(&self, body: &[u8]) {
        let letters = vec![self.letter(body); MANY];
        let sealed = seal_many(&letters, &self.signer, &self.receiver, 1);
        let sealed: Vec<_> = sealed.into_iter().map(Result::unwrap).collect();
        let bytes: Vec<&[u8]> = sealed.iter().map(|packet| &packet.bytes[..]).collect();
        for opened in open_many(&bytes, &self.receiving(), 1) {
            assert_eq!(opened.unwrap().into_message().unwrap().body().len(), body.len());
        }
    }

    /// A message in the form of GB/T 35275: signed, encrypted, decrypted, verified.
    fn message(&self, body: &[u8]) {
        let to = [Recipient::new(&self.receiver).unwrap()];
        let signed = sign_attached(&self.signer, body).unwrap();
        let made = EnvelopedData::make(&signed, &to, Form::Gm).unwrap();
        let read = EnvelopedData::parse(&made, Profile::Conforming).unwrap();
        let signed = read.open(&*self.key, &self.receiver).unwrap().into_unauthenticated();
        self.verify(&signed, body);
    }

    /// The same with AuthEnvelopedData.
    fn with_tag(&self, body: &[u8]) {
        let to = [Recipient::new(&self.receiver).unwrap()];
        let signed = sign_attached(&self.signer, body).unwrap();
        let made = AuthEnvelopedData::make(&signed, &to, ContentCipher::Sm4Gcm).unwrap();
        let read = AuthEnvelopedData::parse(&made, Profile::Conforming).unwrap();
        self.verify(&read.open(&*self.key, &self.receiver).unwrap(), body);
    }

    fn verify(&self, signed: &[u8], body: &[u8]) {
        let signed = SignedData::parse(signed, Profile::Conforming).unwrap();
        let content = signed.content().unwrap();
        assert_eq!(content.len(), body.len());
        assert!(check_message(&signed, content, &self.trust, &self.moment()).is_valid());
    }
}
