//! The front door of OFD documents.

mod verify;
