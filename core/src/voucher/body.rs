//! One voucher in an envelope: its document, what stands beside it, and the acts over it.

use super::act::{Act, layer_digest};
use super::act_to_sign::Layer;
use super::canonical::Scope;
use super::document::Voucher;
use super::id::VoucherId;
use super::limits::{MAX_ACT_TEXT, MAX_ACTS};
use super::text::inspect;
use crate::error::{Code, Error, Result};
use crate::timestamp::Token;

/// A document with the envelope's texts and the acts over all of them.
#[derive(Debug, Clone)]
pub struct Part {
    pub(super) voucher: Voucher,
    pub(super) attach: Option<String>,
    pub(super) return_reason: Option<String>,
    pub(super) acts: Vec<Act>,
}

/// One `VoucherBody`: an original, or a receipt with the original and its acts beside it.
#[derive(Debug, Clone)]
pub struct Body {
    pub(super) id: VoucherId,
    pub(super) layer: Layer,
    pub(super) part: Part,
    pub(super) original: Option<Part>,
}

impl Part {
    /// A part as a store kept it.
    pub(crate) fn assembled(
        voucher: Voucher,
        attach: Option<String>,
        return_reason: Option<String>,
        acts: Vec<Act>,
    ) -> Part {
        Part { voucher, attach, return_reason, acts }
    }

    pub(super) fn new(voucher: Voucher) -> Part {
        Part { voucher, attach: None, return_reason: None, acts: Vec::new() }
    }

    /// The document.
    pub fn voucher(&self) -> &Voucher {
        &self.voucher
    }

    /// `Attach`: a free text of the sender.
    pub fn attach(&self) -> Option<&str> {
        self.attach.as_deref()
    }

    /// `Return_Reason`: why a voucher was returned or failed.
    pub fn return_reason(&self) -> Option<&str> {
        self.return_reason.as_deref()
    }

    /// The acts over the document, in the order in which they were added.
    pub fn acts(&self) -> &[Act] {
        &self.acts
    }
}

impl Body {
    /// A body as a store kept it; what an envelope said is not judged anew.
    pub(crate) fn assembled(
        id: VoucherId,
        layer: Layer,
        part: Part,
        original: Option<Part>,
    ) -> Body {
        Body { id, layer, part, original }
    }

    /// An original without acts, named as its header says.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] if the header does not name the voucher.
    pub fn original(voucher: Voucher) -> Result<Body> {
        let id = voucher.id()?;
        Ok(Body { id, layer: Layer::Issuer, part: Part::new(voucher), original: None })
    }

    /// A receipt without acts, beside the original that it answers.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if `original` is itself a receipt; [`Code::Rules`] if the receipt changes
    /// a field of the base.
    pub fn receipt(original: Body, receipt: Voucher) -> Result<Body> {
        if original.layer != Layer::Issuer {
            return Err(Error::new(Code::Argument, "original", "a receipt has no receipt"));
        }
        if receipt.canonical(Scope::Base) != original.part.voucher.canonical(Scope::Base) {
            let message = "the receipt changes a field that does not begin with X";
            return Err(Error::new(Code::Rules, "Voucher", message));
        }
        Ok(Body {
            id: original.id,
            layer: Layer::Responder,
            part: Part::new(receipt),
            original: Some(original.part),
        })
    }

    /// Division, year, type and number as the envelope states them.
    pub fn id(&self) -> &VoucherId {
        &self.id
    }

    /// Whether the document is an original (layer 1) or a receipt (layer 2).
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// The document with its texts and acts: of a receipt, the receipt.
    pub fn part(&self) -> &Part {
        &self.part
    }

    /// The document.
    pub fn voucher(&self) -> &Voucher {
        &self.part.voucher
    }

    /// The acts over the document.
    pub fn acts(&self) -> &[Act] {
        &self.part.acts
    }

    /// In a receipt, the original with its texts and acts.
    pub fn original_part(&self) -> Option<&Part> {
        self.original.as_ref()
    }

    /// The digest of the issuer's whole layer, as a responder's act refers to it.
    pub fn issuer_layer_digest(&self) -> Option<[u8; 32]> {
        let issuer = match self.layer {
            Layer::Issuer => Some(&self.part),
            Layer::Responder => self.original.as_ref(),
        };
        issuer.map(|part| layer_digest(Layer::Issuer, &part.acts))
    }

    /// Sets `Attach`.
    ///
    /// # Errors
    ///
    /// [`Code::Changed`] if an act covers it already; [`Code::Text`] for a refused character.
    pub fn set_attach(&mut self, text: Option<&str>) -> Result<()> {
        self.require_open("Attach", text)?;
        self.part.attach = text.map(str::to_owned);
        Ok(())
    }

    /// Sets `Return_Reason`.
    ///
    /// # Errors
    ///
    /// As for [`set_attach`](Self::set_attach).
    pub fn set_return_reason(&mut self, text: Option<&str>) -> Result<()> {
        self.require_open("Return_Reason", text)?;
        self.part.return_reason = text.map(str::to_owned);
        Ok(())
    }

    /// Adds an act as received, without judging it; [`check`](super::check) does.
    ///
    /// # Errors
    ///
    /// [`Code::Count`] beyond the limit.
    pub fn add_act(&mut self, act: Act) -> Result<()> {
        if self.part.acts.len() >= MAX_ACTS {
            return Err(Error::new(Code::Count, "Acts", format!("more than {MAX_ACTS} acts")));
        }
        self.part.acts.push(act);
        Ok(())
    }

    /// Puts a time stamp into the act at this position of the document's own layer; see
    /// [`Act::with_time_stamp`].
    ///
    /// # Errors
    ///
    /// [`Code::Order`] if there is no act at the position; those of [`Act::with_time_stamp`].
    pub fn time_stamp_act(&mut self, position: &str, token: &Token) -> Result<()> {
        let act = self.part.acts.iter_mut().find(|act| act.to_sign().position == position);
        let act = act.ok_or_else(|| no_act(position))?;
        *act = act.with_time_stamp(token)?;
        Ok(())
    }

    /// The act at this position of the document's own layer.
    ///
    /// # Errors
    ///
    /// [`Code::Order`] if there is none.
    pub fn act_at(&self, position: &str) -> Result<&Act> {
        let act = self.part.acts.iter().find(|act| act.to_sign().position == position);
        act.ok_or_else(|| no_act(position))
    }

    /// Withdraws one's own act: the one at this position of the document's own layer.
    ///
    /// Whether the voucher has been sent is the caller's to know; an original inside a receipt has.
    ///
    /// # Errors
    ///
    /// [`Code::Order`] if there is no act at the position or another act refers to it.
    pub fn withdraw(&mut self, position: &str) -> Result<Act> {
        let acts = &self.part.acts;
        let fail = |message: String| Error::new(Code::Order, "Acts", message);
        let Some(index) = acts.iter().position(|act| act.to_sign().position == position) else {
            return Err(no_act(position));
        };
        let digest = acts.get(index).map(Act::digest).unwrap_or_default();
        let mut others = acts.iter().filter(|act| act.to_sign().position != position);
        if let Some(other) = others.find(|act| act.to_sign().previous_acts.contains(&digest)) {
            let message = format!("the act at {:?} refers to it", other.to_sign().position);
            return Err(fail(message));
        }
        Ok(self.part.acts.remove(index))
    }

    /// Takes every act over the document out: it is open again.
    pub(crate) fn drop_acts(&mut self) {
        self.part.acts.clear();
    }

    fn require_open(&self, name: &'static str, text: Option<&str>) -> Result<()> {
        if !self.part.acts.is_empty() {
            return Err(Error::new(Code::Changed, name, "an act covers it already"));
        }
        require_text(name, text.unwrap_or_default())
            .map_err(|(code, _, message)| Error::new(code, name, message))
    }
}

fn no_act(position: &str) -> Error {
    Error::new(Code::Order, "Acts", format!("no act at position {position:?}"))
}

/// Refuses a text of the envelope that an act could not hold: the place in it, and why.
pub(super) fn require_text(
    name: &'static str,
    text: &str,
) -> std::result::Result<(), (Code, usize, String)> {
    if text.len() > MAX_ACT_TEXT {
        return Err((Code::Size, 0, format!("{name} has more than {MAX_ACT_TEXT} bytes")));
    }
    inspect(text).map(drop).map_err(|refused| (Code::Text, refused.offset, refused.to_string()))
}
