//! Who exchanges packets: the one who receives, and those from whom.

use crate::cert::{Certificate, Purpose};
use crate::error::{Code, Error, Result};
use crate::key::Decrypter;
use std::fmt;

/// The most keys of a mailbox, and the most certificates of a party.
pub const MAX_CERTIFICATES: usize = 64;

/// The one who receives: his name, and his keys, the old one beside the new while packets for the
/// old one are on the way.
pub struct Mailbox {
    name: String,
    keys: Vec<(Certificate, Box<dyn Decrypter>)>,
}

impl Mailbox {
    /// A mailbox without keys. The name is the owner's for himself; a
    /// [`ReplayState`](super::ReplayState) counts under it, so it stays the same.
    pub fn new(name: impl Into<String>) -> Mailbox {
        Mailbox { name: name.into(), keys: Vec::new() }
    }

    /// The mailbox with one more key and its certificate.
    ///
    /// # Errors
    ///
    /// [`Code::KeyMismatch`] if they do not belong together; [`Code::Policy`] for a certificate that
    /// is not one to encrypt for; [`Code::Count`] above [`MAX_CERTIFICATES`].
    pub fn with_key(
        mut self,
        certificate: Certificate,
        key: impl Decrypter + 'static,
    ) -> Result<Mailbox> {
        if certificate.public_key() != key.public_key() {
            let message = "the certificate is that of another key";
            return Err(Error::new(Code::KeyMismatch, "mailbox", message));
        }
        if let Some(problem) = certificate.usage_problem(Purpose::Encrypt) {
            return Err(Error::new(Code::Policy, "mailbox", problem));
        }
        if self.keys.len() >= MAX_CERTIFICATES {
            return Err(Error::new(Code::Count, "mailbox", "more keys than MAX_CERTIFICATES"));
        }
        self.keys.push((certificate, Box::new(key)));
        Ok(self)
    }

    /// The owner's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The certificates that packets may be encrypted for.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.keys.iter().map(|(certificate, _)| certificate)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = (&Certificate, &dyn Decrypter)> {
        self.keys.iter().map(|(certificate, key)| (certificate, &**key))
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subjects: Vec<&str> = self.certificates().map(Certificate::subject).collect();
        f.debug_struct("Mailbox").field("name", &self.name).field("keys", &subjects).finish()
    }
}

/// Somebody with whom packets are exchanged, and the certificates that he signs with.
///
/// That a certificate is listed here says whose it is. Whether it is in force is judged all the same,
/// against the [`Trust`](crate::trust::Trust), each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    name: String,
    identities: Vec<Identity>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Identity {
    /// This certificate alone, by its digest.
    Certificate([u8; 32]),
    /// Any of this subject by this issuer, both as DER.
    Like { subject: Vec<u8>, issuer: Vec<u8> },
}

impl Party {
    /// A party without certificates. The name is the owner's for it; a
    /// [`ReplayState`](super::ReplayState) counts under it, so it stays the same.
    pub fn new(name: impl Into<String>) -> Party {
        Party { name: name.into(), identities: Vec::new() }
    }

    /// The party, which signs with this certificate; when it gets a new one, list it beside the old.
    #[must_use]
    pub fn with_certificate(mut self, certificate: &Certificate) -> Party {
        self.identities.push(Identity::Certificate(certificate.digest()));
        self
    }

    /// The party, which signs with any certificate that has the subject and the issuer of this one:
    /// a new one is known as soon as the authority has issued it.
    ///
    /// Only for an authority that gives a subject's name to nobody else, and under a trust whose
    /// anchors are all of that kind: else another authority could issue the same names.
    #[must_use]
    pub fn with_any_like(mut self, certificate: &Certificate) -> Party {
        let (subject, issuer) = (certificate.subject_der(), certificate.issuer_der());
        self.identities.push(Identity::Like { subject: subject.into(), issuer: issuer.into() });
        self
    }

    /// The party's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it signs with this certificate.
    pub fn signs_with(&self, certificate: &Certificate) -> bool {
        self.identities.iter().any(|identity| match identity {
            Identity::Certificate(digest) => certificate.digest() == *digest,
            Identity::Like { subject, issuer } => {
                certificate.subject_der() == subject && certificate.issuer_der() == issuer
            }
        })
    }
}
