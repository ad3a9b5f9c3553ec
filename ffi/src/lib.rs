//! The C library of yinxin: opaque handles, status codes and bytes; `include/yinxin.h` is made from
//! this source.
//!
//! | where | what |
//! |---|---|
//! | `status` | the numbers that functions return |
//! | `guard`, `last_error` | what every entry point does: catch panics, keep the text of an error |
//! | `handle`, `fork` | the table of live objects: a handle is a number in it, never an address |
//! | `input`, `output` | from pointers and lengths to slices and back |
//! | `signer`, `callback` | keys: in memory, behind a function |
//! | `seal`, `act`, `verifier`, `policy`, `local` | what is made once and used often |
//! | `voucher`, `document` | stamp, sign and verify, one or many |
//! | `cms`, `cms_encryption` | messages, signed and encrypted |
//! | `cms_files`, `files` | the same in files of any length |
//! | `bytes`, `bank_json` | what banks sign: bare values, requests in JSON |
//! | `local_authentication` | tags under a key of two halves |
//! | `envelope`, `parties` | packets between two parties, and their receipts |
//! | `store`, `store_exchange` | the voucher store of an office: orders, packets, audits |
//! | `ofd` | OFD documents: make, stamp, sign, verify |
//! | `time_stamp`, `pkcs10` | requests for time stamps and for certificates, and what comes back |
//! | `evidence` | what carries a signature over the end of its certificates |
//! | `requests` | prepare and complete, for a key in another process |
//! | `buffers`, `report` | what comes out |

// This crate is one of the named islands of unsafe code: it turns the pointers of C callers into
// slices and writes through the pointers they give. Each block says why it is sound.
#![allow(unsafe_code)]
#![allow(non_camel_case_types)]

mod act;
mod bank_json;
mod buffers;
mod bytes;
mod callback;
mod cms;
mod cms_encryption;
mod cms_files;
mod document;
mod envelope;
mod evidence;
mod files;
mod fork;
mod guard;
mod handle;
mod input;
mod last_error;
mod local;
mod local_authentication;
mod ofd;
mod output;
mod parties;
mod pkcs10;
mod policy;
mod report;
mod requests;
mod seal;
mod signer;
mod status;
mod store;
mod store_exchange;
mod time_stamp;
mod verifier;
mod version;
mod voucher;

pub use act::{
    yx_act, yx_act_free, yx_act_new, yx_act_set_catalogue_json, yx_act_set_templates_json,
};
pub use bank_json::{yx_json_sign, yx_json_verify, yx_json_verify_with_key};
pub use buffers::{yx_buffers, yx_buffers_free, yx_buffers_get};
pub use bytes::{
    YX_SIGNATURE_DER, YX_SIGNATURE_RAW, yx_bytes_sign, yx_bytes_sign_many, yx_bytes_verify,
    yx_bytes_verify_with_key, yx_user_id_padded,
};
pub use callback::{YX_SIGNATURE_CAPACITY, yx_sign_fn, yx_signer_from_callback};
pub use cms::{
    YX_CMS_BARE, YX_CMS_DETACHED, YX_CMS_FORM_GM, YX_CMS_FORM_RFC, yx_cms_add_signer,
    yx_cms_countersign, yx_cms_describe, yx_cms_sign, yx_cms_verify,
};
pub use cms_encryption::{
    YX_CMS_BY_KEY_ID, YX_CMS_CIPHER_AES_128_GCM, YX_CMS_CIPHER_AES_256_GCM, YX_CMS_CIPHER_SM4_CBC,
    YX_CMS_CIPHER_SM4_GCM, YX_CMS_CIPHER_USUAL, YX_CMS_SM4_GCM_10, yx_cms_decrypt,
    yx_cms_decrypt_signed, yx_cms_decrypt_unauthenticated, yx_cms_decrypt_with_key_unauthenticated,
    yx_cms_encrypt, yx_cms_encrypt_with_key, yx_cms_sign_and_encrypt,
};
pub use cms_files::{
    yx_cms_decrypt_file, yx_cms_decrypt_file_unauthenticated,
    yx_cms_decrypt_file_with_key_unauthenticated, yx_cms_decrypt_signed_file, yx_cms_describe_file,
    yx_cms_encrypt_file, yx_cms_encrypt_file_with_key, yx_cms_sign_file, yx_cms_verify_file,
};
pub use document::{
    yx_document_sign, yx_document_stamp, yx_document_verify_signature, yx_document_verify_stamp,
};
pub use envelope::{
    YX_ADMISSION_AHEAD, YX_ADMISSION_BEYOND, YX_ADMISSION_CONFLICT, YX_ADMISSION_FORGOTTEN,
    YX_ADMISSION_LATE, YX_ADMISSION_NEW, YX_ADMISSION_REPEATED, YX_MESSAGE_BODY, YX_MESSAGE_SALT,
    YX_MESSAGE_SIGNED, yx_message, yx_message_describe, yx_message_free, yx_message_parts,
    yx_messages, yx_messages_free, yx_messages_get, yx_packet_describe, yx_packet_open,
    yx_packet_open_many, yx_packet_seal, yx_packet_seal_many, yx_replay, yx_replay_admit,
    yx_replay_free, yx_replay_new,
};
pub use evidence::{
    yx_document_verify_with_evidence, yx_evidence_complete, yx_evidence_prepare,
    yx_evidence_prepare_renewal,
};
pub use files::YX_FILE_REPLACE;
pub use input::{YX_MAX_INPUT_BYTES, YX_MAX_ITEMS, YX_NO_TIME};
pub use last_error::{yx_last_error_json, yx_last_error_message};
pub use local_authentication::{
    YX_LOCAL_FROM_CONTROL, YX_LOCAL_TO_CONTROL, yx_local, yx_local_accept, yx_local_check,
    yx_local_free, yx_local_new, yx_local_new_half, yx_local_tag,
};
pub use ofd::{
    yx_ofd_complete, yx_ofd_make, yx_ofd_make_sheet, yx_ofd_prepare, yx_ofd_read_sheet,
    yx_ofd_sign, yx_ofd_verify,
};
pub use parties::{
    yx_mailbox, yx_mailbox_free, yx_mailbox_new, yx_party, yx_party_free, yx_party_new,
    yx_receipt_check, yx_receipt_packet, yx_receipt_sign, yx_receipt_sign_refusal,
};
pub use pkcs10::{
    YX_CERTIFICATE_CA, YX_CERTIFICATE_ENCRYPTION, YX_CERTIFICATE_OCSP_RESPONDER,
    YX_CERTIFICATE_SEAL_MAKER, YX_CERTIFICATE_SIGNER, YX_CERTIFICATE_TIME_STAMP, yx_pkcs10_make,
    yx_pkcs10_public_key, yx_pkcs10_subject, yx_pkcs10_verify,
};
pub use policy::{
    YX_PROFILE_AS_FOUND, YX_PROFILE_CONFORMING, YX_REVOCATION_IF_AVAILABLE,
    YX_REVOCATION_NOT_CHECKED, YX_REVOCATION_REQUIRED, YX_SEAL_STATE_IF_AVAILABLE,
    YX_SEAL_STATE_NOT_CHECKED, YX_SEAL_STATE_REQUIRED, yx_verifier_expect_seal_states,
    yx_verifier_set_algorithms_json, yx_verifier_set_authorisation_json,
    yx_verifier_set_catalogue_json, yx_verifier_set_issuer_user_id, yx_verifier_set_maker_user_id,
    yx_verifier_set_profile, yx_verifier_set_revocation, yx_verifier_set_seal_state,
    yx_verifier_set_strict_makers, yx_verifier_set_templates_json, yx_verifier_set_user_id,
};
pub use report::{
    yx_report, yx_report_free, yx_report_json, yx_report_text, yx_report_verdict, yx_reports,
    yx_reports_free, yx_reports_get,
};
pub use requests::{
    YX_REQUEST_BYTES, YX_REQUEST_DIGEST, YX_REQUEST_TO_BE_SIGNED, yx_requests, yx_requests_count,
    yx_requests_free, yx_requests_from_bytes, yx_requests_get, yx_voucher_complete,
    yx_voucher_prepare,
};
pub use seal::{yx_seal, yx_seal_check, yx_seal_free, yx_seal_parse};
pub use signer::{
    YX_KEY_FILE_LEGACY, YX_KEY_FILE_WITHOUT_MAC, yx_signer, yx_signer_free,
    yx_signer_from_key_file, yx_signer_from_pem, yx_signer_set_user_id,
};
pub use status::*;
pub use store::{
    yx_store, yx_store_act, yx_store_attachment, yx_store_close, yx_store_create, yx_store_history,
    yx_store_identity, yx_store_list, yx_store_move, yx_store_move_many, yx_store_move_with_files,
    yx_store_open, yx_store_quota, yx_store_read, yx_store_set_checkpoints,
    yx_store_set_office_json, yx_store_status, yx_store_voucher,
};
pub use store_exchange::{
    yx_store_answered, yx_store_audit, yx_store_backup, yx_store_checkpoint, yx_store_export,
    yx_store_import, yx_store_pack, yx_store_restore, yx_store_unanswered,
};
pub use time_stamp::{
    yx_seal_time_stamp_request, yx_seal_with_time_stamp, yx_stamp_time_stamp_request,
    yx_stamp_with_time_stamp, yx_time_stamp_check, yx_time_stamp_token_for, yx_time_stamp_voucher,
    yx_timestamp_authority_respond, yx_voucher_time_stamp_requests,
};
pub use verifier::{
    yx_seal_states_issuer, yx_seal_states_number, yx_verifier, yx_verifier_add_anchor,
    yx_verifier_add_anchor_on_terms, yx_verifier_add_crl, yx_verifier_add_intermediate,
    yx_verifier_add_ocsp, yx_verifier_add_seal_states, yx_verifier_free, yx_verifier_new,
};
pub use version::{YX_ABI_VERSION, yx_abi_version, yx_version};
pub use voucher::{
    yx_voucher_sign, yx_voucher_stamp, yx_voucher_stamp_many, yx_voucher_verify,
    yx_voucher_verify_many,
};
