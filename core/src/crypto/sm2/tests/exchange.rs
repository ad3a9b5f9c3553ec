//! Key exchanges: the standard's example, and sides that lie.

use super::super::exchange::{Initiator, MAX_LENGTH, Parties, Responder};
use super::*;
use ::sm2::elliptic_curve::group::Group;
use ::sm2::elliptic_curve::ops::Reduce;
use ::sm2::elliptic_curve::point::AffineCoordinates;
use ::sm2::{FieldBytes, ProjectivePoint, Scalar};

const D_A: &str = "81EB26E941BB5AF16DF116495F90695272AE2CD63D6C4AE1678418BE48230029";
const R_A: &str = "D4DE15474DB74D06491C440D305E012400990F3E390C7E87153C12DB2EA60BB3";
const D_B: &str = "785129917D45A9EA5437A59356B82338EAADDA6CEB199088F14AE10DEFA229B5";
const R_B: &str = "7E07124814B309489125EAED101113164EBF0F3458C5BD88335C1F9D596243D6";

/// Both sides' keys and ids.
struct World {
    a: PrivateKey,
    b: PrivateKey,
    id_a: UserId,
    id_b: UserId,
}

impl World {
    fn new() -> World {
        World {
            a: PrivateKey::from_bytes(&hex(D_A)).unwrap(),
            b: PrivateKey::from_bytes(&hex(D_B)).unwrap(),
            id_a: UserId::default(),
            id_b: UserId::new(b"the treasury").unwrap(),
        }
    }

    fn at_a(&self) -> Parties<'_> {
        Parties { key: &self.a, id: &self.id_a, peer: self.b.public_key(), peer_id: &self.id_b }
    }

    fn at_b(&self) -> Parties<'_> {
        Parties { key: &self.b, id: &self.id_b, peer: self.a.public_key(), peer_id: &self.id_a }
    }
}

fn other(key: &PublicKey) -> PublicKey {
    // the negative: same x, other y
    let sec1 = key.to_sec1();
    PublicKey::from_sec1(&[&[0x03 - (sec1[64] & 1)], &sec1[1..33]].concat()).unwrap()
}

#[test]
fn the_standard_example() {
    let world = World { id_b: UserId::default(), ..World::new() };
    let (initiator, r_a) =
        hazmat::sm2_initiator_with_ephemeral(&world.at_a(), 16, &hex(R_A)).unwrap();
    let (responder, r_b, s_b) =
        hazmat::sm2_responder_with_ephemeral(&world.at_b(), &r_a, 16, &hex(R_B)).unwrap();
    assert_eq!(s_b[..], hex("D3A0FE15DEE185CEAE907A6B595CC32A266ED7B3367E9983A896DC32FA20F8EB"));
    let (key, s_a) = initiator.finish(&r_b, &s_b).unwrap();
    assert_eq!(s_a[..], hex("18C7894B3816DF16CF07B05C5EC0BEF5D655D58F779CC1B400A4F3884644DB88"));
    assert_eq!(key.as_bytes(), hex("6C89347354DE2484C60B4AB1FDE4C6E5"));
    assert_eq!(responder.confirm(&s_a).unwrap().as_bytes(), key.as_bytes());
}

#[test]
fn keys_agree_and_never_repeat() {
    let world = World::new();
    let mut seen = Vec::new();
    for length in [1, 16, 31, 32, 33, 48, 1000, 16, 16, MAX_LENGTH] {
        let (initiator, r_a) = Initiator::start(&world.at_a(), length).unwrap();
        let (responder, r_b, s_b) = Responder::answer(&world.at_b(), &r_a, length).unwrap();
        let (ours, s_a) = initiator.finish(&r_b, &s_b).unwrap();
        let theirs = responder.confirm(&s_a).unwrap();
        assert_eq!(ours.as_bytes(), theirs.as_bytes());
        assert_eq!(ours.as_bytes().len(), length);
        assert!(s_a != s_b);
        seen.extend([r_a.to_sec1().to_vec(), r_b.to_sec1().to_vec(), s_a.to_vec(), s_b.to_vec()]);
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count);
}

#[test]
fn without_confirmations_the_keys_are_the_same() {
    let world = World::new();
    let (initiator, r_a) = Initiator::start(&world.at_a(), 32).unwrap();
    let (responder, r_b, _) = Responder::answer(&world.at_b(), &r_a, 32).unwrap();
    let ours = initiator.finish_unconfirmed(&r_b).unwrap();
    assert_eq!(ours.as_bytes(), responder.unconfirmed().as_bytes());
}

#[test]
fn lengths_have_a_limit() {
    let world = World::new();
    let (_, r_a) = Initiator::start(&world.at_a(), 1).unwrap();
    for (length, code) in
        [(0, Code::Argument), (MAX_LENGTH + 1, Code::Size), (usize::MAX, Code::Size)]
    {
        assert_eq!(Initiator::start(&world.at_a(), length).unwrap_err().code(), code);
        assert_eq!(Responder::answer(&world.at_b(), &r_a, length).unwrap_err().code(), code);
        let with = hazmat::sm2_initiator_with_ephemeral(&world.at_a(), length, &[1; 32]);
        assert_eq!(with.unwrap_err().code(), code);
    }
}

/// Runs an exchange in which something differs: the keys differ, and the initiator notices.
fn notices(a: &Parties<'_>, b: &Parties<'_>, change: impl Fn(PublicKey) -> PublicKey) {
    let run = || {
        let (initiator, r_a) = hazmat::sm2_initiator_with_ephemeral(a, 16, &hex(R_A)).unwrap();
        let (responder, r_b, s_b) =
            hazmat::sm2_responder_with_ephemeral(b, &change(r_a), 16, &hex(R_B)).unwrap();
        (initiator, responder, r_b, s_b)
    };
    let (initiator, responder, r_b, s_b) = run();
    assert_eq!(initiator.finish(&r_b, &s_b).unwrap_err().code(), Code::Agreement);
    assert_eq!(responder.confirm(&s_b).unwrap_err().code(), Code::Agreement); // its own sent back
    let (initiator, responder, r_b, _) = run();
    let ours = initiator.finish_unconfirmed(&r_b).unwrap();
    assert_ne!(ours.as_bytes(), responder.unconfirmed().as_bytes());
}

#[test]
fn everything_about_the_parties_counts() {
    let world = World::new();
    let (a, b) = (world.at_a(), world.at_b());
    let stranger = PrivateKey::generate().unwrap();
    let id = UserId::new(b"").unwrap();
    let same = |key| key;
    notices(&a, &Parties { id: &id, ..b }, same);
    notices(&a, &Parties { peer_id: &id, ..b }, same);
    notices(&a, &Parties { id: b.peer_id, peer_id: b.id, ..b }, same); // swapped
    notices(&a, &Parties { key: &stranger, ..b }, same);
    notices(&a, &Parties { peer: stranger.public_key(), ..b }, same);
    notices(&a, &b, |key| other(&key)); // the point negated on its way
}

#[test]
fn confirmations_are_compared_whole() {
    let world = World::new();
    let run = || {
        let (initiator, r_a) = Initiator::start(&world.at_a(), 16).unwrap();
        let (responder, r_b, s_b) = Responder::answer(&world.at_b(), &r_a, 16).unwrap();
        (initiator, responder, r_b, s_b)
    };
    let agreement = |error: crate::error::Error| assert_eq!(error.code(), Code::Agreement);
    for bit in (0..256).step_by(37) {
        let (initiator, responder, r_b, mut s_b) = run();
        let right = s_b;
        s_b[bit / 8] ^= 1 << (bit % 8);
        agreement(initiator.finish(&r_b, &s_b).unwrap_err());
        agreement(responder.confirm(&right).unwrap_err()); // its own sent back
    }
    for wrong in [&[][..], &[0; 31], &[0; 32], &[0; 33]] {
        let (initiator, responder, r_b, _) = run();
        agreement(initiator.finish(&r_b, wrong).unwrap_err());
        agreement(responder.confirm(wrong).unwrap_err());
    }
    // cut, and with a byte behind
    let (initiator, responder, r_b, s_b) = run();
    agreement(initiator.finish(&r_b, &s_b[..31]).unwrap_err());
    agreement(responder.confirm(&[&s_b[..], &[0]].concat()).unwrap_err());
    // of another run
    let (initiator, responder, r_b, _) = run();
    let (another, _, r_other, s_other) = run();
    agreement(initiator.finish(&r_b, &s_other).unwrap_err());
    let (_, s_a) = another.finish(&r_other, &s_other).unwrap_or_else(|error| panic!("{error}"));
    agreement(responder.confirm(&s_a).unwrap_err());
}

#[test]
fn points_off_the_curve_come_to_nobody() {
    let world = World::new();
    let (_, r_a) = Initiator::start(&world.at_a(), 16).unwrap();
    for at in [1, 32, 33, 64] {
        let mut bad = r_a.to_sec1();
        bad[at] ^= 1;
        assert_eq!(PublicKey::from_sec1(&bad).unwrap_err().code(), Code::Point);
    }
    assert!(PublicKey::from_sec1(&[0; 65]).is_err() && PublicKey::from_sec1(&[0]).is_err());
}

#[test]
fn a_point_sent_back_is_refused() {
    let world = World::new();
    // also where both sides are one: one key, one id
    let own = Parties { peer: world.a.public_key(), peer_id: &world.id_a, ..world.at_a() };
    for parties in [world.at_a(), own] {
        let (initiator, r_a) = Initiator::start(&parties, 16).unwrap();
        assert_eq!(initiator.finish_unconfirmed(&r_a).unwrap_err().code(), Code::Agreement);
        let (initiator, r_a) = Initiator::start(&parties, 16).unwrap();
        assert_eq!(initiator.finish(&r_a, &[0; 32]).unwrap_err().code(), Code::Agreement);
    }
    let (initiator, r_a) = Initiator::start(&own, 16).unwrap();
    let (responder, r_b, s_b) = Responder::answer(&own, &r_a, 16).unwrap();
    let (key, s_a) = initiator.finish(&r_b, &s_b).unwrap();
    assert_eq!(responder.confirm(&s_a).unwrap().as_bytes(), key.as_bytes());
}

fn scalar(bytes: &[u8]) -> Scalar {
    Scalar::reduce(&FieldBytes::try_from(bytes).unwrap())
}

fn point(point: &ProjectivePoint) -> PublicKey {
    let affine = point.to_affine();
    PublicKey::from_raw64(&[&affine.x()[..], &affine.y()[..]].concat()).unwrap()
}

/// 2^127 + (x mod 2^127), of a point's x.
fn half(key: &PublicKey) -> Scalar {
    let mut x = key.to_sec1()[1..33].to_vec();
    x[..16].fill(0);
    x[16] |= 0x80;
    scalar(&x)
}

#[test]
fn points_that_lead_to_infinity_are_refused() {
    // P + x*R = infinity for P = -x*R, and for R's owner who knows no private key of P.
    let world = World::new();
    for r in [1u64, 2, 0xdead_beef] {
        let ephemeral = ProjectivePoint::generator() * Scalar::from(r);
        let key = point(&-(ephemeral * half(&point(&ephemeral))));
        let at_a = Parties { peer: &key, ..world.at_a() };
        let (initiator, _) = Initiator::start(&at_a, 16).unwrap();
        let error = initiator.finish_unconfirmed(&point(&ephemeral)).unwrap_err();
        assert_eq!(error.code(), Code::Agreement);
        let error = Responder::answer(&at_a, &point(&ephemeral), 16).unwrap_err();
        assert_eq!(error.code(), Code::Agreement);
        // P = x*R: the sum is a doubling.
        let d = half(&point(&ephemeral)) * Scalar::from(r);
        let d: [u8; 32] = ::sm2::elliptic_curve::PrimeField::to_repr(&d).into();
        let twin = PrivateKey::from_bytes(&d).unwrap();
        let at_a = Parties { peer: twin.public_key(), ..world.at_a() };
        let at_twin = Parties { key: &twin, ..world.at_b() };
        let (initiator, r_a) = Initiator::start(&at_a, 16).unwrap();
        let r: Vec<u8> = [&[0; 24][..], &r.to_be_bytes()].concat();
        let (responder, r_b, s_b) =
            hazmat::sm2_responder_with_ephemeral(&at_twin, &r_a, 16, &r).unwrap();
        let (key, s_a) = initiator.finish(&r_b, &s_b).unwrap();
        assert_eq!(responder.confirm(&s_a).unwrap().as_bytes(), key.as_bytes());
    }
}

#[test]
fn a_secret_of_zero_is_refused() {
    // d = -x*r: t is 0, and the point agreed on is infinity whoever the other side is.
    let world = World::new();
    let r = scalar(&hex(R_A));
    let ephemeral = point(&(ProjectivePoint::generator() * r));
    let d: [u8; 32] = ::sm2::elliptic_curve::PrimeField::to_repr(&-(half(&ephemeral) * r)).into();
    let key = PrivateKey::from_bytes(&d).unwrap();
    let parties = Parties { key: &key, ..world.at_a() };
    let (initiator, _) = hazmat::sm2_initiator_with_ephemeral(&parties, 16, &hex(R_A)).unwrap();
    let (_, r_b) = Initiator::start(&world.at_b(), 16).unwrap();
    assert_eq!(initiator.finish_unconfirmed(&r_b).unwrap_err().code(), Code::Agreement);
}

#[test]
fn ephemeral_keys_have_their_range() {
    let world = World::new();
    let (_, r_a) = Initiator::start(&world.at_a(), 16).unwrap();
    for bad in [&[0; 32][..], &hex(N), &[0xff; 32], &[1; 31], &[1; 33], &[]] {
        let error = hazmat::sm2_initiator_with_ephemeral(&world.at_a(), 16, bad).unwrap_err();
        assert_eq!(error.code(), Code::Argument);
        let result = hazmat::sm2_responder_with_ephemeral(&world.at_b(), &r_a, 16, bad);
        assert_eq!(result.unwrap_err().code(), Code::Argument);
    }
}

#[test]
fn nothing_secret_is_shown() {
    let world = World::new();
    let (initiator, r_a) = Initiator::start(&world.at_a(), 16).unwrap();
    let (responder, _, _) = Responder::answer(&world.at_b(), &r_a, 16).unwrap();
    assert_eq!(format!("{initiator:?}"), format!("Initiator(with {:?})", world.b.public_key()));
    assert_eq!(format!("{responder:?}"), "Responder");
}
