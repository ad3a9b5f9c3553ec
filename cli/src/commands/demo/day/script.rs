//! What a party does of its own accord, turn by turn.

use super::party::Party;
use crate::failure::Failure;

/// A party's part of the day. It is asked again and again, and says whether it did anything.
pub trait Script {
    /// One turn: acts on what has come.
    fn turn(&mut self, party: &mut Party) -> Result<bool, Failure>;

    /// Goes on with what needs all of it: asked once whenever everything that came was acted on.
    fn go_on(&mut self, _party: &mut Party) -> Result<bool, Failure> {
        Ok(false)
    }

    /// Whether everything that the party has to see to is done.
    fn is_done(&mut self, party: &mut Party) -> Result<bool, Failure>;
}
