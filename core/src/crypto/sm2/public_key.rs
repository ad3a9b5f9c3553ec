//! SM2 public keys: import, export and Z.

use super::backend::Point;
use super::user_id::UserId;
use crate::asn1::oid;
use crate::asn1::reader::tag;
use crate::crypto::sm3;
use crate::crypto::spki::{self, Spki};
use crate::error::{Code, Error, Result};
use std::fmt;

/// a, b, xG and yG: what of the curve goes into Z.
const CURVE: [u8; 128] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
    0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
    0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
    0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
    0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53,
    0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0,
];

/// A point of the SM2 curve other than infinity, with its Z for the default user id.
#[derive(Clone, Copy)]
pub struct PublicKey {
    point: Point,
    default_z: [u8; 32],
}

impl PublicKey {
    /// The key of a SEC 1 point: 65 bytes `04 || x || y`, or 33 bytes `02` or `03 || x`.
    ///
    /// # Errors
    ///
    /// [`Code::Point`] for any other form, for coordinates not below p, and off the curve.
    pub fn from_sec1(bytes: &[u8]) -> Result<Self> {
        let point = match bytes {
            [0x04, rest @ ..] => return Self::from_raw64(rest),
            [0x02, x @ ..] => coordinate(x).and_then(|x| Point::decompress(&x, false)),
            [0x03, x @ ..] => coordinate(x).and_then(|x| Point::decompress(&x, true)),
            _ => None,
        };
        point.map(Self::from_point).ok_or_else(no_point)
    }

    /// The key of 64 bytes `x || y`.
    ///
    /// # Errors
    ///
    /// [`Code::Point`] for another length, for coordinates not below p, and off the curve.
    pub fn from_raw64(bytes: &[u8]) -> Result<Self> {
        let halves = bytes.split_at_checked(32).ok_or_else(no_point)?;
        let (Some(x), Some(y)) = (coordinate(halves.0), coordinate(halves.1)) else {
            return Err(no_point());
        };
        Point::from_coordinates(&x, &y).map(Self::from_point).ok_or_else(no_point)
    }

    /// The key of a DER SubjectPublicKeyInfo.
    ///
    /// The algorithm is id-ecPublicKey with the SM2 curve by name, or the SM2 OID itself with
    /// parameters absent or NULL.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] if it is not strict DER, [`Code::Algorithm`] for another algorithm or curve,
    /// [`Code::Form`] for a curve that is not given by name, [`Code::Point`] as
    /// [`from_sec1`](Self::from_sec1).
    pub fn from_spki_der(der: &[u8]) -> Result<Self> {
        Self::from_spki(&spki::read(der)?)
    }

    pub(crate) fn from_spki(spki: &Spki<'_>) -> Result<Self> {
        match spki.algorithm {
            oid::EC_PUBLIC_KEY => {
                if spki.named_curve()? != oid::CURVE_SM2 {
                    return Err(Error::new(Code::Algorithm, spki::NAME, "not the SM2 curve"));
                }
            }
            oid::CURVE_SM2 => match spki.parameters {
                None => {}
                Some(parameters) if parameters.tag == tag::NULL && parameters.value.is_empty() => {}
                Some(parameters) => return Err(parameters.error("SM2 has no parameters")),
            },
            _ => return Err(Error::new(Code::Algorithm, spki::NAME, "not an SM2 key")),
        }
        Self::from_sec1(spki.key).map_err(|error| error.at(spki.key_offset))
    }

    /// The 65 bytes `04 || x || y`.
    pub fn to_sec1(&self) -> [u8; 65] {
        let mut out = [0x04; 65];
        out[1..].copy_from_slice(&self.to_raw64());
        out
    }

    /// The 64 bytes `x || y`.
    pub fn to_raw64(&self) -> [u8; 64] {
        let (x, y) = self.point.coordinates();
        let mut out = [0; 64];
        out[..32].copy_from_slice(&x);
        out[32..].copy_from_slice(&y);
        out
    }

    /// The DER SubjectPublicKeyInfo: id-ecPublicKey, the SM2 curve by name, uncompressed point.
    pub fn to_spki_der(&self) -> Vec<u8> {
        spki::write_ec(&oid::CURVE_SM2, &self.to_sec1())
    }

    /// Z: the hash of the user id, the curve and this key, which every signed message starts with.
    ///
    /// # Source
    ///
    /// GB/T 32918.2.
    pub fn z(&self, id: &UserId) -> [u8; 32] {
        if id.is_default() { self.default_z } else { z(&self.point, id) }
    }

    /// e: the digest of Z and the parts, one after another.
    pub(crate) fn digest(&self, id: &UserId, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = sm3::Sm3::new();
        hash.update(&self.z(id)); // A1
        for part in parts {
            hash.update(part);
        }
        hash.finalize() // A2
    }

    pub(super) fn from_point(point: Point) -> Self {
        PublicKey { point, default_z: z(&point, &UserId::default()) }
    }

    pub(super) fn point(&self) -> &Point {
        &self.point
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(")?;
        self.to_sec1().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

fn z(point: &Point, id: &UserId) -> [u8; 32] {
    let (x, y) = point.coordinates();
    sm3::digest_parts(&[&id.entl(), id.as_bytes(), &CURVE, &x, &y])
}

fn coordinate(bytes: &[u8]) -> Option<[u8; 32]> {
    bytes.try_into().ok()
}

fn no_point() -> Error {
    Error::new(Code::Point, "SM2 public key", "not a point of the curve in a known form")
}
