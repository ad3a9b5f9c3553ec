//! The leave under which a store uses a key on somebody's behalf.

use super::role::require_name;
use crate::error::Result;
use crate::time::Time;

/// Who let the store use a key, how that was made sure, when, and where it is recorded.
///
/// A key that its holder keeps (on a token) needs none. A key that a server keeps is under its
/// owner's sole control only if each use has such a leave, so an act that a server makes is refused
/// without one, and the store records it in the transaction of the act.
///
/// # Source
///
/// 电子签名法, article 13, as rendered in the project's notes: creation data that is exclusive to the
/// signer and under the signer's sole control.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authorization {
    /// The person who gave it.
    pub who: String,
    /// How it was made sure that it was that person, such as `pin` or `ukey-challenge`.
    pub authenticated_by: String,
    /// When.
    pub at: Time,
    /// Where the authentication is recorded.
    pub reference: String,
}

impl Authorization {
    /// An authorization, each text visible, not empty and of at most 1,024 bytes.
    ///
    /// # Errors
    ///
    /// [`Code::Value`](crate::error::Code::Value) or [`Code::Text`](crate::error::Code::Text) naming
    /// the text.
    pub fn new(who: &str, authenticated_by: &str, at: Time, reference: &str) -> Result<Self> {
        Ok(Authorization {
            who: require_name("who", who.to_owned())?,
            authenticated_by: require_name("authenticatedBy", authenticated_by.to_owned())?,
            at,
            reference: require_name("reference", reference.to_owned())?,
        })
    }
}
