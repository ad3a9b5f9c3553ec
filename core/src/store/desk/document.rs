//! The documents of an order: what it brings, what is kept, and what the move leaves.

use super::file::{of_document, require_listed};
use super::{Desk, Judged, result_of};
use crate::error::{Code, Error, Result};
use crate::report::Report;
use crate::store::amounts;
use crate::store::life::Life;
use crate::store::life_cycle::Move;
use crate::store::order::Order;
use crate::store::storage::VoucherKey;
use crate::store::work::Work;
use crate::voucher::{Body, Fen, Layer, Scope, Voucher};
use std::borrow::Cow;

impl Desk<'_> {
    /// Finds out what the documents say: of the order, and of those that are kept.
    pub(super) fn documents<'o>(
        &self,
        work: &Work<'_>,
        order: &'o Order,
        life: &Life,
        report: Option<&Report>,
        judged: &mut Judged<'o>,
    ) -> Result<()> {
        let facts = &mut judged.facts;
        match order.name {
            Move::Create | Move::Edit | Move::Receive => {
                let body = original(order)?;
                if order.name != Move::Receive && !body.acts().is_empty() {
                    let message = "a draft carries no act; each act is an order of its own";
                    return Err(Error::new(Code::Argument, "body", message));
                }
                if order.name == Move::Receive {
                    require_listed(order, body)?;
                }
                facts.amount = amount_of(body.voucher())?;
                judged.body = Some(Cow::Borrowed(body));
            }
            Move::FillReceipt | Move::ReceiveReceipt => {
                let body = receipt(order)?;
                let kept = require(kept(work, &order.key, Layer::Issuer)?, &order.key)?;
                if body.issuer_layer_digest() != kept.issuer_layer_digest() {
                    let message =
                        "the original in the receipt does not carry the acts that are kept";
                    return Err(Error::new(Code::Changed, "body", message));
                }
                let scope = Scope::Base;
                facts.base_same =
                    body.voucher().canonical(scope) == kept.voucher().canonical(scope);
                facts.result = Some(result_of(body.voucher(), life)?);
                judged.violations = self.violations(work, body.voucher(), Layer::Responder);
                judged.body = Some(Cow::Borrowed(body));
                if order.name == Move::FillReceipt {
                    let files = of_document(work, &order.key, Layer::Responder, order)?;
                    self.new_act(order, body, &[], &files, report, &mut judged.facts)?;
                } else {
                    require_listed(order, body)?;
                }
            }
            Move::Make | Move::Review | Move::Approve | Move::Act => {
                let kept = require(kept(work, &order.key, Layer::Issuer)?, &order.key)?;
                judged.violations = self.violations(work, kept.voucher(), Layer::Issuer);
                let files = of_document(work, &order.key, Layer::Issuer, order)?;
                self.acts(order, &kept, &files, report, judged)?;
            }
            Move::ReviewReceipt | Move::ActOnReceipt => {
                let kept = require(kept(work, &order.key, Layer::Responder)?, &order.key)?;
                let files = of_document(work, &order.key, Layer::Responder, order)?;
                self.acts(order, &kept, &files, report, judged)?;
            }
            Move::Withdraw | Move::WithdrawReceiptAct => {
                let layer = match order.name {
                    Move::Withdraw => Layer::Issuer,
                    _ => Layer::Responder,
                };
                let mut kept = require(kept(work, &order.key, layer)?, &order.key)?;
                let position = order.position.as_deref().unwrap_or_default();
                // The life cycle says what is wrong with an act that cannot be withdrawn.
                if kept.withdraw(position).is_ok() {
                    judged.body = Some(Cow::Owned(kept));
                }
            }
            Move::Reject => {
                let mut kept = require(kept(work, &order.key, Layer::Issuer)?, &order.key)?;
                kept.drop_acts();
                judged.body = Some(Cow::Owned(kept));
            }
            Move::Accept => {
                let kept = require(kept(work, &order.key, Layer::Issuer)?, &order.key)?;
                judged.violations = self.violations(work, kept.voucher(), Layer::Issuer);
            }
            _ => {}
        }
        judged.facts.rules_kept = judged.violations.is_empty();
        Ok(())
    }
}

/// What is kept of a voucher.
pub(super) fn kept(work: &Work<'_>, key: &VoucherKey, layer: Layer) -> Result<Option<Body>> {
    work.document(key, layer)?.map(|content| content.to_body()).transpose()
}

fn require(kept: Option<Body>, key: &VoucherKey) -> Result<Body> {
    kept.ok_or_else(|| Error::new(Code::Move, "voucher", format!("{key} is not kept")))
}

/// The original that an order brings.
fn original(order: &Order) -> Result<&Body> {
    of_layer(order, Layer::Issuer, "the original is due")
}

/// The receipt that an order brings.
fn receipt(order: &Order) -> Result<&Body> {
    of_layer(order, Layer::Responder, "the receipt is due, beside its original")
}

fn of_layer<'o>(order: &'o Order, layer: Layer, due: &'static str) -> Result<&'o Body> {
    let body = order.body.as_ref().filter(|body| body.layer() == layer);
    body.ok_or_else(|| Error::new(Code::Argument, "body", due))
}

/// What a voucher asks for; nothing, if it has no such field.
fn amount_of(voucher: &Voucher) -> Result<Fen> {
    Ok(amounts::asked(voucher)?.unwrap_or(Fen::ZERO))
}
