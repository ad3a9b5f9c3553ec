//! What somebody wants done with one voucher.

mod json;

pub(super) use json::{read_id, read_leave};

use super::authorization::Authorization;
use super::content::Content;
use super::life::CoreResult;
use super::life_cycle::Move;
use super::storage::VoucherKey;
use crate::cert::Certificate;
use crate::crypto::sm3;
use crate::voucher::Body;

/// One move that is asked for, with what only the one who asks can say. All else the store finds out
/// itself: see [`Store`](super::Store).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Order {
    /// The voucher, and which version of it.
    pub key: VoucherKey,
    /// The move.
    pub name: Move,
    /// Who asks, by the certificate that this person acts with. For what no person does, none.
    pub by: Option<Certificate>,
    /// Create, edit: the original. Fill-receipt: the receipt beside its original, with the teller's
    /// act if there is a position for it. Make, review, approve, act and the like of receipts: the
    /// voucher with one act more than the store has; none for a step without an act.
    pub body: Option<Body>,
    /// Files that belong to the original that is created or edited, name and bytes. Its acts list
    /// them, and they travel with it.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// Withdraw: the position of the act.
    pub position: Option<String>,
    /// Why: of a refusal, a return, a rejection, a discard, a dispute and its answer.
    pub reason: Option<String>,
    /// Send: the name of the partner that carries it out.
    pub to: Option<String>,
    /// Moves of the core system: the key under which it was asked. Submit: the key under which it
    /// shall be asked; if none is given, one that follows from store and voucher.
    pub submission: Option<[u8; 32]>,
    /// Core-executed: how much.
    pub result: Option<CoreResult>,
    /// Core-failed: whether money that was advanced is still out.
    pub advance_open: Option<bool>,
    /// Whether the act was made with a key that a server keeps; then an authorization is due.
    pub server_side: bool,
    /// The leave for a key that the server keeps, or for a destruction.
    pub authorization: Option<Authorization>,
    /// The caller's idempotency key, 1 to 1,024 bytes: a second call under it changes nothing. Due
    /// for moves that can be made again in earnest ([`Repeat::Key`](super::life_cycle::Repeat::Key)).
    pub once: Option<String>,
}

impl Order {
    /// This move of this voucher, and nothing else said.
    pub fn new(key: VoucherKey, name: Move) -> Order {
        Order {
            key,
            name,
            by: None,
            body: None,
            attachments: Vec::new(),
            position: None,
            reason: None,
            to: None,
            submission: None,
            result: None,
            advance_open: None,
            server_side: false,
            authorization: None,
            once: None,
        }
    }

    /// The order by this person.
    #[must_use]
    pub fn by(mut self, certificate: &Certificate) -> Order {
        self.by = Some(certificate.clone());
        self
    }

    /// The order with this voucher.
    #[must_use]
    pub fn with(mut self, body: Body) -> Order {
        self.body = Some(body);
        self
    }

    /// The order for this reason.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Order {
        self.reason = Some(reason.to_owned());
        self
    }

    /// The order under this idempotency key.
    #[must_use]
    pub fn once(mut self, key: &str) -> Order {
        self.once = Some(key.to_owned());
        self
    }

    /// SM3 over all that the order says.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut said = b"yinxin:store:order\x01".to_vec();
        said.extend(self.to_json().as_bytes());
        if let Some(body) = &self.body {
            said.extend(sm3::digest(Content::of(body).as_bytes()));
        }
        for (name, bytes) in &self.attachments {
            said.extend((name.len() as u64).to_be_bytes());
            said.extend(name.as_bytes());
            said.extend(sm3::digest(bytes));
        }
        sm3::digest(&said)
    }
}
