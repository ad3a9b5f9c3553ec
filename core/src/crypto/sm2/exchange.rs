//! Key exchange (密钥交换): two parties who know each other's public keys agree on a secret.
//!
//! The initiator sends a point, the responder answers with a point and a confirmation, the initiator
//! confirms in turn. Each state is used up by its next step, so nothing random serves twice.
//!
//! ```
//! use yinxin::crypto::sm2::exchange::{Initiator, Parties, Responder};
//! use yinxin::crypto::sm2::{PrivateKey, UserId};
//!
//! let (bank, treasury, id) = (PrivateKey::generate()?, PrivateKey::generate()?, UserId::default());
//! let at_bank = Parties { key: &bank, id: &id, peer: treasury.public_key(), peer_id: &id };
//! let at_treasury = Parties { key: &treasury, id: &id, peer: bank.public_key(), peer_id: &id };
//!
//! let (initiator, from_bank) = Initiator::start(&at_bank, 16)?;
//! let (responder, from_treasury, confirmation) = Responder::answer(&at_treasury, &from_bank, 16)?;
//! let (ours, confirmation) = initiator.finish(&from_treasury, &confirmation)?;
//! let theirs = responder.confirm(&confirmation)?;
//! assert_eq!(ours.as_bytes(), theirs.as_bytes());
//! # Ok::<(), yinxin::Error>(())
//! ```
//!
//! # Timing
//!
//! Constant-time in the private keys and in all that comes of them; a refusal is no secret.
//!
//! # Source
//!
//! GB/T 32918.3.

use super::backend::{Bytes, ExchangeSecret, Point};
use super::kdf::kdf;
use super::private_key::{PrivateKey, TRIES, no_nonce};
use super::public_key::PublicKey;
use super::user_id::UserId;
use crate::crypto::declassify::declassify;
use crate::crypto::secret::{SecretBytes, wiping_the_stack};
use crate::crypto::{rng, sm3};
use crate::error::{Code, Error, Result};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The longest key in bytes that is agreed on.
pub const MAX_LENGTH: usize = 65_536;
/// The bytes of a confirmation.
pub const CONFIRMATION_LENGTH: usize = 32;

/// One side's view of who takes part. The user ids are those that each side knows itself under; a
/// different opinion about any of the four leads to different keys.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'a> {
    /// Our own key.
    pub key: &'a PrivateKey,
    /// Our own user id.
    pub id: &'a UserId,
    /// The other side's public key, which has to be known to be theirs: by a certificate, say.
    pub peer: &'a PublicKey,
    /// The other side's user id.
    pub peer_id: &'a UserId,
}

/// The side that begins, waiting for the answer; wiped when dropped.
pub struct Initiator {
    secret: Box<ExchangeSecret>,
    ephemeral: Point,
    peer: PublicKey,
    own_z: Bytes,
    peer_z: Bytes,
    length: usize,
}

impl Initiator {
    /// Begins an exchange for a key of `length` bytes; the point is for the responder.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a length of 0, [`Code::Size`] above [`MAX_LENGTH`]; [`Code::Random`].
    pub fn start(parties: &Parties<'_>, length: usize) -> Result<(Initiator, PublicKey)> {
        with_random(|r| Self::start_with(parties, length, r))?
    }

    /// Ends the exchange: the key, and the confirmation for the responder.
    ///
    /// # Errors
    ///
    /// [`Code::Agreement`] if the confirmation is wrong or the point comes to nothing or is our own
    /// one sent back. The exchange is over then.
    pub fn finish(
        self,
        ephemeral: &PublicKey,
        confirmation: &[u8],
    ) -> Result<(SecretBytes, [u8; CONFIRMATION_LENGTH])> {
        wiping_the_stack(|| {
            let agreed = self.agree(ephemeral)?;
            let expected = Zeroizing::new(agreed.confirmation(RESPONDER));
            check_confirmation(&expected, confirmation)?; // A9
            Ok((agreed.key(self.length)?, declassify(agreed.confirmation(INITIATOR)))) // A8, A10
        })
    }

    /// Ends an exchange in which no confirmations are sent: that the other side has the same key,
    /// and is who it should be, shows only when the key is used.
    ///
    /// # Errors
    ///
    /// [`Code::Agreement`] if the point comes to nothing or is our own one sent back.
    pub fn finish_unconfirmed(self, ephemeral: &PublicKey) -> Result<SecretBytes> {
        wiping_the_stack(|| self.agree(ephemeral)?.key(self.length))
    }

    /// [`start`](Self::start) with this ephemeral private key; none if it is out of 1..=n-1.
    pub(crate) fn start_with(
        parties: &Parties<'_>,
        length: usize,
        r: &Bytes,
    ) -> Option<Result<(Initiator, PublicKey)>> {
        if let Err(error) = check_length(length) {
            return Some(Err(error));
        }
        let (ephemeral, secret) = parties.key.secret().exchange(r)?; // A2, A3, A5
        let initiator = Initiator {
            secret,
            ephemeral,
            peer: *parties.peer,
            own_z: parties.own_z(),
            peer_z: parties.peer_z(),
            length,
        };
        Some(Ok((initiator, PublicKey::from_point(ephemeral))))
    }

    fn agree(&self, ephemeral: &PublicKey) -> Result<Agreed> {
        if *ephemeral.point() == self.ephemeral {
            return Err(Error::new(Code::Agreement, NAME, "our own point was sent back"));
        }
        let shared = self.secret.agree(self.peer.point(), ephemeral.point()); // A6, A7
        let shared = shared.ok_or_else(no_point)?;
        Ok(Agreed {
            shared,
            z: [self.own_z, self.peer_z],
            ephemerals: [self.ephemeral, *ephemeral.point()],
        })
    }
}

/// The side that answered, waiting for the initiator's confirmation; wiped when dropped.
pub struct Responder {
    key: SecretBytes,
    expected: Zeroizing<[u8; CONFIRMATION_LENGTH]>,
}

impl Responder {
    /// Answers the initiator's point, for a key of `length` bytes; the point and the confirmation
    /// are for the initiator.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a length of 0, [`Code::Size`] above [`MAX_LENGTH`]; [`Code::Random`];
    /// [`Code::Agreement`] if the point comes to nothing.
    pub fn answer(
        parties: &Parties<'_>,
        ephemeral: &PublicKey,
        length: usize,
    ) -> Result<(Responder, PublicKey, [u8; CONFIRMATION_LENGTH])> {
        with_random(|r| Self::answer_with(parties, ephemeral, length, r))?
    }

    /// The key, once the initiator has confirmed that it has the same.
    ///
    /// # Errors
    ///
    /// [`Code::Agreement`] if the confirmation is wrong. The exchange is over then.
    pub fn confirm(self, confirmation: &[u8]) -> Result<SecretBytes> {
        check_confirmation(&self.expected, confirmation)?; // B10
        Ok(self.key)
    }

    /// The key of an exchange in which the initiator does not confirm: that it has the same key, and
    /// is who it should be, shows only when the key is used.
    pub fn unconfirmed(self) -> SecretBytes {
        self.key
    }

    /// [`answer`](Self::answer) with this ephemeral private key; none if it is out of 1..=n-1.
    pub(crate) fn answer_with(
        parties: &Parties<'_>,
        ephemeral: &PublicKey,
        length: usize,
        r: &Bytes,
    ) -> Option<Result<(Responder, PublicKey, [u8; CONFIRMATION_LENGTH])>> {
        if let Err(error) = check_length(length) {
            return Some(Err(error));
        }
        let (own, secret) = parties.key.secret().exchange(r)?; // B2, B3, B4
        let answer = |shared| {
            let agreed = Agreed {
                shared,
                z: [parties.peer_z(), parties.own_z()],
                ephemerals: [*ephemeral.point(), own],
            };
            let responder = Responder {
                key: agreed.key(length)?, // B7
                expected: Zeroizing::new(agreed.confirmation(INITIATOR)),
            };
            let confirmation = declassify(agreed.confirmation(RESPONDER)); // B8
            Ok((responder, PublicKey::from_point(own), confirmation))
        };
        let shared = secret.agree(parties.peer.point(), ephemeral.point()); // B5, B6
        Some(shared.ok_or_else(no_point).and_then(answer))
    }
}

impl Parties<'_> {
    fn own_z(&self) -> Bytes {
        self.key.public_key().z(self.id)
    }

    fn peer_z(&self) -> Bytes {
        self.peer.z(self.peer_id)
    }
}

/// What both sides have when all went well: the initiator's values first.
struct Agreed {
    shared: Zeroizing<Point>,
    z: [Bytes; 2],
    ephemerals: [Point; 2],
}

/// The byte that a confirmation begins with: by who gives it.
const RESPONDER: u8 = 0x02;
const INITIATOR: u8 = 0x03;

impl Agreed {
    fn key(&self, length: usize) -> Result<SecretBytes> {
        let (x, y) = self.coordinates();
        let mut seed = Zeroizing::new([0; 128]);
        for (place, part) in
            seed.as_chunks_mut().0.iter_mut().zip([&*x, &*y, &self.z[0], &self.z[1]])
        {
            *place = *part;
        }
        kdf(&*seed, length).map(SecretBytes::new)
    }

    fn confirmation(&self, who: u8) -> [u8; CONFIRMATION_LENGTH] {
        let (x, y) = self.coordinates();
        let [(x1, y1), (x2, y2)] = self.ephemerals.map(|point| point.coordinates());
        let inner = sm3::digest_parts(&[&*x, &self.z[0], &self.z[1], &x1, &y1, &x2, &y2]);
        sm3::digest_parts(&[&[who], &*y, &*Zeroizing::new(inner)])
    }

    fn coordinates(&self) -> (Zeroizing<Bytes>, Zeroizing<Bytes>) {
        let (x, y) = self.shared.coordinates();
        (Zeroizing::new(x), Zeroizing::new(y))
    }
}

const NAME: &str = "SM2 key exchange";

fn check_length(length: usize) -> Result<()> {
    match length {
        0 => Err(Error::new(Code::Argument, NAME, "a key has at least one byte")),
        1..=MAX_LENGTH => Ok(()),
        _ => Err(Error::new(Code::Size, NAME, "a key has at most 65536 bytes")),
    }
}

fn check_confirmation(expected: &[u8; CONFIRMATION_LENGTH], given: &[u8]) -> Result<()> {
    if bool::from(declassify(expected.ct_eq(given))) {
        return Ok(());
    }
    Err(Error::new(Code::Agreement, NAME, "the other side's confirmation is wrong"))
}

fn no_point() -> Error {
    Error::new(Code::Agreement, NAME, "the other side's point leads to infinity")
}

/// Takes random ephemeral keys until one is in range.
fn with_random<R>(step: impl Fn(&Bytes) -> Option<R>) -> Result<R> {
    wiping_the_stack(|| {
        for _ in 0..TRIES {
            let mut r = Zeroizing::new([0; 32]);
            rng::fill(&mut *r)?;
            if let Some(done) = step(&r) {
                return Ok(done);
            }
        }
        Err(no_nonce())
    })
}

impl fmt::Debug for Initiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Initiator(with {:?})", self.peer)
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Responder")
    }
}
