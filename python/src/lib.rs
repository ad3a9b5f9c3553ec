//! The native half of the Python module `yinxin`.

#![forbid(unsafe_code)]

mod bank;
mod certificate;
mod cms;
mod cms_files;
mod envelope;
mod error;
mod evidence;
mod files;
mod input;
mod local;
mod ofd;
mod pkcs10;
mod report;
mod request;
mod rules;
mod seal;
mod signer;
mod stamp;
mod store;
mod testing;
mod time_stamp;
mod verifier;

use input::Input;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use yinxin::crypto;

/// The SM3 digest of the data: 32 bytes.
#[pyfunction]
fn sm3(py: Python<'_>, data: Input) -> PyResult<Bound<'_, PyBytes>> {
    let digest = error::work(py, || Ok(crypto::sm3::digest(data.as_ref())))?;
    Ok(PyBytes::new(py, &digest))
}

#[pymodule]
mod _yinxin {
    #[pymodule_export]
    use super::bank::{
        padded_user_id, sign_bytes, sign_bytes_many, sign_json, verify_bytes_with_key,
        verify_json_with_key,
    };
    #[pymodule_export]
    use super::certificate::{Certificate, SealStates};
    #[pymodule_export]
    use super::cms::{
        cms_add_signer, cms_countersign, cms_decrypt, cms_decrypt_unauthenticated,
        cms_decrypt_with_key_unauthenticated, cms_encrypt, cms_encrypt_with_key, cms_inspect,
        cms_sign, cms_sign_and_encrypt,
    };
    #[pymodule_export]
    use super::cms_files::{
        cms_decrypt_file, cms_decrypt_file_unauthenticated,
        cms_decrypt_file_with_key_unauthenticated, cms_encrypt_file, cms_encrypt_file_with_key,
        cms_inspect_file, cms_sign_file,
    };
    #[pymodule_export]
    use super::envelope::{
        Mailbox, Message, Party, Receipt, Replay, check_receipt, inspect_packet, open_packet,
        open_packet_many, receipt_packet, seal_packet, seal_packet_many, sign_receipt,
        sign_refusal,
    };
    #[pymodule_export]
    use super::evidence::EvidenceDraft;
    #[pymodule_export]
    use super::local::LocalAuthentication;
    #[pymodule_export]
    use super::ofd::{
        OfdSigningRequest, complete_ofd, make_ofd, make_voucher_sheet, prepare_ofd,
        read_voucher_sheet, sign_ofd, stamp_ofd,
    };
    #[pymodule_export]
    use super::pkcs10::Pkcs10;
    #[pymodule_export]
    use super::report::{Check, Note, Report};
    #[pymodule_export]
    use super::request::{ActRequest, complete_voucher, prepare_voucher};
    #[pymodule_export]
    use super::seal::{Picture, Seal};
    #[pymodule_export]
    use super::signer::Signer;
    #[pymodule_export]
    use super::sm3;
    #[pymodule_export]
    use super::stamp::{
        sign_document, sign_voucher, sign_voucher_many, stamp_document, stamp_document_many,
        stamp_voucher, stamp_voucher_many,
    };
    #[pymodule_export]
    use super::store::Store;
    #[pymodule_export]
    use super::testing::{Authority, make_seal, make_seal_states, make_voucher, sign_messages};
    #[pymodule_export]
    use super::time_stamp::{
        TimeStampRequest, TimestampAuthority, stamp_time_stamp_request, stamp_with_time_stamp,
        time_stamp_voucher, voucher_time_stamp_requests,
    };
    #[pymodule_export]
    use super::verifier::Verifier;

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
