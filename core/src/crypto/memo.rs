//! What was computed before, kept beside the value it belongs to, and never waited for.
//!
//! A process may fork while another of its threads holds a lock; in the child nobody ever opens it.
//! So a lock is tried a counted number of times, and one that stays closed is a miss: the work is
//! done again, and nothing hangs.

use std::sync::{Mutex, MutexGuard, TryLockError};
use std::thread;

/// How often a closed lock is tried. It is held for no longer than a comparison or a copy.
const TRIES: usize = 200;

/// A value that was computed before, or none.
#[derive(Debug)]
pub(crate) struct Memo<T>(Mutex<Option<T>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Memo(Mutex::new(None))
    }
}

impl<T: Clone> Memo<T> {
    /// The value kept.
    pub(crate) fn get(&self) -> Option<T> {
        lock_briefly(&self.0)?.clone()
    }

    /// Whether a value is kept that is like this.
    pub(crate) fn is(&self, like: impl FnOnce(&T) -> bool) -> bool {
        lock_briefly(&self.0).is_some_and(|kept| kept.as_ref().is_some_and(like))
    }

    /// Keeps a value in the place of the one before.
    pub(crate) fn set(&self, value: T) {
        if let Some(mut kept) = lock_briefly(&self.0) {
            *kept = Some(value);
        }
    }

    /// The value kept, or the one that `make` gives, kept from now on.
    pub(crate) fn get_or(&self, make: impl FnOnce() -> T) -> T {
        self.get().unwrap_or_else(|| {
            let value = make();
            self.set(value.clone());
            value
        })
    }
}

/// The lock, unless it stays closed. A thread that panicked with it open left a whole value.
pub(crate) fn lock_briefly<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    for _ in 0..TRIES {
        match mutex.try_lock() {
            Ok(guard) => return Some(guard),
            Err(TryLockError::Poisoned(error)) => return Some(error.into_inner()),
            Err(TryLockError::WouldBlock) => thread::yield_now(),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_nobody_opens_is_a_miss() {
        let memo = Memo::default();
        assert_eq!(memo.get_or(|| 1), 1);
        assert_eq!(memo.get_or(|| 2), 1);
        let held = memo.0.lock().unwrap();
        assert_eq!(memo.get(), None);
        assert!(!memo.is(|kept| *kept == 1));
        memo.set(3);
        assert_eq!(memo.get_or(|| 4), 4);
        drop(held);
        assert_eq!(memo.get(), Some(1));
        assert!(memo.is(|kept| *kept == 1) && !memo.is(|kept| *kept == 2));
    }
}
