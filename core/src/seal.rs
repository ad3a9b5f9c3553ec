//! An electronic seal as a value: make it, stamp with it, check seal and stamp.
