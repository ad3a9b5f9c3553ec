//! Local authentication between a business system and the control.

use super::MacKey;
use crate::crypto::declassify::declassify;
use crate::error::{Code, Error, Result};
use crate::hex;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// Which way a message goes. It is part of what is authenticated, so that nobody gets his own message
/// back as the answer of the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the business system to the control.
    ToControl,
    /// From the control to the business system.
    FromControl,
}

impl Direction {
    fn octet(self) -> u8 {
        match self {
            Direction::ToControl => 1,
            Direction::FromControl => 2,
        }
    }
}

/// A tag of 32 bytes.
///
/// It is not compared with `==`: [`LocalAuthentication::check`] does that, in constant time.
#[derive(Debug, Clone, Copy)]
pub struct AuthenticationTag([u8; 32]);

impl AuthenticationTag {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hexadecimal digits in lower case.
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// 44 digits of base64.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The tag in 64 hexadecimal digits, in either case, or 44 digits of base64.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for anything else.
    pub fn from_text(text: &str) -> Result<Self> {
        let base64 = || STANDARD.decode(text).ok()?.try_into().ok();
        hex::decode(text).or_else(base64).map(AuthenticationTag).ok_or_else(|| {
            let message = "a tag is 64 hexadecimal digits, or base64 of 32 bytes";
            Error::new(Code::Value, "tag", message)
        })
    }
}

impl From<[u8; 32]> for AuthenticationTag {
    fn from(bytes: [u8; 32]) -> Self {
        AuthenticationTag(bytes)
    }
}

/// What a business system and the control authenticate to each other, with keys that both have.
///
/// ```text
/// tag = HMAC-SM3(key, direction || sequence || message)
/// ```
///
/// The direction is one byte, the sequence number eight, big endian. Tags are made under one key; a
/// second one is accepted beside it while the two sides change from one key to the next. That a
/// sequence number was not used before is for the caller to see to: nothing is remembered here.
///
/// ```
/// use std::sync::Arc;
/// use yinxin::key::{Direction, LocalAuthentication, TwoPartKey};
///
/// let key = TwoPartKey::new("2026-1", b"k7Qe-vX2mPz9_TaW", b"0rYbN4uHs8LdFc6J")?;
/// let local = LocalAuthentication::new(Arc::new(key));
/// let tag = local.authenticate(Direction::ToControl, 1, b"message")?;
/// assert_eq!(local.check(Direction::ToControl, 1, b"message", &tag)?, "2026-1");
/// # Ok::<(), yinxin::Error>(())
/// ```
#[derive(Clone)]
pub struct LocalAuthentication {
    key: Arc<dyn MacKey>,
    other: Option<Arc<dyn MacKey>>,
}

impl LocalAuthentication {
    /// Under this key alone.
    pub fn new(key: Arc<dyn MacKey>) -> Self {
        LocalAuthentication { key, other: None }
    }

    /// The same, with tags under `other` accepted too: the key before, or the next one.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if a second key is there already, or if both have one name.
    pub fn accepting(mut self, other: Arc<dyn MacKey>) -> Result<Self> {
        if self.other.is_some() {
            return Err(Error::new(Code::Argument, "key", "two keys are accepted, not three"));
        }
        if self.key.id() == other.id() {
            return Err(Error::new(Code::Argument, "key id", "both keys have one name"));
        }
        self.other = Some(other);
        Ok(self)
    }

    /// The name of the key under which tags are made.
    pub fn key_id(&self) -> &str {
        self.key.id()
    }

    /// The tag of a message.
    ///
    /// # Errors
    ///
    /// What a key in a device says.
    pub fn authenticate(
        &self,
        direction: Direction,
        sequence: u64,
        message: &[u8],
    ) -> Result<AuthenticationTag> {
        let sequence = sequence.to_be_bytes();
        let parts = [&[direction.octet()][..], &sequence[..], message];
        self.key.tag(&parts).map(AuthenticationTag)
    }

    /// The name of the key under which this is the tag of the message.
    ///
    /// # Errors
    ///
    /// [`Code::BadSignature`], the same whatever is wrong; what a key in a device says.
    ///
    /// # Timing
    ///
    /// The tag is computed under each key that is accepted, and compared in constant time.
    pub fn check(
        &self,
        direction: Direction,
        sequence: u64,
        message: &[u8],
        tag: &AuthenticationTag,
    ) -> Result<&str> {
        let sequence = sequence.to_be_bytes();
        let parts = [&[direction.octet()][..], &sequence[..], message];
        let agrees = |key: &Arc<dyn MacKey>| -> Result<Choice> {
            let expected = Zeroizing::new(key.tag(&parts)?);
            Ok(expected.ct_eq(&tag.0))
        };
        let by_first = agrees(&self.key)?;
        let by_other = self.other.as_ref().map_or(Ok(Choice::from(0)), agrees)?;
        let told = |choice| bool::from(declassify(choice));
        match (told(by_first), told(by_other), &self.other) {
            (true, ..) => Ok(self.key.id()),
            (_, true, Some(other)) => Ok(other.id()),
            _ => Err(Error::new(Code::BadSignature, "tag", "it is not the tag of this message")),
        }
    }
}
