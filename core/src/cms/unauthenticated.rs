//! What was decrypted and could have been changed by anybody.

use std::fmt;

/// Something that was encrypted without a tag: whoever carried the message may have changed it, and
/// nothing here would show that.
///
/// It has to be taken out by name, and nothing that needs to know where its bytes come from takes it
/// as it is. Do not act on it, and above all do not tell the sender whether it "was in order", before
/// something else (a signature inside) has shown that it is whole.
#[must_use = "what was decrypted is in it"]
#[derive(Clone)]
pub struct Unauthenticated<T>(T);

impl<T> Unauthenticated<T> {
    pub(super) fn new(value: T) -> Self {
        Unauthenticated(value)
    }

    /// The value, which the caller answers for from here on.
    pub fn into_unauthenticated(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Unauthenticated<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unauthenticated")
    }
}
