//! A voucher with its texts and acts as bytes, and back, byte for byte.
//!
//! ```text
//! content = "YXV1" layer(1) identifier*4 part [part]      a receipt has its original as second part
//! part    = form(1) document attach reason count(2) act*  texts are absent (0) or present (1 text)
//! act     = kind(1) toSign evidence
//! ```
//!
//! Identifiers, documents, texts and the parts of acts are preceded by their length in four octets,
//! big end first.

use crate::asn1::ses::{self};
use crate::asn1::{Deviations, Profile};
use crate::error::{Code, Error, Result};
use crate::voucher::{Act, ActKind, Body, DocumentForm, Layer, Part, Voucher, VoucherId};
use std::ops::Range;

const MAGIC: &[u8; 4] = b"YXV1";

/// A part shorter than this is not worth keeping apart.
const SHARED: usize = 1 << 10;

/// The bytes of a voucher, and which of them many vouchers have in common: the seals in its stamps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    bytes: Vec<u8>,
    shared: Vec<Range<usize>>,
}

impl Content {
    /// The content of a voucher.
    pub fn of(body: &Body) -> Content {
        let parts = [Some(body.part()), body.original_part()];
        let length = 512 + parts.into_iter().flatten().map(about).sum::<usize>();
        let mut out = Content { bytes: Vec::with_capacity(length), shared: Vec::new() };
        out.bytes.extend(MAGIC);
        out.bytes.push(body.layer().number());
        let VoucherId { adm_div_code, st_year, vt_code, voucher_no } = body.id();
        for name in [adm_div_code, st_year, vt_code, voucher_no] {
            out.text(name.as_bytes());
        }
        out.part(body.part());
        if let Some(original) = body.original_part() {
            out.part(original);
        }
        out
    }

    /// Bytes that another wrote with [`as_bytes`](Self::as_bytes); nothing is held to be shared.
    pub fn from_bytes(bytes: Vec<u8>) -> Content {
        Content { bytes, shared: Vec::new() }
    }

    /// Bytes as a storage joined them, and where in them the shared parts stand.
    #[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "a storage of ours needs it"))]
    pub(super) fn with_shared(bytes: Vec<u8>, shared: Vec<Range<usize>>) -> Content {
        Content { bytes, shared }
    }

    /// The bytes of everything.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the shared parts stand, ascending and apart.
    pub fn shared(&self) -> &[Range<usize>] {
        &self.shared
    }

    /// The voucher again.
    ///
    /// # Errors
    ///
    /// `StoreDamaged` if the bytes are no content.
    pub fn to_body(&self) -> Result<Body> {
        let mut reader = Reader(&self.bytes);
        if reader.take(4)? != MAGIC {
            return Err(damaged("a content that begins otherwise"));
        }
        let layer = match reader.byte()? {
            1 => Layer::Issuer,
            2 => Layer::Responder,
            _ => return Err(damaged("a layer that is none")),
        };
        let (adm_div_code, st_year) = (reader.string()?, reader.string()?);
        let (vt_code, voucher_no) = (reader.string()?, reader.string()?);
        let id = VoucherId::new(&adm_div_code, &st_year, &vt_code, &voucher_no)
            .map_err(|error| damaged(error.to_string()))?;
        let part = reader.part()?;
        let original = match reader.0.is_empty() {
            true => None,
            false => Some(reader.part()?),
        };
        if !reader.0.is_empty() {
            return Err(damaged("bytes behind a content"));
        }
        Ok(Body::assembled(id, layer, part, original))
    }

    fn part(&mut self, part: &Part) {
        self.bytes.push(u8::from(part.voucher().form() == DocumentForm::Json));
        self.text(part.voucher().as_bytes());
        for text in [part.attach(), part.return_reason()] {
            self.bytes.push(u8::from(text.is_some()));
            if let Some(text) = text {
                self.text(text.as_bytes());
            }
        }
        // An envelope holds at most 64 acts of a layer.
        self.bytes.extend((part.acts().len() as u16).to_be_bytes());
        for act in part.acts() {
            self.bytes.push(u8::from(act.kind() == ActKind::Stamp));
            self.text(act.to_sign_der());
            self.text(act.evidence());
            if act.kind() == ActKind::Stamp
                && let Some(seal) = seal_in(act.evidence())
            {
                let start = self.bytes.len() - act.evidence().len();
                self.shared.push(start + seal.start..start + seal.end);
            }
        }
    }

    fn text(&mut self, text: &[u8]) {
        // Every part is below the 256 MiB of an envelope.
        self.bytes.extend((text.len() as u32).to_be_bytes());
        self.bytes.extend(text);
    }
}

/// About how long a part is when it is written.
fn about(part: &Part) -> usize {
    let acts = part.acts().iter().map(|act| 16 + act.to_sign_der().len() + act.evidence().len());
    let texts = [part.attach(), part.return_reason()].into_iter().flatten().map(str::len);
    64 + part.voucher().as_bytes().len() + acts.sum::<usize>() + texts.sum::<usize>()
}

/// Where the seal stands in a stamp, if that is long enough to be kept apart.
fn seal_in(stamp: &[u8]) -> Option<Range<usize>> {
    let fields = ses::read_stamp(stamp, &mut Deviations::new(Profile::AsFound)).ok()?;
    let range = fields.seal.start()..fields.seal.end();
    (range.len() >= SHARED && range.end <= stamp.len()).then_some(range)
}

pub(super) fn damaged(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::StoreDamaged, "store", message)
}

/// Takes fields from the front.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) =
            self.0.split_at_checked(count).ok_or_else(|| damaged("a content that is cut"))?;
        self.0 = rest;
        Ok(head)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| damaged("a content that is cut"))
    }

    pub(super) fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    pub(super) fn text(&mut self) -> Result<&'a [u8]> {
        let length = u32::from_be_bytes(self.array()?);
        self.take(usize::try_from(length).map_err(|_| damaged("a content that is cut"))?)
    }

    fn string(&mut self) -> Result<String> {
        let text = std::str::from_utf8(self.text()?);
        text.map(str::to_owned).map_err(|_| damaged("a text that is not UTF-8"))
    }

    fn part(&mut self) -> Result<Part> {
        let again = |error: Error| damaged(format!("a document that is none: {error}"));
        let voucher = match self.byte()? {
            0 => Voucher::from_xml(self.text()?).map_err(again)?,
            1 => Voucher::from_json(self.text()?).map_err(again)?,
            _ => return Err(damaged("a form of document that is none")),
        };
        let mut texts = [None, None];
        for text in &mut texts {
            *text = match self.byte()? {
                0 => None,
                1 => Some(self.string()?),
                _ => return Err(damaged("a text that is neither there nor absent")),
            };
        }
        let [attach, return_reason] = texts;
        let count = u16::from_be_bytes(self.array()?);
        let mut acts = Vec::new();
        for _ in 0..count {
            let kind = match self.byte()? {
                0 => ActKind::Signature,
                1 => ActKind::Stamp,
                _ => return Err(damaged("a kind of act that is none")),
            };
            let (der, evidence) = (self.text()?.to_vec(), self.text()?.to_vec());
            acts.push(Act::new(der, kind, evidence).map_err(again)?);
        }
        Ok(Part::assembled(voucher, attach, return_reason, acts))
    }
}
