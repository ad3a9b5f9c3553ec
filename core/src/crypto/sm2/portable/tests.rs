//! The engine against a plain model of big numbers and against RustCrypto's curve.

mod curve;
mod exceptions;
mod numbers;
mod prepared;
