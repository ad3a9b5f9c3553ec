//! Pictures of seals: what their bytes really are, and a plain round seal drawn as SVG.

mod sniff;
mod svg;

pub use sniff::{Kind, Pixels, sniff};
pub use svg::{active_content, svg_round_seal};

/// The largest width or height of a picture, in pixels.
pub const MAX_PIXELS: u32 = 10_000;
/// The largest picture, in bytes.
pub const MAX_BYTES: usize = 8 << 20;
