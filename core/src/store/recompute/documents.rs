//! The vouchers themselves, held against what the log says of them.

use super::{Run, judged};
use crate::crypto::parallel;
use crate::report::{CheckCode, Verdict};
use crate::store::amounts;
use crate::store::state::State;
use crate::store::storage::VoucherKey;
use crate::store::trail::{Followed, Told};
use crate::trust::Moment;
use crate::voucher::{Body, Fen, Layer, layer_digest};

/// How many vouchers, and how many bytes of them, are judged side by side.
const BATCH: usize = 512;
const BATCH_BYTES: usize = 16 << 20;

/// Vouchers that wait to be looked at; with the key under which a store holds them.
#[derive(Default)]
pub(super) struct Batch {
    items: Vec<(Option<VoucherKey>, Body)>,
    bytes: usize,
}

impl Batch {
    pub(super) fn push(&mut self, key: Option<VoucherKey>, body: Body) {
        let acts = body.acts().iter().map(|act| act.evidence().len());
        self.bytes += body.voucher().as_bytes().len() + acts.sum::<usize>();
        self.items.push((key, body));
    }

    pub(super) fn is_full(&self) -> bool {
        self.items.len() >= BATCH || self.bytes >= BATCH_BYTES
    }
}

/// What identifies a document.
struct Digests {
    document: [u8; 32],
    acts: [u8; 32],
    /// Of the original that a receipt brings along.
    original: Option<[u8; 32]>,
}

impl Digests {
    fn of(body: &Body) -> Digests {
        Digests {
            document: body.voucher().form_digest(),
            acts: layer_digest(body.layer(), body.acts()),
            original: body.original_part().map(|part| part.voucher().form_digest()),
        }
    }
}

impl Run<'_> {
    /// Looks at the vouchers that wait, and empties the batch.
    pub(super) fn documents(&mut self, batch: &mut Batch) {
        let items = std::mem::take(batch).items;
        let digests = parallel::map(&items, self.by.threads, |(_, body)| Digests::of(body));
        let mut counting = Vec::new();
        for ((key, body), digests) in items.iter().zip(&digests) {
            if let Some((key, told)) = self.place(key.as_ref(), body, digests)
                && told.counts
            {
                counting.push((key, told, body));
            }
        }
        let Some((verifier, now)) = self.by.seals else { return };
        let bodies: Vec<_> = counting
            .iter()
            .map(|(_, told, body)| (*body, Moment::received(now, told.at.time)))
            .collect();
        let reports = verifier.verify_bodies(&bodies, self.by.threads);
        for ((key, told, _), report) in counting.iter().zip(&reports) {
            let (verdict, why) = judged(report);
            match verdict {
                Verdict::Valid => self.valid += 1,
                Verdict::Invalid => self.findings.at(CheckCode::AuditSeals, told.at, key, why),
                Verdict::NotDetermined => {
                    self.unjudged.get_or_insert_with(|| format!("{key}: {why}"));
                }
            }
        }
    }

    /// Finds what the log says of a document and compares; what it says, if that is this document.
    fn place(
        &mut self,
        known: Option<&VoucherKey>,
        body: &Body,
        digests: &Digests,
    ) -> Option<(VoucherKey, Told)> {
        let (id, layer) = (body.id(), body.layer());
        let key = |version| VoucherKey { id: id.clone(), version };
        let of_this = |told: &Told| told.digest == Some(digests.document);
        let same = |told: &Told| of_this(told) && told.acts.is_none_or(|acts| acts == digests.acts);
        let versions = match known {
            Some(known) => known.clone()..=known.clone(),
            None => key(0)..=key(u32::MAX),
        };
        let mut versions: Vec<_> = self.trail.vouchers.range_mut(versions).collect();
        if versions.is_empty() {
            self.untold += 1;
            self.foreign.get_or_insert_with(|| known.cloned().unwrap_or_else(|| key(0)));
            return None;
        }
        let found = |test: &dyn Fn(&Told) -> bool| {
            let fits = |(_, followed): &(&VoucherKey, &mut Followed)| test(followed.told(layer));
            versions.iter().rposition(fits)
        };
        // Two versions may have the same content; each is there once.
        let Some(at) = found(&|told| same(told) && !told.seen).or_else(|| found(&same)) else {
            let (at, what) = match found(&of_this) {
                Some(at) => (at, "the acts over a document of it are not those of the log"),
                None => {
                    let what = "a document of it is not the one that the log has the digest of";
                    (versions.len() - 1, what)
                }
            };
            let (key, followed) = &versions[at];
            let told = followed.told(layer);
            self.findings.at(CheckCode::AuditDocuments, told.at, key, what);
            return None;
        };
        let (key, followed) = &mut versions[at];
        let key = (*key).clone();
        if std::mem::replace(&mut followed.told_mut(layer).seen, true) {
            return None;
        }
        let (followed, told) = (**followed, *followed.told(layer));
        if known.is_some() && followed.state == State::Destroyed {
            let what = "a document of it is kept, and it was destroyed".to_owned();
            self.findings.beside(CheckCode::AuditStore, Some(key), what);
            return None;
        }
        self.documents += 1;
        if layer == Layer::Responder && digests.original != followed.original.digest {
            let what = "the original in its receipt is not the one that the log has the digest of";
            self.findings.at(CheckCode::AuditDocuments, told.at, &key, what);
        }
        if let Err(what) = amounts_agree(&followed, body) {
            self.findings.at(CheckCode::AuditAmounts, told.at, &key, what);
        }
        if layer == Layer::Issuer {
            self.postings.lines_of(&key, body.voucher(), &self.by.fields);
        }
        Some((key, told))
    }
}

/// Whether the log says the amounts that the document says.
fn amounts_agree(followed: &Followed, body: &Body) -> std::result::Result<(), String> {
    let (said, logged) = match body.layer() {
        // A type without an amount is about none.
        Layer::Issuer => {
            let asked = amounts::asked(body.voucher());
            (asked.map(|asked| asked.or(Some(Fen::ZERO))), followed.amount)
        }
        Layer::Responder if !followed.receipt.counts => return Ok(()),
        Layer::Responder => (amounts::carried_out(body.voucher()), followed.paid.or(Some(0))),
    };
    match said.map(|said| said.map(|fen| fen.value())) {
        Ok(Some(said)) if Some(said) != logged => {
            let logged = logged.map_or("nothing".to_owned(), |fen| format!("{fen} fen"));
            Err(format!("the document says {said} fen, the log {logged}"))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(format!("the document has no amount: {error}")),
    }
}
