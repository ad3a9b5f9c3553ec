//! The small certificate authority for tests and small installations.
