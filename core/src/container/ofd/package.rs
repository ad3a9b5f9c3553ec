//! A package: its entries, found by their paths.

use super::entry::{Entry, EntryReader, Inflater};
use super::limits::{FREE_OF_RATIO, MAX_ENTRY, MAX_INFLATED, MAX_RATIO};
use super::path::PartPath;
use super::source::ReadAt;
use super::zip::{self, DEFLATED, Record, broken};
use super::{Notes, name};
use crate::asn1::Profile;
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

/// An OFD package, opened: its structure is that of a zip file that every reader reads alike.
pub struct Package<'a> {
    source: &'a dyn ReadAt,
    profile: Profile,
    entries: Vec<Entry>,
    /// Entries by their folded paths.
    index: HashMap<String, usize>,
    directory: Range<u64>,
    comment: Range<u64>,
    base: u64,
    prefix: u64,
    notes: Notes,
}

impl<'a> Package<'a> {
    /// Opens a package; nothing is inflated yet.
    ///
    /// # Errors
    ///
    /// `Structure`: not the structure of a package, with the offset where one is known. `Form`:
    /// encrypted, 64-bit, or packed by something else than deflate. `Size`, `Count`, `Depth`,
    /// `Budget`: a named limit is passed. `Read`: the bytes cannot be had. Under `Conforming` also
    /// `Structure` for bytes before the package, a comment, and names that are not marked UTF-8,
    /// all of which `AsFound` notes.
    pub fn open(source: &'a dyn ReadAt, profile: Profile) -> Result<Self> {
        let end = zip::find_end(source)?;
        let records = zip::read_directory(source, &end)?;
        let (places, prefix) = zip::check_layout(source, &end, &records)?;
        check_sizes(&records, source.len())?;
        let mut package = Package {
            source,
            profile,
            entries: Vec::with_capacity(records.len()),
            index: HashMap::with_capacity(records.len()),
            directory: end.directory,
            comment: end.comment,
            base: end.base,
            prefix,
            notes: Notes::new(),
        };
        for (record, place) in records.into_iter().zip(places) {
            package.add(record, place.extent, place.data)?;
        }
        package.check_folders()?;
        if prefix > 0 {
            package.tolerate(
                NoteCode::DeviationLeadingBytes,
                0,
                format!("{prefix} bytes stand before the package"),
            )?;
        }
        let comment = package.comment.end - package.comment.start;
        if comment > 0 {
            let (at, detail) = (package.comment.start, format!("a comment of {comment} bytes"));
            package.tolerate(NoteCode::DeviationTrailingBytes, at, detail)?;
        }
        Ok(package)
    }

    fn add(&mut self, record: Record, extent: Range<u64>, data: u64) -> Result<()> {
        let folder = record.name.ends_with('/');
        let path = record.name.strip_suffix('/').unwrap_or(&record.name);
        name::check(path).map_err(|error| error.at(extent.start as usize))?;
        let path = PartPath::parse(path)?;
        if folder && (record.size > 0 || record.packed > 2) {
            return Err(broken(extent.start, format!("the folder {path} holds bytes")));
        }
        if let Some(odd) = record.odd_name {
            self.tolerate(NoteCode::DeviationName, record.place.start, format!("{odd}: {path}"))?;
        }
        let folded = path.folded();
        if let Some(other) = self.index.get(&folded).and_then(|index| self.entries.get(*index)) {
            let message = format!("two entries for one name: {} and {path}", other.path());
            return Err(broken(extent.start, message));
        }
        self.index.insert(folded, self.entries.len());
        self.entries.push(Entry {
            path,
            folder,
            deflated: record.method == DEFLATED,
            crc: record.crc,
            size: record.size,
            packed: record.packed,
            data,
            extent,
            record: record.place,
        });
        Ok(())
    }

    /// No entry that is a file may stand where others need a folder.
    fn check_folders(&self) -> Result<()> {
        for entry in &self.entries {
            let folded = entry.path.folded();
            let mut above = folded.as_str();
            while let Some((folder, _)) = above.rsplit_once('/') {
                let found = self.index.get(folder).and_then(|index| self.entries.get(*index));
                if found.is_some_and(|found| !found.folder) {
                    let message = format!("{} stands inside a file", entry.path);
                    return Err(broken(entry.extent.start, message));
                }
                above = folder;
            }
        }
        Ok(())
    }

    fn tolerate(&mut self, code: NoteCode, at: u64, detail: String) -> Result<()> {
        if self.profile == Profile::Conforming {
            return Err(broken(at, detail));
        }
        self.notes.push((code, detail));
        Ok(())
    }

    /// Where its bytes come from.
    pub fn source(&self) -> &'a dyn ReadAt {
        self.source
    }

    /// How strictly it is read.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// All entries, folders too, in the order of the directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries that are no folders.
    pub fn parts(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.folder)
    }

    /// The part with exactly this path.
    pub fn part(&self, path: &PartPath) -> Option<&Entry> {
        self.find(path).filter(|(_, exact)| *exact).map(|(entry, _)| entry)
    }

    /// The part with this path and `true`; read as found, else one whose path differs only in case,
    /// Unicode's normal form, or dots and spaces at the end, and `false`.
    pub fn find(&self, path: &PartPath) -> Option<(&Entry, bool)> {
        let entry = self.entries.get(*self.index.get(&path.folded())?)?;
        let exact = entry.path == *path;
        let taken = exact || self.profile == Profile::AsFound;
        (taken && !entry.folder).then_some((entry, exact))
    }

    /// The part with this path, read as found also one whose name differs in case or form, with a
    /// note.
    ///
    /// # Errors
    ///
    /// [`Code::Structure`] if there is none.
    pub fn locate(&self, path: &PartPath, notes: &mut Notes) -> Result<&Entry> {
        match self.find(path) {
            Some((entry, true)) => Ok(entry),
            Some((entry, false)) => {
                let detail = format!("{path} is meant for {}", entry.path());
                notes.push((NoteCode::DeviationPath, detail));
                Ok(entry)
            }
            None => Err(Error::new(Code::Structure, "OFD package", format!("{path} is not there"))),
        }
    }

    /// The bytes of an entry of this package, in pieces.
    pub fn open_entry<'p>(&self, entry: &'p Entry) -> EntryReader<'p>
    where
        'a: 'p,
    {
        self.open_entry_with(entry, &mut Inflater::default())
    }

    /// The same with what inflating takes.
    pub(crate) fn open_entry_with<'p>(
        &self,
        entry: &'p Entry,
        inflater: &mut Inflater,
    ) -> EntryReader<'p>
    where
        'a: 'p,
    {
        EntryReader::new(self.source, entry, inflater)
    }

    /// The bytes of an entry, at most `limit`.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] above the limit, and as [`EntryReader::next`].
    pub fn read(&self, entry: &Entry, limit: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_onto(&mut bytes, entry, limit, &mut Inflater::default())?;
        Ok(bytes)
    }

    /// Puts the bytes of an entry, at most `limit`, behind what is in `bytes` already; nothing if
    /// they cannot be had.
    pub(crate) fn read_onto(
        &self,
        bytes: &mut Vec<u8>,
        entry: &Entry,
        limit: usize,
        inflater: &mut Inflater,
    ) -> Result<()> {
        if entry.size > limit as u64 {
            let message = format!("{} has more than {limit} bytes: {}", entry.path, entry.size);
            return Err(Error::new(Code::Size, "OFD part", message));
        }
        let start = bytes.len();
        bytes.resize(start + entry.size as usize, 0);
        let mut reader = self.open_entry_with(entry, inflater);
        let read = fill(&mut reader, bytes.get_mut(start..).unwrap_or_default());
        reader.give_back(inflater);
        if read.is_err() {
            bytes.truncate(start);
        }
        read
    }

    /// What was found otherwise than it should be.
    pub fn notes(&self) -> &[(NoteCode, String)] {
        &self.notes
    }

    /// Where its directory stands.
    pub fn directory(&self) -> Range<u64> {
        self.directory.clone()
    }

    /// Where the comment behind the end record stands; usually empty.
    pub fn comment(&self) -> Range<u64> {
        self.comment.clone()
    }

    /// What is to be added to the places that its headers name.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// How many bytes stand before the first entry.
    pub fn prefix(&self) -> u64 {
        self.prefix
    }
}

/// Fills `bytes` with all that an entry has.
fn fill(reader: &mut EntryReader<'_>, bytes: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.next(rest)? {
            0 => break,
            count => filled += count,
        }
    }
    // Whatever would come behind is refused, and so is an end that was not reached.
    while reader.next(&mut [0; 64])? > 0 {}
    Ok(())
}

/// Sizes within the limits, as the headers say; what inflates to more is refused when read.
fn check_sizes(records: &[Record], package: u64) -> Result<()> {
    let budget = |message: String| Err(Error::new(Code::Budget, "OFD package", message));
    let too_much = |size: u64, packed: u64| size > FREE_OF_RATIO && size / MAX_RATIO > packed;
    let mut total = 0u64;
    for record in records {
        if record.size > MAX_ENTRY {
            let message = format!("{:?} has more than {MAX_ENTRY} bytes", record.name);
            return Err(Error::new(Code::Size, "OFD package", message));
        }
        if too_much(record.size, record.packed) {
            return budget(format!("{:?} inflates to more than {MAX_RATIO} times", record.name));
        }
        total = total.saturating_add(record.size);
    }
    if total > MAX_INFLATED {
        let message = format!("the entries have more than {MAX_INFLATED} bytes in all");
        return Err(Error::new(Code::Size, "OFD package", message));
    }
    if total > 16 * FREE_OF_RATIO && total / MAX_RATIO > package {
        return budget(format!("the package inflates to more than {MAX_RATIO} times"));
    }
    Ok(())
}

impl fmt::Debug for Package<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Package")
            .field("entries", &self.entries.len())
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}
