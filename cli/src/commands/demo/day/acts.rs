//! The acts of a party's people: each position of a template in its turn, by the one who holds it.

use super::keys::Keys;
use super::who::{Post, Who};
use crate::failure::Failure;
use yinxin::Time;
use yinxin::store::{Authorization, Move, Order, VoucherKey};
use yinxin::voucher::{
    ActKind, Attachment, Body, Layer, Position, Step, Template, sign_acts, stamp_acts,
};

/// One position that is to be filled, and the move that fills it.
pub struct Turn<'t> {
    pub position: &'t Position,
    pub post: Post,
    pub name: Move,
}

/// The turns of a template's layer, in their order.
pub fn turns(template: &Template, layer: Layer) -> Vec<Turn<'_>> {
    let mut turns: Vec<Turn<'_>> = template
        .positions(layer)
        .map(|position| {
            let name = match (layer, position.role.as_str()) {
                (Layer::Issuer, "maker") => Move::Make,
                (Layer::Issuer, "reviewer") => Move::Review,
                (Layer::Issuer, _) => Move::Act,
                (Layer::Responder, "teller") => Move::FillReceipt,
                (Layer::Responder, "reviewer") => Move::ReviewReceipt,
                (Layer::Responder, _) => Move::ActOnReceipt,
            };
            Turn { position, post: Post::at(&position.position, &position.role), name }
        })
        .collect();
    turns.sort_by_key(|turn| turn.position.sequence);
    turns
}

/// Who acts, with what.
pub struct Hand<'k> {
    pub who: Who,
    pub keys: &'k Keys,
    pub template: &'k Template,
    pub now: Time,
}

impl Hand<'_> {
    /// Fills a position of vouchers of one version with the same attachments.
    pub fn fill(
        &self,
        turn: &Turn<'_>,
        version: u32,
        attachments: &[Attachment],
        bodies: &mut [Body],
    ) -> Result<(), Failure> {
        self.fill_as(turn.post, turn.position, version, attachments, bodies)
    }

    /// The same by the holder of any post, whether it is his position or not.
    pub fn fill_as(
        &self,
        post: Post,
        position: &Position,
        version: u32,
        attachments: &[Attachment],
        bodies: &mut [Body],
    ) -> Result<(), Failure> {
        let Some(first) = bodies.first() else { return Ok(()) };
        let mut step = Step::of(self.template, first.layer(), &position.position, self.who.org())?;
        step.voucher_version = version;
        step.attachments = attachments;
        let key = &*self.keys.holder(post)?.key;
        let done = match position.kind {
            ActKind::Stamp => stamp_acts(bodies, &step, self.keys.seal(post)?, key, self.now, 1),
            _ => sign_acts(bodies, &step, key, self.now, 1),
        };
        done.into_iter().try_for_each(|one| one.map_err(Failure::from))
    }

    /// The order that puts such an act into the store. The office's key is one that the server keeps: it
    /// is used under an authorization of the head.
    pub fn order(&self, turn: &Turn<'_>, key: &VoucherKey, body: Body) -> Result<Order, Failure> {
        let by = &self.keys.holder(turn.post)?.certificate;
        let mut order = Order::new(key.clone(), turn.name).by(by).with(body);
        if turn.post == Post::Office {
            let reference = format!("{}-{}", self.who.name(), key.id.voucher_no);
            order.server_side = true;
            order.authorization =
                Some(Authorization::new("负责人", "ukey-challenge", self.now, &reference)?);
        }
        Ok(order)
    }
}
