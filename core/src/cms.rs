//! Signed messages: RFC 5652 and GB/T 35275.
