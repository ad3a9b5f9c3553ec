//! The voucher store (凭证库): what a party holds, and the rules by which it changes.
//!
//! The rules are values in, values out: [`Table`] and [`apply`] are the life cycle of a voucher,
//! [`Roles`] say who somebody is and may do, and [`Authorization`] is the leave for a key that a
//! server keeps. Nothing here reads a clock, a file or a socket.

mod authorization;
pub mod life;
pub mod life_cycle;
pub mod role;
pub mod state;

pub use authorization::Authorization;
pub use life::Life;
pub use life_cycle::{Facts, Guard, Move, Next, Refused, Table, apply};
pub use role::{Actor, Person, Role, Roles};
pub use state::{Leg, LegStatus, State, View};
