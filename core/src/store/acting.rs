//! One person acts on many vouchers at once, with a key at hand.

use super::authorization::Authorization;
use super::desk::listed;
use super::front::Store;
use super::life_cycle::Move;
use super::moves::Made;
use super::order::Order;
use super::storage::VoucherKey;
use crate::cert::Certificate;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::seal::Seal;
use crate::time::Time;
use crate::voucher::{self, Attachment, Body, Layer, Step};

/// With what somebody acts, where, and in which step.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Acting<'a> {
    /// Make, review, approve, act, review-receipt or act-on-receipt.
    pub name: Move,
    /// The position that is filled, as the template of the type names it.
    pub position: &'a str,
    /// The seal, for a position that is stamped.
    pub seal: Option<&'a Seal>,
    /// The key, with its certificate first: that is who acts.
    pub signer: &'a dyn Signer,
    /// Whether a server keeps the key; then an authorization is due.
    pub server_side: bool,
    /// The owner's leave for a key that the server keeps.
    pub authorization: Option<&'a Authorization>,
}

impl<'a> Acting<'a> {
    /// Somebody stamps with this seal and a key of his own.
    pub fn stamp(
        name: Move,
        position: &'a str,
        seal: &'a Seal,
        signer: &'a dyn Signer,
    ) -> Acting<'a> {
        Acting { seal: Some(seal), ..Acting::sign(name, position, signer) }
    }

    /// Somebody signs with a key of his own.
    pub fn sign(name: Move, position: &'a str, signer: &'a dyn Signer) -> Acting<'a> {
        Acting { name, position, seal: None, signer, server_side: false, authorization: None }
    }

    /// The same with a key that the server keeps, by its owner's leave.
    #[must_use]
    pub fn by_leave(self, authorization: &'a Authorization) -> Acting<'a> {
        Acting { server_side: true, authorization: Some(authorization), ..self }
    }

    /// The layer of the document that is acted on.
    fn layer(&self) -> Result<Layer> {
        match self.name {
            Move::Make | Move::Review | Move::Approve | Move::Act => Ok(Layer::Issuer),
            Move::ReviewReceipt | Move::ActOnReceipt => Ok(Layer::Responder),
            name => {
                let message = "no step that adds an act to a document that is kept";
                Err(Error::new(Code::Argument, name.name(), message))
            }
        }
    }

    fn certificate(&self) -> Result<Certificate> {
        let none = || Error::new(Code::KeyMissing, "signer", "it has no certificate");
        Certificate::from_der(self.signer.certificates().first().ok_or_else(none)?)
    }
}

/// A document and the files that its acts list.
type WithFiles = (Body, Vec<Attachment>);

/// A voucher that is about to be acted on.
struct Draft {
    place: usize,
    key: VoucherKey,
    body: Body,
    files: Vec<Attachment>,
}

/// Type, version, and the files by name, length and digest.
type Group<'d> = (&'d str, u32, Vec<(&'d str, u64, &'d [u8; 32])>);

impl Draft {
    /// Drafts that one step is for: of one type and version, with the same files.
    fn group(&self) -> Group<'_> {
        let files = self.files.iter().map(|file| (file.name.as_str(), file.length, &file.sm3));
        (&self.key.id.vt_code, self.key.version, files.collect())
    }
}

impl Store {
    /// Acts on vouchers that are kept: signs or stamps each at a position, judges the acts and records
    /// the moves, in one transaction. Results in the order of the keys; one that is refused does not
    /// stop the others. Where the position is filled by the same person already, nothing is done.
    ///
    /// # Errors
    ///
    /// As of [`carry_out_many`](Self::carry_out_many), `Argument` for another move or a position that
    /// the template does not have, `KeyMissing` for a signer without its certificate. Each result also
    /// as of [`voucher::stamp_act`] and [`voucher::sign_act`].
    pub fn act_many(
        &mut self,
        keys: &[VoucherKey],
        acting: &Acting<'_>,
        now: Time,
        threads: usize,
    ) -> Result<Vec<Result<Made>>> {
        let (layer, by) = (acting.layer()?, acting.certificate()?);
        let mut results: Vec<Option<Result<Made>>> = keys.iter().map(|_| None).collect();
        let mut refuse = |place: usize, error: Error| {
            if let Some(result) = results.get_mut(place) {
                *result = Some(Err(error));
            }
        };
        let mut drafts = Vec::new();
        for (place, body) in self.bodies(keys, layer)?.into_iter().enumerate() {
            let Some(key) = keys.get(place) else { break };
            match body {
                Some((body, files)) => {
                    drafts.push(Draft { place, key: key.clone(), body, files });
                }
                None => {
                    let message = format!("{key} is not kept");
                    refuse(place, Error::new(Code::Move, "voucher", message));
                }
            }
        }
        let mut ordered: Vec<(usize, Order)> = Vec::new();
        let mut order = |draft: Draft| {
            let mut order = Order::new(draft.key, acting.name).by(&by).with(draft.body);
            order.server_side = acting.server_side;
            order.authorization = acting.authorization.cloned();
            ordered.push((draft.place, order));
        };
        let filled = |draft: &Draft| {
            draft.body.acts().iter().any(|act| act.to_sign().position == acting.position)
        };
        let (done, mut open): (Vec<_>, Vec<_>) = drafts.into_iter().partition(filled);
        done.into_iter().for_each(&mut order);
        open.sort_by(|one, other| one.group().cmp(&other.group()));
        while !open.is_empty() {
            let same =
                |draft: &&Draft| open.first().is_some_and(|first| first.group() == draft.group());
            let count = open.iter().take_while(same).count();
            let run: Vec<Draft> = open.drain(..count).collect();
            for (draft, signed) in self.sign_run(run, acting, now, threads)? {
                match signed {
                    Ok(()) => order(draft),
                    Err(error) => refuse(draft.place, error),
                }
            }
        }
        ordered.sort_by_key(|(place, _)| *place);
        let (places, orders): (Vec<usize>, Vec<Order>) = ordered.into_iter().unzip();
        let made = self.carry_out_many(&orders, now, threads)?;
        for (place, made) in places.into_iter().zip(made) {
            if let Some(result) = results.get_mut(place) {
                *result = Some(made);
            }
        }
        let lost = || Err(Error::new(Code::StoreFault, "store", "no result"));
        Ok(results.into_iter().map(|result| result.unwrap_or_else(lost)).collect())
    }

    /// The documents of a layer with their files; `None` for those that are not kept.
    fn bodies(&mut self, keys: &[VoucherKey], layer: Layer) -> Result<Vec<Option<WithFiles>>> {
        self.view(|snapshot| {
            let body = |key| {
                let Some(kept) = snapshot.document(key, layer)? else { return Ok(None) };
                Ok(Some((kept.to_body()?, listed(snapshot.attachments(key, layer)?))))
            };
            keys.iter().map(body).collect()
        })
    }

    /// Signs or stamps vouchers of one type and version.
    fn sign_run(
        &self,
        run: Vec<Draft>,
        acting: &Acting<'_>,
        now: Time,
        threads: usize,
    ) -> Result<Vec<(Draft, Result<()>)>> {
        let Some(first) = run.first() else { return Ok(Vec::new()) };
        let (vt_code, version) = (first.key.id.vt_code.clone(), first.key.version);
        let verifier = self.verifier();
        let template = verifier.templates().template(&vt_code).ok_or_else(|| {
            let message = format!("there is no template of {vt_code}");
            Error::new(Code::Argument, "position", message)
        })?;
        let org = &self.identity().org;
        let step = Step::of(template, acting.layer()?, acting.position, org)?;
        let files = first.files.clone();
        let step = Step { voucher_version: version, attachments: &files, ..step }
            .with_catalogue(verifier.catalogue());
        let (places, mut bodies): (Vec<_>, Vec<_>) =
            run.into_iter().map(|draft| ((draft.place, draft.key), draft.body)).unzip();
        let signed = match acting.seal {
            Some(seal) => {
                voucher::stamp_acts(&mut bodies, &step, seal, acting.signer, now, threads)
            }
            None => voucher::sign_acts(&mut bodies, &step, acting.signer, now, threads),
        };
        let drafts = places.into_iter().zip(bodies);
        let drafts = drafts.map(|((place, key), body)| {
            let files = files.clone();
            Draft { place, key, body, files }
        });
        Ok(drafts.zip(signed).collect())
    }
}
