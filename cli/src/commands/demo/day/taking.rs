//! How a party takes vouchers in: judged, given to a core system, ended.

use super::party::Party;
use super::who::Post;
use crate::failure::Failure;
use yinxin::error::Error;
use yinxin::store::life::CoreResult;
use yinxin::store::{Move, Order, Stored, VoucherKey};

/// What came of judging what came.
#[derive(Default)]
pub struct Judged {
    pub accepted: Vec<Stored>,
    pub refused: Vec<(VoucherKey, Error)>,
}

impl Party {
    /// Judges what came. What the rules do not let pass is refused, with the reason, and given back with
    /// it.
    pub fn accept(&mut self, came: Vec<Stored>) -> Result<Judged, Failure> {
        let orders: Result<Vec<Order>, Failure> =
            came.iter().map(|one| self.order(&one.key, Move::Accept, Post::Teller)).collect();
        let made = self.store.carry_out_many(&orders?, self.now()?, 1)?;
        let mut judged = Judged::default();
        for (stored, made) in came.into_iter().zip(made) {
            match made {
                Ok(_) => judged.accepted.push(stored),
                Err(error) => {
                    let reason = format!("{} {}", error.code().number(), error.structure());
                    let order = self.order(&stored.key, Move::Refuse, Post::Teller)?;
                    self.carry_out(&[order.because(&reason)])?;
                    judged.refused.push((stored.key, error));
                }
            }
        }
        Ok(judged)
    }

    /// Gives vouchers to the core system, as far as the store is concerned: the key under which each
    /// is asked for is recorded before it is.
    pub fn submit(&mut self, accepted: &[Stored]) -> Result<Vec<[u8; 32]>, Failure> {
        let orders: Result<Vec<Order>, Failure> =
            accepted.iter().map(|one| self.order(&one.key, Move::Submit, Post::Teller)).collect();
        let none = || Failure::usage("a submission without its key");
        let made = self.carry_out(&orders?)?;
        made.into_iter().map(|made| made.life.submission.ok_or_else(none)).collect()
    }

    /// Records what the core system said.
    pub fn ended(&mut self, results: &[(Stored, [u8; 32], CoreResult)]) -> Result<(), Failure> {
        let order = |(stored, key, result): &(Stored, [u8; 32], CoreResult)| {
            let name = match result {
                CoreResult::Executed(_) => Move::CoreExecuted,
                CoreResult::Failed => Move::CoreFailed,
            };
            let mut order = Order::new(stored.key.clone(), name);
            order.submission = Some(*key);
            order.result = Some(*result);
            order.advance_open = (name == Move::CoreFailed).then_some(false);
            order
        };
        self.carry_out(&results.iter().map(order).collect::<Vec<Order>>()).map(drop)
    }

    /// Takes in vouchers that need no core system of their own: all of it is carried out as it stands.
    pub fn carry_out_whole(
        &mut self,
        accepted: Vec<Stored>,
    ) -> Result<Vec<(Stored, CoreResult)>, Failure> {
        let keys = self.submit(&accepted)?;
        let results: Vec<_> = accepted
            .into_iter()
            .zip(keys)
            .map(|(stored, key)| {
                let result = CoreResult::Executed(stored.life.amount);
                (stored, key, result)
            })
            .collect();
        self.ended(&results)?;
        Ok(results.into_iter().map(|(stored, _, result)| (stored, result)).collect())
    }
}
