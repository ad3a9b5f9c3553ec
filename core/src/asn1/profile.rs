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
}

impl Deviations {
    /// An empty collection for one reading.
    pub fn new(profile: Profile) -> Self {
        Deviations { profile, notes: Vec::new() }
    }

    /// The profile in force.
    pub fn profile(&self) -> Profile {
        self.profile
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
                self.notes.push((code, format!("{structure}: {detail} (byte {offset})")));
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
