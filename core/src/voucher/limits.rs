//! The named limits of envelopes and vouchers. Going past one is an error of family Limit.

/// Bytes of an envelope with all its vouchers and acts.
pub const MAX_ENVELOPE: usize = 256 << 20;

/// Bytes of one voucher document (a batch of 1,000 details is about 2.5 MB).
pub const MAX_VOUCHER: usize = 16 << 20;

/// Vouchers in one envelope (stores hand out at most 100 a read, packages hold at most 1,000).
pub const MAX_BODIES: usize = 1_000;

/// Levels of elements, the root being the first.
pub const MAX_DEPTH: usize = 8;

/// Elements in one XML document.
pub const MAX_ELEMENTS: usize = 2_000_000;

/// Fields in the header or in one detail.
pub const MAX_FIELDS: usize = 512;

/// Details of one voucher.
pub const MAX_DETAILS: usize = 20_000;

/// Bytes of a field's value in UTF-8.
pub const MAX_VALUE: usize = 8 << 10;

/// Attributes of one element.
pub const MAX_ATTRIBUTES: usize = 8;

/// Fields that one list of remarks names; it stops there.
pub const MAX_NOTED: usize = 64;

/// Bytes of an element's or attribute's name.
pub const MAX_NAME: usize = 64;

/// Acts of one layer of one voucher.
pub const MAX_ACTS: usize = 64;

/// Bytes of one act's stamp or signature.
pub const MAX_ACT: usize = 4 << 20;

/// Attachments named by one act.
pub const MAX_ATTACHMENTS: usize = 256;

/// Bytes of a text inside an act (position, role, office, reason) in UTF-8.
pub const MAX_ACT_TEXT: usize = 1 << 10;

/// Bytes of an identifier: division, year, type or number of a voucher, in UTF-8.
pub const MAX_IDENTIFIER: usize = 64;

/// Bytes of a catalogue, a template or an authorisation as JSON.
pub const MAX_CONFIGURATION: usize = 16 << 20;
