//! What the fuzz targets share: a small world of good things, and seeds made from it.

mod bank;
pub mod documents;
mod ledger;
mod sealed;
pub mod seeds;
mod world;

pub use bank::{Bank, bank};
pub use seeds::packets;
use std::collections::BTreeSet;
pub use world::{World, world};
use yinxin::time::Time;
use yinxin::trust::{Moment, Trust};
use yinxin::voucher::{Envelope, Scope};

/// The document that good stamps and signatures are over.
pub const DOCUMENT: &[u8] = b"pay 100.00 to the school";

/// The password of encrypted key files.
pub const PASSWORD: &[u8] = b"password";

/// The moment of every check.
pub fn now() -> Moment {
    let now = Time::from_civil(2026, 6, 1, 0, 0, 0).unwrap();
    Moment::received(now, now)
}

/// Trust in nobody.
pub fn no_trust() -> Trust {
    Trust::default()
}

/// The bytes with changes: each group of three says where (two bytes) and by what (exclusive or).
pub fn change(bytes: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    for group in changes.chunks_exact(3) {
        let at = usize::from(group[0]) << 8 | usize::from(group[1]);
        let length = changed.len();
        changed[at % length] ^= group[2];
    }
    changed
}

/// What must not change when an envelope is written and read: documents and acts.
pub fn fingerprint(envelope: &Envelope) -> Vec<([u8; 32], [u8; 32], BTreeSet<[u8; 32]>)> {
    let body = |body: &yinxin::voucher::Body| {
        let voucher = body.voucher();
        let acts = body.acts().iter().map(|act| act.digest()).collect();
        (voucher.form_digest(), voucher.canonical_digest(Scope::BaseAndX), acts)
    };
    envelope.bodies.iter().map(body).collect()
}
