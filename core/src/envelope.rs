//! Packets between two parties: secret, whole, once, in order, provably from whom and to whom.
//!
//! A [`ReplayState`] says of each packet whether it came before, and what is missing before it.

mod memory;
mod progress;
mod replay;

pub use memory::{MemoryLimits, MemoryReplay, MemoryTransaction};
pub use progress::{DEFAULT_WINDOW, MAX_SEQUENCE, Place, Progress, next_sequence};
pub use replay::{Admission, Arrival, Channel, ReplayState};
