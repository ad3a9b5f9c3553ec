//! Frames between the processes, and what they are about.

use std::io::{Read, Write};
use yinxin::Time;

/// When all of it takes place.
pub fn now() -> Time {
    Time::parse_rfc3339("2026-06-01T08:00:00Z").unwrap()
}

/// What a packet or a receipt is about.
pub const CONVERSATION: &str = "2026/5201";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Set-up: keys, certificates, lists, numbers.
    Setup = 1,
    /// A packet.
    Packet,
    /// A receipt.
    Receipt,
    /// A line of what a party has to report.
    Report,
    /// The end of a round.
    End,
    /// Nothing more will come.
    Done,
}

const KINDS: [Kind; 6] =
    [Kind::Setup, Kind::Packet, Kind::Receipt, Kind::Report, Kind::End, Kind::Done];

pub fn write(to: &mut dyn Write, kind: Kind, bytes: &[u8]) {
    to.write_all(&[kind as u8]).unwrap();
    to.write_all(&(bytes.len() as u32).to_be_bytes()).unwrap();
    to.write_all(bytes).unwrap();
}

pub fn read(from: &mut dyn Read) -> (Kind, Vec<u8>) {
    let mut head = [0; 5];
    from.read_exact(&mut head).expect("the other process ended");
    let length = u32::from_be_bytes(head[1..].try_into().unwrap()) as usize;
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).unwrap();
    (KINDS[usize::from(head[0]) - 1], bytes)
}

/// One frame of the set-up.
pub fn setup(from: &mut dyn Read) -> Vec<u8> {
    let (kind, bytes) = read(from);
    assert_eq!(kind, Kind::Setup);
    bytes
}

/// The frames of a round up to its end, or none when all is done.
pub fn round(from: &mut dyn Read) -> Option<Vec<(Kind, Vec<u8>)>> {
    let mut frames = Vec::new();
    loop {
        match read(from) {
            (Kind::End, _) => return Some(frames),
            (Kind::Done, _) => return None,
            frame => frames.push(frame),
        }
    }
}

/// The party's own keys, certified: writes the public halves, reads certificates, anchor and list.
pub mod keys {
    use super::{Kind, setup, write};
    use std::io::{Read, Write};
    use std::sync::Arc;
    use yinxin::cert::{Certificate, Crl};
    use yinxin::key::{Signer, SoftwareKey};
    use yinxin::trust::{Policy, Trust};

    pub struct Keys {
        pub signer: SoftwareKey,
        pub key: Arc<SoftwareKey>,
        pub receives: Certificate,
        /// The other party's certificates: to sign, and to encrypt for.
        pub other_signs: Certificate,
        pub other_receives: Certificate,
        pub trust: Trust,
    }

    pub fn make(from: &mut dyn Read, to: &mut dyn Write) -> Keys {
        let (signer, key) =
            (SoftwareKey::generate_sm2().unwrap(), SoftwareKey::generate_sm2().unwrap());
        for key in [&signer, &key] {
            write(to, Kind::Setup, &Signer::public_key(key).to_spki_der());
        }
        to.flush().unwrap();
        let signs = setup(from);
        let mut certificate = || Certificate::from_der(&setup(from)).unwrap();
        let (receives, other_signs, other_receives) = (certificate(), certificate(), certificate());
        let mut trust = Trust::new(Policy::default());
        trust.add_anchor(certificate());
        trust.add_crl(Crl::from_der(&setup(from)).unwrap());
        let signer = signer.with_certificates(vec![signs]).unwrap();
        Keys { signer, key: Arc::new(key), receives, other_signs, other_receives, trust }
    }
}
