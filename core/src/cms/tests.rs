//! What is made here is read and verified here, and changes are caught.

use super::*;
use crate::asn1::{Profile, oid, writer};
use crate::error::Code;
use crate::key::SoftwareKey;

#[test]
fn content_shaped_like_attributes_is_not_signed_bare() {
    let key = SoftwareKey::generate_sm2().unwrap();
    let attribute = writer::sequence(&[&writer::oid(&oid::ATTRIBUTE_CONTENT_TYPE)]);
    let error = sign_detached(&key, &writer::set_of(vec![attribute])).unwrap_err();
    assert_eq!(error.code(), Code::Argument);
}

#[test]
fn a_signer_without_a_certificate_signs_no_message() {
    let key = SoftwareKey::generate_sm2().unwrap();
    assert_eq!(sign_detached(&key, b"content").unwrap_err().code(), Code::KeyMissing);
}

#[test]
fn other_messages_are_named() {
    let data = writer::sequence(&[
        &writer::oid(&oid::GM_DATA),
        &writer::explicit(0, &writer::octet_string(b"x")),
    ]);
    let error = SignedData::parse(&data, Profile::AsFound).unwrap_err();
    assert_eq!(error.code(), Code::Form);
}
