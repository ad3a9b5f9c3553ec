//! Parties with their keys, one authority above them.

use std::sync::Arc;
use yinxin::Time;
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::envelope::{Letter, Mailbox, Opened, Party, Receiving, Sealed, open, seal};
use yinxin::error::Result;
use yinxin::key::SoftwareKey;
use yinxin::trust::{Moment, Policy, Trust};

pub fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

/// When packets are made and opened.
pub fn now() -> Time {
    time("2026-06-01T08:00:00Z")
}

pub fn authority(name: &str) -> Authority {
    let (from, until) = (time("2025-01-01T00:00:00Z"), time("2035-01-01T00:00:00Z"));
    let subject = Subject::parse(&format!("CN={name},C=CN")).unwrap();
    Authority::root(SoftwareKey::generate_sm2().unwrap(), subject, from, until).unwrap()
}

/// A new key with a certificate of 2026 to 2028.
pub fn end(root: &Authority, name: &str, profile: Profile) -> (SoftwareKey, Certificate) {
    let (from, until) = (time("2026-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"));
    let subject = Subject::parse(&format!("CN={name},C=CN")).unwrap();
    root.issue_new_key(subject, profile, from, until).unwrap()
}

pub fn trust(root: &Authority) -> Trust {
    let mut trust = Trust::new(Policy::default());
    trust.add_anchor(root.certificate().clone());
    trust.add_crl(root.crl(now(), time("2030-01-01T00:00:00Z")).unwrap());
    trust
}

/// One party with its two key pairs.
pub struct Member {
    pub name: &'static str,
    pub signer: SoftwareKey,
    pub signs: Certificate,
    pub key: Arc<SoftwareKey>,
    pub receives: Certificate,
}

impl Member {
    pub fn new(root: &Authority, name: &'static str) -> Member {
        let (signer, signs) = end(root, name, Profile::Signer);
        let (key, receives) = end(root, name, Profile::Encryption);
        Member { name, signer, signs, key: Arc::new(key), receives }
    }

    pub fn party(&self) -> Party {
        Party::new(self.name).with_certificate(&self.signs)
    }

    pub fn mailbox(&self) -> Mailbox {
        let mailbox = Mailbox::new(self.name);
        mailbox.with_key(self.receives.clone(), self.key.clone()).unwrap()
    }
}

/// The finance bureau writes to the bank; the other bank looks on.
pub struct World {
    pub root: Authority,
    pub finance: Member,
    pub bank: Member,
    pub other: Member,
    pub trust: Trust,
}

impl World {
    pub fn new() -> World {
        let root = authority("Root");
        let [finance, bank, other] =
            ["finance", "bank", "other"].map(|name| Member::new(&root, name));
        let trust = trust(&root);
        World { root, finance, bank, other, trust }
    }

    pub fn seal(&self, sequence: u64, body: &[u8]) -> Sealed {
        seal(&letter(sequence, body), &self.finance.signer, &self.bank.receives).unwrap()
    }

    /// The bank opens a packet; it takes some of the finance bureau alone.
    pub fn open(&self, packet: &[u8]) -> Result<Opened> {
        self.open_as(&self.bank, packet)
    }

    pub fn open_as(&self, member: &Member, packet: &[u8]) -> Result<Opened> {
        let (mailbox, parties) = (member.mailbox(), [self.finance.party()]);
        let moment = Moment::claimed(now());
        let trust = &self.trust;
        open(packet, &Receiving { mailbox: &mailbox, parties: &parties, trust, moment })
    }
}

pub fn letter(sequence: u64, body: &[u8]) -> Letter<'_> {
    Letter { kind: "voucher", conversation: "2026/5201", sequence, time: now(), body }
}
