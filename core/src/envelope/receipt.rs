//! Receipts: what became of a packet, signed by its receiver.

use super::check;
use super::header::{digest, format, name, sequence};
use super::packet::PacketId;
use super::party::Party;
use super::signed::{self, Signed};
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader, writer};
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::report::{CheckCode, Report};
use crate::time::Time;
use crate::trust::{Moment, Trust};
use std::ops::RangeInclusive;

/// The object identifier that names the format of receipts.
pub const RECEIPT_FORMAT: Oid = Oid::new("2.25.115024152134995567240769649487469872858.3");

/// The version of the format of receipts.
pub const RECEIPT_VERSION: i64 = 1;

/// The longest reason of a refusal in bytes.
pub const MAX_REASON: usize = 200;

/// The most ranges of missing numbers in a receipt; the lowest ones are named.
pub const MAX_MISSING: usize = 64;

const NAME: &str = "Receipt";

/// What became of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was accepted.
    Received,
    /// It was not accepted, and will not be.
    Refused {
        /// Why, as a number that both parties know, from 1 on; the numbers of errors of this library
        /// are some.
        code: u32,
        /// Why, in up to [`MAX_REASON`] bytes for people. Not secret.
        reason: String,
    },
}

/// What a receipt says.
///
/// ```text
/// Receipt ::= SEQUENCE {
///   format OBJECT IDENTIFIER, version INTEGER,
///   packet OCTET STRING (SIZE(32)),             -- SM3 of the bytes of the packet
///   sender, receiver OCTET STRING (SIZE(32)),   -- those of its header
///   conversation UTF8String, sequence INTEGER,  -- those of its header
///   time GeneralizedTime,                       -- whole seconds
///   refused [0] EXPLICIT SEQUENCE { code INTEGER, reason UTF8String } OPTIONAL,
///   missing SEQUENCE OF SEQUENCE { first, last INTEGER } }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// SM3 of the bytes of the packet.
    pub packet: [u8; 32],
    /// The digest of the certificate that the packet's sender signed with.
    pub sender: [u8; 32],
    /// The digest of the certificate that the packet was encrypted for.
    pub receiver: [u8; 32],
    /// The conversation of the packet.
    pub conversation: String,
    /// The number of the packet.
    pub sequence: u64,
    /// When the receipt was made, by its signer's word, in whole seconds.
    pub time: Time,
    /// What became of the packet.
    pub answer: Answer,
    /// What had not come of this conversation, below the highest number that had, when the receipt
    /// was made: what the sender may send again at once. The lowest ranges, at most
    /// [`MAX_MISSING`].
    pub missing: Vec<RangeInclusive<u64>>,
}

impl Receipt {
    /// The receipt of a packet that was accepted, or that was [repeated](super::Admission::Repeated)
    /// after it had been. `missing` is what a [`ReplayState`](super::ReplayState) says.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a time that is not a whole second.
    pub fn received(id: &PacketId, missing: &[RangeInclusive<u64>], time: Time) -> Result<Receipt> {
        Receipt::new(id, Answer::Received, missing, time)
    }

    /// The receipt of a packet that was not accepted.
    ///
    /// Only for a packet that was opened: to answer a stranger that a packet does not open tells him
    /// about keys.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for a time that is not a whole second, the code 0, and a reason that is too
    /// long or has control characters.
    pub fn refused(id: &PacketId, code: u32, reason: &str, time: Time) -> Result<Receipt> {
        if code == 0 || !is_reason(reason) {
            let message = "a code from 1 on, and a reason of up to 200 bytes on one line";
            return Err(Error::new(Code::Argument, "reason", message));
        }
        Receipt::new(id, Answer::Refused { code, reason: reason.to_owned() }, &[], time)
    }

    fn new(
        id: &PacketId,
        answer: Answer,
        missing: &[RangeInclusive<u64>],
        time: Time,
    ) -> Result<Receipt> {
        if time.nanos() != 0 {
            return Err(Error::new(Code::Argument, "time", "not a whole second"));
        }
        let PacketId { digest, header } = id;
        Ok(Receipt {
            packet: *digest,
            sender: header.sender,
            receiver: header.receiver,
            conversation: header.conversation.clone(),
            sequence: header.sequence,
            time,
            answer,
            missing: missing.iter().take(MAX_MISSING).cloned().collect(),
        })
    }

    /// Signs the receipt: SignedData after GB/T 35275 with the receipt inside.
    ///
    /// # Errors
    ///
    /// [`Code::SignerForm`] for a signer that is not SM2, [`Code::KeyMissing`] for one without its
    /// certificate; what the signer says.
    pub fn sign(&self, signer: &dyn Signer) -> Result<Vec<u8>> {
        let none = || Err(Error::new(Code::Signer, "signer", "it gave no signature"));
        Receipt::sign_many(std::slice::from_ref(self), signer, 1).pop().unwrap_or_else(none)
    }

    /// Signs many receipts, results in input order.
    ///
    /// # Errors
    ///
    /// Each result is as of [`sign`](Self::sign).
    pub fn sign_many(
        receipts: &[Receipt],
        signer: &dyn Signer,
        threads: usize,
    ) -> Vec<Result<Vec<u8>>> {
        let contents: Vec<Vec<u8>> = receipts.iter().map(Receipt::to_der).collect();
        let contents: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
        signed::make_many(&contents, signer, threads)
    }

    /// What is signed, in DER.
    pub fn to_der(&self) -> Vec<u8> {
        let number = |number: &u64| writer::integer_unsigned(&number.to_be_bytes());
        let range = |range: &RangeInclusive<u64>| {
            writer::sequence(&[&number(range.start()), &number(range.end())])
        };
        let refused = match &self.answer {
            Answer::Received => Vec::new(),
            Answer::Refused { code, reason } => {
                let code = writer::integer(i64::from(*code));
                writer::explicit(0, &writer::sequence(&[&code, &writer::utf8(reason)]))
            }
        };
        let missing: Vec<Vec<u8>> = self.missing.iter().map(range).collect();
        writer::sequence(&[
            &writer::oid(&RECEIPT_FORMAT),
            &writer::integer(RECEIPT_VERSION),
            &writer::octet_string(&self.packet),
            &writer::octet_string(&self.sender),
            &writer::octet_string(&self.receiver),
            &writer::utf8(&self.conversation),
            &number(&self.sequence),
            &writer::generalized_time(self.time),
            &refused,
            &writer::sequence_of(&missing),
        ])
    }

    fn from_der(der: &[u8]) -> Result<Receipt> {
        let mut fields = Reader::whole(der, NAME)?;
        format(&mut fields, RECEIPT_FORMAT, RECEIPT_VERSION)?;
        let receipt = Receipt {
            packet: digest(&mut fields)?,
            sender: digest(&mut fields)?,
            receiver: digest(&mut fields)?,
            conversation: name(&fields.expect(tag::UTF8_STRING)?)?,
            sequence: sequence(&fields.expect(tag::INTEGER)?)?,
            time: fields.expect(tag::GENERALIZED_TIME)?.whole_second()?,
            answer: answer(&mut fields)?,
            missing: missing(fields.sequence()?)?,
        };
        fields.finish()?;
        Ok(receipt)
    }
}

fn answer(fields: &mut Reader<'_>) -> Result<Answer> {
    let Some(refused) = fields.optional(tag::context(0))? else { return Ok(Answer::Received) };
    let mut refused = refused.contents().only_sequence()?;
    let code = refused.expect(tag::INTEGER)?;
    let number = u32::try_from(code.integer_i64()?).ok().filter(|number| *number > 0);
    let number = number.ok_or_else(|| code.error("a code is from 1 on"))?;
    let reason = refused.expect(tag::UTF8_STRING)?;
    refused.finish()?;
    if !is_reason(reason.utf8()?) {
        return Err(reason.error("a reason has up to 200 bytes on one line"));
    }
    Ok(Answer::Refused { code: number, reason: reason.utf8()?.to_owned() })
}

fn missing(mut ranges: Reader<'_>) -> Result<Vec<RangeInclusive<u64>>> {
    let mut missing: Vec<RangeInclusive<u64>> = Vec::new();
    while !ranges.is_empty() {
        if missing.len() == MAX_MISSING {
            return Err(Error::new(Code::Count, NAME, "more ranges than MAX_MISSING"));
        }
        let mut range = ranges.sequence()?;
        let first = sequence(&range.expect(tag::INTEGER)?)?;
        let last = sequence(&range.expect(tag::INTEGER)?)?;
        range.finish()?;
        if last < first || missing.last().is_some_and(|before| first <= *before.end()) {
            return Err(range.error("ranges of missing numbers are in ascending order"));
        }
        missing.push(first..=last);
    }
    Ok(missing)
}

fn is_reason(text: &str) -> bool {
    text.len() <= MAX_REASON && !text.chars().any(char::is_control)
}

/// A receipt as received: what it says is what somebody says, until it has been checked.
#[derive(Debug)]
pub struct SignedReceipt {
    signed: Signed,
    receipt: Receipt,
}

impl SignedReceipt {
    /// Reads a signed receipt.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] and others for what is no signed message, [`Code::Structure`] for one in another
    /// form than the one that receipts have; [`Code::Value`], [`Code::Form`], [`Code::Version`],
    /// [`Code::Count`] for one that holds something else.
    pub fn parse(message: &[u8]) -> Result<SignedReceipt> {
        let signed = Signed::read(message)?;
        let receipt = Receipt::from_der(signed.content())?;
        Ok(SignedReceipt { signed, receipt })
    }

    /// The digest of the packet that it says it is of, to find what was sent.
    pub fn packet(&self) -> &[u8; 32] {
        &self.receipt.packet
    }

    /// Checks that it is of the packet that was sent, and by the party that it was sent to.
    pub fn check(
        self,
        sent: &PacketId,
        receiver: &Party,
        trust: &Trust,
        moment: &Moment,
    ) -> CheckedReceipt {
        let signer = signed::judge_many(&[&self.signed], trust, moment, 1).pop();
        self.checked(sent, receiver, signer, moment)
    }

    /// Checks many receipts, each of the packet that was sent to a party; results in input order.
    pub fn check_many(
        items: Vec<(SignedReceipt, &PacketId, &Party)>,
        trust: &Trust,
        moment: &Moment,
        threads: usize,
    ) -> Vec<CheckedReceipt> {
        let signed: Vec<&Signed> = items.iter().map(|(receipt, ..)| &receipt.signed).collect();
        let signers = signed::judge_many(&signed, trust, moment, threads);
        let checked = items.into_iter().zip(signers);
        checked
            .map(|((receipt, sent, party), signer)| {
                receipt.checked(sent, party, Some(signer), moment)
            })
            .collect()
    }

    fn checked(
        self,
        sent: &PacketId,
        receiver: &Party,
        signer: Option<Report>,
        moment: &Moment,
    ) -> CheckedReceipt {
        use CheckCode::{ReceiptPacket, ReceiptParty, ReceiptTime};
        let SignedReceipt { signed, receipt } = self;
        let (conversation, sequence) = (&sent.header.conversation, sent.header.sequence);
        let subject = format!("receipt of {conversation}/{sequence}");
        let mut report = Report::new(subject, &[ReceiptPacket, ReceiptParty, ReceiptTime]);
        let header = &sent.header;
        let same = receipt.packet == sent.digest
            && (receipt.sender, receipt.receiver) == (header.sender, header.receiver)
            && (&receipt.conversation, receipt.sequence) == (conversation, sequence);
        let detail = if same { "" } else { "it is the receipt of another packet" };
        report.check(ReceiptPacket, same, "", detail);
        let by_receiver = receiver.signs_with(signed.certificate());
        let detail = if by_receiver { receiver.name() } else { "another party signed it" };
        report.check(ReceiptParty, by_receiver, signed.certificate().subject(), detail);
        let (possible, detail) = check::time(receipt.time, moment);
        report.check(ReceiptTime, possible, "", detail);
        match signer {
            Some(signer) => report.add_report(signer),
            None => report.check(CheckCode::SignatureValue, false, "", "not judged"),
        }
        CheckedReceipt { report, receipt }
    }
}

/// A receipt, and what was found about it. What it says comes out of it only if it is valid.
#[derive(Debug)]
#[must_use = "whether the receipt is valid stands in its report"]
pub struct CheckedReceipt {
    report: Report,
    receipt: Receipt,
}

impl CheckedReceipt {
    /// What was found.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// What the receipt says.
    ///
    /// # Errors
    ///
    /// [`Code::NotValid`] if the report is not Valid.
    pub fn into_receipt(self) -> Result<Receipt> {
        self.report.require_valid()?;
        Ok(self.receipt)
    }
}
