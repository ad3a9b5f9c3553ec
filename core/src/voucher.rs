//! A payment voucher as data, and the acts over it.
