//! The front door: sign, stamp and verify, one or many.
