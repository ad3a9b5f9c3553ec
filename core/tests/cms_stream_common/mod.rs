//! What the tests of messages whose content passes through share.

#![allow(dead_code, missing_docs)]

use super::seal_common::party::{Party, end, soon};
use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::rc::Rc;
use yinxin::Report;
use yinxin::asn1::Profile;
use yinxin::authority::Profile as Use;
use yinxin::cert::Certificate;
use yinxin::cms::{
    AuthEnvelopedData, EncryptedData, EncryptedStream, EnvelopedData, MessageKind, Opened,
    Recipient, SignedAndEnvelopedData, SignedData, SignedStream,
};
use yinxin::error::{Code, Error, Family};
use yinxin::key::SoftwareKey;
use yinxin::timestamp::{check_message, check_withheld, extract_stream};
use yinxin::trust::Trust;

pub const KEY: [u8; 16] = [7; 16];

pub struct World {
    pub party: Party,
    pub trust: Trust,
    pub key: SoftwareKey,
    pub certificate: Certificate,
}

impl World {
    pub fn new() -> World {
        let party = Party::new();
        let (key, certificate) = end(&party.root, "Bank", Use::Encryption);
        World { trust: party.trust(), party, key, certificate }
    }

    pub fn recipients(&self) -> [Recipient; 1] {
        [Recipient::new(&self.certificate).unwrap()]
    }

    /// What is in a message that is read whole, and the report if it is signed.
    pub fn whole(&self, message: &[u8], profile: Profile) -> Found {
        let report = |signed: &SignedData| {
            let content = signed.content_or(None)?.to_vec();
            Ok((content.clone(), Some(check_message(signed, &content, &self.trust, &soon()))))
        };
        let (kind, _) = MessageKind::of(message)?;
        match kind {
            MessageKind::SignedData => report(&SignedData::parse(message, profile)?),
            MessageKind::AuthEnvelopedData => AuthEnvelopedData::parse(message, profile)?
                .open(&self.key, &self.certificate)
                .map(|content| (content, None)),
            MessageKind::EnvelopedData => EnvelopedData::parse(message, profile)?
                .open(&self.key, &self.certificate)
                .map(|content| (content.into_unauthenticated(), None)),
            MessageKind::EncryptedData => EncryptedData::parse(message, profile)?
                .open(&KEY)
                .map(|content| (content.into_unauthenticated(), None)),
            _ => report(
                &SignedAndEnvelopedData::parse(message, profile)?
                    .open(&self.key, &self.certificate)?,
            ),
        }
    }

    /// The same of a message that passes through; a content that is signed only if it is proven.
    pub fn streamed(&self, message: &[u8], profile: Profile) -> Found {
        self.streamed_from(Cursor::new(message), Cursor::new(Vec::new()), profile)
            .map(|(sink, report)| (sink.map(Cursor::into_inner).unwrap_or_default(), report))
    }

    #[allow(clippy::type_complexity)]
    pub fn streamed_from<S: Read + Seek, W: Read + Write + Seek>(
        &self,
        mut source: S,
        sink: W,
        profile: Profile,
    ) -> Result<(Option<W>, Option<Report>), Error> {
        let (trust, moment) = (&self.trust, soon());
        let mut head = Vec::new();
        let _ = source.by_ref().take(64).read_to_end(&mut head);
        source.seek(SeekFrom::Start(0)).unwrap();
        let (kind, _) = MessageKind::of(&head)?;
        if kind == MessageKind::SignedData {
            let mut stream = SignedStream::open(source, profile)?;
            let found = extract_stream(&mut stream, None, sink, trust, &moment);
            return found.map(|(report, sink)| (sink, Some(report)));
        }
        let stream = EncryptedStream::open(source, profile)?;
        let opened = match kind {
            MessageKind::EncryptedData => stream.decrypt_with_key(&KEY, sink)?,
            _ => stream.decrypt(&self.key, &self.certificate, sink)?,
        };
        match opened {
            Opened::Authenticated(sink) => Ok((Some(sink), None)),
            Opened::Unauthenticated(sink) => Ok((Some(sink.into_unauthenticated()), None)),
            Opened::Signed(withheld) => {
                check_withheld(withheld, trust, &moment).map(|(report, sink)| (sink, Some(report)))
            }
        }
    }

    /// Both ways of reading agree: on what is inside, on the report, or on the error.
    pub fn agree(&self, message: &[u8], profile: Profile) -> Found {
        let (whole, streamed) = (self.whole(message, profile), self.streamed(message, profile));
        match (&whole, &streamed) {
            (Ok((content, report)), Ok((passed, other))) => {
                let json = |report: &Option<Report>| report.as_ref().map(Report::to_json);
                assert_eq!(json(report), json(other));
                let proven = report.as_ref().is_none_or(Report::is_valid);
                assert!(if proven { content == passed } else { passed.is_empty() });
            }
            (Err(one), Err(other)) => {
                // A source may be long, so what announces too much is refused before it is read; and of
                // several faults the first in the source is met first.
                let announced = (one.code(), other.code()) == (Code::Der, Code::Size);
                let faulty = [one, other].iter().all(|error| error.family() == Family::Malformed);
                assert!(one.code() == other.code() || announced || faulty, "{one}; {other}");
            }
            (one, other) => panic!("{:?}; {:?}", one.as_ref().err(), other.as_ref().err()),
        }
        streamed
    }
}

pub type Found = Result<(Vec<u8>, Option<Report>), Error>;

/// What says when it is dropped, in place of what deletes a file then; breaks after some bytes.
pub struct Sink {
    pub inside: Cursor<Vec<u8>>,
    pub dropped: Rc<Cell<bool>>,
    pub room: usize,
}

impl Sink {
    pub fn new(room: usize) -> (Sink, Rc<Cell<bool>>) {
        let dropped = Rc::new(Cell::new(false));
        (Sink { inside: Cursor::default(), dropped: dropped.clone(), room }, dropped)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.dropped.set(true);
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.room);
        if taken == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.room -= taken;
        self.inside.write(&bytes[..taken])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Sink {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.inside.read(out)
    }
}

impl Seek for Sink {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inside.seek(to)
    }
}

/// Gives a few bytes at a time, now and then none yet, and breaks at a place.
pub struct Trickle<'a> {
    pub bytes: Cursor<&'a [u8]>,
    pub turn: usize,
    pub breaks: u64,
}

impl<'a> Trickle<'a> {
    pub fn new(bytes: &'a [u8], breaks: u64) -> Self {
        Trickle { bytes: Cursor::new(bytes), turn: 0, breaks }
    }
}

impl Read for Trickle<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.bytes.position() >= self.breaks {
            return Err(io::Error::other("the line broke"));
        }
        let most = out.len().min(1 + self.turn * 7 % 13);
        let most = most.min((self.breaks - self.bytes.position()) as usize);
        self.bytes.read(&mut out[..most])
    }
}

impl Seek for Trickle<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

pub fn refused(found: Found, code: Code) -> Error {
    let Err(error) = found else { panic!("{} was due", code.name()) };
    assert_eq!(error.code(), code, "{error}");
    error
}
