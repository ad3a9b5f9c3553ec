//! Time stamps: read and check a token. No network.

mod check;
mod token;

pub use check::check;
pub use token::Token;
