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
/// A store that others kept locked for all of the counted tries.
pub const YX_ERROR_STORE_BUSY: yx_status = 505;
/// A store whose file could not be read, written or made durable; it answers nothing until it is opened again.
pub const YX_ERROR_STORE_FAULT: yx_status = 506;
/// No room for what a store had to write; nothing was changed.
pub const YX_ERROR_STORE_FULL: yx_status = 507;
/// A store that may be read and not written.
pub const YX_ERROR_STORE_READ_ONLY: yx_status = 508;
/// A store that was cut or changed: it is not what its own digests say.
pub const YX_ERROR_STORE_DAMAGED: yx_status = 509;
/// A store of a version that this library does not know.
pub const YX_ERROR_STORE_VERSION: yx_status = 510;
/// A file that is no store.
pub const YX_ERROR_NOT_A_STORE: yx_status = 511;
/// Another store than the one that is meant.
pub const YX_ERROR_OTHER_STORE: yx_status = 512;
/// A store that is not there or cannot be opened.
pub const YX_ERROR_STORE_MISSING: yx_status = 513;
/// A source that would have to be read twice, and cannot be.
pub const YX_ERROR_READ_ONCE: yx_status = 520;
/// A content longer or shorter than was declared.
pub const YX_ERROR_CONTENT_LENGTH: yx_status = 521;
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
/// A signature or tag that is not good under the key that it is held against.
pub const YX_ERROR_BAD_SIGNATURE: yx_status = 616;
/// A packet that was accepted before.
pub const YX_ERROR_REPLAYED: yx_status = 620;
/// A packet under whose number another one was accepted.
pub const YX_ERROR_SEQUENCE_CONFLICT: yx_status = 621;
/// A packet too far ahead of those that are missing.
pub const YX_ERROR_SEQUENCE_BEYOND: yx_status = 622;
/// A conversation whose sequence numbers are used up.
pub const YX_ERROR_SEQUENCE_END: yx_status = 623;
/// A checkpoint older than one that was seen: the store was set back to an old copy.
pub const YX_ERROR_ROLLED_BACK: yx_status = 635;
/// A checkpoint that does not follow the one that was seen: the store went on twice.
pub const YX_ERROR_FORKED: yx_status = 636;
/// A log that is not the one that was seen with entries appended.
pub const YX_ERROR_REWRITTEN: yx_status = 637;
/// A checkpoint or an export of another store.
pub const YX_ERROR_OTHER_ORIGIN: yx_status = 638;
/// A checkpoint that none of the keys given signed.
pub const YX_ERROR_CHECKPOINT_SIGNATURE: yx_status = 639;
/// A step that the life cycle does not have from where the voucher stands.
pub const YX_ERROR_MOVE: yx_status = 640;
/// Somebody who does not hold the role that the step needs.
pub const YX_ERROR_ROLE_MISSING: yx_status = 641;
/// One person in two steps that different people have to take.
pub const YX_ERROR_SAME_PERSON: yx_status = 642;
/// An act whose signer's certificate was not good.
pub const YX_ERROR_CERTIFICATE_UNUSABLE: yx_status = 643;
/// Use of a key that the server keeps without its owner's authorization.
pub const YX_ERROR_AUTHORIZATION_MISSING: yx_status = 644;
/// A number that is taken, by other content or by a version that is still alive.
pub const YX_ERROR_DUPLICATE: yx_status = 645;
/// A voucher that may not be issued here, or is not addressed to here.
pub const YX_ERROR_NOT_ADDRESSED: yx_status = 646;
/// An act of somebody else, or none, where one's own is to be withdrawn.
pub const YX_ERROR_NOT_OWN: yx_status = 647;
/// A statement that is not proven to come from its party, or to be about this voucher.
pub const YX_ERROR_UNPROVEN: yx_status = 648;
/// An amount that is not what was carried out, or not part of what was asked for.
pub const YX_ERROR_AMOUNT: yx_status = 649;
/// A step for vouchers that were carried out, on one that was not or moved no money.
pub const YX_ERROR_NOT_EXECUTED: yx_status = 650;
/// A step for vouchers of which nothing was carried out, on one that was.
pub const YX_ERROR_EXECUTED: yx_status = 651;
/// A failure whose advance was not written off.
pub const YX_ERROR_ADVANCE_OPEN: yx_status = 652;
/// A payment that a clearing request asks for already, or another one than this.
pub const YX_ERROR_CLAIMED: yx_status = 653;
/// A detail that was refunded before.
pub const YX_ERROR_REFUND_TWICE: yx_status = 654;
/// A refund of more than was paid, or of nothing.
pub const YX_ERROR_REFUND_EXCEEDS: yx_status = 655;
/// A step back on a payment of which something was refunded.
pub const YX_ERROR_REFUNDED: yx_status = 656;
/// A voucher in dispute.
pub const YX_ERROR_DISPUTED: yx_status = 657;
/// An answer where nothing is in dispute.
pub const YX_ERROR_NOT_DISPUTED: yx_status = 658;
/// A voucher in dispute, or with a clearing request under way, that is to be filed or destroyed.
pub const YX_ERROR_UNSETTLED: yx_status = 659;
/// A destruction before its time, or without another person's authorization.
pub const YX_ERROR_RETENTION: yx_status = 660;
/// A reason that is missing or too long.
pub const YX_ERROR_REASON: yx_status = 661;
/// A quota of which there is no record.
pub const YX_ERROR_QUOTA_MISSING: yx_status = 662;
/// More than the quota has left.
pub const YX_ERROR_QUOTA_EXCEEDED: yx_status = 663;
/// A quota notice that cannot be taken back: the quota was used.
pub const YX_ERROR_QUOTA_USED: yx_status = 664;
/// A voucher of a division that the office has nothing to do with.
pub const YX_ERROR_FOREIGN_DIVISION: yx_status = 665;
/// A voucher of a budget year that the office has nothing to do with.
pub const YX_ERROR_FOREIGN_YEAR: yx_status = 666;
/// A voucher of a type that the catalogue does not know, where only known ones are taken.
pub const YX_ERROR_TYPE_UNKNOWN: yx_status = 667;
/// A step that can be made again in earnest, without an idempotency key.
pub const YX_ERROR_ONCE_MISSING: yx_status = 668;
/// A voucher or a log that is no longer as it was when the change to it was made.
pub const YX_ERROR_STALE: yx_status = 670;
/// A moment before one that the store has recorded: the clock was set back.
pub const YX_ERROR_CLOCK_BACK: yx_status = 671;
/// An idempotency key under which another call was made.
pub const YX_ERROR_KEY_REUSED: yx_status = 672;
/// A receipt of a packet that was not sent from here.
pub const YX_ERROR_NOT_SENT: yx_status = 673;
/// An answer to a packet that was answered otherwise before.
pub const YX_ERROR_ANSWER_CHANGED: yx_status = 674;
/// A checkpoint that the log does not have.
pub const YX_ERROR_CHECKPOINT_MISSING: yx_status = 680;
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
