//! Documents as packages of parts: what is in them and where a signature goes. No digest, no key.

pub mod ofd;
