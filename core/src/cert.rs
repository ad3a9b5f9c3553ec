//! A certificate and what it allows; chains to an anchor; revocation lists given as bytes.
