//! What a witness gives for a checkpoint that it accepted.

use super::fields::{Fields, require_name};
use super::signed::{CheckpointKey, SignedCheckpoint, sign_sm2};
use crate::asn1::reader::tag;
use crate::asn1::{Oid, writer};
use crate::crypto::BadSignature;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::time::Time;

/// The object identifier that names the format, of the UUID aa81ff5e-bc1b-44e9-a30c-964e6e69fc8d.
const FORMAT: Oid = Oid::new("2.25.226643745098299046948837077626020035725");

const NAME: &str = "Countersignature";
const DOMAIN: &[u8] = b"yinxin:ledger:witness\x01";

/// A witness's signature: at this time it accepted this checkpoint after all that it had seen before.
///
/// ```asn1
/// Countersignature ::= SEQUENCE {
///   statement Statement, keyId OCTET STRING (SIZE(32)), signature OCTET STRING }
///
/// Statement ::= SEQUENCE {
///   format OBJECT IDENTIFIER, version INTEGER (1),
///   witness UTF8String, origin UTF8String, counter INTEGER (1..9223372036854775807),
///   checkpoint OCTET STRING (SIZE(32)), time GeneralizedTime }
/// ```
///
/// `checkpoint` is the digest of the checkpoint; `signature` is the DER of
/// `SEQUENCE { r INTEGER, s INTEGER }` over `yinxin:ledger:witness`, the byte 01 and the statement's DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countersignature {
    witness: String,
    origin: String,
    counter: u64,
    checkpoint: [u8; 32],
    time: Time,
    /// The statement as received.
    statement: Vec<u8>,
    key_id: [u8; 32],
    signature: Vec<u8>,
}

impl Countersignature {
    pub(super) fn sign(
        witness: &str,
        checkpoint: &SignedCheckpoint,
        time: Time,
        signer: &dyn Signer,
    ) -> Result<Self> {
        require_name("witness", witness)?;
        let said = checkpoint.checkpoint();
        let statement = writer::sequence(&[
            &writer::oid(&FORMAT),
            &writer::integer(1),
            &writer::utf8(witness),
            &writer::utf8(&said.origin),
            &super::fields::integer(said.counter),
            &writer::octet_string(&checkpoint.digest()),
            &writer::generalized_time(time),
        ]);
        let (key_id, signature) = sign_sm2(signer, &[DOMAIN, &statement].concat())?;
        Ok(Countersignature {
            witness: witness.to_owned(),
            origin: said.origin.clone(),
            counter: said.counter,
            checkpoint: checkpoint.digest(),
            time,
            statement,
            key_id,
            signature,
        })
    }

    /// Whether one of the keys countersigned this checkpoint.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if not, without detail.
    pub fn verify(
        &self,
        checkpoint: &SignedCheckpoint,
        keys: &[CheckpointKey],
    ) -> std::result::Result<(), BadSignature> {
        let said = checkpoint.checkpoint();
        let same = self.checkpoint == checkpoint.digest()
            && self.origin == said.origin
            && self.counter == said.counter;
        let key = keys.iter().find(|key| key.id() == self.key_id).filter(|_| same);
        key.ok_or(BadSignature)?.verify(&[DOMAIN, &self.statement].concat(), &self.signature)
    }

    /// The name of the witness.
    pub fn witness(&self) -> &str {
        &self.witness
    }

    /// When it countersigned, by its own clock.
    pub fn time(&self) -> Time {
        self.time
    }

    /// The store whose checkpoint it is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The counter of the checkpoint.
    pub fn counter(&self) -> u64 {
        self.counter
    }

    /// The digest of the checkpoint.
    pub fn checkpoint(&self) -> [u8; 32] {
        self.checkpoint
    }

    /// The name of the witness's key: SM3 of its SubjectPublicKeyInfo.
    pub fn key_id(&self) -> [u8; 32] {
        self.key_id
    }

    /// The bytes.
    pub fn to_der(&self) -> Vec<u8> {
        writer::sequence(&[
            &self.statement,
            &writer::octet_string(&self.key_id),
            &writer::octet_string(&self.signature),
        ])
    }

    /// Reads [`to_der`](Self::to_der) and nothing else.
    ///
    /// # Errors
    ///
    /// [`Code::Version`] for another format or version; else family Malformed, with the offset.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let mut outer = Fields::whole(der, NAME)?;
        let inner = outer.0.expect(tag::SEQUENCE)?;
        let (key_id, signature) = (outer.digest()?, outer.0.expect(tag::OCTET_STRING)?.value);
        outer.0.finish()?;
        let mut fields = Fields(inner.contents());
        let format = fields.0.expect(tag::OID)?;
        if format.oid()? != FORMAT {
            return Err(Error::new(Code::Version, NAME, "another format").at(format.offset));
        }
        fields.version(NAME)?;
        let (witness, origin, counter) = (fields.name()?, fields.name()?, fields.number()?);
        let (checkpoint, time) = (fields.digest()?, fields.time()?);
        fields.0.finish()?;
        Ok(Countersignature {
            witness,
            origin,
            counter,
            checkpoint,
            time,
            statement: inner.raw.to_vec(),
            key_id,
            signature: signature.to_vec(),
        })
    }
}
