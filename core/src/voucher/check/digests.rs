//! The digests that checks compare with, of many vouchers hashed together.

use super::super::body::Body;
use super::parts;
use crate::crypto::sm3;
use std::borrow::Cow;

/// What a document and the acts over it hash to.
pub(super) struct PartDigests {
    /// The canonical digest over the scope of the document's layer.
    pub(super) canonical: [u8; 32],
    /// SM3 over the exact bytes.
    pub(super) form: [u8; 32],
    /// SM3 over what each act signs.
    pub(super) acts: Vec<[u8; 32]>,
}

/// The digests of each body's documents, the issuer's first.
pub(super) fn of_many(bodies: &[&Body]) -> Vec<Vec<PartDigests>> {
    let parts: Vec<_> = bodies.iter().map(|body| parts(body)).collect();
    let mut inputs: Vec<Cow<'_, [u8]>> = Vec::new();
    for (layer, part) in parts.iter().flatten() {
        inputs.push(part.voucher().canonical_input(layer.scope()).into());
        inputs.push(part.voucher().as_bytes().into());
        inputs.extend(part.acts().iter().map(|act| Cow::from(act.to_sign_der())));
    }
    let inputs: Vec<&[u8]> = inputs.iter().map(AsRef::as_ref).collect();
    let mut digests = sm3::digest_many(&inputs, 1).into_iter();
    // One digest for each input, in the order in which they were put in.
    let mut next = || digests.next().unwrap_or_default();
    let mut of_part = |acts: usize| PartDigests {
        canonical: next(),
        form: next(),
        acts: (0..acts).map(|_| next()).collect(),
    };
    let mut of_body = |parts: &Vec<(_, &super::Part)>| {
        parts.iter().map(|(_, part)| of_part(part.acts().len())).collect()
    };
    let all: Vec<Vec<PartDigests>> = parts.iter().map(&mut of_body).collect();
    for ((_, part), digests) in parts.iter().flatten().zip(all.iter().flatten()) {
        part.voucher().remember_form_digest(digests.form);
    }
    all
}
