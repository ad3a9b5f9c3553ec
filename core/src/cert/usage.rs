//! What a certificate may be used for.

use super::certificate::Certificate;
use crate::asn1::{Oid, oid};

/// What a certificate is to be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Sign documents, vouchers and messages, and stamp.
    Sign,
    /// Make seals.
    MakeSeal,
    /// Sign time stamps, and nothing else.
    TimeStamp,
    /// Sign lists of the states of seals.
    StateSeals,
    /// Receive what is encrypted.
    Encrypt,
    /// Nothing in particular: only the chain is of interest.
    Any,
}

/// The purposes of extKeyUsage under which a document may be signed.
const SIGNING_PURPOSES: [Oid; 5] = [
    oid::EKU_ANY,
    oid::EKU_CLIENT_AUTH,
    oid::EKU_EMAIL_PROTECTION,
    oid::EKU_DOCUMENT_SIGNING,
    oid::EKU_MICROSOFT_DOCUMENT_SIGNING,
];

impl Certificate {
    /// Whether the certificate may sign documents; the same as no
    /// [`usage_problem`](Self::usage_problem) with [`Purpose::Sign`].
    pub fn may_sign(&self) -> bool {
        self.usage_problem(Purpose::Sign).is_none()
    }

    /// Why the certificate may not be used for this; `None` if it may.
    ///
    /// - An unknown critical extension forbids every use, `Any` too, which forbids nothing else.
    /// - The certificate of an authority (CA:TRUE) serves no other purpose than its own.
    /// - `Sign`, `MakeSeal` and `StateSeals`: keyUsage, if there, holds digitalSignature or
    ///   nonRepudiation (the encryption certificate of an SM2 pair does not); extKeyUsage, if there
    ///   *and critical*, names signing documents, protecting mail, client authentication or any
    ///   purpose. Signers' certificates in circulation carry odd purposes that are not critical; those
    ///   are passed over.
    /// - `TimeStamp`: extKeyUsage is critical and names time stamping alone (RFC 3161 §2.3);
    ///   keyUsage, if there, holds digitalSignature or nonRepudiation.
    /// - `Encrypt`: keyUsage, if there, holds keyEncipherment, dataEncipherment or keyAgreement.
    ///
    /// A certificate without keyUsage may be used for all of these; see
    /// [`usage_remark`](Self::usage_remark).
    pub fn usage_problem(&self, purpose: Purpose) -> Option<String> {
        if let Some(unknown) = self.unknown_critical_extensions().first() {
            return Some(format!("critical extension {unknown} is not understood"));
        }
        if self.is_ca() && purpose != Purpose::Any {
            return Some("the certificate is that of an authority (CA:TRUE)".to_owned());
        }
        let usage = self.key_usage();
        let lacks = |any_of: &str| {
            let has = usage.map(|usage| usage.names().join(", ")).unwrap_or_default();
            Some(format!("keyUsage ({has}) holds none of {any_of}"))
        };
        let may_sign =
            usage.is_none_or(|usage| usage.digital_signature() || usage.non_repudiation());
        match purpose {
            Purpose::Any => None,
            Purpose::Encrypt => match usage {
                Some(usage)
                    if !usage.key_encipherment()
                        && !usage.data_encipherment()
                        && !usage.key_agreement() =>
                {
                    lacks("keyEncipherment, dataEncipherment, keyAgreement")
                }
                _ => None,
            },
            _ if !may_sign => lacks("digitalSignature, nonRepudiation"),
            Purpose::TimeStamp => match self.extended_key_usage() {
                Some([only]) if *only == oid::EKU_TIME_STAMPING => {
                    let lax = !self.extended_key_usage_is_critical();
                    lax.then(|| "extKeyUsage timeStamping is not critical".to_owned())
                }
                Some(_) => Some("extKeyUsage is not timeStamping alone".to_owned()),
                None => Some("there is no extKeyUsage timeStamping".to_owned()),
            },
            Purpose::Sign | Purpose::MakeSeal | Purpose::StateSeals => {
                self.purpose_problem(purpose)
            }
        }
    }

    /// What a reader should know about the usage that decides nothing: that keyUsage is absent, or
    /// that the extensions contradict one another.
    pub fn usage_remark(&self) -> Option<String> {
        match self.key_usage() {
            None => Some("there is no keyUsage: nothing says what the key is for".to_owned()),
            Some(usage) if usage.key_cert_sign() && !self.is_ca() => {
                Some("keyUsage holds keyCertSign, but the subject is no authority".to_owned())
            }
            _ if self.path_len().is_some() && !self.is_ca() => {
                Some("there is a path length, but the subject is no authority".to_owned())
            }
            _ => None,
        }
    }

    /// Why an authority with this certificate may not stand above one with this purpose.
    pub(in crate::cert) fn issuer_purpose_problem(&self, purpose: Purpose) -> Option<String> {
        match purpose {
            Purpose::TimeStamp => {
                let purposes = self.extended_key_usage()?;
                let fits =
                    purposes.contains(&oid::EKU_ANY) || purposes.contains(&oid::EKU_TIME_STAMPING);
                (!fits).then(|| "extKeyUsage does not hold timeStamping".to_owned())
            }
            _ => self.purpose_problem(purpose),
        }
    }

    /// Why extKeyUsage forbids signing documents: it is critical and names nothing that fits.
    fn purpose_problem(&self, purpose: Purpose) -> Option<String> {
        if !matches!(purpose, Purpose::Sign | Purpose::MakeSeal | Purpose::StateSeals) {
            return None;
        }
        let purposes = self.extended_key_usage()?;
        let fits = purposes.iter().any(|purpose| SIGNING_PURPOSES.contains(purpose));
        let names = || purposes.iter().map(Oid::to_string).collect::<Vec<_>>().join(", ");
        (self.extended_key_usage_is_critical() && !fits)
            .then(|| format!("critical extKeyUsage ({}) names no signing of documents", names()))
    }
}
