/* The C interface of yinxin: electronic seals, signatures and sealed payment vouchers.
 *
 * Made from the source by `UPDATE=1 cargo test -p yinxin-ffi header`; do not edit.
 *
 * Every function that can fail returns a yx_status: YX_OK, a verdict or the number of an error. The
 * output comes last and is written only on success; a verification also writes its report with the
 * verdicts YX_VERDICT_INVALID and YX_VERDICT_NOT_DETERMINED. yx_last_error_message says more.
 *
 * Input is a pointer and a length, with no NUL at its end; NULL with length 0 is empty. Input must
 * not change while a call reads it. Nothing keeps a pointer to it after the call.
 *
 * Handles (yx_signer *, ...) are made by the library and given back by the _free function of their
 * kind; the _free of NULL is nothing. A handle is not an address: one that was freed or is of another
 * kind is refused with YX_ERROR_HANDLE.
 *
 * Nothing here reads the clock or the network. Threads end with the call that asked for them, so a
 * process may fork between calls. A fork during a call of another thread leaves the child with the
 * callback signers and verifiers that this thread was using in doubt; everything else goes on.
 */

#ifndef YINXIN_H
#define YINXIN_H

#include <stddef.h>
#include <stdint.h>

/**
 * The version of the binary interface that this header describes. It grows when functions or
 * numbers are added; programs made for a lower one go on working with the same libyinxin.so.0.
 */
#define YX_ABI_VERSION 1

/**
 * "No time": nothing proves when the signature existed.
 */
#define YX_NO_TIME INT64_MIN

/**
 * The most bytes of one input (1 TiB); a greater length is taken for a mistake of the caller.
 */
#define YX_MAX_INPUT_BYTES 1099511627776

/**
 * The most items of one call.
 */
#define YX_MAX_ITEMS 16777216

/**
 * A PKCS#12 file under PBE-SHA1-3DES or RC2 is opened too.
 */
#define YX_KEY_FILE_LEGACY 1

/**
 * A PKCS#12 file without a MAC is opened too: nothing shows that it is unchanged.
 */
#define YX_KEY_FILE_WITHOUT_MAC 2

/**
 * The room for one signature that a yx_sign_fn gets.
 */
#define YX_SIGNATURE_CAPACITY 1024

/**
 * An answer about revocation is needed for every certificate below the anchor; the default.
 */
#define YX_REVOCATION_REQUIRED 0

/**
 * An answer about revocation counts where there is one.
 */
#define YX_REVOCATION_IF_AVAILABLE 1

/**
 * Revocation is not looked at; the report says so.
 */
#define YX_REVOCATION_NOT_CHECKED 2

/**
 * A list of states must say that the seal was active.
 */
#define YX_SEAL_STATE_REQUIRED 0

/**
 * Where lists of states are given, one must say that the seal was active; the default.
 */
#define YX_SEAL_STATE_IF_AVAILABLE 1

/**
 * Lists of states are not looked at; the report says so.
 */
#define YX_SEAL_STATE_NOT_CHECKED 2

/**
 * Structures are read as the standards say and not otherwise; the default.
 */
#define YX_PROFILE_CONFORMING 0

/**
 * The named deviations of real files are read too, with one note each.
 */
#define YX_PROFILE_AS_FOUND 1

/**
 * The request as opaque bytes, to be kept or sent and read by yx_requests_from_bytes; no secret.
 */
#define YX_REQUEST_BYTES 0

/**
 * The message to be signed with SM2 and SM3, Z made with the user id of the request.
 */
#define YX_REQUEST_TO_BE_SIGNED 1

/**
 * The SM2 digest e of that message, SM3(Z || message), 32 bytes: for a device that takes a digest.
 */
#define YX_REQUEST_DIGEST 2

/**
 * A message in the form of GB/T 35275.
 */
#define YX_CMS_FORM_GM 1

/**
 * A message in the form of RFC 5652.
 */
#define YX_CMS_FORM_RFC 2

/**
 * The content stays outside of the message.
 */
#define YX_CMS_DETACHED 1

/**
 * No signed attributes: one SM2 signer, the form of GB/T 35275, no time and no lists.
 */
#define YX_CMS_BARE 2

/**
 * The cipher that is usual for the form: SM4-GCM, in the form of GB/T 35275 SM4-CBC.
 */
#define YX_CMS_CIPHER_USUAL 0

/**
 * SM4-GCM, with a tag that shows changes.
 */
#define YX_CMS_CIPHER_SM4_GCM 1

/**
 * AES-128-GCM, with a tag that shows changes.
 */
#define YX_CMS_CIPHER_AES_128_GCM 2

/**
 * AES-256-GCM, with a tag that shows changes.
 */
#define YX_CMS_CIPHER_AES_256_GCM 3

/**
 * SM4-CBC: nothing shows changes.
 */
#define YX_CMS_CIPHER_SM4_CBC 4

/**
 * Recipients are named by the key identifiers of their certificates.
 */
#define YX_CMS_BY_KEY_ID 1

/**
 * 1.2.156.10197.1.104.10 is taken for SM4-GCM.
 */
#define YX_CMS_SM4_GCM_10 1

/**
 * A file that is there is replaced, at once and whole. Without this it is YX_ERROR_EXISTS.
 */
#define YX_FILE_REPLACE 256

/**
 * A signature as DER SEQUENCE { r, s }; of RSA the bare value.
 */
#define YX_SIGNATURE_DER 1

/**
 * A signature of SM2 as 64 bytes r || s.
 */
#define YX_SIGNATURE_RAW 2

/**
 * A message from the business system to the control.
 */
#define YX_LOCAL_TO_CONTROL 1

/**
 * A message from the control to the business system.
 */
#define YX_LOCAL_FROM_CONTROL 2

/**
 * Accepted: the next one.
 */
#define YX_ADMISSION_NEW 1

/**
 * Accepted: it came before others, which are missing now.
 */
#define YX_ADMISSION_AHEAD 2

/**
 * Accepted: one that was missing.
 */
#define YX_ADMISSION_LATE 3

/**
 * Not accepted: this very packet was accepted before.
 */
#define YX_ADMISSION_REPEATED 4

/**
 * Not accepted: another packet was accepted under this number.
 */
#define YX_ADMISSION_CONFLICT 5

/**
 * Not accepted: a packet was accepted under this number too long ago to tell which.
 */
#define YX_ADMISSION_FORGOTTEN 6

/**
 * Not accepted: too far ahead of what is missing; it may be sent again when that has come.
 */
#define YX_ADMISSION_BEYOND 7

/**
 * The item of yx_message_parts that is the body.
 */
#define YX_MESSAGE_BODY 0

/**
 * The item of yx_message_parts that is the header as its sender signed it.
 */
#define YX_MESSAGE_SIGNED 1

/**
 * The item of yx_message_parts that is the salt, SM3 of which with the body after it is the digest in
 * the header.
 */
#define YX_MESSAGE_SALT 2

/**
 * A certificate to sign documents and stamps.
 */
#define YX_CERTIFICATE_SIGNER 0

/**
 * A certificate to make seals.
 */
#define YX_CERTIFICATE_SEAL_MAKER 1

/**
 * A certificate to sign time stamps.
 */
#define YX_CERTIFICATE_TIME_STAMP 2

/**
 * A certificate to answer about certificates (OCSP) in their issuer's place.
 */
#define YX_CERTIFICATE_OCSP_RESPONDER 3

/**
 * A certificate to receive what is encrypted.
 */
#define YX_CERTIFICATE_ENCRYPTION 4

/**
 * A certificate to issue certificates and lists.
 */
#define YX_CERTIFICATE_CA 5

/**
 * In whose name, in which role and at which position of the voucher a stamp or signature is made,
 * and when.
 *
 * Thread safety: may be used and changed by any number of threads at once; a change counts for the
 * calls that begin after it.
 */
typedef struct yx_act yx_act;

/**
 * What a call made: one item for each input, in their order; a call for one input gives one item.
 *
 * Thread safety: never changes; may be used by any number of threads at once.
 */
typedef struct yx_buffers yx_buffers;

/**
 * A key of two halves that both sides have, and maybe a second one while they change it.
 *
 * Thread safety: may be used and changed by any number of threads at once; a change counts for the
 * calls that begin after it.
 */
typedef struct yx_local yx_local;

/**
 * The one who receives: his name for himself, and his keys.
 *
 * Thread safety: never changes; may be used by any number of threads at once.
 */
typedef struct yx_mailbox yx_mailbox;

/**
 * What a valid packet says. It may have come before: yx_replay_admit tells.
 *
 * Thread safety: never changes; may be used by any number of threads at once.
 */
typedef struct yx_message yx_message;

/**
 * What many packets say: one item for each, in their order.
 *
 * Thread safety: never changes; may be used by any number of threads at once.
 */
typedef struct yx_messages yx_messages;

/**
 * Somebody with whom packets are exchanged, and the certificates that he signs with.
 *
 * Thread safety: never changes; may be used by any number of threads at once.
 */
typedef struct yx_party yx_party;

/**
 * What has been accepted, in memory: it knows nothing after a restart.
 *
 * Thread safety: may be used by any number of threads at once; they wait for one another.
 */
typedef struct yx_replay yx_replay;

/**
 * What one verification found: coded checks, notes and a verdict.
 *
 * Thread safety: never changes; may be used by any number of threads at once.
 */
typedef struct yx_report yx_report;

/**
 * What a `_many` verification found: one item for each input, in their order.
 *
 * Thread safety: never changes; may be used by any number of threads at once.
 */
typedef struct yx_reports yx_reports;

/**
 * Acts that wait for their signatures, one for each voucher of an envelope, in their order.
 *
 * Thread safety: never changes; may be used by any number of threads at once.
 */
typedef struct yx_requests yx_requests;

/**
 * An electronic seal (电子印章) to stamp with.
 *
 * Thread safety: never changes; may be used by any number of threads at once.
 */
typedef struct yx_seal yx_seal;

/**
 * A key that signs, with its certificates: in memory, or in a device behind a callback.
 *
 * Thread safety: may be used and changed by any number of threads at once; a change counts for the
 * calls that begin after it. Uses of one callback signer wait for each other. A free during a call
 * of another thread takes effect when that call ends.
 */
typedef struct yx_signer yx_signer;

/**
 * A voucher store in a file, opened by this process.
 *
 * Thread safety: may be used by any number of threads at once, which wait for each other; processes open
 * the same file each for themselves. After a fork, neither process may use a store that was open before,
 * but to close it in the parent.
 */
typedef struct yx_store yx_store;

/**
 * Trust anchors, certificates and lists that help, and the policy.
 *
 * Thread safety: may be used and changed by any number of threads at once; a change counts for the
 * verifications that begin after it.
 */
typedef struct yx_verifier yx_verifier;

/**
 * What a function returns: YX_OK, a verdict, or the stable number of an error. Numbers are never
 * reused; a later version may return new ones. The hundreds are the family: 1 malformed input,
 * 2 unsupported, 3 limit, 4 key, 5 storage, 6 refused by a rule, 7 misuse, 9 fault of the library.
 */
typedef int32_t yx_status;

/**
 * Signs `count` messages: hashes message i (for SM2 with Z of the signer's user id) and writes its
 * signature to signatures[i], which has room for YX_SIGNATURE_CAPACITY bytes, and its size to
 * signature_lengths[i]. SM2: DER SEQUENCE { r, s }, or the 64 bytes r || s; ECDSA: DER; RSA: the value.
 *
 * Returns 0, or another number if nothing was signed, which goes into the text of the error. One
 * message that cannot be signed gets the length 0, which is what it has before the call.
 *
 * It is called on the thread that asked for the signature, one call at a time. It must not let an
 * exception or longjmp out, nor sign with this library; what is given to it ends with its return.
 */
typedef int32_t (*yx_sign_fn)(void *user_data,
                              const uint8_t *const *messages,
                              const size_t *lengths,
                              size_t count,
                              uint8_t *const *signatures,
                              size_t *signature_lengths);

/**
 * Done; of a verification: the verdict is Valid.
 */
#define YX_OK 0

/**
 * The verification was made and a required check failed; the report says which.
 */
#define YX_VERDICT_INVALID 1

/**
 * The verification was made and a required check could not be made; the report says which.
 */
#define YX_VERDICT_NOT_DETERMINED 2

/**
 * Bytes that are not the DER of the structure that was expected.
 */
#define YX_ERROR_DER 101

/**
 * Text that is not PEM of the expected label.
 */
#define YX_ERROR_PEM 102

/**
 * Text that is not the XML that was expected.
 */
#define YX_ERROR_XML 103

/**
 * Bytes that are not text in the declared encoding, or characters that it lacks.
 */
#define YX_ERROR_TEXT 104

/**
 * Text that is not the JSON that was expected.
 */
#define YX_ERROR_JSON 105

/**
 * Text that is not canonical base64.
 */
#define YX_ERROR_BASE64 106

/**
 * A field whose value is out of its form or range.
 */
#define YX_ERROR_VALUE 107

/**
 * A well-formed structure that breaks a rule of its own kind.
 */
#define YX_ERROR_STRUCTURE 108

/**
 * Coordinates that are no point of the curve, or not in canonical form.
 */
#define YX_ERROR_POINT 109

/**
 * A ciphertext that cannot be one.
 */
#define YX_ERROR_CIPHERTEXT 110

/**
 * An algorithm that is not offered here.
 */
#define YX_ERROR_ALGORITHM 201

/**
 * A version of a format that is not offered.
 */
#define YX_ERROR_VERSION 202

/**
 * A form of a known structure that is not offered.
 */
#define YX_ERROR_FORM 203

/**
 * A signer that cannot take the input in this form.
 */
#define YX_ERROR_SIGNER_FORM 204

/**
 * An input larger than its named limit.
 */
#define YX_ERROR_SIZE 301

/**
 * More elements than the named limit.
 */
#define YX_ERROR_COUNT 302

/**
 * Deeper nesting than the named limit.
 */
#define YX_ERROR_DEPTH 303

/**
 * More work than the named budget allows.
 */
#define YX_ERROR_BUDGET 304

/**
 * A private key out of its range or not matching its public key.
 */
#define YX_ERROR_PRIVATE_KEY 401

/**
 * A key that its password does not open.
 */
#define YX_ERROR_PASSWORD 402

/**
 * A key and a certificate that do not belong together.
 */
#define YX_ERROR_KEY_MISMATCH 403

/**
 * A signer that failed or gave a value that does not verify.
 */
#define YX_ERROR_SIGNER 404

/**
 * The operating system gave no random bytes.
 */
#define YX_ERROR_RANDOM 405

/**
 * A ciphertext that this key does not open.
 */
#define YX_ERROR_DECRYPTION 406

/**
 * A key or certificate that the operation needs was not given.
 */
#define YX_ERROR_KEY_MISSING 407

/**
 * A key exchange in which the other side did not show that it has the same key.
 */
#define YX_ERROR_AGREEMENT 408

/**
 * A key file whose MAC does not match though the password opens it: it was changed.
 */
#define YX_ERROR_KEY_FILE_MAC 409

/**
 * A file that holds no private key, or none of the name that was asked for.
 */
#define YX_ERROR_KEY_ABSENT 410

/**
 * A file that holds several private keys where one has to be chosen.
 */
#define YX_ERROR_KEY_AMBIGUOUS 411

/**
 * A message that is encrypted for others, not for this certificate.
 */
#define YX_ERROR_NOT_RECIPIENT 412

/**
 * A file that could not be read.
 */
#define YX_ERROR_READ 501

/**
 * A file that could not be written.
 */
#define YX_ERROR_WRITE 502

/**
 * A file that exists and is not overwritten.
 */
#define YX_ERROR_EXISTS 503

/**
 * A service that could not be reached, or gave no answer.
 */
#define YX_ERROR_UNREACHABLE 504

/**
 * A store that others kept locked for all of the counted tries.
 */
#define YX_ERROR_STORE_BUSY 505

/**
 * A store whose file could not be read, written or made durable; it answers nothing until it is opened again.
 */
#define YX_ERROR_STORE_FAULT 506

/**
 * No room for what a store had to write; nothing was changed.
 */
#define YX_ERROR_STORE_FULL 507

/**
 * A store that may be read and not written.
 */
#define YX_ERROR_STORE_READ_ONLY 508

/**
 * A store that was cut or changed: it is not what its own digests say.
 */
#define YX_ERROR_STORE_DAMAGED 509

/**
 * A store of a version that this library does not know.
 */
#define YX_ERROR_STORE_VERSION 510

/**
 * A file that is no store.
 */
#define YX_ERROR_NOT_A_STORE 511

/**
 * Another store than the one that is meant.
 */
#define YX_ERROR_OTHER_STORE 512

/**
 * A store that is not there or cannot be opened.
 */
#define YX_ERROR_STORE_MISSING 513

/**
 * A source that would have to be read twice, and cannot be.
 */
#define YX_ERROR_READ_ONCE 520

/**
 * A content longer or shorter than was declared.
 */
#define YX_ERROR_CONTENT_LENGTH 521

/**
 * What the policy in force forbids.
 */
#define YX_ERROR_POLICY 601

/**
 * A seal that may not be stamped with: its check failed or it is out of its time.
 */
#define YX_ERROR_SEAL_UNUSABLE 602

/**
 * A signer that the seal does not list.
 */
#define YX_ERROR_NOT_LISTED 603

/**
 * An act out of the order of its positions, or at a position already filled.
 */
#define YX_ERROR_ORDER 604

/**
 * A request that was completed before.
 */
#define YX_ERROR_COMPLETED 605

/**
 * A document or voucher that is no longer what the request was made for.
 */
#define YX_ERROR_CHANGED 606

/**
 * A voucher that breaks the rules of its type.
 */
#define YX_ERROR_RULES 607

/**
 * A report whose verdict is not Valid, where a valid one was required.
 */
#define YX_ERROR_NOT_VALID 608

/**
 * Protection too old or too weak to be relied on without the caller's leave.
 */
#define YX_ERROR_WEAK 609

/**
 * A time stamp authority that refused to stamp.
 */
#define YX_ERROR_TIME_STAMP_REFUSED 610

/**
 * A time stamp that is not the one that was asked for: another value, nonce or policy.
 */
#define YX_ERROR_TIME_STAMP_MISMATCH 611

/**
 * A document whose signatures or list of parts forbid what would have to change.
 */
#define YX_ERROR_LOCKED 612

/**
 * A signature or tag that is not good under the key that it is held against.
 */
#define YX_ERROR_BAD_SIGNATURE 616

/**
 * A packet that was accepted before.
 */
#define YX_ERROR_REPLAYED 620

/**
 * A packet under whose number another one was accepted.
 */
#define YX_ERROR_SEQUENCE_CONFLICT 621

/**
 * A packet too far ahead of those that are missing.
 */
#define YX_ERROR_SEQUENCE_BEYOND 622

/**
 * A conversation whose sequence numbers are used up.
 */
#define YX_ERROR_SEQUENCE_END 623

/**
 * A checkpoint older than one that was seen: the store was set back to an old copy.
 */
#define YX_ERROR_ROLLED_BACK 635

/**
 * A checkpoint that does not follow the one that was seen: the store went on twice.
 */
#define YX_ERROR_FORKED 636

/**
 * A log that is not the one that was seen with entries appended.
 */
#define YX_ERROR_REWRITTEN 637

/**
 * A checkpoint or an export of another store.
 */
#define YX_ERROR_OTHER_ORIGIN 638

/**
 * A checkpoint that none of the keys given signed.
 */
#define YX_ERROR_CHECKPOINT_SIGNATURE 639

/**
 * A step that the life cycle does not have from where the voucher stands.
 */
#define YX_ERROR_MOVE 640

/**
 * Somebody who does not hold the role that the step needs.
 */
#define YX_ERROR_ROLE_MISSING 641

/**
 * One person in two steps that different people have to take.
 */
#define YX_ERROR_SAME_PERSON 642

/**
 * An act whose signer's certificate was not good.
 */
#define YX_ERROR_CERTIFICATE_UNUSABLE 643

/**
 * Use of a key that the server keeps without its owner's authorization.
 */
#define YX_ERROR_AUTHORIZATION_MISSING 644

/**
 * A number that is taken, by other content or by a version that is still alive.
 */
#define YX_ERROR_DUPLICATE 645

/**
 * A voucher that may not be issued here, or is not addressed to here.
 */
#define YX_ERROR_NOT_ADDRESSED 646

/**
 * An act of somebody else, or none, where one's own is to be withdrawn.
 */
#define YX_ERROR_NOT_OWN 647

/**
 * A statement that is not proven to come from its party, or to be about this voucher.
 */
#define YX_ERROR_UNPROVEN 648

/**
 * An amount that is not what was carried out, or not part of what was asked for.
 */
#define YX_ERROR_AMOUNT 649

/**
 * A step for vouchers that were carried out, on one that was not or moved no money.
 */
#define YX_ERROR_NOT_EXECUTED 650

/**
 * A step for vouchers of which nothing was carried out, on one that was.
 */
#define YX_ERROR_EXECUTED 651

/**
 * A failure whose advance was not written off.
 */
#define YX_ERROR_ADVANCE_OPEN 652

/**
 * A payment that a clearing request asks for already, or another one than this.
 */
#define YX_ERROR_CLAIMED 653

/**
 * A detail that was refunded before.
 */
#define YX_ERROR_REFUND_TWICE 654

/**
 * A refund of more than was paid, or of nothing.
 */
#define YX_ERROR_REFUND_EXCEEDS 655

/**
 * A step back on a payment of which something was refunded.
 */
#define YX_ERROR_REFUNDED 656

/**
 * A voucher in dispute.
 */
#define YX_ERROR_DISPUTED 657

/**
 * An answer where nothing is in dispute.
 */
#define YX_ERROR_NOT_DISPUTED 658

/**
 * A voucher in dispute, or with a clearing request under way, that is to be filed or destroyed.
 */
#define YX_ERROR_UNSETTLED 659

/**
 * A destruction before its time, or without another person's authorization.
 */
#define YX_ERROR_RETENTION 660

/**
 * A reason that is missing or too long.
 */
#define YX_ERROR_REASON 661

/**
 * A quota of which there is no record.
 */
#define YX_ERROR_QUOTA_MISSING 662

/**
 * More than the quota has left.
 */
#define YX_ERROR_QUOTA_EXCEEDED 663

/**
 * A quota notice that cannot be taken back: the quota was used.
 */
#define YX_ERROR_QUOTA_USED 664

/**
 * A voucher of a division that the office has nothing to do with.
 */
#define YX_ERROR_FOREIGN_DIVISION 665

/**
 * A voucher of a budget year that the office has nothing to do with.
 */
#define YX_ERROR_FOREIGN_YEAR 666

/**
 * A voucher of a type that the catalogue does not know, where only known ones are taken.
 */
#define YX_ERROR_TYPE_UNKNOWN 667

/**
 * A step that can be made again in earnest, without an idempotency key.
 */
#define YX_ERROR_ONCE_MISSING 668

/**
 * A voucher or a log that is no longer as it was when the change to it was made.
 */
#define YX_ERROR_STALE 670

/**
 * A moment before one that the store has recorded: the clock was set back.
 */
#define YX_ERROR_CLOCK_BACK 671

/**
 * An idempotency key under which another call was made.
 */
#define YX_ERROR_KEY_REUSED 672

/**
 * A receipt of a packet that was not sent from here.
 */
#define YX_ERROR_NOT_SENT 673

/**
 * An answer to a packet that was answered otherwise before.
 */
#define YX_ERROR_ANSWER_CHANGED 674

/**
 * A checkpoint that the log does not have.
 */
#define YX_ERROR_CHECKPOINT_MISSING 680

/**
 * An argument out of its range.
 */
#define YX_ERROR_ARGUMENT 701

/**
 * A null pointer where a value is needed.
 */
#define YX_ERROR_NULL_POINTER 702

/**
 * A handle of another kind, or one already freed.
 */
#define YX_ERROR_HANDLE 703

/**
 * An output buffer smaller than the length that was written back.
 */
#define YX_ERROR_BUFFER_TOO_SMALL 704

/**
 * A fault in the library: a panic was caught; please report it.
 */
#define YX_ERROR_PANIC 901

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the binary interface of the library that is running; at least the YX_ABI_VERSION
 * the program was compiled with, or the library is too old for it.
 */
uint32_t yx_abi_version(void);

/**
 * The version of the library, as "0.1.0": a static text that ends with NUL and is not freed.
 */
const char *yx_version(void);

/**
 * Writes the text of the last error of the calling thread, in UTF-8: the error of the last yx_
 * function that returned a status on this thread. Empty if that function returned YX_OK or a verdict.
 * This function, yx_last_error_json and the _free functions do not change it.
 *
 * The text is for people and may change between versions; the status and yx_last_error_json do not.
 * `length` gets the size of the text with its final NUL. With `buffer` NULL and `capacity` 0 only
 * the size is written; a smaller `capacity` gives YX_ERROR_BUFFER_TOO_SMALL and the size.
 *
 * `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
 */
yx_status yx_last_error_message(char *buffer,
                                size_t capacity,
                                size_t *length);

/**
 * Writes the last error of the calling thread as a JSON object in UTF-8:
 * {"schema":1,"error":{"code","family","structure","offset","message"}}, with "error" null if there
 * is none. Otherwise as yx_last_error_message.
 *
 * `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
 */
yx_status yx_last_error_json(char *buffer, size_t capacity, size_t *length);

/**
 * Copies item `index` (from 0) into `buffer`.
 *
 * Returns the error of the item, if it could not be made. `length` gets the number of bytes. With
 * `buffer` NULL and `capacity` 0 only the number is written; a smaller `capacity` gives
 * YX_ERROR_BUFFER_TOO_SMALL and the number. The bytes are the same at each call.
 *
 * `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
 */
yx_status yx_buffers_get(const struct yx_buffers *buffers,
                         size_t index,
                         uint8_t *buffer,
                         size_t capacity,
                         size_t *length);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_buffers_free(struct yx_buffers *buffers);

/**
 * The verdict again: YX_OK for Valid, YX_VERDICT_INVALID or YX_VERDICT_NOT_DETERMINED.
 */
yx_status yx_report_verdict(const struct yx_report *report);

/**
 * Writes the report as a JSON object in UTF-8, the same as from every other language:
 * {"schema":1,"verdict","subject","checks":[..],"notes":[..],"reports":[..]}.
 *
 * `length` gets the size of the text with its final NUL. With `buffer` NULL and `capacity` 0 only
 * the size is written; a smaller `capacity` gives YX_ERROR_BUFFER_TOO_SMALL and the size.
 *
 * `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
 */
yx_status yx_report_json(const struct yx_report *report,
                         char *buffer,
                         size_t capacity,
                         size_t *length);

/**
 * Writes the report as text for people in UTF-8, one line for each check. Sizes as for
 * yx_report_json.
 *
 * `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
 */
yx_status yx_report_text(const struct yx_report *report,
                         char *buffer,
                         size_t capacity,
                         size_t *length);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_report_free(struct yx_report *report);

/**
 * Gives item `index` (from 0) as a report of its own, to be freed by yx_report_free.
 *
 * Returns what the verification of this one input would have returned: the verdict, with the report
 * written; or the error, with nothing written.
 *
 * `report` may be written.
 */
yx_status yx_reports_get(const struct yx_reports *reports, size_t index, struct yx_report **report);

/**
 * Frees; NULL and handles that are not alive are left alone. Reports taken from it live on.
 */
void yx_reports_free(struct yx_reports *reports);

/**
 * Opens a private key: PEM or DER, PKCS#8 plain or under a password (PBES2), or the older EC and
 * RSA forms; also any other file that yx_signer_from_key_file opens without flags and a name.
 *
 * `password` NULL with length 0 means none. `certificates` are the signer's certificate and those
 * above it (PEM of one or more, or DER of one); NULL with length 0 takes those in the PEM of the key.
 * The copies made of key and password are wiped; wiping the arguments is up to the caller.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_signer_from_pem(const uint8_t *key,
                             size_t key_length,
                             const char *password,
                             size_t password_length,
                             const uint8_t *certificates,
                             size_t certificates_length,
                             struct yx_signer **signer);

/**
 * Opens the key of a key file: PKCS#12 (.p12, .pfx), PEM with keys and certificates in any order,
 * PKCS#8 or CFCA's .sm2, told apart by content. The certificates are those in the file.
 *
 * `password` NULL with length 0 means none. `name` (UTF-8) is the friendlyName of the key in a
 * PKCS#12 file; NULL with length 0 takes the only key. `flags` is 0 or a sum of YX_KEY_FILE_
 * numbers. A wrong password is YX_ERROR_PASSWORD, a file that was changed YX_ERROR_KEY_FILE_MAC, no
 * key of the name YX_ERROR_KEY_ABSENT, several YX_ERROR_KEY_AMBIGUOUS, protection that a flag would
 * have to allow YX_ERROR_WEAK. The copies made of file and password are wiped.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_signer_from_key_file(const uint8_t *file,
                                  size_t file_length,
                                  const char *password,
                                  size_t password_length,
                                  const char *name,
                                  size_t name_length,
                                  uint32_t flags,
                                  struct yx_signer **signer);

/**
 * Sets the user id of SM2 under which is signed; NULL with length 0 is the default one,
 * 1234567812345678. Other algorithms have none, and sign as before. A seal that its maker signed
 * under neither this user id nor the default one is refused with YX_ERROR_SEAL_UNUSABLE.
 *
 * `user_id` has `length` readable bytes.
 */
yx_status yx_signer_set_user_id(struct yx_signer *signer, const uint8_t *user_id, size_t length);

/**
 * Frees; NULL and handles that are not alive are left alone. Keys are wiped.
 */
void yx_signer_free(struct yx_signer *signer);

/**
 * A signer that asks a function. Every signature is verified before it is used.
 *
 * `certificates` (PEM of one or more, or DER of one) begin with the signer's own, which says the
 * key and the algorithm: SM2 with SM3, RSA (PKCS #1 v1.5) with SHA-256, ECDSA P-256 with SHA-256
 * or P-384 with SHA-384.
 *
 * `certificates` has as many readable bytes as its length says; `sign` keeps to yx_sign_fn and may
 * be called with `user_data`, on any thread that uses the signer, until the signer is freed and
 * the last call with it has ended.
 */
yx_status yx_signer_from_callback(const uint8_t *certificates,
                                  size_t certificates_length,
                                  yx_sign_fn sign,
                                  void *user_data,
                                  struct yx_signer **signer);

/**
 * Reads a seal (the DER of an SESeal, an .esl file). `profile` is YX_PROFILE_CONFORMING or
 * YX_PROFILE_AS_FOUND. Nothing is verified; yx_seal_check does that.
 *
 * `data` has `length` readable bytes; `seal` may be written.
 */
yx_status yx_seal_parse(const uint8_t *data, size_t length, int32_t profile, struct yx_seal **seal);

/**
 * Checks a seal by itself: its maker's signature and certificate, and its time.
 *
 * `now` and `received` as for yx_voucher_verify. Returns the verdict and writes the report in each
 * of the three cases; returns an error, and writes nothing, if the check could not be made.
 *
 * `data` has `length` readable bytes; `report` may be written.
 */
yx_status yx_seal_check(const struct yx_verifier *verifier,
                        const uint8_t *data,
                        size_t length,
                        int64_t now,
                        int64_t received,
                        struct yx_report **report);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_seal_free(struct yx_seal *seal);

/**
 * An act of the organisation with the code `org` in `role` at `position`, all in UTF-8, at the time
 * of the signer's clock (seconds since 1970-01-01T00:00:00Z).
 *
 * Each pointer has as many readable bytes as its length says; `act` may be written.
 */
yx_status yx_act_new(const char *org,
                     size_t org_length,
                     const char *role,
                     size_t role_length,
                     const char *position,
                     size_t position_length,
                     int64_t time,
                     struct yx_act **act);

/**
 * Sets the local templates of positions, as JSON in UTF-8: they replace the built-in ones of the
 * same voucher types. Those of an earlier call are forgotten.
 *
 * `json` has `length` readable bytes.
 */
yx_status yx_act_set_templates_json(struct yx_act *act, const char *json, size_t length);

/**
 * Sets the local catalogue of voucher types, as JSON in UTF-8: its entries replace the built-in ones
 * of the same types. Those of an earlier call are forgotten.
 *
 * `json` has `length` readable bytes.
 */
yx_status yx_act_set_catalogue_json(struct yx_act *act,
                                    const char *json,
                                    size_t length);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_act_free(struct yx_act *act);

/**
 * A verifier that trusts nothing yet.
 *
 * `verifier` may be written.
 */
yx_status yx_verifier_new(struct yx_verifier **verifier);

/**
 * Trusts certificates (PEM of one or more, or DER of one): a path that reaches one of them is good.
 *
 * `certificates` has `length` readable bytes.
 */
yx_status yx_verifier_add_anchor(struct yx_verifier *verifier,
                                 const uint8_t *certificates,
                                 size_t length);

/**
 * Offers certificates (PEM of one or more, or DER of one) for building paths; they bring no trust.
 *
 * `certificates` has `length` readable bytes.
 */
yx_status yx_verifier_add_intermediate(struct yx_verifier *verifier,
                                       const uint8_t *certificates,
                                       size_t length);

/**
 * Offers a revocation list (PEM or DER); it counts only if its issuer signed it.
 *
 * `crl` has `length` readable bytes.
 */
yx_status yx_verifier_add_crl(struct yx_verifier *verifier, const uint8_t *crl, size_t length);

/**
 * Offers an OCSP response (PEM or DER); it counts only if one who may answer for the issuer
 * signed it.
 *
 * `response` has `length` readable bytes.
 */
yx_status yx_verifier_add_ocsp(struct yx_verifier *verifier,
                               const uint8_t *response,
                               size_t length);

/**
 * Trusts certificates (PEM of one or more, or DER of one) on these terms, as JSON in UTF-8: for what
 * and when they count, such as {"purposes":["seal-state"],"until":"2030-01-01T00:00:00Z"}.
 *
 * `certificates` has `length` readable bytes, `terms` `terms_length`.
 */
yx_status yx_verifier_add_anchor_on_terms(struct yx_verifier *verifier,
                                          const uint8_t *certificates,
                                          size_t length,
                                          const char *terms,
                                          size_t terms_length);

/**
 * Offers a signed list of the states of seals (DER); it counts only if its signer leads to an anchor
 * for that purpose (`yx_verifier_add_anchor_on_terms`).
 *
 * `states` has `length` readable bytes.
 */
yx_status yx_verifier_add_seal_states(struct yx_verifier *verifier,
                                      const uint8_t *states,
                                      size_t length);

/**
 * Copies the issuer of a list of the states of seals (DER) as text, by its own statement, with a final
 * NUL. Sizes as for yx_report_json. With yx_seal_states_number, what yx_verifier_expect_seal_states
 * takes: keep both of the last list that was found good. Nothing is verified.
 *
 * `states` has `states_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
 * `length` may be written.
 */
yx_status yx_seal_states_issuer(const uint8_t *states,
                                size_t states_length,
                                char *buffer,
                                size_t capacity,
                                size_t *length);

/**
 * Writes the number of a list of the states of seals (DER) among those of its issuer. Nothing is
 * verified.
 *
 * `states` has `length` readable bytes; `number` may be written.
 */
yx_status yx_seal_states_number(const uint8_t *states, size_t length, uint64_t *number);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_verifier_free(struct yx_verifier *verifier);

/**
 * Sets whether revocation must be known: one of the YX_REVOCATION_ numbers.
 */
yx_status yx_verifier_set_revocation(struct yx_verifier *verifier, int32_t revocation);

/**
 * Sets whether the state of a seal must be known: one of the YX_SEAL_STATE_ numbers.
 */
yx_status yx_verifier_set_seal_state(struct yx_verifier *verifier, int32_t seal_state);

/**
 * Sets until when algorithms count, as JSON in UTF-8: the member `algorithms` of a trust.json alone,
 * such as [{"algorithm":"RSA","below":3072,"until":"2030-12-31T23:59:59+08:00"}]. Lines of an earlier
 * call are forgotten, the defaults stay.
 *
 * `json` has `length` readable bytes.
 */
yx_status yx_verifier_set_algorithms_json(struct yx_verifier *verifier,
                                          const char *json,
                                          size_t length);

/**
 * Sets how strictly structures are read: one of the YX_PROFILE_ numbers.
 */
yx_status yx_verifier_set_profile(struct yx_verifier *verifier, int32_t profile);

/**
 * Sets who may stamp or sign which vouchers at which position, as JSON in UTF-8. Without it
 * `voucher.authority` is not determined, so no voucher is found valid.
 *
 * `json` has `length` readable bytes.
 */
yx_status yx_verifier_set_authorisation_json(struct yx_verifier *verifier,
                                             const char *json,
                                             size_t length);

/**
 * Sets the local templates of positions, as JSON in UTF-8: they replace the built-in ones of the
 * same voucher types. Those of an earlier call are forgotten.
 *
 * `json` has `length` readable bytes.
 */
yx_status yx_verifier_set_templates_json(struct yx_verifier *verifier,
                                         const char *json,
                                         size_t length);

/**
 * Sets the local catalogue of voucher types, as JSON in UTF-8: its entries replace the built-in ones
 * of the same types. Those of an earlier call are forgotten.
 *
 * `json` has `length` readable bytes.
 */
yx_status yx_verifier_set_catalogue_json(struct yx_verifier *verifier,
                                         const char *json,
                                         size_t length);

/**
 * Sets the user id under which the SM2 signatures of seals, stamps, acts and documents are checked;
 * NULL with length 0 is the default one, 1234567812345678. Makers of seals and issuers may have
 * others: yx_verifier_set_maker_user_id, yx_verifier_set_issuer_user_id.
 *
 * `user_id` has `length` readable bytes.
 */
yx_status yx_verifier_set_user_id(struct yx_verifier *verifier,
                                  const uint8_t *user_id,
                                  size_t length);

/**
 * Sets the user id under which the SM2 signatures of the makers of seals are checked; NULL with length
 * 0 is the one of yx_verifier_set_user_id. A pointer with length 0 is the empty one.
 *
 * `user_id` has `length` readable bytes.
 */
yx_status yx_verifier_set_maker_user_id(struct yx_verifier *verifier,
                                        const uint8_t *user_id,
                                        size_t length);

/**
 * Sets the user id under which the SM2 signatures of issuers are checked, those of certificates,
 * revocation lists and OCSP responses; NULL with length 0 is the default one, 1234567812345678. A
 * pointer with length 0 is the empty one, under which OpenSSL signs unless told otherwise. Where
 * another known one would have been right, the report says so, and the check fails.
 *
 * `user_id` has `length` readable bytes.
 */
yx_status yx_verifier_set_issuer_user_id(struct yx_verifier *verifier,
                                         const uint8_t *user_id,
                                         size_t length);

/**
 * Sets whether the maker of a seal of GM/T 0031-2025 is judged at the moment of the stamp (1), as
 * those of older seals are, or need only have been good when the seal was made (0, the default).
 */
yx_status yx_verifier_set_strict_makers(struct yx_verifier *verifier, int32_t strict);

/**
 * Refuses lists of the states of seals by this issuer (UTF-8, as the list says it) with a lower
 * number: the caller has seen a list with this one before. Of several numbers the highest counts.
 *
 * `issuer` has `length` readable bytes.
 */
yx_status yx_verifier_expect_seal_states(struct yx_verifier *verifier,
                                         const char *issuer,
                                         size_t length,
                                         uint64_t number);

/**
 * Stamps every voucher of an envelope (the XML of the treasury message): an act with the seal.
 *
 * `buffers` gets one item, the envelope with the act in it. It is an output handle and not a buffer
 * of the caller's because each call signs anew: its size is not known before.
 *
 * `envelope` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_voucher_stamp(const struct yx_signer *signer,
                           const struct yx_seal *seal,
                           const struct yx_act *act,
                           const uint8_t *envelope,
                           size_t length,
                           struct yx_buffers **buffers);

/**
 * Signs every voucher of an envelope: an act with the signer's key and no seal. Otherwise as
 * yx_voucher_stamp.
 *
 * `envelope` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_voucher_sign(const struct yx_signer *signer,
                          const struct yx_act *act,
                          const uint8_t *envelope,
                          size_t length,
                          struct yx_buffers **buffers);

/**
 * Stamps many envelopes: `count` pointers and `count` lengths. `buffers` gets one item for each; one
 * that cannot be stamped does not stop the others and has its error as its item.
 *
 * YX_OK says only that there is an item for each. `threads` is the most that work at once (0 and 1:
 * the calling one alone; at most 256); they end with the call. The result does not depend on it.
 *
 * `envelopes` and `lengths` have `count` readable elements, and each of `envelopes` as many
 * readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_voucher_stamp_many(const struct yx_signer *signer,
                                const struct yx_seal *seal,
                                const struct yx_act *act,
                                const uint8_t *const *envelopes,
                                const size_t *lengths,
                                size_t count,
                                size_t threads,
                                struct yx_buffers **buffers);

/**
 * Verifies an envelope: all its vouchers and all their acts.
 *
 * `now` is the clock, in seconds since 1970-01-01T00:00:00Z. `received` is when somebody who is
 * trusted had the signatures, which proves that they existed then; YX_NO_TIME if nothing proves it.
 * Returns the verdict and writes the report in each of the three cases; returns an error, and
 * writes nothing, if the verification could not be made.
 *
 * `envelope` has `length` readable bytes; `report` may be written.
 */
yx_status yx_voucher_verify(const struct yx_verifier *verifier,
                            const uint8_t *envelope,
                            size_t length,
                            int64_t now,
                            int64_t received,
                            struct yx_report **report);

/**
 * Verifies many envelopes, as yx_voucher_verify does one. `reports` gets one item for each; YX_OK
 * says only that, and nothing about the verdicts. Arrays and `threads` as for yx_voucher_stamp_many.
 *
 * `envelopes` and `lengths` have `count` readable elements, and each of `envelopes` as many
 * readable bytes as its length says; `reports` may be written.
 */
yx_status yx_voucher_verify_many(const struct yx_verifier *verifier,
                                 const uint8_t *const *envelopes,
                                 const size_t *lengths,
                                 size_t count,
                                 int64_t now,
                                 int64_t received,
                                 size_t threads,
                                 struct yx_reports **reports);

/**
 * Prepares one act on every voucher of an envelope: stamps with `seal`, or signatures with NULL in
 * its place. `requests` gets one request for each voucher; each is to be signed by the SM2 key of
 * `certificate` (DER or PEM), wherever that is, and yx_voucher_complete makes the acts of them.
 *
 * `user_id` is the one of SM2 that is signed under; NULL with length 0 is the default one,
 * 1234567812345678. A seal that its maker signed under another one is refused.
 *
 * Each pointer has as many readable bytes as its length says; `requests` may be written.
 */
yx_status yx_voucher_prepare(const struct yx_seal *seal,
                             const struct yx_act *act,
                             const uint8_t *certificate,
                             size_t certificate_length,
                             const uint8_t *user_id,
                             size_t user_id_length,
                             const uint8_t *envelope,
                             size_t length,
                             struct yx_requests **requests);

/**
 * Completes the requests that were prepared on this envelope: `count` signatures, one for each
 * request in their order, each DER SEQUENCE { r, s } or the 64 bytes r || s. `buffers` gets one item,
 * the envelope with the acts in it.
 *
 * A signature that does not verify, a voucher that changed and a request completed before are
 * refused, and nothing is completed then.
 *
 * `signatures` and `signature_lengths` have `count` readable elements, and each of `signatures` as
 * many readable bytes as its length says; `envelope` has `length`; `buffers` may be written.
 */
yx_status yx_voucher_complete(const struct yx_requests *requests,
                              const uint8_t *const *signatures,
                              const size_t *signature_lengths,
                              size_t count,
                              const uint8_t *envelope,
                              size_t length,
                              struct yx_buffers **buffers);

/**
 * Reads requests that were kept as YX_REQUEST_BYTES: `count` pointers and `count` lengths, in the
 * order of the vouchers of their envelope. One that cannot be read is the error of the call.
 *
 * `data` and `lengths` have `count` readable elements, and each of `data` as many readable bytes as
 * its length says; `requests` may be written.
 */
yx_status yx_requests_from_bytes(const uint8_t *const *data,
                                 const size_t *lengths,
                                 size_t count,
                                 struct yx_requests **requests);

/**
 * Writes how many requests there are.
 *
 * `count` may be written.
 */
yx_status yx_requests_count(const struct yx_requests *requests, size_t *count);

/**
 * Copies a part of request `index` (from 0) into `buffer`: one of the YX_REQUEST_ numbers. Sizes as
 * for yx_buffers_get.
 *
 * `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
 */
yx_status yx_requests_get(const struct yx_requests *requests,
                          size_t index,
                          int32_t part,
                          uint8_t *buffer,
                          size_t capacity,
                          size_t *length);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_requests_free(struct yx_requests *requests);

/**
 * Stamps a document: `buffers` gets one item, the stamp (a SES_Signature over the document's digest).
 *
 * `property` is the text, in UTF-8, that says in the stamp which document is meant. `time` is the
 * signer's clock, in seconds since 1970-01-01T00:00:00Z.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_document_stamp(const struct yx_signer *signer,
                            const struct yx_seal *seal,
                            const uint8_t *document,
                            size_t document_length,
                            const char *property,
                            size_t property_length,
                            int64_t time,
                            struct yx_buffers **buffers);

/**
 * Verifies a stamp over a document. `property` is the text expected in the stamp; NULL with length
 * 0 expects nothing. Moments, result and report as for yx_voucher_verify.
 *
 * Each pointer has as many readable bytes as its length says; `report` may be written.
 */
yx_status yx_document_verify_stamp(const struct yx_verifier *verifier,
                                   const uint8_t *stamp,
                                   size_t stamp_length,
                                   const uint8_t *document,
                                   size_t document_length,
                                   const char *property,
                                   size_t property_length,
                                   int64_t now,
                                   int64_t received,
                                   struct yx_report **report);

/**
 * Signs a document: `buffers` gets one item, the signature (detached SignedData of GB/T 35275).
 *
 * `document` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_document_sign(const struct yx_signer *signer,
                           const uint8_t *document,
                           size_t length,
                           struct yx_buffers **buffers);

/**
 * Verifies a detached signature over a document. Moments, result and report as for yx_voucher_verify.
 *
 * Each pointer has as many readable bytes as its length says; `report` may be written.
 */
yx_status yx_document_verify_signature(const struct yx_verifier *verifier,
                                       const uint8_t *signature,
                                       size_t signature_length,
                                       const uint8_t *document,
                                       size_t document_length,
                                       int64_t now,
                                       int64_t received,
                                       struct yx_report **report);

/**
 * Signs a message by `count` signers, each with attributes of his own.
 *
 * `form` is one of the YX_CMS_FORM_ numbers; `flags` is 0 or a sum of YX_CMS_DETACHED and
 * YX_CMS_BARE. `time` is the signing time that is stated, in seconds since 1970-01-01T00:00:00Z, or
 * YX_NO_TIME. `crls` are revocation lists (PEM or DER) that go into the message. `buffers` gets one
 * item, the message in DER.
 *
 * Each array has as many elements as its count says, each pointer as many readable bytes as its
 * length; `buffers` may be written.
 */
yx_status yx_cms_sign(const struct yx_signer *const *signers,
                      size_t count,
                      const uint8_t *content,
                      size_t content_length,
                      uint32_t form,
                      uint32_t flags,
                      int64_t time,
                      const uint8_t *const *crls,
                      const size_t *crl_lengths,
                      size_t crl_count,
                      struct yx_buffers **buffers);

/**
 * Adds a signer to a signed message (DER), beside those who did before. `content` is what was signed,
 * if that is not inside, else NULL with length 0. Time as for yx_cms_sign. What is there is not
 * verified. `buffers` gets one item, the message.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_cms_add_signer(const struct yx_signer *signer,
                            const uint8_t *message,
                            size_t message_length,
                            const uint8_t *content,
                            size_t content_length,
                            int64_t time,
                            struct yx_buffers **buffers);

/**
 * Signs the signature of signer `number` (from 0, in the order that yx_cms_describe shows) of a signed
 * message (DER). Time as for yx_cms_sign. What is signed is not verified. `buffers` gets one item, the
 * message.
 *
 * `message` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_cms_countersign(const struct yx_signer *signer,
                             const uint8_t *message,
                             size_t length,
                             size_t number,
                             int64_t time,
                             struct yx_buffers **buffers);

/**
 * Verifies a signed message. `content` is what was signed, if that is not inside, else NULL with
 * length 0; content inside and beside is refused. Moments, result and report as for
 * yx_voucher_verify.
 *
 * `buffers` gets one item, the content, if the verdict is Valid; with another one it is not written.
 * It may be NULL.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` is NULL or may be written;
 * `report` may be written.
 */
yx_status yx_cms_verify(const struct yx_verifier *verifier,
                        const uint8_t *message,
                        size_t message_length,
                        const uint8_t *content,
                        size_t content_length,
                        int64_t now,
                        int64_t received,
                        struct yx_buffers **buffers,
                        struct yx_report **report);

/**
 * Writes what a message of any kind says of itself as a JSON object in UTF-8; nothing of it is
 * verified, and its content is left out. `profile` is YX_PROFILE_CONFORMING or
 * YX_PROFILE_AS_FOUND. Sizes as for yx_report_json.
 *
 * `message` has `message_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
 * `length` may be written.
 */
yx_status yx_cms_describe(const uint8_t *message,
                          size_t message_length,
                          int32_t profile,
                          char *buffer,
                          size_t capacity,
                          size_t *length);

/**
 * Encrypts content for recipients: `certificates` (PEM of one or more, or DER of one) are theirs, with
 * SM2 keys to encrypt for.
 *
 * `form` is one of the YX_CMS_FORM_ numbers, `cipher` one of the YX_CMS_CIPHER_ numbers, `flags` 0 or
 * YX_CMS_BY_KEY_ID. Only a cipher with a tag lets the recipient see that nobody changed the message;
 * the form of GB/T 35275 has none. Who made it, no encryption shows: sign first. `buffers` gets one
 * item, the message in DER.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_cms_encrypt(const uint8_t *certificates,
                         size_t certificates_length,
                         const uint8_t *content,
                         size_t content_length,
                         uint32_t form,
                         uint32_t cipher,
                         uint32_t flags,
                         struct yx_buffers **buffers);

/**
 * Signs content and encrypts it for recipients, as one message of GB/T 35275
 * (SignedAndEnvelopedData). `buffers` gets one item, the message in DER.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_cms_sign_and_encrypt(const struct yx_signer *signer,
                                  const uint8_t *certificates,
                                  size_t certificates_length,
                                  const uint8_t *content,
                                  size_t content_length,
                                  struct yx_buffers **buffers);

/**
 * Decrypts a message that has a tag, with the key of the certificate that it names. `flags` is 0 or
 * YX_CMS_SM4_GCM_10. `buffers` gets one item, the content: nobody without the content key changed it,
 * and everybody can have made it.
 *
 * A message in which nothing shows changes is YX_ERROR_POLICY; see
 * yx_cms_decrypt_unauthenticated.
 *
 * `message` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_cms_decrypt(const struct yx_signer *key,
                         const uint8_t *message,
                         size_t length,
                         uint32_t flags,
                         struct yx_buffers **buffers);

/**
 * Decrypts a message in which nothing shows changes (EnvelopedData): whoever carried it may have
 * changed what comes out. Do not act on it, and do not tell the sender whether it "was in order",
 * before something else has shown that it is whole. `buffers` gets one item, the content.
 *
 * `message` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_cms_decrypt_unauthenticated(const struct yx_signer *key,
                                         const uint8_t *message,
                                         size_t length,
                                         struct yx_buffers **buffers);

/**
 * Encrypts content under an SM4 key of 16 bytes that both sides have (EncryptedData, SM4-CBC). `form` is
 * one of the YX_CMS_FORM_ numbers. Nothing in the message shows changes, and the key is used for nothing
 * else. `buffers` gets one item, the message in DER.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_cms_encrypt_with_key(const uint8_t *key,
                                  size_t key_length,
                                  const uint8_t *content,
                                  size_t content_length,
                                  uint32_t form,
                                  struct yx_buffers **buffers);

/**
 * Decrypts a message under an SM4 key that both sides have (EncryptedData). What
 * yx_cms_decrypt_unauthenticated says of such content counts here too: whoever carried the message may
 * have changed it, and a wrong key does not always show. `buffers` gets one item, the content.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_cms_decrypt_with_key_unauthenticated(const uint8_t *key,
                                                  size_t key_length,
                                                  const uint8_t *message,
                                                  size_t message_length,
                                                  struct yx_buffers **buffers);

/**
 * Decrypts a message of yx_cms_sign_and_encrypt and verifies its signatures. Moments, result and
 * report as for yx_voucher_verify; `buffers` gets one item, the content, if the verdict is Valid, and
 * is not written with another one.
 *
 * `message` has `length` readable bytes; `buffers` and `report` may be written.
 */
yx_status yx_cms_decrypt_signed(const struct yx_signer *key,
                                const struct yx_verifier *verifier,
                                const uint8_t *message,
                                size_t length,
                                int64_t now,
                                int64_t received,
                                struct yx_buffers **buffers,
                                struct yx_report **report);

/**
 * Signs the file `content` into the file `message`, in memory that does not grow with it. Signers, form,
 * time and lists as for yx_cms_sign, `flags` 0 or a sum of YX_CMS_DETACHED and YX_FILE_REPLACE.
 *
 * Paths are UTF-8, on Unix any bytes but NUL. `message` gets its name when it is whole and on the
 * disk: an error or the end of the process leaves nothing there. `content` is read twice; of a pipe,
 * which is read once, the message is BER with lengths left open.
 *
 * Each array has as many elements as its count says, each pointer as many readable bytes as its
 * length.
 */
yx_status yx_cms_sign_file(const struct yx_signer *const *signers,
                           size_t count,
                           const char *content,
                           size_t content_length,
                           uint32_t form,
                           uint32_t flags,
                           int64_t time,
                           const uint8_t *const *crls,
                           const size_t *crl_lengths,
                           size_t crl_count,
                           const char *message,
                           size_t message_length);

/**
 * Verifies the signed message in the file `message`. `content` is the file that was signed, if the message
 * does not hold it, else NULL with length 0. Moments, result and report as for yx_voucher_verify.
 *
 * With `out` the content becomes a file of this name if the verdict is Valid, and nothing is there with
 * another one; NULL with length 0 only verifies. `flags` is 0 or YX_FILE_REPLACE.
 *
 * Each pointer has as many readable bytes as its length says; `report` may be written.
 */
yx_status yx_cms_verify_file(const struct yx_verifier *verifier,
                             const char *message,
                             size_t message_length,
                             const char *content,
                             size_t content_length,
                             int64_t now,
                             int64_t received,
                             const char *out,
                             size_t out_length,
                             uint32_t flags,
                             struct yx_report **report);

/**
 * Encrypts the file `content` for recipients into the file `message`. Certificates, form and cipher as for
 * yx_cms_encrypt, `flags` 0 or a sum of YX_CMS_BY_KEY_ID and YX_FILE_REPLACE; paths and memory as for
 * yx_cms_sign_file, and the content is read once.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_cms_encrypt_file(const uint8_t *certificates,
                              size_t certificates_length,
                              const char *content,
                              size_t content_length,
                              uint32_t form,
                              uint32_t cipher,
                              uint32_t flags,
                              const char *message,
                              size_t message_length);

/**
 * Encrypts the file `content` under an SM4 key that both sides have into the file `message`, as
 * yx_cms_encrypt_with_key. `flags` is 0 or YX_FILE_REPLACE; paths and memory as for yx_cms_sign_file.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_cms_encrypt_file_with_key(const uint8_t *key,
                                       size_t key_length,
                                       const char *content,
                                       size_t content_length,
                                       uint32_t form,
                                       uint32_t flags,
                                       const char *message,
                                       size_t message_length);

/**
 * Decrypts the message in the file `message`, which has a tag, into the file `out`, as yx_cms_decrypt does.
 * `flags` is 0 or a sum of YX_CMS_SM4_GCM_10 and YX_FILE_REPLACE.
 *
 * What comes out before the tag is checked stands in a file that only this process can open, on Linux
 * without a name; `out` is there when the tag is good, readable by its owner only.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_cms_decrypt_file(const struct yx_signer *key,
                              const char *message,
                              size_t message_length,
                              uint32_t flags,
                              const char *out,
                              size_t out_length);

/**
 * Decrypts a message in which nothing shows changes (EnvelopedData) into the file `out`: what
 * yx_cms_decrypt_unauthenticated says of such content counts for the file too. `flags` is 0 or
 * YX_FILE_REPLACE.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_cms_decrypt_file_unauthenticated(const struct yx_signer *key,
                                              const char *message,
                                              size_t message_length,
                                              uint32_t flags,
                                              const char *out,
                                              size_t out_length);

/**
 * Decrypts a message of yx_cms_encrypt_file_with_key into the file `out`, as
 * yx_cms_decrypt_with_key_unauthenticated. `flags` is 0 or YX_FILE_REPLACE.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_cms_decrypt_file_with_key_unauthenticated(const uint8_t *key,
                                                       size_t key_length,
                                                       const char *message,
                                                       size_t message_length,
                                                       uint32_t flags,
                                                       const char *out,
                                                       size_t out_length);

/**
 * Decrypts the message in the file `message` and verifies what was signed in it: of a message of
 * yx_cms_sign_and_encrypt the content, of one that was signed first and then encrypted the content of
 * the signed message inside. Moments, result and report as for yx_voucher_verify.
 *
 * What was signed becomes the file `out` if the verdict is Valid, and nothing is there with another one.
 * Where nothing but the signature shows changes, a wrong key and a content that is no signed message
 * are one error, YX_ERROR_DECRYPTION. `flags` is 0 or YX_FILE_REPLACE.
 *
 * Each pointer has as many readable bytes as its length says; `report` may be written.
 */
yx_status yx_cms_decrypt_signed_file(const struct yx_signer *key,
                                     const struct yx_verifier *verifier,
                                     const char *message,
                                     size_t message_length,
                                     int64_t now,
                                     int64_t received,
                                     uint32_t flags,
                                     const char *out,
                                     size_t out_length,
                                     struct yx_report **report);

/**
 * What the message in a file says of itself, as yx_cms_describe. `buffers` gets one item, the JSON in
 * UTF-8, without a NUL at its end.
 *
 * `message` has `message_length` readable bytes; `buffers` may be written.
 */
yx_status yx_cms_describe_file(const char *message,
                               size_t message_length,
                               int32_t profile,
                               struct yx_buffers **buffers);

/**
 * Signs bytes exactly as they stand, under the user id of the signer (yx_signer_set_user_id). `form`
 * is YX_SIGNATURE_DER or YX_SIGNATURE_RAW. `buffers` gets one item, the signature.
 *
 * `message` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_bytes_sign(const struct yx_signer *signer,
                        const uint8_t *message,
                        size_t length,
                        uint32_t form,
                        struct yx_buffers **buffers);

/**
 * Signs many messages as yx_bytes_sign. `buffers` gets one item for each, in their order. `threads` as
 * for yx_voucher_stamp_many.
 *
 * The arrays have `count` elements, and each pointer has as many readable bytes as its length says;
 * `buffers` may be written.
 */
yx_status yx_bytes_sign_many(const struct yx_signer *signer,
                             const uint8_t *const *messages,
                             const size_t *lengths,
                             size_t count,
                             uint32_t form,
                             size_t threads,
                             struct yx_buffers **buffers);

/**
 * Verifies a signature over bytes with the certificate (PEM or DER) of its signer, which is judged too.
 * `user_id` NULL with length 0 is the default one; that of the verifier does not count here. Moments,
 * result and report as for yx_voucher_verify.
 *
 * Each pointer has as many readable bytes as its length says; `report` may be written.
 */
yx_status yx_bytes_verify(const struct yx_verifier *verifier,
                          const uint8_t *certificate,
                          size_t certificate_length,
                          const uint8_t *user_id,
                          size_t user_id_length,
                          const uint8_t *message,
                          size_t message_length,
                          const uint8_t *signature,
                          size_t signature_length,
                          uint32_t form,
                          int64_t now,
                          int64_t received,
                          struct yx_report **report);

/**
 * Whether this is the key's signature over the bytes: YX_OK, or YX_ERROR_BAD_SIGNATURE. Whose key it is
 * and whether it may still be used, nothing here says.
 *
 * `public_key` is SubjectPublicKeyInfo in PEM or DER, or the point of an SM2 key (65 bytes 04 || x || y,
 * 33 bytes, or 64 bytes x || y); DER and point also in hexadecimal digits or base64. `user_id` NULL
 * with length 0 is the default one.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_bytes_verify_with_key(const uint8_t *public_key,
                                   size_t public_key_length,
                                   const uint8_t *user_id,
                                   size_t user_id_length,
                                   const uint8_t *message,
                                   size_t message_length,
                                   const uint8_t *signature,
                                   size_t signature_length,
                                   uint32_t form);

/**
 * Writes the user id of 16 bytes that some banks make of a shorter one: digits 0 (0x30) after it.
 * Sizes as for yx_buffers_get.
 *
 * `id` has `id_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes; `length` may
 * be written.
 */
yx_status yx_user_id_padded(const uint8_t *id,
                            size_t id_length,
                            uint8_t *buffer,
                            size_t capacity,
                            size_t *length);

/**
 * Signs a request exactly as it stands, its placeholder included, under the user id of the signer, and
 * puts the signature into the place of the placeholder.
 *
 * `options` says where that is (docs/bank.md), as JSON; NULL with length 0 is `{}`. `buffers` gets one
 * item, the signed request.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_json_sign(const struct yx_signer *signer,
                       const uint8_t *request,
                       size_t request_length,
                       const uint8_t *options,
                       size_t options_length,
                       struct yx_buffers **buffers);

/**
 * Verifies a signed request with the certificate (PEM or DER) of its signer, which is judged too. The
 * user id is as for yx_bytes_verify, `options` as for yx_json_sign; moments, result and report as for
 * yx_voucher_verify.
 *
 * Each pointer has as many readable bytes as its length says; `report` may be written.
 */
yx_status yx_json_verify(const struct yx_verifier *verifier,
                         const uint8_t *certificate,
                         size_t certificate_length,
                         const uint8_t *user_id,
                         size_t user_id_length,
                         const uint8_t *request,
                         size_t request_length,
                         const uint8_t *options,
                         size_t options_length,
                         int64_t now,
                         int64_t received,
                         struct yx_report **report);

/**
 * Whether a request is signed with this key: YX_OK, or YX_ERROR_BAD_SIGNATURE. Key and user id as for
 * yx_bytes_verify_with_key, `options` as for yx_json_sign.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_json_verify_with_key(const uint8_t *public_key,
                                  size_t public_key_length,
                                  const uint8_t *user_id,
                                  size_t user_id_length,
                                  const uint8_t *request,
                                  size_t request_length,
                                  const uint8_t *options,
                                  size_t options_length);

/**
 * A key under which tags are made and checked (docs/bank.md). `id` is the name that both sides give
 * it, 1 to 64 visible ASCII characters; `first` and `second` are the halves, 16 visible ASCII characters
 * each, typed in by two people. YX_ERROR_VALUE for a half out of its form, YX_ERROR_WEAK for one that
 * is evidently weak and for halves that are the same. The copies made are wiped.
 *
 * Each pointer has as many readable bytes as its length says; `local` may be written.
 */
yx_status yx_local_new(const char *id,
                       size_t id_length,
                       const uint8_t *first,
                       size_t first_length,
                       const uint8_t *second,
                       size_t second_length,
                       struct yx_local **local);

/**
 * Accepts tags under another key too: the one before, or the next one. Halves and name as for
 * yx_local_new. YX_ERROR_ARGUMENT if a second key is there already, or if both have one name.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_local_accept(struct yx_local *local,
                          const char *id,
                          size_t id_length,
                          const uint8_t *first,
                          size_t first_length,
                          const uint8_t *second,
                          size_t second_length);

/**
 * Writes the tag of a message, 32 bytes. `direction` is YX_LOCAL_TO_CONTROL or
 * YX_LOCAL_FROM_CONTROL; `sequence` counts the messages of one direction.
 *
 * `message` has `length` readable bytes; `tag` has 32 writable ones.
 */
yx_status yx_local_tag(const struct yx_local *local,
                       uint32_t direction,
                       uint64_t sequence,
                       const uint8_t *message,
                       size_t length,
                       uint8_t *tag);

/**
 * Whether this is the tag of the message under a key that is accepted: YX_OK, or
 * YX_ERROR_BAD_SIGNATURE whatever is wrong. That no sequence number comes twice is for the caller to
 * see to.
 *
 * `buffers` gets one item, the name of the key; it may be NULL.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` is NULL or may be written.
 */
yx_status yx_local_check(const struct yx_local *local,
                         uint32_t direction,
                         uint64_t sequence,
                         const uint8_t *message,
                         size_t message_length,
                         const uint8_t *tag,
                         size_t tag_length,
                         struct yx_buffers **buffers);

/**
 * Writes a new half for one person: 16 random characters. Wiping them is up to the caller.
 *
 * `half` has 16 writable bytes.
 */
yx_status yx_local_new_half(uint8_t *half);

/**
 * Frees; NULL and handles that are not alive are left alone. Keys are wiped.
 */
void yx_local_free(struct yx_local *local);

/**
 * Signs a body and encrypts it for the holder of a certificate (PEM or DER), as number `sequence` of a
 * conversation, from 1 on. `kind` and `conversation` are 1 to 64 letters, digits or -._:/@, and not
 * secret. `time` is the clock, in seconds since 1970-01-01T00:00:00Z. `buffers` gets one item, the packet.
 *
 * To send it again, send the same bytes again: never seal twice under one number.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_packet_seal(const struct yx_signer *signer,
                         const uint8_t *receiver,
                         size_t receiver_length,
                         const char *kind,
                         size_t kind_length,
                         const char *conversation,
                         size_t conversation_length,
                         uint64_t sequence,
                         int64_t time,
                         const uint8_t *body,
                         size_t body_length,
                         struct yx_buffers **buffers);

/**
 * Seals `count` bodies as yx_packet_seal, under the numbers `first`, `first` + 1 and so on. `buffers`
 * gets one item for each, in their order. `threads` as for yx_voucher_stamp_many.
 *
 * The arrays have `count` elements, and each pointer as many readable bytes as its length says;
 * `buffers` may be written.
 */
yx_status yx_packet_seal_many(const struct yx_signer *signer,
                              const uint8_t *receiver,
                              size_t receiver_length,
                              const char *kind,
                              size_t kind_length,
                              const char *conversation,
                              size_t conversation_length,
                              uint64_t first,
                              int64_t time,
                              const uint8_t *const *bodies,
                              const size_t *body_lengths,
                              size_t count,
                              size_t threads,
                              struct yx_buffers **buffers);

/**
 * Writes what a packet says of itself, to everybody, as a JSON object in UTF-8:
 * {"kind","conversation","sequence","time","digest"}, the digest being SM3 of its bytes. Until it has
 * been opened and found valid, that is only what somebody says. Sizes as for yx_report_json.
 *
 * `packet` has `packet_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
 * `length` may be written.
 */
yx_status yx_packet_describe(const uint8_t *packet,
                             size_t packet_length,
                             char *buffer,
                             size_t capacity,
                             size_t *length);

/**
 * Opens a packet with the keys of a mailbox and judges it; `parties` are those from whom packets are
 * taken. Moments, result and report as for yx_voucher_verify. `message` is written if the verdict is
 * Valid, and with no other.
 *
 * A packet that does not open is YX_ERROR_DECRYPTION, whatever is wrong: do not answer it.
 *
 * `parties` has `count` elements; `packet` has `length` readable bytes; `message` and `report` may be
 * written.
 */
yx_status yx_packet_open(const struct yx_verifier *verifier,
                         const struct yx_mailbox *mailbox,
                         const struct yx_party *const *parties,
                         size_t count,
                         const uint8_t *packet,
                         size_t length,
                         int64_t now,
                         int64_t received,
                         struct yx_message **message,
                         struct yx_report **report);

/**
 * Opens many packets as yx_packet_open does one. `messages` and `reports` get one item for each; YX_OK
 * says only that, and nothing about the verdicts. `threads` as for yx_voucher_stamp_many.
 *
 * The arrays have as many elements as their counts say, and each pointer as many readable bytes as its
 * length; `messages` and `reports` may be written.
 */
yx_status yx_packet_open_many(const struct yx_verifier *verifier,
                              const struct yx_mailbox *mailbox,
                              const struct yx_party *const *parties,
                              size_t party_count,
                              const uint8_t *const *packets,
                              const size_t *lengths,
                              size_t count,
                              int64_t now,
                              int64_t received,
                              size_t threads,
                              struct yx_messages **messages,
                              struct yx_reports **reports);

/**
 * Gives item `index` (from 0) as a message of its own, to be freed by yx_message_free. Returns the error
 * of a packet that did not open, and YX_ERROR_NOT_VALID of one that is not valid.
 *
 * `message` may be written.
 */
yx_status yx_messages_get(const struct yx_messages *messages,
                          size_t index,
                          struct yx_message **message);

/**
 * Frees; NULL and handles that are not alive are left alone. Messages taken from it live on.
 */
void yx_messages_free(struct yx_messages *messages);

/**
 * Writes what a message says as a JSON object in UTF-8, without its body:
 * {"sender","receiver","kind","conversation","sequence","time","digest"}, sender and receiver being the
 * names of party and mailbox. Sizes as for yx_report_json.
 *
 * `buffer` is NULL or has `capacity` writable bytes; `length` may be written.
 */
yx_status yx_message_describe(const struct yx_message *message,
                              char *buffer,
                              size_t capacity,
                              size_t *length);

/**
 * Gives the parts of a message: `buffers` gets the items YX_MESSAGE_BODY, YX_MESSAGE_SIGNED and
 * YX_MESSAGE_SALT. The last two show a third party that the sender sent this body to the receiver.
 *
 * `buffers` may be written.
 */
yx_status yx_message_parts(const struct yx_message *message, struct yx_buffers **buffers);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_message_free(struct yx_message *message);

/**
 * Nothing accepted yet.
 *
 * `replay` may be written.
 */
yx_status yx_replay_new(struct yx_replay **replay);

/**
 * Whether a message is accepted, and records it if it is: `admission` gets one of the YX_ADMISSION_
 * numbers. A message that is not accepted must have no effect.
 *
 * What is accepted is recorded at once and cannot be taken back: if the effect of the message fails then,
 * its repetition is YX_ADMISSION_REPEATED. It is for conversations that do not outlive the process; a
 * voucher store (yx_store_import) records a packet with its effect or not at all.
 *
 * `admission` may be written.
 */
yx_status yx_replay_admit(const struct yx_replay *replay,
                          const struct yx_message *message,
                          uint32_t *admission);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_replay_free(struct yx_replay *replay);

/**
 * A mailbox: the owner's name for himself (UTF-8), which stays the same, and his keys, each with its
 * certificate to encrypt for; the old one stands beside the new while packets for the old one are on
 * the way.
 *
 * `name` has `name_length` readable bytes, `keys` has `count` elements; `mailbox` may be written.
 */
yx_status yx_mailbox_new(const char *name,
                         size_t name_length,
                         const struct yx_signer *const *keys,
                         size_t count,
                         struct yx_mailbox **mailbox);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_mailbox_free(struct yx_mailbox *mailbox);

/**
 * A party: the owner's name for it (UTF-8), which stays the same, and the certificates that it signs
 * with (PEM of one or more, or DER of one). With `any_like` not 0, any other of the same subject by the
 * same issuer counts too.
 *
 * Each pointer has as many readable bytes as its length says; `party` may be written.
 */
yx_status yx_party_new(const char *name,
                       size_t name_length,
                       const uint8_t *certificates,
                       size_t certificates_length,
                       int32_t any_like,
                       struct yx_party **party);

/**
 * Frees; NULL and handles that are not alive are left alone.
 */
void yx_party_free(struct yx_party *party);

/**
 * Signs the receipt of a message that was accepted, or repeated after it had been. With `replay` not
 * NULL the receipt says what is missing in the conversation. `time` is the clock, in seconds since
 * 1970-01-01T00:00:00Z. `buffers` gets one item, the receipt.
 *
 * `buffers` may be written.
 */
yx_status yx_receipt_sign(const struct yx_signer *signer,
                          const struct yx_message *message,
                          const struct yx_replay *replay,
                          int64_t time,
                          struct yx_buffers **buffers);

/**
 * Signs the receipt of a packet that was opened and not accepted: why, as a number from 1 on that both
 * parties know (errors of this library are some), and in up to 200 bytes for people, not secret. Never
 * answer a packet that did not open. Time and `buffers` as for yx_receipt_sign.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_receipt_sign_refusal(const struct yx_signer *signer,
                                  const uint8_t *packet,
                                  size_t packet_length,
                                  uint32_t code,
                                  const char *reason,
                                  size_t reason_length,
                                  int64_t time,
                                  struct yx_buffers **buffers);

/**
 * Writes the digest, 32 bytes, of the packet that a receipt says it is of, to find what was sent.
 *
 * `receipt` has `length` readable bytes; `digest` has 32 writable ones.
 */
yx_status yx_receipt_packet(const uint8_t *receipt, size_t length, uint8_t *digest);

/**
 * Checks that a receipt is of the packet that was sent, and by the party that it was sent to. Moments,
 * result and report as for yx_voucher_verify.
 *
 * `buffers` gets one item, what the receipt says as a JSON object in UTF-8, if the verdict is Valid, and
 * is not written with another one:
 * {"received":true,"code":null,"reason":null,"time":"..","missing":[[1,2]]}.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` and `report` may be written.
 */
yx_status yx_receipt_check(const struct yx_verifier *verifier,
                           const struct yx_party *party,
                           const uint8_t *packet,
                           size_t packet_length,
                           const uint8_t *receipt,
                           size_t receipt_length,
                           int64_t now,
                           int64_t received,
                           struct yx_buffers **buffers,
                           struct yx_report **report);

/**
 * Makes a new store in a new file.
 *
 * `role` is `finance`, `pbc`, `bank` or `unit`, `org` the code of the office, as the legs of vouchers
 * name it. `office_json` ({"format":"yinxin:office:1",..}) says with whom it exchanges vouchers, and
 * `roles_json` who may do what there (docs/store.md). The verifier judges vouchers and packets, as it is
 * now: later changes of it do not count here. `now` is in seconds since 1970-01-01T00:00:00Z.
 *
 * Each pointer has as many readable bytes as its length says; `store` may be written.
 */
yx_status yx_store_create(const char *path,
                          size_t path_length,
                          const char *role,
                          size_t role_length,
                          const char *org,
                          size_t org_length,
                          const char *office_json,
                          size_t office_length,
                          const char *roles_json,
                          size_t roles_length,
                          const struct yx_verifier *verifier,
                          int64_t now,
                          struct yx_store **store);

/**
 * Opens a store that is there. Office, roles and verifier as for yx_store_create.
 *
 * Each pointer has as many readable bytes as its length says; `store` may be written.
 */
yx_status yx_store_open(const char *path,
                        size_t path_length,
                        const char *office_json,
                        size_t office_length,
                        const char *roles_json,
                        size_t roles_length,
                        const struct yx_verifier *verifier,
                        struct yx_store **store);

/**
 * Closes a store, when no call uses it any more; NULL and handles that are not alive are left alone. What
 * calls have returned is durable with or without it.
 */
void yx_store_close(struct yx_store *store);

/**
 * What the office goes by from now on: people come and go, certificates are renewed. Texts as for
 * yx_store_create.
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_store_set_office_json(struct yx_store *store,
                                   const char *office_json,
                                   size_t office_length,
                                   const char *roles_json,
                                   size_t roles_length);

/**
 * From now on the store signs the heads of its logs with every call that brings the entries since the last
 * time to `entries`, or that comes `seconds` after it. The key is one that whoever can write the file
 * cannot use.
 *
 * `store` and `signer` are handles.
 */
yx_status yx_store_set_checkpoints(struct yx_store *store,
                                   const struct yx_signer *signer,
                                   uint64_t entries,
                                   uint64_t seconds);

/**
 * Which store it is. `buffers` gets one item, {"id","role","org","created"} in UTF-8, without a NUL at
 * its end, as all JSON here; the id names the store in its checkpoints.
 *
 * `buffers` may be written.
 */
yx_status yx_store_identity(const struct yx_store *store,
                            struct yx_buffers **buffers);

/**
 * Carries one order out: {"voucher":{"admDivCode","stYear","vtCode","voucherNo"},"version":1,
 * "move":"create",..} (docs/store.md). `voucher` is the envelope (MOF) with the one voucher that the order
 * brings, or NULL with length 0. `now` in seconds since 1970-01-01T00:00:00Z; it never goes back.
 *
 * `buffers` gets one item, {"voucher","version","state","status","repeated","effects","life"}; what it
 * says is durable. An order that a rule forbids is an error with the rule's number and changes nothing;
 * one that was carried out before changes nothing and is `repeated`.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_store_move(const struct yx_store *store,
                        const char *order_json,
                        size_t order_length,
                        const uint8_t *voucher,
                        size_t voucher_length,
                        int64_t now,
                        struct yx_buffers **buffers);

/**
 * As yx_store_move, for the creation or edit of a voucher to which `count` files belong: their names
 * (UTF-8) and bytes. The acts of the voucher list them, and they travel with it.
 *
 * Each array has as many elements as `count` says, each pointer as many readable bytes as its length;
 * `buffers` may be written.
 */
yx_status yx_store_move_with_files(const struct yx_store *store,
                                   const char *order_json,
                                   size_t order_length,
                                   const uint8_t *voucher,
                                   size_t voucher_length,
                                   const uint8_t *const *names,
                                   const size_t *name_lengths,
                                   const uint8_t *const *contents,
                                   const size_t *content_lengths,
                                   size_t count,
                                   int64_t now,
                                   struct yx_buffers **buffers);

/**
 * Carries many orders out in one transaction, in their order; one that is refused does not stop the others.
 * `vouchers` has for each order an envelope, or NULL with length 0; the array may be NULL if no order
 * brings one. Acts are judged on up to `threads` threads (1 to 1024). `buffers` gets one item for each
 * order, as of yx_store_move, or its error.
 *
 * Each array has as many elements as `count` says, each pointer as many readable bytes as its length;
 * `buffers` may be written.
 */
yx_status yx_store_move_many(const struct yx_store *store,
                             const uint8_t *const *orders_json,
                             const size_t *order_lengths,
                             const uint8_t *const *vouchers,
                             const size_t *voucher_lengths,
                             size_t count,
                             int64_t now,
                             uint32_t threads,
                             struct yx_buffers **buffers);

/**
 * Signs or stamps vouchers that are kept, judges the acts and records the moves, in one transaction.
 *
 * `keys_json` is an array of {"voucher":{..},"version":1}; `acting_json` says {"move":"act",
 * "position":"..","authorization":{..}}, the last for a key that a server keeps. `seal` is NULL for a
 * position that is signed. `buffers` gets one item for each key, as of yx_store_move, or its error.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_store_act(const struct yx_store *store,
                       const char *keys_json,
                       size_t keys_length,
                       const char *acting_json,
                       size_t acting_length,
                       const struct yx_seal *seal,
                       const struct yx_signer *signer,
                       int64_t now,
                       uint32_t threads,
                       struct yx_buffers **buffers);

/**
 * A voucher with its documents; `key_json` is {"voucher":{..},"version":1}, without a version the newest
 * one. `buffers` gets three items: what the store says of it ({"voucher","version","state","status",
 * "recorded","original","receipt","life"}, or null if it is not kept), the original in an envelope, and the
 * receipt; a document that is not there has no bytes.
 *
 * `key_json` has `key_length` readable bytes; `buffers` may be written.
 */
yx_status yx_store_voucher(const struct yx_store *store,
                           const char *key_json,
                           size_t key_length,
                           struct yx_buffers **buffers);

/**
 * The bytes of a file that belongs to a voucher, by their SM3 (32 bytes). `buffers` gets one item, or
 * none if no such file is kept.
 *
 * `digest` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_store_attachment(const struct yx_store *store,
                              const uint8_t *digest,
                              size_t length,
                              struct yx_buffers **buffers);

/**
 * Vouchers that came, or whose receipt came, and that the office's own systems have still to read and to
 * acknowledge; at most `limit`. `buffers` gets one item, a JSON array of what yx_store_voucher says.
 *
 * `buffers` may be written.
 */
yx_status yx_store_read(const struct yx_store *store,
                        size_t limit,
                        struct yx_buffers **buffers);

/**
 * Records of vouchers behind the place `after` (0 at first), at most `limit`. `filter_json` is
 * {"admDivCode","stYear","vtCode","state":"accepted","waiting":true}, each of which may be left out.
 * `buffers` gets one item, a JSON array of [place, record].
 *
 * `filter_json` has `filter_length` readable bytes; `buffers` may be written.
 */
yx_status yx_store_list(const struct yx_store *store,
                        const char *filter_json,
                        size_t filter_length,
                        int64_t after,
                        size_t limit,
                        struct yx_buffers **buffers);

/**
 * Where vouchers stand, as the old operations ask for it: `ids_json` is an array of {"admDivCode",
 * "stYear","vtCode","voucherNo"}. `buffers` gets one item, a JSON array of {"status":3,"meaning":".."},
 * -1 to 14, in the same order.
 *
 * `ids_json` has `ids_length` readable bytes; `buffers` may be written.
 */
yx_status yx_store_status(const struct yx_store *store,
                          const char *ids_json,
                          size_t ids_length,
                          struct yx_buffers **buffers);

/**
 * What is left of the quota, key by key above `after` (NULL with length 0 at first), at most `limit`.
 * `buffers` gets one item, a JSON array of {"key","left"}, in yuan.
 *
 * `after` has `after_length` readable bytes; `buffers` may be written.
 */
yx_status yx_store_quota(const struct yx_store *store,
                         const char *after,
                         size_t after_length,
                         size_t limit,
                         struct yx_buffers **buffers);

/**
 * What the log says of a voucher, whatever its version: `key_json` is {"voucher":{..}}. `buffers` gets
 * one item, a JSON array of entries in the order in which it happened.
 *
 * `key_json` has `key_length` readable bytes; `buffers` may be written.
 */
yx_status yx_store_history(const struct yx_store *store,
                           const char *key_json,
                           size_t key_length,
                           struct yx_buffers **buffers);

/**
 * Packs what waits in the outbox, at most `limit` messages: numbers, signs and encrypts each for its
 * partner, and keeps the packets until they are answered.
 *
 * `told` gets one item, {"packets":[{"place","partner","kind","voucher","version","document","digest"}],
 * "stuck":[{"partner","error"}]}; `packets` one item for each packet, in the same order.
 *
 * `told` and `packets` may be written.
 */
yx_status yx_store_pack(const struct yx_store *store,
                        const struct yx_signer *signer,
                        int64_t now,
                        size_t limit,
                        uint32_t threads,
                        struct yx_buffers **told,
                        struct yx_buffers **packets);

/**
 * Packets that were not answered yet, those above the place `after` (0 at first), at most `limit`: to be
 * carried again after a while, as they are. `told` gets one item, a JSON array of what yx_store_pack says
 * of packets; `packets` one item for each.
 *
 * `told` and `packets` may be written.
 */
yx_status yx_store_unanswered(const struct yx_store *store,
                              uint64_t after,
                              size_t limit,
                              struct yx_buffers **told,
                              struct yx_buffers **packets);

/**
 * Takes packets of partners in: opens and judges each, and records it with its effect, all in one
 * transaction. A packet that came before has no effect and gets the answer that it got.
 *
 * `told` gets one item for each packet, {"partner","packet","admission","voucher","version","move",
 * "made","refused","answered"}, or its error: then it is no valid packet of a partner. With a signer,
 * `receipts` gets one item for each packet, the signed receipt to send back, without bytes where nothing
 * is to be answered; without one (NULL) `receipts` may be NULL and is not written.
 *
 * Each array has as many elements as `count` says, each pointer as many readable bytes as its length;
 * `told` may be written, and so may `receipts` or it is NULL.
 */
yx_status yx_store_import(const struct yx_store *store,
                          const uint8_t *const *packets,
                          const size_t *packet_lengths,
                          size_t count,
                          const struct yx_mailbox *mailbox,
                          const struct yx_signer *signer,
                          int64_t now,
                          uint32_t threads,
                          struct yx_buffers **told,
                          struct yx_buffers **receipts);

/**
 * Takes the receipts of partners in. `buffers` gets one item for each, {"place","partner","voucher",
 * "version","document","received","code","reason","missing","failed","repeated"}, or its error.
 *
 * Each array has as many elements as `count` says, each pointer as many readable bytes as its length;
 * `buffers` may be written.
 */
yx_status yx_store_answered(const struct yx_store *store,
                            const uint8_t *const *receipts,
                            const size_t *receipt_lengths,
                            size_t count,
                            int64_t now,
                            uint32_t threads,
                            struct yx_buffers **buffers);

/**
 * Signs the heads of the logs now, with the key of yx_store_set_checkpoints. `buffers` gets one item, the
 * checkpoint in DER, without bytes if nothing came since the last one. Keep it elsewhere: only against
 * it is found that the whole file was written anew.
 *
 * `buffers` may be written.
 */
yx_status yx_store_checkpoint(const struct yx_store *store,
                              int64_t now,
                              struct yx_buffers **buffers);

/**
 * Recomputes the logs, and every voucher, document and balance from them, and compares what the store holds.
 * `certificates` (PEM of one or more, or DER of one) are those of who signs the checkpoints, or NULL with
 * length 0; `held` is a checkpoint that was kept elsewhere, or NULL with length 0. Documents that counted
 * as sealed are judged by the store's verifier at `now`.
 *
 * The result is that of a verification: what was not given leaves its check, and so the verdict,
 * YX_VERDICT_NOT_DETERMINED. `report` gets the checks `ledger.*` and `audit.*`; the first difference is
 * named.
 *
 * Each pointer has as many readable bytes as its length says; `report` may be written.
 */
yx_status yx_store_audit(const struct yx_store *store,
                         const uint8_t *certificates,
                         size_t certificates_length,
                         const uint8_t *held,
                         size_t held_length,
                         int64_t now,
                         uint32_t threads,
                         struct yx_report **report);

/**
 * Writes the logs into a file, for an auditor elsewhere (docs/ledger.md): whole, or with `after`, a
 * checkpoint, what came after that; NULL with length 0 is whole. `flags` is 0 or YX_FILE_REPLACE; the
 * file gets its name when it is whole. `buffers` gets one item, {"entries","checkpoints","uncovered"},
 * the last being the entries that no checkpoint covers.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_store_export(const struct yx_store *store,
                          const uint8_t *after,
                          size_t after_length,
                          const char *path,
                          size_t path_length,
                          uint32_t flags,
                          struct yx_buffers **buffers);

/**
 * Copies the store into a new file while it is in use, and verifies the copy. Paths are UTF-8, on Unix any
 * bytes but NUL.
 *
 * `path` has `length` readable bytes.
 */
yx_status yx_store_backup(const struct yx_store *store,
                          const char *path,
                          size_t length);

/**
 * Takes a copy back into a new file, verified before and after. `expected` is the id that the store has
 * (32 hexadecimal digits), or NULL with length 0 for any. A copy is as old as it is: compare the heads
 * of its logs with a checkpoint that is kept elsewhere (yx_store_audit).
 *
 * Each pointer has as many readable bytes as its length says.
 */
yx_status yx_store_restore(const char *copy,
                           size_t copy_length,
                           const char *path,
                           size_t path_length,
                           const char *expected,
                           size_t expected_length);

/**
 * Makes a document from a description as JSON (docs/ofd.md). Its pictures and attachments are named
 * there and given here: file `i` has the name `names[i]`, in UTF-8, and the bytes `data[i]`.
 *
 * `buffers` gets one item, the document: the same bytes for the same input.
 *
 * `description` has `length` readable bytes; the four arrays are NULL or have `count` elements, and
 * each pointer as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_ofd_make(const uint8_t *description,
                      size_t length,
                      const uint8_t *const *names,
                      const size_t *name_lengths,
                      const uint8_t *const *data,
                      const size_t *data_lengths,
                      size_t count,
                      struct yx_buffers **buffers);

/**
 * Makes the sheet of a voucher, or of an envelope that holds one: a document whose pages show the
 * voucher, which is attached to it. `created` is the day, as 2026-03-02.
 *
 * `buffers` gets one item, the document.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_ofd_make_sheet(const uint8_t *voucher,
                            size_t voucher_length,
                            const char *created,
                            size_t created_length,
                            struct yx_buffers **buffers);

/**
 * Takes the voucher out of a sheet and compares the sheet with the one that is made of it: the check
 * `sheet.voucher`. Who sealed the sheet is what yx_ofd_verify says.
 *
 * `buffers` gets one item, the voucher; result and report as for yx_voucher_verify.
 *
 * `document` has `length` readable bytes; `buffers` and `report` may be written.
 */
yx_status yx_ofd_read_sheet(const uint8_t *document,
                            size_t length,
                            struct yx_buffers **buffers,
                            struct yx_report **report);

/**
 * Stamps a document with a seal, or signs it (GB/T 35275) where `seal` is NULL.
 *
 * `options` says where the seal stands and whether the signature is the last one, as JSON
 * (docs/ofd.md); NULL with length 0 is `{}`. `time` is the signer's clock, in seconds since
 * 1970-01-01T00:00:00Z. `buffers` gets one item, the stamped document.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_ofd_sign(const struct yx_signer *signer,
                      const struct yx_seal *seal,
                      const uint8_t *document,
                      size_t document_length,
                      const uint8_t *options,
                      size_t options_length,
                      int64_t time,
                      struct yx_buffers **buffers);

/**
 * Verifies all signatures of a document, and what they protect. Moments, result and report as for
 * yx_voucher_verify.
 *
 * `document` has `length` readable bytes; `report` may be written.
 */
yx_status yx_ofd_verify(const struct yx_verifier *verifier,
                        const uint8_t *document,
                        size_t length,
                        int64_t now,
                        int64_t received,
                        struct yx_report **report);

/**
 * Prepares a stamp or a signature whose key is elsewhere. `certificate` is the signer's, in DER;
 * `user_id` NULL with length 0 is the default one; the rest is as for yx_ofd_sign.
 *
 * `buffers` gets three items: the request, which yx_ofd_complete takes; the bytes to be signed; and
 * their SM2 digest of 32 bytes, for devices that sign digests.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_ofd_prepare(const uint8_t *certificate,
                         size_t certificate_length,
                         const uint8_t *user_id,
                         size_t user_id_length,
                         const struct yx_seal *seal,
                         const uint8_t *document,
                         size_t document_length,
                         const uint8_t *options,
                         size_t options_length,
                         int64_t time,
                         struct yx_buffers **buffers);

/**
 * Completes what yx_ofd_prepare began. `signature` is DER, or r and s side by side. `buffers` gets
 * one item, the signed document.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_ofd_complete(const uint8_t *request,
                          size_t request_length,
                          const uint8_t *document,
                          size_t document_length,
                          const uint8_t *signature,
                          size_t signature_length,
                          struct yx_buffers **buffers);

/**
 * Makes a request for a time stamp over the signature value of a stamp (SES_Signature in DER, V4 or
 * V5): `buffers` gets one item, to be sent to an authority as HTTP POST with content type
 * application/timestamp-query. `profile` is YX_PROFILE_CONFORMING or YX_PROFILE_AS_FOUND.
 *
 * `stamp` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_stamp_time_stamp_request(const uint8_t *stamp,
                                      size_t length,
                                      int32_t profile,
                                      struct yx_buffers **buffers);

/**
 * Puts a token into a stamp: `buffers` gets one item, the stamp with it; a former token is replaced.
 *
 * The token is refused if it is over another value (YX_ERROR_TIME_STAMP_MISMATCH), or before the
 * stated signing time or with a bad signature (YX_ERROR_NOT_VALID). Whether its authority is trusted,
 * a verification of the stamp says.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_stamp_with_time_stamp(const uint8_t *stamp,
                                   size_t length,
                                   int32_t profile,
                                   const uint8_t *token,
                                   size_t token_length,
                                   struct yx_buffers **buffers);

/**
 * Makes a request for a time stamp over the signature value of a seal of GM/T 0031-2025; older seals
 * have no place for one (YX_ERROR_FORM). `buffers` gets one item.
 *
 * `buffers` may be written.
 */
yx_status yx_seal_time_stamp_request(const struct yx_seal *seal,
                                     struct yx_buffers **buffers);

/**
 * Puts a token into a seal, as yx_stamp_with_time_stamp does: `buffers` gets one item, the bytes of
 * the seal with it.
 *
 * `token` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_seal_with_time_stamp(const struct yx_seal *seal,
                                  const uint8_t *token,
                                  size_t length,
                                  struct yx_buffers **buffers);

/**
 * Makes requests for time stamps over the act at this position (UTF-8): `buffers` gets one item for
 * each voucher of the envelope, in their order.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_voucher_time_stamp_requests(const uint8_t *envelope,
                                         size_t length,
                                         const char *position,
                                         size_t position_length,
                                         struct yx_buffers **buffers);

/**
 * Puts time stamps into the acts at this position: `count` tokens, one for each voucher in their
 * order. `buffers` gets one item, the envelope with them; nothing is stamped unless all is. Later acts
 * may have been made meanwhile.
 *
 * `tokens` and `token_lengths` have `count` readable elements, and each of `tokens` as many readable
 * bytes as its length says; so have `envelope` and `position`; `buffers` may be written.
 */
yx_status yx_time_stamp_voucher(const uint8_t *envelope,
                                size_t length,
                                const char *position,
                                size_t position_length,
                                const uint8_t *const *tokens,
                                const size_t *token_lengths,
                                size_t count,
                                struct yx_buffers **buffers);

/**
 * Takes the token out of an authority's answer, held against the request: the same imprint, nonce and
 * policy. `buffers` gets one item, the token.
 *
 * YX_ERROR_TIME_STAMP_REFUSED if the authority gave none, YX_ERROR_TIME_STAMP_MISMATCH if it is not
 * the one asked for.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_time_stamp_token_for(const uint8_t *request,
                                  size_t request_length,
                                  const uint8_t *response,
                                  size_t response_length,
                                  struct yx_buffers **buffers);

/**
 * Checks a token by itself, now: that it is about `value`, and that its authority is trusted. Result
 * and report as for yx_voucher_verify.
 *
 * Each pointer has as many readable bytes as its length says; `report` may be written.
 */
yx_status yx_time_stamp_check(const struct yx_verifier *verifier,
                              const uint8_t *token,
                              size_t token_length,
                              const uint8_t *value,
                              size_t value_length,
                              int64_t now,
                              struct yx_report **report);

/**
 * Answers a request for a time stamp with a key whose certificate is for that alone, under this policy
 * (an object identifier as text, "1.2.3.4.1"): `buffers` gets one item, a token or why there is none.
 * `time` is the clock. For tests and small installations: nothing is kept, nobody is asked who they
 * are.
 *
 * Each pointer has as many readable bytes as its length says; `buffers` may be written.
 */
yx_status yx_timestamp_authority_respond(const struct yx_signer *signer,
                                         const char *policy,
                                         size_t policy_length,
                                         const uint8_t *request,
                                         size_t request_length,
                                         int64_t time,
                                         struct yx_buffers **buffers);

/**
 * Collects what proves that a stamp or signed message is good now: `buffers` gets two items, a draft
 * and the request for a time stamp authority (application/timestamp-query). Give the draft and the
 * answer to yx_evidence_complete; the draft may be kept meanwhile.
 *
 * `signature` holds a time stamp of its own. The first of `documents` is what was signed, the others,
 * if any, belong to it. Certificates, lists and responses are those of the verifier. `hash` is SM3,
 * SHA-256, SHA-384 or SHA-512; NULL with length 0 is SM3. YX_ERROR_NOT_VALID if the verdict is not
 * Valid by what was collected alone.
 *
 * `documents` and `document_lengths` have `count` readable elements, and each of `documents` as many
 * readable bytes as its length says; so have the other pointers; `buffers` may be written.
 */
yx_status yx_evidence_prepare(const struct yx_verifier *verifier,
                              const uint8_t *signature,
                              size_t signature_length,
                              const uint8_t *const *documents,
                              const size_t *document_lengths,
                              size_t count,
                              const char *hash,
                              size_t hash_length,
                              int64_t now,
                              struct yx_buffers **buffers);

/**
 * Collects what proves that the newest time stamp of evidence is good now, and asks for the next one:
 * `buffers` gets two items, as from yx_evidence_prepare. With `hash` everything is hashed again by it;
 * NULL with length 0 stamps the newest time stamp. YX_ERROR_NOT_VALID once it is too late.
 *
 * As for yx_evidence_prepare.
 */
yx_status yx_evidence_prepare_renewal(const struct yx_verifier *verifier,
                                      const uint8_t *evidence,
                                      size_t evidence_length,
                                      const uint8_t *signature,
                                      size_t signature_length,
                                      const uint8_t *const *documents,
                                      const size_t *document_lengths,
                                      size_t count,
                                      const char *hash,
                                      size_t hash_length,
                                      int64_t now,
                                      struct yx_buffers **buffers);

/**
 * Completes a draft with the authority's answer (application/timestamp-reply): `buffers` gets one
 * item, the evidence.
 *
 * YX_ERROR_TIME_STAMP_REFUSED if the authority gave no token, YX_ERROR_TIME_STAMP_MISMATCH for another
 * one than was asked for, YX_ERROR_NOT_VALID if it is not good under what the verifier trusts.
 *
 * As for yx_evidence_prepare.
 */
yx_status yx_evidence_complete(const struct yx_verifier *verifier,
                               const uint8_t *draft,
                               size_t draft_length,
                               const uint8_t *answer,
                               size_t answer_length,
                               const uint8_t *signature,
                               size_t signature_length,
                               const uint8_t *const *documents,
                               const size_t *document_lengths,
                               size_t count,
                               int64_t now,
                               struct yx_buffers **buffers);

/**
 * Verifies a stamp or a detached signed message over the first of `documents` with its evidence, which
 * proves when it existed. `property` is the text expected in a stamp; NULL with length 0 expects
 * nothing. Moment, result and report as for yx_voucher_verify.
 *
 * As for yx_evidence_prepare; `report` may be written.
 */
yx_status yx_document_verify_with_evidence(const struct yx_verifier *verifier,
                                           const uint8_t *evidence,
                                           size_t evidence_length,
                                           const uint8_t *signature,
                                           size_t signature_length,
                                           const uint8_t *const *documents,
                                           const size_t *document_lengths,
                                           size_t count,
                                           const char *property,
                                           size_t property_length,
                                           int64_t now,
                                           struct yx_report **report);

/**
 * Makes a request for a certificate (PKCS#10), signed with the key of `signer`, to be sent to an
 * authority: `buffers` gets two items, the request in DER and the same in PEM.
 *
 * `subject` is UTF-8, such as CN=Signer,O=Finance Bureau,C=CN; `purpose` one of the YX_CERTIFICATE_
 * numbers. An SM2 key signs requests under the default user id (YX_ERROR_ARGUMENT for another).
 *
 * `subject` has `length` readable bytes; `buffers` may be written.
 */
yx_status yx_pkcs10_make(const struct yx_signer *signer,
                         const char *subject,
                         size_t length,
                         int32_t purpose,
                         struct yx_buffers **buffers);

/**
 * Checks that a request (DER, or PEM with exactly one) is signed with the key that it names: its maker
 * has that key. YX_ERROR_POLICY if it is not.
 *
 * `request` has `length` readable bytes.
 */
yx_status yx_pkcs10_verify(const uint8_t *request,
                           size_t length);

/**
 * Copies the subject of a request as text, in the manner of RFC 4514, with a final NUL. Sizes as for
 * yx_report_json. Nothing is verified.
 *
 * `request` has `request_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
 * `length` may be written.
 */
yx_status yx_pkcs10_subject(const uint8_t *request,
                            size_t request_length,
                            char *buffer,
                            size_t capacity,
                            size_t *length);

/**
 * Copies the key that a request is about, as SubjectPublicKeyInfo in DER. Sizes as for yx_buffers_get.
 * Nothing is verified.
 *
 * `request` has `request_length` readable bytes; `buffer` is NULL or has `capacity` writable bytes;
 * `length` may be written.
 */
yx_status yx_pkcs10_public_key(const uint8_t *request,
                               size_t request_length,
                               uint8_t *buffer,
                               size_t capacity,
                               size_t *length);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* YINXIN_H */
