//! Hedged nonces.
//!
//! A nonce depends on the private key, the digest, fresh random bytes and the index within the
//! call. So a broken random source alone, or a fault in the digest alone, does not repeat one.

use crate::crypto::hmac_sm3::HmacSm3;
use zeroize::Zeroizing;

const LABEL: &[u8] = b"yinxin SM2 signing nonce 1";

/// Candidates for the nonce of one signature: HMAC-DRBG with SM3, wiped when dropped.
///
/// # Source
///
/// The construction of RFC 6979 clause 3.2, with more inputs.
pub(super) struct Nonces {
    key: Zeroizing<[u8; 32]>,
    value: Zeroizing<[u8; 32]>,
    used: bool,
}

impl Nonces {
    /// Seeds from the private key d, the digest e, 32 random bytes read in this call and the index
    /// of the signature within the call.
    pub(super) fn new(d: &[u8; 32], e: &[u8; 32], random: &[u8; 32], index: u64) -> Self {
        let mut nonces = Nonces {
            key: Zeroizing::new([0x00; 32]),
            value: Zeroizing::new([0x01; 32]),
            used: false,
        };
        let index = index.to_be_bytes();
        let seed: [&[u8]; 5] = [LABEL, d, e, random, &index];
        nonces.update(0x00, &seed);
        nonces.update(0x01, &seed);
        nonces
    }

    /// 32 uniform bytes; the caller rejects those outside 1..=n-1 and asks again.
    pub(super) fn next(&mut self) -> Zeroizing<[u8; 32]> {
        if self.used {
            self.update(0x00, &[]);
        }
        self.used = true;
        self.turn();
        self.value.clone()
    }

    fn update(&mut self, round: u8, seed: &[&[u8]]) {
        let mut mac = HmacSm3::new(&*self.key);
        mac.update(&*self.value);
        mac.update(&[round]);
        for part in seed {
            mac.update(part);
        }
        *self.key = mac.finalize();
        self.turn();
    }

    fn turn(&mut self) {
        let mut mac = HmacSm3::new(&*self.key);
        mac.update(&*self.value);
        *self.value = mac.finalize();
    }
}
