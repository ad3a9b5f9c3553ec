//! The front door of OFD documents (GB/T 33190): signed, stamped and verified.

mod digests;
mod lists;
mod options;
mod plan;
mod remote;
mod request;
mod sign;
mod signed;
mod verify;

pub use options::OfdOptions;
pub use remote::{OfdSigningRequest, prepare_ofd};
pub use request::{OfdPlacement, OfdPosition, OfdRequest};
pub use sign::{sign_ofd, sign_ofd_many};
pub use signed::SignedOfd;
