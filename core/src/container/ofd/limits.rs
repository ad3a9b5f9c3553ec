//! How much of a document is read at most. Every limit is counted, none is timed.

/// The largest package, in bytes: what the zip format counts in 32 bits.
pub const MAX_PACKAGE: u64 = u32::MAX as u64;
/// The most entries of a package, folders included.
pub const MAX_ENTRIES: usize = 50_000;
/// The largest directory of a package, in bytes.
pub const MAX_DIRECTORY: u64 = 4 << 20;
/// The longest path of an entry, in bytes.
pub const MAX_PATH: usize = 512;
/// The most levels of a path.
pub const MAX_LEVELS: usize = 16;
/// The most bytes before a package that are tolerated as found.
pub const MAX_PREFIX: u64 = 64 << 10;
/// The largest inflated entry, in bytes.
pub const MAX_ENTRY: u64 = 1 << 30;
/// The most bytes of all entries, inflated.
pub const MAX_INFLATED: u64 = 2 << 30;
/// How many times its packed size an entry, or a package, may have when inflated.
pub const MAX_RATIO: u64 = 200;
/// Up to this many bytes the ratio does not count: a blank page packs well.
pub const FREE_OF_RATIO: u64 = 1 << 20;
/// The most bytes that are held of one entry that is read in pieces.
pub const PIECE: usize = 64 << 10;
/// The largest part that is held as a tree, in bytes: OFD.xml, Document.xml, lists, Signature.xml.
pub const MAX_TREE: u64 = 8 << 20;
/// The deepest nesting of elements.
pub const MAX_DEPTH: usize = 64;
/// The most elements of one part held as a tree.
pub const MAX_TREE_ELEMENTS: usize = 200_000;
/// The most elements of one page or list of resources, which is read in pieces.
pub const MAX_ELEMENTS: u64 = 20_000_000;
/// The most attributes of one element.
pub const MAX_ATTRIBUTES: usize = 64;
/// The most namespaces in force at one place.
pub const MAX_NAMESPACES: usize = 64;
/// The longest tag, text between tags, comment or instruction, in bytes.
pub const MAX_TOKEN: usize = 2 << 20;
/// The most bodies of one package.
pub const MAX_BODIES: usize = 64;
/// The most signatures of one package.
pub const MAX_SIGNATURES: usize = 256;
/// The most references of one signature.
pub const MAX_REFERENCES: usize = 50_000;
/// The most stamps of one signature on pages.
pub const MAX_STAMPS: usize = 20_000;
/// The most pages of one body, templates counted too.
pub const MAX_PAGES: usize = 20_000;
/// The most locations that the parts of a package name in all.
pub const MAX_LOCATIONS: usize = 100_000;
/// The largest SignedValue.dat or Seal.esl that is read, in bytes.
pub const MAX_SIGNED_VALUE: usize = 16 << 20;
