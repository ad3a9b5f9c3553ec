//! Which functions the disassembly is read of, and the jumps in them that somebody looked at: they
//! ask what everybody may know.

/// Where secrets go in.
pub const KERNELS: &[&str] = &[
    "yinxin::crypto::sm2::backend::",
    "yinxin::crypto::sm2::lanes::",
    "yinxin::crypto::sm2::portable::",
    "yinxin::crypto::sm3::avx2::",
    "yinxin::crypto::sm3::avx512::",
    "yinxin::crypto::sm3::compress::",
    "yinxin::crypto::sm3::lanes::",
    "yinxin::crypto::sm4::avx2::",
    "yinxin::crypto::sm4::avx512::",
    "yinxin::crypto::sm4::cbc::padding",
    "yinxin::crypto::sm4::ghash_avx512::",
    "yinxin::crypto::sm4::key_schedule::",
    "yinxin::crypto::sm4::portable::",
    "polyval::backend::",
];

/// What must be among them, so that a new name does not empty the list.
pub const REQUIRED: &[&str] = &[
    "sm2::lanes::doors::ifma_base_once",
    "sm2::lanes::doors::ifma_base_x",
    "sm2::portable::comb::multiply_base",
    "sm2::portable::point::Jacobian<A>::add_other",
    "sm2::portable::point::Jacobian<A>::double",
    "sm2::portable::scalar::montgomery",
    "sm3::avx2::compress",
    "sm3::avx512::compress",
    "sm3::compress",
    "sm4::avx2::groups",
    "sm4::avx512::groups",
    "sm4::portable::batch::run",
    "sm4::portable::single::apply",
];

/// What may branch, with the reason.
pub const OPEN: &[(&str, &str)] = &[
    ("_vartime", "for public values, and named so"),
    ("portable::point::Affine::from_coordinates", "imports public points"),
    ("portable::point::Affine::decompress", "imports public points"),
    ("portable::field::Fe<A>::square_root", "imports public points"),
];

/// A function, how many jumps in it are no end of a counted loop, and what they ask.
pub const EXCEPTIONS: &[(&str, usize, &str)] = &[
    // With what the compiler puts into them: `multiply`, and the ends of `Option`, vectors and boxes.
    ("sm2::backend::", 16, "whether a number is in range, a point infinity; how many there are"),
    ("sm2::lanes::doors::ifma_base_once", 16, "which windows the lanes have, and in which limbs"),
    ("sm2::lanes::doors::ifma_base_x", 3, "how many scalars there are"),
    ("sm2::portable::comb::multiply_base", 3, "which window it is, and in which limbs"),
    ("sm2::portable::multiply::multiply", 5, "which window or table entry it is, odd or even"),
    ("sm2::portable::point::Jacobian<A>::to_affine", 1, "whether it is infinity"),
    ("sm2::portable::scalar::Scalar::invert", 1, "whether it is 0"),
    ("sm4::avx2::run", 5, "how many blocks there are"),
    ("sm4::avx512::run", 7, "how many blocks there are"),
    ("sm4::ghash_avx512::State::run", 4, "how many blocks there are"),
    ("sm4::portable::batch::Slices::apply", 6, "how many blocks there are"),
    ("sm4::portable::batch::planes", 3, "which round it is, and the bits of a constant"),
    ("sm4::portable::batch::run", 3, "which round it is, and which bit of a byte"),
    ("polyval::backend::intrinsics", 1, "whether the processor was asked before"),
    ("sm3::avx2::compress_here", 10, "how many blocks each message has"),
    ("sm3::avx512::compress_here", 18, "how many blocks each message has"),
    ("sm3::compress", 2, "how many blocks there are"),
];
