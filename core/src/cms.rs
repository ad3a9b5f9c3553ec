//! Signed messages: read in the forms of RFC 5652 and GB/T 35275, made in either.

mod attributed;
mod attributes;
mod make;
mod signed_data;
mod unsigned;
mod verify;

pub use attributed::{Attributed, sign_with_attributes};
pub use attributes::Attributes;
pub use make::{assemble_detached, sign_attached, sign_detached};
pub use signed_data::{SignedData, SignerId, SignerInfo};
pub(crate) use verify::verify_value_with;
pub use verify::{SignerProblem, verify_value};

#[cfg(test)]
mod tests;
