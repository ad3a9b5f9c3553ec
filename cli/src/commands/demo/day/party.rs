//! A party at work: its store, its keys and its mail, and what its people do with vouchers.

use super::keys::Keys;
use super::mail::Mail;
use super::papers::Papers;
use super::tally::Tally;
use super::trust_folder;
use super::who::{Post, Who};
use crate::failure::Failure;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use yinxin::Time;
use yinxin::envelope::Mailbox;
use yinxin::store::life::CoreResult;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Filter, Leg, Life, Made, Move, Order, Outgoing, State, Store, Stored, View, VoucherKey,
};
use yinxin::voucher::{Body, Templates};

/// How many vouchers are worked on together.
pub const BATCH: usize = 50;

/// A party at work.
pub struct Party {
    pub who: Who,
    pub folder: PathBuf,
    pub keys: Keys,
    pub templates: Templates,
    pub store: Store,
    pub mail: Mail,
    pub mailbox: Mailbox,
    pub papers: Papers,
    pub tally: Tally,
    /// Receipts that were filled in, sealed and sent.
    pub answered: usize,
    /// The first packet that went out.
    pub first: Option<Outgoing>,
    /// Letters written by hand, whose answers the store does not know.
    pub by_hand: usize,
}

impl Party {
    /// Opens a party's folder for the day: its store is new.
    pub fn open(who: Who, day: &Path, begun: Time) -> Result<Party, Failure> {
        let folder = day.join(who.name());
        let keys = Keys::load(&folder)?;
        let now = crate::trust::now()?;
        let templates = super::positions::templates()?;
        let papers = Papers::of(begun);
        trust_folder::make(who, &folder, &keys, papers.year())?;
        let trust = folder.join("trust");
        let verifier = trust_folder::verifier(&trust, &templates)?;
        let office = trust_folder::office(&folder)?;
        let file = folder.join("store.sqlite");
        let options = Options::default();
        let storage = SqliteStorage::create(&file, who.role(), who.org(), now, &options)?;
        let log = keys.holder(Post::Log)?;
        let store = Store::new(Box::new(storage), office, Arc::new(verifier)).with_checkpoints(
            log.key.clone(),
            500,
            60,
        );
        let post = keys.holder(Post::Mailbox)?;
        let mailbox =
            Mailbox::new(who.name()).with_key(post.certificate.clone(), post.key.clone())?;
        Ok(Party {
            who,
            mail: Mail::of(who, day),
            papers,
            tally: Tally::default(),
            answered: 0,
            first: None,
            by_hand: 0,
            folder,
            keys,
            templates,
            store,
            mailbox,
        })
    }

    /// The clock.
    pub fn now(&self) -> Result<Time, Failure> {
        crate::trust::now()
    }

    /// An order by the holder of a post.
    pub fn order(&self, key: &VoucherKey, name: Move, by: Post) -> Result<Order, Failure> {
        Ok(Order::new(key.clone(), name).by(&self.keys.holder(by)?.certificate))
    }

    /// Carries out orders that all have to be taken.
    pub fn carry_out(&mut self, orders: &[Order]) -> Result<Vec<Made>, Failure> {
        let now = self.now()?;
        let mut made = Vec::with_capacity(orders.len());
        for orders in orders.chunks(BATCH) {
            for one in self.store.carry_out_many(orders, now, 1)? {
                made.push(one?);
            }
        }
        Ok(made)
    }

    /// The same move of several vouchers, by one person, with nothing else said.
    pub fn all(&mut self, keys: &[VoucherKey], name: Move, by: Post) -> Result<(), Failure> {
        let orders: Result<Vec<Order>, Failure> =
            keys.iter().map(|key| self.order(key, name, by)).collect();
        self.carry_out(&orders?).map(drop)
    }

    /// What came or was answered and waits to be acted on.
    pub fn waiting(&mut self) -> Result<Vec<Stored>, Failure> {
        Ok(self.store.read(BATCH)?)
    }

    /// The records of every voucher of a type.
    pub fn lives(&mut self, vt_code: Option<&str>) -> Result<Vec<(VoucherKey, Life)>, Failure> {
        let filter = Filter { vt_code: vt_code.map(str::to_owned), ..Filter::default() };
        let (mut after, mut lives) = (0, Vec::new());
        loop {
            let found = self.store.list(&filter, after, 1_000)?;
            let Some((last, ..)) = found.last() else { return Ok(lives) };
            after = *last;
            lives.extend(found.into_iter().map(|(_, key, life)| (key, life)));
        }
    }

    /// The vouchers in a state.
    pub fn in_state(&mut self, state: State) -> Result<Vec<Stored>, Failure> {
        let filter = Filter { state: Some(state.number()), ..Filter::default() };
        let found = self.store.list(&filter, 0, BATCH)?;
        let mut vouchers = Vec::with_capacity(found.len());
        for (_, key, _) in found {
            vouchers.extend(self.store.voucher(&key)?);
        }
        Ok(vouchers)
    }

    /// Whether everything is answered for: at rest, or receipted and the receipt acknowledged.
    pub fn is_settled(&mut self, vt_code: Option<&str>) -> Result<bool, Failure> {
        let lives = self.lives(vt_code)?;
        Ok(lives.iter().all(|(_, life)| is_settled(life)))
    }

    /// Files what was carried out and answered, and closes what came to nothing.
    pub fn file_away(&mut self) -> Result<(), Failure> {
        let answered = Leg::Acknowledged;
        let (mut paid, mut nothing) = (Vec::new(), Vec::new());
        for (key, life) in self.lives(None)? {
            if life.state == State::Receipted && life.receipt_leg == answered {
                match life.result {
                    Some(CoreResult::Failed) => nothing.push(key),
                    _ => paid.push(key),
                }
            }
        }
        self.all(&paid, Move::Archive, Post::Archivist)?;
        self.all(&nothing, Move::Close, Post::Archivist)
    }
}

/// What waits, by what is to be done with it.
pub fn sort(waiting: Vec<Stored>) -> (Vec<Stored>, Vec<VoucherKey>) {
    let (came, answered): (Vec<Stored>, Vec<Stored>) =
        waiting.into_iter().partition(|one| one.life.view == View::Receiver);
    (came, answered.into_iter().map(|one| one.key).collect())
}

/// Whether nothing more is due about a voucher but to file it.
pub fn is_settled(life: &Life) -> bool {
    life.state.is_terminal(life.view)
        || (life.state == State::Receipted && life.receipt_leg == Leg::Acknowledged)
}

/// The original of a voucher that is kept.
pub fn original(stored: &Stored) -> Result<&Body, Failure> {
    let none = || Failure::usage(format!("{} has no original", stored.key));
    stored.original.as_ref().ok_or_else(none)
}
