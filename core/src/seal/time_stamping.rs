//! Time stamps over the signature values of stamps and seals.
//!
//! In two steps, so that nothing here needs a network: ask with the request's DER, put in the token
//! that came back.

use super::stamp::Stamp;
use super::value::Seal;
use crate::asn1::gbt38540;
use crate::asn1::ses::Version;
use crate::error::{Code, Error, Result};
use crate::timestamp::{Imprint, TimeStampRequest, Token};

impl Stamp {
    /// A request for a time stamp over this stamp's signature value.
    ///
    /// # Errors
    ///
    /// `Form` for V1, which has no place for a time stamp; `Random`.
    pub fn time_stamp_request(&self) -> Result<TimeStampRequest> {
        self.has_place()?;
        TimeStampRequest::new(Imprint::sm3(self.signature_value()))
    }

    /// The same stamp with this time stamp (V4, V5); a former one is replaced.
    ///
    /// The token is over this signature value, not before the stated signing time, and signed by
    /// the key of the certificate in it; whether that is trusted is for
    /// [`check_stamp`](super::check_stamp) to say.
    ///
    /// # Errors
    ///
    /// `Form` for V1; those of [`Token::require_over`].
    pub fn with_time_stamp(&self, token: &Token) -> Result<Stamp> {
        self.has_place()?;
        token.require_over(self.signature_value(), Some(self.time()))?;
        self.with_unchecked_time_stamp(token.as_der())
    }

    /// The same stamp with these bytes as its time stamp, whatever they are.
    ///
    /// # Errors
    ///
    /// `Form` for V1.
    pub fn with_unchecked_time_stamp(&self, token: &[u8]) -> Result<Stamp> {
        self.has_place()?;
        let bytes = gbt38540::write_stamp(
            &[self.to_be_signed()],
            self.signer_certificate(),
            &self.algorithm(),
            self.signature_value(),
            Some(token),
        );
        let seal = self.seal().clone();
        Stamp::parse_with(bytes.into(), seal.profile(), |_| Ok(seal))
    }

    fn has_place(&self) -> Result<()> {
        if self.version() == Version::V1 {
            let message = "a stamp of GM/T 0031-2014 has no place for a time stamp";
            return Err(Error::new(Code::Form, "SES_Signature", message));
        }
        Ok(())
    }
}

impl Seal {
    /// A request for a time stamp over this seal's signature value.
    ///
    /// # Errors
    ///
    /// `Form` for V1 and V4, which have no place for a time stamp; `Random`.
    pub fn time_stamp_request(&self) -> Result<TimeStampRequest> {
        self.has_place()?;
        TimeStampRequest::new(Imprint::sm3(self.signature_value()))
    }

    /// The same seal with this time stamp (V5), checked as by [`Stamp::with_time_stamp`] and not
    /// before the creation of the seal; a former one is replaced.
    ///
    /// # Errors
    ///
    /// `Form` for V1 and V4; those of [`Token::require_over`].
    pub fn with_time_stamp(&self, token: &Token) -> Result<Seal> {
        self.has_place()?;
        token.require_over(self.signature_value(), Some(self.created()))?;
        self.with_unchecked_time_stamp(token.as_der())
    }

    /// The same seal with these bytes as its time stamp, whatever they are.
    ///
    /// # Errors
    ///
    /// `Form` for V1 and V4.
    pub fn with_unchecked_time_stamp(&self, token: &[u8]) -> Result<Seal> {
        self.has_place()?;
        let bytes = gbt38540::write_seal(
            self.info(),
            self.maker_certificate(),
            &self.algorithm(),
            self.signature_value(),
            Some(token),
        );
        Seal::parse(&bytes, self.profile())
    }

    fn has_place(&self) -> Result<()> {
        if self.version() != Version::V5 {
            let message = "only a seal of GM/T 0031-2025 carries a time stamp";
            return Err(Error::new(Code::Form, "SESeal", message));
        }
        Ok(())
    }
}
