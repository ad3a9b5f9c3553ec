//! How strictly a structure is read: as the standard says, or as it is found in the wild.

use crate::error::{Code, Error, Result};
use crate::report::NoteCode;

/// How strictly a structure is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// What the standard says and nothing else.
    #[default]
    Conforming,
    /// Also the named deviations of real files, one note each. A deviation never turns a
    /// cryptographic failure into a pass.
    AsFound,
}

/// Collects the deviations met while reading under a profile.
#[derive(Debug, Clone, Default)]
pub struct Deviations {
    profile: Profile,
    notes: Vec<(NoteCode, String)>,
    /// Which place in what is read was which in what was received; nothing if they are the same.
    places: Option<Vec<(usize, usize)>>,
}

impl Deviations {
    /// An empty collection for one reading.
    pub fn new(profile: Profile) -> Self {
        Deviations { profile, notes: Vec::new(), places: None }
    }

    /// The profile in force.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// From here on something is read in place of what was received: from each of the first places on
    /// (ascending) the bytes that stood there from the second on. Without any, places are not known.
    pub(crate) fn read_in_place(&mut self, places: Vec<(usize, usize)>) {
        self.places = Some(places);
    }

    /// The place in what was received.
    pub(crate) fn place(&self, offset: usize) -> Option<usize> {
        let Some(places) = &self.places else { return Some(offset) };
        let (here, there) = places.iter().rev().find(|(here, _)| *here <= offset)?;
        Some(there.saturating_add(offset - here))
    }

    /// Notes a deviation under `AsFound`.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] under `Conforming`, naming the structure and the offset.
    pub fn tolerate(
        &mut self,
        code: NoteCode,
        structure: &'static str,
        offset: usize,
        detail: impl Into<String>,
    ) -> Result<()> {
        let detail = detail.into();
        match self.profile {
            Profile::Conforming => Err(Error::new(Code::Der, structure, detail).at(offset)),
            Profile::AsFound => {
                let place = self.place(offset).map(|place| format!(" (byte {place})"));
                let place = place.unwrap_or_default();
                self.notes.push((code, format!("{structure}: {detail}{place}")));
                Ok(())
            }
        }
    }

    /// Notes something that changes nothing under either profile.
    pub fn note(&mut self, code: NoteCode, detail: impl Into<String>) {
        self.notes.push((code, detail.into()));
    }

    /// The deviations met, in the order of reading.
    pub fn notes(&self) -> &[(NoteCode, String)] {
        &self.notes
    }
}
