//! Time stamps: check a token (RFC 3161, GB/T 20520); no network.
