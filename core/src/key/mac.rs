//! Keys that two sides share, to authenticate what they tell each other.

mod halves;
mod local;

pub use halves::{HALF_LENGTH, TwoPartKey};
pub use local::{AuthenticationTag, Direction, LocalAuthentication};

use crate::error::Result;
use std::sync::Arc;

/// A key that authenticates messages: whoever can check a tag can make one, so a tag convinces the
/// other side of the two and nobody else.
pub trait MacKey: Send + Sync {
    /// The name by which both sides know the key: 1 to 64 visible ASCII characters.
    fn id(&self) -> &str;

    /// HMAC-SM3 over the parts, one after another as one message.
    ///
    /// # Errors
    ///
    /// A Key error if the key does not work.
    fn tag(&self, parts: &[&[u8]]) -> Result<[u8; 32]>;
}

/// A key that several hold.
impl<K: MacKey + ?Sized> MacKey for Arc<K> {
    fn id(&self) -> &str {
        (**self).id()
    }

    fn tag(&self, parts: &[&[u8]]) -> Result<[u8; 32]> {
        (**self).tag(parts)
    }
}
