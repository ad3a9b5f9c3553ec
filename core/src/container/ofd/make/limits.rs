//! The named limits of documents that are made. Going past one is an error of family Limit.

/// Pages of one document.
pub const MAX_PAGES: usize = 2_000;
/// Things drawn in one document: lines of text, rules, pictures.
pub const MAX_OBJECTS: usize = 500_000;
/// Bytes of one text in UTF-8.
pub const MAX_TEXT: usize = 1 << 20;
/// Blocks of one document, and rows of one table.
pub const MAX_BLOCKS: usize = 50_000;
/// Columns of one table.
pub const MAX_COLUMNS: usize = 64;
/// Fonts of one document.
pub const MAX_FONTS: usize = 64;
/// Pictures of one document, and things at fixed places.
pub const MAX_PICTURES: usize = 1_000;
/// Bytes of one picture.
pub const MAX_PICTURE: usize = 8 << 20;
/// Pixels of a picture's width and height.
pub const MAX_PIXELS: u32 = 10_000;
/// Attachments of one document.
pub const MAX_ATTACHMENTS: usize = 256;
/// Bytes of one attachment.
pub const MAX_ATTACHMENT: usize = 64 << 20;
/// Bytes of the whole package.
pub const MAX_PACKAGE: usize = 256 << 20;
/// Bytes of a name or of a property of the document in UTF-8.
pub const MAX_NAME: usize = 1 << 10;
/// The longest side of a page, in millimetres (an A0 sheet has 1,189).
pub const MAX_SIDE: i16 = 3_000;
/// Bytes of a document described as JSON.
pub const MAX_JSON: usize = 16 << 20;
