//! What is read from front to back.

use crate::private::Private;
use crate::unreadable;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use yinxin::error::{Code, Error, Result};

/// What is read from front to back, whatever its length.
pub enum Input {
    /// A file of this length, which can be read again.
    File(File, u64),
    /// Standard input or another pipe.
    Pipe(Box<dyn Read>),
}

/// What can be read again.
pub trait Seekable: Read + Seek {}

impl<S: Read + Seek> Seekable for S {}

impl Input {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`Code::Read`], for a folder too.
    pub fn open(path: &Path) -> Result<Input> {
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        match opened {
            Ok((data, file)) if data.is_file() => Ok(Input::File(file, data.len())),
            Ok((data, _)) if data.is_dir() => {
                let message = "a folder is not a file";
                Err(Error::new(Code::Read, path.display().to_string(), message))
            }
            Ok((_, file)) => Ok(Input::Pipe(Box::new(file))),
            Err(error) => Err(unreadable(path, &error)),
        }
    }

    /// Standard input.
    pub fn stdin() -> Input {
        Input::Pipe(Box::new(io::stdin().lock()))
    }

    /// How long it is, if that is known.
    pub fn length(&self) -> Option<u64> {
        match self {
            Input::File(_, length) => Some(*length),
            Input::Pipe(_) => None,
        }
    }

    /// To be read once.
    pub fn into_reader(self) -> Box<dyn Read> {
        match self {
            Input::File(file, _) => Box::new(file),
            Input::Pipe(pipe) => pipe,
        }
    }

    /// To be read again: a pipe is copied into a file that nobody else may read.
    ///
    /// # Errors
    ///
    /// [`Code::Read`], [`Code::Write`].
    pub fn into_seekable(self) -> Result<Box<dyn Seekable>> {
        match self {
            Input::File(file, _) => Ok(Box::new(file)),
            Input::Pipe(mut pipe) => {
                let mut copy = Private::for_stdout()?;
                io::copy(&mut pipe, &mut copy)
                    .and_then(|_| copy.rewind())
                    .map_err(|error| unreadable(Path::new("-"), &error))?;
                Ok(Box::new(copy))
            }
        }
    }
}
