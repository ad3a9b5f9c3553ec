//! The implementations that every case is judged with.

use std::sync::{Mutex, MutexGuard, PoisonError};

use yinxin::crypto::backend::Backend as Instructions;

use crate::case::Case;

/// One implementation inside the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend {
    name: &'static str,
    /// What has to be in force for it; none if it does not matter.
    instructions: Option<Instructions>,
}

impl Backend {
    /// The name, as it stands in the lines of the runner.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Runs `judge` with this implementation in force in the whole process.
    ///
    /// # Panics
    ///
    /// If the library has another one in force after all.
    pub fn run<T>(self, judge: impl FnOnce() -> T) -> T {
        let Some(wanted) = self.instructions else { return judge() };
        let _turn = Turn::take(wanted);
        assert_eq!(Instructions::current(), wanted, "the backend in force");
        judge()
    }
}

/// Instructions put in force for the time that this lives, one at a time.
struct Turn {
    before: Instructions,
    _lock: MutexGuard<'static, ()>,
}

impl Turn {
    fn take(wanted: Instructions) -> Turn {
        static TURN: Mutex<()> = Mutex::new(());
        // A judge that panicked leaves nothing behind but the poison.
        let lock = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let before = Instructions::current();
        wanted.select().expect("only what is available is listed");
        Turn { before, _lock: lock }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.before.select().expect("it was in force before");
    }
}

/// Every implementation of SM2, SM3, SM4 and what is built on them that this machine has.
pub fn own(_: &Case) -> Vec<Backend> {
    let named = |wanted: Instructions| Backend { name: wanted.name(), instructions: Some(wanted) };
    Instructions::available().into_iter().map(named).collect()
}

/// The implementation of RSA, ECDSA, AES-GCM and HMAC-SHA-2.
pub fn ring(_: &Case) -> Vec<Backend> {
    vec![Backend { name: "ring", instructions: None }]
}
