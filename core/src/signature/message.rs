//! Signed messages, whole: the verdict, and the content only where the verdict is Valid.

use super::verifier::Verifier;
use crate::cert::Certificate;
use crate::cms::{SignedAndEnvelopedData, SignedData};
use crate::error::Result;
use crate::key::Decrypter;
use crate::report::Report;
use crate::timestamp::check_message;
use crate::trust::Moment;

impl Verifier {
    /// Verifies a signed message; `beside` is its content, if that is not inside. The content comes
    /// out only of a message that is valid.
    ///
    /// # Errors
    ///
    /// A Malformed, Unsupported or Limit error if the bytes are no signed message;
    /// [`Code::Structure`](crate::error::Code::Structure) for content inside and beside, and
    /// [`Code::Argument`](crate::error::Code::Argument) for neither.
    pub fn verify_message(
        &self,
        message: &[u8],
        beside: Option<&[u8]>,
        moment: &Moment,
    ) -> Result<(Report, Option<Vec<u8>>)> {
        let signed = SignedData::parse(message, self.trust().policy().profile)?;
        self.judge(&signed, beside, moment)
    }

    /// Decrypts a message of GB/T 35275 that is signed and encrypted, with the key of the certificate
    /// `own`, and verifies it. The content comes out only if it is valid.
    ///
    /// # Errors
    ///
    /// As [`SignedAndEnvelopedData::parse`] and [`SignedAndEnvelopedData::open`].
    pub fn open_signed(
        &self,
        message: &[u8],
        with: &dyn Decrypter,
        own: &Certificate,
        moment: &Moment,
    ) -> Result<(Report, Option<Vec<u8>>)> {
        let message = SignedAndEnvelopedData::parse(message, self.trust().policy().profile)?;
        self.judge(&message.open(with, own)?, None, moment)
    }

    fn judge(
        &self,
        signed: &SignedData,
        beside: Option<&[u8]>,
        moment: &Moment,
    ) -> Result<(Report, Option<Vec<u8>>)> {
        let content = signed.content_or(beside)?;
        let report = check_message(signed, content, self.trust(), moment);
        let proven = report.is_valid().then(|| content.to_vec());
        Ok((report, proven))
    }
}
