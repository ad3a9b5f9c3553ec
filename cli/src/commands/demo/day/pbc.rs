//! The treasury of the central bank: takes notices and clearing requests in, and answers them.

use super::party::{Party, sort};
use super::script::Script;
use crate::failure::Failure;
use std::collections::BTreeMap;
use yinxin::error::Code;
use yinxin::store::State;

/// The treasury's part.
#[derive(Default)]
pub struct CentralBank;

impl Script for CentralBank {
    fn turn(&mut self, party: &mut Party) -> Result<bool, Failure> {
        let (came, _) = sort(party.waiting()?);
        if came.is_empty() {
            return Ok(false);
        }
        let judged = party.accept(came)?;
        for (key, error) in judged.refused {
            let title = format!("{} beyond the quota", key.id.vt_code);
            party.tally.refused(&title, Code::QuotaExceeded, &Err::<(), _>(error));
        }
        let done = party.carry_out_whole(judged.accepted)?;
        party.answer(&done)?;
        Ok(true)
    }

    fn is_done(&mut self, party: &mut Party) -> Result<bool, Failure> {
        // The refund is there, and of every request the last version was carried out.
        let mut requests = BTreeMap::new();
        for (key, life) in party.lives(Some("2301"))? {
            requests.insert(key.id, life.state);
        }
        let refused = requests.values().any(|state| *state == State::Refused);
        let refunds = party.lives(Some("2302"))?;
        Ok(!refused && !requests.is_empty() && !refunds.is_empty() && party.is_settled(None)?)
    }
}
