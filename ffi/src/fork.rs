//! The table of handles over a `fork`: a child finds its lock free, whatever other threads did.

/// Registers the handlers, once for the process.
#[cfg(unix)]
pub(crate) use unix::prepare_once;

/// There is no `fork` here.
#[cfg(not(unix))]
pub(crate) fn prepare_once() {}

#[cfg(unix)]
mod unix {
    use crate::handle::{self, Table};
    use std::cell::UnsafeCell;
    use std::ffi::c_int;
    use std::sync::{Once, RwLockWriteGuard};

    unsafe extern "C" {
        fn pthread_atfork(
            prepare: Option<unsafe extern "C" fn()>,
            parent: Option<unsafe extern "C" fn()>,
            child: Option<unsafe extern "C" fn()>,
        ) -> c_int;
    }

    /// The lock, while the thread that forks holds it.
    struct Held(UnsafeCell<Option<RwLockWriteGuard<'static, Table>>>);

    // SAFETY: the cell is read and written only by a thread that holds the table's write lock
    // (`before` takes it first, `after` gives it up last), so never by two at a time.
    unsafe impl Sync for Held {}

    static HELD: Held = Held(UnsafeCell::new(None));

    static REGISTERED: Once = Once::new();

    pub(crate) fn prepare_once() {
        REGISTERED.call_once(|| {
            // SAFETY: the functions have the signature that POSIX asks for and live as long as the
            // library. If there is no memory for them, a fork is no worse than without them.
            let _ = unsafe { pthread_atfork(Some(before), Some(after), Some(after)) };
        });
    }

    extern "C" fn before() {
        let guard = handle::write();
        // SAFETY: this thread holds the write lock; see `Held`.
        unsafe { *HELD.0.get() = Some(guard) };
    }

    extern "C" fn after() {
        // SAFETY: this thread (or its copy in the child) took the write lock in `before`; see `Held`.
        let guard = unsafe { (*HELD.0.get()).take() };
        drop(guard);
    }
}
