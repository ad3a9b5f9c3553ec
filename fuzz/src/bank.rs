//! Somebody to encrypt for, the same in every run, so that seeds of one run open in the next.

use std::sync::OnceLock;
use yinxin::Result;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::cms::Recipient;
use yinxin::crypto::public_key::PublicKey;
use yinxin::crypto::sm2::PrivateKey;
use yinxin::key::{Decrypter, SoftwareKey};
use yinxin::time::Time;

/// A key to decrypt with and its certificate; both names in it are always the same.
pub struct Bank {
    key: PrivateKey,
    public: PublicKey,
    /// The certificate.
    pub certificate: Certificate,
}

impl Bank {
    /// The bank as a recipient.
    pub fn recipient(&self) -> Recipient {
        Recipient::new(&self.certificate).expect("a certificate to encrypt for")
    }
}

impl Decrypter for Bank {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn decrypt(&self, ciphertext: &[u8]) -> Result<Vec<u8>> {
        self.key.decrypt_der(ciphertext)
    }
}

/// The bank.
pub fn bank() -> &'static Bank {
    static BANK: OnceLock<Bank> = OnceLock::new();
    BANK.get_or_init(|| make().expect("a bank"))
}

fn make() -> Result<Bank> {
    let at = |year| Time::from_civil(year, 1, 1, 0, 0, 0).expect("a time");
    let key = PrivateKey::from_bytes(&[7; 32])?;
    let public = PublicKey::Sm2(*key.public_key());
    let subject = Subject::parse("CN=Root,C=CN")?;
    let root = Authority::root(SoftwareKey::generate_sm2()?, subject, at(2026), at(2036))?;
    let subject = Subject::parse("CN=Bank,C=CN")?;
    let (from, until) = (at(2026), at(2036));
    let request =
        CertificateRequest::new(subject, public.clone(), Profile::Encryption, from, until);
    let certificate = root.issue(&request.with_serial(&[7]))?;
    Ok(Bank { key, public, certificate })
}
