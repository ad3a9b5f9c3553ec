//! An export that is written as it is read.

use super::{LogWriter, NamedEntry};
use crate::error::{Error, Result};
use crate::ledger::Countersignature;
use crate::store::storage::Snapshot;
use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::rc::Rc;

/// What was written and not yet read.
#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    start: usize,
}

/// One end writes, the other reads.
#[derive(Clone, Default)]
pub(in crate::store) struct Pipe(Rc<RefCell<Waiting>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The export of a store, piece by piece as it is asked for.
pub(in crate::store) struct Source<'s, 'o> {
    writer: LogWriter<'s, 'o>,
    pipe: Pipe,
    /// Why there was no more.
    failed: Option<Error>,
}

impl<'s, 'o> Source<'s, 'o> {
    /// The whole export of a store; `pipe` is a new one.
    pub(in crate::store) fn of(
        snapshot: &'s dyn Snapshot,
        origin: &str,
        countersignatures: &'s [Countersignature],
        pipe: &'o mut Pipe,
    ) -> Result<Self> {
        let reader = pipe.clone();
        let writer = LogWriter::begin(snapshot, origin, None, countersignatures, pipe)?;
        Ok(Source { writer, pipe: reader, failed: None })
    }

    /// The first entry beside which other nodes are kept than it completes; the error that ended it.
    pub(in crate::store) fn finish(self) -> Result<Option<NamedEntry>> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.writer.other_nodes),
        }
    }
}

impl Read for Source<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut waiting = self.pipe.0.borrow_mut();
            let Waiting { bytes, start } = &mut *waiting;
            let rest = bytes.get(*start..).unwrap_or_default();
            if !rest.is_empty() {
                let count = rest.len().min(out.len());
                out[..count].copy_from_slice(&rest[..count]);
                *start += count;
                return Ok(count);
            }
            bytes.clear();
            *start = 0;
            drop(waiting);
            match self.writer.step() {
                Ok(true) => {}
                // The last step writes the end of the export.
                Ok(false) if self.pipe.0.borrow().bytes.is_empty() => return Ok(0),
                Ok(false) => {}
                Err(error) => {
                    let told = io::Error::other(error.to_string());
                    self.failed = Some(error);
                    return Err(told);
                }
            }
        }
    }
}
