//! The forms in which a signature value of two integers is found.

use super::super::profile::Deviations;
use super::super::reader::{Reader, tag};
use super::super::{oid, oid::Oid};
use crate::error::Result;
use crate::report::NoteCode;

/// The form of a signature value of two integers of 256 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// SEQUENCE { r INTEGER, s INTEGER } in DER.
    Der,
    /// The same with integers that lack a leading zero or have one too many.
    LooseDer,
    /// r and s side by side, 32 bytes each.
    Raw64,
    /// r and s side by side, each at the end of 64 bytes (the blob of GM/T 0016).
    Raw128,
    /// None of these.
    Unknown,
}

/// The form of a signature value.
pub fn form(octets: &[u8]) -> Form {
    if strict_der(octets).is_some() {
        Form::Der
    } else if loose_der(octets).is_some() {
        Form::LooseDer
    } else {
        match octets.len() {
            64 => Form::Raw64,
            128 if wide(octets).is_some() => Form::Raw128,
            _ => Form::Unknown,
        }
    }
}

/// r and s, 32 bytes each, of a signature value in any known form.
pub fn to_raw(octets: &[u8]) -> Option<[u8; 64]> {
    match form(octets) {
        Form::Der | Form::LooseDer => loose_der(octets),
        Form::Raw64 => octets.try_into().ok(),
        Form::Raw128 => wide(octets),
        Form::Unknown => None,
    }
}

/// Tolerates forms other than DER where the algorithm's value is two integers.
pub(in crate::asn1) fn judge(
    octets: &[u8],
    algorithm: Oid,
    field: &'static str,
    offset: usize,
    deviations: &mut Deviations,
) -> Result<()> {
    let two_integers = matches!(
        algorithm,
        oid::SM2_WITH_SM3 | oid::SM2_WITH_SM3_TYPO | oid::SM2_SIGN | oid::CURVE_SM2
    );
    if !two_integers {
        return Ok(());
    }
    match form(octets) {
        // A value in no form at all is not misread: its check fails.
        Form::Der | Form::Unknown => Ok(()),
        Form::LooseDer => deviations.tolerate(
            NoteCode::DeviationEncoding,
            field,
            offset,
            "the integers of the signature value are not in DER form",
        ),
        Form::Raw64 | Form::Raw128 => deviations.tolerate(
            NoteCode::DeviationRawSignature,
            field,
            offset,
            format!("r and s stand side by side in {} bytes", octets.len()),
        ),
    }
}

fn strict_der(octets: &[u8]) -> Option<()> {
    let mut inner = Reader::whole(octets, "SM2Signature").ok()?;
    inner.expect(tag::INTEGER).ok()?.integer_unsigned().ok()?;
    inner.expect(tag::INTEGER).ok()?.integer_unsigned().ok()?;
    inner.finish().ok()
}

fn loose_der(octets: &[u8]) -> Option<[u8; 64]> {
    let mut inner = Reader::whole(octets, "SM2Signature").ok()?;
    let r = inner.expect(tag::INTEGER).ok()?.value;
    let s = inner.expect(tag::INTEGER).ok()?.value;
    inner.finish().ok()?;
    join(r, s)
}

fn wide(octets: &[u8]) -> Option<[u8; 64]> {
    let (r, s) = octets.split_at_checked(64)?;
    join(r, s)
}

/// Two magnitudes, leading zeros dropped, at most 32 bytes each.
fn join(r: &[u8], s: &[u8]) -> Option<[u8; 64]> {
    let mut out = [0; 64];
    for (part, half) in [r, s].into_iter().zip(out.chunks_exact_mut(32)) {
        let start = part.iter().position(|byte| *byte != 0)?;
        let magnitude = part.get(start..)?;
        let at = half.len().checked_sub(magnitude.len())?;
        half.get_mut(at..)?.copy_from_slice(magnitude);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::super::writer;
    use super::*;

    #[test]
    fn every_form_gives_the_same_integers() {
        let mut raw = [0x91; 64];
        raw[0] = 0;
        let (r, s) = raw.split_at(32);
        let strict =
            writer::sequence(&[&writer::integer_unsigned(r), &writer::integer_unsigned(s)]);
        let loose = writer::sequence(&[
            &writer::tlv(tag::INTEGER, &[r]),
            &writer::tlv(tag::INTEGER, &[&[0, 0], s]),
        ]);
        let short = writer::sequence(&[
            &writer::tlv(tag::INTEGER, &[&r[1..]]),
            &writer::tlv(tag::INTEGER, &[s]),
        ]);
        let blob = [&[0; 32], r, &[0; 32], s].concat();
        for (octets, expected) in [
            (strict, Form::Der),
            (loose, Form::LooseDer),
            (short, Form::LooseDer),
            (raw.to_vec(), Form::Raw64),
            (blob, Form::Raw128),
        ] {
            assert_eq!(form(&octets), expected);
            assert_eq!(to_raw(&octets), Some(raw));
        }
        assert_eq!(form(&[0; 128]), Form::Unknown);
        assert_eq!(form(&[]), Form::Unknown);
        assert_eq!(to_raw(&[1; 65]), None);
    }
}
