//! Messages whose content does not fit in memory.
//!
//! The content passes through in pieces of 64 KiB; all else of a message is read whole, up to
//! [`MAX_MESSAGE`](super::MAX_MESSAGE). Nothing that is read is believed before its end: decrypted
//! content goes to a sink that the caller hands over, and the sink comes back when the content is
//! proven.
//!
//! | message | read | written |
//! |---|---|---|
//! | SignedData | twice where it is attached, from a source that can seek ([`SignedStream`]); once where the certificates of its signers are known before ([`check_once`](crate::timestamp::check_once)) | [`sign_stream`] in DER, the content read twice; [`sign_stream_once`] in BER, once |
//! | all that is encrypted | once ([`EncryptedStream`]) | once: in DER if the length is told, else in BER ([`AuthEnvelopedData::write`](super::AuthEnvelopedData::write) and the like) |
//!
//! Why twice: the certificates stand behind the content, and what SM2 signs without attributes is
//! SM3(Z ‖ content), Z made from the signer's key. Lengths left open and strings in pieces are read
//! in all of them.

mod decrypt;
pub(super) mod digests;
mod encrypt;
mod frame;
mod pull;
mod sign;
mod signed;
mod walk;

pub use decrypt::{EncryptedStream, Opened, Withheld};
pub(super) use encrypt::{Encrypting, write};
pub use sign::{SigningTerms, sign_stream, sign_stream_once};
pub(crate) use signed::SignedOnce;
pub use signed::SignedStream;

/// Bytes of content that are worked on at once: whole blocks of every cipher, and few enough to stay near
/// the processor between reading, decrypting and hashing.
const PIECE: usize = 1 << 16;
