//! Structures as data, received bytes kept. Knows no cryptography.

pub mod ber;
pub mod gbt38540;
pub mod gmt0031;
pub mod oid;
pub mod pem;
pub mod profile;
pub mod reader;
pub mod ses;
pub mod sm2;
pub mod writer;

pub use oid::Oid;
pub use profile::{Deviations, Profile};
pub use reader::{Reader, Tlv};
