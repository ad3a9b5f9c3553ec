//! Signed and encrypted messages: read in the forms of RFC 5652 and GB/T 35275, made in either.
//!
//! | message | made | opened |
//! |---|---|---|
//! | [`SignedData`] | [`sign_detached`], [`sign_attached`], [`sign_with_attributes`], [`sign_together`] | [`timestamp::check_message`](crate::timestamp::check_message) judges it |
//! | [`AuthEnvelopedData`] | for recipients, with a tag | content that nobody changed on the way |
//! | [`EnvelopedData`] | for recipients, SM4-CBC | [`Unauthenticated`] content |
//! | [`SignedAndEnvelopedData`] | GB/T 35275: signed, and encrypted for recipients | a `SignedData`, to be judged |
//! | [`EncryptedData`] | under a key that both have, SM4-CBC | [`Unauthenticated`] content |
//!
//! Contents of any length, in memory that stays the same:
//!
//! | message | made | opened |
//! |---|---|---|
//! | [`SignedData`] | [`sign_stream`], in BER [`sign_stream_once`] | [`SignedStream`], which [`timestamp::check_stream`](crate::timestamp::check_stream) judges, and [`timestamp::extract_stream`](crate::timestamp::extract_stream) with a copy of the content; read once: [`timestamp::check_once`](crate::timestamp::check_once) |
//! | [`AuthEnvelopedData`], [`EnvelopedData`], [`EncryptedData`] | `write` of each, in DER if the length is told, else in BER | [`EncryptedStream`] |
//! | [`SignedAndEnvelopedData`] | - | [`EncryptedStream`], and then [`timestamp::check_withheld`](crate::timestamp::check_withheld) |
//!
//! An attached content is read twice, since the certificates stand behind it and SM2 without signed
//! attributes hashes the signer's key in front of the content. What is decrypted or copied goes to a
//! sink that is handed over and comes back only when it is proven. In memory are then a few pieces of
//! 64 KiB, and all of a message that is not content, up to [`MAX_MESSAGE`].
//!
//! Encryption says nothing about who sent a message: even the tag of an `AuthEnvelopedData` shows only
//! that nobody without the content key changed it, and everybody can make a message for a public
//! key. To know the sender, sign first and encrypt the signed message.
//!
//! Recipients are those with SM2 keys. For RSA, PKCS#1 and OAEP alike, nothing is encrypted and nothing
//! decrypted: there is no RSA decryption here that keeps its key from a watcher of its time. A message
//! for an RSA key gets `Algorithm` (201), one by key agreement, password or common key `Form` (203).
//!
//! # What a failure tells
//!
//! Whatever depends on a key gives one error, `Decryption`, by one way: a content key that does not
//! come out, has another length, padding or a tag that is wrong. Other errors are about what anybody
//! who sees the message can see. Do not answer a stranger with more than one bit all the same, and
//! not at once: without a tag, "it opened" is an answer about the padding.

mod any;
mod attributed;
mod attributes;
mod auth_enveloped;
mod content;
mod describe;
mod encrypted;
mod enveloped;
mod front;
mod make;
mod message;
mod recipient;
mod signed_and_enveloped;
mod signed_data;
pub(crate) mod stream;
mod unauthenticated;
mod unsigned;
mod verify;

pub use any::{decrypt, decrypt_unauthenticated, encrypt, encrypt_stream};
pub use attributed::{Attributed, Extras, sign_together, sign_with_attributes};
pub use attributes::Attributes;
pub use auth_enveloped::AuthEnvelopedData;
pub use content::ContentCipher;
pub use describe::{describe, describe_stream};
pub use encrypted::EncryptedData;
pub use enveloped::EnvelopedData;
pub(crate) use make::own_certificate;
pub use make::{assemble_attached, assemble_detached, sign_attached, sign_detached};
pub use message::{Form, MAX_MESSAGE, MessageKind};
pub(crate) use recipient::undecryptable;
pub use recipient::{MAX_RECIPIENTS, Recipient, RecipientInfo};
pub use signed_and_enveloped::SignedAndEnvelopedData;
pub use signed_data::{CertificateId, SignedData, SignerInfo};
pub(crate) use stream::SignedOnce;
pub(crate) use stream::digests::{Digests, Wanted};
pub use stream::{
    EncryptedStream, Opened, SignedStream, SigningTerms, Withheld, sign_stream, sign_stream_once,
};
pub use unauthenticated::Unauthenticated;
pub(crate) use verify::{Over, verify_value_with};
pub use verify::{SignerProblem, verify_value};

#[cfg(test)]
mod tests;
