//! Packets between two parties: seal, open, admit, answer.

use crate::certificate::{Certificate, Certificates};
use crate::error::{exception, misuse, raise, work};
use crate::input::{self, At, Input, datetime};
use crate::report::Report;
use crate::signer::Signer;
use crate::verifier::{Verifier, moment};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDateTime, PyList};
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError, TryLockError};
use yinxin::envelope::{
    self, Answer, Letter, MemoryReplay, Opened, Packet, Receiving, ReplayState, SignedReceipt,
};
use yinxin::error::Result;

/// A number and a body, of a letter among many.
type Numbered = (u64, Input);

/// Signs a body and encrypts it for the holder of a certificate, as number `sequence` (from 1) of a
/// conversation. To send a packet again, send the same bytes again: never seal twice under one number.
#[pyfunction]
#[pyo3(signature = (body, *, signer, receiver, kind, conversation, sequence, at))]
#[allow(clippy::too_many_arguments)]
pub fn seal_packet<'py>(
    py: Python<'py>,
    body: Input,
    signer: &Bound<'py, Signer>,
    receiver: &Bound<'py, Certificate>,
    kind: &str,
    conversation: &str,
    sequence: u64,
    at: At,
) -> PyResult<Bound<'py, PyBytes>> {
    let letter = Letter { kind, conversation, sequence, time: at.0, body: body.as_ref() };
    let receiver = &receiver.get().0;
    let sealed = signer.get().work(py, |signer| envelope::seal(&letter, signer, receiver))?;
    Ok(PyBytes::new(py, &sealed.bytes))
}

/// Seals many letters, each a number and a body, of one conversation: for each, in the order given, the
/// packet or an Error.
#[pyfunction]
#[pyo3(signature = (letters, *, signer, receiver, kind, conversation, at, threads=1))]
#[allow(clippy::too_many_arguments)]
pub fn seal_packet_many<'py>(
    py: Python<'py>,
    letters: Vec<Numbered>,
    signer: &Bound<'py, Signer>,
    receiver: &Bound<'py, Certificate>,
    kind: &str,
    conversation: &str,
    at: At,
    threads: i64,
) -> PyResult<Bound<'py, PyList>> {
    let threads = input::threads(py, threads)?;
    let one = |(sequence, body): &'_ Numbered| (*sequence, body.as_ref().to_vec());
    let bodies: Vec<(u64, Vec<u8>)> = letters.iter().map(one).collect();
    let letters: Vec<Letter<'_>> = bodies
        .iter()
        .map(|(sequence, body)| Letter {
            kind,
            conversation,
            sequence: *sequence,
            time: at.0,
            body,
        })
        .collect();
    let receiver = &receiver.get().0;
    signer.get().work_many(py, |signer| {
        let sealed = envelope::seal_many(&letters, signer, receiver, threads);
        sealed.into_iter().map(|one| Ok(one?.bytes)).collect()
    })
}

/// The one who receives: his name for himself, and his keys with their certificates, the old one beside
/// the new while packets for the old one are on the way.
#[pyclass(frozen, module = "yinxin.envelope")]
pub struct Mailbox(pub envelope::Mailbox);

#[pymethods]
impl Mailbox {
    #[new]
    fn new(py: Python<'_>, name: &str, keys: Vec<PyRef<'_, Signer>>) -> PyResult<Self> {
        let mut mailbox = envelope::Mailbox::new(name);
        for key in &keys {
            let (key, own) = key.shared_decrypter(py)?;
            mailbox = work(py, || mailbox.with_key(own, key))?;
        }
        Ok(Mailbox(mailbox))
    }

    /// The owner's name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    fn __repr__(&self) -> String {
        format!("<Mailbox {}>", self.0.name())
    }
}

/// Somebody with whom packets are exchanged: the owner's name for him, and the certificates that he signs
/// with. With `any_like`, any other of the same subject by the same issuer counts too.
#[pyclass(frozen, module = "yinxin.envelope")]
pub struct Party(pub envelope::Party);

#[pymethods]
impl Party {
    #[new]
    #[pyo3(signature = (name, certificates, *, any_like=false))]
    fn new(name: &str, certificates: Certificates, any_like: bool) -> Self {
        let add = |party: envelope::Party, certificate| match any_like {
            true => party.with_any_like(certificate),
            false => party.with_certificate(certificate),
        };
        Party(certificates.0.iter().fold(envelope::Party::new(name), add))
    }

    /// The party's name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    fn __repr__(&self) -> String {
        format!("<Party {}>", self.0.name())
    }
}

/// What a valid packet says. It may have come before: `ReplayState.admit` it before it has any effect.
#[pyclass(frozen, module = "yinxin.envelope")]
pub struct Message(pub envelope::Message);

#[pymethods]
impl Message {
    /// The name of the party that sent it.
    #[getter]
    fn sender(&self) -> &str {
        self.0.sender()
    }

    /// The name of the mailbox that it came to.
    #[getter]
    fn receiver(&self) -> &str {
        self.0.receiver()
    }

    /// The certificate that the sender signed with.
    #[getter]
    fn certificate(&self) -> Certificate {
        Certificate(self.0.certificate().clone())
    }

    /// What the body is.
    #[getter]
    fn kind(&self) -> &str {
        &self.0.header().kind
    }

    /// The conversation that it belongs to.
    #[getter]
    fn conversation(&self) -> &str {
        &self.0.header().conversation
    }

    /// Its number in the conversation.
    #[getter]
    fn sequence(&self) -> u64 {
        self.0.header().sequence
    }

    /// When the sender made it, by his own word.
    #[getter]
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.header().time)
    }

    /// What only the receiver reads.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.body())
    }

    /// SM3 of the packet.
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.id().digest)
    }

    /// What shows a third party that the sender sent this body to the receiver: the signed header, and
    /// the salt, SM3 of which with the body after it is the digest in the header.
    #[getter]
    fn proof<'py>(&self, py: Python<'py>) -> (Bound<'py, PyBytes>, Bound<'py, PyBytes>) {
        let (signed, salt) = self.0.proof();
        (PyBytes::new(py, signed), PyBytes::new(py, salt))
    }

    fn __repr__(&self) -> String {
        let header = self.0.header();
        format!("<Message {}/{} from {}>", header.conversation, header.sequence, self.0.sender())
    }
}

/// What has been accepted, in memory: it knows nothing after a restart.
#[pyclass(frozen, name = "ReplayState", module = "yinxin.envelope")]
#[derive(Default)]
pub struct Replay(Mutex<MemoryReplay>);

#[pymethods]
impl Replay {
    #[new]
    fn new() -> Self {
        Replay::default()
    }

    /// Whether a message was accepted, and records it if it is: "New", "Ahead" and "Late" are accepted,
    /// "Repeated", "Conflict", "Forgotten" and "Beyond" are not. `effect` is called, with the message,
    /// only if it is accepted; if it raises, nothing is recorded.
    #[pyo3(signature = (message, effect=None))]
    fn admit(
        &self,
        py: Python<'_>,
        message: &Bound<'_, Message>,
        effect: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<&'static str> {
        // Waiting here for a call of another thread, whose effect needs the interpreter, would last.
        let mut replay = match self.0.try_lock() {
            Ok(replay) => replay,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                return Err(misuse(py, "ReplayState", "another call of it is not finished"));
            }
        };
        let mut transaction = replay.begin();
        let admitted = message.get().0.admit(&mut transaction);
        let admission = admitted.map_err(|error| raise(py, &error))?;
        if let (true, Some(effect)) = (admission.is_accepted(), effect) {
            effect.call1((message,))?;
        }
        transaction.commit();
        Ok(admission.name())
    }

    /// The numbers that have not come in the conversation of a message, as ranges (first, last).
    fn missing(&self, py: Python<'_>, message: &Bound<'_, Message>) -> PyResult<Vec<(u64, u64)>> {
        let message = &message.get().0;
        work(py, || {
            let mut replay = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            replay.begin().missing(&message.arrival().channel)
        })
        .map(|missing| missing.iter().map(|range| (*range.start(), *range.end())).collect())
    }
}

/// What a receipt says that was found valid.
#[pyclass(frozen, module = "yinxin.envelope")]
pub struct Receipt(envelope::Receipt);

#[pymethods]
impl Receipt {
    /// Whether the packet was accepted; else it was refused.
    #[getter]
    fn received(&self) -> bool {
        self.0.answer == Answer::Received
    }

    /// Why it was refused, as a number; None if it was not.
    #[getter]
    fn code(&self) -> Option<u32> {
        match &self.0.answer {
            Answer::Refused { code, .. } => Some(*code),
            Answer::Received => None,
        }
    }

    /// Why it was refused, for people; None if it was not.
    #[getter]
    fn reason(&self) -> Option<&str> {
        match &self.0.answer {
            Answer::Refused { reason, .. } => Some(reason),
            Answer::Received => None,
        }
    }

    /// When the receipt was made, by its signer's word.
    #[getter]
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.time)
    }

    /// What had not come of the conversation, as ranges (first, last): what may be sent again.
    #[getter]
    fn missing(&self) -> Vec<(u64, u64)> {
        self.0.missing.iter().map(|range| (*range.start(), *range.end())).collect()
    }

    fn __repr__(&self) -> String {
        let answer = if self.received() { "received" } else { "refused" };
        format!("<Receipt {}/{} {answer}>", self.0.conversation, self.0.sequence)
    }
}

/// The signed receipt of a packet that was accepted, or repeated after it had been; `missing` is what the
/// ReplayState says.
#[pyfunction]
#[pyo3(signature = (packet, *, signer, at, missing=None))]
pub fn sign_receipt<'py>(
    py: Python<'py>,
    packet: Input,
    signer: &Bound<'py, Signer>,
    at: At,
    missing: Option<Vec<(u64, u64)>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let missing: Vec<RangeInclusive<u64>> =
        missing.into_iter().flatten().map(|(first, last)| first..=last).collect();
    let packet = packet.as_ref();
    let made = signer.get().work(py, |signer| {
        let packet = Packet::parse(packet)?;
        envelope::Receipt::received(packet.id(), &missing, at.0)?.sign(signer)
    })?;
    Ok(PyBytes::new(py, &made))
}

/// The signed receipt of a packet that was opened and not accepted: why, as a number from 1 on that both
/// parties know, and in up to 200 bytes for people. Never answer a packet that did not open.
#[pyfunction]
#[pyo3(signature = (packet, *, signer, code, reason="", at))]
pub fn sign_refusal<'py>(
    py: Python<'py>,
    packet: Input,
    signer: &Bound<'py, Signer>,
    code: u32,
    reason: &str,
    at: At,
) -> PyResult<Bound<'py, PyBytes>> {
    let packet = packet.as_ref();
    let made = signer.get().work(py, |signer| {
        let packet = Packet::parse(packet)?;
        envelope::Receipt::refused(packet.id(), code, reason, at.0)?.sign(signer)
    })?;
    Ok(PyBytes::new(py, &made))
}

/// What a packet says of itself, to everybody: kind, conversation, sequence, and the SM3 of its bytes.
/// Until it has been opened and found valid, that is only what somebody says.
#[pyfunction]
pub fn inspect_packet<'py>(
    py: Python<'py>,
    packet: Input,
) -> PyResult<(String, String, u64, Bound<'py, PyBytes>)> {
    let id = work(py, || Ok(Packet::parse(packet.as_ref())?.id().clone()))?;
    let digest = PyBytes::new(py, &id.digest);
    Ok((id.header.kind, id.header.conversation, id.header.sequence, digest))
}

/// The digest of the packet that a receipt says it is of, to find what was sent.
#[pyfunction]
pub fn receipt_packet<'py>(py: Python<'py>, receipt: Input) -> PyResult<Bound<'py, PyBytes>> {
    let digest = work(py, || Ok(*SignedReceipt::parse(receipt.as_ref())?.packet()))?;
    Ok(PyBytes::new(py, &digest))
}

/// Opens a packet with the keys of a mailbox and judges it. Gives the message, or None if the verdict
/// is not Valid, and the Report. A packet that does not open is KeyFailureError 406, whatever is
/// wrong.
#[pyfunction]
#[pyo3(signature = (packet, *, verifier, mailbox, parties, at, received=None))]
pub fn open_packet(
    py: Python<'_>,
    packet: Input,
    verifier: &Bound<'_, Verifier>,
    mailbox: &Bound<'_, Mailbox>,
    parties: Vec<PyRef<'_, Party>>,
    at: At,
    received: Option<At>,
) -> PyResult<(Option<Message>, Report)> {
    let parties: Vec<envelope::Party> = parties.iter().map(|party| party.0.clone()).collect();
    let mailbox = &mailbox.get().0;
    let (moment, trust) = (moment(at, received), verifier.get().0.trust());
    let by = Receiving { mailbox, parties: &parties, trust, moment };
    work(py, || judged(envelope::open(packet.as_ref(), &by)?))
}

/// Opens many packets: for each, in the order given, what `open_packet` gives, or an Error.
#[pyfunction]
#[pyo3(signature = (packets, *, verifier, mailbox, parties, at, received=None, threads=1))]
#[allow(clippy::too_many_arguments)]
pub fn open_packet_many<'py>(
    py: Python<'py>,
    packets: input::Inputs,
    verifier: &Bound<'py, Verifier>,
    mailbox: &Bound<'py, Mailbox>,
    parties: Vec<PyRef<'py, Party>>,
    at: At,
    received: Option<At>,
    threads: i64,
) -> PyResult<Bound<'py, PyList>> {
    let threads = input::threads(py, threads)?;
    let parties: Vec<envelope::Party> = parties.iter().map(|party| party.0.clone()).collect();
    let (mailbox, packets) = (&mailbox.get().0, packets.slices());
    let (moment, trust) = (moment(at, received), verifier.get().0.trust());
    let by = Receiving { mailbox, parties: &parties, trust, moment };
    let opened = work(py, || Ok(envelope::open_many(&packets, &by, threads)))?;
    let list = PyList::empty(py);
    for one in opened {
        match one.and_then(judged) {
            Ok(found) => list.append(found)?,
            Err(error) => list.append(exception(py, &error)?)?,
        }
    }
    Ok(list)
}

/// Checks that a receipt is of the packet that was sent, and by the party that it was sent to. Gives
/// what it says, or None if the verdict is not Valid, and the Report.
#[pyfunction]
#[pyo3(signature = (receipt, *, verifier, packet, party, at, received=None))]
pub fn check_receipt(
    py: Python<'_>,
    receipt: Input,
    verifier: &Bound<'_, Verifier>,
    packet: Input,
    party: &Bound<'_, Party>,
    at: At,
    received: Option<At>,
) -> PyResult<(Option<Receipt>, Report)> {
    let (moment, party) = (moment(at, received), &party.get().0);
    let trust = verifier.get().0.trust();
    work(py, || {
        let (sent, receipt) =
            (Packet::parse(packet.as_ref())?, SignedReceipt::parse(receipt.as_ref())?);
        let checked = receipt.check(sent.id(), party, trust, &moment);
        let report = checked.report().clone();
        let receipt = report.is_valid().then(|| checked.into_receipt()).transpose()?;
        Ok((receipt.map(Receipt), report.into()))
    })
}

fn judged(opened: Opened) -> Result<(Option<Message>, Report)> {
    let report = opened.report().clone();
    let message = report.is_valid().then(|| opened.into_message()).transpose()?;
    Ok((message.map(Message), report.into()))
}
