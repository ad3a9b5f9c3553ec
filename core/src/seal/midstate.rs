//! SM3 over the long common start of stamps by one seal, kept.
//!
//! A stamp signs its seal with it, picture and all: 15 to 20 KB, of which only the last 200 bytes
//! differ between two stamps of one length by one key. What the hash has become after the common
//! start is kept with the seal, so that each further stamp hashes only its own end.

use crate::crypto::memo::lock_briefly;
use crate::crypto::sm3::Sm3;
use std::sync::Mutex;

/// The most starts that are kept for one seal.
const CAPACITY: usize = 16;

/// The starts that were hashed, by key and by the bytes before the seal.
#[derive(Default)]
pub(super) struct Midstates(Mutex<Vec<Midstate>>);

struct Midstate {
    z: [u8; 32],
    head: Vec<u8>,
    state: Sm3,
}

impl Midstates {
    /// SM3 over `z`, `head`, `seal` and `tail`; `seal` must be the same in every call.
    pub(super) fn digest(&self, z: &[u8; 32], head: &[u8], seal: &[u8], tail: &[u8]) -> [u8; 32] {
        let mut state = self.find(z, head).unwrap_or_else(|| self.hashed(z, head, seal));
        state.update(tail);
        state.finalize()
    }

    fn find(&self, z: &[u8; 32], head: &[u8]) -> Option<Sm3> {
        let kept = lock_briefly(&self.0)?;
        let found = kept.iter().find(|entry| entry.z == *z && entry.head == head)?;
        Some(found.state.clone())
    }

    fn hashed(&self, z: &[u8; 32], head: &[u8], seal: &[u8]) -> Sm3 {
        let mut state = Sm3::new();
        state.update(z);
        state.update(head);
        state.update(seal);
        if let Some(mut kept) = lock_briefly(&self.0) {
            if kept.len() == CAPACITY {
                kept.remove(0);
            }
            kept.push(Midstate { z: *z, head: head.to_vec(), state: state.clone() });
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::sm3::digest_parts;

    #[test]
    fn the_same_digest_as_in_one_go() {
        let kept = Midstates::default();
        for round in 0..3u8 {
            for variant in 0..20u8 {
                let (z, head, tail) = ([variant % 3; 32], [variant], [round, variant]);
                let expected = digest_parts(&[&z, &head, b"seal", &tail]);
                assert_eq!(kept.digest(&z, &head, b"seal", &tail), expected);
            }
        }
    }
}
