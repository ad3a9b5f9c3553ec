//! The implementations that every case is judged with.

use yinxin::crypto::sm2;

use crate::case::Case;

/// One implementation inside the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend {
    name: &'static str,
}

impl Backend {
    /// The name, as it stands in the lines of the runner.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Runs `judge` with this implementation in force.
    pub fn run<T>(self, judge: impl FnOnce() -> T) -> T {
        judge()
    }
}

/// Every implementation of SM2 that this machine has.
pub fn sm2(_: &Case) -> Vec<Backend> {
    sm2::backend_names().iter().map(|name| Backend { name }).collect()
}

/// Every implementation of SM3 and what is built on it alone.
pub fn sm3(_: &Case) -> Vec<Backend> {
    vec![Backend { name: "rustcrypto" }]
}

/// Every implementation of SM4.
pub fn sm4(_: &Case) -> Vec<Backend> {
    vec![Backend { name: "rustcrypto" }]
}

/// The implementation of RSA, ECDSA, AES-GCM and HMAC-SHA-2.
pub fn ring(_: &Case) -> Vec<Backend> {
    vec![Backend { name: "ring" }]
}

/// What judges whole messages: seals, stamps, certificates.
pub fn library(_: &Case) -> Vec<Backend> {
    vec![Backend { name: "yinxin" }]
}
