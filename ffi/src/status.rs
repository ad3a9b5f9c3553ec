//! The numbers that functions return: verdicts below 100, errors with the numbers of `error::Code`.

/// What a function returns: YX_OK, a verdict, or the stable number of an error. Numbers are never
/// reused; a later version may return new ones. The hundreds are the family: 1 malformed input,
/// 2 unsupported, 3 limit, 4 key, 5 storage, 6 refused by a rule, 7 misuse, 9 fault of the library.
pub type yx_status = i32;

/// Done; of a verification: the verdict is Valid.
pub const YX_OK: yx_status = 0;
/// The verification was made and a required check failed; the report says which.
pub const YX_VERDICT_INVALID: yx_status = 1;
/// The verification was made and a required check could not be made; the report says which.
pub const YX_VERDICT_NOT_DETERMINED: yx_status = 2;

/// Bytes that are not the DER of the structure that was expected.
pub const YX_ERROR_DER: yx_status = 101;
/// Text that is not PEM of the expected label.
pub const YX_ERROR_PEM: yx_status = 102;
/// Text that is not the XML that was expected.
pub const YX_ERROR_XML: yx_status = 103;
/// Bytes that are not text in the declared encoding, or characters that it lacks.
pub const YX_ERROR_TEXT: yx_status = 104;
/// Text that is not the JSON that was expected.
pub const YX_ERROR_JSON: yx_status = 105;
/// Text that is not canonical base64.
pub const YX_ERROR_BASE64: yx_status = 106;
/// A field whose value is out of its form or range.
pub const YX_ERROR_VALUE: yx_status = 107;
/// A well-formed structure that breaks a rule of its own kind.
pub const YX_ERROR_STRUCTURE: yx_status = 108;
/// Coordinates that are no point of the curve, or not in canonical form.
pub const YX_ERROR_POINT: yx_status = 109;
/// A ciphertext that cannot be one.
pub const YX_ERROR_CIPHERTEXT: yx_status = 110;
/// An algorithm that is not offered here.
pub const YX_ERROR_ALGORITHM: yx_status = 201;
/// A version of a format that is not offered.
pub const YX_ERROR_VERSION: yx_status = 202;
/// A form of a known structure that is not offered.
pub const YX_ERROR_FORM: yx_status = 203;
/// A signer that cannot take the input in this form.
pub const YX_ERROR_SIGNER_FORM: yx_status = 204;
/// An input larger than its named limit.
pub const YX_ERROR_SIZE: yx_status = 301;
/// More elements than the named limit.
pub const YX_ERROR_COUNT: yx_status = 302;
/// Deeper nesting than the named limit.
pub const YX_ERROR_DEPTH: yx_status = 303;
/// More work than the named budget allows.
pub const YX_ERROR_BUDGET: yx_status = 304;
/// A private key out of its range or not matching its public key.
pub const YX_ERROR_PRIVATE_KEY: yx_status = 401;
/// A key that its password does not open.
pub const YX_ERROR_PASSWORD: yx_status = 402;
/// A key and a certificate that do not belong together.
pub const YX_ERROR_KEY_MISMATCH: yx_status = 403;
/// A signer that failed or gave a value that does not verify.
pub const YX_ERROR_SIGNER: yx_status = 404;
/// The operating system gave no random bytes.
pub const YX_ERROR_RANDOM: yx_status = 405;
/// A ciphertext that this key does not open.
pub const YX_ERROR_DECRYPTION: yx_status = 406;
/// A key or certificate that the operation needs was not given.
pub const YX_ERROR_KEY_MISSING: yx_status = 407;
/// A key exchange in which the other side did not show that it has the same key.
pub const YX_ERROR_AGREEMENT: yx_status = 408;
/// A key file whose MAC does not match though the password opens it: it was changed.
pub const YX_ERROR_KEY_FILE_MAC: yx_status = 409;
/// A file that holds no private key, or none of the name that was asked for.
pub const YX_ERROR_KEY_ABSENT: yx_status = 410;
/// A file that holds several private keys where one has to be chosen.
pub const YX_ERROR_KEY_AMBIGUOUS: yx_status = 411;
/// A message that is encrypted for others, not for this certificate.
pub const YX_ERROR_NOT_RECIPIENT: yx_status = 412;
/// A file that could not be read.
pub const YX_ERROR_READ: yx_status = 501;
/// A file that could not be written.
pub const YX_ERROR_WRITE: yx_status = 502;
/// A file that exists and is not overwritten.
pub const YX_ERROR_EXISTS: yx_status = 503;
/// A service that could not be reached, or gave no answer.
pub const YX_ERROR_UNREACHABLE: yx_status = 504;
/// What the policy in force forbids.
pub const YX_ERROR_POLICY: yx_status = 601;
/// A seal that may not be stamped with: its check failed or it is out of its time.
pub const YX_ERROR_SEAL_UNUSABLE: yx_status = 602;
/// A signer that the seal does not list.
pub const YX_ERROR_NOT_LISTED: yx_status = 603;
/// An act out of the order of its positions, or at a position already filled.
pub const YX_ERROR_ORDER: yx_status = 604;
/// A request that was completed before.
pub const YX_ERROR_COMPLETED: yx_status = 605;
/// A document or voucher that is no longer what the request was made for.
pub const YX_ERROR_CHANGED: yx_status = 606;
/// A voucher that breaks the rules of its type.
pub const YX_ERROR_RULES: yx_status = 607;
/// A report whose verdict is not Valid, where a valid one was required.
pub const YX_ERROR_NOT_VALID: yx_status = 608;
/// Protection too old or too weak to be relied on without the caller's leave.
pub const YX_ERROR_WEAK: yx_status = 609;
/// A time stamp authority that refused to stamp.
pub const YX_ERROR_TIME_STAMP_REFUSED: yx_status = 610;
/// A time stamp that is not the one that was asked for: another value, nonce or policy.
pub const YX_ERROR_TIME_STAMP_MISMATCH: yx_status = 611;
/// A document whose signatures or list of parts forbid what would have to change.
pub const YX_ERROR_LOCKED: yx_status = 612;
/// An argument out of its range.
pub const YX_ERROR_ARGUMENT: yx_status = 701;
/// A null pointer where a value is needed.
pub const YX_ERROR_NULL_POINTER: yx_status = 702;
/// A handle of another kind, or one already freed.
pub const YX_ERROR_HANDLE: yx_status = 703;
/// An output buffer smaller than the length that was written back.
pub const YX_ERROR_BUFFER_TOO_SMALL: yx_status = 704;
/// A fault in the library: a panic was caught; please report it.
pub const YX_ERROR_PANIC: yx_status = 901;
