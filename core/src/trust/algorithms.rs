//! Until when an algorithm counts.

use super::Trust;
use super::assess::{Codes, Question};
use crate::asn1::{Oid, oid};
use crate::cert::Certificate;
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::error::{Code, Error, Result};
use crate::report::{Outcome, Report};
use crate::time::Time;

/// The most lines about algorithms in one policy. Source: ours.
pub const MAX_ALGORITHM_LINES: usize = 256;

/// A hash function, or a kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// SM2 signatures.
    Sm2,
    /// RSA signatures, PKCS#1 v1.5 and PSS.
    Rsa,
    /// ECDSA on P-256.
    EcdsaP256,
    /// ECDSA on P-384.
    EcdsaP384,
    /// SM3.
    Sm3,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA-1.
    Sha1,
    /// MD5.
    Md5,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Algorithm; 10] = [
        Algorithm::Sm2,
        Algorithm::Rsa,
        Algorithm::EcdsaP256,
        Algorithm::EcdsaP384,
        Algorithm::Sm3,
        Algorithm::Sha256,
        Algorithm::Sha384,
        Algorithm::Sha512,
        Algorithm::Sha1,
        Algorithm::Md5,
    ];

    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Sm2 => "SM2",
            Algorithm::Rsa => "RSA",
            Algorithm::EcdsaP256 => "ECDSA-P256",
            Algorithm::EcdsaP384 => "ECDSA-P384",
            Algorithm::Sm3 => "SM3",
            Algorithm::Sha256 => "SHA-256",
            Algorithm::Sha384 => "SHA-384",
            Algorithm::Sha512 => "SHA-512",
            Algorithm::Sha1 => "SHA-1",
            Algorithm::Md5 => "MD5",
        }
    }

    /// The algorithm with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The identifier of a hash function that may be used anew; `None` for anything else.
    pub fn hash_identifier(self) -> Option<Oid> {
        Some(match self {
            Algorithm::Sm3 => oid::SM3,
            Algorithm::Sha256 => oid::SHA256,
            Algorithm::Sha384 => oid::SHA384,
            Algorithm::Sha512 => oid::SHA512,
            _ => return None,
        })
    }

    /// The hash function with this identifier.
    pub fn from_hash(identifier: &Oid) -> Option<Self> {
        Some(match *identifier {
            oid::SM3 => Algorithm::Sm3,
            oid::SHA256 => Algorithm::Sha256,
            oid::SHA384 => Algorithm::Sha384,
            oid::SHA512 => Algorithm::Sha512,
            oid::SHA1 => Algorithm::Sha1,
            _ => return None,
        })
    }
}

/// Until when an algorithm counts, or RSA keys of less than so many bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlgorithmTerms {
    /// Which.
    pub algorithm: Algorithm,
    /// RSA alone: only keys of less than so many bits are meant.
    pub below: Option<usize>,
    /// The last moment, itself included, at which a signature with it may have been made; at no
    /// moment, if absent.
    pub until: Option<Time>,
}

impl AlgorithmTerms {
    /// This algorithm counts until then.
    pub fn new(algorithm: Algorithm, until: Option<Time>) -> Self {
        AlgorithmTerms { algorithm, below: None, until }
    }

    /// RSA keys of less than so many bits count until then.
    pub fn rsa_below(bits: usize, until: Option<Time>) -> Self {
        AlgorithmTerms { algorithm: Algorithm::Rsa, below: Some(bits), until }
    }

    fn concerns(&self, used: &Used) -> bool {
        let short = self.below.is_none_or(|below| used.bits.is_some_and(|bits| bits < below));
        self.algorithm == used.algorithm && short
    }
}

/// Which algorithms count, and until when. What no line speaks of counts always; of several lines
/// about one algorithm each must hold.
///
/// By default MD5, SHA-1 and RSA below 2048 bits never count, and nothing else ends: our choice.
/// (What this library does not offer at all, as those three, no line can bring back.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Algorithms {
    lines: Vec<AlgorithmTerms>,
}

impl Default for Algorithms {
    fn default() -> Self {
        let lines = vec![
            AlgorithmTerms::new(Algorithm::Md5, None),
            AlgorithmTerms::new(Algorithm::Sha1, None),
            AlgorithmTerms::rsa_below(2048, None),
        ];
        Algorithms { lines }
    }
}

impl Algorithms {
    /// Adds a line.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for bits of another algorithm than RSA, [`Code::Count`] above
    /// [`MAX_ALGORITHM_LINES`].
    pub fn add(&mut self, terms: AlgorithmTerms) -> Result<()> {
        if terms.below.is_some() && terms.algorithm != Algorithm::Rsa {
            return Err(Error::new(Code::Argument, "below", "bits are counted for RSA alone"));
        }
        if self.lines.len() >= MAX_ALGORITHM_LINES {
            let message = "more lines about algorithms than MAX_ALGORITHM_LINES";
            return Err(Error::new(Code::Count, "algorithms", message));
        }
        self.lines.push(terms);
        Ok(())
    }

    /// The lines, the defaults first.
    pub fn lines(&self) -> &[AlgorithmTerms] {
        &self.lines
    }

    /// Why something made with this does not count if it was made at that moment.
    fn problem(&self, used: &Used, at: Time) -> Option<String> {
        let ended = |line: &&AlgorithmTerms| line.until.is_none_or(|until| at > until);
        let line = self.lines.iter().filter(|line| line.concerns(used)).find(ended)?;
        let bits = used.bits.map(|bits| format!(" with {bits} bits")).unwrap_or_default();
        let name = used.algorithm.name();
        Some(match line.until {
            Some(until) => format!("{name}{bits} counts until {until} only"),
            None => format!("{name}{bits} does not count"),
        })
    }

    /// What is found if all of this was used for something that states `stated` as its time and is
    /// proven to have existed at `existed`.
    fn judge(&self, used: &[Used], stated: Time, existed: Time) -> (Outcome, String) {
        let mut open = None;
        for used in used {
            let Some(problem) = self.problem(used, existed) else { continue };
            match self.problem(used, stated) {
                Some(problem) => return (Outcome::Failed, problem),
                None => open = open.or(Some(problem)),
            }
        }
        match open {
            Some(problem) => {
                let detail = format!("{problem}, and nothing proves more than {existed}");
                (Outcome::NotDetermined, detail)
            }
            None => (Outcome::Passed, String::new()),
        }
    }

    /// The same for a hash function alone.
    pub(crate) fn judge_hash(&self, hash: &Oid, stated: Time, existed: Time) -> (Outcome, String) {
        let used = Algorithm::from_hash(hash).map(Used::hash);
        self.judge(used.as_slice(), stated, existed)
    }
}

/// An algorithm that was used, with the size of an RSA key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Used {
    algorithm: Algorithm,
    bits: Option<usize>,
}

impl Used {
    fn hash(algorithm: Algorithm) -> Used {
        Used { algorithm, bits: None }
    }

    fn key(key: &PublicKey) -> Used {
        let (algorithm, bits) = match key {
            PublicKey::Sm2(_) => (Algorithm::Sm2, None),
            PublicKey::Rsa(key) => (Algorithm::Rsa, Some(key.bits())),
            PublicKey::EcdsaP256(_) => (Algorithm::EcdsaP256, None),
            PublicKey::EcdsaP384(_) => (Algorithm::EcdsaP384, None),
        };
        Used { algorithm, bits }
    }
}

/// Whether the algorithms of a signature and of the certificates above it counted when it is proven
/// to have existed.
pub(super) fn check(
    report: &mut Report,
    codes: &Codes,
    question: &Question<'_>,
    path: &[Certificate],
    trust: &Trust,
) -> bool {
    let certificate = question.certificate;
    let mut used = vec![Used::key(certificate.public_key())];
    used.extend(question.hashes.iter().filter_map(Algorithm::from_hash).map(Used::hash));
    for (certificate, issuer) in path.iter().zip(path.iter().skip(1)) {
        used.push(Used::key(issuer.public_key()));
        let hash = certificate.signature_algorithm().map(SignatureAlgorithm::hash);
        used.extend(hash.as_ref().and_then(Algorithm::from_hash).map(Used::hash));
    }
    let existed = question.existed.max(question.at);
    let (outcome, detail) = trust.policy().algorithms.judge(&used, question.at, existed);
    report.check(codes.algorithm, outcome, certificate.subject(), detail);
    outcome == Outcome::Passed
}
