//! The mail between the parties: each has a folder for what comes in, and moves what it sends into the
//! other's folder, whole.
//!
//! This is a transport and nothing more. It proves nothing, hides nothing and loses nothing; everything
//! that counts is in the packets.

use super::keys::create;
use super::who::Who;
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use yinxin::error::{Code, Error};

/// What goes through the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A packet.
    Packet,
    /// A signed receipt for one.
    Receipt,
}

/// Something that came.
#[derive(Debug)]
pub struct Item {
    pub kind: Kind,
    pub bytes: Vec<u8>,
    file: PathBuf,
}

/// A party's end of the mail.
pub struct Mail {
    who: Who,
    day: PathBuf,
    sent: u64,
    received: u64,
}

/// Makes a party's folders.
pub fn prepare(folder: &Path) -> Result<(), Failure> {
    create(&folder.join("inbox"))?;
    create(&folder.join("outbox"))
}

impl Mail {
    /// The mail of a party, whose folder lies beside those of the others.
    pub fn of(who: Who, day: &Path) -> Mail {
        Mail { who, day: day.to_owned(), sent: 0, received: 0 }
    }

    /// How many things were sent, and how many came.
    pub fn counts(&self) -> (u64, u64) {
        (self.sent, self.received)
    }

    /// Sends something: it is in the other's folder whole, or not at all.
    pub fn send(&mut self, to: Who, kind: Kind, bytes: &[u8]) -> Result<(), Failure> {
        self.sent += 1;
        let end = match kind {
            Kind::Packet => "packet",
            Kind::Receipt => "receipt",
        };
        let name = format!("{:08}-{}.{end}", self.sent, self.who.name());
        let written = self.day.join(self.who.name()).join("outbox").join(&name);
        files::write(&written, bytes, Secrecy::Public, false)?;
        let there = self.day.join(to.name()).join("inbox").join(&name);
        fs::rename(&written, &there).map_err(|error| failed(Code::Write, &there, &error))
    }

    /// What came, at most so many, in the order in which each sender sent it.
    pub fn read(&mut self, most: usize) -> Result<Vec<Item>, Failure> {
        let inbox = self.day.join(self.who.name()).join("inbox");
        let unreadable = |error: io::Error| failed(Code::Read, &inbox, &error);
        let mut found = Vec::new();
        for entry in fs::read_dir(&inbox).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            // Who sent it is what its inside proves; the name only keeps the order.
            found.extend(name_of(&file).map(|(number, from, kind)| (number, from, kind, file)));
        }
        found.sort_by_key(|one| (one.0, one.1));
        found.truncate(most);
        found
            .into_iter()
            .map(|(_, _, kind, file)| Ok(Item { kind, bytes: files::read(&file)?, file }))
            .collect()
    }

    /// Takes something out of the mail, when what it led to is on disk.
    pub fn done(&mut self, item: &Item) -> Result<(), Failure> {
        self.received += 1;
        fs::remove_file(&item.file).map_err(|error| failed(Code::Write, &item.file, &error))
    }
}

/// Number, sender and kind, of a file that is mail.
fn name_of(file: &Path) -> Option<(u64, Who, Kind)> {
    let name = file.file_name()?.to_str()?;
    let (name, kind) = match name.rsplit_once('.')? {
        (name, "packet") => (name, Kind::Packet),
        (name, "receipt") => (name, Kind::Receipt),
        _ => return None,
    };
    let (number, from) = name.split_once('-')?;
    Some((number.parse().ok()?, Who::from_name(from)?, kind))
}

fn failed(code: Code, file: &Path, error: &io::Error) -> Failure {
    Error::new(code, file.display().to_string(), error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_comes_once_in_order_and_whole() {
        let day = tempfile::tempdir().unwrap();
        for who in Who::ALL {
            let folder = day.path().join(who.name());
            fs::create_dir(&folder).unwrap();
            assert!(prepare(&folder).is_ok());
        }
        let mut finance = Mail::of(Who::Finance, day.path());
        let mut bank = Mail::of(Who::Bank, day.path());
        for byte in 0..12u8 {
            let kind = if byte % 2 == 0 { Kind::Packet } else { Kind::Receipt };
            assert!(finance.send(Who::Bank, kind, &[byte]).is_ok());
        }
        // What is no mail stays where it is.
        fs::write(day.path().join("bank/inbox/00000001-stranger.packet"), b"?").unwrap();
        fs::write(day.path().join("bank/inbox/note.txt"), b"?").unwrap();
        let items = bank.read(10).ok().unwrap();
        let bytes: Vec<u8> = items.iter().map(|item| item.bytes[0]).collect();
        assert_eq!(bytes, (0..10).collect::<Vec<u8>>());
        assert_eq!((items[0].kind, items[1].kind), (Kind::Packet, Kind::Receipt));
        for item in &items {
            assert!(bank.done(item).is_ok());
        }
        assert_eq!(bank.read(10).ok().unwrap().len(), 2);
        assert_eq!((finance.counts(), bank.counts()), ((12, 0), (0, 10)));
        assert!(fs::read_dir(day.path().join("finance/outbox")).unwrap().next().is_none());
    }
}
