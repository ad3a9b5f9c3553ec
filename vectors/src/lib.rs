//! Test vectors of electronic seals and of the algorithms under them, and the runner that judges
//! an implementation by them.
//!
//! A vector file is JSON of Wycheproof's shape. [`VectorFile`] reads one, [`judge`] knows every
//! group type, [`run_file`] judges a whole file and writes one line for each disagreement. The
//! same runner takes the files under `vectors/data/`, Wycheproof's own and anybody else's.
//!
//! ```
//! use yinxin_vectors::{Options, VectorFile, run};
//!
//! let text = r#"{ "algorithm": "SM3", "numberOfTests": 1, "testGroups": [ { "type": "Sm3",
//!     "tests": [ { "tcId": 1, "msg": "616263", "result": "valid",
//!     "digest": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" } ] } ] }"#;
//! let file = VectorFile::parse("sm3.json", text).unwrap();
//! let mut lines = Vec::new();
//! let tally = run(&file, &Options::default(), &mut |line| lines.push(line.to_string()));
//! assert_eq!((tally.agreed, tally.disagreed), (1, 0));
//! assert!(lines.is_empty());
//! ```

#![forbid(unsafe_code)]

pub mod backend;
mod case;
mod documents;
mod exceptions;
mod file;
pub mod hex;
pub mod judge;
mod limbo;
mod outcome;
mod pem;
mod pkits;
mod runner;
mod tally;

pub use case::Case;
pub use exceptions::Exceptions;
pub use file::{FileError, Group, VectorFile};
pub use outcome::{Expected, Outcome};
pub use runner::{Options, run, run_file, run_limbo, run_pkits};
pub use tally::Tally;
