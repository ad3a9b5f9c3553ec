//! How a party makes vouchers and receipts: every position in its turn, each by its own holder.

use super::acts::{Hand, turns};
use super::party::{BATCH, Party, original};
use super::receipts;
use super::who::{Post, Who};
use crate::failure::Failure;
use yinxin::error::Code;
use yinxin::store::life::CoreResult;
use yinxin::store::{Move, Order, Stored, VoucherKey};
use yinxin::voucher::{Attachment, Body, Layer, Voucher};

/// A voucher that is to be issued.
pub struct Draft {
    pub key: VoucherKey,
    pub voucher: Voucher,
    pub attachments: Vec<(String, Vec<u8>)>,
}

impl Draft {
    /// The first version of a voucher, with nothing attached.
    pub fn first(voucher: Voucher) -> Result<Draft, Failure> {
        let key = VoucherKey { id: voucher.id()?, version: 1 };
        Ok(Draft { key, voucher, attachments: Vec::new() })
    }
}

impl Party {
    /// Makes, reviews and seals vouchers, and has them go to a partner. All are of one type.
    pub fn issue(&mut self, to: Who, drafts: Vec<Draft>) -> Result<(), Failure> {
        let mut drafts = drafts.into_iter().peekable();
        while drafts.peek().is_some() {
            // Vouchers with attachments are acted on one by one: each act names its own files.
            let mut batch: Vec<Draft> = Vec::new();
            while let Some(draft) = drafts.peek() {
                let alone = !draft.attachments.is_empty();
                let full = batch.len() == BATCH
                    || batch.first().is_some_and(|first| {
                        alone
                            || !first.attachments.is_empty()
                            || first.key.version != draft.key.version
                    });
                if full {
                    break;
                }
                batch.extend(drafts.next());
            }
            let keys = self.seal(batch)?;
            self.send(to, &keys)?;
        }
        Ok(())
    }

    /// Makes, reviews and seals vouchers of one type and version.
    pub fn seal(&mut self, batch: Vec<Draft>) -> Result<Vec<VoucherKey>, Failure> {
        let Some(first) = batch.first() else { return Ok(Vec::new()) };
        let (version, vt_code) = (first.key.version, first.key.id.vt_code.clone());
        let files: Vec<Attachment> =
            first.attachments.iter().map(|(name, bytes)| Attachment::of(name, bytes)).collect();
        let mut orders = Vec::with_capacity(batch.len());
        let (mut keys, mut bodies) = (Vec::new(), Vec::new());
        for Draft { key, voucher, attachments } in batch {
            let body = Body::original(voucher)?;
            let mut order = self.order(&key, Move::Create, Post::Maker)?.with(body.clone());
            order.attachments = attachments;
            orders.push(order);
            keys.push(key);
            bodies.push(body);
        }
        self.carry_out(&orders)?;
        self.act(&vt_code, Layer::Issuer, version, &files, &keys, bodies)?;
        Ok(keys)
    }

    /// Has every position of a layer filled, in its turn.
    fn act(
        &mut self,
        vt_code: &str,
        layer: Layer,
        version: u32,
        files: &[Attachment],
        keys: &[VoucherKey],
        mut bodies: Vec<Body>,
    ) -> Result<(), Failure> {
        let templates = self.templates.clone();
        let none = || Failure::usage(format!("there is no template for {vt_code}"));
        let template = templates.template(vt_code).ok_or_else(none)?;
        let turns = turns(template, layer);
        if layer == Layer::Responder && !turns.iter().any(|turn| turn.name == Move::FillReceipt) {
            // Nobody signs as teller or reviewer here, and both do their part all the same.
            let fill = keys.iter().zip(&bodies).map(|(key, body)| {
                Ok(self.order(key, Move::FillReceipt, Post::Teller)?.with(body.clone()))
            });
            let orders: Vec<Order> = fill.collect::<Result<_, Failure>>()?;
            self.carry_out(&orders)?;
            self.all(keys, Move::ReviewReceipt, Post::Reviewer)?;
        }
        for turn in &turns {
            let now = self.now()?;
            let hand = Hand { who: self.who, keys: &self.keys, template, now };
            hand.fill(turn, version, files, &mut bodies)?;
            let orders = keys.iter().zip(&bodies);
            let orders = orders.map(|(key, body)| hand.order(turn, key, body.clone()));
            let orders: Vec<Order> = orders.collect::<Result<_, Failure>>()?;
            self.carry_out(&orders)?;
        }
        Ok(())
    }

    /// Has sealed vouchers go to a partner.
    pub fn send(&mut self, to: Who, keys: &[VoucherKey]) -> Result<(), Failure> {
        let mut orders = Vec::with_capacity(keys.len());
        for key in keys {
            let mut order = self.order(key, Move::Send, Post::Sender)?;
            order.to = Some(to.name().to_owned());
            orders.push(order);
        }
        self.carry_out(&orders).map(drop)
    }

    /// Fills in, reviews, seals and sends the receipts of vouchers whose results are known.
    pub fn answer(&mut self, vouchers: &[(Stored, CoreResult)]) -> Result<(), Failure> {
        let mut types: Vec<(String, u32)> =
            vouchers.iter().map(|(stored, _)| kind(&stored.key)).collect();
        types.sort();
        types.dedup();
        for of in types {
            let (mut keys, mut bodies) = (Vec::new(), Vec::new());
            for (stored, result) in vouchers.iter().filter(|(stored, _)| kind(&stored.key) == of) {
                let original = original(stored)?;
                bodies.push(receipts::fill(&self.papers, original, *result)?);
                keys.push(stored.key.clone());
            }
            let (vt_code, version) = of;
            // The receipt answers the voucher with its files, and lists none of its own.
            self.act(&vt_code, Layer::Responder, version, &[], &keys, bodies)?;
            self.all(&keys, Move::SendReceipt, Post::Sender)?;
            self.answered += keys.len();
        }
        Ok(())
    }

    /// Tries to have somebody answer for a voucher that must not be, and makes the draft void again.
    pub fn try_to_make(&mut self, title: &str, due: Code, voucher: Voucher) -> Result<(), Failure> {
        let Draft { key, voucher, .. } = Draft::first(voucher)?;
        let body = Body::original(voucher)?;
        let create = self.order(&key, Move::Create, Post::Maker)?.with(body.clone());
        self.carry_out(&[create])?;
        let templates = self.templates.clone();
        let none = || Failure::usage(format!("there is no template for {}", key.id.vt_code));
        let template = templates.template(&key.id.vt_code).ok_or_else(none)?;
        let turns = turns(template, Layer::Issuer);
        let turn = turns.iter().find(|turn| turn.name == Move::Make).ok_or_else(none)?;
        let now = self.now()?;
        let hand = Hand { who: self.who, keys: &self.keys, template, now };
        let mut bodies = [body];
        hand.fill(turn, 1, &[], &mut bodies)?;
        let [body] = bodies;
        let order = hand.order(turn, &key, body)?;
        let result = self.store.carry_out(&order, now);
        self.tally.refused(title, due, &result);
        if result.is_err() {
            let discard = self.order(&key, Move::Discard, Post::Maker)?;
            self.carry_out(&[discard.because("试验")])?;
        }
        Ok(())
    }
}

fn kind(key: &VoucherKey) -> (String, u32) {
    (key.id.vt_code.clone(), key.version)
}
