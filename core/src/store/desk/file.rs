//! The files that come with a document, and that its acts list.

use crate::error::{Code, Error, Result};
use crate::store::life_cycle::Move;
use crate::store::order::Order;
use crate::store::storage::{AttachmentRow, VoucherKey};
use crate::store::work::Work;
use crate::voucher::{Attachment, Body, Layer};

/// Keeps the files of an order with the document that it brings; an edited draft has no others.
pub(super) fn keep(work: &mut Work<'_>, order: &Order) -> Result<()> {
    let layer = match order.name {
        Move::Create | Move::Edit | Move::Receive => Layer::Issuer,
        Move::FillReceipt | Move::ReceiveReceipt => Layer::Responder,
        _ => return Ok(()),
    };
    let empty = order.attachments.is_empty() && work.attachments(&order.key, layer)?.is_empty();
    if empty {
        return Ok(());
    }
    work.attach(&order.key, layer, order.attachments.clone())
}

/// The files of a kept document, as acts over it list them.
pub(in crate::store) fn listed(rows: Vec<AttachmentRow>) -> Vec<Attachment> {
    let one = |row: AttachmentRow| Attachment::described(row.name, row.length, row.digest);
    rows.into_iter().map(one).collect()
}

/// The files of the document that is acted on: those that are kept or, for one that comes with the
/// order, those of the order.
pub(super) fn of_document(
    work: &Work<'_>,
    key: &VoucherKey,
    layer: Layer,
    order: &Order,
) -> Result<Vec<Attachment>> {
    match order.name {
        Move::FillReceipt => Ok(brought(order)),
        _ => Ok(listed(work.attachments(key, layer)?)),
    }
}

fn brought(order: &Order) -> Vec<Attachment> {
    order.attachments.iter().map(|(name, bytes)| Attachment::of(name, bytes)).collect()
}

/// Nothing, if the files that came with a document are those that every act over it lists.
///
/// # Errors
///
/// [`Code::Changed`] with the first act that lists others.
pub(super) fn require_listed(order: &Order, body: &Body) -> Result<()> {
    let files = brought(order);
    match body.acts().iter().find(|act| act.to_sign().attachments != files) {
        None => Ok(()),
        Some(act) => {
            let position = &act.to_sign().position;
            let message = format!("the act at {position:?} lists other files than came with it");
            Err(Error::new(Code::Changed, "attachments", message))
        }
    }
}
